//! The time that a digest covers: half-open windows that abut, so that everything is told once and nothing twice.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Schedule;

/// The instants `from <= t < until`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// First instant inside.
    pub from: Timestamp,
    /// First instant after.
    pub until: Timestamp,
}

impl Window {
    /// Whether an instant is inside.
    pub fn contains(self, at: Timestamp) -> bool {
        self.from <= at && at < self.until
    }
}

/// The window that should be told now, if any, when the last one ended at `last` (or, before the first, when the
/// recipient was first known). It ends at the latest tick of the schedule that has come: after an absence there
/// is one window over all that was missed, never one for each missed tick. A clock that went back gives none.
pub fn window_due(schedule: &Schedule, last: Timestamp, now: Timestamp) -> Option<Window> {
    schedule.last_between(last, now).map(|until| Window { from: last, until })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::zone;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn mornings() -> Schedule {
        Schedule::parse("30 7 * * *", zone("Europe/London").unwrap()).unwrap()
    }

    #[test]
    fn windows_abut_through_a_change_of_the_clocks() {
        let mut last = at("2026-10-23T06:30:00Z");
        let mut told = Vec::new();
        for hour in 0..24 * 5 {
            let now = at("2026-10-23T06:45:00Z") + jiff::SignedDuration::from_hours(hour);
            if let Some(window) = window_due(&mornings(), last, now) {
                assert_eq!(window.from, last);
                last = window.until;
                told.push(last.to_string());
            }
        }
        assert_eq!(
            told,
            [
                "2026-10-24T06:30:00Z",
                "2026-10-25T07:30:00Z",
                "2026-10-26T07:30:00Z",
                "2026-10-27T07:30:00Z"
            ]
        );
    }

    #[test]
    fn an_absence_is_told_once() {
        let last = at("2026-11-01T07:30:00Z");
        let window = window_due(&mornings(), last, at("2026-11-21T12:00:00Z")).unwrap();
        assert_eq!(window, Window { from: last, until: at("2026-11-21T07:30:00Z") });
        assert!(window.contains(last) && !window.contains(window.until));
        assert_eq!(window_due(&mornings(), window.until, at("2026-11-21T12:01:00Z")), None);
    }

    #[test]
    fn a_clock_that_went_back_tells_nothing() {
        assert_eq!(
            window_due(&mornings(), at("2026-11-21T07:30:00Z"), at("2026-11-20T12:00:00Z")),
            None
        );
    }
}
