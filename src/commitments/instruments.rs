//! Names of texts and recurring mechanisms. In: a reading. Out: [`Named`] texts with type, topics, edition and,
//! where the register settles it, identity.

use std::collections::BTreeMap;

use super::dates::Dates;
use super::reading::{Mark, Reading, within};
use crate::config::topic::triggers::{CueClass, TriggerClass};
use crate::model::{
    InstrumentId, InstrumentMention, InstrumentRole, InstrumentType, Language, PartialDate, Span,
};

/// A text named at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Named {
    /// The whole name with its modifiers.
    pub span: Span,
    pub kind: InstrumentType,
    pub topics: Vec<String>,
    pub edition: Option<u32>,
    pub date: Option<PartialDate>,
    pub successor: bool,
    pub generic: bool,
    /// A bare name that means a text named before.
    pub anaphoric: bool,
    pub id: Option<InstrumentId>,
}

impl Named {
    /// The same as a field of a mention.
    pub fn mention(
        &self,
        reading: &Reading<'_>,
        role: InstrumentRole,
        parties: &[String],
    ) -> InstrumentMention {
        let quote = reading.document.quote(self.span);
        InstrumentMention {
            span: quote.span,
            text: quote.text,
            role,
            kind: self.kind,
            topics: self.topics.clone(),
            parties: parties.to_vec(),
            date: self.date,
            edition: self.edition,
            successor: self.successor,
            generic: self.generic,
            id: self.id.clone(),
        }
    }
}

/// Indexes of the texts whose names begin inside a span; `named` is sorted by place.
pub(super) fn texts_in(named: &[Named], span: Span) -> std::ops::Range<usize> {
    let from = named.partition_point(|named| named.span.start < span.start);
    let to = named.partition_point(|named| named.span.start < span.end);
    from..to.max(from)
}

/// The text in whose name an offset lies, not counting the first byte of the name.
pub(super) fn text_around(named: &[Named], offset: usize) -> Option<&Named> {
    let before = named.partition_point(|named| named.span.start < offset);
    before.checked_sub(1).map(|at| &named[at]).filter(|named| named.span.end > offset)
}

/// All texts named, in text order, without overlaps.
pub(super) fn find(reading: &Reading<'_>, dates: &Dates) -> Vec<Named> {
    let mut found: Vec<Named> = Vec::new();
    let mut kind_before = None;
    for unit in &reading.units {
        let generics: Vec<Span> = reading
            .cues_of(unit.span, CueClass::GenericInstrument)
            .filter(|span| span.end <= unit.span.end)
            .collect();
        for &span in &generics {
            push(
                &mut found,
                Named {
                    span,
                    kind: InstrumentType::Agreement,
                    topics: Vec::new(),
                    edition: None,
                    date: None,
                    successor: false,
                    generic: true,
                    anaphoric: false,
                    id: Some(InstrumentId::new("INS:*signed-documents")),
                },
            );
        }
        for head in within(&reading.heads, unit.span) {
            if generics.iter().any(|span| span.overlaps(head.span)) {
                continue;
            }
            let mut named = read(reading, head, unit.span, unit.language, dates);
            if reading.topic.triggers.heads[head.it].elliptic {
                if named.span.end == head.span.end {
                    continue;
                }
                // "another on …" is of the kind named before.
                if let Some(kind) = kind_before {
                    named.kind = kind;
                    named.id = link(reading, &named);
                }
            }
            kind_before = Some(named.kind);
            push(&mut found, named);
        }
    }
    found.sort_by_key(|named| named.span.start);
    anaphora(reading, &mut found);
    found
}

fn push(found: &mut Vec<Named>, named: Named) {
    if let Some(last) = found.last_mut()
        && last.span.overlaps(named.span)
    {
        if named.generic {
            *last = named;
        } else if last.kind == InstrumentType::Agreement && !last.generic && last.topics.is_empty()
        {
            let start = last.span.start;
            *last = named;
            last.span.start = start;
        }
        return;
    }
    found.push(named);
}

