//! `status`: what runs, what waits, what failed, and what comes next.

mod next;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;

use super::args::Global;
use super::failure::{Exit, Outcome};
use super::report::{json_line, moment, moment_or_dash, print};
use super::session::{Session, store_failure};
use crate::pipeline::audit;
use crate::store::{self, Connection, Options, Status, Store, StoreError};
use next::Next;

/// How long the answer is waited for where the database is busy.
const PATIENCE: Duration = Duration::from_secs(10);

/// `status --json`.
#[derive(Serialize)]
struct StatusReport {
    version: &'static str,
    database: String,
    schema: u32,
    database_bytes: u64,
    database_log_bytes: u64,
    daemon_runs: bool,
    daemon_process: Option<u32>,
    sources_enabled: u64,
    source_health: BTreeMap<String, u64>,
    blind_sources: Vec<Blind>,
    entries: BTreeMap<String, u64>,
    oldest_pending_entry: Option<Timestamp>,
    articles: u64,
    articles_kept: u64,
    mentions: u64,
    commitments: BTreeMap<String, u64>,
    commitments_of_register: u64,
    instruments: u64,
    verdicts: BTreeMap<String, u64>,
    messages: BTreeMap<String, u64>,
    message_bytes: u64,
    oldest_due_message: Option<Timestamp>,
    last_accepted_message: Option<Timestamp>,
    last_poll: Option<Timestamp>,
    last_good_poll: Option<Timestamp>,
    last_retention: Option<Timestamp>,
    last_retention_removed: Option<String>,
    next: Next,
    trouble: Vec<String>,
}

/// A source that may miss something.
#[derive(Serialize)]
struct Blind {
    id: String,
    health: String,
    since: Option<Timestamp>,
    reason: Option<String>,
}

/// Shows the counts, what comes next, and what keeps people from being told; then the exit code is 69.
pub(super) fn run(global: &Global, json: bool) -> Outcome {
    let session = Session::begin(global, "warn")?;
    let mut options = Options::reading(session.database());
    options.busy_timeout = PATIENCE;
    let store = Store::open(options).map_err(store_failure)?;
    let report = store
        .read_blocking(|connection| look(&session, &store, connection))
        .map_err(store_failure)?;
    let exit = if report.trouble.is_empty() { Exit::Done } else { Exit::Unavailable };
    if json {
        print(&json_line(&report)?)?;
    } else {
        print(&text(&report))?;
    }
    Ok(exit)
}

fn look(
    session: &Session,
    store: &Store,
    connection: &Connection,
) -> Result<StatusReport, StoreError> {
    let now = Timestamp::now();
    let status = store::status(connection)?;
    let trouble = store::trouble_at(connection, audit::late_since(now))?;
    let states = next::states(&session.config, connection)?;
    let blind = states
        .iter()
        .filter(|(_, state)| state.health.is_bad())
        .map(|(id, state)| Blind {
            id: (*id).to_owned(),
            health: state.health.to_string(),
            since: state.health_since,
            reason: state.last_failure.clone(),
        })
        .collect();
    let next = next::look(&session.config, &states, &status, now);
    Ok(report(session, store, status, blind, next, trouble.lines()))
}

fn report(
    session: &Session,
    store: &Store,
    status: Status,
    blind_sources: Vec<Blind>,
    next: Next,
    trouble: Vec<String>,
) -> StatusReport {
    let daemon = store::running(&session.database());
    let (last_retention, last_retention_removed) = status.last_retention.unzip();
    StatusReport {
        version: env!("CARGO_PKG_VERSION"),
        database: session.database().display().to_string(),
        schema: status.schema,
        database_bytes: status.bytes,
        database_log_bytes: store.log_bytes(),
        daemon_runs: daemon.is_some(),
        daemon_process: daemon.flatten(),
        sources_enabled: status.sources,
        source_health: status.health,
        blind_sources,
        entries: status.entries,
        oldest_pending_entry: status.oldest_pending,
        articles: status.articles,
        articles_kept: status.kept,
        mentions: status.mentions,
        commitments: status.commitments,
        commitments_of_register: status.of_register,
        instruments: status.instruments,
        verdicts: status.verdicts,
        messages: status.messages,
        message_bytes: status.message_bytes,
        oldest_due_message: status.oldest_due_message,
        last_accepted_message: status.last_accepted,
        last_poll: status.last_poll,
        last_good_poll: status.last_success,
        last_retention,
        last_retention_removed,
        next,
        trouble,
    }
}

fn text(report: &StatusReport) -> String {
    let mut out = String::new();
    let mut line = |label: &str, value: String| {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{label:<13} {value}");
    };
    line(
        "daemon",
        match (report.daemon_runs, report.daemon_process) {
            (true, Some(process)) => format!("runs as process {process}"),
            (true, None) => "runs".to_owned(),
            (false, _) => "does not run".to_owned(),
        },
    );
    line(
        "database",
        format!(
            "{} ({} kB and a log of {} kB, schema {})",
            report.database,
            report.database_bytes / 1024,
            report.database_log_bytes / 1024,
            report.schema
        ),
    );
    let health = counted(&report.source_health, "; ");
    line("sources", format!("{} enabled{health}", report.sources_enabled));
    for blind in &report.blind_sources {
        let reason = blind.reason.as_ref().map(|word| format!(" ({word})")).unwrap_or_default();
        let since = moment_or_dash(blind.since);
        line("  blind", format!("{} is {} since {since}{reason}", blind.id, blind.health));
    }
    let polls = [report.last_poll, report.last_good_poll].map(moment_or_dash);
    line("polls", format!("last {}, last good {}", polls[0], polls[1]));
    let waiting = report
        .oldest_pending_entry
        .map(|at| format!("; longest waiting since {}", moment(at)))
        .unwrap_or_default();
    line("entries", format!("{}{waiting}", plain(&report.entries)));
    line("articles", format!("{}, of which {} kept", report.articles, report.articles_kept));
    line("mentions", report.mentions.to_string());
    let implied = match report.commitments_of_register {
        0 => String::new(),
        count => format!("; {count} more that the register implies and no article has told"),
    };
    line("commitments", format!("{}{implied}", plain(&report.commitments)));
    line("instruments", report.instruments.to_string());
    line("verdicts", plain(&report.verdicts));
    let due = report
        .oldest_due_message
        .map(|at| format!("; the first that waits is due {}", moment(at)))
        .unwrap_or_default();
    line(
        "messages",
        format!(
            "{}; {} kB wait; last accepted {}{due}",
            plain(&report.messages),
            report.message_bytes / 1024,
            moment_or_dash(report.last_accepted_message)
        ),
    );
    if let (Some(at), Some(removed)) = (report.last_retention, &report.last_retention_removed) {
        line("retention", format!("last {}, removed {removed}", moment(at)));
    }
    for event in report.next.lines() {
        line("next", event);
    }
    for what in &report.trouble {
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
