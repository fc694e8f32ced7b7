//! `ledger`: the commitments known, the evidence for each, and what people correct.

pub mod args;
pub(super) mod changes;
mod correct;
pub(super) mod corrections;

use std::fmt::Write as _;

use serde::Serialize;

use crate::cli::args::{
    Global, LedgerArguments, LedgerCommand, LedgerListArguments, LedgerShowArguments,
};
use crate::cli::failure::{Exit, Failure, Outcome};
use crate::cli::report::{json_line, print, short, table};
use crate::cli::session::{Session, store_failure};
use crate::config::nearest;
use crate::ledger::corrections::{Correction, Operation};
use crate::model::{Commitment, CommitmentId, Kind, Mention, SetField, Verdict};
use crate::pipeline;
use crate::store::{self, ArticleRef, CommitmentFile, Fact, LedgerFilter};

/// Runs one of them.
pub(super) fn run(global: &Global, arguments: &LedgerArguments) -> Outcome {
    let session = Session::begin(global, "warn")?;
    match &arguments.command {
        LedgerCommand::List(list) => self::list(&session, list),
        LedgerCommand::Show(show) => self::show(&session, show),
        LedgerCommand::Correct(correction) => correct::run(&session, correction),
        LedgerCommand::Export(export) => crate::cli::export::run(&session, export),
    }
}

fn list(session: &Session, arguments: &LedgerListArguments) -> Outcome {
    let filter = LedgerFilter {
        kind: arguments.kind.as_deref().map(kind).transpose()?,
        stage: arguments.stage,
        dismissed: arguments.dismissed,
        ..LedgerFilter::default()
    };
    let store = session.open_to_read()?;
    let mut commitments = store
        .read_blocking(|connection| store::list_commitments(connection, &filter))
        .map_err(store_failure)?;
    if !arguments.register {
        commitments.retain(|commitment| commitment.founded_by.is_some() || commitment.sources > 0);
    }
    if arguments.json {
        let lines: Result<String, Failure> = commitments.iter().map(json_line).collect();
        return print(&lines?);
    }
    if commitments.is_empty() {
        return print("no commitments yet\n");
    }
    let rows = commitments.iter().map(|commitment| {
        vec![
            commitment.id.to_string(),
            standing(commitment),
            commitment.stage_date.map_or_else(|| "-".to_owned(), |date| date.to_string()),
            commitment.last_seen.map_or_else(|| "-".to_owned(), |date| date.to_string()),
            commitment.sources.to_string(),
            short(&commitment.gist, 160),
        ]
    });
    print(&table(&["ID", "STAGE", "SINCE", "LAST TOLD", "SOURCES", "COMMITMENT"], rows))
}

fn kind(word: &str) -> Result<Kind, Failure> {
    Kind::ALL.iter().copied().find(|kind| kind.as_str() == word).ok_or_else(|| {
        let words = Kind::ALL.iter().map(|kind| kind.as_str());
        let hint = nearest(word, words.clone()).map_or_else(
            || format!("the kinds are {}", words.collect::<Vec<_>>().join(", ")),
            |near| format!("did you mean \"{near}\"?"),
        );
        Failure::new(Exit::Usage, format!("there is no kind of commitment \"{word}\"; {hint}"))
    })
}

/// The stage in words, with the lateral state that hides it, and whether one source of low trust is all that tells it.
fn standing(commitment: &Commitment) -> String {
    let stage = commitment.stage.as_str().replace('_', " ");
    let standing = match commitment.lateral {
        Some(lateral) => format!("{lateral} (was {stage})"),
        None => stage,
    };
    if commitment.unconfirmed { format!("{standing}, unconfirmed") } else { standing }
}

/// `ledger show --json`.
#[derive(Serialize)]
struct FileReport<'a> {
    commitment: &'a Commitment,
    instrument: Option<&'a crate::model::Instrument>,
    merged: &'a [CommitmentId],
    evidence: Vec<EvidenceReport<'a>>,
}

