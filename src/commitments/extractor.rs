//! The reading of sentences, from trigger to trigger. In: a reading with its named texts and dates. Out: drafts.

use super::acts;
use super::background;
use super::complements::{Intro, carried_out, complement_end, continues, intro, pieces, verb_at};
use super::dates::Dates;
use super::draft::Draft;
use super::instruments::{Named, text_around, texts_in};
use super::reading::{Mark, Reading, Unit, within};
use super::subjects::{Floor, Resolved, Subject};
use crate::config::topic::actors::Who;
use crate::config::topic::concepts::Meaning;
use crate::config::topic::forms::Form;
use crate::config::topic::triggers::{CueClass, TriggerClass};
use crate::model::{
    Assertion, Framing, InstrumentRole, InstrumentType, Kind, Language, Modality, PartialDate,
    Polarity, Role, Span, Stage,
};
use crate::text::BlockKind;

/// What a trigger makes of an action.
#[derive(Debug, Clone, Copy)]
pub(super) struct Force {
    pub stage: Stage,
    pub modality: Modality,
    pub strength: u8,
}

/// A list whose head ended with a colon: its lines follow.
struct OpenList {
    class: TriggerClass,
    who: Resolved,
    trigger: Span,
    group: u32,
    content: Option<usize>,
    form: Option<Form>,
}

