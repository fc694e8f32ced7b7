//! Dates in prose, as far as the rules need them: which day a clause speaks of. In: an analysed text and its
//! publication date. Out: [`Dates`], each with its place; a missing year is the closest past one.

use std::sync::LazyLock;

use jiff::civil::Date;
use regex::Regex;

use super::reading::Reading;
use crate::model::{PartialDate, Span};

/// All dates of a text, in text order.
#[derive(Debug, Default)]
pub(super) struct Dates {
    found: Vec<(Span, PartialDate)>,
    /// Places of dates whose year was not written.
    yearless: Vec<Span>,
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

#[expect(clippy::expect_used, reason = "a test runs all patterns, which are constants")]
fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a constant pattern")
}

static ENGLISH: LazyLock<Regex> = LazyLock::new(|| {
    let month = MONTHS.join("|");
    pattern(&format!(
        r"\b(?:(?P<d1>\d{{1,2}})(?:st|nd|rd|th)? (?P<m1>{month})(?:,? (?P<y1>(?:19|20)\d\d))?|(?P<m2>{month}) (?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,? (?P<y2>(?:19|20)\d\d))?|(?P<pre>in|last|since|before|by|until|from|of|this) (?P<m3>{month})\b(?: (?P<y3>(?:19|20)\d\d)| (?P<ly>last year|this year))?|(?P<m4>{month}) (?P<y4>(?:19|20)\d\d)|(?P<y5>\b(?:19|20)\d\d\b))"
    ))
});
static VIETNAMESE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?:\b(?P<d1>\d{1,2})[/-](?P<m1>\d{1,2})(?:[/-](?P<y1>(?:19|20)\d\d))?\b|tháng (?P<m2>\d{1,2})(?:[/-]| năm )(?P<y2>(?:19|20)\d\d)|tháng (?P<m3>\d{1,2})(?: (?P<ly>năm ngoái|năm nay))?|(?P<m4>\b\d{1,2})/(?P<y4>(?:19|20)\d\d)|(?:năm |\b)(?P<y5>(?:19|20)\d\d)\b)",
    )
});

impl Dates {
    /// All dates of the text, seen from its publication date.
    pub fn of(reading: &Reading<'_>, published: Option<PartialDate>) -> Self {
        let text = &reading.document.norm.fold;
        let mut found = Vec::new();
        let mut yearless = Vec::new();
        for pattern in [&*ENGLISH, &*VIETNAMESE] {
            for hit in pattern.captures_iter(text) {
                let Some(whole) = hit.get(0) else { continue };
                let number = |names: &[&str]| {
                    names
                        .iter()
                        .find_map(|name| hit.name(name))
                        .and_then(|m| m.as_str().parse::<i16>().ok())
                };
                let month =
                    ["m1", "m2", "m3", "m4"].iter().find_map(|name| hit.name(name)).and_then(|m| {
                        let word = m.as_str();
                        MONTHS
                            .iter()
                            .position(|known| *known == word)
                            .map(|at| at as i8 + 1)
                            .or_else(|| word.parse().ok())
                            .filter(|month| (1..=12).contains(month))
                    });
                let year = number(&["y1", "y2", "y3", "y4", "y5"]);
                let last_year =
                    hit.name("ly").is_some_and(|m| matches!(m.as_str(), "last year" | "năm ngoái"));
                let last = hit.name("pre").is_some_and(|m| m.as_str() == "last");
                let date = resolve(number(&["d1", "d2"]), month, year, last_year, last, published);
                if let Some(date) = date {
                    if year.is_none() && !last_year {
                        yearless.push(Span::new(whole.start(), whole.end()));
                    }
                    found.push((Span::new(whole.start(), whole.end()), date));
                }
            }
        }
        found.sort_by_key(|(span, _)| (span.start, std::cmp::Reverse(span.end)));
        let mut free_from = 0;
        found.retain(|(span, _)| {
            let free = span.start >= free_from;
            if free {
                free_from = span.end;
            }
            free
        });
        yearless.sort();
        Self { found, yearless }
    }

    /// A date as a promise reads it: one without a year that seems past means the next one.
    pub fn ahead(&self, place: Span, date: PartialDate, event: Option<PartialDate>) -> PartialDate {
        let past = event.is_some_and(|event| date.latest() < event.earliest());
        if !past || self.yearless.binary_search(&place).is_err() {
            return date;
        }
        match date {
            PartialDate::Day(day) => {
                Date::new(day.year() + 1, day.month(), day.day()).map_or(date, PartialDate::Day)
            }
            PartialDate::Month(year, month) => PartialDate::Month(year + 1, month),
            PartialDate::Year(year) => PartialDate::Year(year),
        }
    }

    /// The dates that begin inside a span.
    pub fn inside(&self, span: Span) -> impl Iterator<Item = &(Span, PartialDate)> {
        let from = self.found.partition_point(|(place, _)| place.start < span.start);
        self.found[from..].iter().take_while(move |(place, _)| place.start < span.end)
    }
}

/// Whether a day without a year lies within the next two months: an announced day.
fn soon(today: Date, month: i8, day: Option<i16>) -> bool {
    let day = day.and_then(|day| i8::try_from(day).ok());
    day.and_then(|day| Date::new(today.year(), month, day).ok())
        .is_some_and(|date| date > today && crate::model::date::days_between(today, date) <= 60)
}

fn resolve(
    day: Option<i16>,
    month: Option<i8>,
    year: Option<i16>,
    last_year: bool,
    last: bool,
    published: Option<PartialDate>,
) -> Option<PartialDate> {
    let Some(month) = month else {
        return year.map(PartialDate::Year);
    };
    let year = match (year, published) {
        (Some(year), _) => year,
        (None, Some(published)) => {
            let today = published.latest();
            if last_year {
                today.year() - 1
            } else if day.is_some() && !last && soon(today, month, day) {
                today.year()
            } else if month > today.month() || last && month >= today.month() {
                // The closest past one, unless it lies within the next months and says so elsewhere.
                today.year() - 1
            } else {
                today.year()
            }
        }
        (None, None) => return None,
    };
    match day {
        Some(day) => i8::try_from(day)
            .ok()
            .and_then(|day| Date::new(year, month, day).ok())
            .map(PartialDate::Day),
        None => Date::new(year, month, 1).ok().map(|_| PartialDate::Month(year, month)),
    }
}
