//! When a person is told of the health of a source: once when it turns bad, once when it is good again, and now and
//! then while it lasts, less often each time.

use jiff::{SignedDuration, Timestamp};

use super::health::Health;

/// What was last told of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    /// The health that was told.
    pub health: Health,
    /// When.
    pub at: Timestamp,
    /// How often this health has been told in a row.
    pub times: u32,
}

/// Why a person is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum News {
    /// It has turned bad, or bad in another way.
    Bad,
    /// It is good again.
    Good,
    /// It is still bad.
    Still,
}

/// Waits before it is said again: a day, a week, and then every month.
const AGAIN: [SignedDuration; 3] = [
    SignedDuration::from_hours(24),
    SignedDuration::from_hours(7 * 24),
    SignedDuration::from_hours(30 * 24),
];

/// What there is to tell of a source, if anything.
pub fn news(health: Health, told: Option<&Told>, now: Timestamp) -> Option<News> {
    match told.filter(|told| told.health.is_bad()) {
        None if health.is_bad() => Some(News::Bad),
        None => None,
        Some(_) if health == Health::Ok => Some(News::Good),
        Some(told) if health.is_bad() && health != told.health => Some(News::Bad),
        Some(told) => {
            let place = usize::try_from(told.times.saturating_sub(1)).unwrap_or(usize::MAX);
            let wait = AGAIN[place.min(AGAIN.len() - 1)];
            (health.is_bad() && now.duration_since(told.at) >= wait).then_some(News::Still)
        }
    }
}

/// What has been told afterwards.
pub fn tell(health: Health, told: Option<&Told>, now: Timestamp) -> Told {
    let before = told.filter(|told| told.health == health).map_or(0, |told| told.times);
    Told { health, at: now, times: before.saturating_add(1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bad_source_is_told_at_once_then_less_and_less_and_once_when_it_is_good_again() {
        let start: Timestamp = "2026-11-20T10:00:00Z".parse().unwrap();
        let day = |n: i64| start + SignedDuration::from_hours(24 * n);
        assert_eq!(news(Health::Ok, None, start), None);
        assert_eq!(news(Health::New, None, start), None);
        let mut told = None;
        let mut said = Vec::new();
        for now in (0..120).map(day) {
            let health = if now < day(100) { Health::Failing } else { Health::Ok };
            if let Some(what) = news(health, told.as_ref(), now) {
                said.push((now.duration_since(start).as_hours() / 24, what));
                told = Some(tell(health, told.as_ref(), now));
            }
        }
        let expected = [(0, News::Bad), (1, News::Still), (8, News::Still), (38, News::Still)];
        assert_eq!(said[..4], expected);
        assert_eq!(said[4..], [(68, News::Still), (98, News::Still), (100, News::Good)]);
        assert_eq!(news(Health::Blocked, told.as_ref(), day(121)), Some(News::Bad));
        let failing = tell(Health::Failing, None, start);
        assert_eq!(news(Health::Gone, Some(&failing), day(0)), Some(News::Bad));
    }
}
