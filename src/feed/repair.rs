//! One pass over every feed that writes it anew: well-formed, in known namespaces, with nothing in it that we do not
//! read.
//!
//! The feed parser behind it is strict where the field is not: of 1 303 losses measured, half raised no error (Atom 0.3,
//! odd namespaces, undeclared prefixes), so a repair only after an error would miss them. And it panics, or overflows
//! the stack, on things we have no use for (media groups, durations, author addresses), which therefore never reach it:
//! the document written here is four elements deep, whatever came in.
//!
//! An element's text is read to its own end tag, at most to the end of its item, so broken markup inside a description
//! never breaks the structure around it.

use std::collections::BTreeSet;

use url::Url;

use super::FeedError;
use super::fields::{Family, Item};
use super::hints::Hints;
use super::names::Names;
use super::tokens::{self, Token};
use crate::markup::tags::Tag;

/// Entries read of one feed; the largest real ones have 1 000.
const MAX_ITEMS: usize = 5_000;

/// A feed written anew, cut between its entries, so that each can also be parsed alone.
#[derive(Debug)]
pub(super) struct Rewritten {
    /// Up to the first entry.
    pub head: String,
    /// One entry each.
    pub items: Vec<String>,
    /// What closes the document.
    pub tail: &'static str,
    /// What the feed says about itself.
    pub hints: Hints,
    /// Entries that ended with the document, or were too many.
    pub lost: usize,
}

/// Rewrites a document.
///
/// # Errors
/// `HtmlPage`, `NotAFeed`, or `Truncated` when no entry is complete.
pub(super) fn rewrite(
    text: &str,
    base: Option<&Url>,
    repairs: &mut BTreeSet<String>,
) -> Result<Rewritten, FeedError> {
    let tokens = tokens::read(text, repairs);
    let names = Names::of(&tokens, repairs);
    let (start, root) = root(&tokens, &names, repairs).ok_or_else(|| not_a_feed(&tokens, base))?;
    let family = if names.local(root.name) == "feed" { Family::Atom } else { Family::Rss };
    note_version(root, family, &names, repairs);
    let parts = split(&tokens[start + 1..], &names, repairs);
    if parts.items.is_empty() && parts.cut {
        return Err(FeedError::Truncated);
    }
    let base =
        root.attribute("xml:base").and_then(|own| join(base, &own)).or_else(|| base.cloned());
    let head = Item::read(&parts.head, None, family, &names, base.as_ref(), repairs);
    let items: Vec<String> = parts
        .items
        .iter()
        .take(MAX_ITEMS)
        .map(|(tag, tokens)| {
            Item::read(tokens, Some(tag), family, &names, base.as_ref(), repairs).write(family)
        })
        .collect();
    let (head_text, tail) = match family {
        Family::Atom => (head.write_atom_head(root.attribute("xml:lang")), "</feed>"),
        Family::Rss => (head.write_rss_head(root.attribute("xml:lang")), "</channel></rss>"),
    };
    Ok(Rewritten {
        head: head_text,
        tail,
        hints: Hints::read(&parts.head, &names, base.as_ref()),
        lost: parts.items.len().saturating_sub(MAX_ITEMS) + usize::from(parts.cut),
        items,
    })
}

/// The element that makes the document a feed, and where it is. What stands before it is junk.
fn root<'a>(
    tokens: &[Token<'a>],
    names: &Names,
    repairs: &mut BTreeSet<String>,
) -> Option<(usize, Tag<'a>)> {
    for (at, token) in tokens.iter().enumerate() {
        match token {
            Token::Tag(tag, _) if !tag.closes => match names.local(tag.name).as_str() {
                "rss" | "rdf" | "feed" | "channel" => return Some((at, *tag)),
                // A page that shows a feed's source is still a page.
                "html" | "head" | "body" => return None,
                _ => {
                    repairs.insert("junk_before_root".to_owned());
                }
            },
            Token::Text(text) if !text.trim().is_empty() => {
                repairs.insert("junk_before_root".to_owned());
            }
            _ => {}
        }
    }
    None
}

fn not_a_feed(tokens: &[Token<'_>], base: Option<&Url>) -> FeedError {
    let mut page = false;
    for token in tokens {
        let Token::Tag(tag, _) = token else { continue };
        let name = tag.name.to_ascii_lowercase();
        page |= matches!(name.as_str(), "html" | "head" | "body" | "script" | "div" | "p");
        if name != "link" {
            continue;
        }
        let is = |key: &str, words: &[&str]| {
            tag.attribute(key)
                .is_some_and(|value| words.iter().any(|word| value.to_lowercase().contains(word)))
        };
        if is("rel", &["alternate"]) && is("type", &["rss", "atom", "feed+json"]) {
            let alternate = tag.attribute("href").and_then(|href| join(base, &href));
            return FeedError::HtmlPage { alternate: alternate.map(String::from) };
        }
    }
    if page { FeedError::HtmlPage { alternate: None } } else { FeedError::NotAFeed }
}

fn note_version(root: Tag<'_>, family: Family, names: &Names, repairs: &mut BTreeSet<String>) {
    let version = root.attribute("version").unwrap_or_default();
    let known = match family {
        Family::Atom => names.has("http://www.w3.org/2005/Atom"),
        Family::Rss => {
            names.local(root.name) != "rss" || ["2.0", "0.91", "0.92"].contains(&version.as_str())
        }
    };
    if !known {
        repairs.insert("version".to_owned());
    }
}

/// The tokens of the feed itself, and those of each item with its own tag.
struct Parts<'t, 'a> {
    head: Vec<Token<'a>>,
    items: Vec<(Tag<'a>, &'t [Token<'a>])>,
    /// Whether the document ended inside an item; that item is not among `items`.
    cut: bool,
}

fn split<'t, 'a>(
    tokens: &'t [Token<'a>],
    names: &Names,
    repairs: &mut BTreeSet<String>,
) -> Parts<'t, 'a> {
    let mut parts = Parts { head: Vec::new(), items: Vec::new(), cut: false };
    let mut open: Option<(Tag<'a>, usize)> = None;
    let mut closed = false;
    for (at, token) in tokens.iter().enumerate() {
        let tag = match token {
            Token::Tag(tag, _) => Some((*tag, names.structural(tag.name))),
            _ => None,
        };
        match (tag, open) {
            (Some((tag, Some("item" | "entry"))), None) if !tag.closes => {
                open = Some((tag, at + 1))
            }
            (Some((tag, Some("item" | "entry"))), Some((own, from))) => {
                parts.items.push((own, &tokens[from..at]));
                open = None;
                if !tag.closes {
                    repairs.insert("item_unclosed".to_owned());
                    open = Some((tag, at + 1));
                }
            }
            (Some((tag, Some(_))), Some((own, from))) if tag.closes => {
                repairs.insert("item_unclosed".to_owned());
                parts.items.push((own, &tokens[from..at]));
                open = None;
                closed = true;
            }
            (Some((tag, Some(_))), None) => closed |= tag.closes,
            (_, None) => parts.head.push(*token),
            _ => {}
        }
    }
    parts.cut = open.is_some();
    if parts.cut || !closed {
        repairs.insert("truncated".to_owned());
    }
    // A document that ends without closing anything, outside an item, has lost what came next, if anything did.
    if !closed && parts.items.is_empty() {
        parts.cut = true;
    }
    parts
}

/// A reference resolved against a base; absolute ones need none.
pub(super) fn join(base: Option<&Url>, reference: &str) -> Option<Url> {
    let reference = reference.trim();
    match base {
        Some(base) => base.join(reference).ok(),
        None => Url::parse(reference).ok(),
    }
}
