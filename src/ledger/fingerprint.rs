//! What a mention is known by beyond one reading of its article.
//!
//! Corrections speak of mentions by fingerprint. It is made from what a rule change rarely touches: the article's text,
//! the sentence in one normal form, the kind, the language, and the place among the sentence's mentions of that kind.
//! Where a reading does change it, re-binding looks for the mention by its place in the text.

use unicode_normalization::UnicodeNormalization;

use super::ArticleFacts;
use crate::model::{Fingerprint, Mention};

/// The fingerprints of an article's mentions, in their order.
pub fn fingerprints(article: &ArticleFacts, mentions: &[Mention]) -> Vec<Fingerprint> {
    mentions.iter().enumerate().map(|(at, mention)| of(article, &mentions[..at], mention)).collect()
}

fn of(article: &ArticleFacts, before: &[Mention], mention: &Mention) -> Fingerprint {
    let same =
        |other: &&Mention| other.quote.span == mention.quote.span && other.kind == mention.kind;
    let place = before.iter().filter(same).count();
    let mut hasher = blake3::Hasher::new();
    for part in [
        article.text_hash.as_str(),
        &normal(&mention.quote.text),
        mention.kind.as_str(),
        article.language.map_or("", |language| language.tag()),
        &place.to_string(),
    ] {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    Fingerprint::new(&hasher.finalize().to_hex()[..32])
}

/// Composed, in lower case, with single spaces.
fn normal(sentence: &str) -> String {
    let words: Vec<&str> = sentence.split_whitespace().collect();
    words.join(" ").nfc().collect::<String>().to_lowercase()
}
