//! Documents made to harm whoever reads them: each ends in bounded time, with entries or a reason.

use std::time::Duration;

use pledgewatch::feed::{self, FeedContext, FeedError, Parsed};
use pledgewatch::model::SourceKind;

use crate::effort;

/// Far above what any of them takes: a growth faster than linear shows itself in minutes. The time is that of our own
/// passes; the parser behind them runs on a thread of its own and is given nothing but what they wrote.
const PATIENCE: Duration = Duration::from_secs(30);

fn read(document: &str) -> Result<Parsed, FeedError> {
    let context = FeedContext {
        charset: None,
        base_url: "https://bao.test/rss",
        language: None,
        date_zone: None,
        kind: &SourceKind::Feed,
        fetched_at: "2026-08-23T10:00:00Z".parse().unwrap(),
    };
    let (read, took) = effort::of(|| feed::read(document.as_bytes(), &context));
    assert!(took < PATIENCE, "{took:?}: {}…", &document[..document.floor_char_boundary(60)]);
    read
}

fn rss(inner: &str) -> String {
    format!("<rss version=\"2.0\"><channel><title>T</title>{inner}</channel></rss>")
}

#[test]
fn entities_that_grow_are_not_expanded() {
    let mut laughs = String::from("<!DOCTYPE rss [<!ENTITY a0 \"ha\">");
    for level in 1..30 {
        let part = format!("&a{};", level - 1);
        laughs.push_str(&format!("<!ENTITY a{level} \"{}\">", part.repeat(10)));
    }
    let parsed =
        read(&format!("{laughs}]>{}", rss("<item><title>x &a29;</title></item>"))).unwrap();
    assert_eq!(parsed.entries[0].title, "x &a29;");
}

#[test]
fn a_hundred_thousand_levels_are_only_a_long_document() {
    let open = |name: &str| format!("<{name}>").repeat(100_000);
    let close = |name: &str| format!("</{name}>").repeat(100_000);
    for name in ["media:group", "div", "item", "source", "xhtml:div"] {
        let _ = read(&rss(&format!("<item><title>x</title>{}x{}</item>", open(name), close(name))));
        let _ = read(&rss(&format!("<item><title>x</title>{}</item>", open(name))));
    }
    let _ =
        read(&rss(&format!("<item><description>{}{}</description></item>", open("p"), close("p"))));
    let _ = read(&format!(
        "<feed xmlns=\"http://www.w3.org/2005/Atom\"><entry><content type=\"xhtml\">{}</content></entry></feed>",
        open("div")
    ));
    for part in ["[", "{\"a\":", "[{\"items\":"] {
        let _ = read(&format!(
            "{{\"version\":\"https://jsonfeed.org/version/1\",\"items\":{}",
            part.repeat(100_000)
        ));
    }
}

#[test]
fn entries_beyond_the_limit_are_counted_as_lost() {
    let items: String = (0..100_000).map(|n| format!("<item><guid>{n}</guid></item>")).collect();
    let parsed = read(&rss(&items)).unwrap();
    assert_eq!(parsed.entries.len() + parsed.lost.len(), 100_000);
    assert!(parsed.entries.len() >= 1_000, "{}", parsed.entries.len());
    let items: Vec<String> = (0..100_000).map(|n| format!("{{\"id\":{n}}}")).collect();
    let json = format!(
        "{{\"version\":\"https://jsonfeed.org/version/1\",\"items\":[{}]}}",
        items.join(",")
    );
    let parsed = read(&json).unwrap();
    assert_eq!(parsed.entries.len() + parsed.lost.len(), 100_000);
}

#[test]
fn floods_take_linear_time() {
    for inner in [
        format!("<item {}>", "a=\"1\" ".repeat(100_000)),
        format!("<item><title>x</title><x {}/></item>", "xmlns:a=\"urn:1\" ".repeat(100_000)),
        format!("<item><title>x</title>{}</item>", "<x a=\"".repeat(100_000)),
        format!("<item>{}</item>", "<xhtml:div><title>".repeat(50_000)),
        format!("<item>{}</item>", "<author><source>".repeat(50_000)),
        format!("<item>{}</item>", "<link>http://bao.test/</link>".repeat(100_000)),
        format!("<item>{}</item>", "<dc:date>x</dc:date>".repeat(20_000)),
        format!("<item>{}</item>", "<dc:creator>Lan</dc:creator>".repeat(100_000)),
        format!("<item><author>{}</author></item>", "(<[（".repeat(100_000)),
        format!("<item><pubDate>{}</pubDate></item>", "Mon, 05 ".repeat(100_000)),
        "<item><guid>1</guid></item>".repeat(100_000),
        format!("<item><title>{}</title></item>", "&amp;lt;".repeat(200_000)),
        "<skipHours><hour>1</hour></skipHours>".repeat(50_000),
        "<atom:link rel=\"hub\" href=\"http://hub.test/\"/>".repeat(50_000),
    ] {
        let _ = read(&rss(&inner));
    }
}
