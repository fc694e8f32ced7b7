//! The only place where stages meet. The way of one entry is written here once, top to bottom:
//!
//! | file | from | to |
//! |---|---|---|
//! | `registration` | the configuration | the sources as the database knows them |
//! | [`poll`] | a source that is due | entries, validators and the next `not_before`, stored together |
//! | [`polls`] | sources that are due | their polls, side by side |
//! | [`entry`] | a pending entry | its page, or what the feed gave |
//! | `page`, `page_worker` | an entry's link | its page, read by up to three extractors |
//! | [`reading`] | an article | analysed text, relevance, mentions (pure) |
//! | [`judging`] | a reading | verdicts, ledger changes and held alerts, stored together |
//! | [`sitting`] | readings in order | the same verdicts, in memory only: evaluation (pure) |
//! | [`digests`] | the verdicts of a window | a digest in the outbox |
//! | [`audit`] | outbox and verdicts | what should have been told and was not |
//! | [`round`] | all of it once | `once`, `demo`, tests |
//! | [`daemon`] | all of it on schedule | `run` |
//! | [`vitals`] | what the loops did and when | health pages, metrics |
//!
//! *Decide, then do*: pure functions say what should happen, this room applies the answer in one transaction.

pub mod audit;
mod clock;
mod copies;
pub mod correcting;
pub mod corrections;
pub mod daemon;
pub mod digests;
mod engine;
pub mod entry;
mod feed_body;
mod health_notices;
pub mod judging;
pub mod look;
mod mailroom;
mod messages;
mod page;
mod page_worker;
pub mod pointing;
mod politeness;
pub mod poll;
pub mod polls;
pub mod reading;
mod registration;
pub mod reloads;
mod renaming;
pub mod replay;
pub mod requests;
mod robots;
pub mod round;
pub mod sitting;
pub mod trial;
pub mod vitals;

pub use clock::SystemClock;
pub use engine::{Engine, EngineError};
pub use mailroom::try_mail;
pub use page_worker::{PageWorker, PageWorkerError};

/// An error with its causes, in one line; a cause that the text already has is left out.
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let more = error.to_string();
        if !text.contains(&more) {
            text.push_str(": ");
            text.push_str(&more);
        }
        cause = error.source();
    }
    text
}
