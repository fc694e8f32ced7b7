//! The reading of sentences, from trigger to trigger. In: a reading with its named texts and dates. Out: drafts.

use crate::commitments::acts::act;
use crate::commitments::acts::brought::brought;
use crate::commitments::acts::plain::plain;
use crate::commitments::acts::texts::recall_dated;
use crate::commitments::force::announced::announcement;
use crate::commitments::force::attributed::attributed;
use crate::commitments::force::content::content_without_trigger;
use crate::commitments::force::laid_down::laid_down;
use crate::commitments::force::open_lists::OpenList;
use crate::commitments::force::outcomes::outcome_list;
use crate::commitments::force::tasks::tasks;
use crate::commitments::force::wish_after;
use crate::commitments::instruments::Named;
use crate::commitments::reading::dates::Dates;
use crate::commitments::reading::units::Unit;
use crate::commitments::reading::{Mark, Reading, within};
use crate::commitments::record::Draft;
use crate::commitments::record::parties::name_signatories;
use crate::commitments::reports::denials::{denial, no_plan};
use crate::commitments::reports::drafting::drafting;
use crate::commitments::reports::evidence::{
    at_work, carried_out_so_far, signed_before, signed_inside,
};
use crate::commitments::reports::practice::report;
use crate::commitments::subjects::speakers::Floor;
use crate::commitments::subjects::{Resolved, Subject};
use crate::config::topic::actors::Who;
use crate::config::topic::forms::Form;
use crate::config::topic::triggers::{TriggerClass, VerbGroup};
use crate::model::{Framing, Kind, Language, PartialDate, Span, Stage};
use crate::text::BlockKind;

/// Words of an act that only points back, at most.
const BACK: usize = 8;

/// The state of the reading.
pub(crate) struct Extractor<'a> {
    pub reading: &'a Reading<'a>,
    pub named: &'a [Named],
    pub dates: &'a Dates,
    pub event_date: Option<PartialDate>,
    pub source_date: Option<PartialDate>,
    pub drafts: Vec<Draft>,
    pub floor: Floor,
    /// The text whose signature this article reports (index of its name).
    pub signed: Option<usize>,
    /// Texts (indexes of their names) whose signature was told as news so far: one for each type, identity and
    /// set of topics.
    pub told_signed: Vec<usize>,
    /// The unit at hand is a headline or a caption.
    pub headline: bool,
    pub groups: u32,
    pub tail: Option<OpenList>,
    pub open: Option<OpenList>,
    /// Block of the last sentence that told the content of a signed text.
    pub content_block: Option<(usize, usize)>,
    /// The block whose sentences tell the tasks of a plan that was issued.
    pub tasks_block: Option<usize>,
    /// The text has told that a plan, an order or a rule was issued.
    pub issued: bool,
}

impl<'a> Extractor<'a> {
    pub fn new(
        reading: &'a Reading<'a>,
        named: &'a [Named],
        dates: &'a Dates,
        event_date: Option<PartialDate>,
        source_date: Option<PartialDate>,
    ) -> Self {
        Self {
            reading,
            named,
            dates,
            event_date,
            source_date,
            drafts: Vec::new(),
            floor: Floor::default(),
            signed: None,
            told_signed: Vec::new(),
            headline: false,
            groups: 0,
            tail: None,
            open: None,
            content_block: None,
            tasks_block: None,
            issued: false,
        }
    }

    /// Reads all units in order.
    pub fn read(&mut self) {
        for at in 0..self.reading.units.len() {
            let unit = self.reading.units[at];
            match unit.kind {
                BlockKind::Junk | BlockKind::Meta | BlockKind::Byline | BlockKind::Related => {
                    continue;
                }
                BlockKind::Title | BlockKind::Caption | BlockKind::Body => self.unit(&unit),
            }
        }
        name_signatories(self);
    }

    /// Adds a draft and gives its position.
    pub fn push(&mut self, mut draft: Draft) -> usize {
        if let Some(kind) = self.kind_before(&draft) {
            draft.kind = kind;
            draft.reasons.push(format!("a pronoun stands for what was told before: {kind}"));
        }
        if let Some((text, _)) = draft.named
            && draft.stage == Stage::Signed
            && draft.framing == Framing::News
        {
            let key = |at: usize| (self.named[at].kind, &self.named[at].id, &self.named[at].topics);
            if !self.told_signed.iter().any(|&other| key(other) == key(text)) {
                self.told_signed.push(text);
            }
        }
        self.drafts.push(draft);
        self.drafts.len() - 1
    }

    /// "agreed to receive them next spring": an act whose object is only a pronoun is of the kind of the act told before.
    fn kind_before(&self, draft: &Draft) -> Option<Kind> {
        let reading = self.reading;
        let words = reading.fold(draft.action);
        let english = reading.language_at(draft.action.start) == Some(Language::En);
        let verb = words.split(' ').next()?;
        let open = draft.kind == Kind::General
            || draft.reasons.iter().any(|reason| reason.contains("alone"))
            || reading.topic.triggers.receives.is(verb);
        let bare =
            words.split_whitespace().count() <= BACK && !reading.grammar().money().is_match(words);
        if !english || !open || !bare {
            return None;
        }
        let object = words.split_once(' ').map(|(_, object)| object)?;
        reading.grammar().stand_ins.at_start(object)?;
        let last = self.drafts.iter().rev().find(|other| other.unit.span != draft.unit.span)?;
        let near = last.unit.block + 1 >= draft.unit.block;
        (near && last.kind != Kind::InstrumentConclude && last.kind != draft.kind)
            .then_some(last.kind)
    }

