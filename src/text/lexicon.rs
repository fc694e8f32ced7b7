//! Finding many phrases at once. In: patterns with a payload each, and an analysed text. Out: hits with text spans.
//!
//! A pattern matches whole words only (no letter or digit touches it on either side), in any case unless it asks for
//! one. Three forms of the text are searched: the lower-case text, and the same without diacritics for patterns that
//! allow it ([`Pattern::bare`], meant for names of people and places) and for all Vietnamese patterns of a document
//! that was written without tone marks.

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, MatchKind};

use super::{Document, fold};
use crate::model::{Language, Span};

/// Which letters of the text must be capitals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Case {
    /// It does not matter.
    #[default]
    Any,
    /// The first letter of the match must be a capital.
    Capital,
    /// Letters that are capitals in the pattern must be capitals in the text (`người Anh` is no `người anh`).
    Names,
    /// Every letter as in the pattern.
    Exact,
}

/// One phrase to look for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern<T> {
    /// The phrase, in its usual spelling.
    pub text: String,
    /// The language it belongs to; `None` for names that are the same everywhere. Patterns are looked for in every
    /// document, whatever its language: many texts mix the two.
    pub language: Option<Language>,
    /// Which letters must be capitals.
    pub case: Case,
    /// Whether it also matches when the text (or the pattern) lacks the Vietnamese diacritics.
    pub bare: bool,
    /// What the phrase means.
    pub payload: T,
}

impl<T> Pattern<T> {
    /// A pattern in any case, with diacritics as written.
    pub fn new(text: impl Into<String>, language: Option<Language>, payload: T) -> Self {
        Self { text: text.into(), language, case: Case::Any, bare: false, payload }
    }
}

/// Where a pattern was found.
#[derive(Debug, PartialEq, Eq)]
pub struct Hit<'a, T> {
    /// Text offsets.
    pub span: Span,
    /// The pattern's language.
    pub language: Option<Language>,
    /// The pattern's payload.
    pub payload: &'a T,
}

// Derived versions would demand `T: Clone` and `T: Copy`, which a reference does not need.
impl<T> Clone for Hit<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Hit<'_, T> {}

/// The patterns do not fit into one automaton, or one of them is empty.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LexiconError {
    /// A pattern without a letter or digit would match everywhere.
    #[error("pattern number {0} is empty")]
    Empty(usize),
    /// Too many or too long.
    #[error("the patterns cannot be compiled: {0}")]
    TooLarge(String),
}

/// A set of patterns, compiled.
#[derive(Debug, Clone)]
pub struct Lexicon<T> {
    patterns: Vec<Pattern<T>>,
    /// One needle for each pattern, over the lower-case text.
    folded: AhoCorasick,
    /// Needles without diacritics, for the patterns in `bare_owner`.
    bare: AhoCorasick,
    bare_owner: Vec<usize>,
}

impl<T> Lexicon<T> {
    /// Compiles patterns. Equal phrases with different payloads are all kept, and all found.
    pub fn new(patterns: Vec<Pattern<T>>) -> Result<Self, LexiconError> {
        if let Some(at) = patterns.iter().position(|p| !p.text.chars().any(is_searchable)) {
            return Err(LexiconError::Empty(at));
        }
        let folded = build(patterns.iter().map(|p| fold::lower(&fold::clean(&p.text))))?;
        let bare_owner: Vec<usize> = (0..patterns.len())
            .filter(|&at| patterns[at].bare || patterns[at].language == Some(Language::Vi))
            .collect();
        let bare =
            build(bare_owner.iter().map(|&at| fold::bare(&fold::clean(&patterns[at].text))))?;
        Ok(Self { patterns, folded, bare, bare_owner })
    }

    /// The patterns, in the order given.
    pub fn patterns(&self) -> &[Pattern<T>] {
        &self.patterns
    }

    /// All hits inside `within` (text offsets), overlapping ones too: by start, the longer first.
    pub fn all(&self, document: &Document, within: Span) -> Vec<Hit<'_, T>> {
        let mut found: Vec<(Span, usize)> = Vec::new();
        let norm = &document.norm;
        for hit in self.folded.find_overlapping_iter(&norm.fold[within.range()]) {
            let span = Span::new(within.start + hit.start(), within.start + hit.end());
            let at = hit.pattern().as_usize();
            if self.fits(document, span, at) {
                found.push((span, at));
            }
        }
        if !self.bare_owner.is_empty() {
            let range = norm.bare.range_of(within);
            for hit in self.bare.find_overlapping_iter(&norm.bare.text[range.clone()]) {
                let at = self.bare_owner[hit.pattern().as_usize()];
                if !self.patterns[at].bare && !document.unmarked {
                    continue;
                }
                let span = norm.bare.span_of(range.start + hit.start(), range.start + hit.end());
                if self.fits(document, span, at) {
                    found.push((span, at));
                }
            }
        }
        found.sort_by_key(|&(span, at)| (span.start, std::cmp::Reverse(span.end), at));
        found.dedup();
        found
            .into_iter()
            .map(|(span, at)| Hit {
                span,
                language: self.patterns[at].language,
                payload: &self.patterns[at].payload,
            })
            .collect()
    }

    /// Hits inside `within` that do not overlap: from left to right, at each place the longest. Of equal phrases
    /// the pattern given first wins.
    pub fn longest(&self, document: &Document, within: Span) -> Vec<Hit<'_, T>> {
        let mut free_from = 0;
        let mut hits = self.all(document, within);
        hits.retain(|hit| {
            let free = hit.span.start >= free_from;
            if free {
                free_from = hit.span.end;
            }
            free
        });
        hits
    }

    fn fits(&self, document: &Document, span: Span, at: usize) -> bool {
        let text = &document.norm.text;
        is_whole(text, span)
            && match self.patterns[at].case {
                Case::Any => true,
                Case::Capital => text[span.range()].chars().next().is_some_and(char::is_uppercase),
                Case::Names => {
                    let (found, written) = (&text[span.range()], &self.patterns[at].text);
                    found.chars().count() != written.chars().count()
                        || written
                            .chars()
                            .zip(found.chars())
                            .all(|(pattern, text)| !pattern.is_uppercase() || text.is_uppercase())
                }
                Case::Exact => {
                    let written = &self.patterns[at].text;
                    text[span.range()] == *written
                        || (self.patterns[at].bare || document.unmarked)
                            && fold::strip(&text[span.range()]) == fold::strip(written)
                }
            }
    }
}

fn build(needles: impl Iterator<Item = String>) -> Result<AhoCorasick, LexiconError> {
    // Overlapping search needs the standard match kind; `longest` then chooses among valid hits only, which the
    // automaton's own leftmost-longest search could not (a longer hit that fails the word test would hide a shorter).
    AhoCorasickBuilder::new()
        .match_kind(MatchKind::Standard)
        .build(needles)
        .map_err(|error| LexiconError::TooLarge(error.to_string()))
}

/// Whether a pattern may consist of this character alone: other signs are everywhere.
pub fn is_searchable(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '£' | '€' | '$' | '¥' | '₫')
}

/// Whether no letter or digit touches the span from outside where the span itself has one.
pub fn is_whole(text: &str, span: Span) -> bool {
    let inside = &text[span.range()];
    let before = text[..span.start].chars().next_back();
    let after = text[span.end..].chars().next();
    let joins = |outer: Option<char>, inner: Option<char>| {
        outer.is_some_and(char::is_alphanumeric) && inner.is_some_and(char::is_alphanumeric)
    };
    !joins(before, inside.chars().next()) && !joins(after, inside.chars().next_back())
}
