//! The head of the object: in English the last noun of a compound says what the thing is, those before it only what it
//! is for ("fingerprint training", "a joint intelligence desk"). In: an action. Out: the kind of that noun.

use crate::commitments::reading::{Mark, Reading, within};
use crate::config::topic::concepts::Meaning;
use crate::config::topic::triggers::{CueClass, Noun, Verb};
use crate::model::{Kind, Language, Span};

/// Words of a noun phrase looked at, at most.
const MOST_WORDS: usize = 14;

/// Numbers, classifiers and small words before a Vietnamese head, at most.
const SMALL_WORDS: usize = 5;

/// A head noun and the phrase that it ends.
pub(crate) struct HeadNoun {
    pub phrase: Span,
    pub noun: Span,
    pub kind: Kind,
    /// It tells the kind whatever the verb is.
    pub decides: bool,
}

/// The head of the first object of an action, if it tells a kind.
pub(crate) fn head_noun(
    reading: &Reading<'_>,
    span: Span,
    verbs: &[Mark<Verb>],
) -> Option<HeadNoun> {
    let verb = verbs.first().filter(|verb| verb.span.start <= span.start + 1);
    let from = verb.map_or(span.start, |verb| verb.span.end);
    match reading.language_at(span.start) {
        Some(Language::En) => {}
        Some(Language::Vi) => return first_noun(reading, verbs, Span::new(from, span.end)),
        _ => return None,
    }
    let object = object(reading, Span::new(from, span.end))?;
    let kind = object.1.kind?;
    let phrase = Span::new(from, object.0.end);
    if !object.1.people {
        return Some(HeadNoun { phrase, noun: object.0, kind, decides: false });
    }
    // People are given where they are sent; where they are sent or received to learn, that is what is done.
    let placed = verb.is_some_and(|verb| reading.topic.triggers.places.is(reading.fold(verb.span)));
    let learns = learns(reading, Span::new(object.0.end, span.end));
    let kind = if learns { Kind::Capacity } else { kind };
    placed.then_some(HeadNoun { phrase, noun: object.0, kind, decides: learns })
}

/// Whether what is said of people is that they are taught.
fn learns(reading: &Reading<'_>, rest: Span) -> bool {
    let concepts = &reading.topic.concepts.concepts;
    within(&reading.verbs, rest).iter().any(|verb| verb.it.kind == Kind::Capacity)
        || within(&reading.nouns, rest).iter().any(|noun| noun.it.kind == Some(Kind::Capacity))
        || reading.concepts_in(rest).any(|(_, at)| concepts[at].kind == Some(Kind::Capacity))
}

/// The kind of the noun that ends a stretch, if it tells one and means no people.
pub(crate) fn kind_of_subject(reading: &Reading<'_>, subject: Span) -> Option<Kind> {
    let subject = reading.trim(subject);
    let (_, noun) = noun_ending(reading, subject.start, subject.end)?;
    noun.kind.filter(|_| !noun.people)
}

/// In Vietnamese the head stands first, behind numbers and small words, and what it is for follows: *lập một kênh tra
/// cứu bằng cấp* is a channel.
fn first_noun(reading: &Reading<'_>, verbs: &[Mark<Verb>], span: Span) -> Option<HeadNoun> {
    let grammar = reading.grammar();
    let mut at = reading.skip_blanks(span.start, span.end);
    for _ in 0..SMALL_WORDS {
        // *tiếp tục duy trì*: one verb brings the next.
        if let Some(verb) = verbs.iter().find(|verb| verb.span.start == at && verb.it.weak) {
            at = reading.skip_blanks(verb.span.end, span.end);
            continue;
        }
        let here = Span::new(at, at + 1);
        let noun = within(&reading.nouns, here).iter().max_by_key(|noun| noun.span.end);
        if let Some(noun) = noun {
            let kind = noun.it.kind?;
            let phrase = Span::new(span.start, noun.span.end);
            return Some(HeadNoun { phrase, noun: noun.span, kind, decides: false });
        }
        let rest = reading.fold(Span::new(at, span.end));
        let digits = rest.len()
            - rest.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ',')).len();
        let word = grammar.before_head.at_start(rest).or(grammar.plurals.at_start(rest));
        let length = word.map_or(digits, str::len);
        if length == 0 {
            return None;
        }
        at = reading.skip_blanks(at + length, span.end);
    }
    None
}

