//! Passives of force: "a hotline was proposed by Hanoi", "it was agreed that …", "Vietnam was asked to …". In: a
//! trigger behind an auxiliary of the passive. Out: drafts; what is agreed or asked stands before the verb.

use crate::commitments::actions::clause::{clause_end, complement_end};
use crate::commitments::actions::intro::{Intro, intro};
use crate::commitments::actions::kinds::kind_of;
use crate::commitments::background;
use crate::commitments::extractor::Extractor;
use crate::commitments::force::composition::Utterance;
use crate::commitments::reading::units::Unit;
use crate::commitments::reading::{Mark, within};
use crate::commitments::record::Draft;
use crate::commitments::subjects::{Resolved, Subject};
use crate::config::topic::actors::Who;
use crate::config::topic::forms::Form;
use crate::config::topic::triggers::TriggerClass;
use crate::model::{Assertion, Framing, InstrumentRole, Kind, Language, Span};
use crate::text::BlockKind;

/// Longest way from a passive to the "by" that names its doer, in bytes.
const AGENT: usize = 80;

impl Extractor<'_> {
    /// Whether a trigger of force is a passive participle.
    pub(crate) fn passive_of_force(
        &self,
        unit: &Unit,
        mark: &Mark<(usize, Form)>,
        class: TriggerClass,
        region: Span,
    ) -> bool {
        let participle = matches!(mark.it.1, Form::Past | Form::Plain);
        let fits = matches!(
            class,
            TriggerClass::Joint | TriggerClass::Directive | TriggerClass::Tentative
        );
        let before = self.auxiliary_end(region).is_some();
        unit.language == Language::En
            && participle
            && fits
            && (before || self.holds_auxiliary(mark.span))
    }

    /// Whether the auxiliary of a passive opens a trigger ("are being examined").
    fn holds_auxiliary(&self, trigger: Span) -> bool {
        let words = self.reading.fold(trigger);
        self.reading.grammar().passive.at_start(words).is_some() && !words.ends_with(" for")
    }

    /// Where the subject of a passive ends: before "was", "has been", and adverbs behind them.
    fn auxiliary_end(&self, region: Span) -> Option<usize> {
        let grammar = self.reading.grammar();
        let mut text = self.reading.fold(region).trim_end();
        for _ in 0..2 {
            let last = text.rsplit(' ').next().unwrap_or(text);
            let adverb = last.len() > 4 && last.ends_with("ly") || grammar.adverbs.is(last);
            if grammar.passive.is(last) || !adverb {
                break;
            }
            text = text[..text.len() - last.len()].trim_end();
        }
        let be = grammar.passive.at_end(text)?;
        let text = text[..text.len() - be.len()].trim_end();
        let have = grammar.perfect.at_end(text).filter(|_| be == "been");
        let text = have.map_or(text, |have| text[..text.len() - have.len()].trim_end());
        Some(region.start + text.len())
    }

    /// A passive of force. Gives the end of what it covers.
    pub(crate) fn passive_force(
        &mut self,
        unit: &Unit,
        mark: &Mark<(usize, Form)>,
        class: TriggerClass,
        region: Span,
    ) -> Option<usize> {
        let reading = self.reading;
        let subject_end = if self.holds_auxiliary(mark.span) {
            mark.span.start
        } else {
            self.auxiliary_end(region)?
        };
        let start = reading.patient_start(Span::new(region.start, subject_end));
        let subject = reading.trim(Span::new(start, subject_end));
        let agent = self.agent_of_passive(unit, mark.span.end);
        let after = reading.fold(Span::new(mark.span.end, unit.span.end));
        if agent.is_none() && reading.grammar().agent.at_start(after).is_some() {
            return None;
        }
        let who = agent.clone().or_else(|| self.speaker_of_passive(unit, class))?;
        let after = agent.and_then(|agent| agent.span).map_or(mark.span.end, |span| span.end);
        let grammar = reading.grammar();
        let rest = reading.fold(Span::new(after, unit.span.end));
        let opens = grammar.that.at_start(rest).is_some();
        let infinitive = grammar.infinitive.at_start(rest).is_some();
        let asked = self.asked(subject, unit);
        let empty = grammar.expletive.is(reading.fold(subject)) || subject.is_empty();
        if opens && empty || infinitive && (empty || !asked.is_empty()) {
            let end = complement_end(reading, unit, after);
            let mut start = intro(reading, unit, after);
            start.named.extend(asked);
            let said =
                Utterance { unit, trigger: mark.span, class, who: &who, region, content: None };
            let found = self.emit(&said, &start, end);
            return (!found.is_empty()).then_some(end);
        }
        if empty || !asked.is_empty() {
            return None;
        }
        let end = clause_end(self, unit, mark.span.end);
        let comma = reading.text(Span::new(mark.span.end, end)).find([',', '(', '"', '”']);
        let whole = Span::new(subject.start, comma.map_or(end, |at| mark.span.end + at));
        self.patient(unit, mark, class, region, &who, subject, reading.trim(whole))
    }

    /// "by the Vietnamese side"
    fn agent_of_passive(&self, unit: &Unit, from: usize) -> Option<Resolved> {
        let reading = self.reading;
        let by = within(&reading.who, Span::new(from, unit.span.end)).iter().find(|who| {
            let before = reading.fold(Span::new(from, who.span.start));
            let bare = reading.without_article(before);
            before.len() < AGENT && reading.grammar().agent.at_end(bare).is_some()
        })?;
        let subject = reading.stands_for(by, unit, &self.floor)?;
        let why = "named after \"by\"";
        matches!(subject, Subject::Actors(_)).then_some(Resolved {
            subject,
            confidence: 0.9,
            why,
            span: Some(by.span),
        })
    }

    /// Without an agent: what is agreed binds both, what is asked comes from the one who speaks.
    fn speaker_of_passive(&self, unit: &Unit, class: TriggerClass) -> Option<Resolved> {
        let actors = match (&self.floor.speaker, class) {
            (Some(Subject::Outsider), _) => return None,
            (Some(Subject::Actors(actors)), TriggerClass::Directive) => actors.clone(),
            (None, TriggerClass::Directive) => return None,
            _ => self.reading.pair(unit, unit.span.start),
        };
        let why = "a passive without a doer";
        Some(Resolved { subject: Subject::Actors(actors), confidence: 0.7, why, span: None })
    }

    /// The officials who are asked: the subject of the passive names nobody else.
    fn asked(&self, subject: Span, unit: &Unit) -> Vec<usize> {
        let reading = self.reading;
        let last = within(&reading.who, subject).last().filter(|mark| {
            mark.span.end >= subject.end
                && !matches!(mark.it, Who::Place(_))
                && reading.governed(mark.span).is_none()
        });
        match last.and_then(|mark| reading.stands_for(mark, unit, &self.floor)) {
            Some(Subject::Actors(actors)) => actors,
            _ => Vec::new(),
        }
    }

    /// A draft of what is proposed or agreed: a thing named before the verb.
    #[expect(clippy::too_many_arguments, reason = "the parts of one clause")]
    fn patient(
        &mut self,
        unit: &Unit,
        mark: &Mark<(usize, Form)>,
        class: TriggerClass,
        region: Span,
        who: &Resolved,
        subject: Span,
        whole: Span,
    ) -> Option<usize> {
        let reading = self.reading;
        let Subject::Actors(actors) = &who.subject else { return None };
        let reckoned = kind_of(reading, self.named, subject);
        let text = reckoned.named.filter(|_| reckoned.kind == Kind::InstrumentImplement);
        let kind = if text.is_some() { Kind::InstrumentConclude } else { reckoned.kind };
        let told = kind != Kind::General || !reading.topics_in(subject).is_empty();
        if !told || self.off_topic(whole) || unit.kind != BlockKind::Body {
            return None;
        }
        let both = reading.both_sides(actors);
        let force = self.force_of(class, both, &Intro::default(), false);
        let said = Utterance { unit, trigger: mark.span, class, who, region, content: None };
        let old = background::old_date(self.dates, whole, self.event_date).is_some();
        let framing = match self.framing(&said, whole.end.max(mark.span.end), false) {
            _ if old => Framing::Background,
            framing => framing,
        };
        let negated = self.negated(region, mark.span.start);
        let parties = self.parties(class, actors, &Intro::default(), unit, mark.span.start);
        let group = self.group();
        self.push(Draft {
            kind,
            stage: force.stage,
            modality: force.modality,
            strength: force.strength,
            framing,
            assertion: if negated { Assertion::Negated } else { Assertion::Asserted },
            parties,
            named: reckoned.named.map(|at| (at, InstrumentRole::Concludes)),
            confidence: who.confidence,
            group,
            reasons: vec![
                format!(
                    "\"{}\" in the passive: it stands behind its object",
                    reading.text(mark.span)
                ),
                who.why.to_owned(),
                reckoned.why,
            ],
            ..Draft::of(self, unit, mark.span, whole)
        });
        Some(whole.end.max(mark.span.end))
    }
}
