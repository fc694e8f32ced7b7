//! What the dates of a source are worth: evidence that its feed states them in a wrong zone, and what it amounts to.
//! Nothing is changed by it; an operator is told, and the configuration says what holds.

use serde::{Deserialize, Serialize};

/// Observations kept of each kind.
const KEPT: usize = 8;
/// Further away than any two zones: no mistake about zones.
const FURTHEST: i32 = 14 * 60;
/// Minutes by which a clock may run fast, or an article be announced.
const FAST: i32 = 20;
/// Polls in a row whose newest entry came from the future.
const POLLS: usize = 3;
/// Pages that must have been compared.
const PAGES: usize = 4;
/// Zones differ by these minutes, or a multiple of them.
const STEP: i32 = 30;
/// Minutes by which feed and page may differ beside that.
const SLACK: i32 = 2;

/// What was seen of the dates of a source, in minutes, oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SeenDates {
    /// How far the newest new entry of each poll that brought one lay ahead of the poll.
    pub ahead: Vec<i32>,
    /// How far the feed's date of an article lay ahead of the one that its page states; negative when behind.
    pub pages: Vec<i32>,
}

/// Dates that are off by what looks like a zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DatesOff {
    /// Entries come from the future, at most so many minutes of it.
    Ahead(i32),
    /// They differ from those of the pages, always by so many minutes; negative when behind.
    FromPages(i32),
}

impl SeenDates {
    /// Enters what a poll has shown: `ahead` where it brought new dated entries, and the pages read since the last one.
    pub(super) fn note(&mut self, ahead: Option<i32>, pages: &[i32]) {
        self.ahead.extend(ahead.filter(|minutes| *minutes <= FURTHEST));
        self.pages.extend(pages.iter().filter(|minutes| minutes.abs() <= FURTHEST));
        for seen in [&mut self.ahead, &mut self.pages] {
            seen.drain(..seen.len().saturating_sub(KEPT));
        }
    }

    /// What the evidence amounts to, if it is enough. Pages say more than the moment of arrival.
    pub fn off(&self) -> Option<DatesOff> {
        self.apart().map(DatesOff::FromPages).or_else(|| {
            let latest = self.ahead.len().checked_sub(POLLS)?;
            let all = self.ahead[latest..].iter().all(|minutes| *minutes > FAST);
            self.ahead.iter().max().filter(|_| all).map(|most| DatesOff::Ahead(*most))
        })
    }

    /// The distance, other than none, that three quarters of the pages agree in.
    fn apart(&self) -> Option<i32> {
        let zones = |minutes: i32| {
            let near = (f64::from(minutes) / f64::from(STEP)).round() as i32 * STEP;
            ((minutes - near).abs() <= SLACK).then_some(near)
        };
        let found = zones(*self.pages.last()?).filter(|found| *found != 0)?;
        let agree = self.pages.iter().filter(|minutes| zones(**minutes) == Some(found)).count();
        (self.pages.len() >= PAGES && agree * 4 >= self.pages.len() * 3).then_some(found)
    }
}

/// Minutes as people say them: `7 h`, `6 h 25 min`.
pub(super) fn span(minutes: i32) -> String {
    match (minutes.abs() / 60, minutes.abs() % 60) {
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_polls_from_the_future_are_evidence_and_one_announced_entry_is_none() {
        let mut seen = SeenDates::default();
        for ahead in [410, 395] {
            seen.note(Some(ahead), &[]);
        }
        assert_eq!(seen.off(), None);
        seen.note(None, &[]);
        seen.note(Some(380), &[]);
        assert_eq!(seen.off(), Some(DatesOff::Ahead(410)));
        seen.note(Some(0), &[]);
        assert_eq!(seen.off(), None, "one true date, and the others were announced");
        seen.note(Some(40_000), &[]);
        assert_eq!(seen.ahead.len(), 4, "a date of next month says nothing about zones");
    }

    #[test]
    fn pages_are_believed_when_they_agree_on_what_zones_differ_by() {
        let off = |pages: &[i32]| SeenDates { pages: pages.to_vec(), ..SeenDates::default() }.off();
        assert_eq!(off(&[-420, -420, -421, -419]), Some(DatesOff::FromPages(-420)));
        assert_eq!(off(&[420, 13, 420, 420]), Some(DatesOff::FromPages(420)));
        assert_eq!(off(&[330, 330, 330, 330]), Some(DatesOff::FromPages(330)));
        for none in [&[420, 420, 420][..], &[0, 1, 0, 0], &[45, 45, 45, 45], &[420, 60, 180, 420]] {
            assert_eq!(off(none), None, "{none:?}");
        }
    }

    #[test]
    fn only_the_latest_observations_are_kept() {
        let mut seen = SeenDates::default();
        seen.note(Some(1), &[420; 20]);
        assert_eq!((seen.ahead.len(), seen.pages.len()), (1, KEPT));
        seen.note(None, &[0; 3]);
        assert_eq!(seen.off(), None, "the publisher has mended it");
    }

    #[test]
    fn spans_are_told_in_hours_and_minutes() {
        assert_eq!([span(420), span(-385), span(30)], ["7 h", "6 h 25 min", "30 min"]);
    }
}
