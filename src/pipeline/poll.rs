//! One poll of one source: ask, read, decide, store. The state that keeps the distance to the next request is on
//! disk before the request is sent, and validators are stored together with the entries they vouch for.

use std::sync::Arc;

use jiff::Timestamp;
use tokio::sync::OwnedMutexGuard;

use super::engine::Engine;
use crate::config::ConfiguredSource;
use crate::config::topic::Topic;
use crate::feed::{self, FeedContext, Parsed};
use crate::fetch::{self, FetchError, Outcome};
use crate::model::{Entry, RelevanceDecision, SourceKind};
use crate::relevance::{self, EntryDecision};
use crate::source::{self, FeedHints, PollClass, PollResult, PollState};
use crate::store::{
    self, Fate, PollCounts, PollRecord, SeenEntry, SourceState, Store, StoreError, Validators,
};

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

/// What one request brought, before it is stored.
struct Brought {
    outcome: String,
    ok: bool,
    http_status: Option<u16>,
    bytes: u64,
    seen: u32,
    error: Option<String>,
    validators: Option<Validators>,
    entries: Vec<SeenEntry>,
    result: PollResult,
}

impl Brought {
    fn failed(code: &str, status: Option<u16>, error: String, class: PollClass) -> Self {
        Self {
            outcome: code.to_owned(),
            ok: false,
            http_status: status,
            bytes: 0,
            seen: 0,
            error: Some(error),
            validators: None,
            entries: Vec::new(),
            result: PollResult::plain(class),
        }
    }
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
        turn: OwnedMutexGuard<()>,
    ) -> Result<PollReport, StoreError> {
        let polling = &self.config.schedule;
        let started = self.now();
        let state =
            source::before_request(&source::steady(state, polling, started), polling, started);
        let (id, before) = (one.source.id.clone(), stored_state(&state));
        // Writes that wait at the same time share one commit: a round of polls costs few of them.
        let url = one.source.url.clone();
        let known = self
            .store
            .write(move |tx| {
                store::record_before_request(tx, &id, &before, started)?;
                store::validators(tx, &id, &url)
            })
            .await?;
        let request = self.request(one, &state, known.as_ref(), started);
        let outcome = self.fetcher.get(&request, started).await;
        drop(turn);
        let brought = self.understand(one, outcome, known, started).await;
        let finished = self.now();
        let next = source::after(&state, &brought.result, one, polling, finished);
        let record = PollRecord {
            source: one.source.id.clone(),
            started,
            finished,
            outcome: brought.outcome.clone(),
            ok: brought.ok,
            http_status: brought.http_status,
            bytes: brought.bytes,
            seen: brought.seen,
            error: brought.error.clone(),
            validators: brought.validators,
            entries: brought.entries,
            baseline: state.last_full.is_none(),
            state: stored_state(&next),
        };
        let counts = self.store.write(move |tx| store::record_poll(tx, &record)).await?;
        Ok(report(one, brought.outcome, brought.seen, brought.error, &counts))
    }

    fn request(
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
            allow_private: source.allow_private,
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
            ..fetch::Request::feed(source.url.clone())
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
                ..
            } => {
                let reading = FeedReading {
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
                let read = self.work(move || reading.read()).await;
                let mut brought = read.unwrap_or_else(|error| {
                    let failed = PollClass::Failed { code: "feed.panicked".into(), blocked: false };
                    Brought::failed("feed.panicked", Some(200), error.to_string(), failed)
                });
                brought.result.freshness_until = freshness_until;
                brought.result.permanent = permanent;
                brought
            }
            Outcome::NotModified { validators, permanent, freshness_until } => Brought {
                validators: changed_validators(&one.source.url, validators, known.as_ref()),
                outcome: code,
                ok: true,
                http_status: Some(304),
                bytes: 0,
                seen: 0,
                error: None,
                entries: Vec::new(),
                result: PollResult {
                    freshness_until,
                    permanent,
                    ..PollResult::plain(PollClass::NotModified)
                },
            },
            Outcome::Gone => Brought::failed(
                &code,
                Some(410),
                "the server says that the feed is gone for good".to_owned(),
                PollClass::Gone,
            ),
            Outcome::Wait { until, status } => Brought::failed(
                &code,
                Some(status),
                "the server asks us to wait".to_owned(),
                PollClass::Wait { until },
            ),
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

/// A body to be read, with everything that it takes, as a value that can go to another thread.
struct FeedReading {
    one: ConfiguredSource,
    body: Vec<u8>,
    charset: Option<String>,
    final_url: String,
    validators: fetch::Validators,
    known: Option<Validators>,
    now: Timestamp,
    store: Store,
    topic: Arc<Topic>,
}

impl FeedReading {
    fn read(self) -> Brought {
        let hash = blake3::hash(&self.body).to_hex().to_string();
        let bytes = self.body.len() as u64;
        let same =
            self.known.as_ref().is_some_and(|known| known.body_hash.as_deref() == Some(&hash));
        if same {
            // The server sent what we have: its new validators count, its entries are known.
            let class = PollClass::Fetched { new_entries: 0, known: 1 };
            return self.brought("fetch.same_body", bytes, hash, Vec::new(), class);
        }
        let parsed = match feed::read(
            &self.body,
            &context(&self.one, self.charset.as_deref(), &self.final_url, self.now),
        ) {
            Ok(parsed) => parsed,
            Err(error) => {
                // The old validators stay, so that the next poll fetches again.
                let class = PollClass::Failed { code: error.code().to_owned(), blocked: false };
                let mut brought =
                    Brought::failed(error.code(), Some(200), super::chain(&error), class);
                brought.bytes = bytes;
                return brought;
            }
        };
        let (seen, hints) =
            (u32::try_from(parsed.entries.len()).unwrap_or(u32::MAX), hints(&parsed));
        match self.sort(parsed.entries) {
            Ok((entries, known)) => {
                let class = PollClass::Fetched { new_entries: entries.len(), known };
                let mut brought = self.brought("fetch.fresh", bytes, hash, entries, class);
                brought.seen = seen;
                brought.result.hints = hints;
                brought
            }
            Err(error) => {
                let class = PollClass::Failed { code: "store".to_owned(), blocked: false };
                Brought::failed("store", Some(200), super::chain(&error), class)
            }
        }
    }

    fn brought(
        &self,
        outcome: &str,
        bytes: u64,
        hash: String,
        entries: Vec<SeenEntry>,
        class: PollClass,
    ) -> Brought {
        Brought {
            outcome: outcome.to_owned(),
            ok: true,
            http_status: Some(200),
            bytes,
            seen: 0,
            error: None,
            validators: Some(stored_validators(
                &self.one.source.url,
                self.validators.clone(),
                Some(hash),
            )),
            entries,
            result: PollResult::plain(class),
        }
    }

    /// Entries that are new or changed, each with its fate, and the number of those that are known. Feeds run
    /// from new to old, and order of arrival decides what is new: they are stored oldest first.
    fn sort(&self, entries: Vec<Entry>) -> Result<(Vec<SeenEntry>, usize), StoreError> {
        let known = self.store.read_blocking(|connection| {
            store::known_entries(
                connection,
                &self.one.source.id,
                entries.iter().map(|entry| entry.key.as_str()),
            )
        })?;
        let mut seen = Vec::new();
        for mut entry in entries.into_iter().rev() {
            if known.get(&entry.key).is_some_and(|known| known.revision == entry.revision) {
                continue;
            }
            let fate = self.fate(&entry);
            if matches!(fate, Fate::Rejected(_)) {
                // It is not kept, and a round of many feeds would hold a lot of it.
                entry.content = None;
            }
            seen.push(SeenEntry { entry, fate });
        }
        seen.sort_by_key(|seen| seen.entry.published.or(seen.entry.updated));
        Ok((seen, known.len()))
    }

    /// What title and summary exclude is never fetched; everything else waits.
    fn fate(&self, entry: &Entry) -> Fate {
        let declared = entry.language.or(self.one.source.language);
        match relevance::judge_entry(&entry.title, &entry.summary, declared, &self.topic) {
            EntryDecision::Fetch(_) => Fate::Pending,
            EntryDecision::RuledOut(relevance) => {
                debug_assert_ne!(relevance.decision, RelevanceDecision::Keep);
                Fate::Rejected(relevance)
            }
        }
    }
}

fn hints(parsed: &Parsed) -> FeedHints {
    FeedHints {
        interval: parsed
            .ttl_minutes
            .map(|minutes| jiff::SignedDuration::from_mins(i64::from(minutes))),
        ..FeedHints::default()
    }
}

/// Validators as they are stored: under the address that is asked next time, and only if it is the one that sent
/// them (they vouch for nothing else).
fn stored_validators(url: &str, sent: fetch::Validators, body_hash: Option<String>) -> Validators {
    let own = sent.url == url;
    Validators {
        url: url.to_owned(),
        etag: sent.etag.filter(|_| own),
        last_modified: sent.last_modified.filter(|_| own),
        body_hash,
    }
}

/// Those that come with "not modified", if they are not the known ones: most of the time there is nothing to write.
fn changed_validators(
    url: &str,
    sent: fetch::Validators,
    known: Option<&Validators>,
) -> Option<Validators> {
    let body_hash = known.and_then(|known| known.body_hash.clone());
    Some(stored_validators(url, sent, body_hash)).filter(|new| known != Some(new))
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

/// What a source holds now, for `sources check`. Nothing of it is stored.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Look {
    /// The source.
    pub source: String,
    /// Its address.
    pub url: String,
    /// The outcome as a stable word.
    pub outcome: String,
    /// Why it cannot be read.
    pub error: Option<String>,
    /// What had to be repaired in the document.
    pub repairs: Vec<String>,
    /// Its entries, in the order of the document.
    pub entries: Vec<LookEntry>,
}

/// One entry of a source that was looked at.
#[derive(Debug, Clone, serde::Serialize)]
pub struct LookEntry {
    /// Title.
    pub title: String,
    /// Address of the article.
    pub link: Option<String>,
    /// When it was published.
    pub published: Option<Timestamp>,
    /// Whether title and summary leave it possible, so that its page would be fetched.
    pub fetch: bool,
    /// Why, in a sentence.
    pub why: String,
}

impl Engine {
    /// Fetches a source without validators and says what it holds.
    pub async fn look_at(&self, one: &ConfiguredSource) -> Look {
        let now = self.now();
        let request = self.request(one, &PollState::default(), None, now);
        let outcome = self.fetcher.get(&request, now).await;
        let mut look = Look {
            source: one.source.id.to_string(),
            url: one.source.url.clone(),
            outcome: outcome.code().to_owned(),
            error: None,
            repairs: Vec::new(),
            entries: Vec::new(),
        };
        let Outcome::Fresh { body, charset, final_url, .. } = outcome else {
            look.error = Some(match &outcome {
                Outcome::Failed(error) => super::chain(error),
                Outcome::Wait { .. } => "the server asks us to wait".to_owned(),
                Outcome::Gone => "the server says that it is gone for good".to_owned(),
                Outcome::Fresh { .. } | Outcome::NotModified { .. } => {
                    "an unasked \"not modified\"".to_owned()
                }
            });
            return look;
        };
        match feed::read(&body, &context(one, charset.as_deref(), &final_url, now)) {
            Ok(parsed) => {
                look.entries =
                    parsed.entries.iter().map(|entry| self.look_entry(one, entry)).collect();
                look.repairs = parsed.repairs.clone();
            }
            Err(error) => {
                look.outcome = error.code().to_owned();
                look.error = Some(super::chain(&error));
            }
        }
        look
    }

    fn look_entry(&self, one: &ConfiguredSource, entry: &crate::model::Entry) -> LookEntry {
        let declared = entry.language.or(one.source.language);
        let decision = relevance::judge_entry(&entry.title, &entry.summary, declared, &self.topic);
        let (fetch, relevance) = match decision {
            EntryDecision::Fetch(relevance) => (true, relevance),
            EntryDecision::RuledOut(relevance) => (false, relevance),
        };
        LookEntry {
            title: entry.title.clone(),
            link: entry.link.clone(),
            published: entry.published,
            fetch,
            why: relevance.why,
        }
    }
}

fn context<'a>(
    one: &'a ConfiguredSource,
    charset: Option<&'a str>,
    base_url: &'a str,
    fetched_at: Timestamp,
) -> FeedContext<'a> {
    FeedContext {
        charset,
        base_url,
        language: one.source.language,
        date_zone: one.source.date_zone.as_deref(),
        kind: &one.source.kind,
        fetched_at,
    }
}
