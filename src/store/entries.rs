//! The durable queue of entries: what is known, what waits, what failed.

use std::collections::HashMap;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use super::StoreError;
use super::column::{Ms, Word};
use crate::model::{
    Entry, EntryId, EntryState, Language, Relevance, RelevanceDecision, SourceId, Why,
};

/// What is known of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Its row.
    pub id: EntryId,
    /// Hash of the text last seen.
    pub revision: String,
    /// Where it stands.
    pub state: EntryState,
}

/// An entry that waits to be judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingEntry {
    /// Its row.
    pub id: EntryId,
    /// The source it came from.
    pub source: SourceId,
    /// Its text.
    pub entry: Entry,
    /// Attempts that failed so far.
    pub attempts: u32,
    /// Whether it belongs to the first sight of its source.
    pub baseline: bool,
    /// When it was first seen.
    pub first_seen: Timestamp,
}

/// An entry with everything known about it.
#[derive(Debug, Clone, PartialEq)]
pub struct EntryRow {
    /// The entry as it waits or waited.
    pub pending: PendingEntry,
    /// Where it stands.
    pub state: EntryState,
    /// The relevance decision, once there is one.
    pub decision: Option<RelevanceDecision>,
    /// Its score.
    pub score: Option<f64>,
    /// Why, for a reader.
    pub why: Option<Why>,
    /// What the last failed attempt met.
    pub last_error: Option<String>,
}

/// Of these keys of a source, those that are known.
///
/// # Errors
/// Any failure of the database.
pub fn known_entries<'k>(
    connection: &Connection,
    source: &SourceId,
    keys: impl IntoIterator<Item = &'k str>,
) -> Result<HashMap<String, Known>, StoreError> {
    let mut lookup = connection.prepare_cached(
        "SELECT id, revision, state FROM entries WHERE source_id = ?1 AND key = ?2",
    )?;
    let mut known = HashMap::new();
    for key in keys {
        let found = lookup
            .query_row([source.as_str(), key], |row| {
                Ok(Known {
                    id: EntryId(row.get(0)?),
                    revision: row.get(1)?,
                    state: row.get::<_, Word<EntryState>>(2)?.0,
                })
            })
            .optional()?;
        if let Some(found) = found {
            known.insert(key.to_owned(), found);
        }
    }
    Ok(known)
}

const COLUMNS: &str =
    "id, source_id, key, revision, attempts, baseline, first_seen, link, title, summary,
    content, published, updated, language, state, decision, score, why, last_error";

fn pending_row(row: &Row<'_>) -> rusqlite::Result<PendingEntry> {
    let instant = |column| -> rusqlite::Result<Option<Timestamp>> {
        Ok(row.get::<_, Option<Ms>>(column)?.map(|at| at.0))
    };
    Ok(PendingEntry {
        id: EntryId(row.get(0)?),
        source: SourceId(row.get(1)?),
        entry: Entry {
            key: row.get(2)?,
            revision: row.get(3)?,
            link: row.get(7)?,
            title: row.get(8)?,
            summary: row.get(9)?,
            content: row.get(10)?,
            published: instant(11)?,
            updated: instant(12)?,
            language: row.get::<_, Option<Word<Language>>>(13)?.map(|language| language.0),
        },
        attempts: row.get(4)?,
        baseline: row.get(5)?,
        first_seen: row.get::<_, Ms>(6)?.0,
    })
}

fn entry_row(row: &Row<'_>) -> rusqlite::Result<EntryRow> {
    Ok(EntryRow {
        pending: pending_row(row)?,
        state: row.get::<_, Word<EntryState>>(14)?.0,
        decision: row.get::<_, Option<Word<RelevanceDecision>>>(15)?.map(|decision| decision.0),
        score: row.get(16)?,
        why: row.get::<_, Option<String>>(17)?.map(|why| Why::read(&why)),
        last_error: row.get(18)?,
    })
}

/// Entries that wait to be judged and may be tried now, in order of arrival.
///
/// # Errors
/// Any failure of the database.
pub fn pending_entries(
    connection: &Connection,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<PendingEntry>, StoreError> {
    let rows = connection
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM entries WHERE state = 'pending' AND next_try <= ?1
             ORDER BY next_try, id LIMIT ?2"
        ))?
        .query_map(params![Ms(now), limit], pending_row)?
        .collect::<Result<_, _>>()?;
    Ok(rows)
}

