//! Which of many phrases a text can hold, told without analysing it. In: phrases, each of some kinds, and a raw text.
//! Out: the kinds of all phrases that it may hold, or "look closer".
//!
//! Most entries of most feeds are about something else. The gate strips a text to its letters and digits and looks for
//! the phrases in the same form, so that blanks, hyphens and words run together do not matter. Whatever it does not
//! understand (markup, references, other letters than those of English and Vietnamese, words of mixed case, words that
//! are no Vietnamese syllable and yet have marks) is left to the analysis: it never leaves out a phrase that the
//! analysis would find.

use std::collections::BTreeMap;

use aho_corasick::AhoCorasick;

use super::{Case, LexiconError, Pattern, fold, vietnamese};

/// Shorter phrases must be whole words, or at the edge of one (bytes).
const LONG: usize = 6;
const SHORT: usize = 4;

/// Phrases, ready to be looked for.
#[derive(Debug, Clone)]
pub struct Gate {
    /// As they are written.
    marked: Needles,
    /// Without diacritics, for those that are looked for so.
    bare: Needles,
    /// Phrases that are signs, such as `£`.
    signs: Vec<(char, u32)>,
}

/// Phrases in one form, stripped to letters and digits.
#[derive(Debug, Clone)]
struct Needles {
    search: AhoCorasick,
    of: Vec<Needle>,
}

#[derive(Debug, Clone, Copy)]
struct Needle {
    kinds: u32,
    /// Whether each phrase of this form begins with a capital wherever it is found.
    capital: bool,
}

impl Needles {
    fn new(forms: BTreeMap<String, Needle>) -> Result<Self, LexiconError> {
        let search = AhoCorasick::new(forms.keys())
            .map_err(|error| LexiconError::TooLarge(error.to_string()))?;
        Ok(Self { search, of: forms.into_values().collect() })
    }

    /// The kinds of those in the text that are not among `known`.
    fn kinds(&self, text: &Squeezed, known: u32) -> u32 {
        let mut kinds = known;
        for hit in self.search.find_overlapping_iter(&text.letters) {
            let needle = self.of[hit.pattern().as_usize()];
            if needle.kinds & !kinds != 0 && text.fits(hit.start(), hit.end(), needle.capital) {
                kinds |= needle.kinds;
            }
        }
        kinds
    }
}

impl Gate {
    /// A gate for these patterns, each with the bits of its kinds.
    ///
    /// # Errors
    /// When there are too many.
    pub fn new<'a, T>(
        patterns: impl Iterator<Item = (Pattern<T, &'a str>, u32)>,
    ) -> Result<Self, LexiconError> {
        let (mut marked, mut bare, mut signs) = (BTreeMap::new(), BTreeMap::new(), Vec::new());
        let add = |forms: &mut BTreeMap<String, Needle>, form: String, needle: Needle| {
            let known = forms.entry(form).or_insert(Needle { kinds: 0, ..needle });
            known.kinds |= needle.kinds;
            known.capital &= needle.capital;
        };
        for (pattern, kinds) in patterns {
            let clean = fold::clean(pattern.text);
            let squeezed = squeezed_phrase(&clean);
            let Some(first) = squeezed.chars().next() else {
                signs.extend(clean.chars().map(|sign| (sign, kinds)));
                continue;
            };
            let capital = first.is_uppercase()
                && match pattern.case {
                    Case::Any => false,
                    Case::Names => !pattern.bare,
                    Case::Capital | Case::Exact => true,
                };
            let needle = Needle { kinds, capital: capital || pattern.case == Case::Capital };
            add(&mut marked, fold::lower(&squeezed), needle);
            if pattern.bare {
                add(&mut bare, fold::bare(&squeezed), needle);
            }
        }
        Ok(Self { marked: Needles::new(marked)?, bare: Needles::new(bare)?, signs })
    }

