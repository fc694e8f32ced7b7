//! Messages that wait: for their moment, for company, or for a second source. When the wait is over they are rendered
//! and released, several of them as one where they belong together.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use serde::{Deserialize, Serialize};

use super::StoreError;
use super::column::{Ms, Word};
use super::outbox::MessageKind;
use crate::model::{CommitmentId, OutboxId, VerdictId};

/// Why alerts wait to be told together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Gathered {
    /// The recipient's quiet hours.
    Quiet,
    /// The recipient has had as many as she wants for now.
    Throttle,
}

/// A message that may now be rendered and released.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldMessage {
    /// Its row.
    pub id: OutboxId,
    /// Who is told.
    pub recipient: String,
    /// By which way.
    pub channel: String,
    /// What it is about.
    pub event_key: String,
    /// What sort of message.
    pub kind: MessageKind,
    /// When it was stored.
    pub created: Timestamp,
    /// What the message is made from, as JSON.
    pub facts: String,
    /// Messages with the same key belong to one thread.
    pub thread_key: Option<String>,
    /// The commitment it is about.
    pub commitment: Option<CommitmentId>,
    /// The verdict it tells.
    pub verdict: Option<VerdictId>,
    /// Why it waited for company, if it did.
    pub gathered: Option<Gathered>,
}

/// How held messages become one that can be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// The row that carries the message.
    pub carrier: OutboxId,
    /// Rows of the same recipient and channel that it tells as well.
    pub others: Vec<OutboxId>,
    /// The rendered bytes.
    pub message: Vec<u8>,
    /// Its Message-ID, the same in every attempt.
    pub message_id: String,
    /// The Message-ID that it answers to.
    pub parent: Option<String>,
    /// Not to be sent before this.
    pub not_before: Timestamp,
}

/// Alerts to a recipient that wait for a second source: rumours of sources of low trust.
///
/// # Errors
/// Any failure of the database.
pub fn unconfirmed(connection: &Connection, recipient: &str) -> Result<Vec<OutboxId>, StoreError> {
    let rows = connection
        .prepare_cached(
            "SELECT id FROM outbox WHERE state = 'held' AND recipient = ?1 AND awaits_second = 1
             ORDER BY id DESC",
        )?
        .query_map([recipient], |row| row.get(0).map(OutboxId))?
        .collect::<Result<_, _>>()?;
    Ok(rows)
}

/// A second, independent source has said the same: alerts about the commitment that waited for it are due at
/// `not_before`. Returns how many.
///
/// # Errors
/// Any failure of the database.
pub fn second_source_arrived(
    tx: &Transaction<'_>,
    commitment: &CommitmentId,
    not_before: Timestamp,
    now: Timestamp,
) -> Result<usize, StoreError> {
    let released = tx
        .prepare_cached(
            "UPDATE outbox SET awaits_second = 0, not_before = ?2, due_at = ?2, changed_at = ?3
             WHERE commitment_id = ?1 AND state = 'held' AND awaits_second = 1",
        )?
        .execute(params![commitment.as_str(), Ms(not_before), Ms(now)])?;
    Ok(released)
}

/// Held messages whose time has come, by recipient and channel, in order of arrival. Those that wait for a
/// second source are not among them.
///
/// # Errors
/// Any failure of the database.
pub fn due_held(connection: &Connection, now: Timestamp) -> Result<Vec<HeldMessage>, StoreError> {
    let rows = connection
        .prepare_cached(
            "SELECT id, recipient, channel, event_key, kind, created_at, facts, thread_key, commitment_id,
                 verdict_id, gathered
             FROM outbox WHERE state = 'held' AND awaits_second = 0 AND not_before <= ?1
             ORDER BY recipient, channel, id",
        )?
        .query_map([Ms(now)], |row| {
            Ok(HeldMessage {
                id: OutboxId(row.get(0)?),
                recipient: row.get(1)?,
                channel: row.get(2)?,
                event_key: row.get(3)?,
                kind: row.get::<_, Word<MessageKind>>(4)?.0,
                created: row.get::<_, Ms>(5)?.0,
                facts: row.get(6)?,
                thread_key: row.get(7)?,
                commitment: row.get::<_, Option<String>>(8)?.map(CommitmentId),
                verdict: row.get::<_, Option<i64>>(9)?.map(VerdictId),
                gathered: row.get::<_, Option<Word<Gathered>>>(10)?.map(|word| word.0),
            })
        })?
        .collect::<Result<_, _>>()?;
    Ok(rows)
}

