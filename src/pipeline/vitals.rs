//! The signs of life of a process: when each loop of the daemon last moved, and what was done since the start. Kept in
//! memory, shared by all engines on a database; whoever is asked how the daemon does reads them here.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::poll::PollReport;
use crate::notify::deliver::DeliveryReport;
use crate::store::Purged;

/// The loops of the daemon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loop {
    /// Asks sources whose time has come.
    Polls,
    /// Judges what waits.
    Entries,
    /// Releases alerts, makes digests.
    Desk,
    /// Delivers.
    Mail,
}

impl Loop {
    /// All of them.
    pub const ALL: [Loop; 4] = [Loop::Polls, Loop::Entries, Loop::Desk, Loop::Mail];

    /// The word in logs and metrics.
    pub fn name(self) -> &'static str {
        match self {
            Self::Polls => "polls",
            Self::Entries => "entries",
            Self::Desk => "desk",
            Self::Mail => "mail",
        }
    }
}

/// What was done since the start of the process; each number only grows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tally {
    /// Polls by their outcome.
    pub polls: BTreeMap<String, u64>,
    /// Entries met for the first time.
    pub new_entries: u64,
    /// Known entries whose text had changed.
    pub changed_entries: u64,
    /// Attempts to deliver a message by what came of them.
    pub deliveries: BTreeMap<&'static str, u64>,
    /// Reloads by what came of them.
    pub reloads: BTreeMap<&'static str, u64>,
    /// What retention removed, by kind.
    pub forgotten: BTreeMap<&'static str, u64>,
}

/// The signs of life.
#[derive(Debug)]
pub struct Vitals {
    started: Instant,
    /// Seconds since the start at which each loop last moved.
    beats: [AtomicU64; 4],
    /// When the scheduler wants to wake next, in milliseconds since 1970; 0 when it waits for nothing.
    next_wake: AtomicI64,
    tally: Mutex<Tally>,
}

impl Default for Vitals {
    fn default() -> Self {
        Self {
            started: Instant::now(),
            beats: std::array::from_fn(|_| AtomicU64::new(0)),
            next_wake: AtomicI64::new(0),
            tally: Mutex::default(),
        }
    }
}

impl Vitals {
    /// How long the process runs.
    pub fn uptime(&self) -> Duration {
        self.started.elapsed()
    }

    /// Notes that a loop moves.
    pub fn beat(&self, which: Loop) {
        self.beats[which as usize].store(self.started.elapsed().as_secs(), Ordering::Relaxed);
    }

    /// For how long a loop has not moved.
    pub fn still(&self, which: Loop) -> Duration {
        let beat = self.beats[which as usize].load(Ordering::Relaxed);
        Duration::from_secs(self.started.elapsed().as_secs().saturating_sub(beat))
    }

    /// Notes when the scheduler wants to wake next, as decided at `now`.
    pub(super) fn scheduled(&self, next: Option<Timestamp>, now: Timestamp) {
        let next = next.map_or(0, |next| next.max(now).as_millisecond());
        self.next_wake.store(next, Ordering::Relaxed);
    }

    /// How late the scheduler is: the time since it wanted to wake.
    pub fn lag(&self, now: Timestamp) -> Duration {
        match self.next_wake.load(Ordering::Relaxed) {
            0 => Duration::ZERO,
            next => Duration::from_millis(
                u64::try_from(now.as_millisecond().saturating_sub(next)).unwrap_or(0),
            ),
        }
    }

    /// What was done since the start.
    pub fn tally(&self) -> Tally {
        self.count(|tally| tally.clone())
    }

    /// Counts a poll.
    pub(super) fn polled(&self, report: &PollReport) {
        self.count(|tally| {
            *tally.polls.entry(report.outcome.clone()).or_default() += 1;
            tally.new_entries += u64::from(report.new);
            tally.changed_entries += u64::from(report.changed);
        });
    }

    /// Counts attempts to deliver.
    pub(super) fn delivered(&self, report: &DeliveryReport) {
        self.count(|tally| {
            for (word, number) in [
                ("accepted", report.accepted.len()),
                ("deferred", report.deferred.len()),
                ("rejected", report.rejected.len()),
                ("unknown", report.unknown.len() + report.recovered.len()),
                ("shortened", report.shortened.len()),
            ] {
                *tally.deliveries.entry(word).or_default() += number as u64;
            }
        });
    }

    /// Counts a reload.
    pub(super) fn reloaded(&self, taken_over: bool) {
        let word = if taken_over { "taken_over" } else { "refused" };
        self.count(|tally| *tally.reloads.entry(word).or_default() += 1);
    }

    /// Counts what retention removed.
    pub(super) fn forgot(&self, purged: &Purged) {
        self.count(|tally| {
            for (word, number) in purged.counts() {
                *tally.forgotten.entry(word).or_default() += number as u64;
            }
        });
    }

    fn count<T>(&self, change: impl FnOnce(&mut Tally) -> T) -> T {
        // What a panic left out is a number that is too small by one.
        change(&mut self.tally.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
