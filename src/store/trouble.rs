//! What an operator has to know of the outbox: the answer of the hourly audit, of `status`, and of the line that the
//! service manager shows.

use jiff::Timestamp;
use rusqlite::Connection;

use super::StoreError;
use super::meta::{meta, set_meta};
use super::outbox::MessageRow;
use super::recall::{given_up_messages, overdue_messages};
use super::ways::{ClosedWay, Refusals, closed_ways, refusals};

/// Where the audit leaves the commitments that were owed and never written.
const UNTOLD: &str = "audit.untold";
/// Entries of a kind that are named one by one.
const NAMED: usize = 5;

/// All that is wrong with telling people.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Trouble {
    /// Ways that are closed.
    pub closed: Vec<ClosedWay>,
    /// Recipients whose address is dead.
    pub suspended: Vec<Refusals>,
    /// Messages refused for good, or tried too long, that nobody has looked at.
    pub given_up: Vec<MessageRow>,
    /// Messages that should have left before the instant asked for.
    pub overdue: Vec<MessageRow>,
    /// Commitments that were to be told at once and are in no message, with whom: `c-… to desk`.
    pub untold: Vec<String>,
}

impl Trouble {
    /// Whether there is any.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }

    /// One line for each, for people.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for way in &self.closed {
            let until =
                if way.needs_operator { "the configuration must change" } else { "tried again" };
            lines.push(format!(
                "{} is closed since {} ({until}, next {}): {}",
                way.channel,
                way.since.strftime("%Y-%m-%d %H:%MZ"),
                way.paused_until.strftime("%H:%MZ"),
                way.error
            ));
        }
        for dead in &self.suspended {
            lines.push(format!(
                "{} gets nothing by {}: the address was refused {} times: {}",
                dead.recipient, dead.channel, dead.count, dead.error
            ));
        }
        for row in self.given_up.iter().take(NAMED) {
            lines.push(format!(
                "message {} to {} was given up: {}",
                row.id,
                row.recipient,
                row.last_error.as_deref().unwrap_or("no reason")
            ));
        }
        if self.given_up.len() > NAMED {
            lines.push(format!("... and {} more were given up", self.given_up.len() - NAMED));
        }
        if let Some(first) = self.overdue.iter().map(|row| row.due).min() {
            lines.push(format!(
                "{} messages should have left, the first at {}",
                self.overdue.len(),
                first.strftime("%Y-%m-%d %H:%MZ")
            ));
        }
        if !self.untold.is_empty() {
            lines.push(format!("owed and in no message: {}", self.untold.join(", ")));
        }
        lines
    }
}

/// What is wrong; messages are late when they were due before `late`.
///
/// # Errors
/// Any failure of the database.
pub fn trouble_at(connection: &Connection, late: Timestamp) -> Result<Trouble, StoreError> {
    Ok(Trouble {
        closed: closed_ways(connection)?,
        suspended: refusals(connection)?
            .into_iter()
            .filter(|row| row.suspended.is_some())
            .collect(),
        given_up: given_up_messages(connection)?,
        overdue: overdue_messages(connection, late)?,
        untold: untold(connection)?,
    })
}

/// What the last audit found.
///
/// # Errors
/// Any failure of the database.
pub fn untold(connection: &Connection) -> Result<Vec<String>, StoreError> {
    let untold = meta(connection, UNTOLD)?.unwrap_or_default();
    Ok(untold.lines().map(str::to_owned).collect())
}

/// The same without messages that are late: what a list of messages does not show by itself.
///
/// # Errors
/// Any failure of the database.
pub fn trouble(connection: &Connection) -> Result<Trouble, StoreError> {
    let all = trouble_at(connection, Timestamp::MIN)?;
    Ok(Trouble { given_up: Vec::new(), overdue: Vec::new(), ..all })
}

/// Keeps what the audit found, until the next one.
///
/// # Errors
/// Any failure of the database.
pub fn record_untold(tx: &rusqlite::Transaction<'_>, untold: &[String]) -> Result<(), StoreError> {
    set_meta(tx, UNTOLD, &untold.join("\n"))
}
