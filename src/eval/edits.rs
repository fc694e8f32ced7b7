//! A text put together anew from parts of itself, with the labels carried along. In: a sample and its pieces. Out: the
//! changed sample.

use super::dataset::{Gold, Sample};
use crate::model::Span;

/// A part of the changed text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// A part of the old text as it is.
    Kept(Span),
    /// A part of the old text in other words; it may become nothing.
    Changed(Span, String),
}

impl Piece {
    fn source(&self) -> Span {
        match self {
            Self::Kept(span) | Self::Changed(span, _) => *span,
        }
    }
}

/// Everything between changed parts is kept; `changes` are in text order and do not overlap.
pub fn around(text: &str, changes: impl IntoIterator<Item = (Span, String)>) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut at = 0;
    for (span, words) in changes {
        pieces.push(Piece::Kept(Span::new(at, span.start)));
        pieces.push(Piece::Changed(span, words));
        at = span.end;
    }
    pieces.push(Piece::Kept(Span::new(at, text.len())));
    pieces.retain(|piece| !piece.source().is_empty());
    pieces
}

/// The sample with its text made of `pieces`. A label of which nothing is left goes.
pub fn rebuilt(sample: &Sample, pieces: &[Piece]) -> Sample {
    let mut text = String::with_capacity(sample.text.len());
    let mut places = Vec::with_capacity(pieces.len());
    for piece in pieces {
        let from = text.len();
        match piece {
            Piece::Kept(span) => text.push_str(&sample.text[span.range()]),
            Piece::Changed(_, words) => text.push_str(words),
        }
        places.push(Span::new(from, text.len()));
    }
    let golds = sample.golds.iter().filter_map(|gold| moved(gold, pieces, &places)).collect();
    Sample { text, golds, ..sample.clone() }
}

fn moved(gold: &Gold, pieces: &[Piece], places: &[Span]) -> Option<Gold> {
    // First and last byte of the label that are still there, wherever they went.
    let parts = pieces
        .iter()
        .zip(places)
        .filter(|(piece, place)| piece.source().overlaps(gold.span) && !place.is_empty());
    let spans: Vec<Span> = parts
        .map(|(piece, place)| match piece {
            Piece::Changed(..) => *place,
            Piece::Kept(source) => {
                let start = gold.span.start.max(source.start) - source.start;
                let end = gold.span.end.min(source.end) - source.start;
                Span::new(place.start + start, place.start + end)
            }
        })
        .collect();
    let start = spans.iter().map(|span| span.start).min()?;
    let end = spans.iter().map(|span| span.end).max()?;
    Some(Gold { span: Span::new(start, end), ..gold.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eval::loading::read;

    #[test]
    fn labels_go_with_their_words_and_vanish_with_them() {
        let line = r#"{"id": "a", "text": "One two three four.", "expect": [
            {"cluster": "x", "span": "two three", "kind": "general", "stage": "agreed", "ledger": "NEW", "alert": "none"},
            {"cluster": "y", "span": "four", "kind": "general", "stage": "agreed", "ledger": "NEW", "alert": "none"}]}"#;
        let data = read("a", line.replace('\n', " ").as_bytes(), &|_| Err(String::new())).unwrap();
        let crate::eval::dataset::Content::Articles(samples) = &data.content else { panic!() };
        let sample = &samples[0];
        let changes = [
            (Span::new(0, 4), "A new ".to_owned()),
            (Span::new(8, 13), "3".to_owned()),
            (Span::new(13, 18), String::new()),
        ];
        let changed = rebuilt(sample, &around(&sample.text, changes));
        assert_eq!(changed.text, "A new two 3.");
        let spans: Vec<&str> =
            changed.golds.iter().map(|gold| &changed.text[gold.span.range()]).collect();
        assert_eq!(spans, ["two 3"]);
    }
}
