//! JSON Feed, read from whatever types its makers use: numbers as ids, missing titles, one bad item among good ones.

use jiff::tz::TimeZone;
use quick_xml::escape::escape;
use serde_json::{Map, Value};
use url::Url;

use super::hints::{Hints, web_address};
use super::parse::{RawEntry, RawFeed};
use super::repair::join;
use super::{FeedError, Lost};
use crate::markup::surrogates;
use crate::time::feed_date;

/// Reads a JSON Feed.
///
/// # Errors
/// `BrokenJson`, or `ForeignJson` for an object without the marks of a feed (an error message, say).
pub(super) fn read(
    text: &str,
    base: Option<&Url>,
    zone: &TimeZone,
    hints: &mut Hints,
) -> Result<(RawFeed, Vec<Lost>), FeedError> {
    let value = serde_json::from_str(text)
        .or_else(|error| match surrogates::repaired(text) {
            Some(text) => serde_json::from_str(&text),
            None => Err(error),
        })
        .map_err(|error| FeedError::BrokenJson { reason: error.to_string() })?;
    let Value::Object(feed) = value else { return Err(FeedError::ForeignJson) };
    let Some(Value::Array(items)) = feed.get("items") else { return Err(FeedError::ForeignJson) };
    let versioned = string(&feed, "version").contains("jsonfeed.org");
    let has_links = items.iter().any(|item| item.get("url").is_some() || item.get("id").is_some());
    if !versioned && !has_links {
        return Err(FeedError::ForeignJson);
    }
    let mut raw = RawFeed {
        title: escape(string(&feed, "title")).into_owned(),
        language: Some(string(&feed, "language")).filter(|language| !language.is_empty()),
        entries: Vec::new(),
    };
    hints.links.own = web_address(base, &string(&feed, "feed_url"));
    hints.links.next = web_address(base, &string(&feed, "next_url"));
    hints.ended = feed.get("expired") == Some(&Value::Bool(true));
    if let Some(Value::Array(hubs)) = feed.get("hubs") {
        hubs.iter()
            .filter_map(Value::as_object)
            .for_each(|hub| hints.links.add_hub(web_address(base, &string(hub, "url"))));
    }
    let mut lost = Vec::new();
    for (index, item) in items.iter().enumerate() {
        match item {
            Value::Object(item) => raw.entries.push(entry(item, base, zone)),
            _ => lost.push(Lost {
                code: "feed.entry_refused",
                index: Some(index),
                reason: "the item is no object".to_owned(),
            }),
        }
    }
    Ok((raw, lost))
}

fn entry(item: &Map<String, Value>, base: Option<&Url>, zone: &TimeZone) -> RawEntry {
    let link = ["url", "external_url"]
        .iter()
        .map(|key| string(item, key))
        .find(|link| !link.is_empty())
        .and_then(|link| join(base, &link));
    let html = string(item, "content_html");
    let content =
        if html.is_empty() { escape(string(item, "content_text")).into_owned() } else { html };
    RawEntry {
        id: string(item, "id"),
        link: link.map(String::from),
        title: escape(string(item, "title")).into_owned(),
        summary: escape(string(item, "summary")).into_owned(),
        content,
        published: feed_date::parse(&string(item, "date_published"), zone),
        updated: feed_date::parse(&string(item, "date_modified"), zone),
        language: Some(string(item, "language")).filter(|language| !language.is_empty()),
    }
}

/// A field as text, when it is a text or a number.
fn string(object: &Map<String, Value>, key: &str) -> String {
    match object.get(key) {
        Some(Value::String(text)) => text.trim().to_owned(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}
