//! Scope of negation and condition (algorithms 9.2). In: the clause before a trigger, or an action. Out: whether it
//! stands under a "not" or an "if", and the words of a condition.

use crate::commitments::extractor::Extractor;
use crate::commitments::force::composition::Utterance;
use crate::commitments::reading::within;
use crate::config::topic::triggers::{CueClass, TriggerClass};
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
            let between = Span::new(cue.end.min(trigger), trigger);
            // "without papers and agreed to …": what is joined to a clause that only holds a thing denied stands on its
            // own; "have not met and signed" is denied whole.
            let joined =
                reading.grammar().conjunctions.places(reading.fold(between)).next().is_some()
                    && within(&reading.verbs, between).is_empty();
            let apart = joined || reading.text(between).contains([',', ';', '.']);
            !apart && !pseudo.iter().any(|pseudo| pseudo.overlaps(cue))
        })
    }

    /// Whether an "if" stands before a trigger.
    pub(crate) fn condition_before(&self, region: Span) -> bool {
        self.reading.has(region, CueClass::Condition)
    }

    /// A negation right before an action: where it begins.
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

    /// The words of a condition: inside the action, right after it, or before the clause of a promise.
    pub(crate) fn condition(&self, said: &Utterance<'_>, action: Span) -> Option<Span> {
        self.condition_inside(action)
            .or_else(|| self.condition_behind(said, action))
            .or_else(|| self.condition_ahead(said))
    }

    /// "receive its citizens once their identity is verified"
    pub(crate) fn condition_inside(&self, action: Span) -> Option<Span> {
        let later = Span::new((action.start + 8).min(action.end), action.end);
        self.first_condition(later, true).map(|cue| Span::new(cue.start, action.end))
    }

    /// "… , provided that the list is complete": the action was ended before it.
    fn condition_behind(&self, said: &Utterance<'_>, action: Span) -> Option<Span> {
        let reading = self.reading;
        let rest = Span::new(action.end, said.unit.span.end);
        let cue = self.first_condition(rest, promises(said.class))?;
        let between = reading.text(Span::new(rest.start, cue.start));
        let next = between.trim_matches([' ', ',', '"', '”']).is_empty();
        let span = reading.trim(Span::new(cue.start, self.clause_stop(cue.start, rest.end)));
        (next && self.acts_inside(span)).then_some(span)
    }

    /// "Once identity is verified, Vietnam will …": what is promised, not what happened after a meeting.
    fn condition_ahead(&self, said: &Utterance<'_>) -> Option<Span> {
        let cue = self.first_condition(said.region, promises(said.class))?;
        let stop = self.clause_stop(cue.start, said.region.end);
        let span = self.reading.trim(Span::new(cue.start, stop));
        (stop < said.region.end && self.acts_inside(span)).then_some(span)
    }

    /// The first word of a condition; `dated` when "after" opens one too.
    fn first_condition(&self, span: Span, dated: bool) -> Option<Span> {
        within(&self.reading.cues, span)
            .iter()
            .find(|mark| match mark.it {
                CueClass::Condition | CueClass::ConditionAfter => true,
                CueClass::ConditionTime => dated,
                _ => false,
            })
            .map(|mark| mark.span)
    }

    /// The comma or stop that ends a clause.
    fn clause_stop(&self, from: usize, limit: usize) -> usize {
        let text = self.reading.text(Span::new(from, limit));
        text.find([',', ';', '"', '”']).map_or(limit, |at| from + at)
    }

    /// A condition is something that must come to pass.
    fn acts_inside(&self, span: Span) -> bool {
        !within(&self.reading.verbs, span).is_empty()
            || !within(&self.reading.triggers, span).is_empty()
    }
}

/// What is only promised has not happened: "after" names its condition, not its date.
fn promises(class: TriggerClass) -> bool {
    matches!(class, TriggerClass::Future | TriggerClass::Willing | TriggerClass::Commit)
}
