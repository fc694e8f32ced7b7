//! The clock as an argument: whoever needs the present asks for a [`Clock`], so that a test or the demo can hold
//! it in its hand.

use std::sync::Mutex;

use jiff::{SignedDuration, Timestamp};

/// Tells the present instant. The clock of the machine implements it outside the pure rooms.
pub trait Clock: Send + Sync {
    /// The present instant (UTC).
    fn now(&self) -> Timestamp;
}

/// A clock that stands still until it is moved.
#[derive(Debug)]
pub struct ManualClock {
    now: Mutex<Timestamp>,
}

impl ManualClock {
    /// A clock that shows `now`.
    pub fn new(now: Timestamp) -> Self {
        Self { now: Mutex::new(now) }
    }

    /// Sets the clock, also backwards, as a machine's clock may be.
    pub fn set(&self, now: Timestamp) {
        *self.lock() = now;
    }

    /// Moves the clock by `step`, stopping at the ends of time.
    pub fn advance(&self, step: SignedDuration) {
        let mut now = self.lock();
        *now = now.saturating_add(step).unwrap_or(*now);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Timestamp> {
        // A thread that panicked while holding an instant cannot have left half of one.
        self.now.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        *self.lock()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_stands_until_it_is_moved() {
        let start: Timestamp = "2026-11-21T10:00:00Z".parse().unwrap();
        let clock = ManualClock::new(start);
        assert_eq!(clock.now(), start);
        clock.advance(SignedDuration::from_mins(90));
        assert_eq!(clock.now().to_string(), "2026-11-21T11:30:00Z");
        clock.set(start);
        assert_eq!(clock.now(), start);
    }
}
