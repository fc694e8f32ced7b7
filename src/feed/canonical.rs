//! What was read, written again: RSS 2.0 or Atom 1.0 as plain as it can be, four elements deep, nothing in it that we
//! do not read.

use std::ops::Range;

use quick_xml::escape::escape;

use super::item::{Family, Item};

/// A document being written; its items can be taken out one by one.
#[derive(Debug)]
pub(super) struct Canonical {
    family: Family,
    text: String,
    head_end: usize,
    items: Vec<Range<usize>>,
}

impl Canonical {
    /// Begins a document.
    pub(super) fn new(family: Family, head: &Item, lang: Option<&str>, capacity: usize) -> Self {
        let mut text = String::with_capacity(capacity);
        let language = match lang {
            Some(lang) if head.language.trim().is_empty() || family == Family::Atom => lang,
            _ => head.language.as_str(),
        };
        let language = language.trim();
        match family {
            Family::Rss => {
                text.push_str(
                    "<rss version=\"2.0\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" \
                     xmlns:atom=\"http://www.w3.org/2005/Atom\"><channel>",
                );
                element(&mut text, "title", &head.title);
                element(&mut text, "language", language);
            }
            Family::Atom => {
                text.push_str("<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"");
                text.push_str(&escape(language));
                text.push_str("\">");
                element(&mut text, "title type=\"html\"", &head.title);
            }
        }
        let head_end = text.len();
        Self { family, text, head_end, items: Vec::new() }
    }

    /// Adds an item. Empty fields are left out: the parser refuses some of them.
    pub(super) fn add(&mut self, item: &Item) {
        let start = self.text.len();
        let out = &mut self.text;
        match self.family {
            Family::Rss => {
                out.push_str("<item>");
                element(out, "guid", &item.id);
                element(out, "link", &item.link);
                element(out, "title", &item.title);
                element(out, "description", &item.summary);
                element(out, "content:encoded", &item.content);
                element(out, "pubDate", &item.published);
                element(out, "atom:updated", &item.updated);
                out.push_str("</item>");
            }
            Family::Atom => {
                out.push_str("<entry>");
                element(out, "id", &item.id);
                if !item.link.is_empty() {
                    out.push_str("<link href=\"");
                    out.push_str(&escape(item.link.as_str()));
                    out.push_str("\"/>");
                }
                element(out, "title type=\"html\"", &item.title);
                element(out, "summary type=\"html\"", &item.summary);
                element(out, "content type=\"html\"", &item.content);
                element(out, "published", &item.published);
                element(out, "updated", &item.updated);
                out.push_str("</entry>");
            }
        }
        self.items.push(start..out.len());
    }

    /// Adds an item as it is, to see what the parser makes of it.
    #[cfg(test)]
    pub(super) fn add_source(&mut self, source: &str) {
        let start = self.text.len();
        self.text.push_str(source);
        self.items.push(start..self.text.len());
    }

    /// Number of items.
    pub(super) fn len(&self) -> usize {
        self.items.len()
    }

    /// The whole document.
    pub(super) fn whole(&self) -> String {
        let mut whole = String::with_capacity(self.text.len() + 20);
        whole.push_str(&self.text);
        whole.push_str(self.tail());
        whole
    }

    /// A document of each item alone.
    pub(super) fn alone(&self) -> impl Iterator<Item = String> {
        let head = &self.text[..self.head_end];
        self.items.iter().map(move |item| [head, &self.text[item.clone()], self.tail()].concat())
    }

    fn tail(&self) -> &'static str {
        match self.family {
            Family::Atom => "</feed>",
            Family::Rss => "</channel></rss>",
        }
    }
}

/// An element with a text. A section is cheaper to write and to read than many references.
fn element(out: &mut String, start: &str, value: &str) {
    if value.trim().is_empty() {
        return;
    }
    out.push('<');
    out.push_str(start);
    out.push('>');
    if !value.bytes().any(|byte| matches!(byte, b'<' | b'&' | b'>')) {
        out.push_str(value);
    } else if value.contains("]]>") {
        out.push_str(&escape(value));
    } else {
        out.push_str("<![CDATA[");
        out.push_str(value);
        out.push_str("]]>");
    }
    out.push_str("</");
    out.push_str(start.split(' ').next().unwrap_or(start));
    out.push('>');
}
