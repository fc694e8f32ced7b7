//! Words that lost the blank between them. In: one token and the known words. Out: where it falls apart.
//!
//! Only what is safe is split: a token that is a known word, or a known word with a common ending or beginning, stays
//! whole, and a capitalised one (which may be a name) needs more evidence.

use super::Words;
use super::vietnamese;

/// A longer token is no words but a key, an address or an attack.
const LONGEST: usize = 60;

/// What the tokens of one text may be split by.
pub struct Glue<'a> {
    /// Known words.
    pub words: &'a Words,
    /// Whether the text is English, so that its unknown words may be split by the English vocabulary.
    pub english: bool,
}

impl Glue<'_> {
    /// Positions (in characters, rising, never 0 or the end) before which the token lacks a blank.
    pub fn breaks(&self, token: &[char]) -> Vec<usize> {
        let mut found = Vec::new();
        if token.len() < 3 || token.len() > LONGEST {
            return found;
        }
        // Most tokens are plain words: only a capital or a digit inside shows a seam by its shape.
        let plain = token[1..].iter().all(|c| c.is_lowercase()) && token[0].is_alphabetic();
        let mut start = 0;
        for at in 1..if plain { 0 } else { token.len() } {
            if self.is_seam(token, start, at) {
                found.push(at);
                start = at;
            }
        }
        let mut all = Vec::with_capacity(found.len() + 1);
        let mut from = 0;
        for to in found.into_iter().chain([token.len()]) {
            if let Some(at) = self.within_word(&token[from..to]) {
                all.push(from + at);
            }
            if to < token.len() {
                all.push(to);
            }
            from = to;
        }
        all
    }

    /// Whether the shape of the letters shows a seam at `at`: `DirectorGeneral`, `60ngày`, `2ndVietnam`, `UKHome`.
    fn is_seam(&self, token: &[char], start: usize, at: usize) -> bool {
        let (left, right) = (token[at - 1], token[at]);
        let before = &token[start..at];
        if left.is_lowercase() && right.is_uppercase() {
            return before.len() >= 2 && !self.is_joined(&token[start..]);
        }
        if left.is_ascii_digit() && right.is_alphabetic() {
            let rest = word_from(token, at);
            return before.iter().all(char::is_ascii_digit) && self.is_word(rest, 3);
        }
        if left.is_alphabetic() && right.is_ascii_digit() {
            return left.is_lowercase()
                && before.iter().all(|c| c.is_alphabetic())
                && self.is_word(before, 3);
        }
        if left.is_lowercase() && right.is_lowercase() {
            return is_ordinal(before) && self.is_word(word_from(token, at), 4);
        }
        // An acronym, then a word.
        if before.len() < 2 || before.len() > 6 {
            return false;
        }
        let acronym: String = before.iter().collect();
        self.words.acronyms.contains(&acronym) && {
            let rest = word_from(token, at);
            if right.is_uppercase() {
                rest.len() >= 3 && rest[1].is_lowercase()
            } else {
                right.is_lowercase() && self.is_word(rest, 2)
            }
        }
    }

    fn is_joined(&self, token: &[char]) -> bool {
        self.words.joined.iter().any(|known| {
            let mut letters = token.iter();
            known.chars().all(|c| letters.next() == Some(&c))
        })
    }

    fn is_word(&self, letters: &[char], least: usize) -> bool {
        let lower = lower(letters);
        letters.len() >= least
            && (self.words.vocabulary.contains_key(&lower.iter().collect::<String>())
                || (letters.len() >= 3 && vietnamese::is_syllable(&lower)))
    }

    /// A seam that only the vocabulary shows.
    fn within_word(&self, token: &[char]) -> Option<usize> {
        if token.len() < 4 || token[1..].iter().any(|c| !c.is_lowercase()) {
            return None;
        }
        let lower = lower(token);
        if !lower.iter().all(char::is_ascii) {
            return vietnamese::split(&lower);
        }
        if !self.english || lower.len() < 5 || lower.len() > 40 {
            return None;
        }
        let word: String = lower.iter().collect();
        if self.is_known(&word) {
            return None;
        }
        let capital = token[0].is_uppercase();
        (1..word.len())
            .filter_map(|at| Some((self.value(&word[..at], &word[at..], capital)?, at)))
            .max_by_key(|&(value, at)| (value, at.min(word.len() - at)))
            .map(|(_, at)| at)
    }

    /// How good a split is; `None` when it may not be made.
    fn value(&self, left: &str, right: &str, capital: bool) -> Option<usize> {
        let weight = |word: &str| match word {
            "a" => Some(3),
            _ if word.len() < 2 => None,
            _ => self.words.vocabulary.get(word).copied().or_else(|| self.inflected(word)),
        };
        let (first, second) = (weight(left)?, weight(right)?);
        let (short, long) = (left.len().min(right.len()), left.len().max(right.len()));
        let allowed = if capital {
            (first == 3 && left.len() >= 3 && right.len() >= 5)
                || (first == 2 && left.len() >= 5 && right.len() >= if second == 3 { 2 } else { 4 })
        } else if first == 3 && second == 3 {
            true
        } else if first == 3 || second == 3 {
            // A very short function word is found inside many words: the other half must be long.
            long >= if short <= 2 { 5 } else { 3 }
        } else {
            short >= if long >= 8 { 3 } else { 4 }
        };
        allowed.then_some(usize::from(first) + usize::from(second) + usize::from(short >= 3))
    }

    /// The weight of a known word with the ending of a plural or a verb form.
    fn inflected(&self, word: &str) -> Option<u8> {
        let known = |stem: &str| stem.len() >= 4 && self.words.vocabulary.contains_key(stem);
        ["s", "es", "ed", "d", "ing", "ly"]
            .iter()
            .any(|ending| {
                word.strip_suffix(ending).is_some_and(|stem| {
                    known(stem) || (*ending == "ing" && known(&format!("{stem}e")))
                })
            })
            .then_some(1)
    }

    /// A known word, perhaps with a common ending or beginning.
    fn is_known(&self, word: &str) -> bool {
        let known = |word: &str| {
            word.len() >= 3
                && (self.words.vocabulary.contains_key(word) || self.words.whole.contains(word))
        };
        if self.words.vocabulary.contains_key(word) || self.words.whole.contains(word) {
            return true;
        }
        for ending in ENDINGS {
            if let Some(stem) = word.strip_suffix(ending) {
                let undoubled = stem.len() > 3
                    && stem.as_bytes()[stem.len() - 1] == stem.as_bytes()[stem.len() - 2]
                    && known(&stem[..stem.len() - 1]);
                if known(stem)
                    || known(&format!("{stem}e"))
                    || known(&format!("{stem}y"))
                    || undoubled
                {
                    return true;
                }
            }
        }
        BEGINNINGS.iter().any(|beginning| {
            word.strip_prefix(beginning).is_some_and(|rest| {
                rest.len() >= 4
                    && !self.words.english.contains(rest)
                    && (known(rest)
                        || ENDINGS.iter().any(|e| rest.strip_suffix(e).is_some_and(known)))
            })
        })
    }
}