    /// The kinds of all phrases that the text may hold, Vietnamese ones only with their marks; `None` when only the
    /// analysis can tell.
    pub fn kinds(&self, text: &str) -> Option<u32> {
        let (marked, bare) = Squeezed::of(text, &self.signs)?;
        let kinds = self.marked.kinds(&marked, 0);
        Some(self.bare.kinds(bare.as_ref().unwrap_or(&marked), kinds))
    }
}

/// The letters and digits of a phrase, with tone marks where they belong.
fn squeezed_phrase(clean: &str) -> String {
    let mut squeezed = String::with_capacity(clean.len());
    for word in clean.split(|c: char| !fold::is_word_char(c)) {
        let mut word: Vec<char> = word.chars().filter(|c| c.is_alphanumeric()).collect();
        vietnamese::place_tone(&mut word);
        squeezed.extend(word);
    }
    squeezed
}

/// The letters and digits of a text, in lower case.
#[derive(Default)]
struct Squeezed {
    letters: Vec<u8>,
    /// For each byte, whether a word begins with it, and with a capital.
    starts: Vec<Start>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Start {
    No,
    Small,
    Capital,
    /// A capital inside a word.
    Inner,
}

impl Squeezed {
    /// The text as written and, where that is another, without diacritics. `None` for a text that only the analysis
    /// understands.
    fn of(text: &str, signs: &[(char, u32)]) -> Option<(Self, Option<Self>)> {
        let plain = text.is_ascii();
        let mut marked = Self::with_capacity(text.len());
        let mut bare = (!plain).then(|| Self::with_capacity(text.len()));
        let mut token = Token::default();
        let mut rest = text.chars().peekable();
        while let Some(c) = rest.next() {
            if c.is_ascii_alphanumeric() || fold::is_composed(c) && fold::is_letter(c) {
                if !token.goes_on_with(c) {
                    return None;
                }
                continue;
            }
            token.end(&mut marked, bare.as_mut())?;
            let blank = match c {
                '<' => false,
                '&' => rest.peek().is_none_or(|next| *next == ' '),
                '’' | '‘' | '“' | '”' | '–' | '—' | '…' | '\u{a0}' => true,
                c => {
                    (c.is_ascii() || matches!(c, '£' | '€')) && !signs.iter().any(|one| one.0 == c)
                }
            };
            if !blank {
                return None;
            }
        }
        token.end(&mut marked, bare.as_mut())?;
        Some((marked, bare))
    }

    fn with_capacity(bytes: usize) -> Self {
        Self { letters: Vec::with_capacity(bytes), starts: Vec::with_capacity(bytes) }
    }

    fn push(&mut self, c: char, start: Start) {
        let mut bytes = [0; 4];
        self.letters.extend_from_slice(c.encode_utf8(&mut bytes).as_bytes());
        self.starts.push(start);
        self.starts.resize(self.letters.len(), Start::No);
    }

    /// Whether a word begins or ends here.
    fn is_edge(&self, at: usize) -> bool {
        self.starts.get(at).is_none_or(|start| matches!(start, Start::Small | Start::Capital))
    }

    fn fits(&self, start: usize, end: usize, capital: bool) -> bool {
        let begins = self.starts.get(start);
        if capital && !matches!(begins, Some(Start::Capital | Start::Inner)) {
            return false;
        }
        let (starts, ends) = (self.is_edge(start), self.is_edge(end));
        match end - start {
            LONG.. => true,
            SHORT.. => starts || ends,
            _ => starts && ends,
        }
    }
}

/// The word at hand, as far as its shape may show that two were run together.
#[derive(Default)]
struct Token {
    letters: Vec<char>,
    capitals: usize,
    digits: usize,
    /// Small letters since the last capital or digit.
    small: usize,
    /// Whether it has other letters than those of English.
    marked: bool,
    upper: Vec<bool>,
}

impl Token {
    /// Adds a character; `false` when the word may fall apart before it.
    fn goes_on_with(&mut self, c: char) -> bool {
        let upper = if c.is_ascii() { c.is_ascii_uppercase() } else { c.is_uppercase() };
        self.marked |= !c.is_ascii();
        let lower = if c.is_ascii() {
            c.to_ascii_lowercase()
        } else {
            c.to_lowercase().next().unwrap_or(c)
        };
        self.letters.push(lower);
        self.upper.push(upper);
        if upper {
            self.capitals += 1;
            return self.small == 0 && self.digits == 0;
        }
        if c.is_ascii_digit() {
            self.digits += 1;
            return self.digits == self.letters.len() || self.letters.len() <= 3;
        }
        self.small += 1;
        // `UKand`, `60days`; but `MPs` and `5pm` are one word.
        (self.capitals < 2 && self.digits == 0) || self.small < 3
    }

