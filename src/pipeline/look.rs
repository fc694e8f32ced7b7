//! What a source holds now, for `sources check`: fetched and judged, and nothing of it stored.

use jiff::{SignedDuration, Timestamp};

use super::engine::Engine;
use super::feed_body;
use crate::config::ConfiguredSource;
use crate::feed::{self, Parsed};
use crate::fetch::Outcome;
use crate::model::{Entry, Language, SourceKind};
use crate::relevance::{self, EntryDecision};
use crate::source::PollState;
use crate::text;

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
    /// Whether it may be readable later without anybody changing anything.
    #[serde(skip)]
    pub may_recover: bool,
    /// What had to be repaired in the document.
    pub repairs: Vec<String>,
    /// What of the document was lost, and why.
    pub lost: Vec<String>,
    /// The feed's own title.
    pub title: String,
    /// The language of its titles, where they are in one.
    pub language: Option<Language>,
    /// What an operator should know about it, in words.
    pub odd: Vec<String>,
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
            may_recover: match &outcome {
                Outcome::Failed(error) => error.is_transient(),
                Outcome::Wait { .. } => true,
                _ => false,
            },
            repairs: Vec::new(),
            lost: Vec::new(),
            title: String::new(),
            language: None,
            odd: Vec::new(),
            entries: Vec::new(),
        };
        let Outcome::Fresh { body, charset, final_url, .. } = outcome else {
            look.error = Some(match &outcome {
                Outcome::Failed(error) => super::chain(error),
                Outcome::Wait { .. } => "the server asks us to wait".to_owned(),
                Outcome::Gone => "the server says that it is gone for good".to_owned(),
                Outcome::Elsewhere { to } => format!("it is at {to}"),
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
                look.language = self.language_of(&parsed.entries);
                look.odd = odd(one, &parsed, look.language, now);
                look.title = parsed.title;
                look.repairs = parsed.repairs;
            }
            Err(error) => {
                look.outcome = error.code().to_owned();
                look.error = Some(super::chain(&error));
            }
        }
        look
    }

    fn language_of(&self, entries: &[Entry]) -> Option<Language> {
        let titles: String = entries.iter().map(|entry| format!("{}.\n", entry.title)).collect();
        text::analyse(&titles, &self.topic.words).language
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
            why: relevance.why.to_string(),
        }
    }
}

/// A feed without anything new for so long is probably no longer written.
const OLD: SignedDuration = SignedDuration::from_hours(60 * 24);

/// What an operator should know about a source that can be read.
fn odd(
    one: &ConfiguredSource,
    parsed: &Parsed,
    language: Option<Language>,
    now: Timestamp,
) -> Vec<String> {
    let entries = &parsed.entries;
    let count = |fits: &dyn Fn(&Entry) -> bool| entries.iter().filter(|entry| fits(entry)).count();
    let dates: Vec<Timestamp> =
        entries.iter().filter_map(|entry| entry.published.or(entry.updated)).collect();
    let mut odd = Vec::new();
    let mut say = |when: bool, text: String| {
        if when {
            odd.push(text);
        }
    };
    say(entries.is_empty(), "it holds no entries".to_owned());
    say(!parsed.lost.is_empty(), format!("{} entries cannot be read", parsed.lost.len()));
    let untitled = count(&|entry| entry.title.is_empty());
    say(untitled > 0, format!("{untitled} entries have no title"));
    let hashed = count(&|entry| entry.key.starts_with("hash:"));
    say(hashed > 0, format!("{hashed} entries have neither id nor link: edited, they look new"));
    say(
        !entries.is_empty() && dates.is_empty() && one.source.kind == SourceKind::Feed,
        "no entry has a date".to_owned(),
    );
    let at_once = dates.len() > 2 && dates.iter().all(|at| *at == dates[0]);
    say(at_once, "all entries have the same date: probably that of the feed".to_owned());
    if let Some(newest) = dates.iter().max() {
        let old = now.duration_since(*newest) > OLD;
        say(old, format!("its newest entry is of {}", newest.strftime("%Y-%m-%d")));
    }
    if let (Some(configured), Some(found)) = (one.source.language, language) {
        let other = configured != found;
        say(other, format!("it is configured as {}, and writes {}", configured.tag(), found.tag()));
    }
    if parsed.ended {
        odd.push("it says that nothing will be added to it any more".to_owned());
    }
    odd
}
