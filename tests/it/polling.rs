//! The polling plan as a publisher sees it: never too soon, never given up, and told why.

use jiff::{SignedDuration, Timestamp};
use pledgewatch::config::{Config, ConfiguredSource, Polling, read_sources};
use pledgewatch::model::FeedHints;
use pledgewatch::source::{
    Health, PollClass, PollResult, PollState, Term, after, before_request, due_now, next_wake,
    reschedule, steady, summary,
};
use proptest::prelude::*;

const START: &str = "2026-11-20T10:00:00Z";

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn mins(count: i64) -> SignedDuration {
    SignedDuration::from_mins(count)
}

fn hours(count: i64) -> SignedDuration {
    SignedDuration::from_hours(count)
}

fn source(id: &str, cron: &str) -> ConfiguredSource {
    let text = format!(
        "[[source]]\nid = \"{id}\"\nname = \"x\"\nurl = \"https://{id}.example/\"\nschedule = \"{cron}\"\n"
    );
    let (mut sources, problems) = read_sources("s", &text, &Polling::default());
    assert!(problems.is_empty(), "{problems:?}");
    sources.remove(0)
}

fn fetched(new_entries: usize, known: usize) -> PollResult {
    PollResult::plain(PollClass::Fetched { new_entries, known })
}

fn failed() -> PollResult {
    PollResult::plain(PollClass::Failed { code: "fetch.timeout".to_owned(), blocked: false })
}

/// One poll at `now`, from before the request to after it.
fn poll(
    state: &PollState,
    result: &PollResult,
    one: &ConfiguredSource,
    now: Timestamp,
) -> PollState {
    let polling = Polling::default();
    after(&before_request(state, &polling, now), result, one, &polling, now)
}

/// The moments of `count` polls, each as soon as it is due, all with the same result.
fn moments(
    one: &ConfiguredSource,
    result: &PollResult,
    polling: &Polling,
    count: usize,
) -> Vec<Timestamp> {
    let mut state = PollState::default();
    let mut now = at(START);
    let mut found = Vec::new();
    for _ in 0..count {
        found.push(now);
        let sent = before_request(&state, polling, now);
        // An exchange takes a while.
        let answered = now + SignedDuration::from_secs(3);
        state = after(&sent, result, one, polling, answered);
        now = state.due.unwrap();
    }
    found
}

fn distances(moments: &[Timestamp]) -> Vec<SignedDuration> {
    moments.windows(2).map(|pair| pair[1].duration_since(pair[0])).collect()
}

#[test]
fn a_half_hourly_source_is_read_every_half_hour_off_the_hour() {
    let one = source("a", "*/30 * * * *");
    let found = moments(&one, &fetched(1, 19), &Polling::default(), 48);
    for distance in distances(&found[1..]) {
        assert!((mins(26)..=mins(34)).contains(&distance), "{distance:#}");
    }
}

#[test]
fn a_floor_as_long_as_the_interval_does_not_halve_the_rate() {
    let polling = Polling { floor: hours(1), ..Polling::default() };
    for id in ["a", "b", "c", "d", "e"] {
        let found = moments(&source(id, "0 * * * *"), &fetched(1, 19), &polling, 49);
        let span = found[48].duration_since(found[1]);
        assert!(span < hours(50), "{id}: 47 intervals took {span:#}");
        assert!(distances(&found).iter().all(|distance| *distance >= hours(1)));
    }
}

#[test]
fn sources_of_one_schedule_are_spread_and_each_keeps_its_place() {
    let first_minute = |id: &str| {
        let state =
            poll(&PollState::default(), &fetched(1, 0), &source(id, "0 7 * * *"), at(START));
        state.due.unwrap().duration_since(at("2026-11-21T07:00:00Z"))
    };
    let offsets: std::collections::BTreeSet<_> =
        (0..40).map(|n| first_minute(&format!("s{n}"))).collect();
    assert!(offsets.len() > 30);
    assert!(offsets.iter().all(|offset| (SignedDuration::ZERO..mins(15)).contains(offset)));
    assert_eq!(first_minute("s1"), first_minute("s1"));
}

