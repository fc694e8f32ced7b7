//! What is promised, asked or done: the stretch after a trigger. [`intro`] passes over what stands before the action,
//! [`clause`] finds its end, [`lists`] parts it into actions, [`kinds`] tells what sort of act each is (ontology 3.1,
//! 4.1), also by the [`heads`] of objects and by who or what is [`sent`]. In: a unit and the end of a trigger. Out: actions,
//! each from its head verb to the end of its complements.

pub(crate) mod clause;
pub(crate) mod heads;
pub(crate) mod intro;
pub(crate) mod kinds;
pub(crate) mod lists;
pub(crate) mod sent;

use crate::commitments::reading::{Mark, Reading, within};
use crate::config::topic::triggers::{CueClass, Verb};
use crate::model::Span;

/// The verb that begins at an offset.
pub(crate) fn verb_at<'r>(reading: &'r Reading<'_>, at: usize) -> Option<&'r Mark<Verb>> {
    within(&reading.verbs, Span::new(at, at + 1)).first()
}

/// Whether a verb says that something goes on.
pub(crate) fn continues(reading: &Reading<'_>, span: Span) -> bool {
    let backgrounds = &reading.topic.triggers.backgrounds;
    within(&reading.cues, Span::new(span.start, span.start + 1)).iter().any(|mark| match mark.it {
        CueClass::Background(at) => backgrounds[at].name == "continue",
        _ => false,
    })
}
