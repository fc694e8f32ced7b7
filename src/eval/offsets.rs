//! Character offsets, as labels count them, to bytes. In: a text and two numbers of characters. Out: a span, or what is
//! wrong with them.

use crate::model::Span;

/// Character offsets of a text, as labels count them.
pub(super) struct Offsets<'a> {
    text: &'a str,
    /// Byte of each character, and one entry for the end.
    bytes: Vec<usize>,
}

impl<'a> Offsets<'a> {
    pub fn of(text: &'a str) -> Self {
        let bytes = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        Self { text, bytes }
    }

    pub fn span(&self, start: usize, end: usize) -> Result<Span, String> {
        match (self.bytes.get(start), self.bytes.get(end)) {
            (Some(&from), Some(&to)) if start < end => Ok(Span::new(from, to)),
            _ => Err(format!(
                "characters {start} to {end} are no part of a text of {} characters",
                self.bytes.len() - 1
            )),
        }
    }

    /// The span, whose text must be the quote.
    pub fn quoted(&self, start: usize, end: usize, quote: &str) -> Result<Span, String> {
        let span = self.span(start, end)?;
        let text = &self.text[span.range()];
        if text == quote {
            Ok(span)
        } else {
            Err(format!("characters {start} to {end} read \"{text}\", not \"{quote}\""))
        }
    }

    /// The only place of a quote that comes without offsets.
    pub fn only(&self, quote: &str) -> Result<Span, String> {
        let mut places = self.text.match_indices(quote).filter(|_| !quote.is_empty());
        match (places.next(), places.next()) {
            (Some((at, _)), None) => Ok(Span::new(at, at + quote.len())),
            (None, _) => Err(format!("\"{quote}\" does not stand in the text")),
            (Some(_), Some(_)) => Err(format!(
                "\"{quote}\" stands in the text more than once; char_start and char_end must say where"
            )),
        }
    }
}
