//! What the body of a feed brings: parsed, compared with what is known, judged by title and summary. Runs on a
//! thread for work; nothing is stored here.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::config::ConfiguredSource;
use crate::config::topic::Topic;
use crate::feed::{self, DateZone, FeedContext};
use crate::fetch;
use crate::model::{Entry, RelevanceDecision};
use crate::relevance::{self, EntryDecision};
use crate::source::{PollClass, PollResult};
use crate::store::{self, Fate, SeenEntry, Store, StoreError, Validators};

/// What one request brought, before it is stored.
pub(super) struct Brought {
    pub(super) outcome: String,
    pub(super) ok: bool,
    pub(super) http_status: Option<u16>,
    pub(super) bytes: u64,
    pub(super) seen: u32,
    pub(super) error: Option<String>,
    /// What is odd about a body that could be read: for the poll's log.
    pub(super) note: Option<String>,
    pub(super) validators: Option<Validators>,
    pub(super) entries: Vec<SeenEntry>,
    pub(super) result: PollResult,
}

impl Brought {
    pub(super) fn failed(code: &str, status: Option<u16>, error: String, class: PollClass) -> Self {
        Self {
            outcome: code.to_owned(),
            ok: false,
            http_status: status,
            bytes: 0,
            seen: 0,
            error: Some(error),
            note: None,
            validators: None,
            entries: Vec::new(),
            result: PollResult::plain(class),
        }
    }
}

/// A body to be read, with everything that it takes, as a value that can go to another thread.
pub(super) struct FeedBody {
    pub(super) one: ConfiguredSource,
    pub(super) body: Vec<u8>,
    pub(super) charset: Option<String>,
    pub(super) final_url: String,
    pub(super) validators: fetch::Validators,
    pub(super) known: Option<Validators>,
    pub(super) now: Timestamp,
    pub(super) store: Store,
    pub(super) topic: Arc<Topic>,
}

impl FeedBody {
    pub(super) fn read(self) -> Brought {
        let hash = blake3::hash(&self.body).to_hex().to_string();
        let bytes = self.body.len() as u64;
        let same =
            self.known.as_ref().is_some_and(|known| known.body_hash.as_deref() == Some(&hash));
        if same {
            // The server sent what we have: its new validators count, its entries are known.
            return self.brought("fetch.same_body", bytes, hash, Vec::new(), PollClass::SameBody);
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
        let (odd, truncated) = (note(&parsed), parsed.repairs.iter().any(|r| r == "truncated"));
        let (seen, hints) = (u32::try_from(parsed.entries.len()).unwrap_or(u32::MAX), parsed.hints);
        let ahead = parsed.credits.iter().map(|credit| credit.ahead).collect::<Vec<_>>();
        match self.sort(parsed.entries, &ahead) {
            Ok((entries, known, dates_ahead)) => {
                let class = PollClass::Fetched { new_entries: entries.len(), known };
                let mut brought = self.brought("fetch.fresh", bytes, hash, entries, class);
                brought.seen = seen;
                brought.note = odd;
                if truncated {
                    // Half a document must not be vouched for: the next poll fetches it again.
                    brought.validators = None;
                }
                brought.result.hints = hints;
                brought.result.dates_ahead = dates_ahead;
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
            note: None,
            validators: Some(stored_validators(self.validators.clone(), Some(hash))),
            entries,
            result: PollResult::plain(class),
        }
    }

    /// Entries that are new or changed, each with its fate, and the number of those that are known. Feeds run
    /// from new to old, and order of arrival decides what is new: they are stored oldest first. Beside both, how many
    /// minutes the newest of those never met before lies `ahead` of this moment.
    fn sort(
        &self,
        entries: Vec<Entry>,
        ahead: &[SignedDuration],
    ) -> Result<(Vec<SeenEntry>, usize, Option<i32>), StoreError> {
        let known = self.store.read_blocking(|connection| {
            store::known_entries(
                connection,
                &self.one.source.id,
                entries.iter().map(|entry| entry.key.as_str()),
            )
        })?;
        let mut seen = Vec::new();
        let mut newest = None;
        for (mut entry, ahead) in entries.into_iter().zip(ahead).rev() {
            if entry.published.or(entry.updated).is_some() && !known.contains_key(&entry.key) {
                newest = newest.max(Some(*ahead));
            }
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
        let minutes = |ahead: SignedDuration| i32::try_from(ahead.as_mins()).unwrap_or(i32::MAX);
        Ok((seen, known.len(), newest.map(minutes)))
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

/// What had to be mended in a document, what of it was lost, and what it says of its own end. `None` for a good one.
fn note(parsed: &feed::Parsed) -> Option<String> {
    let mut parts = Vec::new();
    if let Some(first) = parsed.lost.first() {
        parts.push(format!(
            "{} entries lost ({}: {})",
            parsed.lost.len(),
            first.code,
            first.reason
        ));
    }
    if !parsed.repairs.is_empty() {
        parts.push(format!("mended: {}", parsed.repairs.join(", ")));
    }
    if parsed.ended {
        parts.push("it says that it has ended".to_owned());
    }
    if let Some(to) = &parsed.links.moved_to {
        parts.push(format!("it says that it has moved to {to}"));
    }
    (!parts.is_empty()).then(|| parts.join("; "))
}

/// Validators as they are stored: under the address that sent them, which is asked for them next time. They vouch for
/// nothing else.
pub(super) fn stored_validators(sent: fetch::Validators, body_hash: Option<String>) -> Validators {
    let fetch::Validators { url, etag, last_modified } = sent;
    Validators { url, etag, last_modified, body_hash }
}

/// What the document cannot say of itself.
pub(super) fn context<'a>(
    one: &'a ConfiguredSource,
    charset: Option<&'a str>,
    base_url: &'a str,
    fetched_at: Timestamp,
) -> FeedContext<'a> {
    FeedContext {
        charset,
        base_url,
        language: one.source.language,
        date_zone: one
            .source
            .date_zone
            .as_deref()
            .map(|name| DateZone { name, always: one.source.wrong_zone }),
        kind: &one.source.kind,
        fetched_at,
    }
}