#[test]
fn the_latest_of_all_terms_decides_and_is_named() {
    let one = source("a", "*/30 * * * *");
    let now = at(START);
    let with = |class: PollClass, change: &dyn Fn(&mut PollResult)| {
        let mut result = PollResult::plain(class);
        change(&mut result);
        let known = PollState {
            last_new: Some(now - hours(2)),
            last_success: Some(now - hours(1)),
            ..PollState::default()
        };
        let state = poll(&known, &result, &one, now);
        (state.decided_by, state.not_before.unwrap().duration_since(now))
    };
    let full = PollClass::Fetched { new_entries: 0, known: 20 };
    assert_eq!(with(full.clone(), &|_| {}), (Term::Floor, mins(15)));
    let fresh = |result: &mut PollResult| result.freshness_until = Some(now + hours(3));
    assert_eq!(with(full.clone(), &fresh), (Term::Freshness, hours(3)));
    assert_eq!(with(PollClass::NotModified, &fresh), (Term::Freshness, hours(3)));
    let fresh_for_ever = |result: &mut PollResult| result.freshness_until = Some(now + hours(900));
    assert_eq!(with(full.clone(), &fresh_for_ever), (Term::Freshness, hours(24)));
    let daily_hint = |result: &mut PollResult| result.hints.interval = Some(hours(24));
    assert_eq!(with(full.clone(), &daily_hint), (Term::FeedHint, hours(2)));
    let skipped = |result: &mut PollResult| {
        result.hints = FeedHints { skip_hours: vec![10, 11, 12], ..FeedHints::default() };
    };
    assert_eq!(with(full.clone(), &skipped), (Term::SkippedTime, hours(3)));
    let wait = PollClass::Wait { until: Some(now + hours(88)) };
    assert_eq!(with(wait, &fresh), (Term::RetryAfter, hours(88)));
    let wait_for_years = PollClass::Wait { until: Some(now + hours(99_999)) };
    assert_eq!(with(wait_for_years, &|_| {}), (Term::RetryAfter, hours(7 * 24)));
    let blocked = PollClass::Failed { code: "fetch.challenge".to_owned(), blocked: true };
    assert_eq!(with(blocked, &|_| {}), (Term::Blocked, hours(6)));
}

#[test]
fn failures_double_the_wait_up_to_a_day_and_never_end_the_polling() {
    let found = moments(&source("a", "*/30 * * * *"), &failed(), &Polling::default(), 12);
    let waits: Vec<i64> =
        distances(&found).iter().map(|distance| (distance.as_mins() + 5) / 30).collect();
    assert_eq!(waits, [1, 2, 4, 8, 16, 32, 48, 48, 48, 48, 48]);
}

#[test]
fn a_daily_source_that_failed_is_tried_again_within_the_hour_and_then_by_its_schedule() {
    let one = source("a", "0 7 * * *");
    let state = poll(&PollState::default(), &failed(), &one, at("2026-11-20T07:05:00Z"));
    let again = state.due.unwrap();
    assert!(again < at("2026-11-20T08:15:00Z"), "{again}");
    let state = poll(&state, &fetched(1, 0), &one, again);
    assert!(state.due.unwrap() >= at("2026-11-21T07:00:00Z"));
    assert_eq!(state.failures, 0);
    assert_eq!(state.last_failure, None);
}

#[test]
fn a_request_whose_outcome_was_never_learnt_keeps_its_distance() {
    let polling = Polling::default();
    let mut state = PollState::default();
    let mut now = at(START);
    for expected in [15, 30, 60] {
        // Killed after the request was written down, again and again.
        state = before_request(&state, &polling, now);
        assert!(due_now([("a", &state)], now + mins(expected - 1)).is_empty());
        now += mins(expected);
        assert_eq!(due_now([("a", &state)], now), ["a"]);
    }
    assert_eq!(state.decided_by, Term::UnderWay);
    let done = poll(&state, &fetched(1, 0), &source("a", "*/30 * * * *"), now);
    assert_eq!(done.unfinished, 0);
}

#[test]
fn nobody_may_poll_before_the_time_and_the_reason_is_told() {
    let one = source("a", "*/30 * * * *");
    let until = at(START) + hours(2);
    let wait = PollResult::plain(PollClass::Wait { until: Some(until) });
    let state = poll(&PollState::default(), &wait, &one, at(START));
    assert_eq!(state.may_poll(at(START) + mins(30)), Err((until, Term::RetryAfter)));
    assert_eq!(state.may_poll(until), Ok(()));
    assert!(state.describe().contains("the server asked for patience"), "{}", state.describe());
}

#[test]
fn a_poll_with_nothing_known_is_a_suspected_gap_and_makes_us_look_more_often() {
    let one = source("a", "0 */4 * * *");
    let now = at(START);
    let first = poll(&PollState::default(), &fetched(20, 0), &one, now);
    assert_eq!((first.gap_at, first.hurry), (None, 0));
    let gap = poll(&first, &fetched(20, 0), &one, now + hours(4));
    assert_eq!((gap.gap_at, gap.hurry), (Some(now + hours(4)), 1));
    assert!(gap.due.unwrap() <= now + hours(6) + mins(5), "{:?}", gap.due);
    let calm = poll(&gap, &fetched(3, 17), &one, now + hours(6));
    assert_eq!((calm.gap_at, calm.hurry), (Some(now + hours(4)), 0));
}

