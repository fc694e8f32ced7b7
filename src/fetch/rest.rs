//! Which servers are left alone for a while: those that asked for patience, with all that belongs to them, and those
//! that could not be reached a moment ago, so that thirty feeds of one dead host do not wait for thirty time-outs.
//!
//! Kept on the clock that never jumps; what a server asked for is also on disk (the pipeline's work) and handed in
//! again at the next start.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use url::Url;

use super::place;
use crate::time::Clock;

/// How long a host that could not be reached is not tried again.
const DOWN: Duration = Duration::from_secs(10 * 60);
/// Entries kept before those that are over are forgotten.
const MANY: usize = 256;

/// How much is left alone when a server asks for patience.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Scope {
    /// One host, with its port where one is written.
    Host(String),
    /// A registrable domain with all its hosts.
    Domain(String),
}

impl Scope {
    /// As it is stored: `host:a.example.org` or `domain:example.org`.
    pub fn key(&self) -> String {
        match self {
            Self::Host(name) => format!("host:{name}"),
            Self::Domain(name) => format!("domain:{name}"),
        }
    }

    /// What was stored.
    pub fn of_key(key: &str) -> Option<Self> {
        match key.split_once(':')? {
            ("host", name) => Some(Self::Host(name.to_owned())),
            ("domain", name) => Some(Self::Domain(name.to_owned())),
            _ => None,
        }
    }
}

/// Why a server is left alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// It asked for patience (429).
    Asked,
    /// It could not be reached.
    Down,
}

/// A server that is left alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rest {
    /// For so long.
    pub left: Duration,
    /// Why.
    pub why: Why,
}

/// Who is left alone, and until when.
pub(super) struct Rests {
    until: Mutex<HashMap<Scope, (Duration, Why)>>,
    clock: Arc<dyn Clock>,
}

impl Rests {
    pub(super) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { until: Mutex::default(), clock }
    }

    /// Leaves a server alone for `wait` at least.
    pub(super) fn ask(&self, scope: Scope, wait: Duration) {
        self.enter(scope, wait, Why::Asked);
    }

    /// Notes that a host could not be reached.
    pub(super) fn down(&self, url: &Url) {
        self.enter(Scope::Host(place::host(url)), DOWN, Why::Down);
    }

    /// Notes that a host has answered.
    pub(super) fn up(&self, url: &Url) {
        let mut all = self.until.lock().unwrap_or_else(PoisonError::into_inner);
        if all.is_empty() {
            return;
        }
        let scope = Scope::Host(place::host(url));
        if all.get(&scope).is_some_and(|(_, why)| *why == Why::Down) {
            all.remove(&scope);
        }
    }

    /// Whether no server is left alone, which is how it usually is.
    pub(super) fn is_empty(&self) -> bool {
        self.until.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
    }

    /// Whether an address is left alone now.
    pub(super) fn of(&self, url: &Url) -> Option<Rest> {
        let all = self.until.lock().unwrap_or_else(PoisonError::into_inner);
        if all.is_empty() {
            return None;
        }
        let now = self.clock.elapsed();
        [Scope::Host(place::host(url)), Scope::Domain(place::domain(url))]
            .iter()
            .filter_map(|scope| all.get(scope))
            .map(|(until, why)| Rest { left: until.saturating_sub(now), why: *why })
            .filter(|rest| !rest.left.is_zero())
            .max_by_key(|rest| rest.left)
    }

    fn enter(&self, scope: Scope, wait: Duration, why: Why) {
        let mut all = self.until.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.clock.elapsed();
        if all.len() >= MANY {
            all.retain(|_, (until, _)| *until > now);
        }
        let until = now.saturating_add(wait);
        let known = all.entry(scope).or_insert((until, why));
        if until >= known.0 {
            *known = (until, why);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::ManualClock;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn a_domain_that_asked_for_patience_is_left_alone_whole_and_a_dead_host_alone() {
        let clock = Arc::new(ManualClock::new("2026-11-20T10:00:00Z".parse().unwrap()));
        let rests = Rests::new(Arc::clone(&clock) as Arc<dyn Clock>);
        let (news, images) =
            (url("https://news.example.org/feed"), url("https://img.example.org/"));
        rests.ask(Scope::Domain(place::domain(&news)), Duration::from_secs(120));
        assert_eq!(rests.of(&images), rests.of(&news));
        assert_eq!(rests.of(&news).unwrap().left, Duration::from_secs(120));
        assert_eq!(rests.of(&url("https://example.com/")), None);
        // An earlier end does not shorten, an answer does not lift what was asked for.
        rests.ask(Scope::Domain(place::domain(&news)), Duration::from_secs(60));
        rests.up(&news);
        assert_eq!(rests.of(&news).unwrap().left, Duration::from_secs(120));
        clock.advance(jiff::SignedDuration::from_secs(120));
        assert_eq!(rests.of(&news), None);
        rests.down(&news);
        assert_eq!(rests.of(&images), None);
        assert_eq!(rests.of(&news).unwrap().why, Why::Down);
        // A clock that is set changes nothing.
        clock.step(jiff::SignedDuration::from_hours(24));
        assert!(rests.of(&news).is_some());
        rests.up(&news);
        assert_eq!(rests.of(&news), None);
    }

    #[test]
    fn a_scope_is_stored_under_its_key() {
        for scope in [Scope::Host("a.test:81".to_owned()), Scope::Domain("a.test".to_owned())] {
            assert_eq!(Scope::of_key(&scope.key()), Some(scope));
        }
        assert_eq!(Scope::of_key("moon:a"), None);
    }
}
