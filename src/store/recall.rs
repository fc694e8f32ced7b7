//! What is wrong with messages, and what an operator does about it: look, send again, or never.

use jiff::Timestamp;
use rusqlite::{Connection, Transaction, params};

use super::StoreError;
use super::column::{Ms, Word};
use super::outbox::{MessageRow, MessageState, ROW_COLUMNS, message_row};
use crate::model::OutboxId;

/// Messages that should have left before `before` and have not, however often they were tried since: what the
/// audit complains of. Those that wait for a second source are not late, nor are those of suspended recipients,
/// who are complained of by themselves.
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
                 AND created_at < ?1 AND coalesce(due_at, not_before) < ?1
                 AND NOT EXISTS (SELECT 1 FROM refusals AS r WHERE r.suspended_at IS NOT NULL
                     AND r.recipient = outbox.recipient AND r.channel = outbox.channel)
             ORDER BY id"
        ))?
        .query_map([Ms(before)], message_row)?
        .collect::<Result<_, _>>()?;
    Ok(rows)
}

/// Messages that a channel refused for good, or that were tried too long, and that nobody has looked at.
///
/// # Errors
/// Any failure of the database.
pub fn given_up_messages(connection: &Connection) -> Result<Vec<MessageRow>, StoreError> {
    let rows = connection
        .prepare_cached(&format!(
            "SELECT {ROW_COLUMNS} FROM outbox WHERE given_up = 1 ORDER BY id"
        ))?
        .query_map([], message_row)?
        .collect::<Result<_, _>>()?;
    Ok(rows)
}

/// The bytes of a message as it is sent, once they are rendered.
pub type Rendered = Option<Vec<u8>>;

/// One message, with its rendered bytes where it has any.
///
/// # Errors
/// Any failure of the database.
pub fn message(
    connection: &Connection,
    id: OutboxId,
) -> Result<Option<(MessageRow, Rendered)>, StoreError> {
    let mut found = connection
        .prepare_cached(&format!("SELECT {ROW_COLUMNS}, message FROM outbox WHERE id = ?1"))?
        .query_map([id.0], |row| Ok((message_row(row)?, row.get(COLUMNS)?)))?
        .collect::<Result<Vec<_>, _>>()?;
    Ok(found.pop())
}

/// How many columns [`ROW_COLUMNS`] names.
const COLUMNS: usize = 20;

/// Sends a message as soon as its way is open: one that waits, and one that was given up. Returns the state that
/// it was in; `None`, and changes nothing, when it is accepted, merged, held, under way, or never had any bytes.
///
/// # Errors
/// Any failure of the database.
pub fn retry_message(
    tx: &Transaction<'_>,
    id: OutboxId,
    now: Timestamp,
) -> Result<Option<MessageState>, StoreError> {
    let Some((row, Some(_))) = message(tx, id)? else { return Ok(None) };
    let next = match row.state {
        MessageState::Rejected => MessageState::Pending,
        // One that may have arrived stays so, whatever the next attempt meets.
        MessageState::Unknown | MessageState::Pending | MessageState::Deferred => row.state,
        _ => return Ok(None),
    };
    tx.prepare_cached(
        "UPDATE outbox SET state = ?2, given_up = 0, not_before = min(not_before, ?3), changed_at = ?3
         WHERE id = ?1",
    )?
    .execute(params![id.0, Word(next), Ms(now)])?;
    Ok(Some(row.state))
}

/// A message is never sent (again). Returns the state that it was in; `None`, and changes nothing, when it has left,
/// is told by another, or is under way.
///
/// # Errors
/// Any failure of the database.
pub fn drop_message(
    tx: &Transaction<'_>,
    id: OutboxId,
    why: &str,
    now: Timestamp,
) -> Result<Option<MessageState>, StoreError> {
    use MessageState::{Deferred, Held, Pending, Rejected, Unknown};
    let Some((row, _)) = message(tx, id)? else { return Ok(None) };
    if !matches!(row.state, Held | Pending | Deferred | Unknown | Rejected) {
        return Ok(None);
    }
    tx.prepare_cached(
        "UPDATE outbox SET state = 'rejected', awaits_second = 0, given_up = 0, last_error = ?2,
             changed_at = ?3 WHERE id = ?1",
    )?
    .execute(params![id.0, why, Ms(now)])?;
    Ok(Some(row.state))
}
