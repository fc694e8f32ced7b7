//! `robots.txt` (RFC 9309): whatever the text, it is read to its end and answers for every address; a group for us says
//! the same whoever else is named before it, and the robots file itself may always be read.

use super::lossy;
use super::rooms::robots::Robots;

/// One input.
pub fn run(bytes: &[u8]) {
    let text = lossy(bytes);
    // The first line is asked for too, as a path.
    let first: String = text.lines().next().unwrap_or_default().chars().take(2_000).collect();
    let Ok(site) = url::Url::parse("https://bao.test/") else { return };
    let robots = Robots::parse(&text, "pledgewatch");
    let asked = [site.join("/the-gioi/bai-1.html?p=2").ok(), site.join(&first).ok()];
    for url in asked.into_iter().flatten() {
        let allowed = robots.allows(&url);
        assert_eq!(Robots::parse(&text, "pledgewatch").allows(&url), allowed, "the same twice");
        let shouted = Robots::parse(&shouted(&text), "PledgeWatch");
        assert_eq!(shouted.allows(&url), allowed, "names have no case");
    }
    assert!(robots.crawl_delay.is_none_or(|delay| delay.as_secs() <= 30));
    // Whatever the file says, a group of our own at its end that forbids all is obeyed where we had no group before.
    if !text.to_lowercase().contains("pledgewatch") {
        let closed = format!("{text}\n\nUser-agent: pledgewatch\nDisallow: /\n");
        assert!(!Robots::parse(&closed, "pledgewatch").allows(&site));
    }
}

/// The names of all rules in capitals; paths, in which case counts, as they are.
fn shouted(text: &str) -> String {
    let rules = text.split_inclusive(['\r', '\n']).map(|rule| match rule.split_once(':') {
        Some((name, path)) => format!("{}:{path}", name.to_ascii_uppercase()),
        None => rule.to_owned(),
    });
    rules.collect()
}
