//! Raw text to [`Norm`]: one pass that cleans characters, one that repairs tokens. In: any text. Out: the normalised
//! text, its folded forms, and for every byte the raw bytes it came from.
//!
//! Cleaned: decomposed letters (NFC), typographic quotes, dashes and blanks, invisible characters, look-alike letters,
//! leaked HTML tags and character references. Repaired: the place of Vietnamese tone marks, dots inside Vietnamese
//! syllables, words glued together. Everything is a loop over the text; nothing recurses on it.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::fold::{self, Bare, is_word_char};
use super::glue::Glue;
use super::{Norm, Words, entity, language, vietnamese};
use crate::model::Language;

/// One character of the cleaned text and the raw bytes it came from.
#[derive(Debug, Clone, Copy)]
struct Piece {
    c: char,
    start: u32,
    end: u32,
}

/// Normalises a raw text.
pub fn normalise(raw: &str, words: &Words) -> Norm {
    let mut pieces = clean(raw);
    unwrap_lines(&mut pieces);
    let sample: String = pieces.iter().take(20_000).map(|piece| piece.c).collect();
    let tally = language::tally(&fold::lower(&sample), words);
    let english = matches!(tally.decide(), Some((Language::En, _)));
    let mut writer = Writer::with_capacity(raw.len());
    repair(&mut pieces, &Glue { words, english }, &mut writer);
    writer.finish(raw.len())
}

/// Characters cleaned, nothing repaired: for patterns.
pub fn plain(text: &str) -> String {
    clean(text).into_iter().map(|piece| piece.c).collect()
}

/// How a phrase reads in the normalised text of an article that holds it. `english`: the article is English, so that its
/// unknown words may be split.
pub fn spelling(phrase: &str, words: &Words, english: bool) -> String {
    let mut pieces = clean(phrase);
    let mut writer = Writer::with_capacity(phrase.len());
    repair(&mut pieces, &Glue { words, english }, &mut writer);
    writer.finish(phrase.len()).text
}

/// The first pass: characters.
fn clean(raw: &str) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::with_capacity(raw.len());
    let mut at = 0;
    while let Some(c) = raw[at..].chars().next() {
        let start = at;
        at += c.len_utf8();
        if c.is_ascii_alphanumeric() && raw.as_bytes().get(at).is_none_or(u8::is_ascii) {
            pieces.push(Piece { c, start: start as u32, end: at as u32 });
            continue;
        }
        if let Some((mark, length)) = entity::markup(&raw[start..]) {
            at = start + length;
            push_mark(&mut pieces, mark, start, at);
            continue;
        }
        match simple(c) {
            Simple::Nothing => {}
            Simple::One(_) if c == '\r' && raw.as_bytes().get(at) == Some(&b'\n') => {}
            Simple::One(c) => push_char(&mut pieces, c, start, at),
            Simple::Letter if is_combining_mark(c) && join_mark(&mut pieces, c, start, at) => {}
            Simple::Letter => {
                while let Some(mark) = raw[at..].chars().next().filter(|c| is_combining_mark(*c)) {
                    at += mark.len_utf8();
                }
                if at == start + c.len_utf8() && (c.is_ascii() || fold::is_composed(c)) {
                    push_char(&mut pieces, c, start, at);
                    continue;
                }
                for c in raw[start..at].nfc() {
                    let c = match c {
                        'Ð' => 'Đ',
                        'ð' => 'đ',
                        c => c,
                    };
                    push_char(&mut pieces, c, start, at);
                }
            }
        }
    }
    pieces
}

/// What a single character becomes.
enum Simple {
    Nothing,
    One(char),
    /// A letter or sign that may carry combining marks.
    Letter,
}

fn simple(c: char) -> Simple {
    match c {
        '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{b}' | '\u{c}' => Simple::One('\n'),
        '\t'
        | ' '
        | '\u{a0}'
        | '\u{2000}'..='\u{200a}'
        | '\u{202f}'
        | '\u{205f}'
        | '\u{3000}'
        | '\u{1680}' => Simple::One(' '),
        '\u{200b}'..='\u{200f}'
        | '\u{2060}'..='\u{2064}'
        | '\u{feff}'
        | '\u{ad}'
        | '\u{34f}'
        | '\u{180e}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}'
        | '\u{fe00}'..='\u{fe0f}' => Simple::Nothing,
        '“' | '”' | '„' | '‟' | '«' | '»' | '″' | '＂' => Simple::One('"'),
        '‘' | '’' | '‚' | '‛' | 'ʼ' | '′' | '´' | '`' | '＇' => Simple::One('\''),
        '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' | '﹣' | '－' => Simple::One('-'),
        '\u{ff01}'..='\u{ff5e}' => Simple::One(char::from_u32(c as u32 - 0xfee0).unwrap_or(c)),
        '\u{1d400}'..='\u{1d7ff}' => Simple::One(c.nfkc().next().unwrap_or(c)),
        'ﬁ' | 'ﬂ' | 'ﬀ' | 'ﬃ' | 'ﬄ' => Simple::Letter,
        c if c.is_control() => Simple::Nothing,
        _ => Simple::Letter,
    }
}

