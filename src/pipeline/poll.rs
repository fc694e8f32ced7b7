//! One poll of one source: ask, read, decide, store. The state that keeps the distance to the next request is on
//! disk before the request is sent, and validators are stored together with the entries they vouch for.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::engine::Engine;
use super::feed_body::{Brought, FeedBody, stored_validators};
use super::polls::AmongPolls;
use crate::config::ConfiguredSource;
use crate::fetch::rest::Why;
use crate::fetch::{self, FetchError, Outcome, Rest, Turn};
use crate::model::SourceKind;
use crate::source::{self, Condition, PollClass, PollResult, PollState, Term};
use crate::store::{self, PollCounts, PollRecord, SourceState, StoreError, Validators};
use crate::telemetry::event;

/// What came of a poll, for logs and for `once`.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct PollReport {
    /// The source.
    pub source: String,
    /// The outcome as a stable word.
    pub outcome: String,
    /// Entries in the document.
    pub seen: u32,
    /// Entries never seen before.
    pub new: u32,
    /// Known entries whose text has changed.
    pub changed: u32,
    /// Entries that now wait to be judged.
    pub pending: usize,
    /// What went wrong, in words.
    pub error: Option<String>,
}

impl Engine {
    /// Polls one source, whatever its schedule says, and stores what came of it. A fault of the source is an
    /// outcome, not an error. `turn` at its host is given back as soon as the host has answered.
    ///
    /// # Errors
    /// The database refuses; then the poll counts as never finished and is repeated after its distance.
    pub(super) async fn poll(
        &self,
        one: &ConfiguredSource,
        state: &PollState,
        turn: Turn,
        among: &AmongPolls,
    ) -> Result<PollReport, StoreError> {
        let polling = &self.config.schedule;
        let started = self.now();
        let state = source::steady(state, polling, started);
        if let Some(rest) = self.fetcher.resting(state.address(&one.source.url)) {
            return self.put_off_poll(one, &state, rest).await;
        }
        let state = source::before_request(&state, polling, started);
        self.note_asked(&one.source.id);
        let (id, before) = (one.source.id.clone(), stored_state(&state));
        // Writes that wait at the same time share one commit: a round of polls costs few of them.
        let url = state.answering(&one.source.url).to_owned();
        let known = self
            .write_among(among, move |tx| {
                store::record_before_request(tx, &id, &before, started)?;
                store::validators(tx, &id, &url)
            })
            .await?;
        let request = self.request(one, &state, known.as_ref(), started);
        let outcome = self.fetcher.get_in_turn(&request, turn).await;
        let pause = self.heed(&outcome, one.source.allow_private);
        let offline = self.watch_network(one, &state, &outcome);
        let mut brought = if offline {
            offline_poll(&outcome)
        } else {
            self.understand(one, outcome, known, started).await
        };
        brought.result.page_dates = self.take_page_dates(&one.source.id);
        let finished = self.now();
        let next = source::after(&state, &brought.result, one, polling, finished);
        log_changes(one, &state, &next);
        let record = PollRecord {
            source: one.source.id.clone(),
            started,
            finished,
            outcome: brought.outcome.clone(),
            ok: brought.ok,
            http_status: brought.http_status,
            bytes: brought.bytes,
            seen: brought.seen,
            error: brought.error.clone().or(brought.note),
            validators: brought.validators,
            entries: brought.entries,
            baseline: state.last_full.is_none(),
            state: stored_state(&next),
            pause,
        };
        let counts = self.write_among(among, move |tx| store::record_poll(tx, &record)).await?;
        let report = report(one, brought.outcome, brought.seen, brought.error, &counts);
        self.vitals().polled(&report);
        Ok(report)
    }

    /// A write of a poll: where many polls are under way, it waits for those of the others to share their commit.
    async fn write_among<T: Send + 'static>(
        &self,
        among: &AmongPolls,
        change: impl FnOnce(&store::Transaction<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        if among.are_many() {
            self.store.write_with_others(change).await
        } else {
            self.store.write(change).await
        }
    }