#[test]
fn a_quiet_source_that_always_sends_everything_is_left_alone_for_longer() {
    let one = source("a", "*/30 * * * *");
    let now = at(START);
    let quiet = PollState { last_new: Some(now - hours(30)), ..PollState::default() };
    let state = poll(&quiet, &fetched(0, 20), &one, now);
    assert_eq!((state.decided_by, state.not_before), (Term::QuietFloor, Some(now + hours(1))));
    // "Not modified" costs the server nothing.
    let state = poll(&quiet, &PollResult::plain(PollClass::NotModified), &one, now);
    assert_eq!(state.decided_by, Term::Floor);
}

#[test]
fn gone_is_believed_after_a_day_and_asked_about_once_a_month() {
    let one = source("a", "*/30 * * * *");
    let gone = PollResult::plain(PollClass::Gone);
    let now = at(START);
    let once = poll(&PollState { health: Health::Ok, ..PollState::default() }, &gone, &one, now);
    assert_eq!(once.health, Health::Ok);
    assert_eq!(once.not_before, Some(now + hours(24)));
    let later = once.due.unwrap();
    let twice = poll(&once, &gone, &one, later);
    assert_eq!(twice.health, Health::Gone);
    assert_eq!(twice.not_before, Some(later + hours(30 * 24)));
    let back = poll(&twice, &fetched(1, 19), &one, twice.due.unwrap());
    assert_eq!((back.health, back.gone_since), (Health::Ok, None));
}

#[test]
fn health_is_slow_to_change_its_mind() {
    let one = source("a", "*/30 * * * *");
    let mut state = PollState::default();
    let mut now = at(START);
    let mut said = Vec::new();
    for good in [true, false, false, true, false, false, false, true, false, true, true] {
        let result = if good { fetched(1, 19) } else { failed() };
        state = poll(&state, &result, &one, now);
        said.push(state.health.as_str());
        now = state.due.unwrap();
    }
    assert_eq!(
        said,
        ["ok", "ok", "ok", "ok", "ok", "ok", "failing", "failing", "failing", "failing", "ok"]
    );
}

#[test]
fn a_server_that_only_asks_for_patience_is_failing_after_a_day() {
    let one = source("a", "*/30 * * * *");
    let mut state = poll(&PollState::default(), &fetched(1, 0), &one, at(START));
    let mut now = state.due.unwrap();
    while now < at(START) + hours(25) {
        assert_eq!(state.health, Health::Ok);
        let wait = PollResult::plain(PollClass::Wait { until: Some(now + hours(6)) });
        state = poll(&state, &wait, &one, now);
        now = state.due.unwrap();
    }
    let wait = PollResult::plain(PollClass::Wait { until: Some(now + hours(6)) });
    assert_eq!(poll(&state, &wait, &one, now).health, Health::Failing);
    assert_eq!(state.failures, 0);
}

#[test]
fn a_permanent_redirect_is_adopted_after_three_polls_and_a_day_and_given_up_when_it_fails() {
    let one = source("a", "*/30 * * * *");
    let old = one.source.url.as_str();
    let mut result = fetched(1, 19);
    result.permanent = Some("https://new.example/".to_owned());
    let now = at(START);
    let mut state = PollState::default();
    for hour in [0, 1, 2, 3] {
        state = poll(&state, &result, &one, now + hours(hour));
        assert_eq!(state.address(old), old);
    }
    // A page with nothing that we know is no new home, and what is not permanent is none either.
    let mut parked = fetched(5, 0);
    parked.permanent = result.permanent.clone();
    assert_eq!(poll(&state, &parked, &one, now + hours(24)).address(old), old);
    assert_eq!(poll(&state, &fetched(1, 19), &one, now + hours(24)).moved, None);
    // Who was told to stay stays.
    let told = PollState { stays: true, ..state.clone() };
    assert_eq!(poll(&told, &result, &one, now + hours(24)).address(old), old);

    let mut state = poll(&state, &result, &one, now + hours(24));
    assert_eq!(state.address(old), "https://new.example/");
    assert_eq!(state.address("https://other.example/"), "https://other.example/");
    assert!(state.describe().contains("has moved to https://new.example/"), "{}", state.describe());
    // Two failures are a bad day; the third takes it back.
    for (hour, address) in [(25, "https://new.example/"), (26, "https://new.example/"), (27, old)] {
        state = poll(&state, &failed(), &one, now + hours(hour));
        assert_eq!(state.address(old), address);
    }
}

