//! When a text was written, where nobody says so. In: a reading before its people are introduced. Out: a date, with
//! the word for what it rests on.
//!
//! A text often gives its day without the year. The terms of office of the people it names with their office may
//! leave only one year for that day.

use jiff::civil::Date;

use crate::commitments::reading::{Reading, people};
use crate::config::topic::actors::{Role, Who};
use crate::model::{PartialDate, Span};
use crate::text::BlockKind;
use crate::time::prose_date::{DateForm, prose_dates, publication_date};

/// A date found for an undated text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dating {
    /// The day, month or year.
    pub date: PartialDate,
    /// What it rests on: `stated` in the text, or the `tenure` of the people it names.
    pub basis: &'static str,
}

/// Sentences at the beginning in which an article tells its day and its people.
const OPENING: usize = 4;

/// Years that are tried at most.
const MOST_YEARS: i16 = 40;

/// The date of a text that comes without one.
pub(crate) fn dating(reading: &Reading<'_>) -> Option<Dating> {
    // A single sentence has no date line: a date in it is what it tells of.
    let told = reading.units.len() > 1;
    let stated = publication_date(&reading.document.norm.fold).filter(|_| told);
    let found = stated.map(|date| Dating { date, basis: "stated" });
    found.or_else(|| by_tenure(reading).map(|date| Dating { date, basis: "tenure" }))
}

/// The first day without a year in the opening, in the only year in which all people named held their offices.
fn by_tenure(reading: &Reading<'_>) -> Option<PartialDate> {
    let opening: Vec<Span> = reading
        .units
        .iter()
        .filter(|unit| unit.kind == BlockKind::Body)
        .take(OPENING)
        .map(|unit| unit.span)
        .collect();
    let (first, last) = (opening.first()?, opening.last()?);
    let fold = reading.fold(Span::new(first.start, last.end));
    let day = prose_dates(fold, None)
        .into_iter()
        .find(|found| found.form == DateForm::NoYear && found.date.is_none())?
        .span;
    let offices = offices(reading, first.start..last.end);
    let from =
        offices.iter().flatten().filter_map(|role| role.from).map(PartialDate::year).min()?;
    let ends = offices.iter().map(|roles| {
        let ends = roles.iter().map(|role| role.to.map(PartialDate::year));
        ends.collect::<Option<Vec<_>>>().and_then(|ends| ends.into_iter().max())
    });
    // Someone's last term must have ended, or the years are open.
    let to = ends.flatten().min()?.min(from + MOST_YEARS);
    let holds =
        |date: PartialDate| offices.iter().all(|roles| roles.iter().any(|role| holds(role, date)));
    let mut fitting = (from..=to).filter_map(|year| in_year(fold, day, year)).filter(|&d| holds(d));
    fitting.next().filter(|_| fitting.next().is_none())
}

/// The day at that place as it falls in a year.
fn in_year(fold: &str, place: Span, year: i16) -> Option<PartialDate> {
    let end = Date::new(year, 12, 31).ok()?;
    let found = prose_dates(fold, Some(end)).into_iter().find(|found| found.span == place)?;
    found.date.filter(|date| matches!(date, PartialDate::Day(_)) && date.year() == year)
}

/// For each known person named with an office, the terms in that office.
fn offices<'a>(reading: &Reading<'a>, place: std::ops::Range<usize>) -> Vec<Vec<&'a Role>> {
    let actors = &reading.topic.actors;
    let mut found: Vec<Vec<&Role>> = Vec::new();
    for mark in reading.who.iter().filter(|mark| place.contains(&mark.span.start)) {
        let Who::Person(at) = mark.it else { continue };
        let Some(Who::Head(office)) = people::bind(reading, mark.span) else { continue };
        let id = &actors.actors[office].id;
        let terms: Vec<&Role> =
            actors.people[at].roles.iter().filter(|role| role.actor == *id).collect();
        if !terms.is_empty() {
            found.push(terms);
        }
    }
    found
}

fn holds(role: &Role, date: PartialDate) -> bool {
    role.from.is_none_or(|from| from.earliest() <= date.latest())
        && role.to.is_none_or(|to| date.earliest() <= to.latest())
}
