//! Segments: does a text fall into the right sentences, titles and captions?

use std::collections::BTreeSet;

use serde::Serialize;

use super::dataset::Segmented;
use super::fields::{Confusion, count};
use super::figures::{Prf, share};
use super::miss::{Level, Miss};
use super::records::SegmentKind;
use crate::model::Span;
use crate::text::{BlockKind, Document, Words, analyse};

/// Segments of all texts.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Segments {
    /// Ends of segments; what lies between two segments does not matter.
    pub boundary: Prf,
    /// Whole segments, both ends right.
    pub whole: Prf,
    /// Share of the whole segments with the right type.
    pub type_acc: Option<f64>,
    /// Types wanted and got.
    pub confusion: Confusion,
}

/// A text with the segments that the analysis made, but for those that touch a part left open.
pub struct Cut<'a> {
    gold: &'a Segmented,
    found: Vec<(Span, SegmentKind)>,
}

/// Cuts every text as the product does.
pub fn cut<'a>(texts: &'a [Segmented], words: &Words) -> Vec<Cut<'a>> {
    texts
        .iter()
        .map(|gold| {
            let document = analyse(&gold.text, words);
            let mut found = segments(&document);
            found.retain(|(span, _)| !gold.open.iter().any(|open| open.overlaps(*span)));
            Cut { gold, found }
        })
        .collect()
}

fn segments(document: &Document) -> Vec<(Span, SegmentKind)> {
    document
        .sentences
        .iter()
        .map(|sentence| {
            let kind = match document.blocks[sentence.block].kind {
                BlockKind::Title => SegmentKind::Title,
                BlockKind::Meta => SegmentKind::Meta,
                BlockKind::Caption => SegmentKind::Caption,
                BlockKind::Byline => SegmentKind::Byline,
                BlockKind::Junk | BlockKind::Related => SegmentKind::Junk,
                BlockKind::Body => SegmentKind::Sentence,
            };
            (document.norm.to_raw(sentence.span), kind)
        })
        .collect()
}

/// A place in a text as the number of letters and digits before it: blanks and stops belong to either side.
fn place(text: &str, offset: usize) -> usize {
    text[..offset].chars().filter(|c| c.is_alphanumeric()).count()
}

type Placed = BTreeSet<(usize, usize)>;

fn placed(text: &str, segments: &[(Span, SegmentKind)]) -> Placed {
    segments.iter().map(|(span, _)| (place(text, span.start), place(text, span.end))).collect()
}

/// Scores segments; `None` where there are none.
pub fn score(texts: &[Cut<'_>]) -> Option<Segments> {
    let [mut boundary, mut whole] = [(0, 0, 0); 2];
    let mut confusion = Confusion::new();
    let (mut right, mut typed) = (0, 0);
    for Cut { gold, found } in texts {
        let (wanted, got) = (placed(&gold.text, &gold.segments), placed(&gold.text, found));
        add(&mut whole, &wanted, &got);
        let ends = |all: &Placed| all.iter().map(|(_, end)| *end).collect::<BTreeSet<usize>>();
        add(&mut boundary, &ends(&wanted), &ends(&got));
        for (span, kind) in &gold.segments {
            let at = (place(&gold.text, span.start), place(&gold.text, span.end));
            let same = |(span, _): &&(Span, SegmentKind)| {
                (place(&gold.text, span.start), place(&gold.text, span.end)) == at
            };
            if let Some((_, got)) = found.iter().find(same) {
                typed += 1;
                right += usize::from(got == kind);
                count(&mut confusion, kind.as_str(), got.as_str());
            }
        }
    }
    let prf = |(tp, fp, misses): (usize, usize, usize)| Prf::of(tp, fp, misses);
    (!texts.is_empty()).then(|| Segments {
        boundary: prf(boundary),
        whole: prf(whole),
        type_acc: share(right, typed),
        confusion,
    })
}

fn add<T: Ord>(counts: &mut (usize, usize, usize), wanted: &BTreeSet<T>, got: &BTreeSet<T>) {
    let hits = wanted.intersection(got).count();
    counts.0 += hits;
    counts.1 += got.len() - hits;
    counts.2 += wanted.len() - hits;
}

/// Every segment that was not found whole, or has another type.
pub fn misses(texts: &[Cut<'_>]) -> Vec<Miss> {
    let mut misses = Vec::new();
    for Cut { gold, found } in texts {
        for (span, kind) in &gold.segments {
            let near: Vec<&(Span, SegmentKind)> =
                found.iter().filter(|(other, _)| other.overlaps(*span)).collect();
            let at = |span: Span| (place(&gold.text, span.start), place(&gold.text, span.end));
            if near.iter().any(|(other, own)| at(*other) == at(*span) && own == kind) {
                continue;
            }
            let got: Vec<String> = near
                .iter()
                .map(|(span, kind)| format!("{} “{}”", kind.as_str(), &gold.text[span.range()]))
                .collect();
            misses.push(Miss {
                level: Level::Segment,
                what: "segment".to_owned(),
                id: gold.file.clone(),
                text: gold.text[span.range()].to_owned(),
                expected: kind.as_str().to_owned(),
                got: got.join(" | "),
                label: String::new(),
                why: Vec::new(),
            });
        }
    }
    misses
}
