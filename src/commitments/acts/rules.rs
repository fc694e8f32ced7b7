//! Laws, visa rules and treaties that are ratified or take effect. In: a trigger and its clause. Out: the object.

use crate::commitments::actions::clause::clause_end;
use crate::commitments::actions::kinds::Reckoned;
use crate::commitments::acts::object::Object;
use crate::commitments::extractor::Extractor;
use crate::commitments::instruments::{Named, texts_in};
use crate::commitments::reading::Mark;
use crate::commitments::reading::units::Unit;
use crate::config::topic::forms::Form;
use crate::config::topic::triggers::VerbGroup;
use crate::model::{InstrumentType, Kind, Span};

/// A law or a visa rule.
pub(crate) fn rule_object(
    x: &Extractor<'_>,
    unit: &Unit,
    mark: &Mark<(usize, Form)>,
    region: Span,
    group: VerbGroup,
) -> Option<Object> {
    let reading = x.reading;
    let near =
        |named: &Named| unit.span.contains(named.span) && named.kind != InstrumentType::Mechanism;
    let right = texts_in(x.named, Span::new(mark.span.end, mark.span.end + 60))
        .find(|&at| near(&x.named[at]));
    let left = texts_in(x.named, Span::new(unit.span.start, mark.span.start + 2)).rfind(|&at| {
        let n = &x.named[at];
        near(n) && n.span.end <= mark.span.start + 2 && mark.span.start < n.span.end + 90
    });
    let chosen = if group == VerbGroup::Effect {
        left.map(|at| (at, true))
    } else {
        right.map(|at| (at, false)).or(left.map(|at| (at, true)))
    };
    if let Some((at, left)) = chosen {
        return Some(Object {
            span: x.named[at].span,
            reckoned: Reckoned {
                kind: Kind::Policy,
                why: "the object is a rule or a text".to_owned(),
                named: Some(at),
            },
            named: Some(at),
            left,
        });
    }
    if group != VerbGroup::Effect {
        return None;
    }
    let clause = Span::new(region.start, clause_end(x, unit, mark.span.end));
    let visa = reading.concepts_in(clause).any(|(_, at)| {
        let concept = &reading.topic.concepts.concepts[at];
        concept.kind == Some(Kind::Policy) && !concept.topics.is_empty()
    });
    visa.then(|| Object {
        span: Span::new(region.start, clause.end),
        reckoned: Reckoned {
            kind: Kind::Policy,
            why: "a rule takes effect".to_owned(),
            named: None,
        },
        named: None,
        left: true,
    })
}
