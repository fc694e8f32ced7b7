//! Logs: a sentence a person can read, and fields a query can use. They go to standard error; under systemd the
//! journal collects them there. Nothing below the pipeline logs above `debug`: stages return facts.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogForm {
    /// One line of text with fields.
    Text,
    /// One JSON object a line.
    Json,
}

/// Starts logging at `level` (`error`, `warn`, `info`, `debug`, `trace`, or a filter such as
/// `info,pledgewatch::fetch=debug`). A second call, and a filter that cannot be read, change nothing.
pub fn start(level: &str, form: LogForm) {
    let filter = EnvFilter::try_new(level).unwrap_or_else(|_| EnvFilter::new("info"));
    let under_journal = std::env::var_os("JOURNAL_STREAM").is_some();
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    // The journal stamps lines itself.
    let started = match (form, under_journal) {
        (LogForm::Json, _) => lines.json().try_init(),
        (LogForm::Text, true) => lines.without_time().with_ansi(false).try_init(),
        (LogForm::Text, false) => lines.try_init(),
    };
    if started.is_err() {
        tracing::debug!("logging was already started");
    }
}
