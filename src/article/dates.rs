//! The date of publication, and how it was found: what the page declares, then what it shows, then its address.

use std::sync::LazyLock;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use regex::Regex;

use super::PageContext;
use super::json_ld::JsonLd;
use super::meta::Meta;
use super::outline::Outline;
use super::words::{Named, WORDS};
use crate::markup::plain;
use crate::model::{DateBasis, PartialDate, SourceDate};
use crate::time::feed_date::{self, Stamp};

/// The web has no older news; what claims to be older is a clock that was never set.
const FIRST_YEAR: i16 = 1995;

/// Finds the date of publication. `body` is where the article's text begins.
pub(super) fn published(
    page: &Outline<'_>,
    meta: &Meta,
    json: &JsonLd,
    body: usize,
    context: &PageContext<'_>,
) -> Option<SourceDate> {
    let zone = context.date_zone.and_then(|name| TimeZone::get(name).ok());
    let dated = |text: &str, basis: DateBasis| {
        let stamp = feed_date::read(text)?;
        plausible(source_date(stamp, zone.as_ref(), basis), context.fetched_at)
    };
    json.published
        .as_deref()
        .and_then(|text| dated(text, DateBasis::JsonLd))
        .or_else(|| {
            let names = WORDS.date_meta.iter().filter_map(|name| meta.get(name));
            names.into_iter().find_map(|text| dated(text, DateBasis::Meta))
        })
        .or_else(|| json.other_date.as_deref().and_then(|text| dated(text, DateBasis::JsonLd)))
        .or_else(|| shown(page, body).into_iter().find_map(|text| dated(&text, DateBasis::Page)))
        .or_else(|| plausible(in_url(context.url)?, context.fetched_at))
}

/// The date that a text chosen by the configuration states.
pub(super) fn stated(text: &str, context: &PageContext<'_>) -> Option<SourceDate> {
    let zone = context.date_zone.and_then(|name| TimeZone::get(name).ok());
    let stamp = feed_date::read(text)?;
    plausible(source_date(stamp, zone.as_ref(), DateBasis::Page), context.fetched_at)
}

/// The civil date is the day in the source's own zone: the configured one, else the one stated.
fn source_date(stamp: Stamp, zone: Option<&TimeZone>, basis: DateBasis) -> SourceDate {
    let known = zone.cloned().or_else(|| stamp.offset.map(TimeZone::fixed));
    let at = match (stamp.time, &known) {
        (Some(_), Some(zone)) => stamp.instant(zone),
        _ => None,
    };
    let date = match (at, known) {
        (Some(at), Some(zone)) => zone.to_datetime(at).date(),
        _ => stamp.date,
    };
    SourceDate { date: PartialDate::Day(date), at, basis }
}

fn plausible(found: SourceDate, fetched_at: Timestamp) -> Option<SourceDate> {
    let latest = TimeZone::UTC
        .to_datetime(fetched_at.checked_add(SignedDuration::from_hours(24)).ok()?)
        .date();
    (found.date.year() >= FIRST_YEAR && found.date.earliest() <= latest).then_some(found)
}

/// Texts of the page that may be its date stamp, the likeliest first. Stamps stand between the headline and the text;
/// what stands above the headline may be today's date, and what stands below the text a licence's.
fn shown(page: &Outline<'_>, body: usize) -> Vec<String> {
    let headline = page.first("h1");
    let start = headline.map_or(0, |h1| page.nodes[h1].end);
    let end = if body > start { body } else { page.nodes.len() };
    // Some pages put the stamp above the headline, but close to it.
    let near = headline
        .and_then(|h1| page.ancestors(h1).nth(1))
        .map_or(start..start, |above| above..start);
    let mut found = Vec::new();
    let inside = body..page.nodes.get(body).map_or(body, |node| node.end);
    for (range, unnamed) in [(start..end, true), (near, true), (inside, false)] {
        let range = range.filter(|index| !page.nodes[*index].hidden);
        let elements = |index: usize| page.nodes[index].element;
        for index in range.clone().filter(|index| page.nodes[*index].name == "time") {
            found.extend(elements(index).and_then(|time| time.attr("datetime")).map(str::to_owned));
            found.push(line(page, index));
        }
        let named =
            range.clone().filter(|index| elements(*index).is_some_and(|e| Named::of(e).is_date()));
        found.extend(named.map(|index| line(page, index)).filter(|text| is_stamp(text)));
        if unnamed {
            // A line of its own with date and time, close to the headline, needs no name.
            let lines = range.filter(|index| page.nodes[*index].block == *index).take(40);
            let lines = lines.map(|index| line(page, index));
            found.extend(lines.filter(|text| is_stamp(text) && text.contains(':')));
        }
    }
    found
}

fn line(page: &Outline<'_>, index: usize) -> String {
    plain::tidy(&page.text_of(index, 400)).replace('\n', " ")
}

/// Short, with a digit, and about nothing else.
fn is_stamp(text: &str) -> bool {
    let lower = text.to_lowercase();
    text.chars().count() <= 100
        && text.contains(|c: char| c.is_ascii_digit())
        && !WORDS.not_a_date.iter().any(|word| lower.contains(word.as_str()))
}

#[expect(
    clippy::expect_used,
    reason = "the pattern is a constant, and every test of this room compiles it"
)]
static IN_URL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:^|[/_-])((?:19|20)\d\d)(?:[/-](\d{1,2})(?:[/-](\d{1,2})(?:[/_-]|$)|/)|(\d\d)(\d\d)(?:\D|$|\d{4,8}(?:\D|$)))")
        .expect("a constant pattern")
});

/// `/2024/05/30/`, `/2024/05/`, `-20240530`, `-20240530143000`.
fn in_url(url: &str) -> Option<SourceDate> {
    let path = url.split(['?', '#']).next()?;
    let path = path.split_once("://").map_or(path, |(_, rest)| rest);
    let found = IN_URL.captures(path)?;
    let number = |at: usize| found.get(at).and_then(|m| m.as_str().parse::<i8>().ok());
    let year = found[1].parse().ok()?;
    let month = number(2).or_else(|| number(4))?;
    let date = match number(3).or_else(|| number(5)) {
        Some(day) => PartialDate::Day(Date::new(year, month, day).ok()?),
        None => {
            Date::new(year, month, 1).ok()?;
            PartialDate::Month(year, month)
        }
    };
    Some(SourceDate { date, at: None, basis: DateBasis::Url })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_of_an_address_are_a_date_only_where_they_stand_alone() {
        for (url, expected) in [
            ("https://bao.test/2024/05/30/x.htm", Some("2024-05-30")),
            ("https://bao.test/2024/05/x.htm", Some("2024-05")),
            ("https://bao.test/ky-ket-20240530.htm", Some("2024-05-30")),
            ("https://bao.test/ky-ket-20240530143000123.htm", None),
            ("https://bao.test/ky-ket-20240530143000.htm", Some("2024-05-30")),
            ("https://bao.test/2024-05-30-x", Some("2024-05-30")),
            ("https://bao.test/tin-102240530.htm", None),
            ("https://bao.test/20249930/x", None),
            ("https://bao.test/x?d=20240530", None),
        ] {
            assert_eq!(
                in_url(url).map(|found| found.date.to_string()).as_deref(),
                expected,
                "{url}"
            );
        }
    }
}
