//! `ledger corrections`: the log of what people said.

use std::collections::BTreeMap;

use serde::Serialize;

use super::args::CorrectionsArguments;
use crate::cli::failure::Outcome;
use crate::cli::report::{json_line, moment, print, table};
use crate::cli::session::{Session, store_failure};
use crate::ledger::corrections::{Bucket, Correction, Operation, Point, undone};
use crate::model::Fingerprint;
use crate::pipeline::corrections;
use crate::store::{self, MentionPlace};

/// One line of the log, as JSON.
#[derive(Serialize)]
struct Line<'a> {
    #[serde(flatten)]
    correction: &'a Correction,
    /// `holds`, `undone`, `overruled` (by a split) or `orphaned` (what it speaks of is gone).
    state: &'static str,
}

/// Prints the log, oldest first.
pub(super) fn run(session: &Session, arguments: &CorrectionsArguments) -> Outcome {
    let store = session.open_to_read()?;
    let (log, rulings, places) = store
        .read_blocking(|connection| {
            let (log, rulings) = corrections::log_with_faults(connection)?;
            let marks = log.iter().flat_map(|correction| correction.operation.fingerprints());
            let places = places(store::places_of_mentions(connection, marks)?);
            Ok((log, rulings, places))
        })
        .map_err(store_failure)?;
    let undone = undone(&log);
    let state = |correction: &Correction| match correction.id {
        id if undone.contains(&id) => "undone",
        id if rulings.overruled.contains(&id) => "overruled",
        id if rulings.orphaned.contains(&id) => "orphaned",
        _ => "holds",
    };
    if arguments.json {
        let lines =
            log.iter().map(|correction| json_line(&Line { correction, state: state(correction) }));
        return print(&lines.collect::<Result<String, _>>()?);
    }
    if log.is_empty() {
        return print("no corrections yet\n");
    }
    let rows = log.iter().map(|correction| {
        let state = match state(correction) {
            "holds" => String::new(),
            other => format!(" ({other})"),
        };
        vec![
            correction.id.to_string(),
            moment(correction.at),
            correction.by.clone(),
            format!("{}{state}", told(&correction.operation, &places)),
            correction.reason.clone(),
        ]
    });
    print(&table(&["NUMBER", "WHEN", "WHO", "WHAT", "WHY"], rows))
}

/// What was said, in a line.
pub(in crate::cli) fn said(operation: &Operation) -> String {
    told(operation, &Places::new())
}

/// Mentions as every command takes them, with their commitment: `15:0 of c-…`.
type Places = BTreeMap<Fingerprint, String>;

fn places(found: Vec<MentionPlace>) -> Places {
    let place = |one: MentionPlace| {
        let of = one.commitment.map_or_else(String::new, |id| format!(" of {id}"));
        (one.fingerprint, format!("mention {}:{}{of}", one.article, one.ordinal))
    };
    found.into_iter().map(place).collect()
}

/// The same, with mentions by their places where those are known.
fn told(operation: &Operation, places: &Places) -> String {
    let mark = |fingerprint: &Fingerprint| {
        places.get(fingerprint).cloned().unwrap_or_else(|| mark(fingerprint.as_str()))
    };
    let point = |point: &Point| match point {
        Point::Mention(mention) => mark(mention),
        Point::Entry(id) => id.to_string(),
    };
    match operation {
        Operation::Merge { one, other } => format!("merge {} and {}", point(one), point(other)),
        Operation::Split { mention, from } => {
            let others = if from.len() == 1 { "mention" } else { "mentions" };
            format!("split {} from {} {others}", mark(mention), from.len())
        }
        Operation::Dismiss { what, whole, why } => {
            let all = if *whole { "the commitment of " } else { "" };
            format!("dismiss {all}{} as {}", point(what), why.in_words())
        }
        Operation::Confirm { mention, with: Some(with) } => {
            format!("confirm {} with {}", mark(mention), point(with))
        }
        Operation::Confirm { mention, with: None } => {
            format!("confirm {} as its own", mark(mention))
        }
        Operation::Set { what, whole, value, .. } => {
            let all = if *whole { "the commitment of " } else { "" };
            format!("set {} of {all}{} to {}", value.name(), point(what), value.in_words())
        }
        Operation::Alias { name, alias } => {
            format!("alias \u{201c}{alias}\u{201d} for {}", name.id())
        }
        Operation::Mute { bucket: Bucket::Commitment(what) } => {
            format!("mute the commitment of {}", point(what))
        }
        Operation::Mute { bucket: Bucket::Alike { kind, parties } } => {
            format!("mute every {kind} of {}", parties.join(", "))
        }
        Operation::Undo { correction } => format!("undo {correction}"),
    }
}

/// A fingerprint, as much of it as tells it from others.
fn mark(fingerprint: &str) -> String {
    format!("mention {}", fingerprint.get(..8).unwrap_or(fingerprint))
}
