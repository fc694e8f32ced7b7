//! Finding many phrases at once. In: patterns with a payload each, and an analysed text. Out: hits with text spans.
//!
//! A pattern matches whole words only (no letter or digit touches it on either side), in any case unless it asks for
//! one. Three forms of the text are searched: the lower-case text, and the same without diacritics for patterns that
//! allow it ([`Pattern::bare`], meant for names of people and places) and for all Vietnamese patterns of a document
//! that was written without tone marks.

use std::sync::OnceLock;

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

/// One phrase to look for; `Pattern<&T, &str>` is one that a lexicon holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern<T, S = String> {
    /// The phrase, in its usual spelling.
    pub text: S,
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

impl<T, S> Pattern<T, S> {
    /// A pattern in any case, with diacritics as written.
    pub fn new(text: impl Into<S>, language: Option<Language>, payload: T) -> Self {
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
///
/// A topic has tens of thousands: their texts stand one after another in one string, because a string each would
/// take several times their letters.
#[derive(Debug, Clone)]
pub struct Lexicon<T> {
    texts: Box<str>,
    kept: Box<[Kept<T>]>,
    /// One needle for each pattern, over the lower-case text.
    folded: AhoCorasick,
    /// Needles without diacritics, for patterns that allow it.
    bare: Stripped,
    bare_search: AhoCorasick,
    /// The same for all other Vietnamese patterns. Few documents lack their tone marks: the automaton, a third of all,
    /// is built for the first one.
    unmarked: Stripped,
    unmarked_search: OnceLock<AhoCorasick>,
}

/// Which patterns are looked for without diacritics, in the order of their needles.
type Stripped = Box<[u32]>;

/// Most bytes of all texts: with so few, no automaton comes near the limits of its library (2³¹ states).
const MOST: usize = 1 << 24;

/// A pattern without its text.
#[derive(Debug, Clone)]
struct Kept<T> {
    /// Where its text ends in `texts`; it begins where the one before ends.
    end: u32,
    language: Option<Language>,
    case: Case,
    bare: bool,
    payload: T,
}

impl<T> Lexicon<T> {
    /// Compiles patterns. Equal phrases with different payloads are all kept, and all found.
    pub fn new(patterns: Vec<Pattern<T>>) -> Result<Self, LexiconError> {
        if let Some(at) = patterns.iter().position(|p| !p.text.chars().any(is_searchable)) {
            return Err(LexiconError::Empty(at));
        }
        let length: usize = patterns.iter().map(|pattern| pattern.text.len()).sum();
        if length > MOST {
            return Err(LexiconError::TooLarge(format!("{length} bytes, of {MOST}")));
        }
        let texts: String = patterns.iter().map(|pattern| pattern.text.as_str()).collect();
        let mut end = 0;
        let kept = patterns.into_iter().map(|pattern| {
            let Pattern { text, language, case, bare, payload } = pattern;
            end += text.len();
            Kept { end: end as u32, language, case, bare, payload }
        });
        let kept: Box<[Kept<T>]> = kept.collect();
        let of = |wanted: fn(&Kept<T>) -> bool| -> Stripped {
            (0_u32..).zip(&kept).filter(|(_, kept)| wanted(kept)).map(|(at, _)| at).collect()
        };
        let bare = of(|kept| kept.bare);
        let unmarked = of(|kept| !kept.bare && kept.language == Some(Language::Vi));
        let text = |at| text_at(&texts, &kept, at);
        let folded = build((0..kept.len()).map(|at| fold::lower(&fold::clean(text(at)))))?;
        let bare_search =
            build(bare.iter().map(|&at| fold::bare(&fold::clean(text(at as usize)))))?;
        let (texts, unmarked_search) = (texts.into_boxed_str(), OnceLock::new());
        Ok(Self { texts, kept, folded, bare, bare_search, unmarked, unmarked_search })
    }

    /// The patterns, in the order given.
    pub fn patterns(&self) -> impl ExactSizeIterator<Item = Pattern<&T, &str>> {
        self.kept.iter().enumerate().map(|(at, kept)| {
            let Kept { language, case, bare, ref payload, .. } = *kept;
            Pattern { text: self.text(at), language, case, bare, payload }
        })
    }

    fn text(&self, at: usize) -> &str {
        text_at(&self.texts, &self.kept, at)
    }

    /// What finds the Vietnamese patterns in a document without tone marks.
    fn unmarked_search(&self) -> &AhoCorasick {
        self.unmarked_search.get_or_init(|| {
            let needles = self.unmarked.iter().map(|&at| self.text(at as usize));
            #[expect(clippy::expect_used, reason = "the texts are no longer than MOST")]
            build(needles.map(|text| fold::bare(&fold::clean(text)))).expect("few needles")
        })
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
        let range = norm.bare.range_of(within);
        let mut stripped = |search: &AhoCorasick, owners: &[u32]| {
            for hit in search.find_overlapping_iter(&norm.bare.text[range.clone()]) {
                let at = owners[hit.pattern().as_usize()] as usize;
                let span = norm.bare.span_of(range.start + hit.start(), range.start + hit.end());
                if self.fits(document, span, at) {
                    found.push((span, at));
                }
            }
        };
        if !self.bare.is_empty() {
            stripped(&self.bare_search, &self.bare);
        }
        if document.unmarked && !self.unmarked.is_empty() {
            stripped(self.unmarked_search(), &self.unmarked);
        }
        found.sort_by_key(|&(span, at)| (span.start, std::cmp::Reverse(span.end), at));
        found.dedup();
        found
            .into_iter()
            .map(|(span, at)| Hit {
                span,
                language: self.kept[at].language,
                payload: &self.kept[at].payload,
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
            && match self.kept[at].case {
                Case::Any => true,
                Case::Capital => text[span.range()].chars().next().is_some_and(char::is_uppercase),
                Case::Names => {
                    let (found, written) = (&text[span.range()], self.text(at));
                    found.chars().count() != written.chars().count()
                        || written
                            .chars()
                            .zip(found.chars())
                            .all(|(pattern, text)| !pattern.is_uppercase() || text.is_uppercase())
                }
                Case::Exact => {
                    let written = self.text(at);
                    &text[span.range()] == written
                        || (self.kept[at].bare || document.unmarked)
                            && fold::strip(&text[span.range()]) == fold::strip(written)
                }
            }
    }
}

/// The text of the pattern at this place.
fn text_at<'a, T>(texts: &'a str, kept: &[Kept<T>], at: usize) -> &'a str {
    let start = at.checked_sub(1).map_or(0, |before| kept[before].end);
    &texts[start as usize..kept[at].end as usize]
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
