//! Messages that are due leave. Each message is its own transaction, and what a crash leaves under way goes out again
//! with the same message id.
//!
//! A round works in lanes: one connection serves all, and only while it is kept waiting another is opened for other
//! recipients. So a server that thinks for ten minutes about one message delays nobody else's.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::Notify;

use super::backoff;
use super::desk::{Desk, DeskError};
use super::settle::Settlement;
use super::transport::{Outcome, Parcel, Session, Transport};
use crate::model::{CommitmentId, OutboxId};
use crate::store::{self, ClosedWay, LeasedMessage, Store, StoreError};

pub use super::transport::MAIL as CHANNEL;

/// Longer than the longest conversation with a server: all waits of `ServerSettings` together.
const LEASE: SignedDuration = SignedDuration::from_mins(30);
/// Messages in one round, so that a long queue leaves room for other work.
const ROUND: usize = 100;
/// Connections at one time.
const LANES: usize = 3;

/// A message that was taken over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// Its row.
    pub id: OutboxId,
    /// Who is told.
    pub recipient: String,
    /// The commitment that it is about, where there is one.
    pub commitment: Option<CommitmentId>,
    /// What the transport answered.
    pub answer: String,
}

/// What a round of delivery did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DeliveryReport {
    /// Taken over by the transport.
    pub accepted: Vec<Accepted>,
    /// Put off, with the reason.
    pub deferred: Vec<(OutboxId, String)>,
    /// Given up, with the recipient and the reason.
    pub rejected: Vec<(OutboxId, String, String)>,
    /// Perhaps taken over; each goes out again, and a duplicate is possible.
    pub unknown: Vec<(OutboxId, String)>,
    /// Under way when an earlier sender ended; each goes out again, and a duplicate is possible.
    pub recovered: Vec<OutboxId>,
    /// Too big, with the reason; a shorter edition goes out instead.
    pub shortened: Vec<(OutboxId, String)>,
    /// Recipients whose address is dead, with the reason: they get nothing more.
    pub suspended: Vec<(String, String)>,
    /// Why nothing could be sent, when that is so.
    pub down: Option<String>,
}

impl DeliveryReport {
    /// Adds what another channel did.
    pub fn add(&mut self, other: Self) {
        self.accepted.extend(other.accepted);
        self.deferred.extend(other.deferred);
        self.rejected.extend(other.rejected);
        self.unknown.extend(other.unknown);
        self.recovered.extend(other.recovered);
        self.shortened.extend(other.shortened);
        self.suspended.extend(other.suspended);
        self.down = self.down.take().or(other.down);
    }
}

/// Messages that an earlier process had under way are free again, to be sent with the same message id. For the
/// start, before anything is sent.
///
/// # Errors
/// Any failure of the database.
pub async fn recover(store: &Store) -> Result<Vec<OutboxId>, StoreError> {
    store.write(|tx| store::expire_leases(tx, Timestamp::MAX)).await
}

/// Sends what is due until nothing is due, the round is full, or the way turns out to be closed.
///
/// # Errors
/// Any failure of the database.
pub async fn deliver_due(
    store: &Store,
    transport: &Transport,
    desk: &Desk,
    now: Timestamp,
) -> Result<DeliveryReport, StoreError> {
    deliver_while(store, transport, desk, now, &|| true).await
}

/// The same; `go_on` is asked before each message, so that a stop waits for the conversations under way and not for
/// a hundred.
///
/// # Errors
/// Any failure of the database.
pub async fn deliver_while(
    store: &Store,
    transport: &Transport,
    desk: &Desk,
    now: Timestamp,
    go_on: &(dyn Fn() -> bool + Sync),
) -> Result<DeliveryReport, StoreError> {
    let (closed, recovered) = begin(store, transport, desk, now).await?;
    let report = DeliveryReport { recovered, ..DeliveryReport::default() };
    if !backoff::may_try(closed.as_ref(), transport.settings(), now) {
        return Ok(DeliveryReport { down: closed.map(|way| way.error), ..report });
    }
    let state = State { report, closed, left: ROUND, ..State::default() };
    let round = Round {
        store,
        transport,
        desk,
        now,
        started: Instant::now(),
        go_on,
        state: Mutex::new(state),
        changed: Notify::new(),
    };
    let (one, two, three) = tokio::join!(round.lane(0), round.lane(1), round.lane(2));
    one.and(two).and(three)?;
    Ok(round.state.into_inner().unwrap_or_else(PoisonError::into_inner).report)
}

