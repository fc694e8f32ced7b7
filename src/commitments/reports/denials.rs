//! What is denied, and what is not planned. In: a cue or trigger and its clause. Out: drafts kept as evidence.

use crate::commitments::actions::clause::complement_end;
use crate::commitments::actions::intro::intro;
use crate::commitments::actions::kinds::kind_of;
use crate::commitments::extractor::Extractor;
use crate::commitments::instruments::texts_in;
use crate::commitments::reading::units::Unit;
use crate::commitments::reading::{Mark, within};
use crate::commitments::record::{Draft, all_as};
use crate::commitments::subjects::Subject;
use crate::config::topic::forms::Form;
use crate::config::topic::triggers::{CueClass, TriggerClass};
use crate::model::{Assertion, InstrumentRole, Kind, Language, Modality, Role, Span, Stage};

/// "has no plan to sign"
pub(crate) fn no_plan(
    x: &mut Extractor<'_>,
    unit: &Unit,
    mark: &Mark<(usize, Form)>,
    region: Span,
) -> Option<usize> {
    let reading = x.reading;
    let who = reading.subject(region, unit, &x.floor);
    let Subject::Actors(actors) = who.subject.clone() else { return None };
    let start = intro(reading, unit, mark.span.end);
    let end = complement_end(reading, unit, mark.span.end);
    let action = reading.trim(Span::new(start.start.min(end), end));
    if action.is_empty() {
        return None;
    }
    let reckoned = kind_of(reading, x.named, action);
    let group = x.group();
    let why = "there is no plan, which is not a refusal for ever";
    x.push(Draft {
        kind: reckoned.kind,
        stage: Stage::Refused,
        modality: Modality::UnilateralCommissive,
        strength: 1,
        assertion: Assertion::Negated,
        parties: all_as(&actors, Role::Committer),
        named: reckoned.named.map(|at| (at, InstrumentRole::Concludes)),
        confidence: who.confidence,
        group,
        reasons: vec![format!("\"{}\": {why}", reading.text(mark.span)), reckoned.why],
        ..Draft::of(x, unit, mark.span, action)
    });
    Some(end)
}

/// "denied that the treaty had been signed": the content is kept as denied.
pub(crate) fn denial(x: &mut Extractor<'_>, unit: &Unit) -> Option<usize> {
    let reading = x.reading;
    let Some(cue) = reading.cues_of(unit.span, CueClass::Deny).next() else {
        return rumour(x, unit);
    };
    // "requests denied by the other side" denies no report.
    let agent = &reading.grammar().agent;
    if agent.at_start(reading.fold(Span::new(cue.end, unit.span.end))).is_some() {
        return None;
    }
    let who = reading.subject(Span::new(unit.span.start, cue.start), unit, &x.floor);
    // "An earlier version said that …": the paper itself takes it back.
    let own = cue.start == unit.span.start;
    let actors = match who.subject.clone() {
        _ if own => reading.pair(unit, cue.start),
        Subject::Actors(actors) => actors,
        Subject::Outsider => return Some(unit.span.end),
        _ => return None,
    };
    let end = complement_end_plain(x, unit, cue.end);
    let span = denied(x, cue, end);
    if span.is_empty() {
        return None;
    }
    let inner = within(&reading.triggers, span).iter().find(|mark| {
        matches!(
            reading.class(mark),
            TriggerClass::Act | TriggerClass::Lateral | TriggerClass::Joint
        )
    });
    let stage = inner.and_then(|mark| reading.trigger(mark).stage).unwrap_or(Stage::Agreed);
    let named = texts_in(x.named, span).next();
    // A denial of facts is none of ours (ontology E6): there must be an agreement, or an act on a text.
    let agreed = inner.is_some_and(|mark| {
        matches!(reading.class(mark), TriggerClass::Joint | TriggerClass::Lateral)
    });
    if unit.language == Language::En && named.is_none() && !agreed {
        return Some(end);
    }
    let reckoned = kind_of(reading, x.named, span);
    let kind = denied_kind(x, span, stage, named, reckoned.kind);
    if kind == Kind::General && named.is_none() {
        return None;
    }
    let group = x.group();
    x.push(Draft {
        kind,
        stage,
        assertion: Assertion::Denied,
        parties: all_as(&actors, Role::Implementer),
        named: named.map(|at| (at, InstrumentRole::Concludes)),
        confidence: who.confidence,
        group,
        reasons: vec![format!("\"{}\": what follows is denied", reading.text(cue)), reckoned.why],
        ..Draft::of(x, unit, cue, span)
    });
    Some(end)
}

