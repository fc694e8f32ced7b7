//! The way of a rendered message out of the outbox: leased to a sender, and marked by what the channel said. A lease
//! that runs out makes the message `unknown`, and it goes out again with the same Message-ID: at least once, and
//! twice only when nobody can know.

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Transaction, params};

use super::StoreError;
use super::column::{Ms, Word};
use super::outbox::{MessageKind, MessageState};
use crate::model::{CommitmentId, OutboxId};

/// A message leased to a sender.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeasedMessage {
    /// Its row.
    pub id: OutboxId,
    /// Who is told.
    pub recipient: String,
    /// By which way.
    pub channel: String,
    /// What sort of message.
    pub kind: MessageKind,
    /// The commitment that it is about, where there is one.
    pub commitment: Option<CommitmentId>,
    /// Which attempt this is, from 1.
    pub attempt: u32,
    /// Whether an earlier attempt may have arrived.
    pub maybe_sent: bool,
    /// The rendered bytes.
    pub message: Vec<u8>,
    /// Its Message-ID.
    pub message_id: Option<String>,
    /// Whether it was cut down before, because it was too big.
    pub short: bool,
    /// When it was stored.
    pub created: Timestamp,
}

/// Leases up to `limit` messages of a channel that may be sent now, the longest waiting first. Each stays leased
/// for `lease`; by then its sender must have told the outcome. A recipient to whom something is under way, or whose
/// address is suspended, has to wait: so what belongs together arrives in order.
///
/// # Errors
/// Any failure of the database.
pub fn lease_due(
    tx: &Transaction<'_>,
    channel: &str,
    now: Timestamp,
    lease: SignedDuration,
    limit: u32,
) -> Result<Vec<LeasedMessage>, StoreError> {
    let until = now.checked_add(lease).unwrap_or(Timestamp::MAX);
    let due: Vec<(i64, bool)> = tx
        .prepare_cached(
            "SELECT id, state = 'unknown' FROM outbox
             WHERE state IN ('pending', 'deferred', 'unknown') AND not_before <= ?1 AND channel = ?2
                 AND NOT EXISTS (SELECT 1 FROM outbox AS other WHERE other.state = 'sending'
                     AND other.recipient = outbox.recipient AND other.channel = ?2)
                 AND NOT EXISTS (SELECT 1 FROM refusals AS r WHERE r.suspended_at IS NOT NULL
                     AND r.recipient = outbox.recipient AND r.channel = ?2)
             ORDER BY not_before, id LIMIT ?3",
        )?
        .query_map(params![Ms(now), channel, limit], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    let mut take = tx.prepare_cached(
        "UPDATE outbox SET state = 'sending', lease_until = ?2, attempts = attempts + 1, changed_at = ?3
         WHERE id = ?1
         RETURNING recipient, channel, kind, attempts, message, message_id, created_at, short, commitment_id",
    )?;
    due.into_iter()
        .map(|(id, maybe_sent)| {
            let leased = take.query_row(params![id, Ms(until), Ms(now)], |row| {
                Ok(LeasedMessage {
                    id: OutboxId(id),
                    recipient: row.get(0)?,
                    channel: row.get(1)?,
                    kind: row.get::<_, Word<MessageKind>>(2)?.0,
                    attempt: row.get(3)?,
                    maybe_sent,
                    message: row.get(4)?,
                    message_id: row.get(5)?,
                    created: row.get::<_, Ms>(6)?.0,
                    short: row.get(7)?,
                    commitment: row.get::<_, Option<String>>(8)?.map(CommitmentId::new),
                })
            })?;
            Ok(leased)
        })
        .collect()
}

/// Leases that ran out by `now` become `unknown`, to be sent again. At start, when no sender of ours can be at
/// work, [`Timestamp::MAX`] ends them all. Returns the rows, so that the log can say that a duplicate is
/// possible.
///
/// # Errors
/// Any failure of the database.
pub fn expire_leases(tx: &Transaction<'_>, now: Timestamp) -> Result<Vec<OutboxId>, StoreError> {
    let rows = tx
        .prepare_cached(
            "UPDATE outbox SET state = 'unknown', lease_until = NULL,
                 last_error = 'the sender ended without an answer'
             WHERE state = 'sending' AND lease_until <= ?1 RETURNING id",
        )?
        .query_map([Ms(now)], |row| Ok(OutboxId(row.get(0)?)))?
        .collect::<Result<_, _>>()?;
    Ok(rows)
}

/// The channel has taken the message over and said so (`answer`, which usually names its queue id). Returns false, and changes nothing, when it was not under way.
///
/// # Errors
/// Any failure of the database.
pub fn mark_accepted(
    tx: &Transaction<'_>,
    id: OutboxId,
    answer: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let marked = mark(tx, id, MessageState::Accepted, None, None, now)?;
    if marked {
        tx.prepare_cached("UPDATE outbox SET answer = ?2 WHERE id = ?1")?
            .execute(params![id.0, answer])?;
    }
    Ok(marked)
}

/// The channel does not take the message now; it is sent again at `until`. Returns false, and changes nothing,
/// when it was not under way.
///
/// # Errors
/// Any failure of the database.
pub fn mark_deferred(
    tx: &Transaction<'_>,
    id: OutboxId,
    until: Timestamp,
    error: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    mark(tx, id, MessageState::Deferred, Some(until), Some(error), now)
}

/// The channel will never take the message: an operator has to hear of it. Returns false, and changes nothing, when it was not under way.
///
/// # Errors
/// Any failure of the database.
pub fn mark_rejected(
    tx: &Transaction<'_>,
    id: OutboxId,
    error: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let marked = mark(tx, id, MessageState::Rejected, None, Some(error), now)?;
    if marked {
        tx.prepare_cached("UPDATE outbox SET given_up = 1 WHERE id = ?1")?.execute([id.0])?;
    }
    Ok(marked)
}

/// The connection was lost when the message may have been taken over; it is sent again at `until` with the same
/// Message-ID. Returns false, and changes nothing, when it was not under way.
///
/// # Errors
/// Any failure of the database.
pub fn mark_unknown(
    tx: &Transaction<'_>,
    id: OutboxId,
    until: Timestamp,
    error: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    mark(tx, id, MessageState::Unknown, Some(until), Some(error), now)
}

fn mark(
    tx: &Transaction<'_>,
    id: OutboxId,
    state: MessageState,
    until: Option<Timestamp>,
    error: Option<&str>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    // A lease may have run out while the sender was still waiting for the answer: its word still counts.
    let changed = tx
        .prepare_cached(
            "UPDATE outbox SET state = ?2, lease_until = NULL, not_before = coalesce(?3, not_before),
                 last_error = ?4, changed_at = ?5
             WHERE id = ?1 AND state IN ('sending', 'unknown')",
        )?
        .execute(params![id.0, Word(state), until.map(Ms), error, Ms(now)])?;
    Ok(changed == 1)
}

/// The message was too big: a shorter edition of it goes out at once, with the same Message-ID. Returns false, and
/// changes nothing, when it was not under way or is the short edition already.
///
/// # Errors
/// Any failure of the database.
pub fn shorten_message(
    tx: &Transaction<'_>,
    id: OutboxId,
    message: &[u8],
    why: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let changed = tx
        .prepare_cached(
            "UPDATE outbox SET state = 'pending', lease_until = NULL, message = ?2, short = 1,
                 not_before = ?4, last_error = ?3, changed_at = ?4
             WHERE id = ?1 AND short = 0 AND state IN ('sending', 'unknown')",
        )?
        .execute(params![id.0, message, why, Ms(now)])?;
    Ok(changed == 1)
}

/// Messages of channels that are not configured any more are given up; held ones are withdrawn. Returns how many.
///
/// # Errors
/// Any failure of the database.
pub fn give_up_other_channels(
    tx: &Transaction<'_>,
    channels: &[String],
    now: Timestamp,
) -> Result<usize, StoreError> {
    let json = serde_json::to_string(channels).unwrap_or_default();
    let changed = tx
        .prepare_cached(
            "UPDATE outbox SET state = 'rejected', awaits_second = 0, given_up = 1, changed_at = ?2,
                 last_error = 'channel ' || channel || ' is not configured any more'
             WHERE state IN ('held', 'pending', 'deferred', 'unknown')
                 AND channel NOT IN (SELECT value FROM json_each(?1))",
        )?
        .execute(params![json, Ms(now)])?;
    Ok(changed)
}
