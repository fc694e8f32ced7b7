//! From drafts, which are mentions in the making, to mentions. [`mention`] fills the fields, [`anchors`] the details
//! that tell two commitments apart, [`numbers`] their figures, [`parties`] who takes part, [`attribution`] on whose word it rests, [`gist`] the line for a reader. In: the drafts of a
//! text. Out: the mentions in text order.

pub(crate) mod anchors;
pub(crate) mod attribution;
pub(crate) mod gist;
pub(crate) mod mention;
pub(crate) mod numbers;
pub(crate) mod parties;

use std::collections::{HashMap, HashSet};

use crate::commitments::extractor::Extractor;
use crate::commitments::reading::units::Unit;
use crate::commitments::record::mention::{Surroundings, mention};
use crate::model::{
    Assertion, Framing, InstrumentId, InstrumentRole, Kind, Mention, Modality, PartialDate,
    Polarity, Role, Span, Stage,
};

/// A mention in the making; spans are text offsets.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    pub unit: Unit,
    /// A new text, although one of that name is known.
    pub fresh: bool,
    pub kind: Kind,
    pub stage: Stage,
    pub modality: Modality,
    pub strength: u8,
    pub framing: Framing,
    pub polarity: Polarity,
    pub assertion: Assertion,
    /// Actor indexes with their roles.
    pub parties: Vec<(usize, Role)>,
    pub speaker: Option<String>,
    /// Agencies that spoke last.
    pub floor: Vec<usize>,
    pub action: Span,
    pub trigger: Option<Span>,
    /// Index of the named text, and how it is concerned.
    pub named: Option<(usize, InstrumentRole)>,
    pub event_date: Option<PartialDate>,
    pub condition: Option<Span>,
    pub confidence: f64,
    pub group: u32,
    pub reasons: Vec<String>,
}

impl Draft {
    /// An asserted piece of news about an action, as the fields are when nothing speaks against it.
    pub fn of(x: &Extractor<'_>, unit: &Unit, trigger: Span, action: Span) -> Self {
        Self {
            unit: *unit,
            fresh: false,
            kind: Kind::General,
            stage: Stage::Considered,
            modality: Modality::Report,
            strength: 0,
            framing: Framing::News,
            polarity: Polarity::Do,
            assertion: Assertion::Asserted,
            parties: Vec::new(),
            speaker: x.floor.speaker_text.clone(),
            floor: x.floor.agencies.clone(),
            action,
            trigger: Some(trigger),
            named: None,
            event_date: x.event_date,
            condition: None,
            confidence: 1.0,
            group: 0,
            reasons: Vec::new(),
        }
    }
}

/// Actors in one role.
pub(crate) fn all_as(actors: &[usize], role: Role) -> Vec<(usize, Role)> {
    actors.iter().map(|&at| (at, role)).collect()
}

/// The mentions of all drafts.
pub(crate) fn finish(extractor: &Extractor<'_>) -> Vec<Mention> {
    let reading = extractor.reading;
    let mut drafts: Vec<&Draft> =
        extractor.drafts.iter().filter(|draft| !draft.action.is_empty()).collect();
    drafts.sort_by_key(|draft| (draft.action.start, draft.action.end));
    let mut mentions: Vec<Mention> = Vec::new();
    let mut told: HashSet<(Stage, Option<&InstrumentId>)> = HashSet::new();
    let mut around = Surroundings::default();
    for draft in drafts {
        if echoes(extractor, draft, &mut told) {
            continue;
        }
        let mut mention = mention(extractor, draft, &mut around);
        mention.ordinal = u32::try_from(mentions.len()).unwrap_or(u32::MAX);
        mention.duplicate = draft.unit.duplicate;
        mentions.push(mention);
    }
    for (mention, copy) in copies(&mentions).into_iter().enumerate() {
        mentions[mention].duplicate |= copy;
    }
    let mut sizes = std::collections::BTreeMap::new();
    for group in mentions.iter().filter_map(|mention| mention.list_group) {
        *sizes.entry(group).or_insert(0) += 1;
    }
    for mention in &mut mentions {
        mention.list_group =
            mention.list_group.filter(|group| sizes.get(group).is_some_and(|&size| size > 1));
        mention.gist = gist::gist(mention, reading.topic);
    }
    mentions
}

/// Which mentions say what an earlier one said at another place, in the same words.
fn copies<'a>(mentions: &'a [Mention]) -> Vec<bool> {
    let mut seen: HashMap<(Kind, Stage, &'a str, &'a str), (Span, Span)> = HashMap::new();
    let copied = |mention: &'a Mention| {
        let Mention { kind, stage, action, quote, .. } = mention;
        let places = seen
            .entry((*kind, *stage, &action.text, &quote.text))
            .or_insert((action.span, action.span));
        let again = places.0 != action.span || places.1 != action.span;
        places.1 = action.span;
        again
    };
    mentions.iter().map(copied).collect()
}

/// "The dialogue took place in a friendly atmosphere", after it was named: the same act again, without a name.
fn echoes<'a>(
    extractor: &Extractor<'a>,
    draft: &Draft,
    told: &mut HashSet<(Stage, Option<&'a InstrumentId>)>,
) -> bool {
    let Some((at, _)) = draft.named.filter(|_| draft.kind == Kind::Mechanism) else { return false };
    let named = &extractor.named[at];
    !told.insert((draft.stage, named.id.as_ref())) && named.anaphoric
}
