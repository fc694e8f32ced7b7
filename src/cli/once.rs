//! `once`: one full pass, then exit.

use std::fmt::Write as _;

use serde::Serialize;

use super::args::{Global, OnceArguments};
use super::failure::{Exit, Outcome};
use super::report::{json_line, print};
use super::session::{Session, runtime, store_failure};
use crate::model::AlertLevel;
use crate::pipeline::entry::EntryReport;
use crate::pipeline::poll::PollReport;
use crate::pipeline::round::{RoundReport, Which};

/// `once --json`.
#[derive(Serialize)]
struct OnceReport<'a> {
    polls: &'a [PollReport],
    entries: &'a [EntryReport],
    alerts: usize,
    digests: usize,
    messages_accepted: usize,
    messages_waiting: usize,
}

/// Polls, judges, tells, and says what happened. Exit code 75 when no source could be read.
pub(super) fn run(global: &Global, arguments: &OnceArguments) -> Outcome {
    let session = Session::begin(global, "error")?;
    let which = if arguments.now { Which::Allowed } else { Which::Due };
    let engine = session.engine()?;
    let report = runtime()?.block_on(engine.round(which)).map_err(store_failure)?;
    if arguments.json {
        print(&json_line(&json(&report))?)?;
    } else {
        print(&text(&report))?;
    }
    let failed = report.polls.iter().filter(|poll| poll.error.is_some()).count();
    let nothing_read = failed > 0 && failed == report.polls.len();
    Ok(if nothing_read { Exit::Temporary } else { Exit::Done })
}

fn json(report: &RoundReport) -> OnceReport<'_> {
    OnceReport {
        polls: &report.polls,
        entries: &report.entries,
        alerts: report.released.messages,
        digests: report.digests,
        messages_accepted: report.delivery.accepted.len(),
        messages_waiting: report.delivery.deferred.len() + report.delivery.unknown.len(),
    }
}

fn text(report: &RoundReport) -> String {
    let new: u32 = report.polls.iter().map(|poll| poll.new).sum();
    let kept: Vec<&EntryReport> = report.entries.iter().filter(|entry| entry.kept).collect();
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = writeln!(
        out,
        "polled {} sources, {new} new entries; judged {}, kept {}; {} alerts, {} digests, {} messages sent",
        report.polls.len(),
        report.entries.len(),
        kept.len(),
        report.released.messages,
        report.digests,
        report.delivery.accepted.len()
    );
    for poll in &report.polls {
        if let Some(error) = &poll.error {
            let _ = writeln!(out, "  {} could not be read: {error}", poll.source);
        }
    }
    for entry in kept {
        let told = match entry.told {
            AlertLevel::None => "",
            AlertLevel::Watch => " · for the digest",
            AlertLevel::Push => " · alert",
        };
        let _ = writeln!(
            out,
            "  {}: {} ({} mentions{told})",
            entry.source, entry.title, entry.mentions
        );
    }
    if let Some(error) = &report.delivery.down {
        let _ = writeln!(out, "mail cannot leave, messages wait: {error}");
    }
    out
}
