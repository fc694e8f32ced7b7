//! One poll in one transaction: validators are never stored without the entries that they vouch for.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use super::StoreError;
use super::column::{Ms, Word, count};
use super::politeness::{Pause, save_pause};
use super::sources::{SourceState, Validators, save_state, save_validators};
use crate::model::{Entry, EntryId, EntryState, Relevance, SourceId};

/// What shall become of an entry that a poll brought.
#[derive(Debug, Clone, PartialEq)]
pub enum Fate {
    /// It waits to be judged; a known entry whose text has changed is judged again.
    Pending,
    /// Title and summary have ruled it out already; the feed's full text is not kept.
    Rejected(Relevance),
    /// A known entry takes its new text and stays what it was. A new one waits to be judged.
    AsItWas,
}

/// An entry of a feed, with its fate.
#[derive(Debug, Clone, PartialEq)]
pub struct SeenEntry {
    /// The entry as the feed gives it now.
    pub entry: Entry,
    /// What shall become of it.
    pub fate: Fate,
}

/// Everything that one poll changes.
#[derive(Debug, Clone, PartialEq)]
pub struct PollRecord {
    /// The source polled.
    pub source: SourceId,
    /// When the request was begun.
    pub started: Timestamp,
    /// When its outcome was known; also the arrival of its entries.
    pub finished: Timestamp,
    /// The outcome as a stable word.
    pub outcome: String,
    /// Whether the source answered as it should (also without anything new).
    pub ok: bool,
    /// Status of the last response, if there was one.
    pub http_status: Option<u16>,
    /// Bytes of the body as received.
    pub bytes: u64,
    /// Entries in the document, known ones included.
    pub seen: u32,
    /// What went wrong, for a reader.
    pub error: Option<String>,
    /// New validators; `None` leaves those that are stored.
    pub validators: Option<Validators>,
    /// New and changed entries. Known unchanged ones may be among them and change nothing.
    pub entries: Vec<SeenEntry>,
    /// Whether the entries are a first sight of the source, which fills the ledger silently.
    pub baseline: bool,
    /// What the next poll must know.
    pub state: SourceState,
    /// What the server asked for on behalf of all that belongs to it.
    pub pause: Option<Pause>,
}

/// What a poll changed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PollCounts {
    /// Entries never seen before.
    pub new: u32,
    /// Known entries with another revision.
    pub changed: u32,
    /// Those of both that now wait to be judged, in the order of the feed.
    pub pending: Vec<EntryId>,
}

/// A line of the poll log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PollRow {
    /// The source polled.
    pub source: SourceId,
    /// When the request was begun.
    pub started: Timestamp,
    /// When its outcome was known.
    pub finished: Timestamp,
    /// The outcome as a stable word.
    pub outcome: String,
    /// Whether the source answered as it should.
    pub ok: bool,
    /// Status of the last response.
    pub http_status: Option<u16>,
    /// Bytes of the body as received.
    pub bytes: u64,
    /// Entries in the document.
    pub seen: u32,
    /// Entries never seen before.
    pub new: u32,
    /// Known entries with another revision.
    pub changed: u32,
    /// What went wrong.
    pub error: Option<String>,
}

/// How a source fared in a period: for the line of a digest that explains silence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage {
    /// The source.
    pub source: SourceId,
    /// Name shown to readers.
    pub name: String,
    /// Polls that went as they should.
    pub good: u32,
    /// Polls that did not.
    pub bad: u32,
    /// Entries never seen before.
    pub new: u32,
    /// When a poll last succeeded, in the period or before.
    pub last_success: Option<Timestamp>,
    /// Its health now, in one word; `None` before the first poll.
    pub health: Option<String>,
}

/// Remembers what must be known even if the process dies during the request that follows: a loop of crashes
/// shall not become a loop of requests.
///
/// # Errors
/// Any failure of the database.
pub fn record_before_request(
    tx: &Transaction<'_>,
    source: &SourceId,
    state: &SourceState,
    now: Timestamp,
) -> Result<(), StoreError> {
    save_state(tx, source, state, now)
}

/// Stores several polls in one transaction, each complete.
///
/// # Errors
/// Any failure of the database; then none of them is stored.
pub fn record_polls(
    tx: &Transaction<'_>,
    polls: &[PollRecord],
) -> Result<Vec<PollCounts>, StoreError> {
    polls.iter().map(|poll| record_poll(tx, poll)).collect()
}

