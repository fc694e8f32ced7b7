//! One round of everything: poll what is due, judge what waits, release what is held, deliver what is written.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

use super::engine::Engine;
use super::entry::EntryReport;
use super::poll::{PollReport, stored_state};
use super::polls::Polls;
use crate::model::SourceId;
use crate::notify::deliver::{self, DeliveryReport};
use crate::notify::due::{self, Released};
use crate::source::{self, PollState};
use crate::store::{self, Purged, Retention, StoreError};
use crate::telemetry::event;

/// Rows of old poll logs removed in one go, so that the write lock is never held long.
const PURGE_ROWS: u32 = 5000;
/// How long what was learnt of a server is kept beyond its use.
const SERVER_DAYS: i64 = 7;
/// How often old rows are removed.
const CLEAN_UP_EVERY: SignedDuration = SignedDuration::from_hours(24);
/// Rest between two steps of that, so that whoever waits to write comes first.
const BETWEEN_STEPS: Duration = Duration::from_millis(50);

/// Which sources to poll.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// Those whose time has come.
    Due,
    /// All that may be polled, whether or not their schedule asks for it.
    Allowed,
}

/// A source that is not polled now.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct LeftAlone {
    /// The source.
    pub source: SourceId,
    /// Until when.
    pub until: Timestamp,
    /// Why, in words.
    pub because: &'static str,
}

/// What one round did.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RoundReport {
    /// Polls, in the order in which they ended.
    pub polls: Vec<PollReport>,
    /// Entries judged, in order.
    pub entries: Vec<EntryReport>,
    /// Digests made.
    pub digests: usize,
    /// What became of held alerts.
    pub released: Released,
    /// What became of messages.
    pub delivery: DeliveryReport,
}

impl Engine {
    /// One round of everything.
    ///
    /// # Errors
    /// The database refuses; what was stored before stays stored.
    pub async fn round(self: &Arc<Self>, which: Which) -> Result<RoundReport, StoreError> {
        let polls = self.poll_sources(which).await?;
        let entries = self.judge_pending().await?;
        let (released, digests, delivery) = self.tell().await?;
        Ok(RoundReport { polls, entries, digests, released, delivery })
    }

    /// Releases held alerts, makes digests, and delivers what is written.
    ///
    /// # Errors
    /// The database refuses one of the three; the others were done all the same.
    pub async fn tell(&self) -> Result<(Released, usize, DeliveryReport), StoreError> {
        let written = self.write_messages().await;
        let delivery = self.deliver_while(&|| true).await;
        let (released, digests) = written?;
        Ok((released, digests, delivery?))
    }

    /// Releases held alerts and makes digests.
    ///
    /// # Errors
    /// The database refuses one of the two; the other was done all the same.
    pub(super) async fn write_messages(&self) -> Result<(Released, usize), StoreError> {
        // One that fails must not keep the other back: a digest that cannot be made is no reason to send no alert.
        let released = due::release_due(&self.store, &self.desk, self.now()).await;
        for (row, reason) in released.iter().flat_map(|released| &released.faults) {
            tracing::error!(
                event = event::MESSAGE_UNWRITTEN,
                outbox.id = row.0,
                reason,
                "an alert could not be written; it waits"
            );
        }
        let digests = self.make_digests().await;
        let health = self.tell_health().await;
        if health? > 0 {
            tracing::info!("readers are told of the health of sources");
        }
        Ok((released?, digests?))
    }

    /// Delivers what is written, by all ways side by side; `go_on` is asked before each message is sent.
    ///
    /// # Errors
    /// The database refuses; other ways were served all the same.
    pub(super) async fn deliver_while(
        &self,
        go_on: &(dyn Fn() -> bool + Sync),
    ) -> Result<DeliveryReport, StoreError> {
        let now = self.now();
        let ways = self.transports.iter().map(|transport| {
            deliver::deliver_while(&self.store, transport, &self.desk, now, go_on)
        });
        let mut all = DeliveryReport::default();
        let mut failure = None;
        for delivered in futures_util::future::join_all(ways).await {
            match delivered {
                Ok(delivery) => {
                    log_delivery(&delivery);
                    self.vitals().delivered(&delivery);
                    all.add(delivery);
                }
                Err(error) => {
                    failure.get_or_insert(error);
                }
            }
        }
        failure.map_or(Ok(all), Err)
    }

    /// Messages of channels that left the configuration are given up, and an operator hears of them.
    ///
    /// # Errors
    /// The database refuses.
    pub(super) async fn give_up_other_channels(&self) -> Result<(), StoreError> {
        let channels =
            self.transports.iter().map(|way| way.channel().to_owned()).collect::<Vec<_>>();
        let now = self.now();
        let gone =
            self.store.write(move |tx| store::give_up_other_channels(tx, &channels, now)).await?;
        if gone > 0 {
            tracing::error!(
                event = event::MAIL_REFUSED,
                messages = gone,
                "given up: their channel is not configured any more"
            );
        }
        Ok(())
    }

