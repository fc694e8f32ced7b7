//! `sources list` and `sources check`: the places that are polled, how they do, and what they hold now.

use std::fmt::Write as _;

use serde::Serialize;

use super::args::{Global, SourcesArguments, SourcesCheckArguments, SourcesCommand};
use super::failure::{Exit, Failure, Outcome};
use super::report::{json_line, print, short, table};
use super::session::{Looking, Session, runtime, store_failure};
use super::source_health;
use crate::config::{ConfiguredSource, nearest};
use crate::model::{SourceKind, Trust};
use crate::pipeline::look::Look;
use crate::pipeline::round::read_state;
use crate::source::PollState;
use crate::store::{self, SourceRow};

/// Runs one of them.
pub(super) fn run(global: &Global, arguments: &SourcesArguments) -> Outcome {
    let session = Session::begin(global, "warn")?;
    match &arguments.command {
        SourcesCommand::List(flag) => list(&session, flag.json),
        SourcesCommand::Check(check) => self::check(&session, check),
        SourcesCommand::Health(health) => source_health::health(&session, health),
        SourcesCommand::Stay(stay) => source_health::stay(&session, stay),
    }
}

/// `sources list --json`, one object per source.
#[derive(Serialize)]
struct SourceReport<'a> {
    id: &'a str,
    name: &'a str,
    url: &'a str,
    kind: &'static str,
    language: Option<crate::model::Language>,
    trust: Trust,
    enabled: bool,
    schedule: &'a str,
    zone: Option<String>,
    health: &'static str,
    state: String,
    next_poll: Option<jiff::Timestamp>,
    not_before: Option<jiff::Timestamp>,
    not_before_because: &'static str,
    last_success: Option<jiff::Timestamp>,
    failures: u32,
}

fn list(session: &Session, json: bool) -> Outcome {
    // Without a database nothing was ever polled.
    let rows = if session.database().exists() {
        let store = session.open_to_read()?;
        store
            .read_blocking(|connection| store::list_sources(connection, false))
            .map_err(store_failure)?
    } else {
        Vec::new()
    };
    let state = |one: &ConfiguredSource| -> PollState {
        let row: Option<&SourceRow> = rows.iter().find(|row| row.source.id == one.source.id);
        read_state(row.and_then(|row| Some(row.state.as_ref()?.json.as_str())))
    };
    let sources = &session.config.sources;
    if json {
        let lines: Result<String, Failure> =
            sources.iter().map(|one| json_line(&report(one, &state(one)))).collect();
        return print(&lines?);
    }
    let rows = sources.iter().map(|one| {
        let condition =
            if one.source.enabled { state(one).describe() } else { "disabled".to_owned() };
        vec![
            one.source.id.to_string(),
            one.source.language.map_or("-", |language| language.tag()).to_owned(),
            trust(one.source.trust).to_owned(),
            one.schedule.as_str().to_owned(),
            condition,
        ]
    });
    print(&table(&["ID", "LANG", "TRUST", "SCHEDULE", "STATE"], rows))
}

fn trust(trust: Trust) -> &'static str {
    match trust {
        Trust::Low => "low",
        Trust::Normal => "normal",
        Trust::High => "high",
    }
}

fn report<'a>(one: &'a ConfiguredSource, state: &PollState) -> SourceReport<'a> {
    SourceReport {
        id: one.source.id.as_str(),
        name: &one.source.name,
        url: &one.source.url,
        kind: match one.source.kind {
            SourceKind::Feed => "feed",
            SourceKind::Listing(_) => "listing",
        },
        language: one.source.language,
        trust: one.source.trust,
        enabled: one.source.enabled,
        schedule: one.schedule.as_str(),
        zone: one.schedule.zone().iana_name().map(ToOwned::to_owned),
        health: state.health.as_str(),
        state: state.describe(),
        next_poll: state.due,
        not_before: state.not_before,
        not_before_because: state.decided_by.words(),
        last_success: state.last_success,
        failures: state.failures,
    }
}

/// Fetches sources now, without validators and without storing anything; exit code 75 when one cannot be read.
fn check(session: &Session, arguments: &SourcesCheckArguments) -> Outcome {
    let chosen = choose(session, &arguments.names)?;
    let engine: Looking = session.engine_to_look()?;
    let mut failed = false;
    runtime()?.block_on(async {
        for one in chosen {
            let look = engine.look_at(one).await;
            failed |= look.error.is_some();
            print(&if arguments.json { json_line(&look)? } else { text(&look) })?;
        }
        Ok::<_, Failure>(())
    })?;
    Ok(if failed { Exit::Temporary } else { Exit::Done })
}

fn choose<'a>(
    session: &'a Session,
    names: &[String],
) -> Result<Vec<&'a ConfiguredSource>, Failure> {
    let sources = &session.config.sources;
    if names.is_empty() {
        return Ok(sources.iter().filter(|one| one.source.enabled).collect());
    }
    names
        .iter()
        .map(|name| {
            session.config.source(name).ok_or_else(|| {
                let ids = sources.iter().map(|one| one.source.id.as_str());
                let hint = nearest(name, ids)
                    .map_or_else(String::new, |near| format!("; did you mean \"{near}\"?"));
                Failure::new(Exit::Usage, format!("no source has the id \"{name}\"{hint}"))
            })
        })
        .collect()
}

fn text(look: &Look) -> String {
    let mut out = format!("{} <{}>\n", look.source, look.url);
    // Writing to a String cannot fail.
    if let Some(error) = &look.error {
        let _ = writeln!(out, "  cannot be read: {error} ({})\n", look.outcome);
        return out;
    }
    let _ = writeln!(
        out,
        "  {} entries, {} worth fetching, {} without a date, {} without a link",
        look.entries.len(),
        look.entries.iter().filter(|entry| entry.fetch).count(),
        look.entries.iter().filter(|entry| entry.published.is_none()).count(),
        look.entries.iter().filter(|entry| entry.link.is_none()).count()
    );
    for repair in &look.repairs {
        let _ = writeln!(out, "  repaired: {repair}");
    }
    for lost in look.lost.iter().take(5) {
        let _ = writeln!(out, "  lost: {lost}");
    }
    for entry in look.entries.iter().take(5) {
        let date = entry
            .published
            .map_or_else(|| "no date".to_owned(), |at| at.strftime("%Y-%m-%d %H:%MZ").to_string());
        let mark = if entry.fetch { "+" } else { " " };
        let _ = writeln!(out, "  {mark} {date}  {}", short(&entry.title, 90));
    }
    out.push('\n');
    out
}
