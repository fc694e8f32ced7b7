//! Many small writes, few transactions: what polls want stored is taken together, each poll whole. While one
//! transaction waits for the disk, the next batch gathers by itself.

use tokio::sync::{mpsc, oneshot};

use crate::model::SourceId;
use crate::store::{self, PollCounts, PollRecord, SourceState, Store, StoreError};

/// Writes taken together at most.
const BATCH: usize = 128;
/// Writes waiting at most; a poller with more to say waits.
const QUEUE: usize = 256;

/// What polls want stored.
enum Write {
    /// The state before a request.
    Before(SourceId, SourceState, jiff::Timestamp, oneshot::Sender<Result<(), RecordError>>),
    /// What came of it.
    After(Box<PollRecord>, oneshot::Sender<Result<PollCounts, RecordError>>),
}

/// A write that was not done. The database's own words were logged where it failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct RecordError(pub String);

/// A handle to the recorder; it ends when the last one is dropped.
#[derive(Clone)]
pub(super) struct Recorder {
    queue: mpsc::Sender<Write>,
}

impl Recorder {
    /// Starts a recorder on a database.
    pub fn start(store: Store) -> Self {
        let (queue, mut writes) = mpsc::channel(QUEUE);
        tokio::spawn(async move {
            let mut batch = Vec::with_capacity(BATCH);
            while writes.recv_many(&mut batch, BATCH).await > 0 {
                write(&store, std::mem::take(&mut batch)).await;
            }
        });
        Self { queue }
    }

    /// Stores the state before a request; returns when it is on disk.
    pub async fn before(
        &self,
        source: SourceId,
        state: SourceState,
        now: jiff::Timestamp,
    ) -> Result<(), RecordError> {
        let (answer, stored) = oneshot::channel();
        self.send(Write::Before(source, state, now, answer)).await?;
        stored.await.map_err(|_| ended())?
    }

    /// Stores a poll; returns when it is on disk.
    pub async fn after(&self, poll: PollRecord) -> Result<PollCounts, RecordError> {
        let (answer, stored) = oneshot::channel();
        self.send(Write::After(Box::new(poll), answer)).await?;
        stored.await.map_err(|_| ended())?
    }

    async fn send(&self, write: Write) -> Result<(), RecordError> {
        self.queue.send(write).await.map_err(|_| ended())
    }
}

fn ended() -> RecordError {
    RecordError("the recorder of polls has ended".to_owned())
}

/// Stores a batch in one transaction. When that fails each write is tried alone, so that one bad record does not
/// take the others with it.
async fn write(store: &Store, batch: Vec<Write>) {
    let mut before = Vec::new();
    let mut polls = Vec::new();
    let mut before_answers = Vec::new();
    let mut poll_answers = Vec::new();
    for write in batch {
        match write {
            Write::Before(source, state, now, answer) => {
                before.push((source, state, now));
                before_answers.push(answer);
            }
            Write::After(poll, answer) => {
                polls.push(*poll);
                poll_answers.push(answer);
            }
        }
    }
    let (states, records) = (before.clone(), polls.clone());
    let together = store
        .write(move |tx| {
            for (source, state, now) in &states {
                store::record_before_request(tx, source, state, *now)?;
            }
            store::record_polls(tx, &records)
        })
        .await;
    match together {
        Ok(counts) => {
            for answer in before_answers {
                let _ = answer.send(Ok(()));
            }
            for (answer, counts) in poll_answers.into_iter().zip(counts) {
                let _ = answer.send(Ok(counts));
            }
        }
        Err(error) => {
            tracing::debug!(%error, "a batch of polls could not be stored; trying each alone");
            for ((source, state, now), answer) in before.into_iter().zip(before_answers) {
                let stored = store
                    .write(move |tx| store::record_before_request(tx, &source, &state, now))
                    .await;
                let _ = answer.send(stored.map_err(told));
            }
            for (poll, answer) in polls.into_iter().zip(poll_answers) {
                let stored = store.write(move |tx| store::record_poll(tx, &poll)).await;
                let _ = answer.send(stored.map_err(told));
            }
        }
    }
}

#[expect(clippy::needless_pass_by_value, reason = "used in map_err")]
fn told(error: StoreError) -> RecordError {
    RecordError(super::chain(&error))
}
