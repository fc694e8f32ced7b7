//! Why a document gives no feed.

/// Why a document gives no feed at all. Single entries that are lost are not an error: see [`super::Lost`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FeedError {
    /// Nothing but blanks.
    #[error("the document is empty")]
    Empty,
    /// More bytes than are read.
    #[error("the document has {bytes} bytes; at most {limit} are read")]
    TooLarge {
        /// Its size.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// An HTML page where a feed was expected: an error, login, consent or challenge page, or a feed that moved.
    #[error("the document is an HTML page, not a feed")]
    HtmlPage {
        /// The feed that the page itself names (`link rel=alternate`), absolute.
        alternate: Option<String>,
    },
    /// JSON, but not JSON Feed.
    #[error("the document is JSON, but not a JSON Feed")]
    ForeignJson,
    /// JSON that does not parse.
    #[error("the document is broken JSON: {reason}")]
    BrokenJson {
        /// What the parser says, with line and column.
        reason: String,
    },
    /// Neither RSS, RDF, Atom nor JSON Feed.
    #[error("the document is no feed")]
    NotAFeed,
    /// The document ends inside its first entry or before it.
    #[error("the document ends before its first complete entry")]
    Truncated,
    /// The feed parser refused every entry.
    #[error("the feed could not be read: {reason}")]
    Unreadable {
        /// What the parser says.
        reason: String,
    },
    /// A selector of the listing rules does not parse.
    #[error("\"{selector}\" is not a CSS selector")]
    Selector {
        /// The selector.
        selector: String,
    },
    /// The listing page is beyond what is read.
    #[error("the listing page could not be read")]
    Page(#[from] crate::markup::dom::DomError),
    /// An index of sitemaps: each of those it lists can be a source.
    #[error("the document is an index of sitemaps; name one of them: {}", .listed.iter().take(3).map(String::as_str).collect::<Vec<_>>().join(", "))]
    SitemapIndex {
        /// Their addresses.
        listed: Vec<String>,
    },
    /// The listing page holds no entry: it was redesigned, or is another page.
    #[error("no element of the listing page matches the rules")]
    EmptyListing,
}

impl FeedError {
    /// A stable word for logs, metrics and the poll log.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "feed.empty",
            Self::TooLarge { .. } => "feed.too_large",
            Self::HtmlPage { .. } => "feed.html_page",
            Self::ForeignJson => "feed.foreign_json",
            Self::BrokenJson { .. } => "feed.broken_json",
            Self::NotAFeed => "feed.not_a_feed",
            Self::Truncated => "feed.truncated",
            Self::Unreadable { .. } => "feed.unreadable",
            Self::Selector { .. } => "feed.selector",
            Self::Page(_) => "feed.page",
            Self::SitemapIndex { .. } => "feed.sitemap_index",
            Self::EmptyListing => "feed.empty_listing",
        }
    }
}
