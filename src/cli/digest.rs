//! `digest preview`: the digest that a recipient would get if it were made now; `digest show`: the whole of one that
//! was sent. Both send and change nothing.

use super::args::{DigestArguments, DigestCommand, Global};
use super::edition;
use super::failure::{Exit, Failure, Outcome};
use super::session::{Session, runtime, store_failure};
use jiff::Timestamp;

use crate::config::{Alerts, Channel, EmptyDigest, MailSize, Recipient, Throttle, Wanted, nearest};
use crate::model::{Language, VerdictId};
use crate::pipeline::chain;

/// Shows the digest.
pub(super) fn run(global: &Global, arguments: &DigestArguments) -> Outcome {
    let session = Session::begin(global, "warn")?;
    let engine = session.engine_to_look()?;
    let (recipient, facts, edition) = match &arguments.command {
        DigestCommand::Preview(preview) => {
            let mut recipient = recipient(&session, preview.recipient.as_deref())?;
            if preview.whole {
                recipient.size = MailSize::WHOLE;
            }
            let facts = runtime()?.block_on(engine.preview_digest(&recipient));
            (recipient, facts.map_err(store_failure)?, &preview.edition)
        }
        DigestCommand::Show(show) => {
            let recipient = recipient(&session, show.recipient.as_deref())?;
            let facts = runtime()?.block_on(engine.whole_digest(&recipient, VerdictId(show.from)));
            let Some(facts) = facts.map_err(store_failure)? else {
                let made = runtime()?.block_on(engine.digest_numbers(&recipient, LISTED));
                let made = made.map_err(store_failure)?;
                return Err(no_such_digest(&recipient, show.from, &made));
            };
            (recipient, facts, &show.edition)
        }
    };
    let refused = |error: &dyn std::error::Error| Failure::new(Exit::Configuration, chain(error));
    let message = engine.compose_digest(&facts).map_err(|error| refused(&error))?;
    let bytes = || engine.message_bytes(&recipient, &message).map_err(|error| refused(&error));
    edition::show(&message, bytes, edition)
}

/// Numbers of digests that are named at most.
const LISTED: u32 = 10;

/// A number that no digest begins with, and those that there are.
fn no_such_digest(recipient: &Recipient, asked: i64, made: &[(VerdictId, Timestamp)]) -> Failure {
    let id = &recipient.id;
    let dated = |(from, until): &(VerdictId, Timestamp)| {
        format!("{from} (until {})", until.to_zoned(recipient.zone.clone()).strftime("%Y-%m-%d"))
    };
    let made: Vec<String> = made.iter().map(dated).collect();
    let hint = match made.is_empty() {
        true => "none told anything yet".to_owned(),
        false => format!("the latest are {}", made.join(", ")),
    };
    Failure::new(Exit::Usage, format!("no digest of {id} begins with number {asked}; {hint}"))
}

/// The recipient asked for, else the first, else somebody who wants everything in English and UTC.
pub(super) fn recipient(session: &Session, id: Option<&str>) -> Result<Recipient, Failure> {
    let recipients = &session.config.recipients;
    let Some(id) = id else {
        return Ok(recipients.first().cloned().unwrap_or_else(anybody));
    };
    recipients.iter().find(|recipient| recipient.id == id).cloned().ok_or_else(|| {
        let ids: Vec<&str> = recipients.iter().map(|recipient| recipient.id.as_str()).collect();
        let hint = match nearest(id, ids.iter().copied()) {
            Some(near) => format!("; did you mean \"{near}\"?"),
            None if ids.is_empty() => "; there is no [[recipient]]".to_owned(),
            None => format!("; there are {}", ids.join(", ")),
        };
        Failure::new(Exit::Usage, format!("no recipient has the id \"{id}\"{hint}"))
    })
}

fn anybody() -> Recipient {
    Recipient {
        id: "preview".to_owned(),
        address: "preview@localhost".to_owned(),
        name: None,
        zone: jiff::tz::TimeZone::UTC,
        language: Language::En,
        alerts: Alerts::None,
        digest: None,
        wanted: Wanted::default(),
        empty_digest: EmptyDigest::default(),
        size: MailSize::default(),
        near_misses: true,
        quiet: None,
        throttle: Throttle::default(),
        notices: false,
        urgent: Vec::new(),
        channel: Channel::Mail,
        operator: false,
    }
}
