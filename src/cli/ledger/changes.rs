//! How two ledgers differ, in words.

use std::fmt::Write as _;

use crate::ledger::difference::{Difference, EntryLine, Pairing};
use crate::model::Outcome;

/// Most lines of one sort; the JSON has all.
const MOST: usize = 40;

/// One line for each entry that differs, and one for the verdicts.
pub(in crate::cli) fn text(difference: &Difference) -> String {
    let mut out = String::new();
    let name = |line: &EntryLine| {
        format!(
            "{} {} ({})",
            line.commitment,
            line.gist.trim(),
            line.stage.as_str().replace('_', " ")
        )
    };
    let pair = |verb: &str, all: &[Pairing]| -> Vec<String> {
        all.iter().map(|one| format!("{} {verb} {}", name(&one.entry), one.other)).collect()
    };
    let plain = |all: &[EntryLine]| -> Vec<String> { all.iter().map(name).collect() };
    let stages = difference.stages.iter().map(|one| {
        let was = one.was.as_str().replace('_', " ");
        format!("{}, was {was}", name(&one.entry))
    });
    for (label, lines) in [
        ("merged", pair("is now part of", &difference.merged)),
        ("split", pair("is told apart from", &difference.split)),
        ("created", plain(&difference.created)),
        ("vanished", plain(&difference.vanished)),
        ("renamed", pair("was", &difference.renamed)),
        ("stage", stages.collect()),
        ("changed", plain(&difference.changed)),
    ] {
        for line in lines.iter().take(MOST) {
            // Writing to a String cannot fail.
            let _ = writeln!(out, "  {label:<9} {line}");
        }
        if lines.len() > MOST {
            let _ = writeln!(out, "  {label:<9} and {} more", lines.len() - MOST);
        }
    }
    let word = |outcome: Option<Outcome>| outcome.map_or("(no mention)", Outcome::as_str);
    for change in &difference.verdicts {
        let _ = writeln!(
            out,
            "  verdicts  {}: {} → {}",
            change.count,
            word(change.from),
            word(change.to)
        );
    }
    if difference.moved > 0 {
        let _ = writeln!(out, "  verdicts  {}: the same, about another entry", difference.moved);
    }
    out
}
