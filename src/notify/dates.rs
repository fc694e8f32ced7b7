//! How dates and instants are put for a reader: in her language and zone.

use jiff::Timestamp;

use super::facts::ArticleFacts;
use super::wording::Wording;
use crate::model::{PartialDate, SourceDate};

impl Wording<'_> {
    /// A civil date with the precision that is known.
    pub fn date(&self, date: PartialDate) -> String {
        let month = |number: i8| self.words.get("month", month_key(number));
        match date {
            PartialDate::Day(day) => self.words.fill(
                "date",
                "day",
                &[
                    ("d", &day.day().to_string()),
                    ("mon", month(day.month())),
                    ("y", &day.year().to_string()),
                ],
            ),
            PartialDate::Month(year, number) => self.words.fill(
                "date",
                "month",
                &[("mon", month(number)), ("y", &year.to_string())],
            ),
            PartialDate::Year(year) => year.to_string(),
        }
    }

    /// A date for a subject: without the year where the day is known.
    pub fn short_date(&self, date: PartialDate) -> String {
        let PartialDate::Day(day) = date else { return self.date(date) };
        let month = self.words.get("month", month_key(day.month()));
        self.words.fill("date", "day_short", &[("d", &day.day().to_string()), ("mon", month)])
    }

    /// The civil date of an instant in the reader's zone.
    pub fn day_of(&self, at: Timestamp) -> PartialDate {
        PartialDate::Day(at.to_zoned(self.zone.clone()).date())
    }

    /// An instant in the reader's zone with its offset from UTC.
    pub fn instant(&self, at: Timestamp) -> String {
        let zoned = at.to_zoned(self.zone.clone());
        let seconds = zoned.offset().seconds();
        let (hours, minutes) = (seconds.abs() / 3600, seconds.abs() / 60 % 60);
        let sign = if seconds < 0 { '-' } else { '+' };
        let offset = match (seconds, minutes) {
            (0, _) => "UTC".to_owned(),
            (_, 0) => format!("UTC{sign}{hours}"),
            _ => format!("UTC{sign}{hours}:{minutes:02}"),
        };
        let time = format!("{:02}:{:02}", zoned.hour(), zoned.minute());
        self.words.fill(
            "date",
            "instant",
            &[
                ("day", &self.date(PartialDate::Day(zoned.date()))),
                ("time", &time),
                ("offset", &offset),
            ],
        )
    }

    /// A publication date: the instant where one was stated, else the date.
    pub fn source_date(&self, published: &SourceDate) -> String {
        published.at.map_or_else(|| self.date(published.date), |at| self.instant(at))
    }

    /// When an article was published and first seen, and how the date was found.
    pub fn dates_of(&self, article: &ArticleFacts) -> String {
        let seen = self.instant(article.first_seen);
        match &article.published {
            Some(published) if published.basis != crate::model::DateBasis::FirstSeen => {
                let basis = self.words.get("basis", basis_key(published));
                let date = self.source_date(published);
                let told =
                    self.words.fill("phrase", "published", &[("date", &date), ("basis", basis)]);
                format!("{told}; {}", self.words.fill("phrase", "seen", &[("date", &seen)]))
            }
            _ => self.words.fill("phrase", "undated", &[("date", &seen)]),
        }
    }
}

/// The key of a month, from 1; a number that is no month wraps around, as nothing may fail here.
fn month_key(month: i8) -> &'static str {
    const KEYS: [&str; 12] = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"];
    KEYS[usize::from(month.wrapping_sub(1).rem_euclid(12).unsigned_abs())]
}

fn basis_key(published: &SourceDate) -> &'static str {
    use crate::model::DateBasis as Basis;
    match published.basis {
        Basis::Given => "given",
        Basis::Feed => "feed",
        Basis::JsonLd => "json_ld",
        Basis::Meta => "meta",
        Basis::Page => "page",
        Basis::Text => "text",
        Basis::Url => "url",
        Basis::Tenure => "tenure",
        Basis::FirstSeen => "first_seen",
    }
}
