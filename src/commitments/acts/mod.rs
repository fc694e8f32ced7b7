//! What is reported as done, stopped or started again. In: a trigger and its clause. Out: a draft.
//!
//! An act has an [`object`] (among [`texts`] and rules, [`meetings`] or [`deeds`]), a [`doer`], an [`outcome`] and a
//! [`framing`]; [`plain`] statements need no trigger. Vietnamese also tells in attributes what is
//! [`brought`] about.

pub(crate) mod brought;
pub(crate) mod deeds;
pub(crate) mod doer;
pub(crate) mod framing;
pub(crate) mod meetings;
pub(crate) mod object;
pub(crate) mod outcome;
pub(crate) mod plain;
pub(crate) mod texts;

use crate::commitments::extractor::Extractor;
use crate::commitments::reading::units::Unit;
use crate::commitments::reading::{Mark, within};
use crate::commitments::record::Draft;
use crate::commitments::subjects::Subject;
use crate::config::topic::actors::Who;
use crate::config::topic::forms::Form;
use crate::config::topic::triggers::{CueClass, TriggerClass, VerbGroup};
use crate::model::{
    Assertion, Framing, InstrumentRole, InstrumentType, Kind, Language, Role, Span, Stage,
};
use crate::text::BlockKind;
use object::{Object, Predicate};

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
    let p = Predicate { unit, verb: mark.span, form: mark.it.1, region, group, trigger: mark.it.0 };
    if thanked(x, &p) {
        return None;
    }
    let to_come = heralded(x, &p);
    if !finite(x, &p, to_come) || trails(x, &p) {
        return None;
    }
    let object = object_of(x, &p)?;
    if with_outsider(x, &p, &object) || attends(x, &p, &object) {
        return None;
    }
    if let Some(end) = same_declaration(x, &p, &object) {
        return Some(end);
    }
    let who = doer::actor(x, &p, &object)?;
    let Subject::Actors(acted) = who.subject.clone() else { return None };
    let negated = x.negated(region, p.verb.start);
    let unfinished = matches!(
        group,
        VerbGroup::Effect
            | VerbGroup::Hold
            | VerbGroup::Deliver
            | VerbGroup::Launch
            | VerbGroup::Suspend
    );
    if negated && unfinished {
        return Some(p.verb.end);
    }
    let text = object.named.map(|at| x.named[at].kind);
    let kind = outcome::kind(group, &object, text);
    let stage = outcome::stage_of(x, &p, stage, kind, text);
    let stage = if to_come && unit.kind != BlockKind::Body { Stage::Pledged } else { stage };
    let (kind, stage) = issued_as(x, &p, &object, &acted, (kind, stage));
    let action = with_purpose(x, &p, &object, action(x, &p, &object));
    if x.off_topic(action) {
        return None;
    }
    let mut told = framing::framing(x, &p, &object, action);
    let relative = group == VerbGroup::Sign && object::relative_clause(x, &p, &object);
    if relative && told.event.is_none() && told.framing == Framing::News {
        told.framing = Framing::Background;
        told.reasons.push("a relative clause tells what is known".to_owned());
    }
    let described = p.form == Form::Past && object::attribute(x, &p, &object);
    if group == VerbGroup::Sign && described && past(x, &told) && told.framing == Framing::News {
        told.framing = Framing::Background;
        told.reasons.push("an attribute with a date tells what is known".to_owned());
    }
    let news = told.framing == Framing::News;
    if group == VerbGroup::Sign && news && !relative && object::attribute(x, &p, &object) {
        // "the signed documents": an attribute without a date tells nothing.
        return None;
    }
    x.issued |= news && group == VerbGroup::Ratify && unit.kind == BlockKind::Body;
    if group == VerbGroup::Effect {
        forget_adoption(x, unit, kind);
    }
    let foreseen = !negated && foreseen(x, &p);
    if group == VerbGroup::Sign && news && !negated && !foreseen && unit.kind == BlockKind::Body {
        x.signed = object.named.or(x.signed);
    }
    let mut reasons = vec![format!("\"{}\" reports an act", reading.text(p.verb))];
    reasons.extend(told.reasons);
    let actors = actors(x, &p, &acted);
    reasons.push(format!("{}: {}", who.why, x.names(&actors)));
    reasons.push(object.reckoned.why.clone());
    let list = x.group();
    if news && !object.left {
        x.remember(&who);
    }
    x.push(Draft {
        fresh: group == VerbGroup::Sign && news && x.is_new(object.named),
        kind,
        stage,
        modality: outcome::modality(told.framing, stage),
        strength: outcome::strength(stage, text),
        framing: told.framing,
        assertion: match (negated, foreseen) {
            (true, _) => Assertion::Negated,
            (_, true) => Assertion::Forecast,
            _ => Assertion::Asserted,
        },
        parties: parties(x, &p, &acted, &actors, stage, kind),
        speaker: None,
        named: object.named.map(|at| (at, outcome::link(kind, stage))),
        event_date: told.event.or(x.event_date),
        confidence: who.confidence,
        group: list,
        reasons,
        ..Draft::of(x, unit, p.verb, action)
    });
    Some(action.end.max(p.verb.end))
}

