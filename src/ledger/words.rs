//! Likeness of wording: words of one language, or concepts of any.
//!
//! A bag holds hashes of stems with weights. Weights come from lists, not from counts over the ledger: a score must
//! not depend on how full the ledger is.

use std::collections::HashMap;

use crate::config::topic::policy::Policy;
use crate::model::Language;

/// Letters of an English word that stand for it: long enough to tell *train* from *trade*, short enough to join
/// *organise*, *organisation* and *organising*.
const STEM: usize = 5;

/// Weight from which a word is telling.
const TELLING: f32 = 1.0;

/// A 64-bit FNV-1a hash: the same on every machine and in every run.
pub fn hash(parts: &[&str]) -> u64 {
    let mut value: u64 = 0xcbf2_9ce4_8422_2325;
    for part in parts {
        for byte in part.bytes().chain([0xff]) {
            value ^= u64::from(byte);
            value = value.wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
    value
}

/// Words or concepts with their weights, sorted by hash.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Bag {
    weights: Vec<(u64, f32)>,
    /// Sum of the squares of all weights.
    square: f64,
    /// How many of the words are telling.
    telling: usize,
}

impl Bag {
    fn from_pairs(mut pairs: Vec<(u64, f32)>) -> Self {
        pairs.sort_by_key(|(hash, _)| *hash);
        pairs.dedup_by_key(|(hash, _)| *hash);
        let square = pairs.iter().map(|(_, weight)| f64::from(*weight).powi(2)).sum();
        let telling = pairs.iter().filter(|(_, weight)| *weight >= TELLING).count();
        Self { weights: pairs, square, telling }
    }

    /// Sum of weights of the telling words.
    pub fn content(&self) -> f64 {
        self.telling as f64
    }

    /// Hashes of the telling words.
    pub fn telling(&self) -> impl Iterator<Item = u64> + '_ {
        self.weights.iter().filter(|(_, weight)| *weight >= TELLING).map(|(hash, _)| *hash)
    }

    /// Cosine of the two bags, from 0 to 1 (0 when one is empty), and how many of the telling words the other one has.
    pub fn likeness(&self, other: &Bag) -> (f64, usize) {
        let (mut left, mut right) = (self.weights.as_slice(), other.weights.as_slice());
        let (mut product, mut shared) = (0.0, 0);
        while let ([a, rest @ ..], [b, others @ ..]) = (left, right) {
            match a.0.cmp(&b.0) {
                std::cmp::Ordering::Less => left = rest,
                std::cmp::Ordering::Greater => right = others,
                std::cmp::Ordering::Equal => {
                    product += f64::from(a.1) * f64::from(b.1);
                    shared += usize::from(a.1 >= TELLING);
                    (left, right) = (rest, others);
                }
            }
        }
        let norm = (self.square * other.square).sqrt();
        (if norm == 0.0 { 0.0 } else { product / norm }, shared)
    }
}

/// What the policy says about words, looked up by hash.
#[derive(Debug, Clone)]
pub struct Lexis {
    weights: HashMap<u64, f32>,
}

impl Lexis {
    /// Takes the word lists of a policy.
    pub fn new(policy: &Policy) -> Self {
        let words = &policy.words;
        let common = words.common_weight as f32;
        let mut weights = HashMap::new();
        for concept in &words.common_concepts {
            weights.insert(hash(&["c", concept_name(concept)]), common);
        }
        for word in words.common_en.split_whitespace() {
            weights.insert(hash(&["en", word]), common);
        }
        for pair in words.common_vi.split('|') {
            weights.insert(hash(&["vi", pair.trim()]), common);
        }
        for word in words.stop_en.split_whitespace() {
            weights.insert(hash(&["en", word]), 0.0);
        }
        for word in words.stop_vi.split_whitespace() {
            weights.insert(hash(&["vi", word]), 0.0);
        }
        Self { weights }
    }

    fn weight(&self, tag: &str, word: &str) -> f32 {
        self.weights.get(&hash(&[tag, word])).copied().unwrap_or(TELLING)
    }

    /// The concepts of an action.
    pub fn concepts(&self, ids: &[String]) -> Bag {
        let pair = |id: &String| {
            let name = concept_name(id);
            (hash(&["c", name]), self.weight("c", name))
        };
        Bag::from_pairs(ids.iter().map(pair).collect())
    }

    /// The words of an action, given in lower case.
    pub fn words(&self, language: Language, text: &str) -> Bag {
        let tokens = text.split(|c: char| !c.is_alphanumeric()).filter(|token| !token.is_empty());
        match language {
            Language::En => self.english(tokens),
            Language::Vi => self.vietnamese(tokens),
        }
    }

    fn english<'a>(&self, tokens: impl Iterator<Item = &'a str>) -> Bag {
        let mut pairs = Vec::new();
        for token in tokens {
            let weight = self.weight("en", token);
            let short = token.chars().count() < 3 && !token.starts_with(|c: char| c.is_numeric());
            if weight == 0.0 || short {
                continue;
            }
            let end = token.char_indices().nth(STEM).map_or(token.len(), |(at, _)| at);
            pairs.push((hash(&["en", "stem", &token[..end]]), weight));
        }
        Bag::from_pairs(pairs)
    }

    /// Vietnamese writes syllables apart; two neighbours come nearest to a word.
    fn vietnamese<'a>(&self, tokens: impl Iterator<Item = &'a str>) -> Bag {
        let mut pairs = Vec::new();
        let mut before: Option<&str> = None;
        for token in tokens {
            if self.weight("vi", token) == 0.0 {
                before = None;
                continue;
            }
            if let Some(first) = before {
                let both = format!("{first} {token}");
                pairs.push((hash(&["vi", "pair", &both]), self.weight("vi", &both)));
            }
            before = Some(token);
        }
        Bag::from_pairs(pairs)
    }
}

fn concept_name(id: &str) -> &str {
    id.strip_prefix("C:").unwrap_or(id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::topic::policy::SHIPPED;

    fn lexis() -> Lexis {
        Lexis::new(&Policy::read("policy.toml", SHIPPED).unwrap())
    }

    #[test]
    fn inflected_words_meet_and_common_words_count_little() {
        let lexis = lexis();
        let en = |text: &str| lexis.words(Language::En, text);
        let courses = en("organise language courses for border officers");
        let again = en("organising a course in languages for officers");
        assert!(courses.likeness(&again).0 > 0.6);
        let vague = en("strengthen cooperation in training");
        assert!(courses.likeness(&vague).0 < 0.2);
        assert!(vague.content() < 1.0);
        assert_eq!(courses.likeness(&Bag::default()), (0.0, 0));
    }

    #[test]
    fn vietnamese_words_are_pairs_of_syllables() {
        let lexis = lexis();
        let vi = |text: &str| lexis.words(Language::Vi, text);
        let left = vi("mở lớp tiếng anh cho cán bộ biên phòng");
        assert!(left.likeness(&vi("khóa tiếng anh của cán bộ biên phòng")).0 > 0.5);
        assert!(left.likeness(&vi("anh mở phòng lớp")).0 < 0.1);
    }
}
