//! The actions of a complement as drafts, one for each kind and each text carried out. In: a trigger, its subject and
//! its complement. Out: drafts.

use crate::commitments::actions::intro::Intro;
use crate::commitments::actions::kinds::Reckoned;
use crate::commitments::actions::lists::{carried_out, pieces};
use crate::commitments::actions::verb_at;
use crate::commitments::extractor::Extractor;
use crate::commitments::force::composition::{Force, class_name};
use crate::commitments::instruments::text_around;
use crate::commitments::reading::units::Unit;
use crate::commitments::reading::within;
use crate::commitments::record::Draft;
use crate::commitments::subjects::{Resolved, Subject};
use crate::config::topic::concepts::Meaning;
use crate::config::topic::forms::Form;
use crate::config::topic::triggers::{CueClass, TriggerClass};
use crate::model::{Assertion, InstrumentRole, Kind, Modality, Polarity, Span, Stage};

impl Extractor<'_> {
    /// Emits the actions of a complement; gives the positions of the new drafts.
    #[expect(
        clippy::too_many_arguments,
        reason = "all are needed, and they belong to no common thing"
    )]
    pub fn emit(
        &mut self,
        unit: &Unit,
        trigger: Span,
        class: TriggerClass,
        who: &Resolved,
        start: &Intro,
        end: usize,
        content: Option<usize>,
        region: Span,
    ) -> Vec<usize> {
        let reading = self.reading;
        let Subject::Actors(actors) = who.subject.clone() else { return Vec::new() };
        let soft = reading.has(Span::new(unit.span.start, end), CueClass::Softener);
        let span = reading.trim(Span::new(start.start, end));
        if span.is_empty() {
            return Vec::new();
        }
        // The name of a text is not cut ("the" may have been passed over).
        let whole =
            text_around(self.named, span.start).filter(|named| named.span.start >= trigger.end);
        let span =
            whole.map_or(span, |named| Span::new(named.span.start, span.end.max(named.span.end)));
        let start = &Intro { start: span.start, ..start.clone() };
        let accepted = class == TriggerClass::Joint
            && !reading.both_sides(&actors)
            && self.accepts(unit, span, &actors);
        let mut actors = actors;
        if accepted
            && let Some(&state) = reading.states(&actors).first()
            && let Some(other) = reading.other_state(state)
        {
            actors.push(reading.party_of(other, unit, trigger.start));
        }
        let both = reading.both_sides(&actors);
        let mut force = self.force_of(class, both, start, soft);
        if class == TriggerClass::Plan
            && let Some(last) = self.drafts.last()
            && last.unit.block.abs_diff(unit.block) <= 2
            && last.stage == Stage::Proposed
        {
            force = Force { stage: Stage::Proposed, modality: Modality::Directive, strength: 0 };
        }
        let group = self.group();
        let mut made = Vec::new();
        let list = pieces(reading, self.named, unit, span);
        let only = list.len() == 1;
        // "continue" before the list, or before another verb of it, speaks of all actions up to the next semicolon.
        let mut going_on = false;
        for (number, piece) in list.into_iter().enumerate() {
            let head = piece.span.start;
            going_on = match number {
                0 => self.led_by_continue(class, trigger, start.start) || self.auxiliary(head),
                _ => going_on && !piece.opens || self.auxiliary(head),
            };
            let framing = self.framing(class, unit, region, trigger, head, going_on);
            let mut action = piece.span;
            if !self.is_action(action, &piece.reckoned, only) || self.off_topic(action) {
                continue;
            }
            let carries =
                piece.reckoned.kind == Kind::InstrumentImplement && piece.reckoned.named.is_some();
            let texts = if carries { carried_out(self.named, action) } else { Vec::new() };
            let mut refrain = start.refrain && action.start == span.start;
            if let Some(cue) = self.negation_before(action.start, trigger.end) {
                refrain = true;
                action.start = cue;
            }
            let mut force = force;
            let mut role =
                if carries { InstrumentRole::Implements } else { InstrumentRole::Concludes };
            let mut named = piece.reckoned.named;
            let mut reasons = vec![
                format!(
                    "\"{}\" is a trigger of class {}",
                    reading.text(trigger),
                    class_name(class)
                ),
                format!("{}: {}", who.why, self.names(&actors)),
                piece.reckoned.why.clone(),
            ];
            if accepted {
                reasons
                    .push("it accepts what the other side proposed, so both are bound".to_owned());
            }
            if let Some(text) = content
                .filter(|_| both || matches!(class, TriggerClass::Willing | TriggerClass::Future))
                && piece.reckoned.kind != Kind::InstrumentConclude
                && force.stage >= Stage::Pledged
            {
                force = Force {
                    stage: Stage::Signed,
                    modality: Modality::JointCommissive,
                    strength: 4,
                };
                named = Some(text);
                role = InstrumentRole::ContentOf;
                reasons.push("it is content of a text that is signed".to_owned());
                self.content_block = Some((unit.block, text));
            }
            let mut spans: Vec<(Span, Option<usize>)> = Vec::new();
            if texts.len() > 1 || texts.len() == 1 && self.named[texts[0]].generic {
                let first = texts[0];
                let head = Span::new(action.start, self.named[first].span.end);
                spans.push((
                    if self.named[first].generic || head.len() < 90 {
                        head
                    } else {
                        self.named[first].span
                    },
                    Some(first),
                ));
                for &text in &texts[1..] {
                    spans.push((self.named[text].span, Some(text)));
                }
            } else {
                spans.push((action, named));
            }
            for (action, named) in spans {
                let parties = self.parties(class, &actors, start, unit, trigger.start);
                let condition = self.condition_after(action);
                let draft = Draft {
                    unit: *unit,
                    fresh: false,
                    kind: piece.reckoned.kind,
                    stage: force.stage,
                    modality: force.modality,
                    strength: force.strength,
                    framing,
                    polarity: if refrain { Polarity::Refrain } else { Polarity::Do },
                    assertion: Assertion::Asserted,
                    parties,
                    speaker: self.floor.speaker_text.clone(),
                    action,
                    trigger: Some(trigger),
                    named: named.map(|at| (at, role)),
                    event_date: self.event_date,
                    condition,
                    confidence: who.confidence
                        * if class == TriggerClass::Plan || class == TriggerClass::Nominal {
                            0.7
                        } else {
                            1.0
                        },
                    group,
                    reasons: reasons.clone(),
                };
                made.push(self.push(draft));
            }
        }
        made
    }

    /// T2: there must be something that can be done.
    fn is_action(&self, span: Span, reckoned: &Reckoned, only: bool) -> bool {
        let reading = self.reading;
        let verb = verb_at(reading, span.start);
        let words = reading.text(span).split_whitespace().count();
        if verb.is_some() {
            return words >= 2 || reckoned.kind != Kind::General;
        }
        let near = Span::new(span.start, (span.start + 60).min(span.end));
        let near = Span::new(
            near.start,
            reading.document.norm.text.floor_char_boundary(near.end).max(near.start),
        );
        only && reckoned.kind != Kind::General
            || reading
                .concepts_in(near)
                .any(|(_, at)| reading.topic.concepts.concepts[at].kind.is_some())
            || within(&reading.verbs, near).iter().any(|verb| verb.it.form == Form::Ing)
    }

    /// E14: words of another field, and none of ours.
    pub fn off_topic(&self, span: Span) -> bool {
        let reading = self.reading;
        let off = within(&reading.concepts, span)
            .iter()
            .any(|mark| mark.it == Meaning::OffTopic && mark.span.end <= span.end);
        off && reading.topics_in(span).is_empty()
    }
}