#[derive(Serialize)]
struct EvidenceReport<'a> {
    article: i64,
    title: &'a str,
    url: Option<&'a str>,
    source: Option<&'a str>,
    published: Option<String>,
    verdict: &'a Verdict,
    told: crate::model::AlertLevel,
    mention: &'a Mention,
}

fn show(session: &Session, arguments: &LedgerShowArguments) -> Outcome {
    let store = session.open_to_read()?;
    let id = commitment_named(&store, &arguments.id)?;
    let file = store
        .read_blocking(|connection| store::show_commitment(connection, &id))
        .map_err(store_failure)?
        .ok_or_else(|| unknown(&arguments.id, []))?;
    if arguments.json {
        let report = FileReport {
            commitment: &file.commitment,
            instrument: file.instrument.as_ref(),
            merged: &file.merged,
            evidence: file.facts.iter().map(evidence).collect(),
        };
        return print(&json_line(&report)?);
    }
    let log = store.read_blocking(pipeline::corrections::log).map_err(store_failure)?;
    print(&text(&file, &log))
}

fn evidence(fact: &Fact) -> EvidenceReport<'_> {
    EvidenceReport {
        article: fact.article.id.0,
        title: &fact.article.title,
        url: fact.article.url.as_deref(),
        source: fact.article.source_name.as_deref(),
        published: fact.article.published.map(|published| published.date.to_string()),
        verdict: &fact.verdict,
        told: fact.told,
        mention: &fact.mention,
    }
}

/// The one commitment whose id begins like this.
pub(super) fn commitment_named(
    store: &store::Store,
    beginning: &str,
) -> Result<CommitmentId, Failure> {
    let exact = CommitmentId::new(beginning);
    let known = store
        .read_blocking(|connection| store::show_commitment(connection, &exact))
        .map_err(store_failure)?;
    if known.is_some() {
        return Ok(exact);
    }
    let filter = LedgerFilter { dismissed: true, ..LedgerFilter::default() };
    let all = store
        .read_blocking(|connection| store::list_commitments(connection, &filter))
        .map_err(store_failure)?;
    let mut matching = all.iter().filter(|one| one.id.as_str().starts_with(beginning));
    match (matching.next(), matching.next()) {
        (Some(one), None) => Ok(one.id.clone()),
        (Some(one), Some(other)) => Err(Failure::new(
            Exit::Usage,
            format!(
                "\"{beginning}\" begins more than one id ({}, {}, ...); give more of it",
                one.id, other.id
            ),
        )),
        (None, _) => Err(unknown(beginning, all.iter().map(|one| one.id.as_str()))),
    }
}

fn unknown<'a>(id: &str, known: impl IntoIterator<Item = &'a str>) -> Failure {
    let near =
        nearest(id, known).map_or_else(String::new, |near| format!("; the nearest is {near}"));
    Failure::new(
        Exit::Usage,
        format!("no commitment has the id \"{id}\"{near}; `pledgewatch ledger list` shows all"),
    )
}

