//! What becomes of one message after an attempt, stored in one transaction with all that follows from it: a way that
//! closes, an address that is dead, a shorter edition, a word to the operator.

use jiff::Timestamp;

use super::backoff::{self, Next};
use super::deliver::{Accepted, Round};
use super::desk::Desk;
use super::notice::NoticeFacts;
use super::short;
use super::transport::{MAIL, Outcome};
use crate::store::{
    self, ClosedWay, LeasedMessage, MessageKind, NewMessage, StoreError, Transaction,
};

/// A message that was tried.
pub(super) struct Settlement<'a, 'b> {
    pub round: &'a Round<'b>,
    pub leased: LeasedMessage,
}

/// All that one transaction changes.
struct Change {
    leased: LeasedMessage,
    next: Next,
    text: String,
    at: Timestamp,
    /// The way, when it has just closed.
    closes: Option<ClosedWay>,
    /// Whether the way was closed and has answered.
    opens: bool,
    /// The address that was refused.
    refused: Option<String>,
    /// The shorter edition.
    short: Option<Vec<u8>>,
    /// What operators are told if the address is dead now.
    notices: Vec<NewMessage>,
}

/// What the transaction found out.
enum Done {
    As(Next),
    /// The address is dead.
    Suspended,
}

impl Settlement<'_, '_> {
    pub async fn store(self, outcome: Outcome) -> Result<(), StoreError> {
        let (round, leased) = (self.round, self.leased);
        let at = round.clock();
        let outcome = round.state().suspect(outcome, &leased.recipient);
        let next = backoff::next(&outcome, leased.attempt, leased.created, at);
        let mut change = Change {
            next,
            at,
            closes: None,
            opens: false,
            refused: None,
            short: None,
            notices: Vec::new(),
            text: outcome.text().to_owned(),
            leased,
        };
        change.follow(&outcome, round);
        let (id, recipient) = (change.leased.id, change.leased.recipient.clone());
        let commitment = change.leased.commitment.clone();
        let (text, closes) = (change.text.clone(), change.closes.clone());
        let done = round.store.write(move |tx| change.apply(tx)).await?;
        let mut state = round.state();
        if let Some(way) = closes {
            state.report.down = Some(way.error.clone());
            state.closed = Some(way);
            state.over = true;
        } else if outcome.is_answer() {
            state.closed = None;
        }
        let report = &mut state.report;
        match done {
            Done::As(Next::Accept) => {
                report.accepted.push(Accepted { id, recipient, commitment, answer: text });
            }
            Done::As(Next::Shorten) => report.shortened.push((id, text)),
            Done::As(Next::Retry(_)) => report.deferred.push((id, text)),
            Done::As(Next::RetryUnknown(_)) => report.unknown.push((id, text)),
            Done::As(Next::Reject) => report.rejected.push((id, recipient, text)),
            Done::Suspended => {
                report.rejected.push((id, recipient.clone(), text.clone()));
                report.suspended.push((recipient, text));
            }
        }
        Ok(())
    }
}

impl super::deliver::State {
    /// A connection lost at one recipient's message may be that message's fault; lost at two recipients' in a row it
    /// is the way that is closed.
    fn suspect(&mut self, outcome: Outcome, recipient: &str) -> Outcome {
        match outcome {
            Outcome::Lost(error) => {
                let others = self.lost_at.as_deref().is_some_and(|other| other != recipient);
                self.lost_at = Some(recipient.to_owned());
                if others {
                    Outcome::TransportDown { error, needs_operator: false }
                } else {
                    Outcome::Lost(error)
                }
            }
            other => {
                if other.is_answer() {
                    self.lost_at = None;
                }
                other
            }
        }
    }
}

