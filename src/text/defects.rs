//! What was wrong with a text before it was repaired. In: an analysed document. Out: the sorts of faults found, each
//! once: so that quality can be told apart for clean and for dirty texts.

use super::Document;
use crate::model::Span;

/// A sort of fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Defect {
    /// Words without the blank between them.
    Glued,
    /// Character references left in the text.
    References,
    /// Characters lost on the way (U+FFFD).
    Lost,
    /// Letters and marks apart (NFD).
    Decomposed,
    /// Sentences printed twice.
    Repeated,
    /// Full stops that are probably a translation's mistake.
    FalseStops,
}

impl Defect {
    /// The word in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Glued => "glued",
            Self::References => "references",
            Self::Lost => "lost",
            Self::Decomposed => "decomposed",
            Self::Repeated => "repeated",
            Self::FalseStops => "false_stops",
        }
    }
}

impl Document {
    /// The faults of the raw text that the analysis saw, each sort once.
    pub fn defects(&self) -> Vec<Defect> {
        let mut found = Vec::new();
        let mut add = |defect: Defect, seen: bool| {
            if seen && !found.contains(&defect) {
                found.push(defect);
            }
        };
        for (at, c) in self.norm.text.char_indices() {
            let raw = self.norm.to_raw(Span::new(at, at + c.len_utf8()));
            if raw.len() == c.len_utf8() {
                continue;
            }
            let raw = &self.raw[raw.range()];
            add(Defect::Glued, c == ' ' && raw.is_empty());
            add(Defect::References, raw.starts_with('&') && raw.len() > 1);
            let marked = raw.chars().skip(1).any(unicode_normalization::char::is_combining_mark);
            add(Defect::Decomposed, c.is_alphabetic() && marked);
        }
        add(Defect::Lost, self.raw.contains('\u{fffd}'));
        let copied = |sentence: &super::Sentence| sentence.duplicate_of.is_some();
        add(Defect::Repeated, self.sentences.iter().any(copied));
        add(Defect::FalseStops, self.sentences.iter().any(|sentence| sentence.soft_start));
        found.sort();
        found
    }
}
