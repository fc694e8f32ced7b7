//! Illocution: what binds, asks or hopes. In: a trigger of force and its clause. Out: drafts.
//!
//! [`composition`] gives stage, modality and strength of a trigger and what it governs, [`undertakings`] makes drafts
//! of the actions, [`futures`] reads *will*, [`things`] what will be done to a thing, [`scope`] negations and conditions, [`framing`] news or reaffirmation,
//! [`announced`] what is told without a word of the future, [`passives`] what is asked or agreed in the passive,
//! [`roles`] who commits or is asked, [`owners`] who stands behind a trigger that is not its subject, [`open_lists`]
//! lists that run over several lines, [`outcomes`] lists of what a meeting brought, [`content`] what a signed text
//! says, [`laid_down`] the same with the text as subject, [`attributed`] what is told before who proposed or agreed
//! it, [`fronted`] what is asked for before who asks, [`tasks`] what an issued plan gives agencies to do.

pub(crate) mod announced;
pub(crate) mod attributed;
pub(crate) mod composition;
pub(crate) mod content;
pub(crate) mod framing;
pub(crate) mod fronted;
pub(crate) mod futures;
pub(crate) mod laid_down;
pub(crate) mod open_lists;
pub(crate) mod outcomes;
pub(crate) mod owners;
pub(crate) mod passives;
pub(crate) mod patients;
pub(crate) mod roles;
pub(crate) mod scope;
pub(crate) mod tasks;
pub(crate) mod things;
pub(crate) mod undertakings;

use crate::commitments::actions::clause::complement_end;
use crate::commitments::actions::intro::{Intro, from_own_verb, intro, past_colon};
use crate::commitments::actions::verb_at;
use crate::commitments::extractor::Extractor;
use crate::commitments::force::composition::Utterance;
use crate::commitments::force::open_lists::OpenList;
use crate::commitments::reading::units::Unit;
use crate::commitments::reading::{Mark, within};
use crate::commitments::subjects::{Resolved, Subject};
use crate::config::topic::actors::Who;
use crate::config::topic::forms::Form;
use crate::config::topic::triggers::{CueClass, Noun, TriggerClass};
use crate::model::{Assertion, Language, Span};
use crate::text::BlockKind;

