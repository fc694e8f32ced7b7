//! What an act comes to: kind, stage, strength, modality, and how it concerns a text. In: a predicate and its object.
//! Out: those fields.

use super::object::{Object, Predicate};
use crate::commitments::extractor::Extractor;
use crate::commitments::reading::within;
use crate::config::topic::triggers::{TriggerClass, VerbGroup};
use crate::model::{Framing, InstrumentRole, InstrumentType, Kind, Modality, Stage};

/// Kind of an act on an object; `text` is the type of the text that it names.
pub(crate) fn kind(group: VerbGroup, object: &Object, text: Option<InstrumentType>) -> Kind {
    match (group, text) {
        (
            VerbGroup::Ratify | VerbGroup::Effect | VerbGroup::Sign,
            Some(InstrumentType::Law | InstrumentType::Decree),
        ) => Kind::Policy,
        (VerbGroup::Sign | VerbGroup::Initial, _) => Kind::InstrumentConclude,
        (VerbGroup::Ratify | VerbGroup::Effect, Some(_)) => Kind::InstrumentConclude,
        _ => object.reckoned.kind,
    }
}

/// Stage that an act reaches; `stage` is the one of its trigger.
pub(crate) fn stage_of(
    x: &Extractor<'_>,
    p: &Predicate<'_>,
    stage: Stage,
    kind: Kind,
    text: Option<InstrumentType>,
) -> Stage {
    match (p.group, kind) {
        (VerbGroup::Launch, Kind::InstrumentConclude) => Stage::Signed,
        (VerbGroup::Launch, Kind::Outreach | Kind::Capacity) => Stage::Implementing,
        (VerbGroup::Launch, Kind::Protection) => Stage::Delivered,
        (VerbGroup::Launch, Kind::Policy) => Stage::InForce,
        // Money that is presented is not paid yet.
        (VerbGroup::Launch, Kind::Resource) => Stage::Pledged,
        (VerbGroup::Resume, Kind::Mechanism) => Stage::InForce,
        (VerbGroup::Resume, _) => Stage::Implementing,
        (VerbGroup::Deliver, Kind::Resource) if p.begun(x.reading) => Stage::Implementing,
        (VerbGroup::Effect, _) => taking_effect(x, p, text),
        _ => stage,
    }
}

/// Farthest that a day to come stands before the verb whose act it dates, in bytes.
const NEAR: usize = 120;

/// In force, or adopted with a day on which it will be.
fn taking_effect(x: &Extractor<'_>, p: &Predicate<'_>, text: Option<InstrumentType>) -> Stage {
    let region = p.unit.span;
    let seen = x.source_date;
    // "From 2 July … will need a visa": a day without a year is the next one where a future speaks of it.
    let to_come = within(&x.reading.triggers, region).iter().any(|mark| {
        x.reading.class(mark) == TriggerClass::Future && mark.span.start <= p.verb.start
    });
    let later = x.dates.inside(region).any(|&(place, date)| {
        let date = if to_come { x.dates.ahead(place, date, seen) } else { date };
        place.start + NEAR > p.verb.start
            && seen.is_some_and(|seen| date.earliest() > seen.latest())
    });
    let passed = within(&x.reading.triggers, region)
        .iter()
        .any(|other| x.reading.trigger(other).group == Some(VerbGroup::Ratify));
    let visa = text.is_none();
    if later || (passed || visa) && seen.is_none() { Stage::Ratified } else { Stage::InForce }
}

/// Strength of an act (ontology 4.2): 5 binding law or treaty, 4 signed document, 3 firm, 2 soft.
pub(crate) fn strength(stage: Stage, text: Option<InstrumentType>) -> u8 {
    match (stage, text) {
        (Stage::Pledged, _) => 2,
        (Stage::Signed, _) => 4,
        (
            Stage::Ratified | Stage::InForce,
            Some(InstrumentType::Law | InstrumentType::Decree | InstrumentType::Treaty),
        ) => 5,
        _ => 3,
    }
}

/// Modality of an act.
pub(crate) fn modality(framing: Framing, stage: Stage) -> Modality {
    match (framing, stage) {
        (_, Stage::Pledged) => Modality::UnilateralCommissive,
        (Framing::Report, _) => Modality::Report,
        _ => Modality::Performative,
    }
}

/// How an act concerns the text it names.
pub(crate) fn link(kind: Kind, stage: Stage) -> InstrumentRole {
    match (kind, stage.is_lateral()) {
        (_, true) => InstrumentRole::Ends,
        (Kind::InstrumentImplement, _) => InstrumentRole::Implements,
        (Kind::InstrumentConclude | Kind::Mechanism | Kind::Policy, _) => InstrumentRole::Concludes,
        _ => InstrumentRole::ContentOf,
    }
}
