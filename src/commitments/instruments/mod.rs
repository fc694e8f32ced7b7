//! Names of texts and recurring mechanisms. In: a reading. Out: [`Named`] texts with type, topics, edition and,
//! where the register settles it, identity. [`extent`] says where a name begins and ends, [`editions`] which number it
//! bears, [`register`] which known text it means.

pub(crate) mod editions;
pub(crate) mod extent;
pub(crate) mod register;

use crate::commitments::instruments::editions::edition;
use crate::commitments::instruments::extent::{extend_left, extend_right};
use crate::commitments::instruments::register::{anaphora, link};
use crate::commitments::reading::dates::Dates;
use crate::commitments::reading::{Mark, Reading, within};
use crate::config::topic::triggers::CueClass;
use crate::model::{
    InstrumentId, InstrumentMention, InstrumentRole, InstrumentType, Language, PartialDate, Span,
};

/// A text named at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Named {
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
    /// It is no name at all unless it means a text named before.
    pub recalls: bool,
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
pub(crate) fn texts_in(named: &[Named], span: Span) -> std::ops::Range<usize> {
    let from = named.partition_point(|named| named.span.start < span.start);
    let to = named.partition_point(|named| named.span.start < span.end);
    from..to.max(from)
}

/// The text in whose name an offset lies, not counting the first byte of the name.
pub(crate) fn text_around(named: &[Named], offset: usize) -> Option<&Named> {
    let before = named.partition_point(|named| named.span.start < offset);
    before.checked_sub(1).map(|at| &named[at]).filter(|named| named.span.end > offset)
}

/// All texts named, in text order, without overlaps.
pub(crate) fn find(reading: &Reading<'_>, dates: &Dates) -> Vec<Named> {
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
                    recalls: false,
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
    found.retain(|named| named.anaphoric || !named.recalls);
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
        recalls: head_of.recalls,
        id: None,
    };
    named.id = match (&head_of.series, edition) {
        (Some(series), Some(edition)) => Some(InstrumentId::new(format!("{series}#{edition}"))),
        _ => link(reading, &named),
    };
    named
}
