//! Polls under way: at most one of a source, one after the other on a host, and so many at a time altogether. A host
//! that hangs holds up its own sources and no others.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Semaphore;
use tokio::task::{Id, JoinError, JoinSet};

use super::engine::Engine;
use super::poll::PollReport;
use crate::fetch::Lane;
use crate::model::SourceId;
use crate::source::PollState;
use crate::store::StoreError;
use crate::telemetry::event;

/// Polls that send, read or store at a time. The network has a limit of its own; this one bounds the memory for
/// bodies, of which a hostile one has up to ten megabytes.
const AT_ONCE: usize = 32;

/// So many polls that send, read or store at a time make it worth while to wait for each other's commits.
const MANY: usize = 8;

/// A poll that counts as under way as long as this lives.
pub(super) struct AmongPolls(Arc<AtomicUsize>);

impl AmongPolls {
    /// Joins the polls that are counted.
    pub(super) fn join(count: &Arc<AtomicUsize>) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(count))
    }

    /// Whether there are so many that their writes should share commits.
    pub(super) fn are_many(&self) -> bool {
        self.0.load(Ordering::Relaxed) >= MANY
    }
}

impl Drop for AmongPolls {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Polls under way. Dropping it cuts them off: each then counts as unfinished and keeps its distance.
pub struct Polls {
    tasks: JoinSet<Result<PollReport, StoreError>>,
    sources: HashMap<Id, SourceId>,
    room: Arc<Semaphore>,
}

impl Default for Polls {
    fn default() -> Self {
        Self::new()
    }
}

impl Polls {
    /// With nothing under way.
    pub fn new() -> Self {
        Self {
            tasks: JoinSet::new(),
            sources: HashMap::new(),
            room: Arc::new(Semaphore::new(AT_ONCE)),
        }
    }

    /// Whether nothing is under way.
    pub fn is_empty(&self) -> bool {
        self.tasks.is_empty()
    }

    /// The sources whose polls wait or run.
    pub fn under_way(&self) -> HashSet<SourceId> {
        self.sources.values().cloned().collect()
    }

    /// Starts the poll of the source at a place of the configuration. A poll waits for its host before it notes the
    /// moment of its request, so that the distance to the next one is counted from the right moment.
    pub(super) fn start(&mut self, engine: &Arc<Engine>, place: usize, state: PollState) {
        let Some(one) = engine.config.sources.get(place) else { return };
        let (id, private) = (one.source.id.clone(), one.source.allow_private);
        let url = state.address(&one.source.url).to_owned();
        // What has failed lately may hang again.
        let lane = if state.failures > 0 { Lane::Doubtful } else { Lane::Usual };
        let (room, engine) = (Arc::clone(&self.room), Arc::clone(engine));
        let task = self.tasks.spawn(async move {
            // In this order: a queue at one host must not take the room of all others.
            let turn = engine.fetcher.turn(&url, private, lane).await;
            // The semaphore is never closed, so there is always a permit in the end.
            let _permit = room.acquire_owned().await.ok();
            let among = engine.join_polls();
            // Boxed, so that the thousands that wait for their turn are small.
            let one = &engine.config.sources[place];
            Box::pin(engine.poll(one, &state, turn, &among)).await
        });
        self.sources.insert(task.id(), id);
    }

    /// Waits for the next poll to end: its report, or `Some(None)` for one that could not be stored. `None` when
    /// nothing is under way. May be dropped and asked again.
    pub async fn next(&mut self) -> Option<Option<PollReport>> {
        let ended = self.tasks.join_next_with_id().await?;
        let task = match &ended {
            Ok((task, _)) => *task,
            Err(error) => error.id(),
        };
        let source = self.sources.remove(&task);
        Some(report(source, ended.map(|(_, result)| result)))
    }
}

fn report(
    source: Option<SourceId>,
    ended: Result<Result<PollReport, StoreError>, JoinError>,
) -> Option<PollReport> {
    let id = source.map(|id| id.0).unwrap_or_default();
    match ended {
        Ok(Ok(report)) => {
            log(&report);
            Some(report)
        }
        Ok(Err(error)) => {
            let kind = super::daemon::event_of(&error);
            let error = super::chain(&error);
            tracing::error!(
                event = kind,
                source.id = id,
                error,
                "a poll could not be stored; it will be repeated"
            );
            None
        }
        Err(error) => {
            tracing::error!(
                event = event::SERVICE_PANICKED,
                source.id = id,
                %error,
                "a poll panicked; it will be repeated"
            );
            None
        }
    }
}

fn log(report: &PollReport) {
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
            event = event::POLL_FAILED,
            source.id = report.source,
            poll.outcome = report.outcome,
            error,
            "could not be read"
        ),
    }
}
