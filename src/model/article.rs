//! The text that an entry leads to, or that `ingest` was given.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Language, PartialDate};

/// How a publication date was found; in falling order of trust.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DateBasis {
    /// Given by the operator.
    Given,
    /// The feed's own date for the entry.
    Feed,
    /// JSON-LD `datePublished`.
    JsonLd,
    /// A `meta` element.
    Meta,
    /// A `time` element or a visible date stamp of the page.
    Page,
    /// A date line in the text itself.
    Text,
    /// Digits in the URL.
    Url,
    /// Inferred from who held which office.
    Tenure,
    /// Nothing was stated: the day we first saw it.
    FirstSeen,
}

/// A publication date and how it was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceDate {
    /// Civil date in the source's own zone.
    pub date: PartialDate,
    /// The instant, where one was stated (UTC).
    pub at: Option<Timestamp>,
    /// How it was found.
    pub basis: DateBasis,
}

/// An article as extracted. `text` is **raw**: every span and quote in the system points into it, and it is
/// never changed afterwards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Article {
    /// Title; may be empty.
    pub title: String,
    /// Main text, paragraphs separated by newlines.
    pub text: String,
    /// Where it was read.
    pub url: Option<String>,
    /// The address the page itself names as canonical.
    pub canonical_url: Option<String>,
    /// Publication date.
    pub published: Option<SourceDate>,
    /// Author or agency line.
    pub byline: Option<String>,
    /// Language declared by page or feed.
    pub language: Option<Language>,
    /// How far independent extractors agree on the text, in percent; `None` where they were not asked. Below 90 the
    /// text is doubtful: something may be missing, or foreign.
    #[serde(default)]
    pub confidence: Option<u8>,
}