    /// A poll that is not made because the server is left alone; the state says when it will be.
    async fn put_off_poll(
        &self,
        one: &ConfiguredSource,
        state: &PollState,
        rest: Rest,
    ) -> Result<PollReport, StoreError> {
        let now = self.now();
        let (term, outcome) = match rest.why {
            Why::Asked => (Term::Paused, "fetch.paused"),
            Why::Down => (Term::HostDown, "fetch.host_down"),
        };
        let wait = SignedDuration::try_from(rest.left).unwrap_or(SignedDuration::MAX);
        let next = source::put_off(state, one, wait, term, now);
        let (id, stored) = (one.source.id.clone(), stored_state(&next));
        self.store.write(move |tx| store::save_state(tx, &id, &stored, now)).await?;
        let error = Some(term.words().to_owned());
        Ok(report(one, outcome.to_owned(), 0, error, &PollCounts::default()))
    }

    /// The request that a source's state asks for.
    pub(super) fn request(
        &self,
        one: &ConfiguredSource,
        state: &PollState,
        known: Option<&Validators>,
        now: Timestamp,
    ) -> fetch::Request {
        let source = &one.source;
        // A first sight must see the whole feed: "not modified" would leave the baseline for later news to fall into.
        let whole = state.last_full.is_none() || state.wants_whole_feed(now);
        let conditional = known.filter(|_| !whole);
        fetch::Request {
            validators: conditional.map(|known| fetch::Validators {
                url: known.url.clone(),
                etag: known.etag.clone(),
                last_modified: known.last_modified.clone(),
            }),
            headers: source.headers.clone(),
            route: route(one),
            accept: match source.kind {
                SourceKind::Feed => fetch::Accept::Feed,
                SourceKind::Listing(_) => fetch::Accept::Page,
            },
            max_bytes: usize::try_from(match one.source.kind {
                SourceKind::Feed => self.config.fetch.max_feed,
                SourceKind::Listing(_) => self.config.fetch.max_page,
            })
            .unwrap_or(usize::MAX),
            deadline: self.config.fetch.timeout.unsigned_abs(),
            ..fetch::Request::feed(state.address(&source.url))
        }
    }

    /// Turns the outcome of a request into what shall be stored.
    async fn understand(
        &self,
        one: &ConfiguredSource,
        outcome: Outcome,
        known: Option<Validators>,
        now: Timestamp,
    ) -> Brought {
        let code = outcome.code().to_owned();
        match outcome {
            Outcome::Fresh {
                body,
                charset,
                validators,
                final_url,
                permanent,
                freshness_until,
                clock_ahead,
                conditional,
                ..
            } => {
                let answered = Some(final_url.clone());
                let fetched = FeedBody {
                    one: one.clone(),
                    body,
                    charset,
                    final_url,
                    validators,
                    known,
                    now,
                    store: self.store.clone(),
                    topic: Arc::clone(&self.topic),
                };
                // Parsing and judging titles is work for a processor, not for the thread that waits for sockets.
                let read = self.work(move || fetched.read()).await;
                let mut brought = read.unwrap_or_else(|error| {
                    let failed = PollClass::Failed { code: "feed.panicked".into(), blocked: false };
                    Brought::failed("feed.panicked", Some(200), error.to_string(), failed)
                });
                brought.result.freshness_until = freshness_until;
                brought.result.permanent = permanent;
                brought.result.final_url = answered;
                brought.result.conditional = conditional;
                brought.result.clock_ahead = clock_ahead;
                brought.result.bytes = brought.bytes;
                brought
            }
            Outcome::NotModified {
                validators,
                final_url,
                permanent,
                freshness_until,
                clock_ahead,
            } => Brought {
                validators: changed_validators(validators, known.as_ref()),
                outcome: code,
                ok: true,
                http_status: Some(304),
                bytes: 0,
                seen: 0,
                error: None,
                note: None,
                entries: Vec::new(),
                result: PollResult {
                    freshness_until,
                    permanent,
                    final_url: Some(final_url),
                    conditional: true,
                    clock_ahead,
                    ..PollResult::plain(PollClass::NotModified)
                },
            },
            Outcome::Gone => Brought::failed(
                &code,
                Some(410),
                "the server says that the feed is gone for good".to_owned(),
                PollClass::Gone,
            ),
            Outcome::Wait { until, status, .. } => Brought::failed(
                &code,
                Some(status),
                "the server asks us to wait".to_owned(),
                PollClass::Wait { until },
            ),
            // Feeds are followed wherever they lead.
            Outcome::Elsewhere { to } => failed(&FetchError::Redirect { url: to }),
            Outcome::Failed(error) => failed(&error),
        }
    }
}

