//! Numbers of editions: `third`, `3rd`, *lần thứ ba*. In: the place of a name. Out: a number.

use crate::commitments::reading::{Reading, within};
use crate::config::topic::triggers::CueClass;
use crate::model::{Language, Span};

/// `third`, `3rd`, *lần thứ ba*, *lần thứ 3*
pub(crate) fn edition(reading: &Reading<'_>, span: Span, around: Span) -> Option<u32> {
    let grammar = reading.grammar();
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
            if grammar.ordinal_endings.is(rest) {
                return Some(number);
            }
            if rest.is_empty() && grammar.edition_before_digits.at_end(&text[..at]).is_some() {
                return Some(number);
            }
        }
    }
    let vietnamese = reading.language_at(span.start) == Some(Language::Vi);
    within(&reading.cues, around).iter().find_map(|mark| match mark.it {
        CueClass::Ordinal(number) if mark.span.end <= around.end => {
            let fits = if vietnamese {
                let before = &reading.document.norm.fold[..mark.span.start];
                grammar.edition_before_words.at_end(before).is_some()
            } else {
                // "in the first quarter" numbers no text.
                let after = reading.document.norm.fold[mark.span.end..].trim_start();
                let next = after.split(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
                mark.span.start < span.end && grammar.period_unit(next).is_none()
            };
            fits.then_some(number)
        }
        _ => None,
    })
}
