//! Which sources to poll now, and when to wake for the next.

use jiff::{SignedDuration, Timestamp};

use super::state::{PollState, Term};
use crate::config::Polling;

/// A clock that is this much behind the last request was set back, rather than being a little off.
const TOLERANCE: SignedDuration = SignedDuration::from_mins(1);

/// The sources to poll at `now`, those longest overdue first; never-polled ones come before all.
pub fn due_now<'a, T>(
    sources: impl IntoIterator<Item = (T, &'a PollState)>,
    now: Timestamp,
) -> Vec<T> {
    let mut due: Vec<(Option<Timestamp>, T)> = sources
        .into_iter()
        .filter(|(_, state)| state.due.is_none_or(|due| due <= now) && state.may_poll(now).is_ok())
        .map(|(source, state)| (state.due, source))
        .collect();
    due.sort_by_key(|(due, _)| *due);
    due.into_iter().map(|(_, source)| source).collect()
}

/// The moment of the next poll; `None` without sources. It lies in the past when one is overdue, and at
/// [`Timestamp::MIN`] when one was never polled.
pub fn next_wake<'a>(states: impl IntoIterator<Item = &'a PollState>) -> Option<Timestamp> {
    states
        .into_iter()
        .map(|state| {
            let due = state.due.unwrap_or(Timestamp::MIN);
            due.max(state.not_before.unwrap_or(Timestamp::MIN))
        })
        .min()
}

/// The state of a source that must not be asked before `until`, whatever the clock on the wall says.
pub fn hold_back(state: &PollState, until: Timestamp) -> PollState {
    if state.not_before.is_some_and(|not_before| not_before >= until) {
        return state.clone();
    }
    PollState {
        due: state.due.map(|due| due.max(until)),
        not_before: Some(until),
        decided_by: Term::Floor,
        ..state.clone()
    }
}

/// The state as it should be when the clock was set back: a last request that lies in the future happened now, and
/// what was still to wait is still to wait. Without this a clock that once showed next year would silence a source
/// until then. Other states stay as they are.
pub fn steady(state: &PollState, polling: &Polling, now: Timestamp) -> PollState {
    let Some(last) = state.last_request.filter(|last| last.duration_since(now) > TOLERANCE) else {
        return state.clone();
    };
    let back = |at: Option<Timestamp>| {
        at.map(|at| {
            let wait = at.duration_since(last).clamp(SignedDuration::ZERO, polling.retry_cap);
            now.saturating_add(wait).unwrap_or(now)
        })
    };
    let past = |at: Option<Timestamp>| at.map(|at| at.min(now));
    PollState {
        due: back(state.due),
        not_before: back(state.not_before),
        last_request: Some(now),
        last_success: past(state.last_success),
        last_full: past(state.last_full),
        last_new: past(state.last_new),
        health_since: past(state.health_since),
        gone_since: past(state.gone_since),
        gap_at: past(state.gap_at),
        unreliable_since: past(state.unreliable_since),
        ..state.clone()
    }
}
