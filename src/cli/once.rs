//! `once`: one full pass, then exit.

use std::fmt::Write as _;

use serde::Serialize;

use super::args::{Global, OnceArguments};
use super::failure::{Exit, Outcome};
use super::report::{counted, json_line, moment, print};
use super::session::{Session, runtime, store_failure};
use crate::model::AlertLevel;
use crate::pipeline::entry::EntryReport;
use crate::pipeline::poll::PollReport;
use crate::pipeline::round::{LeftAlone, RoundReport, Which};

/// `once --json`.
#[derive(Serialize)]
struct OnceReport<'a> {
    polls: &'a [PollReport],
    left_alone: &'a [LeftAlone],
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
    let round = async { Ok((engine.left_alone(which).await?, engine.round(which).await?)) };
    let (left, report) = runtime()?.block_on(round).map_err(store_failure)?;
    if arguments.json {
        print(&json_line(&json(&report, &left))?)?;
    } else {
        print(&(text(&report) + &silence(&report, &left, which)))?;
    }
    let failed = report.polls.iter().filter(|poll| poll.error.is_some()).count();
    let nothing_read = failed > 0 && failed == report.polls.len();
    Ok(if nothing_read { Exit::Temporary } else { Exit::Done })
}

fn json<'a>(report: &'a RoundReport, left: &'a [LeftAlone]) -> OnceReport<'a> {
    OnceReport {
        polls: &report.polls,
        left_alone: left,
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
        "polled {}, {}; judged {}, kept {}; {}, {}, {} sent",
        counted(report.polls.len(), "source", "sources"),
        counted(new as usize, "new entry", "new entries"),
        report.entries.len(),
        kept.len(),
        counted(report.released.messages, "alert", "alerts"),
        counted(report.digests, "digest", "digests"),
        counted(report.delivery.accepted.len(), "message", "messages")
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
            "  {}: {} ({}{told})",
            entry.source,
            entry.title,
            counted(entry.mentions, "mention", "mentions")
        );
    }
    if let Some(error) = &report.delivery.down {
        let _ = writeln!(out, "mail cannot leave, messages wait: {error}");
    }
    out
}

/// Why sources were not polled: all that `--now` was not allowed to, else the next where none was due.
fn silence(report: &RoundReport, left: &[LeftAlone], which: Which) -> String {
    let line = |one: &LeftAlone| {
        format!("  {} is left alone until {}: {}\n", one.source, moment(one.until), one.because)
    };
    match (which, left.first()) {
        (Which::Allowed, _) => left.iter().map(line).collect(),
        (Which::Due, Some(next)) if report.polls.is_empty() => {
            format!("no source is due; the next is {} at {}\n", next.source, moment(next.until))
        }
        _ => String::new(),
    }
}
