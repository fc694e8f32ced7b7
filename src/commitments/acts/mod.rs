//! What is reported as done, stopped or started again. In: a trigger and its clause. Out: a draft.
//!
//! An act has an [`object`] ([`texts`], [`rules`], [`meetings`] or [`deeds`]), a [`doer`], an [`outcome`] and a
//! [`framing`].

pub(crate) mod deeds;
pub(crate) mod doer;
pub(crate) mod framing;
pub(crate) mod meetings;
pub(crate) mod object;
pub(crate) mod outcome;
pub(crate) mod rules;
pub(crate) mod texts;

use crate::commitments::acts::deeds::plain_object;
use crate::commitments::acts::doer::actor;
use crate::commitments::acts::framing::framing;
use crate::commitments::acts::meetings::meeting_object;
use crate::commitments::acts::object::{attribute, floor_boundary, tail};
use crate::commitments::acts::outcome::{kind, stage_of};
use crate::commitments::acts::rules::rule_object;
use crate::commitments::acts::texts::text_object;
use crate::commitments::extractor::Extractor;
use crate::commitments::reading::units::Unit;
use crate::commitments::reading::{Mark, within};
use crate::commitments::record::Draft;
use crate::commitments::subjects::Subject;
use crate::config::topic::actors::Who;
use crate::config::topic::forms::Form;
use crate::config::topic::triggers::{CueClass, VerbGroup};
use crate::model::{
    Assertion, Framing, InstrumentRole, InstrumentType, Kind, Language, Modality, Polarity, Role,
    Span, Stage,
};
use crate::text::BlockKind;