    /// Polls sources side by side; each is stored as soon as it is read.
    ///
    /// # Errors
    /// The database refuses to say which are due.
    pub async fn poll_sources(
        self: &Arc<Self>,
        which: Which,
    ) -> Result<Vec<PollReport>, StoreError> {
        let mut polls = Polls::new();
        self.start_polls(which, &mut polls).await?;
        let mut reports = Vec::new();
        while let Some(ended) = polls.next().await {
            reports.extend(ended);
        }
        Ok(reports)
    }

    /// The sources that a round begun now would not poll, the next first.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn left_alone(&self, which: Which) -> Result<Vec<LeftAlone>, StoreError> {
        let (states, now) = (self.states().await?, self.now());
        let enabled = self.config.sources.iter().zip(&states).filter(|(one, _)| one.source.enabled);
        let mut left: Vec<LeftAlone> = enabled
            .filter_map(|(one, state)| {
                let due = state.due.filter(|due| which == Which::Due && *due > now);
                let (until, because) = match (state.may_poll(now), due) {
                    (Err((until, term)), due) if due.is_none_or(|due| due <= until) => {
                        (until, term.words())
                    }
                    (_, Some(due)) => (due, "its schedule"),
                    _ => return None,
                };
                Some(LeftAlone { source: one.source.id.clone(), until, because })
            })
            .collect();
        left.sort_by(|one, other| (one.until, &one.source).cmp(&(other.until, &other.source)));
        Ok(left)
    }

    /// Starts the polls that are wanted and not under way already. Returns when the next source comes due, those
    /// under way left out; `None` without others.
    ///
    /// # Errors
    /// The database refuses to say which are due.
    pub async fn start_polls(
        self: &Arc<Self>,
        which: Which,
        polls: &mut Polls,
    ) -> Result<Option<Timestamp>, StoreError> {
        let mut states = self.states().await?;
        let busy = polls.under_way();
        for (place, state) in self.choose(&states, which, &busy) {
            polls.start(self, place, state);
        }
        let busy = polls.under_way();
        let mut sources = self.config.sources.iter();
        states.retain(|_| {
            sources.next().is_some_and(|one| one.source.enabled && !busy.contains(&one.source.id))
        });
        Ok(source::next_wake(&states))
    }

    /// The polls that come next, each as "source at moment", at most `count`.
    ///
    /// # Errors
    /// The database refuses.
    pub(super) async fn next_polls(&self, count: usize) -> Result<Vec<String>, StoreError> {
        let states = self.states().await?;
        let mut next: Vec<(Option<Timestamp>, &str)> = self
            .config
            .sources
            .iter()
            .zip(&states)
            .filter(|(one, _)| one.source.enabled)
            .map(|(one, state)| (state.due, one.source.id.as_str()))
            .collect();
        next.sort();
        next.truncate(count);
        let line = |(due, id): (Option<Timestamp>, &str)| match due {
            Some(due) => format!("{id} at {due:.0}"),
            None => format!("{id} now"),
        };
        Ok(next.into_iter().map(line).collect())
    }

    /// What is remembered of each configured source, in the order of the configuration.
    async fn states(&self) -> Result<Vec<PollState>, StoreError> {
        let stored = self.store.read(store::source_states).await?;
        let mut states: Vec<PollState> = self
            .config
            .sources
            .iter()
            .map(|one| read_state(stored.get(one.source.id.as_str()).map(String::as_str)))
            .collect();
        let now = self.now();
        self.heal(&mut states, now).await?;
        let twins = source::twins(&self.config.sources, &states);
        for ((one, state), twin) in self.config.sources.iter().zip(&mut states).zip(twins) {
            if twin.is_some() {
                *state = source::stand_back(state);
            }
            let wait = self.still_too_soon(&one.source.id);
            if wait.is_positive() {
                *state = source::hold_back(state, now.saturating_add(wait).unwrap_or(now));
            }
        }
        Ok(states)
    }

    /// Brings states that lie in the future back to the present, for good: a clock that was set back must not be
    /// waited for.
    async fn heal(&self, states: &mut [PollState], now: Timestamp) -> Result<(), StoreError> {
        let mut healed = Vec::new();
        for (one, state) in self.config.sources.iter().zip(states) {
            let steady = source::steady(state, &self.config.schedule, now);
            if steady != *state {
                healed.push((one.source.id.clone(), stored_state(&steady)));
                *state = steady;
            }
        }
        if healed.is_empty() {
            return Ok(());
        }
        tracing::warn!(
            event = event::CLOCK_SET_BACK,
            sources = healed.len(),
            "the clock was set back"
        );
        self.store
            .write(move |tx| {
                healed.iter().try_for_each(|(id, state)| store::save_state(tx, id, state, now))
            })
            .await
    }

    /// The sources to poll, by their places, first the one that is longest overdue.
    fn choose(
        &self,
        states: &[PollState],
        which: Which,
        busy: &HashSet<SourceId>,
    ) -> Vec<(usize, PollState)> {
        let now = self.now();
        let enabled: Vec<(usize, PollState)> = self
            .config
            .sources
            .iter()
            .zip(states)
            .enumerate()
            .filter(|(_, (one, _))| one.source.enabled && !busy.contains(&one.source.id))
            .map(|(at, (_, state))| (at, state.clone()))
            .collect();
        let chosen: Vec<usize> = match which {
            Which::Due => source::due_now(enabled.iter().map(|(at, state)| (*at, state)), now),
            Which::Allowed => enabled
                .iter()
                .filter(|(_, state)| state.may_poll(now).is_ok())
                .map(|(at, _)| *at)
                .collect(),
        };
        let mut by_place: std::collections::HashMap<usize, PollState> =
            enabled.into_iter().collect();
        chosen.into_iter().filter_map(|at| Some((at, by_place.remove(&at)?))).collect()
    }

    /// [`Engine::clean_up`], when it was not done for a day; restarts do not count. `None` when it was.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn clean_up_daily(&self) -> Result<Option<Purged>, StoreError> {
        let last = self.store.read(store::last_retention).await?;
        let is_due = last.is_none_or(|(last, _)| {
            // A clock that was set must not put it off for long.
            self.now().duration_since(last).abs() >= CLEAN_UP_EVERY
        });
        if is_due { self.clean_up().await.map(Some) } else { Ok(None) }
    }

    /// Removes what nobody will miss, in small steps: old lines of the poll log, texts of what was ruled out, bodies of
    /// old messages. Identity and evidence stay for ever. Returns what went.
    ///
    /// # Errors
    /// The database refuses; the steps before stay done.
    pub async fn clean_up(&self) -> Result<Purged, StoreError> {
        let (now, kept) = (self.now(), &self.config.store);
        let before = |period: SignedDuration| now.checked_sub(period).unwrap_or(Timestamp::MIN);
        let retention = Retention {
            polls_since: before(kept.keep_polls),
            rejected_texts_since: before(kept.keep_rejected),
            messages_since: before(kept.keep_messages),
            at_most: PURGE_ROWS,
        };
        let (started, mut longest) = (Instant::now(), Duration::ZERO);
        let mut all = Purged::default();
        loop {
            let step = Instant::now();
            let purged = self.store.write(move |tx| store::purge(tx, &retention)).await?;
            longest = longest.max(step.elapsed());
            self.vitals().forgot(&purged);
            all.add(&purged);
            if !purged.more {
                break;
            }
            tokio::time::sleep(BETWEEN_STEPS).await;
        }
        let before = before(SignedDuration::from_hours(24 * SERVER_DAYS));
        self.store
            .write(move |tx| {
                store::forget_servers(tx, before)?;
                store::record_retention(tx, now, &all)
            })
            .await?;
        if !all.is_nothing() {
            tracing::info!(
                polls = all.polls,
                texts = all.texts,
                contents = all.contents,
                summaries = all.summaries,
                messages = all.messages,
                took_ms = started.elapsed().as_millis() as u64,
                longest_step_ms = longest.as_millis() as u64,
                "what nobody will miss was removed"
            );
        }
        Ok(all)
    }
}

