//! Whether the daemon lives, and whether its work is done.

use std::time::Duration;

use jiff::Timestamp;

use crate::pipeline::daemon::STALLED;
use crate::pipeline::vitals::{Loop, Vitals};
use crate::pipeline::{audit, chain};
use crate::store::{self, Store};

/// The scheduler looks round once a minute; one that has not for so long is stuck.
const SCHEDULER_STUCK: Duration = Duration::from_secs(5 * 60);
/// No transaction takes so long.
const WRITER_STUCK: Duration = Duration::from_secs(10);

/// Loops that have stopped, each in a sentence. The watchdog of the service manager asks the same of them, and of polls
/// and the desk sooner.
pub(super) fn stopped(vitals: &Vitals) -> Vec<String> {
    let still = |which: Loop| (which, vitals.still(which));
    let stopped = Loop::ALL.into_iter().map(still).filter(|(_, still)| *still > STALLED);
    stopped
        .map(|(which, still)| {
            format!("the loop \"{}\" has not moved for {} s", which.name(), still.as_secs())
        })
        .collect()
}

/// Everything that keeps the work from being done, each in a sentence.
pub(super) async fn troubles(vitals: &Vitals, store: &Store) -> Vec<String> {
    let mut troubles = stopped(vitals);
    let still = vitals.still(Loop::Polls);
    if still > SCHEDULER_STUCK && still <= STALLED {
        troubles.push(format!("the scheduler has not moved for {} s", still.as_secs()));
    }
    // Nothing is changed, so nothing reaches the disk; but the writer must come round to it.
    match tokio::time::timeout(WRITER_STUCK, store.write(|_| Ok(()))).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => troubles.push(format!("nothing can be stored: {}", chain(&error))),
        Err(_) => troubles.push(format!(
            "the writer of the database has not answered for {} s",
            WRITER_STUCK.as_secs()
        )),
    }
    let late = audit::late_since(Timestamp::now());
    match store.read(move |connection| store::trouble_at(connection, late)).await {
        Ok(trouble) => troubles.extend(trouble.lines()),
        Err(error) => troubles.push(format!("the database cannot be read: {}", chain(&error))),
    }
    troubles
}