/// One entry with everything known about it.
///
/// # Errors
/// Any failure of the database.
pub fn show_entry(connection: &Connection, id: EntryId) -> Result<Option<EntryRow>, StoreError> {
    let row = connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM entries WHERE id = ?1"))?
        .query_row([id.0], entry_row)
        .optional()?;
    Ok(row)
}

/// What an entry said before its feed changed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryRevision {
    /// Hash of the text.
    pub revision: String,
    /// When another text took its place.
    pub replaced: Timestamp,
    /// Its title.
    pub title: String,
    /// Its summary.
    pub summary: String,
}

/// Everything that an entry said before, the oldest first.
///
/// # Errors
/// Any failure of the database.
pub fn entry_history(
    connection: &Connection,
    id: EntryId,
) -> Result<Vec<EntryRevision>, StoreError> {
    let rows = connection
        .prepare_cached(
            "SELECT revision, replaced_at, title, summary FROM entry_revisions WHERE entry_id = ?1
             ORDER BY replaced_at",
        )?
        .query_map([id.0], |row| {
            Ok(EntryRevision {
                revision: row.get(0)?,
                replaced: row.get::<_, Ms>(1)?.0,
                title: row.get(2)?,
                summary: row.get(3)?,
            })
        })?
        .collect::<Result<_, _>>()?;
    Ok(rows)
}

/// Entries that arrived after `after`, in order of arrival.
///
/// # Errors
/// Any failure of the database.
pub fn entries_after(connection: &Connection, after: EntryId) -> Result<Vec<EntryRow>, StoreError> {
    let rows = connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM entries WHERE id > ?1 ORDER BY id"))?
        .query_map([after.0], entry_row)?
        .collect::<Result<_, _>>()?;
    Ok(rows)
}

/// Entries that were not kept but came close, seen since `since`, best first: for a person to look at.
///
/// # Errors
/// Any failure of the database.
pub fn near_misses(
    connection: &Connection,
    since: Timestamp,
    limit: u32,
) -> Result<Vec<EntryRow>, StoreError> {
    let rows = connection
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM entries
             WHERE decision = 'near_miss' AND state <> 'pending' AND changed_at >= ?1
             ORDER BY score DESC, id LIMIT ?2"
        ))?
        .query_map(params![Ms(since), limit], entry_row)?
        .collect::<Result<_, _>>()?;
    Ok(rows)
}

/// Remembers a failed attempt: the entry is tried again at `next_try`, or given up when there is none.
///
/// # Errors
/// Any failure of the database.
pub fn record_failure(
    tx: &Transaction<'_>,
    id: EntryId,
    error: &str,
    next_try: Option<Timestamp>,
) -> Result<(), StoreError> {
    tx.prepare_cached(
        "UPDATE entries SET attempts = attempts + 1, last_error = ?2,
             state = iif(?3 IS NULL, 'failed', 'pending'), next_try = coalesce(?3, next_try)
         WHERE id = ?1",
    )?
    .execute(params![id.0, error, next_try.map(Ms)])?;
    Ok(())
}

/// Rules out entries by title and summary alone.
///
/// # Errors
/// Any failure of the database.
pub fn record_rejections(
    tx: &Transaction<'_>,
    rejected: &[(EntryId, Relevance)],
) -> Result<(), StoreError> {
    for (id, relevance) in rejected {
        end_entry(tx, *id, EntryState::Rejected, Some(relevance), None)?;
    }
    Ok(())
}

/// Brings an entry to the end of its way.
pub(super) fn end_entry(
    tx: &Transaction<'_>,
    id: EntryId,
    state: EntryState,
    relevance: Option<&Relevance>,
    error: Option<&str>,
) -> Result<(), StoreError> {
    let changed = tx
        .prepare_cached(
            "UPDATE entries SET state = ?2, decision = coalesce(?3, decision),
                 score = coalesce(?4, score), why = coalesce(?5, why), last_error = ?6
             WHERE id = ?1",
        )?
        .execute(params![
            id.0,
            Word(state),
            relevance.map(|relevance| Word(relevance.decision)),
            relevance.map(|relevance| relevance.score),
            relevance.map(|relevance| relevance.why.stored()),
            error
        ])?;
    if changed == 1 { Ok(()) } else { Err(StoreError::Conflict(format!("there is no entry {id}"))) }
}
