//! How a source does: a small state machine that is slow to change its mind, so that one bad poll alarms nobody
//! and one good poll does not hide a bad day; and what else is odd about it.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::dates::{DatesOff, span};
use super::state::{PollState, minute};

/// How a source does.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Default,
)]
#[serde(rename_all = "lowercase")]
pub enum Health {
    /// Never read so far.
    #[default]
    New,
    /// Read as it should be.
    Ok,
    /// Read, but it has brought nothing for much longer than it used to.
    Silent,
    /// Not read for some time: what it publishes may be missed.
    Failing,
    /// The same, because we are kept out.
    Blocked,
    /// The publisher says it is gone for good.
    Gone,
}

impl Health {
    /// All of them, in the order in which they are counted.
    pub const ALL: [Self; 6] =
        [Self::Ok, Self::Silent, Self::Failing, Self::Blocked, Self::Gone, Self::New];

    /// The word used everywhere: database, JSON and mail.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Ok => "ok",
            Self::Silent => "silent",
            Self::Failing => "failing",
            Self::Blocked => "blocked",
            Self::Gone => "gone",
        }
    }

    /// Whether something may be missed, so that somebody should know.
    pub fn is_bad(self) -> bool {
        !matches!(self, Self::New | Self::Ok)
    }
}

impl fmt::Display for Health {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Something odd about a source that does not keep it from being read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// It is read at another address than the configured one.
    Moved {
        /// The address.
        to: String,
        /// Since when.
        at: Timestamp,
    },
    /// A permanent redirect leads elsewhere and is not adopted.
    Redirected {
        /// The address.
        to: String,
    },
    /// Its server has said "not modified" about a feed that had changed.
    UnreliableValidators,
    /// Its server sends the whole feed although it was told that we have it.
    IgnoresValidators,
    /// Entries may have been missed: a poll brought none that was known.
    PossibleGap {
        /// When.
        at: Timestamp,
    },
    /// The dates of its feed seem to be in another zone than it says.
    DatesOff(DatesOff),
}

impl Condition {
    /// A stable word for JSON and metrics.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Moved { .. } => "moved",
            Self::Redirected { .. } => "redirected",
            Self::UnreliableValidators => "unreliable_validators",
            Self::IgnoresValidators => "ignores_validators",
            Self::PossibleGap { .. } => "possible_gap",
            Self::DatesOff(_) => "dates_off",
        }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Moved { to, at } => {
                write!(f, "has moved to {to}, where it is read since {}", minute(*at))
            }
            Self::Redirected { to } => write!(f, "has moved to {to}, which is not adopted"),
            Self::UnreliableValidators => f.write_str(
                "its server says \"not modified\" wrongly, so all of it is read once a day",
            ),
            Self::IgnoresValidators => f.write_str("its server ignores conditional requests"),
            Self::PossibleGap { at } => {
                write!(f, "entries may have been missed before {}; read more often", minute(*at))
            }
            Self::DatesOff(off) => {
                match *off {
                    DatesOff::Ahead(most) => {
                        write!(f, "its newest dates lie up to {} in the future", span(most))?;
                    }
                    DatesOff::FromPages(by) => {
                        let side = if by > 0 { "ahead of" } else { "behind" };
                        write!(f, "its dates are {} {side} those of its pages", span(by))?;
                    }
                }
                f.write_str(
                    ": set its date_zone, and wrong_zone = true where its dates name a zone",
                )
            }
        }
    }
}

/// A server that sent the whole document so often in a row ignores validators.
const IGNORED: u32 = 3;

/// What is odd about a source now.
pub fn conditions(state: &PollState) -> Vec<Condition> {
    let moved = state
        .adopted
        .as_ref()
        .map(|adopted| Condition::Moved { to: adopted.to.clone(), at: adopted.at });
    let redirected = state.proposed_url().map(|to| Condition::Redirected { to: to.to_owned() });
    let unreliable = state.unreliable_since.map(|_| Condition::UnreliableValidators);
    let ignores = (state.ignored >= IGNORED).then_some(Condition::IgnoresValidators);
    let gap = state.gap_at.filter(|_| state.hurry > 0).map(|at| Condition::PossibleGap { at });
    let dates = state.dates.off().map(Condition::DatesOff);
    [moved, redirected, unreliable, ignores, gap, dates].into_iter().flatten().collect()
}

/// How all sources do, in one line for `status` and the service manager: `96 of 101 sources ok, 3 failing, 2 new`.
pub fn summary<'a>(states: impl IntoIterator<Item = &'a PollState>) -> String {
    let all: Vec<Health> = states.into_iter().map(|state| state.health).collect();
    let count = |health: Health| all.iter().filter(|one| **one == health).count();
    let mut out = format!("{} of {} sources ok", count(Health::Ok), all.len());
    for health in Health::ALL.into_iter().skip(1) {
        match count(health) {
            0 => {}
            number => out += &format!(", {number} {health}"),
        }
    }
    out
}