fn read(
    reading: &Reading<'_>,
    head: &Mark<usize>,
    unit: Span,
    language: Language,
    dates: &Dates,
) -> Named {
    let head_of = &reading.topic.triggers.heads[head.it];
    let end = extend_right(reading, head.span.end, unit.end, language);
    let start = extend_left(reading, head.span.start, unit.start);
    let span = Span::new(start, end);
    let around = Span::new(start.saturating_sub(4).max(unit.start), (end + 24).min(unit.end));
    let around = Span::new(
        reading.document.norm.text.floor_char_boundary(around.start),
        reading.document.norm.text.floor_char_boundary(around.end).max(end),
    );
    let edition = edition(reading, span, around);
    let successor = reading
        .cues_of(around, CueClass::Successor)
        .any(|cue| cue.start >= start && cue.end <= around.end || cue.end <= head.span.start)
        && edition.is_none();
    let mut topics = reading.topics_in(span);
    if head_of.kind == InstrumentType::Mechanism && topics.is_empty() {
        topics = reading.topics_in(Span::new(start, (end + 40).min(unit.end)));
    }
    let date = dates
        .inside(Span::new(start, (end + 40).min(unit.end)))
        .find(|(place, _)| place.start <= end + 32)
        .map(|&(_, date)| date);
    let mut named = Named {
        span,
        kind: head_of.kind,
        topics,
        edition,
        date,
        successor,
        generic: false,
        anaphoric: false,
        id: None,
    };
    named.id = match (&head_of.series, edition) {
        (Some(series), Some(edition)) => Some(InstrumentId::new(format!("{series}#{edition}"))),
        _ => link(reading, &named),
    };
    named
}

/// The known text that fits alone: compatible type, most topics in common, and no date or wording against it.
fn link(reading: &Reading<'_>, named: &Named) -> Option<InstrumentId> {
    if named.successor {
        return None;
    }
    let written = reading.fold(named.span);
    let wild = |kind| kind == InstrumentType::Agreement;
    let mut best: Option<(usize, &InstrumentId)> = None;
    let mut tie = false;
    for known in &reading.topic.instruments {
        let instrument = &known.instrument;
        if instrument.edition.is_some() != (named.kind == InstrumentType::Mechanism) {
            continue;
        }
        let by_name = known
            .names
            .iter()
            .filter(|(_, name)| written.contains(name.to_lowercase().as_str()))
            .map(|(_, name)| name.len())
            .max();
        let exact = instrument.kind == named.kind
            || matches!(
                (instrument.kind, named.kind),
                (InstrumentType::JointStatement, InstrumentType::JointDeclaration)
                    | (InstrumentType::JointDeclaration, InstrumentType::JointStatement)
            );
        let types = exact || wild(named.kind) || wild(instrument.kind);
        let shared = instrument.topics.iter().filter(|topic| named.topics.contains(topic)).count();
        let contradicts =
            matches!((named.date, instrument.date), (Some(a), Some(b)) if a.days_apart(b) > 31);
        let score = match by_name {
            Some(length) if types => 100 + length,
            _ if exact && shared > 0 => {
                let main =
                    instrument.topics.first().is_some_and(|topic| named.topics.contains(topic));
                shared * 2 + usize::from(main)
            }
            _ => 0,
        };
        if score == 0 || contradicts {
            continue;
        }
        match best {
            Some((top, _)) if top > score => {}
            Some((top, _)) if top == score => tie = true,
            _ => {
                best = Some((score, &instrument.id));
                tie = false;
            }
        }
    }
    best.filter(|_| !tie).map(|(_, id)| id.clone())
}

/// A bare head ("the MoU", *văn kiện này*) means the last text of a compatible type.
fn anaphora(reading: &Reading<'_>, found: &mut [Named]) {
    // The last text of each type, and the last that is no mechanism, so far.
    let mut last: BTreeMap<InstrumentType, usize> = BTreeMap::new();
    let mut last_text = None;
    for at in 0..found.len() {
        if let Some(before) = at.checked_sub(1)
            && !found[before].generic
            && (found[before].id.is_some() || !found[before].topics.is_empty())
        {
            last.insert(found[before].kind, before);
            if found[before].kind != InstrumentType::Mechanism {
                last_text = Some(before);
            }
        }
        let short = found[at].kind == InstrumentType::Mechanism
            && found[at].edition.is_none()
            && reading.text(found[at].span).split(' ').count() <= 2;
        let bare = (found[at].topics.is_empty() || short)
            && found[at].id.is_none()
            && !found[at].generic
            && !found[at].successor;
        let indefinite = reading.text(found[at].span).to_lowercase().starts_with("a ")
            || reading.text(found[at].span).to_lowercase().starts_with("an ");
        if !bare || indefinite {
            continue;
        }
        let kind = found[at].kind;
        let earlier = match kind {
            InstrumentType::Agreement => last_text,
            _ => last.get(&kind).copied(),
        };
        if earlier.is_none()
            && issued_by_meeting(kind)
            && let Some(&session) = last.get(&InstrumentType::Mechanism)
        {
            // "signed the joint communiqué": that of the session the article tells of.
            found[at].topics = found[session].topics.clone();
            found[at].date = found[at].date.or(found[session].date);
            found[at].id = link(reading, &found[at])
                .filter(|id| same_days(reading, id, found[session].id.as_ref()));
            continue;
        }
        if let Some(earlier) = earlier.map(|at| found[at].clone())
            && (found[at].edition.is_none() || found[at].edition == earlier.edition)
        {
            found[at].topics = earlier.topics;
            found[at].id = earlier.id;
            found[at].edition = earlier.edition;
            found[at].kind = earlier.kind;
            found[at].anaphoric = true;
        }
    }
}