/// Held messages are looked at again at `until`, and are then told together. It is no delay but a wish of their
/// recipient: they are due at that instant. Returns how many were held.
///
/// # Errors
/// Any failure of the database.
pub fn postpone(
    tx: &Transaction<'_>,
    rows: &[OutboxId],
    until: Timestamp,
    why: Gathered,
    now: Timestamp,
) -> Result<usize, StoreError> {
    let mut statement = tx.prepare_cached(
        "UPDATE outbox SET not_before = ?2, due_at = ?2, gathered = ?3, changed_at = ?4
         WHERE id = ?1 AND state = 'held'",
    )?;
    let mut postponed = 0;
    for row in rows {
        postponed += statement.execute(params![row.0, Ms(until), Word(why), Ms(now)])?;
    }
    Ok(postponed)
}

/// Turns held messages into one that can be sent: the carrier gets the bytes, the others are told by it.
///
/// # Errors
/// Any failure of the database; `Conflict` when a row is not held any more, or belongs to another recipient or
/// channel. Then nothing may be committed.
pub fn release(tx: &Transaction<'_>, release: &Release, now: Timestamp) -> Result<(), StoreError> {
    let changed = tx
        .prepare_cached(
            "UPDATE outbox SET state = 'pending', awaits_second = 0, message = ?2, message_id = ?3,
                 parent_message_id = ?4, not_before = ?5, changed_at = ?6
             WHERE id = ?1 AND state = 'held'",
        )?
        .execute(params![
            release.carrier.0,
            release.message,
            release.message_id,
            release.parent,
            Ms(release.not_before),
            Ms(now)
        ])?;
    if changed == 0 {
        return Err(StoreError::Conflict(format!("message {} is not held", release.carrier)));
    }
    for other in &release.others {
        merge(tx, *other, release.carrier, now)?;
    }
    Ok(())
}

/// Marks a held message as told by another of the same recipient and channel.
pub(super) fn merge(
    tx: &Transaction<'_>,
    held: OutboxId,
    carrier: OutboxId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let changed = tx
        .prepare_cached(
            "UPDATE outbox SET state = 'merged', awaits_second = 0, merged_into = ?2, changed_at = ?3
             WHERE id = ?1 AND state = 'held' AND id <> ?2
                 AND (recipient, channel) = (SELECT recipient, channel FROM outbox WHERE id = ?2)",
        )?
        .execute(params![held.0, carrier.0, Ms(now)])?;
    if changed == 0 {
        return Err(StoreError::Conflict(format!(
            "message {held} is not held for the recipient of message {carrier}"
        )));
    }
    Ok(())
}

/// The Message-ID of the first rendered message of a thread, to answer to.
///
/// # Errors
/// Any failure of the database.
pub fn thread_parent(
    connection: &Connection,
    recipient: &str,
    channel: &str,
    thread_key: &str,
) -> Result<Option<String>, StoreError> {
    let id = connection
        .prepare_cached(
            "SELECT coalesce(own.message_id, carrier.message_id) AS first_id
             FROM outbox AS own LEFT JOIN outbox AS carrier ON carrier.id = own.merged_into
             WHERE own.recipient = ?1 AND own.channel = ?2 AND own.thread_key IN (SELECT ?3 UNION SELECT id FROM commitments WHERE redirect_to = ?3)
                 AND first_id IS NOT NULL
             ORDER BY own.id LIMIT 1",
        )?
        .query_row([recipient, channel, thread_key], |row| row.get(0))
        .optional()?;
    Ok(id)
}

/// Held messages about a commitment, and about those merged into it, are not sent any more: people dismissed or muted it.
/// Returns how many.
///
/// # Errors
/// Any failure of the database.
pub fn withdraw_held(
    tx: &Transaction<'_>,
    commitment: &CommitmentId,
    why: &str,
    now: Timestamp,
) -> Result<usize, StoreError> {
    let withdrawn = tx
        .prepare_cached(
            "UPDATE outbox SET state = 'rejected', awaits_second = 0, last_error = ?2, changed_at = ?3
             WHERE state = 'held' AND commitment_id IN
                 (SELECT ?1 UNION SELECT id FROM commitments WHERE redirect_to = ?1)",
        )?
        .execute(params![commitment.as_str(), why, Ms(now)])?;
    Ok(withdrawn)
}
