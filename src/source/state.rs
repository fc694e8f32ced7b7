//! What is remembered of a source between polls, as one plain value.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::dates::SeenDates;
use super::health::Health;
use super::hints::KeptHints;

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
    /// The same for a large document that is always sent whole.
    LargeFloor,
    /// The server has asked another source of the same publisher for patience.
    Paused,
    /// The host could not be reached a moment ago.
    HostDown,
    /// Our own network is down.
    Offline,
    /// Another source leads to the same document, which is read once for both.
    SameDocument,
}

impl Term {
    /// Whether the next poll comes as soon as it may, whatever the schedule says: nothing was read, so the tick has
    /// not been served.
    pub fn overrules_schedule(self) -> bool {
        matches!(
            self,
            Self::UnderWay
                | Self::RetryAfter
                | Self::Backoff
                | Self::Blocked
                | Self::Gone
                | Self::Paused
                | Self::HostDown
                | Self::Offline
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
            Self::LargeFloor => "large, quiet, and always sends the whole feed",
            Self::Paused => "the publisher's server asked another source for patience",
            Self::HostDown => "the host could not be reached a moment ago",
            Self::Offline => "our own network is down",
            Self::SameDocument => "another source leads to the same document",
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
    /// What it led to at first had nothing that was known before: it is never believed.
    #[serde(default)]
    pub strange: bool,
}

/// A new address that is polled in place of the configured one, because its redirect was permanent for long enough.
/// The configured address stays what is written in the configuration; a new one there ends the adoption.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Adopted {
    /// The configured address.
    pub from: String,
    /// The address polled.
    pub to: String,
    /// Since when.
    pub at: Timestamp,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// What is remembered of a source between polls. Plain data: the store keeps it as it is. A source that was never
/// polled has the default.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PollState {
    /// When we want to poll next; `None`: at once.
    #[serde(skip_serializing_if = "is_default")]
    pub due: Option<Timestamp>,
    /// Before this nobody may poll, not even by hand.
    #[serde(skip_serializing_if = "is_default")]
    pub not_before: Option<Timestamp>,
    /// What decided `not_before`.
    #[serde(skip_serializing_if = "is_default")]
    pub decided_by: Term,
    /// When the last request was sent.
    #[serde(skip_serializing_if = "is_default")]
    pub last_request: Option<Timestamp>,
    /// When the last request brought a feed or "not modified".
    #[serde(skip_serializing_if = "is_default")]
    pub last_success: Option<Timestamp>,
    /// When a feed was last read in full.
    #[serde(skip_serializing_if = "is_default")]
    pub last_full: Option<Timestamp>,
    /// "Not modified" answers since then.
    #[serde(skip_serializing_if = "is_default")]
    pub unchanged: u32,
    /// When a poll last brought a new entry.
    #[serde(skip_serializing_if = "is_default")]
    pub last_new: Option<Timestamp>,
    /// Failures in a row.
    #[serde(skip_serializing_if = "is_default")]
    pub failures: u32,
    /// Requests in a row whose outcome was never learnt.
    #[serde(skip_serializing_if = "is_default")]
    pub unfinished: u32,
    /// Word of the last failure, such as `fetch.timeout`; cleared by a success.
    #[serde(skip_serializing_if = "is_default")]
    pub last_failure: Option<String>,
    /// How the source does.
    #[serde(skip_serializing_if = "is_default")]
    pub health: Health,
    /// Since when.
    #[serde(skip_serializing_if = "is_default")]
    pub health_since: Option<Timestamp>,
    /// Successes in a row while failing.
    #[serde(skip_serializing_if = "is_default")]
    pub recovering: u32,
    /// First of the "gone" answers in a row.
    #[serde(skip_serializing_if = "is_default")]
    pub gone_since: Option<Timestamp>,
    /// How often the interval is halved, because entries may have been missed.
    #[serde(skip_serializing_if = "is_default")]
    pub hurry: u32,
    /// When entries may last have been missed: a poll brought entries of which none was known.
    #[serde(skip_serializing_if = "is_default")]
    pub gap_at: Option<Timestamp>,
    /// A permanent redirect being watched.
    #[serde(skip_serializing_if = "is_default")]
    pub moved: Option<Moved>,
    /// The new address, once the redirect is believed.
    #[serde(skip_serializing_if = "is_default")]
    pub adopted: Option<Adopted>,
    /// A permanent redirect is never adopted: a person has said so.
    #[serde(skip_serializing_if = "is_default")]
    pub stays: bool,
    /// Where the last good answer came from, when redirects led there: its validators belong to that address.
    #[serde(skip_serializing_if = "is_default")]
    pub final_url: Option<String>,
    /// What the feed last said about being polled.
    #[serde(skip_serializing_if = "is_default")]
    pub hints: KeptHints,
    /// Minutes between the latest polls that brought news, oldest first.
    #[serde(skip_serializing_if = "is_default")]
    pub habit: Vec<u32>,
    /// Since when "not modified" is not believed: the feed had changed all the same.
    #[serde(skip_serializing_if = "is_default")]
    pub unreliable_since: Option<Timestamp>,
    /// Whole documents in a row that were sent although validators had said that we have them.
    #[serde(skip_serializing_if = "is_default")]
    pub ignored: u32,
    /// Minutes that our clock was ahead of the server's at the last answer that said its time; negative when it was
    /// behind.
    #[serde(skip_serializing_if = "is_default")]
    pub clock_ahead: i64,
    /// What was seen of its dates.
    #[serde(skip_serializing_if = "is_default")]
    pub dates: SeenDates,
    /// Whether the last poll was kept out.
    #[serde(skip_serializing_if = "is_default")]
    pub blocked: bool,
}

/// Polls in a row that must show a permanent redirect before it is proposed as the new address.
const MOVED_POLLS: u32 = 3;
/// Over at least this time, in seconds.
const MOVED_SECONDS: i64 = 24 * 3600;
/// Only "not modified" for so long, in seconds, from a feed that used to bring news: it is asked once for the whole
/// feed. (Servers that say "not modified" for ever exist: a `Last-Modified` of 2041 does it.)
const STUCK_SECONDS: i64 = 7 * 24 * 3600;
/// A server that said so wrongly is asked for the whole feed so often, in seconds.
const DISTRUST_SECONDS: i64 = 24 * 3600;
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
                !moved.strange
                    && moved.polls >= MOVED_POLLS
                    && moved.last.duration_since(moved.since).as_secs() >= MOVED_SECONDS
            })
            .map(|moved| moved.to.as_str())
    }

    /// The address to poll: the adopted one, as long as the configuration names the one that it replaced.
    pub fn address<'a>(&'a self, configured: &'a str) -> &'a str {
        match &self.adopted {
            Some(adopted) if adopted.from == configured => &adopted.to,
            _ => configured,
        }
    }

    /// The address that answered last, as far as known.
    pub fn answering<'a>(&'a self, configured: &'a str) -> &'a str {
        self.final_url.as_deref().unwrap_or_else(|| self.address(configured))
    }

    /// Whether the next request should ask for the whole feed without validators: the server has said "not
    /// modified" for a week about a feed that used to bring news, or was found to say so wrongly.
    pub fn wants_whole_feed(&self, now: Timestamp) -> bool {
        match (self.last_full, self.unreliable_since) {
            (Some(full), Some(_)) => now.duration_since(full).as_secs() >= DISTRUST_SECONDS,
            _ => self.stuck(now),
        }
    }

    /// Only "not modified" for a week about a feed that used to bring news.
    pub(super) fn stuck(&self, now: Timestamp) -> bool {
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
        for condition in super::health::conditions(self) {
            out += &format!(", {condition}");
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

pub(super) fn minute(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%MZ").to_string()
}
