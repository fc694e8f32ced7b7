//! Names and namespaces, as feeds misuse them: undeclared, misspelt, in the wrong letter case.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::tokens::Token;
use crate::markup::tags::{Tag, lower};

/// The vocabularies that we read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Space {
    /// RSS of any version, RDF, Atom of any version, or none.
    Core,
    Content,
    DublinCore,
    Terms,
    Media,
    Itunes,
    Prism,
    Syndication,
    FeedBurner,
    Xhtml,
    Foreign,
}

/// The usual prefixes, for documents that do not declare them.
const PREFIXES: &[(&str, Space)] = &[
    ("atom", Space::Core),
    ("atom03", Space::Core),
    ("a10", Space::Core),
    ("rss", Space::Core),
    ("rdf", Space::Core),
    ("content", Space::Content),
    ("dc", Space::DublinCore),
    ("dcterms", Space::Terms),
    ("media", Space::Media),
    ("itunes", Space::Itunes),
    ("prism", Space::Prism),
    ("xhtml", Space::Xhtml),
    ("sy", Space::Syndication),
    ("feedburner", Space::FeedBurner),
];

/// Namespace addresses by a part that all their spellings share (`https`, missing slash, other letter case).
const SPACES: &[(&str, Space)] = &[
    ("purl.org/rss/1.0/modules/content", Space::Content),
    ("purl.org/rss/1.0/modules/syndication", Space::Syndication),
    ("rssnamespace.org/feedburner", Space::FeedBurner),
    ("purl.org/dc/elements", Space::DublinCore),
    ("purl.org/dc/terms", Space::Terms),
    ("search.yahoo.com/mrss", Space::Media),
    ("www.itunes.com/dtds/podcast", Space::Itunes),
    ("prismstandard.org/namespaces", Space::Prism),
    ("www.w3.org/1999/xhtml", Space::Xhtml),
    ("www.w3.org/2005/atom", Space::Core),
    ("purl.org/atom/ns", Space::Core),
    ("purl.org/rss/1.0", Space::Core),
    ("purl.org/net/rss", Space::Core),
    ("my.netscape.com/", Space::Core),
    ("backend.userland.com/rss", Space::Core),
    ("blogs.law.harvard.edu/tech/rss", Space::Core),
    ("www.w3.org/1999/02/22-rdf-syntax-ns", Space::Core),
];

/// What the prefixes of a document mean.
#[derive(Debug)]
pub(super) struct Names {
    declared: BTreeMap<String, Space>,
    addresses: BTreeSet<String>,
}

impl Names {
    /// Collects all declarations of a document, wherever they stand; prefixes in use but undeclared are noted.
    pub(super) fn of(tokens: &[Token<'_>], repairs: &mut BTreeSet<String>) -> Self {
        let mut names = Self { declared: BTreeMap::new(), addresses: BTreeSet::new() };
        let mut used = BTreeSet::new();
        for token in tokens {
            let Token::Tag(tag, _) = token else { continue };
            if let Some((prefix, _)) = tag.name.split_once(':') {
                used.insert(prefix);
            }
            if !tag.attributes.contains("xmlns") {
                continue;
            }
            for (name, address) in tag.pairs() {
                if let Some(prefix) = name.strip_prefix("xmlns:") {
                    names
                        .declared
                        .entry(prefix.to_ascii_lowercase())
                        .or_insert_with(|| space(&address));
                }
                names.addresses.insert(address);
            }
        }
        for prefix in used.into_iter().map(lower) {
            if !names.declared.contains_key(prefix.as_ref())
                && PREFIXES.iter().any(|(known, _)| *known == prefix)
            {
                repairs.insert(format!("undeclared_prefix:{prefix}"));
            }
        }
        names
    }

    /// Whether the document declares a namespace by this very address.
    pub(super) fn has(&self, address: &str) -> bool {
        self.addresses.contains(address)
    }

    /// Local name in lower case.
    pub(super) fn local<'a>(&self, name: &'a str) -> Cow<'a, str> {
        lower(&name[name.rfind(':').map_or(0, |colon| colon + 1)..])
    }

    /// Whether two names mean the same element, whatever their prefixes and letter case.
    pub(super) fn same(&self, one: &str, other: &str) -> bool {
        let local = |name: &'_ str| name.rfind(':').map_or(0, |colon| colon + 1);
        one[local(one)..].eq_ignore_ascii_case(&other[local(other)..])
            && self.space(one) == self.space(other)
    }

    /// The vocabulary of an element's name.
    pub(super) fn space(&self, name: &str) -> Space {
        let Some((prefix, _)) = name.split_once(':') else { return Space::Core };
        let prefix = lower(prefix);
        let usual = || PREFIXES.iter().find(|(known, _)| *known == prefix).map(|(_, space)| *space);
        // A well-known prefix bound to an address that we do not know is a misspelt address.
        match self.declared.get(prefix.as_ref()) {
            Some(Space::Foreign) | None => usual().unwrap_or(Space::Foreign),
            Some(space) => *space,
        }
    }

    /// The vocabulary of an element, whose own declaration counts before those of the document.
    pub(super) fn space_of(&self, tag: &Tag<'_>) -> Space {
        if !tag.name.contains(':')
            && tag.attributes.contains("xmlns=")
            && let Some(address) = tag.attribute("xmlns")
        {
            // An address that nobody knows says nothing: many are misspelt.
            match space(&address) {
                Space::Foreign => Space::Core,
                known => known,
            }
        } else {
            self.space(tag.name)
        }
    }

    /// The name, if it is one of the elements that hold a feed together.
    pub(super) fn structural(&self, name: &str) -> Option<&'static str> {
        const STRUCTURE: &[&str] = &["item", "entry", "channel", "rss", "rdf", "feed"];
        let local = &name[name.rfind(':').map_or(0, |colon| colon + 1)..];
        let known = STRUCTURE.iter().find(|known| known.eq_ignore_ascii_case(local)).copied()?;
        (self.space(name) == Space::Core).then_some(known)
    }
}

fn space(address: &str) -> Space {
    let address = address.trim().to_ascii_lowercase();
    SPACES
        .iter()
        .find(|(part, _)| address.contains(part))
        .map_or(Space::Foreign, |(_, space)| *space)
}
