//! JSON Feed, read from whatever types its makers use: numbers as ids, missing titles, one bad item among good ones.

use std::collections::BTreeSet;

use quick_xml::escape::escape;
use serde_json::{Map, Value};
use url::Url;

use super::hints::{Hints, web_address};
use super::item::{Aside, MAX_AUTHORS, person};
use super::parse::{RawEntry, RawFeed};
use super::repair::join;
use super::{FeedContext, FeedError, Lost, entries, zone};
use crate::markup::{loose_json, surrogates};
use crate::time::feed_date::{self, MeantZone};

/// Items read of one feed.
const MAX_ITEMS: usize = 20_000;

/// Reads a JSON Feed.
///
/// # Errors
/// `BrokenJson`, or `ForeignJson` for an object without the marks of a feed (an error message, say).
pub(super) fn read(
    text: &str,
    context: &FeedContext<'_>,
    base: Option<&Url>,
    repairs: &mut BTreeSet<String>,
) -> Result<(RawFeed, Hints, Vec<Lost>), FeedError> {
    let Value::Object(whole) = value(text, repairs)? else { return Err(FeedError::ForeignJson) };
    // Some answer with the feed in a field of its own.
    let inner =
        || whole.values().filter_map(Value::as_object).find(|one| one.contains_key("items"));
    let feed = if whole.contains_key("items") { &whole } else { inner().unwrap_or(&whole) };
    let versioned = string(feed, "version").contains("jsonfeed.org");
    let items: Vec<&Value> = match feed.get("items") {
        Some(Value::Array(items)) => items.iter().collect(),
        // A list of one, or one by ids, as some languages write it.
        Some(one @ Value::Object(item)) if item.contains_key("id") || item.contains_key("url") => {
            vec![one]
        }
        Some(Value::Object(items)) => items.values().collect(),
        _ if versioned => Vec::new(),
        _ => return Err(FeedError::ForeignJson),
    };
    let has_links = items.iter().any(|item| item.get("url").is_some() || item.get("id").is_some());
    if !versioned && !has_links {
        return Err(FeedError::ForeignJson);
    }
    let own_home = Url::parse(&string(feed, "home_page_url")).ok();
    let base = base.or(own_home.as_ref());
    let language = Some(string(feed, "language")).filter(|language| !language.is_empty());
    let zone = zone(context, language.as_deref().and_then(entries::declared));
    let authors = authors(feed);
    let mut raw = RawFeed {
        title: escape(string(feed, "title")).into_owned(),
        language,
        entries: Vec::new(),
    };
    let mut lost = Vec::new();
    for (index, item) in items.into_iter().enumerate() {
        let reason = match item {
            Value::Object(object) if index < MAX_ITEMS && !loose_json::is_cut(item) => {
                let mut entry = entry(object, base, &zone);
                if entry.aside.authors.is_empty() {
                    entry.aside.authors.clone_from(&authors);
                }
                raw.entries.push(entry);
                continue;
            }
            Value::Object(_) if index < MAX_ITEMS => ("feed.entry_cut", "the document ends in it"),
            Value::Object(_) => ("feed.entry_cut", "the document has too many"),
            _ => ("feed.entry_refused", "the item is no object"),
        };
        lost.push(Lost { code: reason.0, index: Some(index), reason: reason.1.to_owned() });
    }
    Ok((raw, hints(feed, base), lost))
}

/// The document as JSON, in the strictest way in which it can be read.
fn value(text: &str, repairs: &mut BTreeSet<String>) -> Result<Value, FeedError> {
    let error = match serde_json::from_str(text) {
        Ok(value) => return Ok(value),
        Err(error) => error,
    };
    let mended = surrogates::repaired(text).and_then(|text| serde_json::from_str(&text).ok());
    if let Some(value) = mended {
        repairs.insert("half_character".to_owned());
        return Ok(value);
    }
    match loose_json::read(text) {
        Some(loose) if loose.value.get("items").is_some() => {
            repairs.insert("broken_json".to_owned());
            if loose.cut {
                repairs.insert("truncated".to_owned());
            }
            Ok(loose.value)
        }
        _ => Err(FeedError::BrokenJson { reason: error.to_string() }),
    }
}

fn hints(feed: &Map<String, Value>, base: Option<&Url>) -> Hints {
    let mut hints = Hints::default();
    hints.links.own = web_address(base, &string(feed, "feed_url"));
    hints.links.next = web_address(base, &string(feed, "next_url"));
    hints.ended = feed.get("expired") == Some(&Value::Bool(true));
    if let Some(Value::Array(hubs)) = feed.get("hubs") {
        hubs.iter()
            .filter_map(Value::as_object)
            .for_each(|hub| hints.links.add_hub(web_address(base, &string(hub, "url"))));
    }
    hints
}

fn entry(item: &Map<String, Value>, base: Option<&Url>, zone: &MeantZone) -> RawEntry {
    let id = string(item, "id");
    let link = ["url", "external_url", "id"]
        .iter()
        .map(|key| string(item, key))
        .find(|link| !link.is_empty())
        // An id is a link only if it looks like one.
        .filter(|link| *link != id || link.starts_with("http"))
        .and_then(|link| join(base, &link))
        .filter(|link| matches!(link.scheme(), "http" | "https"));
    let (published, updated) = (string(item, "date_published"), string(item, "date_modified"));
    let dated = !published.is_empty() || !updated.is_empty();
    let html = string(item, "content_html");
    let content =
        if html.is_empty() { escape(string(item, "content_text")).into_owned() } else { html };
    RawEntry {
        id,
        link: link.map(String::from),
        title: escape(string(item, "title")).into_owned(),
        summary: escape(string(item, "summary")).into_owned(),
        content,
        published: feed_date::parse(&published, zone),
        updated: feed_date::parse(&updated, zone),
        language: Some(string(item, "language")).filter(|language| !language.is_empty()),
        aside: Aside { authors: authors(item), source: None, dated },
    }
}

/// The names under `authors` (1.1) or `author` (1.0), whether they are objects or mere texts.
fn authors(object: &Map<String, Value>) -> Vec<String> {
    let one = |value: &Value| match value {
        Value::String(name) => Some(person(name)),
        Value::Object(author) => Some(person(&string(author, "name"))),
        _ => None,
    };
    let mut names: Vec<String> = Vec::new();
    for value in ["authors", "author"].iter().filter_map(|key| object.get(*key)) {
        let several = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
        for name in several.iter().filter_map(one) {
            // Version 1.1 repeats the first author under the old name.
            if !name.is_empty() && !names.contains(&name) && names.len() < MAX_AUTHORS {
                names.push(name);
            }
        }
    }
    names
}

/// A field as text, when it is a text or a number.
fn string(object: &Map<String, Value>, key: &str) -> String {
    match object.get(key) {
        Some(Value::String(text)) => text.trim().to_owned(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}