    /// A number for a new coordinated list.
    pub fn group(&mut self) -> u32 {
        self.groups += 1;
        self.groups
    }

    fn unit(&mut self, unit: &Unit) {
        let reading = self.reading;
        self.headline = unit.kind != BlockKind::Body;
        if self.foreign(unit) {
            self.open = None;
            self.floor.speaker = Some(Subject::Outsider);
            return;
        }
        if self.list_line(unit) {
            return;
        }
        // "Hai nước có ký thỏa thuận hay không?"
        let text = reading.fold(unit.span).trim_end_matches([' ', '"', '”']);
        let question = text.strip_suffix('?').map(str::trim_end);
        let asks = question.is_some_and(|text| reading.grammar().whether.at_end(text).is_some());
        if asks && unit.language == Language::Vi {
            reading.listen(unit.span, unit, &mut self.floor);
            return;
        }
        let tail = self.tail.take();
        if self.broken_off(unit, tail) {
            return;
        }
        let spoke = self.floor.speaker.clone();
        let mut covered = unit.span.start;
        let mut heard = unit.span.start;
        if let Some(end) = denial(self, unit) {
            covered = end;
        }
        let triggers: Vec<Mark<(usize, Form)>> = within(&reading.triggers, unit.span).to_vec();
        if let Some(end) = content_without_trigger(self, unit) {
            covered = covered.max(end);
        }
        if let Some(end) = laid_down(self, unit) {
            covered = covered.max(end);
        }
        if let Some(end) = announcement(self, unit, covered) {
            covered = covered.max(end);
        }
        if let Some(end) = tasks(self, unit, covered) {
            covered = covered.max(end);
        }
        if let Some(end) = attributed(self, unit) {
            covered = covered.max(end);
        }
        if let Some(end) = at_work(self, unit, covered) {
            covered = covered.max(end);
        }
        if let Some(end) = outcome_list(self, unit, covered) {
            covered = covered.max(end);
        }
        let signs =
            |mark: &Mark<(usize, Form)>| reading.trigger(mark).group == Some(VerbGroup::Sign);
        let signed: Vec<Mark<(usize, Form)>> = triggers.iter().copied().filter(signs).collect();
        for mark in triggers {
            if mark.span.start < covered {
                if signs(&mark) {
                    signed_inside(self, unit, &mark);
                }
                continue;
            }
            reading.listen(Span::new(heard, mark.span.start), unit, &mut self.floor);
            heard = mark.span.start;
            let region =
                Span::new(self.clause_start(unit, covered, mark.span.start), mark.span.start);
            let end = match reading.class(&mark) {
                TriggerClass::Act | TriggerClass::Lateral => act(self, unit, &mark, region),
                TriggerClass::Draft => drafting(self, unit, &mark, region),
                TriggerClass::Report => report(self, unit, &mark, region),
                TriggerClass::NoPlan => no_plan(self, unit, &mark, region),
                TriggerClass::WishAfter => wish_after(self, unit, &mark, region),
                TriggerClass::Scheduled => self.scheduled(unit, &mark, region),
                class => self.force(unit, &mark, class, region),
            };
            covered = covered.max(end.unwrap_or(covered));
        }
        self.borne_by(unit);
        for mark in &signed {
            signed_before(self, unit, mark);
        }
        carried_out_so_far(self, unit);
        plain(self, unit);
        recall_dated(self, unit);
        brought(self, unit);
        reading.listen(Span::new(heard, unit.span.end), unit, &mut self.floor);
        if unit.language == Language::Vi && !self.headline {
            let person = reading.person_spoken_of(unit, &self.floor);
            if person.is_some() || self.floor.speaker != spoke {
                self.floor.person = person;
            }
        }
    }

    /// Where the clause of a trigger begins.
    fn clause_start(&self, unit: &Unit, covered: usize, trigger: usize) -> usize {
        let from = covered.max(unit.span.start).min(trigger);
        let text = self.reading.text(Span::new(from, trigger));
        let colon = text.rfind(": ").filter(|_| unit.language == Language::En);
        let cut = text.rfind(';').max(colon).map_or(0, |at| at + 1);
        from + cut
    }

    /// An act with another state, unless both of ours are named.
    fn foreign(&self, unit: &Unit) -> bool {
        let reading = self.reading;
        let marks = within(&reading.who, unit.span);
        if !marks.iter().any(|mark| mark.it == Who::ThirdState) {
            return false;
        }
        let actors: Vec<usize> = marks
            .iter()
            .filter_map(|mark| match mark.it {
                Who::Actor(at) | Who::Head(at) | Who::Side(at) => Some(at),
                _ => None,
            })
            .collect();
        !reading.both_sides(&actors)
    }

    /// Keeps the subject as the one who speaks.
    pub fn remember(&mut self, who: &Resolved) {
        if let Subject::Actors(_) = who.subject {
            self.reading.hear(&who.subject, &mut self.floor);
            self.floor.speaker = Some(who.subject.clone());
            if let Some(span) = who.span {
                self.floor.speaker_text = Some(self.reading.text(span).to_owned());
            }
        }
    }

    pub fn both(&self, who: &Resolved) -> bool {
        matches!(&who.subject, Subject::Actors(actors) if self.reading.both_sides(actors))
    }

    /// Ids of actors, for reasons.
    pub fn names(&self, actors: &[usize]) -> String {
        let ids: Vec<&str> =
            actors.iter().map(|&at| self.reading.topic.actors.actors[at].id.as_str()).collect();
        ids.join(" and ")
    }
}
