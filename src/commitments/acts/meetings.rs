//! Meetings and courses that are held. In: a trigger and its clause. Out: the object.

use crate::commitments::actions::clause::clause_end;
use crate::commitments::actions::kinds::{Reckoned, kind_of};
use crate::commitments::acts::object::{Object, passive};
use crate::commitments::extractor::Extractor;
use crate::commitments::instruments::{Named, texts_in};
use crate::commitments::reading::Mark;
use crate::commitments::reading::units::Unit;
use crate::config::topic::forms::Form;
use crate::model::{InstrumentType, Kind, Span};

/// A meeting or a course that is held.
pub(crate) fn meeting_object(
    x: &Extractor<'_>,
    unit: &Unit,
    mark: &Mark<(usize, Form)>,
    region: Span,
) -> Option<Object> {
    let reading = x.reading;
    let mechanism = |named: &Named| {
        named.kind == InstrumentType::Mechanism
            && (named.edition.is_some()
                || named.id.is_some()
                || named.topics.iter().any(|topic| topic != "law_enforcement"))
    };
    let end = clause_end(x, unit, mark.span.end);
    let passive = passive(x, region, mark)
        || matches!(
            reading.fold(mark.span),
            "took place" | "takes place" | "diễn ra" | "met for" | "khai mạc"
        );
    let right = texts_in(x.named, Span::new(mark.span.end, end.min(mark.span.end + 60)))
        .find(|&at| mechanism(&x.named[at]));
    let left = texts_in(x.named, Span::new(region.start, mark.span.start)).rfind(|&at| {
        let n = &x.named[at];
        mechanism(n)
            && n.span.end <= mark.span.start
            && (passive || n.span.end + 6 > mark.span.start)
    });
    let chosen = match (right, left) {
        (Some(at), _) if !passive => Some((at, false)),
        (_, Some(at)) => Some((at, true)),
        (Some(at), None) => Some((at, false)),
        _ => None,
    };
    if let Some((at, left)) = chosen {
        return Some(Object {
            span: x.named[at].span,
            reckoned: Reckoned {
                kind: Kind::Mechanism,
                why: "a meeting of a known mechanism".to_owned(),
                named: Some(at),
            },
            named: Some(at),
            left,
        });
    }
    let span = if passive {
        Span::new(region.start, mark.span.start)
    } else {
        Span::new(mark.span.end, end)
    };
    let span = reading.trim(span);
    let reckoned = kind_of(reading, x.named, span);
    let meeting = reading.concepts_in(span).any(|(place, at)| {
        let concept = &reading.topic.concepts.concepts[at];
        place.start < span.start + 60
            && (concept.kind == Some(Kind::Capacity)
                && concept.topics.iter().any(|t| t == "training_capacity")
                || concept.id == "working_group_meeting"
                || concept.id == "charter_flight")
    });
    let kind_ok = matches!(reckoned.kind, Kind::Capacity | Kind::Mechanism | Kind::Operation);
    (meeting && kind_ok).then_some(Object { span, reckoned, named: None, left: passive })
}
