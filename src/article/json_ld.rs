//! What a page says about itself in JSON-LD.

use scraper::{ElementRef, Html};
use serde_json::{Map, Value};

use crate::markup::surrogates;

/// Objects looked at in all; pages have a few dozen.
const MAX_OBJECTS: usize = 2_000;

/// The fields of a page's own article, as written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct JsonLd {
    pub headline: Option<String>,
    pub published: Option<String>,
    /// A date of something that is not clearly the article.
    pub other_date: Option<String>,
    pub body: Option<String>,
    pub author: Option<String>,
    pub language: Option<String>,
    /// `isAccessibleForFree` is false.
    pub not_free: bool,
}

impl JsonLd {
    /// Reads all blocks of a page; the first article's fields stand.
    pub(super) fn of(html: &Html) -> Self {
        let mut found = Self::default();
        let mut left = MAX_OBJECTS;
        let blocks = html.tree.nodes().filter_map(ElementRef::wrap).filter(|element| {
            element.value().name() == "script"
                && element
                    .attr("type")
                    .is_some_and(|kind| kind.to_ascii_lowercase().contains("ld+json"))
        });
        for block in blocks {
            // Raw line breaks inside strings are not JSON, and common.
            let text: String = block.text().collect();
            let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
            let text = text.trim().trim_end_matches(';');
            let value = serde_json::from_str::<Value>(text).ok().or_else(|| {
                surrogates::repaired(text).and_then(|text| serde_json::from_str(&text).ok())
            });
            if let Some(value) = value {
                found.walk(&value, &mut left);
            }
        }
        found
    }

    fn walk(&mut self, root: &Value, left: &mut usize) {
        let mut open = vec![root];
        while let Some(value) = open.pop() {
            match value {
                Value::Array(items) => open.extend(items.iter().rev()),
                Value::Object(object) if *left > 0 => {
                    *left -= 1;
                    self.take(object);
                    for key in ["mainEntityOfPage", "mainEntity", "@graph"] {
                        open.extend(object.get(key));
                    }
                }
                _ => {}
            }
        }
    }

    fn take(&mut self, object: &Map<String, Value>) {
        let kinds = object.get("@type").map(texts).unwrap_or_default();
        let is_article =
            kinds.iter().any(|kind| kind.ends_with("Article") || kind.ends_with("Posting"));
        let text =
            |key: &str| object.get(key).map(texts).and_then(|texts| texts.into_iter().next());
        if !is_article {
            let date =
                ["datePublished", "dateCreated", "uploadDate"].iter().find_map(|key| text(key));
            self.other_date = self.other_date.take().or(date);
            return;
        }
        self.headline = self.headline.take().or_else(|| text("headline"));
        self.published = self.published.take().or_else(|| text("datePublished"));
        self.body = self.body.take().or_else(|| text("articleBody"));
        self.language = self.language.take().or_else(|| text("inLanguage"));
        self.author = self.author.take().or_else(|| {
            let names = object.get("author").map(names).unwrap_or_default();
            (!names.is_empty()).then(|| names.join(", "))
        });
        let free = object.get("isAccessibleForFree");
        self.not_free |= free == Some(&Value::Bool(false))
            || free.and_then(Value::as_str).is_some_and(|text| text.eq_ignore_ascii_case("false"));
    }
}

/// Texts of a value that is one or several.
fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => {
            vec![text.trim().to_owned()].into_iter().filter(|text| !text.is_empty()).collect()
        }
        Value::Array(items) => items
            .iter()
            .take(20)
            .filter_map(Value::as_str)
            .map(|text| text.trim().to_owned())
            .collect(),
        _ => Vec::new(),
    }
}

/// Names of one or several people or organisations.
fn names(value: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => items.iter().take(20).flat_map(names).collect(),
        Value::Object(person) => person.get("name").map(texts).unwrap_or_default(),
        other => texts(other),
    }
}