/// The figures of all sources as names and values, for whatever shows metrics: one for each state of health and one for
/// each oddity.
pub fn metrics<'a>(states: impl IntoIterator<Item = &'a PollState>) -> Vec<(String, u64)> {
    let odd = [
        "moved",
        "redirected",
        "unreliable_validators",
        "ignores_validators",
        "possible_gap",
        "dates_off",
    ];
    let mut health = [0_u64; Health::ALL.len()];
    let mut oddities = [0_u64; 6];
    for state in states {
        for (place, one) in Health::ALL.into_iter().enumerate() {
            health[place] += u64::from(one == state.health);
        }
        for condition in conditions(state) {
            for (place, code) in odd.into_iter().enumerate() {
                oddities[place] += u64::from(code == condition.code());
            }
        }
    }
    let health =
        Health::ALL.iter().zip(health).map(|(one, count)| (format!("sources_{one}"), count));
    let odd = odd.into_iter().zip(oddities).map(|(code, count)| (format!("sources_{code}"), count));
    health.chain(odd).collect()
}

/// Failures in a row that make a source failing.
const FAILURES: u32 = 3;
/// Seconds without success that do so after one failure or request for patience.
const SILENCE_SECONDS: i64 = 24 * 3600;
/// Successes in a row that make a failing source good again.
const SUCCESSES: u32 = 2;
/// Seconds over which "gone" must be repeated before it is believed.
const GONE_SECONDS: i64 = 24 * 3600;
/// Distances between news that must be known before there is a habit.
const HABIT: usize = 5;
/// So many times the longest of them without news is silence,
const HABIT_TIMES: i64 = 3;
/// but never less than this, in seconds: a weekend and a holiday.
const LEAST_SILENCE: i64 = 3 * 24 * 3600;

/// Whether a source that is read has brought nothing for much longer than is its habit.
pub fn is_silent(state: &PollState, now: Timestamp) -> bool {
    let (Some(last), Some(longest)) = (state.last_new, state.habit.iter().max()) else {
        return false;
    };
    let patience = (i64::from(*longest) * 60 * HABIT_TIMES).max(LEAST_SILENCE);
    state.habit.len() >= HABIT && now.duration_since(last).as_secs() > patience
}

/// The health after a poll; `state` has everything else of that poll already.
pub(super) fn judge(state: &PollState, now: Timestamp) -> Health {
    let for_long = |since: Option<Timestamp>, seconds: i64| {
        since.is_some_and(|since| now.duration_since(since).as_secs() >= seconds)
    };
    let succeeded = state.last_success == Some(now);
    let offline = state.last_failure.as_deref() == Some("network.down");
    let failing = if state.blocked { Health::Blocked } else { Health::Failing };
    match state.health {
        // Our own network says nothing about a source.
        same if offline => same,
        _ if for_long(state.gone_since, GONE_SECONDS) => Health::Gone,
        same @ (Health::Failing | Health::Blocked) if succeeded && state.recovering < SUCCESSES => {
            same
        }
        _ if succeeded && is_silent(state, now) => Health::Silent,
        _ if succeeded => Health::Ok,
        Health::Gone => Health::Gone,
        _ if state.failures >= FAILURES => failing,
        Health::Ok | Health::Silent if for_long(state.last_success, SILENCE_SECONDS) => failing,
        same => same,
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    #[test]
    fn silence_is_measured_by_the_sources_own_habit() {
        let now: Timestamp = "2026-11-20T10:00:00Z".parse().unwrap();
        let state = |habit: &[u32], days: i64| PollState {
            habit: habit.to_vec(),
            last_new: Some(now - SignedDuration::from_hours(24 * days)),
            ..PollState::default()
        };
        let daily = [600, 1440, 1400, 1500, 900];
        assert!(!is_silent(&state(&daily, 3), now));
        assert!(is_silent(&state(&daily, 4), now));
        let monthly = [40_000, 50_000, 41_000, 43_200, 44_000];
        assert!(!is_silent(&state(&monthly, 90), now));
        assert!(!is_silent(&state(&daily[..4], 400), now), "four distances are no habit");
    }

    #[test]
    fn figures_count_every_state_and_every_oddity() {
        let gap = PollState {
            hurry: 1,
            gap_at: Some(Timestamp::UNIX_EPOCH),
            health: Health::Ok,
            ..PollState::default()
        };
        let figures = metrics([&gap, &PollState::default()]);
        let value = |name: &str| figures.iter().find(|(known, _)| known == name).unwrap().1;
        assert_eq!((value("sources_ok"), value("sources_new")), (1, 1));
        assert_eq!((value("sources_possible_gap"), value("sources_moved")), (1, 0));
    }
}
