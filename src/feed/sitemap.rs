//! News sitemaps (the Google News schema of sitemaps.org documents) read as if they were feeds: many papers that have no
//! feed keep one, with every story of the last two days. One linear pass, tolerant as the feed layer is.

use url::Url;

use super::FeedError;
use super::parse::{RawEntry, RawFeed};
use super::repair::join;
use crate::markup::tags::tag;
use crate::time::feed_date::{self, MeantZone};

/// Addresses read of one document; the protocol allows 50 000, a news sitemap 1 000.
const MAX_URLS: usize = 5_000;

/// Whether a document is a sitemap or an index of sitemaps: its first element says so.
pub(super) fn is_sitemap(text: &str) -> bool {
    matches!(root(text), Some("urlset" | "sitemapindex"))
}

/// The name of the first element, without its prefix.
fn root(text: &str) -> Option<&str> {
    let mut rest = text;
    // Declarations and comments stand before it.
    for _ in 0..20 {
        rest = &rest[rest.find('<')?..];
        if let Some(found) = tag(rest) {
            return Some(local(found.name));
        }
        let end = if rest.starts_with("<!--") { rest.find("-->")? } else { rest.find('>')? };
        rest = &rest[end + 1..];
    }
    None
}

fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

/// Reads a sitemap, in the order of the document. Stories without a title get the words of their address.
///
/// # Errors
/// `SitemapIndex` names the sitemaps that an index lists; `NotAFeed` when there is no address at all.
pub(super) fn read(text: &str, base: Option<&Url>, zone: &MeantZone) -> Result<RawFeed, FeedError> {
    let is_index = root(text) == Some("sitemapindex");
    let mut feed = RawFeed::default();
    let mut listed = Vec::new();
    let mut current = Partial::default();
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        rest = &rest[at..];
        let Some(found) = tag(rest) else {
            rest = &rest[1..];
            continue;
        };
        rest = &rest[found.end..];
        match (local(found.name), found.closes) {
            ("url" | "sitemap", false) => current = Partial::default(),
            ("url", true) => feed.entries.extend(std::mem::take(&mut current).entry(base, zone)),
            ("sitemap", true) => listed.extend(std::mem::take(&mut current).link(base)),
            // Pictures and videos of a story have places and titles of their own.
            ("image" | "video", closes) => current.aside = !closes,
            (name, false) if !current.aside => current.take(name, content(rest)),
            _ => {}
        }
        if feed.entries.len() + listed.len() >= MAX_URLS {
            break;
        }
    }
    match (is_index, listed.is_empty() && feed.entries.is_empty()) {
        (_, true) => Err(FeedError::NotAFeed),
        (true, false) => {
            Err(FeedError::SitemapIndex { listed: listed.into_iter().map(String::from).collect() })
        }
        (false, false) => Ok(feed),
    }
}

/// The text up to the next tag; a CDATA section counts as text.
fn content(rest: &str) -> &str {
    let start = rest.trim_start();
    if let Some(inside) = start.strip_prefix("<![CDATA[") {
        return inside.split("]]>").next().unwrap_or_default();
    }
    rest.split('<').next().unwrap_or_default()
}

/// What is known of one address so far, as written.
#[derive(Default)]
struct Partial<'a> {
    place: &'a str,
    title: &'a str,
    published: &'a str,
    changed: &'a str,
    language: &'a str,
    aside: bool,
}

impl<'a> Partial<'a> {
    fn take(&mut self, name: &str, text: &'a str) {
        let field = match name {
            "loc" => &mut self.place,
            "title" => &mut self.title,
            "publication_date" => &mut self.published,
            "lastmod" => &mut self.changed,
            "language" => &mut self.language,
            _ => return,
        };
        if field.is_empty() {
            *field = text.trim();
        }
    }

    fn link(&self, base: Option<&Url>) -> Option<Url> {
        let place = crate::markup::entities::decode(self.place);
        join(base, &place).filter(|link| matches!(link.scheme(), "http" | "https"))
    }

