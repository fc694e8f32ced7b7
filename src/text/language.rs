//! Which language a stretch of text is in. In: lower-case text. Out: English, Vietnamese (with or without its tone
//! marks), or neither.

use super::{Words, fold};
use crate::model::Language;

/// What was counted in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Letters.
    pub letters: usize,
    /// Letters that only Vietnamese writes, or nearly so.
    pub vietnamese_letters: usize,
    /// Letters of other scripts than Latin.
    pub foreign_letters: usize,
    /// Words.
    pub words: usize,
    /// English function words.
    pub english: usize,
    /// Words of the English vocabulary, function words included.
    pub known: usize,
    /// Vietnamese function words, marked.
    pub vietnamese: usize,
    /// Vietnamese function words that lack their marks.
    pub unmarked: usize,
}

/// Letters of the Vietnamese alphabet that French, Spanish or Portuguese do not write.
pub(super) fn is_vietnamese_letter(c: char) -> bool {
    matches!(c, 'ă' | 'đ' | 'ơ' | 'ư' | 'Ă' | 'Đ' | 'Ơ' | 'Ư' | 'ĩ' | 'ũ' | '\u{1ea0}'..='\u{1ef9}')
}

/// Counts what tells the language of a lower-case text.
pub fn tally(folded: &str, words: &Words) -> Tally {
    let mut tally = Tally::default();
    for word in folded.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()) {
        tally.words += 1;
        for c in word.chars() {
            tally.letters += 1;
            tally.vietnamese_letters += usize::from(is_vietnamese_letter(c));
            tally.foreign_letters += usize::from(!fold::strip_char(c).is_ascii());
        }
        tally.known += usize::from(words.vocabulary.contains_key(word));
        if words.vietnamese.contains(word) {
            tally.vietnamese += 1;
        } else if words.english.contains(word) {
            tally.english += 1;
        } else if words.vietnamese_unmarked.contains(word) {
            tally.unmarked += 1;
        }
    }
    tally
}

impl Tally {
    /// The language, and whether it is Vietnamese without tone marks; `None` for other languages and for texts too
    /// short to tell.
    pub fn decide(&self) -> Option<(Language, bool)> {
        if self.letters == 0 || self.foreign_letters * 3 > self.letters {
            return None;
        }
        if self.vietnamese_letters * 100 > self.letters * 4
            || (self.vietnamese_letters * 100 > self.letters && self.vietnamese > self.english)
        {
            return Some((Language::Vi, false));
        }
        if self.unmarked * 100 > self.words * 12 && self.unmarked > self.english {
            return Some((Language::Vi, true));
        }
        // Headlines have few function words, but then most of their words are known.
        let function_words = self.english * 100 >= self.words * 15;
        let vocabulary = self.known * 100 >= self.words * 45;
        (function_words || vocabulary).then_some((Language::En, false))
    }
}
