//! What will be done to a thing: whoever says so stands behind it. In: a future whose subject is a thing, a passive, people in
//! the service of a state, or nobody. Out: a draft.

use crate::commitments::actions::intro::Intro;
use crate::commitments::actions::kinds::kind_of;
use crate::commitments::extractor::Extractor;
use crate::commitments::force::composition::Utterance;
use crate::commitments::reading::units::Unit;
use crate::commitments::reading::{Mark, within};
use crate::commitments::subjects::{Resolved, Subject};
use crate::config::topic::actors::Who;
use crate::config::topic::forms::Form;
use crate::config::topic::triggers::{CueClass, VerbGroup};
use crate::model::{Assertion, Framing, Kind, Language, Span};

impl Extractor<'_> {
    /// Where the phrase begins to which a passive is done, if no official is its subject: "told the embassy that funding
    /// would be restored", "no one who says they were trafficked will be brought before them".
    pub(crate) fn undergone(
        &self,
        unit: &Unit,
        mark: &Mark<(usize, Form)>,
        region: Span,
        who: &Resolved,
        action: usize,
    ) -> Option<usize> {
        let reading = self.reading;
        if unit.language != Language::En || !matches!(who.subject, Subject::Actors(_)) {
            return None;
        }
        let from = reading.patient_start(region);
        let phrase = Span::new(from.min(mark.span.start), mark.span.start);
        let nobody = self.nobody(phrase);
        let grammar = reading.grammar();
        let small = |word: &str| {
            grammar.conjunctions.is(word)
                || grammar.relative_words.is(word)
                || grammar.recalling.is(word)
                || grammar.adverbs.is(word)
                || word.ends_with("ly")
        };
        let thing = who.span.is_none()
            && reading.fold(phrase).split_whitespace().any(|word| !small(word))
            && !reading.text(phrase).trim_end().ends_with(',');
        ((thing || nobody) && self.passive(unit, mark.span.end, action)).then_some(phrase.start)
    }

    /// "they will be flown home": those to whom something is done do not act.
    pub(crate) fn done_to_them(
        &self,
        unit: &Unit,
        mark: &Mark<(usize, Form)>,
        who: &Resolved,
        action: usize,
    ) -> Option<usize> {
        let name = who.span.filter(|_| unit.language == Language::En)?;
        let here = Span::new(name.start, name.start + 1);
        let they = within(&self.reading.who, here).iter().any(|who| who.it == Who::They);
        (they && self.passive(unit, mark.span.end, action)).then_some(name.start)
    }

    /// "Vòng hai sẽ diễn ra tại Cardiff", *tổ công tác thứ hai sẽ lên đường*: a Vietnamese verb of happening has the thing or the
    /// body before it as its subject, not whoever spoke last.
    pub(crate) fn happens(
        &self,
        unit: &Unit,
        mark: &Mark<(usize, Form)>,
        region: Span,
        who: &Resolved,
        action: usize,
    ) -> Option<usize> {
        let reading = self.reading;
        let from = reading.patient_start(region);
        let phrase = reading.trim(Span::new(from.min(mark.span.start), mark.span.start));
        let official = |mark: &Mark<Who>| !matches!(mark.it, Who::Place(_));
        let thing = within(&reading.who, phrase).iter().all(|mark| !official(mark));
        let fronted = reading.grammar().fronts.at_start(reading.fold(phrase)).is_some();
        (unit.language == Language::Vi
            && matches!(who.subject, Subject::Actors(_))
            && !phrase.is_empty()
            && thing
            && !fronted
            && self.starts(reading.skip_blanks(action, unit.span.end)))
        .then_some(phrase.start)
    }

    /// "nobody who asks", "no citizen": a noun phrase that opens with a negation.
    fn nobody(&self, phrase: Span) -> bool {
        let start = self.reading.skip_blanks(phrase.start, phrase.end);
        let here = Span::new(start, start + 1);
        self.reading.cues_of(here, CueClass::Negation).next().is_some()
    }

    /// "Work under the plan will draw on £1 million": a thing is given money.
    fn funded(&self, unit: &Unit, action: Span) -> bool {
        let grammar = self.reading.grammar();
        let words = self.reading.fold(action);
        unit.language == Language::En
            && grammar.draws.at_start(words).is_some()
            && grammar.money().is_match(words)
    }

    /// "£1 million from the Home Office": whose money it is.
    fn giver(&self, unit: &Unit, action: Span) -> Option<Resolved> {
        let reading = self.reading;
        let from = |who: &&Mark<Who>| {
            let before = reading.fold(Span::new(action.start, who.span.start));
            let origin = &reading.grammar().origin;
            origin.at_end(reading.without_article(before)).is_some()
        };
        let who = within(&reading.who, action).iter().find(from)?;
        let subject = reading.stands_for(who, unit, &self.floor)?;
        matches!(subject, Subject::Actors(_)).then_some(Resolved {
            subject,
            confidence: 0.9,
            why: "whose money it is",
            span: Some(who.span),
        })
    }

    /// Something will be done to a thing: whoever says so stands behind it.
    pub(crate) fn thing_will(
        &mut self,
        said: &Utterance<'_>,
        from: usize,
        start: Intro,
        end: usize,
    ) -> Option<usize> {
        let reading = self.reading;
        let verb = self.future_verb(&start, end);
        let phrase = Span::new(from.min(said.trigger.start), said.trigger.start);
        // "asked when a protocol would be ready": a question promises nothing.
        if reading.grammar().questions.inside(reading.fold(phrase)) {
            return Some(said.trigger.end);
        }
        let refrain = start.refrain
            || self.negated(phrase, said.trigger.start)
            || match said.unit.language {
                Language::Vi => reading.has(phrase, CueClass::Negation),
                // "no citizen", not "people who may not stay"
                Language::En => self.nobody(phrase),
            };
        let passive = self.passive(said.unit, said.trigger.end, start.start)
            || self.starts(reading.skip_blanks(start.start, end));
        let staff = said.unit.language == Language::En
            && verb.is_some_and(|verb| verb.it.form == Form::Base)
            && self.staff(phrase);
        let act = Span::new(reading.skip_blanks(start.start, end), end);
        let works = staff || self.works(said.unit, phrase, act);
        let acts = passive || works || self.funded(said.unit, act);
        if !refrain && (!acts || self.effect(&start, end, verb)) {
            return Some(said.trigger.end);
        }
        let giver = self.giver(said.unit, act).filter(|_| self.funded(said.unit, act));
        let speaker = giver
            .or_else(|| self.doer_of_passive(said))
            .or_else(|| self.speaker_for_passive(said.unit))?;
        let whole = Span::new(from, end);
        if said.content.is_none()
            && reading.topics_in(whole).is_empty()
            && kind_of(reading, self.named, whole).kind == Kind::General
        {
            return Some(said.trigger.end);
        }
        let said = Utterance { who: &speaker, ..*said };
        let found = self.emit_whole(&said, whole, refrain);
        if self.funded(said.unit, act) {
            self.drafts[found].kind = Kind::Resource;
            self.drafts[found].named = None;
        }
        if self.condition_before(said.region) {
            self.drafts[found].assertion = Assertion::Hypothetical;
        }
        self.same_clause_of_content(&said, found);
        if said.unit.language == Language::En && self.known_already(phrase) {
            self.drafts[found].framing = Framing::Background;
        }
        Some(end)
    }

    /// "The programme, worth £1 million and announced in April, will …": what its attribute says was announced is known.
    fn known_already(&self, subject: Span) -> bool {
        let words = self.reading.fold(subject).trim_end();
        let Some((_, attribute)) = words.strip_suffix(',').and_then(|words| words.split_once(", "))
        else {
            return false;
        };
        self.reading.grammar().made_known.inside(attribute)
    }

    /// "agreed that a hotline will be opened, that teachers will be trained": the next of several clauses has the force of the
    /// first.
    fn same_clause_of_content(&mut self, said: &Utterance<'_>, found: usize) {
        let grammar = self.reading.grammar();
        let words = self.reading.fold(said.region).trim_start_matches([',', ' ']);
        let words = grammar.conjunctions.at_start(words).map_or(words, |join| &words[join.len()..]);
        let goes_on = said.unit.language == Language::En && grammar.that.at_start(words).is_some();
        let (before, made) = self.drafts.split_at_mut(found);
        if let (Some(first), Some(made)) = (before.last(), made.first_mut())
            && goes_on
            && first.unit.span == made.unit.span
        {
            made.stage = first.stage;
            made.modality = first.modality;
            made.strength = first.strength;
            made.parties = first.parties.clone();
        }
    }

    /// "sẽ sớm được Bộ Công an thành lập": a Vietnamese passive names its doer before the verb.
    fn doer_of_passive(&self, said: &Utterance<'_>) -> Option<Resolved> {
        let reading = self.reading;
        let unit = said.unit;
        if unit.language != Language::Vi {
            return None;
        }
        let grammar = reading.grammar();
        let mut at = reading.skip_blanks(said.trigger.end, unit.span.end);
        while let Some(adverb) =
            grammar.before_verb.at_start(reading.fold(Span::new(at, unit.span.end)))
        {
            at = reading.skip_blanks(at + adverb.len(), unit.span.end);
        }
        let passive = grammar.passive.at_start(reading.fold(Span::new(at, unit.span.end)))?;
        let next = reading.skip_blanks(at + passive.len(), unit.span.end);
        let doer = within(&reading.who, Span::new(next, next + 1)).first()?;
        let subject = reading.stands_for(doer, unit, &self.floor)?;
        matches!(subject, Subject::Actors(_)).then_some(Resolved {
            subject,
            confidence: 0.9,
            why: "named in the passive",
            span: Some(doer.span),
        })
    }

    /// "Ten officers will make a second trip": people whom whoever speaks sends.
    fn staff(&self, subject: Span) -> bool {
        let reading = self.reading;
        let last = within(&reading.nouns, subject)
            .iter()
            .rfind(|noun| noun.it.people && noun.it.kind.is_some() && noun.span.end <= subject.end);
        last.is_some_and(|noun| {
            let rest = reading.fold(Span::new(noun.span.end, subject.end));
            let own = |who: &&Mark<Who>| !matches!(who.it, Who::Place(_));
            rest.trim().is_empty() && within(&reading.who, subject).iter().find(own).is_none()
        })
    }

    /// "The fund will provide shelter", "the centre has taken in 40 women": a programme or a body acts for those whose it is,
    /// where the act is definite.
    pub(crate) fn works(&self, unit: &Unit, subject: Span, act: Span) -> bool {
        let reading = self.reading;
        let words = reading.fold(subject).trim_end().trim_end_matches(',');
        let body = reading.grammar().bodies.at_end(words).is_some();
        let own = |who: &Mark<Who>| !matches!(who.it, Who::Place(_));
        if unit.language != Language::En
            || !body
            || within(&reading.who, subject).iter().any(|who| {
                own(who) && reading.governed(who.span).is_none() && !reading.possessive(who.span)
            })
        {
            return false;
        }
        let reckoned = kind_of(reading, self.named, act);
        reckoned.kind != Kind::General && !reckoned.why.contains("alone")
    }

    /// Whether the verb here tells what a thing does when somebody sees to it ("will take place", "will start again").
    fn starts(&self, at: usize) -> bool {
        let here = Span::new(at, at + 1);
        // "will open a new chapter" is no opening.
        let alone = |cue: Span| {
            let rest = Span::new(cue.end, self.reading.document.norm.fold.len().min(cue.end + 12));
            self.reading.fold(cue).contains(' ')
                || self.reading.grammar().articles.at_start(self.reading.fold(rest)).is_none()
        };
        self.reading.cues_of(here, CueClass::Happening).any(alone)
            || within(&self.reading.triggers, here)
                .iter()
                .any(|mark| self.reading.trigger(mark).group == Some(VerbGroup::Resume))
    }
}
