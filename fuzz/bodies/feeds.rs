//! Decode, repair, parse: whatever the bytes, reading ends with entries or a reason, loses nothing without saying so,
//! and gives the same answer twice.

use std::collections::HashSet;

use super::rooms::feed::{self, FeedContext};
use super::rooms::model::{Language, SourceKind};

/// Longer documents only slow the search for new paths.
const LONGEST: usize = 50_000;

/// One input.
pub fn run(bytes: &[u8]) {
    // The first byte says what is known beside the bytes.
    let (known, bytes) = bytes.split_first().unwrap_or((&0, &[]));
    let bytes = &bytes[..bytes.len().min(LONGEST)];
    let fetched_at = "2026-08-23T10:00:00Z".parse().expect("a constant date");
    let context = FeedContext {
        charset: [None, Some("utf-8"), Some("windows-1258"), Some("utf-16")]
            [usize::from(known & 3)],
        base_url: if known & 4 == 0 { "https://bao.test/rss" } else { "" },
        language: (known & 8 == 0).then_some(Language::Vi),
        date_zone: None,
        kind: &SourceKind::Feed,
        fetched_at,
    };
    let read = feed::read(bytes, &context);
    if let Ok(parsed) = &read {
        assert_eq!(parsed.entries.len(), parsed.credits.len());
        let mut keys = HashSet::new();
        for entry in &parsed.entries {
            assert!(keys.insert(&entry.key), "a key twice: {}", entry.key);
            assert!(entry.link.as_ref().is_none_or(|link| link.starts_with("http")));
            assert!(entry.published.is_none_or(|at| at <= fetched_at));
            assert!(!entry.title.contains(char::is_control) && !entry.title.contains("\n"));
        }
        assert!(!parsed.lost.iter().any(|lost| lost.code == "feed.parser_panicked"), "{parsed:?}");
        assert!(parsed.repairs.is_sorted());
    }
    assert_eq!(feed::read(bytes, &context), read, "the same bytes twice");
}
