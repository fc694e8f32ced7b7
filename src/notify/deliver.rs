//! The two steps of the outbox that the pipeline calls over and over: held alerts that are due become messages
//! ([`release_due`]), and messages that are due leave ([`deliver_due`]). Each message is its own transaction, one
//! at a time is under way, and what a crash leaves under way goes out again with the same message id.

use std::time::Instant;

use jiff::{SignedDuration, Timestamp};
use rusqlite::Connection;

use super::backoff::{self, Health, Next};
use super::desk::{Desk, DeskError};
use super::eml;
use super::facts::{AlertFacts, AlertItem, AlsoReported};
use super::release::{self, Group, HeldAlert};
use super::transport::{Outcome, Transport};
use crate::model::{self, OutboxId};
use crate::store::{self, LeasedMessage, MessageKind, Store, StoreError};

/// The channel of all mail in the outbox.
pub const CHANNEL: &str = "mail";
/// Longer than the longest conversation with a server: all waits of `ServerSettings` together.
const LEASE: SignedDuration = SignedDuration::from_mins(30);
/// Messages in one round, so that a long queue leaves room for other work.
const ROUND: usize = 100;
/// Other outlets named in one item.
const MAX_ALSO: usize = 8;

/// What a release did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Released {
    /// Messages that may now be sent.
    pub messages: usize,
    /// Their subjects, in the same order.
    pub subjects: Vec<String>,
    /// Held rows that another message tells.
    pub merged: usize,
    /// Rows that could not be rendered, and why; they stay held.
    pub faults: Vec<(OutboxId, String)>,
}

/// What a round of delivery did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DeliveryReport {
    /// Taken over by the transport, with its answer.
    pub accepted: Vec<(OutboxId, String)>,
    /// Put off, with the reason.
    pub deferred: Vec<(OutboxId, String)>,
    /// Given up, with the recipient and the reason.
    pub rejected: Vec<(OutboxId, String, String)>,
    /// Perhaps taken over; each goes out again, and a duplicate is possible.
    pub unknown: Vec<(OutboxId, String)>,
    /// Under way when an earlier sender ended; each goes out again, and a duplicate is possible.
    pub recovered: Vec<OutboxId>,
    /// Why nothing could be sent, when that is so.
    pub down: Option<String>,
}

/// Renders held alerts that are due and lets them go, one message for each article or commitment.
///
/// # Errors
/// Any failure of the database.
pub async fn release_due(
    store: &Store,
    desk: &Desk,
    now: Timestamp,
) -> Result<Released, StoreError> {
    let mut released = Released::default();
    let (groups, faults) = store.read(move |connection| due_groups(connection, now)).await?;
    released.faults = faults;
    for (group, parent) in groups {
        let rendered =
            match desk.alert(&group.recipient, &group.event_key, &group.facts, parent.as_deref()) {
                Ok(rendered) => (rendered.bytes, rendered.message_id, rendered.subject),
                // Nobody to write to: the row goes on without bytes, and delivery gives it up with this reason.
                Err(DeskError::UnknownRecipient(_)) => (Vec::new(), String::new(), String::new()),
                Err(error) => {
                    released.faults.push((group.carrier, error.to_string()));
                    continue;
                }
            };
        let release = store::Release {
            carrier: group.carrier,
            others: group.others.clone(),
            message: rendered.0,
            message_id: rendered.1,
            parent,
            not_before: now,
        };
        match store.write(move |tx| store::release(tx, &release, now)).await {
            Ok(()) => {
                released.messages += 1;
                released.subjects.push(rendered.2);
                released.merged += group.others.len();
            }
            // A digest or another release took one of the rows meanwhile: the rest waits for the next round.
            Err(StoreError::Conflict(reason)) => released.faults.push((group.carrier, reason)),
            Err(error) => return Err(error),
        }
    }
    Ok(released)
}

type DueGroups = (Vec<(Group, Option<String>)>, Vec<(OutboxId, String)>);

fn due_groups(connection: &Connection, now: Timestamp) -> Result<DueGroups, StoreError> {
    let mut faults = Vec::new();
    let mut alerts = Vec::new();
    let mut threads = Vec::new();
    for held in store::due_held(connection, now)? {
        if held.kind != MessageKind::Alert {
            continue;
        }
        match serde_json::from_str::<AlertFacts>(&held.facts) {
            Ok(mut facts) => {
                facts.generated_at = now;
                threads.push((held.id, held.thread_key));
                alerts.push(HeldAlert {
                    id: held.id,
                    recipient: held.recipient,
                    channel: held.channel,
                    event_key: held.event_key,
                    facts,
                });
            }
            Err(error) => faults.push((held.id, format!("facts cannot be read: {error}"))),
        }
    }
    let mut groups = Vec::new();
    for mut group in release::coalesce(alerts) {
        for item in &mut group.facts.items {
            note_others(connection, item)?;
        }
        let key =
            threads.iter().find(|(id, _)| *id == group.carrier).and_then(|(_, key)| key.clone());
        let parent = match key {
            Some(key) => store::thread_parent(connection, &group.recipient, &group.channel, &key)?,
            None => None,
        };
        if let Some(parent) = &parent {
            group.facts.follows = store::message_bytes(connection, parent)?
                .and_then(|bytes| eml::header(&bytes, "Subject"));
        }
        groups.push((group, parent));
    }
    Ok((groups, faults))
}

