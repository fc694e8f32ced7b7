//! The places that are polled: how they do, what they hold now, and changes to the file that lists them.

mod check;
mod discover;
mod edit;

use serde::Serialize;

use super::args::{Global, SourcesArguments, SourcesCommand, SourcesExportArguments};
use super::failure::{Failure, Outcome};
use super::report::{json_line, print, table};
use super::session::{Session, store_failure};
use super::source_health;
use crate::config::ConfiguredSource;
use crate::feed::{self, ListedFeed};
use crate::model::{SourceKind, Trust};
use crate::pipeline::round::read_state;
use crate::source::PollState;
use crate::store::{self, SourceRow};

/// Runs one of them.
pub(super) fn run(global: &Global, arguments: &SourcesArguments) -> Outcome {
    let begun = match &arguments.command {
        SourcesCommand::Add(_) | SourcesCommand::Import(_) => edit::begin(global)?,
        _ => None,
    };
    let outcome = Session::begin(global, "warn").and_then(|session| of(&session, arguments));
    if let (Some(path), Err(_)) = (begun, &outcome) {
        // An empty list would be read as one that asks for nothing.
        let _ = std::fs::remove_file(path);
    }
    outcome
}

fn of(session: &Session, arguments: &SourcesArguments) -> Outcome {
    match &arguments.command {
        SourcesCommand::List(flag) => list(session, flag.json),
        SourcesCommand::Check(check) => check::run(session, check),
        SourcesCommand::Discover(discover) => discover::run(session, discover),
        SourcesCommand::Add(add) => edit::add(session, add),
        SourcesCommand::Enable(names) => edit::enable(session, &names.names, true),
        SourcesCommand::Disable(names) => edit::enable(session, &names.names, false),
        SourcesCommand::Remove(names) => edit::remove(session, &names.names),
        SourcesCommand::Import(import) => edit::import(session, import),
        SourcesCommand::Export(all) => export(session, all),
        SourcesCommand::Health(health) => source_health::health(session, health),
        SourcesCommand::Stay(stay) => source_health::stay(session, stay),
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

/// The configured feeds as OPML, for other programs.
fn export(session: &Session, arguments: &SourcesExportArguments) -> Outcome {
    let feeds: Vec<ListedFeed> = session
        .config
        .sources
        .iter()
        .filter(|one| one.source.kind == SourceKind::Feed)
        .filter(|one| one.source.enabled || arguments.all)
        .map(|one| ListedFeed {
            name: one.source.name.clone(),
            url: one.source.url.clone(),
            site: None,
            folders: Vec::new(),
            language: one.source.language.map(|language| language.tag().to_owned()),
        })
        .collect();
    print(&feed::write_opml("Sources of pledgewatch", &feeds))
}
