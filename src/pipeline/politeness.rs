//! What the answers of servers mean for others than the source that was asked: a publisher that wants patience, and our
//! own network that is down.

use std::time::Duration;

use jiff::SignedDuration;

use super::engine::Engine;
use crate::config::{ConfiguredSource, PauseScope};
use crate::fetch::{Fetcher, Outcome, Scope, place};
use crate::model::SourceId;
use crate::source::PollState;
use crate::store::{self, Pause, Store, StoreError};
use crate::telemetry::event;

/// By so much must the clock on the wall have run ahead to count as set.
const CLOCK_STEP: SignedDuration = SignedDuration::from_mins(1);

impl Engine {
    /// Leaves alone what a server asked to be left alone; returns what is to be stored of it. Only "too many
    /// requests" speaks for more than what was asked, and a server of the operator's own for no other.
    pub(super) fn heed(&self, outcome: &Outcome, private: bool) -> Option<Pause> {
        let Outcome::Wait { until: Some(until), status: 429, url } = outcome else { return None };
        let url = url::Url::parse(url).ok().filter(|_| !private)?;
        let scope = match self.config.fetch.pause_scope {
            PauseScope::Domain => Scope::Domain(place::domain(&url)),
            PauseScope::Host => Scope::Host(place::host(&url)),
            PauseScope::Source => return None,
        };
        let now = self.now();
        let wait = until.duration_since(now).min(self.config.schedule.retry_cap);
        let until = now.checked_add(wait).ok()?;
        self.fetcher.leave_alone(scope.clone(), Duration::try_from(wait).unwrap_or_default());
        Some(Pause { scope: scope.key(), noted_at: now, until })
    }

    /// The same for a request that is no poll: what the server asked for is stored at once.
    pub(super) async fn keep_pause(&self, outcome: &Outcome, private: bool) {
        let Some(pause) = self.heed(outcome, private) else { return };
        if let Err(error) = self.store.write(move |tx| store::save_pause(tx, &pause)).await {
            // It still holds as long as this process lives.
            tracing::error!(error = super::chain(&error), "a pause could not be stored");
        }
    }

    /// Takes in whether anybody answered; true when the outcome is the fault of our own network.
    pub(super) fn watch_network(
        &self,
        one: &ConfiguredSource,
        state: &PollState,
        outcome: &Outcome,
    ) -> bool {
        // What answers on this machine says nothing about the network outside, unless there is no outside.
        if one.source.allow_private && self.has_public_sources() {
            return false;
        }
        let mut network = self.network();
        match outcome {
            Outcome::Failed(error) if error.is_unreached() => {
                let answered_before = state.failures == 0 && state.last_success.is_some();
                let down = network.unreached(&host(one), answered_before, self.hosts());
                if down {
                    tracing::warn!(
                        event = event::NETWORK_DOWN,
                        source.id = one.source.id.as_str(),
                        "our own network is down"
                    );
                }
                down
            }
            // Those were not asked, or not by us.
            Outcome::Failed(error) if error.code() == "fetch.host_down" => false,
            _ => {
                if network.answered() {
                    tracing::info!(event = event::NETWORK_BACK, "our own network is back");
                }
                false
            }
        }
    }

    /// How long a source must still be left alone because the clock was set forward since it was asked: that is no
    /// reason to ask again.
    pub(super) fn still_too_soon(&self, id: &SourceId) -> SignedDuration {
        let Some((asked, then)) = self.asked(id) else { return SignedDuration::ZERO };
        let passed = self.clock.elapsed().saturating_sub(then);
        let passed = SignedDuration::try_from(passed).unwrap_or(SignedDuration::MAX);
        let shown = self.now().duration_since(asked);
        if shown.saturating_sub(passed) < CLOCK_STEP {
            return SignedDuration::ZERO;
        }
        self.config.schedule.floor.saturating_sub(passed).max(SignedDuration::ZERO)
    }
}

/// The host of a source, or the address where there is none.
pub(super) fn host(one: &ConfiguredSource) -> String {
    url::Url::parse(&one.source.url)
        .map_or_else(|_| one.source.url.clone(), |url| place::host(&url))
}

/// Leaves alone who asked for it before the last end of the program. A clock that was set back meanwhile makes no
/// pause longer than it was.
pub(super) fn resume_pauses(
    store: &Store,
    fetcher: &Fetcher,
    now: jiff::Timestamp,
) -> Result<(), StoreError> {
    for pause in store.read_blocking(store::pauses)? {
        let whole = pause.until.duration_since(pause.noted_at);
        let left = pause.until.duration_since(now).min(whole);
        if let (Some(scope), Ok(left)) = (Scope::of_key(&pause.scope), Duration::try_from(left)) {
            fetcher.leave_alone(scope, left);
        }
    }
    Ok(())
}
