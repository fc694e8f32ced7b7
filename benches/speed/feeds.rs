//! What reading a feed costs: `cargo bench --bench speed -- feeds`. Bytes in, entries out: decoded, rewritten, parsed and
//! made plain, beside feed-rs alone on the same bytes, which is what any reader in Rust would pay. The documents have the
//! sizes and forms of usual feeds; the smallest holds the newest few stories, the largest whole articles.

use std::fmt::Write;

use anyhow::{Result, ensure};
use pledgewatch::feed::{self, FeedContext};
use pledgewatch::model::SourceKind;
use pledgewatch::time::{Clock, ManualClock};

use crate::process;
use crate::support::generator::{self, Item, Shape};

/// Sizes of documents, in bytes.
const SIZES: [usize; 3] = [20_000, 60_000, 200_000];
/// Bytes read for one figure, over and over.
const BYTES: usize = 60_000_000;
/// What usual feeds must reach, in MB a second.
const MUST: f64 = 60.0;
/// The newest generated entry is a day older.
const NOW: &str = "2026-06-02T00:00:00Z";

/// How a document says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    RssPlain,
    RssSection,
    RssFull,
    AtomPlain,
    AtomEscaped,
}

const FORMS: [(Form, &str); 5] = [
    (Form::RssPlain, "RSS, plain summaries"),
    (Form::RssSection, "RSS, HTML summaries in CDATA"),
    (Form::RssFull, "RSS, whole articles in CDATA"),
    (Form::AtomPlain, "Atom, plain summaries"),
    (Form::AtomEscaped, "Atom, escaped HTML"),
];

/// Measures and prints all of it.
///
/// # Errors
/// When an entry is lost, or the system does not tell processor time.
pub fn run() -> Result<()> {
    println!(
        "\nfeeds: MB a second and core, decoded, rewritten, parsed, made plain; feed-rs alone on the same bytes"
    );
    println!(
        "{:<32}{:>8}{:>10}{:>10}{:>8}{:>12}",
        "", "kB", "MB/s", "feed-rs", "ratio", "µs an entry"
    );
    let (mut ours, mut bare, mut bytes) = (0.0, 0.0, 0.0);
    for (row, (form, name)) in FORMS.into_iter().enumerate() {
        for (column, size) in SIZES.into_iter().enumerate() {
            // So that every size and every form is there in both languages.
            let (document, entries) = document(form, row + column, size);
            let own = micros(&document, || read(&document))?;
            let theirs = micros(&document, || {
                Ok(feed_rs::parser::parse(document.as_bytes())?.entries.len())
            })?;
            ensure!(read(&document)? == entries, "entries lost");
            let length = document.len() as f64;
            println!(
                "{name:<32}{:>8.0}{:>10.0}{:>10.0}{:>8.2}{:>12.1}",
                length / 1000.0,
                length / own,
                length / theirs,
                own / theirs,
                own / entries as f64
            );
            (ours, bare, bytes) = (ours + own / length, bare + theirs / length, bytes + 1.0);
        }
    }
    println!(
        "{:<32}{:>8}{:>10.0}{:>10.0}{:>8.2}   must: {MUST:.0}",
        "all, each byte counted alike",
        "",
        bytes / ours,
        bytes / bare,
        ours / bare
    );
    Ok(())
}

/// Processor time of all threads for one run of `work`, in microseconds.
fn micros(document: &str, work: impl Fn() -> Result<usize>) -> Result<f64> {
    let times = BYTES.div_ceil(document.len());
    std::hint::black_box(work()?);
    process::micros_each(times, || {
        for _ in 0..times {
            std::hint::black_box(work()?);
        }
        Ok(())
    })
}

fn read(document: &str) -> Result<usize> {
    let kind = SourceKind::Feed;
    let context = FeedContext {
        charset: Some("utf-8"),
        base_url: "https://farm.example/feed",
        language: None,
        date_zone: None,
        kind: &kind,
        fetched_at: ManualClock::new(NOW.parse()?).now(),
    };
    let parsed = feed::read(document.as_bytes(), &context)?;
    ensure!(parsed.repairs.is_empty(), "mended: {:?}", parsed.repairs);
    Ok(parsed.entries.len())
}

/// A document of about `size` bytes, and the number of its entries.
fn document(form: Form, feed: usize, size: usize) -> (String, usize) {
    let shape = Shape { entries: 2_000, ..Shape::default() };
    let mut text = match form {
        Form::RssPlain | Form::RssSection | Form::RssFull => {
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<rss version=\"2.0\" \
             xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\n\
             <channel>\n<title>News</title>\n<link>https://farm.example/</link>\n<description>All</description>\n"
        }
        Form::AtomPlain | Form::AtomEscaped => {
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n\
             <title>News</title>\n<id>tag:farm.example,2026:1</id>\n<updated>2026-06-01T00:00:00Z</updated>\n"
        }
    }
    .to_owned();
    let mut entries = 0;
    while text.len() < size {
        entry(&mut text, form, &generator::item(&shape, feed, entries));
        entries += 1;
    }
    text.push_str(match form {
        Form::AtomPlain | Form::AtomEscaped => "</feed>\n",
        _ => "</channel>\n</rss>\n",
    });
    (text, entries)
}

fn entry(out: &mut String, form: Form, item: &Item) {
    let Item { number, title, summary, at, .. } = item;
    let link = format!("https://farm.example/news/story-of-the-day-{number}.html");
    let at = jiff::Timestamp::from_second(*at).unwrap_or_default();
    let html = format!(
        "<a href=\"{link}\"><img src=\"https://img.farm.example/{number}.jpg\" alt=\"\" /></a></br>{summary}"
    );
    let rss = |body: String| {
        format!(
            "  <item>\n    <title>{title}</title>\n    <link>{link}</link>\n    <guid isPermaLink=\"true\">{link}</guid>\n    \
             <dc:creator>Desk</dc:creator>\n    <pubDate>{}</pubDate>\n{body}  </item>\n",
            at.strftime("%a, %d %b %Y %H:%M:%S +0000")
        )
    };
    let atom = |kind: &str, body: &str| {
        format!(
            "  <entry>\n    <title>{title}</title>\n    <id>tag:farm.example,2026:{number}</id>\n    <link href=\"{link}\"/>\n    \
             <published>{at}</published>\n    <updated>{at}</updated>\n    <summary{kind}>{body}</summary>\n  </entry>\n"
        )
    };
    let escaped = || html.replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
    let text = match form {
        Form::RssPlain => rss(format!("    <description>{summary}</description>\n")),
        Form::RssSection => rss(format!("    <description><![CDATA[{html}]]></description>\n")),
        Form::RssFull => {
            let paragraphs: String =
                item.text.lines().map(|line| format!("<p>{line}</p>\n")).collect();
            rss(format!(
                "    <description><![CDATA[{html}]]></description>\n    \
                 <content:encoded><![CDATA[{paragraphs}]]></content:encoded>\n"
            ))
        }
        Form::AtomPlain => atom("", summary),
        Form::AtomEscaped => atom(" type=\"html\"", &escaped()),
    };
    // Writing to a String cannot fail.
    let _ = write!(out, "{text}");
}
