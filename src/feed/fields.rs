//! The fields of an item (or of the feed's own head), read from its tokens and written as RSS 2.0 or Atom 1.0.

use std::collections::BTreeSet;

use quick_xml::escape::escape;
use url::Url;

use super::names::{Names, Space};
use super::repair::join;
use super::tokens::Token;
use crate::markup::entities;
use crate::markup::tags::Tag;
use crate::time::feed_date;

/// Bytes kept of one field.
const MAX_FIELD: usize = 1 << 20;

/// Which of the two families a document belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    /// RSS 0.9 to 2.0 and RDF.
    Rss,
    /// Atom 0.3 and 1.0.
    Atom,
}

/// What an element holds for us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Id,
    Link,
    OriginalLink,
    Title,
    Summary,
    MediaText,
    Content,
    Published,
    Updated,
    Language,
    /// Holds fields of something else under the same names: skipped whole.
    Aside,
}

/// Fields read so far; texts are HTML.
#[derive(Debug, Default)]
pub(super) struct Item {
    id: String,
    id_is_link: bool,
    link: String,
    link_rank: u8,
    title: String,
    summary: String,
    media_text: String,
    content: String,
    published: String,
    updated: String,
    language: String,
}

impl Item {
    /// Reads the fields among `tokens`; `own` is the item's own tag.
    pub(super) fn read(
        tokens: &[Token<'_>],
        own: Option<&Tag<'_>>,
        family: Family,
        names: &Names,
        base: Option<&Url>,
        repairs: &mut BTreeSet<String>,
    ) -> Self {
        let mut item = Self::default();
        let own_base =
            own.and_then(|tag| tag.attribute("xml:base")).and_then(|own| join(base, &own));
        let base = own_base.as_ref().or(base);
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
            let Some(field) = field(&tag, names) else { continue };
            let (inner, after) = content(&tokens[at..], &tag, names, repairs);
            if field != Field::Aside {
                item.take(field, &tag, &tokens[at..at + inner], (family, names), base, repairs);
                at += after;
            } else if after > inner {
                // Only when its end tag is there: else the rest of the item would be skipped with it.
                at += after;
            }
        }
        item.finish(own, base);
        item
    }

