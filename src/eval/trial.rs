//! The product at work on labelled articles. In: samples in order of arrival, the topic, the starting ledger. Out: what
//! was read in each and how it was judged, by the same code as everywhere else.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::dataset::Sample;
use super::records::Form;
use crate::config::topic::Topic;
use crate::ledger::replay::{Account, Replayed};
use crate::ledger::{Ledger, Purpose};
use crate::markup::plain;
use crate::model::{
    Article, DateBasis, Entry, InstrumentId, Language, Mention, SourceDate, SourceId, Trust,
};
use crate::pipeline::judging::Origin;
use crate::pipeline::reading::{self, Reading};
use crate::pipeline::sitting::Sitting;
use crate::relevance;
use crate::store::JudgedMention;
use crate::text::Defect;

/// What the ledger knows before the first article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Register {
    /// Nothing.
    None,
    /// The whole shipped register.
    Shipped,
    /// For each article the texts first seen before its date.
    Dated,
}

impl Register {
    /// The ledger before the first article.
    pub fn ledger(self, topic: &Topic) -> Ledger {
        match self {
            Self::None => Ledger::empty(topic),
            Self::Shipped => Ledger::new(topic),
            Self::Dated => Ledger::dated(topic),
        }
    }
}

/// How a trial is run.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// What the ledger knows at the start.
    pub register: Register,
    /// An article older than this on arrival never interrupts.
    pub max_push_age: SignedDuration,
    /// Which misses are listed.
    pub errors: Errors,
    /// Whether the articles are damaged as well.
    pub perturb: bool,
}

/// Which misses are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Errors {
    /// None.
    None,
    /// Those of the program.
    Own,
    /// Those of the ledger on the labelled mentions.
    Oracle,
}

/// A clock that only goes forward; the room has none of its own.
pub type Clock<'a> = &'a dyn Fn() -> Duration;

/// One article after the product has seen it.
#[derive(Debug)]
pub struct Seen<'a> {
    /// The labels.
    pub sample: &'a Sample,
    /// What was read; the mentions are those of the product, none where relevance refused.
    pub reading: Reading,
    /// What would have been read had relevance kept it, where it did not.
    pub refused: Option<Vec<Mention>>,
    /// Whether title and summary led to a fetch; only for feed entries.
    pub fetched: Option<bool>,
    /// The mentions as judged, in the order of `reading.mentions`.
    pub judged: Vec<JudgedMention>,
    /// The text that each judged mention was linked to.
    pub linked: Vec<Option<InstrumentId>>,
    /// When it arrived.
    pub arrived: Timestamp,
    /// Faults of the text, as the analysis names them.
    pub defects: Vec<Defect>,
    /// Time for reading and judging.
    pub took: Duration,
}

impl Seen<'_> {
    /// Language as labelled, else as found.
    pub fn language(&self) -> Option<Language> {
        self.sample.language.or(self.reading.article.language)
    }

    /// Mentions found whatever relevance said.
    pub fn all_mentions(&self) -> &[Mention] {
        self.refused.as_deref().unwrap_or(&self.reading.mentions)
    }
}

/// All articles after the product has seen them.
#[derive(Debug)]
pub struct Trial<'a> {
    /// The articles, in order of arrival.
    pub seen: Vec<Seen<'a>>,
    /// The same as the ledger was given them.
    pub accounts: Vec<Account>,
    /// What the ledger made of them.
    pub judged: Replayed,
}

