//! From parsed entries to ours: plain text, our own identity, dates that can be true.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;

use super::links::canonical_link;
use super::parse::RawEntry;
use crate::markup::plain;
use crate::model::{Entry, Language};

/// Dates before the first news on the web are a clock that was never set.
const FIRST_YEAR: &str = "1995-01-01T00:00:00Z";

/// Turns parsed entries into ours, in document order; a repeated entry is kept once.
pub(super) fn build(
    raws: Vec<RawEntry>,
    language: Option<Language>,
    fetched_at: Timestamp,
) -> Vec<Entry> {
    let mut entries: Vec<(Entry, Option<String>)> =
        raws.into_iter().map(|raw| entry(raw, language, fetched_at)).collect();
    let mut links: HashMap<String, HashSet<Option<String>>> = HashMap::new();
    for (entry, link) in &entries {
        links.entry(entry.key.clone()).or_default().insert(link.clone());
    }
    let mut seen = HashSet::new();
    for (entry, link) in &mut entries {
        // One id on several entries identifies none of them.
        if links.get(&entry.key).is_some_and(|links| links.len() > 1) {
            entry.key = format!("{} {}", entry.key, link.as_deref().unwrap_or_default());
        }
    }
    entries
        .into_iter()
        .map(|(entry, _)| entry)
        .filter(|entry| seen.insert(entry.key.clone()))
        .collect()
}

/// The entry, and its canonical link.
fn entry(
    raw: RawEntry,
    language: Option<Language>,
    fetched_at: Timestamp,
) -> (Entry, Option<String>) {
    let title = plain::line(&raw.title);
    let summary = plain::text(&raw.summary);
    let content = Some(plain::text(&raw.content)).filter(|content| !content.is_empty());
    let canonical = raw.link.as_deref().and_then(canonical_link);
    let key = key(&raw, &title, canonical.as_deref());
    let revision = revision(&title, &summary, content.as_deref());
    let entry = Entry {
        key,
        link: raw.link,
        title,
        summary,
        content,
        published: raw.published.and_then(|at| plausible(at, fetched_at)),
        updated: raw.updated.and_then(|at| plausible(at, fetched_at)),
        language: raw.language.as_deref().and_then(declared).or(language),
        revision,
    };
    (entry, canonical)
}

/// Our identity of an entry. An id that is the entry's own link with a fragment or tracking parameters on it says no
/// more than the link, and often less: some publishers count updates in the fragment.
fn key(raw: &RawEntry, title: &str, canonical: Option<&str>) -> String {
    let id = plain::line(&raw.id);
    match (id.as_str(), canonical) {
        ("", Some(link)) => format!("link:{link}"),
        (id, Some(link)) if canonical_link(id).as_deref() == Some(link) => format!("link:{link}"),
        ("", None) => {
            // The date as stated, not as clamped: it must not depend on the day of the poll.
            let date = raw.published.map(|at| at.to_string()).unwrap_or_default();
            format!("hash:{}", digest(&[title, &date]))
        }
        (id, _) => format!("id:{id}"),
    }
}

fn revision(title: &str, summary: &str, content: Option<&str>) -> String {
    digest(&[title, summary, content.unwrap_or_default()])
}

fn digest(parts: &[&str]) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(part.as_bytes());
        hasher.update(&[0]);
    }
    hasher.finalize().to_hex()[..32].to_owned()
}

/// A date that can be true: not in the future, which becomes the moment of the poll, and not before the web.
fn plausible(at: Timestamp, fetched_at: Timestamp) -> Option<Timestamp> {
    let first: Timestamp = FIRST_YEAR.parse().ok()?;
    (at >= first).then(|| at.min(fetched_at))
}

/// The language that a tag such as `vi-VN` or `en_gb` declares, if it is one of ours.
pub(super) fn declared(tag: &str) -> Option<Language> {
    match tag.trim().split(['-', '_']).next()?.to_ascii_lowercase().as_str() {
        "vi" => Some(Language::Vi),
        "en" => Some(Language::En),
        _ => None,
    }
}
