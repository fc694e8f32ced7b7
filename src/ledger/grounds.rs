//! What speaks against two being the same: kept as found while many entries are compared, and put in words only for the
//! one that a reader is shown.

use super::anchors::Clash;
use super::identity::Measured;
use super::shape::Shape;
use crate::config::topic::policy::Policy;

/// The test that failed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Ground<'a> {
    /// Other states, or other agencies of one state.
    Parties,
    /// Others are helped.
    Helped,
    /// Too few parties in common even for one side's step.
    FewParties,
    /// A detail of one is not that of the other.
    Detail(Clash<'a>),
    /// One is a further act (another, second).
    Further,
    /// The entry was ended for good before.
    Ended,
    /// The entry was delivered before.
    Delivered,
    /// A delivery against an undertaking without an end.
    OpenEnded,
    /// Vague promises of other agencies or topics.
    Bucket,
    /// Both say enough, and nothing telling in common.
    NothingTelling,
    /// A figure against a standing undertaking without any.
    OwnFigure,
    /// Topics differ.
    Topics,
    /// Topics agree, words do not.
    Words,
    /// People told them apart.
    Person,
}

/// What people told apart.
pub const TOLD_APART: &str = "people told them apart";

impl Ground<'_> {
    /// What a reader is told.
    pub fn in_words(
        self,
        measured: &Measured<'_>,
        (here, there): (&Shape, &Shape),
        policy: &Policy,
    ) -> String {
        let limits = &policy.identity;
        let words = measured.words.unwrap_or(0.0);
        match self {
            Self::Parties => {
                format!("parties {} are not {}", here.parties.join(", "), there.parties.join(", "))
            }
            Self::Helped => {
                let (here, there) = (here.beneficiaries.join(", "), there.beneficiaries.join(", "));
                format!("for {here}, not for {there}")
            }
            Self::FewParties => {
                format!("parties {:.2} < {:.2}", measured.pair.score, limits.pair_of_step)
            }
            Self::Detail(clash) => clash.in_words(),
            Self::Topics => {
                let topics = measured.topics.unwrap_or(0.0);
                format!("topics {topics:.2} < {:.2}, words {words:.2}", limits.topics)
            }
            Self::Words => format!("words {words:.2} are too few"),
            Self::NothingTelling => format!("words {words:.2}: nothing telling in common"),
            Self::Further => "one is a further act (another, second), the other is not".to_owned(),
            Self::Ended => "that one was ended for good".to_owned(),
            Self::Delivered => "that one was delivered before".to_owned(),
            Self::OpenEnded => "one act does not complete an open-ended undertaking".to_owned(),
            Self::Bucket => "another pair of agencies or group of topics".to_owned(),
            Self::OwnFigure => "a figure of its own makes an act of its own".to_owned(),
            Self::Person => TOLD_APART.to_owned(),
        }
    }
}
