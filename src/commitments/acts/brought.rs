//! "Phiên đối thoại kế tiếp do Việt Nam đăng cai trong năm 2025", *khóa học do phía Anh tổ chức*: a Vietnamese attribute
//! names who sees to a thing. In: a unit that has been read. Out: a draft.

use crate::commitments::actions::clause::complement_end;
use crate::commitments::actions::kinds::kind_of;
use crate::commitments::actions::verb_at;
use crate::commitments::background;
use crate::commitments::extractor::Extractor;
use crate::commitments::reading::units::Unit;
use crate::commitments::reading::{Mark, within};
use crate::commitments::record::{Draft, all_as};
use crate::commitments::subjects::Subject;
use crate::config::topic::actors::Who;
use crate::config::topic::triggers::{CueClass, TriggerClass};
use crate::model::{Framing, Kind, Language, Modality, Role, Span, Stage};
use crate::text::BlockKind;

/// Longest name of the thing, in bytes.
const THING: usize = 110;

/// Reads a sentence in which nothing was found.
pub(crate) fn brought(x: &mut Extractor<'_>, unit: &Unit) {
    let reading = x.reading;
    let found = x.drafts.iter().rev().take(8).any(|draft| draft.unit.span == unit.span);
    if found
        || unit.kind != BlockKind::Body
        || unit.language != Language::Vi
        || reading.has(unit.span, CueClass::ThirdSource)
    {
        return;
    }
    let marks: Vec<Mark<Who>> = within(&reading.who, unit.span).to_vec();
    for mark in marks {
        if attribute(x, unit, &mark) {
            return;
        }
    }
}

/// The draft of a thing that stands before *do* and whoever sees to it; `false` when there is none.
fn attribute(x: &mut Extractor<'_>, unit: &Unit, by: &Mark<Who>) -> bool {
    let reading = x.reading;
    let before = reading.fold(Span::new(unit.span.start, by.span.start)).trim_end();
    let Some(word) = reading.grammar().doer.at_end(before) else { return false };
    let thing_end = unit.span.start + before.len() - word.len();
    let thing = reading
        .trim(Span::new(reading.patient_start(Span::new(unit.span.start, thing_end)), thing_end));
    let start = reading.skip_blanks(by.span.end, unit.span.end);
    let acts = verb_at(reading, start).is_some()
        || !within(&reading.triggers, Span::new(start, start + 1)).is_empty();
    let begun = reading.text(Span::new(unit.span.start, thing_end)).ends_with(' ');
    if !acts || !begun || thing.is_empty() || thing.len() > THING {
        return false;
    }
    use Kind::{Capacity, Mechanism, Operation, Outreach, Protection, Resource};
    let reckoned = kind_of(reading, x.named, thing);
    let grammar = reading.grammar();
    let words = reading.fold(thing);
    let head = grammar.copula.places(words).chain(grammar.owned.places(words)).max();
    let thing = match head.filter(|&(at, length)| at + length < words.len()) {
        Some((at, length)) => reading.trim(Span::new(thing.start + at + length, thing.end)),
        None => thing,
    };
    let told = matches!(
        reckoned.kind,
        Capacity | Mechanism | Operation | Outreach | Protection | Resource
    ) && !reckoned.why.contains("alone");
    let Some(Subject::Actors(actors)) = reading.stands_for(by, unit, &x.floor) else {
        return false;
    };
    if !told || x.off_topic(thing) || x.negated(thing, thing.end) {
        return false;
    }
    let end = complement_end(reading, unit, start);
    let clause = Span::new(thing.start, end);
    let ahead = x.source_date.is_some_and(|source| {
        x.dates.inside(clause).any(|&(_, date)| date.earliest() > source.latest())
    }) || reading.grammar().time_ahead.inside(reading.fold(clause));
    // Without a time, the attribute only says whose the thing is.
    let past = x
        .dates
        .inside(Span::new(thing.start, complement_end(reading, unit, start)))
        .next()
        .is_some()
        || within(&reading.triggers, Span::new(start, unit.span.end))
            .iter()
            .any(|mark| matches!(reading.class(mark), TriggerClass::Report | TriggerClass::Act));
    if !ahead && !past || reading.grammar().money().is_match(reading.fold(thing)) {
        return false;
    }
    let old = background::old_date(x.dates, unit.span, x.event_date).is_some()
        || background::weigh(reading, unit.span).0 >= 2;
    let both = reckoned.kind == Kind::Mechanism;
    let actors =
        if both { reading.pair(unit, by.span.start) } else { reading.as_agencies(actors, unit) };
    let (stage, role, modality) = match (ahead, both) {
        (true, true) => (Stage::Agreed, Role::Committer, Modality::JointCommissive),
        (true, false) => (Stage::Pledged, Role::Committer, Modality::UnilateralCommissive),
        (false, _) => (Stage::Implementing, Role::Implementer, Modality::Report),
    };
    let framing = match ahead {
        true => Framing::News,
        false if old => Framing::Background,
        false => Framing::Report,
    };
    let group = x.group();
    x.push(Draft {
        kind: reckoned.kind,
        stage,
        modality,
        strength: 3,
        framing,
        parties: all_as(&actors, role),
        confidence: 0.7,
        group,
        reasons: vec![format!("\"{word}\" names who sees to it"), reckoned.why],
        ..Draft::of(x, unit, by.span, reading.trim(clause))
    });
    true
}
