//! Canonical links: what is left of an address when everything is gone that does not choose the page.

use std::sync::LazyLock;

use serde::Deserialize;
use url::Url;

/// `config/links.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Tracking {
    prefixes: Vec<String>,
    names: Vec<String>,
}

#[expect(clippy::expect_used, reason = "the file is part of the program, and a test reads it")]
static TRACKING: LazyLock<Tracking> = LazyLock::new(|| {
    toml::from_str(include_str!("../../config/links.toml")).expect("config/links.toml is valid")
});

/// The canonical form of a link: `https`, no user, no fragment, no tracking parameters. For comparing, not for
/// fetching: a server may well answer on `http` only. `None` for what is no web address.
pub fn canonical_link(link: &str) -> Option<String> {
    let mut url = Url::parse(link.trim()).ok()?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return None;
    }
    // Changing the scheme of a parsed http address to https cannot fail; a written port is kept.
    let _ = url.set_scheme("https");
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.set_fragment(None);
    // Bytes of the query are kept as they are: decoding and encoding again would change some.
    let query = url.query().map(|query| {
        let kept: Vec<&str> =
            query.split('&').filter(|pair| !pair.is_empty() && !is_tracking(pair)).collect();
        kept.join("&")
    });
    url.set_query(query.as_deref().filter(|query| !query.is_empty()));
    Some(url.into())
}

fn is_tracking(pair: &str) -> bool {
    let name = pair.split('=').next().unwrap_or(pair).to_ascii_lowercase();
    TRACKING.names.contains(&name)
        || TRACKING.prefixes.iter().any(|prefix| name.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_chooses_the_page_is_kept() {
        for (link, expected) in [
            ("http://Bao.test:80/a.htm?utm_source=rss&utm_medium=x#top", "https://bao.test/a.htm"),
            ("https://bao.test/a?id=7&fbclid=x&b=%20", "https://bao.test/a?id=7&b=%20"),
            ("https://bbc.test/news/1?at_medium=RSS&at_campaign=rss", "https://bbc.test/news/1"),
            ("https://u:p@bao.test/?CMP=x", "https://bao.test/"),
            (" https://bao.test/tin-tức ", "https://bao.test/tin-t%E1%BB%A9c"),
        ] {
            assert_eq!(canonical_link(link).as_deref(), Some(expected), "{link}");
        }
        for link in ["mailto:x@bao.test", "tag:bao.test,2024:1", "/a", ""] {
            assert_eq!(canonical_link(link), None, "{link}");
        }
    }
}
