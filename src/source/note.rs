//! What came of a poll, entered into what is remembered of the source: all but times to come and health.

use jiff::{SignedDuration, Timestamp};

use super::hints::KeptHints;
use super::outcome::{PollClass, PollResult};
use super::state::{Adopted, Moved, PollState};

/// Most halvings of the interval.
pub(super) const MAX_HURRY: u32 = 2;
/// Distances between news that are remembered.
const HABIT: usize = 12;
/// Failures in a row after which an adopted address is given up again.
const ADOPTION_FAILURES: u32 = 3;

/// Enters the outcome into the state. `configured` is the source's own address.
pub(super) fn note(next: &mut PollState, result: &PollResult, configured: &str, now: Timestamp) {
    next.dates.note(result.dates_ahead, &result.page_dates);
    next.blocked = matches!(result.class, PollClass::Failed { blocked: true, .. });
    match &result.class {
        PollClass::NotModified | PollClass::SameBody | PollClass::Fetched { .. } => {
            note_success(next, result, configured, now);
        }
        PollClass::Wait { until } => {
            next.recovering = 0;
            next.last_failure = Some("fetch.wait".to_owned());
            // A server that says how long to wait has not failed.
            if until.is_none() {
                next.failures = next.failures.saturating_add(1);
            }
        }
        PollClass::Gone => {
            next.recovering = 0;
            next.last_failure = Some("fetch.gone".to_owned());
            next.gone_since = next.gone_since.or(Some(now));
            give_up_adoption(next);
        }
        // Nobody can be blamed for what he was never asked.
        PollClass::Offline => next.last_failure = Some("network.down".to_owned()),
        PollClass::Failed { code, .. } => {
            next.recovering = 0;
            next.gone_since = None;
            next.failures = next.failures.saturating_add(1);
            next.last_failure = Some(code.clone());
            if next.failures >= ADOPTION_FAILURES {
                give_up_adoption(next);
            }
        }
    }
}

fn note_success(next: &mut PollState, result: &PollResult, configured: &str, now: Timestamp) {
    next.recovering = next.recovering.saturating_add(1);
    next.failures = 0;
    next.last_failure = None;
    next.gone_since = None;
    next.clock_ahead = result.clock_ahead.map_or(0, |ahead| ahead.as_secs() / 60);
    // Before `last_success` is set: a first poll is never a gap.
    note_entries(next, result, now);
    next.last_success = Some(now);
    next.final_url =
        result.final_url.clone().filter(|answered| answered != next.address(configured));
    note_move(next, result, now);
    if let Some(to) = next.proposed_url().filter(|_| !next.stays).map(ToOwned::to_owned) {
        next.final_url = next.final_url.take().filter(|answered| *answered != to);
        next.adopted = Some(Adopted { from: configured.to_owned(), to, at: now });
        next.moved = None;
    }
}

fn note_entries(next: &mut PollState, result: &PollResult, now: Timestamp) {
    let probe = next.unreliable_since.is_none() && !result.conditional && next.stuck(now);
    let (new_entries, known) = match result.class {
        PollClass::Fetched { new_entries, known } => (new_entries, known),
        PollClass::SameBody => {
            next.ignored = if result.conditional { next.ignored.saturating_add(1) } else { 0 };
            (0, 1)
        }
        _ => {
            next.unchanged = next.unchanged.saturating_add(1);
            next.ignored = 0;
            return;
        }
    };
    if matches!(result.class, PollClass::Fetched { .. }) {
        next.hints = KeptHints::from(&result.hints);
    }
    next.last_full = Some(now);
    next.unchanged = 0;
    if new_entries > 0 && known == 0 && next.last_new.is_some() {
        // Nothing of the last poll is left: something between may have come and gone.
        next.gap_at = Some(now);
        next.hurry = (next.hurry + 1).min(MAX_HURRY);
    } else if known >= 2 * new_entries {
        // Two thirds known: there is room again.
        next.hurry = next.hurry.saturating_sub(1);
    }
    if new_entries == 0 {
        return;
    }
    next.ignored = 0;
    if probe {
        // It had changed, and the server went on saying that it had not.
        next.unreliable_since = Some(now);
    } else if result.conditional {
        next.unreliable_since = None;
    }
    if let Some(last) = next.last_new {
        let minutes = now.duration_since(last).max(SignedDuration::ZERO).as_mins();
        next.habit.push(u32::try_from(minutes).unwrap_or(u32::MAX));
        let surplus = next.habit.len().saturating_sub(HABIT);
        next.habit.drain(..surplus);
    }
    next.last_new = Some(now);
}

fn note_move(next: &mut PollState, result: &PollResult, now: Timestamp) {
    // A redirect to a login page or a parked domain has nothing that we know; later it has what it brought itself.
    let strange = matches!(result.class, PollClass::Fetched { known: 0, .. });
    next.moved = match (&result.permanent, next.moved.take()) {
        (Some(to), Some(moved)) if moved.to == *to => Some(Moved {
            polls: moved.polls.saturating_add(1),
            last: now,
            strange: moved.strange || strange,
            ..moved
        }),
        (Some(to), _) => Some(Moved { to: to.clone(), since: now, polls: 1, last: now, strange }),
        (None, _) => None,
    };
}

/// Back to the configured address.
fn give_up_adoption(next: &mut PollState) {
    if next.adopted.take().is_some() {
        next.final_url = None;
    }
}
