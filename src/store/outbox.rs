//! The outbox: what is to be told, from the moment it is known to the moment a channel has taken it over.
//!
//! A row is inserted in the transaction of the event that causes it, and the same event is told to the same
//! recipient on the same channel once. Rendered bytes are stored before anything is sent, so that every attempt
//! sends the same ones with the same Message-ID. The states are those of `migrations/0003_outbox.sql`; how a message
//! goes out is in `delivery.rs`.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use serde::{Deserialize, Serialize};

use super::StoreError;
use super::column::{Ms, Word};
use crate::model::{CommitmentId, OutboxId, VerdictId};

/// What sort of message it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MessageKind {
    /// A commitment that is new or has moved.
    Alert,
    /// A digest.
    Digest,
    /// A word to the operator.
    Notice,
}

/// Where a message stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MessageState {
    /// Facts only; waits for its moment, for company, or for a second source.
    Held,
    /// Rendered; may be sent.
    Pending,
    /// Leased by a sender.
    Sending,
    /// Taken over by the channel.
    Accepted,
    /// Refused for now.
    Deferred,
    /// Refused for good.
    Rejected,
    /// May have been sent; goes out again with the same Message-ID.
    Unknown,
    /// Told by another message.
    Merged,
}

/// A message to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMessage {
    /// Who is told.
    pub recipient: String,
    /// By which way.
    pub channel: String,
    /// What it is about; the same thing is told once.
    pub event_key: String,
    /// What sort of message.
    pub kind: MessageKind,
    /// Not to be released or sent before this.
    pub not_before: Timestamp,
    /// Whether it also waits until a second source says the same, see [`second_source_arrived`].
    pub awaits_second: bool,
    /// What the message is made from, as JSON.
    pub facts: String,
    /// Rendered bytes with their Message-ID; without them the row is held.
    pub rendered: Option<(Vec<u8>, String)>,
    /// Messages with the same key belong to one thread.
    pub thread_key: Option<String>,
    /// The commitment it is about.
    pub commitment: Option<CommitmentId>,
    /// The ordinal of the mention whose verdict it tells; see [`super::JudgementRecord::messages`].
    pub about: Option<u32>,
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

/// A message as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageRow {
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
    /// Where it stands.
    pub state: MessageState,
    /// Whether it waits for a second source.
    pub awaits_second: bool,
    /// Not before this.
    pub not_before: Timestamp,
    /// Attempts so far.
    pub attempts: u32,
    /// What the last attempt met.
    pub last_error: Option<String>,
    /// What the message is made from, as JSON.
    pub facts: String,
    /// Its Message-ID, once rendered.
    pub message_id: Option<String>,
    /// The Message-ID that it answers to.
    pub parent: Option<String>,
    /// The message that tells it, if it was merged.
    pub merged_into: Option<OutboxId>,
    /// The commitment it is about.
    pub commitment: Option<CommitmentId>,
    /// When it was stored.
    pub created: Timestamp,
    /// When its state last changed.
    pub changed: Timestamp,
}

/// Stores a message; `None` when its event was told (or is about to be) before. `verdict` is the one it tells.
///
/// # Errors
/// Any failure of the database.
pub fn insert_message(
    tx: &Transaction<'_>,
    message: &NewMessage,
    verdict: Option<VerdictId>,
    now: Timestamp,
) -> Result<Option<OutboxId>, StoreError> {
    let (bytes, message_id) = match &message.rendered {
        Some((bytes, id)) => (Some(bytes), Some(id)),
        None => (None, None),
    };
    let waits = message.awaits_second && bytes.is_none();
    let added = tx
        .prepare_cached(
            "INSERT INTO outbox (recipient, channel, event_key, kind, state, awaits_second, not_before,
                 facts, message, message_id, thread_key, commitment_id, verdict_id, created_at, changed_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?14)
             ON CONFLICT (recipient, channel, event_key) DO NOTHING",
        )?
        .execute(params![
            message.recipient,
            message.channel,
            message.event_key,
            Word(message.kind),
            if bytes.is_some() { "pending" } else { "held" },
            waits,
            Ms(message.not_before),
            message.facts,
            bytes,
            message_id,
            message.thread_key,
            message.commitment.as_ref().map(CommitmentId::as_str),
            verdict.map(|verdict| verdict.0),
            Ms(now),
        ])?;
    Ok((added == 1).then(|| OutboxId(tx.last_insert_rowid())))
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
            "UPDATE outbox SET awaits_second = 0, not_before = ?2, changed_at = ?3
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
                 verdict_id
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
            })
        })?
        .collect::<Result<_, _>>()?;
    Ok(rows)
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

