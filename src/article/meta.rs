//! What a page says about itself outside its text: title, byline, canonical address, language.

use std::collections::HashMap;
use std::sync::LazyLock;

use regex::Regex;
use scraper::{ElementRef, Html};
use url::Url;

use super::furniture;
use super::json_ld::JsonLd;
use super::outline::Outline;
use super::words::Named;
use crate::markup::plain;
use crate::model::Language;
use crate::time::feed_date;

/// The `meta` elements of a page, the first of each name; names in lower case.
pub(super) struct Meta(HashMap<String, String>);

impl Meta {
    /// Collects them.
    pub(super) fn of(html: &Html) -> Self {
        let mut found = HashMap::new();
        for element in html.tree.nodes().filter_map(ElementRef::wrap) {
            if element.value().name() != "meta" {
                continue;
            }
            let content = element.attr("content").map(str::trim).unwrap_or_default();
            for name in
                ["property", "name", "itemprop"].iter().filter_map(|name| element.attr(name))
            {
                if !content.is_empty() {
                    found.entry(name.trim().to_lowercase()).or_insert_with(|| content.to_owned());
                }
            }
        }
        Self(found)
    }

    /// Content of a meta element.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }
}

/// The headline: an `h1` that the page also calls its title, else what it declares, else the first `h1`, else a smaller
/// heading that the page's title begins with.
pub(super) fn title(page: &Outline<'_>, meta: &Meta, json: &JsonLd, host: Option<&str>) -> String {
    let line = |text: &str| plain::tidy(text).replace('\n', " ");
    let document = page.first("title").map(|at| line(&page.text_of(at, 1_000))).unwrap_or_default();
    let og = meta.get("og:title").map(line).unwrap_or_default();
    let heads: Vec<String> = (0..page.nodes.len())
        .filter(|at| page.nodes[*at].name == "h1" && !page.nodes[*at].hidden)
        .map(|at| line(&page.text_of(at, 1_000)))
        .filter(|head| !head.is_empty())
        .collect();
    let declared =
        heads.iter().find(|head| og.contains(head.as_str()) || document.contains(head.as_str()));
    let site = meta.get("og:site_name").unwrap_or_default();
    let bare = |text: &str| without_site(text, site, host.unwrap_or_default());
    if let Some(head) = declared.filter(|head| simple(head) != simple(site)) {
        return head.clone();
    }
    let candidates = [
        json.headline.as_deref().map(plain::line),
        Some(bare(&og)),
        heads.first().cloned(),
        heads.is_empty().then(|| smaller_head(page, &document)).flatten(),
        Some(bare(&document)),
    ];
    candidates.into_iter().flatten().find(|text| !text.is_empty()).unwrap_or_default()
}

/// The longest heading below `h1` that the page's title begins with: blogs have the site's name above it.
fn smaller_head(page: &Outline<'_>, document: &str) -> Option<String> {
    let heads = page.nodes.iter().enumerate().filter(|(_, node)| {
        matches!(node.name, "h2" | "h3") && !node.hidden && !document.is_empty()
    });
    let texts = heads.map(|(at, _)| plain::tidy(&page.text_of(at, 400)).replace('\n', " "));
    texts
        .filter(|text| !text.is_empty() && document.starts_with(text.as_str()))
        .max_by_key(String::len)
}

/// A title without the site's name before or behind a separator.
fn without_site(title: &str, site: &str, host: &str) -> String {
    let host_words: Vec<&str> = host.split('.').collect();
    let is_site = |part: &str| {
        let part = simple(part);
        !part.is_empty()
            && (part == simple(site)
                || part == simple(host)
                || host_words.iter().any(|word| simple(word) == part))
    };
    for separator in [" | ", " - ", " – ", " — ", " :: ", " • "] {
        match (title.rsplit_once(separator), title.split_once(separator)) {
            (Some((rest, last)), _) if is_site(last) => return rest.trim().to_owned(),
            (_, Some((first, rest))) if is_site(first) => return rest.trim().to_owned(),
            _ => {}
        }
    }
    title.to_owned()
}

