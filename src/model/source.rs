//! A configured place that we poll.

use serde::{Deserialize, Serialize};

use super::SourceId;

/// A language that the daemon understands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English.
    En,
    /// Vietnamese.
    Vi,
}

impl Language {
    /// The BCP 47 tag.
    pub fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Vi => "vi",
        }
    }

    /// The language of a tag such as `vi`, `vi-VN` or `en_gb`, if it is one of ours.
    pub fn of_tag(tag: &str) -> Option<Self> {
        match tag.trim().split(['-', '_']).next()?.to_ascii_lowercase().as_str() {
            "vi" => Some(Self::Vi),
            "en" => Some(Self::En),
            _ => None,
        }
    }
}

/// How far a source may announce something alone.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Default,
)]
#[serde(rename_all = "lowercase")]
pub enum Trust {
    /// Mirrors, clones, aggregators: waits for a second, independent source or for the digest.
    Low,
    /// The press.
    #[default]
    Normal,
    /// Governments and the news agencies that publish for them.
    High,
}

/// What kind of document a source's URL leads to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SourceKind {
    /// RSS, RDF, Atom or JSON Feed; the format is read from the document.
    Feed,
    /// An HTML page that lists articles.
    Listing(ListingRules),
}

/// CSS selectors that read entries from an HTML listing page. All but `item` are relative to the item.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ListingRules {
    /// One element an entry; empty where the page itself shall tell (see `feed::listing`).
    pub item: String,
    /// A pattern that the addresses of entries fulfil; without it, and without `item`, the most frequent form.
    #[serde(default)]
    pub url_match: Option<String>,
    /// The link; its `href` is the entry's link. Without it, the item itself or its first `a[href]`.
    pub link: Option<String>,
    /// The title; without it, the link's text.
    pub title: Option<String>,
    /// The lead; without it, entries have no summary.
    pub summary: Option<String>,
    /// The date (`datetime` attribute, else text); without it, entries have no date.
    pub date: Option<String>,
}

/// CSS selectors that say where a source's pages keep what; they win over what is found without them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PageRules {
    /// The text; several matches are joined in the order of the page.
    pub body: Option<String>,
    /// Parts of the text that do not belong to it.
    pub exclude: Vec<String>,
    /// The headline.
    pub title: Option<String>,
    /// The lead, where it stands outside the text.
    pub lead: Option<String>,
    /// The author's or agency's line.
    pub author: Option<String>,
    /// The date of publication (`datetime` or `content` attribute, else text).
    pub date: Option<String>,
}

/// A configured place that we poll. The schedule lives beside it in the configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Unique short name.
    pub id: SourceId,
    /// Name shown to readers.
    pub name: String,
    /// Address polled, `http` or `https`.
    pub url: String,
    /// Feed or HTML listing.
    pub kind: SourceKind,
    /// Language the source writes in, when it writes in one.
    pub language: Option<Language>,
    /// How far the source may announce something alone.
    pub trust: Trust,
    /// IANA zone for dates that the source writes without one.
    pub date_zone: Option<String>,
    /// Whether the zones that its feed states are wrong: then all its dates are in `date_zone`.
    #[serde(default)]
    pub wrong_zone: bool,
    /// Extra request headers, in order.
    pub headers: Vec<(String, String)>,
    /// Whether addresses on this machine or a private network may be contacted for this source.
    pub allow_private: bool,
    /// Whether the source is polled at all.
    pub enabled: bool,
    /// Where its pages keep what, where that was configured.
    #[serde(default)]
    pub page: Option<PageRules>,
}