#[test]
fn a_server_that_said_not_modified_wrongly_is_asked_for_all_of_it_once_a_day() {
    let one = source("a", "*/30 * * * *");
    let now = at(START);
    let mut state = poll(&PollState::default(), &fetched(20, 0), &one, now);
    let unchanged = PollResult { conditional: true, ..PollResult::plain(PollClass::NotModified) };
    for step in 1..=12 {
        state = poll(&state, &unchanged, &one, now + hours(14 * step));
    }
    let probed = now + hours(8 * 24);
    assert!(state.wants_whole_feed(probed));
    assert_eq!(poll(&state, &fetched(0, 20), &one, probed).unreliable_since, None);
    let caught = poll(&state, &fetched(3, 17), &one, probed);
    assert_eq!(caught.unreliable_since, Some(probed));
    assert!(!caught.wants_whole_feed(probed + hours(23)));
    assert!(caught.wants_whole_feed(probed + hours(24)));
    assert!(caught.describe().contains("wrongly"), "{}", caught.describe());
    let honest = PollResult { conditional: true, ..fetched(1, 19) };
    assert_eq!(poll(&caught, &honest, &one, probed + hours(25)).unreliable_since, None);
}

#[test]
fn a_server_that_ignores_validators_is_asked_less_often_and_a_large_quiet_one_once_a_day() {
    let one = source("a", "*/30 * * * *");
    let now = at(START);
    let same =
        |bytes| PollResult { conditional: true, bytes, ..PollResult::plain(PollClass::SameBody) };
    let mut state = poll(&PollState::default(), &fetched(20, 0), &one, now);
    state = poll(&state, &same(9_000), &one, now + hours(1));
    assert_eq!(state.decided_by, Term::Floor);
    state = poll(&state, &same(9_000), &one, now + hours(2));
    assert_eq!(state.decided_by, Term::QuietFloor);
    state = poll(&state, &same(9_000), &one, now + hours(3));
    assert!(state.describe().contains("ignores conditional"), "{}", state.describe());
    let large = poll(&state, &same(2 << 20), &one, now + hours(25));
    assert_eq!((large.decided_by, large.not_before), (Term::LargeFloor, Some(now + hours(49))));
}

#[test]
fn nobody_is_blamed_while_our_own_network_is_down() {
    let one = source("a", "*/30 * * * *");
    let now = at(START);
    let mut state = poll(&PollState::default(), &fetched(20, 0), &one, now);
    for hour in 1..60 {
        state = poll(&state, &PollResult::plain(PollClass::Offline), &one, now + hours(hour));
        assert_eq!((state.health, state.failures), (Health::Ok, 0));
        assert_eq!(state.decided_by, Term::Offline);
        assert!(state.due.unwrap() <= now + hours(hour) + mins(20));
    }
}

#[test]
fn a_week_of_not_modified_from_a_feed_that_used_to_move_asks_for_all_of_it_once() {
    let one = source("a", "*/30 * * * *");
    let now = at(START);
    let mut state = poll(&PollState::default(), &fetched(20, 0), &one, now);
    let unchanged = PollResult::plain(PollClass::NotModified);
    let rarely = poll(&state, &unchanged, &one, now + hours(30 * 24));
    assert!(!rarely.wants_whole_feed(now + hours(30 * 24)), "one answer proves nothing");
    for step in 1..=12 {
        state = poll(&state, &unchanged, &one, now + hours(12 * step));
    }
    assert!(!state.wants_whole_feed(now + hours(6 * 24)));
    assert!(state.wants_whole_feed(now + hours(7 * 24)));
    state = poll(&state, &fetched(0, 20), &one, now + hours(7 * 24));
    assert!(!state.wants_whole_feed(now + hours(8 * 24)));
}

#[test]
fn a_clock_that_was_set_back_neither_silences_a_source_nor_lets_it_hurry() {
    let polling = Polling::default();
    let one = source("a", "*/30 * * * *");
    let wrong = at("2031-01-01T00:00:00Z");
    let state = poll(&PollState::default(), &fetched(1, 0), &one, wrong);
    let now = at(START);
    assert!(due_now([("a", &state)], now).is_empty());
    let healed = steady(&state, &polling, now);
    assert!(due_now([("a", &healed)], now).is_empty());
    assert_eq!(due_now([("a", &healed)], now + hours(1)), ["a"]);
    assert_eq!(steady(&healed, &polling, now), healed);
    // A little off is not set back.
    assert_eq!(steady(&state, &polling, wrong - mins(1)), state);
}

