//! The polling plan: a pure function from what came of a poll to the moment of the next.
//!
//! Cron says when we would *like* to look; `not_before` says when we *may*:
//!
//! ```text
//! not_before = max(last request + floor, end of freshness, feed's own hints, end of skipped time,
//!                  Retry-After, back-off)
//! due        = first tick of the schedule, shifted by the source's fixed offset, that is not before it,
//!              plus a little chance that only lengthens
//! ```
//!
//! Where the floor is as long as the interval, a tick that `not_before` misses by no more than what chance may
//! have added counts as reached, and the poll happens at `not_before`: else an hourly source with a floor of an
//! hour would be read every two hours. After a failure the schedule does not count, only the back-off does: a
//! source that is read once a day is tried again within the hour.

use jiff::{SignedDuration, Timestamp};

use super::health;
use super::hints::skip_end;
use super::note::{MAX_HURRY, note};
use super::outcome::{PollClass, PollResult};
use super::state::{PollState, Term};
use crate::config::{ConfiguredSource, Polling};
use crate::time::{Schedule, jitter, offset};

/// The first wait after a failure is the interval, but no longer than this.
const FIRST_BACKOFF: SignedDuration = SignedDuration::from_hours(1);
/// Where we are kept out we come back in hours: sooner makes it worse.
const BLOCKED_WAIT: SignedDuration = SignedDuration::from_hours(6);
/// After the first "gone".
const GONE_AGAIN: SignedDuration = SignedDuration::from_hours(24);
/// After "gone" is believed.
const GONE_PROBE: SignedDuration = SignedDuration::from_hours(30 * 24);
/// A source that brought nothing new for so long is quiet.
const QUIET: SignedDuration = SignedDuration::from_hours(24);
/// The floor of a large document that is always sent whole by a quiet source, and what counts as large.
const LARGE_FLOOR: SignedDuration = SignedDuration::from_hours(24);
const LARGE_BYTES: u64 = 1 << 20;
/// So often in a row must a server ignore its own validators before it counts as one that does.
const IGNORED: u32 = 2;
/// Waits double at most so often; more would overflow and is beyond every cap.
const MAX_DOUBLINGS: u32 = 20;

/// The state to store *before* a request is sent: should the outcome never be learnt, the next request keeps its
/// distance all the same, and a longer one each time.
pub fn before_request(state: &PollState, polling: &Polling, now: Timestamp) -> PollState {
    let wait = doubled(polling.floor, state.unfinished).min(polling.backoff_cap.max(polling.floor));
    let until = later(now, wait);
    PollState {
        due: Some(until),
        not_before: Some(until),
        decided_by: Term::UnderWay,
        last_request: Some(now),
        unfinished: state.unfinished.saturating_add(1),
        ..state.clone()
    }
}

/// The state to store with what a request brought; `state` is that of [`before_request`].
pub fn after(
    state: &PollState,
    result: &PollResult,
    one: &ConfiguredSource,
    polling: &Polling,
    now: Timestamp,
) -> PollState {
    let mut next = PollState { unfinished: 0, ..state.clone() };
    note(&mut next, result, &one.source.url, now);
    let health = health::judge(&next, now);
    if health != next.health || next.health_since.is_none() {
        next.health = health;
        next.health_since = Some(now);
    }
    let (not_before, term) = earliest(&next, result, one, polling, now);
    next.not_before = Some(not_before);
    next.decided_by = term;
    reschedule(&next, one, polling)
}

/// The state of a source that is not asked now because its server is left alone for `wait`.
pub fn put_off(
    state: &PollState,
    one: &ConfiguredSource,
    wait: SignedDuration,
    term: Term,
    now: Timestamp,
) -> PollState {
    let until = later(now, wait).max(state.not_before.unwrap_or(now));
    // Not all at once when it is over.
    let due = later(until, jitter(one.source.id.as_str(), until, wait / 10));
    PollState { due: Some(due), not_before: Some(until), decided_by: term, ..state.clone() }
}

/// The state with `due` computed again, as after a change of the schedule; `not_before` stays. A source that was
/// never polled stays due at once.
pub fn reschedule(state: &PollState, one: &ConfiguredSource, polling: &Polling) -> PollState {
    let (Some(not_before), Some(last)) = (state.not_before, state.last_request) else {
        return state.clone();
    };
    let id = one.source.id.as_str();
    let due = if state.decided_by.overrules_schedule() {
        let most = polling.jitter.min(not_before.duration_since(last) / 10);
        later(not_before, jitter(id, not_before, most))
    } else {
        let wish = wish(&one.schedule, id, polling, not_before, last, state.hurry);
        // A feed that skips everything is not believed beyond what `not_before` has of it.
        let open = skip_end(&state.hints.hints(), wish)
            .filter(|end| end.duration_since(wish) < SignedDuration::from_hours(24));
        open.map_or(wish, |end| later(end, offset(id, polling.spread)))
    };
    PollState { due: Some(due), ..state.clone() }
}

