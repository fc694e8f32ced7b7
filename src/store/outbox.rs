//! The outbox: what is to be told, from the moment it is known to the moment a channel has taken it over.
//!
//! A row is inserted in the transaction of the event that causes it, and the same event is told to the same
//! recipient on the same channel once. Rendered bytes are stored before anything is sent, so that every attempt
//! sends the same ones with the same Message-ID. The states are those of `migrations/0003_outbox.sql`; how a message waits for its moment is in `held.rs`, how it goes out in `delivery.rs`, and what an operator does with
//! it in `recall.rs`.

use jiff::Timestamp;
use rusqlite::{Connection, Row, Transaction, params};
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
    /// Whether it also waits until a second source says the same, see [`super::second_source_arrived`].
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
    /// When it was to leave; retries do not move it.
    pub due: Timestamp,
    /// What the channel said when it took the message over.
    pub answer: Option<String>,
    /// Whether it was refused for good and nobody has looked yet.
    pub given_up: bool,
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
                 facts, message, message_id, thread_key, commitment_id, verdict_id, created_at, changed_at, due_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?14, ?7)
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

/// Whether a message to a recipient was ever stored about a verdict, or about another one of the same event, whose key
/// is `key` or begins with it and a colon.
///
/// # Errors
/// Any failure of the database.
pub fn is_announced(
    connection: &Connection,
    recipient: &str,
    verdict: VerdictId,
    key: Option<&str>,
) -> Result<bool, StoreError> {
    let found = connection
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM outbox WHERE recipient = ?1
                 AND (verdict_id = ?2 OR event_key = ?3 OR substr(event_key, 1, length(?3) + 1) = ?3 || ':'))",
        )?
        .query_row(params![recipient, verdict.0, key], |row| row.get(0))?;
    Ok(found)
}

pub(super) const ROW_COLUMNS: &str = "id, recipient, channel, event_key, kind, state, awaits_second, not_before, attempts,
    last_error, facts, message_id, parent_message_id, merged_into, commitment_id, created_at, changed_at,
    coalesce(due_at, not_before), answer, given_up";

pub(super) fn message_row(row: &Row<'_>) -> rusqlite::Result<MessageRow> {
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
        due: row.get::<_, Ms>(17)?.0,
        answer: row.get(18)?,
        given_up: row.get(19)?,
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
