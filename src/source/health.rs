//! How a source does: a small state machine that is slow to change its mind, so that one bad poll alarms nobody
//! and one good poll does not hide a bad day.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::state::PollState;

/// How a source does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Default)]
#[serde(rename_all = "lowercase")]
pub enum Health {
    /// Never read so far.
    #[default]
    New,
    /// Read as it should be.
    Ok,
    /// Not read for some time: what it publishes may be missed.
    Failing,
    /// The publisher says it is gone for good.
    Gone,
}

impl Health {
    /// The word used everywhere: database, JSON and mail.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Ok => "ok",
            Self::Failing => "failing",
            Self::Gone => "gone",
        }
    }
}

impl std::fmt::Display for Health {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

/// How all sources do, in one line for `status` and the service manager: `96 of 101 sources ok, 3 failing, 2 new`.
pub fn summary<'a>(states: impl IntoIterator<Item = &'a PollState>) -> String {
    let all: Vec<Health> = states.into_iter().map(|state| state.health).collect();
    let count = |health: Health| all.iter().filter(|one| **one == health).count();
    let mut out = format!("{} of {} sources ok", count(Health::Ok), all.len());
    for health in [Health::Failing, Health::Gone, Health::New] {
        match count(health) {
            0 => {}
            number => out += &format!(", {number} {health}"),
        }
    }
    out
}

/// Failures in a row that make a source failing.
const FAILURES: u32 = 3;
/// Seconds without success that do so after one failure or request for patience.
const SILENCE_SECONDS: i64 = 24 * 3600;
/// Successes in a row that make a failing source good again.
const SUCCESSES: u32 = 2;
/// Seconds over which "gone" must be repeated before it is believed.
const GONE_SECONDS: i64 = 24 * 3600;

/// The health after a poll; `state` has everything else of that poll already.
pub(super) fn judge(state: &PollState, now: Timestamp) -> Health {
    let for_long = |since: Option<Timestamp>, seconds: i64| {
        since.is_some_and(|since| now.duration_since(since).as_secs() >= seconds)
    };
    let succeeded = state.last_success == Some(now);
    match state.health {
        _ if for_long(state.gone_since, GONE_SECONDS) => Health::Gone,
        Health::Failing if succeeded && state.recovering < SUCCESSES => Health::Failing,
        _ if succeeded => Health::Ok,
        Health::Gone => Health::Gone,
        _ if state.failures >= FAILURES => Health::Failing,
        Health::Ok if for_long(state.last_success, SILENCE_SECONDS) => Health::Failing,
        same => same,
    }
}
