//! The log of corrections. Append-only: an undo is another row.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::StoreError;
use super::column::Ms;
use super::meta::{meta, set_meta};
use crate::model::CorrectionId;

/// One row of the log. What it says is opaque here: it belongs to the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CorrectionRow {
    /// Its number.
    pub id: CorrectionId,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub person: String,
    /// The operation's word.
    pub operation: String,
    /// What it says, as JSON.
    pub target: String,
    /// Why.
    pub reason: String,
    /// The correction that it undoes.
    pub undoes: Option<CorrectionId>,
}

/// The number of the next correction stored in this transaction.
///
/// # Errors
/// Any failure of the database.
pub fn next_correction_id(connection: &Connection) -> Result<CorrectionId, StoreError> {
    let id = connection
        .prepare_cached("SELECT coalesce(max(id), 0) + 1 FROM corrections")?
        .query_row([], |row| row.get(0))?;
    Ok(CorrectionId(id))
}

/// Adds a row to the log.
///
/// # Errors
/// Any failure of the database, among them a number that is taken.
pub fn insert_correction(tx: &Transaction<'_>, row: &CorrectionRow) -> Result<(), StoreError> {
    tx.prepare_cached(
        "INSERT INTO corrections (id, at, person, operation, target, reason, undoes)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute(params![
        row.id.0,
        Ms(row.at),
        row.person,
        row.operation,
        row.target,
        row.reason,
        row.undoes.map(|id| id.0),
    ])?;
    Ok(())
}

/// The whole log, oldest first.
///
/// # Errors
/// Any failure of the database.
pub fn corrections(connection: &Connection) -> Result<Vec<CorrectionRow>, StoreError> {
    let rows = connection
        .prepare_cached(
            "SELECT id, at, person, operation, target, reason, undoes FROM corrections ORDER BY id",
        )?
        .query_map([], |row| {
            Ok(CorrectionRow {
                id: CorrectionId(row.get(0)?),
                at: row.get::<_, Ms>(1)?.0,
                person: row.get(2)?,
                operation: row.get(3)?,
                target: row.get(4)?,
                reason: row.get(5)?,
                undoes: row.get::<_, Option<i64>>(6)?.map(CorrectionId),
            })
        })?
        .collect::<Result<_, _>>()?;
    Ok(rows)
}

/// Under this name the database counts how often its ledger was changed other than by judging an article.
const REVISIONS: &str = "ledger_revisions";

/// How often the ledger was changed other than by judging an article: whoever holds it in memory reads it again when
/// this has grown.
///
/// # Errors
/// Any failure of the database.
pub fn ledger_revisions(connection: &Connection) -> Result<u64, StoreError> {
    Ok(meta(connection, REVISIONS)?.and_then(|text| text.parse().ok()).unwrap_or(0))
}

/// Counts one more change of the ledger.
///
/// # Errors
/// Any failure of the database.
pub fn count_revision(tx: &Transaction<'_>) -> Result<(), StoreError> {
    set_meta(tx, REVISIONS, &(ledger_revisions(tx)? + 1).to_string())
}

/// Numbers that change whenever articles, corrections or the ledger do: a plan made under one stamp may only be carried
/// out under the same.
///
/// # Errors
/// Any failure of the database.
pub fn ledger_stamp(connection: &Connection) -> Result<(i64, i64, u64), StoreError> {
    let last = |sql: &str| -> Result<i64, StoreError> {
        let id = connection.prepare_cached(sql)?.query_row([], |row| row.get(0)).optional()?;
        Ok(id.unwrap_or_default())
    };
    Ok((
        last("SELECT coalesce(max(id), 0) FROM articles")?,
        last("SELECT coalesce(max(id), 0) FROM corrections")?,
        ledger_revisions(connection)?,
    ))
}
