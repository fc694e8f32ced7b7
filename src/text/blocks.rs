//! Lines of a text and what each is for. In: the normalised text. Out: blocks in text order, one a line, some lines cut
//! in two where a date stamp or a caption was glued to what follows.

use super::language::{self, Tally};
use super::words::found;
use super::{Block, BlockKind, Norm, Words};
use crate::model::Span;

/// A caption, byline or title is no longer than this (bytes).
const CAPTION: usize = 320;
const BYLINE: usize = 90;
const TITLE: usize = 260;

/// Cuts a normalised text into blocks and says what each is for; also counts what tells the language of the whole.
pub fn blocks(norm: &Norm, words: &Words) -> (Vec<Block>, Tally) {
    let mut spans: Vec<Span> = Vec::new();
    for line in lines(&norm.text) {
        cut_line(norm, words, line, &mut spans);
    }
    let mut kinds: Vec<Option<BlockKind>> =
        spans.iter().map(|&span| by_content(norm, words, span)).collect();
    by_place(norm, &spans, &mut kinds);
    let tallies: Vec<Tally> =
        spans.iter().map(|span| language::tally(&norm.fold[span.range()], words)).collect();
    let mut all = Tally::default();
    tallies.iter().for_each(|tally| all += *tally);
    let whole = all.decide().map(|(language, _)| language);
    let blocks = spans
        .into_iter()
        .zip(kinds)
        .zip(tallies)
        .map(|((span, kind), tally)| {
            let language = if tally.words < 6 { whole } else { tally.decide().map(|(one, _)| one) };
            Block { span, kind: kind.unwrap_or(BlockKind::Body), language }
        })
        .collect();
    (blocks, all)
}

/// Non-empty lines without surrounding blanks.
fn lines(text: &str) -> impl Iterator<Item = Span> + '_ {
    let mut at = 0;
    text.split('\n').filter_map(move |line| {
        let start = at;
        at += line.len() + 1;
        trimmed(text, Span::new(start, start + line.len()))
    })
}

/// The span without blanks at its ends; `None` when nothing is left.
pub(super) fn trimmed(text: &str, span: Span) -> Option<Span> {
    let inside = &text[span.range()];
    let start = span.start + (inside.len() - inside.trim_start().len());
    let end = start + inside.trim().len();
    (end > start).then(|| Span::new(start, end))
}

/// A line, cut after a leading date stamp and after a picture credit that is glued to running text.
fn cut_line(norm: &Norm, words: &Words, line: Span, spans: &mut Vec<Span>) {
    let mut rest = line;
    if let Some(end) = leading_stamp(&norm.fold[line.range()]) {
        let stamp = Span::new(line.start, line.start + end);
        if let Some(after) = trimmed(&norm.text, Span::new(stamp.end, line.end)) {
            spans.extend(trimmed(&norm.text, stamp));
            rest = after;
        }
    }
    // "(Photo: VNA)Hanoi": the blank after the bracket is ours, the line break between them was lost.
    let mut from = rest.start;
    for (at, _) in norm.fold[rest.range()].match_indices(')') {
        let close = rest.start + at + 1;
        if close - from > CAPTION {
            break;
        }
        let inside = &norm.fold[from..close];
        let Some(open) = inside.rfind('(') else { continue };
        let credit = &inside[open..];
        let glued = norm.to_raw(Span::new(close, (close + 1).min(rest.end))).is_empty();
        if glued
            && close < rest.end
            && found(&words.caption_marks, credit).any(|mark| mark.start == 0)
        {
            spans.extend(trimmed(&norm.text, Span::new(from, close)));
            from = close;
        }
    }
    spans.extend(trimmed(&norm.text, Span::new(from, rest.end)));
}

/// Length of a crawler's date at the start of a line: `date 2022-08-16 `.
fn leading_stamp(fold: &str) -> Option<usize> {
    let rest = fold.strip_prefix("date ").or_else(|| fold.strip_prefix("date: "))?;
    let digits = rest
        .bytes()
        .take_while(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'/' | b'.'))
        .count();
    let plausible = (4..=10).contains(&digits)
        && rest.as_bytes()[..4].iter().all(u8::is_ascii_digit)
        && rest[digits..].starts_with([' ', '\n'])
        || digits == rest.len();
    (plausible && digits >= 4).then_some(fold.len() - rest.len() + digits)
}

/// What a line is, judged by itself.
fn by_content(norm: &Norm, words: &Words, span: Span) -> Option<BlockKind> {
    let fold = &norm.fold[span.range()];
    let text = &norm.text[span.range()];
    let bare_line = fold.trim_matches(|c: char| !c.is_alphanumeric());
    if bare_line.is_empty()
        || words.junk_lines.contains(bare_line)
        || words.junk_lines.contains(fold)
    {
        return Some(BlockKind::Junk);
    }
    if is_stamp(fold, words) {
        return Some(BlockKind::Meta);
    }
    if words.related_starts.iter().any(|start| fold.starts_with(start.as_str()))
        && fold.len() < TITLE
    {
        return Some(BlockKind::Related);
    }
    if is_picture_name(bare_line) || is_no_word(bare_line) {
        return Some(BlockKind::Junk);
    }
    if fold.len() < 140
        && found(&words.junk_words, fold).any(|word| super::is_whole(fold, word))
        && !text.ends_with('.')
    {
        return Some(BlockKind::Junk);
    }
    if is_caption(fold, words) {
        return Some(BlockKind::Caption);
    }
    let is_byline = words.byline_starts.iter().any(|start| {
        fold.strip_prefix(start.as_str()).is_some_and(|rest| {
            // "by ..." also begins sentences.
            !rest.is_empty()
                && (start.trim_end().ends_with(':') || mostly_capitals(&text[start.len()..]))
        })
    });
    if fold.len() < BYLINE
        && !text.ends_with('.')
        && (is_byline || words.agencies.contains(bare_line))
    {
        return Some(BlockKind::Byline);
    }
    None
}

