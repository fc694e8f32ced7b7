//! What an alert and a digest are made from: plain values, all of them stored with the outbox row, so that a
//! message can be rendered again, coalesced with others or shown in another language without asking the
//! ledger. The pipeline fills them; [`super::alert`] and [`super::digest`] turn them into words.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::config::MailSize;
use crate::model::{
    ArticleId, Commitment, CommitmentId, InstrumentId, Kind, Language, Mention, PartialDate,
    SourceDate, Stage, Trust, Verdict, VerdictId, Why,
};
use crate::store::Gathered;

/// For whom a message is written. The address is not part of it: the same facts go to several readers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reader {
    /// The recipient's id, for commands that show what a mail leaves out; empty for nobody in particular.
    #[serde(default)]
    pub id: String,
    /// What the operator knows the reader by in answers, see `message::token`; empty for nobody in particular.
    #[serde(default)]
    pub token: String,
    /// Name used in the `To` header; may be empty.
    pub name: String,
    /// IANA zone in which instants are shown.
    pub zone: String,
    /// Language of the frame (labels, headings). Quotes always keep their own.
    pub language: Language,
    /// How much one message shows her.
    #[serde(default)]
    pub size: MailSize,
}

impl Default for Reader {
    fn default() -> Self {
        Self {
            id: String::new(),
            token: String::new(),
            name: String::new(),
            zone: "UTC".to_owned(),
            language: Language::En,
            size: MailSize::default(),
        }
    }
}

/// The article that a claim rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArticleFacts {
    /// Its row, for `explain`.
    pub id: ArticleId,
    /// Title; may be empty.
    pub title: String,
    /// Where a reader finds it. Only `http` and `https` addresses become links.
    pub url: Option<String>,
    /// The outlet's name as shown to readers.
    pub source_name: String,
    /// How far the outlet may announce something alone.
    pub trust: Trust,
    /// Publication date with its basis.
    pub published: Option<SourceDate>,
    /// When we first met it.
    pub first_seen: Timestamp,
    /// Main language; `None` when it is neither English nor Vietnamese.
    pub language: Option<Language>,
    /// Why it was kept, where that is to be told.
    #[serde(default)]
    pub why_kept: Option<Why>,
}

/// Another outlet that tells the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlsoReported {
    /// The outlet's name as shown to readers.
    pub source_name: String,
    /// Title; may be empty.
    pub title: String,
    /// Where a reader finds it.
    pub url: Option<String>,
    /// Language of the title.
    pub language: Option<Language>,
    /// Publication date with its basis.
    pub published: Option<SourceDate>,
}

/// A ledger entry that something may be the same as.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// The entry.
    pub commitment: CommitmentId,
    /// Its gist.
    pub gist: String,
    /// The stage it has reached.
    pub stage: Stage,
    /// When it was first reported.
    pub first_seen: Option<PartialDate>,
    /// What it is about, for readers who do not read its gist.
    #[serde(default)]
    pub about: Option<Gist>,
}

impl Candidate {
    /// A known entry, as it stands.
    pub fn of(known: &Commitment) -> Self {
        Self {
            commitment: known.id.clone(),
            gist: known.gist.clone(),
            stage: known.lateral.unwrap_or(known.stage),
            first_seen: known.first_seen,
            about: Some(Gist::of(known)),
        }
    }
}

/// One thing worth telling: a verdict with all that it rests on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AlertItem {
    /// The decision.
    pub verdict: Verdict,
    /// The ledger entry after the decision.
    pub commitment: Commitment,
    /// The reported act.
    pub mention: Mention,
    /// The sentence before or after the quote, verbatim, where it helps to read it.
    pub neighbour: Option<String>,
    /// Name of the instrument concerned as shown to readers, where it is a known one.
    pub instrument_name: Option<String>,
    /// What the nearest entry is about that was not taken.
    #[serde(default)]
    pub nearest: Option<Gist>,
    /// The entry it may be the same as; set when the verdict is unsure.
    pub candidate: Option<Candidate>,
    /// The article that told us.
    pub article: ArticleFacts,
    /// Others that tell the same.
    pub also_reported: Vec<AlsoReported>,
}

/// All that one alert is rendered from: usually the items of one article.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AlertFacts {
    /// For whom it is written.
    pub reader: Reader,
    /// When it was composed (UTC); the `Date` of the message.
    pub generated_at: Timestamp,
    /// The items; the loudest becomes the headline.
    pub items: Vec<AlertItem>,
    /// Subject of the first message about the same commitment, if this one follows it.
    #[serde(default)]
    pub follows: Option<String>,
    /// Why several events are told together, where they waited for each other.
    #[serde(default)]
    pub gathered: Option<Gathered>,
}

/// A half-open span of the ledger's life: by row for membership, by instant for the reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DigestWindow {
    /// End of the digest before (UTC).
    pub start: Timestamp,
    /// End of this digest (UTC).
    pub end: Timestamp,
    /// First verdict of this digest: the `to` of the one before.
    pub from: VerdictId,
    /// One past its last verdict.
    pub to: VerdictId,
}

