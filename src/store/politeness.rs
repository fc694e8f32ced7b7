//! What is remembered of servers: who asked for patience, what each `robots.txt` says, and what readers were told of
//! the health of sources.

use std::collections::HashMap;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::StoreError;
use super::column::Ms;
use crate::model::SourceId;

/// A server that asked for patience.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pause {
    /// What is left alone, under the name that the fetcher gives it.
    pub scope: String,
    /// When it asked.
    pub noted_at: Timestamp,
    /// Until when.
    pub until: Timestamp,
}

/// The `robots.txt` of an origin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Robots {
    /// Scheme, host and port.
    pub origin: String,
    /// When it was asked for.
    pub fetched_at: Timestamp,
    /// What was answered; `None` when nobody did.
    pub status: Option<u16>,
    /// The text, as far as it is read.
    pub body: String,
}

/// Remembers that a server asked for patience; of two ends the later one counts.
///
/// # Errors
/// Any failure of the database.
pub fn save_pause(tx: &Transaction<'_>, pause: &Pause) -> Result<(), StoreError> {
    tx.prepare_cached(
        "INSERT INTO pauses (scope, noted_at, until) VALUES (?1, ?2, ?3)
         ON CONFLICT (scope) DO UPDATE SET noted_at = excluded.noted_at, until = excluded.until
         WHERE excluded.until > until",
    )?
    .execute(params![pause.scope, Ms(pause.noted_at), Ms(pause.until)])?;
    Ok(())
}

/// Everybody who asked for patience, also those whose time is over.
///
/// # Errors
/// Any failure of the database.
pub fn pauses(connection: &Connection) -> Result<Vec<Pause>, StoreError> {
    let pauses = connection
        .prepare_cached("SELECT scope, noted_at, until FROM pauses ORDER BY scope")?
        .query_map([], |row| {
            Ok(Pause {
                scope: row.get(0)?,
                noted_at: row.get::<_, Ms>(1)?.0,
                until: row.get::<_, Ms>(2)?.0,
            })
        })?
        .collect::<Result<_, _>>()?;
    Ok(pauses)
}

/// Forgets pauses that ended before a moment, and every `robots.txt` that was read before it.
///
/// # Errors
/// Any failure of the database.
pub fn forget_servers(tx: &Transaction<'_>, before: Timestamp) -> Result<(), StoreError> {
    tx.execute("DELETE FROM pauses WHERE until < ?1", [Ms(before)])?;
    tx.execute("DELETE FROM robots WHERE fetched_at < ?1", [Ms(before)])?;
    Ok(())
}

/// Remembers a `robots.txt`.
///
/// # Errors
/// Any failure of the database.
pub fn save_robots(tx: &Transaction<'_>, robots: &Robots) -> Result<(), StoreError> {
    tx.prepare_cached(
        "INSERT INTO robots (origin, fetched_at, status, body) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (origin) DO UPDATE SET fetched_at = excluded.fetched_at,
             status = excluded.status, body = excluded.body",
    )?
    .execute(params![robots.origin, Ms(robots.fetched_at), robots.status, robots.body])?;
    Ok(())
}

/// What is known of the `robots.txt` of an origin.
///
/// # Errors
/// Any failure of the database.
pub fn robots(connection: &Connection, origin: &str) -> Result<Option<Robots>, StoreError> {
    let found = connection
        .prepare_cached("SELECT fetched_at, status, body FROM robots WHERE origin = ?1")?
        .query_row([origin], |row| {
            Ok(Robots {
                origin: origin.to_owned(),
                fetched_at: row.get::<_, Ms>(0)?.0,
                status: row.get(1)?,
                body: row.get(2)?,
            })
        })
        .optional()?;
    Ok(found)
}

/// What readers were last told of the health of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToldHealth {
    /// The source.
    pub source: SourceId,
    /// The health that was told, in one word.
    pub health: String,
    /// When.
    pub told_at: Timestamp,
    /// How often in a row.
    pub times: u32,
}

/// Remembers what readers are told; belongs into the transaction that stores the message.
///
/// # Errors
/// Any failure of the database, among them a source that is not in `sources`.
pub fn save_told_health(tx: &Transaction<'_>, told: &ToldHealth) -> Result<(), StoreError> {
    tx.prepare_cached(
        "INSERT INTO told_health (source_id, health, told_at, times) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (source_id) DO UPDATE SET health = excluded.health,
             told_at = excluded.told_at, times = excluded.times",
    )?
    .execute(params![told.source.as_str(), told.health, Ms(told.told_at), told.times])?;
    Ok(())
}

/// What readers were last told, by source.
///
/// # Errors
/// Any failure of the database.
pub fn told_health(connection: &Connection) -> Result<HashMap<String, ToldHealth>, StoreError> {
    let told = connection
        .prepare_cached("SELECT source_id, health, told_at, times FROM told_health")?
        .query_map([], |row| {
            let source: String = row.get(0)?;
            let told = ToldHealth {
                source: SourceId::new(source.as_str()),
                health: row.get(1)?,
                told_at: row.get::<_, Ms>(2)?.0,
                times: row.get(3)?,
            };
            Ok((source, told))
        })?
        .collect::<Result<_, _>>()?;
    Ok(told)
}

/// How many entries of each source were not read on the page because `robots.txt` forbids it.
///
/// # Errors
/// Any failure of the database.
pub fn refused_pages(connection: &Connection) -> Result<HashMap<String, u64>, StoreError> {
    let refused = connection
        .prepare_cached(
            "SELECT source_id, count(*) FROM entries WHERE last_error LIKE 'robots.txt%' GROUP BY source_id",
        )?
        .query_map([], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?.unsigned_abs())))?
        .collect::<Result<_, _>>()?;
    Ok(refused)
}
