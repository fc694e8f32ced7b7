//! A database that refuses: which event it is, and how long to wait before the next try.

use std::time::Duration;

use crate::store::StoreError;
use crate::telemetry::event;

/// Pause after a failure of the database, and after a panic.
pub(super) const AFTER_FAILURE: Duration = Duration::from_secs(5);

pub(super) fn failed(what: &str, error: &StoreError) -> Duration {
    tracing::error!(
        event = event_of(error),
        what,
        error = crate::pipeline::chain(error),
        "the database refuses; trying again"
    );
    AFTER_FAILURE
}

/// The kind of event that a refusal of the database is.
pub fn event_of(error: &StoreError) -> &'static str {
    match error {
        StoreError::DiskFull { .. } => event::DATABASE_FULL,
        StoreError::Corrupt { .. } | StoreError::NotADatabase { .. } => event::DATABASE_DAMAGED,
        _ => event::DATABASE_REFUSED,
    }
}