/// Messages that a channel took over for a recipient since `since`: for limits on mail an hour or a day.
///
/// # Errors
/// Any failure of the database.
pub fn accepted_since(
    connection: &Connection,
    recipient: &str,
    channel: &str,
    kind: MessageKind,
    since: Timestamp,
) -> Result<u32, StoreError> {
    let count = connection
        .prepare_cached(
            "SELECT count(*) FROM outbox WHERE recipient = ?1 AND channel = ?2 AND kind = ?3
                 AND state = 'accepted' AND changed_at >= ?4",
        )?
        .query_row(params![recipient, channel, Word(kind), Ms(since)], |row| row.get(0))?;
    Ok(count)
}

/// Whether any message about a commitment was ever stored.
///
/// # Errors
/// Any failure of the database.
pub fn is_in_outbox(
    connection: &Connection,
    commitment: &CommitmentId,
) -> Result<bool, StoreError> {
    let found = connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM outbox WHERE commitment_id = ?1)")?
        .query_row([commitment.as_str()], |row| row.get(0))?;
    Ok(found)
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

/// Held messages about a commitment, and about those merged into it, are not sent any more: people dismissed it.
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

const ROW_COLUMNS: &str = "id, recipient, channel, event_key, kind, state, awaits_second, not_before, attempts,
    last_error, facts, message_id, parent_message_id, merged_into, commitment_id, created_at, changed_at";

fn message_row(row: &Row<'_>) -> rusqlite::Result<MessageRow> {
    Ok(MessageRow {
        id: OutboxId(row.get(0)?),
        recipient: row.get(1)?,
        channel: row.get(2)?,
        event_key: row.get(3)?,
        kind: row.get::<_, Word<MessageKind>>(4)?.0,
        state: row.get::<_, Word<MessageState>>(5)?.0,
        awaits_second: row.get(6)?,
        not_before: row.get::<_, Ms>(7)?.0,
        attempts: row.get(8)?,
        last_error: row.get(9)?,
        facts: row.get(10)?,
        message_id: row.get(11)?,
        parent: row.get(12)?,
        merged_into: row.get::<_, Option<i64>>(13)?.map(OutboxId),
        commitment: row.get::<_, Option<String>>(14)?.map(CommitmentId),
        created: row.get::<_, Ms>(15)?.0,
        changed: row.get::<_, Ms>(16)?.0,
    })
}

/// Messages, newest first; of one state when it is given.
///
/// # Errors
/// Any failure of the database.
pub fn messages(
    connection: &Connection,
    state: Option<MessageState>,
    limit: u32,
) -> Result<Vec<MessageRow>, StoreError> {
    let rows = connection
        .prepare_cached(&format!(
            "SELECT {ROW_COLUMNS} FROM outbox WHERE ?1 IS NULL OR state = ?1 ORDER BY id DESC LIMIT ?2"
        ))?
        .query_map(params![state.map(Word), limit], message_row)?
        .collect::<Result<_, _>>()?;
    Ok(rows)
}

/// Messages that should have gone out before `before` and have not: the audit that tells the operator when
/// nobody hears the daemon. Those that wait for a second source are not late.
///
/// # Errors
/// Any failure of the database.
pub fn overdue_messages(
    connection: &Connection,
    before: Timestamp,
) -> Result<Vec<MessageRow>, StoreError> {
    let rows = connection
        .prepare_cached(&format!(
            "SELECT {ROW_COLUMNS} FROM outbox
             WHERE state IN ('held', 'pending', 'deferred', 'unknown', 'sending') AND awaits_second = 0
                 AND created_at < ?1 AND not_before < ?1 ORDER BY id"
        ))?
        .query_map([Ms(before)], message_row)?
        .collect::<Result<_, _>>()?;
    Ok(rows)
}
