//! Whether a text is about the topic, and why.

use serde::{Deserialize, Serialize};

use super::Span;

/// The three outcomes of a relevance decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RelevanceDecision {
    /// About the topic.
    Keep,
    /// Not kept, but close enough for a person to look at.
    NearMiss,
    /// Not about the topic.
    Reject,
}

/// One piece of evidence: a word of the text that spoke for a facet, or against it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RelevanceHit {
    /// Facet id, such as `vietnam`, `uk`, `migration`, `trafficking`.
    pub facet: String,
    /// The words as they stand in the text.
    pub text: String,
    /// Where they stand: in the raw text, or in the title when `in_title`.
    pub span: Span,
    /// Whether the hit is in the title.
    pub in_title: bool,
    /// Whether the hit counted, or why it did not (for example `agency credit`, `personal name`).
    pub discounted: Option<String>,
}

/// A relevance decision with everything that made it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Relevance {
    /// The outcome.
    pub decision: RelevanceDecision,
    /// 0 to 1; comparable within one rules version only.
    pub score: f64,
    /// One sentence that says why, for a reader.
    pub why: String,
    /// The hits that decided it, in text order.
    pub hits: Vec<RelevanceHit>,
}
