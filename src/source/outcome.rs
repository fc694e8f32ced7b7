//! What came of a poll, as far as the next one depends on it.

use jiff::{SignedDuration, Timestamp};

use crate::model::FeedHints;

/// What came of a poll.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PollClass {
    /// The server said that nothing has changed.
    NotModified,
    /// The server sent the whole document again, and it is the known one byte for byte.
    SameBody,
    /// A feed was read.
    Fetched {
        /// Entries never met before.
        new_entries: usize,
        /// Entries already known.
        known: usize,
    },
    /// The server asked for patience.
    Wait {
        /// Until then, where it named a time.
        until: Option<Timestamp>,
    },
    /// The server said that the document is gone for good.
    Gone,
    /// Nobody was reached, and it is our own network that is down.
    Offline,
    /// Nothing was read.
    Failed {
        /// A stable word such as `fetch.timeout`.
        code: String,
        /// Whether we are kept out (403, a challenge page), rather than something being broken.
        blocked: bool,
    },
}

/// A poll's outcome with what the answer said about the next one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PollResult {
    /// What came of it.
    pub class: PollClass,
    /// Until when the answer stays fresh (RFC 9111 section 4.2).
    pub freshness_until: Option<Timestamp>,
    /// What the feed itself says about being polled.
    pub hints: FeedHints,
    /// The address to ask from now on, when all redirects on the way were permanent.
    pub permanent: Option<String>,
    /// The address that answered, after redirects.
    pub final_url: Option<String>,
    /// Whether validators were sent.
    pub conditional: bool,
    /// Bytes of the body.
    pub bytes: u64,
    /// How far our clock is ahead of the server's.
    pub clock_ahead: Option<SignedDuration>,
    /// How many minutes the newest new entry lay ahead of the poll; `None` when none had a date.
    pub dates_ahead: Option<i32>,
    /// How many minutes the feed's dates lay ahead of those of the pages read since the last poll.
    pub page_dates: Vec<i32>,
}

impl PollResult {
    /// An outcome about which the answer said nothing more.
    pub fn plain(class: PollClass) -> Self {
        Self {
            class,
            freshness_until: None,
            hints: FeedHints::default(),
            permanent: None,
            final_url: None,
            conditional: false,
            bytes: 0,
            clock_ahead: None,
            dates_ahead: None,
            page_dates: Vec::new(),
        }
    }
}
