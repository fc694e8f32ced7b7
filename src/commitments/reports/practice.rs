//! "regularly exchange", "have conducted", *thường xuyên trao đổi*: what is or was being done. In: a trigger of class
//! report and its clause. Out: drafts.

use crate::commitments::actions::clause::complement_end;
use crate::commitments::actions::intro::{Intro, intro};
use crate::commitments::actions::lists::{carried_out, pieces};
use crate::commitments::actions::verb_at;
use crate::commitments::extractor::Extractor;
use crate::commitments::reading::units::Unit;
use crate::commitments::reading::{Mark, within};
use crate::commitments::record::Draft;
use crate::commitments::subjects::Subject;
use crate::config::topic::forms::Form;
use crate::config::topic::triggers::TriggerClass;
use crate::model::{
    Assertion, Framing, InstrumentRole, Kind, Language, Modality, Polarity, Role, Span, Stage,
};

/// "regularly exchange", "have conducted", *thường xuyên trao đổi*
pub(crate) fn report(
    x: &mut Extractor<'_>,
    unit: &Unit,
    mark: &Mark<(usize, Form)>,
    region: Span,
) -> Option<usize> {
    let reading = x.reading;
    let start: Intro = intro(reading, unit, mark.span.end);
    let at = reading.skip_blanks(start.start, unit.span.end);
    let verb = *verb_at(reading, at)?;
    let words = reading.fold(mark.span);
    let perfect = words.starts_with("have") || words.starts_with("has");
    let progressive = words.starts_with("is") || words.starts_with("are");
    let habit = !perfect && !progressive && unit.language == Language::En;
    let licensed = unit.language == Language::Vi
        || perfect && verb.it.form == Form::Past
        || progressive && verb.it.form == Form::Ing
        || habit && matches!(verb.it.form, Form::Base | Form::Past | Form::Third);
    if !licensed || start.refrain || x.negated(region, mark.span.start) {
        return None;
    }
    // A Vietnamese trigger right here tells more.
    if within(&reading.triggers, Span::new(at, at + 1)).iter().any(|other| {
        other.span.start == at
            && matches!(
                reading.class(other),
                TriggerClass::Act
                    | TriggerClass::Lateral
                    | TriggerClass::Commit
                    | TriggerClass::Joint
                    | TriggerClass::Directive
            )
    }) {
        return None;
    }
    let who = reading.subject(region, unit, &x.floor);
    let Subject::Actors(actors) = who.subject.clone() else { return None };
    let end = complement_end(reading, unit, mark.span.end);
    let both = reading.both_sides(&actors);
    let marked_habit = habit || words.contains("thường xuyên") || words.contains("regularly");
    let mut made = false;
    let group = x.group();
    for piece in pieces(reading, x.named, unit, reading.trim(Span::new(at, end))) {
        let kind = piece.reckoned.kind;
        let generic = matches!(kind, Kind::General | Kind::InstrumentConclude)
            || !both
                && !matches!(
                    kind,
                    Kind::Capacity | Kind::Resource | Kind::Mechanism | Kind::InstrumentImplement
                )
            || unit.language == Language::Vi && !marked_habit && !both;
        if generic || x.off_topic(piece.span) || verb_at(reading, piece.span.start).is_none() {
            continue;
        }
        let texts = if kind == Kind::InstrumentImplement {
            carried_out(x.named, piece.span)
        } else {
            Vec::new()
        };
        if kind == Kind::InstrumentImplement && texts.is_empty() {
            continue;
        }
        let counted = reading.text(piece.span).chars().any(|c| c.is_ascii_digit());
        let past = perfect && !matches!(kind, Kind::InstrumentImplement | Kind::Mechanism)
            || counted && unit.language == Language::Vi;
        let stage = if past { Stage::Delivered } else { Stage::Implementing };
        let mut spans: Vec<(Span, Option<usize>)> = vec![(piece.span, texts.first().copied())];
        if texts.len() > 1 {
            spans[0].0.end = x.named[texts[0]].span.end;
            spans.extend(texts[1..].iter().map(|&text| (x.named[text].span, Some(text))));
        }
        for (action, text) in spans {
            x.push(Draft {
                unit: *unit,
                fresh: false,
                kind,
                stage,
                modality: Modality::Report,
                strength: if text.is_some() { 4 } else { 3 },
                framing: Framing::Report,
                polarity: Polarity::Do,
                assertion: Assertion::Asserted,
                parties: actors.iter().map(|&at| (at, Role::Implementer)).collect(),
                speaker: x.floor.speaker_text.clone(),
                action,
                trigger: Some(mark.span),
                named: text.map(|at| (at, InstrumentRole::Implements)),
                event_date: x.event_date,
                condition: None,
                confidence: who.confidence * 0.9,
                group,
                reasons: vec![
                    format!("\"{}\" reports what is or was being done", reading.text(mark.span)),
                    format!("{}: {}", who.why, x.names(&actors)),
                    piece.reckoned.why.clone(),
                ],
            });
            made = true;
        }
    }
    if made { Some(end) } else { None }
}
