//! What a feed says about itself: how often it changes, when it rests, where it lives. The feed parser drops most of it.

use jiff::SignedDuration;
use jiff::civil::Weekday;
use url::Url;

use super::names::{Names, Space};
use super::repair::join;
use super::tokens::Token;
use crate::markup::entities;
use crate::markup::tags::Tag;
use crate::model::FeedHints;

/// Minutes of a week: longer wishes are cut to it.
const WEEK: u32 = 7 * 24 * 60;
/// WebSub hubs kept of one feed.
const MAX_HUBS: usize = 8;

/// Addresses that a feed states for itself, all absolute.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FeedLinks {
    /// WebSub hubs (`rel="hub"`).
    pub hubs: Vec<String>,
    /// Where the feed says it lives (`rel="self"`).
    pub own: Option<String>,
    /// The next older page of the feed (`rel="next"`, RFC 5005).
    pub next: Option<String>,
    /// Where the feed says it has moved to (`itunes:new-feed-url`, `newLocation`).
    pub moved_to: Option<String>,
}

/// What a feed's head says beside its title. Everything is optional, and only what makes sense is here.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Hints {
    pub polling: FeedHints,
    pub links: FeedLinks,
    /// Whether nothing will be added to the feed any more (`expired` of JSON Feed).
    pub ended: bool,
}

impl Hints {
    /// Reads the hints among the tokens outside the items.
    pub(super) fn read(head: &[Token<'_>], names: &Names, base: Option<&Url>) -> Self {
        let mut hints = Self::default();
        let FeedHints { skip_hours, skip_days, .. } = &mut hints.polling;
        let (mut period, mut frequency, mut minutes) = (String::new(), String::new(), None);
        for (at, token) in head.iter().enumerate() {
            let Token::Tag(tag, _) = token else { continue };
            if tag.closes {
                continue;
            }
            let text = || text(&head[at + 1..]);
            match (names.space(tag.name), names.local(tag.name).as_ref()) {
                (Space::Core, "ttl") => minutes = minutes.or(ttl(&text())),
                (Space::Core, "hour") => skip_hours.extend(hour(&text())),
                (Space::Core, "day") => skip_days.extend(day(&text())),
                (Space::Core, "link") => hints.links.take(tag, base),
                (Space::Syndication, "updateperiod") => period = text(),
                (Space::Syndication, "updatefrequency") => frequency = text(),
                (_, "new-feed-url" | "newlocation") => {
                    let moved = &mut hints.links.moved_to;
                    *moved = moved.take().or_else(|| web_address(base, &text()));
                }
                _ => {}
            }
        }
        skip_hours.sort_unstable();
        skip_hours.dedup();
        skip_days.sort_unstable_by_key(|day| day.to_monday_zero_offset());
        skip_days.dedup();
        // The feed's own word counts before the module's, which templates fill in unasked.
        let minutes = minutes.or(update_minutes(&period, &frequency));
        hints.polling.interval = minutes.map(|minutes| SignedDuration::from_mins(minutes.into()));
        hints
    }
}

impl FeedLinks {
    fn take(&mut self, tag: &Tag<'_>, base: Option<&Url>) {
        let (Some(href), Some(rel)) = (tag.attribute("href"), tag.attribute("rel")) else { return };
        for rel in rel.to_ascii_lowercase().split_ascii_whitespace() {
            match rel {
                "hub" => self.add_hub(web_address(base, &href)),
                "self" if self.own.is_none() => self.own = web_address(base, &href),
                "next" if self.next.is_none() => self.next = web_address(base, &href),
                _ => {}
            }
        }
    }

    /// Adds a hub, if there is one and it is new.
    pub(super) fn add_hub(&mut self, hub: Option<String>) {
        if let Some(hub) = hub.filter(|hub| !self.hubs.contains(hub))
            && self.hubs.len() < MAX_HUBS
        {
            self.hubs.push(hub);
        }
    }
}

/// A reference as an absolute address of the web.
pub(super) fn web_address(base: Option<&Url>, reference: &str) -> Option<String> {
    let reference = reference.trim();
    if reference.is_empty() {
        return None;
    }
    join(base, reference).filter(|url| matches!(url.scheme(), "http" | "https")).map(String::from)
}

/// The text directly behind a start tag.
fn text(tokens: &[Token<'_>]) -> String {
    let mut out = String::new();
    for token in tokens {
        match token {
            Token::Text(text) => out.push_str(&entities::decode(text)),
            Token::CData(text) => out.push_str(text),
            Token::Tag(..) => break,
        }
    }
    out.trim().to_owned()
}

fn ttl(text: &str) -> Option<u32> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    // Half a minute is no wish.
    if text[digits..].starts_with(['.', ',']) {
        return None;
    }
    match text[..digits].parse::<u32>() {
        Ok(0) => None,
        Ok(minutes) => Some(minutes.min(WEEK)),
        // More digits than a number holds are a very long time.
        Err(_) => (digits > 0).then_some(WEEK),
    }
}

/// Period by frequency (RSS 1.0 module Syndication). What real feeds write beside the five words (`always`, `dayly`,
/// a frequency of 0.1) asks for nothing.
fn update_minutes(period: &str, frequency: &str) -> Option<u32> {
    let period = match period.to_ascii_lowercase().as_str() {
        "hourly" => 60,
        "daily" => 24 * 60,
        "weekly" | "monthly" | "yearly" => WEEK,
        _ => return None,
    };
    let times = if frequency.is_empty() { 1 } else { frequency.parse::<u32>().ok()? };
    period.checked_div(times).filter(|minutes| *minutes > 0)
}

/// An hour of `skipHours`; RSS 0.91 counted to 24, which is midnight.
fn hour(text: &str) -> Option<i8> {
    match text.parse::<i8>().ok()? {
        24 => Some(0),
        hour @ 0..=23 => Some(hour),
        _ => None,
    }
}

fn day(text: &str) -> Option<Weekday> {
    const NAMES: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let text = text.to_ascii_lowercase();
    let at = NAMES.iter().position(|name| text.starts_with(name))?;
    Weekday::from_monday_zero_offset(i8::try_from(at).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_periods_ask_for_nothing() {
        assert_eq!(update_minutes("hourly", "2"), Some(30));
        assert_eq!(update_minutes("Daily", ""), Some(1_440));
        assert_eq!(update_minutes("yearly", "1"), Some(WEEK));
        for (period, frequency) in
            [("always", ""), ("dayly", "1"), ("hourly", "0.1"), ("hourly", "0"), ("hourly", "90")]
        {
            assert_eq!(update_minutes(period, frequency), None, "{period} {frequency}");
        }
    }

    #[test]
    fn minutes_hours_and_days_are_read_within_their_ranges() {
        let minutes = |text| ttl(text);
        assert_eq!(minutes("30"), Some(30));
        assert_eq!(minutes("60 minutes"), Some(60));
        assert_eq!(minutes("99999999999999999"), Some(WEEK));
        assert_eq!([minutes("0"), minutes("0.5"), minutes("soon"), minutes("-5")], [None; 4]);
        assert_eq!([hour("24"), hour("7"), hour("25"), hour("x")], [Some(0), Some(7), None, None]);
        assert_eq!(day("Saturday"), Some(Weekday::Saturday));
        assert_eq!(day("Someday"), None);
    }
}
