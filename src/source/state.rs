//! What is remembered of a source between polls, as one plain value.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::health::Health;

/// What decided the earliest moment of the next poll.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Term {
    /// Never polled: it may be polled at once.
    #[default]
    Never,
    /// A request was sent and its outcome is not known.
    UnderWay,
    /// The smallest distance of two requests.
    Floor,
    /// The same for a quiet source that always sends the whole feed.
    QuietFloor,
    /// The server's `Cache-Control` or `Expires`.
    Freshness,
    /// The feed's own `ttl` or update period.
    FeedHint,
    /// The feed's `skipHours` or `skipDays`.
    SkippedTime,
    /// The server's `Retry-After`.
    RetryAfter,
    /// Repeated failure.
    Backoff,
    /// We are kept out.
    Blocked,
    /// The document is gone; it is looked for now and then.
    Gone,
}

impl Term {
    /// Whether the next poll comes as soon as it may, whatever the schedule says: nothing was read, so the tick has
    /// not been served.
    pub fn overrules_schedule(self) -> bool {
        matches!(
            self,
            Self::UnderWay | Self::RetryAfter | Self::Backoff | Self::Blocked | Self::Gone
        )
    }

    /// In words, for a person.
    pub fn words(self) -> &'static str {
        match self {
            Self::Never => "never polled",
            Self::UnderWay => "a request is under way or was cut off",
            Self::Floor => "smallest distance of two polls",
            Self::QuietFloor => "quiet, and always sends the whole feed",
            Self::Freshness => "the server says the answer is fresh until then",
            Self::FeedHint => "the feed asks for this distance",
            Self::SkippedTime => "the feed asks not to be polled at these hours",
            Self::RetryAfter => "the server asked for patience",
            Self::Backoff => "waiting longer after each failure",
            Self::Blocked => "we are kept out",
            Self::Gone => "gone, looked for now and then",
        }
    }
}

/// A permanent redirect that is being watched before it is believed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    /// The new address.
    pub to: String,
    /// When it was first seen.
    pub since: Timestamp,
    /// Polls in a row that led there.
    pub polls: u32,
    /// When it was last seen.
    pub last: Timestamp,
}

/// What is remembered of a source between polls. Plain data: the store keeps it as it is. A source that was never
/// polled has the default.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PollState {
    /// When we want to poll next; `None`: at once.
    pub due: Option<Timestamp>,
    /// Before this nobody may poll, not even by hand.
    pub not_before: Option<Timestamp>,
    /// What decided `not_before`.
    pub decided_by: Term,
    /// When the last request was sent.
    pub last_request: Option<Timestamp>,
    /// When the last request brought a feed or "not modified".
    pub last_success: Option<Timestamp>,
    /// When a feed was last read in full.
    pub last_full: Option<Timestamp>,
    /// "Not modified" answers since then.
    pub unchanged: u32,
    /// When a poll last brought a new entry.
    pub last_new: Option<Timestamp>,
    /// Failures in a row.
    pub failures: u32,
    /// Requests in a row whose outcome was never learnt.
    pub unfinished: u32,
    /// Word of the last failure, such as `fetch.timeout`; cleared by a success.
    pub last_failure: Option<String>,
    /// How the source does.
    pub health: Health,
    /// Since when.
    pub health_since: Option<Timestamp>,
    /// Successes in a row while failing.
    pub recovering: u32,
    /// First of the "gone" answers in a row.
    pub gone_since: Option<Timestamp>,
    /// How often the interval is halved, because entries may have been missed.
    pub hurry: u32,
    /// When entries may last have been missed: a poll brought entries of which none was known.
    pub gap_at: Option<Timestamp>,
    /// A permanent redirect being watched.
    pub moved: Option<Moved>,
}

/// Polls in a row that must show a permanent redirect before it is proposed as the new address.
const MOVED_POLLS: u32 = 3;
/// Over at least this time, in seconds.
const MOVED_SECONDS: i64 = 24 * 3600;
/// Only "not modified" for so long, in seconds, from a feed that used to bring news: it is asked once for the whole
/// feed. (Servers that say "not modified" for ever exist: a `Last-Modified` of 2041 does it.)
const STUCK_SECONDS: i64 = 7 * 24 * 3600;
/// And at least so often: a source that is rarely asked has had no time to change.
const STUCK_POLLS: u32 = 10;

impl PollState {
    /// Whether anybody may poll at `now`; `Err` with the moment to wait for and its reason when not.
    ///
    /// # Errors
    /// The moment before which nobody may.
    pub fn may_poll(&self, now: Timestamp) -> Result<(), (Timestamp, Term)> {
        match self.not_before {
            Some(until) if now < until => Err((until, self.decided_by)),
            _ => Ok(()),
        }
    }

    /// The new address of the source, once its redirect was seen often and long enough to be believed.
    pub fn proposed_url(&self) -> Option<&str> {
        self.moved
            .as_ref()
            .filter(|moved| {
                moved.polls >= MOVED_POLLS
                    && moved.last.duration_since(moved.since).as_secs() >= MOVED_SECONDS
            })
            .map(|moved| moved.to.as_str())
    }

    /// Whether the next request should ask for the whole feed without validators: the server has said "not
    /// modified" for a week about a feed that used to bring news.
    pub fn wants_whole_feed(&self, now: Timestamp) -> bool {
        match (self.last_full, self.last_new) {
            (Some(full), Some(_)) => {
                self.unchanged >= STUCK_POLLS && now.duration_since(full).as_secs() >= STUCK_SECONDS
            }
            _ => false,
        }
    }

    /// One line for a person: how the source does, why, and when it is polled next.
    pub fn describe(&self) -> String {
        let mut out = self.health.as_str().to_owned();
        if let Some(since) = self.health_since.filter(|_| self.health != Health::Ok) {
            out += &format!(" since {}", minute(since));
        }
        if let Some(code) = &self.last_failure {
            out += &match self.failures {
                0 | 1 => format!(", {code}"),
                times => format!(", {code} {times} times in a row"),
            };
        }
        if self.hurry > 0 {
            out += ", read more often since entries may have been missed";
        }
        if let Some(to) = self.proposed_url() {
            out += &format!(", has moved to {to}");
        }
        match (self.due, self.not_before) {
            (None, _) => out += "; next poll at once",
            (Some(due), Some(until))
                if self.decided_by.overrules_schedule()
                    || due.duration_since(until).as_secs() < 60 =>
            {
                out += &format!("; next poll {} ({})", minute(due), self.decided_by.words());
            }
            (Some(due), _) => out += &format!("; next poll {} (schedule)", minute(due)),
        }
        out
    }
}

fn minute(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%MZ").to_string()
}