/// A picture's file name or number: `img 8915`, `dsc_0012.jpg`.
fn is_picture_name(line: &str) -> bool {
    let digits = line.bytes().filter(u8::is_ascii_digit).count();
    line.len() < 40
        && ((digits > 0
            && ["img", "dsc", "image", "photo", "anh"].iter().any(|name| {
                line.strip_prefix(name)
                    .is_some_and(|rest| rest.bytes().all(|byte| !byte.is_ascii_alphabetic()))
            }))
            || [".jpg", ".jpeg", ".png", ".webp", ".gif"].iter().any(|end| line.ends_with(end)))
}

/// One long token that is no word: the class name of some widget.
fn is_no_word(line: &str) -> bool {
    line.len() > 15
        && !line.contains(' ')
        && line.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

fn is_caption(fold: &str, words: &Words) -> bool {
    if fold.len() > CAPTION {
        return false;
    }
    words.caption_starts.iter().any(|start| {
        fold.strip_prefix(start.as_str())
            .is_some_and(|rest| rest.starts_with([' ', ':']) || start.ends_with(':'))
    }) || found(&words.caption_marks, fold).any(|mark| {
        // A credit stands at the end; "(left)" may stand in the middle of a short line.
        fold.len() - mark.end <= 45 || (fold[..mark.end].ends_with(')') && fold.len() < 220)
    })
}

/// A line of nothing but a date, a time and the words around them.
fn is_stamp(fold: &str, words: &Words) -> bool {
    if fold.len() > 90 || !fold.bytes().any(|byte| byte.is_ascii_digit()) {
        return false;
    }
    fold.split(|c: char| !c.is_alphabetic())
        .filter(|word| !word.is_empty())
        .all(|word| words.stamp_words.contains(word))
}

/// Kinds that depend on the neighbours: titles, captions after a picture, a name at the end.
fn by_place(norm: &Norm, spans: &[Span], kinds: &mut [Option<BlockKind>]) {
    let text = |at: usize| &norm.text[spans[at].range()];
    let ends = |at: usize| {
        text(at).trim_end_matches(['"', '\'', ')']).ends_with(['.', '!', '?', '…', ':', ';'])
    };
    for at in 1..spans.len() {
        if kinds[at].is_none()
            && kinds[at - 1] == Some(BlockKind::Junk)
            && is_picture_junk(&norm.fold[spans[at - 1].range()])
            && spans[at].len() < CAPTION
        {
            kinds[at] = Some(BlockKind::Caption);
        }
    }
    // Titles: lines without a stop before the first running text, if any text follows.
    let is_body = |at: usize, kinds: &[Option<BlockKind>]| {
        kinds[at].is_none() && (ends(at) || spans[at].len() > TITLE)
    };
    if let Some(first_body) = (0..spans.len()).find(|&at| is_body(at, kinds)) {
        let mut left = 2;
        for (at, kind) in kinds[..first_body].iter_mut().enumerate() {
            if kind.is_none() && left > 0 && !mostly_list(text(at)) {
                *kind = Some(BlockKind::Title);
                left -= 1;
            }
        }
        // The title again, as the head of a copy or as a caption.
        let titles: Vec<&str> =
            (0..first_body).filter(|&at| kinds[at] == Some(BlockKind::Title)).map(text).collect();
        for (at, kind) in kinds.iter_mut().enumerate().skip(first_body) {
            if kind.is_none() && titles.contains(&text(at)) {
                *kind = Some(BlockKind::Title);
            }
        }
    }
    // A name alone in a line: at the end, or before a copy of the title.
    for at in 1..spans.len() {
        let last = at + 1 == spans.len()
            || matches!(
                kinds[at + 1],
                Some(BlockKind::Title | BlockKind::Junk | BlockKind::Related | BlockKind::Byline)
            );
        if kinds[at].is_none() && last && is_name_line(text(at)) {
            kinds[at] = Some(BlockKind::Byline);
        }
    }
}

fn is_picture_junk(line: &str) -> bool {
    let bare_line = line.trim_matches(|c: char| !c.is_alphanumeric());
    is_picture_name(bare_line) || bare_line.starts_with("leftcenterright") || is_no_word(bare_line)
}

fn mostly_list(text: &str) -> bool {
    text.starts_with(['-', '•', '*', '+'])
}

/// Two to four capitalised words and nothing else.
fn is_name_line(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    (2..=4).contains(&words.len())
        && text.len() < 50
        && words.iter().all(|word| {
            word.starts_with(char::is_uppercase)
                && word.chars().all(|c| c.is_alphabetic() || matches!(c, '-' | '\'' | '.'))
        })
        && !text.ends_with('.')
}

fn mostly_capitals(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    let capitals = words.iter().filter(|word| word.starts_with(char::is_uppercase)).count();
    !words.is_empty() && words.len() <= 9 && capitals * 2 > words.len()
}
