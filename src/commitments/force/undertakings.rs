//! The actions of a complement as drafts, one for each kind and each text carried out. In: a trigger, its subject and
//! its complement. Out: drafts.

use crate::commitments::actions::intro::Intro;
use crate::commitments::actions::kinds::Reckoned;
use crate::commitments::actions::lists::{Piece, carried_out, pieces};
use crate::commitments::actions::verb_at;
use crate::commitments::extractor::Extractor;
use crate::commitments::force::composition::{Force, Utterance, class_name};
use crate::commitments::instruments::text_around;
use crate::commitments::reading::within;
use crate::commitments::record::Draft;
use crate::commitments::subjects::Subject;
use crate::config::topic::concepts::Meaning;
use crate::config::topic::forms::Form;
use crate::config::topic::triggers::{CueClass, TriggerClass};
use crate::model::{Framing, InstrumentRole, Kind, Language, Polarity, Role, Span, Stage};

/// Words of an object that only points back to a request, at most.
const REQUEST_WORDS: usize = 6;

/// Farthest that the noun of the request stands from the beginning of the object, in bytes.
const NEAR_REQUEST: usize = 8;

/// What all actions of one complement share.
struct Promise {
    force: Force,
    parties: Vec<(usize, Role)>,
    actors: Vec<usize>,
    both: bool,
    accepted: bool,
    start: Intro,
    group: u32,
}

