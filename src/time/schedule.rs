//! When something should happen: a crontab line in a time zone, with a rule for the two days a year on which the
//! clocks change.
//!
//! The `cron` crate only lists the civil times that match (it is run in UTC, where no hour is skipped or
//! repeated); which instants they are is decided here, because that crate skips a daily job in spring, runs it
//! twice in autumn, and runs backwards through the repeated hour.
//!
//! **Daylight saving.** A schedule is one of two sorts, told apart by its hour field:
//!
//! * *at fixed hours* (`30 1 * * *`): every civil time happens exactly once. One that the clock skips happens at
//!   the first instant after the gap (several such: once together); one that the clock repeats happens the first
//!   time only.
//! * *every hour* (`*/20 * * * *`, hours `*`): it is about the distance between runs, so it follows the clock on
//!   the wall: skipped times are skipped, repeated times happen both times.
//!
//! Either way the instants rise strictly.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, TimeZone};

pub use super::crontab::ScheduleError;
use super::crontab::{Crontab, Field};

/// Answers that a schedule remembers: sources of one schedule ask about the same few minutes, thousands of them.
const REMEMBERED: usize = 16;

/// A minute since 1970, and the first instant of the schedule after any moment in it.
type Answer = (i64, Option<Timestamp>);

/// A crontab line in a time zone. Clones are cheap, and share what was computed.
#[derive(Clone)]
pub struct Schedule {
    /// As it was written.
    text: Arc<str>,
    zone: TimeZone,
    /// Whether the hour field allows every hour.
    every_hour: bool,
    /// The civil times: those of any of these. Two when day of month and day of week are both restricted, since
    /// either may then match.
    civil: Arc<[cron::Schedule]>,
    /// Minutes asked about lately.
    recent: Arc<Mutex<VecDeque<Answer>>>,
}

impl Schedule {
    /// Reads a crontab line of exactly five fields, or `@hourly`, `@daily`, `@midnight`, `@weekly`, `@monthly`,
    /// `@yearly`, `@annually`.
    ///
    /// When day of month and day of week are both restricted, a day matches if either does; a field that begins
    /// with `*` is not restricted in this sense, so that `*/2` and a weekday must both match (crontab(5)).
    ///
    /// # Errors
    /// The line cannot be read, or names a date that never comes (`0 0 30 2 *`).
    pub fn parse(text: &str, zone: TimeZone) -> Result<Self, ScheduleError> {
        let fields = Crontab::parse(text)?;
        let never = |message: &str| ScheduleError {
            field: None,
            range: 0..text.len(),
            message: message.to_owned(),
        };
        let days: &[(bool, bool)] = if fields.day_of_month.starred || fields.day_of_week.starred {
            &[(true, true)]
        } else {
            &[(true, false), (false, true)]
        };
        let civil = days
            .iter()
            .map(|&(of_month, of_week)| generator(&fields, of_month, of_week))
            .collect::<Result<Vec<_>, _>>()
            .map_err(|_| never("this schedule cannot be computed"))?;
        let schedule = Self {
            text: text.trim().into(),
            zone,
            every_hour: fields.hour.full,
            civil: civil.into(),
            recent: Arc::default(),
        };
        if schedule.next_after(Timestamp::UNIX_EPOCH).is_none() {
            return Err(never("this schedule names a date that never comes"));
        }
        Ok(schedule)
    }

