//! The feed parser itself, kept at arm's length.
//!
//! feed-rs 3.0.0 panics on input we know of, and a deep document overflows its stack, which no handler can catch. The
//! rewriting pass keeps both away; this is the second line: a thread of its own with a large stack, every document in
//! `catch_unwind`, a new parser for each. The thread is named `feed-parser`, so that a panic message on standard error
//! (which only a process-wide hook could hold back) tells where it came from and that it was caught.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

use feed_rs::model::{Entry, Feed};
use feed_rs::parser::Builder;
use jiff::Timestamp;

use super::item::Aside;
use crate::time::feed_date::{self, MeantZone};

const STACK_BYTES: usize = 16 << 20;

/// A feed as parsed; texts are still HTML.
#[derive(Debug, Default, Clone)]
pub(super) struct RawFeed {
    pub title: String,
    pub language: Option<String>,
    pub entries: Vec<RawEntry>,
}

/// An entry as parsed; texts are still HTML.
#[derive(Debug, Default, Clone)]
pub(super) struct RawEntry {
    pub id: String,
    /// Absolute.
    pub link: Option<String>,
    pub title: String,
    pub summary: String,
    pub content: String,
    pub published: Option<Timestamp>,
    pub updated: Option<Timestamp>,
    pub language: Option<String>,
    /// What the parser has no place for.
    pub aside: Aside,
}

/// Why a parser gives nothing for a document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refusal {
    /// It says that it cannot read it.
    #[error("{0}")]
    Refused(String),
    /// It panicked.
    #[error("the parser panicked")]
    Panicked,
    /// It could not be started.
    #[error("the parser's thread failed: {0}")]
    Thread(String),
}

/// Whatever reads a canonical document. It may panic; it is given a stack of its own and a new life for each document.
pub(super) trait Parser: Send + 'static {
    /// Reads one document; dates without a zone are in `zone`.
    fn parse(&self, document: &str, zone: &MeantZone) -> Result<RawFeed, Refusal>;
}

/// Parses documents one after the other, each for itself.
pub(super) fn parse(
    parser: impl Parser,
    documents: Vec<String>,
    zone: &MeantZone,
) -> Vec<Result<RawFeed, Refusal>> {
    let count = documents.len();
    let zone = zone.clone();
    let work = move || {
        let one = |document: &String| {
            let guarded = AssertUnwindSafe(|| parser.parse(document, &zone));
            catch_unwind(guarded).unwrap_or(Err(Refusal::Panicked))
        };
        documents.iter().map(one).collect()
    };
    let thread =
        thread::Builder::new().name("feed-parser".to_owned()).stack_size(STACK_BYTES).spawn(work);
    // Panics are caught inside, so this is a thread that could not be started.
    let failed = |reason: &str| vec![Err(Refusal::Thread(reason.to_owned())); count];
    match thread.map(thread::JoinHandle::join) {
        Ok(Ok(feeds)) => feeds,
        Ok(Err(_)) => failed("it ended"),
        Err(error) => failed(&error.to_string()),
    }
}

/// feed-rs, with our own dates and without its inventions.
pub(super) struct FeedRs;

impl Parser for FeedRs {
    fn parse(&self, document: &str, zone: &MeantZone) -> Result<RawFeed, Refusal> {
        let zone = zone.clone();
        let parser = Builder::new()
            .sanitize_content(false)
            // Its own ids are hashes of link and title, or random; ours are made elsewhere.
            .id_generator(|_, _, _| String::new())
            .timestamp_parser(move |text| {
                let at = feed_date::parse(text, &zone)?;
                chrono::DateTime::from_timestamp(at.as_second(), 0)
            })
            .build();
        match parser.parse(document.as_bytes()) {
            Ok(feed) => Ok(raw_feed(feed)),
            Err(error) => Err(Refusal::Refused(error.to_string())),
        }
    }
}

fn raw_feed(feed: Feed) -> RawFeed {
    RawFeed {
        title: feed.title.map(|title| title.content).unwrap_or_default(),
        language: feed.language,
        entries: feed.entries.into_iter().map(raw_entry).collect(),
    }
}

fn raw_entry(entry: Entry) -> RawEntry {
    let at = |date: Option<chrono::DateTime<chrono::Utc>>| {
        Timestamp::from_second(date?.timestamp()).ok()
    };
    let published = at(entry.published);
    RawEntry {
        id: entry.id,
        link: entry.links.into_iter().map(|link| link.href).find(|href| href.starts_with("http")),
        title: entry.title.map(|title| title.content).unwrap_or_default(),
        summary: entry.summary.map(|summary| summary.content).unwrap_or_default(),
        content: entry.content.and_then(|content| content.body).unwrap_or_default(),
        published,
        // RSS entries get a copy of the publication date here.
        updated: at(entry.updated).filter(|updated| Some(*updated) != published),
        language: entry.language,
        aside: Aside::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_of_the_parser_is_an_error_of_that_document_alone() {
        let poison = "<rss version=\"2.0\"><channel><item><author>lan@bao.test（Lan）</author></item></channel></rss>";
        let good = "<rss version=\"2.0\"><channel><item><title>x</title></item></channel></rss>";
        let read = parse(
            FeedRs,
            vec![poison.to_owned(), good.to_owned()],
            &MeantZone::of_silent(jiff::tz::TimeZone::UTC),
        );
        assert_eq!(read[0].as_ref().unwrap_err(), &Refusal::Panicked);
        assert_eq!(read[1].as_ref().unwrap().entries.len(), 1);
    }
}