    /// Ends the word: `None` when it may be two.
    fn end(&mut self, marked: &mut Squeezed, bare: Option<&mut Squeezed>) -> Option<()> {
        if self.letters.is_empty() {
            return Some(());
        }
        if self.marked {
            if !vietnamese::is_syllable(&self.letters) {
                return None;
            }
            vietnamese::place_tone(&mut self.letters);
        }
        let start = |at: usize, upper: bool| match (at, upper) {
            (0, true) => Start::Capital,
            (0, false) => Start::Small,
            (_, true) => Start::Inner,
            _ => Start::No,
        };
        let letters = || self.letters.iter().zip(&self.upper).enumerate();
        for (at, (&c, &upper)) in letters() {
            marked.push(c, start(at, upper));
        }
        if let Some(bare) = bare {
            for (at, (&c, &upper)) in letters() {
                bare.push(fold::strip_char(c), start(at, upper));
            }
        }
        self.letters.clear();
        self.upper.clear();
        (self.capitals, self.digits, self.small, self.marked) = (0, 0, 0, false);
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Language;

    const BOAT: u32 = 1;
    const UK: u32 = 2;
    const PLACE: u32 = 4;
    const POUND: u32 = 8;
    const VICTIM: u32 = 16;
    const ENGLAND: u32 = 32;

    fn gate() -> Gate {
        let pattern = |text: &'static str, bare| Pattern { bare, ..Pattern::new(text, None, ()) };
        let named = Pattern { case: Case::Names, ..Pattern::new("Anh", Some(Language::Vi), ()) };
        let patterns = [
            (pattern("small boat", false), BOAT),
            (pattern("UK", false), UK),
            (pattern("Nghệ An", true), PLACE),
            (pattern("£", false), POUND),
            (pattern("nạn nhân", false), VICTIM),
            (pattern("hoà giải", false), VICTIM),
            (named, ENGLAND),
        ];
        Gate::new(patterns.into_iter()).unwrap()
    }

    #[test]
    fn phrases_are_found_whatever_stands_between_their_letters() {
        for (text, kinds) in [
            ("a small boat", BOAT),
            ("Small-boats", BOAT),
            ("smallboat", BOAT),
            ("in the U.K.", UK),
            ("nghe  an", PLACE),
            ("Giá lúa tại NGHỆ AN", PLACE),
            ("các nạn nhân", VICTIM),
            ("Hòa giải ở cơ sở, hoà giải", VICTIM),
            ("tại Anh và anh em", ENGLAND),
            ("anh em, hình ảnh, cảnh sát", 0),
            ("nan nhan", 0),
            ("Rice prices rise “again” in Sukhothai – by 5 per cent at 5pm, MPs say", 0),
            ("Giá lúa tăng trở lại – “thêm 5 phần trăm”", 0),
        ] {
            assert_eq!(gate().kinds(text), Some(kinds), "{text}");
        }
    }

    #[test]
    fn what_it_does_not_understand_is_left_to_the_analysis() {
        for text in [
            "R&amp;B",
            "<b>x</b>",
            "UKHome",
            "theUK",
            "UKand",
            "for £5",
            "60days",
            "café",
            "người\u{200b}Anh",
            "tạiAnh",
            "giálúa",
            "Москва",
            "nạn nha\u{302}n",
        ] {
            assert_eq!(gate().kinds(text), None, "{text}");
        }
    }
}
