//! The alert policy: the first row that fits a verdict says how loudly it is told.

use serde::Deserialize;

use crate::model::{AlertLevel, Kind, Outcome, Stage};

/// How an entry changed beyond its outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// It went on after a halt.
    Resumed,
    /// It came back after a refusal.
    Reopened,
    /// A first figure or date came to it.
    Detail,
}

impl Change {
    /// The word used in checks and sentences.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Resumed => "resumed",
            Self::Reopened => "reopened",
            Self::Detail => "detail",
        }
    }
}

/// One row of the alert policy: what is given must hold, what is not given is not asked.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AlertRow {
    pub(super) name: String,
    #[serde(default)]
    outcome: Vec<Outcome>,
    #[serde(default)]
    change: Vec<Change>,
    further: Option<bool>,
    late: Option<bool>,
    silent: Option<bool>,
    boilerplate: Option<bool>,
    edition: Option<bool>,
    content: Option<bool>,
    concrete: Option<bool>,
    amount: Option<bool>,
    #[serde(default)]
    kinds: Vec<Kind>,
    #[serde(default)]
    stages: Vec<Stage>,
    rank: Option<u8>,
    specificity: Option<u8>,
    strength_below: Option<u8>,
    pub(super) level: AlertLevel,
}

/// Ceilings over all rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Caps {
    /// For commitments beside the topic.
    pub adjacent: AlertLevel,
    /// For what only a title, deck or caption says.
    pub headline_only: AlertLevel,
    /// For mentions below `evidence.push_confidence`.
    pub low_confidence: AlertLevel,
}

/// What the alert policy asks about a verdict.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AlertQuestion {
    /// The outcome.
    pub outcome: Outcome,
    /// How the entry changed beyond that.
    pub change: Option<Change>,
    /// Whether it is told further than the entry that it may be the same as: news, whichever it is.
    pub further: bool,
    /// Whether the fact is background, but recent and unknown until now.
    pub late: bool,
    /// Whether it was met only as a reaffirmation or a headline.
    pub silent: bool,
    /// Whether it is of a boilerplate kind.
    pub boilerplate: bool,
    /// Whether it is an edition of a mechanism.
    pub edition: bool,
    /// Whether it is content of a text that the article reports as signed.
    pub content: bool,
    /// Whether it has a named deliverable or figure.
    pub concrete: bool,
    /// Whether it names a sum of money.
    pub amount: bool,
    /// Kind of the commitment.
    pub kind: Kind,
    /// Stage after the verdict.
    pub stage: Stage,
    /// Specificity of the mention.
    pub specificity: u8,
    /// Strength of the wording.
    pub strength: u8,
}

impl AlertRow {
    /// Whether all that the row asks holds.
    pub(super) fn fits(&self, question: &AlertQuestion) -> bool {
        let same = |wanted: Option<bool>, is: bool| wanted.is_none_or(|wanted| wanted == is);
        let rank = question.stage.rank();
        (self.outcome.is_empty() || self.outcome.contains(&question.outcome))
            && (self.change.is_empty()
                || question.change.is_some_and(|change| self.change.contains(&change)))
            && same(self.further, question.further)
            && same(self.late, question.late)
            && same(self.silent, question.silent)
            && same(self.boilerplate, question.boilerplate)
            && same(self.edition, question.edition)
            && same(self.content, question.content)
            && same(self.concrete, question.concrete)
            && same(self.amount, question.amount)
            && (self.kinds.is_empty() || self.kinds.contains(&question.kind))
            && (self.stages.is_empty() || self.stages.contains(&question.stage))
            && self.rank.is_none_or(|least| rank.is_some_and(|rank| rank >= least))
            && self.specificity.is_none_or(|least| question.specificity >= least)
            && self.strength_below.is_none_or(|limit| question.strength < limit)
    }
}
impl AlertRow {
    /// Whether the row asks nothing.
    pub(super) fn fits_everything(&self) -> bool {
        let bare = AlertRow {
            name: self.name.clone(),
            level: self.level,
            outcome: Vec::new(),
            change: Vec::new(),
            further: None,
            late: None,
            silent: None,
            boilerplate: None,
            edition: None,
            content: None,
            concrete: None,
            amount: None,
            kinds: Vec::new(),
            stages: Vec::new(),
            rank: None,
            specificity: None,
            strength_below: None,
        };
        *self == bare
    }
}