    fn take(
        &mut self,
        field: Field,
        tag: &Tag<'_>,
        inner: &[Token<'_>],
        (family, names): (Family, &Names),
        base: Option<&Url>,
        repairs: &mut BTreeSet<String>,
    ) {
        // In RSS, a core element with a prefix of its own is Atom's.
        let prefix = tag.name.split_once(':').map(|(prefix, _)| prefix.to_ascii_lowercase());
        let atom = family == Family::Atom
            || prefix.is_some_and(|prefix| prefix != "rss" && prefix != "rdf");
        let typed = atom && names.space(tag.name) == Space::Core;
        let value = |repairs: &mut BTreeSet<String>| html(inner, typed.then_some(tag), repairs);
        let plain = |repairs: &mut BTreeSet<String>| raw_text(inner, repairs).trim().to_owned();
        let target = match field {
            Field::Link | Field::OriginalLink => {
                self.take_link(field, tag, &plain(repairs), base);
                return;
            }
            Field::Published | Field::Updated => {
                let date = plain(repairs);
                let slot =
                    if field == Field::Published { &mut self.published } else { &mut self.updated };
                // The first readable date stands; an unreadable one only as long as there is no other.
                if slot.is_empty()
                    || (feed_date::read(slot).is_none() && feed_date::read(&date).is_some())
                {
                    *slot = date;
                }
                return;
            }
            Field::Id if self.id.is_empty() => {
                self.id = plain(repairs);
                let flag = tag.attribute("isPermaLink").unwrap_or_default();
                self.id_is_link = !flag.eq_ignore_ascii_case("false");
                return;
            }
            Field::Title => &mut self.title,
            Field::Summary => &mut self.summary,
            Field::MediaText => &mut self.media_text,
            Field::Content => &mut self.content,
            Field::Language => &mut self.language,
            Field::Id | Field::Aside => return,
        };
        if target.trim().is_empty() {
            *target = value(repairs);
            target.truncate(target.floor_char_boundary(MAX_FIELD));
        }
    }

    /// Links by rank: the original behind a redirector, an HTML alternate, RSS's own, any alternate, whatever else.
    fn take_link(&mut self, field: Field, tag: &Tag<'_>, text: &str, base: Option<&Url>) {
        let href = tag.attribute("href");
        let rel =
            tag.attribute("rel").unwrap_or_else(|| "alternate".to_owned()).to_ascii_lowercase();
        let media = tag.attribute("type").unwrap_or_default().to_ascii_lowercase();
        let rank = match (field, href.is_some()) {
            (Field::OriginalLink, _) => 5,
            (_, false) => 4,
            (_, true) if rel == "alternate" && (media.is_empty() || media.contains("html")) => 4,
            (_, true) if rel == "alternate" => 3,
            (_, true) if rel == "via" || rel == "related" => 1,
            _ => return,
        };
        let own_base = tag.attribute("xml:base").and_then(|own| join(base, &own));
        let written = href.as_deref().unwrap_or(text).trim();
        if rank <= self.link_rank || written.is_empty() {
            return;
        }
        let link = join(own_base.as_ref().or(base), written);
        if let Some(link) = link.filter(|link| matches!(link.scheme(), "http" | "https")) {
            self.link = link.into();
            self.link_rank = rank;
        }
    }

    /// Fills in from second-best places: the id of RDF, a link that is only an id, a text that is only a media text.
    fn finish(&mut self, own: Option<&Tag<'_>>, base: Option<&Url>) {
        if self.id.is_empty() {
            self.id = own
                .and_then(|tag| tag.attribute("rdf:about"))
                .unwrap_or_default()
                .trim()
                .to_owned();
            self.id_is_link = true;
        }
        if self.link.is_empty() && self.id_is_link && self.id.starts_with("http") {
            self.link = join(base, &self.id).map(String::from).unwrap_or_default();
        }
        if self.summary.trim().is_empty() {
            self.summary = std::mem::take(&mut self.media_text);
        }
    }

    /// The start of an RSS 2.0 document.
    pub(super) fn write_rss_head(&self, lang: Option<String>) -> String {
        let mut out = String::from(
            "<rss version=\"2.0\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" \
             xmlns:atom=\"http://www.w3.org/2005/Atom\"><channel>",
        );
        element(&mut out, "title", &self.title);
        let language = if self.language.trim().is_empty() {
            lang.unwrap_or_default()
        } else {
            self.language.clone()
        };
        element(&mut out, "language", language.trim());
        out
    }

    /// The start of an Atom 1.0 document.
    pub(super) fn write_atom_head(&self, lang: Option<String>) -> String {
        let language = lang.unwrap_or_else(|| self.language.clone());
        let mut out = format!(
            "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{}\">",
            escape(language.trim())
        );
        element(&mut out, "title type=\"html\"", &self.title);
        out
    }

    /// The item as an element. Empty fields are left out: the parser refuses some of them.
    pub(super) fn write(&self, family: Family) -> String {
        let mut out = String::new();
        match family {
            Family::Rss => {
                out.push_str("<item>");
                element(&mut out, "guid", &self.id);
                element(&mut out, "link", &self.link);
                element(&mut out, "title", &self.title);
                element(&mut out, "description", &self.summary);
                element(&mut out, "content:encoded", &self.content);
                element(&mut out, "pubDate", &self.published);
                element(&mut out, "atom:updated", &self.updated);
                out.push_str("</item>");
            }
            Family::Atom => {
                out.push_str("<entry>");
                element(&mut out, "id", &self.id);
                if !self.link.is_empty() {
                    out.push_str(&format!("<link href=\"{}\"/>", escape(&self.link)));
                }
                element(&mut out, "title type=\"html\"", &self.title);
                element(&mut out, "summary type=\"html\"", &self.summary);
                element(&mut out, "content type=\"html\"", &self.content);
                element(&mut out, "published", &self.published);
                element(&mut out, "updated", &self.updated);
                out.push_str("</entry>");
            }
        }
        out
    }
}

fn element(out: &mut String, start: &str, value: &str) {
    if value.trim().is_empty() {
        return;
    }
    let name = start.split(' ').next().unwrap_or(start);
    out.push_str(&format!("<{start}>{}</{name}>", escape(value)));
}

/// Which field an element holds, if any.
fn field(tag: &Tag<'_>, names: &Names) -> Option<Field> {
    let local = names.local(tag.name);
    Some(match (names.space(tag.name), local.as_str()) {
        (Space::Core, "id" | "guid") => Field::Id,
        (Space::Core, "link") => Field::Link,
        (Space::Core, "title") => Field::Title,
        (Space::Core, "description" | "summary" | "subtitle" | "tagline") => Field::Summary,
        (Space::Core, "content" | "fulltext") => Field::Content,
        (Space::Core, "pubdate" | "published" | "issued" | "created") => Field::Published,
        (Space::Core, "updated" | "modified" | "lastbuilddate") => Field::Updated,
        (Space::Core, "language") => Field::Language,
        (
            Space::Core,
            "image" | "textinput" | "source" | "author" | "contributor" | "skiphours" | "skipdays"
            | "category",
        ) => Field::Aside,
        (Space::Content, "encoded") => Field::Content,
        (Space::DublinCore, "date") => Field::Published,
        (Space::DublinCore, "language") => Field::Language,
        (Space::Terms, "issued" | "created" | "date") => Field::Published,
        (Space::Terms, "modified") => Field::Updated,
        (Space::Media, "description") => Field::MediaText,
        (Space::FeedBurner, "origlink") => Field::OriginalLink,
        _ => return None,
    })
}

/// How many tokens belong to an element that has just been opened, and how many to step over. It ends with its own end
/// tag (in any letter case), or lacking that, where the next field begins.
fn content(
    tokens: &[Token<'_>],
    tag: &Tag<'_>,
    names: &Names,
    repairs: &mut BTreeSet<String>,
) -> (usize, usize) {
    if tag.is_empty() {
        return (0, 0);
    }
    let mut next_field = None;
    for (at, token) in tokens.iter().enumerate() {
        let Token::Tag(other, _) = token else { continue };
        let same = names.same(other.name, tag.name);
        if same && other.closes {
            if other.name != tag.name {
                repairs.insert("letter_case".to_owned());
            }
            return (at, at + 1);
        }
        // The same element again before it ended: it was never closed.
        if same {
            break;
        }
        if next_field.is_none() && !other.closes && field(other, names).is_some() {
            next_field = Some(at);
        }
    }
    repairs.insert(format!("unclosed:{}", names.local(tag.name)));
    let end = next_field.unwrap_or(tokens.len());
    (end, end)
}

/// Text of an element as XML means it: references resolved once, CDATA verbatim, markup left out.
fn raw_text(tokens: &[Token<'_>], repairs: &mut BTreeSet<String>) -> String {
    let mut out = String::new();
    for token in tokens {
        match token {
            Token::Text(text) => out.push_str(&resolved(text, repairs)),
            Token::CData(text) => out.push_str(text),
            Token::Tag(..) => {}
        }
    }
    out
}

/// What a text element means, as HTML. `atom` is the tag when the element follows Atom's rules for `type`.
fn html(tokens: &[Token<'_>], atom: Option<&Tag<'_>>, repairs: &mut BTreeSet<String>) -> String {
    let inline = tokens.iter().any(|token| matches!(token, Token::Tag(..)));
    let kind = atom.map(|tag| tag.attribute("type").unwrap_or_default().to_ascii_lowercase());
    match kind.as_deref() {
        Some(kind) if ["image", "audio", "video"].iter().any(|media| kind.starts_with(media)) => {
            String::new()
        }
        // Markup that stands in the document as it is: what is escaped in it is text.
        _ if inline => {
            if atom.is_none() {
                repairs.insert("inline_markup".to_owned());
            }
            let source = |token: &Token<'_>| match token {
                Token::Text(text) => (*text).to_owned(),
                Token::CData(text) => (*text).to_owned(),
                Token::Tag(_, source) => (*source).to_owned(),
            };
            tokens.iter().map(source).collect()
        }
        Some("" | "text" | "text/plain") if !escaped(atom) => {
            escape(raw_text(tokens, repairs)).into_owned()
        }
        _ => raw_text(tokens, repairs),
    }
}

/// Atom 0.3 says `mode="escaped"` for HTML whatever the type says.
fn escaped(tag: Option<&Tag<'_>>) -> bool {
    tag.and_then(|tag| tag.attribute("mode")).is_some_and(|mode| mode == "escaped")
}

fn resolved(text: &str, repairs: &mut BTreeSet<String>) -> String {
    for (at, _) in text.match_indices('&') {
        let rest = &text[at..];
        if entities::resolve(rest).is_none() {
            repairs.insert("bare_ampersand".to_owned());
        } else if !["&amp;", "&lt;", "&gt;", "&quot;", "&apos;", "&#"]
            .iter()
            .any(|known| rest.starts_with(known))
        {
            repairs.insert("html_entity".to_owned());
        }
    }
    entities::decode(text)
}
