//! What is agreed, asked for or weighed in a Vietnamese passive stands before the verb, with or without the one who does
//! so between; and advice, which binds nobody. In: a trigger and its clause. Out: a draft.

use crate::commitments::actions::clause::complement_end;
use crate::commitments::actions::kinds::kind_of;
use crate::commitments::extractor::Extractor;
use crate::commitments::force::composition::Utterance;
use crate::commitments::reading::units::Unit;
use crate::commitments::reading::within;
use crate::commitments::subjects::{Resolved, Subject};
use crate::config::topic::actors::Who;
use crate::config::topic::triggers::{CueClass, TriggerClass};
use crate::model::{Assertion, Kind, Language, Span};

impl Extractor<'_> {
    /// "Việc nối lại các chuyến bay được hai bên thống nhất": what is agreed, asked for or weighed stands before the
    /// verb, with or without the one who does so between.
    pub(crate) fn agreed_thing(
        &mut self,
        unit: &Unit,
        verb: Span,
        class: TriggerClass,
        region: Span,
    ) -> Option<usize> {
        use TriggerClass::{Commit, Directive, Joint, Tentative};
        if unit.language != Language::Vi || !matches!(class, Joint | Commit | Directive | Tentative)
        {
            return None;
        }
        let reading = self.reading;
        let agent = within(&reading.who, region).last().filter(|mark| {
            reading.before_adverbs(mark.span.end, verb.start) && !matches!(mark.it, Who::Outsider)
        });
        let end = agent.map_or(verb.start, |mark| mark.span.start);
        let before = reading.fold(Span::new(region.start, end)).trim_end();
        let passive = reading.grammar().passive.at_end(before)?;
        let patient = Span::new(region.start, region.start + before.len() - passive.len());
        let start = reading.patient_start(patient);
        let tail = reading.trim(Span::new(verb.end, self.clause_tail(unit, verb.end)));
        let span = reading.trim(Span::new(start, tail.end.max(verb.end)));
        let thing = Span::new(start, patient.end.max(start));
        let told = !reading.topics_in(thing).is_empty()
            || kind_of(reading, self.named, thing).kind != Kind::General;
        if !told || reading.fold(thing).split_whitespace().count() < 3 {
            return None;
        }
        let who = match agent.and_then(|mark| reading.stands_for(mark, unit, &self.floor)) {
            Some(Subject::Actors(actors)) => Resolved {
                subject: Subject::Actors(actors),
                confidence: 0.9,
                why: "named in the passive",
                span: agent.map(|mark| mark.span),
            },
            Some(_) => return None,
            None if class == Joint => Resolved {
                subject: Subject::Actors(reading.pair(unit, verb.start)),
                confidence: 0.5,
                why: "a passive: both sides stand behind it",
                span: None,
            },
            None => self.speaker_for_passive(unit)?,
        };
        let said = Utterance {
            unit,
            trigger: verb,
            class,
            who: &who,
            region: Span::new(region.start, verb.start),
            content: None,
        };
        let negated = self.negated(region, verb.start);
        let found = self.emit_whole(&said, span, false);
        self.drafts[found].framing = self.framing(&said, tail.end.max(verb.end), false);
        if negated {
            self.drafts[found].assertion = Assertion::Negated;
        }
        Some(span.end.max(verb.end))
    }

    /// Whether "should" stands right before a trigger: advice binds nobody.
    pub(crate) fn advised(&self, trigger: usize, region: Span) -> bool {
        let reading = self.reading;
        let before =
            Span::new(reading.floor(trigger.saturating_sub(12)).max(region.start), trigger);
        reading
            .cues_of(before, CueClass::Advice)
            .any(|cue| reading.text(Span::new(cue.end.min(trigger), trigger)).trim().is_empty())
    }

    /// Where the adjuncts after a verb end: at a comma or the end of its clause.
    fn clause_tail(&self, unit: &Unit, from: usize) -> usize {
        let end = complement_end(self.reading, unit, from);
        let text = self.reading.text(Span::new(from, end));
        text.find([',', ';', '(', '"', '”']).map_or(end, |at| from + at)
    }
}
