//! What a start or a reload does to the sources: the database learns which are configured, one that comes back or
//! has another address forgets what does not hold any more, and every next poll follows the schedule as it is now.

use std::collections::HashMap;

use jiff::Timestamp;

use super::poll::stored_state;
use super::round::read_state;
use crate::config::{Config, ConfiguredSource};
use crate::model::{Source, SourceId};
use crate::source::{self, Change, PollState, StoredSource};
use crate::store::{self, SourceRow, Store, StoreError, Transaction};

/// Tells the database which sources are configured and when each is to be polled. Blocks: not for async threads.
pub(super) fn register(config: &Config, store: &Store, now: Timestamp) -> Result<(), StoreError> {
    let sources = config.sources.clone();
    let polling = config.schedule.clone();
    let (changes, first) = store.write_blocking(move |tx| {
        let rows = store::list_sources(tx, true)?;
        let stored: Vec<StoredSource> = rows.iter().map(stored).collect();
        let configured: Vec<Source> = sources.iter().map(|one| one.source.clone()).collect();
        let changes = source::changes(&configured, &stored);
        store::sync_sources(tx, &configured, now)?;
        let rows_of: HashMap<&SourceId, &SourceRow> =
            rows.iter().map(|row| (&row.source.id, row)).collect();
        for one in &sources {
            if let Some(row) = rows_of.get(&one.source.id) {
                settle(tx, one, row, &changes, &polling, now)?;
            }
        }
        Ok((changes, rows.is_empty()))
    })?;
    // The first start of all has nothing to tell: every source is new.
    for change in changes.iter().filter(|_| !first) {
        tracing::info!("source {change}");
    }
    Ok(())
}

fn stored(row: &SourceRow) -> StoredSource {
    StoredSource {
        id: row.source.id.clone(),
        url: row.source.url.clone(),
        configured: row.removed_at.is_none(),
    }
}

/// Brings the state of a source that was met before in line with its configuration.
fn settle(
    tx: &Transaction<'_>,
    one: &ConfiguredSource,
    row: &SourceRow,
    changes: &[Change],
    polling: &crate::config::Polling,
    now: Timestamp,
) -> Result<(), StoreError> {
    let Some(stored) = &row.state else { return Ok(()) };
    let before: PollState = read_state(Some(&stored.json));
    let own = changes.iter().filter(|change| change.source() == &one.source.id);
    let state = own.fold(before.clone(), |state, change| change.settle(&state));
    let state = source::reschedule(&state, one, polling);
    if state != before {
        store::save_state(tx, &one.source.id, &stored_state(&state), now)?;
    }
    Ok(())
}
