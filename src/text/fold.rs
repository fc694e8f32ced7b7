//! Lower case and diacritic-free forms. In: text. Out: text for comparing and searching, never for showing.

use std::ops::Range;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::model::Span;

/// Lower case with the same byte offsets: a character whose lower case has another length in bytes keeps its case.
pub fn lower(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii() {
            out.push(c.to_ascii_lowercase());
            continue;
        }
        let mut small = c.to_lowercase();
        match (small.next(), small.next()) {
            (Some(one), None) if one.len_utf8() == c.len_utf8() => out.push(one),
            _ => out.push(c),
        }
    }
    out
}

/// Latin letters with diacritics lie here.
const LATIN: std::ops::RangeInclusive<u32> = 0xc0..=0x24f;
const LATIN_MORE: std::ops::RangeInclusive<u32> = 0x1e00..=0x1eff;

/// The plain letter for each of both ranges.
static PLAIN: LazyLock<Vec<char>> =
    LazyLock::new(|| LATIN.chain(LATIN_MORE).filter_map(char::from_u32).map(decompose).collect());

/// The letter without its diacritics (`ệ` to `e`, `Đ` to `D`); other characters as they are.
pub fn strip_char(c: char) -> char {
    let code = c as u32;
    let at = match code {
        ..0xc0 => return c,
        _ if LATIN.contains(&code) => code - LATIN.start(),
        _ if LATIN_MORE.contains(&code) => {
            code - LATIN_MORE.start() + (LATIN.end() - LATIN.start() + 1)
        }
        _ => return decompose(c),
    };
    PLAIN.get(at as usize).copied().unwrap_or(c)
}

fn decompose(c: char) -> char {
    match c {
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

/// Whether a character is a letter; Latin ones are told without a table.
pub fn is_letter(c: char) -> bool {
    if c.is_ascii() {
        c.is_ascii_alphabetic()
    } else {
        (is_latin(c) && !matches!(c, '×' | '÷')) || c.is_alphabetic()
    }
}

/// Whether a character belongs to a word: a letter, a digit, or a mark on a letter.
pub fn is_word_char(c: char) -> bool {
    if c.is_ascii() {
        c.is_ascii_alphanumeric()
    } else {
        is_letter(c) || c.is_alphanumeric() || is_combining_mark(c)
    }
}

/// Whether a letter stands alone in NFC as it is: the Latin letters do, save the look-alikes of `Đ` (repaired later).
pub fn is_composed(c: char) -> bool {
    !matches!(c, 'Ð' | 'ð')
        && (LATIN.contains(&(c as u32)) || (0x1ea0..=0x1ef9).contains(&(c as u32)))
}

/// Whether a letter is written with the Latin script.
pub fn is_latin(c: char) -> bool {
    c.is_ascii() || LATIN.contains(&(c as u32)) || LATIN_MORE.contains(&(c as u32))
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
            if c.is_ascii() {
                text.push(c.to_ascii_lowercase());
                map.push(at as u32);
                continue;
            }
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
