//! Counts for `status` and for the health page.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension};

use super::StoreError;
use super::column::Ms;
use super::retention::last_retention;

/// The state of the whole store.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Status {
    /// Schema number.
    pub schema: u32,
    /// Bytes of the database file, its write-ahead log not included.
    pub bytes: u64,
    /// Bytes of messages that wait.
    pub message_bytes: u64,
    /// Configured sources that are enabled.
    pub sources: u64,
    /// Sources by the word of their health.
    pub health: BTreeMap<String, u64>,
    /// Entries by state.
    pub entries: BTreeMap<String, u64>,
    /// Arrival of the entry that waits longest.
    pub oldest_pending: Option<Timestamp>,
    /// All articles.
    pub articles: u64,
    /// Articles about the topic.
    pub kept: u64,
    /// Mentions.
    pub mentions: u64,
    /// Commitments by stage or lateral state, merged ones not included.
    pub commitments: BTreeMap<String, u64>,
    /// Commitments that a text of the register implies and no article has told yet.
    pub of_register: u64,
    /// Instruments.
    pub instruments: u64,
    /// Verdicts by outcome.
    pub verdicts: BTreeMap<String, u64>,
    /// Messages by state.
    pub messages: BTreeMap<String, u64>,
    /// The moment since which the longest waiting message could have gone out.
    pub oldest_due_message: Option<Timestamp>,
    /// When a message was last taken over by its channel.
    pub last_accepted: Option<Timestamp>,
    /// When the next held alert is released.
    pub next_release: Option<Timestamp>,
    /// When the next message that was put off is tried again.
    pub next_retry: Option<Timestamp>,
    /// When retention last came to its end, and what it removed.
    pub last_retention: Option<(Timestamp, String)>,
    /// End of the latest poll.
    pub last_poll: Option<Timestamp>,
    /// End of the latest good poll.
    pub last_success: Option<Timestamp>,
}

/// What the status line of a daemon needs: few counts, none of which reads much.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pulse {
    /// Enabled sources by the word of their health.
    pub health: BTreeMap<String, u64>,
    /// Configured sources that are enabled.
    pub sources: u64,
    /// Entries that wait to be judged.
    pub pending: u64,
    /// Messages that wait.
    pub unsent: u64,
}

const HEALTH: &str = "SELECT health, count(*) FROM source_state JOIN sources ON id = source_id
    WHERE enabled = 1 AND removed_at IS NULL GROUP BY health";
/// Entries that a text of the register implies and no article has told.
const OF_REGISTER: &str = "founded_by IS NULL AND json_extract(commitment, '$.sources') = 0";
const SOURCES: &str = "SELECT count(*) FROM sources WHERE enabled = 1 AND removed_at IS NULL";

/// Counts what waits.
///
/// # Errors
/// Any failure of the database.
pub fn pulse(connection: &Connection) -> Result<Pulse, StoreError> {
    let number = |sql: &str| -> Result<u64, StoreError> {
        let count: i64 = connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
        Ok(count.unsigned_abs())
    };
    let health = connection
        .prepare_cached(HEALTH)?
        .query_map([], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?.unsigned_abs())))?
        .collect::<Result<_, _>>()?;
    Ok(Pulse {
        health,
        sources: number(SOURCES)?,
        pending: number("SELECT count(*) FROM entries WHERE state = 'pending'")?,
        unsent: number(
            "SELECT count(*) FROM outbox WHERE state IN ('held', 'pending', 'deferred', 'unknown', 'sending')",
        )?,
    })
}

/// Counts everything; a few milliseconds per 100,000 rows.
///
/// # Errors
/// Any failure of the database.
pub fn status(connection: &Connection) -> Result<Status, StoreError> {
    let number = |sql: &str| -> Result<u64, StoreError> {
        let count: i64 = connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
        Ok(count.unsigned_abs())
    };
    let words = |sql: &str| -> Result<BTreeMap<String, u64>, StoreError> {
        let counts = connection
            .prepare_cached(sql)?
            .query_map([], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?.unsigned_abs())))?
            .collect::<Result<_, _>>()?;
        Ok(counts)
    };
    let moment = |sql: &str| -> Result<Option<Timestamp>, StoreError> {
        let at: Option<Option<Ms>> =
            connection.prepare_cached(sql)?.query_row([], |row| row.get(0)).optional()?;
        Ok(at.flatten().map(|at| at.0))
    };
    Ok(Status {
        schema: connection.query_row("PRAGMA user_version", [], |row| row.get(0))?,
        bytes: number("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")?,
        sources: number(SOURCES)?,
        health: words(HEALTH)?,
        entries: words("SELECT state, count(*) FROM entries GROUP BY state")?,
        oldest_pending: moment("SELECT min(first_seen) FROM entries WHERE state = 'pending'")?,
        articles: number("SELECT count(*) FROM articles")?,
        kept: number("SELECT count(*) FROM articles WHERE kept = 1")?,
        mentions: number("SELECT count(*) FROM mentions WHERE superseded_at IS NULL")?,
        commitments: words(&format!(
            "SELECT coalesce(lateral, stage), count(*) FROM commitments
             WHERE redirect_to IS NULL AND retired_at IS NULL AND NOT ({OF_REGISTER}) GROUP BY 1",
        ))?,
        of_register: number(&format!(
            "SELECT count(*) FROM commitments
             WHERE redirect_to IS NULL AND retired_at IS NULL AND {OF_REGISTER}",
        ))?,
        instruments: number("SELECT count(*) FROM instruments")?,
        verdicts: words("SELECT outcome, count(*) FROM verdicts WHERE quiet = 0 GROUP BY outcome")?,
        messages: words("SELECT state, count(*) FROM outbox GROUP BY state")?,
        oldest_due_message: moment(
            "SELECT min(not_before) FROM outbox
             WHERE state IN ('held', 'pending', 'deferred', 'unknown', 'sending') AND awaits_second = 0",
        )?,
        message_bytes: number(
            "SELECT coalesce(sum(length(message)), 0) FROM outbox
             WHERE state IN ('held', 'pending', 'deferred', 'unknown', 'sending')",
        )?,
        last_accepted: moment("SELECT max(changed_at) FROM outbox WHERE state = 'accepted'")?,
        next_release: moment(
            "SELECT min(not_before) FROM outbox WHERE state = 'held' AND awaits_second = 0",
        )?,
        next_retry: moment(
            "SELECT min(not_before) FROM outbox WHERE state IN ('deferred', 'unknown')",
        )?,
        last_retention: last_retention(connection)?,
        last_poll: moment("SELECT finished_at FROM polls ORDER BY id DESC LIMIT 1")?,
        last_success: moment("SELECT finished_at FROM polls WHERE ok = 1 ORDER BY id DESC LIMIT 1")?,
    })
}

/// The latest moment that anything in the store bears: a clock that shows less is wrong.
///
/// # Errors
/// Any failure of the database.
pub fn newest_moment(connection: &Connection) -> Result<Option<Timestamp>, StoreError> {
    let newest: Option<Ms> = connection.query_row(
        "SELECT max(at) FROM (
             SELECT (SELECT finished_at FROM polls ORDER BY id DESC LIMIT 1) AS at
             UNION ALL SELECT (SELECT at FROM verdicts ORDER BY id DESC LIMIT 1)
             UNION ALL SELECT (SELECT arrived_at FROM articles ORDER BY id DESC LIMIT 1)
             UNION ALL SELECT (SELECT created_at FROM outbox ORDER BY id DESC LIMIT 1))",
        [],
        |row| row.get(0),
    )?;
    Ok(newest.map(|at| at.0))
}
