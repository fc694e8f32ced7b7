//! Normalisation: every character of the text leads to whole raw characters, in order, and back.

use super::rooms::model::Span;
use super::rooms::text::normalise;
use super::{TOPIC, lossy};

/// One input.
pub fn run(bytes: &[u8]) {
    let raw = lossy(bytes);
    let norm = normalise(&raw, &TOPIC.words);
    assert_eq!(norm.text.len(), norm.fold.len());
    let mut last = Span::new(0, 0);
    for (at, c) in norm.text.char_indices() {
        assert!(norm.fold.is_char_boundary(at), "a fold character crosses {at}");
        let from = norm.to_raw(Span::new(at, at + c.len_utf8()));
        assert!(raw.is_char_boundary(from.start) && raw.is_char_boundary(from.end), "{from:?}");
        assert!(from.end <= raw.len());
        assert!(last.start <= from.start && last.end <= from.end, "{last:?} before {from:?}");
        // A letter and digit of plain Latin is never changed, so it is found where it came from.
        if c.is_ascii_alphanumeric() && raw[from.range()].is_ascii() && from.len() == 1 {
            assert_eq!(&raw[from.range()], c.encode_utf8(&mut [0; 4]));
        }
        last = from;
    }
    let whole = norm.to_raw(Span::new(0, norm.text.len()));
    assert!(whole.end <= raw.len());
    for (at, _) in norm.bare.text.char_indices() {
        let span = norm.bare.span_of(at, norm.bare.text.len());
        assert!(norm.text.is_char_boundary(span.start) && span.end <= norm.text.len());
    }
    assert_eq!(normalise(&raw, &TOPIC.words), norm, "the same text twice");
}
