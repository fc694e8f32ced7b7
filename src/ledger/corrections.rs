//! What people say about mentions and entries: the log, as a value.
//!
//! Corrections speak of mentions by fingerprint and are never rewritten; the state of the ledger is a function of the
//! articles, the corrections and the rules. An undo is another correction. What the log asks of the judge is in
//! [`super::Rulings`].

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::model::{
    ArticleId, Commitment, CommitmentId, CorrectionId, Dismissal, Fingerprint, InstrumentId, Kind,
    Mention, PartialDate, Stage,
};

/// What a correction speaks of.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Point {
    /// A mention; for a commitment, the mention that founded it.
    Mention(Fingerprint),
    /// An entry that no mention founded, because a text of the register implies it.
    Entry(CommitmentId),
}

impl Point {
    /// The mention's fingerprint.
    pub fn fingerprint(&self) -> Option<&Fingerprint> {
        match self {
            Self::Mention(fingerprint) => Some(fingerprint),
            Self::Entry(_) => None,
        }
    }
}

/// A field with its right value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "field")]
pub enum FieldValue {
    /// The stage, and when it was reached.
    Stage {
        /// Stage or lateral state.
        stage: Stage,
        /// When; nothing leaves the date as it is.
        date: Option<PartialDate>,
    },
    /// The sort of act.
    Kind {
        /// The right one.
        kind: Kind,
    },
    /// Those who act, as actor ids.
    Parties {
        /// All of them.
        parties: Vec<String>,
    },
    /// The text concerned.
    Instrument {
        /// The right one; `None` where it concerns no text.
        instrument: Option<InstrumentId>,
    },
    /// The day of the event.
    EventDate {
        /// The right one; `None` where it is not known.
        date: Option<PartialDate>,
    },
}

impl FieldValue {
    /// The field's name on the command line.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Stage { .. } => "stage",
            Self::Kind { .. } => "kind",
            Self::Parties { .. } => "parties",
            Self::Instrument { .. } => "instrument",
            Self::EventDate { .. } => "event-date",
        }
    }

    /// The value in words.
    pub fn in_words(&self) -> String {
        match self {
            Self::Stage { stage, date } => dated(*stage, *date),
            Self::Kind { kind } => kind.to_string(),
            Self::Parties { parties } => parties.join(", "),
            Self::Instrument { instrument } => named(instrument.as_ref()),
            Self::EventDate { date } => told(*date),
        }
    }

    /// What an entry has in the same field, in words.
    pub fn held_by(&self, entry: &Commitment) -> String {
        match self {
            Self::Stage { .. } => dated(entry.lateral.unwrap_or(entry.stage), entry.stage_date),
            Self::Kind { .. } => entry.kind.to_string(),
            Self::Parties { .. } => entry.parties.join(", "),
            Self::Instrument { .. } => named(entry.instrument.as_ref()),
            Self::EventDate { .. } => told(entry.stage_date),
        }
    }

    /// Whether a mention was read as what the entry `held` in the same field.
    pub fn is_read_in(&self, mention: &Mention, held: &str) -> bool {
        let read = self.read_in(mention);
        match self {
            // The day of an entry may be that of the article; its stage is what the sentence says.
            Self::Stage { .. } => held.split(" on ").next() == read.split(" on ").next(),
            _ => read == held,
        }
    }

    /// What was read in a mention in the same field, in words.
    pub fn read_in(&self, mention: &Mention) -> String {
        match self {
            Self::Stage { .. } => dated(mention.stage, mention.event_date),
            Self::Kind { .. } => mention.kind.to_string(),
            Self::Parties { .. } => {
                let ids: Vec<&str> = mention.parties.iter().map(|one| one.id.as_str()).collect();
                ids.join(", ")
            }
            Self::Instrument { .. } => {
                let text = mention.instrument.as_ref();
                text.map_or("none".to_owned(), |text| {
                    text.id.as_ref().map_or_else(|| text.text.clone(), ToString::to_string)
                })
            }
            Self::EventDate { .. } => told(mention.event_date),
        }
    }
}

fn dated(stage: Stage, date: Option<PartialDate>) -> String {
    let stage = stage.as_str().replace('_', " ");
    date.map_or(stage.clone(), |date| format!("{stage} on {date}"))
}

fn named(instrument: Option<&InstrumentId>) -> String {
    instrument.map_or("none".to_owned(), ToString::to_string)
}

fn told(date: Option<PartialDate>) -> String {
    date.map_or("unknown".to_owned(), |date| date.to_string())
}

/// What has another name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Named {
    /// A text or mechanism.
    Instrument(InstrumentId),
    /// An actor, by its id.
    Party(String),
}

impl Named {
    /// The id.
    pub fn id(&self) -> &str {
        match self {
            Self::Instrument(id) => id.as_str(),
            Self::Party(id) => id,
        }
    }
}

/// What interrupts nobody any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bucket {
    /// A commitment, by what founded it.
    Commitment(Point),
    /// All commitments of one kind between the same parties.
    Alike {
        /// The kind.
        kind: Kind,
        /// The parties, as actor ids.
        parties: Vec<String>,
    },
}