impl Extractor<'_> {
    /// Triggers that bind, ask or hope. Gives the end of what they cover.
    pub(crate) fn force(
        &mut self,
        unit: &Unit,
        mark: &Mark<(usize, Form)>,
        class: TriggerClass,
        region: Span,
    ) -> Option<usize> {
        let reading = self.reading;
        if self.of_reader(unit, mark, class) {
            return None;
        }
        if self.passive_of_force(unit, mark, class, region)
            && let Some(end) = self.passive_force(unit, mark, class, region)
        {
            return Some(end);
        }
        let mut who = reading.subject(region, unit, &self.floor);
        if let Some(owner) = self.owner(unit, mark, class) {
            who = owner;
        }
        if class == TriggerClass::Joint && self.officials(unit, &who) {
            who.subject = Subject::Actors(reading.pair(unit, mark.span.start));
        }
        let end = complement_end(reading, unit, mark.span.end);
        if who.subject == Subject::Outsider && self.undergoes(unit, mark, class) {
            let from = who.span.map_or(region.start, |span| span.start);
            who.subject = Subject::Thing(reading.patient_start(Span::new(region.start, from)));
        }
        if who.subject == Subject::Outsider {
            self.floor.speaker = Some(Subject::Outsider);
            return Some(end);
        }
        if self.told_by_others(unit) && unit.kind == BlockKind::Body {
            return Some(end);
        }
        if let Some(end) = self.fronted_request(unit, mark.span, class, region, &who) {
            return Some(end);
        }
        let start = past_colon(reading, unit, intro(reading, unit, mark.span.end), end);
        let start = from_own_verb(reading, unit, mark.span, start);
        if unit.language == Language::Vi && self.advised(mark.span.start, region) {
            return Some(end);
        }
        if let Some(end) = self.agreed_thing(unit, mark.span, class, region) {
            return Some(end);
        }
        let mut class = start.class.unwrap_or(class);
        let content = self.bound_by_text(unit, class, region);
        if content.is_some() && !start.named.is_empty() {
            who = Resolved {
                subject: Subject::Actors(start.named.clone()),
                confidence: 0.9,
                why: "whom the text binds",
                span: None,
            };
            class = TriggerClass::Plan;
        }
        if class == TriggerClass::Directive && self.orders(&who, &start) {
            class = TriggerClass::Commit;
        }
        // "requests must be answered": a duty binds where it is content of a text.
        let duty = class == TriggerClass::Duty;
        if duty
            && self.content_marker(unit, region, mark.span.start).is_none()
            && !self.under_text(unit, mark)
        {
            return None;
        }
        if duty || class == TriggerClass::Future {
            return self.future(unit, mark, region, who, start, end);
        }
        if let Some(met) = self.who_met(unit, class, &who, region) {
            who = met;
        }
        // "The resolution assigns the Ministry to draw up …": whoever is charged is bound.
        let charges = class == TriggerClass::Commit
            && mark.it.1 != Form::Base
            && reading.topic.triggers.charges.is(reading.fold(mark.span));
        if charges && matches!(who.subject, Subject::Thing(_)) && !start.named.is_empty() {
            who = Resolved {
                subject: Subject::Actors(start.named.clone()),
                confidence: 0.9,
                why: "whom the text charges",
                span: None,
            };
        }
        if matches!(who.subject, Subject::Thing(_) | Subject::Absent) {
            who = self.fallback(unit, class, who)?;
        }
        let names = within(&reading.who, mark.span).iter().any(|who| who.span.end <= mark.span.end);
        let addressed = names || self.addressed(unit, mark.span.end, &start, end);
        if class == TriggerClass::Wish && (!addressed || self.to_the_public(unit, mark.span.end)) {
            return Some(end);
        }
        if class == TriggerClass::Directive && start.start >= end {
            return Some(end.max(mark.span.end));
        }
        self.remember(&who);
        let rest = reading.text(Span::new(mark.span.end, unit.span.end));
        if rest.trim_end().ends_with(':') || rest.trim().is_empty() {
            self.open_list(unit, mark.span, class, who);
            return Some(unit.span.end);
        }
        if start.start >= end || self.condition_before(region) && !self.both(&who) {
            return Some(end);
        }
        let content = content.or_else(|| self.content_marker(unit, region, mark.span.start));
        let said = Utterance { unit, trigger: mark.span, class, who: &who, region, content };
        self.governed_actions(&said, start, end);
        Some(end)
    }

    /// "Ask our advisers", "Whether to arrest them is for the police": an imperative asks the reader, a question nobody.
    fn of_reader(&self, unit: &Unit, mark: &Mark<(usize, Form)>, class: TriggerClass) -> bool {
        let words = self.reading.fold(mark.span);
        let first = mark.span.start <= unit.span.start + 1 && unit.language == Language::En;
        let imperative = class == TriggerClass::Directive && mark.it.1 == Form::Base;
        first && (imperative || self.reading.grammar().questions.at_start(words).is_some())
    }

    /// "according to the press", not "may not be given to the press".
    fn told_by_others(&self, unit: &Unit) -> bool {
        let reading = self.reading;
        reading
            .cues_of(unit.span, CueClass::ThirdSource)
            .any(|cue| reading.governed(cue).is_none() || reading.cited(cue))
    }

    /// "victims will be referred": a private person is not who acts, but whom the act is for.
    fn undergoes(&self, unit: &Unit, mark: &Mark<(usize, Form)>, class: TriggerClass) -> bool {
        class == TriggerClass::Future && self.passive(unit, mark.span.end, mark.span.end)
    }

    /// Drafts of the actions that an utterance governs, under its negation or condition.
    fn governed_actions(&mut self, said: &Utterance<'_>, mut start: Intro, end: usize) {
        let negated = self.negated(said.region, said.trigger.start);
        let condition = self.condition_before(said.region);
        start.refrain &= !negated;
        let found = self.emit(said, &start, end);
        let unit = said.unit;
        let binds = !matches!(said.class, TriggerClass::Future | TriggerClass::Willing);
        let listed = match unit.language {
            Language::En => end + 3 >= unit.span.end,
            Language::Vi => binds && !negated && !condition,
        };
        if !found.is_empty() && listed {
            self.tail = Some(OpenList {
                class: said.class,
                who: said.who.clone(),
                trigger: said.trigger,
                group: self.groups,
                content: said.content,
                form: verb_at(self.reading, start.start).map(|verb| verb.it.form),
                lays_down: false,
            });
        }
        for draft in found {
            let draft = &mut self.drafts[draft];
            if negated {
                draft.assertion = Assertion::Negated;
                draft.reasons.push("a negation stands over the trigger".to_owned());
            } else if condition {
                draft.assertion = Assertion::Hypothetical;
                draft.reasons.push("a condition stands before it".to_owned());
            }
        }
    }

    fn fallback(&self, unit: &Unit, class: TriggerClass, who: Resolved) -> Option<Resolved> {
        let joint = matches!(
            class,
            TriggerClass::Joint | TriggerClass::Need | TriggerClass::Nominal | TriggerClass::Plan
        );
        let asks = matches!(class, TriggerClass::Directive | TriggerClass::Wish);
        let both = matches!(&self.floor.speaker, Some(Subject::Actors(all)) if self.reading.both_sides(all));
        let speaker = match (&who.subject, &self.floor.speaker) {
            // "The Deputy Minister requested the UK side to …", when both sides spoke last.
            _ if asks && both && unit.language == Language::En => {
                Some(self.across_from(unit).or_else(|| {
                    let goes_on = joint || who.subject == Subject::Absent;
                    match &self.floor.speaker {
                        Some(Subject::Actors(actors)) if goes_on => Some(actors.clone()),
                        _ => None,
                    }
                })?)
            }
            (_, Some(Subject::Actors(actors))) if joint || who.subject == Subject::Absent => {
                Some(actors.clone())
            }
            (_, Some(Subject::Outsider)) => return None,
            (_, None) if matches!(class, TriggerClass::Directive | TriggerClass::Wish) => {
                Some(self.across_from(unit)?)
            }
            _ if joint && (unit.language == Language::Vi || who.subject == Subject::Absent)
                || class == TriggerClass::Plan
                || class == TriggerClass::Nominal =>
            {
                Some(self.reading.pair(unit, unit.span.start))
            }
            _ => None,
        }?;
        Some(Resolved {
            subject: Subject::Actors(speaker),
            confidence: 0.5,
            why: "the subject is taken from the text around it",
            span: None,
        })
    }

    /// "Cuộc họp quyết định …": what a meeting decides, those who met have decided.
    fn who_met(
        &self,
        unit: &Unit,
        class: TriggerClass,
        who: &Resolved,
        region: Span,
    ) -> Option<Resolved> {
        use TriggerClass::{Commit, Joint, Need};
        let from = match who.subject {
            Subject::Thing(from) => from,
            _ if who.span.is_none() => self.reading.patient_start(region),
            _ => return None,
        };
        let phrase = Span::new(from.min(region.end), region.end);
        let meets = self.reading.grammar().gatherings.at_start(self.reading.fold(phrase)).is_some();
        (meets && matches!(class, Commit | Joint | Need)).then(|| Resolved {
            subject: Subject::Actors(self.reading.pair(unit, unit.span.start)),
            confidence: 0.7,
            why: "those who met decide",
            span: None,
        })
    }

    /// A titled person of whom nothing else is known asks the side that is named: he speaks for the other.
    fn across_from(&self, unit: &Unit) -> Option<Vec<usize>> {
        let reading = self.reading;
        let marks = within(&reading.who, unit.span);
        let first = marks.first()?;
        let titled = first.it == Who::Title && reading.capital_after(first.span.end);
        if !titled && first.it != Who::Pronoun {
            return None;
        }
        let side = marks.iter().find_map(|mark| match mark.it {
            Who::Actor(at) | Who::Side(at) | Who::Head(at) => reading.topic.actors.state_of(at),
            _ => None,
        })?;
        reading.other_state(side).map(|state| vec![state])
    }

    /// "mong người dân tìm hiểu kỹ": a Vietnamese wish to private people asks nothing of a state.
    fn to_the_public(&self, unit: &Unit, from: usize) -> bool {
        let reading = self.reading;
        let at = reading.past_numbers(from, unit.span.end);
        let next = within(&reading.who, Span::new(at, at + 1)).first();
        unit.language == Language::Vi && next.is_some_and(|who| who.it == Who::Outsider)
    }

    /// A hope counts as a request only when a party is named whose act it is.
    fn addressed(&self, unit: &Unit, from: usize, start: &Intro, end: usize) -> bool {
        let near = Span::new(from, (start.start + 30).min(end).max(from));
        let near = Span::new(
            near.start,
            self.reading.document.norm.text.floor_char_boundary(near.end).max(near.start),
        );
        !start.named.is_empty()
            || within(&self.reading.who, near).iter().any(|mark| {
                matches!(
                    mark.it,
                    Who::Actor(_)
                        | Who::Side(_)
                        | Who::PairAgency
                        | Who::PairState
                        | Who::OtherSide
                        | Who::They
                )
            })
            || self.officers(near)
            || unit.language == Language::Vi && start.start > from + 12
    }

    /// "keen for Scottish officers to lecture": people in the service of a state.
    fn officers(&self, near: Span) -> bool {
        let people = |noun: &Mark<Noun>| noun.it.people && noun.it.kind.is_some();
        within(&self.reading.nouns, near).iter().any(people)
    }
}

