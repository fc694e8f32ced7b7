//! What comes next: polls, digests, alerts that are released, messages that are tried again.

use jiff::Timestamp;
use serde::Serialize;

use super::super::report::{counted, moment};
use crate::config::Config;
use crate::pipeline::round::read_state;
use crate::source::{self, PollState};
use crate::store::{self, Connection, Status, StoreError};

/// Polls that are named.
const NAMED: usize = 3;

/// What comes next, as far as it is known now.
#[derive(Serialize)]
pub(super) struct Next {
    /// The next polls, soonest first.
    polls: Vec<Poll>,
    /// Sources whose poll is due and has not begun.
    polls_due: usize,
    /// The next digest of each recipient who gets one.
    digests: Vec<Digest>,
    /// When the next held alert is released.
    alert: Option<Timestamp>,
    /// When the next message that was put off is tried again.
    retry: Option<Timestamp>,
}

#[derive(Serialize)]
struct Poll {
    source: String,
    at: Timestamp,
}

#[derive(Serialize)]
struct Digest {
    recipient: String,
    at: Timestamp,
    zone: String,
}

/// The states of enabled sources, with their ids.
pub(super) fn states<'a>(
    config: &'a Config,
    connection: &Connection,
) -> Result<Vec<(&'a str, PollState)>, StoreError> {
    let stored = store::source_states(connection)?;
    let all: Vec<PollState> = config
        .sources
        .iter()
        .map(|one| read_state(stored.get(one.source.id.as_str()).map(String::as_str)))
        .collect();
    // One document is polled once, whoever leads to it.
    let twins = source::twins(&config.sources, &all);
    let enabled = config.sources.iter().zip(all).zip(twins);
    Ok(enabled
        .filter(|((one, _), twin)| one.source.enabled && twin.is_none())
        .map(|((one, state), _)| (one.source.id.as_str(), state))
        .collect())
}

/// What comes next after `now`.
pub(super) fn look(
    config: &Config,
    states: &[(&str, PollState)],
    status: &Status,
    now: Timestamp,
) -> Next {
    let wake = |state: &PollState| {
        let due = state.due.unwrap_or(now);
        due.max(state.not_before.unwrap_or(due))
    };
    let mut polls: Vec<Poll> = states
        .iter()
        .map(|(id, state)| Poll { source: (*id).to_owned(), at: wake(state) })
        .collect();
    polls.sort_by(|one, other| (one.at, &one.source).cmp(&(other.at, &other.source)));
    let polls_due = polls.iter().filter(|poll| poll.at <= now).count();
    polls.retain(|poll| poll.at > now);
    polls.truncate(NAMED);
    let digests = config.recipients.iter().filter_map(|recipient| {
        let schedule = recipient.digest.as_ref()?;
        Some(Digest {
            recipient: recipient.id.clone(),
            at: schedule.next_after(now)?,
            zone: schedule.zone().iana_name().unwrap_or("UTC").to_owned(),
        })
    });
    Next {
        polls,
        polls_due,
        digests: digests.collect(),
        alert: status.next_release,
        retry: status.next_retry,
    }
}

impl Next {
    /// One line for each kind.
    pub(super) fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        if self.polls_due > 0 {
            lines.push(format!("{} due now", counted(self.polls_due, "poll is", "polls are")));
        }
        if !self.polls.is_empty() {
            let polls: Vec<String> = self
                .polls
                .iter()
                .map(|poll| format!("{} {}", moment(poll.at), poll.source))
                .collect();
            lines.push(format!("polls {}", polls.join(", ")));
        }
        for digest in &self.digests {
            let zone = crate::time::zone(&digest.zone).unwrap_or(jiff::tz::TimeZone::UTC);
            let there = digest.at.to_zoned(zone).strftime("%Y-%m-%d %H:%M %Q").to_string();
            lines.push(format!("digest of {} {there}", digest.recipient));
        }
        if let Some(at) = self.alert {
            lines.push(format!("a held alert is released {}", moment(at)));
        }
        if let Some(at) = self.retry {
            lines.push(format!("a message is tried again {}", moment(at)));
        }
        lines
    }
}
