//! Digests: windows over the verdicts that abut, so that each verdict is told once and none falls between two.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use super::StoreError;
use super::column::Ms;
use super::held::merge;
use super::outbox::{NewMessage, insert_message};
use crate::model::{DigestId, OutboxId, VerdictId};

/// A digest to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DigestRecord {
    /// Who is told.
    pub recipient: String,
    /// By which way.
    pub channel: String,
    /// First verdict told: where the recipient's last window ended.
    pub from: VerdictId,
    /// One past the last verdict told.
    pub to: VerdictId,
    /// The period as readers see it.
    pub period: (Timestamp, Timestamp),
    /// The message; `None` when there was nothing to say.
    pub message: Option<NewMessage>,
    /// Alerts still held that the digest tells instead (a lone source of low trust).
    pub absorbs: Vec<OutboxId>,
    /// When it was made.
    pub at: Timestamp,
}

/// A stored digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Digest {
    /// Its row.
    pub id: DigestId,
    /// First verdict told.
    pub from: VerdictId,
    /// One past the last verdict told: where the next window begins.
    pub to: VerdictId,
    /// The period as readers see it; the next begins at its end.
    pub period: (Timestamp, Timestamp),
    /// The message, if one was sent.
    pub message: Option<OutboxId>,
    /// When it was made.
    pub at: Timestamp,
}

/// The latest digest of a recipient.
///
/// # Errors
/// Any failure of the database.
pub fn last_digest(
    connection: &Connection,
    recipient: &str,
    channel: &str,
) -> Result<Option<Digest>, StoreError> {
    let digest = connection
        .prepare_cached(
            "SELECT id, from_verdict, to_verdict, period_start, period_end, outbox_id, created_at
             FROM digests WHERE recipient = ?1 AND channel = ?2 ORDER BY id DESC LIMIT 1",
        )?
        .query_row([recipient, channel], read)
        .optional()?;
    Ok(digest)
}

/// When a recipient last got a digest, or, before the first, since when she waits for one.
///
/// # Errors
/// Any failure of the database.
pub fn last_mailed_digest(
    connection: &Connection,
    recipient: &str,
    channel: &str,
) -> Result<Option<Timestamp>, StoreError> {
    let at: Option<Ms> = connection
        .prepare_cached(
            "SELECT coalesce(max(CASE WHEN outbox_id IS NOT NULL THEN created_at END), min(created_at))
             FROM digests WHERE recipient = ?1 AND channel = ?2",
        )?
        .query_row([recipient, channel], |row| row.get(0))?;
    Ok(at.map(|at| at.0))
}

/// The digest of a recipient that began with a verdict.
///
/// # Errors
/// Any failure of the database.
pub fn digest_from(
    connection: &Connection,
    recipient: &str,
    channel: &str,
    from: VerdictId,
) -> Result<Option<Digest>, StoreError> {
    let digest = connection
        .prepare_cached(
            "SELECT id, from_verdict, to_verdict, period_start, period_end, outbox_id, created_at
             FROM digests WHERE recipient = ?1 AND channel = ?2 AND from_verdict = ?3
             ORDER BY to_verdict DESC, id LIMIT 1",
        )?
        .query_row(params![recipient, channel, from.0], read)
        .optional()?;
    Ok(digest)
}

/// The digests of a recipient that were sent with verdicts to tell, the latest first.
///
/// # Errors
/// Any failure of the database.
pub fn sent_digests(
    connection: &Connection,
    recipient: &str,
    channel: &str,
    at_most: u32,
) -> Result<Vec<Digest>, StoreError> {
    let digests = connection
        .prepare_cached(
            "SELECT id, from_verdict, to_verdict, period_start, period_end, outbox_id, created_at
             FROM digests WHERE recipient = ?1 AND channel = ?2 AND to_verdict > from_verdict
                 AND outbox_id IS NOT NULL
             ORDER BY id DESC LIMIT ?3",
        )?
        .query_map(params![recipient, channel, at_most], read)?
        .collect::<Result<_, _>>()?;
    Ok(digests)
}

/// When the digest was made that ended where one began: from then on was read what this one tells.
///
/// # Errors
/// Any failure of the database.
pub fn digest_before(
    connection: &Connection,
    recipient: &str,
    channel: &str,
    made: DigestId,
) -> Result<Option<Timestamp>, StoreError> {
    let at: Option<Ms> = connection
        .prepare_cached(
            "SELECT max(created_at) FROM digests WHERE recipient = ?1 AND channel = ?2 AND id < ?3",
        )?
        .query_row(params![recipient, channel, made.0], |row| row.get(0))?;
    Ok(at.map(|at| at.0))
}

fn read(row: &Row<'_>) -> rusqlite::Result<Digest> {
    Ok(Digest {
        id: DigestId(row.get(0)?),
        from: VerdictId(row.get(1)?),
        to: VerdictId(row.get(2)?),
        period: (row.get::<_, Ms>(3)?.0, row.get::<_, Ms>(4)?.0),
        message: row.get::<_, Option<i64>>(5)?.map(OutboxId),
        at: row.get::<_, Ms>(6)?.0,
    })
}

/// Stores a digest with its window and its message.
///
/// # Errors
/// Any failure of the database; `Conflict` when the window does not begin where the last one ended, when it ends
/// beyond the last verdict, or when its message was stored before.
pub fn record_digest(tx: &Transaction<'_>, record: &DigestRecord) -> Result<DigestId, StoreError> {
    check_window(tx, record)?;
    let message = match &record.message {
        None => None,
        Some(message) => {
            let id = insert_message(tx, message, None, record.at)?.ok_or_else(|| {
                StoreError::Conflict(format!("digest {} exists already", message.event_key))
            })?;
            Some(id)
        }
    };
    if let Some(carrier) = message {
        for held in &record.absorbs {
            merge(tx, *held, carrier, record.at)?;
        }
    }
    tx.prepare_cached(
        "INSERT INTO digests (recipient, channel, from_verdict, to_verdict, period_start, period_end,
             outbox_id, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?
    .execute(params![
        record.recipient,
        record.channel,
        record.from.0,
        record.to.0,
        Ms(record.period.0),
        Ms(record.period.1),
        message.map(|id| id.0),
        Ms(record.at),
    ])?;
    Ok(DigestId(tx.last_insert_rowid()))
}

fn check_window(tx: &Transaction<'_>, record: &DigestRecord) -> Result<(), StoreError> {
    let last = last_digest(tx, &record.recipient, &record.channel)?;
    if let Some(last) = last
        && (last.to != record.from || record.period.1 <= last.period.1)
    {
        return Err(StoreError::Conflict(format!(
            "the last digest of {} ended before verdict {} at {}, and this one begins with verdict {}",
            record.recipient, last.to, last.period.1, record.from
        )));
    }
    let end = super::facts::verdict_end(tx)?;
    if record.to > end {
        return Err(StoreError::Conflict(format!(
            "a digest of {} ends before verdict {}, but the next verdict is {end}",
            record.recipient, record.to
        )));
    }
    Ok(())
}
