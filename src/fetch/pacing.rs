//! One request at a time per host, and so many at a time altogether.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedMutexGuard, OwnedSemaphorePermit, Semaphore};

/// Hosts remembered before those without a request are forgotten.
const MANY_HOSTS: usize = 256;

/// The right to send one request; given back when dropped.
pub(super) struct Turn {
    _host: OwnedMutexGuard<()>,
    _slot: Option<OwnedSemaphorePermit>,
}

/// Who may send now.
#[derive(Debug)]
pub(super) struct Pacing {
    hosts: Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>,
    slots: Arc<Semaphore>,
}

impl Pacing {
    /// At most `concurrency` requests at a time.
    pub(super) fn new(concurrency: usize) -> Self {
        Self { hosts: Mutex::default(), slots: Arc::new(Semaphore::new(concurrency.max(1))) }
    }

    /// Waits for the host's turn and then for a free slot, in this order: forty requests to one host must not hold
    /// forty slots.
    pub(super) async fn turn(&self, host: &str) -> Turn {
        let lock = {
            let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
            if hosts.len() >= MANY_HOSTS {
                hosts.retain(|_, lock| Arc::strong_count(lock) > 1);
            }
            hosts.entry(host.to_owned()).or_default().clone()
        };
        let host = lock.lock_owned().await;
        // The semaphore is never closed, so there is always a permit in the end.
        Turn { _host: host, _slot: Arc::clone(&self.slots).acquire_owned().await.ok() }
    }
}