/// "The report that Vietnam has accepted a quota is groundless": what is said of it denies it.
fn rumour(x: &mut Extractor<'_>, unit: &Unit) -> Option<usize> {
    let reading = x.reading;
    if unit.language != Language::En {
        return None;
    }
    let words = reading.fold(unit.span);
    let grammar = reading.grammar();
    let (at, length) = grammar.rumours.places(words).min()?;
    let start = reading.skip_blanks(unit.span.start + at + length, unit.span.end);
    let rest = reading.fold(Span::new(start, unit.span.end));
    let (said, _) = grammar.untrue.places(rest).min()?;
    let span = reading.trim(Span::new(start, start + said));
    let inner = within(&reading.triggers, span).iter().find(|mark| {
        matches!(
            reading.class(mark),
            TriggerClass::Act | TriggerClass::Lateral | TriggerClass::Joint | TriggerClass::Commit
        )
    })?;
    let stage = reading.trigger(inner).stage.unwrap_or(Stage::Agreed);
    let who = reading.subject(Span::new(unit.span.start, unit.span.start + at), unit, &x.floor);
    let actors = match who.subject {
        Subject::Actors(actors) => actors,
        _ => reading.pair(unit, span.start),
    };
    let reckoned = kind_of(reading, x.named, span);
    if reckoned.kind == Kind::General {
        return None;
    }
    let named = texts_in(x.named, span).next();
    let group = x.group();
    let cue = Span::new(unit.span.start + at, start);
    x.push(Draft {
        kind: denied_kind(x, span, stage, named, reckoned.kind),
        stage,
        assertion: Assertion::Denied,
        parties: all_as(&actors, Role::Implementer),
        named: named.map(|at| (at, InstrumentRole::Concludes)),
        confidence: 0.7,
        group,
        reasons: vec![
            format!("\"{}\": what follows is said to be untrue", reading.text(cue)),
            reckoned.why,
        ],
        ..Draft::of(x, unit, cue, span)
    });
    Some(unit.span.end)
}

/// What is denied: the clause after the verb of denial and its "that".
fn denied(x: &Extractor<'_>, cue: Span, end: usize) -> Span {
    let text = x.reading.text(Span::new(cue.end, end));
    let opens = x.reading.grammar().denied.places(text).filter(|&(at, _)| at < 60);
    let skip = opens.map(|(at, length)| at + length).max().unwrap_or(0);
    x.reading.trim(Span::new(cue.end + skip, end))
}

/// "a returns deal had been reached": the denied act is what the deal is for.
fn denied_kind(
    x: &Extractor<'_>,
    span: Span,
    stage: Stage,
    named: Option<usize>,
    reckoned: Kind,
) -> Kind {
    let reading = x.reading;
    let concludes =
        matches!(stage, Stage::Signed | Stage::Terminated | Stage::Concluded | Stage::Withdrawn);
    let about =
        reading.concepts_in(span).find_map(|(_, at)| reading.topic.concepts.concepts[at].kind);
    match (concludes && named.is_some(), reckoned, about) {
        (true, _, _) => Kind::InstrumentConclude,
        (_, Kind::InstrumentImplement, Some(about)) => about,
        (_, kind, _) => kind,
    }
}

/// The denied clause runs to the next strong stop.
fn complement_end_plain(x: &Extractor<'_>, unit: &Unit, from: usize) -> usize {
    let text = x.reading.text(Span::new(from, unit.span.end));
    let cut = text.find([':', ';']).map_or(unit.span.end, |at| from + at);
    x.reading.trim(Span::new(from, cut)).end
}
