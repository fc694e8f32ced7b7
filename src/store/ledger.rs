//! The ledger as it stands: commitments and instruments, whole for the judge, filtered for readers.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::StoreError;
use super::column::{Json, Ms, Word};
use super::facts::{Fact, commitment_facts};
use crate::model::{
    AlertLevel, Commitment, CommitmentId, Instrument, InstrumentId, Kind, PartialDate, Scope, Stage,
};
use crate::text::bare;

/// The whole ledger, in order of arrival.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LedgerRows {
    /// Commitments that stand for themselves, and those that people merged into another, as its faces.
    pub commitments: Vec<Commitment>,
    /// Known instruments.
    pub instruments: Vec<Instrument>,
    /// Merged entries, each with the one that it is part of now.
    pub redirects: Vec<(CommitmentId, CommitmentId)>,
}

/// Which commitments to list. What is not set does not matter.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LedgerFilter {
    /// Sort of act.
    pub kind: Option<Kind>,
    /// Current stage or lateral state.
    pub stage: Option<Stage>,
    /// On the topic or beside it.
    pub scope: Option<Scope>,
    /// Instrument.
    pub instrument: Option<InstrumentId>,
    /// Actor id; parts of it count (`VN` finds `VN.MPS`).
    pub party: Option<String>,
    /// Topic id.
    pub topic: Option<String>,
    /// Last spoken of on or after this date.
    pub since: Option<PartialDate>,
    /// Words of gist or quote, in any case, with or without marks.
    pub text: Option<String>,
    /// Also those that people dismissed.
    pub dismissed: bool,
    /// Most rows.
    pub limit: Option<u32>,
}

/// A commitment with all its evidence.
#[derive(Debug, Clone, PartialEq)]
pub struct CommitmentFile {
    /// The entry.
    pub commitment: Commitment,
    /// The instrument it belongs to.
    pub instrument: Option<Instrument>,
    /// Ids that lead here, this one's own not included.
    pub merged: Vec<CommitmentId>,
    /// Every verdict about it with mention and article, in order of arrival.
    pub facts: Vec<Fact>,
    /// The loudest that was ever told of it.
    pub told: AlertLevel,
    /// When its row was first stored.
    pub created_at: Timestamp,
    /// When its row last changed.
    pub changed_at: Timestamp,
    /// Since when no article founds it any more, because of a correction or of newer rules.
    pub retired_at: Option<Timestamp>,
}

/// Stores a commitment, new or changed.
///
/// # Errors
/// Any failure of the database.
pub fn save_commitment(
    tx: &Transaction<'_>,
    commitment: &Commitment,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.prepare_cached(
        "INSERT INTO commitments (id, kind, scope, stage, lateral, stage_date, instrument_id, gist,
             first_seen, last_seen, due, founded_by, commitment, created_at, changed_at, redirect_to)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?14, ?15)
         ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, scope = excluded.scope,
             stage = excluded.stage, lateral = excluded.lateral, stage_date = excluded.stage_date,
             instrument_id = excluded.instrument_id, gist = excluded.gist,
             first_seen = excluded.first_seen, last_seen = excluded.last_seen, due = excluded.due,
             founded_by = excluded.founded_by, commitment = excluded.commitment,
             changed_at = excluded.changed_at, redirect_to = excluded.redirect_to, retired_at = NULL",
    )?
    .execute(params![
        commitment.id.as_str(),
        commitment.kind.as_str(),
        commitment.scope.as_str(),
        commitment.stage.as_str(),
        commitment.lateral.map(Stage::as_str),
        commitment.stage_date.map(Word),
        commitment.instrument.as_ref().map(InstrumentId::as_str),
        commitment.gist,
        commitment.first_seen.map(Word),
        commitment.last_seen.map(Word),
        commitment.due.map(Word),
        commitment.founded_by.map(|article| article.0),
        Json(commitment),
        Ms(now),
        commitment.merged_into.as_ref().map(CommitmentId::as_str),
    ])?;
    Ok(())
}

