//! Listings, sitemaps, lists of feeds and the search for feeds: every address that comes out is one of the web.

use super::lossy;
use super::rooms::feed::{self, FeedContext, discovery};
use super::rooms::model::{ListingRules, SourceKind};

/// One input.
pub fn run(bytes: &[u8]) {
    let text = lossy(bytes);
    let rules = |item: &str| {
        SourceKind::Listing(ListingRules { item: item.to_owned(), ..ListingRules::default() })
    };
    for kind in [rules(""), rules("li, article"), SourceKind::Feed] {
        let context = FeedContext {
            charset: None,
            base_url: "https://bao.test/the-gioi",
            language: None,
            date_zone: None,
            kind: &kind,
            fetched_at: jiff::Timestamp::UNIX_EPOCH + jiff::SignedDuration::from_hours(500_000),
        };
        // Feeds have a target of their own; here only what begins as a sitemap does.
        if kind == SourceKind::Feed && !text.contains("<urlset") {
            continue;
        }
        for entry in
            feed::read(text.as_bytes(), &context).map(|read| read.entries).unwrap_or_default()
        {
            assert!(entry.link.is_none_or(|link| link.starts_with("http")));
            assert!(!entry.key.is_empty());
        }
    }
    let listed = feed::read_opml(&text);
    assert_eq!(feed::read_opml(&feed::write_opml("", &listed)).len(), listed.len());
    if let Ok(base) = url::Url::parse("https://bao.test/") {
        for place in discovery::feeds_of_page(&text, &base) {
            assert!(place.url.starts_with("http"));
        }
        let _ = discovery::sitemaps_of_robots(&text, &base);
    }
}
