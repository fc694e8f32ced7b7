//! `robots.txt` (RFC 9309): which pages of a site we may read. Feeds are not asked for here: a publisher advertises
//! them to be polled.
//!
//! Own code, because the crates for it have not been kept up; the grammar is small.

use std::time::Duration;

use url::Url;

/// As much of a file is read (RFC 9309 section 2.5).
pub const MAX_BYTES: usize = 500 << 10;
/// The longest `Crawl-delay` that is kept: more is meant for crawlers that want the whole site.
const MAX_DELAY: Duration = Duration::from_secs(30);
/// Rules kept of one file, and bytes of one rule: matching must stay cheap.
const MAX_RULES: usize = 5_000;
const MAX_PATTERN: usize = 2_048;

/// One line of a group that applies to us.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Rule {
    allow: bool,
    /// In the form of [`normal`], with `*` and a final `$` still meaning something.
    pattern: Vec<u8>,
}

/// What a site allows us.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Robots {
    rules: Vec<Rule>,
    /// Seconds between two requests that the site asks for; a courtesy, not part of the standard.
    pub crawl_delay: Option<Duration>,
}

impl Robots {
    /// Reads a file for the crawler `product`. Never fails: lines that cannot be read say nothing.
    pub fn parse(text: &str, product: &str) -> Self {
        let (mut own, mut others) = (Vec::new(), Vec::new());
        let mut named = false;
        // Whether the current group is ours, is everybody's, and has rules already.
        let (mut ours, mut everybodys, mut begun) = (false, false, false);
        let end = text.floor_char_boundary(MAX_BYTES);
        for line in text[..end].trim_start_matches('\u{feff}').lines().flat_map(|l| l.split('\r')) {
            let line = line.split('#').next().unwrap_or_default();
            let Some((key, value)) = line.split_once(':') else { continue };
            let (key, value) = (key.trim().to_ascii_lowercase(), value.trim());
            if key == "user-agent" {
                if begun {
                    (ours, everybodys, begun) = (false, false, false);
                }
                ours |= token(value).eq_ignore_ascii_case(product);
                everybodys |= value == "*";
                named |= ours;
            } else if ["allow", "disallow", "crawl-delay"].contains(&key.as_str()) {
                begun = true;
                if ours {
                    own.push((key.clone(), value));
                }
                if everybodys {
                    others.push((key, value));
                }
            }
        }
        // A group of our own, even an empty one, takes the place of everybody's.
        Self::of(if named { own } else { others })
    }

    fn of(lines: Vec<(String, &str)>) -> Self {
        let mut robots = Self::default();
        for (key, value) in lines {
            if key == "crawl-delay" {
                let seconds = value.parse::<f64>().ok().filter(|seconds| *seconds > 0.0);
                robots.crawl_delay = seconds
                    .map(|seconds| Duration::from_secs_f64(seconds.min(MAX_DELAY.as_secs_f64())));
            } else if value.starts_with(['/', '*'])
                && value.len() <= MAX_PATTERN
                && robots.rules.len() < MAX_RULES
            {
                robots.rules.push(Rule { allow: key == "allow", pattern: normal(value) });
            }
        }
        robots
    }

    /// What applies when the file cannot be had for reasons that are the server's: nothing may be read.
    pub fn closed() -> Self {
        Self { rules: vec![Rule { allow: false, pattern: b"/".to_vec() }], crawl_delay: None }
    }

    /// Whether we may read a page. The longest rule that matches decides; of two equals the one that allows.
    pub fn allows(&self, url: &Url) -> bool {
        let mut path = url.path().to_owned();
        if path == "/robots.txt" {
            return true;
        }
        if let Some(query) = url.query() {
            path.push('?');
            path.push_str(query);
        }
        let path = normal(&path);
        self.rules
            .iter()
            .filter(|rule| matches(&rule.pattern, &path))
            .max_by_key(|rule| (rule.pattern.len(), rule.allow))
            .is_none_or(|rule| rule.allow)
    }
}

/// The product token at the head of a name: `pledgewatch/1.0` names `pledgewatch`.
fn token(value: &str) -> &str {
    let end = value.find(|c: char| !c.is_ascii_alphabetic() && c != '-' && c != '_');
    &value[..end.unwrap_or(value.len())]
}

/// One form for every way to write a path: letters and digits plain, bytes that are not ASCII in percent signs.
fn normal(path: &str) -> Vec<u8> {
    let bytes = path.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = |offset: usize| bytes.get(at + offset).and_then(|b| char::from(*b).to_digit(16));
        let (byte, escaped, length) = match (bytes[at], hex(1), hex(2)) {
            (b'%', Some(high), Some(low)) => ((high * 16 + low) as u8, true, 3),
            (byte, ..) => (byte, !byte.is_ascii(), 1),
        };
        let plain = byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        if escaped && !plain {
            out.extend_from_slice(format!("%{byte:02X}").as_bytes());
        } else {
            out.push(byte);
        }
        at += length;
    }
    out
}

