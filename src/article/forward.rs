//! Where an address or a page only leads on: aggregators' links hold the address of the story or show a page that does.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use regex::Regex;
use scraper::ElementRef;
use url::Url;

use super::outline::Outline;
use super::words::WORDS;
use crate::markup::dom;

/// A page with more visible text than this, in bytes, has something to say itself.
const MUCH_TEXT: usize = 600;
/// Seconds after which a page that leads on was meant to be read first.
const LONG_DELAY: u32 = 15;
/// Links on a page that only leads on.
const FEW_LINKS: usize = 3;

/// The story's address that an aggregator's link holds in itself.
pub fn inside_link(link: &str) -> Option<String> {
    let url = Url::parse(link).ok()?;
    let host = url.host_str()?.trim_start_matches("www.").to_owned();
    let known = WORDS.forwarders.iter().find(|one| {
        host == one.host || host.strip_suffix(&one.host).is_some_and(|rest| rest.ends_with('.'))
    })?;
    let parameter = url
        .query_pairs()
        .find(|(name, _)| known.parameters.iter().any(|parameter| parameter == name))
        .map(|(_, value)| value.into_owned());
    let packed = || url.path_segments()?.rev().find_map(packed_address);
    elsewhere(&parameter.or_else(packed)?, &url)
}

/// A segment of a path that packs an address: base64 of a small record with the address as plain text in it.
fn packed_address(segment: &str) -> Option<String> {
    const ENGINE: GeneralPurpose = GeneralPurpose::new(
        &alphabet::URL_SAFE,
        GeneralPurposeConfig::new()
            .with_decode_padding_mode(DecodePaddingMode::Indifferent)
            .with_decode_allow_trailing_bits(true),
    );
    let bytes = ENGINE.decode(segment).ok()?;
    let start = bytes.windows(4).position(|window| window == b"http")?;
    let address = bytes[start..].iter().take_while(|byte| byte.is_ascii_graphic());
    Some(address.map(|byte| char::from(*byte)).collect())
}

/// The address that a decoded page leads on to, when it has hardly anything to say itself.
pub fn inside_page(html: &str, url: &str) -> Option<String> {
    let base = Url::parse(url).ok()?;
    let tree = dom::parse(html).ok()?;
    let page = Outline::of(&tree);
    let visible: usize =
        page.nodes.iter().filter(|node| !node.hidden).map(|node| node.text.trim().len()).sum();
    if visible > MUCH_TEXT {
        return None;
    }
    let elements = || page.nodes.iter().filter_map(|node| node.element);
    let refreshed = elements().filter(|one| one.value().name() == "meta").find_map(refresh);
    let marked = || elements().find_map(|one| one.attr("data-n-au")).map(str::to_owned);
    let scripted = || {
        let scripts = page.nodes.iter().filter(|node| page.nodes[node.parent].name == "script");
        scripts
            .filter_map(|script| SCRIPT.captures(script.text))
            .map(|found| found[1].replace("\\/", "/"))
            .next()
    };
    let only_link = || {
        let links: Vec<&str> = elements()
            .filter(|one| one.value().name() == "a")
            .filter_map(|one| one.attr("href"))
            .filter(|href| !href.starts_with(['#', '?']) && !href.starts_with("javascript:"))
            .collect();
        let mut away = links.iter().filter(|href| elsewhere(href, &base).is_some());
        let first = away.next().filter(|_| links.len() <= FEW_LINKS && away.next().is_none());
        first.map(|href| (*href).to_owned())
    };
    let found = refreshed.or_else(marked).or_else(scripted).or_else(only_link)?;
    elsewhere(&found, &base)
}

/// The address, when it is on another site.
fn elsewhere(address: &str, from: &Url) -> Option<String> {
    let found = from.join(address.trim()).ok()?;
    let other = found.host_str().is_some() && found.host_str() != from.host_str();
    (other && matches!(found.scheme(), "http" | "https")).then(|| found.into())
}

/// `<meta http-equiv="refresh" content="0; url='…'">`.
fn refresh(element: ElementRef<'_>) -> Option<String> {
    if !element.attr("http-equiv")?.trim().eq_ignore_ascii_case("refresh") {
        return None;
    }
    let found = REFRESH.captures(element.attr("content")?)?;
    let delay: u32 = found[1].parse().ok()?;
    (delay < LONG_DELAY).then(|| found[2].trim_matches(['\'', '"', ' ']).to_owned())
}

#[expect(clippy::expect_used, reason = "the patterns are constants, and a test uses both")]
fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a constant pattern")
}

static REFRESH: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)^\s*(\d{1,9})(?:\.\d*)?\s*[;,]\s*url\s*=\s*(\S.*?)\s*$"));
static SCRIPT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"\blocation(?:\.href)?(?:\s*=\s*|\.(?:replace|assign)\s*\(\s*)["'](https?:[^"'\s]{4,2000})["']"#,
    )
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_aggregators_link_gives_away_the_story() {
        let story = "https://bao.test/ky-ket-1.htm";
        let record = [b"\x08\x13\x22\x1d".as_slice(), story.as_bytes(), b"\xd2\x01\x00"].concat();
        let packed = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(record);
        for (link, expected) in [
            (format!("https://news.google.com/rss/articles/{packed}?oc=5"), Some(story)),
            ("https://news.google.com/rss/articles/CBMiAU_yqLabc?oc=5".to_owned(), None),
            ("https://www.bing.com/news/apiclick.aspx?ref=x&url=https%3a%2f%2fbao.test%2fky-ket-1.htm&c=1".to_owned(), Some(story)),
            (format!("https://www.google.com/url?q={story}"), Some(story)),
            ("https://bao.test/x?url=https://khac.test/".to_owned(), None),
            ("https://www.google.com/url?q=/search".to_owned(), None),
            ("no address".to_owned(), None),
        ] {
            assert_eq!(inside_link(&link).as_deref(), expected, "{link}");
        }
    }

    #[test]
    fn a_page_leads_on_only_when_it_says_nothing_itself() {
        let lead = |html: &str| inside_page(html, "https://news.agg.test/articles/1");
        let story = Some("https://bao.test/1.htm".to_owned());
        for html in [
            "<meta http-equiv=refresh content=\"0; URL='https://bao.test/1.htm'\">",
            "<c-wiz data-n-au=\"https://bao.test/1.htm\"></c-wiz>",
            "<script>window.location.replace(\"https:\\/\\/bao.test\\/1.htm\");</script>",
            "<p>You are being redirected.</p><a href=\"/\">Home</a> <a href=https://bao.test/1.htm>Go on</a>",
        ] {
            assert_eq!(lead(html), story, "{html}");
        }
        let long = format!("<p>{}</p>", "Một câu của chính trang này. ".repeat(40));
        for html in [
            "<meta http-equiv=refresh content=\"600; url=https://bao.test/1.htm\">".to_owned(),
            "<meta http-equiv=refresh content=\"0; url=/same-site\">".to_owned(),
            "<a href=https://bao.test/1>1</a><a href=https://bao.test/2>2</a>".to_owned(),
            format!("<a href=https://bao.test/1.htm>Nguồn</a>{long}"),
            String::new(),
        ] {
            assert_eq!(lead(&html), None, "{html}");
        }
    }
}
