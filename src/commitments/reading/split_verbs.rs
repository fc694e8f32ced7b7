//! "put the flights on hold", "make £2 million available": verbs whose object stands between them and their particle.
//! In: a reading with its triggers. Out: the same with these among them, each at its verb.

use crate::commitments::reading::{Mark, Reading, within};
use crate::model::Span;

/// Farthest that the particle stands from the verb, in bytes.
const REACH: usize = 110;

/// Adds a trigger for each verb that is followed by its particle in the same clause.
pub(crate) fn mark(reading: &mut Reading<'_>) {
    let whole = Span::new(0, reading.document.norm.text.len());
    let triggers = &reading.topic.triggers;
    let mut found = Vec::new();
    for hit in triggers.split_words.all(reading.document, whole) {
        let &(split, form) = hit.payload;
        let split = &triggers.splits[split];
        let Some(unit) = reading.unit_at(hit.span.start) else { continue };
        let end = reading.floor((hit.span.end + REACH).min(unit.span.end));
        let clause = reading.fold(Span::new(hit.span.end, end));
        let clause = &clause[..clause.find([',', ';', ':', '"', '”']).unwrap_or(clause.len())];
        let follows = split.particles.iter().any(|particle| {
            clause.match_indices(particle.as_str()).any(|(at, _)| {
                let rest = &clause[at + particle.len()..];
                at > 3
                    && clause[..at].ends_with(' ')
                    && !rest.starts_with(|c: char| c.is_alphanumeric() || c == '-')
            })
        });
        let not_left = &triggers.triggers[split.trigger].not_left;
        let taken = within(&reading.triggers, hit.span).iter().next().is_some()
            || reading.follows(hit.span.start, not_left);
        if follows && !taken {
            found.push(Mark { span: hit.span, it: (split.trigger, form) });
        }
    }
    reading.triggers.extend(found);
    reading.triggers.sort_by_key(|mark| mark.span.start);
}
