//! Meetings and courses that are held. In: a predicate. Out: the object.

use super::object::{Object, Predicate, passive};
use crate::commitments::actions::clause::clause_end;
use crate::commitments::actions::kinds::{Reckoned, kind_of};
use crate::commitments::extractor::Extractor;
use crate::commitments::instruments::{Named, texts_in};
use crate::commitments::reading::within;
use crate::config::topic::triggers::CueClass;
use crate::model::{InstrumentType, Kind, Language, Span};

/// A meeting or a course that is held.
pub(crate) fn meeting_object(x: &Extractor<'_>, p: &Predicate<'_>) -> Option<Object> {
    let reading = x.reading;
    let end = clause_end(x, p.unit, p.verb.end);
    let passive = passive(x, p) || p.intransitive(reading);
    let right = texts_in(x.named, Span::new(p.verb.end, end.min(p.verb.end + 60)))
        .find(|&at| mechanism(x, &x.named[at]));
    let left = texts_in(x.named, Span::new(p.region.start, p.verb.start)).rfind(|&at| {
        let n = &x.named[at];
        let between = Span::new(n.span.end.min(p.verb.start), p.verb.start);
        mechanism(x, n)
            && n.span.end <= p.verb.start
            && (passive || n.span.end + 6 > p.verb.start || which(x, p, between))
    });
    let chosen = match (right, left) {
        (Some(at), _) if !passive => Some((at, false)),
        (_, Some(at)) => Some((at, true)),
        (Some(at), None) => Some((at, false)),
        _ => None,
    };
    match chosen {
        Some((at, left)) => {
            Some(Object::named(x, at, left, Kind::Mechanism, "a meeting of a known mechanism"))
        }
        None => another_edition(x, p, passive).or_else(|| course(x, p, passive, end)),
    }
}

/// "the dialogue, which the two ministries had held earlier in the day": a clause says it of the meeting before it.
fn which(x: &Extractor<'_>, p: &Predicate<'_>, between: Span) -> bool {
    let reading = x.reading;
    let words = reading.fold(between);
    p.unit.language == Language::En
        && between.len() < CLAUSE
        && reading.grammar().relative_words.at_start(words.trim_start_matches(',')).is_some()
        && !within(&reading.who, between).is_empty()
        // "which London was to have hosted" was not held.
        && !reading.grammar().infinitive.inside(words)
}

/// Longest way from a meeting to the verb of a relative clause that says it was held, in bytes.
const CLAUSE: usize = 80;

/// Words of the subject that means another edition, at most.
const ELLIPTIC_WORDS: usize = 5;

/// "The third took place in Hanoi": another meeting of the mechanism that was named before.
fn another_edition(x: &Extractor<'_>, p: &Predicate<'_>, passive: bool) -> Option<Object> {
    let reading = x.reading;
    let subject = reading.trim(p.region);
    let words = reading.text(subject).split_whitespace().count();
    let ordinal = within(&reading.cues, subject)
        .iter()
        .any(|cue| matches!(cue.it, CueClass::Ordinal(_)) && cue.span.end <= subject.end);
    let back = Span::new(reading.floor(subject.start.saturating_sub(BEFORE)), subject.start);
    let before = texts_in(x.named, back).rfind(|&at| mechanism(x, &x.named[at]))?;
    let kind = Kind::Mechanism;
    let why = format!("another meeting of \"{}\"", reading.fold(x.named[before].span));
    (passive && ordinal && words <= ELLIPTIC_WORDS).then_some(Object {
        span: subject,
        reckoned: Reckoned { kind, why, named: None },
        named: None,
        left: true,
    })
}

/// Farthest back that "the third" reaches for the mechanism that it means, in bytes.
const BEFORE: usize = 500;

/// A mechanism that can be told from others.
fn mechanism(x: &Extractor<'_>, named: &Named) -> bool {
    let vague = &x.reading.topic.triggers.notions.default;
    named.kind == InstrumentType::Mechanism
        && (named.edition.is_some()
            || named.id.is_some()
            || named.topics.iter().any(|topic| topic != vague))
}

/// A course, a meeting of a working group, a flight: something without a name of its own.
fn course(x: &Extractor<'_>, p: &Predicate<'_>, passive: bool, end: usize) -> Option<Object> {
    let reading = x.reading;
    let span =
        if passive { Span::new(p.region.start, p.verb.start) } else { Span::new(p.verb.end, end) };
    let span = reading.trim(span);
    let reckoned = kind_of(reading, x.named, span);
    let notions = &reading.topic.triggers.notions;
    let meeting = reading.concepts_in(span).any(|(place, at)| {
        let concept = &reading.topic.concepts.concepts[at];
        place.start < span.start + 60
            && (concept.kind == Some(Kind::Capacity)
                && concept.topics.iter().any(|topic| notions.courses.contains(topic))
                || notions.events.contains(&concept.id))
    });
    let kind_ok = matches!(reckoned.kind, Kind::Capacity | Kind::Mechanism | Kind::Operation);
    (meeting && kind_ok).then_some(Object { span, reckoned, named: None, left: passive })
}
