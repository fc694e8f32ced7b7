//! will, shall, *sẽ*: a pledge when an official acts, or when something is done to a thing (agentivity test of
//! algorithms 9). In: the trigger and its subject. Out: drafts.

use crate::commitments::actions::clause::clause_end;
use crate::commitments::actions::heads::kind_of_subject;
use crate::commitments::actions::intro::Intro;
use crate::commitments::actions::kinds::{Reckoned, kind_of};
use crate::commitments::actions::verb_at;
use crate::commitments::extractor::Extractor;
use crate::commitments::force::composition::{Force, Utterance};
use crate::commitments::reading::units::Unit;
use crate::commitments::reading::{Mark, Reading, within};
use crate::commitments::record::Draft;
use crate::commitments::subjects::{Resolved, Subject};
use crate::config::topic::actors::Who;
use crate::config::topic::forms::Form;
use crate::config::topic::triggers::{CueClass, TriggerClass, Verb, VerbGroup};
use crate::model::{Assertion, InstrumentRole, InstrumentType, Kind, Language, Polarity, Span};
use crate::text::BlockKind;

/// Farthest that the verb of a Vietnamese passive stands from its future, in bytes: its doer may stand between.
const TAUGHT: usize = 70;

/// Farthest that an amount stands from the beginning of the subject that it is, in bytes.
const LED: usize = 14;

/// Words between a plan and those whose it is, at most.
const OWNED: usize = 5;

/// "by", "between", "of".
fn matches_owner(reading: &Reading<'_>, word: &str) -> bool {
    let grammar = reading.grammar();
    grammar.owned.is(word)
        || grammar.agent.is(word)
        || grammar.of.is(word)
        || grammar.between.is(word)
}

