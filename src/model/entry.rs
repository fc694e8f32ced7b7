//! One item of a feed or listing, as we keep it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Language;

/// One item of a feed or listing page. Texts are plain (markup removed, references decoded, NFC).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Our own identity within the source: `id:…`, else `link:…` (canonical), else `hash:…` of title and date.
    /// It never changes between polls, restarts or purges, and never comes from a parser's invention.
    pub key: String,
    /// Link to the article, absolute, as the feed gives it.
    pub link: Option<String>,
    /// Title; may be empty.
    pub title: String,
    /// Lead or description; may be empty. Lists of other headlines are already cut.
    pub summary: String,
    /// Full text where the feed carries it.
    pub content: Option<String>,
    /// When the feed says it was published (UTC).
    pub published: Option<Timestamp>,
    /// When the feed says it was last changed (UTC).
    pub updated: Option<Timestamp>,
    /// Language that the feed declares for the entry or for itself.
    pub language: Option<Language>,
    /// Hash of title, summary and content: a known key with another revision is a changed entry. Hex.
    pub revision: String,
}

/// Where an entry stands in the durable queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EntryState {
    /// Stored, not yet judged.
    Pending,
    /// Judged to the end; an article exists.
    Done,
    /// Ruled out by title and summary, or by its text.
    Rejected,
    /// Given up after repeated failures; what the feed gave was judged.
    Failed,
}
