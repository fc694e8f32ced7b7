//! will, shall, *sẽ*: a pledge when an official acts, or when something is done to a thing (agentivity test of
//! algorithms 9). In: the trigger and its subject. Out: drafts.

use crate::commitments::actions::intro::Intro;
use crate::commitments::actions::kinds::kind_of;
use crate::commitments::actions::verb_at;
use crate::commitments::extractor::Extractor;
use crate::commitments::force::composition::Force;
use crate::commitments::reading::units::Unit;
use crate::commitments::reading::{Mark, within};
use crate::commitments::record::Draft;
use crate::commitments::subjects::{Resolved, Subject};
use crate::config::topic::forms::Form;
use crate::config::topic::triggers::{CueClass, TriggerClass, VerbGroup};
use crate::model::{
    Assertion, Framing, InstrumentRole, Kind, Language, Modality, Polarity, Role, Span, Stage,
};

impl Extractor<'_> {
    /// will, shall, *sẽ*: a pledge when an official acts, or when something is done to a thing.
    pub(crate) fn future(
        &mut self,
        unit: &Unit,
        mark: &Mark<(usize, Form)>,
        region: Span,
        who: Resolved,
        mut start: Intro,
        end: usize,
    ) -> Option<usize> {
        let reading = self.reading;
        let stop = Some(mark.span.end);
        let rest = reading.text(Span::new(mark.span.end, unit.span.end)).trim();
        if (rest.ends_with(':') && rest.len() < 12 || rest.is_empty())
            && matches!(who.subject, Subject::Actors(_))
        {
            self.remember(&who);
            self.open_list(unit, mark.span, TriggerClass::Future, who);
            return Some(unit.span.end);
        }
        let verb = verb_at(reading, reading.skip_blanks(start.start, end)).copied();
        let effect = within(
            &reading.cues,
            Span::new(
                reading.skip_blanks(start.start, end),
                reading.skip_blanks(start.start, end) + 1,
            ),
        )
        .iter()
        .any(|cue| {
            cue.it == CueClass::Effect && verb.is_none_or(|verb| verb.span.end <= cue.span.end)
        });
        let helps = verb.is_some_and(|verb| {
            // "help train officers" acts, "help deepen ties" does not.
            let next = reading.skip_blanks(verb.span.end, end);
            verb_at(reading, next).is_some_and(|next| !next.it.weak)
        });
        let condition = self.condition_before(region);
        let content = self.content_marker(unit, region, mark.span.start);
        match &who.subject {
            Subject::Actors(_) => {
                let Some(verb) = verb else { return stop };
                if effect && !helps {
                    return stop;
                }
                let passive = unit.language == Language::En && verb.it.form == Form::Past;
                if passive && !start.refrain {
                    return stop;
                }
                if condition && !self.both(&who) {
                    return Some(end);
                }
                self.remember(&who);
                let found = self.emit(
                    unit,
                    mark.span,
                    TriggerClass::Future,
                    &who,
                    &start,
                    end,
                    content,
                    region,
                );
                for at in found {
                    if condition {
                        self.drafts[at].assertion = Assertion::Hypothetical;
                    }
                }
                Some(end)
            }
            Subject::Thing(from) => {
                let from = *from;
                let negative = self.negated(
                    Span::new(from.min(mark.span.start), mark.span.start),
                    mark.span.start,
                ) || reading
                    .has(Span::new(from.min(mark.span.start), mark.span.start), CueClass::Negation);
                start.refrain |= negative;
                let passive = self.passive(unit, mark.span.end, start.start)
                    || verb.is_some_and(|verb| self.resumes(verb.span));
                if !start.refrain && (!passive || effect) {
                    return stop;
                }
                let speaker = self.speaker_for_passive(unit)?;
                let whole = Span::new(from, end);
                if reading.topics_in(whole).is_empty()
                    && kind_of(reading, self.named, whole).kind == Kind::General
                {
                    return stop;
                }
                start.start = from;
                let found =
                    self.emit_whole(unit, mark.span, &speaker, whole, start.refrain, content);
                if condition {
                    self.drafts[found].assertion = Assertion::Hypothetical;
                }
                Some(end)
            }
            Subject::Absent | Subject::Outsider => stop,
        }
    }

    /// Whether a passive follows a future.
    fn passive(&self, unit: &Unit, from: usize, action: usize) -> bool {
        let between =
            self.reading.fold(Span::new(from, (action + 24).min(unit.span.end).max(from)));
        match unit.language {
            Language::En => {
                let be = between.trim_start().starts_with("be ")
                    || between.trim_start().starts_with("not be ");
                be || self.reading.fold(Span::new(from.saturating_sub(6), from)).ends_with("to")
                    && between.trim_start().starts_with("be ")
            }
            Language::Vi => {
                between.trim_start().starts_with("được")
                    || between.trim_start().starts_with("không được")
            }
        }
    }

    fn resumes(&self, verb: Span) -> bool {
        within(&self.reading.triggers, Span::new(verb.start, verb.start + 1))
            .iter()
            .any(|mark| self.reading.trigger(mark).group == Some(VerbGroup::Resume))
    }

    /// Who stands behind a passive: who says so in the sentence, else who spoke last, else both sides after a joint
    /// decision.
    pub fn speaker_for_passive(&self, unit: &Unit) -> Option<Resolved> {
        let reading = self.reading;
        let mut floor = self.floor.clone();
        reading.listen(unit.span, unit, &mut floor);
        match floor.speaker {
            Some(Subject::Actors(actors)) => Some(Resolved {
                subject: Subject::Actors(actors),
                confidence: 0.7,
                why: "a passive: the speaker stands behind it",
                span: None,
            }),
            _ => None,
        }
    }

    /// Emits one action whose subject belongs to it ("return flights will resume").
    fn emit_whole(
        &mut self,
        unit: &Unit,
        trigger: Span,
        who: &Resolved,
        span: Span,
        refrain: bool,
        content: Option<usize>,
    ) -> usize {
        let reading = self.reading;
        let actors = match &who.subject {
            Subject::Actors(actors) => actors.clone(),
            _ => Vec::new(),
        };
        let both = reading.both_sides(&actors);
        let mut force = self.force_of(TriggerClass::Future, both, &Intro::default(), false);
        let reckoned = kind_of(reading, self.named, span);
        let mut named = reckoned.named.map(|at| (at, InstrumentRole::Concludes));
        if let Some(text) = content.filter(|_| both) {
            force =
                Force { stage: Stage::Signed, modality: Modality::JointCommissive, strength: 4 };
            named = Some((text, InstrumentRole::ContentOf));
        }
        let group = self.group();
        self.push(Draft {
            unit: *unit,
            fresh: false,
            kind: reckoned.kind,
            stage: force.stage,
            modality: force.modality,
            strength: force.strength,
            framing: Framing::News,
            polarity: if refrain { Polarity::Refrain } else { Polarity::Do },
            assertion: Assertion::Asserted,
            parties: actors.iter().map(|&at| (at, Role::Committer)).collect(),
            speaker: self.floor.speaker_text.clone(),
            action: reading.trim(span),
            trigger: Some(trigger),
            named,
            event_date: self.event_date,
            condition: self.condition_after(span),
            confidence: who.confidence,
            group,
            reasons: vec![
                format!("\"{}\" with a passive: the doer stands behind it", reading.text(trigger)),
                who.why.to_owned(),
                reckoned.why,
            ],
        })
    }
}