/// Stores one poll: validators, entries, what the next poll must know, and the log.
///
/// # Errors
/// Any failure of the database, among them a source that is not in `sources`.
pub fn record_poll(tx: &Transaction<'_>, poll: &PollRecord) -> Result<PollCounts, StoreError> {
    save_state(tx, &poll.source, &poll.state, poll.finished)?;
    if let Some(validators) = &poll.validators {
        save_validators(tx, &poll.source, validators)?;
    }
    if let Some(pause) = &poll.pause {
        save_pause(tx, pause)?;
    }
    let mut counts = PollCounts::default();
    for seen in &poll.entries {
        let arrival = if let Some(id) = insert_new(tx, poll, seen)? {
            counts.new += 1;
            (!matches!(seen.fate, Fate::Rejected(_))).then_some(id)
        } else if let Some((id, state)) = update_changed(tx, poll, seen)? {
            counts.changed += 1;
            (state == EntryState::Pending).then_some(id)
        } else {
            None
        };
        counts.pending.extend(arrival);
    }
    tx.prepare_cached(
        "INSERT INTO polls (source_id, started_at, finished_at, outcome, ok, http_status, bytes,
             entries_seen, entries_new, entries_changed, error)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    )?
    .execute(params![
        poll.source.as_str(),
        Ms(poll.started),
        Ms(poll.finished),
        poll.outcome,
        poll.ok,
        poll.http_status,
        count(poll.bytes),
        poll.seen,
        counts.new,
        counts.changed,
        poll.error
    ])?;
    Ok(counts)
}

/// Adds the entry; `None` when its key is known.
fn insert_new(
    tx: &Transaction<'_>,
    poll: &PollRecord,
    seen: &SeenEntry,
) -> Result<Option<EntryId>, StoreError> {
    let entry = &seen.entry;
    let (state, relevance) = match &seen.fate {
        Fate::Rejected(relevance) => ("rejected", Some(relevance)),
        Fate::Pending | Fate::AsItWas => ("pending", None),
    };
    let added = tx
        .prepare_cached(
            "INSERT INTO entries (source_id, key, revision, state, next_try, baseline, first_seen,
                 changed_at, link, title, summary, content, published, updated, language,
                 decision, score, why)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?5, ?5, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)
             ON CONFLICT (source_id, key) DO NOTHING",
        )?
        .execute(params![
            poll.source.as_str(),
            entry.key,
            entry.revision,
            state,
            Ms(poll.finished),
            poll.baseline,
            entry.link,
            entry.title,
            entry.summary,
            entry.content.as_deref().filter(|_| relevance.is_none()),
            entry.published.map(Ms),
            entry.updated.map(Ms),
            entry.language.map(|language| language.tag()),
            relevance.map(|relevance| Word(relevance.decision)),
            relevance.map(|relevance| relevance.score),
            relevance.map(|relevance| relevance.why.stored()),
        ])?;
    Ok((added == 1).then(|| EntryId(tx.last_insert_rowid())))
}