/// An act or a lateral move. Gives the end of what it covers.
pub(crate) fn act(
    x: &mut Extractor<'_>,
    unit: &Unit,
    mark: &Mark<(usize, Form)>,
    region: Span,
) -> Option<usize> {
    let reading = x.reading;
    let trigger = reading.trigger(mark);
    let (group, stage) = (trigger.group?, trigger.stage?);
    let form = mark.it.1;
    let headline = unit.kind != BlockKind::Body;
    let before = reading.fold(region).trim_end().to_owned();
    let infinitive = unit.language == Language::En && before.ends_with(" to");
    if infinitive && !headline
        || matches!(form, Form::Base) && !headline && unit.language == Language::En
    {
        return None;
    }
    let near = Span::new(
        floor_boundary(x, mark.span.start.saturating_sub(9)).max(region.start),
        mark.span.start,
    );
    if reading.has(near, CueClass::Advice) {
        return None;
    }
    if form == Form::Ing && !matches!(group, VerbGroup::Deliver | VerbGroup::Suspend) {
        return None;
    }
    let object = match group {
        VerbGroup::Sign | VerbGroup::Initial => text_object(x, unit, mark, region),
        VerbGroup::Ratify | VerbGroup::Effect => rule_object(x, unit, mark, region, group),
        VerbGroup::Hold => meeting_object(x, unit, mark, region),
        _ => plain_object(x, unit, mark, region, group),
    }?;
    if matches!(group, VerbGroup::Refuse) && object.reckoned.kind == Kind::General {
        return None;
    }
    let around = Span::new(object.span.start, object.span.end.max(mark.span.start));
    if object.named.is_some()
        && within(&reading.who, around).iter().any(|who| who.it == Who::ThirdState)
    {
        return None;
    }
    if group == VerbGroup::Launch
        && object.reckoned.kind == Kind::InstrumentConclude
        && let Some(last) = x.drafts.last_mut()
        && last.unit.span == unit.span
        && last.kind == Kind::InstrumentConclude
        && mark.span.start.saturating_sub(last.action.end) < 12
    {
        // "issued a declaration which raises relations to a partnership" is one act.
        last.action.end = object.span.end;
        last.named = object.named.map(|at| (at, InstrumentRole::Concludes)).or(last.named);
        return Some(object.span.end);
    }
    let who = actor(x, unit, mark, region, &object)?;
    let Subject::Actors(mut actors) = who.subject.clone() else { return None };
    let acted = actors.clone();
    let text = object.named.map(|at| &x.named[at]);
    if matches!(group, VerbGroup::Sign | VerbGroup::Initial) && !reading.both_sides(&actors) {
        // A text that one side signed was signed by both.
        if let Some(&state) = reading.states(&actors).first()
            && let Some(other) = reading.other_state(state)
        {
            actors.push(reading.party_of(other, unit, mark.span.start));
        }
    }
    let negated = x.negated(region, mark.span.start);
    if negated
        && matches!(
            group,
            VerbGroup::Effect
                | VerbGroup::Hold
                | VerbGroup::Deliver
                | VerbGroup::Launch
                | VerbGroup::Suspend
        )
    {
        return Some(mark.span.end);
    }
    let kind = kind(group, &object, text.map(|text| text.kind));
    let stage = stage_of(x, group, stage, kind, text.map(|text| text.kind), unit, mark);
    let stage = if infinitive && headline { Stage::Pledged } else { stage };
    let tail = tail(x, unit, mark, &object);
    let action = if object.left {
        Span::new(object.span.start, tail)
    } else {
        Span::new(mark.span.start, object.span.end.max(tail.min(object.span.end)))
    };
    let action = reading.trim(action);
    if x.off_topic(action) {
        return None;
    }
    let (framing, event, mut reasons) = framing(x, unit, mark, region, &object, group, action);
    if object.left
        && attribute(x, unit, mark, region, &object)
        && framing == Framing::News
        && group == VerbGroup::Sign
    {
        // "the signed documents": an attribute without a date tells nothing.
        return None;
    }
    reasons.insert(0, format!("\"{}\" reports an act", reading.text(mark.span)));
    reasons.push(format!("{}: {}", who.why, x.names(&actors)));
    reasons.push(object.reckoned.why.clone());
    let role = if matches!(group, VerbGroup::Sign | VerbGroup::Initial) {
        Role::Signatory
    } else {
        Role::Implementer
    };
    let lateral = stage.is_lateral();
    let strength = match (stage, text.map(|text| text.kind)) {
        (Stage::Pledged, _) => 2,
        (Stage::Signed, _) => 4,
        (
            Stage::Ratified | Stage::InForce,
            Some(InstrumentType::Law | InstrumentType::Decree | InstrumentType::Treaty),
        ) => 5,
        _ => 3,
    };
    let modality = match (framing, stage) {
        (_, Stage::Pledged) => Modality::UnilateralCommissive,
        (Framing::Report, _) => Modality::Report,
        _ => Modality::Performative,
    };
    if group == VerbGroup::Effect {
        // "passed in May, takes effect in July" is one act.
        let others = x.drafts.iter().rposition(|draft| draft.unit.span != unit.span);
        let mut here = x.drafts.split_off(others.map_or(0, |at| at + 1));
        here.retain(|draft| draft.stage != Stage::Ratified || draft.kind != kind);
        x.drafts.append(&mut here);
    }
    if group == VerbGroup::Sign
        && framing == Framing::News
        && !negated
        && unit.kind == BlockKind::Body
    {
        x.signed = object.named.or(x.signed);
    }
    let roled = |at: usize| {
        let other = lateral && !acted.contains(&at);
        (at, if other { Role::Counterparty } else { role })
    };
    let mut parties: Vec<(usize, Role)> = actors.iter().map(|&at| roled(at)).collect();
    if lateral
        && acted.len() == 1
        && let Some(&state) = reading.states(&acted).first()
        && let Some(other) = reading.other_state(state)
    {
        parties.push((reading.party_of(other, unit, mark.span.start), Role::Counterparty));
    }
    let link = match (kind, lateral) {
        (_, true) => InstrumentRole::Ends,
        (Kind::InstrumentImplement, _) => InstrumentRole::Implements,
        (Kind::InstrumentConclude | Kind::Mechanism | Kind::Policy, _) => InstrumentRole::Concludes,
        _ => InstrumentRole::ContentOf,
    };
    let list = x.group();
    if framing == Framing::News && !object.left {
        x.remember(&who);
    }
    x.push(Draft {
        unit: *unit,
        fresh: group == VerbGroup::Sign && framing == Framing::News && x.is_new(object.named),
        kind,
        stage,
        modality,
        strength,
        framing,
        polarity: Polarity::Do,
        assertion: if negated { Assertion::Negated } else { Assertion::Asserted },
        parties,
        speaker: None,
        action,
        trigger: Some(mark.span),
        named: object.named.map(|at| (at, link)),
        event_date: event.or(x.event_date),
        condition: None,
        confidence: who.confidence,
        group: list,
        reasons,
    });
    Some(action.end.max(mark.span.end))
}
