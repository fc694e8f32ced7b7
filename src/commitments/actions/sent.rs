//! What is sent, lent or handed over: people are a resource, records are information. In: the span of an action. Out: a
//! kind, with the words that show it.

use crate::commitments::reading::{Mark, Reading, within};
use crate::config::topic::triggers::Verb;
use crate::model::{Kind, Span};

/// Words between a verb of sending and what is sent, at most: the receiver, a number, adverbs.
const STEPS: usize = 8;

/// Farthest that a word of travel stands from those who travel, in bytes.
const JOURNEY: usize = 120;

/// Kind of an action that sends people or hands over records, or of a journey of officials.
pub(crate) fn sent(
    reading: &Reading<'_>,
    span: Span,
    verbs: &[Mark<Verb>],
) -> Option<(Kind, String)> {
    let grammar = reading.grammar();
    let text = reading.fold(span);
    let verb = grammar.sends.at_start(text);
    let from = reading.skip_blanks(span.start + verb.map_or(0, str::len), span.end);
    let at = object(reading, from, span.end)?;
    let rest = reading.fold(Span::new(at, span.end));
    if let Some(crew) = grammar.crews.at_start(rest) {
        let ahead = Span::new(at, reading.floor((at + JOURNEY).min(span.end)));
        let travels = grammar.travels.inside(reading.fold(ahead));
        let posts = verb.is_some_and(|verb| grammar.posts.is(verb));
        let named = named_longer(reading, at, crew.len());
        if !named
            && verb.is_some()
            && let Some(task) = task(reading, ahead, verbs)
        {
            let why = format!("\"{crew}\" go for \"{}\"", reading.fold(task.span));
            return Some((task.it.kind, why));
        }
        let people = (posts || travels) && !named && !learns(reading, ahead, verbs);
        return people.then(|| (Kind::Resource, format!("\"{crew}\" are sent")));
    }
    verb?;
    let records =
        grammar.records.at_start(rest).filter(|word| !named_longer(reading, at, word.len()))?;
    Some((Kind::InfoExchange, format!("\"{records}\" are handed over")))
}

/// Where the thing sent begins: behind the receiver, numbers and small words.
fn object(reading: &Reading<'_>, from: usize, limit: usize) -> Option<usize> {
    let grammar = reading.grammar();
    let mut at = from;
    for _ in 0..STEPS {
        let rest = reading.fold(Span::new(at, limit));
        if grammar.crews.at_start(rest).is_some() || grammar.records.at_start(rest).is_some() {
            return Some(at);
        }
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let small = grammar.plurals.at_start(rest).or(grammar.receivers.at_start(rest));
        let who = within(&reading.who, Span::new(at, at + 1)).first();
        let next = match (small, who) {
            (Some(word), _) => at + word.len(),
            (None, Some(who)) => who.span.end,
            (None, None) if digits > 0 => at + digits,
            (None, None) => return None,
        };
        at = reading.skip_blanks(next.min(limit), limit);
    }
    None
}

/// Whether a longer notion begins here ("a standing contact"): that one tells the kind.
fn named_longer(reading: &Reading<'_>, at: usize, length: usize) -> bool {
    let concepts = &reading.topic.concepts.concepts;
    reading.concepts_in(Span::new(at, at + 1)).any(|(place, concept)| {
        place.start == at
            && place.len() > length
            && concepts[concept]
                .kind
                .is_some_and(|kind| !matches!(kind, Kind::Resource | Kind::InfoExchange))
    })
}

/// What those who are sent do there, where it follows without a word of purpose: *cử các tổ công tác sang cùng cảnh sát sở
/// tại xác minh danh tính* is the checking; *cử một sĩ quan sang để xác minh* is the officer.
fn task(reading: &Reading<'_>, ahead: Span, verbs: &[Mark<Verb>]) -> Option<Mark<Verb>> {
    let tells = |kind: Kind| matches!(kind, Kind::Capacity | Kind::Operation);
    let verb = verbs.iter().find(|verb| {
        verb.span.start > ahead.start && verb.span.end <= ahead.end && !verb.it.weak
    })?;
    let before = reading.fold(Span::new(ahead.start, verb.span.start));
    let goes = reading.grammar().travels.inside(before) || verb.it.kind != Kind::Operation;
    let plain = goes && !reading.grammar().aims.inside(before) && !before.contains([',', ';']);
    (tells(verb.it.kind) && plain).then_some(*verb)
}

/// Whether those who are sent go to be taught, or to speak to the public: the act is what they go for.
fn learns(reading: &Reading<'_>, ahead: Span, verbs: &[Mark<Verb>]) -> bool {
    let concepts = &reading.topic.concepts.concepts;
    let purpose = |kind: Kind| matches!(kind, Kind::Capacity | Kind::Outreach);
    verbs.iter().any(|verb| {
        purpose(verb.it.kind)
            && !verb.it.weak
            && verb.span.start >= ahead.start
            && verb.span.end <= ahead.end
    }) || reading
        .concepts_in(ahead)
        .any(|(place, at)| concepts[at].kind.is_some_and(purpose) && place.start > ahead.start)
}