/// Adds a character; runs of blanks become one, and blanks at line ends vanish.
fn push_char(pieces: &mut Vec<Piece>, c: char, start: usize, end: usize) {
    let piece = Piece { c, start: start as u32, end: end as u32 };
    let last = pieces.last().map(|piece| piece.c);
    match c {
        ' ' if matches!(last, None | Some(' ' | '\n')) => {}
        '\n' => {
            if last == Some(' ') {
                pieces.pop();
            }
            // More than one empty line says no more than one.
            let full =
                pieces.len() >= 2 && pieces[pieces.len() - 2..].iter().all(|last| last.c == '\n');
            if !full && !pieces.is_empty() {
                pieces.push(piece);
            }
        }
        'ﬁ' | 'ﬂ' | 'ﬀ' | 'ﬃ' | 'ﬄ' => {
            pieces.extend(c.nfkc().map(|c| Piece { c, ..piece }));
        }
        _ => pieces.push(piece),
    }
}

fn push_mark(pieces: &mut Vec<Piece>, mark: entity::Markup, start: usize, end: usize) {
    match mark {
        entity::Markup::Nothing => {}
        entity::Markup::Blank => push_char(pieces, ' ', start, end),
        entity::Markup::Line => push_char(pieces, '\n', start, end),
        entity::Markup::Char(c) => match simple(c) {
            Simple::Nothing => {}
            Simple::One(c) => push_char(pieces, c, start, end),
            Simple::Letter if is_combining_mark(c) && join_mark(pieces, c, start, end) => {}
            Simple::Letter => push_char(pieces, c, start, end),
        },
    }
}

/// Puts a mark on the letter before it, when that one came from elsewhere (a character reference) and both make one
/// letter.
fn join_mark(pieces: &mut [Piece], mark: char, start: usize, end: usize) -> bool {
    let Some(last) = pieces.last_mut().filter(|last| last.end as usize == start) else {
        return false;
    };
    let mut composed = [last.c, mark].into_iter().nfc();
    match (composed.next(), composed.next()) {
        (Some(one), None) => {
            last.c = one;
            last.end = end as u32;
            true
        }
        _ => false,
    }
}

/// Text that was wrapped at a fixed width gets its lines back: single line ends become blanks.
fn unwrap_lines(pieces: &mut [Piece]) {
    let mut lines: Vec<(usize, usize)> = Vec::new();
    let mut from = 0;
    for at in 0..=pieces.len() {
        if at == pieces.len() || pieces[at].c == '\n' {
            lines.push((from, at));
            from = at + 1;
        }
    }
    let filled: Vec<(usize, usize)> = lines.iter().copied().filter(|(a, b)| b > a).collect();
    let full = |&(a, b): &(usize, usize)| (50..=100).contains(&(b - a));
    let lower = |&(a, _): &(usize, usize)| pieces[a].c.is_lowercase();
    let count = filled.len();
    if count < 6
        || filled.iter().filter(|line| full(line)).count() * 10 < count * 6
        || filled.iter().filter(|line| lower(line)).count() * 10 < count * 3
        || filled.iter().any(|(a, b)| b - a > 160)
    {
        return;
    }
    let joins: Vec<usize> = lines
        .windows(2)
        .filter(|pair| {
            let ((a, b), (next, end)) = (pair[0], pair[1]);
            b > a + 45 && end > next && !matches!(pieces[b - 1].c, '.' | '!' | '?' | ':' | '…')
        })
        .map(|pair| pair[0].1)
        .collect();
    for at in joins {
        pieces[at].c = ' ';
    }
}

