//! The writer: one thread that owns the only writable connection.
//!
//! Writes queue up in a bounded channel. Those that are waiting when a transaction begins share it, each behind
//! a savepoint of its own, so that a burst of small writes costs one flush to disk instead of one each. A write
//! is answered only after its transaction is on disk; one that fails is undone alone, and the others stand. Writes of
//! whom more of the kind are on their way may say that they can wait: then a few milliseconds are given to those.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::StoreError;

/// Writes waiting before callers are held back.
const QUEUE: usize = 256;
/// Most writes in one transaction: bounds how long readers of results wait for each other.
const GROUP: usize = 64;
/// How long writes that can wait are held for others, and how many need no others.
const LINGER: Duration = Duration::from_millis(3);
const ENOUGH: usize = 24;

/// Tells the caller how it ended, once that is certain; `None` is success of the shared transaction.
type Answer = Box<dyn FnOnce(Option<&StoreError>) + Send>;
/// Runs one write in the transaction, or is told that there is none. Returns why its changes must go, if so.
type Change =
    Box<dyn FnOnce(Result<&Transaction<'_>, &StoreError>) -> (Option<StoreError>, Answer) + Send>;

struct Write {
    change: Change,
    can_wait: bool,
}

pub(super) struct Writer {
    path: PathBuf,
    queue: Option<SyncSender<Write>>,
    thread: Option<JoinHandle<()>>,
    /// Since when the present transaction goes on; nothing while none does.
    busy_since: Since,
}

type Since = Arc<Mutex<Option<Instant>>>;

fn note(since: &Since, moment: Option<Instant>) {
    *since.lock().unwrap_or_else(PoisonError::into_inner) = moment;
}

impl Writer {
    pub(super) fn start(connection: Connection, path: PathBuf) -> Result<Self, StoreError> {
        let (queue, writes) = sync_channel(QUEUE);
        let busy_since = Since::default();
        let thread = std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn({
                let (path, busy_since) = (path.clone(), Arc::clone(&busy_since));
                move || serve(connection, &path, &writes, &busy_since)
            })
            .map_err(|source| StoreError::File {
                doing: "start a writer for",
                path: path.clone(),
                source,
            })?;
        Ok(Self { path, queue: Some(queue), thread: Some(thread), busy_since })
    }

    /// Whether the thread lives, and no transaction of it takes longer than `patience`.
    pub(super) fn moves(&self, patience: Duration) -> bool {
        let since = *self.busy_since.lock().unwrap_or_else(PoisonError::into_inner);
        self.thread.as_ref().is_some_and(|thread| !thread.is_finished())
            && since.is_none_or(|since| since.elapsed() <= patience)
    }

    /// Queues a write and waits for its end without holding a thread.
    pub(super) async fn write<T, F>(&self, change: F, can_wait: bool) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Transaction<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        let (answer, end) = tokio::sync::oneshot::channel();
        let change = write_of(change, move |result| {
            // A caller that has gone away does not undo its write.
            let _ = answer.send(result);
        });
        let write = Write { change, can_wait };
        let queue = self.queue.as_ref().ok_or(StoreError::Closed)?;
        match queue.try_send(write) {
            Ok(()) => {}
            Err(TrySendError::Disconnected(_)) => return Err(StoreError::Closed),
            Err(TrySendError::Full(write)) => {
                let queue = queue.clone();
                tokio::task::spawn_blocking(move || queue.send(write))
                    .await
                    .map_err(|_| StoreError::Closed)?
                    .map_err(|_| StoreError::Closed)?;
            }
        }
        end.await.map_err(|_| StoreError::Closed)?.map_err(|error| error.on(&self.path))
    }

    /// Queues a write and waits for its end on this thread.
    pub(super) fn write_blocking<T, F>(&self, change: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Transaction<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        let (answer, end) = sync_channel(1);
        let change = write_of(change, move |result| {
            let _ = answer.send(result);
        });
        let write = Write { change, can_wait: false };
        let queue = self.queue.as_ref().ok_or(StoreError::Closed)?;
        queue.send(write).map_err(|_| StoreError::Closed)?;
        end.recv().map_err(|_| StoreError::Closed)?.map_err(|error| error.on(&self.path))
    }
}

