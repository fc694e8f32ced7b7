//! Whether a text can hold any of many phrases, told without analysing it. In: phrases, and a raw text in plain letters.
//! Out: "surely none", or "look closer".
//!
//! Most entries of most feeds are about something else. The gate strips a text to its letters and digits and looks for
//! the phrases in the same form, so that blanks, hyphens and words run together do not matter. Whatever it does not
//! understand (markup, references, letters beyond ASCII, words of mixed case) is left to the analysis: it never says
//! "none" of a text in which the analysis would find a phrase.

use aho_corasick::AhoCorasick;

use super::{LexiconError, Pattern, Words, fold, language};
use crate::model::Language;

/// Shorter phrases must be whole words, or at the edge of one.
const LONG: usize = 6;
const SHORT: usize = 4;

/// Phrases, ready to be looked for.
#[derive(Debug, Clone)]
pub struct Gate {
    needles: AhoCorasick,
    /// Phrases that are signs, such as `£`.
    signs: Vec<char>,
}

impl Gate {
    /// A gate for these patterns.
    ///
    /// # Errors
    /// When there are too many.
    pub fn new<'a, T: 'a>(
        patterns: impl Iterator<Item = &'a Pattern<T>>,
    ) -> Result<Self, LexiconError> {
        let (mut needles, mut signs) = (Vec::new(), Vec::new());
        for pattern in patterns {
            let clean = fold::clean(&pattern.text);
            let letters = if pattern.bare { fold::bare(&clean) } else { fold::lower(&clean) };
            let squeezed: String = letters.chars().filter(|c| c.is_alphanumeric()).collect();
            if squeezed.is_empty() {
                signs.extend(clean.chars());
            } else if squeezed.is_ascii() {
                needles.push(squeezed);
            }
        }
        needles.sort_unstable();
        needles.dedup();
        let needles = AhoCorasick::new(&needles)
            .map_err(|error| LexiconError::TooLarge(error.to_string()))?;
        Ok(Self { needles, signs })
    }

    /// Whether the text surely holds none of the phrases.
    pub fn is_clear(&self, text: &str, words: &Words) -> bool {
        let Some(squeezed) = Squeezed::of(text, &self.signs) else { return false };
        let found = self.needles.find_overlapping_iter(&squeezed.letters).any(|hit| {
            let (starts, ends) = (squeezed.is_edge(hit.start()), squeezed.is_edge(hit.end()));
            match hit.end() - hit.start() {
                LONG.. => true,
                SHORT.. => starts || ends,
                _ => starts && ends,
            }
        });
        // Vietnamese without marks is searched in another way.
        !found
            && !matches!(
                language::tally(&text.to_ascii_lowercase(), words).decide(),
                Some((Language::Vi, _))
            )
    }
}

/// The letters and digits of a text, in lower case.
struct Squeezed {
    letters: Vec<u8>,
    /// For each letter, whether a word begins with it.
    starts: Vec<bool>,
}

impl Squeezed {
    /// `None` for a text that only the analysis understands.
    fn of(text: &str, signs: &[char]) -> Option<Self> {
        let mut squeezed = Self {
            letters: Vec::with_capacity(text.len()),
            starts: Vec::with_capacity(text.len()),
        };
        let mut token = Token::default();
        let mut rest = text.chars().peekable();
        while let Some(c) = rest.next() {
            if c.is_ascii_alphanumeric() {
                squeezed.starts.push(token.length == 0);
                squeezed.letters.push(c.to_ascii_lowercase() as u8);
                if !token.goes_on_with(c) {
                    return None;
                }
                continue;
            }
            token = Token::default();
            let plain = match c {
                '<' => false,
                '&' => rest.peek().is_none_or(|next| *next == ' '),
                '’' | '‘' | '“' | '”' | '–' | '—' | '…' | '\u{a0}' => true,
                '£' | '€' => !signs.contains(&c),
                c => c.is_ascii() && !signs.contains(&c),
            };
            if !plain {
                return None;
            }
        }
        Some(squeezed)
    }

    /// Whether a word begins or ends here.
    fn is_edge(&self, at: usize) -> bool {
        self.starts.get(at).copied().unwrap_or(true)
    }
}

/// The word at hand, as far as its shape may show that two were run together.
#[derive(Default)]
struct Token {
    length: usize,
    capitals: usize,
    digits: usize,
    /// Small letters since the last capital or digit.
    small: usize,
}

impl Token {
    /// Adds a character; `false` when the word may fall apart before it.
    fn goes_on_with(&mut self, c: char) -> bool {
        self.length += 1;
        if c.is_ascii_uppercase() {
            self.capitals += 1;
            return self.small == 0 && self.digits == 0;
        }
        if c.is_ascii_digit() {
            self.digits += 1;
            return self.digits == self.length || self.length <= 3;
        }
        self.small += 1;
        // `UKand`, `60days`; but `MPs` and `5pm` are one word.
        (self.capitals < 2 && self.digits == 0) || self.small < 3
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::WordLists;

    fn gate() -> Gate {
        let pattern = |text: &str, bare| Pattern { bare, ..Pattern::new(text, None, ()) };
        let patterns = [
            pattern("small boat", false),
            pattern("UK", false),
            pattern("Nghệ An", true),
            pattern("gang", false),
            pattern("£", false),
        ];
        Gate::new(patterns.iter()).unwrap()
    }

    fn is_clear(text: &str) -> bool {
        gate().is_clear(text, &Words::new(&WordLists::default(), [], []))
    }

    #[test]
    fn phrases_are_found_whatever_stands_between_their_letters() {
        for text in ["a small boat", "Small-boats", "smallboat", "in the U.K.", "nghe  an", "gangs"]
        {
            assert!(!is_clear(text), "{text}");
        }
        assert!(is_clear("Rice prices rise “again” in Sukhothai – by 5 per cent at 5pm, MPs say"));
    }

    #[test]
    fn what_it_does_not_understand_is_left_to_the_analysis() {
        for text in
            ["R&amp;B", "<b>x</b>", "Giá lúa", "UKHome", "theUK", "UKand", "for £5", "60days"]
        {
            assert!(!is_clear(text), "{text}");
        }
    }
}
