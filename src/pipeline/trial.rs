//! A message out of turn: what a reader would get, made from invented facts and sent past the outbox, so that the
//! server's own answer is seen at once. It needs no database.

use std::path::Path;

use jiff::Timestamp;

use super::engine::EngineError;
use super::mailroom;
use crate::config::topic::Topic;
use crate::config::{Config, Recipient};
use crate::model::OutboxId;
use crate::notify::desk::{Addressee, Desk, DeskError, Rendered};
use crate::notify::dkim::{PublicKey, Signer};
use crate::notify::message::Message;
use crate::notify::notice::{self, NoticeFacts};
use crate::notify::transport::{Outcome, Parcel, Transport};
use crate::notify::{alert, digest, specimen};

/// What kind of message is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sample {
    /// A line that says that mail arrives.
    Test,
    /// An alert about an invented commitment.
    Alert,
    /// A digest of invented commitments with every group in it.
    Digest,
}

/// Desk and transport as configured.
pub struct Trial {
    desk: Desk,
    transport: Transport,
}

impl Trial {
    /// Sets both up; connects to nothing.
    ///
    /// # Errors
    /// Broken templates, a password that cannot be read, a transport that cannot work as configured.
    pub fn open(config: &Config, data: &Path, topic: &Topic) -> Result<Self, EngineError> {
        Ok(Self {
            desk: mailroom::desk(config, topic, true)?,
            transport: mailroom::transport(&config.mail, data)?,
        })
    }

    /// The message that a recipient would get.
    ///
    /// # Errors
    /// A template of the operator that asks for something the facts do not have.
    pub fn compose(
        &self,
        recipient: &Recipient,
        sample: Sample,
        now: Timestamp,
    ) -> Result<Message, DeskError> {
        let (desk, reader) = (&self.desk, mailroom::reader(recipient));
        let language = reader.language;
        // The invented commitments have actors of the shipped topic; another one does not know them.
        let (known, invented) = (desk.names(language), specimen::names());
        let names = if known.has(specimen::ACTOR) { known } else { &invented };
        let message = match sample {
            Sample::Test => {
                let facts = NoticeFacts::test(reader, now);
                notice::compose(&facts, &desk.templates, &desk.letterhead)?
            }
            Sample::Alert => {
                let mut facts = specimen::alert(language);
                (facts.reader, facts.generated_at) = (reader, now);
                alert::compose(&facts, names, &desk.templates, &desk.letterhead)?
            }
            Sample::Digest => {
                let mut facts = specimen::digest(language);
                (facts.reader, facts.generated_at) = (reader, now);
                digest::compose(&facts, names, &desk.templates, &desk.letterhead)?
            }
        };
        Ok(message)
    }

    /// The bytes of a message as they are sent.
    ///
    /// # Errors
    /// An address that does not follow RFC 5321.
    pub fn written(
        &self,
        recipient: &Recipient,
        message: &Message,
        now: Timestamp,
    ) -> Result<Rendered, DeskError> {
        let to = Addressee {
            address: recipient.address.clone(),
            name: recipient.name.clone().unwrap_or_default(),
        };
        self.desk.written(&to, &format!("test:{now}"), message, now, None)
    }

    /// What the DNS must say of our signatures; `None` where we do not sign.
    pub fn public_key(&self) -> Option<PublicKey> {
        self.desk.post.signer.as_ref().map(Signer::public_key)
    }

    /// Connects to the mail server, protected and logged in as for a message, and sends nothing. What answers is told
    /// as accepted; `None` where mail goes no such way.
    pub async fn knock(&self) -> Option<Outcome> {
        let mut session = self.transport.session();
        let outcome = session.knock().await;
        session.close().await;
        outcome
    }

    /// Sends them, and gives the answer of the server.
    pub async fn send(&self, recipient: &Recipient, written: &Rendered) -> Outcome {
        let mut session = self.transport.session();
        // The sender of the envelope is as with every message, and no row's: a server that minds it says so now.
        let sender = &self.desk.sender.address;
        let from = self.desk.post.envelope_sender(sender, &recipient.id, OutboxId(0));
        let parcel = Parcel {
            from: &from,
            to: &recipient.address,
            id: &written.message_id,
            bytes: &written.bytes,
        };
        let outcome = session.send(&parcel).await;
        session.close().await;
        outcome
    }
}
