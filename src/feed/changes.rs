//! What a poll brought, compared with what is known.

use std::collections::HashMap;

use crate::model::Entry;

/// Entries sorted by whether they are known; each part keeps the feed's order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Changes {
    /// Never seen before.
    pub new: Vec<Entry>,
    /// Known, with another title, summary or content.
    pub changed: Vec<Entry>,
    /// Known and unchanged.
    pub seen: Vec<Entry>,
}

/// Compares entries with the revisions stored for their keys. A date alone that moves is no change: some feeds stamp
/// every entry with the moment of the poll.
pub fn changes(known: &HashMap<String, String>, entries: Vec<Entry>) -> Changes {
    let mut changes = Changes::default();
    for entry in entries {
        match known.get(&entry.key) {
            None => changes.new.push(entry),
            Some(revision) if *revision != entry.revision => changes.changed.push(entry),
            Some(_) => changes.seen.push(entry),
        }
    }
    changes
}
