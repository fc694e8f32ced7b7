//! Sentences. In: normalised text and its blocks. Out: sentences with their block, false stops marked as soft, exact
//! copies marked.
//!
//! The splitter is our own: the Unicode rules know neither "Sen. Lt. Gen." nor "PGS. TS." nor "./.", the end mark of
//! Vietnamese news, and they split before lower case.

use std::collections::HashMap;

use super::{Block, BlockKind, Norm, Sentence, Words, blocks};
use crate::model::Span;

/// An exact copy shorter than this (letters and digits) says nothing.
const SHORTEST_COPY: usize = 20;

/// Splits all blocks into sentences. Blocks that are no running text stay whole.
pub fn sentences(norm: &Norm, words: &Words, blocks: &[Block]) -> Vec<Sentence> {
    let mut found = Vec::new();
    for (number, block) in blocks.iter().enumerate() {
        if matches!(block.kind, BlockKind::Body) {
            split_block(norm, words, number, block.span, &mut found);
        } else {
            found.push(Sentence {
                span: block.span,
                block: number,
                soft_start: false,
                duplicate_of: None,
            });
        }
    }
    mark_copies(norm, &mut found);
    found
}

fn split_block(norm: &Norm, words: &Words, number: usize, block: Span, found: &mut Vec<Sentence>) {
    let text = &norm.text;
    let mut start = block.start;
    let mut soft_start = false;
    let mut at = block.start;
    let mut push = |span: Span, soft_start: bool| {
        if let Some(span) = blocks::trimmed(text, span) {
            found.push(Sentence { span, block: number, soft_start, duplicate_of: None });
        }
    };
    while let Some(offset) = text[at..block.end].find(['.', '!', '?', '…']) {
        let stop = at + offset;
        let end = stop_end(text, stop, block.end);
        at = end;
        let Some(next) = next_start(text, end, block.end) else { continue };
        if !is_boundary(words, text, start, stop, end, next) {
            continue;
        }
        push(Span::new(start, end), soft_start);
        soft_start =
            is_broken_head(norm, words, Span::new(start, stop), Span::new(next, block.end));
        start = next;
    }
    push(Span::new(start, block.end), soft_start);
}

/// Where the run of stops and closing marks that begins at `stop` ends.
fn stop_end(text: &str, stop: usize, limit: usize) -> usize {
    let closes = |c: char| matches!(c, '.' | '!' | '?' | '…' | '/' | '"' | '\'' | ')' | ']');
    text[stop..limit].find(|c| !closes(c)).map_or(limit, |length| stop + length)
}

/// The start of what follows, when a blank separates it and it can begin a sentence.
fn next_start(text: &str, end: usize, limit: usize) -> Option<usize> {
    let rest = &text[end..limit];
    let next = end + rest.find(|c: char| c != ' ')?;
    let first = text[next..limit]
        .chars()
        .find(|c| !matches!(c, '"' | '\'' | '(' | '[' | '-' | '•' | ' '))?;
    (next > end && (first.is_uppercase() || first.is_numeric())).then_some(next)
}

fn is_boundary(
    words: &Words,
    text: &str,
    start: usize,
    stop: usize,
    end: usize,
    next: usize,
) -> bool {
    let run = &text[stop..end];
    // "./." ends a story, "?!" and "..." followed by a capital end a sentence.
    if run.contains('/') || run.starts_with(['!', '?', '…']) || run.starts_with("...") {
        return true;
    }
    let before = &text[start..stop];
    let word_start = before
        .char_indices()
        .rev()
        .find(|(_, c)| !(c.is_alphanumeric() || matches!(c, '.' | '-' | '&')))
        .map_or(0, |(at, c)| at + c.len_utf8());
    let word = &before[word_start..];
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    let closed = run.len() > 1;
    if !closed && letters == 1 && word.chars().all(char::is_uppercase) {
        return false;
    }
    if !closed && words.abbreviations.contains(word) {
        // "of the U.K. The minister ...": an abbreviation that may also end a sentence does so before a common word.
        let next_word: String = text[next..].chars().take_while(|c| c.is_alphabetic()).collect();
        return word.contains('.')
            && words.english.contains(&next_word.to_lowercase())
            && next_word.len() > 1;
    }
    // "(Photo: VNA)" inside a caption, and a list number at the start of a line ("1. Training").
    let numbered =
        word_start == 0 && word.len() <= 2 && word.bytes().all(|byte| byte.is_ascii_digit());
    !numbered || word.is_empty()
}

/// Whether the stop after `left` is a translation's mistake: a name's head on the left, no verb on the right.
fn is_broken_head(norm: &Norm, words: &Words, left: Span, right: Span) -> bool {
    let head = &norm.fold[left.range()];
    let broken = words.broken_heads.iter().any(|known| {
        head.strip_suffix(known.as_str()).is_some_and(|rest| !rest.ends_with(char::is_alphanumeric))
    });
    if !broken {
        return false;
    }
    let fold = &norm.fold[right.range()];
    let sentence = &fold[..fold.find(['.', '!', '?']).unwrap_or(fold.len())];
    let mut following =
        sentence.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()).take(8);
    let first_is_known =
        following.clone().next().is_some_and(|word| words.broken_starts.contains(word));
    first_is_known
        || !following.any(|word| {
            words.finite_verbs.contains(word) || (word.len() > 4 && word.ends_with("ed"))
        })
}

/// Marks every sentence that repeats an earlier one word for word (whole bodies and closings printed twice).
fn mark_copies(norm: &Norm, sentences: &mut [Sentence]) {
    let mut first_seen: HashMap<blake3::Hash, usize> = HashMap::with_capacity(sentences.len());
    let mut key = String::new();
    for (at, sentence) in sentences.iter_mut().enumerate() {
        key.clear();
        key.extend(norm.fold[sentence.span.range()].chars().filter(|c| c.is_alphanumeric()));
        if key.len() < SHORTEST_COPY {
            continue;
        }
        match first_seen.entry(blake3::hash(key.as_bytes())) {
            std::collections::hash_map::Entry::Occupied(first) => {
                sentence.duplicate_of = Some(*first.get());
            }
            std::collections::hash_map::Entry::Vacant(free) => {
                free.insert(at);
            }
        }
    }
}