/// The joint papers with which a meeting closes.
fn issued_by_meeting(kind: InstrumentType) -> bool {
    matches!(
        kind,
        InstrumentType::JointCommunique
            | InstrumentType::JointStatement
            | InstrumentType::JointDeclaration
    )
}

/// Whether a known text was made at a known session.
fn same_days(reading: &Reading<'_>, text: &InstrumentId, session: Option<&InstrumentId>) -> bool {
    let date = |id: &InstrumentId| {
        let known = reading.topic.instruments.iter().find(|known| known.instrument.id == *id)?;
        known.instrument.date
    };
    matches!((date(text), session.and_then(date)), (Some(a), Some(b)) if a.days_apart(b) <= 3)
}

fn extend_right(reading: &Reading<'_>, head_end: usize, limit: usize, language: Language) -> usize {
    let mut end = head_end;
    let rest = reading.text(Span::new(head_end, limit));
    let mut at = head_end;
    let mut first = true;
    for piece in rest.split_inclusive(' ') {
        let word = piece.trim();
        let start = at;
        at += piece.len();
        if word.is_empty() {
            continue;
        }
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        let fold = bare.to_lowercase();
        let word_span = Span::new(start, start + piece.trim_end().len());
        if first && word.starts_with('(') && word.contains(')') {
            end = word_span.end;
            continue;
        }
        if word.starts_with(['(', '"', '“', ':', '-', '–']) {
            break;
        }
        let goes_on = match language {
            Language::En if first => matches!(
                fold.as_str(),
                "on" | "of"
                    | "about"
                    | "for"
                    | "to"
                    | "against"
                    | "regarding"
                    | "concerning"
                    | "remember"
                    | "in"
            ),
            Language::Vi if first => {
                !matches!(fold.as_str(), "và" | "này" | "trên" | "đã" | "sẽ" | "có" | "do")
            }
            _ => true,
        };
        if !goes_on || stops(reading, word_span, &fold, language) {
            break;
        }
        if fold == "in"
            && first
            && reading
                .topics_in(Span::new(word_span.end, (word_span.end + 40).min(limit)))
                .is_empty()
        {
            break;
        }
        first = false;
        let dangles = matches!(
            fold.as_str(),
            "on" | "of"
                | "about"
                | "for"
                | "to"
                | "in"
                | "against"
                | "về"
                | "giữa"
                | "trong"
                | "của"
                | "the"
        );
        if dangles {
            continue;
        }
        end = start + piece.trim_end_matches([' ', ',', ';', '.', '"', '”', '…', ':']).len();
        let closes = word.ends_with([';', '"', '”', ':', ')', '…'])
            || word.ends_with('.') && fold != "understanding" && fold.len() > 2;
        let comma = word.ends_with(',')
            && !(language == Language::Vi
                && ["chống", "chống tội"]
                    .iter()
                    .any(|next| reading.document.norm.fold[at..].starts_with(next)));
        if closes || comma {
            break;
        }
    }
    end.max(head_end)
}

