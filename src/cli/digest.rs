//! `digest preview`: the digest that a recipient would get if it were made now. Sends and changes nothing.

use super::args::{DigestArguments, DigestCommand, DigestPreviewArguments, Global};
use super::failure::{Exit, Failure, Outcome};
use super::report::print;
use super::session::{Session, runtime, store_failure};
use crate::config::{Alerts, EmptyDigest, MailSize, Recipient, Throttle, Wanted, nearest};
use crate::model::Language;
use crate::pipeline::chain;

/// Shows the digest.
pub(super) fn run(global: &Global, arguments: &DigestArguments) -> Outcome {
    let DigestCommand::Preview(preview) = &arguments.command;
    let session = Session::begin(global, "warn")?;
    let recipient = recipient(&session, preview)?;
    let engine = session.engine_to_look()?;
    let facts = runtime()?.block_on(engine.preview_digest(&recipient)).map_err(store_failure)?;
    let message = engine
        .compose_digest(&facts)
        .map_err(|error| Failure::new(Exit::Configuration, chain(&error)))?;
    if preview.html {
        return print(&message.html);
    }
    print(&format!("Subject: {}\n\n{}", message.subject, message.text))
}

/// The recipient asked for, else the first, else somebody who wants everything in English and UTC.
fn recipient(session: &Session, arguments: &DigestPreviewArguments) -> Result<Recipient, Failure> {
    let recipients = &session.config.recipients;
    let Some(id) = &arguments.recipient else {
        return Ok(recipients.first().cloned().unwrap_or_else(anybody));
    };
    recipients.iter().find(|recipient| recipient.id == *id).cloned().ok_or_else(|| {
        let hint = nearest(id, recipients.iter().map(|recipient| recipient.id.as_str()))
            .map_or_else(String::new, |near| format!("; did you mean \"{near}\"?"));
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
    }
}