/// *hai bên thông qua Kế hoạch hành động chung*: what both sides adopt is concluded between them (ontology 6). *Chính phủ ban
/// hành Kế hoạch thực hiện Bản ghi nhớ*: a plan of one side to carry out a text is the first of its carrying out.
fn issued_as(
    x: &Extractor<'_>,
    p: &Predicate<'_>,
    object: &Object,
    acted: &[usize],
    found: (Kind, Stage),
) -> (Kind, Stage) {
    let reading = x.reading;
    let Some(text) = object.named.map(|at| &x.named[at]) else { return found };
    let vietnamese = p.unit.language == Language::Vi && p.group == VerbGroup::Ratify;
    if !vietnamese || found != (Kind::InstrumentConclude, Stage::Ratified) {
        return found;
    }
    if reading.both_sides(acted) {
        let treaty = text.kind == InstrumentType::Treaty || text.kind == InstrumentType::Protocol;
        return if treaty { found } else { (found.0, Stage::Signed) };
    }
    let carries_out = within(&reading.verbs, object.span)
        .iter()
        .any(|verb| verb.it.kind == Kind::InstrumentImplement && verb.span.start > text.span.start);
    if carries_out && text.kind == InstrumentType::ActionPlan {
        return (Kind::InstrumentImplement, Stage::Implementing);
    }
    found
}

/// "thanked the British side for having sent lecturers": praise tells nothing new, unless it gives a figure.
fn thanked(x: &Extractor<'_>, p: &Predicate<'_>) -> bool {
    let reading = x.reading;
    let speech = reading.cues_of(p.region, CueClass::Speech).last();
    let thanks = speech.is_some_and(|cue| reading.grammar().thanks.is(reading.fold(cue)));
    let rest = reading.text(Span::new(p.verb.end, p.unit.span.end));
    thanks && !rest.contains(|c: char| c.is_ascii_digit())
}

/// "to sign": only in a headline an announcement.
fn heralded(x: &Extractor<'_>, p: &Predicate<'_>) -> bool {
    let grammar = x.reading.grammar();
    grammar.infinitive.at_end(x.reading.fold(p.region)).is_some()
}

/// "received two years, suspended": an English participle that stands alone behind a comma is no act.
fn trails(x: &Extractor<'_>, p: &Predicate<'_>) -> bool {
    let reading = x.reading;
    let from = reading.floor(p.verb.start.saturating_sub(3)).max(p.unit.span.start);
    let before = reading.fold(Span::new(from, p.verb.start)).trim_end();
    let after = reading.fold(Span::new(p.verb.end, p.unit.span.end)).trim_start();
    p.unit.language == Language::En
        && p.form == Form::Past
        && before.ends_with(',')
        && (after.is_empty() || after.starts_with(['.', ',', ';']))
}