impl Drop for Writer {
    /// Waits until all queued writes are on disk.
    fn drop(&mut self) {
        drop(self.queue.take());
        if let Some(thread) = self.thread.take()
            && thread.thread().id() != std::thread::current().id()
        {
            // The thread catches panics of its writes; there is nothing to learn from its end.
            let _ = thread.join();
        }
    }
}

fn write_of<T, F, A>(change: F, answer: A) -> Change
where
    T: Send + 'static,
    F: FnOnce(&Transaction<'_>) -> Result<T, StoreError> + Send + 'static,
    A: FnOnce(Result<T, StoreError>) + Send + 'static,
{
    Box::new(move |transaction| {
        let result = match transaction {
            Ok(transaction) => catch_unwind(AssertUnwindSafe(|| change(transaction)))
                .unwrap_or(Err(StoreError::Panicked)),
            Err(failure) => Err(failure.shared()),
        };
        let wrong = result.as_ref().err().map(StoreError::shared);
        let answer: Answer = Box::new(move |failure| {
            answer(match (result, failure) {
                (Ok(_), Some(failure)) => Err(failure.shared()),
                (result, _) => result,
            });
        });
        (wrong, answer)
    })
}

fn serve(mut connection: Connection, path: &Path, writes: &Receiver<Write>, busy_since: &Since) {
    let mut waiting = Vec::with_capacity(GROUP);
    while let Ok(first) = writes.recv() {
        waiting.push(first);
        waiting.extend(writes.try_iter().take(GROUP - 1));
        if waiting.len() < ENOUGH && waiting.iter().all(|write: &Write| write.can_wait) {
            std::thread::sleep(LINGER);
            waiting.extend(writes.try_iter().take(GROUP - waiting.len()));
        }
        let mut group = waiting.drain(..).peekable();
        while group.peek().is_some() {
            note(busy_since, Some(Instant::now()));
            run_group(&mut connection, path, &mut group);
        }
        note(busy_since, None);
    }
    // Lets the query planner keep its statistics; losing them costs nothing but a little time.
    let _ = connection.execute_batch("PRAGMA optimize");
}

/// Runs writes in one transaction until there are no more or SQLite has given the transaction up, and answers
/// them.
fn run_group(
    connection: &mut Connection,
    path: &Path,
    group: &mut std::iter::Peekable<std::vec::Drain<'_, Write>>,
) {
    let mut answers = Vec::new();
    let end = match connection.transaction_with_behavior(TransactionBehavior::Immediate) {
        Err(error) => {
            let failure = StoreError::from(error).on(path);
            answers.extend(group.map(|write| (write.change)(Err(&failure)).1));
            Err(failure)
        }
        Ok(transaction) => {
            let mut end = Ok(());
            for write in group {
                let (answer, kept) = run_one(&transaction, path, write);
                answers.push(answer);
                end = kept;
                if end.is_err() {
                    break;
                }
            }
            end.and_then(|()| Ok(transaction.commit()?)).map_err(|failure| failure.on(path))
        }
    };
    for answer in answers {
        answer(end.as_ref().err());
    }
}

/// Runs one write behind a savepoint. An error means that the whole transaction is lost.
fn run_one(
    transaction: &Transaction<'_>,
    path: &Path,
    write: Write,
) -> (Answer, Result<(), StoreError>) {
    let statement = |sql| -> Result<(), StoreError> {
        transaction.prepare_cached(sql)?.execute([])?;
        Ok(())
    };
    if let Err(failure) = statement("SAVEPOINT one_write") {
        let (_, answer) = (write.change)(Err(&failure));
        return (answer, Err(failure));
    }
    let (wrong, answer) = (write.change)(Ok(transaction));
    let kept = match wrong {
        None => statement("RELEASE one_write"),
        // Out of room or an I/O error: SQLite has rolled everything back by itself. The neighbours may try again.
        Some(failure) if transaction.is_autocommit() => {
            Err(StoreError::Undone { reason: failure.on(path).to_string() })
        }
        Some(_) => statement("ROLLBACK TO one_write").and_then(|()| statement("RELEASE one_write")),
    };
    (answer, kept)
}
