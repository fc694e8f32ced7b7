//! News, result or context, for acts (algorithms 10). In: an act with its object. Out: framing, the date of the act,
//! reasons.

use super::object::{Object, Predicate, attribute};
use crate::commitments::actions::clause::clause_end;
use crate::commitments::background;
use crate::commitments::extractor::Extractor;
use crate::config::topic::triggers::VerbGroup;
use crate::model::{Framing, PartialDate, Span};

/// How an act is told.
pub(crate) struct Told {
    pub framing: Framing,
    /// When it happened, where a date in its clause says so.
    pub event: Option<PartialDate>,
    pub reasons: Vec<String>,
}

/// News, report or background, with the date of the act and the reasons.
pub(crate) fn framing(x: &Extractor<'_>, p: &Predicate<'_>, object: &Object, action: Span) -> Told {
    let reading = x.reading;
    let start = p.region.start.min(action.start);
    let lead = Span::new(start, p.verb.start.max(start));
    let around_end =
        reading.floor((action.end.max(p.verb.end) + 34).min(p.unit.span.end)).max(action.end);
    let (mut score, mut signs) = background::weigh(reading, background::own_clause(reading, lead));
    let end = around_end.min(clause_end(x, p.unit, p.verb.end).max(action.end));
    let event = own_date(x, object, Span::new(start, end));
    if let Some(date) = event {
        let (more, sign) = age(x, p, object, date);
        score += more;
        signs.extend(sign);
    }
    let after = Span::new(p.verb.start, end.max(p.verb.start));
    let (later, more) = background::weigh(reading, after);
    if later > 0 && object.left {
        score += later;
        signs.extend(more);
    }
    if attribute(x, p, object) && event.is_some() {
        score += 1;
    }
    let result =
        p.group == VerbGroup::Deliver && (perfect(x, p) || score >= 2 || p.result(reading));
    let (framing, why) = match (result, score) {
        (true, _) => (Framing::Report, "a result that is reported"),
        (_, 2..) => (Framing::Background, "context, not news"),
        _ => return Told { framing: Framing::News, event, reasons: Vec::new() },
    };
    Told { framing, event, reasons: vec![format!("{why}: {}", signs.join(", "))] }
}

/// A date counts when it dates the act: before the verb in its clause, or right after it; not one in the name of the
/// text, nor one to come: what is told has happened by the day of the article.
fn own_date(x: &Extractor<'_>, object: &Object, clause: Span) -> Option<PartialDate> {
    let of_text = |place: Span| {
        !object.left && object.named.is_some_and(|at| x.named[at].span.contains(place))
    };
    let to_come =
        |date: PartialDate| x.source_date.is_some_and(|told| date.earliest() > told.latest());
    x.dates
        .inside(clause)
        .find(|(place, date)| !of_text(*place) && !to_come(*date))
        .map(|&(_, date)| date)
}

/// What the date of an act says about its being news.
fn age(
    x: &Extractor<'_>,
    p: &Predicate<'_>,
    object: &Object,
    date: PartialDate,
) -> (i32, Option<String>) {
    let vague = matches!(date, PartialDate::Year(_) | PartialDate::Month(..));
    if let Some(now) = x.event_date.or(x.source_date)
        && date.latest() < now.earliest()
        && date.days_apart(now) > 30
    {
        (3, Some(format!("dated {date}")))
    } else if x.event_date.is_none()
        && vague
        && (attribute(x, p, object) || matches!(date, PartialDate::Year(_)))
    {
        (2, Some(format!("described by its date {date}")))
    } else {
        (0, None)
    }
}

/// "have completed"
fn perfect(x: &Extractor<'_>, p: &Predicate<'_>) -> bool {
    let reading = x.reading;
    let from = reading.floor(p.verb.start.saturating_sub(12)).max(p.region.start);
    let near = reading.fold(Span::new(from, p.verb.start));
    let verb = reading.fold(p.verb);
    let perfect = &reading.grammar().perfect;
    perfect.at_end(near).is_some() || perfect.at_start(verb).is_some()
}
