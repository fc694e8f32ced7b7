//! Everything that outlives the process: one SQLite file.
//!
//! [`Store`] is a handle to it. All writes go through one thread that owns the only writable connection
//! ([`Store::write`]); reads use connections of their own and never wait for it ([`Store::read`]). What belongs
//! together is one function over a [`Transaction`] and a plain record:
//!
//! | record | one transaction holds |
//! |---|---|
//! | [`PollRecord`] | new validators, all new entries as pending, changed entries, the next poll, the log |
//! | [`JudgementRecord`] | article, mentions, verdicts, ledger changes, outbox rows, the entry's end |
//! | [`DigestRecord`] | the digest, its window, its outbox row |
//!
//! Instants are stored as UTC milliseconds, civil dates as text as precise as they are known, whole values of
//! the model as JSON beside the columns that are queried. Identity (entries), evidence (articles, mentions) and
//! decisions (verdicts, corrections) are never deleted.

mod accounts;
mod articles;
mod backup;
mod column;
mod corrections;
mod delivery;
mod digests;
mod entries;
mod error;
mod evidence;
mod facts;
mod held;
mod judgement;
mod ledger;
mod meta;
mod migrate;
mod open;
mod outbox;
mod politeness;
mod polls;
mod recall;
mod retention;
mod revision;
mod search;
mod sources;
mod status;
mod threads;
mod trouble;
mod ways;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

pub use rusqlite::{Connection, Transaction};

pub use accounts::{
    ArticleRow, MentionPlace, OldMention, ReadMention, article_rows, entries_of_mentions,
    mentions_known_by, places_of_mentions, present_mentions_of,
};
pub use articles::{
    ArticleRecord, LatestReading, StoredArticle, articles_at, articles_with_body, every_article,
    insert_article, latest_reading, next_article_id, recent_articles, show_article, text_hash,
};
pub use backup::{Restored, backup_into, dated_copies, restore, verify};
pub use corrections::{
    CorrectionRow, corrections, insert_correction, ledger_revisions, ledger_stamp,
    next_correction_id,
};
pub use delivery::{
    LeasedMessage, expire_leases, give_up_other_channels, lease_due, mark_accepted, mark_deferred,
    mark_rejected, mark_unknown, shorten_message,
};
pub use digests::{
    Digest, DigestRecord, digest_before, digest_from, last_digest, last_mailed_digest,
    record_digest, sent_digests,
};
pub use entries::{
    EntryRevision, EntryRow, Known, PendingEntry, entries_after, entry_history, known_entries,
    near_misses, pending_entries, record_failure, record_rejections, show_entry,
};
pub use error::StoreError;
pub use evidence::{
    EvidenceRow, LedgerEntry, LedgerStep, commitment_evidence, walk_ledger, walk_mentions,
};
pub use facts::{
    ArticleRef, Fact, article_facts, commitment_facts, kept_between, to_be_announced, verdict_end,
    verdicts_between, with_mentions_between,
};
pub use held::{
    Gathered, HeldMessage, Release, due_held, postpone, release, second_source_arrived,
    thread_parent, unconfirmed, withdraw_held,
};
pub use judgement::{EntryEnd, Judged, JudgedMention, JudgementRecord, record_judgement};
pub use ledger::{
    CommitmentFile, LedgerFilter, LedgerRows, instrument_names, list_commitments, load_ledger,
    redirect_commitment, save_commitment, save_instrument, show_commitment,
};
pub use meta::{meta, set_meta};
pub use migrate::{Upgrade, UpgradeHook, schema_version};
pub use open::{Options, StatementHook, running, schema_found};
pub use outbox::{
    MessageKind, MessageRow, MessageState, NewMessage, insert_message, is_announced, messages,
};
pub use politeness::{
    Pause, Robots, ToldHealth, forget_servers, pauses, refused_pages, robots, save_pause,
    save_robots, save_told_health, told_health,
};
pub use polls::{
    Coverage, Fate, PollCounts, PollRecord, PollRow, SeenEntry, coverage, recent_polls,
    record_before_request, record_poll, record_polls,
};
pub use recall::{drop_message, given_up_messages, message, overdue_messages, retry_message};
pub use retention::{Purged, Retention, last_retention, purge, record_retention};
pub use revision::{NewReading, Revision, revise_ledger};
pub use search::{Hit, Search, search};
pub use sources::{
    SourceRow, SourceState, Validators, list_sources, save_state, source_states, sync_sources,
    validators,
};
pub use status::{Pulse, Status, newest_moment, pulse, status};
pub use threads::message_bytes;
pub use trouble::{Trouble, record_untold, trouble, trouble_at, untold};
pub use ways::{
    ClosedWay, Refusals, buckets, close_way, closed_ways, forget_refusals, forgive, note_bounce,
    note_refusal, note_return, open_way, refusals, save_buckets, suspend,
};

/// Idle connections kept for the next reader.
const IDLE_READERS: usize = 4;

/// A handle to the database; clones share it. The file is closed when the last clone is dropped, after all
/// queued writes are on disk.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

