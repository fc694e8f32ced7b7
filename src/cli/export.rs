//! `ledger export`: the ledger for other programs, row by row.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use super::args::{ExportFormat, LedgerExportArguments};
use super::failure::{Exit, Failure, Outcome};
use super::session::{Session, store_failure};
use crate::export::{
    self, Coding, EventSystem, EventTable, Evidence, EvidenceTable, ExportError, JsonLines,
};
use crate::model::PartialDate;
use crate::store::{
    Connection, EvidenceRow, LedgerEntry, LedgerStep, Store, StoreError, walk_ledger, walk_mentions,
};

/// Runs the command.
pub(super) fn run(session: &Session, arguments: &LedgerExportArguments) -> Outcome {
    let events = matches!(arguments.format, ExportFormat::Cameo | ExportFormat::Plover);
    if arguments.dyadic && !events {
        return Err(Failure::new(
            Exit::Usage,
            "--dyadic is for --format cameo and --format plover: other forms list all parties",
        ));
    }
    let period = Period { from: arguments.from, to: arguments.to };
    if let (Some(from), Some(to)) = (period.from, period.to)
        && from.earliest() > to.latest()
    {
        return Err(Failure::new(Exit::Usage, format!("--from {from} is after --to {to}")));
    }
    let store = session.open_to_read()?;
    let Some(path) = &arguments.output else {
        let out = BufWriter::new(io::stdout().lock());
        return match write(&store, arguments, period, out) {
            Err(Stop::Export(error)) if error.is_closed_pipe() => Ok(Exit::Done),
            ended => ended.map(|()| Exit::Done).map_err(|stop| stop.failure("standard output")),
        };
    };
    to_file(&store, arguments, period, path).map(|()| Exit::Done)
}

/// Writes beside the file and puts the whole in its place, so that an export cut short never looks complete.
fn to_file(
    store: &Store,
    arguments: &LedgerExportArguments,
    period: Period,
    path: &Path,
) -> Result<(), Failure> {
    let place = path.display().to_string();
    let refused =
        |error: io::Error| Failure::new(Exit::Io, format!("cannot write {place}: {error}"));
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{}.part", std::process::id()));
    let part = Path::new(&name);
    let file = File::create(part).map_err(refused)?;
    let written = write(store, arguments, period, BufWriter::new(&file))
        .map_err(|stop| stop.failure(&place))
        .and_then(|()| file.sync_all().map_err(refused))
        .and_then(|()| fs::rename(part, path).map_err(refused));
    if written.is_err() {
        // The export is reported as failed; what is left of it would only take room.
        let _ = fs::remove_file(part);
    }
    written
}

/// Why an export ended early.
#[derive(Debug)]
enum Stop {
    Store(StoreError),
    Export(ExportError),
    Coding(export::CodingFault),
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<ExportError> for Stop {
    fn from(error: ExportError) -> Self {
        Self::Export(error)
    }
}

impl Stop {
    fn failure(self, place: &str) -> Failure {
        match self {
            Self::Store(error) => store_failure(error),
            Self::Export(error) => Failure::new(Exit::Io, format!("{place}: {error}")),
            Self::Coding(fault) => Failure::new(Exit::Configuration, fault.to_string()),
        }
    }
}

fn write(
    store: &Store,
    arguments: &LedgerExportArguments,
    period: Period,
    out: impl Write,
) -> Result<(), Stop> {
    let read = store.read_blocking(|connection| {
        let ended = match arguments.format {
            ExportFormat::Csv => table(connection, period, out),
            ExportFormat::Jsonl => lines(connection, period, out),
            ExportFormat::Cameo => {
                events(connection, period, EventSystem::Cameo, arguments.dyadic, out)
            }
            ExportFormat::Plover => {
                events(connection, period, EventSystem::Plover, arguments.dyadic, out)
            }
        };
        match ended {
            Err(Stop::Store(error)) => Err(error),
            other => Ok(other),
        }
    });
    read.map_err(Stop::Store)?
}

/// The dates of articles that are exported, both ends included.
#[derive(Clone, Copy)]
struct Period {
    from: Option<PartialDate>,
    to: Option<PartialDate>,
}

impl Period {
    fn holds(self, row: &EvidenceRow) -> bool {
        let article = &row.fact.article;
        let date = article.published.map_or_else(
            || PartialDate::Day(article.arrived.to_zoned(jiff::tz::TimeZone::UTC).date()),
            |published| published.date,
        );
        self.from.is_none_or(|from| date.latest() >= from.earliest())
            && self.to.is_none_or(|to| date.earliest() <= to.latest())
    }
}

fn table(connection: &Connection, period: Period, out: impl Write) -> Result<(), Stop> {
    let mut table = EvidenceTable::begin(out);
    walk_ledger::<Stop>(connection, &mut |step| match step {
        LedgerStep::Entry(entry) => {
            table.commitment(&file(*entry));
            Ok(())
        }
        LedgerStep::Evidence(row) if period.holds(&row) => Ok(table.evidence(&evidence(*row))?),
        LedgerStep::Evidence(_) => Ok(()),
    })?;
    Ok(table.finish()?)
}

fn lines(connection: &Connection, period: Period, out: impl Write) -> Result<(), Stop> {
    let mut lines = JsonLines::begin(out);
    // A commitment without evidence in the period has no line: it waits here for its first.
    let mut waiting = None;
    walk_ledger::<Stop>(connection, &mut |step| match step {
        LedgerStep::Entry(entry) => {
            waiting = Some(file(*entry));
            Ok(())
        }
        LedgerStep::Evidence(row) if period.holds(&row) => {
            if let Some(file) = waiting.take() {
                lines.commitment(&file)?;
            }
            Ok(lines.evidence(&evidence(*row))?)
        }
        LedgerStep::Evidence(_) => Ok(()),
    })?;
    Ok(lines.finish()?)
}

fn events(
    connection: &Connection,
    period: Period,
    system: EventSystem,
    dyadic: bool,
    out: impl Write,
) -> Result<(), Stop> {
    let coding = Coding::shipped().map_err(Stop::Coding)?;
    let mut table = EventTable::begin(out, coding, system, dyadic)?;
    walk_mentions::<Stop>(connection, &mut |mut row| {
        if !period.holds(&row) {
            return Ok(());
        }
        let commitment = row.fact.commitment.take();
        Ok(table.write(&evidence(row), commitment.as_ref())?)
    })?;
    Ok(table.finish()?)
}

fn file(entry: LedgerEntry) -> export::File {
    let LedgerEntry { commitment, instrument, merged } = entry;
    export::File { commitment, instrument, merged }
}

/// A stored row as evidence.
fn evidence(row: EvidenceRow) -> Evidence {
    let EvidenceRow { fact, fingerprint, text_hash } = row;
    let article = fact.article;
    Evidence {
        article: export::Source {
            id: article.id.0,
            title: article.title,
            url: article.url,
            source: article.source.map(|source| source.0),
            source_name: article.source_name,
            trust: article.trust,
            published: article.published,
            arrived: article.arrived,
            language: article.language,
            text_hash,
            story: article.story.0,
        },
        mention_id: fact.mention_id.0,
        fingerprint,
        mention: fact.mention,
        verdict_id: fact.id.0,
        verdict: fact.verdict,
        told: fact.told,
        lowered_by: fact.lowered_by,
        judged: fact.at,
        rules_version: fact.rules_version,
    }
}
