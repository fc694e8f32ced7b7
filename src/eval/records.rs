//! One line of each labelled format as it is written. Unknown fields are ignored; what is missing or `null` is not
//! labelled, and is not scored.

use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::model::{
    AlertLevel, Assertion, Framing, Kind, Language, Modality, Outcome, PartialDate, Party,
    Polarity, Stage,
};

/// A field that tells "not labelled" (absent) from "labelled as none" (`null`).
fn present<'de, D, T>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::<T>::deserialize(deserializer).map(Some)
}

/// A verdict in the spelling of the labels (`NEW`).
fn verdict<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Outcome>, D::Error> {
    let Some(word) = Option::<String>::deserialize(deserializer)? else { return Ok(None) };
    serde_json::from_value(Value::String(word.to_lowercase())).map(Some).map_err(|_| {
        serde::de::Error::custom(format!(
            "\"{word}\" is no verdict; expected NEW, ADVANCED, REGRESSED, RESTATED, BACKGROUND, UNSURE or DUPLICATE"
        ))
    })
}

/// An item of a relevance set.
#[derive(Debug, Deserialize)]
pub struct RelevanceLine {
    pub id: String,
    pub lang: Option<Language>,
    /// `entry` (title and summary of a feed) or `article`.
    #[serde(default)]
    pub form: Form,
    pub title: Option<String>,
    pub text: String,
    pub source_date: Option<PartialDate>,
    pub relevant: bool,
    pub hard_negative_kind: Option<String>,
    pub hard_positive_kind: Option<String>,
    #[serde(default)]
    pub optional: bool,
    pub why: Option<String>,
}

/// What a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// Title and summary of a feed.
    Entry,
    /// Title and full text.
    #[default]
    Article,
}

/// A single sentence.
#[derive(Debug, Deserialize)]
pub struct SentenceLine {
    pub id: String,
    /// Cases that say the same in two languages share it.
    pub pair: Option<String>,
    pub lang: Option<Language>,
    pub text: String,
    pub decision: Decision,
    pub kind: Option<Kind>,
    pub stage: Option<Stage>,
    pub modality: Option<Modality>,
    pub strength: Option<u8>,
    pub framing: Option<Framing>,
    pub polarity: Option<Polarity>,
    pub assertion: Option<Assertion>,
    pub char_start: Option<usize>,
    pub char_end: Option<usize>,
    #[serde(default)]
    pub optional: bool,
    pub why: Option<String>,
}

/// What to do with a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// It is a commitment or a proposal.
    Include,
    /// Evidence only: an act that is denied or did not happen.
    Record,
    /// It is neither.
    Exclude,
}

impl Decision {
    /// The word of the labels.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Include => "include",
            Self::Record => "record",
            Self::Exclude => "exclude",
        }
    }
}

/// An article of a stream. Its expectations are read one by one, so that a fault names the one that has it.
#[derive(Debug, Deserialize)]
pub struct StreamLine {
    pub id: String,
    pub arrival: Option<String>,
    pub source_date: Option<PartialDate>,
    pub lang: Option<Language>,
    pub outlet: Option<String>,
    pub url: Option<String>,
    pub title: Option<String>,
    pub text: String,
    pub relevant: Option<bool>,
    /// The story that the article belongs to.
    pub event: Option<String>,
    pub expect: Vec<Value>,
}

/// An expected mention of a stream's article.
#[derive(Debug, Deserialize)]
pub struct ExpectedMention {
    pub cluster: String,
    pub span: String,
    pub char_start: Option<usize>,
    pub char_end: Option<usize>,
    #[serde(flatten)]
    pub fields: Fields,
    #[serde(deserialize_with = "verdict")]
    pub ledger: Option<Outcome>,
    pub alert: Option<AlertLevel>,
    #[serde(default)]
    pub optional: bool,
    pub why: Option<String>,
}

/// The labelled fields of a mention that streams and annotated texts share.
#[derive(Debug, Deserialize)]
pub struct Fields {
    pub kind: Kind,
    pub stage: Stage,
    pub modality: Option<Modality>,
    pub strength: Option<u8>,
    pub framing: Option<Framing>,
    pub polarity: Option<Polarity>,
    pub assertion: Option<Assertion>,
    pub parties: Option<Vec<Party>>,
    #[serde(default, deserialize_with = "present")]
    pub instrument: Option<Option<Vec<String>>>,
    pub topics: Option<Vec<String>>,
    pub event_date: Option<PartialDate>,
    pub specificity: Option<u8>,
}

/// A mention annotated in a text that stands in a file of its own.
#[derive(Debug, Deserialize)]
pub struct AnnotatedLine {
    pub id: String,
    pub file: String,
    pub quote: String,
    pub char_start: usize,
    pub char_end: usize,
    #[serde(flatten)]
    pub fields: Fields,
    pub lang: Option<Language>,
    pub source_date: Option<PartialDate>,
    pub cluster: Option<String>,
    #[serde(default)]
    pub optional: bool,
    pub duplicate_of: Option<String>,
    pub stream: Option<StreamPlace>,
    pub notes: Option<String>,
}

/// What the stream of annotated texts expects of a mention.
#[derive(Debug, Deserialize)]
pub struct StreamPlace {
    /// Place of the text in time.
    pub order: Option<i64>,
    #[serde(default, deserialize_with = "verdict")]
    pub ledger: Option<Outcome>,
    pub alert: Option<AlertLevel>,
    pub why: Option<String>,
}

/// A segment of a text in a file of its own.
#[derive(Debug, Deserialize)]
pub struct SegmentLine {
    pub file: String,
    #[serde(rename = "type")]
    pub kind: SegmentKind,
    pub char_start: usize,
    pub char_end: usize,
    #[serde(default)]
    pub optional: bool,
}

/// What a segment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SegmentKind {
    /// Running text.
    Sentence,
    /// A headline or deck.
    Title,
    /// Date stamps.
    Meta,
    /// Words beside a picture.
    Caption,
    /// Author or agency.
    Byline,
    /// Page furniture, other headlines.
    Junk,
}

impl SegmentKind {
    /// The word of the labels.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sentence => "sentence",
            Self::Title => "title",
            Self::Meta => "meta",
            Self::Caption => "caption",
            Self::Byline => "byline",
            Self::Junk => "junk",
        }
    }
}
