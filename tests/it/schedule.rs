//! Schedules against an independent implementation on ordinary days, and by hand on the days when clocks change.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan, Zoned};
use pledgewatch::time::{Schedule, zone};
use proptest::prelude::*;

const ZONES: &[&str] = &[
    "UTC",
    "Europe/London",
    "Asia/Ho_Chi_Minh",
    "America/New_York",
    "Australia/Lord_Howe",
    "America/Santiago",
    "Africa/Casablanca",
    "Pacific/Apia",
];

/// The next `count` moments after a civil date and time, in the zone's own clock.
fn moments(line: &str, name: &str, after: &str, count: usize) -> Vec<String> {
    let zone = zone(name).unwrap();
    let schedule = Schedule::parse(line, zone.clone()).unwrap();
    let mut at: Timestamp = after.parse().unwrap();
    (0..count)
        .map(|_| {
            at = schedule.next_after(at).unwrap();
            at.to_zoned(zone.clone()).strftime("%m-%d %H:%M%:z").to_string()
        })
        .collect()
}

#[test]
fn a_time_that_the_spring_clock_skips_happens_when_the_clock_has_jumped() {
    for (line, name, after, expected) in [
        // London jumps from 01:00 to 02:00 on 28 March 2027.
        (
            "30 1 * * *",
            "Europe/London",
            "2027-03-27T12:00:00Z",
            ["03-28 02:00+01:00", "03-29 01:30+01:00"],
        ),
        // Two skipped times happen once, together.
        (
            "10,40 1 * * *",
            "Europe/London",
            "2027-03-27T12:00:00Z",
            ["03-28 02:00+01:00", "03-29 01:10+01:00"],
        ),
        // A skipped time and one at the end of the gap happen once.
        (
            "0 1,2 * * *",
            "Europe/London",
            "2027-03-27T12:00:00Z",
            ["03-28 02:00+01:00", "03-29 01:00+01:00"],
        ),
        // New York jumps from 02:00 to 03:00 on 14 March 2027.
        (
            "22,59 2 14 * *",
            "America/New_York",
            "2027-03-01T12:00:00Z",
            ["03-14 03:00-04:00", "04-14 02:22-04:00"],
        ),
        // Lord Howe jumps by half an hour, from 02:00 to 02:30, on 4 October 2026.
        (
            "15 2 * * *",
            "Australia/Lord_Howe",
            "2026-10-03T12:00:00Z",
            ["10-04 02:30+11:00", "10-05 02:15+11:00"],
        ),
        // Santiago jumps at midnight, from 00:00 to 01:00, on 6 September 2026.
        (
            "0 0 * * *",
            "America/Santiago",
            "2026-09-05T12:00:00Z",
            ["09-06 01:00-03:00", "09-07 00:00-03:00"],
        ),
    ] {
        assert_eq!(moments(line, name, after, 2), expected, "{line} in {name}");
    }
}

#[test]
fn a_time_that_the_autumn_clock_repeats_happens_the_first_time_only() {
    for (line, name, after, expected) in [
        (
            "30 1 * * *",
            "Europe/London",
            "2026-10-24T12:00:00Z",
            ["10-25 01:30+01:00", "10-26 01:30+00:00"],
        ),
        (
            "0,30 1 * * *",
            "Europe/London",
            "2026-10-25T00:00:00Z",
            ["10-25 01:30+01:00", "10-26 01:00+00:00"],
        ),
        // Also when asked from within the second pass.
        (
            "30 1 * * *",
            "Europe/London",
            "2026-10-25T01:10:00Z",
            ["10-26 01:30+00:00", "10-27 01:30+00:00"],
        ),
        (
            "30 1 * * *",
            "America/New_York",
            "2026-10-31T12:00:00Z",
            ["11-01 01:30-04:00", "11-02 01:30-05:00"],
        ),
        (
            "45 1 * * *",
            "Australia/Lord_Howe",
            "2027-04-03T12:00:00Z",
            ["04-04 01:45+11:00", "04-05 01:45+10:30"],
        ),
        (
            "30 23 * * *",
            "America/Santiago",
            "2027-04-03T12:00:00Z",
            ["04-03 23:30-03:00", "04-04 23:30-04:00"],
        ),
    ] {
        assert_eq!(moments(line, name, after, 2), expected, "{line} in {name}");
    }
}

#[test]
fn an_hourly_schedule_keeps_its_distance_through_both_changes() {
    assert_eq!(
        moments("*/20 * * * *", "Europe/London", "2026-10-25T00:20:00Z", 6),
        [
            "10-25 01:40+01:00",
            "10-25 01:00+00:00",
            "10-25 01:20+00:00",
            "10-25 01:40+00:00",
            "10-25 02:00+00:00",
            "10-25 02:20+00:00",
        ]
    );
    assert_eq!(
        moments("30 * * * *", "Europe/London", "2027-03-28T00:00:00Z", 3),
        ["03-28 00:30+00:00", "03-28 02:30+01:00", "03-28 03:30+01:00"]
    );
    assert_eq!(
        moments("*/20 * * * *", "Australia/Lord_Howe", "2026-10-03T15:00:00Z", 4),
        ["10-04 01:40+10:30", "10-04 02:40+11:00", "10-04 03:00+11:00", "10-04 03:20+11:00"]
    );
}

