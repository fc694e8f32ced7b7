//! The clock as an argument: whoever needs the present asks for a [`Clock`], so that a test or the demo can hold
//! it in its hand.

use std::future::Future;
use std::pin::Pin;
use std::sync::Mutex;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// A wait on a clock.
pub type Wait<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// Tells the time, and waits for it. The clock of the machine implements it outside the pure rooms.
pub trait Clock: Send + Sync {
    /// The present instant (UTC). Machines set their clocks, so it may jump either way.
    fn now(&self) -> Timestamp;

    /// Time since some fixed moment of this process: never jumps and never runs backwards. Distances that must be
    /// kept whatever becomes of the clock on the wall are counted with it.
    fn elapsed(&self) -> Duration;

    /// Waits.
    fn sleep(&self, wait: Duration) -> Wait<'_>;
}

/// A clock that stands still until it is moved; whoever waits on it moves it to the end of his wait at once.
#[derive(Debug)]
pub struct ManualClock {
    hands: Mutex<Hands>,
}

#[derive(Debug, Clone, Copy)]
struct Hands {
    now: Timestamp,
    elapsed: Duration,
}

impl ManualClock {
    /// A clock that shows `now`.
    pub fn new(now: Timestamp) -> Self {
        Self { hands: Mutex::new(Hands { now, elapsed: Duration::ZERO }) }
    }

    /// Lets time pass until `now`; an earlier moment sets the clock back, and no time has passed.
    pub fn set(&self, now: Timestamp) {
        let mut hands = self.lock();
        let passed = Duration::try_from(now.duration_since(hands.now)).unwrap_or_default();
        hands.elapsed = hands.elapsed.saturating_add(passed);
        hands.now = now;
    }

    /// Lets `step` pass, stopping at the ends of time.
    pub fn advance(&self, step: SignedDuration) {
        let now = self.lock().now;
        self.set(now.saturating_add(step).unwrap_or(now));
    }

    /// Sets the clock by `step` without any time passing, as machines do.
    pub fn step(&self, step: SignedDuration) {
        let mut hands = self.lock();
        hands.now = hands.now.saturating_add(step).unwrap_or(hands.now);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Hands> {
        // A thread that panicked while holding an instant cannot have left half of one.
        self.hands.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        self.lock().now
    }

    fn elapsed(&self) -> Duration {
        self.lock().elapsed
    }

    fn sleep(&self, wait: Duration) -> Wait<'_> {
        // From when the wait began: two who wait side by side do not wait twice.
        let end = self.elapsed().saturating_add(wait);
        Box::pin(async move {
            let left = end.saturating_sub(self.elapsed());
            self.advance(SignedDuration::try_from(left).unwrap_or(SignedDuration::ZERO));
        })
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
        assert_eq!(clock.elapsed(), Duration::from_secs(90 * 60), "time never runs backwards");
        clock.step(SignedDuration::from_hours(24));
        assert_eq!(clock.elapsed(), Duration::from_secs(90 * 60), "nor does it jump");
    }
}