impl Change {
    /// What follows from the outcome.
    fn follow(&mut self, outcome: &Outcome, round: &Round<'_>) {
        let (transport, desk) = (round.transport, round.desk);
        self.opens = outcome.is_answer() && round.state().closed.is_some();
        match outcome {
            Outcome::TransportDown { error, needs_operator } => {
                let before = round.state().closed.clone();
                let (channel, settings) = (transport.channel(), transport.settings());
                self.closes = Some(backoff::close(
                    before.as_ref(),
                    channel,
                    settings,
                    error,
                    *needs_operator,
                    self.at,
                ));
            }
            Outcome::BadAddress(error) => {
                let to = desk.recipients.get(&self.leased.recipient);
                self.refused = to.map(|to| to.address.clone());
                self.notices = dead_address_notices(desk, &self.leased.recipient, error, self.at);
            }
            Outcome::TooBig(_) if !self.leased.short => {
                self.short = short::edition(desk, &self.leased.message, self.at);
            }
            _ => {}
        }
        // Nothing has answered since it may have arrived: so it stays.
        if self.leased.maybe_sent
            && !outcome.is_answer()
            && let Next::Retry(at) = self.next
        {
            self.next = Next::RetryUnknown(at);
        }
        // No shorter edition, or it was one.
        if self.next == Next::Shorten && self.short.is_none() {
            self.next = Next::Reject;
        }
    }

    fn apply(self, tx: &Transaction<'_>) -> Result<Done, StoreError> {
        let (id, text, now) = (self.leased.id, self.text.as_str(), self.at);
        let (recipient, channel) = (self.leased.recipient.as_str(), self.leased.channel.as_str());
        let until = |at| self.closes.as_ref().map_or(at, |way| way.paused_until);
        match self.next {
            Next::Accept => {
                store::mark_accepted(tx, id, text, now)?;
                store::forgive(tx, recipient, channel, now)?;
            }
            Next::Reject => {
                store::mark_rejected(tx, id, text, now)?;
            }
            Next::Retry(at) => {
                store::mark_deferred(tx, id, until(at), text, now)?;
            }
            Next::RetryUnknown(at) => {
                store::mark_unknown(tx, id, until(at), text, now)?;
            }
            Next::Shorten => {
                let bytes = self.short.as_deref().unwrap_or_default();
                store::shorten_message(tx, id, bytes, text, now)?;
            }
        }
        if let Some(way) = &self.closes {
            store::close_way(tx, way)?;
        } else if self.opens {
            store::open_way(tx, channel, now)?;
        }
        if let Some(address) = &self.refused {
            let refusals = store::note_refusal(tx, recipient, channel, address, text, now)?;
            if refusals.suspended.is_none() && backoff::is_dead(&refusals) {
                store::suspend(tx, recipient, channel, now)?;
                for notice in &self.notices {
                    store::insert_message(tx, notice, None, now)?;
                }
                return Ok(Done::Suspended);
            }
        }
        Ok(Done::As(self.next))
    }
}

/// A word to every operator but the one whose address it is.
fn dead_address_notices(
    desk: &Desk,
    recipient: &str,
    error: &str,
    now: Timestamp,
) -> Vec<NewMessage> {
    let operators = desk.post.operators.iter().filter(|(id, _)| *id != recipient);
    let notices = operators.filter_map(|(id, reader)| {
        let words = desk.templates.words(reader.language);
        let facts = NoticeFacts {
            reader: reader.clone(),
            generated_at: now,
            title: words.fill("notice", "dead_address", &[("who", recipient)]),
            paragraphs: vec![
                words.fill("notice", "dead_address_why", &[("text", error)]),
                words.fill("notice", "dead_address_help", &[("who", recipient)]),
            ],
        };
        let event_key = format!("dead-address:{recipient}:{now}");
        let written = desk.notice(id, &event_key, &facts).ok()?;
        Some(NewMessage {
            recipient: id.clone(),
            channel: MAIL.to_owned(),
            event_key,
            kind: MessageKind::Notice,
            not_before: now,
            awaits_second: false,
            facts: "{}".to_owned(),
            rendered: Some((written.bytes, written.message_id)),
            thread_key: None,
            commitment: None,
            about: None,
        })
    });
    notices.collect()
}
