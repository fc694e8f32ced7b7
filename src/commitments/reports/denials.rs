//! What is denied, and what is not planned. In: a cue or trigger and its clause. Out: drafts kept as evidence.

use crate::commitments::actions::clause::complement_end;
use crate::commitments::actions::intro::intro;
use crate::commitments::actions::kinds::kind_of;
use crate::commitments::extractor::Extractor;
use crate::commitments::instruments::texts_in;
use crate::commitments::reading::units::Unit;
use crate::commitments::reading::{Mark, within};
use crate::commitments::record::Draft;
use crate::commitments::subjects::Subject;
use crate::config::topic::forms::Form;
use crate::config::topic::triggers::{CueClass, TriggerClass};
use crate::model::{
    Assertion, Framing, InstrumentRole, Kind, Modality, Polarity, Role, Span, Stage,
};

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
    x.push(Draft {
        unit: *unit,
        fresh: false,
        kind: reckoned.kind,
        stage: Stage::Refused,
        modality: Modality::UnilateralCommissive,
        strength: 1,
        framing: Framing::News,
        polarity: Polarity::Do,
        assertion: Assertion::Negated,
        parties: actors.iter().map(|&at| (at, Role::Committer)).collect(),
        speaker: x.floor.speaker_text.clone(),
        action,
        trigger: Some(mark.span),
        named: reckoned.named.map(|at| (at, InstrumentRole::Concludes)),
        event_date: x.event_date,
        condition: None,
        confidence: who.confidence,
        group,
        reasons: vec![
            format!(
                "\"{}\": there is no plan, which is not a refusal for ever",
                reading.text(mark.span)
            ),
            reckoned.why,
        ],
    });
    Some(end)
}

/// "denied that the treaty had been signed": the content is kept as denied.
pub(crate) fn denial(x: &mut Extractor<'_>, unit: &Unit) -> Option<usize> {
    let reading = x.reading;
    let cue = reading.cues_of(unit.span, CueClass::Deny).next()?;
    let who = reading.subject(Span::new(unit.span.start, cue.start), unit, &x.floor);
    let actors = match who.subject.clone() {
        Subject::Actors(actors) => actors,
        Subject::Outsider => return Some(unit.span.end),
        _ => return None,
    };
    let end = complement_end_plain(x, unit, cue.end);
    let text = reading.text(Span::new(cue.end, end));
    let skip = [" that ", " rằng ", " reports that ", " thông tin "]
        .iter()
        .filter_map(|word| text.find(word).filter(|&at| at < 60).map(|at| at + word.len()))
        .max()
        .unwrap_or(0);
    let span = reading.trim(Span::new(cue.end + skip, end));
    if span.is_empty() {
        return None;
    }
    let inner = within(&reading.triggers, span).iter().find(|mark| {
        matches!(
            reading.class(mark),
            TriggerClass::Act | TriggerClass::Lateral | TriggerClass::Joint
        )
    });
    let named = texts_in(x.named, span).next();
    let reckoned = kind_of(reading, x.named, span);
    let stage = inner.and_then(|mark| reading.trigger(mark).stage).unwrap_or(Stage::Agreed);
    let concludes = named.is_some()
        && matches!(stage, Stage::Signed | Stage::Terminated | Stage::Concluded | Stage::Withdrawn);
    // "a returns deal had been reached": the denied act is what the deal is for.
    let about =
        reading.concepts_in(span).find_map(|(_, at)| reading.topic.concepts.concepts[at].kind);
    let kind = match (concludes, reckoned.kind, about) {
        (true, _, _) => Kind::InstrumentConclude,
        (_, Kind::InstrumentImplement, Some(about)) => about,
        (_, kind, _) => kind,
    };
    if kind == Kind::General && named.is_none() {
        return None;
    }
    let group = x.group();
    x.push(Draft {
        unit: *unit,
        fresh: false,
        kind,
        stage,
        modality: Modality::Report,
        strength: 0,
        framing: Framing::News,
        polarity: Polarity::Do,
        assertion: Assertion::Denied,
        parties: actors.iter().map(|&at| (at, Role::Implementer)).collect(),
        speaker: x.floor.speaker_text.clone(),
        action: span,
        trigger: Some(cue),
        named: named.map(|at| (at, InstrumentRole::Concludes)),
        event_date: x.event_date,
        condition: None,
        confidence: who.confidence,
        group,
        reasons: vec![format!("\"{}\": what follows is denied", reading.text(cue)), reckoned.why],
    });
    Some(end)
}

fn complement_end_plain(x: &Extractor<'_>, unit: &Unit, from: usize) -> usize {
    let text = x.reading.text(Span::new(from, unit.span.end));
    let cut = text.find([':', ';']).map_or(unit.span.end, |at| from + at);
    x.reading.trim(Span::new(from, cut)).end
}