#[test]
fn the_longest_overdue_come_first_and_the_next_wake_is_the_earliest() {
    let one = source("a", "*/30 * * * *");
    let now = at(START);
    let early = poll(&PollState::default(), &fetched(1, 0), &one, now - hours(5));
    let late = poll(&PollState::default(), &fetched(1, 0), &one, now - hours(3));
    let resting = poll(&PollState::default(), &fetched(1, 0), &one, now);
    let never = PollState::default();
    let all = [("late", &late), ("early", &early), ("resting", &resting), ("never", &never)];
    assert_eq!(due_now(all, now), ["never", "early", "late"]);
    assert_eq!(next_wake([&late, &early]), early.due);
    assert_eq!(next_wake([]), None);
}

#[test]
fn another_schedule_takes_effect_without_forgetting_what_must_be_waited_for() {
    let polling = Polling::default();
    let daily = source("a", "0 7 * * *");
    let state = poll(&PollState::default(), &fetched(1, 0), &daily, at(START));
    assert!(state.due.unwrap() > at(START) + hours(12));
    let often = source("a", "*/20 * * * *");
    let moved = reschedule(&state, &often, &polling);
    assert!(moved.due.unwrap() < at(START) + hours(1));
    assert!(moved.due >= moved.not_before);
    assert_eq!(reschedule(&moved, &daily, &polling), state);
}

#[test]
fn a_state_is_kept_as_json_and_a_state_of_an_older_version_is_read() {
    let one = source("a", "*/30 * * * *");
    let state = poll(&PollState::default(), &failed(), &one, at(START));
    let text = serde_json::to_string(&state).unwrap();
    assert_eq!(serde_json::from_str::<PollState>(&text).unwrap(), state);
    assert_eq!(serde_json::from_str::<PollState>("{}").unwrap(), PollState::default());
}

#[test]
fn all_sources_are_summed_up_in_a_line() {
    let with = |health: Health| PollState { health, ..PollState::default() };
    let states = [Health::Ok, Health::New, Health::Ok, Health::Failing].map(with);
    assert_eq!(summary(&states), "2 of 4 sources ok, 1 failing, 1 new");
    assert_eq!(summary(&states[..1]), "1 of 1 sources ok");
}

fn any_result() -> impl Strategy<Value = (PollClass, Option<i64>, Option<i64>)> {
    let class = prop_oneof![
        Just(PollClass::NotModified),
        (0..30_usize, 0..30_usize)
            .prop_map(|(new_entries, known)| PollClass::Fetched { new_entries, known }),
        proptest::option::of(-1000_i64..1_000_000).prop_map(|seconds| PollClass::Wait {
            until: seconds.map(|seconds| at(START) + SignedDuration::from_secs(seconds)),
        }),
        Just(PollClass::Gone),
        any::<bool>().prop_map(|blocked| PollClass::Failed { code: "fetch.x".to_owned(), blocked }),
    ];
    let seconds = || proptest::option::of(-100_000_i64..10_000_000);
    (class, seconds(), seconds())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_a_server_says_the_floor_is_kept_and_the_source_is_polled_again(
        results in proptest::collection::vec(any_result(), 1..30),
        cron in proptest::sample::select(vec!["*/30 * * * *", "0 * * * *", "7 */3 * * *", "0 7 * * 1", "* * * * *"]),
        id in "[a-z]{1,8}",
        crashes in proptest::collection::vec(any::<bool>(), 30),
    ) {
        let polling = Config::default().schedule;
        let one = source(&id, cron);
        let mut state = PollState::default();
        let mut now = at(START);
        for ((class, fresh, hint), crash) in results.into_iter().zip(crashes) {
            let sent = before_request(&state, &polling, now);
            let result = PollResult {
                class,
                freshness_until: fresh.map(|seconds| now + SignedDuration::from_secs(seconds)),
                hints: FeedHints {
                    interval: hint.map(SignedDuration::from_secs),
                    ..FeedHints::default()
                },
                ..PollResult::plain(PollClass::NotModified)
            };
            state = if crash { sent } else { after(&sent, &result, &one, &polling, now) };
            let due = state.due.unwrap();
            prop_assert!(due >= state.not_before.unwrap());
            prop_assert!(due >= now + polling.floor);
            prop_assert!(due <= now + SignedDuration::from_hours(38 * 24), "{due}");
            // Restarting changes nothing.
            prop_assert_eq!(&reschedule(&state, &one, &polling), &reschedule(&reschedule(&state, &one, &polling), &one, &polling));
            prop_assert!(!state.describe().is_empty());
            now = due;
        }
    }
}
