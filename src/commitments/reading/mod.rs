//! The lexicon pass: every word of the topic's files found in the text, once, with its place. In: an analysed text.
//! Out: [`Reading`], sorted marks that later steps look up. [`units`] are the sentences that the rules read,
//! [`open_verbs`] and [`people`] the verbs and names that no list knows, [`split_verbs`] verbs whose object stands before their particle, [`dates`] the days that clauses speak of, [`dating`] the day of the text.

pub(crate) mod dates;
pub(crate) mod dating;
pub(crate) mod open_verbs;
pub(crate) mod people;
pub(crate) mod split_verbs;
pub(crate) mod titles;
pub(crate) mod units;

use std::collections::BTreeMap;

use crate::commitments::reading::titles::Titles;
use crate::commitments::reading::units::{Unit, units};
use crate::config::topic::Topic;
use crate::config::topic::actors::Who;
use crate::config::topic::concepts::Meaning;
use crate::config::topic::forms::Form;
use crate::config::topic::grammar::Grammar;
use crate::config::topic::triggers::{CueClass, Noun, Trigger, TriggerClass, Verb};
use crate::model::{Kind, Language, Span};
use crate::text::{Document, Hit};

/// No sentence of prose has more triggers than this. What follows in one that has is no prose, and the rules, which
/// look from each trigger at all others of the sentence, stay as quick as on an article.
const MOST_TRIGGERS: usize = 40;

/// Something found at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mark<T> {
    /// Text offsets.
    pub span: Span,
    /// What it is.
    pub it: T,
}

/// A text with everything found in it.
pub(crate) struct Reading<'a> {
    pub document: &'a Document,
    pub topic: &'a Topic,
    pub units: Vec<Unit>,
    pub who: Vec<Mark<Who>>,
    pub triggers: Vec<Mark<(usize, Form)>>,
    pub cues: Vec<Mark<CueClass>>,
    pub verbs: Vec<Mark<Verb>>,
    pub nouns: Vec<Mark<Noun>>,
    pub heads: Vec<Mark<usize>>,
    pub concepts: Vec<Mark<Meaning>>,
    /// Titles with which office-holders were introduced.
    pub titles: Titles,
    /// For each state (index of its actor) the places of its agencies in text order, each with the agency.
    pub agencies: BTreeMap<usize, Vec<(usize, usize)>>,
}

/// The marks that begin inside a span; `marks` is sorted by start.
pub(crate) fn within<T>(marks: &[Mark<T>], span: Span) -> &[Mark<T>] {
    let from = marks.partition_point(|mark| mark.span.start < span.start);
    let to = marks.partition_point(|mark| mark.span.start < span.end);
    &marks[from..to.max(from)]
}

