//! `doctor`: everything that an operator would look at, one line each, with what to do about it. Reads only.

mod database;
mod machine;
mod mail;
mod sources;

use std::fmt::Write as _;
use std::path::PathBuf;

use jiff::Timestamp;
use serde::Serialize;

use super::args::Global;
use super::failure::{Exit, Failure, Outcome};
use super::report::{json_line, print};
use super::session::Session;
use crate::config::{Config, Problems};

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Level {
    /// As it should be.
    Ok,
    /// It works, and somebody should look at it.
    Warn,
    /// Something does not work.
    Fail,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Finding {
    check: &'static str,
    level: Level,
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    remedy: Option<String>,
}

impl Finding {
    fn ok(check: &'static str, text: impl Into<String>) -> Self {
        Self { check, level: Level::Ok, text: text.into(), remedy: None }
    }

    fn warn(check: &'static str, text: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { check, level: Level::Warn, text: text.into(), remedy: Some(remedy.into()) }
    }

    fn fail(check: &'static str, text: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { check, level: Level::Fail, text: text.into(), remedy: Some(remedy.into()) }
    }
}

/// What all checks look at.
struct Patient {
    config: Config,
    data: PathBuf,
    database: PathBuf,
    now: Timestamp,
}

/// Looks at everything and says how bad the worst of it is.
pub(super) fn run(global: &Global, json: bool) -> Outcome {
    let findings = match Config::load(global.config.as_deref()) {
        Ok(config) => examine(Session::with(config, global, "error")),
        Err(problems) => vec![refused(&problems)],
    };
    let worst = findings.iter().map(|finding| finding.level).max().unwrap_or(Level::Ok);
    let out = if json {
        findings.iter().map(json_line).collect::<Result<String, Failure>>()?
    } else {
        text(&findings)
    };
    print(&out)?;
    let unreadable = findings.iter().any(|one| one.check == "configuration" && is_fail(one));
    Ok(match worst {
        _ if unreadable => Exit::Configuration,
        Level::Fail => Exit::Unavailable,
        Level::Ok | Level::Warn => Exit::Done,
    })
}

fn is_fail(finding: &Finding) -> bool {
    finding.level == Level::Fail
}

fn examine(session: Session) -> Vec<Finding> {
    let database = session.database();
    let patient =
        Patient { config: session.config, data: session.data, database, now: Timestamp::now() };
    let mut findings = vec![configuration(&patient)];
    let (state, mut of_database) = database::examine(&patient);
    findings.push(machine::clock(&patient, state.as_ref()));
    findings.push(machine::zones(&patient));
    findings.extend(machine::disk(&patient));
    findings.extend(machine::permissions(&patient));
    findings.append(&mut of_database);
    findings.extend(mail::examine(&patient));
    findings.extend(state.iter().flat_map(|state| database::outbox(&patient, state)));
    findings.push(sources::examine(&patient, state.as_ref()));
    findings
}

/// A configuration that the daemon would refuse: nothing else can be looked at.
fn refused(problems: &Problems) -> Finding {
    let first = problems.0.first().map(|problem| problem.message.clone()).unwrap_or_default();
    Finding::fail(
        "configuration",
        format!("{} problems, the first: {first}", problems.0.len()),
        "run `pledgewatch check-config`, which shows each with its place; nothing else was looked at",
    )
}

fn configuration(patient: &Patient) -> Finding {
    let config = &patient.config;
    let file = match &config.file {
        Some(file) => file.display().to_string(),
        None => "built in".to_owned(),
    };
    if let Err(problems) = config.topic() {
        return Finding::fail(
            "configuration",
            format!("the topic has {} problems", problems.0.len()),
            "run `pledgewatch check-config`, which shows each with its place",
        );
    }
    let enabled = config.sources.iter().filter(|one| one.source.enabled).count();
    if config.fetch.contact.is_none() && enabled > 0 {
        return Finding::warn(
            "configuration",
            format!("{file}; publishers are not told whom to ask"),
            "set `contact` in [fetch]",
        );
    }
    Finding::ok("configuration", file)
}

/// One line each; who is told what to do is told it on the same line.
fn text(findings: &[Finding]) -> String {
    let mut out = String::new();
    for finding in findings {
        let level = match finding.level {
            Level::Ok => "ok",
            Level::Warn => "warn",
            Level::Fail => "FAIL",
        };
        let remedy = finding.remedy.as_ref().map(|what| format!("; {what}")).unwrap_or_default();
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{level:<4}  {:<13}  {}{remedy}", finding.check, finding.text);
    }
    out
}
