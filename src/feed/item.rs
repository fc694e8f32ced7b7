//! The fields of an item, or of the feed's own head, read from its tokens.

use std::collections::BTreeSet;

use quick_xml::escape::escape;
use url::Url;

use super::element::{content, html, raw_text};
use super::names::{Names, Space};
use super::repair::join;
use super::tokens::Token;
use super::vocabulary::{Field, field};
use crate::markup::entities;
use crate::markup::tags::Tag;
use crate::time::feed_date;

/// Bytes kept of one field.
const MAX_FIELD: usize = 1 << 20;
/// Authors kept of one item.
pub(super) const MAX_AUTHORS: usize = 10;

/// Which of the two families a document belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    /// RSS 0.9 to 2.0, RDF, CDF.
    Rss,
    /// Atom 0.3 and 1.0.
    Atom,
}

/// What the feed parser has no place for: it goes around it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Aside {
    /// As stated; `mail (Name)` and the like are the name alone.
    pub authors: Vec<String>,
    /// Title and address of the feed that an aggregator has the item from.
    pub source: Option<(String, Option<String>)>,
    /// Whether it states a date, readable or not.
    pub dated: bool,
}

/// Fields read so far; texts are HTML.
#[derive(Debug, Default)]
pub(super) struct Item {
    pub id: String,
    pub id_is_link: bool,
    pub link: String,
    pub link_rank: u8,
    pub title: String,
    pub other_title: String,
    pub summary: String,
    pub other_summary: String,
    pub content: String,
    pub published: String,
    pub other_date: String,
    pub updated: String,
    pub language: String,
    pub other_author: Option<String>,
    pub aside: Aside,
}

/// What is the same for all items of a document.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reading<'a> {
    pub family: Family,
    pub names: &'a Names,
    pub base: Option<&'a Url>,
}