/// "…, was emphasised as well": what stands before it is wished for.
pub(crate) fn wish_after(
    x: &mut Extractor<'_>,
    unit: &Unit,
    mark: &Mark<(usize, Form)>,
    region: Span,
) -> Option<usize> {
    let reading = x.reading;
    let span = reading.trim(region);
    // "the importance of sharing …"
    let head = reading.grammar().matters.at_start(reading.fold(span)).map_or(0, str::len);
    let span = reading.trim(Span::new(span.start + head, span.end));
    // "Cooperation ought to widen to financial crime, it was underlined."
    let ought = x.ought(span).filter(|_| unit.language == Language::En).map(|(start, _)| start);
    let span = Span::new(ought.unwrap_or(span.start), span.end);
    let verb = verb_at(reading, span.start)?;
    let gerund =
        ought.is_some() || head > 0 || verb.it.form == Form::Ing || unit.language == Language::Vi;
    let actors = match x.floor.speaker.clone().filter(|_| gerund) {
        Some(Subject::Actors(actors)) => actors,
        None if gerund && unit.language == Language::En => reading.pair(unit, unit.span.start),
        _ => return None,
    };
    let who = Resolved {
        subject: Subject::Actors(actors),
        confidence: 0.7,
        why: "no one is named: the speaker",
        span: None,
    };
    let start = Intro { start: span.start, ..Intro::default() };
    let said = Utterance {
        unit,
        trigger: mark.span,
        class: TriggerClass::WishAfter,
        who: &who,
        region: Span::new(span.start, span.start),
        content: None,
    };
    x.emit(&said, &start, span.end);
    Some(mark.span.end)
}
