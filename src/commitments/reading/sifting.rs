//! Which hits of the word lists are marks: an actor that is no crime scene, a trigger that governs an action, a word that no
//! compound swallows. In: hits in order. Out: the marks that stay.

use super::units::Unit;
use super::{Mark, Reading, within};
use crate::config::topic::actors::Who;
use crate::config::topic::concepts::Meaning;
use crate::config::topic::forms::Form;
use crate::config::topic::triggers::{Trigger, TriggerClass, VerbGroup};
use crate::model::{Kind, Language, Span};
use crate::text::Hit;

impl Reading<'_> {
    pub(super) fn is_actor(&self, mark: &Mark<&(Who, bool)>) -> bool {
        let &(who, exact) = mark.it;
        // A name such as "Anh" may also be part of a person's name.
        let like_a_name = self.text(mark.span).chars().skip(1).all(char::is_lowercase);
        if exact && like_a_name && self.capital_after(mark.span.end) {
            return false;
        }
        // "Nguyễn Minh Đức", "Phan Thị Nga" are people.
        if exact && who == Who::ThirdState && self.name_before(mark.span.start) {
            return false;
        }
        match who {
            Who::Actor(at) | Who::Head(at) | Who::Side(at) => {
                let actor = &self.topic.actors.actors[at];
                let after = self.precedes(mark.span.end, &actor.not_right);
                !after && (!exact || !self.follows(mark.span.start, &actor.not_left))
            }
            // "the minister of …" is the beginning of a name, *34 tỉnh* no word for one that was named.
            Who::Government | Who::Pronoun => {
                let many = who == Who::Pronoun && self.counted_before(mark.span.start);
                !self.document.norm.fold[mark.span.end..].starts_with(" of ") && !many
            }
            _ => true,
        }
    }

    /// *đưa người* in *đưa người di cư trái phép* is no operation of anybody: a Vietnamese verb inside the longer name of
    /// what is fought is no verb.
    pub(super) fn forget_crimes(&mut self) {
        let concepts = &self.topic.concepts.concepts;
        let names: Vec<Span> = self
            .concepts
            .iter()
            .filter(|mark| match mark.it {
                Meaning::Concept(at) => concepts[at].kind.is_none(),
                Meaning::OffTopic => false,
            })
            .map(|mark| mark.span)
            .collect();
        let vietnamese = |at: usize, units: &[Unit]| {
            let unit = units.partition_point(|unit| unit.span.end <= at);
            units.get(unit).is_some_and(|unit| unit.language == Language::Vi)
        };
        let units = &self.units;
        self.verbs.retain(|verb| {
            let last = names.partition_point(|name| name.start <= verb.span.start);
            let inside = names[last.saturating_sub(2)..last]
                .iter()
                .any(|name| name.start == verb.span.start && name.len() > verb.span.len());
            !(inside && verb.it.kind == Kind::Operation && vietnamese(verb.span.start, units))
        });
    }

    /// Whether a figure or a word of plural stands before a Vietnamese noun.
    pub(super) fn counted_before(&self, at: usize) -> bool {
        let before = self.document.norm.fold[..at].trim_end();
        let digits = before.ends_with(|c: char| c.is_ascii_digit());
        let many = digits || self.grammar().plurals.at_end(before).is_some();
        many && self.language_at(at) == Some(Language::Vi)
    }

    pub(super) fn is_trigger(&self, mark: &Mark<&(usize, Form)>) -> bool {
        let trigger = &self.topic.triggers.triggers[mark.it.0];
        let inside = |span: Span| span.contains(mark.span) && span.len() > mark.span.len();
        let near = Span::new(mark.span.start.saturating_sub(60), mark.span.start + 1);
        let near = Span::new(self.document.norm.text.floor_char_boundary(near.start), near.end);
        // "migration issues" issues nothing.
        let noun = mark.it.1 == Form::Third
            && (self.inside_concept(mark.span) || self.opens_clause(mark.span.start))
            || (matches!(mark.it.1, Form::Base | Form::Third)
                || mark.it.1 == Form::Plain
                    && matches!(trigger.class, TriggerClass::Commit | TriggerClass::Directive))
                && !trigger.noun
                && (self.after_determiner(mark.span.start)
                    || mark.it.1 == Form::Base && self.in_compound(mark.span.start));
        // *tổ chức lớp tập huấn*: that something is held takes its object into one word with it.
        let held = trigger.group == Some(VerbGroup::Hold);
        let noun_form = !trigger.noun || self.after_determiner(mark.span.start);
        !noun
            && noun_form
            && !self.compound_after(mark.span.end)
            && self.has_actor(mark, trigger)
            && !self.follows(mark.span.start, &trigger.not_left)
            && !self.precedes(mark.span.end, &trigger.not_right)
            && !within(&self.who, near).iter().any(|who| inside(who.span))
            && !within(&self.verbs, near)
                .iter()
                .any(|verb| inside(verb.span) && !(held && verb.span.start == mark.span.start))
            && !within(&self.heads, near).iter().any(|head| inside(head.span))
    }

    /// "would-be migrants": the first half of a compound is no verb.
    pub(super) fn compound_after(&self, end: usize) -> bool {
        let rest = self.document.norm.fold[end..].strip_prefix('-');
        rest.is_some_and(|rest| rest.starts_with(char::is_alphabetic))
    }

    /// Whether a form that may be a noun has an actor before it, but for an adverb or two (*hai bên cũng thỏa thuận*).
    pub(super) fn has_actor(&self, mark: &Mark<&(usize, Form)>, trigger: &Trigger) -> bool {
        if !trigger.after_actor.iter().any(|form| form == self.fold(mark.span)) {
            return true;
        }
        let from = self.document.norm.text.floor_char_boundary(mark.span.start.saturating_sub(120));
        let near = Span::new(from, mark.span.start);
        let last = within(&self.who, near).iter().rfind(|who| who.span.end <= mark.span.start);
        last.is_some_and(|who| self.before_adverbs(who.span.end, mark.span.start))
    }

    /// Whether nothing but adverbs stands between two places (*hai bên cũng đã …*).
    pub fn before_adverbs(&self, from: usize, verb: usize) -> bool {
        let mut rest = self.fold(Span::new(from.min(verb), verb)).trim();
        while let Some(adverb) = self.grammar().before_verb.at_end(rest) {
            rest = rest[..rest.len() - adverb.len()].trim_end();
        }
        rest.is_empty()
    }

    /// "requests must be answered": what begins a clause in -s is no verb, for it has no subject.
    pub(super) fn opens_clause(&self, at: usize) -> bool {
        let before = self.document.norm.fold[..at].trim_end_matches([' ', '"', '“']);
        let first = self.unit_at(at).is_none_or(|unit| unit.span.start >= before.len());
        self.language_at(at) == Some(Language::En) && (first || before.ends_with([',', ';', ':']))
    }

    /// "each verification request": the noun before it has a determiner and is nobody who acts.
    pub(super) fn in_compound(&self, at: usize) -> bool {
        if self.language_at(at) != Some(Language::En) {
            return false;
        }
        let before = self.document.norm.fold[..at].trim_end();
        let noun = before.rsplit(' ').next().unwrap_or(before);
        let start = before.len() - noun.len();
        let acts = within(&self.who, Span::new(self.floor(start.saturating_sub(40)), before.len()))
            .iter()
            .any(|who| who.span.end > start);
        let singular =
            noun.len() > 2 && !noun.ends_with('s') && noun.chars().all(char::is_alphabetic);
        singular && !acts && self.grammar().determiners.at_end(&before[..start]).is_some()
    }

    /// "each request", "Vietnam's offer", "verification requests": what begins here is a noun.
    pub(super) fn after_determiner(&self, at: usize) -> bool {
        if self.language_at(at) != Some(Language::En) {
            return false;
        }
        let before = self.document.norm.fold[..at].trim_end();
        let grammar = self.grammar();
        let near =
            Span::new(self.document.norm.text.floor_char_boundary(at.saturating_sub(40)), at);
        grammar.determiners.at_end(before).is_some()
            || grammar.demonyms.at_end(before).is_some()
            || grammar.possessive.all().any(|mark| before.ends_with(mark))
            || self.concepts_in(near).any(|(place, _)| place.end == before.len())
                && within(&self.who, near).iter().all(|who| who.span.end != before.len())
    }

    /// Hits in the language of their place, in order.
    pub(super) fn every<T, U>(&self, hits: Vec<Hit<'_, T>>, it: impl Fn(&T) -> U) -> Vec<Mark<U>> {
        hits.into_iter()
            .filter(|hit| self.speaks(hit.span.start, hit.language))
            .map(|hit| Mark { span: hit.span, it: it(hit.payload) })
            .collect()
    }

    /// The same without overlaps: from left to right the longest that is accepted.
    pub(super) fn greedy<T, U>(
        &self,
        hits: Vec<Hit<'_, T>>,
        accept: impl Fn(&Self, &Mark<&T>) -> bool,
        it: impl Fn(&T) -> U,
    ) -> Vec<Mark<U>> {
        let mut free_from = 0;
        let mut found = Vec::new();
        for hit in hits {
            if hit.span.start >= free_from
                && self.speaks(hit.span.start, hit.language)
                && accept(self, &Mark { span: hit.span, it: hit.payload })
            {
                free_from = hit.span.end;
                found.push(Mark { span: hit.span, it: it(hit.payload) });
            }
        }
        found
    }

    pub(super) fn speaks(&self, offset: usize, language: Option<Language>) -> bool {
        match (language, self.language_at(offset)) {
            (Some(of_pattern), Some(of_text)) => of_pattern == of_text,
            (_, None) => false,
            (None, _) => true,
        }
    }
}
