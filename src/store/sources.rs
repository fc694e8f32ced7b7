//! Sources as configured, and what is remembered of each between polls.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use super::StoreError;
use super::column::{Json, Ms};
use super::polls::{PollRow, last_poll};
use crate::model::{Source, SourceId};

/// What the next poll of a source must know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceState {
    /// The poller's own memory as JSON; opaque to the store.
    pub json: String,
    /// When the source should be polled next.
    pub next_due: Option<Timestamp>,
    /// Before this moment it must not be polled, whatever the schedule says.
    pub not_before: Option<Timestamp>,
    /// Its health in one word, as the poller names it.
    pub health: String,
}

/// What a server gave to make the next request conditional, byte for byte.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Validators {
    /// The address that sent them.
    pub url: String,
    /// `ETag`, quotes and weakness mark included.
    pub etag: Option<Vec<u8>>,
    /// `Last-Modified`, as sent.
    pub last_modified: Option<Vec<u8>>,
    /// Hash of the body they came with, to know an unchanged document from a server without validators.
    pub body_hash: Option<String>,
}

/// A source with everything known about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceRow {
    /// As it was last configured.
    pub source: Source,
    /// What the next poll must know; `None` before the first poll.
    pub state: Option<SourceState>,
    /// When it was first configured.
    pub added_at: Timestamp,
    /// When it left the configuration, if it did.
    pub removed_at: Option<Timestamp>,
    /// The latest poll, if there was one.
    pub last_poll: Option<PollRow>,
    /// When a poll last succeeded.
    pub last_success: Option<Timestamp>,
}

/// Makes the stored sources those of the configuration: adds new ones, updates known ones, and marks the others
/// as removed, without deleting anything.
///
/// # Errors
/// Any failure of the database.
pub fn sync_sources(
    tx: &Transaction<'_>,
    sources: &[Source],
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut upsert = tx.prepare_cached(
        "INSERT INTO sources (id, name, url, enabled, source, added_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (id) DO UPDATE SET name = excluded.name, url = excluded.url,
             enabled = excluded.enabled, source = excluded.source, removed_at = NULL
         WHERE source <> excluded.source OR removed_at IS NOT NULL",
    )?;
    for source in sources {
        upsert.execute(params![
            source.id.as_str(),
            source.name,
            source.url,
            source.enabled,
            Json(source),
            Ms(now)
        ])?;
    }
    let configured: HashSet<&str> = sources.iter().map(|source| source.id.as_str()).collect();
    let known: Vec<String> = tx
        .prepare("SELECT id FROM sources WHERE removed_at IS NULL")?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    for gone in known.iter().filter(|id| !configured.contains(id.as_str())) {
        tx.execute("UPDATE sources SET removed_at = ?2 WHERE id = ?1", params![gone, Ms(now)])?;
    }
    Ok(())
}

/// All sources, by id; those that left the configuration only when `removed` is set.
///
/// # Errors
/// Any failure of the database.
pub fn list_sources(connection: &Connection, removed: bool) -> Result<Vec<SourceRow>, StoreError> {
    let mut rows: Vec<SourceRow> = connection
        .prepare_cached(
            "SELECT source, added_at, removed_at, state, next_due, not_before, health
             FROM sources LEFT JOIN source_state ON source_id = id
             WHERE removed_at IS NULL OR ?1 ORDER BY id",
        )?
        .query_map([removed], source_row)?
        .collect::<Result<_, _>>()?;
    let mut success = connection.prepare_cached(
        "SELECT finished_at FROM polls WHERE source_id = ?1 AND ok = 1 ORDER BY started_at DESC LIMIT 1",
    )?;
    for row in &mut rows {
        row.last_poll = last_poll(connection, &row.source.id)?;
        row.last_success = success
            .query_row([row.source.id.as_str()], |row| row.get::<_, Ms>(0))
            .optional()?
            .map(|at| at.0);
    }
    Ok(rows)
}

/// The pollers' own memories as JSON, by source: all that is needed to know which sources are due.
///
/// # Errors
/// Any failure of the database.
pub fn source_states(connection: &Connection) -> Result<HashMap<String, String>, StoreError> {
    let states = connection
        .prepare_cached("SELECT source_id, state FROM source_state")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    Ok(states)
}

fn source_row(row: &Row<'_>) -> rusqlite::Result<SourceRow> {
    let instant = |column| -> rusqlite::Result<Option<Timestamp>> {
        Ok(row.get::<_, Option<Ms>>(column)?.map(|at| at.0))
    };
    let state = match row.get::<_, Option<String>>(3)? {
        None => None,
        Some(json) => Some(SourceState {
            json,
            next_due: instant(4)?,
            not_before: instant(5)?,
            health: row.get(6)?,
        }),
    };
    Ok(SourceRow {
        source: row.get::<_, Json<Source>>(0)?.0,
        state,
        added_at: row.get::<_, Ms>(1)?.0,
        removed_at: instant(2)?,
        last_poll: None,
        last_success: None,
    })
}

/// The validators that `url` gave for a source.
///
/// # Errors
/// Any failure of the database.
pub fn validators(
    connection: &Connection,
    source: &SourceId,
    url: &str,
) -> Result<Option<Validators>, StoreError> {
    let found = connection
        .prepare_cached(
            "SELECT etag, last_modified, body_hash FROM validators WHERE source_id = ?1 AND url = ?2",
        )?
        .query_row([source.as_str(), url], |row| {
            Ok(Validators {
                url: url.to_owned(),
                etag: row.get(0)?,
                last_modified: row.get(1)?,
                body_hash: row.get(2)?,
            })
        })
        .optional()?;
    Ok(found)
}

/// Stores what the next poll must know.
///
/// # Errors
/// Any failure of the database, among them a source that is not in `sources`.
pub fn save_state(
    tx: &Transaction<'_>,
    source: &SourceId,
    state: &SourceState,
    now: Timestamp,
) -> Result<(), StoreError> {
    let values = params![
        source.as_str(),
        state.json,
        state.next_due.map(Ms),
        state.not_before.map(Ms),
        state.health,
        Ms(now)
    ];
    // All but the first time it is there, and to change a row costs half of what it costs to try to add one.
    let changed = tx
        .prepare_cached(
            "UPDATE source_state SET state = ?2, next_due = ?3, not_before = ?4, health = ?5, changed_at = ?6
             WHERE source_id = ?1",
        )?
        .execute(values)?;
    if changed == 0 {
        tx.prepare_cached(
            "INSERT INTO source_state (source_id, state, next_due, not_before, health, changed_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(values)?;
    }
    Ok(())
}

/// Stores the validators of one address.
pub(super) fn save_validators(
    tx: &Transaction<'_>,
    source: &SourceId,
    validators: &Validators,
) -> Result<(), StoreError> {
    // Those of an address that does not answer any more vouch for nothing.
    tx.prepare_cached("DELETE FROM validators WHERE source_id = ?1 AND url <> ?2")?
        .execute([source.as_str(), &validators.url])?;
    tx.prepare_cached(
        "INSERT INTO validators (source_id, url, etag, last_modified, body_hash) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (source_id, url) DO UPDATE SET etag = excluded.etag,
             last_modified = excluded.last_modified, body_hash = excluded.body_hash",
    )?
    .execute(params![
        source.as_str(),
        validators.url,
        validators.etag,
        validators.last_modified,
        validators.body_hash
    ])?;
    Ok(())
}
