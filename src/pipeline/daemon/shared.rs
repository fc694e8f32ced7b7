//! What the loops share, and which of them move.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::pipeline::engine::Engine;
use crate::pipeline::vitals::{Loop, Vitals};
use crate::store::Store;

/// A loop that has not moved for this long has stopped. Longer than the longest step: one conversation with a mail
/// server that takes all the time it may.
pub const STALLED: Duration = Duration::from_secs(30 * 60);
/// The same for loops whose steps are short.
const BRISK: Duration = Duration::from_secs(10 * 60);
/// A transaction that goes on for longer has stopped: the largest take seconds.
const WRITER_PATIENCE: Duration = Duration::from_secs(10 * 60);

/// What the loops share.
pub(super) struct Shared {
    pub(super) engine: RwLock<Arc<Engine>>,
    pub(super) stop: CancellationToken,
    pub(super) entries: Notify,
    pub(super) desk: Notify,
    pub(super) mail: Notify,
    pub(super) schedule: Notify,
    /// The same for all engines.
    pub(super) vitals: Arc<Vitals>,
    pub(super) store: Store,
}

impl Shared {
    pub(super) fn engine(&self) -> Arc<Engine> {
        // Nothing can panic while the lock is held: it guards one pointer.
        Arc::clone(&self.engine.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn beat(&self, which: Loop) {
        self.vitals.beat(which);
    }

    /// How long ago each loop moved.
    fn ages(&self) -> [(Loop, Duration); 4] {
        Loop::ALL.map(|which| (which, self.vitals.still(which)))
    }

    /// What has stopped: loops, and the thread that writes the database.
    pub(super) fn stalled(&self) -> Vec<&'static str> {
        let loops = stopped(self.ages());
        let writer = !self.store.writer_moves(WRITER_PATIENCE);
        loops.into_iter().chain(writer.then_some("writer")).collect()
    }

    /// One line on what moves and what does not, without asking the database.
    pub(super) fn pulse(&self) -> String {
        let ages = self.ages().map(|(which, age)| format!("{} {} s", which.name(), age.as_secs()));
        let writer = if self.store.writer_moves(WRITER_PATIENCE) { "moves" } else { "stands" };
        format!("last moved: {}; writer {writer}", ages.join(", "))
    }

    /// Sleeps until woken, stopped, or `longest` has passed.
    pub(super) async fn sleep(&self, wake: &Notify, longest: Duration) {
        tokio::select! {
            () = self.stop.cancelled() => {}
            _ = timeout(longest, wake.notified()) => {}
        }
    }
}

/// The loops that have not moved for longer than they may.
fn stopped(ages: [(Loop, Duration); 4]) -> Vec<&'static str> {
    let patience = |which| match which {
        Loop::Polls | Loop::Desk => BRISK,
        // Pages are fetched one after the other from a host, and a mail server may take its time.
        Loop::Entries | Loop::Mail => STALLED,
    };
    let over = ages.into_iter().filter(|(which, age)| *age > patience(*which));
    over.map(|(which, _)| which.name()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_loop_that_stands_is_enough_to_starve_the_watchdog() {
        let minutes = |count: u64| Duration::from_secs(60 * count);
        let ages = |polls, entries, desk, mail| {
            let ages = [polls, entries, desk, mail];
            std::array::from_fn(|at| (Loop::ALL[at], minutes(ages[at])))
        };
        assert_eq!(stopped(ages(9, 29, 9, 29)), [""; 0]);
        assert_eq!(stopped(ages(11, 0, 0, 0)), ["polls"]);
        assert_eq!(stopped(ages(0, 31, 11, 31)), ["entries", "desk", "mail"]);
    }
}
