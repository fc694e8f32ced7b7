//! What is launched, completed, paid for, suspended, refused or resumed. In: a trigger and its clause. Out: the object.

use crate::commitments::actions::clause::clause_end;
use crate::commitments::actions::kinds::{Reckoned, kind_of};
use crate::commitments::acts::object::{Object, np_start, passive};
use crate::commitments::extractor::Extractor;
use crate::commitments::instruments::texts_in;
use crate::commitments::reading::units::Unit;
use crate::commitments::reading::{Mark, within};
use crate::config::topic::actors::Who;
use crate::config::topic::forms::Form;
use crate::config::topic::triggers::VerbGroup;
use crate::model::{InstrumentType, Kind, Span};

/// What is launched, completed, suspended, refused or resumed.
pub(crate) fn plain_object(
    x: &Extractor<'_>,
    unit: &Unit,
    mark: &Mark<(usize, Form)>,
    region: Span,
    group: VerbGroup,
) -> Option<Object> {
    let reading = x.reading;
    let words = reading.fold(mark.span);
    let end = clause_end(x, unit, mark.span.end);
    let right = reading.trim(Span::new(mark.span.end, end));
    let np = np_start(x, region, mark.span.start);
    let left = reading.trim(Span::new(np, mark.span.start));
    let intransitive = passive(x, region, mark)
        || matches!(
            words,
            "remains suspended"
                | "remain suspended"
                | "landed"
                | "flew"
                | "ra mắt"
                | "chính thức ra mắt"
                | "went live"
                | "bị hoãn"
                | "been postponed"
                | "has been postponed"
                | "have received"
                | "has received"
                | "đã được tư vấn"
                | "were returned"
                | "was returned"
                | "was set up"
                | "was established"
                | "được thành lập"
                | "đi vào hoạt động"
                | "been terminated"
        )
        || right.len() < 8
        || group == VerbGroup::Resume
            && !right.is_empty()
            && within(&reading.who, left).iter().all(|mark| matches!(mark.it, Who::Place(_)));
    let tell = |span: Span| {
        let reckoned = kind_of(reading, x.named, span);
        let telling = reckoned.kind != Kind::General
            && (reckoned.named.is_some() || !reckoned.why.contains("alone"));
        (telling, reckoned)
    };
    let named_in =
        |span: Span| texts_in(x.named, Span::new(span.start, span.end.min(span.start + 70))).next();
    let adjacent = texts_in(x.named, region).rfind(|&at| {
        region.contains(x.named[at].span)
            && x.named[at].span.end + 14 > mark.span.start
            && x.named[at].kind == InstrumentType::Mechanism
    });
    let which = reading.fold(left).trim_end().ends_with("which");
    let (mut span, mut is_left) = if intransitive
        || adjacent.is_some() && matches!(group, VerbGroup::Resume | VerbGroup::Launch)
    {
        (left, true)
    } else {
        (right, false)
    };
    if span.is_empty() {
        return None;
    }
    let mut named = named_in(span);
    // The verb itself may tell ("triệt phá ba đường dây").
    let with_verb = |span: Span, is_left: bool| {
        if group == VerbGroup::Deliver {
            if is_left {
                Span::new(span.start, right.end.max(span.end))
            } else {
                Span::new(mark.span.start, span.end)
            }
        } else {
            span
        }
    };
    let (mut telling, mut reckoned) = tell(with_verb(span, is_left));
    if !telling
        && named.is_none()
        && !is_left
        && (which || passive(x, region, mark) || group == VerbGroup::Refuse)
    {
        (span, is_left) = (left, true);
        named = named_in(span);
        (telling, reckoned) = tell(span);
    }
    if group == VerbGroup::Fund {
        return fund_object(x, unit, mark, right, np);
    }
    if group == VerbGroup::Refuse
        && let Some(at) = named
        && x.named[at].kind != InstrumentType::Mechanism
    {
        reckoned = Reckoned {
            kind: Kind::InstrumentConclude,
            why: "what is refused is a text".to_owned(),
            named: Some(at),
        };
        telling = true;
    }
    let partnership = named
        .is_some_and(|at| x.named[at].topics.iter().any(|topic| topic == "strategic_partnership"));
    if partnership && group == VerbGroup::Launch {
        return Some(Object {
            span: if is_left {
                span
            } else {
                Span::new(span.start, x.named[named?].span.end.max(span.start))
            },
            reckoned: Reckoned {
                kind: Kind::InstrumentConclude,
                why: "a partnership is set up by a declaration".to_owned(),
                named,
            },
            named,
            left: is_left,
        });
    }
    let reckoned = match named {
        Some(at) if x.named[at].kind == InstrumentType::Mechanism => Reckoned {
            kind: Kind::Mechanism,
            why: "the object is a mechanism".to_owned(),
            named: Some(at),
        },
        Some(at)
            if !matches!(group, VerbGroup::Launch | VerbGroup::Deliver) && !telling
                || group == VerbGroup::Terminate
                || group == VerbGroup::Withdraw =>
        {
            Reckoned {
                kind: Kind::InstrumentConclude,
                why: "the object is a text".to_owned(),
                named: named.or(Some(at)),
            }
        }
        _ if telling => reckoned,
        _ => return None,
    };
    // Launching a text is concluding it only when it is signed.
    let kinds_of_launch = matches!(
        reckoned.kind,
        Kind::Mechanism | Kind::Outreach | Kind::Protection | Kind::Capacity | Kind::Policy
    );
    if group == VerbGroup::Launch && !kinds_of_launch {
        return None;
    }
    let first = reading.concepts_in(span).next().map_or(span.end, |(place, _)| place.start);
    if !is_left && first > span.start + 80 && named.is_none() {
        return None;
    }
    Some(Object { span, named: reckoned.named.or(named), reckoned, left: is_left })
}

/// Money set aside: there must be an amount in the clause.
fn fund_object(
    x: &Extractor<'_>,
    unit: &Unit,
    mark: &Mark<(usize, Form)>,
    right: Span,
    np: usize,
) -> Option<Object> {
    let reading = x.reading;
    let amount = |span: Span| {
        let money = |(place, at): (Span, usize)| {
            reading.topic.concepts.concepts[at].id == "funding" && place.end <= span.end
        };
        let text = reading.text(span);
        text.contains(|c: char| c.is_ascii_digit())
            && (text.contains('£') || reading.concepts_in(span).any(money))
    };
    let left = Span::new(np, mark.span.start);
    let reckoned =
        Reckoned { kind: Kind::Resource, why: "money is set aside".to_owned(), named: None };
    if amount(right) {
        return Some(Object { span: right, reckoned, named: None, left: false });
    }
    let number = reading.text(left).find(|c: char| c.is_ascii_digit())?;
    let span = Span::new(left.start + number, mark.span.end);
    (amount(span) && unit.span.contains(span)).then_some(Object {
        span,
        reckoned,
        named: None,
        left: true,
    })
}
