//! The last gate before a message: a verdict keeps its level on record, and the circumstances of its arrival decide
//! how much of it goes out.

use jiff::SignedDuration;

use super::ArticleFacts;
use crate::model::{AlertLevel, Commitment, Scope, Trust, Verdict};

/// Why an article is being judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// It is news that has just come in.
    Live,
    /// It was in a source when the source was first polled.
    Baseline,
    /// It was handed in from an archive.
    Import,
    /// It is judged again because rules or corrections changed.
    Replay,
}

/// What goes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Release {
    /// The level that goes out; never above the verdict's.
    pub level: AlertLevel,
    /// Why it is below the verdict's, in words.
    pub held: Option<&'static str>,
}

/// Why a verdict waits that one source of low trust alone has brought.
pub const LONE_SOURCE: &str = "a lone source of low trust waits for a second one";

/// Why a verdict about a muted entry interrupts nobody.
pub const MUTED: &str = "people muted it: digests go on telling it";

/// Decides what goes out of a verdict. `entry` is the commitment as it stands after the verdict; an article that was
/// older than `max_age` on arrival never interrupts.
pub fn release(
    verdict: &Verdict,
    entry: Option<&Commitment>,
    article: &ArticleFacts,
    purpose: Purpose,
    max_age: SignedDuration,
) -> Release {
    let silent = match purpose {
        Purpose::Live => None,
        Purpose::Baseline => Some("the first poll of a source is its baseline"),
        Purpose::Import => Some("an import fills the ledger silently"),
        Purpose::Replay => Some("a replay sends nothing"),
    };
    if let Some(why) = silent {
        let held = (verdict.level > AlertLevel::None).then_some(why);
        return Release { level: AlertLevel::None, held };
    }
    if verdict.level < AlertLevel::Push {
        return Release { level: verdict.level, held: None };
    }
    let adjacent = entry.is_some_and(|entry| entry.scope == Scope::Adjacent);
    let unconfirmed = entry.is_some_and(|entry| entry.unconfirmed);
    let muted = entry.is_some_and(|entry| entry.muted);
    let held = if muted {
        Some(MUTED)
    } else if adjacent {
        Some("law enforcement beside the topic never interrupts")
    } else if age_days(article).is_some_and(|age| SignedDuration::from_hours(24 * age) > max_age) {
        Some("the article is too old to interrupt")
    } else if unconfirmed && article.trust == Trust::Low {
        Some(LONE_SOURCE)
    } else {
        None
    };
    let level = if held.is_some() { AlertLevel::Watch } else { AlertLevel::Push };
    Release { level, held }
}

/// Days from the article's own date to its arrival.
fn age_days(article: &ArticleFacts) -> Option<i64> {
    let arrived = article.arrival.to_zoned(jiff::tz::TimeZone::UTC).date();
    let dated = article.source_date?.latest();
    Some(crate::model::date::days_between(dated, arrived))
}
