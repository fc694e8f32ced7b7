//! Scope of negation and condition (algorithms 9.2). In: the clause before a trigger, or an action. Out: whether it
//! stands under a "not" or an "if", and the words of a condition.

use crate::commitments::extractor::Extractor;
use crate::commitments::reading::within;
use crate::config::topic::triggers::CueClass;
use crate::model::Span;

impl Extractor<'_> {
    /// Whether a negation stands over a trigger: near before it in its clause.
    pub fn negated(&self, region: Span, trigger: usize) -> bool {
        let reading = self.reading;
        let from = trigger.saturating_sub(34).max(region.start);
        let near = Span::new(
            reading.document.norm.text.floor_char_boundary(from).max(region.start),
            trigger,
        );
        let pseudo: Vec<Span> = reading.cues_of(near, CueClass::PseudoNegation).collect();
        reading.cues_of(near, CueClass::Negation).any(|cue| {
            let text = reading.text(Span::new(cue.end.min(trigger), trigger));
            !pseudo.iter().any(|pseudo| pseudo.overlaps(cue)) && !text.contains([',', ';', '.'])
        })
    }

    pub(crate) fn condition_before(&self, region: Span) -> bool {
        self.reading.has(region, CueClass::Condition)
    }

    pub(crate) fn negation_before(&self, action: usize, trigger_end: usize) -> Option<usize> {
        let reading = self.reading;
        let from = action.saturating_sub(12).max(trigger_end).min(action);
        let near = Span::new(
            reading.document.norm.text.floor_char_boundary(from).max(trigger_end.min(action)),
            action,
        );
        if reading.has(near, CueClass::PseudoNegation) {
            return None;
        }
        reading.cues_of(near, CueClass::Negation).last().map(|cue| cue.start)
    }

    pub(crate) fn condition_after(&self, action: Span) -> Option<Span> {
        let reading = self.reading;
        let later = Span::new((action.start + 8).min(action.end), action.end);
        within(&reading.cues, later)
            .iter()
            .find(|mark| matches!(mark.it, CueClass::Condition | CueClass::ConditionAfter))
            .map(|mark| Span::new(mark.span.start, action.end))
    }
}
