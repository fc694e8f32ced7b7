//! `status`: what runs, what waits, what failed.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use jiff::Timestamp;
use serde::Serialize;

use super::args::Global;
use super::failure::{Exit, Outcome};
use super::report::{json_line, moment_or_dash, print};
use super::session::{Session, store_failure};
use crate::pipeline::audit;
use crate::store::{self, Status};

/// `status --json`.
#[derive(Serialize)]
struct StatusReport {
    version: &'static str,
    database: String,
    schema: u32,
    database_bytes: u64,
    sources_enabled: u64,
    source_health: BTreeMap<String, u64>,
    entries: BTreeMap<String, u64>,
    oldest_pending_entry: Option<Timestamp>,
    articles: u64,
    articles_kept: u64,
    mentions: u64,
    commitments: BTreeMap<String, u64>,
    instruments: u64,
    verdicts: BTreeMap<String, u64>,
    messages: BTreeMap<String, u64>,
    oldest_due_message: Option<Timestamp>,
    last_poll: Option<Timestamp>,
    last_good_poll: Option<Timestamp>,
    trouble: Vec<String>,
}

/// Shows the counts, and what keeps people from being told; then the exit code is 69.
pub(super) fn run(global: &Global, json: bool) -> Outcome {
    let session = Session::begin(global, "warn")?;
    let store = session.open_to_read()?;
    let (status, trouble) = store
        .read_blocking(|connection| {
            let late = audit::late_since(Timestamp::now());
            Ok((store::status(connection)?, store::trouble_at(connection, late)?))
        })
        .map_err(store_failure)?;
    let database = session.database().display().to_string();
    let trouble = trouble.lines();
    let exit = if trouble.is_empty() { Exit::Done } else { Exit::Unavailable };
    if json {
        print(&json_line(&report(database, status, trouble))?)?;
    } else {
        print(&text(&database, &status, &trouble))?;
    }
    Ok(exit)
}

fn report(database: String, status: Status, trouble: Vec<String>) -> StatusReport {
    StatusReport {
        version: env!("CARGO_PKG_VERSION"),
        database,
        schema: status.schema,
        database_bytes: status.bytes,
        sources_enabled: status.sources,
        source_health: status.health,
        entries: status.entries,
        oldest_pending_entry: status.oldest_pending,
        articles: status.articles,
        articles_kept: status.kept,
        mentions: status.mentions,
        commitments: status.commitments,
        instruments: status.instruments,
        verdicts: status.verdicts,
        messages: status.messages,
        oldest_due_message: status.oldest_due_message,
        last_poll: status.last_poll,
        last_good_poll: status.last_success,
        trouble,
    }
}

fn text(database: &str, status: &Status, trouble: &[String]) -> String {
    let mut out = String::new();
    let mut line = |label: &str, value: String| {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{label:<13} {value}");
    };
    line("database", format!("{database} ({} kB, schema {})", status.bytes / 1024, status.schema));
    line("sources", format!("{} enabled{}", status.sources, counted(&status.health, "; ")));
    line(
        "polls",
        format!(
            "last {}, last good {}",
            moment_or_dash(status.last_poll),
            moment_or_dash(status.last_success)
        ),
    );
    let waiting = status
        .oldest_pending
        .map(|at| format!("; longest waiting since {}", super::report::moment(at)))
        .unwrap_or_default();
    line("entries", format!("{}{waiting}", plain(&status.entries)));
    line("articles", format!("{}, of which {} kept", status.articles, status.kept));
    line("mentions", status.mentions.to_string());
    line("commitments", plain(&status.commitments));
    line("instruments", status.instruments.to_string());
    line("verdicts", plain(&status.verdicts));
    let due = status
        .oldest_due_message
        .map(|at| format!("; overdue since {}", super::report::moment(at)))
        .unwrap_or_default();
    line("messages", format!("{}{due}", plain(&status.messages)));
    for what in trouble {
        line("TROUBLE", what.clone());
    }
    out
}

fn plain(counts: &BTreeMap<String, u64>) -> String {
    if counts.is_empty() { "none".to_owned() } else { counted(counts, "") }
}

fn counted(counts: &BTreeMap<String, u64>, before: &str) -> String {
    let parts: Vec<String> =
        counts.iter().map(|(word, count)| format!("{count} {}", word.replace('_', " "))).collect();
    if parts.is_empty() { String::new() } else { format!("{before}{}", parts.join(", ")) }
}
