//! One difference between label and program, with the reason that the program gives.

use serde::Serialize;

/// The level at which something was missed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Level {
    /// Articles.
    #[serde(rename = "L0")]
    Relevance,
    /// Mentions.
    #[serde(rename = "L1")]
    Mentions,
    /// Fields of mentions.
    #[serde(rename = "L2")]
    Fields,
    /// Which mentions belong together.
    #[serde(rename = "L3")]
    Clusters,
    /// Verdicts and alerts.
    #[serde(rename = "L4")]
    Stream,
    /// Single sentences.
    #[serde(rename = "sentence")]
    Sentence,
    /// Segments.
    #[serde(rename = "segment")]
    Segment,
}

impl Level {
    /// The word in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Relevance => "L0",
            Self::Mentions => "L1",
            Self::Fields => "L2",
            Self::Clusters => "L3",
            Self::Stream => "L4",
            Self::Sentence => "sentence",
            Self::Segment => "segment",
        }
    }
}

/// A miss.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Miss {
    /// At which level.
    pub level: Level,
    /// What was wrong: `missed`, `extra`, `stage`, `verdict` …
    pub what: String,
    /// Article or mention.
    pub id: String,
    /// The span or sentence.
    pub text: String,
    /// What the label says.
    pub expected: String,
    /// What the program says.
    pub got: String,
    /// The label's own reason.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub label: String,
    /// The program's reasons.
    pub why: Vec<String>,
}