/// Gives a known entry its new text; `None` when the revision is the stored one. Returns its state afterwards.
fn update_changed(
    tx: &Transaction<'_>,
    poll: &PollRecord,
    seen: &SeenEntry,
) -> Result<Option<(EntryId, EntryState)>, StoreError> {
    let entry = &seen.entry;
    let (state, relevance) = match &seen.fate {
        Fate::Pending => (Some("pending"), None),
        Fate::Rejected(relevance) => (Some("rejected"), Some(relevance)),
        Fate::AsItWas => (None, None),
    };
    tx.prepare_cached(
        "INSERT OR IGNORE INTO entry_revisions (entry_id, revision, replaced_at, title, summary)
         SELECT id, revision, ?4, title, summary FROM entries
         WHERE source_id = ?1 AND key = ?2 AND revision <> ?3",
    )?
    .execute(params![poll.source.as_str(), entry.key, entry.revision, Ms(poll.finished)])?;
    let changed = tx
        .prepare_cached(
            // What was judged as part of a first sight and is told anew now is news; what still waits is not.
            "UPDATE entries SET revision = ?3, state = coalesce(?4, state), changed_at = ?5,
                 baseline = iif(state = 'pending', baseline, ?16), next_try = ?5, attempts = 0, link = ?6, title = ?7, summary = ?8, content = ?9,
                 published = ?10, updated = ?11, language = ?12,
                 decision = coalesce(?13, decision), score = coalesce(?14, score), why = coalesce(?15, why)
             WHERE source_id = ?1 AND key = ?2 AND revision <> ?3
             RETURNING id, state",
        )?
        .query_row(
            params![
                poll.source.as_str(),
                entry.key,
                entry.revision,
                state,
                Ms(poll.finished),
                entry.link,
                entry.title,
                entry.summary,
                entry.content.as_deref().filter(|_| relevance.is_none()),
                entry.published.map(Ms),
                entry.updated.map(Ms),
                entry.language.map(|language| language.tag()),
                relevance.map(|relevance| Word(relevance.decision)),
                relevance.map(|relevance| relevance.score),
                relevance.map(|relevance| relevance.why.stored()),
                poll.baseline,
            ],
            |row| Ok((EntryId(row.get(0)?), row.get::<_, Word<EntryState>>(1)?.0)),
        )
        .optional()?;
    Ok(changed)
}

const POLL_COLUMNS: &str = "source_id, started_at, finished_at, outcome, ok, http_status, bytes,
    entries_seen, entries_new, entries_changed, error";

fn poll_row(row: &Row<'_>) -> rusqlite::Result<PollRow> {
    Ok(PollRow {
        source: SourceId(row.get(0)?),
        started: row.get::<_, Ms>(1)?.0,
        finished: row.get::<_, Ms>(2)?.0,
        outcome: row.get(3)?,
        ok: row.get(4)?,
        http_status: row.get(5)?,
        bytes: row.get::<_, i64>(6)?.unsigned_abs(),
        seen: row.get(7)?,
        new: row.get(8)?,
        changed: row.get(9)?,
        error: row.get(10)?,
    })
}

/// The latest polls of a source, newest first.
///
/// # Errors
/// Any failure of the database.
pub fn recent_polls(
    connection: &Connection,
    source: &SourceId,
    limit: u32,
) -> Result<Vec<PollRow>, StoreError> {
    let rows = connection
        .prepare_cached(&format!(
            "SELECT {POLL_COLUMNS} FROM polls WHERE source_id = ?1 ORDER BY started_at DESC, id DESC LIMIT ?2"
        ))?
        .query_map(params![source.as_str(), limit], poll_row)?
        .collect::<Result<_, _>>()?;
    Ok(rows)
}

pub(super) fn last_poll(
    connection: &Connection,
    source: &SourceId,
) -> Result<Option<PollRow>, StoreError> {
    Ok(recent_polls(connection, source, 1)?.pop())
}

/// How each enabled source fared in the polls begun from `from` (inclusive) to `to` (exclusive).
///
/// # Errors
/// Any failure of the database.
pub fn coverage(
    connection: &Connection,
    from: Timestamp,
    to: Timestamp,
) -> Result<Vec<Coverage>, StoreError> {
    let rows = connection
        .prepare_cached(
            "SELECT sources.id, name, health,
                 count(polls.id) FILTER (WHERE ok = 1), count(polls.id) FILTER (WHERE ok = 0),
                 coalesce(sum(entries_new), 0),
                 (SELECT finished_at FROM polls AS p WHERE p.source_id = sources.id AND p.ok = 1
                      ORDER BY started_at DESC LIMIT 1)
             FROM sources
                 LEFT JOIN source_state ON source_state.source_id = sources.id
                 LEFT JOIN polls ON polls.source_id = sources.id AND started_at >= ?1 AND started_at < ?2
             WHERE enabled = 1 AND removed_at IS NULL
             GROUP BY sources.id ORDER BY sources.id",
        )?
        .query_map([Ms(from), Ms(to)], |row| {
            Ok(Coverage {
                source: SourceId(row.get(0)?),
                name: row.get(1)?,
                health: row.get(2)?,
                good: row.get(3)?,
                bad: row.get(4)?,
                new: row.get(5)?,
                last_success: row.get::<_, Option<Ms>>(6)?.map(|at| at.0),
            })
        })?
        .collect::<Result<_, _>>()?;
    Ok(rows)
}
