//! Where a site keeps its feeds: what its pages declare, what they link to, what `robots.txt` lists, and, where all that
//! says nothing, the few places that most publishing systems use.

use std::collections::HashSet;

use scraper::ElementRef;
use url::Url;

use crate::markup::{dom, plain};

/// Most feeds named for one page.
const MOST: usize = 50;
/// The places that publishing systems use, relative to the site.
const USUAL: &[&str] = &["/rss.xml", "/feed", "/rss", "/atom.xml", "/news-sitemap.xml"];

/// How a feed was found; in falling order of trust.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FoundBy {
    /// The page declares it (`link rel=alternate`).
    Declared,
    /// The page links to it.
    Linked,
    /// `robots.txt` lists it as a sitemap.
    Robots,
    /// Publishing systems put one there.
    Usual,
}

/// A place where a feed may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedPlace {
    /// Address.
    pub url: String,
    /// Title that the page gives it; may be empty.
    pub title: String,
    /// How it was found.
    pub found_by: FoundBy,
}

/// The feeds that a page declares or links to, the likeliest first. `base` is where the page was read.
pub fn feeds_of_page(html: &str, base: &Url) -> Vec<FeedPlace> {
    let Ok(page) = dom::parse(html) else { return Vec::new() };
    let elements = || page.tree.nodes().filter_map(ElementRef::wrap);
    // A page may move all its links.
    let moved =
        elements().find(|one| one.value().name() == "base").and_then(|one| one.attr("href"));
    let base = moved.and_then(|href| base.join(href).ok()).unwrap_or_else(|| base.clone());
    let mut found: Vec<FeedPlace> = elements().filter_map(|one| place(one, &base)).collect();
    found.sort_by_key(|place| place.found_by);
    let mut seen = HashSet::new();
    found.retain(|place| seen.insert(place.url.clone()));
    found.truncate(MOST);
    found
}

fn place(element: ElementRef<'_>, base: &Url) -> Option<FeedPlace> {
    let href = element.attr("href")?.trim();
    let (title, found_by) = match element.value().name() {
        "link" => {
            let rel = element.attr("rel").unwrap_or_default().to_ascii_lowercase();
            let kind = element.attr("type").unwrap_or_default().to_ascii_lowercase();
            let is_feed =
                ["rss", "atom", "feed+json", "rdf"].iter().any(|word| kind.contains(word));
            let names = |word: &str| rel.split_whitespace().any(|name| name == word);
            if !((names("alternate") && is_feed) || names("feed")) {
                return None;
            }
            (element.attr("title").unwrap_or_default().to_owned(), FoundBy::Declared)
        }
        "a" => {
            let path = href.split(['?', '#']).next()?.trim_end_matches('/').to_ascii_lowercase();
            let looks = [
                ".rss",
                ".atom",
                "/feed",
                "/rss",
                "/atom",
                "rss.xml",
                "feed.xml",
                "atom.xml",
                "feed.json",
            ]
            .iter()
            .any(|end| path.ends_with(end));
            if !looks {
                return None;
            }
            (element.text().collect(), FoundBy::Linked)
        }
        _ => return None,
    };
    let url = base.join(href.strip_prefix("feed:").unwrap_or(href)).ok()?;
    // Comments have feeds as well, and nobody wants them.
    let of_comments = url.path().contains("/comments/");
    (matches!(url.scheme(), "http" | "https") && !of_comments).then(|| FeedPlace {
        url: url.into(),
        title: plain::line(&title),
        found_by,
    })
}

/// The news sitemaps that a `robots.txt` lists; others list every page of a site's history.
pub fn sitemaps_of_robots(robots: &str, base: &Url) -> Vec<FeedPlace> {
    let lines = robots.lines().take(2_000).filter_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.trim().eq_ignore_ascii_case("sitemap").then(|| value.trim())
    });
    let urls = lines.filter_map(|value| base.join(value).ok());
    urls.filter(|url| {
        let path = url.path().to_ascii_lowercase();
        matches!(url.scheme(), "http" | "https")
            && (path.contains("news") || path.contains("latest"))
    })
    .take(MOST)
    .map(|url| FeedPlace { url: url.into(), title: String::new(), found_by: FoundBy::Robots })
    .collect()
}

/// The places that most publishing systems use, for a site that names none.
pub fn usual_places(base: &Url) -> Vec<FeedPlace> {
    let place = |path: &&str| {
        let url = base.join(path).ok()?;
        Some(FeedPlace { url: url.into(), title: String::new(), found_by: FoundBy::Usual })
    };
    USUAL.iter().filter_map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base() -> Url {
        Url::parse("https://bao.test/the-gioi/").unwrap()
    }

    #[test]
    fn declared_feeds_come_before_linked_ones_and_each_comes_once() {
        let html = "<head><link rel=alternate type='application/rss+xml' title='Thế giới' href='/rss/the-gioi.rss'>\
            <link rel='alternate' type='application/atom+xml' href='https://cdn.test/a.atom'>\
            <link rel=alternate hreflang=en href='/en'><link rel=stylesheet href='/x.css'>\
            <link rel=alternate type='application/rss+xml' href='/comments/feed/'></head>\
            <a href='/rss'>RSS</a><a href='/rss/the-gioi.rss'>RSS</a><a href='/tin/rss-la-gi.htm'>RSS là gì</a>\
            <a href='javascript:x.rss'>x</a>";
        let found = feeds_of_page(html, &base());
        let short: Vec<(&str, &str, FoundBy)> = found
            .iter()
            .map(|place| (place.url.as_str(), place.title.as_str(), place.found_by))
            .collect();
        assert_eq!(
            short,
            [
                ("https://bao.test/rss/the-gioi.rss", "Thế giới", FoundBy::Declared),
                ("https://cdn.test/a.atom", "", FoundBy::Declared),
                ("https://bao.test/rss", "RSS", FoundBy::Linked),
            ]
        );
        assert!(feeds_of_page(&"<div>".repeat(100_000), &base()).is_empty());
    }

    #[test]
    fn robots_names_news_sitemaps_and_every_site_has_usual_places() {
        let robots = "User-agent: *\nDisallow: /x\nSITEMAP: https://bao.test/google-news-sitemap.xml\nSitemap: /sitemap-2004.xml\n";
        let found = sitemaps_of_robots(robots, &base());
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].url, "https://bao.test/google-news-sitemap.xml");
        assert_eq!(usual_places(&base())[0].url, "https://bao.test/rss.xml");
    }
}
