//! The units of text that the rules read. In: an analysed text. Out: sentences, joined over false full stops and cut
//! where they are longer than any prose.

use crate::model::{Language, Span};
use crate::text::{BlockKind, Document};

/// A sentence, or several when the full stop between them is false.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unit {
    pub span: Span,
    /// Index of the block.
    pub block: usize,
    pub kind: BlockKind,
    pub language: Language,
    /// An exact copy of an earlier sentence.
    pub duplicate: bool,
    /// A false full stop was crossed.
    pub soft: bool,
}

/// A first line without a full stop is read as a headline up to this many bytes.
const HEADLINE: usize = 140;

/// No sentence of prose is longer than this many bytes; what is, is cut, so that the rules, which look around in
/// their sentence, stay linear in the length of the text.
const LONGEST: usize = 3000;

/// Sentences joined over false full stops, in text order.
pub(crate) fn units(document: &Document) -> Vec<Unit> {
    let mut units: Vec<Unit> = Vec::new();
    for sentence in &document.sentences {
        let block = &document.blocks[sentence.block];
        let Some(language) = block.language.or(document.language) else { continue };
        if sentence.soft_start
            && let Some(last) = units.last_mut()
            && last.block == sentence.block
            && sentence.span.end - last.span.start <= LONGEST
        {
            last.span.end = sentence.span.end;
            last.soft = true;
            continue;
        }
        let text = &document.norm.text[sentence.span.range()];
        let opens = units.is_empty() && block.kind == BlockKind::Body;
        let stops = text.ends_with(['.', '!', '?', '"', '”', '…', ':', ';', ')']);
        let kind =
            if opens && !stops && text.len() < HEADLINE { BlockKind::Title } else { block.kind };
        let unit = Unit {
            span: sentence.span,
            block: sentence.block,
            kind,
            language,
            duplicate: sentence.duplicate_of.is_some(),
            soft: false,
        };
        units.extend(cut(&document.norm.text, sentence.span).map(|span| Unit { span, ..unit }));
    }
    units
}

/// A span in parts of at most [`LONGEST`] bytes, cut behind a blank where there is one.
fn cut(text: &str, span: Span) -> impl Iterator<Item = Span> + '_ {
    let mut start = span.start;
    std::iter::from_fn(move || {
        if start >= span.end {
            return None;
        }
        let from = start;
        start = span.end;
        if span.end - from > LONGEST {
            let limit = text.floor_char_boundary(from + LONGEST);
            start = text[from..limit].rfind(' ').map_or(limit, |blank| from + blank + 1);
        }
        Some(Span::new(from, start))
    })
}
