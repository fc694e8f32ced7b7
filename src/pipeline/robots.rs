//! Whether a site lets us read its pages: its `robots.txt`, fetched at most once a day, kept in memory and on disk.
//!
//! | answer | then |
//! |---|---|
//! | a file | its rules count for a day |
//! | 4xx | there is none: everything is allowed, for a day |
//! | 5xx, 429, nobody there | what is known counts for a month; without that nothing is read for an hour |

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use url::Url;

use super::engine::Engine;
use crate::fetch::{self, Outcome, PRODUCT, Robots, Route};
use crate::store;

/// How long an answer counts.
const FRESH: SignedDuration = SignedDuration::from_hours(24);
/// How long the last answer counts when there is none now (RFC 9309 section 2.3.1.4).
const USABLE: SignedDuration = SignedDuration::from_hours(30 * 24);
/// When a server that did not answer is asked again.
const ASK_AGAIN: SignedDuration = SignedDuration::from_hours(1);
/// Origins kept in memory.
const MANY: usize = 512;
/// As much of a file is kept.
const MAX_TEXT: usize = 500 << 10;

/// What a site says about one of its pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Leave {
    /// It may be read.
    Given,
    /// It may not.
    Refused,
    /// The site does not say now.
    Unknown,
}

/// What is known of one origin.
#[derive(Debug)]
struct Known {
    robots: Robots,
    /// Whether the site has said so itself.
    said: bool,
    /// When it is asked again.
    ask_again: Timestamp,
    noted: Timestamp,
}

impl Known {
    fn counts(&self, now: Timestamp) -> bool {
        // A clock that was set back makes it count no longer than it should.
        self.noted <= now && now < self.ask_again
    }
}

/// What is known, each origin under a lock of its own: many pages of one site ask once.
#[derive(Debug, Default)]
pub(super) struct RobotsCache {
    origins: Mutex<HashMap<String, Arc<tokio::sync::Mutex<Option<Known>>>>>,
}

impl RobotsCache {
    fn of(&self, origin: &str) -> Arc<tokio::sync::Mutex<Option<Known>>> {
        let mut origins = self.origins.lock().unwrap_or_else(PoisonError::into_inner);
        if origins.len() >= MANY {
            origins.retain(|_, known| Arc::strong_count(known) > 1);
        }
        Arc::clone(origins.entry(origin.to_owned()).or_default())
    }
}

impl Engine {
    /// Whether a page may be read.
    pub(super) async fn leave(&self, url: &str, route: &Route) -> Leave {
        let Ok(url) = Url::parse(url) else { return Leave::Given };
        let origin = url.origin().ascii_serialization();
        let place = self.robots().of(&origin);
        let mut place = place.lock().await;
        let known = match place.take().filter(|known| known.counts(self.now())) {
            Some(known) => known,
            None => self.learn(&origin, &url, route).await,
        };
        let leave = match (known.robots.allows(&url), known.said) {
            (true, _) => Leave::Given,
            (false, true) => Leave::Refused,
            (false, false) => Leave::Unknown,
        };
        *place = Some(known);
        leave
    }

    /// From the database, or from the site.
    async fn learn(&self, origin: &str, url: &Url, route: &Route) -> Known {
        let now = self.now();
        let key = origin.to_owned();
        // Where the database refuses the site is asked.
        let stored = self.store.read(move |db| store::robots(db, &key)).await.ok().flatten();
        let stored = stored.filter(|stored| stored.fetched_at <= now);
        let age = |stored: &store::Robots| now.duration_since(stored.fetched_at);
        if let Some(fresh) = stored.as_ref().filter(|stored| age(stored) < FRESH) {
            return self.known(url, fresh, fresh.fetched_at + FRESH);
        }
        let request = fetch::Request { route: route.clone(), ..fetch::Request::robots(origin) };
        let outcome = self.fetcher.get(&request).await;
        self.keep_pause(&outcome, route.allow_private).await;
        let (status, body) = match &outcome {
            Outcome::Fresh { body, .. } => (200, text(body)),
            Outcome::Gone => (410, String::new()),
            Outcome::Failed(error) => match error.status() {
                Some(status @ 400..500) => (status, String::new()),
                _ => return self.unanswered(url, stored.filter(|old| age(old) < USABLE)),
            },
            _ => return self.unanswered(url, stored.filter(|old| age(old) < USABLE)),
        };
        let answer = store::Robots {
            origin: origin.to_owned(),
            fetched_at: now,
            status: Some(status),
            body,
        };
        let known = self.known(url, &answer, now.saturating_add(FRESH).unwrap_or(now));
        if let Err(error) = self.store.write(move |tx| store::save_robots(tx, &answer)).await {
            tracing::error!(error = super::chain(&error), "a robots.txt could not be stored");
        }
        known
    }

    fn known(&self, url: &Url, answer: &store::Robots, ask_again: Timestamp) -> Known {
        let robots = Robots::parse(&answer.body, PRODUCT);
        self.fetcher.slow_down(url, robots.crawl_delay);
        Known { robots, said: true, ask_again, noted: answer.fetched_at }
    }

    fn unanswered(&self, url: &Url, stored: Option<store::Robots>) -> Known {
        let now = self.now();
        let ask_again = now.saturating_add(ASK_AGAIN).unwrap_or(now);
        match stored {
            Some(old) => Known { noted: now, ..self.known(url, &old, ask_again) },
            None => Known { robots: Robots::closed(), said: false, ask_again, noted: now },
        }
    }
}

/// The file as text, as much of it as counts.
fn text(body: &[u8]) -> String {
    String::from_utf8_lossy(&body[..body.len().min(MAX_TEXT)]).into_owned()
}