impl<'a> Reading<'a> {
    pub fn new(document: &'a Document, topic: &'a Topic) -> Self {
        let units = units(document);
        let whole = Span::new(0, document.norm.text.len());
        let mut reading = Self {
            document,
            topic,
            units,
            who: Vec::new(),
            triggers: Vec::new(),
            cues: Vec::new(),
            verbs: Vec::new(),
            nouns: Vec::new(),
            heads: Vec::new(),
            concepts: Vec::new(),
            titles: Titles::default(),
            agencies: BTreeMap::new(),
        };
        let found = topic.actors.lexicon.all(document, whole);
        reading.who = reading.greedy(found, |r, mark| r.is_actor(mark), |&(who, _)| who);
        reading.who.retain(|mark| mark.it != Who::Nobody);
        for at in 0..reading.who.len() {
            let mark = reading.who[at];
            if mark.it == Who::Pronoun && reading.capital_after(mark.span.end) {
                reading.who[at].it = Who::Title;
            }
            if mark.it == Who::PrivateTitle {
                let named = reading.capital_after(mark.span.end);
                reading.who[at].it = if named { Who::Outsider } else { Who::PrivateTitle };
            }
        }
        let found = topic.triggers.names.all(document, whole);
        reading.heads = reading.greedy(found, |_, _| true, |&at| at);
        let found = topic.triggers.verbs.all(document, whole);
        reading.verbs = reading.greedy(found, |_, _| true, |&verb| verb);
        let found = topic.triggers.nouns.all(document, whole);
        reading.nouns = reading.every(found, |&noun| noun);
        let found = topic.triggers.cues.all(document, whole);
        reading.cues = reading.every(found, |&class| class);
        drop_contained(&mut reading.cues, |class| {
            !matches!(
                class,
                CueClass::Preposition
                    | CueClass::Of
                    | CueClass::Number(_)
                    | CueClass::Ordinal(_)
                    | CueClass::Negation
                    | CueClass::Intro
                    | CueClass::Source
            )
        });
        let found = topic.concepts.lexicon.all(document, whole);
        reading.concepts = reading.every(found, |&meaning| meaning);
        drop_contained(&mut reading.concepts, |_| true);
        reading.forget_crimes();
        let found = topic.triggers.words.all(document, whole);
        reading.triggers = reading.greedy(found, |r, mark| r.is_trigger(mark), |&pair| pair);
        split_verbs::mark(&mut reading);
        open_verbs::mark(&mut reading);
        keep_first(&mut reading.triggers, &reading.units, MOST_TRIGGERS);
        reading
    }