/// What each text of the ledger is called, by its id.
///
/// # Errors
/// Any failure of the database.
pub fn instrument_names(
    connection: &Connection,
) -> Result<BTreeMap<InstrumentId, String>, StoreError> {
    let names = connection
        .prepare_cached("SELECT id, name FROM instruments")?
        .query_map([], |row| Ok((InstrumentId(row.get(0)?), row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    Ok(names)
}

/// Stores an instrument, new or changed.
///
/// # Errors
/// Any failure of the database.
pub fn save_instrument(
    tx: &Transaction<'_>,
    instrument: &Instrument,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.prepare_cached(
        "INSERT INTO instruments (id, kind, stage, name, date, instrument, changed_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, stage = excluded.stage,
             name = excluded.name, date = excluded.date, instrument = excluded.instrument,
             changed_at = excluded.changed_at",
    )?
    .execute(params![
        instrument.id.as_str(),
        Word(instrument.kind),
        instrument.stage.as_str(),
        instrument.name,
        instrument.date.map(Word),
        Json(instrument),
        Ms(now),
    ])?;
    Ok(())
}

/// Makes `from` part of `to`. Entries that led to `from` lead to `to` afterwards, so that no redirect is longer
/// than one step.
///
/// # Errors
/// Any failure of the database; `Conflict` when either is unknown or `to` itself leads elsewhere.
pub fn redirect_commitment(
    tx: &Transaction<'_>,
    from: &CommitmentId,
    to: &CommitmentId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let stands: bool = tx.query_row(
        "SELECT count(*) = 1 FROM commitments WHERE id = ?1 AND redirect_to IS NULL",
        [to.as_str()],
        |row| row.get(0),
    )?;
    if !stands || from == to {
        return Err(StoreError::Conflict(format!("cannot merge {from} into {to}: not an entry")));
    }
    let changed = tx.execute(
        "UPDATE commitments SET redirect_to = ?2, changed_at = ?3 WHERE id = ?1 OR redirect_to = ?1",
        params![from.as_str(), to.as_str(), Ms(now)],
    )?;
    if changed == 0 {
        return Err(StoreError::Conflict(format!("cannot merge {from}: there is no such entry")));
    }
    Ok(())
}

/// The whole ledger, for the judge.
///
/// # Errors
/// Any failure of the database.
pub fn load_ledger(connection: &Connection) -> Result<LedgerRows, StoreError> {
    let mut rows = LedgerRows {
        instruments: connection
            .prepare_cached("SELECT instrument FROM instruments ORDER BY number")?
            .query_map([], |row| Ok(row.get::<_, Json<Instrument>>(0)?.0))?
            .collect::<Result<_, _>>()?,
        ..LedgerRows::default()
    };
    let mut statement = connection
        .prepare_cached(
            "SELECT id, redirect_to, commitment FROM commitments WHERE retired_at IS NULL ORDER BY number",
        )?;
    let mut found = statement.query([])?;
    while let Some(row) = found.next()? {
        let entry = row.get::<_, Json<Commitment>>(2)?.0;
        let redirect = row.get::<_, Option<String>>(1)?;
        if redirect.is_none() || entry.merged_into.is_some() {
            rows.commitments.push(entry);
        }
        if let Some(to) = redirect {
            rows.redirects.push((CommitmentId(row.get(0)?), CommitmentId(to)));
        }
    }
    Ok(rows)
}

/// Commitments that fit the filter, the latest spoken of first.
///
/// # Errors
/// Any failure of the database.
pub fn list_commitments(
    connection: &Connection,
    filter: &LedgerFilter,
) -> Result<Vec<Commitment>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT commitment FROM commitments
         WHERE redirect_to IS NULL AND retired_at IS NULL
             AND (?1 IS NULL OR kind = ?1)
             AND (?2 IS NULL OR coalesce(lateral, stage) = ?2)
             AND (?3 IS NULL OR scope = ?3)
             AND (?4 IS NULL OR instrument_id = ?4)
         ORDER BY last_seen DESC, number DESC",
    )?;
    let mut rows = statement.query(params![
        filter.kind.map(Kind::as_str),
        filter.stage.map(Stage::as_str),
        filter.scope.map(Scope::as_str),
        filter.instrument.as_ref().map(InstrumentId::as_str),
    ])?;
    let words: Vec<String> = filter
        .text
        .as_deref()
        .map(|text| bare(text).split_whitespace().map(str::to_owned).collect())
        .unwrap_or_default();
    let limit = filter.limit.map_or(usize::MAX, |limit| limit as usize);
    let mut found = Vec::new();
    while found.len() < limit
        && let Some(row) = rows.next()?
    {
        let commitment = row.get::<_, Json<Commitment>>(0)?.0;
        if fits(&commitment, filter, &words) {
            found.push(commitment);
        }
    }
    Ok(found)
}

/// The conditions on values that have no column of their own.
fn fits(commitment: &Commitment, filter: &LedgerFilter, words: &[String]) -> bool {
    let party = filter.party.as_deref().is_none_or(|wanted| {
        commitment.parties.iter().any(|party| {
            party.strip_prefix(wanted).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
    });
    let topic = filter
        .topic
        .as_ref()
        .is_none_or(|wanted| commitment.topics.iter().any(|topic| topic == wanted));
    let since = filter.since.is_none_or(|since| {
        commitment.last_seen.is_some_and(|last| last.latest() >= since.earliest())
    });
    let text = words.is_empty() || {
        let own = bare(&format!("{}\n{}", commitment.gist, commitment.quote));
        words.iter().all(|word| own.contains(word.as_str()))
    };
    let wanted = filter.dismissed || commitment.dismissed.is_none();
    wanted && party && topic && since && text
}

/// A commitment with all its evidence; a merged id shows the entry that it is part of now.
///
/// # Errors
/// Any failure of the database.
pub fn show_commitment(
    connection: &Connection,
    id: &CommitmentId,
) -> Result<Option<CommitmentFile>, StoreError> {
    let found = connection
        .prepare_cached(
            "SELECT commitment, created_at, changed_at, retired_at FROM commitments
             WHERE id = coalesce((SELECT redirect_to FROM commitments WHERE id = ?1), ?1)",
        )?
        .query_row([id.as_str()], |row| {
            Ok((
                row.get::<_, Json<Commitment>>(0)?.0,
                row.get::<_, Ms>(1)?.0,
                row.get::<_, Ms>(2)?.0,
                row.get::<_, Option<Ms>>(3)?.map(|at| at.0),
            ))
        })
        .optional()?;
    let Some((commitment, created_at, changed_at, retired_at)) = found else {
        return Ok(None);
    };
    let instrument = match &commitment.instrument {
        None => None,
        Some(id) => connection
            .prepare_cached("SELECT instrument FROM instruments WHERE id = ?1")?
            .query_row([id.as_str()], |row| Ok(row.get::<_, Json<Instrument>>(0)?.0))
            .optional()?,
    };
    let merged = connection
        .prepare_cached("SELECT id FROM commitments WHERE redirect_to = ?1 ORDER BY number")?
        .query_map([commitment.id.as_str()], |row| Ok(CommitmentId(row.get(0)?)))?
        .collect::<Result<_, _>>()?;
    let facts = commitment_facts(connection, &commitment.id)?;
    let told = facts.iter().map(|fact| fact.told).max().unwrap_or_default();
    Ok(Some(CommitmentFile {
        commitment,
        instrument,
        merged,
        facts,
        told,
        created_at,
        changed_at,
        retired_at,
    }))
}