fn failed(error: &FetchError) -> Brought {
    let status = error.status();
    let class = PollClass::Failed {
        code: error.code().to_owned(),
        blocked: matches!(status, Some(401 | 403)) || matches!(error, FetchError::Challenge { .. }),
    };
    Brought::failed(error.code(), status, super::chain(error), class)
}

/// Those that come with "not modified", if they are not the known ones: most of the time there is nothing to write.
fn changed_validators(sent: fetch::Validators, known: Option<&Validators>) -> Option<Validators> {
    let body_hash = known.and_then(|known| known.body_hash.clone());
    Some(stored_validators(sent, body_hash)).filter(|new| known != Some(new))
}

/// The way out to the server of a source.
pub fn route(one: &ConfiguredSource) -> fetch::Route {
    fetch::Route {
        allow_private: one.source.allow_private,
        http1_only: one.access.http1_only,
        proxy: one.access.proxy.clone(),
    }
}

/// Nobody was reached, and the fault is ours: the source keeps its good name.
fn offline_poll(outcome: &Outcome) -> Brought {
    let error = match outcome {
        Outcome::Failed(error) => super::chain(error),
        _ => String::new(),
    };
    Brought::failed("network.down", None, error, PollClass::Offline)
}

/// Says what the log should know beside the outcome of the poll.
fn log_changes(one: &ConfiguredSource, before: &PollState, after: &PollState) {
    let id = one.source.id.as_str();
    match (&before.adopted, &after.adopted) {
        (None, Some(new)) => tracing::warn!(
            event = event::SOURCE_MOVED,
            source.id = id,
            from = new.from,
            to = new.to,
            "the source has moved for good and is read at its new address from now on"
        ),
        (Some(old), None) => tracing::warn!(
            event = event::SOURCE_MOVED,
            source.id = id,
            from = old.to,
            to = old.from,
            "the new address fails; the source is read at the configured one again"
        ),
        _ => {}
    }
    if let (None, Some(off)) = (before.dates.off(), after.dates.off()) {
        tracing::warn!(source.id = id, "{}", Condition::DatesOff(off));
    }
    if after.gap_at != before.gap_at {
        tracing::warn!(
            event = event::SOURCE_GAP,
            source.id = id,
            "no entry was known before: some may have been missed"
        );
    }
    let (from, to) = (before.health, after.health);
    if to.is_bad() && to != from {
        tracing::warn!(event = event::SOURCE_FAILING, source.id = id, %from, %to, "health");
    } else if from.is_bad() && to != from {
        tracing::info!(event = event::SOURCE_RECOVERED, source.id = id, %from, %to, "health");
    } else if to != from {
        tracing::info!(source.id = id, %from, %to, "health");
    }
}

/// The state of a source as the database keeps it.
pub(super) fn stored_state(state: &PollState) -> SourceState {
    SourceState {
        // A plain struct of numbers and text always has a JSON form.
        json: serde_json::to_string(state).unwrap_or_else(|_| "{}".to_owned()),
        next_due: state.due,
        not_before: state.not_before,
        health: state.health.as_str().to_owned(),
    }
}

fn report(
    one: &ConfiguredSource,
    outcome: String,
    seen: u32,
    error: Option<String>,
    counts: &PollCounts,
) -> PollReport {
    PollReport {
        source: one.source.id.to_string(),
        outcome,
        seen,
        new: counts.new,
        changed: counts.changed,
        pending: counts.pending.len(),
        error,
    }
}