/// Whether the verb is one that reports: not an infinitive, not under "should".
fn finite(x: &Extractor<'_>, p: &Predicate<'_>, infinitive: bool) -> bool {
    let english = p.unit.language == Language::En;
    if p.unit.kind == BlockKind::Body && (infinitive || p.form == Form::Base && english) {
        return false;
    }
    let from = x.reading.floor(p.verb.start.saturating_sub(9)).max(p.region.start);
    let advice = x.reading.has(Span::new(from, p.verb.start), CueClass::Advice);
    // "is ending the scheme" reports, "ending the scheme" does not.
    let going_on = english
        && x.reading.grammar().progressive.at_end(x.reading.fold(p.region)).is_some()
        && x.reading.class_of(p.trigger) == TriggerClass::Lateral;
    let gerund = p.form == Form::Ing
        && !going_on
        && !matches!(p.group, VerbGroup::Deliver | VerbGroup::Suspend);
    !advice && !gerund
}

/// Bytes before a verb in which a word of expectation governs it.
const FORESEEN: usize = 32;

/// Whether the act is only expected: "may be signed this week", *có thể được ký*.
fn foreseen(x: &Extractor<'_>, p: &Predicate<'_>) -> bool {
    let from = x.reading.floor(p.verb.start.saturating_sub(FORESEEN)).max(p.region.start);
    p.unit.kind == BlockKind::Body
        && x.reading.has(Span::new(from, p.verb.start), CueClass::Forecast)
}

/// An attribute dates a text as old from this many days on.
const FRESH: i64 = 3;

/// Whether an act lies days before the news ("the pact signed on 2 March").
fn past(x: &Extractor<'_>, told: &framing::Told) -> bool {
    let now = x.event_date.or(x.source_date);
    told.event.zip(now).is_some_and(|(event, now)| {
        event.latest() < now.earliest() && event.days_apart(now) > FRESH
    })
}

/// "attended the summit": who was where tells no act.
fn attends(x: &Extractor<'_>, p: &Predicate<'_>, object: &Object) -> bool {
    let grammar = x.reading.grammar();
    object.named.is_none()
        && object.reckoned.kind == Kind::Mechanism
        && grammar.meets.at_start(x.reading.fold(p.verb)).is_some()
}

/// What is signed, held, stopped …
fn object_of(x: &Extractor<'_>, p: &Predicate<'_>) -> Option<Object> {
    let object = match p.group {
        VerbGroup::Sign | VerbGroup::Initial => texts::text_object(x, p),
        VerbGroup::Ratify | VerbGroup::Effect => texts::rule_object(x, p),
        VerbGroup::Hold => meetings::meeting_object(x, p),
        _ => deeds::plain_object(x, p),
    }?;
    let vague = p.group == VerbGroup::Refuse && object.reckoned.kind == Kind::General;
    (!vague).then_some(object)
}

/// A text with another state is none of ours.
fn with_outsider(x: &Extractor<'_>, p: &Predicate<'_>, object: &Object) -> bool {
    let around = Span::new(object.span.start, object.span.end.max(p.verb.start));
    object.named.is_some()
        && within(&x.reading.who, around).iter().any(|who| who.it == Who::ThirdState)
}

/// "issued a declaration which raises relations to a partnership" is one act: gives its end.
fn same_declaration(x: &mut Extractor<'_>, p: &Predicate<'_>, object: &Object) -> Option<usize> {
    let launched = p.group == VerbGroup::Launch && object.reckoned.kind == Kind::InstrumentConclude;
    let last = x.drafts.last_mut().filter(|_| launched)?;
    if last.unit.span != p.unit.span
        || last.kind != Kind::InstrumentConclude
        || p.verb.start.saturating_sub(last.action.end) >= 12
    {
        return None;
    }
    last.action.end = object.span.end;
    last.named = object.named.map(|at| (at, InstrumentRole::Concludes)).or(last.named);
    Some(object.span.end)
}

