//! A ledger entry: what all mentions of one commitment have in common, and where it stands.

use serde::{Deserialize, Serialize};

use super::{
    Anchor, ArticleId, CommitmentId, CorrectionId, InstrumentId, InstrumentRole, Kind, PartialDate,
    Polarity, Scope, Stage,
};

/// One step in the history of a commitment. History is ordered by the date of the event, not of its arrival.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageChange {
    /// The stage reached.
    pub stage: Stage,
    /// When the event happened, as far as known.
    pub event_date: Option<PartialDate>,
    /// The article that told us; `None` for the shipped register.
    pub article: Option<ArticleId>,
}

/// Why people set a mention or an entry aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dismissal {
    /// Nobody commits to anything.
    NotACommitment,
    /// A commitment, but on another topic.
    OffTopic,
    /// The text was read wrongly.
    Wrong,
}

impl Dismissal {
    /// All of them.
    pub const ALL: [Dismissal; 3] = [Self::NotACommitment, Self::OffTopic, Self::Wrong];

    /// The word used everywhere: command line, database and JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotACommitment => "not_a_commitment",
            Self::OffTopic => "off_topic",
            Self::Wrong => "wrong",
        }
    }

    /// The same in a sentence: "dismissed as …".
    pub fn in_words(self) -> &'static str {
        match self {
            Self::NotACommitment => "not a commitment",
            Self::OffTopic => "off the topic",
            Self::Wrong => "wrongly read",
        }
    }
}

/// A field of an entry that people set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetField {
    /// The line of the log that says who set it, and when.
    pub correction: CorrectionId,
    /// The field, as the command line calls it.
    pub field: String,
    /// What they set, in words.
    pub value: String,
    /// What had been read until then, in words.
    pub was: String,
}

/// A ledger entry.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Commitment {
    /// Its identity; see [`CommitmentId`].
    pub id: CommitmentId,
    /// What sort of act.
    pub kind: Kind,
    /// To do or not to do.
    pub polarity: Polarity,
    /// On the topic or beside it.
    pub scope: Scope,
    /// Actor ids of all who act in it, sorted; those who only benefit are left out unless nobody else is named.
    pub parties: Vec<String>,
    /// Actor ids of those whom it helps, sorted.
    #[serde(default)]
    pub beneficiaries: Vec<String>,
    /// The instrument it concludes, implements or is content of.
    pub instrument: Option<InstrumentId>,
    /// How it relates to that instrument.
    pub instrument_role: Option<InstrumentRole>,
    /// Topic ids, sorted.
    pub topics: Vec<String>,
    /// Concept ids, sorted.
    pub concepts: Vec<String>,
    /// Details known, sorted.
    pub anchors: Vec<Anchor>,
    /// Words of the founding action, lower case, per language: for comparison within one language.
    pub words: Vec<(super::Language, String)>,
    /// Highest rank reached.
    pub stage: Stage,
    /// The lateral state it is in, if any; `stage` then says how far it had come.
    pub lateral: Option<Stage>,
    /// When the current stage (or lateral state) was reached.
    pub stage_date: Option<PartialDate>,
    /// All steps known.
    pub history: Vec<StageChange>,
    /// First and latest date of an event or, lacking one, of a source.
    pub first_seen: Option<PartialDate>,
    /// Latest date on which a source spoke of it.
    pub last_seen: Option<PartialDate>,
    /// The promised date.
    pub due: Option<PartialDate>,
    /// Number of articles that mention it (copies of one wire story count once).
    pub sources: u32,
    /// Set while it is not certain that this is not the same as another entry.
    pub maybe_same_as: Option<CommitmentId>,
    /// Whether it was first met as a reaffirmation or in the background, and so was never announced.
    pub silent_origin: bool,
    /// Whether somebody denies it.
    pub contested: bool,
    /// Whether only one low-trust source has told its present stage: the alert waits for a second source.
    #[serde(default)]
    pub unconfirmed: bool,
    /// The outlet that told it, while it is unconfirmed: its own second article is no second source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rumoured_by: Option<super::SourceId>,
    /// The entry that people made it part of: it is then only a second face, by which mentions find that entry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<CommitmentId>,
    /// The entry from which people told it apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub split_from: Option<CommitmentId>,
    /// Why people do not want to hear of it: nothing about it is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dismissed: Option<Dismissal>,
    /// Whether people want no interruption by it: digests go on telling it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub muted: bool,
    /// Fields that people set, in order, each with what stood there before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub set: Vec<SetField>,
    /// A short text for readers, from the founding mention.
    pub gist: String,
    /// The founding sentence.
    pub quote: String,
    /// The article that founded it; `None` for the shipped register.
    pub founded_by: Option<ArticleId>,
}
