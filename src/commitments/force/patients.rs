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
use crate::text::BlockKind;

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
        // *được Bộ Công an và Bộ Nội vụ Anh thống nhất*: all who are joined to the last one.
        let mut agents: Vec<_> = agent.into_iter().collect();
        for mark in within(&reading.who, region).iter().rev() {
            let Some(first) = agents.last() else { break };
            let between = Span::new(mark.span.end.min(first.span.start), first.span.start);
            if reading.grammar().actor_joins.is(reading.fold(between).trim()) {
                agents.push(mark);
            }
        }
        let end = agents.last().map_or(verb.start, |mark| mark.span.start);
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
        let named: Vec<Subject> =
            agents.iter().filter_map(|mark| reading.stands_for(mark, unit, &self.floor)).collect();
        let joined = named.into_iter().rev().reduce(|all, one| match (all, one) {
            (Subject::Actors(mut all), Subject::Actors(one)) => {
                all.extend(one);
                Subject::Actors(all)
            }
            (all, _) => all,
        });
        let who = match joined {
            Some(Subject::Actors(mut actors)) => Resolved {
                subject: {
                    let mut seen = Vec::new();
                    actors.retain(|at| {
                        !seen.contains(at) && {
                            seen.push(*at);
                            true
                        }
                    });
                    Subject::Actors(actors)
                },
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

    /// "Kinh phí 400.000 bảng do Đại sứ quán Anh chi trả": a cost stands before the one who bears it.
    pub(crate) fn borne_by(&mut self, unit: &Unit) {
        let reading = self.reading;
        if unit.language != Language::Vi || unit.kind != BlockKind::Body {
            return;
        }
        let grammar = reading.grammar();
        let marks: Vec<_> = within(&reading.who, unit.span).to_vec();
        for bearer in marks {
            let before = reading.fold(Span::new(unit.span.start, bearer.span.start)).trim_end();
            let Some(word) = grammar.bearer.at_end(before) else { continue };
            let Some(Subject::Actors(actors)) = reading.stands_for(&bearer, unit, &self.floor)
            else {
                continue;
            };
            let rest = reading.fold(Span::new(bearer.span.end, unit.span.end));
            let Some(verb) = grammar.bears.at_start(rest) else { continue };
            let start = reading.skip_blanks(bearer.span.end, unit.span.end);
            let verb = Span::new(start, start + verb.len());
            let patient = Span::new(unit.span.start, unit.span.start + before.len() - word.len());
            let thing = Span::new(self.cost_start(patient), patient.end);
            let told = self
                .drafts
                .iter()
                .rev()
                .take_while(|draft| draft.unit.span == unit.span)
                .any(|draft| draft.action.overlaps(thing) || draft.action.overlaps(verb));
            let words = reading.fold(thing);
            let cost = grammar.money().is_match(words) || grammar.costs.inside(words);
            if told || !cost || self.negated(thing, thing.end) {
                continue;
            }
            let who = Resolved {
                subject: Subject::Actors(actors),
                confidence: 0.9,
                why: "whoever bears the cost",
                span: Some(bearer.span),
            };
            let content = self.content_marker(unit, thing, thing.start);
            let class = TriggerClass::Future;
            let said = Utterance { unit, trigger: verb, class, who: &who, region: thing, content };
            let end = self.clause_tail(unit, verb.end);
            let found = self.emit_whole(&said, Span::new(thing.start, end.max(verb.end)), false);
            self.drafts[found].kind = Kind::Resource;
        }
    }

    /// Where the words that name a cost begin: after the last mark of punctuation before its noun.
    fn cost_start(&self, patient: Span) -> usize {
        let reading = self.reading;
        let text = reading.text(patient).trim_end_matches([',', ' ']);
        let cut = [", ", "; ", ": "].iter().filter_map(|mark| Some(text.rfind(mark)? + mark.len()));
        reading.skip_blanks(patient.start + cut.max().unwrap_or(0), patient.end)
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