impl Item {
    /// Reads the fields among `tokens`; `own` is the item's own tag.
    pub(super) fn read(
        tokens: &[Token<'_>],
        own: Option<&Tag<'_>>,
        reading: Reading<'_>,
        repairs: &mut BTreeSet<String>,
    ) -> Self {
        let mut item = Self::default();
        let own_base = own
            .filter(|tag| tag.attributes.contains("base"))
            .and_then(|tag| tag.attribute("xml:base"))
            .and_then(|own| join(reading.base, &own));
        let reading = Reading { base: own_base.as_ref().or(reading.base), ..reading };
        let mut at = 0;
        while at < tokens.len() {
            let Token::Tag(tag, _) = tokens[at] else {
                at += 1;
                continue;
            };
            at += 1;
            if tag.closes {
                continue;
            }
            let Some(field) = field(&tag, reading.names) else { continue };
            let (inner, after) = content(&tokens[at..], &tag, reading.names, repairs);
            if field == Field::Link
                && tag.is_empty()
                && let Some(Token::Text(text)) = tokens.get(at)
                && starts_like_web(text.trim_start())
            {
                // Written by a tool that thinks it is HTML: the address stands behind.
                item.take_link(field, &tag, &entities::decode(text), reading.base);
                continue;
            }
            let closed = after > inner || tag.is_empty();
            // Without its end tag, what has fields of its own would swallow the rest of the item.
            if matches!(field, Field::Aside | Field::Source | Field::Author) && !closed {
                continue;
            }
            item.take(field, &tag, &tokens[at..at + inner], reading, repairs);
            at += after;
        }
        item.finish(own, reading.base);
        item
    }

    fn take(
        &mut self,
        field: Field,
        tag: &Tag<'_>,
        inner: &[Token<'_>],
        reading: Reading<'_>,
        repairs: &mut BTreeSet<String>,
    ) {
        let plain = |repairs: &mut BTreeSet<String>| trimmed(raw_text(inner, repairs));
        let target = match field {
            Field::Aside => return,
            Field::Link | Field::OriginalLink => {
                self.take_link(field, tag, &plain(repairs), reading.base);
                return;
            }
            Field::Published => return take_date(&mut self.published, plain(repairs)),
            Field::Updated => return take_date(&mut self.updated, plain(repairs)),
            Field::OtherDate => return take_date(&mut self.other_date, plain(repairs)),
            Field::Id => {
                if self.id.is_empty() {
                    self.id = plain(repairs);
                    let flag = tag.attribute("isPermaLink").unwrap_or_default();
                    self.id_is_link = !flag.trim().eq_ignore_ascii_case("false")
                        && (starts_like_web(&self.id) || flag.trim().eq_ignore_ascii_case("true"));
                }
                return;
            }
            Field::Author => {
                if let Some(author) = author(inner, reading.names, repairs)
                    && !self.aside.authors.contains(&author)
                    && self.aside.authors.len() < MAX_AUTHORS
                {
                    self.aside.authors.push(author);
                }
                return;
            }
            Field::OtherAuthor => {
                let known = self.other_author.take();
                self.other_author = known.or_else(|| author(inner, reading.names, repairs));
                return;
            }
            Field::Source => {
                let known = self.aside.source.take();
                self.aside.source = known.or_else(|| source(tag, inner, reading, repairs));
                return;
            }
            Field::Title => &mut self.title,
            Field::OtherTitle => &mut self.other_title,
            // A second description is the text itself.
            Field::Summary if !self.summary.trim().is_empty() => &mut self.content,
            Field::Summary => &mut self.summary,
            Field::OtherSummary => &mut self.other_summary,
            Field::Content => &mut self.content,
            Field::Language => &mut self.language,
        };
        if target.trim().is_empty() {
            // In RSS, a core element with a prefix of its own is Atom's.
            let prefix = tag.name.split_once(':').map(|(prefix, _)| prefix);
            let foreign = |prefix: &str| {
                !prefix.eq_ignore_ascii_case("rss") && !prefix.eq_ignore_ascii_case("rdf")
            };
            let atom = reading.family == Family::Atom || prefix.is_some_and(foreign);
            let typed = atom && reading.names.space_of(tag) == Space::Core;
            *target = html(inner, typed.then_some(tag), repairs);
            target.truncate(target.floor_char_boundary(MAX_FIELD));
        }
    }

    /// Links by rank: the original behind a redirector, an HTML alternate, RSS's own, any alternate, whatever else.
    fn take_link(&mut self, field: Field, tag: &Tag<'_>, text: &str, base: Option<&Url>) {
        let href = tag
            .attribute("href")
            .or_else(|| tag.attribute("rdf:resource"))
            .filter(|href| !href.trim().is_empty());
        let rel = tag.attribute("rel").unwrap_or_default().to_ascii_lowercase();
        let alternate = rel.is_empty() || rel.split(['/', '#']).next_back() == Some("alternate");
        let media = tag.attribute("type").unwrap_or_default().to_ascii_lowercase();
        let rank = match (field, href.is_some()) {
            (Field::OriginalLink, _) => 5,
            (_, false) => 4,
            (_, true) if alternate && (media.is_empty() || media.contains("html")) => 4,
            (_, true) if alternate => 3,
            (_, true) if rel == "via" || rel == "related" => 1,
            _ => return,
        };
        let own_base = tag.attribute("xml:base").and_then(|own| join(base, &own));
        let written = href.as_deref().unwrap_or(text).trim();
        // A mere place on a page leads nowhere.
        if rank <= self.link_rank || written.is_empty() || written.starts_with('#') {
            return;
        }
        let link = join(own_base.as_ref().or(base), written);
        if let Some(link) = link.filter(|link| matches!(link.scheme(), "http" | "https")) {
            self.link = link.into();
            self.link_rank = rank;
        }
    }

    /// Fills in from second-best places: the id of RDF, a link that is only an id, what was said for another purpose.
    fn finish(&mut self, own: Option<&Tag<'_>>, base: Option<&Url>) {
        if let Some(own) = own.filter(|tag| !tag.attributes.is_empty()) {
            if self.id.is_empty()
                && let Some(about) = own.attribute("rdf:about").or_else(|| own.attribute("about"))
            {
                self.id = about.trim().to_owned();
                self.id_is_link = starts_like_web(&self.id);
            }
            // CDF says the link in the item's own tag.
            if self.link.is_empty()
                && let Some(href) = own.attribute("href")
            {
                self.take_link(Field::Link, own, &href, base);
            }
            if self.updated.is_empty() {
                self.updated = own.attribute("lastmod").unwrap_or_default();
            }
        }
        if self.link.is_empty() && self.id_is_link {
            self.link = super::hints::web_address(base, &self.id).unwrap_or_default();
        }
        let fill = |target: &mut String, other: &mut String| {
            if target.trim().is_empty() {
                *target = std::mem::take(other);
            }
        };
        fill(&mut self.title, &mut self.other_title);
        fill(&mut self.published, &mut self.other_date);
        fill(&mut self.summary, &mut self.other_summary);
        // What a podcast says at length beside its short description is its text.
        if self.content.trim().is_empty() && self.other_summary.len() > 2 * self.summary.len() {
            self.content = std::mem::take(&mut self.other_summary);
        }
        self.aside.dated = !self.published.is_empty() || !self.updated.is_empty();
        if self.aside.authors.is_empty() {
            self.aside.authors.extend(self.other_author.take());
        }
    }

    /// Whether it can be known again: it has an address or a name of its own, and says something.
    pub(super) fn is_identified(&self) -> bool {
        let named = !self.link.is_empty() || !self.id.is_empty();
        named && !self.title.trim().is_empty()
    }
}

fn trimmed(text: String) -> String {
    if text.trim().len() == text.len() { text } else { text.trim().to_owned() }
}

fn starts_like_web(text: &str) -> bool {
    ["http://", "https://"]
        .iter()
        .any(|start| text.get(..start.len()).is_some_and(|own| own.eq_ignore_ascii_case(start)))
}

/// The first readable date stands; an unreadable one only as long as there is no other.
fn take_date(slot: &mut String, date: String) {
    if slot.is_empty() || (feed_date::read(slot).is_none() && feed_date::read(&date).is_some()) {
        *slot = date;
    }
}

/// The author that an element names: Atom's `name`, else its address; in RSS, the name beside the address.
fn author(inner: &[Token<'_>], names: &Names, repairs: &mut BTreeSet<String>) -> Option<String> {
    let part = |wanted: &str, repairs: &mut BTreeSet<String>| {
        let starts = |token: &Token<'_>| matches!(token, Token::Tag(tag, _) if !tag.closes && names.local(tag.name) == wanted);
        let start = inner.iter().position(starts)? + 1;
        let tags = inner[start..].iter().position(|token| matches!(token, Token::Tag(..)));
        let text = raw_text(&inner[start..start + tags.unwrap_or(inner.len() - start)], repairs);
        Some(text.trim().to_owned()).filter(|text| !text.is_empty())
    };
    let text = part("name", repairs)
        .or_else(|| part("email", repairs))
        .or_else(|| part("value", repairs))
        .unwrap_or_else(|| raw_text(inner, repairs));
    // Some write their markup into the name.
    let text = entities::decode(&text);
    Some(person(text.trim())).filter(|name| !name.is_empty())
}

/// The name in `mail (Name)`, `Name (mail)` and `Name <mail>`; what is only an address stays one.
pub(super) fn person(text: &str) -> String {
    let is_mail = |part: &str| part.contains('@') && !part.contains(char::is_whitespace);
    let brackets = [('(', ')'), ('<', '>'), ('（', '）'), ('[', ']')];
    for (open, close) in brackets {
        let Some((before, rest)) = text.split_once(open) else { continue };
        let Some((inside, after)) = rest.split_once(close) else { continue };
        let (outside, inside) = (format!("{before}{after}"), inside.trim());
        let outside = outside.trim().trim_matches('"').trim();
        if is_mail(inside.trim_start_matches("mailto:")) && !outside.is_empty() {
            return outside.to_owned();
        }
        if is_mail(outside) && !inside.is_empty() {
            return inside.to_owned();
        }
    }
    let mut words: Vec<&str> = text.split_whitespace().collect();
    let mails = words.iter().filter(|word| word.contains('@')).count();
    if mails == 1 && words.len() > 1 {
        words.retain(|word| !word.contains('@'));
    }
    words.join(" ").trim_matches(['-', ',', ' ']).to_owned()
}

/// Where the item comes from: RSS says `url` and the name, Atom repeats the head of the other feed.
fn source(
    tag: &Tag<'_>,
    inner: &[Token<'_>],
    reading: Reading<'_>,
    repairs: &mut BTreeSet<String>,
) -> Option<(String, Option<String>)> {
    let nested = inner.iter().any(|token| matches!(token, Token::Tag(..)));
    if nested {
        let other = Item::read(inner, None, reading, repairs);
        let url = Some(other.link).filter(|link| !link.is_empty());
        return Some((other.title, url)).filter(|(title, _)| !title.trim().is_empty());
    }
    let name = escape(raw_text(inner, repairs).trim()).into_owned();
    let url = tag.attribute("url").and_then(|url| super::hints::web_address(reading.base, &url));
    (!name.is_empty() || url.is_some()).then_some((name, url))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_is_named_without_address_and_brackets() {
        for (written, name) in [
            ("Lan", "Lan"),
            ("lan@bao.test (Lan Anh)", "Lan Anh"),
            ("lan@bao.test（Lan）", "Lan"),
            ("Lan Anh <lan@bao.test>", "Lan Anh"),
            ("Lan (lan@bao.test)", "Lan"),
            ("lan@bao.test", "lan@bao.test"),
            ("lan@bao.test Lan Anh", "Lan Anh"),
            ("Lan (TTXVN)", "Lan (TTXVN)"),
            ("(", "("),
            ("", ""),
        ] {
            assert_eq!(person(written), name, "{written}");
        }
    }
}
