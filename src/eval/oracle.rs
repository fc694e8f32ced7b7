//! The ledger alone: labelled mentions instead of found ones, so that a wrong verdict is the ledger's. In: what was seen
//! in a trial, and the starting ledger. Out: the labelled mentions as judged.
//!
//! What a label does not state is filled in from the text, and from the program's own reading of the same act.

use super::dataset::Gold;
use super::matching::Matching;
use super::trial::{Seen, Settings, origin};
use crate::commitments::{Given, describe};
use crate::config::topic::Topic;
use crate::model::{
    Assertion, Framing, InstrumentId, InstrumentMention, InstrumentRole, InstrumentType, Kind,
    Mention, Outcome, Polarity, Span,
};
use crate::pipeline::reading::Reading;
use crate::pipeline::sitting::Sitting;
use crate::store::JudgedMention;

/// Judges the labelled mentions of all articles in order; the ordinal of each mention is the number of its label.
pub fn judge(
    seen: &[Seen<'_>],
    matchings: &[&Matching],
    topic: &Topic,
    settings: Settings,
) -> Vec<Vec<JudgedMention>> {
    let mut sitting = Sitting::new(settings.register.ledger(topic));
    let heard = seen.iter().zip(matchings).map(|(one, matching)| {
        let mentions = mentions(one, matching, topic);
        let reading = Reading { mentions, ..one.reading.clone() };
        sitting.hear(&reading, &origin(one.sample, one.arrived), topic, settings.max_push_age)
    });
    heard.collect()
}

/// The labelled mentions of an article.
fn mentions(seen: &Seen<'_>, matching: &Matching, topic: &Topic) -> Vec<Mention> {
    let golds = &seen.sample.golds;
    let own = |at: usize| matching.of_gold[at].map(|mention| &seen.all_mentions()[mention]);
    let acts: Vec<Given> =
        golds.iter().enumerate().map(|(at, gold)| given(gold, own(at))).collect();
    let source_date = seen.reading.article.published.map(|published| published.date);
    let mut described = describe(&seen.reading.document, topic, source_date, &acts);
    for mention in &mut described {
        let at = mention.ordinal as usize;
        let Some(gold) = golds.get(at) else { continue };
        if let Some(own) = own(at) {
            as_read(mention, own);
        }
        as_labelled(mention, gold, topic);
    }
    described
}

fn given(gold: &Gold, own: Option<&Mention>) -> Given {
    Given {
        action: gold.span,
        kind: gold.kind,
        stage: gold.stage,
        modality: gold.modality.or(own.map(|own| own.modality)),
        strength: gold.strength.or(own.map(|own| own.strength)),
        framing: gold.framing.or(own.map(|own| own.framing)).unwrap_or(Framing::News),
        polarity: gold.polarity.or(own.map(|own| own.polarity)).unwrap_or(Polarity::Do),
        assertion: gold.assertion.or(own.map(|own| own.assertion)).unwrap_or(Assertion::Asserted),
    }
}

/// What the program read about the same act and no label states.
fn as_read(mention: &mut Mention, own: &Mention) {
    mention.parties.clone_from(&own.parties);
    mention.speaker.clone_from(&own.speaker);
    mention.trigger.clone_from(&own.trigger);
    mention.condition.clone_from(&own.condition);
    mention.event_date = own.event_date;
    mention.due = own.due;
    mention.confidence = own.confidence;
    mention.scope = own.scope;
    mention.list_group = own.list_group;
    mention.headline_only = own.headline_only;
    mention.duplicate = own.duplicate;
    if own.instrument.is_some() {
        mention.instrument.clone_from(&own.instrument);
    }
    mention.reasons.clone_from(&own.reasons);
}

fn as_labelled(mention: &mut Mention, gold: &Gold, topic: &Topic) {
    if let Some(parties) = &gold.parties {
        mention.parties.clone_from(parties);
    }
    if let Some(topics) = &gold.topics {
        mention.topics.clone_from(topics);
    }
    if gold.event_date.is_some() {
        mention.event_date = gold.event_date;
    }
    if let Some(specificity) = gold.specificity {
        mention.specificity = specificity;
    }
    mention.duplicate = match gold.verdict {
        Some(verdict) => verdict == Outcome::Duplicate,
        None => mention.duplicate,
    };
    match gold.instruments.as_deref() {
        None => {}
        Some([]) => mention.instrument = None,
        Some([id, ..]) => mention.instrument = Some(instrument(mention, id, topic)),
    }
}

/// The labelled text: as the article words it where it names one, else made from its key.
fn instrument(mention: &Mention, id: &InstrumentId, topic: &Topic) -> InstrumentMention {
    let role = match mention.kind {
        Kind::InstrumentConclude => InstrumentRole::Concludes,
        Kind::InstrumentImplement => InstrumentRole::Implements,
        Kind::Mechanism if id.as_str().starts_with("MEC:") => InstrumentRole::Concludes,
        _ => InstrumentRole::ContentOf,
    };
    let named = mention.instrument.as_ref();
    InstrumentMention {
        span: named.map_or(Span::new(0, 0), |named| named.span),
        text: named.map_or_else(|| id.to_string(), |named| named.text.clone()),
        role,
        kind: instrument_type(id, named, topic),
        topics: named.map(|named| named.topics.clone()).unwrap_or_default(),
        parties: named.map(|named| named.parties.clone()).unwrap_or_default(),
        date: named.and_then(|named| named.date),
        edition: id.as_str().split_once('#').and_then(|(_, number)| number.parse().ok()),
        successor: named.is_some_and(|named| named.successor),
        generic: id.as_str().contains('*'),
        id: Some(id.clone()),
    }
}

fn instrument_type(
    id: &InstrumentId,
    named: Option<&InstrumentMention>,
    topic: &Topic,
) -> InstrumentType {
    let known = topic.instruments.iter().find(|known| known.instrument.id == *id);
    if let Some(known) = known {
        return known.instrument.kind;
    }
    if id.as_str().starts_with("MEC:") {
        return InstrumentType::Mechanism;
    }
    named.map_or(InstrumentType::Agreement, |named| named.kind)
}