/// A source that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailingSource {
    /// Its name as shown to readers.
    pub name: String,
    /// Since when (UTC).
    pub since: Timestamp,
    /// What is wrong, in words.
    pub reason: String,
}

/// How much of the world was seen in the window: silence is explained.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Coverage {
    /// Sources read at least once in the window.
    pub read: u32,
    /// Sources configured and enabled.
    pub total: u32,
    /// Articles judged in the window.
    pub articles: u32,
    /// Sources that fail.
    pub failing: Vec<FailingSource>,
    /// Sources that are read and have brought nothing for much longer than they used to.
    #[serde(default)]
    pub silent: Vec<FailingSource>,
    /// Names of sources where items may have been missed between two polls.
    pub gaps: Vec<String>,
}

impl Coverage {
    /// Whether a reader must be told that something may be missing, even when nothing else is to tell.
    pub fn is_poor(&self) -> bool {
        self.read < self.total
            || !self.failing.is_empty()
            || !self.silent.is_empty()
            || !self.gaps.is_empty()
    }
}

/// What a ledger entry is about. Its gist is English; readers of another language are told the rest in its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gist {
    /// The gist.
    pub english: String,
    /// What sort of act.
    pub kind: Kind,
    /// Actor ids of all who act in it.
    pub parties: Vec<String>,
    /// The text it concludes or implements.
    pub instrument: Option<InstrumentId>,
    /// The founding sentence; empty where the register founded it.
    pub quote: String,
    /// The stage at which it was first told.
    pub stage: Stage,
}

impl Gist {
    /// That of an entry.
    pub fn of(entry: &Commitment) -> Self {
        Self {
            english: entry.gist.clone(),
            kind: entry.kind,
            parties: entry.parties.clone(),
            instrument: entry.instrument.clone(),
            quote: entry.quote.clone(),
            stage: entry.history.first().map_or(entry.stage, |first| first.stage),
        }
    }
}

/// A known commitment told again: one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RestatedLine {
    /// The ledger entry.
    pub commitment: CommitmentId,
    /// What it is about.
    pub gist: Gist,
    /// The stage it has reached.
    pub stage: Stage,
    /// When it was first reported.
    pub first_seen: Option<PartialDate>,
    /// The outlets that repeat it, as shown to readers.
    pub sources: Vec<String>,
    /// Title of one of the articles; may be empty.
    pub title: String,
    /// Language of the title.
    pub language: Option<Language>,
    /// Link to that article.
    pub url: Option<String>,
}

/// A promised date that comes near, or has passed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DueLine {
    /// The ledger entry.
    pub commitment: CommitmentId,
    /// What it is about.
    pub gist: Gist,
    /// The stage it has reached.
    pub stage: Stage,
    /// The promised date.
    pub due: PartialDate,
    /// Whether the date has passed.
    pub overdue: bool,
    /// Whether it came near, or passed, in this window; else an earlier digest told it too.
    #[serde(default)]
    pub fresh: bool,
}

/// An article worth a look: about the topic without a commitment, or nearly about the topic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArticleLine {
    /// Its row, for `explain`; `None` where title and summary decided and no article was read.
    pub id: Option<ArticleId>,
    /// Title; may be empty.
    pub title: String,
    /// Where a reader finds it.
    pub url: Option<String>,
    /// The outlet's name as shown to readers.
    pub source_name: String,
    /// Language of the title.
    pub language: Option<Language>,
    /// Publication date with its basis.
    pub published: Option<SourceDate>,
    /// Why it was kept, or why it was not, where that is to be told.
    #[serde(default)]
    pub why: Option<Why>,
}

/// All that one digest is rendered from. Which group an item belongs to follows from its verdict.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DigestFacts {
    /// For whom it is written.
    pub reader: Reader,
    /// When it was composed (UTC); the `Date` of the message.
    pub generated_at: Timestamp,
    /// The span it covers.
    pub window: DigestWindow,
    /// How much was seen.
    pub coverage: Coverage,
    /// Everything new, moved or unsure in the window, pushed before or not.
    pub items: Vec<AlertItem>,
    /// Known commitments told again.
    pub restated: Vec<RestatedLine>,
    /// Promised dates near or passed.
    pub due: Vec<DueLine>,
    /// Relevant articles without a commitment.
    pub relevant: Vec<ArticleLine>,
    /// Articles that were nearly kept.
    pub near_misses: Vec<ArticleLine>,
}

impl DigestFacts {
    /// Whether a reader who wants no empty digest can do without this one: nothing happened, and nothing was out of
    /// sight. Dates told before and articles that were not kept are no news.
    pub fn is_quiet(&self) -> bool {
        self.items.is_empty()
            && self.restated.is_empty()
            && self.relevant.is_empty()
            && !self.due.iter().any(|line| line.fresh)
            && !self.coverage.is_poor()
    }

    /// Whether there is nothing to tell but that we read.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
            && self.restated.is_empty()
            && self.due.is_empty()
            && self.relevant.is_empty()
            && self.near_misses.is_empty()
    }
}