    /// The crontab line as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The zone that the line is read in.
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// The first instant strictly after `after`; `None` after the year 2100, where the calendar of the `cron`
    /// crate ends.
    pub fn next_after(&self, after: Timestamp) -> Option<Timestamp> {
        // Where clocks run in whole minutes, all moments of a minute have the same successor.
        if self.zone.to_offset(after).seconds() % 60 != 0 {
            return self.find_after(after);
        }
        let minute = after.as_second().div_euclid(60);
        let recent = || self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, known)) = recent().iter().find(|(asked, _)| *asked == minute) {
            return *known;
        }
        let found = self.find_after(after);
        if found.is_none_or(|next| next.as_second() % 60 == 0) {
            let mut recent = recent();
            recent.truncate(REMEMBERED - 1);
            recent.push_front((minute, found));
        }
        found
    }

    fn find_after(&self, after: Timestamp) -> Option<Timestamp> {
        if self.every_hour { self.next_on_the_wall(after) } else { self.next_once(after) }
    }

    /// The first instant at or after `at`.
    pub fn next_from(&self, at: Timestamp) -> Option<Timestamp> {
        let before = Timestamp::from_nanosecond(at.as_nanosecond() - 1).ok()?;
        self.next_after(before)
    }

    /// The last instant in `(after, until]`; `None` when there is none.
    pub fn last_between(&self, after: Timestamp, until: Timestamp) -> Option<Timestamp> {
        // Looking back over doubling spans keeps the walk short however long the daemon was down.
        let mut span = jiff::SignedDuration::from_hours(1);
        loop {
            let from = until.checked_sub(span).unwrap_or(Timestamp::MIN).max(after);
            let mut last = None;
            let mut at = from;
            while let Some(next) = self.next_after(at).filter(|next| *next <= until) {
                last = Some(next);
                at = next;
            }
            if last.is_some() || from == after {
                return last;
            }
            span = span.saturating_mul(2);
        }
    }

    /// Fixed hours: each civil time once.
    fn next_once(&self, after: Timestamp) -> Option<Timestamp> {
        // The instant of a civil time never falls when the civil time rises, and that of `after`'s own civil time
        // is not later than `after`: so the first later civil time with a later instant is the one.
        let mut civil = self.zone.to_datetime(after);
        loop {
            civil = self.civil_after(civil)?;
            let instant = self.instant(civil)?;
            if instant > after {
                return Some(instant);
            }
        }
    }

    /// The instant of a civil time: the first of two, or the end of the gap that swallows it.
    fn instant(&self, civil: DateTime) -> Option<Timestamp> {
        match self.zone.to_ambiguous_timestamp(civil).offset() {
            AmbiguousOffset::Unambiguous { offset } => offset.to_timestamp(civil).ok(),
            AmbiguousOffset::Fold { before, .. } => before.to_timestamp(civil).ok(),
            AmbiguousOffset::Gap { after, .. } => {
                // Read with the offset of after the gap, a skipped time lies just before the change.
                let just_before = after.to_timestamp(civil).ok()?;
                self.zone.following(just_before).next().map(|change| change.timestamp())
            }
        }
    }

    /// Every hour: each time the clock on the wall shows a matching time.
    fn next_on_the_wall(&self, after: Timestamp) -> Option<Timestamp> {
        let mut from = after;
        let mut civil = self.zone.to_datetime(after);
        loop {
            // Between two changes of the clocks the offset is fixed.
            let offset = self.zone.to_offset(from);
            let change = self.zone.following(from).next().map(|change| change.timestamp());
            let instant = offset.to_timestamp(self.civil_after(civil)?).ok()?;
            match change {
                Some(change) if instant >= change => {
                    from = change;
                    // One second earlier, since the change itself may match.
                    civil = self
                        .zone
                        .to_datetime(change)
                        .checked_sub(jiff::SignedDuration::from_secs(1))
                        .ok()?;
                }
                _ => return Some(instant),
            }
        }
    }

    /// The first matching civil time strictly after `civil`.
    fn civil_after(&self, civil: DateTime) -> Option<DateTime> {
        // That crate's calendar begins with 1970 and finds nothing when asked from earlier.
        let second = TimeZone::UTC.to_timestamp(civil).ok()?.as_second().max(-1);
        let start = chrono::DateTime::from_timestamp(second, 0)?;
        let next = self.civil.iter().filter_map(|one| one.after(&start).next()).min()?;
        let next = Timestamp::from_second(next.timestamp()).ok()?;
        Some(TimeZone::UTC.to_datetime(next))
    }
}

/// The `cron` crate's schedule for the fields, with or without each of the two day fields.
fn generator(
    fields: &Crontab,
    of_month: bool,
    of_week: bool,
) -> Result<cron::Schedule, cron::error::Error> {
    let list = |field: Field, shift: u32| {
        if field.full {
            return "*".to_owned();
        }
        let values: Vec<String> = field.values().map(|value| (value + shift).to_string()).collect();
        values.join(",")
    };
    let day_of_month = if of_month { list(fields.day_of_month, 0) } else { "*".to_owned() };
    // That crate counts the days of the week from Sunday = 1.
    let day_of_week = if of_week { list(fields.day_of_week, 1) } else { "*".to_owned() };
    format!(
        "0 {} {} {day_of_month} {} {day_of_week}",
        list(fields.minute, 0),
        list(fields.hour, 0),
        list(fields.month, 0),
    )
    .parse()
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.text, self.zone.iana_name().unwrap_or("UTC"))
    }
}

