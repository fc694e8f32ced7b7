//! The writing desk: everything that is needed to turn facts into the bytes of a message to one recipient.

use std::collections::BTreeMap;

use super::alert::{self, Letterhead};
use super::digest;
use super::facts::{AlertFacts, DigestFacts};
use super::message::{self, Addressed, Message, MimeError, Sender};
use super::names::Names;
use super::notice::{self, NoticeFacts};
use super::payload;
use super::post::{Post, Way};
use super::templates::{RenderError, Templates};
use crate::model::Language;

/// Where a recipient is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addressee {
    /// Mail address.
    pub address: String,
    /// Name of the person; may be empty.
    pub name: String,
}

/// Templates, letterhead, sender, names and addresses.
#[derive(Debug)]
pub struct Desk {
    /// Templates and words.
    pub templates: Templates,
    /// Tag, list name and limits.
    pub letterhead: Letterhead,
    /// Who writes.
    pub sender: Sender,
    /// Names of actors, places and concepts in English.
    pub names_en: Names,
    /// The same in Vietnamese.
    pub names_vi: Names,
    /// Recipients by the id that the outbox knows.
    pub recipients: BTreeMap<String, Addressee>,
    /// Bounces, signatures, operators.
    pub post: Post,
}

/// Bytes with their message id, ready for the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// The subject, for logs.
    pub subject: String,
    /// The whole message; every attempt sends these.
    pub bytes: Vec<u8>,
    /// Its message id, with angle brackets.
    pub message_id: String,
}

/// A message cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// The outbox names somebody whom the configuration does not.
    #[error("recipient \"{0}\" is not configured")]
    UnknownRecipient(String),
    /// A template failed.
    #[error(transparent)]
    Render(#[from] RenderError),
    /// The message cannot be built.
    #[error(transparent)]
    Mime(#[from] MimeError),
}

impl Desk {
    /// Names in a language.
    pub fn names(&self, language: Language) -> &Names {
        match language {
            Language::En => &self.names_en,
            Language::Vi => &self.names_vi,
        }
    }

    /// Writes an alert; `parent` is the message id of the first message about the same commitment.
    ///
    /// # Errors
    /// An unknown recipient, a faulty template, an address that is none.
    pub fn alert(
        &self,
        recipient: &str,
        event_key: &str,
        facts: &AlertFacts,
        parent: Option<&str>,
    ) -> Result<Rendered, DeskError> {
        let names = self.names(facts.reader.language);
        let message = alert::compose(facts, names, &self.templates, &self.letterhead)?;
        let otherwise = self.post.ways.get(recipient).zip(self.recipients.get(recipient));
        let Some((channel, to)) = otherwise else {
            return self.address(recipient, event_key, &message, facts.generated_at, parent);
        };
        let message_id = message::message_id(event_key, &to.address, &self.sender);
        let bytes = match channel {
            Way::Feed => payload::entry(&message, facts, &message_id),
            Way::Hook(form) => {
                payload::hook(*form, &message, facts, &message_id, &to.address, &self.templates)?
            }
        };
        Ok(Rendered { subject: message.subject, bytes, message_id })
    }

    /// Writes a digest.
    ///
    /// # Errors
    /// An unknown recipient, a faulty template, an address that is none.
    pub fn digest(
        &self,
        recipient: &str,
        event_key: &str,
        facts: &DigestFacts,
    ) -> Result<Rendered, DeskError> {
        let names = self.names(facts.reader.language);
        let message = digest::compose(facts, names, &self.templates, &self.letterhead)?;
        self.address(recipient, event_key, &message, facts.generated_at, None)
    }

    /// Writes a notice.
    ///
    /// # Errors
    /// An unknown recipient, a faulty template, an address that is none.
    pub fn notice(
        &self,
        recipient: &str,
        event_key: &str,
        facts: &NoticeFacts,
    ) -> Result<Rendered, DeskError> {
        let message = notice::compose(facts, &self.templates, &self.letterhead)?;
        self.address(recipient, event_key, &message, facts.generated_at, None)
    }

    fn address(
        &self,
        recipient: &str,
        event_key: &str,
        message: &Message,
        date: jiff::Timestamp,
        in_reply_to: Option<&str>,
    ) -> Result<Rendered, DeskError> {
        let to = self
            .recipients
            .get(recipient)
            .ok_or_else(|| DeskError::UnknownRecipient(recipient.to_owned()))?;
        self.written(to, event_key, message, date, in_reply_to)
    }

    /// The bytes of a composed message to an address.
    ///
    /// # Errors
    /// An address that does not follow RFC 5321.
    pub fn written(
        &self,
        to: &Addressee,
        event_key: &str,
        message: &Message,
        date: jiff::Timestamp,
        in_reply_to: Option<&str>,
    ) -> Result<Rendered, DeskError> {
        let addressed =
            Addressed { to: &to.address, to_name: &to.name, event_key, date, in_reply_to };
        Ok(Rendered {
            subject: message.subject.clone(),
            bytes: self.post.sign(message::mime(message, &addressed, &self.sender)?, date),
            message_id: message::message_id(event_key, &to.address, &self.sender),
        })
    }
}
