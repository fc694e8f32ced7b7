//! Logs: a sentence a person can read, and fields a query can use. They go to standard error as lines, or with all
//! their fields to the journal where that is what reads standard error. Nothing below the pipeline logs above `debug`:
//! stages return facts. What an operator has to know carries the name of an [`event`].

pub mod event;
pub mod journal;

use std::io::IsTerminal;
use std::sync::atomic::{AtomicBool, Ordering};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use journal::Journal;

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogForm {
    /// One line of text with fields; under systemd, an entry of the journal.
    Text,
    /// One JSON object a line.
    Json,
}

/// Whether events go to the journal by its own protocol.
static JOURNAL: AtomicBool = AtomicBool::new(false);

/// Starts logging at `level` (`error`, `warn`, `info`, `debug`, `trace`, or a filter such as
/// `info,pledgewatch::fetch=debug`). A second call, and a filter that cannot be read, change nothing.
pub fn start(level: &str, form: LogForm) {
    let filter = EnvFilter::try_new(level).unwrap_or_else(|_| EnvFilter::new("info"));
    let stream = std::env::var("JOURNAL_STREAM").ok();
    let journal = Journal::of_standard_error(stream.as_deref());
    let lines = || tracing_subscriber::fmt().with_writer(std::io::stderr);
    let started = match (form, journal) {
        (LogForm::Json, _) => lines().json().with_env_filter(filter).try_init(),
        (LogForm::Text, Some(journal)) => {
            let started = tracing_subscriber::registry().with(filter).with(journal).try_init();
            JOURNAL.store(started.is_ok(), Ordering::Relaxed);
            started.map_err(Into::into)
        }
        (LogForm::Text, None) => {
            let lines = lines().with_ansi(std::io::stderr().is_terminal()).with_env_filter(filter);
            // Who collects lines for the journal stamps them.
            if stream.is_some() { lines.without_time().try_init() } else { lines.try_init() }
        }
    };
    if started.is_err() {
        tracing::debug!("logging was already started");
    }
}

/// Whether events go to the journal by its own protocol, so that a plain line beside them would be heard twice.
pub fn speaks_to_journal() -> bool {
    JOURNAL.load(Ordering::Relaxed)
}
