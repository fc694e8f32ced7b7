//! News, reaffirmation or context, for triggers of force (ontology 4.3). In: a trigger and its actions. Out: a framing.

use crate::commitments::actions::clause::complement_end;
use crate::commitments::actions::lists::action_start;
use crate::commitments::actions::{continues, verb_at};
use crate::commitments::background;
use crate::commitments::extractor::Extractor;
use crate::commitments::force::composition::Utterance;
use crate::commitments::instruments::texts_in;
use crate::commitments::reading::within;
use crate::config::topic::forms::Form;
use crate::config::topic::triggers::TriggerClass;
use crate::model::{Framing, Language, Span};
use crate::text::BlockKind;

impl Extractor<'_> {
    /// News, reaffirmation or context, for the action of an utterance that begins at `action`.
    pub(crate) fn framing(&self, said: &Utterance<'_>, action: usize, going_on: bool) -> Framing {
        let reading = self.reading;
        let (class, region) = (said.class, said.region);
        let lead = Span::new(region.start.min(region.end), region.end);
        // "pledged in March 2026": a date right after the trigger dates it too.
        let after = Span::new(region.end, action.min(region.end + 32).max(region.end));
        let old = background::old_date(self.dates, lead, self.event_date).is_some()
            || background::old_date(self.dates, after, self.event_date).is_some();
        let old = old || self.dated_at_end(said, action);
        let then =
            background::has(reading, lead, "then") || background::has(reading, lead, "since");
        let old = old || self.joins_the_past(said);
        if said.unit.kind == BlockKind::Body && (old || then && class != TriggerClass::Directive) {
            return Framing::Background;
        }
        let goes_on = background::begins(reading, action, "continue");
        // The trigger itself, or the word before it, says so: "tiếp tục cam kết".
        let still = Span::new(region.end.saturating_sub(9).max(region.start), said.trigger.end);
        let still = !matches!(class, TriggerClass::Directive)
            && background::has(reading, still, "continue");
        let again = class == TriggerClass::Nominal
            && background::has(reading, Span::new(region.start, action), "continue");
        if goes_on || going_on || still || again { Framing::Reaffirm } else { Framing::News }
    }

    /// "On 17 April 2024 they signed … and agreed to …": what is joined to an act of the past, without a subject of its
    /// own, is past with it.
    fn joins_the_past(&self, said: &Utterance<'_>) -> bool {
        let Some(last) = self.drafts.last().filter(|last| last.unit.span == said.unit.span) else {
            return false;
        };
        let between = Span::new(last.action.end, said.trigger.start.max(last.action.end));
        let joined = self.reading.grammar().conjunctions.is(self.reading.fold(between).trim());
        let dated = last.event_date.zip(self.event_date);
        let old = dated.is_some_and(|(then, now)| then.latest() < now.earliest());
        last.framing == Framing::Background && joined && old
    }

    /// "agreed to share records in May 2024": the date with which the clause ends, if it is past, is that of the act.
    fn dated_at_end(&self, said: &Utterance<'_>, action: usize) -> bool {
        let reading = self.reading;
        let past =
            within(&reading.triggers, said.trigger).iter().any(|mark| mark.it.1 == Form::Past);
        let end = complement_end(reading, said.unit, action);
        let clause = Span::new(action, end.max(action));
        let stop = reading.text(clause).find(';').map_or(clause.end, |at| action + at);
        let clause = reading.trim(Span::new(action, stop));
        let Some(now) = self.event_date.or(self.source_date).filter(|_| past) else { return false };
        let last = self.dates.inside(clause).last().filter(|(place, date)| {
            place.end + 1 >= clause.end
                && date.latest() < now.earliest()
                && date.days_apart(now) > 30
        });
        let own = last.is_some_and(|(place, _)| {
            let named = texts_in(self.named, Span::new(clause.start, place.start));
            let acts = within(&reading.triggers, clause).iter().any(|mark| {
                matches!(reading.class(mark), TriggerClass::Act | TriggerClass::Lateral)
            });
            named.is_empty() && !acts
        });
        own && said.unit.language == Language::En
    }

    /// Whether a word such as "continue" stands between the trigger and the actions.
    pub(crate) fn led_by_continue(
        &self,
        class: TriggerClass,
        trigger: Span,
        actions: usize,
    ) -> bool {
        let between = Span::new(trigger.end, actions.max(trigger.end));
        !matches!(class, TriggerClass::Directive)
            && between.len() < 40
            && background::has(self.reading, between, "continue")
    }

    /// Whether "continue" begins here and another verb follows, so that it speaks of what is joined to that verb too.
    pub(crate) fn auxiliary(&self, at: usize) -> bool {
        let reading = self.reading;
        let Some(verb) = verb_at(reading, at).filter(|verb| continues(reading, verb.span)) else {
            return false;
        };
        let next = action_start(reading, verb.span.end, verb.span.end + 24);
        next.is_some()
    }
}