    /// Lower-case text of a span; a span that cuts a character or leaves the text is narrowed.
    pub fn fold(&self, span: Span) -> &'a str {
        slice(&self.document.norm.fold, span)
    }

    /// Text of a span; a span that cuts a character or leaves the text is narrowed.
    pub fn text(&self, span: Span) -> &'a str {
        slice(&self.document.norm.text, span)
    }

    /// The small words of the languages.
    pub fn grammar(&self) -> &'a Grammar {
        &self.topic.grammar
    }

    /// The trigger of a mark.
    pub fn trigger(&self, mark: &Mark<(usize, Form)>) -> &'a Trigger {
        &self.topic.triggers.triggers[mark.it.0]
    }

    /// Class of a trigger by its index.
    pub fn class_of(&self, trigger: usize) -> TriggerClass {
        self.topic.triggers.triggers[trigger].class
    }

    /// Class of a trigger mark.
    pub fn class(&self, mark: &Mark<(usize, Form)>) -> TriggerClass {
        self.trigger(mark).class
    }

    /// Cues of a class that begin inside a span.
    pub fn cues_of(&self, span: Span, class: CueClass) -> impl Iterator<Item = Span> + '_ {
        within(&self.cues, span).iter().filter(move |mark| mark.it == class).map(|mark| mark.span)
    }

    /// Whether a cue of the class lies inside the span.
    pub fn has(&self, span: Span, class: CueClass) -> bool {
        self.cues_of(span, class).any(|cue| cue.end <= span.end)
    }

    /// Concepts (indexes) that lie inside a span, in text order.
    pub fn concepts_in(&self, span: Span) -> impl Iterator<Item = (Span, usize)> + '_ {
        within(&self.concepts, span)
            .iter()
            .filter(move |mark| mark.span.end <= span.end)
            .filter_map(|mark| match mark.it {
                Meaning::Concept(at) => Some((mark.span, at)),
                Meaning::OffTopic => None,
            })
    }

    /// Topics of the concepts inside a span, sorted.
    pub fn topics_in(&self, span: Span) -> Vec<String> {
        let concepts = &self.topic.concepts.concepts;
        let mut topics: Vec<String> = self
            .concepts_in(span)
            .flat_map(|(_, at)| concepts[at].topics.iter().cloned())
            .collect();
        topics.sort();
        topics.dedup();
        topics
    }

    /// The unit around an offset.
    pub fn unit_at(&self, offset: usize) -> Option<&Unit> {
        let at = self.units.partition_point(|unit| unit.span.end <= offset);
        self.units.get(at).filter(|unit| unit.span.start <= offset)
    }

    /// Language of the unit around an offset.
    pub fn language_at(&self, offset: usize) -> Option<Language> {
        self.unit_at(offset).map(|unit| unit.language)
    }

    /// A stretch without the article at its end.
    pub fn without_article<'t>(&self, text: &'t str) -> &'t str {
        let text = text.trim_end();
        let article = self.grammar().articles.at_end(text);
        article.map_or(text, |article| text[..text.len() - article.len()].trim_end())
    }

    /// Whether glued words were separated inside a stretch.
    pub fn glued(&self, span: Span) -> bool {
        let raw = self.document.quote(span).text;
        let blanks = |text: &str| text.split_whitespace().count();
        blanks(self.text(span)) > blanks(&raw)
    }

    /// Whether the next word begins with a capital.
    pub fn capital_after(&self, offset: usize) -> bool {
        let rest = &self.document.norm.text[offset..];
        rest.strip_prefix(' ').and_then(|rest| rest.chars().next()).is_some_and(char::is_uppercase)
    }

    /// Whether the word directly before an offset is spelled like a name that is no name of an actor.
    fn name_before(&self, offset: usize) -> bool {
        let Some(before) = self.document.norm.text[..offset].strip_suffix(' ') else {
            return false;
        };
        let word = before.rsplit([' ', '\n', '"', '“', '(']).next().unwrap_or(before);
        let mut letters = word.chars();
        letters.next().is_some_and(char::is_uppercase)
            && word.chars().count() > 1
            && letters.all(|c| c.is_alphabetic() && c.is_lowercase())
            && self
                .topic
                .actors
                .lexicon
                .all(self.document, Span::new(before.len() - word.len(), offset))
                .is_empty()
    }

    /// Whether one of the phrases ends directly before the offset.
    pub fn follows(&self, offset: usize, phrases: &[String]) -> bool {
        let before = self.document.norm.fold[..offset].trim_end_matches([' ', '"', '“']);
        phrases.iter().any(|phrase| {
            before
                .strip_suffix(phrase.as_str())
                .is_some_and(|rest| !rest.chars().next_back().is_some_and(char::is_alphanumeric))
        })
    }

    /// Whether one of the phrases begins directly after the offset.
    pub fn precedes(&self, offset: usize, phrases: &[String]) -> bool {
        let after = self.document.norm.fold[offset..].trim_start_matches([' ', '"', '“']);
        phrases.iter().any(|phrase| {
            after
                .strip_prefix(phrase.as_str())
                .is_some_and(|rest| !rest.chars().next().is_some_and(char::is_alphanumeric))
        })
    }

    /// Whether a longer concept that begins earlier covers the span ("issues" in "migration issues").
    pub fn inside_concept(&self, span: Span) -> bool {
        let near = Span::new(
            self.document.norm.text.floor_char_boundary(span.start.saturating_sub(60)),
            span.start,
        );
        within(&self.concepts, near)
            .iter()
            .any(|mark| mark.span.end >= span.end && mark.it != Meaning::OffTopic)
    }

    /// The offset moved over blanks.
    pub fn skip_blanks(&self, offset: usize, limit: usize) -> usize {
        let text = self.text(Span::new(offset, limit.max(offset)));
        offset + (text.len() - text.trim_start().len())
    }

    /// A span without blanks and loose punctuation at its ends.
    pub fn trim(&self, span: Span) -> Span {
        let text = self.text(span);
        let loose = |c: char| {
            c.is_whitespace() || matches!(c, ',' | ';' | ':' | '.' | '…' | '-' | '/' | '•')
        };
        let start = span.start + (text.len() - text.trim_start_matches(loose).len());
        let end = span.start + text.trim_end_matches(loose).len();
        Span::new(start, end.max(start))
    }

    fn is_actor(&self, mark: &Mark<&(Who, bool)>) -> bool {
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
    fn forget_crimes(&mut self) {
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
    fn counted_before(&self, at: usize) -> bool {
        let before = self.document.norm.fold[..at].trim_end();
        let digits = before.ends_with(|c: char| c.is_ascii_digit());
        let many = digits || self.grammar().plurals.at_end(before).is_some();
        many && self.language_at(at) == Some(Language::Vi)
    }

    fn is_trigger(&self, mark: &Mark<&(usize, Form)>) -> bool {
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
        let noun_form = !trigger.noun || self.after_determiner(mark.span.start);
        !noun
            && noun_form
            && !self.compound_after(mark.span.end)
            && self.has_actor(mark, trigger)
            && !self.follows(mark.span.start, &trigger.not_left)
            && !self.precedes(mark.span.end, &trigger.not_right)
            && !within(&self.who, near).iter().any(|who| inside(who.span))
            && !within(&self.verbs, near).iter().any(|verb| inside(verb.span))
            && !within(&self.heads, near).iter().any(|head| inside(head.span))
    }

    /// "would-be migrants": the first half of a compound is no verb.
    fn compound_after(&self, end: usize) -> bool {
        let rest = self.document.norm.fold[end..].strip_prefix('-');
        rest.is_some_and(|rest| rest.starts_with(char::is_alphabetic))
    }

    /// Whether a form that may be a noun has an actor before it, but for an adverb or two (*hai bên cũng thỏa thuận*).
    fn has_actor(&self, mark: &Mark<&(usize, Form)>, trigger: &Trigger) -> bool {
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
    fn opens_clause(&self, at: usize) -> bool {
        let before = self.document.norm.fold[..at].trim_end_matches([' ', '"', '“']);
        let first = self.unit_at(at).is_none_or(|unit| unit.span.start >= before.len());
        self.language_at(at) == Some(Language::En) && (first || before.ends_with([',', ';', ':']))
    }

    /// "each verification request": the noun before it has a determiner and is nobody who acts.
    fn in_compound(&self, at: usize) -> bool {
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
    fn after_determiner(&self, at: usize) -> bool {
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
    fn every<T, U>(&self, hits: Vec<Hit<'_, T>>, it: impl Fn(&T) -> U) -> Vec<Mark<U>> {
        hits.into_iter()
            .filter(|hit| self.speaks(hit.span.start, hit.language))
            .map(|hit| Mark { span: hit.span, it: it(hit.payload) })
            .collect()
    }

    /// The same without overlaps: from left to right the longest that is accepted.
    fn greedy<T, U>(
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

    fn speaks(&self, offset: usize, language: Option<Language>) -> bool {
        match (language, self.language_at(offset)) {
            (Some(of_pattern), Some(of_text)) => of_pattern == of_text,
            (_, None) => false,
            (None, _) => true,
        }
    }
}

/// Drops all but the first `most` marks of each unit; both are sorted by start.
fn keep_first<T>(marks: &mut Vec<Mark<T>>, units: &[Unit], most: usize) {
    let (mut at, mut count) = (0, 0);
    marks.retain(|mark| {
        while units.get(at).is_some_and(|unit| unit.span.end <= mark.span.start) {
            (at, count) = (at + 1, 0);
        }
        count += 1;
        count <= most
    });
}

/// Drops marks that lie inside a longer one ("money" in "money laundering"), where `may` allows it.
fn drop_contained<T: Copy>(marks: &mut Vec<Mark<T>>, may: impl Fn(T) -> bool) {
    let mut reach = Span::new(0, 0);
    marks.retain(|mark| {
        let inside = reach.contains(mark.span) && reach.len() > mark.span.len();
        if mark.span.end > reach.end {
            reach = mark.span;
        }
        !(inside && may(mark.it))
    });
}

fn slice(text: &str, span: Span) -> &str {
    let end = text.floor_char_boundary(span.end);
    let start = text.ceil_char_boundary(span.start.min(end));
    &text[start.min(end)..end]
}
