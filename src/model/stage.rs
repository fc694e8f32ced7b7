//! The stage lattice: eleven ranks in a line, and five lateral states beside it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// How far a commitment has come. The first eleven are ranked; the last five are lateral states that a
/// commitment enters only by an explicit report, never by a weaker restatement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// An option on the table.
    Considered,
    /// One side asks or proposes.
    Proposed,
    /// One side commits itself.
    Pledged,
    /// Both sides commit.
    Agreed,
    /// A text is being drafted.
    Negotiating,
    /// The text is settled or initialled.
    Concluded,
    /// Signed or issued.
    Signed,
    /// Approved by parliament or government; a law passed.
    Ratified,
    /// Legally or practically live.
    InForce,
    /// Being carried out.
    Implementing,
    /// Done; an edition was held.
    Delivered,
    /// Halted for now.
    Suspended,
    /// Taken back by the committer.
    Withdrawn,
    /// Ended or replaced.
    Terminated,
    /// Turned down.
    Refused,
    /// Lapsed.
    Expired,
}

impl Stage {
    /// All stages, lowest rank first, lateral states last.
    pub const ALL: [Stage; 16] = [
        Self::Considered,
        Self::Proposed,
        Self::Pledged,
        Self::Agreed,
        Self::Negotiating,
        Self::Concluded,
        Self::Signed,
        Self::Ratified,
        Self::InForce,
        Self::Implementing,
        Self::Delivered,
        Self::Suspended,
        Self::Withdrawn,
        Self::Terminated,
        Self::Refused,
        Self::Expired,
    ];

    /// Rank 1 to 11, or `None` for a lateral state.
    pub fn rank(self) -> Option<u8> {
        if self.is_lateral() { None } else { Some(self as u8 + 1) }
    }

    /// Whether this is one of the five lateral states.
    pub fn is_lateral(self) -> bool {
        self >= Self::Suspended
    }

    /// The word used everywhere: configuration, database, JSON and mail.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Considered => "considered",
            Self::Proposed => "proposed",
            Self::Pledged => "pledged",
            Self::Agreed => "agreed",
            Self::Negotiating => "negotiating",
            Self::Concluded => "concluded",
            Self::Signed => "signed",
            Self::Ratified => "ratified",
            Self::InForce => "in_force",
            Self::Implementing => "implementing",
            Self::Delivered => "delivered",
            Self::Suspended => "suspended",
            Self::Withdrawn => "withdrawn",
            Self::Terminated => "terminated",
            Self::Refused => "refused",
            Self::Expired => "expired",
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The word is not a stage.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not a stage")]
pub struct UnknownStage(pub String);

impl FromStr for Stage {
    type Err = UnknownStage;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|stage| stage.as_str() == text)
            .ok_or_else(|| UnknownStage(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_rise_and_lateral_states_have_none() {
        let ranks: Vec<u8> = Stage::ALL.iter().filter_map(|stage| stage.rank()).collect();
        assert_eq!(ranks, (1..=11).collect::<Vec<u8>>());
        assert_eq!(Stage::ALL.iter().filter(|stage| stage.is_lateral()).count(), 5);
    }

    #[test]
    fn words_and_serde_agree() {
        for stage in Stage::ALL {
            assert_eq!(stage.as_str().parse::<Stage>().unwrap(), stage);
            assert_eq!(serde_json::to_string(&stage).unwrap(), format!("\"{stage}\""));
        }
    }
}
