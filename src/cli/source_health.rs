//! `sources health` and `sources stay`: where the program is blind or may be, and the way back from a move.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use super::args::{SourcesHealthArguments, SourcesStayArguments};
use super::failure::{Exit, Failure, Outcome};
use super::report::{json_line, moment_or_dash, print, table};
use super::session::{Session, store_failure};
use crate::config::{ConfiguredSource, nearest};
use crate::pipeline::round::read_state;
use crate::source::{self, Condition, Health, PollState};
use crate::store::{self, SourceState};

/// One source of `sources health --json`.
#[derive(Serialize)]
struct HealthReport<'a> {
    id: &'a str,
    name: &'a str,
    url: &'a str,
    polled_at: &'a str,
    health: Health,
    since: Option<jiff::Timestamp>,
    last_success: Option<jiff::Timestamp>,
    last_new: Option<jiff::Timestamp>,
    failures: u32,
    reason: Option<&'a str>,
    oddities: Vec<Oddity>,
    next_poll: Option<jiff::Timestamp>,
    not_before: Option<jiff::Timestamp>,
    not_before_because: &'static str,
    pages_refused_by_robots: u64,
    same_document_as: Option<&'a str>,
}

#[derive(Serialize)]
struct Oddity {
    code: &'static str,
    text: String,
}

/// The figures of all sources, in the last line of `sources health --json`.
#[derive(Serialize)]
struct Figures {
    figures: BTreeMap<String, u64>,
}

/// Shows the sources that are not as they should be, or all of them.
pub(super) fn health(session: &Session, arguments: &SourcesHealthArguments) -> Outcome {
    let (stored, refused) = if session.database().exists() {
        let store = session.open_to_read()?;
        store
            .read_blocking(|db| Ok((store::source_states(db)?, store::refused_pages(db)?)))
            .map_err(store_failure)?
    } else {
        (HashMap::new(), HashMap::new())
    };
    let sources = &session.config.sources;
    let states: Vec<PollState> = sources
        .iter()
        .map(|one| read_state(stored.get(one.source.id.as_str()).map(String::as_str)))
        .collect();
    let twins = source::twins(sources, &states);
    let lines: Vec<HealthReport<'_>> = sources
        .iter()
        .zip(&states)
        .zip(twins)
        .filter(|((one, _), _)| one.source.enabled)
        .map(|((one, state), twin)| HealthReport {
            pages_refused_by_robots: refused.get(one.source.id.as_str()).copied().unwrap_or(0),
            same_document_as: twin.map(|place| sources[place].source.id.as_str()),
            ..report(one, state)
        })
        .filter(|line| arguments.all || is_notable(line))
        .collect();
    let enabled = || sources.iter().zip(&states).filter(|(one, _)| one.source.enabled);
    if arguments.json {
        let figures = source::metrics(enabled().map(|(_, state)| state)).into_iter().collect();
        let mut out: String = lines.iter().map(json_line).collect::<Result<_, Failure>>()?;
        out += &json_line(&Figures { figures })?;
        return print(&out);
    }
    let summary = source::summary(enabled().map(|(_, state)| state));
    if lines.is_empty() {
        return print(&format!("{summary}\n"));
    }
    let rows = lines.iter().map(|line| {
        vec![
            line.id.to_owned(),
            line.health.to_string(),
            moment_or_dash(line.since),
            moment_or_dash(line.last_success),
            moment_or_dash(line.last_new),
            why(line),
        ]
    });
    let head = ["ID", "HEALTH", "SINCE", "LAST READ", "LAST NEW", "WHY"];
    print(&format!("{}\n{summary}\n", table(&head, rows)))
}

fn report<'a>(one: &'a ConfiguredSource, state: &'a PollState) -> HealthReport<'a> {
    HealthReport {
        id: one.source.id.as_str(),
        name: &one.source.name,
        url: &one.source.url,
        polled_at: state.address(&one.source.url),
        health: state.health,
        since: state.health_since,
        last_success: state.last_success,
        last_new: state.last_new,
        failures: state.failures,
        reason: state.last_failure.as_deref(),
        oddities: source::conditions(state).iter().map(oddity).collect(),
        next_poll: state.due,
        not_before: state.not_before,
        not_before_because: state.decided_by.words(),
        pages_refused_by_robots: 0,
        same_document_as: None,
    }
}

fn oddity(condition: &Condition) -> Oddity {
    Oddity { code: condition.code(), text: condition.to_string() }
}

/// Whether somebody should look at it.
fn is_notable(line: &HealthReport<'_>) -> bool {
    line.health.is_bad()
        || line.reason.is_some()
        || !line.oddities.is_empty()
        || line.pages_refused_by_robots > 0
        || line.same_document_as.is_some()
}

fn why(line: &HealthReport<'_>) -> String {
    let mut parts = Vec::new();
    if let Some(reason) = line.reason {
        parts.push(match line.failures {
            0 | 1 => reason.to_owned(),
            times => format!("{reason} {times} times in a row"),
        });
    }
    parts.extend(line.oddities.iter().map(|oddity| oddity.text.clone()));
    if let Some(twin) = line.same_document_as {
        parts.push(format!("leads to the same document as {twin}, which is read for both"));
    }
    if line.pages_refused_by_robots > 0 {
        parts.push(format!("robots.txt kept us from {} pages", line.pages_refused_by_robots));
    }
    if parts.is_empty() { "-".to_owned() } else { parts.join("; ") }
}

/// Takes a source back to its configured address, and lets no redirect move it again until that is changed.
pub(super) fn stay(session: &Session, arguments: &SourcesStayArguments) -> Outcome {
    let name = arguments.name.as_str();
    let Some(one) = session.config.source(name) else {
        let ids = session.config.sources.iter().map(|one| one.source.id.as_str());
        let hint = nearest(name, ids)
            .map_or_else(String::new, |near| format!("; did you mean \"{near}\"?"));
        return Err(Failure::new(Exit::Usage, format!("no source has the id \"{name}\"{hint}")));
    };
    let store = session.open_beside()?;
    let (id, now) = (one.source.id.clone(), jiff::Timestamp::now());
    let was = store
        .write_blocking(move |tx| {
            let states = store::source_states(tx)?;
            let state = read_state(states.get(id.as_str()).map(String::as_str));
            let was = state.adopted.clone();
            let state =
                PollState { adopted: None, moved: None, final_url: None, stays: true, ..state };
            let stored = SourceState {
                // A plain struct of numbers and text always has a JSON form.
                json: serde_json::to_string(&state).unwrap_or_else(|_| "{}".to_owned()),
                next_due: state.due,
                not_before: state.not_before,
                health: state.health.as_str().to_owned(),
            };
            store::save_state(tx, &id, &stored, now)?;
            Ok(was)
        })
        .map_err(store_failure)?;
    let url = &one.source.url;
    print(&match was {
        Some(adopted) => format!("{name} is read at {url} again, not at {}\n", adopted.to),
        None => format!("{name} stays at {url}, wherever it redirects to\n"),
    })
}