/// Two pieces of work at the same time, on two cores where there are two.
pub fn at_once<A, B: Send>(one: impl FnOnce() -> A, other: impl FnOnce() -> B + Send) -> (A, B) {
    std::thread::scope(|scope| {
        let other = scope.spawn(other);
        let one = one();
        (one, other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })
}

/// Runs the product over samples in order of arrival.
pub fn run<'a>(
    samples: &'a [Sample],
    topic: &Topic,
    settings: Settings,
    clock: Clock<'_>,
) -> Trial<'a> {
    let mut sitting = Sitting::new(settings.register.ledger(topic));
    let seen = samples
        .iter()
        .map(|sample| {
            let started = clock();
            let (article, fetched) = article(sample, topic);
            // Where relevance is not labelled, it is not the question: the text is taken as kept.
            let reading = match sample.relevant {
                Some(_) => reading::read(article, topic),
                None => reading::read_regardless(article, topic),
            };
            let arrived = arrival(sample, &reading);
            let judged =
                sitting.hear(&reading, &origin(sample, arrived), topic, settings.max_push_age);
            let took = clock().saturating_sub(started);
            let linked = judged.iter().map(|judged| linked(&sitting, judged)).collect();
            let refused = (sample.relevant.is_some() && !reading.is_kept())
                .then(|| reading::read_regardless(reading.article.clone(), topic).mentions);
            let defects = reading.document.defects();
            Seen { sample, reading, refused, fetched, judged, linked, arrived, defects, took }
        })
        .collect();
    let (accounts, judged) = sitting.into_record();
    Trial { seen, accounts, judged }
}

/// Where a labelled article comes from: an ordinary source, live.
pub fn origin(sample: &Sample, arrived: Timestamp) -> Origin {
    Origin {
        source: sample.outlet.clone().map(SourceId::new),
        source_name: sample.outlet.clone().unwrap_or_default(),
        trust: Trust::Normal,
        entry: None,
        again: None,
        arrived,
        purpose: Purpose::Live,
        reserved: false,
    }
}

/// The instrument of a judged mention: that of its entry, else its own.
pub fn linked(sitting: &Sitting, judged: &JudgedMention) -> Option<InstrumentId> {
    let named = judged.mention.instrument.as_ref()?;
    let entry = judged
        .verdict
        .as_ref()
        .and_then(|verdict| sitting.ledger().commitment(verdict.commitment.as_ref()?));
    entry.and_then(|entry| entry.instrument.clone()).or_else(|| named.id.clone())
}

/// The sample as the product would get it, and whether its entry alone would have led to a fetch.
fn article(sample: &Sample, topic: &Topic) -> (Article, Option<bool>) {
    let published =
        sample.source_date.map(|date| SourceDate { date, at: None, basis: DateBasis::Feed });
    if sample.form == Form::Entry {
        let entry = entry(sample);
        let decision = relevance::judge_entry(&entry.title, &entry.summary, entry.language, topic);
        let article = Article { published, ..reading::article_of_entry(&entry, topic) };
        return (article, Some(decision.is_fetch()));
    }
    if sample.title.is_empty() && sample.arrival.is_none() {
        // A text without anything, as `ingest` gets it from a file.
        let article = reading::article_of_text(sample.text.clone(), topic);
        return (Article { published, ..article }, None);
    }
    let article = Article {
        title: sample.title.clone(),
        text: sample.text.clone(),
        url: sample.url.clone(),
        canonical_url: None,
        published,
        byline: None,
        language: None,
        confidence: None,
    };
    (article, None)
}

/// Title and summary as a feed gives them, without markup.
fn entry(sample: &Sample) -> Entry {
    Entry {
        key: format!("id:{}", sample.id),
        link: None,
        title: plain::line(&sample.title),
        summary: plain::text(&sample.text),
        content: None,
        published: None,
        updated: None,
        language: sample.language,
        revision: String::new(),
    }
}

/// When a sample arrived: as labelled; else at noon of the latest day that its own date or its labels name.
fn arrival(sample: &Sample, reading: &Reading) -> Timestamp {
    if let Some(at) = sample.arrival {
        return at;
    }
    let published = reading.article.published.map(|published| published.date.latest());
    let told = sample.golds.iter().filter_map(|gold| gold.event_date.map(|date| date.earliest()));
    let day = published.into_iter().chain(told).max();
    day.and_then(|day| day.at(12, 0, 0, 0).to_zoned(jiff::tz::TimeZone::UTC).ok())
        .map_or(Timestamp::UNIX_EPOCH, |at| at.timestamp())
}
