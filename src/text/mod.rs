//! From raw text to something that rules can work on: a normalised text with an exact map back to the raw
//! bytes, blocks, sentences, language, and the matches of the topic's patterns.
//!
//! One coordinate system serves all rules: **text offsets**, bytes of [`Norm::text`]. [`Norm::fold`] is the
//! same text in lower case *with the same offsets* (a character whose lower case has another length keeps its
//! case), so a span found in one is a span of the other. Only at the end is a span taken back to the raw text.

mod blocks;
mod changes;
mod defects;
mod entity;
mod fold;
mod gate;
mod glue;
mod language;
mod lexicon;
mod normalise;
mod sentences;
mod similarity;
mod vietnamese;
mod words;

pub use changes::{Change, changes};
pub use defects::Defect;
pub use fold::{Bare, bare, clean, lower, strip};
pub use gate::Gate;
pub use language::{Tally, tally};
pub use lexicon::{Case, Hit, Lexicon, LexiconError, Pattern, is_searchable, is_whole};
pub use normalise::{normalise, spelling};
pub use similarity::{Shingles, body_hash};
pub use vietnamese::is_syllable;
pub use words::{WordLists, Words};

use crate::model::{Language, Span};

/// A normalised text with its map back to the raw bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Norm {
    /// NFC, quotes and dashes and spaces unified, Vietnamese spelling repaired, glued words separated.
    pub text: String,
    /// The same in lower case; byte offsets are those of `text`.
    pub fold: String,
    /// The same without diacritics, for names and for Vietnamese written without marks; it has its own offsets.
    pub bare: Bare,
    /// For each byte of `text` the raw byte it came from, and one entry for the end; never falls.
    pub(crate) map: Vec<u32>,
    /// For each byte of `text` the end of the raw bytes it came from: what was dropped between two characters belongs
    /// to neither.
    pub(crate) ends: Vec<u32>,
}

impl Norm {
    /// The raw span that a text span came from. It lies on character boundaries of the raw text.
    pub fn to_raw(&self, span: Span) -> Span {
        let at =
            |offset: usize| self.map.get(offset).or(self.map.last()).map_or(0, |&raw| raw as usize);
        let start = at(span.start);
        match span.end.checked_sub(1).and_then(|last| self.ends.get(last)) {
            Some(&end) if span.end > span.start => Span::new(start, end as usize),
            _ => Span::new(start, start),
        }
    }
}

impl Norm {
    /// The text span that a raw span became; empty where nothing of it is left. Blanks at its ends are left out.
    pub fn of_raw(&self, raw: Span) -> Span {
        let at = |offset: usize| self.map.partition_point(|&from| (from as usize) < offset);
        let span = Span::new(at(raw.start).min(self.text.len()), at(raw.end).min(self.text.len()));
        blocks::trimmed(&self.text, span).unwrap_or(Span::new(span.start, span.start))
    }
}

/// What a block of text is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BlockKind {
    /// A headline or deck at the top of the text.
    Title,
    /// Date and time stamps.
    Meta,
    /// Words under or beside a picture.
    Caption,
    /// Author, agency or source line.
    Byline,
    /// Page furniture.
    Junk,
    /// Headlines of other stories.
    Related,
    /// Running text.
    Body,
}

/// A paragraph or line with one purpose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// Text offsets.
    pub span: Span,
    /// What it is for.
    pub kind: BlockKind,
    /// Language of this block, where it can be told.
    pub language: Option<Language>,
}

/// One sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// Text offsets, without surrounding blanks.
    pub span: Span,
    /// Index of its block.
    pub block: usize,
    /// The full stop before it may be false (a name broken by machine translation): rules may read across it.
    pub soft_start: bool,
    /// The earlier sentence of which this is an exact copy (whole-body or closing repetition).
    pub duplicate_of: Option<usize>,
}

/// An analysed text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// The raw text; all quotes are slices of it.
    pub raw: String,
    /// The normalised text.
    pub norm: Norm,
    /// Blocks in text order.
    pub blocks: Vec<Block>,
    /// Sentences in text order.
    pub sentences: Vec<Sentence>,
    /// Main language of the text; `None` when it is neither English nor Vietnamese.
    pub language: Option<Language>,
    /// The text is Vietnamese written without tone marks, so that patterns must be compared without them.
    pub unmarked: bool,
}

impl Document {
    /// The raw slice that a text span came from, verbatim.
    pub fn quote(&self, span: Span) -> crate::model::Quote {
        let raw = self.norm.to_raw(span);
        crate::model::Quote { text: self.raw[raw.range()].to_owned(), span: raw }
    }

    /// Lower-case normalised text of a span.
    pub fn fold(&self, span: Span) -> &str {
        &self.norm.fold[span.range()]
    }
}

/// Analyses a raw text: normalises it, finds its blocks, sentences and language. Any text is accepted; the time is
/// linear in its length.
pub fn analyse(raw: &str, words: &Words) -> Document {
    let norm = normalise(raw, words);
    let (blocks, tally) = blocks::blocks(&norm, words);
    let sure = tally.decide();
    let sentences = sentences::sentences(&norm, words, &blocks);
    Document {
        raw: raw.to_owned(),
        norm,
        blocks,
        sentences,
        language: sure.map(|(language, _)| language),
        unmarked: sure.is_some_and(|(_, unmarked)| unmarked),
    }
}