/// What must be known before anything is sent: leases that ran out are free, a recipient with another address than
/// the one that was refused is no longer suspended, and the way may be closed.
async fn begin(
    store: &Store,
    transport: &Transport,
    desk: &Desk,
    now: Timestamp,
) -> Result<(Option<ClosedWay>, Vec<OutboxId>), StoreError> {
    let (channel, settings) = (transport.channel().to_owned(), transport.settings().to_owned());
    let addresses = desk.recipients.clone();
    store
        .write(move |tx| {
            let recovered = store::expire_leases(tx, now)?;
            for refused in store::refusals(tx)?.into_iter().filter(|row| row.channel == channel) {
                let to = addresses.get(&refused.recipient);
                if to.is_some_and(|to| to.address != refused.address) {
                    store::forget_refusals(tx, &refused.recipient, &channel)?;
                }
            }
            let closed = store::closed_ways(tx)?.into_iter().find(|way| way.channel == channel);
            if closed.as_ref().is_some_and(|way| way.settings != settings) {
                store::open_way(tx, &channel, now)?;
                return Ok((None, recovered));
            }
            Ok((closed, recovered))
        })
        .await
}

/// One round, shared by its lanes.
pub(super) struct Round<'a> {
    pub store: &'a Store,
    pub transport: &'a Transport,
    pub desk: &'a Desk,
    now: Timestamp,
    started: Instant,
    go_on: &'a (dyn Fn() -> bool + Sync),
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Default)]
pub(super) struct State {
    pub report: DeliveryReport,
    /// The way, if it was or is closed.
    pub closed: Option<ClosedWay>,
    /// The recipient at whose message the connection was lost last, if nothing was answered since.
    pub lost_at: Option<String>,
    /// Messages that this round may still send.
    left: usize,
    /// No lane takes another message.
    pub over: bool,
    /// Since when each lane talks.
    busy: [Option<Instant>; LANES],
}

impl Round<'_> {
    pub fn state(&self) -> MutexGuard<'_, State> {
        // Plain values: a panic leaves nothing half done.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Conversations take time: every decision is taken at its own instant.
    pub fn clock(&self) -> Timestamp {
        let passed =
            SignedDuration::try_from(self.started.elapsed()).unwrap_or(SignedDuration::ZERO);
        self.now.checked_add(passed).unwrap_or(Timestamp::MAX)
    }

    async fn lane(&self, number: usize) -> Result<(), StoreError> {
        let mut session = None;
        let worked = self.work(number, &mut session).await;
        {
            let mut state = self.state();
            state.busy[number] = None;
            state.over |= worked.is_err() || number == 0;
        }
        self.changed.notify_waiters();
        if let Some(session) = session {
            session.close().await;
        }
        worked
    }

    async fn work<'a>(
        &'a self,
        number: usize,
        session: &mut Option<Session<'a>>,
    ) -> Result<(), StoreError> {
        loop {
            let changed = self.changed.notified();
            if self.state().over || !(self.go_on)() {
                return Ok(());
            }
            if self.take_up(number) {
                if let Some(leased) = self.lease().await? {
                    let session = session.get_or_insert_with(|| self.transport.session());
                    let outcome = self.hand_over(&leased, session).await;
                    Settlement { round: self, leased }.store(outcome).await?;
                    self.lay_down(number);
                    continue;
                }
                self.lay_down(number);
            }
            if number == 0 && self.state().busy.iter().all(Option::is_none) {
                return Ok(());
            }
            tokio::select! {
                () = changed => {}
                () = tokio::time::sleep(self.transport.patience()) => {}
            }
        }
    }

    /// Whether this lane shall talk: the first always, a further one while all before it are kept waiting.
    fn take_up(&self, number: usize) -> bool {
        let patience = self.transport.patience();
        let mut state = self.state();
        let waited =
            |since: &Option<Instant>| since.is_some_and(|since| since.elapsed() >= patience);
        let wanted = state.left > 0 && state.busy[..number].iter().all(waited);
        if wanted {
            state.busy[number] = Some(Instant::now());
        }
        wanted
    }

    fn lay_down(&self, number: usize) {
        self.state().busy[number] = None;
        // The first lane may wait for the others to end; they poll by themselves.
        self.changed.notify_waiters();
    }

    async fn lease(&self) -> Result<Option<LeasedMessage>, StoreError> {
        let (at, channel) = (self.clock(), self.transport.channel().to_owned());
        let leased =
            self.store.write(move |tx| store::lease_due(tx, &channel, at, LEASE, 1)).await?.pop();
        if leased.is_some() {
            let mut state = self.state();
            state.left = state.left.saturating_sub(1);
        }
        Ok(leased)
    }

    async fn hand_over(&self, leased: &LeasedMessage, session: &mut Session<'_>) -> Outcome {
        let Some(to) = self.desk.recipients.get(&leased.recipient) else {
            let unknown = DeskError::UnknownRecipient(leased.recipient.clone());
            return Outcome::Rejected(unknown.to_string());
        };
        let from =
            self.desk.post.envelope_sender(&self.desk.sender.address, &leased.recipient, leased.id);
        let id = leased.message_id.as_deref().unwrap_or_default();
        session.send(&Parcel { from: &from, to: &to.address, id, bytes: &leased.message }).await
    }
}
