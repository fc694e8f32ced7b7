//! Lower case and diacritic-free forms. In: text. Out: text for comparing and searching, never for showing.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::model::Span;

/// Lower case with the same byte offsets: a character whose lower case has another length in bytes keeps its case.
pub fn lower(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let mut small = c.to_lowercase();
        match (small.next(), small.next()) {
            (Some(one), None) if one.len_utf8() == c.len_utf8() => out.push(one),
            _ => out.push(c),
        }
    }
    out
}

/// The letter without its diacritics (`ệ` to `e`, `Đ` to `D`); other characters as they are.
pub fn strip_char(c: char) -> char {
    match c {
        '\0'..='\x7f' => c,
        'đ' | 'ð' => 'd',
        'Đ' | 'Ð' => 'D',
        _ => {
            let mut parts = c.nfd();
            match parts.next() {
                Some(first) if parts.all(is_combining_mark) => first,
                _ => c,
            }
        }
    }
}

/// The text without diacritics, in its own case.
pub fn strip(text: &str) -> String {
    text.chars().map(strip_char).collect()
}

/// Lower case without diacritics: for names of people and places, for addresses and for search.
pub fn bare(text: &str) -> String {
    text.chars()
        .flat_map(char::to_lowercase)
        .map(strip_char)
        .filter(|c| !is_combining_mark(*c))
        .collect()
}

/// A pattern as an analyst writes it, in the spelling of [`super::Norm::text`]: NFC, plain quotes, dashes, spaces.
pub fn clean(pattern: &str) -> String {
    super::normalise::plain(pattern)
}

/// The text without diacritics and in lower case, with a map back to text offsets.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Bare {
    /// Lower case, no diacritics.
    pub text: String,
    /// For each byte of `text` the byte of the full text it came from, and one entry for the end.
    map: Vec<u32>,
}

impl Bare {
    pub(super) fn of(fold: &str) -> Self {
        let mut text = String::with_capacity(fold.len());
        let mut map = Vec::with_capacity(fold.len() + 1);
        for (at, c) in fold.char_indices() {
            for plain in c.to_lowercase().map(strip_char).filter(|c| !is_combining_mark(*c)) {
                text.push(plain);
                map.resize(text.len(), at as u32);
            }
        }
        map.push(fold.len() as u32);
        Self { text, map }
    }

    /// The bytes of the bare text that a text span became.
    pub fn range_of(&self, span: Span) -> Range<usize> {
        let at = |offset: usize| {
            let found = self.map.partition_point(|&from| (from as usize) < offset);
            found.min(self.text.len())
        };
        at(span.start)..at(span.end).max(at(span.start))
    }

    /// The text span that bytes of the bare text came from.
    pub fn span_of(&self, start: usize, end: usize) -> Span {
        let at = |offset: usize| self.map.get(offset).map_or(0, |&from| from as usize);
        Span::new(at(start), at(end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lower_case_keeps_every_offset() {
        for text in ["ĐẠI SỨ QUÁN", "İstanbul ẞ K", "Hà Nội"] {
            let folded = lower(text);
            assert_eq!(folded.len(), text.len());
            assert!(text.char_indices().all(|(at, _)| folded.is_char_boundary(at)));
        }
        assert_eq!(lower("ĐẠI SỨ"), "đại sứ");
    }

    #[test]
    fn a_bare_name_is_the_same_with_and_without_marks() {
        assert_eq!(bare("Lương Tam Quang"), "luong tam quang");
        assert_eq!(bare("Đắk Lắk"), "dak lak");
    }

    #[test]
    fn bare_offsets_lead_back_to_whole_letters() {
        let fold = "thủ đô hà nội";
        let view = Bare::of(fold);
        let at = view.text.find("ha noi").unwrap();
        let span = view.span_of(at, at + "ha noi".len());
        assert_eq!(&fold[span.range()], "hà nội");
        assert_eq!(&view.text[view.range_of(span)], "ha noi");
    }
}