impl Extractor<'_> {
    /// Makes drafts of the actions of a complement; gives their positions.
    pub fn emit(&mut self, said: &Utterance<'_>, start: &Intro, end: usize) -> Vec<usize> {
        let reading = self.reading;
        let Subject::Actors(actors) = said.who.subject.clone() else { return Vec::new() };
        let span = self.complement(said, start, end);
        if span.is_empty() {
            return Vec::new();
        }
        let start = Intro { start: span.start, ..start.clone() };
        let (actors, accepted) = self.committed(said, &start, span, actors);
        let soft = reading.has(Span::new(said.unit.span.start, end), CueClass::Softener);
        let force = self.force_in_context(said, &actors, &start, soft);
        // A list of plans after a request asks too.
        let plans = said.class == TriggerClass::Plan && force.stage == Stage::Proposed;
        let asked = if plans { TriggerClass::Directive } else { said.class };
        let promise = Promise {
            force,
            parties: self.parties(asked, &actors, &start, said.unit, said.trigger.start),
            both: reading.both_sides(&actors),
            actors,
            accepted,
            start,
            group: self.group(),
        };
        let list = pieces(reading, self.named, said.unit, span);
        let only = list.len() == 1;
        let english = said.unit.language == Language::En;
        // "continue" before the list, or before another verb of it, speaks of all actions up to the next semicolon.
        let mut going_on = false;
        let mut made = Vec::new();
        for (number, piece) in list.into_iter().enumerate() {
            let head = piece.span.start;
            going_on = match number {
                0 => {
                    self.led_by_continue(said.class, said.trigger, span.start)
                        || self.auxiliary(head)
                }
                _ => going_on && !piece.opens || self.auxiliary(head),
            };
            let acts = self.is_action(piece.span, &piece.reckoned, only || number == 0 && english)
                || self.open_action(said, &piece);
            if acts && !self.off_topic(piece.span) {
                let framing = self.framing(said, head, going_on);
                made.extend(self.undertaking(said, &promise, piece, framing));
            }
        }
        if made.is_empty() && said.class == TriggerClass::Joint && !promise.start.refrain {
            made.extend(self.grant(said, &promise, span));
        }
        made
    }

    /// "đồng ý với đề nghị này": the request told before is granted.
    fn grant(&mut self, said: &Utterance<'_>, promise: &Promise, span: Span) -> Option<usize> {
        let reading = self.reading;
        let meant = self.request_meant(Span::new(said.trigger.end, span.end))?;
        let piece = Piece {
            span: reading.trim(Span::new(said.trigger.start, span.end)),
            reckoned: Reckoned { named: None, ..meant },
            opens: true,
        };
        let framing = self.framing(said, span.start, false);
        self.undertaking(said, promise, piece, framing).pop()
    }

    /// What a noun such as "đề nghị này" means: the kind and the text of the request that was told last.
    pub(crate) fn request_meant(&self, object: Span) -> Option<Reckoned> {
        let reading = self.reading;
        let grammar = reading.grammar();
        let object = reading.trim(object);
        let words = reading.fold(object);
        let places = grammar.requests.places(words).filter(|&(at, _)| at <= NEAR_REQUEST);
        let pointed = places.max().is_some_and(|(at, length)| {
            let rest = &words[at + length..];
            rest.trim().is_empty() || grammar.pointing.at_start(rest).is_some()
        });
        let short = words.split_whitespace().count() <= REQUEST_WORDS
            || words
                .split([',', ';'])
                .next()
                .is_some_and(|head| head.split_whitespace().count() <= REQUEST_WORDS);
        if !pointed || !short || reading.language_at(object.start) != Some(Language::Vi) {
            return None;
        }
        let last = self.drafts.iter().rev().take(8).find(|draft| draft.stage == Stage::Proposed)?;
        Some(Reckoned {
            kind: last.kind,
            why: "it answers the request told before".to_owned(),
            named: last.named.map(|(at, _)| at),
        })
    }

    /// The complement; the name of a text in it is not cut ("the" may have been passed over).
    fn complement(&self, said: &Utterance<'_>, start: &Intro, end: usize) -> Span {
        let span = self.reading.trim(Span::new(start.start, end));
        let whole = text_around(self.named, span.start)
            .filter(|named| !span.is_empty() && named.span.start >= said.trigger.end);
        whole.map_or(span, |named| Span::new(named.span.start, span.end.max(named.span.end)))
    }

    /// Those who are bound, and whether one side accepts what the other proposed.
    fn committed(
        &self,
        said: &Utterance<'_>,
        start: &Intro,
        span: Span,
        mut actors: Vec<usize>,
    ) -> (Vec<usize>, bool) {
        let reading = self.reading;
        actors = reading.as_agencies(actors, said.unit);
        let accepted = said.class == TriggerClass::Joint
            && !reading.both_sides(&actors)
            && (start.requested || self.accepts(said.unit, span, &actors));
        if accepted
            && let Some(&state) = reading.states(&actors).first()
            && let Some(other) = reading.other_state(state)
        {
            actors.push(reading.party_of(other, said.unit, said.trigger.start));
        }
        (actors, accepted)
    }

    /// The drafts of one action: one, or one for each text that it carries out.
    fn undertaking(
        &mut self,
        said: &Utterance<'_>,
        promise: &Promise,
        piece: Piece,
        framing: Framing,
    ) -> Vec<usize> {
        let reading = self.reading;
        let mut action = piece.span;
        let mut refrain = promise.start.refrain && action.start == promise.start.start;
        if let Some(cue) = self.negation_before(action.start, said.trigger.end) {
            refrain = true;
            action.start = cue;
        }
        refrain |= self.opens_negated(said, action.start);
        let mut reasons = vec![
            format!(
                "\"{}\" is a trigger of class {}",
                reading.text(said.trigger),
                class_name(said.class)
            ),
            format!("{}: {}", said.who.why, self.names(&promise.actors)),
            piece.reckoned.why.clone(),
        ];
        if promise.accepted {
            reasons.push("it accepts what the other side proposed, so both are bound".to_owned());
        }
        let kind = match piece.reckoned.kind {
            // "no victim will be prosecuted": what spares them protects them.
            Kind::General | Kind::Operation if refrain && self.spares(action) => Kind::Protection,
            _ if refrain && piece.reckoned.why.contains("alone") && self.spares(action) => {
                Kind::Protection
            }
            kind => kind,
        };
        let carries = kind == Kind::InstrumentImplement && piece.reckoned.named.is_some();
        let texts = if carries { carried_out(self.named, piece.span) } else { Vec::new() };
        let role = if carries { InstrumentRole::Implements } else { InstrumentRole::Concludes };
        let mut force = promise.force;
        let mut named = piece.reckoned.named.map(|at| (at, role));
        if let Some(text) = self.content_told(said, promise, kind) {
            force = Force::CONTENT;
            named = Some((text, InstrumentRole::ContentOf));
            reasons.push("it is content of a text that is signed".to_owned());
            self.content_block = Some((said.unit.block, text));
        }
        let elliptic = matches!(said.class, TriggerClass::Plan | TriggerClass::Nominal);
        let role = named.map_or(role, |(_, role)| role);
        let mut made = Vec::new();
        for (action, named) in self.by_text(action, named, &texts, role) {
            let draft = Draft {
                kind,
                stage: force.stage,
                modality: force.modality,
                strength: force.strength,
                framing,
                polarity: if refrain { Polarity::Refrain } else { Polarity::Do },
                parties: promise.parties.clone(),
                named,
                condition: self.condition(said, action),
                confidence: said.who.confidence * if elliptic { 0.7 } else { 1.0 },
                group: promise.group,
                reasons: reasons.clone(),
                ..Draft::of(self, said.unit, said.trigger, action)
            };
            made.push(self.push(draft));
        }
        made
    }

    /// An item of a Vietnamese list that begins with its negation: "không giam chung trẻ em với người lớn".
    fn opens_negated(&self, said: &Utterance<'_>, at: usize) -> bool {
        let here = Span::new(at, at + 1);
        said.unit.language == Language::Vi
            && self.reading.has(here, CueClass::Negation)
            && !self.reading.has(here, CueClass::PseudoNegation)
    }

    /// Whether an act that is forgone would have been done to those whom the topic protects.
    pub(crate) fn spares(&self, action: Span) -> bool {
        let reading = self.reading;
        let spared = &reading.topic.triggers.notions.spared;
        reading.topics_in(action).iter().any(|topic| spared.contains(topic))
    }

    /// The signed text whose content an action is, if it is that.
    fn content_told(&self, said: &Utterance<'_>, promise: &Promise, kind: Kind) -> Option<usize> {
        let one =
            matches!(said.class, TriggerClass::Willing | TriggerClass::Future | TriggerClass::Plan);
        said.content
            .filter(|_| promise.both || one)
            .filter(|_| kind != Kind::InstrumentConclude && promise.force.stage >= Stage::Pledged)
    }

    /// An action parted by the texts that it carries out (ontology 3.1.3): the first with the verb, the others bare.
    fn by_text(
        &self,
        action: Span,
        named: Option<(usize, InstrumentRole)>,
        texts: &[usize],
        role: InstrumentRole,
    ) -> Vec<(Span, Option<(usize, InstrumentRole)>)> {
        let whole = vec![(action, named)];
        let Some((&first, others)) = texts.split_first() else { return whole };
        let text = &self.named[first];
        if others.is_empty() && !text.generic {
            return whole;
        }
        let head = Span::new(action.start, text.span.end);
        let head = if text.generic || head.len() < 90 { head } else { text.span };
        let rest = others.iter().map(|&at| (self.named[at].span, Some((at, role))));
        std::iter::once((head, Some((first, role)))).chain(rest).collect()
    }

    /// T2: there must be something that can be done.
    fn is_action(&self, span: Span, reckoned: &Reckoned, only: bool) -> bool {
        let reading = self.reading;
        let verb = verb_at(reading, span.start);
        let words = reading.text(span).split_whitespace().count();
        if let Some(verb) = verb {
            // What a verb that no list knows is about, its nouns must tell.
            let told = !verb.it.open
                || reckoned.kind != Kind::General
                || !reading.topics_in(span).is_empty()
                || reading.text(span).contains(|c: char| c.is_ascii_digit());
            return told && (words >= 2 || reckoned.kind != Kind::General);
        }
        let near = Span::new(span.start, (span.start + 60).min(span.end));
        let near = Span::new(
            near.start,
            reading.document.norm.text.floor_char_boundary(near.end).max(near.start),
        );
        only && reckoned.kind != Kind::General
            || self.clause_of_content(span)
            || reading
                .concepts_in(near)
                .any(|(_, at)| reading.topic.concepts.concepts[at].kind.is_some())
            || within(&reading.verbs, near).iter().any(|verb| verb.it.form == Form::Ing)
            || self.subjunctive(near)
    }

    /// "asked that a person's own country pay for the escort": a bare verb behind a subject of its own.
    fn subjunctive(&self, near: Span) -> bool {
        let reading = self.reading;
        reading.language_at(near.start) == Some(Language::En)
            && within(&reading.verbs, near).iter().any(|verb| {
                let behind = verb.span.start > near.start;
                behind && verb.it.form == Form::Base && !verb.it.open && !verb.it.weak
            })
    }

    /// "that identities will be checked", "that no child would be held": a future inside says what is to be done.
    fn clause_of_content(&self, span: Span) -> bool {
        let reading = self.reading;
        let future = within(&reading.triggers, span)
            .iter()
            .find(|mark| reading.class(mark) == TriggerClass::Future && mark.it.1 == Form::Plain);
        future.is_some_and(|future| {
            let rest = reading.fold(Span::new(future.span.end, span.end));
            let done = reading.grammar().passive_future.at_start(rest).is_some();
            let told =
                !reading.topics_in(span).is_empty() || rest.contains(|c: char| c.is_ascii_digit());
            reading.language_at(span.start) == Some(Language::En) && done && told
        })
    }

    /// An act that no list of verbs knows. A Vietnamese verb has no form that shows it: what follows a trigger of force
    /// is one, unless it is a word of state or value, or the words say nothing of our topics.
    fn open_action(&self, said: &Utterance<'_>, piece: &Piece) -> bool {
        let reading = self.reading;
        let words = reading.text(piece.span).split_whitespace().count();
        let here = Span::new(piece.span.start, piece.span.start + 1);
        let effect = reading.cues_of(here, CueClass::Effect).next().is_some();
        // To be asked to "open more ways" is to be asked for an act.
        let asked = matches!(said.class, TriggerClass::Directive | TriggerClass::Joint)
            && piece.reckoned.kind != Kind::General;
        said.unit.language == Language::Vi
            && words >= 3
            && (!effect || asked)
            && (piece.reckoned.kind != Kind::General || !reading.topics_in(piece.span).is_empty())
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