/// The head noun of the phrase that begins a stretch. Those for whom something is done ("give every woman a bed") and
/// measures ("three months of counselling") are passed over.
fn object(reading: &Reading<'_>, span: Span) -> Option<(Span, Noun)> {
    let grammar = reading.grammar();
    let mut last: Option<Span> = None;
    let mut count = 0;
    let mut at = span.start;
    while count < MOST_WORDS && at < span.end {
        let text = reading.text(Span::new(at, span.end));
        let skipped = text.len() - text.trim_start_matches([' ', '\n', '"', '“', '‘', '\'']).len();
        at += skipped;
        let text = reading.text(Span::new(at, span.end));
        let length = text
            .find(|c: char| {
                !(c.is_alphanumeric() || matches!(c, '-' | '\'' | '’' | '£' | '.' | '%'))
            })
            .unwrap_or(text.len());
        if length == 0 {
            break;
        }
        let word = Span::new(at, at + length);
        let fold = reading.fold(word).trim_end_matches('.');
        let of = grammar.of.is(fold);
        let known = last.and_then(|last| noun_ending(reading, span.start, last.end));
        if of && last.is_some() && known.is_none() {
            last = None;
        } else if last.is_some() && opens(reading, word) {
            let passed =
                known.is_some_and(|(_, noun)| noun.kind.is_none()) || people(reading, last);
            if !passed {
                break;
            }
            last = Some(word);
        } else if last.is_some() && (of || closes(reading, word)) {
            break;
        } else {
            last = Some(word);
        }
        count += 1;
        at = word.end;
    }
    noun_ending(reading, span.start, last?.end)
}

/// The longest listed noun that ends at a place.
fn noun_ending(reading: &Reading<'_>, from: usize, end: usize) -> Option<(Span, Noun)> {
    let near = Span::new(reading.floor(end.saturating_sub(40)).max(from), end);
    within(&reading.nouns, near)
        .iter()
        .filter(|mark| mark.span.end == end)
        .min_by_key(|mark| mark.span.start)
        .map(|mark| (mark.span, mark.it))
}

/// Whether a concept that names a group of people ends with the last word.
fn people(reading: &Reading<'_>, last: Option<Span>) -> bool {
    let Some(last) = last else { return false };
    let near = Span::new(reading.floor(last.end.saturating_sub(40)), last.end);
    within(&reading.concepts, near).iter().any(|mark| match mark.it {
        Meaning::Concept(at) => {
            mark.span.end == last.end && reading.topic.concepts.concepts[at].group
        }
        Meaning::OffTopic => false,
    })
}

/// Whether a word opens another noun phrase.
fn opens(reading: &Reading<'_>, word: Span) -> bool {
    let here = Span::new(word.start, word.start + 1);
    let number =
        within(&reading.cues, here).iter().any(|cue| matches!(cue.it, CueClass::Number(_)));
    let fold = reading.fold(word);
    number || reading.grammar().articles.is(fold) || fold.starts_with(|c: char| c.is_ascii_digit())
}

/// Whether a word ends a noun phrase: a preposition, a conjunction, a relative, "to", or a finite verb.
fn closes(reading: &Reading<'_>, word: Span) -> bool {
    let grammar = reading.grammar();
    let fold = reading.fold(word);
    let here = Span::new(word.start, word.start + 1);
    let preposition = reading.cues_of(here, CueClass::Preposition).any(|cue| cue.end == word.end);
    let trigger = within(&reading.triggers, here).iter().any(|mark| mark.span.start == word.start);
    preposition
        || trigger
        || grammar.conjunctions.is(fold)
        || grammar.infinitive.is(fold)
        || grammar.that.is(fold)
        || grammar.asides.is(fold)
        || grammar.noun_ends.is(fold)
        || grammar.passive.is(fold)
        || grammar.perfect.is(fold)
}
