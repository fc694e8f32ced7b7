//! Ways out that are closed, and recipients whose addresses are refused: kept in the database, so that neither a
//! restart nor a second command tries what would only do harm.

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::StoreError;
use super::column::Ms;
use super::outbox::MessageRow;
use crate::model::OutboxId;

/// A way out that is closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClosedWay {
    /// The channel.
    pub channel: String,
    /// Attempts in a row that found it closed.
    pub failures: u32,
    /// No attempt before this.
    pub paused_until: Timestamp,
    /// What is wrong.
    pub error: String,
    /// Whether somebody must change the configuration.
    pub needs_operator: bool,
    /// Fingerprint of the settings that failed.
    pub settings: String,
    /// Closed since then.
    pub since: Timestamp,
}

/// A recipient whose address was refused since a message was last taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusals {
    /// Who.
    pub recipient: String,
    /// By which way.
    pub channel: String,
    /// The address refused.
    pub address: String,
    /// How often in a row.
    pub count: u32,
    /// The first time.
    pub first: Timestamp,
    /// The last time.
    pub last: Timestamp,
    /// What was said then.
    pub error: String,
    /// Nothing more is sent since this instant.
    pub suspended: Option<Timestamp>,
    /// The last message that was taken and came back, if one did.
    pub bounced: Option<OutboxId>,
}

/// How long a server may try before it sends a message back (RFC 5321 section 4.5.4.1: at least four to five days).
const BOUNCE_DAYS: i64 = 6;

/// All ways that are closed.
///
/// # Errors
/// Any failure of the database.
pub fn closed_ways(connection: &Connection) -> Result<Vec<ClosedWay>, StoreError> {
    let rows = connection
        .prepare_cached(
            "SELECT channel, failures, paused_until, error, needs_operator, settings, since
             FROM ways ORDER BY channel",
        )?
        .query_map([], |row| {
            Ok(ClosedWay {
                channel: row.get(0)?,
                failures: row.get(1)?,
                paused_until: row.get::<_, Ms>(2)?.0,
                error: row.get(3)?,
                needs_operator: row.get(4)?,
                settings: row.get(5)?,
                since: row.get::<_, Ms>(6)?.0,
            })
        })?
        .collect::<Result<_, _>>()?;
    Ok(rows)
}

/// Remembers that a way is closed; since when, where it was closed before, stays.
///
/// # Errors
/// Any failure of the database.
pub fn close_way(tx: &Transaction<'_>, way: &ClosedWay) -> Result<(), StoreError> {
    tx.prepare_cached(
        "INSERT INTO ways (channel, failures, paused_until, error, needs_operator, settings, since)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT (channel) DO UPDATE SET failures = ?2, paused_until = ?3, error = ?4,
             needs_operator = ?5, settings = ?6",
    )?
    .execute(params![
        way.channel,
        way.failures,
        Ms(way.paused_until),
        way.error,
        way.needs_operator,
        way.settings,
        Ms(way.since),
    ])?;
    Ok(())
}

/// A way is open, or shall be tried: messages that waited for it are due. Returns whether it was closed.
///
/// # Errors
/// Any failure of the database.
pub fn open_way(tx: &Transaction<'_>, channel: &str, now: Timestamp) -> Result<bool, StoreError> {
    tx.prepare_cached(
        "UPDATE outbox SET not_before = min(not_before, ?2)
         WHERE channel = ?1 AND state IN ('deferred', 'unknown')
             AND not_before = (SELECT paused_until FROM ways WHERE channel = ?1)",
    )?
    .execute(params![channel, Ms(now)])?;
    Ok(tx.prepare_cached("DELETE FROM ways WHERE channel = ?1")?.execute([channel])? == 1)
}

/// Counts a refusal of an address; another address begins at one.
///
/// # Errors
/// Any failure of the database.
pub fn note_refusal(
    tx: &Transaction<'_>,
    recipient: &str,
    channel: &str,
    address: &str,
    error: &str,
    now: Timestamp,
) -> Result<Refusals, StoreError> {
    tx.prepare_cached(
        "DELETE FROM refusals WHERE recipient = ?1 AND channel = ?2 AND address <> ?3",
    )?
    .execute([recipient, channel, address])?;
    tx.prepare_cached(
        "INSERT INTO refusals (recipient, channel, address, count, first_at, last_at, error)
         VALUES (?1, ?2, ?3, 1, ?4, ?4, ?5)
         ON CONFLICT (recipient, channel) DO UPDATE SET count = count + 1, last_at = ?4, error = ?5",
    )?
    .execute(params![recipient, channel, address, Ms(now), error])?;
    let found =
        refusals(tx)?.into_iter().find(|row| row.recipient == recipient && row.channel == channel);
    found.ok_or_else(|| StoreError::Conflict(format!("no refusal of {recipient} was stored")))
}

