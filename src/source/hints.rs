//! The feed's own wish to be left alone at certain hours.

use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::model::FeedHints;

/// The hints of the last document that was read, as they are remembered: they hold as long as it has not changed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct KeptHints {
    /// Smallest useful distance of polls, in minutes.
    pub minutes: Option<i64>,
    /// Hours of the day, 0 to 23 in GMT.
    pub hours: Vec<i8>,
    /// Days of the week in GMT, Monday = 1.
    pub days: Vec<i8>,
}

impl From<&FeedHints> for KeptHints {
    fn from(hints: &FeedHints) -> Self {
        Self {
            minutes: hints.interval.map(|interval| interval.as_mins()),
            hours: hints.skip_hours.clone(),
            days: hints.skip_days.iter().map(|day| day.to_monday_one_offset()).collect(),
        }
    }
}

impl KeptHints {
    /// What the document said.
    pub fn hints(&self) -> FeedHints {
        FeedHints {
            interval: self.minutes.map(SignedDuration::from_mins),
            skip_hours: self.hours.clone(),
            skip_days: self
                .days
                .iter()
                .filter_map(|day| Weekday::from_monday_one_offset(*day).ok())
                .collect(),
        }
    }
}

/// The end of the skipped time that `at` lies in; `None` when `at` is not in one. Never more than a day away: a feed
/// that skips everything is not believed.
pub fn skip_end(hints: &FeedHints, at: Timestamp) -> Option<Timestamp> {
    if hints.skip_hours.is_empty() && hints.skip_days.is_empty() {
        return None;
    }
    let hour_start = at.as_second() - at.as_second().rem_euclid(3600);
    let hours = (0..=24).filter_map(|step| Timestamp::from_second(hour_start + step * 3600).ok());
    let open = hours.into_iter().find(|hour| {
        let civil = TimeZone::UTC.to_datetime(*hour);
        !hints.skip_hours.contains(&civil.hour()) && !hints.skip_days.contains(&civil.weekday())
    });
    let last = at.saturating_add(SignedDuration::from_hours(24)).unwrap_or(at);
    let end = open.unwrap_or(last).min(last);
    (end > at).then_some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn skipped_hours_and_days_end_where_the_next_open_hour_begins() {
        let night = FeedHints { skip_hours: vec![22, 23, 0, 1], ..FeedHints::default() };
        assert_eq!(skip_end(&night, at("2026-11-20T22:15:00Z")), Some(at("2026-11-21T02:00:00Z")));
        assert_eq!(skip_end(&night, at("2026-11-20T21:59:59Z")), None);
        // 21 November 2026 is a Saturday.
        let weekend = FeedHints {
            skip_days: vec![Weekday::Saturday, Weekday::Sunday],
            ..FeedHints::default()
        };
        assert_eq!(
            skip_end(&weekend, at("2026-11-22T12:30:00Z")),
            Some(at("2026-11-23T00:00:00Z"))
        );
    }

    #[test]
    fn a_feed_that_skips_everything_is_asked_once_a_day() {
        let always = FeedHints { skip_hours: (0..24).collect(), ..FeedHints::default() };
        assert_eq!(skip_end(&always, at("2026-11-20T22:15:00Z")), Some(at("2026-11-21T22:15:00Z")));
        assert_eq!(skip_end(&FeedHints::default(), at("2026-11-20T22:15:00Z")), None);
    }
}
