//! News, result or context, for acts (algorithms 10). In: an act with its object. Out: framing, the date of the act,
//! reasons.

use crate::commitments::actions::clause::clause_end;
use crate::commitments::acts::object::{Object, attribute, floor_boundary};
use crate::commitments::background;
use crate::commitments::extractor::Extractor;
use crate::commitments::reading::Mark;
use crate::commitments::reading::units::Unit;
use crate::config::topic::forms::Form;
use crate::config::topic::triggers::VerbGroup;
use crate::model::{Framing, PartialDate, Span};

/// News, report or background, with the date of the act and the reasons.
pub(crate) fn framing(
    x: &Extractor<'_>,
    unit: &Unit,
    mark: &Mark<(usize, Form)>,
    region: Span,
    object: &Object,
    group: VerbGroup,
    action: Span,
) -> (Framing, Option<PartialDate>, Vec<String>) {
    let reading = x.reading;
    let start = region.start.min(action.start);
    let lead = Span::new(start, mark.span.start.max(start));
    let around = Span::new(
        start,
        floor_boundary(x, (action.end.max(mark.span.end) + 34).min(unit.span.end)).max(action.end),
    );
    let (mut score, mut signs) = background::weigh(reading, background::own_clause(reading, lead));
    let mut event = None;
    // A date counts when it dates the act: before the verb in its clause, or right after it.
    let end = around.end.min(clause_end(x, unit, mark.span.end).max(action.end));
    let own: Vec<_> = x.dates.inside(Span::new(start, end)).copied().collect();
    let of_text = |place: Span| {
        !object.left && object.named.is_some_and(|at| x.named[at].span.contains(place))
    };
    for (place, date) in own {
        if of_text(place) {
            continue;
        }
        event = Some(date);
        if let Some(now) = x.event_date.or(x.source_date)
            && date.latest() < now.earliest()
            && date.days_apart(now) > 30
        {
            score += 3;
            signs.push(format!("dated {date}"));
        } else if x.event_date.is_none()
            && matches!(date, PartialDate::Year(_) | PartialDate::Month(..))
            && (attribute(x, unit, mark, region, object) || matches!(date, PartialDate::Year(_)))
        {
            score += 2;
            signs.push(format!("described by its date {date}"));
        }
        break;
    }
    let after = Span::new(mark.span.start, around.end);
    let (later, more) = background::weigh(reading, Span::new(after.start, end.max(after.start)));
    if later > 0 && object.left {
        score += later;
        signs.extend(more);
    }
    let relative = attribute(x, unit, mark, region, object);
    if relative && object.left && event.is_some() {
        score += 1;
    }
    let near = reading.fold(Span::new(
        floor_boundary(x, mark.span.start.saturating_sub(12)).max(region.start),
        mark.span.start,
    ));
    let perfect = near.ends_with("have ")
        || near.ends_with("has ")
        || reading.fold(mark.span).starts_with("have ")
        || reading.fold(mark.span).starts_with("has ");
    let reports = matches!(group, VerbGroup::Deliver)
        && (perfect || score >= 2 || reading.fold(mark.span).starts_with("đã được"));
    let mut reasons = Vec::new();
    if reports {
        reasons.push(format!("a result that is reported: {}", signs.join(", ")));
        return (Framing::Report, event, reasons);
    }
    if score >= 2 {
        reasons.push(format!("context, not news: {}", signs.join(", ")));
        return (Framing::Background, event, reasons);
    }
    (Framing::News, event, reasons)
}