    fn entry(self, base: Option<&Url>, zone: &MeantZone) -> Option<RawEntry> {
        let link = self.link(base)?;
        let title = if self.title.is_empty() { words_of(&link) } else { self.title.to_owned() };
        Some(RawEntry {
            title,
            published: feed_date::parse(self.published, zone),
            updated: feed_date::parse(self.changed, zone),
            language: Some(self.language.to_owned()).filter(|tag| !tag.is_empty()),
            link: Some(link.into()),
            ..RawEntry::default()
        })
    }
}

/// The words of an address's last part: `ky-ket-hiep-dinh-post123.html` says "ky ket hiep dinh".
fn words_of(link: &Url) -> String {
    let last = link.path_segments().and_then(|parts| parts.rev().find(|part| !part.is_empty()));
    let name = last.unwrap_or_default().split('.').next().unwrap_or_default();
    let words = name
        .split(['-', '_', '+'])
        .filter(|word| !word.is_empty() && !word.chars().any(|c| c.is_ascii_digit() || c == '%'));
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_all(text: &str) -> Result<RawFeed, FeedError> {
        let base = Url::parse("https://bao.test/news-sitemap.xml").unwrap();
        read(text, Some(&base), &MeantZone::of_silent(jiff::tz::TimeZone::UTC))
    }

    #[test]
    fn stories_of_a_news_sitemap_are_entries() {
        let text = "<?xml version=\"1.0\"?><!-- made > now --><urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\" \
            xmlns:news=\"http://www.google.com/schemas/sitemap-news/0.9\"><url><loc>https://bao.test/ky-1.htm?a=1&amp;b=2</loc>\
            <news:news><news:publication><news:name>Báo</news:name><news:language>vi</news:language></news:publication>\
            <news:publication_date>2026-08-20T17:05:00+07:00</news:publication_date>\
            <news:title><![CDATA[Hai nước ký & trao kế hoạch]]></news:title></news:news>\
            <image:image><image:loc>https://bao.test/a.jpg</image:loc><image:title>Ảnh</image:title></image:image></url>\
            <url><image:image><image:loc>/b.jpg</image:loc></image:image><loc> /hai-ben-hop-ban-4567.htm </loc>\
            <lastmod>2026-08-21</lastmod></url><url><loc>ftp://bao.test/x</loc></url></urlset>";
        assert!(is_sitemap(text));
        let entries = read_all(text).unwrap().entries;
        assert_eq!(entries.len(), 2);
        assert_eq!(entries[0].link.as_deref(), Some("https://bao.test/ky-1.htm?a=1&b=2"));
        assert_eq!(entries[0].title, "Hai nước ký & trao kế hoạch");
        assert_eq!(entries[0].published, Some("2026-08-20T10:05:00Z".parse().unwrap()));
        assert_eq!(entries[0].language.as_deref(), Some("vi"));
        assert_eq!(entries[1].link.as_deref(), Some("https://bao.test/hai-ben-hop-ban-4567.htm"));
        assert_eq!(entries[1].title, "hai ben hop ban");
        assert_eq!(entries[1].updated, Some("2026-08-21T00:00:00Z".parse().unwrap()));
    }

    #[test]
    fn an_index_names_its_sitemaps_and_other_documents_are_none() {
        let index =
            "<sitemapindex><sitemap><loc>https://bao.test/s1.xml</loc></sitemap></sitemapindex>";
        let listed = vec!["https://bao.test/s1.xml".to_owned()];
        assert_eq!(read_all(index).unwrap_err(), FeedError::SitemapIndex { listed });
        assert_eq!(read_all("<urlset></urlset>").unwrap_err(), FeedError::NotAFeed);
        for other in ["<rss></rss>", "<html><urlset>", "{}", "", "<!-- <urlset> --><feed>"] {
            assert!(!is_sitemap(other), "{other}");
        }
        let endless = read_all(&"<url><loc>/x</loc></url>".repeat(20_000)).unwrap();
        assert_eq!(endless.entries.len(), MAX_URLS);
    }
}