/// The stretch that tells the act.
fn action(x: &Extractor<'_>, p: &Predicate<'_>, object: &Object) -> Span {
    let tail = object::tail(x, p, object);
    let action = if object.left {
        Span::new(object.span.start, tail)
    } else {
        Span::new(p.verb.start, object.span.end.max(tail.min(object.span.end)))
    };
    x.reading.trim(action)
}

/// "ký một bản Tuyên bố chung nhằm …": a Vietnamese text without a subject of its own is told by what it is for.
fn with_purpose(x: &Extractor<'_>, p: &Predicate<'_>, object: &Object, action: Span) -> Span {
    let reading = x.reading;
    let bare = object.named.is_some_and(|at| x.named[at].topics.is_empty());
    let next = reading.skip_blanks(action.end, p.unit.span.end);
    let purpose = reading.cues_of(Span::new(next, next + 1), CueClass::Purpose).next().is_some();
    if p.unit.language != Language::Vi || p.group != VerbGroup::Sign || !bare || !purpose {
        return action;
    }
    let rest = reading.text(Span::new(next, p.unit.span.end));
    let end = rest.find([',', ';']).map_or(p.unit.span.end, |at| next + at);
    reading.trim(Span::new(action.start, end))
}

/// "passed in May, takes effect in July" is one act: the first half is dropped.
fn forget_adoption(x: &mut Extractor<'_>, unit: &Unit, kind: Kind) {
    let others = x.drafts.iter().rposition(|draft| draft.unit.span != unit.span);
    let mut here = x.drafts.split_off(others.map_or(0, |at| at + 1));
    here.retain(|draft| draft.stage != Stage::Ratified || draft.kind != kind);
    x.drafts.append(&mut here);
}

/// Those who acted; a text that one side signed was signed by both.
fn actors(x: &Extractor<'_>, p: &Predicate<'_>, acted: &[usize]) -> Vec<usize> {
    let reading = x.reading;
    let mut actors = reading.as_agencies(acted.to_vec(), p.unit);
    if matches!(p.group, VerbGroup::Sign | VerbGroup::Initial)
        && !reading.both_sides(&actors)
        && let Some(&state) = reading.states(&actors).first()
        && let Some(other) = reading.other_state(state)
    {
        actors.push(reading.party_of(other, p.unit, p.verb.start));
    }
    actors
}

/// Those who acted with their roles; who halts or refuses has the other side against it.
fn parties(
    x: &Extractor<'_>,
    p: &Predicate<'_>,
    acted: &[usize],
    actors: &[usize],
    stage: Stage,
    kind: Kind,
) -> Vec<(usize, Role)> {
    let reading = x.reading;
    let lateral = stage.is_lateral();
    let role = match p.group {
        VerbGroup::Sign | VerbGroup::Initial => Role::Signatory,
        VerbGroup::Launch if kind == Kind::InstrumentConclude => Role::Signatory,
        VerbGroup::Effect | VerbGroup::Ratify if kind == Kind::Policy => Role::Committer,
        VerbGroup::Fund => Role::Funder,
        _ => Role::Implementer,
    };
    let roled = |at: usize| {
        let other = lateral && !acted.contains(&at);
        (at, if other { Role::Counterparty } else { role })
    };
    let mut parties: Vec<(usize, Role)> = actors.iter().map(|&at| roled(at)).collect();
    if lateral
        && acted.len() == 1
        && let Some(&state) = reading.states(acted).first()
        && let Some(other) = reading.other_state(state)
    {
        parties.push((reading.party_of(other, p.unit, p.verb.start), Role::Counterparty));
    }
    parties
}
