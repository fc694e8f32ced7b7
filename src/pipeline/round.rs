//! One round of everything: poll what is due, judge what waits, release what is held, deliver what is written.

use std::sync::Arc;

use jiff::Timestamp;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::engine::Engine;
use super::entry::EntryReport;
use super::poll::PollReport;
use crate::config::ConfiguredSource;
use crate::notify::backoff::Health;
use crate::notify::deliver::{self, DeliveryReport, Released};
use crate::source::{self, PollState};
use crate::store::{self, Retention, SourceState, StoreError};

/// Polls under way at a time. The network has a limit of its own; this one bounds the memory for bodies and tasks.
const POLLS_AT_ONCE: usize = 64;
/// Rows of old poll logs removed in one go, so that the write lock is never held long.
const PURGE_ROWS: u32 = 5000;
/// How long the texts of rejected articles are kept: long enough to see why they were rejected.
const REJECTED_TEXT_DAYS: i64 = 30;

/// Which sources to poll.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// Those whose time has come.
    Due,
    /// All that may be polled, whether or not their schedule asks for it.
    Allowed,
}

/// What one round did.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RoundReport {
    /// Polls, in the order in which they ended.
    pub polls: Vec<PollReport>,
    /// Entries judged, in order.
    pub entries: Vec<EntryReport>,
    /// Digests made.
    pub digests: usize,
    /// What became of held alerts.
    pub released: Released,
    /// What became of messages.
    pub delivery: DeliveryReport,
}

impl Engine {
    /// One round of everything.
    ///
    /// # Errors
    /// The database refuses; what was stored before stays stored.
    pub async fn round(
        self: &Arc<Self>,
        which: Which,
        health: &mut Health,
    ) -> Result<RoundReport, StoreError> {
        let polls = self.poll_sources(which).await?;
        let entries = self.judge_pending().await?;
        let (released, digests, delivery) = self.tell(health).await?;
        Ok(RoundReport { polls, entries, digests, released, delivery })
    }

    /// Releases held alerts, makes digests, and delivers what is written.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn tell(
        &self,
        health: &mut Health,
    ) -> Result<(Released, usize, DeliveryReport), StoreError> {
        let released = deliver::release_due(&self.store, &self.desk, self.now()).await?;
        for (row, reason) in &released.faults {
            tracing::error!(outbox.id = row.0, reason, "an alert could not be written; it waits");
        }
        let digests = self.make_digests().await?;
        let delivery = match &self.transport {
            None => DeliveryReport::default(),
            Some(transport) => {
                deliver::deliver_due(&self.store, transport, &self.desk, health, self.now()).await?
            }
        };
        log_delivery(&delivery);
        Ok((released, digests, delivery))
    }

    /// Polls sources side by side; each is stored as soon as it is read.
    ///
    /// # Errors
    /// The database refuses to say which are due.
    pub async fn poll_sources(
        self: &Arc<Self>,
        which: Which,
    ) -> Result<Vec<PollReport>, StoreError> {
        let states = self.states().await?;
        let due = self.choose(&states, which);
        let room = Arc::new(Semaphore::new(POLLS_AT_ONCE));
        let mut tasks = JoinSet::new();
        let mut reports = Vec::with_capacity(due.len());
        for (at, state) in due {
            let engine = Arc::clone(self);
            // The semaphore is never closed, so a permit always comes.
            let Ok(permit) = Arc::clone(&room).acquire_owned().await else { break };
            tasks.spawn(async move {
                let _permit = permit;
                let one = engine.config.sources.get(at)?;
                Some((one.source.id.clone(), engine.poll(one, &state).await))
            });
            while let Some(done) = tasks.try_join_next() {
                collect(&mut reports, done);
            }
        }
        while let Some(done) = tasks.join_next().await {
            collect(&mut reports, done);
        }
        Ok(reports)
    }

    /// What is remembered of each configured source, in the order of the configuration.
    async fn states(&self) -> Result<Vec<PollState>, StoreError> {
        let rows = self.store.read(|connection| store::list_sources(connection, false)).await?;
        let mut by_id: std::collections::HashMap<String, Option<SourceState>> =
            rows.into_iter().map(|row| (row.source.id.0, row.state)).collect();
        Ok(self
            .config
            .sources
            .iter()
            .map(|one| read_state(by_id.remove(one.source.id.as_str()).flatten().as_ref()))
            .collect())
    }

    fn choose(&self, states: &[PollState], which: Which) -> Vec<(usize, PollState)> {
        let now = self.now();
        let enabled: Vec<(usize, PollState)> = self
            .config
            .sources
            .iter()
            .zip(states)
            .enumerate()
            .filter(|(_, (one, _))| one.source.enabled)
            .map(|(at, (_, state))| (at, source::steady(state, &self.config.schedule, now)))
            .collect();
        let chosen: Vec<usize> = match which {
            Which::Due => source::due_now(enabled.iter().map(|(at, state)| (*at, state)), now),
            Which::Allowed => enabled
                .iter()
                .filter(|(_, state)| state.may_poll(now).is_ok())
                .map(|(at, _)| *at)
                .collect(),
        };
        let mut by_place: std::collections::HashMap<usize, PollState> =
            enabled.into_iter().collect();
        chosen.into_iter().filter_map(|at| Some((at, by_place.remove(&at)?))).collect()
    }

    /// When the next source should be polled; `None` without sources.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn next_poll(&self) -> Result<Option<Timestamp>, StoreError> {
        let states = self.states().await?;
        let enabled = |(one, _): &(&ConfiguredSource, &PollState)| one.source.enabled;
        let states: Vec<&PollState> = self
            .config
            .sources
            .iter()
            .zip(&states)
            .filter(enabled)
            .map(|(_, state)| state)
            .collect();
        Ok(source::next_wake(states))
    }

    /// Removes what nobody will miss: old lines of the poll log, texts of rejected articles. Identity and evidence
    /// stay for ever.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn clean_up(&self) -> Result<(), StoreError> {
        let now = self.now();
        let before =
            |period: jiff::SignedDuration| now.checked_sub(period).unwrap_or(Timestamp::MIN);
        let retention = Retention {
            polls_since: before(self.config.store.keep_polls),
            rejected_texts_since: before(jiff::SignedDuration::from_hours(24 * REJECTED_TEXT_DAYS)),
            at_most: PURGE_ROWS,
        };
        loop {
            let purged = self.store.write(move |tx| store::purge(tx, &retention)).await?;
            if !purged.more(&retention) {
                return Ok(());
            }
        }
    }
}

