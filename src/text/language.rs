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
    for word in folded.split(|c: char| !fold::is_letter(c)).filter(|word| !word.is_empty()) {
        tally.words += 1;
        for c in word.chars() {
            tally.letters += 1;
            if c.is_ascii() {
                continue;
            }
            tally.vietnamese_letters += usize::from(is_vietnamese_letter(c));
            tally.foreign_letters += usize::from(!fold::is_latin(c));
        }
        let class = words.class(word);
        tally.known += usize::from(class & Words::KNOWN != 0);
        if class & Words::VIETNAMESE != 0 {
            tally.vietnamese += 1;
        } else if class & Words::ENGLISH != 0 {
            tally.english += 1;
        } else if class & Words::UNMARKED != 0 {
            tally.unmarked += 1;
        }
    }
    tally
}

impl std::ops::AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.letters += other.letters;
        self.vietnamese_letters += other.vietnamese_letters;
        self.foreign_letters += other.foreign_letters;
        self.words += other.words;
        self.english += other.english;
        self.known += other.known;
        self.vietnamese += other.vietnamese;
        self.unmarked += other.unmarked;
    }
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
