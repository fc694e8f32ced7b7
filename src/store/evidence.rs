//! The ledger with all its evidence, one row after the other: for exports, whatever the size of the ledger.

use rusqlite::{Connection, OptionalExtension, Params, Row};

use super::StoreError;
use super::column::Json;
use super::facts::{FACT_COLUMNS, FACT_TABLES, Fact, IN_ORDER, OF_COMMITMENT, STANDING, fact_row};
use crate::model::{Commitment, CommitmentId, Instrument, InstrumentId};

/// A verdict that stands, with what proves that mention and text are still the same.
#[derive(Debug, Clone, PartialEq)]
pub struct EvidenceRow {
    /// The verdict with mention, article and commitment.
    pub fact: Fact,
    /// The mention's fingerprint.
    pub fingerprint: String,
    /// BLAKE3 of the article's raw text, hex.
    pub text_hash: String,
}

/// A commitment that stands for itself, with what belongs to it as a whole.
#[derive(Debug, Clone, PartialEq)]
pub struct LedgerEntry {
    /// The entry.
    pub commitment: Commitment,
    /// The instrument it belongs to.
    pub instrument: Option<Instrument>,
    /// Ids that lead here, this one's own not included.
    pub merged: Vec<CommitmentId>,
}

/// What a walk through the ledger comes to.
#[derive(Debug, Clone, PartialEq)]
pub enum LedgerStep {
    /// A commitment; its evidence follows.
    Entry(Box<LedgerEntry>),
    /// One mention of the commitment named last.
    Evidence(Box<EvidenceRow>),
}

/// Visits every commitment that nobody dismissed, in order of arrival, each followed by its evidence in order of
/// arrival. Only one row is held at a time.
///
/// # Errors
/// Any failure of the database, and what `visit` returns.
pub fn walk_ledger<E: From<StoreError>>(
    connection: &Connection,
    visit: &mut dyn FnMut(LedgerStep) -> Result<(), E>,
) -> Result<(), E> {
    let sql = "SELECT commitment FROM commitments
         WHERE redirect_to IS NULL AND retired_at IS NULL AND commitment ->> 'dismissed' IS NULL
         ORDER BY number";
    let mut statement = connection.prepare_cached(sql).map_err(StoreError::from)?;
    let mut rows = statement.query([]).map_err(StoreError::from)?;
    while let Some(row) = rows.next().map_err(StoreError::from)? {
        let commitment = row.get::<_, Json<Commitment>>(0).map_err(StoreError::from)?.0;
        let id = commitment.id.clone();
        let (instrument, merged) = belongings(connection, &commitment)?;
        visit(LedgerStep::Entry(Box::new(LedgerEntry { commitment, instrument, merged })))?;
        each(connection, OF_COMMITMENT, [id.as_str()], &mut |row| {
            visit(LedgerStep::Evidence(Box::new(row)))
        })?;
    }
    Ok(())
}

/// The evidence for a commitment and those merged into it, in order of arrival.
///
/// # Errors
/// Any failure of the database.
pub fn commitment_evidence(
    connection: &Connection,
    commitment: &CommitmentId,
) -> Result<Vec<EvidenceRow>, StoreError> {
    let mut rows = Vec::new();
    each::<StoreError>(connection, OF_COMMITMENT, [commitment.as_str()], &mut |row| {
        rows.push(row);
        Ok(())
    })?;
    Ok(rows)
}

/// Visits every mention with the verdict about it that stands, in order of arrival, those without a commitment
/// included. Only one row is held at a time.
///
/// # Errors
/// Any failure of the database, and what `visit` returns.
pub fn walk_mentions<E: From<StoreError>>(
    connection: &Connection,
    visit: &mut dyn FnMut(EvidenceRow) -> Result<(), E>,
) -> Result<(), E> {
    each(connection, "1 = 1", [], visit)
}

fn belongings(
    connection: &Connection,
    commitment: &Commitment,
) -> Result<(Option<Instrument>, Vec<CommitmentId>), StoreError> {
    let instrument = match commitment.instrument.as_ref().map(InstrumentId::as_str) {
        None => None,
        Some(id) => connection
            .prepare_cached("SELECT instrument FROM instruments WHERE id = ?1")?
            .query_row([id], |row| Ok(row.get::<_, Json<Instrument>>(0)?.0))
            .optional()?,
    };
    let merged = connection
        .prepare_cached("SELECT id FROM commitments WHERE redirect_to = ?1 ORDER BY number")?
        .query_map([commitment.id.as_str()], |row| Ok(CommitmentId(row.get(0)?)))?
        .collect::<Result<_, _>>()?;
    Ok((instrument, merged))
}

fn each<E: From<StoreError>>(
    connection: &Connection,
    condition: &str,
    values: impl Params,
    visit: &mut dyn FnMut(EvidenceRow) -> Result<(), E>,
) -> Result<(), E> {
    let sql = format!(
        "SELECT {FACT_COLUMNS}, mentions.fingerprint, articles.text_hash
         FROM {FACT_TABLES} WHERE {condition} AND {STANDING} {IN_ORDER}"
    );
    let mut statement = connection.prepare_cached(&sql).map_err(StoreError::from)?;
    let mut rows = statement.query(values).map_err(StoreError::from)?;
    while let Some(row) = rows.next().map_err(StoreError::from)? {
        visit(evidence_row(row).map_err(StoreError::from)?)?;
    }
    Ok(())
}

fn evidence_row(row: &Row<'_>) -> rusqlite::Result<EvidenceRow> {
    Ok(EvidenceRow { fact: fact_row(row)?, fingerprint: row.get(22)?, text_hash: row.get(23)? })
}
