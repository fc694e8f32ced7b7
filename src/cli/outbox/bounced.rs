//! `outbox bounced`: the mail server hands over what came back, and addresses that are dead are suspended.

use jiff::Timestamp;

use crate::cli::failure::{Exit, Failure, Outcome};
use crate::cli::input;
use crate::cli::report::print;
use crate::cli::session::{Session, store_failure};
use crate::notify::backoff;
use crate::notify::bounce::{self, Bounce, NoBounce, Says};
use crate::store::{self, MessageState, StoreError, Transaction};

/// `outbox bounced`.
#[derive(Debug, clap::Args)]
pub struct BouncedArguments {
    /// The message that came back; standard input when absent
    #[arg(value_name = "FILE", default_value = "-")]
    pub file: String,
    /// The address it was delivered to, where the mail server says so (in Postfix "${ORIGINAL_RECIPIENT}")
    #[arg(long, value_name = "ADDRESS")]
    pub to: Option<String>,
}

/// What became of a report.
enum Done {
    Counted { times: u32, suspended: bool },
    Known,
    Noted,
    Nothing,
    Unknown(&'static str),
}

/// Reads one report and counts it.
pub(super) fn run(session: &Session, arguments: &BouncedArguments) -> Outcome {
    let config = &session.config;
    let Some(bounces) = config.mail.bounces.clone() else {
        return Err(Failure::new(
            Exit::Configuration,
            "no address for bounces is configured, so nothing can come back to it; set [mail] bounces",
        ));
    };
    let bytes = input::bytes(&arguments.file)?;
    let bounce = match bounce::read(&bytes, arguments.to.as_deref(), &bounces) {
        Ok(bounce) => bounce,
        // Whoever pipes mail here must not be told to send it back once more.
        Err(NoBounce::NoReport) => return print(&format!("{}\n", NoBounce::NoReport)),
        Err(error) => return Err(Failure::new(Exit::Data, error.to_string())),
    };
    let known = config.recipients.iter().find(|one| one.id == bounce.recipient);
    let address = known.map(|one| one.address.clone());
    let told = bounce.clone();
    let done = session
        .open_beside()?
        .write_blocking(move |tx| count(tx, &bounce, address.as_deref(), Timestamp::now()))
        .map_err(store_failure)?;
    print(&sentence(&told, &done))
}

fn count(
    tx: &Transaction<'_>,
    bounce: &Bounce,
    address: Option<&str>,
    now: Timestamp,
) -> Result<Done, StoreError> {
    let Some(address) = address else { return Ok(Done::Unknown("no recipient has this id now")) };
    let Some((message, _)) = store::message(tx, bounce.row)? else {
        return Ok(Done::Unknown("there is no such message"));
    };
    let bare = |id: &str| id.trim_matches(['<', '>']).to_owned();
    let ours = message.message_id.as_deref().map(bare) == bounce.message_id.as_deref().map(bare);
    if message.recipient != bounce.recipient || message.state != MessageState::Accepted || !ours {
        return Ok(Done::Unknown("what came back is not the message that was sent"));
    }
    match bounce.says {
        Says::Nothing => Ok(Done::Nothing),
        Says::Lost => {
            store::note_return(tx, bounce.row, &bounce.said)?;
            Ok(Done::Noted)
        }
        Says::BadAddress => {
            let Some(refusals) = store::note_bounce(tx, &message, address, &bounce.said, now)?
            else {
                return Ok(Done::Known);
            };
            let suspended = refusals.suspended.is_some() || backoff::is_dead(&refusals);
            if suspended {
                store::suspend(tx, &message.recipient, &message.channel, now)?;
            }
            Ok(Done::Counted { times: refusals.count, suspended })
        }
    }
}

fn sentence(bounce: &Bounce, done: &Done) -> String {
    let (who, row, said) = (&bounce.recipient, bounce.row, &bounce.said);
    match done {
        Done::Counted { times, suspended: false } => {
            format!("message {row} to {who} {said}; counted, {times} in a row\n")
        }
        Done::Counted { times, suspended: true } => format!(
            "message {row} to {who} {said}; {times} in a row: {who} gets nothing more until the address is changed or \
             `pledgewatch outbox retry --recipient {who}`\n"
        ),
        Done::Known => format!("message {row} to {who} came back before: not counted again\n"),
        Done::Noted => format!(
            "message {row} to {who} {said}; noted, not counted: this says nothing of the address\n"
        ),
        Done::Nothing => {
            format!("message {row} to {who} is under way or has arrived: nothing to do\n")
        }
        Done::Unknown(why) => format!("message {row} to {who}: {why}; nothing is counted\n"),
    }
}
