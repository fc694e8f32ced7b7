//! Commitments in an analysed text. In: a [`Document`], the [`Topic`], and the publication date. Out: an
//! [`Extraction`]: one [`Mention`] for each reported act, with its verbatim quote and the reasons for every reading.
//!
//! The way is that of a careful reader who knows the words but not the grammar: names and words are looked up once
//! and people are introduced ([`reading`]), texts are named ([`instruments`]), and the [`extractor`] reads each
//! sentence from trigger to trigger: who acts ([`subjects`]), with what force ([`force`]), on what ([`actions`]), or
//! what is already done ([`acts`]), going on or denied ([`reports`]); now or long ago ([`background`]). Drafts become
//! mentions in [`record`]. It is pure, total and linear, and knows no word of its own: all are data of the topic.

mod actions;
mod acts;
mod background;
mod extractor;
mod force;
mod given;
mod instruments;
mod reading;
mod record;
mod reports;
mod subjects;

pub use given::{Given, describe};
pub use reading::dating::Dating;

use crate::config::topic::Topic;
use crate::model::{Mention, PartialDate};
use crate::text::Document;

/// What a text says.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Extraction {
    /// All reported acts in text order, numbered from 0.
    pub mentions: Vec<Mention>,
    /// When the event that the article reports happened, as far as the text says; else the publication date.
    pub event_date: Option<PartialDate>,
    /// When the text was written, as far as it lets tell; only for a text that came without a date.
    pub dated: Option<Dating>,
}

/// Finds the commitments in a text. `source_date` is the day of publication, where it is known.
///
/// Where it is not, the text itself may date it ([`Extraction::dated`]), and is read as of that day.
///
/// Any text is accepted; one without commitments gives none. The same input gives the same output.
pub fn extract(document: &Document, topic: &Topic, source_date: Option<PartialDate>) -> Extraction {
    let mut reading = reading::Reading::new(document, topic);
    let dated = if source_date.is_none() { reading::dating::dating(&reading) } else { None };
    let source_date = source_date.or(dated.map(|dated| dated.date));
    let dates = reading::dates::Dates::of(&reading, source_date);
    let event_date = background::event_date(&reading, &dates, source_date);
    reading::people::introduce(&mut reading, event_date.or(source_date));
    let named = instruments::find(&reading, &dates);
    let mut extractor =
        extractor::Extractor::new(&reading, &named, &dates, event_date, source_date);
    extractor.read();
    let mentions = record::finish(&extractor);
    Extraction { mentions, event_date, dated }
}