fn text(file: &CommitmentFile, log: &[Correction]) -> String {
    let commitment = &file.commitment;
    let mut out = format!("{}\n{}\n\n", commitment.gist, commitment.id);
    let mut line = |label: &str, value: &str| {
        if !value.is_empty() {
            // Writing to a String cannot fail.
            let _ = writeln!(out, "{label:<12} {value}");
        }
    };
    line("stage", &standing(commitment));
    line("since", &commitment.stage_date.map(|date| date.to_string()).unwrap_or_default());
    line("kind", commitment.kind.as_str());
    line("parties", &commitment.parties.join(", "));
    let instrument = file.instrument.as_ref().map(|one| format!("{} ({})", one.name, one.id));
    line("instrument", &instrument.unwrap_or_default());
    line("topics", &commitment.topics.join(", "));
    let anchors: Vec<String> = commitment
        .anchors
        .iter()
        .map(|anchor| format!("{} {}", anchor.kind, anchor.value))
        .collect();
    line("details", &anchors.join("; "));
    line("due", &commitment.due.map(|date| date.to_string()).unwrap_or_default());
    line("sources", &commitment.sources.to_string());
    line("told", file.told.as_str());
    line(
        "unconfirmed",
        if commitment.unconfirmed {
            "one source of low trust is all that tells this stage"
        } else {
            ""
        },
    );
    let dismissed = commitment.dismissed.map(|why| format!("as {}", why.in_words()));
    line("dismissed", &dismissed.unwrap_or_default());
    line(
        "muted",
        if commitment.muted { "interrupts nobody; digests go on telling it" } else { "" },
    );
    for set in &commitment.set {
        line("set", &set_text(set, &file.facts, log));
    }
    let merged: Vec<String> = file.merged.iter().map(ToString::to_string).collect();
    line("merged", &merged.join(", "));
    line(
        "split from",
        &commitment.split_from.as_ref().map(ToString::to_string).unwrap_or_default(),
    );
    let retired = file.retired_at.map(|at| {
        format!("since {}: no article speaks of it any more", crate::cli::report::moment(at))
    });
    line("withdrawn", &retired.unwrap_or_default());
    let candidate = commitment.maybe_same_as.as_ref().map(ToString::to_string);
    line("perhaps", &candidate.map(|id| format!("the same as {id}")).unwrap_or_default());
    let history: Vec<String> = commitment
        .history
        .iter()
        .map(|step| {
            let date = step.event_date.map_or_else(|| "?".to_owned(), |date| date.to_string());
            format!("{} {date}", step.stage)
        })
        .collect();
    line("history", &history.join(" → "));
    for fact in &file.facts {
        out.push_str(&fact_text(fact));
    }
    out
}

/// A field that people set: who, when and why, and what the program had read until then, in which mention.
fn set_text(set: &SetField, facts: &[Fact], log: &[Correction]) -> String {
    let line = log.iter().find(|line| line.id == set.correction);
    let said = line.map_or_else(String::new, |line| {
        let why = if line.reason.is_empty() { String::new() } else { format!(": {}", line.reason) };
        format!(" by {} on {}{why}", line.by, line.at.strftime("%Y-%m-%d"))
    });
    let value = line.and_then(|line| match &line.operation {
        Operation::Set { value, after, .. } => Some((value, *after)),
        _ => None,
    });
    let source = value.and_then(|(value, after)| {
        let mut read = facts.iter().filter(|fact| fact.article.id <= after);
        read.rfind(|fact| value.is_read_in(&fact.mention, &set.was))
    });
    let source = source.map_or_else(String::new, |fact| {
        format!(", as read in {}:{}", fact.article.id, fact.mention.ordinal)
    });
    format!(
        "{} to {}{said} (correction {}); was {}{source}",
        set.field.replace('-', " "),
        set.value,
        set.correction,
        set.was
    )
}

fn fact_text(fact: &Fact) -> String {
    let mention = &fact.mention;
    format!(
        "\n{}:{} · {} · {} · {} · {}\n  “{}”\n  {}\n",
        fact.article.id,
        mention.ordinal,
        cited(&fact.article),
        fact.verdict.outcome,
        mention.stage,
        fact.told,
        mention.quote.text.trim(),
        fact.verdict.sentence
    )
}

/// An article as it is cited in lists.
fn cited(article: &ArticleRef) -> String {
    let date = article.published.map_or_else(
        || article.arrived.strftime("%Y-%m-%d").to_string(),
        |published| published.date.to_string(),
    );
    let source = article.source_name.as_deref().unwrap_or("given by hand");
    let address = article.url.as_deref().map(|url| format!(" <{url}>")).unwrap_or_default();
    format!("{date} {source}: {} [article {}]{address}", article.title, article.id)
}