#[test]
fn a_zone_without_daylight_saving_never_moves() {
    assert_eq!(
        moments("0 7 * * 1-5", "Asia/Ho_Chi_Minh", "2026-03-27T12:00:00Z", 3),
        ["03-30 07:00+07:00", "03-31 07:00+07:00", "04-01 07:00+07:00"]
    );
}

/// One field: a star, a value, a range, a step or a list; only forms that both implementations read alike.
fn field(first: u32, last: u32) -> impl Strategy<Value = String> {
    let range = (first..=last, first..=last).prop_map(|(a, b)| (a.min(b), a.max(b)));
    prop_oneof![
        4 => Just("*".to_owned()),
        3 => (first..=last).prop_map(|value| value.to_string()),
        1 => range.clone().prop_map(|(a, b)| format!("{a}-{b}")),
        1 => (range, 1..12_u32).prop_map(|((a, b), step)| {
            format!("{a}-{b}/{}", step.min((b - a).max(1)))
        }),
        1 => (2..=(last - first)).prop_map(|step| format!("*/{step}")),
        1 => proptest::collection::vec(first..=last, 2..5)
            .prop_map(|values| values.iter().map(u32::to_string).collect::<Vec<_>>().join(",")),
    ]
}

/// A day field without `*/n`, which crontab(5) and the other implementation read differently beside another day
/// field.
fn day_field(first: u32, last: u32) -> impl Strategy<Value = String> {
    field(first, last).prop_filter("not */n", |text| !text.starts_with("*/"))
}

fn line() -> impl Strategy<Value = String> {
    (field(0, 59), field(0, 23), day_field(1, 31), field(1, 12), day_field(0, 7))
        .prop_map(|(a, b, c, d, e)| format!("{a} {b} {c} {d} {e}"))
}

/// Whether the clocks change within two days of an instant.
fn clocks_change_near(zone: &TimeZone, at: Timestamp) -> bool {
    let from = at - SignedDuration::from_hours(48);
    let until = at + SignedDuration::from_hours(48);
    zone.following(from).next().is_some_and(|change| change.timestamp() < until)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn on_days_without_a_change_it_agrees_with_another_implementation(
        line in line(), name in proptest::sample::select(ZONES), start in 1_577_836_800_i64..2_500_000_000,
    ) {
        let zone = zone(name).unwrap();
        let Ok(ours) = Schedule::parse(&line, zone.clone()) else {
            // Only a date that never comes is refused among these.
            prop_assert!(line.split(' ').nth(2) != Some("*"), "{line} was refused");
            return Ok(());
        };
        let theirs: croner::Cron = line.parse().unwrap();
        let mut at = Timestamp::from_second(start).unwrap();
        for _ in 0..12 {
            let Some(next) = ours.next_after(at) else { break };
            prop_assert!(next > at);
            let expected = theirs.find_next_occurrence(&at.to_zoned(zone.clone()), false);
            if !clocks_change_near(&zone, at) && !clocks_change_near(&zone, next) {
                let expected: Zoned = expected.unwrap();
                if !clocks_change_near(&zone, expected.timestamp()) {
                    prop_assert_eq!(next, expected.timestamp(), "{} in {} after {}", line, name, at);
                }
            }
            at = next;
        }
    }

    #[test]
    fn through_any_change_of_the_clocks_it_only_moves_forward(
        line in line(), name in proptest::sample::select(ZONES), year in 2020_i16..2040, offset in -90_000_i64..90_000,
    ) {
        let zone = zone(name).unwrap();
        let Ok(schedule) = Schedule::parse(&line, zone.clone()) else { return Ok(()) };
        let new_year: Timestamp = format!("{year}-01-01T00:00:00Z").parse().unwrap();
        let change = zone.following(new_year).next().map_or(new_year, |change| change.timestamp());
        let mut at = change + offset.seconds();
        for _ in 0..40 {
            let Some(next) = schedule.next_after(at) else { break };
            prop_assert!(next > at);
            // Nothing lies between: asked from just before, the answer is the same.
            prop_assert_eq!(schedule.next_from(next), Some(next));
            let middle = at + (next.duration_since(at) / 2);
            prop_assert_eq!(schedule.next_after(middle), Some(next));
            at = next;
        }
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in "[ -~]{0,20}|[0-9*/, @a-z-]{0,20}|\\PC{0,12}") {
        if let Err(error) = Schedule::parse(&text, TimeZone::UTC) {
            prop_assert!(text.get(error.range).is_some());
        }
    }
}
