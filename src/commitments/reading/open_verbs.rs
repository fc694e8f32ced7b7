//! Verbs that no list knows. English shows by position that a word is a verb: an infinitive follows "to" or a future,
//! a gerund a preposition. In: a reading with its triggers and listed verbs. Out: the same with marks for the others, so
//! that any act can be promised; what it is about must then come from its nouns.

use crate::commitments::reading::{Mark, Reading, within};
use crate::config::topic::forms::Form;
use crate::config::topic::triggers::{CueClass, TriggerClass, Verb};
use crate::model::{Kind, Language, Span};

/// Shortest word that may be a gerund, in bytes.
const SHORTEST_GERUND: usize = 6;

/// Words passed over between "will" and its verb at most.
const MOST_ADVERBS: usize = 3;

/// Adds a mark for each verb that only its position tells.
pub(crate) fn mark(reading: &mut Reading<'_>) {
    let mut found: Vec<Mark<Verb>> = Vec::new();
    for unit in reading.units.iter().filter(|unit| unit.language == Language::En) {
        let futures = within(&reading.triggers, unit.span)
            .iter()
            .filter(|mark| reading.class(mark) == TriggerClass::Future);
        found.extend(futures.filter_map(|mark| infinitive(reading, mark.span.end, unit.span)));
        let mut before: Option<Span> = None;
        for word in words(reading, unit.span) {
            if let Some(opener) = before.map(|before| reading.fold(before)) {
                let grammar = reading.grammar();
                let joined = grammar.conjunctions.is(opener);
                if grammar.infinitive.is(opener) {
                    found.extend(verb(reading, word));
                } else if joined || governs(reading, before) {
                    found.extend(gerund(reading, word));
                }
            }
            before = Some(word);
        }
    }
    reading.verbs.extend(found);
    reading.verbs.sort_by_key(|mark| (mark.span.start, std::cmp::Reverse(mark.span.end)));
    reading.verbs.dedup_by_key(|mark| mark.span.start);
}

/// Words of a stretch: runs of letters and hyphens.
fn words(reading: &Reading<'_>, span: Span) -> Vec<Span> {
    let text = reading.text(span);
    let mut found = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        if c.is_alphabetic() || c == '-' || c == '\'' {
            start = start.or(Some(at));
        } else if let Some(from) = start.take() {
            found.push(Span::new(span.start + from, span.start + at));
        }
    }
    found
}

/// The verb after a future, behind "not" and adverbs.
fn infinitive(reading: &Reading<'_>, from: usize, unit: Span) -> Option<Mark<Verb>> {
    let near =
        Span::new(from, reading.document.norm.text.floor_char_boundary((from + 60).min(unit.end)));
    let adverb = |word: &Span| {
        let fold = reading.fold(*word);
        fold.len() > 4 && fold.ends_with("ly") && listed(reading, *word).is_none()
            || reading.grammar().adverbs.is(fold)
    };
    let mut words = words(reading, near).into_iter();
    let word = words.by_ref().take(MOST_ADVERBS + 1).find(|word| !adverb(word))?;
    verb(reading, word)
}

/// A base form, unless the word is something else.
fn verb(reading: &Reading<'_>, word: Span) -> Option<Mark<Verb>> {
    let fold = reading.fold(word);
    let lower = reading.text(word).chars().all(|c| c.is_lowercase() || c == '-');
    let noun = fold.ends_with('s') && !fold.ends_with("ss")
        || fold.ends_with("ing")
        || fold.ends_with("ed") && !fold.ends_with("eed")
        || ["tion", "ment", "ity", "ance", "ence", "ly"].iter().any(|end| fold.ends_with(end))
            && fold.len() > 6;
    if !lower
        || noun
        || fold.len() < 2
        || reading.grammar().no_verbs.is(fold)
        || taken(reading, word)
    {
        return None;
    }
    Some(open(word, Form::Base))
}

/// A gerund after a preposition.
fn gerund(reading: &Reading<'_>, word: Span) -> Option<Mark<Verb>> {
    let fold = reading.fold(word);
    let lower = reading.text(word).chars().all(|c| c.is_lowercase() || c == '-');
    let gerund = fold.ends_with("ing") && fold.len() >= SHORTEST_GERUND && lower;
    let noun = reading.grammar().no_gerunds.is(fold);
    (gerund && !noun && !taken(reading, word)).then(|| open(word, Form::Ing))
}

fn open(word: Span, form: Form) -> Mark<Verb> {
    Mark { span: word, it: Verb { kind: Kind::General, weak: true, open: true, form } }
}

/// Whether a preposition stands here.
fn governs(reading: &Reading<'_>, word: Option<Span>) -> bool {
    word.is_some_and(|word| {
        reading
            .cues_of(Span::new(word.start, word.start + 1), CueClass::Preposition)
            .any(|cue| cue.end == word.end)
    })
}

fn listed<'r>(reading: &'r Reading<'_>, word: Span) -> Option<&'r Mark<Verb>> {
    within(&reading.verbs, Span::new(word.start, word.start + 1)).first()
}

/// Whether the word is a listed verb, a trigger, an actor, or part of a concept.
fn taken(reading: &Reading<'_>, word: Span) -> bool {
    let here = Span::new(word.start, word.start + 1);
    listed(reading, word).is_some()
        || !within(&reading.triggers, here).is_empty()
        || !within(&reading.who, here).is_empty()
        || !within(&reading.concepts, here).is_empty()
        || reading.inside_concept(word)
}
