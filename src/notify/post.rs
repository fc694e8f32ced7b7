//! How letters go out, beyond what they say: who gets bounces, who signs, who is told of trouble, and who wants to be
//! left in peace when.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::dkim::Signer;
use super::facts::Reader;
use super::pace::Pace;
use crate::config::HookForm;
use crate::model::OutboxId;

/// Another form than mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// JSON for a hook.
    Hook(HookForm),
    /// An entry of a feed.
    Feed,
}

/// The rules of the post room.
#[derive(Debug, Default)]
pub struct Post {
    /// Where bounces go; the sender's address when absent.
    pub bounces: Option<String>,
    /// Who signs; nobody when the mail server does it.
    pub signer: Option<Signer>,
    /// Recipients who are told when something about the machine needs a hand.
    pub operators: BTreeMap<String, Reader>,
    /// Who wants to be left in peace when, with the zone of her clock.
    pub paces: BTreeMap<String, (Pace, TimeZone)>,
    /// Recipients who are told otherwise than by mail.
    pub ways: BTreeMap<String, Way>,
}

impl Post {
    /// The envelope sender: one for each message, so that a bounce tells by its address what it is about (VERP). It
    /// names the recipient's id and the outbox row, and nobody's address.
    pub fn envelope_sender(&self, sender: &str, recipient: &str, row: OutboxId) -> String {
        match self.bounces.as_deref().and_then(|address| address.rsplit_once('@')) {
            Some((local, domain)) => format!("{local}+{recipient}.{row}@{domain}"),
            None => sender.to_owned(),
        }
    }

    /// Signs what is about to be stored, where messages are signed.
    pub fn sign(&self, message: Vec<u8>, at: Timestamp) -> Vec<u8> {
        match &self.signer {
            Some(signer) => signer.sign(message, at),
            None => message,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bounce_tells_by_its_address_what_it_is_about() {
        let mut post = Post::default();
        assert_eq!(post.envelope_sender("a@b.example", "ha", OutboxId(7)), "a@b.example");
        post.bounces = Some("bounces@b.example".into());
        assert_eq!(
            post.envelope_sender("a@b.example", "ha", OutboxId(7)),
            "bounces+ha.7@b.example"
        );
    }
}