/// Whether a pattern matches the beginning of a path, or all of it when it ends with `$`. Each part between two `*` is
/// taken where it first occurs, so the time is bounded by the product of the lengths.
fn matches(pattern: &[u8], path: &[u8]) -> bool {
    let (pattern, whole) = match pattern.strip_suffix(b"$") {
        Some(pattern) => (pattern, true),
        None => (pattern, false),
    };
    let mut parts = pattern.split(|byte| *byte == b'*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = path.strip_prefix(first) else { return false };
    let parts: Vec<&[u8]> = parts.collect();
    let Some((last, middle)) = parts.split_last() else { return !whole || rest.is_empty() };
    for part in middle {
        match find(rest, part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    if whole { rest.ends_with(last) } else { find(rest, last).is_some() }
}

fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    if part.is_empty() {
        return Some(0);
    }
    text.windows(part.len()).position(|window| window == part)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn allows(text: &str, path: &str) -> bool {
        let url = Url::parse(&format!("https://bao.example{path}")).unwrap();
        Robots::parse(text, "pledgewatch").allows(&url)
    }

    #[test]
    fn a_group_of_our_own_takes_the_place_of_everybodys() {
        let text =
            "User-agent: *\nDisallow: /\n\nUser-Agent: PledgeWatch/2.0\nDisallow: /private\n";
        assert!(allows(text, "/news/1.html"));
        assert!(!allows(text, "/private/1.html"));
        let others = "User-agent: otherbot\nDisallow: /\n\nUser-agent: *\nDisallow: /tag/\n";
        assert!(allows(others, "/news") && !allows(others, "/tag/x"));
        // Groups of one name are one group; names on consecutive lines share what follows.
        let split = "user-agent: a\nuser-agent: pledgewatch\ndisallow: /a\nuser-agent: b\ndisallow: /b\n\
                     user-agent: pledgewatch\ndisallow: /c\n";
        assert!(!allows(split, "/a") && allows(split, "/b") && !allows(split, "/c"));
        // Other lines do not end a group, and a name that only begins like ours is not ours.
        let odd = "user-agent: pledgewatch\nsitemap: https://bao.example/s.xml\nuser-agent: x\ndisallow: /\n";
        assert!(!allows(odd, "/a"));
        assert!(allows("user-agent: pledgewatcher\ndisallow: /\n", "/a"));
        assert!(allows("user-agent: *\ndisallow: /\nuser-agent: pledgewatch\nallow: /\n", "/a"));
    }

    #[test]
    fn the_longest_rule_decides_and_of_equals_the_one_that_allows() {
        let text = "User-agent: *\nDisallow: /tin/\nAllow: /tin/thoi-su/\nDisallow: /*.pdf$\nAllow: /same\n\
                    Disallow: /same\nDisallow:\n";
        for (path, expected) in [
            ("/", true),
            ("/tin/the-gioi/1", false),
            ("/tin/thoi-su/1", true),
            ("/doc/a.pdf", false),
            ("/doc/a.pdf?x=1", true),
            ("/same", true),
            ("/robots.txt", true),
        ] {
            assert_eq!(allows(text, path), expected, "{path}");
        }
    }

    #[test]
    fn wildcards_and_escapes_match_every_way_to_write_a_path() {
        for (pattern, path, expected) in [
            ("/fish*", "/fish.html", true),
            ("/*/amp/$", "/a/b/amp/", true),
            ("/*/amp/$", "/a/amp/b", false),
            ("/a*b*c$", "/axxbyybzzc", true),
            ("/a*b*c$", "/axxbyy", false),
            ("/tin-tức", "/tin-t%E1%BB%A9c/1", true),
            ("/tin-t%e1%bb%a9c", "/tin-tức/1", true),
            ("/%7Ejoe", "/~joe/", true),
            ("/a%2Fb", "/a/b", false),
            ("*?print=", "/x?print=1", true),
        ] {
            let text = format!("user-agent: *\ndisallow: {pattern}\n");
            assert_eq!(!allows(&text, path), expected, "{pattern} {path}");
        }
    }

    #[test]
    fn what_is_no_robots_file_forbids_nothing_and_a_closed_site_everything() {
        for text in ["", "<html><body>Disallow: /</body></html>", "disallow: /", "\u{feff}\u{0}:::"]
        {
            assert!(allows(text, "/a"), "{text:?}");
        }
        assert!(!allows("\u{feff}User-agent: *\r\nDisallow: /\r\n", "/a"));
        assert!(!allows("User-agent : *\rDisallow : / # all of it\r", "/a"));
        assert!(!Robots::closed().allows(&Url::parse("https://bao.example/").unwrap()));
    }

    #[test]
    fn a_delay_is_kept_up_to_half_a_minute() {
        let delay = |text: &str| Robots::parse(text, "pledgewatch").crawl_delay;
        assert_eq!(delay("user-agent: *\ncrawl-delay: 2.5\n"), Some(Duration::from_millis(2_500)));
        assert_eq!(delay("user-agent: *\ncrawl-delay: 9999\n"), Some(MAX_DELAY));
        for odd in ["-1", "soon", "NaN", ""] {
            assert_eq!(delay(&format!("user-agent: *\ncrawl-delay: {odd}\n")), None, "{odd}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_text_makes_it_panic_and_a_literal_rule_matches_its_own_path(
            noise in "\\PC{0,200}",
            // Without dots: an address resolves `/..` before anyone is asked (RFC 3986, 5.2.4).
            path in "/[a-z0-9/_-]{0,30}",
        ) {
            let _ = allows(&noise, &path);
            let text = format!("{}\nuser-agent: *\ndisallow: {path}\n", noise.replace(':', " "));
            prop_assert!(!allows(&text, &path));
        }
    }
}