impl fmt::Debug for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Schedule({self})")
    }
}

impl PartialEq for Schedule {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text && self.zone == other.zone
    }
}

impl Eq for Schedule {}

#[cfg(test)]
mod tests {
    use super::*;

    fn utc(text: &str) -> Schedule {
        Schedule::parse(text, TimeZone::UTC).unwrap()
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_moment_that_matches_is_not_its_own_successor() {
        let half_hours = utc("*/30 * * * *");
        let first = at("2026-11-21T10:30:00Z");
        assert_eq!(half_hours.next_after(first), Some(at("2026-11-21T11:00:00Z")));
        assert_eq!(half_hours.next_from(first), Some(first));
        assert_eq!(half_hours.next_after(at("2026-11-21T10:29:59.999Z")), Some(first));
    }

    #[test]
    fn either_day_field_matches_when_both_are_restricted() {
        // 13 November 2026 is a Friday.
        let either = utc("0 0 13 * fri");
        assert_eq!(either.next_after(at("2026-11-06T00:00:00Z")), Some(at("2026-11-13T00:00:00Z")));
        assert_eq!(either.next_after(at("2026-11-13T00:00:00Z")), Some(at("2026-11-20T00:00:00Z")));
        assert_eq!(either.next_after(at("2026-12-12T00:00:00Z")), Some(at("2026-12-13T00:00:00Z")));
        // A field that begins with * does not count as restricted: odd days that are Mondays.
        let both = utc("0 0 */2 * mon");
        assert_eq!(both.next_after(at("2026-11-21T00:00:00Z")), Some(at("2026-11-23T00:00:00Z")));
        assert_eq!(both.next_after(at("2026-11-23T00:00:00Z")), Some(at("2026-12-07T00:00:00Z")));
    }

    #[test]
    fn a_date_that_never_comes_is_refused() {
        for text in ["0 0 30 2 *", "0 0 31 4,6 *"] {
            let error = Schedule::parse(text, TimeZone::UTC).unwrap_err();
            assert!(error.message.contains("never"), "{}", error.message);
        }
        assert!(Schedule::parse("0 0 29 2 *", TimeZone::UTC).is_ok());
        assert!(Schedule::parse("0 0 30 2 mon", TimeZone::UTC).is_ok());
    }

    #[test]
    fn the_last_moment_before_now_is_found_after_any_absence() {
        let mondays = utc("0 7 * * 1");
        let now = at("2026-11-21T12:00:00Z");
        let last = Some(at("2026-11-16T07:00:00Z"));
        assert_eq!(mondays.last_between(at("2001-01-01T00:00:00Z"), now), last);
        assert_eq!(mondays.last_between(at("2026-11-16T06:59:59Z"), now), last);
        assert_eq!(mondays.last_between(at("2026-11-16T07:00:00Z"), now), None);
        assert_eq!(mondays.last_between(now, now), None);
        assert_eq!(mondays.last_between(at("2027-01-01T00:00:00Z"), now), None);
    }

    #[test]
    fn what_is_remembered_is_what_would_be_found() {
        for zone in ["UTC", "Asia/Ho_Chi_Minh", "Europe/London", "Africa/Monrovia"] {
            let zone = TimeZone::get(zone).unwrap();
            let asked = Schedule::parse("*/20 1-3,22 * * *", zone.clone()).unwrap();
            // Through a change of the clocks; in Monrovia of 1971 they were 44 minutes and 30 seconds slow.
            for start in ["2026-10-25T00:00:00Z", "2027-03-28T00:10:31Z", "1971-05-01T12:00:00Z"] {
                for step in 0..400 {
                    let moment = at(start) + jiff::SignedDuration::from_secs(step * 37);
                    assert_eq!(asked.next_after(moment), asked.find_after(moment), "{moment}");
                }
            }
        }
    }

    #[test]
    fn the_calendar_ends_without_a_panic() {
        assert_eq!(utc("* * * * *").next_after(at("2101-01-01T00:00:00Z")), None);
        assert_eq!(utc("* * * * *").next_after(Timestamp::MAX), None);
        assert!(utc("* * * * *").next_after(Timestamp::MIN).is_some());
    }
}