/// The second pass: tokens and the signs between them.
fn repair(pieces: &mut [Piece], glue: &Glue<'_>, writer: &mut Writer) {
    let mut at = 0;
    let mut token: Vec<char> = Vec::new();
    while at < pieces.len() {
        if !is_word_char(pieces[at].c) {
            if !is_dot_in_syllable(pieces, at) {
                writer.push(pieces[at]);
                if lacks_blank_after(pieces, at) {
                    writer.blank(pieces[at].end);
                }
            }
            at += 1;
            continue;
        }
        let end = at + pieces[at..].iter().take_while(|piece| is_word_char(piece.c)).count();
        token.clear();
        token.extend(pieces[at..end].iter().map(|piece| piece.c));
        vietnamese::place_tone(&mut token);
        let breaks = glue.breaks(&token);
        let mut next_break = breaks.iter().peekable();
        for (number, (&c, piece)) in token.iter().zip(&pieces[at..end]).enumerate() {
            if next_break.next_if(|&&position| position == number).is_some() {
                writer.blank(piece.start);
            }
            writer.push(Piece { c, ..*piece });
        }
        at = end;
    }
}

/// A dot put into a word to get it past a filter: `bu.ôn`, `ch.ết`.
fn is_dot_in_syllable(pieces: &[Piece], at: usize) -> bool {
    if pieces[at].c != '.' || at == 0 {
        return false;
    }
    let left = pieces[..at].iter().rev().take(8).take_while(|piece| is_word_char(piece.c)).count();
    let right = pieces[at + 1..].iter().take(8).take_while(|piece| is_word_char(piece.c)).count();
    if left == 0 || right == 0 || left + right > 7 {
        return false;
    }
    let mut joined: Vec<char> = pieces[at - left..at].iter().map(|piece| piece.c).collect();
    joined.extend(pieces[at + 1..at + 1 + right].iter().map(|piece| piece.c));
    joined.iter().skip(1).all(|c| c.is_lowercase()) && joined.iter().any(|c| !c.is_ascii()) && {
        let lower: Vec<char> =
            joined.iter().map(|c| c.to_lowercase().next().unwrap_or(*c)).collect();
        vietnamese::is_syllable(&lower)
    }
}

/// Whether the blank that belongs after a punctuation mark is missing.
fn lacks_blank_after(pieces: &[Piece], at: usize) -> bool {
    // A mark that stands on the sign comes from the same raw characters: nothing can be put between them.
    let next = pieces.get(at + 1).filter(|next| next.start >= pieces[at].end).map(|piece| piece.c);
    let (Some(next), Some(before)) = (next, at.checked_sub(1).map(|at| pieces[at].c)) else {
        return false;
    };
    match pieces[at].c {
        ',' | ';' => {
            next.is_alphabetic() && (is_word_char(before) || matches!(before, ')' | '"' | '\''))
        }
        ':' => next.is_alphabetic() && before.is_alphabetic(),
        '?' | '!' | '…' => next.is_uppercase(),
        ')' => next.is_alphanumeric() && !(at >= 2 && pieces[at - 2].c == '('),
        '.' => {
            let two_letters = at >= 2 && pieces[at - 2].c.is_alphanumeric();
            next.is_uppercase()
                && (matches!(before, ')' | '"' | '/')
                    || (two_letters && (before.is_lowercase() || before.is_ascii_digit())))
        }
        _ => false,
    }
}

/// Collects the normalised text with its map.
struct Writer {
    text: String,
    map: Vec<u32>,
    ends: Vec<u32>,
}

impl Writer {
    fn with_capacity(bytes: usize) -> Self {
        Self {
            text: String::with_capacity(bytes),
            map: Vec::with_capacity(bytes + 1),
            ends: Vec::with_capacity(bytes),
        }
    }

    fn push(&mut self, piece: Piece) {
        self.text.push(piece.c);
        self.map.resize(self.text.len(), piece.start);
        self.ends.resize(self.text.len(), piece.end);
    }

    /// A blank that the raw text does not have: it maps to an empty place, which none is inside one raw character.
    fn blank(&mut self, raw: u32) {
        if self.ends.last().is_some_and(|&end| end > raw) {
            return;
        }
        self.push(Piece { c: ' ', start: raw, end: raw });
    }

    fn finish(mut self, raw_len: usize) -> Norm {
        while self.text.ends_with([' ', '\n']) {
            self.text.pop();
            self.map.pop();
            self.ends.pop();
        }
        let end = self.ends.last().copied().unwrap_or(0).min(raw_len as u32);
        self.map.push(end);
        let fold = fold::lower(&self.text);
        let bare = Bare::of(&fold);
        Norm { text: self.text, fold, bare, map: self.map, ends: self.ends }
    }
}
