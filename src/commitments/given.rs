//! Acts that somebody else has found and read, described with what the text says about them: for measuring what comes
//! after the extraction without its mistakes. In: an analysed text and the acts. Out: a mention for each.

use crate::commitments::background;
use crate::commitments::extractor::Extractor;
use crate::commitments::instruments;
use crate::commitments::reading::dates::Dates;
use crate::commitments::reading::units::Unit;
use crate::commitments::reading::{Reading, people};
use crate::commitments::record::mention::{Surroundings, mention};
use crate::commitments::record::{Draft, gist};
use crate::config::topic::Topic;
use crate::model::{
    Assertion, Framing, InstrumentRole, Kind, Mention, Modality, PartialDate, Polarity, Span, Stage,
};
use crate::text::Document;

/// An act with its reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// Where the action stands in the raw text.
    pub action: Span,
    /// What sort of act.
    pub kind: Kind,
    /// How far it has come.
    pub stage: Stage,
    /// Force of the wording; by stage and framing where it is not stated.
    pub modality: Option<Modality>,
    /// The same as a number.
    pub strength: Option<u8>,
    /// How the article presents it.
    pub framing: Framing,
    /// To do or not to do.
    pub polarity: Polarity,
    /// Whether it is asserted.
    pub assertion: Assertion,
}

/// Describes acts: their sentences, concepts, details, topics, dates and named texts are those of the text; who acts is
/// left open. The ordinal of a mention is the number of its act; one that stands in no sentence has none.
pub fn describe(
    document: &Document,
    topic: &Topic,
    source_date: Option<PartialDate>,
    acts: &[Given],
) -> Vec<Mention> {
    let mut reading = Reading::new(document, topic);
    let dates = Dates::of(&reading, source_date);
    let event_date = background::event_date(&reading, &dates, source_date);
    people::introduce(&mut reading, event_date.or(source_date));
    let named = instruments::find(&reading, &dates);
    let x = Extractor::new(&reading, &named, &dates, event_date, source_date);
    let mut around = Surroundings::default();
    let described = acts.iter().zip(0_u32..).filter_map(|(act, ordinal)| {
        let draft = draft(&x, act)?;
        let mut mention = mention(&x, &draft, &mut around);
        mention.ordinal = ordinal;
        mention.list_group = None;
        mention.duplicate = draft.unit.duplicate;
        mention.gist = gist::gist(&mention, topic);
        Some(mention)
    });
    described.collect()
}

fn draft(x: &Extractor<'_>, act: &Given) -> Option<Draft> {
    let action = x.reading.document.norm.of_raw(act.action);
    let unit = unit(x.reading, action)?;
    let mut draft = Draft::of(x, &unit, action, action);
    draft.trigger = None;
    draft.kind = act.kind;
    draft.stage = act.stage;
    draft.framing = act.framing;
    draft.polarity = act.polarity;
    draft.assertion = act.assertion;
    draft.modality = act.modality.unwrap_or(match (act.framing, act.stage) {
        (Framing::Report, _) => Modality::Report,
        (_, Stage::Considered) => Modality::Tentative,
        (_, Stage::Proposed) => Modality::Directive,
        (_, Stage::Pledged) => Modality::UnilateralCommissive,
        (_, Stage::Agreed | Stage::Negotiating) => Modality::JointCommissive,
        _ => Modality::Performative,
    });
    draft.strength = act.strength.unwrap_or(match act.stage {
        Stage::Considered => 1,
        Stage::Proposed => 0,
        _ => 3,
    });
    let role = match act.kind {
        Kind::InstrumentConclude | Kind::Mechanism => InstrumentRole::Concludes,
        Kind::InstrumentImplement => InstrumentRole::Implements,
        _ => InstrumentRole::ContentOf,
    };
    draft.named =
        x.named.iter().position(|named| named.span.overlaps(action)).map(|named| (named, role));
    Some(draft)
}

/// The unit in which an action begins; where none does, the nearest before it.
fn unit(reading: &Reading<'_>, action: Span) -> Option<Unit> {
    let after = reading.units.partition_point(|unit| unit.span.start <= action.start);
    reading.units.get(after.saturating_sub(1)).copied()
}