impl Extractor<'_> {
    /// A future. Gives the end of what it covers.
    pub(crate) fn future(
        &mut self,
        unit: &Unit,
        mark: &Mark<(usize, Form)>,
        region: Span,
        who: Resolved,
        start: Intro,
        end: usize,
    ) -> Option<usize> {
        let reading = self.reading;
        let rest = reading.text(Span::new(mark.span.end, unit.span.end)).trim();
        let opens = rest.ends_with(':') && rest.len() < 12 || rest.is_empty();
        if opens && matches!(who.subject, Subject::Actors(_)) {
            self.remember(&who);
            self.open_list(unit, mark.span, TriggerClass::Future, who);
            return Some(unit.span.end);
        }
        let content = self.content_marker(unit, region, mark.span.start);
        let class = TriggerClass::Future;
        let undergone = self.undergone(unit, mark, region, &who, start.start);
        let said = Utterance { unit, trigger: mark.span, class, who: &who, region, content };
        let undergone = undergone
            .or_else(|| self.done_to_them(unit, mark, &who, start.start))
            .or_else(|| self.happens(unit, mark, region, &who, start.start));
        if let Some(from) = undergone {
            return self.thing_will(&said, from, start, end);
        }
        match who.subject {
            Subject::Actors(_) => self.agent_will(&said, &start, end).or(Some(mark.span.end)),
            Subject::Thing(from) => self.thing_will(&said, from, start, end),
            Subject::Absent | Subject::Outsider => Some(mark.span.end),
        }
    }

    /// "its next meeting is fixed for July": what stands before it is to happen.
    pub(crate) fn scheduled(
        &mut self,
        unit: &Unit,
        mark: &Mark<(usize, Form)>,
        region: Span,
    ) -> Option<usize> {
        let reading = self.reading;
        if unit.kind != BlockKind::Body || self.negated(region, mark.span.start) {
            return None;
        }
        let start = reading.patient_start(region);
        let subject = Span::new(start, mark.span.start);
        let reckoned = kind_of(reading, self.named, subject);
        let told = reckoned.kind != Kind::General;
        let own = within(&reading.who, subject).iter().all(|who| {
            matches!(who.it, Who::Place(_))
                || reading.governed(who.span).is_some()
                || reading.attributive(who.span, subject.end)
        });
        if !told || !own || self.off_topic(subject) {
            return None;
        }
        let mut who = self.speaker_for_passive(unit)?;
        // A meeting of both is fixed by both.
        if reckoned.kind == Kind::Mechanism {
            who.subject = Subject::Actors(reading.pair(unit, mark.span.start));
        }
        let end = clause_end(self, unit, mark.span.end);
        let (class, content) = (TriggerClass::Future, None);
        let said = Utterance { unit, trigger: mark.span, class, who: &who, region, content };
        self.emit_whole(&said, Span::new(start, end), false);
        Some(end)
    }

    /// An official will act.
    fn agent_will(&mut self, said: &Utterance<'_>, start: &Intro, end: usize) -> Option<usize> {
        let verb = self.future_verb(start, end);
        let passive = said.unit.language == Language::En
            && verb.is_none_or(|verb| verb.it.form == Form::Past);
        let helps = verb.is_some_and(|verb| self.helps_to_act(verb, end));
        if self.effect(start, end, verb) && !helps
            || (passive || self.acted_upon(said)) && !start.refrain
        {
            return None;
        }
        // "asked whether Britain would pay": a question promises nothing.
        let english = said.unit.language == Language::En;
        let questions = &self.reading.grammar().questions;
        if english && questions.inside(self.reading.fold(said.region)) {
            return Some(said.trigger.end);
        }
        let condition = self.condition_before(said.region);
        if condition && !self.both(said.who) {
            return Some(end);
        }
        self.remember(said.who);
        for at in self.emit(said, start, end) {
            if condition {
                self.drafts[at].assertion = Assertion::Hypothetical;
            }
        }
        Some(end)
    }

    /// "Việt Nam sẽ được hỗ trợ": with a Vietnamese passive right behind the future, its subject does nothing.
    fn acted_upon(&self, said: &Utterance<'_>) -> bool {
        let reading = self.reading;
        let rest = reading.fold(Span::new(said.trigger.end, said.unit.span.end));
        let passive = reading.grammar().passive.at_start(rest);
        let doer = passive.is_some_and(|word| {
            let at = reading.skip_blanks(said.trigger.end, said.unit.span.end) + word.len();
            let next = reading.skip_blanks(at, said.unit.span.end);
            !within(&reading.who, Span::new(next, next + 1)).is_empty()
        });
        said.unit.language == Language::Vi && passive.is_some() && !doer
    }

    /// The verb that a future governs.
    pub(crate) fn future_verb(&self, start: &Intro, end: usize) -> Option<Mark<Verb>> {
        verb_at(self.reading, self.reading.skip_blanks(start.start, end)).copied()
    }

    /// Whether the verb tells an effect, not an act ("will create", *sẽ góp phần*).
    pub(crate) fn effect(&self, start: &Intro, end: usize, verb: Option<Mark<Verb>>) -> bool {
        let at = self.reading.skip_blanks(start.start, end);
        within(&self.reading.cues, Span::new(at, at + 1)).iter().any(|cue| {
            cue.it == CueClass::Effect && verb.is_none_or(|verb| verb.span.end <= cue.span.end)
        })
    }

    /// "help train officers" acts, "help deepen ties" does not.
    fn helps_to_act(&self, verb: Mark<Verb>, end: usize) -> bool {
        let next = self.reading.skip_blanks(verb.span.end, end);
        verb_at(self.reading, next).is_some_and(|next| !next.it.weak)
    }

    /// Whether a passive follows a future.
    pub(crate) fn passive(&self, unit: &Unit, from: usize, action: usize) -> bool {
        let after = Span::new(from, (action + 24).min(unit.span.end).max(from));
        let mut after = self.reading.fold(after).trim_start();
        // *sẽ sớm được thành lập*
        while let Some(adverb) = self.reading.grammar().before_verb.at_start(after) {
            after = after[adverb.len()..].trim_start();
        }
        let between = self.reading.fold(Span::new(from, action.max(from)));
        let passive = &self.reading.grammar().passive_future;
        passive.at_start(after).is_some()
            || unit.language == Language::En && passive.inside(between)
    }

    /// Who stands behind a passive: who says so in the sentence, else who spoke last.
    pub(crate) fn speaker_for_passive(&self, unit: &Unit) -> Option<Resolved> {
        let mut floor = self.floor.clone();
        self.reading.listen(unit.span, unit, &mut floor);
        if let Some(planned) = self.planned_by(unit) {
            return Some(planned);
        }
        let (actors, confidence, why) = match floor.speaker {
            Some(Subject::Actors(actors)) => {
                (actors, 0.7, "a passive: the speaker stands behind it")
            }
            Some(Subject::Outsider) => return None,
            _ => (self.behind(unit), 0.5, "a passive: whoever the text speaks of stands behind it"),
        };
        Some(Resolved { subject: Subject::Actors(actors), confidence, why, span: None })
    }

    /// "Under a plan drawn up by the two ministries, …": those whose plan it is.
    fn planned_by(&self, unit: &Unit) -> Option<Resolved> {
        let reading = self.reading;
        let words = reading.fold(unit.span);
        let plans = &reading.topic.triggers.plans;
        let marks = within(&reading.who, unit.span);
        let mut actors: Vec<usize> = Vec::new();
        for (at, length) in plans.places(words) {
            // "drawn up by", "between": at most a few words stand before the one who has it.
            let rest = &words[at + length..];
            let near: Vec<&str> = rest.split_whitespace().take(OWNED).collect();
            let Some(by) = near.iter().position(|word| matches_owner(reading, word)) else {
                continue;
            };
            if near[..=by].iter().any(|word| word.ends_with([',', ';', '.'])) {
                continue;
            }
            let passed: usize =
                rest.find(&format!(" {} ", near[by])).map_or(0, |place| place + 1 + near[by].len());
            let end = unit.span.start + at + length + passed;
            let mut reach = end;
            for mark in marks.iter().filter(|mark| mark.span.start >= end) {
                let between = reading.fold(Span::new(reach, mark.span.start));
                let bare = reading.without_article(between).trim();
                let joined = bare.is_empty()
                    || reading.grammar().actor_joins.is(bare)
                    || !actors.is_empty() && bare.len() < 24 && !bare.contains([',', ';']);
                if !joined {
                    break;
                }
                if let Some(Subject::Actors(more)) = reading.stands_for(mark, unit, &self.floor) {
                    actors.extend(
                        more.into_iter().filter(|one| !actors.contains(one)).collect::<Vec<_>>(),
                    );
                }
                reach = mark.span.end;
            }
            if !actors.is_empty() {
                break;
            }
        }
        (!actors.is_empty()).then_some(Resolved {
            subject: Subject::Actors(actors),
            confidence: 0.9,
            why: "those whose plan it is",
            span: None,
        })
    }

    /// Kind of what will happen to a thing: a text that will be signed or take effect is concluded.
    fn kind_of_thing(&self, said: &Utterance<'_>, span: Span) -> Reckoned {
        let reckoned = self
            .kind_of_passive(said, span)
            .unwrap_or_else(|| kind_of(self.reading, self.named, span));
        let carried = within(&self.reading.verbs, Span::new(said.trigger.end, span.end))
            .iter()
            .any(|verb| verb.it.kind == Kind::InstrumentImplement);
        let english = said.unit.language == Language::En;
        let reading = self.reading;
        // *sẽ có hiệu lực*, *sẽ được ký*: what happens to the text itself.
        let next = reading.skip_blanks(said.trigger.end, span.end);
        let ahead = Span::new(next, reading.floor((next + 12).min(span.end)));
        let concluded = within(&reading.triggers, ahead).iter().any(|mark| {
            use VerbGroup::{Effect, Initial, Ratify, Sign};
            matches!(reading.trigger(mark).group, Some(Effect | Initial | Ratify | Sign))
        });
        if reckoned.kind != Kind::InstrumentImplement || carried || !english && !concluded {
            return reckoned;
        }
        let law = reckoned.named.map(|at| self.named[at].kind);
        let law = matches!(law, Some(InstrumentType::Law | InstrumentType::Decree));
        let kind = if law { Kind::Policy } else { Kind::InstrumentConclude };
        Reckoned { kind, why: "it will happen to a text".to_owned(), ..reckoned }
    }

    /// "staff will be told": a verb that tells the kind does so whatever the thing is.
    fn kind_of_passive(&self, said: &Utterance<'_>, span: Span) -> Option<Reckoned> {
        let reading = self.reading;
        if said.unit.language == Language::Vi {
            // "sáu mươi cán bộ sẽ được chuyên gia Anh tập huấn": behind the doer stands that they are taught.
            let reach = reading.floor(span.end.min(said.trigger.end + TAUGHT));
            let verb = within(&reading.verbs, Span::new(said.trigger.end, reach))
                .iter()
                .find(|verb| !verb.it.weak && !verb.it.open)?;
            let why = format!("\"{}\" points to {}", reading.fold(verb.span), verb.it.kind);
            let taught = verb.it.kind == Kind::Capacity;
            return taught.then_some(Reckoned { kind: verb.it.kind, why, named: None });
        }
        // "about £150,000 would go towards warning people": money, whatever it is for.
        let subject = reading.fold(Span::new(span.start, said.trigger.start.max(span.start)));
        let amount = reading.grammar().money().find(subject);
        if amount.is_some_and(|amount| amount.start() < LED) {
            return None;
        }
        let near = Span::new(said.trigger.end, span.end.min(said.trigger.end + 24));
        let verb = within(&reading.verbs, near).iter().find(|verb| !verb.it.open)?;
        let tells = !verb.it.weak
            && !matches!(
                verb.it.kind,
                Kind::General | Kind::InstrumentConclude | Kind::InstrumentImplement
            );
        // "2,000 visas would be set aside": what is given is a right, no money.
        let subject = Span::new(span.start, said.trigger.start.max(span.start));
        let given = kind_of_subject(reading, subject).filter(|kind| {
            verb.it.kind == Kind::Resource
                && matches!(kind, Kind::Policy | Kind::Capacity | Kind::Protection)
                && !reading.grammar().money().is_match(reading.fold(span))
        });
        let kind = given.unwrap_or(verb.it.kind);
        let why = format!("\"{}\" points to {kind}", reading.fold(verb.span));
        tells.then_some(Reckoned { kind, why, named: None })
    }

    /// Without a speaker: the agency of one of the two sides that the text names first, else the state that the
    /// sentence names, else both.
    fn behind(&self, unit: &Unit) -> Vec<usize> {
        let reading = self.reading;
        let sides = reading.states_pair();
        let first = sides.iter().filter_map(|side| reading.agencies.get(side)?.first()).min();
        if let Some(&(_, agency)) = first {
            return vec![agency];
        }
        let named = within(&reading.who, unit.span).iter().find_map(|mark| match mark.it {
            Who::Actor(at) | Who::Head(at) | Who::Side(at) => Some(at),
            _ => None,
        });
        named.map_or(sides, |at| vec![at])
    }

    /// Makes a draft of one action whose subject belongs to it ("return flights will resume").
    pub(crate) fn emit_whole(&mut self, said: &Utterance<'_>, span: Span, refrain: bool) -> usize {
        let reading = self.reading;
        let actors = match &said.who.subject {
            Subject::Actors(actors) => actors.clone(),
            _ => Vec::new(),
        };
        let both = reading.both_sides(&actors);
        let mut force = self.force_of(said.class, both, &Intro::default(), false);
        let mut reckoned = self.kind_of_thing(said, span);
        if refrain && matches!(reckoned.kind, Kind::General | Kind::Operation) && self.spares(span)
        {
            reckoned.kind = Kind::Protection;
        }
        let mut named = reckoned.named.map(|at| (at, InstrumentRole::Concludes));
        if let Some(text) = said.content.filter(|_| both) {
            force = Force::CONTENT;
            named = Some((text, InstrumentRole::ContentOf));
        }
        let group = self.group();
        let trigger = reading.text(said.trigger);
        self.push(Draft {
            kind: reckoned.kind,
            stage: force.stage,
            modality: force.modality,
            strength: force.strength,
            polarity: if refrain { Polarity::Refrain } else { Polarity::Do },
            parties: self.parties(said.class, &actors, &Intro::default(), said.unit, span.start),
            named,
            condition: self.condition(said, span),
            confidence: said.who.confidence,
            group,
            reasons: vec![
                format!("\"{trigger}\" with a passive: the doer stands behind it"),
                said.who.why.to_owned(),
                reckoned.why,
            ],
            ..Draft::of(self, said.unit, said.trigger, reading.trim(span))
        })
    }
}
