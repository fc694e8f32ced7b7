//! Which day a clause speaks of. In: a reading and the day of publication. Out: [`Dates`], each with its place.

use jiff::civil::Date;

use crate::commitments::reading::Reading;
use crate::model::{PartialDate, Span};
use crate::time::prose_date::{DateForm, prose_dates};

/// All dates of a text whose meaning is known, in text order.
#[derive(Debug, Default)]
pub(crate) struct Dates {
    found: Vec<(Span, PartialDate)>,
    /// Places of dates whose year was not written, in text order.
    yearless: Vec<Span>,
}

impl Dates {
    /// All dates of the text, seen from its publication date.
    pub fn of(reading: &Reading<'_>, published: Option<PartialDate>) -> Self {
        let mut dates = Self::default();
        let day = published.map(PartialDate::latest);
        for found in prose_dates(&reading.document.norm.fold, day) {
            let Some(date) = found.date else { continue };
            dates.found.push((found.span, date));
            if found.form == DateForm::NoYear {
                dates.yearless.push(found.span);
            }
        }
        dates
    }

    /// A date as a promise reads it: one without a year that seems past means the next one.
    pub fn ahead(&self, place: Span, date: PartialDate, event: Option<PartialDate>) -> PartialDate {
        let past = event.is_some_and(|event| date.latest() < event.earliest());
        if !past || self.yearless.binary_search(&place).is_err() {
            return date;
        }
        match date {
            PartialDate::Day(day) => {
                Date::new(day.year() + 1, day.month(), day.day()).map_or(date, PartialDate::Day)
            }
            PartialDate::Month(year, month) => PartialDate::Month(year + 1, month),
            PartialDate::Year(year) => PartialDate::Year(year),
        }
    }

    /// The dates that begin inside a span.
    pub fn inside(&self, span: Span) -> impl Iterator<Item = &(Span, PartialDate)> {
        let from = self.found.partition_point(|(place, _)| place.start < span.start);
        self.found[from..].iter().take_while(move |(place, _)| place.start < span.end)
    }
}
