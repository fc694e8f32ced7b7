//! `outbox list|retry|drop|bounced`: what waits, what was refused and why; send it again, or never; what came back.

mod bounced;

use jiff::Timestamp;
use serde::Serialize;

use crate::cli::args::{Global, JsonFlag};
use crate::cli::failure::{Exit, Failure, Outcome};
use crate::cli::report::{json_line, moment, print, short, table};
use crate::cli::session::{Session, store_failure};
use crate::model::OutboxId;
use crate::store::{self, MessageRow, MessageState, Store, StoreError, Transaction};
use bounced::BouncedArguments;

/// Rows of a list that nobody narrowed down.
const ROWS: u32 = 10_000;

/// `outbox`.
#[derive(Debug, clap::Args)]
pub struct OutboxArguments {
    /// What to do.
    #[command(subcommand)]
    pub command: OutboxCommand,
}

/// What to do with the outbox.
#[derive(Debug, clap::Subcommand)]
pub enum OutboxCommand {
    /// Messages that wait or were given up, with ways and addresses that are closed
    List(OutboxListArguments),
    /// Send messages again as soon as their way is open, also those that were given up; a closed way is tried at once
    Retry(OutboxChoice),
    /// Never send messages, and complain of them no more
    Drop(OutboxChoice),
    /// Read a report of mail that came back (RFC 3464) from the mail server: three bad addresses in a row over two days
    /// suspend the recipient
    Bounced(BouncedArguments),
}

/// `outbox list`.
#[derive(Debug, clap::Args)]
pub struct OutboxListArguments {
    /// Also those that have left or are told by others
    #[arg(long)]
    pub all: bool,
    /// Only those of this recipient
    #[arg(long, value_name = "ID")]
    pub recipient: Option<String>,
    /// As in every list.
    #[command(flatten)]
    pub form: JsonFlag,
}

/// Which messages.
#[derive(Debug, clap::Args)]
pub struct OutboxChoice {
    /// Numbers of messages, as `outbox list` shows them
    #[arg(value_name = "NUMBER", required_unless_present_any = ["recipient", "all"])]
    pub numbers: Vec<i64>,
    /// All of this recipient that wait or were given up; her address counts as good again
    #[arg(long, value_name = "ID", conflicts_with = "numbers")]
    pub recipient: Option<String>,
    /// All that wait or were given up
    #[arg(long, conflicts_with_all = ["numbers", "recipient"])]
    pub all: bool,
}

/// `outbox list --json`, one object per message.
#[derive(Serialize)]
struct MessageReport<'a> {
    id: i64,
    recipient: &'a str,
    channel: &'a str,
    kind: store::MessageKind,
    state: MessageState,
    given_up: bool,
    event: &'a str,
    attempts: u32,
    created: Timestamp,
    due: Timestamp,
    not_before: Timestamp,
    awaits_second_source: bool,
    message_id: Option<&'a str>,
    error: Option<&'a str>,
    answer: Option<&'a str>,
}

/// Runs one of them.
pub(super) fn run(global: &Global, arguments: &OutboxArguments) -> Outcome {
    let session = Session::begin(global, "warn")?;
    match &arguments.command {
        OutboxCommand::List(list) => self::list(&session.open_to_read()?, list),
        OutboxCommand::Retry(choice) => {
            change(&session.open_beside()?, choice, "sent again", retry)
        }
        OutboxCommand::Drop(choice) => change(&session.open_beside()?, choice, "dropped", drop_one),
        OutboxCommand::Bounced(report) => bounced::run(&session, report),
    }
}

fn list(store: &Store, arguments: &OutboxListArguments) -> Outcome {
    let mut rows = store
        .read_blocking(|connection| store::messages(connection, None, ROWS))
        .map_err(store_failure)?;
    rows.retain(|row| {
        (arguments.all || is_open(row))
            && arguments.recipient.as_ref().is_none_or(|id| *id == row.recipient)
    });
    rows.reverse();
    if arguments.form.json {
        let lines: Result<String, Failure> =
            rows.iter().map(|row| json_line(&report(row))).collect();
        return print(&lines?);
    }
    let trouble = store.read_blocking(store::trouble).map_err(store_failure)?;
    for line in &trouble.lines() {
        print(&format!("{line}\n"))?;
    }
    let lines = rows.iter().map(|row| {
        vec![
            row.id.to_string(),
            row.recipient.clone(),
            row.channel.clone(),
            state(row).to_owned(),
            if is_open(row) && !row.given_up { moment(row.not_before) } else { "-".to_owned() },
            row.attempts.to_string(),
            short(row.last_error.as_deref().or(row.answer.as_deref()).unwrap_or("-"), 60),
        ]
    });
    print(&table(&["ID", "RECIPIENT", "CHANNEL", "STATE", "NEXT", "TRIED", "SAID"], lines))
}