/// Whether a word ends the name of a text.
fn stops(reading: &Reading<'_>, word: Span, fold: &str, language: Language) -> bool {
    let here = Span::new(word.start, word.start + 1);
    if within(&reading.triggers, here).iter().any(|mark| {
        matches!(
            reading.class(mark),
            TriggerClass::Act
                | TriggerClass::Future
                | TriggerClass::Lateral
                | TriggerClass::Report
                | TriggerClass::Directive
        ) && !within(&reading.concepts, Span::new(mark.span.start, mark.span.start + 1))
            .iter()
            .any(|c| c.span.end > mark.span.end)
            && !reading.inside_concept(mark.span)
    }) {
        return true;
    }
    if within(&reading.cues, here).iter().any(|mark| {
        mark.span.start == word.start
            && matches!(
                mark.it,
                CueClass::Stop
                    | CueClass::Purpose
                    | CueClass::Negation
                    | CueClass::ConditionAfter
                    | CueClass::Successor
            )
    }) {
        return true;
    }
    let joins = matches!(fold, "and" | "và" | "as");
    if joins {
        // "and the MoU on …", "và Kế hoạch …": a new name or a new action begins.
        let next = Span::new(word.end, (word.end + 30).min(reading.document.norm.text.len()));
        let next = Span::new(
            next.start,
            reading.document.norm.text.floor_char_boundary(next.end).max(next.start),
        );
        let near = reading.skip_blanks(word.end, next.end);
        return within(&reading.heads, next).iter().any(|head| head.span.start <= near + 14)
            || within(&reading.verbs, Span::new(near, near + 1)).iter().any(|verb| {
                language == Language::En && verb.it.form == crate::config::topic::forms::Form::Base
                    || language == Language::Vi && !verb.it.weak
            });
    }
    match language {
        Language::En => {
            matches!(
                fold,
                "which"
                    | "that"
                    | "who"
                    | "was"
                    | "were"
                    | "is"
                    | "are"
                    | "has"
                    | "have"
                    | "had"
                    | "with"
                    | "by"
                    | "as"
                    | "signed"
                    | "behalf"
                    | "at"
                    | "today"
                    | "while"
                    | "also"
                    | "since"
                    | "between"
            ) && fold != "between"
        }
        Language::Vi => matches!(
            fold,
            "được"
                | "ký"
                | "đã"
                | "sẽ"
                | "tại"
                | "vào"
                | "ngày"
                | "song"
                | "để"
                | "là"
                | "do"
                | "gồm"
                | "hồi"
                | "này"
                | "khi"
                | "trước"
                | "theo"
                | "ngay"
        ),
    }
}

fn extend_left(reading: &Reading<'_>, head_start: usize, limit: usize) -> usize {
    let before = reading.text(Span::new(limit, head_start));
    let mut start = head_start;
    for word in before.split(' ').rev().skip(1).take(7) {
        let fold = word.to_lowercase();
        let capital = word.chars().next().is_some_and(|c| c.is_uppercase() || c.is_ascii_digit());
        let fits = capital && !word.ends_with([',', '.', ';', ':', ')'])
            || matches!(
                fold.as_str(),
                "the"
                    | "a"
                    | "an"
                    | "new"
                    | "joint"
                    | "first"
                    | "second"
                    | "third"
                    | "fourth"
                    | "fifth"
                    | "sixth"
                    | "seventh"
                    | "their"
                    | "-"
                    | "one-off"
                    | "draft"
            ) && !word.is_empty();
        if !fits || start < word.len() + 1 + limit {
            if fits && start == word.len() + 1 + limit {
                start = limit;
            }
            break;
        }
        start -= word.len() + 1;
        if matches!(fold.as_str(), "the" | "a" | "an") {
            break;
        }
    }
    if start != head_start && before.len() + limit == head_start && !before.ends_with(' ') {
        return head_start;
    }
    start.max(limit)
}

/// `third`, `3rd`, *lần thứ ba*, *lần thứ 3*
fn edition(reading: &Reading<'_>, span: Span, around: Span) -> Option<u32> {
    let text = reading.fold(around);
    for (at, word) in text.split(' ').scan(0, |at, word| {
        let here = *at;
        *at += word.len() + 1;
        Some((here, word))
    }) {
        let digits: String = word.chars().take_while(char::is_ascii_digit).collect();
        let rest = word[digits.len()..].trim_matches(|c: char| !c.is_alphanumeric());
        if let Ok(number) = digits.parse::<u32>()
            && number < 100
        {
            if matches!(rest, "st" | "nd" | "rd" | "th") {
                return Some(number);
            }
            if rest.is_empty() && text[..at].trim_end().ends_with("lần thứ") {
                return Some(number);
            }
        }
    }
    let vietnamese = reading.language_at(span.start) == Some(Language::Vi);
    within(&reading.cues, around).iter().find_map(|mark| match mark.it {
        CueClass::Ordinal(number) if mark.span.end <= around.end => {
            let fits = if vietnamese {
                reading.document.norm.fold[..mark.span.start].trim_end().ends_with("thứ")
            } else {
                mark.span.start < span.end
            };
            fits.then_some(number)
        }
        _ => None,
    })
}
