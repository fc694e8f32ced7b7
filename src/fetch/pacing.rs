//! One request at a time per host, with a pause between two, and so many at a time altogether. Hosts that have failed
//! lately wait in a lane of their own, so that a hundred that hang do not hold up the ones that answer.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedMutexGuard, OwnedSemaphorePermit, Semaphore};

use super::Settings;
use super::rest::Rests;
use crate::time::Clock;

/// Hosts remembered before those that may be asked again are forgotten.
const MANY_HOSTS: usize = 256;

/// The lane in which a request waits for a free slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lane {
    /// For all that answered when it was last asked.
    #[default]
    Usual,
    /// For what has failed lately: a quarter of all slots, at least one.
    Doubtful,
}

/// The right to send one request to a host; given back when dropped.
pub struct Turn {
    host: OwnedMutexGuard<Option<Duration>>,
    _slot: Option<OwnedSemaphorePermit>,
    clock: Arc<dyn Clock>,
}

impl Drop for Turn {
    fn drop(&mut self) {
        *self.host = Some(self.clock.elapsed());
    }
}

/// When each host was last left alone, on the clock that never jumps.
type Hosts = HashMap<String, Arc<tokio::sync::Mutex<Option<Duration>>>>;

/// Who may send now.
pub(super) struct Pacing {
    hosts: Arc<Mutex<Hosts>>,
    /// Longer pauses that some hosts ask for.
    delays: Mutex<HashMap<String, Duration>>,
    pub(super) rests: Arc<Rests>,
    usual: Arc<Semaphore>,
    doubtful: Arc<Semaphore>,
    gap: Duration,
    private_gap: Duration,
    pub(super) clock: Arc<dyn Clock>,
}

impl std::fmt::Debug for Pacing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pacing").field("gap", &self.gap).finish_non_exhaustive()
    }
}

impl Pacing {
    pub(super) fn new(settings: &Settings, clock: Arc<dyn Clock>) -> Self {
        let rests = Arc::new(Rests::new(Arc::clone(&clock)));
        Self::around(settings, Arc::default(), rests, clock)
    }

    /// The same hosts under other settings.
    pub(super) fn reconfigured(&self, settings: &Settings) -> Self {
        let (hosts, rests) = (Arc::clone(&self.hosts), Arc::clone(&self.rests));
        Self::around(settings, hosts, rests, Arc::clone(&self.clock))
    }

    fn around(
        settings: &Settings,
        hosts: Arc<Mutex<Hosts>>,
        rests: Arc<Rests>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let slots = |number: usize| Arc::new(Semaphore::new(number.max(1)));
        Self {
            hosts,
            delays: Mutex::default(),
            rests,
            usual: slots(settings.concurrency),
            doubtful: slots(settings.concurrency / 4),
            gap: settings.host_gap,
            private_gap: settings.private_gap,
            clock,
        }
    }

    /// Waits for the host's turn, then for the end of the pause after the last request, and then for a free slot, in
    /// this order: forty requests to one host must not hold forty slots.
    pub(super) async fn turn(&self, host: &str, private: bool, lane: Lane) -> Turn {
        let gap = if private { self.private_gap } else { self.gap }.max(self.delay(host));
        let host = self.host(host, gap.max(self.gap)).lock_owned().await;
        if let Some(last) = *host {
            let left = last.saturating_add(gap).saturating_sub(self.clock.elapsed());
            if !left.is_zero() {
                self.clock.sleep(left).await;
            }
        }
        let slots = match lane {
            Lane::Usual => &self.usual,
            Lane::Doubtful => &self.doubtful,
        };
        // The semaphore is never closed, so there is always a permit in the end.
        let slot = Arc::clone(slots).acquire_owned().await.ok();
        Turn { host, _slot: slot, clock: Arc::clone(&self.clock) }
    }

    /// Sets or lifts the longer pause that a host asks for.
    pub(super) fn slow_down(&self, host: &str, delay: Option<Duration>) {
        let mut delays = self.delays.lock().unwrap_or_else(PoisonError::into_inner);
        match delay {
            Some(delay) => delays.insert(host.to_owned(), delay),
            None => delays.remove(host),
        };
    }

    fn delay(&self, host: &str) -> Duration {
        let delays = self.delays.lock().unwrap_or_else(PoisonError::into_inner);
        delays.get(host).copied().unwrap_or_default()
    }

    fn host(&self, host: &str, gap: Duration) -> Arc<tokio::sync::Mutex<Option<Duration>>> {
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        if hosts.len() >= MANY_HOSTS && !hosts.contains_key(host) {
            let now = self.clock.elapsed();
            let resting = |last: &Option<Duration>| last.is_some_and(|last| last + gap > now);
            hosts.retain(|_, lock| {
                Arc::strong_count(lock) > 1 || lock.try_lock().map_or(true, |last| resting(&last))
            });
        }
        Arc::clone(hosts.entry(host.to_owned()).or_default())
    }
}
