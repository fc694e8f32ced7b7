//! What became of the last reload, left in the database for whoever asked for it: a signal has no answer.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::engine::Engine;
use crate::store::{self, Connection, StoreError};

/// Where it is left.
const LAST: &str = "daemon.reload";

/// What became of a reload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reloaded {
    /// When.
    pub at: Timestamp,
    /// Counts reloads, so that each answer differs from the one before.
    pub number: u64,
    /// Whether the new configuration holds now.
    pub taken_over: bool,
    /// What it changed, or why the old one goes on.
    pub lines: Vec<String>,
}

/// What became of the last reload, if there ever was one.
///
/// # Errors
/// Any failure of the database.
pub fn last(connection: &Connection) -> Result<Option<Reloaded>, StoreError> {
    let last = store::meta(connection, LAST)?;
    Ok(last.and_then(|json| serde_json::from_str(&json).ok()))
}

impl Engine {
    /// Leaves word of a reload.
    ///
    /// # Errors
    /// The database refuses.
    pub(super) async fn leave_word(
        &self,
        taken_over: bool,
        lines: Vec<String>,
    ) -> Result<(), StoreError> {
        let at = self.now();
        self.store
            .write(move |tx| {
                let number = last(tx)?.map_or(1, |last| last.number.wrapping_add(1));
                let word = Reloaded { at, number, taken_over, lines };
                // A plain struct of numbers and text always has a JSON form.
                let json = serde_json::to_string(&word).unwrap_or_default();
                store::set_meta(tx, LAST, &json)
            })
            .await
    }
}
