//! From a draft to a mention: topics, concepts, anchors, quotes, confidence. In: the drafts of a text. Out: the
//! mentions in text order.

use std::collections::{HashMap, HashSet};

use super::anchors;
use super::extractor::Extractor;
use super::gist;
use super::reading::{Reading, Unit};
use crate::model::{
    Assertion, Framing, InstrumentId, InstrumentRole, Kind, Mention, Modality, PartialDate, Party,
    Polarity, Role, Scope, Span, Stage,
};
use crate::text::BlockKind;

/// A mention in the making; spans are text offsets.
#[derive(Debug, Clone)]
pub(super) struct Draft {
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

/// The mentions of all drafts.
pub(super) fn finish(extractor: &Extractor<'_>) -> Vec<Mention> {
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

/// Topics of paragraphs, looked up once.
#[derive(Default)]
struct Surroundings {
    of_block: HashMap<usize, Vec<String>>,
}

fn mention(extractor: &Extractor<'_>, draft: &Draft, around: &mut Surroundings) -> Mention {
    let reading = extractor.reading;
    let actors = &reading.topic.actors.actors;
    let mut reasons = draft.reasons.clone();
    let mut parties: Vec<Party> =
        draft.parties.iter().map(|&(at, role)| Party { id: actors[at].id.clone(), role }).collect();
    parties.sort();
    parties.dedup();
    let ids: Vec<String> = parties.iter().map(|party| party.id.clone()).collect();
    let named = draft.named.map(|(at, role)| (&extractor.named[at], role));
    let mut topics = reading.topics_in(draft.action);
    if let Some((text, role)) = named
        && matches!(
            role,
            InstrumentRole::Concludes | InstrumentRole::Implements | InstrumentRole::Ends
        )
    {
        topics.extend(text.topics.iter().cloned());
        if let Some(known) = text.id.as_ref().and_then(|id| {
            reading.topic.instruments.iter().find(|known| known.instrument.id == *id)
        }) && topics.is_empty()
        {
            topics.extend(known.instrument.topics.iter().cloned());
        }
    }
    if topics.is_empty() {
        topics = inherited(reading, draft, around);
        if !topics.is_empty() {
            reasons.push("the topic is that of the sentence around it".to_owned());
        }
    }
    topics.sort();
    topics.dedup();
    let mut concepts: Vec<String> = reading
        .concepts_in(draft.action)
        .map(|(_, at)| reading.topic.concepts.concepts[at].id.clone())
        .collect();
    concepts.sort();
    concepts.dedup();
    let (found, due) = anchors::anchors(reading, extractor.dates, draft, extractor.event_date);
    let headline_only = !matches!(draft.unit.kind, BlockKind::Body);
    let core =
        topics.iter().any(|topic| {
            reading.topic.concepts.core_topics.contains(topic)
                && !matches!(topic.as_str(), "law_enforcement" | "info_sharing")
        }) || topics.iter().any(|topic| topic == "law_enforcement" || topic == "info_sharing")
            && !topics.iter().any(|topic| {
                matches!(
                    topic.as_str(),
                    "cyber_hightech_crime" | "financial_crime" | "security_protection"
                )
            });
    let specificity =
        anchors::specificity(reading, draft, &found, due, named.map(|(text, _)| text), &concepts);
    let mut confidence = draft.confidence;
    if headline_only {
        confidence = confidence.min(0.4);
        reasons.push("only a headline or caption says so".to_owned());
    }
    if draft.unit.soft {
        confidence *= 0.8;
        reasons.push("read across a full stop that looks false".to_owned());
    }
    Mention {
        ordinal: 0,
        kind: draft.kind,
        stage: draft.stage,
        modality: draft.modality,
        strength: draft.strength,
        framing: draft.framing,
        polarity: draft.polarity,
        assertion: draft.assertion,
        instrument: named.map(|(text, role)| {
            let mut text = text.mention(reading, role, &ids);
            text.id = text.id.filter(|_| !draft.fresh);
            text
        }),
        parties,
        speaker: draft.speaker.clone(),
        attribution: Vec::new(),
        topics,
        concepts,
        anchors: found,
        action: reading.document.quote(draft.action),
        trigger: draft.trigger.map(|span| reading.document.quote(span)),
        quote: reading.document.quote(draft.unit.span),
        event_date: draft.event_date,
        due,
        condition: draft.condition.map(|span| reading.document.quote(span).text),
        specificity,
        confidence: (confidence * 100.0).round() / 100.0,
        scope: if core { Scope::Core } else { Scope::Adjacent },
        list_group: Some(draft.group),
        headline_only,
        duplicate: false,
        gist: String::new(),
        reasons,
    }
}

/// Topics of the sentence, else of the paragraph, else of the whole text's commonest.
fn inherited(reading: &Reading<'_>, draft: &Draft, around: &mut Surroundings) -> Vec<String> {
    let of_unit = reading.topics_in(draft.unit.span);
    if !of_unit.is_empty() {
        return of_unit;
    }
    let block = draft.unit.block;
    let of_block = around
        .of_block
        .entry(block)
        .or_insert_with(|| reading.topics_in(reading.document.blocks[block].span));
    if of_block.is_empty() { vec!["law_enforcement".to_owned()] } else { of_block.clone() }
}
