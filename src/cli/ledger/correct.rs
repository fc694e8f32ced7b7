//! `ledger merge`, `split`, `dismiss`, `confirm`, `set`, `mute`, `alias`, `undo`: what a person says, and what it changed.

use std::fmt::Write as _;

use jiff::Timestamp;
use serde::Serialize;

use super::args::CorrectionCommand;
use super::changes;
use crate::cli::failure::{Exit, Failure, Outcome};
use crate::cli::report::{counted, json_line, print};
use crate::cli::session::{Session, store_failure};
use crate::config::topic::Topic;
use crate::ledger::corrections::{Correction, Operation};
use crate::ledger::difference::Difference;
use crate::model::CorrectionId;
use crate::pipeline::correcting::{Author, CorrectError, Corrected, Rules, Understood, correct};
use crate::pipeline::pointing::{Misunderstood, Record};
use crate::pipeline::requests;

/// Makes a correction and says what changed.
pub(super) fn run(session: &Session, command: &CorrectionCommand) -> Outcome {
    let said = match command {
        CorrectionCommand::Merge(merge) => &merge.said,
        CorrectionCommand::Split(split) => &split.said,
        CorrectionCommand::Dismiss(dismiss) => &dismiss.said,
        CorrectionCommand::Confirm(confirm) => &confirm.said,
        CorrectionCommand::Set(set) => &set.said,
        CorrectionCommand::Mute(mute) => &mute.said,
        CorrectionCommand::Alias(alias) => &alias.said,
        CorrectionCommand::Undo(undo) => &undo.said,
        CorrectionCommand::Corrections(log) => return super::corrections::run(session, log),
    };
    let store = session.open_beside()?;
    let topic = session.topic_under(&store)?;
    let by = said.by.clone().unwrap_or_else(login_name);
    let author = Author { by, at: Timestamp::now(), reason: said.reason.trim().to_owned() };
    let under = |names: &[(String, String)]| {
        session.config.topic_with(names).map_err(|problems| {
            Misunderstood(format!("the topic cannot be read with that name: {problems}"))
        })
    };
    let rules = Rules { now: &topic, under: &under };
    let corrected = correct(&store, &rules, &author, |record| understand(command, record, &topic))
        .map_err(failure)?;
    print(&if said.json { json_line(&report(&corrected))? } else { text(&corrected) })
}

fn understand(
    command: &CorrectionCommand,
    record: &Record,
    topic: &Topic,
) -> Result<Understood, Misunderstood> {
    match command {
        CorrectionCommand::Merge(merge) => requests::merge(record, &merge.one, &merge.other),
        CorrectionCommand::Split(split) => requests::split(record, &split.mention),
        CorrectionCommand::Dismiss(dismiss) => {
            requests::dismiss(record, &dismiss.what, &dismiss.why)
        }
        CorrectionCommand::Confirm(confirm) => requests::confirm(record, &confirm.what),
        CorrectionCommand::Set(set) => {
            requests::set(record, topic, &set.what, &set.field, &set.value, set.date)
        }
        CorrectionCommand::Mute(mute) => requests::mute(record, &mute.what, mute.alike),
        CorrectionCommand::Alias(alias) => requests::alias(record, topic, &alias.id, &alias.name),
        CorrectionCommand::Undo(undo) => requests::undo(record, undo.correction),
        CorrectionCommand::Corrections(_) => Err(Misunderstood("nothing to correct".to_owned())),
    }
}

/// Who is logged in; in a service without a login nobody is.
fn login_name() -> String {
    let named = ["LOGNAME", "USER"].iter().filter_map(|name| std::env::var(name).ok());
    named.into_iter().find(|name| !name.is_empty()).unwrap_or_else(|| "somebody".to_owned())
}

fn failure(error: CorrectError) -> Failure {
    match error {
        CorrectError::Misunderstood(why) => Failure::new(Exit::Usage, why.to_string()),
        CorrectError::Store(error) => store_failure(error),
        CorrectError::Busy => Failure::new(Exit::Temporary, error.to_string()),
    }
}

/// A correction, as JSON.
#[derive(Serialize)]
struct CorrectedReport<'a> {
    #[serde(flatten)]
    correction: &'a Correction,
    about: &'a str,
    changed: bool,
    difference: &'a Difference,
    overruled: &'a [CorrectionId],
    renamed: usize,
    beyond: usize,
    withdrawn: usize,
    outdated: usize,
}

fn report(corrected: &Corrected) -> CorrectedReport<'_> {
    CorrectedReport {
        correction: &corrected.correction,
        about: &corrected.about,
        changed: !corrected.difference.is_empty(),
        difference: &corrected.difference,
        overruled: &corrected.overruled,
        renamed: corrected.renamed,
        beyond: corrected.beyond,
        withdrawn: corrected.withdrawn,
        outdated: corrected.outdated,
    }
}

fn text(corrected: &Corrected) -> String {
    let correction = &corrected.correction;
    let mut out = format!(
        "correction {} by {}: {} {}\n",
        correction.id,
        correction.by,
        correction.operation.word(),
        corrected.about
    );
    let changes = changes::text(&corrected.difference);
    // Writing to a String cannot fail.
    match &correction.operation {
        Operation::Alias { .. } if changes.is_empty() => {
            let _ = writeln!(out, "  holds for every text that is read from now on");
        }
        _ if changes.is_empty() && corrected.overruled.is_empty() => {
            let _ = writeln!(out, "  changes nothing now; it holds for what comes");
        }
        _ => out.push_str(&changes),
    }
    if corrected.renamed > 0 {
        let _ = writeln!(out, "  {} mentions read before are corrected", corrected.renamed);
    }
    if corrected.beyond > 0 {
        let _ = writeln!(
            out,
            "  {} articles read before would show other mentions; `pledgewatch replay` shows which",
            corrected.beyond
        );
    }
    for id in &corrected.overruled {
        let _ = writeln!(
            out,
            "  correction {id} is overruled: what it joins was told apart, and that holds until it is undone"
        );
    }
    if corrected.withdrawn > 0 {
        let alerts = counted(corrected.withdrawn, "waiting alert", "waiting alerts");
        let _ = writeln!(out, "  {alerts} will not be sent");
    }
    if corrected.outdated > 0 {
        let _ = writeln!(
            out,
            "  note: {} as earlier rules made them; `pledgewatch replay` shows what today's rules make",
            counted(corrected.outdated, "entry is", "entries are")
        );
    }
    out
}
