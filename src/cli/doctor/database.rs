//! The database: sound, of the right schema, in nobody's way; its copies; the messages in it; the daemon on it.

use jiff::{SignedDuration, Timestamp};

use super::{Finding, Patient};
use crate::cli::report::counted;
use crate::config::amount::show_duration;
use crate::pipeline::round::read_state;
use crate::pipeline::{audit, chain};
use crate::source::PollState;
use crate::store::{self, Options, Status, Store, StoreError, Trouble};

/// A log that has grown so long is not brought into the file: somebody holds it open.
const LONG_LOG: u64 = 256 << 20;
/// A copy older than this is none.
const OLD_COPY: SignedDuration = SignedDuration::from_hours(8 * 24);

/// What the database says.
pub(super) struct State {
    /// Its counts.
    pub status: Status,
    /// What keeps people from being told.
    pub trouble: Trouble,
    /// The newest moment in it.
    pub newest: Option<Timestamp>,
    /// The states of the configured, enabled sources, with their ids.
    pub sources: Vec<(String, PollState)>,
    /// How many minutes the clock was ahead of each server that was heard lately.
    pub clocks_ahead: Vec<i64>,
}

/// The database, its copies, the daemon; and what it says, where it can be read.
pub(super) fn examine(patient: &Patient) -> (Option<State>, Vec<Finding>) {
    if !patient.database.exists() {
        let text = format!("none yet at {}", patient.database.display());
        return (None, vec![Finding::ok("database", text)]);
    }
    let mut findings = Vec::new();
    let known = store::schema_version();
    let schema = match store::verify(&patient.database) {
        Ok(schema) if schema < known => {
            findings.push(Finding::warn(
                "database",
                format!("sound; schema {schema}, and this pledgewatch writes {known}"),
                "the daemon upgrades it at its next start, after a copy",
            ));
            None
        }
        Ok(schema) => Some(schema),
        Err(error) => {
            findings.push(Finding::fail("database", chain(&error), way_out(&error)));
            None
        }
    };
    let mut faults = Vec::new();
    let state = schema.and_then(|_| read(patient, &mut faults));
    if let Some(schema) = schema {
        findings.push(whole(patient, schema, state.as_ref()));
    }
    findings.append(&mut faults);
    findings.push(copies(patient));
    findings.push(daemon(patient));
    (state, findings)
}

/// A database that is whole; its log may still be too long. Its size is that of `status`: pages that are still in the
/// log count.
fn whole(patient: &Patient, schema: u32, state: Option<&State>) -> Finding {
    let size = |path: &str| std::fs::metadata(path).map_or(0, |about| about.len());
    let name = patient.database.display().to_string();
    let log = size(&format!("{name}-wal"));
    let bytes = state.map_or_else(|| size(&name), |state| state.status.bytes);
    let text = format!("sound; schema {schema}, {} kB and a log of {} kB", bytes >> 10, log >> 10);
    if log > LONG_LOG {
        return Finding::warn(
            "database",
            text,
            "some program reads it without end, so that the log cannot be emptied: find it with `fuser` and end it",
        );
    }
    Finding::ok("database", text)
}

fn way_out(error: &StoreError) -> &'static str {
    match error {
        StoreError::Corrupt { .. } => "stop the daemon, then `pledgewatch restore COPY`",
        StoreError::Newer { .. } => {
            "install the newer pledgewatch, or see \"Back to an older version\" in docs/operate.md"
        }
        _ => "see docs/operate.md",
    }
}

fn read(patient: &Patient, findings: &mut Vec<Finding>) -> Option<State> {
    let late = audit::late_since(patient.now);
    let read = Store::open(Options::reading(&patient.database)).and_then(|store| {
        store.read_blocking(|connection| {
            let status = store::status(connection)?;
            let trouble = store::trouble_at(connection, late)?;
            let newest = store::newest_moment(connection)?;
            Ok((status, trouble, newest, store::source_states(connection)?))
        })
    });
    match read {
        Ok((status, trouble, newest, stored)) => {
            let sources: Vec<(String, PollState)> = patient
                .config
                .sources
                .iter()
                .filter(|one| one.source.enabled)
                .map(|one| {
                    let id = one.source.id.to_string();
                    let state = read_state(stored.get(&id).map(String::as_str));
                    (id, state)
                })
                .collect();
            let clocks_ahead = sources
                .iter()
                .filter(|(_, state)| {
                    state.last_success.is_some_and(|at| {
                        patient.now.duration_since(at).abs() < SignedDuration::from_hours(24)
                    })
                })
                .map(|(_, state)| state.clock_ahead)
                .collect();
            Some(State { status, trouble, newest, sources, clocks_ahead })
        }
        Err(error) => {
            findings.push(Finding::fail("database", chain(&error), "see docs/operate.md"));
            None
        }
    }
}

/// Whether there is a copy to go back to.
fn copies(patient: &Patient) -> Finding {
    const REMEDY: &str = "let `pledgewatch backup` run every night (docs/operate.md)";
    let folder = patient.data.join(&patient.config.store.backups);
    let copies = store::dated_copies(&folder, &patient.database).unwrap_or_default();
    let Some((newest, made)) =
        copies.last().and_then(|path| Some((path, std::fs::metadata(path).ok()?.modified().ok()?)))
    else {
        return Finding::warn("backup", format!("no copy in {}", folder.display()), REMEDY);
    };
    let age = Timestamp::try_from(made)
        .map_or(SignedDuration::ZERO, |made| patient.now.duration_since(made));
    if age > OLD_COPY {
        let text = format!(
            "the newest copy in {} is of {} days ago",
            folder.display(),
            age.as_hours() / 24
        );
        return Finding::warn("backup", text, REMEDY);
    }
    let count = counted(copies.len(), "copy", "copies");
    Finding::ok("backup", format!("{count}, the newest {}", newest.display()))
}

/// Whether anybody works on it.
fn daemon(patient: &Patient) -> Finding {
    match store::running(&patient.database) {
        Some(Some(process)) => Finding::ok("daemon", format!("runs as process {process}")),
        Some(None) => Finding::ok("daemon", "runs"),
        None => Finding::warn("daemon", "does not run", "systemctl start pledgewatch"),
    }
}

/// What waits to be told, and what keeps it.
pub(super) fn outbox(patient: &Patient, state: &State) -> Vec<Finding> {
    let lines = state.trouble.lines();
    if !lines.is_empty() {
        let told = "see `pledgewatch outbox list` and docs/mail.md";
        return lines.into_iter().map(|line| Finding::fail("outbox", line, told)).collect();
    }
    let waiting: u64 = ["held", "pending", "deferred", "unknown", "sending"]
        .iter()
        .filter_map(|word| state.status.messages.get(*word))
        .sum();
    let since = state
        .status
        .oldest_due_message
        .filter(|due| *due < patient.now)
        .map_or_else(String::new, |due| {
            format!(", the first due {} ago", show_duration(whole_seconds(patient.now, due)))
        });
    let verb = if waiting == 1 { "message waits" } else { "messages wait" };
    vec![Finding::ok("outbox", format!("{waiting} {verb}{since}"))]
}

fn whole_seconds(now: Timestamp, then: Timestamp) -> SignedDuration {
    SignedDuration::from_secs(now.duration_since(then).as_secs())
}
