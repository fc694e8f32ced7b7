//! What a feed says inside itself about being polled.

use jiff::SignedDuration;
use jiff::civil::Weekday;

/// What a feed says about being polled: `ttl`, `sy:updatePeriod` with its frequency, `skipHours`, `skipDays`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FeedHints {
    /// Smallest useful distance of polls (`ttl`, or period by frequency of the syndication module).
    pub interval: Option<SignedDuration>,
    /// Hours of the day, 0 to 23 in GMT, in which nothing is published.
    pub skip_hours: Vec<i8>,
    /// Days, in GMT, on which nothing is published.
    pub skip_days: Vec<Weekday>,
}
