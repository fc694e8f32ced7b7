//! Lists of feeds as other programs exchange them: OPML (opml.org/spec2.opml), read tolerantly and written plainly.

use url::Url;

use crate::markup::tags::tag;

/// Feeds read of one list.
const MAX_FEEDS: usize = 20_000;

/// A feed in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedFeed {
    /// Name shown to readers; the address's host where the list gives none.
    pub name: String,
    /// Address of the feed, `http` or `https`.
    pub url: String,
    /// Address of the site, where given.
    pub site: Option<String>,
    /// Folders around it, outermost first.
    pub folders: Vec<String>,
    /// `language` attribute, as written.
    pub language: Option<String>,
}

/// The feeds of a list, in its order; each address once.
pub fn read_opml(text: &str) -> Vec<ListedFeed> {
    let mut feeds: Vec<ListedFeed> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    // An outline with children is open until its end tag; a feed may have some, too.
    let mut open: Vec<Option<String>> = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        rest = &rest[at..];
        let Some(found) = tag(rest) else {
            let after = rest.strip_prefix("<!--").and_then(|comment| comment.split_once("-->"));
            rest = after.map_or(&rest[1..], |(_, after)| after);
            continue;
        };
        rest = &rest[found.end..];
        if !found.name.eq_ignore_ascii_case("outline") {
            continue;
        }
        if found.closes {
            open.pop();
            continue;
        }
        let label = ["text", "title"].iter().find_map(|name| found.attribute(name));
        // A label is text, not markup: what looks like a tag in it belongs to it.
        let label = label.map(|label| label.split_whitespace().collect::<Vec<_>>().join(" "));
        let label = label.filter(|label| !label.is_empty());
        let address = ["xmlUrl", "url"].iter().find_map(|name| found.attribute(name));
        let url = address.and_then(|url| web_address(&url));
        if let Some(url) = &url
            && feeds.len() < MAX_FEEDS
            && seen.insert(url.to_string())
        {
            feeds.push(ListedFeed {
                name: label
                    .clone()
                    .or_else(|| url.host_str().map(str::to_owned))
                    .unwrap_or_default(),
                url: url.to_string(),
                site: found
                    .attribute("htmlUrl")
                    .and_then(|site| web_address(&site))
                    .map(String::from),
                folders: open.iter().flatten().cloned().collect(),
                language: found.attribute("language").filter(|language| !language.is_empty()),
            });
        }
        if !found.is_empty() && open.len() < 64 {
            open.push(label.filter(|_| url.is_none()));
        }
    }
    feeds
}

fn web_address(text: &str) -> Option<Url> {
    let text = text.trim();
    let text = text.strip_prefix("feed:").map_or(text, |rest| rest.trim_start_matches("//"));
    let url = match Url::parse(text) {
        Ok(url) => url,
        Err(_) => Url::parse(&format!("http://{text}"))
            .ok()
            .filter(|url| url.host_str().is_some_and(|host| host.contains('.')))?,
    };
    matches!(url.scheme(), "http" | "https").then_some(url)
}

/// A list of feeds as OPML 2.0.
pub fn write_opml(title: &str, feeds: &[ListedFeed]) -> String {
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<opml version=\"2.0\">\n  <head><title>{}</title></head>\n  <body>\n",
        escaped(title)
    );
    for feed in feeds {
        let mut line = format!(
            "    <outline type=\"rss\" text=\"{0}\" title=\"{0}\" xmlUrl=\"{1}\"",
            escaped(&feed.name),
            escaped(&feed.url)
        );
        for (name, value) in [("htmlUrl", &feed.site), ("language", &feed.language)] {
            if let Some(value) = value {
                line.push_str(&format!(" {name}=\"{}\"", escaped(value)));
            }
        }
        out.push_str(&line);
        out.push_str("/>\n");
    }
    out.push_str("  </body>\n</opml>\n");
    out
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let feed = |name: &str, url: &str| ListedFeed {
            name: name.to_owned(),
            url: url.to_owned(),
            site: Some("https://bao.test/".to_owned()),
            folders: Vec::new(),
            language: Some("vi".to_owned()),
        };
        let feeds = [
            feed("Báo \"Mới\" & <cũ>", "https://bao.test/rss?a=1&b=2"),
            feed("x", "http://x.test/f"),
        ];
        assert_eq!(read_opml(&write_opml("Lists & more", &feeds)), feeds);
    }

    #[test]
    fn lists_of_other_programs_are_read_with_their_folders() {
        let text = "<?xml version='1.0'?><opml version='1.0'><!-- <outline xmlUrl='http://no.test/'/> --><body>\
            <outline text='News'><outline text='Asia'><OUTLINE TITLE='A &amp; B' XMLURL='feed://a.test/rss'/></outline>\
            <outline xmlUrl='b.test/feed'></outline></outline><outline text='A again' xmlUrl='http://a.test/rss'/>\
            <outline text='bad' xmlUrl='javascript:alert(1)'/><outline text='none'/></body>";
        let feeds = read_opml(text);
        let short: Vec<(&str, &str, Vec<&str>)> = feeds
            .iter()
            .map(|feed| {
                (
                    feed.name.as_str(),
                    feed.url.as_str(),
                    feed.folders.iter().map(String::as_str).collect(),
                )
            })
            .collect();
        assert_eq!(
            short,
            [
                ("A & B", "http://a.test/rss", vec!["News", "Asia"]),
                ("b.test", "http://b.test/feed", vec!["News"])
            ]
        );
        for odd in ["", "<opml", "<outline xmlUrl=", &"<outline>".repeat(10_000)] {
            assert!(read_opml(odd).is_empty());
        }
    }
}
