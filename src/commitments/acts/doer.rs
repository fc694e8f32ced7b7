//! Who acted. In: an act with its object. Out: a subject.

use crate::commitments::acts::object::Object;
use crate::commitments::extractor::Extractor;
use crate::commitments::reading::units::Unit;
use crate::commitments::reading::{Mark, within};
use crate::commitments::subjects::{Resolved, Subject};
use crate::config::topic::actors::Who;
use crate::config::topic::forms::Form;
use crate::model::{Kind, Span};

/// Who acted.
pub(crate) fn actor(
    x: &Extractor<'_>,
    unit: &Unit,
    mark: &Mark<(usize, Form)>,
    region: Span,
    object: &Object,
) -> Option<Resolved> {
    let reading = x.reading;
    let given = |actors: Vec<usize>, why: &'static str, confidence: f64| {
        Some(Resolved { subject: Subject::Actors(actors), confidence, why, span: None })
    };
    let after = Span::new(mark.span.end, unit.span.end);
    let by = within(&reading.who, after).iter().find(|who| {
        let before = reading.fold(Span::new(mark.span.end, who.span.start));
        (before.ends_with("by ") || before.ends_with("by the ")) && before.len() < 80
    });
    if let Some(by) = by
        && let Some(Subject::Actors(actors)) = reading.stands_for(by, unit, &x.floor)
    {
        return given(actors, "named after \"by\"", 0.9);
    }
    if object.left {
        // Between the text and the verb: "which the two governments signed".
        let between = Span::new(object.span.end.min(mark.span.start), mark.span.start);
        for who in within(&reading.who, between).iter().rev() {
            if let Some(Subject::Actors(actors)) = reading.stands_for(who, unit, &x.floor) {
                return given(actors, "named in the clause", 0.9);
            }
        }
    }
    let resolved = if object.left {
        let lead = Span::new(region.start, object.span.start.max(region.start));
        reading.subject(lead, unit, &x.floor)
    } else {
        reading.subject(region, unit, &x.floor)
    };
    match resolved.subject {
        Subject::Actors(_) if !object.left => Some(resolved),
        Subject::Outsider if !object.left => None,
        _ if object.left && object.reckoned.kind == Kind::InstrumentConclude => {
            let text = object.named.map(|at| &x.named[at]);
            if let Some(id) = text.and_then(|text| text.id.as_ref())
                && let Some(known) =
                    reading.topic.instruments.iter().find(|known| known.instrument.id == *id)
            {
                let actors: Vec<usize> = known
                    .instrument
                    .parties
                    .iter()
                    .filter_map(|id| reading.topic.actors.index(id))
                    .collect();
                if reading.both_sides(&actors) {
                    return given(actors, "the parties of the known text", 0.9);
                }
            }
            given(reading.pair(unit, mark.span.start), "the two sides of the meeting", 0.7)
        }
        _ => {
            let named: Vec<usize> = within(&reading.who, unit.span)
                .iter()
                .filter_map(|mark| match mark.it {
                    Who::Actor(at) | Who::Head(at) | Who::Side(at) => Some(at),
                    _ => None,
                })
                .collect();
            let pair = within(&reading.who, unit.span)
                .iter()
                .any(|mark| matches!(mark.it, Who::PairAgency | Who::PairState));
            match &x.floor.speaker {
                _ if pair || reading.both_sides(&named) => given(
                    reading.pair(unit, unit.span.end),
                    "both sides are named in the sentence",
                    0.7,
                ),
                _ if !named.is_empty() => {
                    let last = named[named.len() - 1];
                    let acting = reading.topic.actors.state_of(last) == Some(last);
                    given(
                        vec![if acting {
                            reading.party_of(last, unit, unit.span.end)
                        } else {
                            last
                        }],
                        "named in the sentence",
                        0.7,
                    )
                }
                Some(Subject::Actors(actors)) => given(actors.clone(), "the speaker", 0.7),
                Some(Subject::Outsider) => None,
                _ if object.named.is_some() => {
                    given(reading.pair(unit, mark.span.start), "the two sides of the meeting", 0.5)
                }
                _ => None,
            }
        }
    }
}