/// What was said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "operation")]
pub enum Operation {
    /// Both are the same commitment.
    Merge {
        /// One.
        one: Point,
        /// The other.
        other: Point,
    },
    /// The mention is another commitment than those.
    Split {
        /// The mention.
        mention: Fingerprint,
        /// What it is told apart from.
        from: Vec<Point>,
    },
    /// Nobody wants to hear of it.
    Dismiss {
        /// The mention, or what founded the commitment.
        what: Point,
        /// Whether the whole commitment goes, with all that will be said of it.
        whole: bool,
        /// Why.
        why: Dismissal,
    },
    /// What was uncertain is right: the mention belongs `with` that, or is a commitment of its own.
    Confirm {
        /// The mention.
        mention: Fingerprint,
        /// The commitment it belongs to; `None`: its own.
        with: Option<Point>,
    },
    /// A field has another value.
    Set {
        /// The mention, or what founded the commitment.
        what: Point,
        /// Whether the commitment is set, from the article `after` on, and not the mention.
        whole: bool,
        /// The last article that was judged before.
        after: ArticleId,
        /// Field and value.
        value: FieldValue,
    },
    /// Something goes by another name as well.
    Alias {
        /// What.
        name: Named,
        /// The other name, as articles write it.
        alias: String,
    },
    /// It is told in digests, and interrupts nobody.
    Mute {
        /// What.
        bucket: Bucket,
    },
    /// An earlier correction does not hold.
    Undo {
        /// Which.
        correction: CorrectionId,
    },
}

impl Operation {
    /// The word used on the command line and in the database.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Merge { .. } => "merge",
            Self::Split { .. } => "split",
            Self::Dismiss { .. } => "dismiss",
            Self::Confirm { .. } => "confirm",
            Self::Set { .. } => "set",
            Self::Alias { .. } => "alias",
            Self::Mute { .. } => "mute",
            Self::Undo { .. } => "undo",
        }
    }

    /// Everything it speaks of.
    pub fn points(&self) -> Vec<&Point> {
        match self {
            Self::Merge { one, other } => vec![one, other],
            Self::Split { from, .. } => from.iter().collect(),
            Self::Dismiss { what, .. } | Self::Set { what, .. } => vec![what],
            Self::Confirm { with, .. } => with.iter().collect(),
            Self::Mute { bucket: Bucket::Commitment(what) } => vec![what],
            Self::Mute { .. } | Self::Alias { .. } | Self::Undo { .. } => Vec::new(),
        }
    }

    /// The mentions it speaks of.
    pub fn fingerprints(&self) -> Vec<&Fingerprint> {
        let own = match self {
            Self::Split { mention, .. } | Self::Confirm { mention, .. } => Some(mention),
            _ => None,
        };
        own.into_iter().chain(self.points().into_iter().filter_map(Point::fingerprint)).collect()
    }
}

/// One line of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// Its row.
    pub id: CorrectionId,
    /// When (UTC).
    pub at: Timestamp,
    /// Who.
    pub by: String,
    /// Why, in the person's words; may be empty.
    pub reason: String,
    /// What.
    #[serde(flatten)]
    pub operation: Operation,
}

/// The corrections of a log that do not hold, because another one which itself holds undoes them.
pub fn undone(log: &[Correction]) -> BTreeSet<CorrectionId> {
    let mut sorted: Vec<&Correction> = log.iter().collect();
    sorted.sort_by_key(|correction| correction.id);
    let mut undone: BTreeSet<CorrectionId> = BTreeSet::new();
    // The newest first: whether an undo holds is known before what it undoes is met.
    for correction in sorted.into_iter().rev() {
        if let Operation::Undo { correction: target } = &correction.operation
            && !undone.contains(&correction.id)
        {
            undone.insert(*target);
        }
    }
    undone
}

/// The corrections of a log that hold, oldest first. Undos are left out.
pub fn in_force(log: &[Correction]) -> Vec<&Correction> {
    let undone = undone(log);
    let mut sorted: Vec<&Correction> = log.iter().collect();
    sorted.sort_by_key(|correction| correction.id);
    sorted.retain(|correction| {
        !undone.contains(&correction.id) && !matches!(correction.operation, Operation::Undo { .. })
    });
    sorted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn undo(id: i64, target: i64) -> Correction {
        line(id, Operation::Undo { correction: CorrectionId(target) })
    }

    fn line(id: i64, operation: Operation) -> Correction {
        let (by, reason) = ("an analyst".to_owned(), String::new());
        Correction { id: CorrectionId(id), at: Timestamp::UNIX_EPOCH, by, reason, operation }
    }

    fn alias(id: i64) -> Correction {
        let name = Named::Party("UK.HO".to_owned());
        line(id, Operation::Alias { name, alias: "the Office".to_owned() })
    }

    #[test]
    fn an_undo_can_itself_be_undone() {
        let holds = |log: &[Correction]| -> Vec<i64> {
            in_force(log).iter().map(|correction| correction.id.0).collect()
        };
        assert_eq!(holds(&[alias(1), alias(2)]), [1, 2]);
        assert_eq!(holds(&[alias(1), alias(2), undo(3, 1)]), [2]);
        assert_eq!(holds(&[alias(1), alias(2), undo(3, 1), undo(4, 3)]), [1, 2]);
        assert_eq!(holds(&[alias(1), undo(2, 1), undo(3, 2), undo(4, 3)]), [0; 0]);
    }

    #[test]
    fn a_correction_reads_back_as_it_was_written() {
        let fingerprint = Fingerprint::new("f");
        let operations = [
            Operation::Split {
                mention: fingerprint.clone(),
                from: vec![Point::Mention(fingerprint.clone())],
            },
            Operation::Set {
                what: Point::Entry(CommitmentId::new("c-1")),
                whole: true,
                after: ArticleId(4),
                value: FieldValue::Stage { stage: Stage::Signed, date: "2026-01".parse().ok() },
            },
            Operation::Confirm { mention: fingerprint, with: None },
            Operation::Mute {
                bucket: Bucket::Alike { kind: Kind::Capacity, parties: vec!["UK".to_owned()] },
            },
        ];
        for (id, operation) in (1..).zip(operations) {
            let written = serde_json::to_string(&line(id, operation.clone())).unwrap();
            assert_eq!(serde_json::from_str::<Correction>(&written).unwrap().operation, operation);
        }
    }
}