/// Fields are dropped in this order: readers first, so that the writer closes last and leaves no log behind; the
/// lock at the very end.
struct Inner {
    readers: Mutex<Vec<Connection>>,
    writer: Option<writer::Writer>,
    path: PathBuf,
    busy_timeout: Duration,
    _lock: Option<open::InstanceLock>,
}

impl Store {
    /// Opens the database, creating or upgrading it unless `options` say to read only.
    ///
    /// # Errors
    /// A [`StoreError`] variant for each thing that can be wrong with the file.
    pub fn open(mut options: Options) -> Result<Self, StoreError> {
        let path = options.path.clone();
        let busy_timeout = options.busy_timeout;
        let (writer, lock) = if options.read_only {
            (None, None)
        } else {
            let lock = if options.beside {
                open::check_readable(&open::open_reader(&path, busy_timeout)?, &path)?;
                None
            } else {
                Some(open::InstanceLock::take(&path)?)
            };
            let connection = open::open_writer(&mut options)?;
            (Some(writer::Writer::start(connection, path.clone())?), lock)
        };
        let inner = Inner { readers: Mutex::default(), writer, path, busy_timeout, _lock: lock };
        let store = Self { inner: Arc::new(inner) };
        if options.read_only {
            store.read_blocking(|connection| open::check_readable(connection, &options.path))?;
        }
        Ok(store)
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.inner.path
    }

    /// Bytes of the write-ahead log beside the file; 0 where there is none.
    pub fn log_bytes(&self) -> u64 {
        let mut log = self.inner.path.clone().into_os_string();
        log.push("-wal");
        std::fs::metadata(log).map_or(0, |about| about.len())
    }

    /// Runs `change` in a write transaction, which is committed when it returns `Ok` and undone otherwise. The
    /// answer comes after the commit is on disk. Dropping the future does not call the write back.
    ///
    /// # Errors
    /// What `change` returns, or why the transaction could not be begun or committed. `Undone` when another write
    /// that shared the transaction found no room: this one may be tried again at once.
    pub async fn write<T, F>(&self, change: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Transaction<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        self.writer()?.write(change, false).await
    }

    /// The same for a write of which many more are on their way: it may wait some milliseconds to share their commit.
    ///
    /// # Errors
    /// As [`Store::write`].
    pub async fn write_with_others<T, F>(&self, change: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Transaction<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        self.writer()?.write(change, true).await
    }

    /// [`Store::write`] for code outside of async tasks: holds the calling thread. Never call it from within a
    /// `change`, which runs on the writer's own thread and would wait for itself.
    ///
    /// # Errors
    /// As [`Store::write`].
    pub fn write_blocking<T, F>(&self, change: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Transaction<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        self.writer()?.write_blocking(change)
    }

    /// Runs `query` on a read-only connection, on a thread for blocking work. All that it reads is one
    /// consistent state.
    ///
    /// # Errors
    /// What `query` returns, or why no connection could be had.
    pub async fn read<T, F>(&self, query: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        let store = self.clone();
        tokio::task::spawn_blocking(move || store.read_blocking(query)).await.map_err(|error| {
            if error.is_panic() { StoreError::Panicked } else { StoreError::Closed }
        })?
    }

    /// [`Store::read`] on the calling thread.
    ///
    /// # Errors
    /// As [`Store::read`].
    pub fn read_blocking<T, F>(&self, query: F) -> Result<T, StoreError>
    where
        F: FnOnce(&Connection) -> Result<T, StoreError>,
    {
        let inner = &self.inner;
        self.read_with(query).map_err(|error| error.on(&inner.path))
    }

    fn read_with<T, F>(&self, query: F) -> Result<T, StoreError>
    where
        F: FnOnce(&Connection) -> Result<T, StoreError>,
    {
        let idle = self.readers().pop();
        let mut connection = match idle {
            Some(connection) => connection,
            None => open::open_reader(&self.inner.path, self.inner.busy_timeout)?,
        };
        // One transaction, so that two queries of the same question see the same state.
        let transaction = connection.transaction()?;
        let answer = query(&transaction);
        drop(transaction);
        let mut readers = self.readers();
        if readers.len() < IDLE_READERS {
            readers.push(connection);
        }
        answer
    }

    /// Copies the whole database, as it is at one moment, to a single file at `to`, and checks the copy. The
    /// daemon goes on reading and writing meanwhile. An existing file at `to` is replaced only when the copy is
    /// sound.
    ///
    /// # Errors
    /// `File` when the copy cannot be written, `Corrupt` when it fails its check.
    pub fn backup(&self, to: &Path) -> Result<(), StoreError> {
        let source = open::open_reader(&self.inner.path, self.inner.busy_timeout)?;
        backup::copy_database(&source, to).map_err(|error| error.on(&self.inner.path))
    }

    /// Whether writes make progress: the thread that makes them lives, and none of its transactions has gone on for
    /// longer than `patience`. True of a store that is only read.
    pub fn writer_moves(&self, patience: Duration) -> bool {
        self.inner.writer.as_ref().is_none_or(|writer| writer.moves(patience))
    }

    fn writer(&self) -> Result<&writer::Writer, StoreError> {
        self.inner.writer.as_ref().ok_or(StoreError::OpenedForReading)
    }

    fn readers(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        // A reader that panicked left the pool itself in order.
        self.inner.readers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