/// Adds the outlets that have told the same since the alert was held.
fn note_others(connection: &Connection, item: &mut AlertItem) -> Result<(), StoreError> {
    use model::Outcome::{Advanced, New, Regressed, Restated};
    for fact in store::commitment_facts(connection, &item.commitment.id)? {
        let article = &fact.article;
        let tells = matches!(fact.verdict.outcome, New | Advanced | Regressed | Restated);
        let since = article.arrived >= item.article.first_seen && article.id != item.article.id;
        let Some(source_name) = article.source_name.clone().filter(|_| tells && since) else {
            continue;
        };
        if item.also_reported.len() >= MAX_ALSO {
            break;
        }
        release::note(
            item,
            AlsoReported {
                source_name,
                title: article.title.clone(),
                url: article.url.clone(),
                language: article.language,
                published: article.published,
            },
        );
    }
    Ok(())
}

/// Messages that an earlier process had under way are free again, to be sent with the same message id. For the
/// start, before anything is sent.
///
/// # Errors
/// Any failure of the database.
pub async fn recover(store: &Store) -> Result<Vec<OutboxId>, StoreError> {
    store.write(|tx| store::expire_leases(tx, Timestamp::MAX)).await
}

/// Sends what is due, one message after the other, until nothing is due, the round is full, or the way turns out
/// to be closed. `health` is kept by the caller from round to round.
///
/// # Errors
/// Any failure of the database.
pub async fn deliver_due(
    store: &Store,
    transport: &Transport,
    desk: &Desk,
    health: &mut Health,
    now: Timestamp,
) -> Result<DeliveryReport, StoreError> {
    deliver_while(store, transport, desk, health, now, &|| true).await
}

/// The same; `go_on` is asked before each message, so that a stop waits for one conversation and not for a hundred.
///
/// # Errors
/// Any failure of the database.
pub async fn deliver_while(
    store: &Store,
    transport: &Transport,
    desk: &Desk,
    health: &mut Health,
    now: Timestamp,
    go_on: &(impl Fn() -> bool + Sync),
) -> Result<DeliveryReport, StoreError> {
    let mut report = DeliveryReport::default();
    let started = Instant::now();
    // Conversations take time: every decision is taken at its own instant.
    let clock = move || {
        let passed = SignedDuration::try_from(started.elapsed()).unwrap_or(SignedDuration::ZERO);
        now.checked_add(passed).unwrap_or(Timestamp::MAX)
    };
    report.recovered = store.write(move |tx| store::expire_leases(tx, now)).await?;
    if !health.is_open(now) {
        report.down.clone_from(&health.error);
        return Ok(report);
    }
    let mut session = transport.session();
    for _ in 0..ROUND {
        if !go_on() {
            break;
        }
        let at = clock();
        let leased = store.write(move |tx| store::lease_due(tx, CHANNEL, at, LEASE, 1)).await?;
        let Some(leased) = leased.into_iter().next() else { break };
        let outcome = match desk.recipients.get(&leased.recipient) {
            Some(to) => session.send(&desk.sender.address, &to.address, &leased.message).await,
            None => {
                Outcome::Rejected(DeskError::UnknownRecipient(leased.recipient.clone()).to_string())
            }
        };
        let closed = matches!(outcome, Outcome::TransportDown { .. });
        settle(store, leased, outcome, health, &mut report, clock()).await?;
        if closed {
            break;
        }
    }
    session.close().await;
    Ok(report)
}

/// Stores what became of one message.
async fn settle(
    store: &Store,
    leased: LeasedMessage,
    outcome: Outcome,
    health: &mut Health,
    report: &mut DeliveryReport,
    now: Timestamp,
) -> Result<(), StoreError> {
    let id = leased.id;
    let next = backoff::next(&outcome, leased.attempt, leased.created, now);
    let (text, until) = match outcome {
        Outcome::TransportDown { error, needs_operator } => {
            let until = health.down(&error, needs_operator, now);
            report.down = Some(error.clone());
            (error, Some(until))
        }
        Outcome::Accepted(text) | Outcome::Deferred(text) | Outcome::Rejected(text) => {
            health.up();
            (text, None)
        }
        Outcome::Unknown(text) => (text, None),
    };
    let error = text.clone();
    // A message that may have arrived before stays so when the way closes: nothing has answered since.
    let maybe_sent = leased.maybe_sent && until.is_some();
    store
        .write(move |tx| match next {
            Next::Accept => store::mark_accepted(tx, id, now),
            Next::Reject => store::mark_rejected(tx, id, &error, now),
            Next::Retry(at) if !maybe_sent => {
                store::mark_deferred(tx, id, until.unwrap_or(at), &error, now)
            }
            Next::Retry(at) | Next::RetryUnknown(at) => {
                store::mark_unknown(tx, id, until.unwrap_or(at), &error, now)
            }
        })
        .await?;
    match next {
        Next::Accept => report.accepted.push((id, text)),
        Next::Reject => report.rejected.push((id, leased.recipient, text)),
        Next::Retry(_) => report.deferred.push((id, text)),
        Next::RetryUnknown(_) => report.unknown.push((id, text)),
    }
    Ok(())
}