/// Letters and digits only, in lower case.
fn simple(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Author or agency, where the page names one.
pub(super) fn byline(page: &Outline<'_>, meta: &Meta, json: &JsonLd) -> Option<String> {
    let site = simple(meta.get("og:site_name").unwrap_or_default());
    let fits = |text: &String| {
        (2..=120).contains(&text.chars().count())
            && simple(text) != site
            && !text.starts_with("http")
            && feed_date::read(text).is_none()
            && !furniture::is_furniture(text)
    };
    let clean = |text: String| {
        let text = plain::tidy(&text).replace('\n', " ");
        let bare =
            ["By ", "by ", "Tác giả: ", "Theo "].iter().find_map(|start| text.strip_prefix(start));
        let bare = bare.unwrap_or(&text).trim();
        let inside = bare.strip_prefix('(').and_then(|text| text.strip_suffix(')'));
        inside.unwrap_or(bare).to_owned()
    };
    let marked = || {
        page.nodes.iter().enumerate().find_map(|(index, node)| {
            let element = node.element?;
            let is_author = element.attr("rel") == Some("author")
                || element.attr("itemprop").is_some_and(|kind| kind == "author" || kind == "name")
                    && node.name != "meta"
                    && page.ancestors(index).any(|at| has_author(page, at))
                || (Named::of(element).is_byline() && !node.hidden);
            is_author.then(|| clean(page.text_of(index, 500))).filter(fits)
        })
    };
    json.author
        .clone()
        .map(clean)
        .filter(fits)
        .or_else(|| meta.get("author").map(|text| clean(text.to_owned())).filter(fits))
        .or_else(marked)
}

/// The agency that a text names as its source: in a bracket at its end, or in one before its first sentence.
pub(super) fn agency(text: &str) -> Option<String> {
    static ENDS: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"\(\s*([\p{Lu}\d][\w.+/& -]{1,40}?)\s*\)[\s./]*$"));
    static BEGINS: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"^\(?\s*([\p{Lu}\d][\w.+/&-]{1,30})\s*\)?\s*[-–—]\s"));
    let last = text.lines().last()?;
    let first = text.lines().find(|line| line.chars().count() > 60).unwrap_or_default();
    let bracketed =
        first.starts_with('(') || first.split([' ', '-']).next().is_some_and(|w| w.contains('.'));
    ENDS.captures(last)
        .or_else(|| BEGINS.captures(first).filter(|_| bracketed))
        .map(|found| found[1].to_owned())
}

#[expect(clippy::expect_used, reason = "the patterns are constants, and a test compiles both")]
fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a constant pattern")
}

fn has_author(page: &Outline<'_>, index: usize) -> bool {
    page.nodes[index].element.is_some_and(|element| element.attr("itemprop") == Some("author"))
}

/// The address that the page names as its own, if it is on the same site and no mere front page. A page from a file may
/// name any.
pub(super) fn canonical(html: &Html, meta: &Meta, url: Option<&Url>) -> Option<String> {
    let link = html.tree.nodes().filter_map(ElementRef::wrap).find(|element| {
        element.value().name() == "link"
            && element.attr("rel").is_some_and(|rel| {
                rel.split_whitespace().any(|r| r.eq_ignore_ascii_case("canonical"))
            })
    });
    let named = link.and_then(|link| link.attr("href")).into_iter().chain(meta.get("og:url"));
    let resolve = |href: &str| match url {
        Some(url) => url.join(href).ok().filter(|found| same_site(found, url)),
        None => Url::parse(href).ok().filter(|found| matches!(found.scheme(), "http" | "https")),
    };
    named.into_iter().find_map(|href| resolve(href.trim())).map(String::from)
}

/// The same host, or one below the other, whatever `www`, `m` or `amp` stands before.
fn same_site(found: &Url, url: &Url) -> bool {
    let bare = |url: &Url| {
        let host = url.host_str().unwrap_or_default().to_owned();
        ["www.", "m.", "amp.", "mobile."]
            .iter()
            .find_map(|start| host.strip_prefix(start))
            .unwrap_or(&host)
            .to_owned()
    };
    let (one, other) = (bare(found), bare(url));
    let below = |a: &str, b: &str| {
        a.strip_suffix(b).is_some_and(|rest| rest.ends_with('.')) && b.contains('.')
    };
    matches!(found.scheme(), "http" | "https")
        && (one == other || below(&one, &other) || below(&other, &one))
        && (found.path() != "/" || url.path() == "/")
}

/// The language that the page declares.
pub(super) fn language(page: &Outline<'_>, meta: &Meta, json: &JsonLd) -> Option<Language> {
    let root =
        page.first("html").and_then(|at| page.nodes[at].element).and_then(|html| html.attr("lang"));
    [root, meta.get("og:locale"), meta.get("content-language"), json.language.as_deref()]
        .into_iter()
        .flatten()
        .find_map(|tag| match tag.trim().split(['-', '_']).next()?.to_ascii_lowercase().as_str() {
            "vi" => Some(Language::Vi),
            "en" => Some(Language::En),
            _ => None,
        })
}