/// The state of the reading.
pub(super) struct Extractor<'a> {
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
    told_signed: Vec<usize>,
    /// The unit at hand is a headline or a caption.
    headline: bool,
    groups: u32,
    tail: Option<OpenList>,
    open: Option<OpenList>,
    /// Block of the last sentence that told the content of a signed text.
    content_block: Option<(usize, usize)>,
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
    }

    /// The signed text whose content the paragraph tells.
    pub fn content_of_block(&self, block: usize) -> Option<usize> {
        self.content_block.filter(|&(of, _)| of == block).map(|(_, text)| text)
    }

    /// Adds a draft and gives its position.
    pub fn push(&mut self, draft: Draft) -> usize {
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
        let tail = self.tail.take();
        if self.broken_off(unit, tail) {
            return;
        }
        let mut covered = unit.span.start;
        let mut heard = unit.span.start;
        if let Some(end) = acts::denial(self, unit) {
            covered = end;
        }
        let triggers: Vec<Mark<(usize, Form)>> = within(&reading.triggers, unit.span).to_vec();
        if let Some(end) = acts::content_without_trigger(self, unit) {
            covered = covered.max(end);
        }
        for mark in triggers {
            if mark.span.start < covered {
                continue;
            }
            reading.listen(Span::new(heard, mark.span.start), unit, &mut self.floor);
            heard = mark.span.start;
            let region =
                Span::new(self.clause_start(unit, covered, mark.span.start), mark.span.start);
            let end = match reading.class(&mark) {
                TriggerClass::Act | TriggerClass::Lateral => acts::act(self, unit, &mark, region),
                TriggerClass::Draft => acts::drafting(self, unit, &mark, region),
                TriggerClass::Report => acts::report(self, unit, &mark, region),
                TriggerClass::NoPlan => acts::no_plan(self, unit, &mark, region),
                TriggerClass::WishAfter => acts::wish_after(self, unit, &mark, region),
                class => self.force(unit, &mark, class, region),
            };
            covered = covered.max(end.unwrap_or(covered));
        }

        reading.listen(Span::new(heard, unit.span.end), unit, &mut self.floor);
    }

    /// Where the clause of a trigger begins.
    fn clause_start(&self, unit: &Unit, covered: usize, trigger: usize) -> usize {
        let from = covered.max(unit.span.start).min(trigger);
        let text = self.reading.text(Span::new(from, trigger));
        let cut = text.rfind(';').map_or(0, |at| at + 1);
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

    /// Triggers that bind, ask or hope.
    fn force(
        &mut self,
        unit: &Unit,
        mark: &Mark<(usize, Form)>,
        class: TriggerClass,
        region: Span,
    ) -> Option<usize> {
        let reading = self.reading;
        let mut who = reading.subject(region, unit, &self.floor);
        let end = complement_end(reading, unit, mark.span.end);
        if who.subject == Subject::Outsider {
            self.floor.speaker = Some(Subject::Outsider);
            return Some(end);
        }
        if reading.has(unit.span, CueClass::ThirdSource) && unit.kind == BlockKind::Body {
            return Some(end);
        }
        let mut start = intro(reading, unit, mark.span.end);
        let class = start.class.unwrap_or(class);
        if class == TriggerClass::Future {
            return self.future(unit, mark, region, who, start, end);
        }
        if matches!(who.subject, Subject::Thing(_) | Subject::Absent) {
            who = self.fallback(unit, class, who)?;
        }
        if class == TriggerClass::Wish && !self.addressed(unit, mark.span.end, &start, end) {
            return Some(end);
        }
        if class == TriggerClass::Directive && start.start >= end {
            return Some(end.max(mark.span.end));
        }
        self.remember(&who);
        let opens = reading.text(Span::new(mark.span.end, unit.span.end)).trim_end().ends_with(':')
            || reading.text(Span::new(mark.span.end, unit.span.end)).trim().is_empty();
        if opens {
            self.open_list(unit, mark.span, class, who);
            return Some(unit.span.end);
        }
        let negated = self.negated(region, mark.span.start);
        if start.start >= end {
            return Some(end);
        }
        let condition = self.condition_before(region);
        if condition && !self.both(&who) {
            return Some(end);
        }
        let content = self.content_marker(unit, region, mark.span.start);
        start.refrain &= !negated;
        let found = self.emit(unit, mark.span, class, &who, &start, end, content, region);
        if !found.is_empty() && end + 3 >= unit.span.end && unit.language == Language::En {
            let form = verb_at(reading, start.start).map(|verb| verb.it.form);
            let group = self.groups;
            self.tail = Some(OpenList { class, who, trigger: mark.span, group, content, form });
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
        Some(end)
    }

    /// Whether a text that is signed now cannot be the known one of its name, which was signed long ago.
    pub fn is_new(&self, named: Option<usize>) -> bool {
        let id = named.and_then(|at| self.named[at].id.as_ref());
        let known = id.and_then(|id| {
            self.reading.topic.instruments.iter().find(|known| known.instrument.id == *id)
        });
        known.is_some_and(|known| {
            known.instrument.stage >= Stage::Signed
                && matches!((known.instrument.date, self.event_date), (Some(then), Some(now))
                    if now.earliest() > then.latest() && then.days_apart(now) > 60)
        })
    }

    /// Keeps the subject as the one who speaks.
    pub fn remember(&mut self, who: &Resolved) {
        if let Subject::Actors(_) = who.subject {
            self.floor.speaker = Some(who.subject.clone());
            if let Some(span) = who.span {
                self.floor.speaker_text = Some(self.reading.text(span).to_owned());
            }
        }
    }

    fn fallback(&self, unit: &Unit, class: TriggerClass, who: Resolved) -> Option<Resolved> {
        let joint = matches!(
            class,
            TriggerClass::Joint | TriggerClass::Need | TriggerClass::Nominal | TriggerClass::Plan
        );
        let speaker = match (&who.subject, &self.floor.speaker) {
            (_, Some(Subject::Actors(actors))) if joint || who.subject == Subject::Absent => {
                Some(actors.clone())
            }
            (_, Some(Subject::Outsider)) => return None,
            (_, None) if matches!(class, TriggerClass::Directive | TriggerClass::Wish) => {
                Some(self.across_from(unit)?)
            }
            _ if joint && unit.language == Language::Vi
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

    /// A titled person of whom nothing else is known asks the side that is named: he speaks for the other.
    fn across_from(&self, unit: &Unit) -> Option<Vec<usize>> {
        let reading = self.reading;
        let marks = within(&reading.who, unit.span);
        let first = marks.first()?;
        if first.it != Who::Title || !reading.capital_after(first.span.end) {
            return None;
        }
        let side = marks.iter().find_map(|mark| match mark.it {
            Who::Actor(at) | Who::Side(at) | Who::Head(at) => reading.topic.actors.state_of(at),
            _ => None,
        })?;
        reading.other_state(side).map(|state| vec![state])
    }

    pub fn both(&self, who: &Resolved) -> bool {
        matches!(&who.subject, Subject::Actors(actors) if self.reading.both_sides(actors))
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
            || unit.language == Language::Vi && start.start > from + 12
    }

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
            let text = reading.text(Span::new(cue.end.min(trigger), trigger));
            !pseudo.iter().any(|pseudo| pseudo.overlaps(cue)) && !text.contains([',', ';', '.'])
        })
    }

    fn condition_before(&self, region: Span) -> bool {
        self.reading.has(region, CueClass::Condition)
    }

    fn open_list(&mut self, unit: &Unit, trigger: Span, class: TriggerClass, who: Resolved) {
        let content =
            self.content_marker(unit, Span::new(unit.span.start, trigger.start), trigger.start);
        // A list under "committed to:" in an article that reports a signature tells its content.
        let content = content
            .or_else(|| self.signed.filter(|_| class != TriggerClass::Future && self.both(&who)));
        let group = self.group();
        self.open = Some(OpenList { class, who, trigger, group, content, form: None });
    }

    /// A line of a list that was opened before; `false` when it is not.
    fn list_line(&mut self, unit: &Unit) -> bool {
        let Some(open) = &self.open else { return false };
        let reading = self.reading;
        let text = reading.text(unit.span);
        let bullet = text.trim_start().starts_with(['•', '-', '*', '–', '·']);
        let from = unit.span.start + text.find(|c: char| c.is_alphanumeric()).unwrap_or(0);
        let verb = verb_at(reading, from).map(|verb| verb.it.form);
        let lower = text[from - unit.span.start..].chars().next().is_some_and(char::is_lowercase);
        let goes_on =
            bullet || verb.is_some() && (lower || open.form.is_some() && open.form == verb);
        if !goes_on {
            self.open = None;
            return false;
        }
        let (class, who, trigger, group, content) =
            (open.class, open.who.clone(), open.trigger, open.group, open.content);
        if let Some(open) = &mut self.open {
            open.form = open.form.or(verb);
        }
        let start = Intro { start: from, ..intro(reading, unit, from) };
        let end = reading.trim(Span::new(from, unit.span.end)).end;
        let found =
            self.emit(unit, trigger, class, &who, &start, end, content, Span::new(from, from));
        for at in found {
            self.drafts[at].group = group;
        }
        true
    }

    /// A machine translation sets full stops inside lists: a sentence that begins with a bare verb right after a
    /// list of such verbs goes on with it.
    fn broken_off(&mut self, unit: &Unit, tail: Option<OpenList>) -> bool {
        let reading = self.reading;
        let Some(tail) = tail else { return false };
        let from = unit.span.start;
        let bare = verb_at(reading, from).is_some_and(|verb| {
            verb.it.form == Form::Base
                && Some(Form::Base) == tail.form
                && verb.span.end < unit.span.end
        });
        let same = tail.trigger.start < from
            && reading.unit_at(tail.trigger.start).is_some_and(|other| other.block == unit.block);
        if !bare || !same || unit.language != Language::En {
            return false;
        }
        let start = Intro { start: from, ..Intro::default() };
        let end = complement_end(reading, unit, from);
        let found = self.emit(
            unit,
            tail.trigger,
            tail.class,
            &tail.who,
            &start,
            end,
            tail.content,
            Span::new(from, from),
        );
        for at in found {
            self.drafts[at].group = tail.group;
            self.drafts[at].confidence *= 0.8;
            self.drafts[at]
                .reasons
                .push("the list goes on after a full stop that looks false".to_owned());
        }
        true
    }

    /// The signed text whose content a clause tells, if it does.
    fn content_marker(&self, unit: &Unit, region: Span, trigger: usize) -> Option<usize> {
        let reading = self.reading;
        let lead = Span::new(unit.span.start, trigger);
        if background::has(reading, region, "content") || background::has(reading, lead, "content")
        {
            let named = texts_in(self.named, lead).find(|&at| {
                lead.contains(self.named[at].span)
                    && self.named[at].kind != InstrumentType::Mechanism
                    && !self.named[at].generic
            });
            let says = |at: usize| self.told_signed.iter().any(|&text| self.same_text(text, at));
            if let Some(at) = named {
                // "Under the plan signed on Monday": the attribute itself says so.
                let attribute =
                    within(&reading.triggers, Span::new(self.named[at].span.end, trigger))
                        .iter()
                        .any(|mark| reading.trigger(mark).stage == Some(Stage::Signed));
                return (says(at) || attribute).then_some(at);
            }
            let starts = background::begins(reading, unit.span.start, "content");
            if starts {
                return self.signed;
            }
        }
        // The next sentence of a paragraph that tells the content.
        if let Some((block, text)) = self.content_block
            && block == unit.block
            && !reading.has(lead, CueClass::Speech)
        {
            return Some(text);
        }
        // The same sentence as the signature.
        let signs_here = self.drafts.iter().rev().take(3).find(|draft| {
            draft.unit.span == unit.span
                && draft.stage == Stage::Signed
                && draft.kind == Kind::InstrumentConclude
                && draft.framing == Framing::News
        });
        if let Some(draft) = signs_here
            && trigger.saturating_sub(draft.action.end) < 40
        {
            return draft.named.map(|(at, _)| at);
        }
        None
    }

    fn same_text(&self, a: usize, b: usize) -> bool {
        let (a, b) = (&self.named[a], &self.named[b]);
        a.id.is_some() && a.id == b.id
            || a.kind == b.kind && a.topics == b.topics
            || a.kind == InstrumentType::Agreement && a.topics.is_empty()
            || b.kind == InstrumentType::Agreement && b.topics.is_empty()
            || a.kind == b.kind && a.topics.is_empty()
    }

    /// will, shall, *sẽ*: a pledge when an official acts, or when something is done to a thing.
    fn future(
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
                    && super::kinds::kind_of(reading, self.named, whole).kind == Kind::General
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
        within(&self.reading.triggers, Span::new(verb.start, verb.start + 1)).iter().any(|mark| {
            self.reading.trigger(mark).group
                == Some(crate::config::topic::triggers::VerbGroup::Resume)
        })
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

    /// Stage, modality and strength of a class of triggers (ontology 6).
    fn force_of(&self, class: TriggerClass, both: bool, start: &Intro, soft: bool) -> Force {
        let force = |stage, modality, strength| Force { stage, modality, strength };
        if self.headline && class == TriggerClass::Future {
            return force(Stage::Pledged, Modality::UnilateralCommissive, 2);
        }
        let asked = matches!(class, TriggerClass::Directive | TriggerClass::Wish);
        if start.tentative && !asked {
            return force(Stage::Considered, Modality::Tentative, 2);
        }
        match class {
            TriggerClass::Joint | TriggerClass::Plan if both => force(
                Stage::Agreed,
                Modality::JointCommissive,
                if soft || class == TriggerClass::Plan { 2 } else { 3 },
            ),
            TriggerClass::Need => force(Stage::Considered, Modality::Tentative, 1),
            TriggerClass::Tentative => force(Stage::Considered, Modality::Tentative, 1),
            TriggerClass::Directive => force(Stage::Proposed, Modality::Directive, 0),
            TriggerClass::Wish | TriggerClass::WishAfter => {
                force(Stage::Proposed, Modality::Desiderative, 0)
            }
            TriggerClass::Willing if both => force(Stage::Agreed, Modality::Willingness, 2),
            TriggerClass::Willing => force(Stage::Pledged, Modality::Willingness, 2),
            _ if both => force(Stage::Agreed, Modality::JointCommissive, 3),
            _ => force(Stage::Pledged, Modality::UnilateralCommissive, if soft { 2 } else { 3 }),
        }
    }

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
        let reckoned = super::kinds::kind_of(reading, self.named, span);
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

    /// Whether one side's yes answers the other's proposal.
    fn accepts(&self, unit: &Unit, span: Span, actors: &[usize]) -> bool {
        let reading = self.reading;
        let asked =
            within(&reading.triggers, Span::new(unit.span.start, span.end.min(unit.span.end)))
                .iter()
                .any(|mark| reading.class(mark) == TriggerClass::Directive);
        let words = reading.fold(Span::new(unit.span.start, span.end));
        let noun =
            ["request", "proposal", "đề nghị", "đề xuất"].iter().any(|word| words.contains(word));
        let states = reading.states(actors);
        let proposed = self.drafts.iter().rev().take(6).any(|draft| {
            draft.stage == Stage::Proposed
                && draft.unit.block.abs_diff(unit.block) <= 1
                && draft.parties.iter().any(|&(at, role)| {
                    role == Role::Proposer
                        && reading
                            .topic
                            .actors
                            .state_of(at)
                            .is_some_and(|state| !states.contains(&state))
                })
        });
        asked || noun || proposed
    }

    /// T2: there must be something that can be done.
    fn is_action(&self, span: Span, reckoned: &super::kinds::Reckoned, only: bool) -> bool {
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

    fn negation_before(&self, action: usize, trigger_end: usize) -> Option<usize> {
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

    fn condition_after(&self, action: Span) -> Option<Span> {
        let reading = self.reading;
        let later = Span::new((action.start + 8).min(action.end), action.end);
        within(&reading.cues, later)
            .iter()
            .find(|mark| matches!(mark.it, CueClass::Condition | CueClass::ConditionAfter))
            .map(|mark| Span::new(mark.span.start, action.end))
    }

    /// News, reaffirmation or context, for triggers of force.
    fn framing(
        &self,
        class: TriggerClass,
        unit: &Unit,
        region: Span,
        trigger: Span,
        action: usize,
        going_on: bool,
    ) -> Framing {
        let reading = self.reading;
        let lead = Span::new(region.start.min(region.end), region.end);
        // "pledged in March 2026": a date right after the trigger dates it too.
        let after = Span::new(region.end, action.min(region.end + 32).max(region.end));
        let old = background::old_date(self.dates, lead, self.event_date).is_some()
            || background::old_date(self.dates, after, self.event_date).is_some();
        let then =
            background::has(reading, lead, "then") || background::has(reading, lead, "since");
        if unit.kind == BlockKind::Body && (old || then && class != TriggerClass::Directive) {
            return Framing::Background;
        }
        let goes_on = background::begins(reading, action, "continue");
        // The trigger itself, or the word before it, says so: "tiếp tục cam kết".
        let still = Span::new(region.end.saturating_sub(9).max(region.start), trigger.end);
        let still = !matches!(class, TriggerClass::Directive)
            && background::has(reading, still, "continue");
        let again = class == TriggerClass::Nominal
            && background::has(reading, Span::new(region.start, action), "continue");
        if goes_on || going_on || still || again { Framing::Reaffirm } else { Framing::News }
    }

    /// Whether a word such as "continue" stands between the trigger and the actions.
    fn led_by_continue(&self, class: TriggerClass, trigger: Span, actions: usize) -> bool {
        let between = Span::new(trigger.end, actions.max(trigger.end));
        !matches!(class, TriggerClass::Directive)
            && between.len() < 40
            && background::has(self.reading, between, "continue")
    }

    /// Whether "continue" begins here and another verb follows, so that it speaks of what is joined to that verb too.
    fn auxiliary(&self, at: usize) -> bool {
        let reading = self.reading;
        let Some(verb) = verb_at(reading, at).filter(|verb| continues(reading, verb.span)) else {
            return false;
        };
        let next = super::complements::action_start(reading, verb.span.end, verb.span.end + 24);
        next.is_some()
    }

    fn parties(
        &self,
        class: TriggerClass,
        actors: &[usize],
        start: &Intro,
        unit: &Unit,
        before: usize,
    ) -> Vec<(usize, Role)> {
        let reading = self.reading;
        let asks =
            matches!(class, TriggerClass::Directive | TriggerClass::Wish | TriggerClass::WishAfter);
        if !asks {
            return actors.iter().map(|&at| (at, Role::Committer)).collect();
        }
        let mut parties: Vec<(usize, Role)> =
            actors.iter().map(|&at| (at, Role::Proposer)).collect();
        let states = reading.states(actors);
        let mut asked: Vec<usize> = start
            .named
            .iter()
            .map(|&at| {
                let state = reading.topic.actors.state_of(at);
                if state == Some(at) { reading.party_of(at, unit, before) } else { at }
            })
            .filter(|&at| {
                reading.topic.actors.state_of(at).is_some_and(|state| !states.contains(&state))
            })
            .collect();
        if asked.is_empty()
            && let Some(&state) = states.first()
            && let Some(other) = reading.other_state(state)
        {
            asked.push(reading.party_of(other, unit, before));
        }
        parties.extend(asked.into_iter().map(|at| (at, Role::Addressee)));
        parties
    }

    /// Ids of actors, for reasons.
    pub fn names(&self, actors: &[usize]) -> String {
        let ids: Vec<&str> =
            actors.iter().map(|&at| self.reading.topic.actors.actors[at].id.as_str()).collect();
        ids.join(" and ")
    }
}

fn class_name(class: TriggerClass) -> &'static str {
    match class {
        TriggerClass::Joint => "agreement",
        TriggerClass::Need => "agreement on a need",
        TriggerClass::Commit => "commitment",
        TriggerClass::Future => "future",
        TriggerClass::Nominal => "commitment named as a noun",
        TriggerClass::Willing => "willingness",
        TriggerClass::Directive => "request",
        TriggerClass::Wish | TriggerClass::WishAfter => "wish",
        TriggerClass::Tentative => "option",
        TriggerClass::Plan => "list of plans",
        TriggerClass::Act => "act",
        TriggerClass::Lateral => "lateral move",
        TriggerClass::NoPlan => "no plan",
        TriggerClass::Draft => "drafting",
        TriggerClass::Report => "report",
    }
}
