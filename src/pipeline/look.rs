//! What a source holds now, for `sources check`: fetched and judged, and nothing of it stored.

use jiff::Timestamp;

use super::engine::Engine;
use super::feed_body;
use crate::config::ConfiguredSource;
use crate::feed;
use crate::fetch::Outcome;
use crate::model::Entry;
use crate::relevance::{self, EntryDecision};
use crate::source::PollState;

/// What a source holds now.
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
    /// What of the document was lost, and why.
    pub lost: Vec<String>,
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
    /// Who wrote it, as the feed says.
    pub authors: Vec<String>,
    /// The medium that an aggregator has it from.
    pub medium: Option<String>,
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
        let outcome = self.fetcher.get(&request).await;
        let mut look = Look {
            source: one.source.id.to_string(),
            url: one.source.url.clone(),
            outcome: outcome.code().to_owned(),
            error: None,
            repairs: Vec::new(),
            lost: Vec::new(),
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
        match feed::read(&body, &feed_body::context(one, charset.as_deref(), &final_url, now)) {
            Ok(parsed) => {
                let entries = parsed.entries.iter().zip(&parsed.credits);
                look.entries =
                    entries.map(|(entry, credit)| self.look_entry(one, entry, credit)).collect();
                let said = |lost: &feed::Lost| format!("{}: {}", lost.code, lost.reason);
                look.lost = parsed.lost.iter().map(said).collect();
                look.repairs = parsed.repairs.clone();
            }
            Err(error) => {
                look.outcome = error.code().to_owned();
                look.error = Some(super::chain(&error));
            }
        }
        look
    }

    fn look_entry(
        &self,
        one: &ConfiguredSource,
        entry: &Entry,
        credit: &feed::Credit,
    ) -> LookEntry {
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
            authors: credit.authors.clone(),
            medium: credit.source.clone(),
            fetch,
            why: relevance.why,
        }
    }
}
