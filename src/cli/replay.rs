//! `replay`: everything that was read is read and judged again under the rules and corrections of today. Shows what
//! would be different; `--accept` takes it over. Sends nothing.

use std::fmt::Write as _;
use std::io::{IsTerminal as _, Write as _};
use std::path::PathBuf;

use jiff::Timestamp;

use super::args::{Global, ReplayArguments};
use super::failure::{Exit, Failure, Outcome};
use super::ledger::changes;
use super::report::{json_line, print};
use super::session::{Session, store_failure};
use crate::pipeline::correcting::CorrectError;
use crate::pipeline::replay::{self, ReplayPlan, ReplayReport};
use crate::store::{Store, StoreError};

/// A replay is tried again this often when articles keep arriving before it is taken over.
const ATTEMPTS: usize = 3;

/// Shows what a replay changes, and takes it over when asked.
pub(super) fn run(global: &Global, arguments: &ReplayArguments) -> Outcome {
    let session = Session::begin(global, "warn")?;
    let store = if arguments.accept { session.open_beside()? } else { session.open_to_read()? };
    let topic = session.topic_under(&store)?;
    let make = || replay::plan(&store, &topic, Timestamp::now(), progress);
    let mut plan = make().map_err(store_failure)?;
    let mut copy = None;
    if arguments.accept {
        copy = Some(back_up(&store).map_err(store_failure)?);
        plan = take_over(&store, plan, make)?;
    }
    print(&if arguments.json {
        json_line(&plan.report)?
    } else {
        text(&plan.report, copy.as_ref())
    })?;
    let open = plan.report.differs() && !plan.report.accepted;
    Ok(if open { Exit::Differs } else { Exit::Done })
}

fn take_over(
    store: &Store,
    mut plan: ReplayPlan,
    make: impl Fn() -> Result<ReplayPlan, StoreError>,
) -> Result<ReplayPlan, Failure> {
    for _ in 0..ATTEMPTS {
        match replay::accept(store, &plan) {
            Ok(()) => {
                plan.report.accepted = true;
                return Ok(plan);
            }
            Err(CorrectError::Store(error)) => return Err(store_failure(error)),
            Err(_) => plan = make().map_err(store_failure)?,
        }
    }
    Err(Failure::new(
        Exit::Temporary,
        "articles keep arriving faster than the ledger can be replaced; try again in a moment",
    ))
}

/// A checked copy beside the database, for whoever regrets it.
fn back_up(store: &Store) -> Result<PathBuf, StoreError> {
    let mut name = store.path().file_name().unwrap_or_default().to_owned();
    name.push(".before-replay");
    let copy = store.path().with_file_name(name);
    store.backup(&copy)?;
    Ok(copy)
}

/// A line that counts, for people who wait.
fn progress(read: usize) {
    if read.is_multiple_of(50) && std::io::stderr().is_terminal() {
        let _ = write!(std::io::stderr(), "\r{read} articles read again");
    }
}

fn text(report: &ReplayReport, copy: Option<&PathBuf>) -> String {
    let rules = report.rules_version.get(..12).unwrap_or(&report.rules_version);
    let mut out = format!(
        "{} articles read again under rules {rules}: {} mentions\n",
        report.articles, report.mentions
    );
    // Writing to a String cannot fail.
    if report.unread > 0 {
        let _ = writeln!(
            out,
            "  {} articles have no text any more; what was read in them stands",
            report.unread
        );
    }
    for reading in &report.readings {
        let now = if reading.kept { "kept now" } else { "not kept any more" };
        let _ =
            writeln!(out, "  reading   article {} is {now}: {}", reading.article, reading.title);
    }
    out.push_str(&changes::text(&report.difference));
    for (ids, why) in [
        (&report.orphaned, "speaks of a mention that is not found any more"),
        (&report.overruled, "is overruled: what it joins was told apart"),
    ] {
        for id in ids {
            let _ = writeln!(out, "  note      correction {id} {why}");
        }
    }
    out.push_str(match (report.differs(), report.accepted) {
        (false, _) => "nothing differs\n",
        (true, true) => "taken over; nothing was sent\n",
        (true, false) => "nothing was changed; `pledgewatch replay --accept` takes this over\n",
    });
    if let Some(copy) = copy {
        let _ = writeln!(out, "the database as it was before: {}", copy.display());
    }
    out
}