/// The stored state of a source. One that cannot be read (an older version's, say) counts as none: the source is
/// polled at once, which costs one request.
pub(crate) fn read_state(json: Option<&str>) -> PollState {
    json.and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default()
}

fn log_delivery(delivery: &DeliveryReport) {
    for taken in &delivery.accepted {
        tracing::info!(
            outbox.id = taken.id.0,
            recipient.id = taken.recipient,
            commitment.id = taken.commitment.as_ref().map(|id| id.as_str()),
            answer = taken.answer,
            "message accepted"
        );
    }
    for (row, reason) in &delivery.deferred {
        tracing::warn!(event = event::MAIL_DEFERRED, outbox.id = row.0, reason, "message put off");
    }
    for (row, recipient, reason) in &delivery.rejected {
        tracing::error!(
            event = event::MAIL_REFUSED,
            outbox.id = row.0,
            recipient.id = recipient,
            reason,
            "message given up"
        );
    }
    for (row, reason) in &delivery.unknown {
        tracing::warn!(
            event = event::MAIL_DOUBTFUL,
            outbox.id = row.0,
            reason,
            "message may have been accepted; a duplicate is possible"
        );
    }
    for row in &delivery.recovered {
        tracing::warn!(
            event = event::MAIL_DOUBTFUL,
            outbox.id = row.0,
            "message was under way when its sender ended; a duplicate is possible"
        );
    }
    for (row, reason) in &delivery.shortened {
        tracing::warn!(
            outbox.id = row.0,
            reason,
            "message was too big; a shorter edition goes out"
        );
    }
    for (recipient, reason) in &delivery.suspended {
        tracing::error!(
            event = event::MAIL_ADDRESS_DEAD,
            recipient.id = recipient,
            reason,
            "the address is dead: nothing more is sent to it"
        );
    }
    if let Some(error) = &delivery.down {
        tracing::error!(event = event::MAIL_DOWN, error, "mail cannot leave; messages wait");
    }
}
