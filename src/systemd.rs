//! What the daemon tells the service manager (sd_notify(3)), and what it is told: readiness, one line of
//! status, reloads, the end, and a watchdog that only progress may feed.
//!
//! Outside systemd every call does nothing.

use std::time::Duration;

use sd_notify::NotifyState;

/// A channel to the service manager.
#[derive(Debug, Clone, Default)]
pub struct ServiceManager {
    present: bool,
    watchdog: Option<Duration>,
}

impl ServiceManager {
    /// Finds the manager of this process, if there is one (`$NOTIFY_SOCKET`, `$WATCHDOG_USEC`).
    pub fn find() -> Self {
        Self {
            present: std::env::var_os("NOTIFY_SOCKET").is_some(),
            watchdog: sd_notify::watchdog_enabled(),
        }
    }

    /// How often the watchdog wants to be fed: a third of its limit, so that two may be lost.
    pub fn watchdog_period(&self) -> Option<Duration> {
        self.watchdog.map(|limit| limit / 3)
    }

    /// Configuration read, database open, schedule armed.
    pub fn ready(&self, status: &str) {
        self.send(&[NotifyState::Ready, NotifyState::Status(status)]);
    }

    /// One line for `systemctl status`.
    pub fn status(&self, status: &str) {
        self.send(&[NotifyState::Status(status)]);
    }

    /// A reload has begun; [`ServiceManager::ready`] ends it.
    pub fn reloading(&self) {
        match NotifyState::monotonic_usec_now() {
            Ok(since) => self.send(&[NotifyState::Reloading, since]),
            Err(_) => self.send(&[NotifyState::Reloading]),
        }
    }

    /// A clean stop has begun.
    pub fn stopping(&self) {
        self.send(&[NotifyState::Stopping]);
    }

    /// Every loop made progress.
    pub fn feed_watchdog(&self) {
        self.send(&[NotifyState::Watchdog]);
    }

    fn send(&self, states: &[NotifyState<'_>]) {
        if self.present
            && let Err(error) = sd_notify::notify(states)
        {
            tracing::warn!(%error, "could not tell the service manager");
        }
    }
}
