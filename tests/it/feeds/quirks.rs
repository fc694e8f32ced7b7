//! Every way in which real feeds are known to be odd: one example each in `quirks.toml`, several at once in
//! `mixtures.toml`, with their reading.

use pledgewatch::feed::{self, FeedContext, Parsed};
use pledgewatch::model::{Language, SourceKind};
use serde::Deserialize;

#[derive(Debug, Deserialize)]
struct File {
    quirk: Vec<Quirk>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Quirk {
    name: String,
    form: Option<String>,
    feed: String,
    base: Option<String>,
    charset: Option<String>,
    language: Option<String>,
    encode: Option<String>,
    mark: bool,
    repeat: String,
    times: usize,
    // What is expected.
    entries: Option<usize>,
    error: Option<String>,
    lost: usize,
    repair: Option<String>,
    feed_title: Option<String>,
    title: Option<String>,
    link: Option<String>,
    no_link: bool,
    id: Option<String>,
    key: Option<String>,
    key_start: Option<String>,
    same_again: bool,
    summary: Option<String>,
    content: Option<String>,
    published: Option<String>,
    updated: Option<String>,
    undated: bool,
    author: Option<String>,
    source: Option<String>,
    minutes: Option<i64>,
    skip_hours: Vec<i8>,
    hub: Option<String>,
}

impl Quirk {
    fn document(&self) -> Vec<u8> {
        let feed = self.feed.replace("@@", &self.repeat.repeat(self.times));
        let channel = |inner: &str| {
            format!("<rss version=\"2.0\"><channel><title>T</title>{inner}</channel></rss>")
        };
        let text = match self.form.as_deref() {
            None => feed,
            Some("channel") => channel(&feed),
            Some("item") => channel(&format!("<item><title>x</title>{feed}</item>")),
            Some("title") => channel(&format!("<item><title>{feed}</title></item>")),
            Some("date") => {
                channel(&format!("<item><title>x</title><pubDate>{feed}</pubDate></item>"))
            }
            Some("entry") => format!(
                "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>T</title><entry><id>urn:1</id>{feed}</entry></feed>"
            ),
            Some(other) => panic!("{other}"),
        };
        match self.encode.as_deref() {
            None => bytes(&text),
            Some(encoding) => {
                let text = if self.mark { format!("\u{feff}{text}") } else { text };
                let units = text.encode_utf16();
                match encoding {
                    "utf-16le" => units.flat_map(u16::to_le_bytes).collect(),
                    "utf-16be" => units.flat_map(u16::to_be_bytes).collect(),
                    "utf-32be" => text.chars().flat_map(|c| u32::from(c).to_be_bytes()).collect(),
                    other => panic!("{other}"),
                }
            }
        }
    }

    fn read(&self) -> Result<Parsed, feed::FeedError> {
        let context = FeedContext {
            charset: self.charset.as_deref(),
            base_url: self.base.as_deref().unwrap_or("https://bao.test/rss/home.rss"),
            language: self.language.is_none().then_some(Language::Vi),
            date_zone: None,
            kind: &SourceKind::Feed,
            fetched_at: "2026-08-23T10:00:00Z".parse().unwrap(),
        };
        feed::read(&self.document(), &context)
    }

    /// What is not as expected.
    fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let parsed = match (self.read(), &self.error) {
            (Err(error), Some(code)) if error.code() == code => return faults,
            (Err(error), _) => return vec![format!("refused: {error}")],
            (Ok(_), Some(code)) => return vec![format!("not refused as {code}")],
            (Ok(parsed), None) => parsed,
        };
        let mut same = |what: &str, found: &dyn std::fmt::Debug, expected: &dyn std::fmt::Debug| {
            let (found, expected) = (format!("{found:?}"), format!("{expected:?}"));
            if found != expected {
                faults.push(format!("{what}: {found}, expected {expected}"));
            }
        };
        same("entries", &parsed.entries.len(), &self.entries.unwrap_or(1));
        same("credits", &parsed.credits.len(), &parsed.entries.len());
        same("lost", &parsed.lost.len(), &self.lost);
        if let Some(repair) = &self.repair {
            same("repair", &parsed.repairs.contains(repair), &true);
        }
        if let Some(title) = &self.feed_title {
            same("feed title", &parsed.title, title);
        }
        if let Some(minutes) = self.minutes {
            same("interval", &parsed.hints.interval.map(|i| i.as_mins()), &Some(minutes));
        }
        same("hours", &parsed.hints.skip_hours, &self.skip_hours);
        if let Some(hub) = &self.hub {
            same("hub", &parsed.links.hubs, &[hub]);
        }
        let (Some(entry), Some(credit)) = (parsed.entries.first(), parsed.credits.first()) else {
            return faults;
        };
        let date = |text: &Option<String>| {
            text.as_ref().map(|text| text.parse::<jiff::Timestamp>().unwrap())
        };
        let mut text = |what: &str, found: Option<&str>, expected: &Option<String>| {
            if expected.is_some() {
                same(what, &found, &expected.as_deref());
            }
        };
        text("title", Some(&entry.title), &self.title);
        text("link", entry.link.as_deref(), &self.link);
        text("key", Some(&entry.key), &self.key);
        text("id", credit.id.as_deref(), &self.id);
        text("summary", Some(&entry.summary), &self.summary);
        text("content", entry.content.as_deref(), &self.content);
        text("author", credit.authors.first().map(String::as_str), &self.author);
        text("source", credit.source.as_deref(), &self.source);
        if self.published.is_some() {
            same("published", &entry.published, &date(&self.published));
        }
        if self.updated.is_some() {
            same("updated", &entry.updated, &date(&self.updated));
        }
        same("no link", &(entry.link.is_none() && self.no_link), &self.no_link);
        if self.undated {
            same("undated", &entry.published.or(entry.updated), &None::<jiff::Timestamp>);
        }
        if let Some(start) = &self.key_start {
            same("start of the key", &entry.key.starts_with(start), &true);
        }
        if self.same_again {
            same("again", &self.read().unwrap().entries[0].key, &entry.key);
        }
        faults
    }
}

/// A text in which `\xNN` is a byte.
fn bytes(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find("\\x") {
        bytes.extend(rest[..at].bytes());
        bytes.push(u8::from_str_radix(&rest[at + 2..at + 4], 16).unwrap());
        rest = &rest[at + 4..];
    }
    bytes.extend(rest.bytes());
    bytes
}

fn wrong(list: &str, at_least: usize) -> String {
    let file: File = toml::from_str(list).unwrap();
    assert!(file.quirk.len() >= at_least, "{}", file.quirk.len());
    let faulty = file.quirk.iter().map(|quirk| (quirk, quirk.faults()));
    let lines: Vec<String> = faulty
        .filter(|(_, faults)| !faults.is_empty())
        .map(|(quirk, faults)| format!("{}: {}", quirk.name, faults.join("; ")))
        .collect();
    lines.join("\n")
}

#[test]
fn every_known_quirk_is_read_as_meant() {
    assert_eq!(wrong(include_str!("quirks.toml"), 130), "");
}

#[test]
fn quirks_that_come_together_are_read_as_meant() {
    assert_eq!(wrong(include_str!("mixtures.toml"), 70), "");
}