/// Whether anything can still become of it.
fn is_open(row: &MessageRow) -> bool {
    use MessageState::{Accepted, Merged, Rejected};
    row.given_up || !matches!(row.state, Accepted | Merged | Rejected)
}

fn state(row: &MessageRow) -> &'static str {
    match row.state {
        MessageState::Held if row.awaits_second => "held for a second source",
        MessageState::Held => "held",
        MessageState::Pending => "pending",
        MessageState::Sending => "sending",
        MessageState::Accepted => "accepted",
        MessageState::Deferred => "deferred",
        MessageState::Rejected if row.given_up => "given up",
        MessageState::Rejected => "withdrawn",
        MessageState::Unknown => "unknown",
        MessageState::Merged => "told by another",
    }
}

fn report(row: &MessageRow) -> MessageReport<'_> {
    MessageReport {
        id: row.id.0,
        recipient: &row.recipient,
        channel: &row.channel,
        kind: row.kind,
        state: row.state,
        given_up: row.given_up,
        event: &row.event_key,
        attempts: row.attempts,
        created: row.created,
        due: row.due,
        not_before: row.not_before,
        awaits_second_source: row.awaits_second,
        message_id: row.message_id.as_deref(),
        error: row.last_error.as_deref(),
        answer: row.answer.as_deref(),
    }
}

type Change = fn(&Transaction<'_>, &MessageRow, Timestamp) -> Result<bool, StoreError>;

/// A message goes out again: so its way is tried at once, and its address counts as good.
fn retry(tx: &Transaction<'_>, row: &MessageRow, now: Timestamp) -> Result<bool, StoreError> {
    let again = store::retry_message(tx, row.id, now)?.is_some();
    if again {
        store::open_way(tx, &row.channel, now)?;
        store::forget_refusals(tx, &row.recipient, &row.channel)?;
    }
    Ok(again)
}

fn drop_one(tx: &Transaction<'_>, row: &MessageRow, now: Timestamp) -> Result<bool, StoreError> {
    Ok(store::drop_message(tx, row.id, "dropped by the operator", now)?.is_some())
}

/// Changes the chosen messages in one transaction; exit code 65 when one that was named cannot be.
fn change(store: &Store, choice: &OutboxChoice, done: &str, change: Change) -> Outcome {
    let (numbers, recipient) = (choice.numbers.clone(), choice.recipient.clone());
    let now = Timestamp::now();
    let (changed, missing) = store
        .write_blocking(move |tx| {
            let mut missing = Vec::new();
            let mut rows = Vec::new();
            for number in &numbers {
                match store::message(tx, OutboxId(*number))? {
                    Some((row, _)) => rows.push(row),
                    None => missing.push(*number),
                }
            }
            if numbers.is_empty() {
                rows = store::messages(tx, None, ROWS)?;
                rows.retain(is_open);
            }
            rows.retain(|row| recipient.as_ref().is_none_or(|id| *id == row.recipient));
            if let Some(id) = &recipient {
                for refused in store::refusals(tx)?.iter().filter(|row| row.recipient == *id) {
                    store::forget_refusals(tx, id, &refused.channel)?;
                }
            }
            let mut changed = 0;
            for row in &rows {
                if change(tx, row, now)? {
                    changed += 1;
                } else if !numbers.is_empty() {
                    missing.push(row.id.0);
                }
            }
            Ok((changed, missing))
        })
        .map_err(store_failure)?;
    print(&format!("{changed} messages {done}\n"))?;
    if missing.is_empty() {
        return Ok(Exit::Done);
    }
    let missing: Vec<String> = missing.iter().map(i64::to_string).collect();
    Err(Failure::new(
        Exit::Data,
        format!(
            "not {done}, because there is no such message, or it has left, is under way or was never written: {}",
            missing.join(", ")
        ),
    ))
}
