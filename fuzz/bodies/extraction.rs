//! Mentions: whatever the text, every quote is a verbatim slice, every number in its range, and the same text gives
//! the same mentions. The relevance decision runs on the same text.

use super::rooms::commitments::extract;
use super::rooms::model::{Mention, PartialDate, Quote};
use super::rooms::relevance::{judge_article, judge_entry};
use super::rooms::text::analyse;
use super::{TOPIC, lossy};

/// One input.
pub fn run(bytes: &[u8]) {
    // The first byte says how the text is dated: not at all, or at one of the edges.
    let (date, bytes) = bytes.split_first().unwrap_or((&0, &[]));
    let date: Option<PartialDate> = match date % 5 {
        0 => None,
        1 => Some(PartialDate::Year(1970)),
        2 => Some(PartialDate::Month(2041, 12)),
        _ => "2024-10-10".parse().ok(),
    };
    let raw = lossy(bytes);
    let document = analyse(&raw, &TOPIC.words);
    let found = extract(&document, &TOPIC, date);
    for (number, mention) in found.mentions.iter().enumerate() {
        assert_eq!(mention.ordinal as usize, number);
        check(mention, &raw);
    }
    assert_eq!(extract(&document, &TOPIC, date), found, "the same text twice");
    let title = raw.lines().next().unwrap_or_default();
    let relevance = judge_article(title, &document, &TOPIC);
    for hit in &relevance.hits {
        let whole = if hit.in_title { title } else { &raw };
        assert!(whole.get(hit.span.range()).is_some(), "{hit:?}");
    }
    judge_entry(title, &raw, None, &TOPIC);
}

fn check(mention: &Mention, raw: &str) {
    verbatim(&mention.quote, raw);
    verbatim(&mention.action, raw);
    mention.trigger.iter().for_each(|trigger| verbatim(trigger, raw));
    if let Some(part) = &mention.instrument {
        assert_eq!(raw.get(part.span.range()), Some(part.text.as_str()));
    }
    assert!((0.0..=1.0).contains(&mention.confidence), "{}", mention.confidence);
    assert!(mention.strength <= 5 && mention.specificity <= 4);
    assert!(mention.concepts.is_sorted() && mention.anchors.is_sorted());
}

fn verbatim(quote: &Quote, raw: &str) {
    assert_eq!(raw.get(quote.span.range()), Some(quote.text.as_str()));
}
