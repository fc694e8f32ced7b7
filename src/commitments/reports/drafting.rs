//! "is drafting a protocol": a text under negotiation. In: a trigger and its clause. Out: a draft.

use crate::commitments::extractor::Extractor;
use crate::commitments::instruments::texts_in;
use crate::commitments::reading::units::Unit;
use crate::commitments::reading::{Mark, within};
use crate::commitments::record::{Draft, all_as};
use crate::commitments::subjects::Subject;
use crate::config::topic::forms::Form;
use crate::model::{InstrumentRole, InstrumentType, Kind, Language, Role, Span, Stage};

/// "is drafting a protocol"
pub(crate) fn drafting(
    x: &mut Extractor<'_>,
    unit: &Unit,
    mark: &Mark<(usize, Form)>,
    region: Span,
) -> Option<usize> {
    let reading = x.reading;
    let finite = unit.language == Language::Vi || !matches!(mark.it.1, Form::Base);
    let named = texts_in(x.named, Span::new(mark.span.end, mark.span.end + 40)).find(|&at| {
        let named = &x.named[at];
        named.span.end <= unit.span.end && named.kind != InstrumentType::Mechanism && !named.generic
    });
    let named = named.or_else(|| before_passive(x, unit, mark.span, region));
    let (true, Some(at)) = (finite, named) else { return None };
    let left = x.named[at].span.end <= mark.span.start;
    let lead = if left { Span::new(x.named[at].span.end, region.end) } else { region };
    let who = reading.subject(lead, unit, &x.floor);
    let actors = match who.subject {
        Subject::Actors(actors) => actors,
        Subject::Outsider => return None,
        _ => reading.pair(unit, mark.span.start),
    };
    let law = matches!(x.named[at].kind, InstrumentType::Law | InstrumentType::Decree);
    // "is drafting a protocol": the action begins with its verb.
    let verb = within(&reading.verbs, mark.span).first().map_or(mark.span, |verb| verb.span);
    let action = if left {
        Span::new(x.named[at].span.start, mark.span.end)
    } else {
        reading.trim(Span::new(verb.start, x.named[at].span.end))
    };
    let group = x.group();
    x.push(Draft {
        kind: if law { Kind::Policy } else { Kind::InstrumentConclude },
        stage: Stage::Negotiating,
        strength: 2,
        parties: all_as(&actors, Role::Implementer),
        named: Some((at, InstrumentRole::Concludes)),
        confidence: who.confidence,
        group,
        reasons: vec![format!("\"{}\": a text is being drafted", reading.text(mark.span))],
        ..Draft::of(x, unit, mark.span, action)
    });
    Some(x.named[at].span.end.max(mark.span.end))
}

/// Farthest that a text stands from the passive that says it is being drafted, in bytes.
const DRAFT: usize = 120;

/// "Văn kiện đang được các chuyên viên soạn thảo": the text that is drafted stands before a Vietnamese passive.
fn before_passive(x: &Extractor<'_>, unit: &Unit, verb: Span, region: Span) -> Option<usize> {
    let reading = x.reading;
    let words = reading.fold(Span::new(region.start, verb.end));
    if unit.language != Language::Vi || !reading.grammar().passive_past.inside(words) {
        return None;
    }
    texts_in(x.named, region).rfind(|&at| {
        let named = &x.named[at];
        let near = named.span.start + DRAFT > verb.start && named.span.end <= verb.start;
        near && named.kind != InstrumentType::Mechanism && !named.generic
    })
}