/// The stored state of a source. One that cannot be read (an older version's, say) counts as none: the source is
/// polled at once, which costs one request.
pub(crate) fn read_state(stored: Option<&SourceState>) -> PollState {
    stored.and_then(|state| serde_json::from_str(&state.json).ok()).unwrap_or_default()
}

type Polled = Option<(crate::model::SourceId, Result<PollReport, StoreError>)>;

fn collect(reports: &mut Vec<PollReport>, done: Result<Polled, tokio::task::JoinError>) {
    match done {
        Ok(Some((_, Ok(report)))) => {
            log_poll(&report);
            reports.push(report);
        }
        Ok(Some((id, Err(error)))) => {
            tracing::error!(source.id = %id, %error, "a poll could not be stored; it will be repeated");
        }
        Ok(None) => {}
        Err(error) => tracing::error!(%error, "a poll panicked; it will be repeated"),
    }
}

fn log_poll(report: &PollReport) {
    match &report.error {
        None => tracing::info!(
            source.id = report.source,
            poll.outcome = report.outcome,
            entries.seen = report.seen,
            entries.new = report.new,
            entries.changed = report.changed,
            entries.pending = report.pending,
            "polled"
        ),
        Some(error) => tracing::warn!(
            source.id = report.source,
            poll.outcome = report.outcome,
            error,
            "could not be read"
        ),
    }
}

fn log_delivery(delivery: &DeliveryReport) {
    for (row, answer) in &delivery.accepted {
        tracing::info!(outbox.id = row.0, answer, "message accepted");
    }
    for (row, reason) in &delivery.deferred {
        tracing::warn!(outbox.id = row.0, reason, "message put off");
    }
    for (row, recipient, reason) in &delivery.rejected {
        tracing::error!(outbox.id = row.0, recipient.id = recipient, reason, "message given up");
    }
    for (row, reason) in &delivery.unknown {
        tracing::warn!(
            outbox.id = row.0,
            reason,
            "message may have been accepted; a duplicate is possible"
        );
    }
    for row in &delivery.recovered {
        tracing::warn!(
            outbox.id = row.0,
            "message was under way when its sender ended; a duplicate is possible"
        );
    }
    if let Some(error) = &delivery.down {
        tracing::error!(error, "mail cannot leave; messages wait");
    }
}
