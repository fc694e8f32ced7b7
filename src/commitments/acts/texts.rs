//! Texts that are signed, issued or initialled. In: a trigger and its clause. Out: the text as object.

use crate::commitments::actions::kinds::Reckoned;
use crate::commitments::acts::object::{Object, passive};
use crate::commitments::extractor::Extractor;
use crate::commitments::instruments::texts_in;
use crate::commitments::reading::units::Unit;
use crate::commitments::reading::{Mark, within};
use crate::config::topic::forms::Form;
use crate::config::topic::triggers::TriggerClass;
use crate::model::{Kind, Span};

/// The text signed: to the right, or before a passive or an attribute.
pub(crate) fn text_object(
    x: &Extractor<'_>,
    unit: &Unit,
    mark: &Mark<(usize, Form)>,
    region: Span,
) -> Option<Object> {
    let reading = x.reading;
    let passive = passive(x, region, mark);
    let ahead = Span::new(mark.span.start, unit.span.end.min(mark.span.end + 70));
    let right = texts_in(x.named, ahead).find(|&at| {
        let named = &x.named[at];
        let between = Span::new(mark.span.end.min(named.span.start), named.span.start);
        within(&reading.triggers, between).iter().all(|other| {
            matches!(reading.class(other), TriggerClass::Report | TriggerClass::Act)
                && other.it.1 == Form::Plain
        }) && !reading.text(between).contains([';', ','])
            && within(&reading.who, between).len() <= 2
    });
    let back = Span::new(unit.span.start, mark.span.start);
    let left = texts_in(x.named, back).rfind(|&at| {
        let named = &x.named[at];
        mark.span.start.saturating_sub(named.span.end) < 90 && named.span.end + 4 > region.start
    });
    let relative = left.is_some_and(|at| {
        let between =
            reading.fold(Span::new(x.named[at].span.end.min(mark.span.start), mark.span.start));
        between.len() < 90
            && (between.contains("which")
                || between.contains("that")
                || between.contains("được")
                || between.contains(" was")
                || between.contains(" were")
                || between.contains("has been")
                || between.trim().trim_matches(',').trim().is_empty()
                || within(
                    &reading.who,
                    Span::new(x.named[at].span.end.min(mark.span.start), mark.span.start),
                )
                .len()
                    == 1
                    && between.len() < 40
                    && right.is_none())
    });
    let make = |at: usize, left: bool| Object {
        span: x.named[at].span,
        reckoned: Reckoned {
            kind: Kind::InstrumentConclude,
            why: "the object is a text".to_owned(),
            named: Some(at),
        },
        named: Some(at),
        left,
    };
    if let Some(at) = right.filter(|_| !passive) {
        // "ký ngày 21/11" after the name of a text is an attribute.
        let attributive =
            relative && left.is_some_and(|l| x.named[l].span.end + 2 >= mark.span.start && at != l);
        if !attributive {
            return Some(make(at, false));
        }
    }
    left.filter(|_| relative || passive).map(|at| make(at, true))
}
