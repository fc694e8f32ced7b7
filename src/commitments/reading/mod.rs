//! The lexicon pass: every word of the topic's files found in the text, once, with its place. In: an analysed text.
//! Out: [`Reading`], sorted marks that later steps look up. [`units`] are the sentences that the rules read,
//! [`open_verbs`] and [`people`] the verbs and names that no list knows, [`split_verbs`] verbs whose object stands before their particle, [`dates`] the days that clauses speak of, [`dating`] the day of the text; [`sifting`]
//! tells which hits of the word lists are marks.

pub(crate) mod dates;
pub(crate) mod dating;
pub(crate) mod open_verbs;
pub(crate) mod people;
pub(crate) mod sifting;
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
use crate::model::{Language, Span};
use crate::text::Document;

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
