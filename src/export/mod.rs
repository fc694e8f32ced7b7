//! What the ledger knows, for other programs: commitments with all their evidence as a table or as JSON lines, and
//! mentions as CAMEO or PLOVER events.
//!
//! In: one [`File`] (a commitment) and its [`Evidence`] at a time. Out: rows, written to whatever is given. Nothing
//! is collected, so a ledger of any size takes the memory of its longest row. Offsets are bytes (UTF-8) into the raw
//! text whose BLAKE3 hash stands beside them, and every quote is verbatim.

mod coding;
mod dyads;
mod events;
mod json_lines;
mod spreadsheet;
mod table;

use jiff::Timestamp;

use crate::model::{
    AlertLevel, Commitment, CommitmentId, Instrument, Language, Mention, SourceDate, Trust, Verdict,
};

pub use coding::{Coding, CodingFault, PloverEvent};
pub use dyads::{Actors, actors};
pub use events::{EventSystem, EventTable};
pub use json_lines::JsonLines;
pub use spreadsheet::guarded;
pub use table::EvidenceTable;

/// A commitment, with what belongs to it as a whole.
#[derive(Debug, Clone, PartialEq)]
pub struct File {
    /// The entry.
    pub commitment: Commitment,
    /// The instrument it belongs to.
    pub instrument: Option<Instrument>,
    /// Ids that lead here since they were merged into it.
    pub merged: Vec<CommitmentId>,
}

/// One mention, with the verdict about it and the article it stands in.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// The article.
    pub article: Source,
    /// Row of the mention.
    pub mention_id: i64,
    /// The fingerprint by which newer rules find the mention again.
    pub fingerprint: String,
    /// The mention, quote included.
    pub mention: Mention,
    /// Row of the verdict.
    pub verdict_id: i64,
    /// The verdict.
    pub verdict: Verdict,
    /// How loudly it was told, after baseline, age and trust.
    pub told: AlertLevel,
    /// Why that is less than the policy says.
    pub lowered_by: Option<String>,
    /// When it was passed (UTC).
    pub judged: Timestamp,
    /// Version of the rules that passed it.
    pub rules_version: String,
}

/// An article as evidence cites it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Row of the article.
    pub id: i64,
    /// Title; may be empty.
    pub title: String,
    /// Where it was read.
    pub url: Option<String>,
    /// Short name of the source; `None` for texts given by hand.
    pub source: Option<String>,
    /// Its name for readers.
    pub source_name: Option<String>,
    /// Trust in it when the article arrived.
    pub trust: Trust,
    /// Publication date, and how it was found.
    pub published: Option<SourceDate>,
    /// When the article arrived (UTC).
    pub arrived: Timestamp,
    /// Language declared by page or feed.
    pub language: Option<Language>,
    /// BLAKE3 of the raw text, hex: what all offsets point into.
    pub text_hash: String,
    /// First article of the same wire story; itself when it is no copy.
    pub story: i64,
}

/// Rows that could not be written.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// A table row.
    #[error("cannot write a row of the export: {0}")]
    Row(#[from] csv::Error),
    /// A line of JSON.
    #[error("cannot write a line of the export: {0}")]
    Line(#[from] serde_json::Error),
    /// Any other bytes.
    #[error("cannot write the export: {0}")]
    Bytes(#[from] std::io::Error),
}

impl ExportError {
    /// Whether the reader of the export has gone away, as `| head` does.
    pub fn is_closed_pipe(&self) -> bool {
        let kind = match self {
            Self::Row(error) => match error.kind() {
                csv::ErrorKind::Io(error) => Some(error.kind()),
                _ => None,
            },
            Self::Line(error) => error.io_error_kind(),
            Self::Bytes(error) => Some(error.kind()),
        };
        kind == Some(std::io::ErrorKind::BrokenPipe)
    }
}
