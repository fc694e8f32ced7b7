//! Labelled data as the program works on it, whatever the format it came in. In the files that [`super::loading`] reads
//! a field may be missing; here that is `None`, and is not scored.

use std::fmt;

use jiff::Timestamp;
use serde_json::Value;

use super::records::{Decision, Form, SegmentKind};
use crate::model::{
    AlertLevel, Assertion, Framing, InstrumentId, Kind, Language, Modality, Outcome, PartialDate,
    Party, Polarity, Span, Stage,
};

/// The five formats, told apart by their fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// `relevant` without `expect`.
    Relevance,
    /// `decision`.
    Sentences,
    /// `file` and `quote`.
    Texts,
    /// `expect`.
    Stream,
    /// `file`, `n` and `type`.
    Segments,
}

impl Format {
    /// The name in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Relevance => "relevance",
            Self::Sentences => "sentences",
            Self::Texts => "texts",
            Self::Stream => "stream",
            Self::Segments => "segments",
        }
    }

    /// The format of a line.
    pub(super) fn of(line: &Value) -> Option<Self> {
        let has = |field: &str| line.get(field).is_some();
        if has("expect") {
            Some(Self::Stream)
        } else if has("decision") {
            Some(Self::Sentences)
        } else if has("file") && has("quote") {
            Some(Self::Texts)
        } else if has("file") && has("type") {
            Some(Self::Segments)
        } else if has("relevant") {
            Some(Self::Relevance)
        } else {
            None
        }
    }
}

/// What is wrong with a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Line, from 1.
    pub line: usize,
    /// What, in a sentence.
    pub message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)
    }
}

/// A labelled mention. `None` means not labelled.
#[derive(Debug, Clone, PartialEq)]
pub struct Gold {
    /// Its name in reports.
    pub id: String,
    /// The action span: bytes of the raw text.
    pub span: Span,
    pub kind: Kind,
    pub stage: Stage,
    pub modality: Option<Modality>,
    pub strength: Option<u8>,
    pub framing: Option<Framing>,
    pub polarity: Option<Polarity>,
    pub assertion: Option<Assertion>,
    pub parties: Option<Vec<Party>>,
    /// Instrument ids as the register writes them; empty for "none".
    pub instruments: Option<Vec<InstrumentId>>,
    pub topics: Option<Vec<String>>,
    pub event_date: Option<PartialDate>,
    pub specificity: Option<u8>,
    /// The true commitment.
    pub cluster: Option<String>,
    pub verdict: Option<Outcome>,
    pub alert: Option<AlertLevel>,
    /// Optional, or a copy: neither found nor missed.
    pub neutral: bool,
    pub why: String,
}

impl Gold {
    /// Whether the label presents the act as a past one or as a report.
    pub fn is_background(&self) -> bool {
        matches!(self.framing, Some(Framing::Background | Framing::Report))
    }
}

/// A labelled text.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sample {
    pub id: String,
    pub form: Form,
    pub title: String,
    pub text: String,
    pub outlet: Option<String>,
    pub url: Option<String>,
    pub language: Option<Language>,
    pub source_date: Option<PartialDate>,
    pub arrival: Option<Timestamp>,
    pub relevant: Option<bool>,
    /// The story that it belongs to.
    pub event: Option<String>,
    /// The trap in it, for reports.
    pub trap: Option<String>,
    pub golds: Vec<Gold>,
    pub why: String,
}

/// A labelled sentence.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    pub id: String,
    pub pair: Option<String>,
    pub language: Option<Language>,
    pub text: String,
    pub decision: Decision,
    pub gold: Option<Gold>,
    pub why: String,
}

/// A text with the segments that it should fall into.
#[derive(Debug, Clone, PartialEq)]
pub struct Segmented {
    pub file: String,
    pub text: String,
    pub segments: Vec<(Span, SegmentKind)>,
    /// Parts that may be cut or left whole.
    pub open: Vec<Span>,
}

/// What a file holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// Relevance sets, annotated texts and streams.
    Articles(Vec<Sample>),
    /// Single sentences.
    Cases(Vec<Case>),
    /// Segmented texts.
    Segments(Vec<Segmented>),
}

/// A labelled file.
#[derive(Debug, Clone, PartialEq)]
pub struct Dataset {
    /// Its name in reports and floors.
    pub(super) name: String,
    pub(super) format: Format,
    pub(super) content: Content,
}

impl Dataset {
    /// Its format.
    pub fn format(&self) -> Format {
        self.format
    }
}
