//! The fields of a mention. In: a draft. Out: topics, concepts, anchors, quotes, confidence, scope.

use std::collections::HashMap;

use crate::commitments::extractor::Extractor;
use crate::commitments::instruments::Named;
use crate::commitments::reading::Reading;
use crate::commitments::record::attribution::{self, Sources};
use crate::commitments::record::parties::{parties, stands_for};
use crate::commitments::record::{Draft, anchors};
use crate::model::{InstrumentRole, Mention, Scope};
use crate::text::BlockKind;

/// Weights of confidence.
const HEADLINE: f64 = 0.4;
const SOFT: f64 = 0.8;
const GLUED: f64 = 0.9;

/// Topics of paragraphs, looked up once.
#[derive(Default)]
pub(crate) struct Surroundings {
    of_block: HashMap<usize, Vec<String>>,
}

/// The mention of a draft.
pub(crate) fn mention(x: &Extractor<'_>, draft: &Draft, around: &mut Surroundings) -> Mention {
    let reading = x.reading;
    let mut reasons = draft.reasons.clone();
    let sources = attribution::sources(x, draft);
    let parties = parties(x, draft, &sources.speaks);
    reasons.extend(draft.parties.iter().filter_map(|&(state, _)| {
        let agency = stands_for(x, state, draft)?;
        let name = |at: usize| &reading.topic.actors.actors[at].id;
        Some(format!("{} acts for {} here: no other agency is named", name(agency), name(state)))
    }));
    let ids: Vec<String> = parties.iter().map(|party| party.id.clone()).collect();
    let named = draft.named.map(|(at, role)| (&x.named[at], role));
    let topics = topics(reading, draft, named, around, &mut reasons);
    let concepts = concepts(reading, draft);
    let (found, due) = anchors::anchors(reading, x.dates, draft, x.event_date);
    let text = named.map(|(text, _)| text);
    let today = anchors::on_its_day(x.dates, draft, x.event_date);
    let specificity = anchors::specificity(reading, draft, &found, due, text, &concepts, today);
    let confidence = confidence(x, draft, &sources, &mut reasons);
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
        attribution: sources.chain,
        scope: scope(reading, &topics),
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
        confidence,
        list_group: Some(draft.group),
        headline_only: headline(draft),
        duplicate: false,
        gist: String::new(),
        reasons,
    }
}

fn headline(draft: &Draft) -> bool {
    !matches!(draft.unit.kind, BlockKind::Body)
}

fn concepts(reading: &Reading<'_>, draft: &Draft) -> Vec<String> {
    let mut concepts: Vec<String> = reading
        .concepts_in(draft.action)
        .map(|(_, at)| reading.topic.concepts.concepts[at].id.clone())
        .collect();
    concepts.sort();
    concepts.dedup();
    concepts
}

/// Topics of the action and of the text it is about, else those of the words around it.
fn topics(
    reading: &Reading<'_>,
    draft: &Draft,
    named: Option<(&Named, InstrumentRole)>,
    around: &mut Surroundings,
    reasons: &mut Vec<String>,
) -> Vec<String> {
    let mut topics = reading.topics_in(draft.action);
    if let Some((text, role)) = named
        && matches!(
            role,
            InstrumentRole::Concludes | InstrumentRole::Implements | InstrumentRole::Ends
        )
    {
        topics.extend(text.topics.iter().cloned());
        let known = text.id.as_ref().and_then(|id| {
            reading.topic.instruments.iter().find(|known| known.instrument.id == *id)
        });
        if let Some(known) = known.filter(|_| topics.is_empty()) {
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
    topics
}

/// Core, or law enforcement beside it (ontology E14).
fn scope(reading: &Reading<'_>, topics: &[String]) -> Scope {
    let notions = &reading.topic.triggers.notions;
    let wide = |topic: &String| notions.wide.contains(topic);
    let other = |topic: &String| notions.beside.contains(topic);
    let core_topics = &reading.topic.concepts.core_topics;
    let core = topics.iter().any(|topic| core_topics.contains(topic) && !wide(topic))
        || topics.iter().any(wide) && !topics.iter().any(other);
    if core { Scope::Core } else { Scope::Adjacent }
}

/// How sure the reading is: a product over wording, actor, quality of the text, and source (ontology 4.9).
fn confidence(
    x: &Extractor<'_>,
    draft: &Draft,
    sources: &Sources,
    reasons: &mut Vec<String>,
) -> f64 {
    let mut confidence = draft.confidence;
    let mut weigh = |holds: bool, weight: f64, why: &str| {
        if holds {
            confidence *= weight;
            reasons.push(why.to_owned());
        }
    };
    weigh(headline(draft), HEADLINE, "only a headline or caption says so");
    weigh(draft.unit.soft, SOFT, "read across a full stop that looks false");
    weigh(x.reading.glued(draft.action), GLUED, "words that were glued together are read apart");
    if let Some(weight) = sources.weight {
        weigh(true, weight, "not told by the side that acts");
    }
    (confidence * 100.0).round() / 100.0
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
    if of_block.is_empty() {
        vec![reading.topic.triggers.notions.default.clone()]
    } else {
        of_block.clone()
    }
}
