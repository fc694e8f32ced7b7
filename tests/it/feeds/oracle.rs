//! What the feed parser alone reads in a valid feed is not read worse behind the tolerant layer.

use std::collections::HashSet;

use pledgewatch::feed::{self, FeedContext};
use pledgewatch::model::SourceKind;

use super::faults::feeds;

/// Text without markup and blanks.
fn bare(html: &str) -> String {
    let mut out = String::new();
    let mut in_tag = false;
    for c in html.replace("&amp;", "&").chars() {
        match c {
            '<' => in_tag = true,
            '>' => in_tag = false,
            c if !in_tag && !c.is_whitespace() => out.push(c),
            _ => {}
        }
    }
    out
}

#[test]
fn no_valid_feed_is_read_worse_than_by_the_parser_alone() {
    let mut compared = 0;
    for (format, document) in feeds() {
        let context = FeedContext {
            charset: None,
            base_url: "https://bao.test/rss",
            language: None,
            date_zone: None,
            kind: &SourceKind::Feed,
            fetched_at: "2026-08-23T10:00:00Z".parse().unwrap(),
        };
        let ours = feed::read(document.as_bytes(), &context).unwrap();
        assert!(ours.lost.is_empty(), "{format}: {:?}", ours.lost);
        // What it refuses, or takes for empty, is not read better.
        let Ok(alone) = feed_rs::parser::parse(document.as_bytes()) else { continue };
        if alone.entries.is_empty() {
            continue;
        }
        assert_eq!(ours.title, alone.title.unwrap().content, "{format}");
        assert_eq!(ours.entries.len(), alone.entries.len(), "{format}");
        let keys: HashSet<&str> = ours.entries.iter().map(|entry| entry.key.as_str()).collect();
        assert_eq!(keys.len(), ours.entries.len(), "{format}");
        for ((entry, credit), other) in ours.entries.iter().zip(&ours.credits).zip(&alone.entries) {
            compared += 1;
            let title = other.title.as_ref().map_or("", |title| &title.content);
            assert_eq!(bare(&entry.title), bare(title), "{format}");
            assert_eq!(entry.link.as_deref(), other.links.first().map(|link| link.href.as_str()));
            let date = other.published.or(other.updated).map(|date| date.timestamp());
            let own = entry.published.or(entry.updated).map(|date| date.as_second());
            assert_eq!(own, date, "{format}");
            let summary = other.summary.as_ref().map_or("", |summary| &summary.content);
            assert_eq!(bare(&entry.summary), bare(summary), "{format}");
            let body = other.content.as_ref().and_then(|content| content.body.as_deref());
            assert_eq!(
                bare(entry.content.as_deref().unwrap_or_default()),
                bare(body.unwrap_or_default())
            );
            assert_eq!(
                credit.authors.first(),
                other.authors.first().and_then(|author| author.name.as_ref()),
                "{format}"
            );
            // It has no ids for RDF but those that it invents.
            if let Some(id) = credit.id.as_ref().filter(|_| format != "RSS 1.0") {
                assert_eq!(*id, other.id, "{format}");
            }
        }
    }
    assert!(compared >= 20, "{compared}");
}
