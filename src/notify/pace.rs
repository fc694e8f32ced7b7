//! When a recipient may be interrupted: quiet hours in her own zone, and token buckets for an hour and a day. Pure.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::config::{QuietHours, Throttle};
use crate::model::Stage;

const HOUR: SignedDuration = SignedDuration::from_hours(1);
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// What a recipient asks for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pace {
    /// Alerts of these hours come together when they are over.
    pub quiet: Option<QuietHours>,
    /// Stages whose alerts come all the same.
    pub urgent: Vec<Stage>,
    /// No more alerts than this; the rest comes together.
    pub throttle: Throttle,
}

/// The end of the quiet hours that `now` lies in. Where the clock skips that end, they end right after the gap; where
/// it comes twice, the first time.
pub fn quiet_until(hours: QuietHours, zone: &TimeZone, now: Timestamp) -> Option<Timestamp> {
    let here = now.to_zoned(zone.clone());
    let (time, over_midnight) = (here.time(), hours.from > hours.until);
    let morning = time < hours.until;
    let quiet =
        if over_midnight { time >= hours.from || morning } else { time >= hours.from && morning };
    if !quiet {
        return None;
    }
    let day = if morning { here.date() } else { here.date().tomorrow().ok()? };
    let end = day.to_datetime(hours.until).to_zoned(zone.clone()).ok()?.timestamp();
    // In the repeated hour of autumn the end may lie behind: then they are over.
    (end > now).then_some(end)
}

/// The two buckets of a recipient: the instants at which they are full again.
pub type Buckets = (Timestamp, Timestamp);

/// Takes one token from each bucket that has a limit.
///
/// # Errors
/// The instant at which both have one, when one of them is empty.
pub fn take(pace: &Pace, buckets: Option<Buckets>, now: Timestamp) -> Result<Buckets, Timestamp> {
    let (hour, day) = buckets.unwrap_or((now, now));
    match (draw(pace.throttle.hour, HOUR, hour, now), draw(pace.throttle.day, DAY, day, now)) {
        (Ok(hour), Ok(day)) => Ok((hour, day)),
        (Err(one), Err(other)) => Err(one.max(other)),
        (Err(when), Ok(_)) | (Ok(_), Err(when)) => Err(when),
    }
}

/// A bucket of `limit` tokens that fills within `period`. Each token takes its share of the period to come back, so
/// there is one as long as it is full again within a period from now.
fn draw(
    limit: Option<u32>,
    period: SignedDuration,
    full: Timestamp,
    now: Timestamp,
) -> Result<Timestamp, Timestamp> {
    let Some(limit) = limit else { return Ok(now) };
    let share = period / i32::try_from(limit).unwrap_or(i32::MAX).max(1);
    let full = full.max(now).checked_add(share).unwrap_or(Timestamp::MAX);
    if full.duration_since(now) <= period {
        return Ok(full);
    }
    Err(full.checked_sub(period).unwrap_or(now))
}

#[cfg(test)]
mod tests {
    use jiff::civil::time;

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn quiet_hours_follow_the_clock_on_the_readers_wall() {
        let night = QuietHours { from: time(22, 0, 0, 0), until: time(7, 0, 0, 0) };
        let noon = QuietHours { from: time(12, 0, 0, 0), until: time(13, 0, 0, 0) };
        let london = TimeZone::get("Europe/London").unwrap();
        let hanoi = TimeZone::get("Asia/Ho_Chi_Minh").unwrap();
        let table = [
            (night, &london, "2026-07-01T20:59:00Z", None),
            (night, &london, "2026-07-01T21:00:00Z", Some("2026-07-02T06:00:00Z")),
            (night, &london, "2026-07-02T05:59:59Z", Some("2026-07-02T06:00:00Z")),
            (night, &london, "2026-07-02T06:00:00Z", None),
            (night, &hanoi, "2026-07-01T15:00:00Z", Some("2026-07-02T00:00:00Z")),
            (noon, &london, "2026-01-05T12:30:00Z", Some("2026-01-05T13:00:00Z")),
            (noon, &london, "2026-01-05T13:00:00Z", None),
            // The night in which summer time begins is an hour shorter, the one in which it ends an hour longer.
            (night, &london, "2026-03-28T22:30:00Z", Some("2026-03-29T06:00:00Z")),
            (night, &london, "2026-10-24T21:30:00Z", Some("2026-10-25T07:00:00Z")),
        ];
        for (hours, zone, now, until) in table {
            assert_eq!(quiet_until(hours, zone, at(now)), until.map(at), "{now}");
        }
    }

    #[test]
    fn an_end_that_the_clock_skips_or_repeats_is_still_an_end() {
        let london = TimeZone::get("Europe/London").unwrap();
        let skipped = QuietHours { from: time(22, 0, 0, 0), until: time(1, 30, 0, 0) };
        let end = quiet_until(skipped, &london, at("2026-03-28T23:00:00Z")).unwrap();
        assert_eq!(end, at("2026-03-29T01:30:00Z"));
        // 01:30 comes at 00:30Z and again at 01:30Z; after the first, the hours are over.
        assert_eq!(
            quiet_until(skipped, &london, at("2026-10-25T00:15:00Z")),
            Some(at("2026-10-25T00:30:00Z"))
        );
        assert_eq!(quiet_until(skipped, &london, at("2026-10-25T01:15:00Z")), None);
    }

    #[test]
    fn a_bucket_gives_its_tokens_at_once_and_then_one_after_the_other() {
        let throttle = Throttle { hour: Some(3), day: Some(4) };
        let pace = Pace { throttle, ..Pace::default() };
        let start = at("2026-01-05T12:00:00Z");
        let minutes = |n| start + SignedDuration::from_mins(n);
        let mut buckets = None;
        for _ in 0..3 {
            buckets = Some(take(&pace, buckets, start).unwrap());
        }
        assert_eq!(take(&pace, buckets, start), Err(minutes(20)));
        buckets = Some(take(&pace, buckets, minutes(20)).unwrap());
        // The day is used up: its next token comes after a quarter of it.
        assert_eq!(take(&pace, buckets, minutes(40)), Err(minutes(6 * 60)));
        assert!(take(&pace, buckets, minutes(6 * 60)).is_ok());
        assert!(take(&Pace::default(), buckets, start).is_ok());
    }
}
