//! The log of corrections as the ledger reads it, and the ledger under it.

use std::sync::Arc;

use crate::config::topic::Topic;
use crate::ledger::corrections::{Correction, Operation};
use crate::ledger::{self, ArticleFacts, Bindings, Ledger, Place, Rulings};
use crate::model::{ArticleId, Fingerprint};
use crate::store::{self, ArticleRow, Connection, CorrectionRow, StoreError};

/// The ledger that the program starts from before it has read anything: what the register says becomes known with the
/// dates of the articles.
pub(super) fn start(topic: &Topic) -> Ledger {
    Ledger::dated(topic)
}

/// The ledger as the database holds it, under the corrections in force.
pub(super) fn load_ledger(connection: &Connection, topic: &Topic) -> Result<Ledger, StoreError> {
    let rows = store::load_ledger(connection)?;
    let ledger = Ledger::restore(rows.commitments, rows.instruments, topic);
    let log = log(connection)?;
    if log.is_empty() {
        return Ok(ledger);
    }
    let rulings = stored_rulings(connection, &log)?;
    let placed = store::entries_of_mentions(connection, rulings.mentions())?;
    Ok(ledger.under(Arc::new(rulings), placed, topic))
}

/// The whole log, oldest first.
///
/// # Errors
/// Any failure of the database; `Conflict` for a line that this program cannot read.
pub fn log(connection: &Connection) -> Result<Vec<Correction>, StoreError> {
    store::corrections(connection)?.into_iter().map(read).collect()
}

fn read(row: CorrectionRow) -> Result<Correction, StoreError> {
    let operation: Operation = serde_json::from_str(&row.target).map_err(|error| {
        StoreError::Conflict(format!("correction {} cannot be read: {error}", row.id))
    })?;
    Ok(Correction { id: row.id, at: row.at, by: row.person, reason: row.reason, operation })
}

/// The log, with the merges that splits overrule and the corrections about mentions that are gone.
///
/// # Errors
/// As [`log`].
pub fn log_with_faults(connection: &Connection) -> Result<(Vec<Correction>, Rulings), StoreError> {
    let log = log(connection)?;
    let rulings = stored_rulings(connection, &log)?;
    Ok((log, rulings))
}

/// Other names that people gave, each an id with a name.
///
/// # Errors
/// As [`log`].
pub fn aliases(connection: &Connection) -> Result<Vec<(String, String)>, StoreError> {
    Ok(ledger::aliases(&log(connection)?))
}

/// A correction as a row of the log.
pub(super) fn row(correction: &Correction) -> Result<CorrectionRow, StoreError> {
    let target = serde_json::to_string(&correction.operation).map_err(|error| {
        StoreError::Conflict(format!("a correction cannot be written: {error}"))
    })?;
    Ok(CorrectionRow {
        id: correction.id,
        at: correction.at,
        person: correction.by.clone(),
        operation: correction.operation.word().to_owned(),
        target,
        reason: correction.reason.clone(),
        undoes: match &correction.operation {
            Operation::Undo { correction } => Some(*correction),
            _ => None,
        },
    })
}

/// What the log asks for, in terms of the present reading of every article.
pub(super) fn stored_rulings(
    connection: &Connection,
    log: &[Correction],
) -> Result<Rulings, StoreError> {
    rulings(connection, log, |article| {
        let present = store::present_mentions_of(connection, article)?;
        Ok(present.iter().map(|(known_by, mention)| Place::of(known_by, mention)).collect())
    })
}

/// What the log asks for, in terms of the readings that `now` gives.
pub(super) fn rulings(
    connection: &Connection,
    log: &[Correction],
    now: impl Fn(ArticleId) -> Result<Vec<Place>, StoreError>,
) -> Result<Rulings, StoreError> {
    let mut named: Vec<Fingerprint> =
        log.iter().flat_map(|line| line.operation.fingerprints()).cloned().collect();
    named.sort();
    named.dedup();
    let mut bindings: Bindings = named.iter().map(|named| (named.clone(), None)).collect();
    for old in store::mentions_known_by(connection, &named)? {
        let before: Vec<Place> =
            old.known.iter().map(|(known_by, mention)| Place::of(known_by, mention)).collect();
        let place = Place::of(&old.fingerprint, &old.mention);
        let found = ledger::rebind(&place, &before, &now(old.article)?);
        bindings.insert(old.fingerprint, found);
    }
    Ok(Rulings::of(log, &bindings))
}

/// What the ledger needs to know of a stored article.
pub(super) fn facts(row: &ArticleRow) -> ArticleFacts {
    ArticleFacts {
        id: row.id,
        source_date: row.published,
        arrival: row.arrived,
        text_hash: row.text_hash.clone(),
        language: row.language,
        outlet: row.source.clone(),
        trust: row.trust,
        copy: row.copy,
    }
}