const ENDINGS: &[&str] = &[
    "s", "es", "ies", "d", "ed", "ied", "ing", "ings", "ly", "er", "ers", "or", "ors", "ness",
    "ment", "ments", "ful", "less", "al", "ity", "ity", "ion", "ions", "ation", "ations", "able",
    "ible", "ise", "ised", "ising", "ize", "ized", "ism", "ist", "ists", "ive", "ship", "hood",
    "ward", "wards", "like", "man", "men", "woman", "women", "year",
];
const BEGINNINGS: &[&str] = &[
    "un", "re", "over", "under", "out", "anti", "non", "inter", "sub", "mis", "dis", "pre", "co",
    "multi", "counter", "cyber", "super", "mid", "down", "up", "in", "im", "trans", "micro",
    "mega", "self", "semi", "post", "de", "en", "fore", "bi",
];

fn lower(letters: &[char]) -> Vec<char> {
    letters.iter().map(|c| c.to_lowercase().next().unwrap_or(*c)).collect()
}

/// The run of letters that starts at `at`, up to the next capital or digit after its first character.
fn word_from(token: &[char], at: usize) -> &[char] {
    let rest = &token[at..];
    let end = rest
        .iter()
        .skip(1)
        .position(|c| !c.is_lowercase())
        .map_or(rest.len(), |position| position + 1);
    &rest[..end]
}

/// `2nd`, `40th`.
fn is_ordinal(token: &[char]) -> bool {
    let digits = token.iter().take_while(|c| c.is_ascii_digit()).count();
    digits > 0 && matches!(token[digits..], ['s', 't'] | ['n', 'd'] | ['r', 'd'] | ['t', 'h'])
}
