//! `explain c-…`: the story of a commitment, mention by mention in order of events, with what people corrected.

use std::fmt::Write as _;

use serde::Serialize;

use super::failure::{Failure, Outcome};
use super::ledger::{commitment_named, corrections::said};
use super::mention_report::{EvidenceReport, evidence_of};
use super::report::{json_line, moment, print};
use super::session::{Session, store_failure};
use crate::ledger::corrections::{Correction, undone};
use crate::model::{AlertLevel, Check, Commitment, Language, Rejected, Verdict};
use crate::notify::grounds::Grounds;
use crate::notify::words::Words;
use crate::pipeline::corrections;
use crate::store::{self, EvidenceRow};

/// The whole story, as JSON.
#[derive(Serialize)]
struct StoryReport<'a> {
    commitment: &'a Commitment,
    merged: Vec<String>,
    mentions: Vec<StepReport<'a>>,
    corrections: Vec<&'a Correction>,
}

/// One mention of it.
#[derive(Serialize)]
struct StepReport<'a> {
    /// `ARTICLE:NUMBER`.
    mention: String,
    date: Option<String>,
    source: &'a str,
    title: &'a str,
    url: Option<&'a str>,
    quote: &'a str,
    verdict: crate::model::Outcome,
    stage_before: Option<crate::model::Stage>,
    stage_after: Option<crate::model::Stage>,
    alert: AlertLevel,
    told: AlertLevel,
    rules: &'a str,
    because: &'a [Check],
    nearest_rejected: Option<&'a Rejected>,
    evidence: EvidenceReport,
    sentence: &'a str,
    corrections: Vec<i64>,
}

/// Prints the story of the commitment whose id begins like this.
pub(super) fn run(session: &Session, id: &str, json: bool) -> Outcome {
    let store = session.open_to_read()?;
    let id = commitment_named(&store, id)?;
    let (file, mut rows, log) = store
        .read_blocking(|connection| {
            let file = store::show_commitment(connection, &id)?;
            let found = file.as_ref().map(|file| file.commitment.id.clone()).unwrap_or(id.clone());
            let rows = store::commitment_evidence(connection, &found)?;
            Ok((file, rows, corrections::log(connection)?))
        })
        .map_err(store_failure)?;
    let file = file.ok_or_else(|| {
        Failure::new(super::failure::Exit::Usage, format!("there is no commitment {id}"))
    })?;
    // Stable: what happened on one day stays in order of arrival.
    rows.sort_by_key(|row| date(row).map(|date| date.earliest()));
    let undone = undone(&log);
    let log: Vec<&Correction> = log.iter().filter(|one| !undone.contains(&one.id)).collect();
    let about = |row: &EvidenceRow| -> Vec<&Correction> {
        let names = |one: &&Correction| {
            one.operation.fingerprints().iter().any(|known| known.as_str() == row.fingerprint)
        };
        log.iter().copied().filter(names).collect()
    };
    if json {
        let mut corrections: Vec<&Correction> = rows.iter().flat_map(about).collect();
        corrections.sort_by_key(|one| one.id);
        corrections.dedup_by_key(|one| one.id);
        let steps = rows.iter().map(|row| step(row, &about(row)));
        return print(&json_line(&StoryReport {
            commitment: &file.commitment,
            merged: file.merged.iter().map(ToString::to_string).collect(),
            mentions: steps.collect(),
            corrections,
        })?);
    }
    let mut out = heading(&file);
    let words = Words::embedded(Language::En);
    let grounds = Grounds::new(&words, Language::En, None);
    for row in &rows {
        out.push_str(&told(row, &about(row), &grounds));
    }
    print(&out)
}

/// When the act happened; else when it was told.
fn date(row: &EvidenceRow) -> Option<crate::model::PartialDate> {
    let published = row.fact.article.published.map(|published| published.date);
    row.fact.mention.event_date.or(published)
}

fn source(row: &EvidenceRow) -> &str {
    row.fact.article.source_name.as_deref().unwrap_or("given by hand")
}

fn step<'a>(row: &'a EvidenceRow, corrections: &[&Correction]) -> StepReport<'a> {
    let (fact, verdict) = (&row.fact, &row.fact.verdict);
    StepReport {
        mention: format!("{}:{}", fact.article.id, fact.mention.ordinal),
        date: date(row).map(|date| date.to_string()),
        source: source(row),
        title: &fact.article.title,
        url: fact.article.url.as_deref(),
        quote: &fact.mention.quote.text,
        verdict: verdict.outcome,
        stage_before: verdict.stage_before,
        stage_after: verdict.stage_after,
        alert: verdict.level,
        told: fact.told,
        rules: &fact.rules_version,
        because: &verdict.because,
        nearest_rejected: verdict.nearest_rejected.as_ref(),
        evidence: evidence_of(None, &row.text_hash, &fact.mention),
        sentence: &verdict.sentence,
        corrections: corrections.iter().map(|one| one.id.0).collect(),
    }
}

fn heading(file: &store::CommitmentFile) -> String {
    let commitment = &file.commitment;
    let stage = commitment.lateral.unwrap_or(commitment.stage).as_str().replace('_', " ");
    let since = commitment.stage_date.map_or(String::new(), |date| format!(" since {date}"));
    let mut out = format!("{}\n{}: {stage}{since}", commitment.gist, commitment.id);
    // Writing to a String cannot fail.
    if let Some(why) = commitment.dismissed {
        let _ = write!(out, "; dismissed as {}", why.in_words());
    }
    if commitment.muted {
        out.push_str("; muted");
    }
    if let Some(from) = &commitment.split_from {
        let _ = write!(out, "; told apart from {from}");
    }
    if !file.merged.is_empty() {
        let merged: Vec<String> = file.merged.iter().map(ToString::to_string).collect();
        let _ = write!(out, "; {} merged into it", merged.join(", "));
    }
    if commitment.unconfirmed {
        out.push_str("; only one source of low trust has told it so far");
    }
    if let Some(other) = &commitment.maybe_same_as {
        let _ = write!(out, "; perhaps the same as {other}");
    }
    out.push('\n');
    out
}

fn told(row: &EvidenceRow, corrections: &[&Correction], grounds: &Grounds<'_>) -> String {
    let (fact, verdict) = (&row.fact, &row.fact.verdict);
    let date = date(row).map_or("undated".to_owned(), |date| date.to_string());
    let mut out = format!(
        "\n{date} · {} · {} (mention {}:{})\n  “{}”\n  {}\n",
        verdict.outcome.as_str().to_uppercase(),
        source(row),
        fact.article.id,
        fact.mention.ordinal,
        fact.mention.quote.text.split_whitespace().collect::<Vec<_>>().join(" "),
        verdict.sentence
    );
    for reason in sentences(verdict, grounds) {
        let _ = writeln!(out, "    {reason}");
    }
    for one in corrections {
        let why = if one.reason.is_empty() { String::new() } else { format!(": {}", one.reason) };
        let _ = writeln!(
            out,
            "    correction {} by {} on {}, {}{why}",
            one.id,
            one.by,
            moment(one.at),
            said(&one.operation)
        );
    }
    out
}

/// Why the verdict is what it is.
fn sentences(verdict: &Verdict, grounds: &Grounds<'_>) -> Vec<String> {
    let tests = verdict.because.iter().map(|check| grounds.sentence(check));
    let near = verdict.nearest_rejected.iter().map(|near| grounds.not_taken(near));
    tests.chain(near).collect()
}