/// The moment that the schedule wishes, not before `not_before`.
fn wish(
    schedule: &Schedule,
    id: &str,
    polling: &Polling,
    not_before: Timestamp,
    last: Timestamp,
    hurry: u32,
) -> Timestamp {
    let interval = interval(schedule, last);
    let offset = offset(id, polling.spread.min(interval / 2));
    let slack = polling.jitter.min(interval / 10);
    let lower = earlier(not_before, slack).max(later(last, SignedDuration::from_secs(1)));
    let Some(tick) = schedule.next_from(earlier(lower, offset)) else {
        // The calendar has ended, or as good as.
        return later(not_before, SignedDuration::from_hours(24));
    };
    let shifted = later(tick, offset);
    let mut due = later(shifted, jitter(id, tick, slack));
    if hurry > 0 {
        due = due.min(later(last, interval / 2_i32.pow(hurry.min(MAX_HURRY))));
    }
    due.max(not_before)
}

/// The distance of the two ticks after an instant.
fn interval(schedule: &Schedule, at: Timestamp) -> SignedDuration {
    schedule
        .next_after(at)
        .and_then(|first| Some(schedule.next_after(first)?.duration_since(first)))
        .unwrap_or(SignedDuration::from_hours(24))
}

/// The earliest moment of the next request, and what decided it.
fn earliest(
    next: &PollState,
    result: &PollResult,
    one: &ConfiguredSource,
    polling: &Polling,
    now: Timestamp,
) -> (Timestamp, Term) {
    let last = next.last_request.unwrap_or(now).min(now);
    let mut terms = vec![(later(last, polling.floor), Term::Floor)];
    let mut add = |until: Timestamp, term: Term| terms.push((until, term));
    if let Some(fresh) = result.freshness_until {
        add(fresh.min(later(now, polling.freshness_cap)), Term::Freshness);
    }
    let hints = next.hints.hints();
    if let Some(distance) = hints.interval {
        add(later(last, distance.min(polling.hint_cap)), Term::FeedHint);
    }
    let backoff = || {
        let first =
            interval(&one.schedule, last).clamp(polling.floor, FIRST_BACKOFF.max(polling.floor));
        doubled(first, next.failures.saturating_sub(1)).min(polling.backoff_cap)
    };
    match &result.class {
        PollClass::SameBody | PollClass::Fetched { new_entries: 0, .. } => {
            let quiet = next.last_new.is_none_or(|last| now.duration_since(last) >= QUIET);
            if quiet || next.ignored >= IGNORED {
                add(later(last, polling.quiet_floor), Term::QuietFloor);
            }
            if quiet && result.class == PollClass::SameBody && result.bytes >= LARGE_BYTES {
                add(later(last, LARGE_FLOOR), Term::LargeFloor);
            }
        }
        PollClass::Offline => add(later(last, polling.floor), Term::Offline),
        PollClass::Fetched { .. } | PollClass::NotModified => {}
        PollClass::Wait { until: Some(until) } => {
            add((*until).min(later(now, polling.retry_cap)), Term::RetryAfter);
        }
        PollClass::Wait { until: None } => add(later(last, backoff()), Term::Backoff),
        PollClass::Gone if next.health == super::Health::Gone => {
            add(later(now, GONE_PROBE), Term::Gone);
        }
        PollClass::Gone => add(later(now, GONE_AGAIN), Term::Gone),
        PollClass::Failed { blocked: true, .. } => {
            add(later(last, backoff().max(BLOCKED_WAIT)), Term::Blocked);
        }
        PollClass::Failed { .. } => add(later(last, backoff()), Term::Backoff),
    }
    // The later of two terms of one moment says more than the floor.
    let latest = terms.into_iter().max_by_key(|(until, _)| *until).unwrap_or((now, Term::Floor));
    skip_end(&hints, latest.0).map_or(latest, |end| (end, Term::SkippedTime))
}

/// `first`, doubled `times` times.
fn doubled(first: SignedDuration, times: u32) -> SignedDuration {
    first.saturating_mul(2_i32.pow(times.min(MAX_DOUBLINGS)))
}

fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.saturating_add(by).unwrap_or(at)
}

fn earlier(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.saturating_sub(by).unwrap_or(at)
}
