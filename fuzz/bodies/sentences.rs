//! Blocks and sentences: inside the text, in order, never empty, and every one a verbatim slice of the raw text.

use super::rooms::text::analyse;
use super::{TOPIC, lossy};

/// One input.
pub fn run(bytes: &[u8]) {
    let raw = lossy(bytes);
    let document = analyse(&raw, &TOPIC.words);
    let whole = &document.norm.text;
    let mut end = 0;
    for block in &document.blocks {
        assert!(end <= block.span.start && block.span.end <= whole.len(), "{block:?}");
        assert!(whole.get(block.span.range()).is_some_and(|text| !text.is_empty()), "{block:?}");
        end = block.span.end;
    }
    let (mut end, mut last) = (0, 0);
    for (number, sentence) in document.sentences.iter().enumerate() {
        let span = sentence.span;
        assert!(end <= span.start && last <= sentence.block, "{sentence:?}");
        assert!(document.blocks[sentence.block].span.contains(span), "{sentence:?}");
        assert!(sentence.duplicate_of.is_none_or(|first| first < number), "{sentence:?}");
        let slice = whole.get(span.range()).unwrap_or_default();
        assert!(!slice.is_empty() && slice.trim() == slice, "{sentence:?}");
        let quote = document.quote(span);
        assert_eq!(&raw[quote.span.range()], quote.text);
        (end, last) = (span.end, sentence.block);
    }
    assert_eq!(document.raw, raw);
}