/// Counts a message that was taken and came back as a refusal. A message between this one and the last that came back
/// breaks the row: it arrived. Returns `None` where this message, or a later one, was counted before.
///
/// # Errors
/// Any failure of the database.
pub fn note_bounce(
    tx: &Transaction<'_>,
    message: &MessageRow,
    address: &str,
    error: &str,
    now: Timestamp,
) -> Result<Option<Refusals>, StoreError> {
    let (recipient, channel) = (message.recipient.as_str(), message.channel.as_str());
    let last: Option<Option<i64>> = tx
        .prepare_cached("SELECT bounced FROM refusals WHERE recipient = ?1 AND channel = ?2")?
        .query_row([recipient, channel], |row| row.get(0))
        .optional()?;
    if let Some(last) = last.flatten() {
        if last >= message.id.0 {
            return Ok(None);
        }
        let arrived: bool = tx
            .prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM outbox WHERE recipient = ?1 AND channel = ?2
                     AND state = 'accepted' AND id > ?3 AND id < ?4)",
            )?
            .query_row(params![recipient, channel, last, message.id.0], |row| row.get(0))?;
        if arrived {
            forget_refusals(tx, recipient, channel)?;
        }
    }
    note_refusal(tx, recipient, channel, address, error, now)?;
    tx.prepare_cached("UPDATE refusals SET bounced = ?3 WHERE recipient = ?1 AND channel = ?2")?
        .execute(params![recipient, channel, message.id.0])?;
    note_return(tx, message.id, error)?;
    Ok(refusals(tx)?.into_iter().find(|row| row.recipient == recipient && row.channel == channel))
}

/// Notes at a message that was taken that it came back.
///
/// # Errors
/// Any failure of the database.
pub fn note_return(tx: &Transaction<'_>, id: OutboxId, said: &str) -> Result<(), StoreError> {
    tx.prepare_cached("UPDATE outbox SET last_error = ?2 WHERE id = ?1 AND state = 'accepted'")?
        .execute(params![id.0, said])?;
    Ok(())
}

/// A server has taken a message: earlier refusals are forgotten, unless mail came back in the last days, which this one
/// may do as well.
///
/// # Errors
/// Any failure of the database.
pub fn forgive(
    tx: &Transaction<'_>,
    recipient: &str,
    channel: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let old = now - SignedDuration::from_hours(24 * BOUNCE_DAYS);
    tx.prepare_cached(
        "DELETE FROM refusals WHERE recipient = ?1 AND channel = ?2 AND (bounced IS NULL OR last_at < ?3)",
    )?
    .execute(params![recipient, channel, Ms(old)])?;
    Ok(())
}

/// Nothing more is sent to a recipient by this way.
///
/// # Errors
/// Any failure of the database.
pub fn suspend(
    tx: &Transaction<'_>,
    recipient: &str,
    channel: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.prepare_cached(
        "UPDATE refusals SET suspended_at = ?3 WHERE recipient = ?1 AND channel = ?2 AND suspended_at IS NULL",
    )?
    .execute(params![recipient, channel, Ms(now)])?;
    Ok(())
}

/// Forgets the refusals of a recipient: a message was taken, or an operator asks for another try. Returns whether
/// there were any.
///
/// # Errors
/// Any failure of the database.
pub fn forget_refusals(
    tx: &Transaction<'_>,
    recipient: &str,
    channel: &str,
) -> Result<bool, StoreError> {
    let gone = tx
        .prepare_cached("DELETE FROM refusals WHERE recipient = ?1 AND channel = ?2")?
        .execute([recipient, channel])?;
    Ok(gone == 1)
}

/// Everybody whose address was refused since a message was last taken.
///
/// # Errors
/// Any failure of the database.
pub fn refusals(connection: &Connection) -> Result<Vec<Refusals>, StoreError> {
    let rows = connection
        .prepare_cached(
            "SELECT recipient, channel, address, count, first_at, last_at, error, suspended_at, bounced
             FROM refusals ORDER BY recipient, channel",
        )?
        .query_map([], |row| {
            Ok(Refusals {
                recipient: row.get(0)?,
                channel: row.get(1)?,
                address: row.get(2)?,
                count: row.get(3)?,
                first: row.get::<_, Ms>(4)?.0,
                last: row.get::<_, Ms>(5)?.0,
                error: row.get(6)?,
                suspended: row.get::<_, Option<Ms>>(7)?.map(|at| at.0),
                bounced: row.get::<_, Option<i64>>(8)?.map(OutboxId),
            })
        })?
        .collect::<Result<_, _>>()?;
    Ok(rows)
}

/// When the two token buckets of a recipient are full again: that of the hour and that of the day.
///
/// # Errors
/// Any failure of the database.
pub fn buckets(
    connection: &Connection,
    recipient: &str,
    channel: &str,
) -> Result<Option<(Timestamp, Timestamp)>, StoreError> {
    let found = connection
        .prepare_cached(
            "SELECT hour_full, day_full FROM buckets WHERE recipient = ?1 AND channel = ?2",
        )?
        .query_row([recipient, channel], |row| Ok((row.get::<_, Ms>(0)?.0, row.get::<_, Ms>(1)?.0)))
        .optional()?;
    Ok(found)
}

/// Remembers the two buckets.
///
/// # Errors
/// Any failure of the database.
pub fn save_buckets(
    tx: &Transaction<'_>,
    recipient: &str,
    channel: &str,
    (hour, day): (Timestamp, Timestamp),
) -> Result<(), StoreError> {
    tx.prepare_cached("INSERT OR REPLACE INTO buckets (recipient, channel, hour_full, day_full) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![recipient, channel, Ms(hour), Ms(day)])?;
    Ok(())
}
