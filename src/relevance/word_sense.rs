//! The reading of a word that may be a country, part of a person's name, or a pronoun. In: the word in its sentence and
//! what the topic knows about its neighbours. Out: its reading.

use crate::config::topic::facets::AmbiguousWord;
use crate::model::Span;
use crate::text::{Document, bare, lower};

/// Bytes on either side that can decide a reading.
const NEAR: usize = 80;

/// A reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sense {
    /// The reading that is evidence: its neighbours prove it.
    Meant,
    /// The same, because nothing speaks for another reading.
    Likely,
    /// Part of a person's name.
    Name,
    /// Another word, or not to be told.
    Open,
}

/// Reads the word at `span`.
pub fn sense(
    document: &Document,
    sentence: Span,
    span: Span,
    word: &AmbiguousWord,
    other_state: bool,
) -> Sense {
    let text = &document.norm.text;
    let left = &text[sentence.start.max(floor(text, span.start.saturating_sub(NEAR)))..span.start];
    let right = &text[span.end..sentence.end.min(floor(text, span.end + NEAR))];
    let known = |list: &[String], at_end: bool, near: &str| {
        let near = if document.unmarked { bare(near) } else { lower(near) };
        list.iter().any(|phrase| {
            let unmarked = document.unmarked.then(|| bare(phrase));
            let phrase = unmarked.as_deref().unwrap_or(phrase);
            let rest = if at_end { near.strip_suffix(phrase) } else { near.strip_prefix(phrase) };
            rest.is_some_and(|rest| {
                let touching = if at_end { rest.chars().next_back() } else { rest.chars().next() };
                !touching.is_some_and(char::is_alphanumeric)
            })
        })
    };
    let (before, after) = (left.trim_end(), right.trim_start());
    if known(&word.left, true, before) {
        return Sense::Meant;
    }
    let next = first_word(after);
    let previous = last_word(before);
    let shouting = text[span.range()].chars().all(char::is_uppercase);
    let touches_left = left.ends_with(' ') && !before.is_empty();
    let capital_before = touches_left
        && previous.starts_with(char::is_uppercase)
        && !word.capital_left.iter().any(|known| known == previous);
    if capital_before && !shouting {
        return Sense::Name;
    }
    if known(&word.right, false, after) {
        return Sense::Meant;
    }
    let adjacent = right.starts_with(' ');
    if known(&word.not_right, false, after) {
        return Sense::Open;
    }
    if adjacent && !shouting && next.starts_with(char::is_uppercase) {
        // A Vietnamese name follows a pronoun ("anh Nam"); any other name follows the country ("Anh James ...").
        let letters: Vec<char> = next.to_lowercase().chars().collect();
        return if crate::text::is_syllable(&letters) { Sense::Name } else { Sense::Meant };
    }
    let starts = before.is_empty()
        || before.ends_with(['"', ':', '-', '.', '?', '!', '(', '[', '…'])
            && !before.ends_with(" -")
            && !before.ends_with('(');
    if !starts && !shouting {
        // Inside a sentence a pronoun has no capital.
        return Sense::Likely;
    }
    if other_state && known(&word.right_with_other_state, false, after) {
        return Sense::Meant;
    }
    Sense::Open
}

fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn first_word(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_alphanumeric()).unwrap_or(text.len());
    &text[..end]
}

fn last_word(text: &str) -> &str {
    let start = text
        .char_indices()
        .rev()
        .find(|(_, c)| !c.is_alphanumeric())
        .map_or(0, |(at, c)| at + c.len_utf8());
    &text[start..]
}
