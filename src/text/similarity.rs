//! Copies: the same text again, and a wire story that several outlets print. In: texts. Out: a hash of the whole, and
//! how much of one text another contains.

use std::collections::HashSet;

use super::Document;
use crate::model::Span;

/// Words in a shingle: long enough that two texts share one only by copying.
const WIDTH: usize = 6;

/// Hash (hex) of the letters and digits of a text's running text in lower case: equal for copies that differ in blanks,
/// punctuation, headline and page furniture only. A repeated body counts once.
pub fn body_hash(document: &Document) -> String {
    let mut hasher = blake3::Hasher::new();
    let mut letters = String::new();
    for span in body(document) {
        letters.clear();
        letters.extend(document.norm.fold[span.range()].chars().filter(|c| c.is_alphanumeric()));
        hasher.update(letters.as_bytes());
    }
    hasher.finalize().to_hex().to_string()
}

/// Spans of the sentences that are the story itself: no furniture, no copies. All sentences when nothing else is left.
fn body(document: &Document) -> Vec<Span> {
    let story: Vec<Span> = document
        .sentences
        .iter()
        .filter(|sentence| {
            sentence.duplicate_of.is_none()
                && document.blocks[sentence.block].kind == super::BlockKind::Body
        })
        .map(|sentence| sentence.span)
        .collect();
    if story.is_empty() {
        document.sentences.iter().map(|sentence| sentence.span).collect()
    } else {
        story
    }
}

/// The word sequences of a text, hashed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shingles(HashSet<u64>);

impl Shingles {
    /// The shingles of a document's running text.
    pub fn of(document: &Document) -> Self {
        let bare = &document.norm.bare;
        let mut words: Vec<&str> = Vec::new();
        for span in body(document) {
            words.extend(
                bare.text[bare.range_of(span)]
                    .split(|c: char| !c.is_alphanumeric())
                    .filter(|word| !word.is_empty()),
            );
        }
        let width = WIDTH.min(words.len().max(1));
        let hash = |window: &[&str]| {
            let mut hasher = blake3::Hasher::new();
            for word in window {
                hasher.update(word.as_bytes());
                hasher.update(&[0]);
            }
            let mut first = [0; 8];
            hasher.finalize_xof().fill(&mut first);
            u64::from_le_bytes(first)
        };
        Self(words.windows(width).map(hash).collect())
    }

    /// The share (0 to 1) of the smaller text's shingles that the other has too: 1 when one text contains the other.
    pub fn containment(&self, other: &Self) -> f64 {
        let (small, large) =
            if self.0.len() <= other.0.len() { (self, other) } else { (other, self) };
        if small.0.is_empty() {
            return 0.0;
        }
        let shared = small.0.iter().filter(|hash| large.0.contains(hash)).count();
        shared as f64 / small.0.len() as f64
    }

    /// Number of different shingles.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether the text had no words.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The hashes, for storing.
    pub fn hashes(&self) -> impl Iterator<Item = u64> + '_ {
        self.0.iter().copied()
    }
}

impl FromIterator<u64> for Shingles {
    fn from_iter<I: IntoIterator<Item = u64>>(hashes: I) -> Self {
        Self(hashes.into_iter().collect())
    }
}
