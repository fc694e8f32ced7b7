//! The decision about one mention at one time, with everything that made it.

use serde::{Deserialize, Serialize};

use super::{CommitmentId, Stage};

/// What a mention means for the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// A commitment never met before.
    New,
    /// A known one has moved forward, or came back from a lateral state.
    Advanced,
    /// A known one entered a lateral state.
    Regressed,
    /// A known one, told again.
    Restated,
    /// A past act as context, or an act that is not asserted.
    Background,
    /// New, or the same as a known one: a person must say.
    Unsure,
    /// The same words again in the same article.
    Duplicate,
}

impl Outcome {
    /// The word used everywhere: database, JSON and mail.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Advanced => "advanced",
            Self::Regressed => "regressed",
            Self::Restated => "restated",
            Self::Background => "background",
            Self::Unsure => "unsure",
            Self::Duplicate => "duplicate",
        }
    }
}

impl std::fmt::Display for Outcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

/// How loudly a verdict is told.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Default,
)]
#[serde(rename_all = "snake_case")]
pub enum AlertLevel {
    /// Not at all.
    #[default]
    None,
    /// In the next digest.
    Watch,
    /// By mail, now.
    Push,
}

impl AlertLevel {
    /// The word used everywhere: configuration, database, JSON and mail.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Watch => "watch",
            Self::Push => "push",
        }
    }
}

impl std::fmt::Display for AlertLevel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

/// One test on the way to a verdict.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Check {
    /// Name of the test: `candidate`, `kind`, `pair`, `topics`, `words`, `anchor`, `stage`, `framing`, `policy` …
    pub test: String,
    /// What was compared, in words.
    pub value: String,
    /// The score, where there is one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub score: Option<f64>,
    /// The score that was asked for.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub min: Option<f64>,
    /// Whether the test was passed.
    pub ok: bool,
}

/// The nearest entry that was *not* taken, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejected {
    /// The entry.
    pub commitment: CommitmentId,
    /// Its gist.
    pub gist: String,
    /// The test that it failed.
    pub failed: String,
}

/// The decision about one mention. Never edited: a later verdict supersedes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// Position of the mention in its article.
    pub mention: u32,
    /// What it means.
    pub outcome: Outcome,
    /// The entry it belongs to, if it belongs to one.
    pub commitment: Option<CommitmentId>,
    /// The entry's stage before.
    pub stage_before: Option<Stage>,
    /// The entry's stage (or lateral state) after.
    pub stage_after: Option<Stage>,
    /// How loudly it is told, by policy. Baseline, age and trust may still lower it on the way out.
    pub level: AlertLevel,
    /// The tests, in order.
    pub because: Vec<Check>,
    /// The nearest entry not taken; always set for `New` when there is any.
    pub nearest_rejected: Option<Rejected>,
    /// One sentence for readers.
    pub sentence: String,
}
