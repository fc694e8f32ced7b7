//! What a name is in its clause: the object of a verb, only a source, an attribute, one of several, an owner; and whether the
//! officials of a nation are meant. In: the place of a name. Out: yes or no.

use crate::commitments::reading::{Reading, within};
use crate::config::topic::forms::Form;
use crate::config::topic::triggers::CueClass;
use crate::model::Span;

/// Words of a phrase for people in the service of a state, after its adjective, at most.
const OFFICIAL_WORDS: usize = 4;

impl Reading<'_> {
    /// Whether a verb of action stands directly before a name, but for a number or a word of plural.
    pub(super) fn object_of_verb(&self, name: Span, region: Span) -> bool {
        let fold = &self.document.norm.fold;
        let mut end = fold[..name.start].trim_end().len();
        let counting = |word: &str| {
            word.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ','))
                || self.grammar().plurals.is(word)
        };
        while let Some(word) = fold[region.start.min(end)..end].rsplit(' ').next()
            && !word.is_empty()
            && counting(word)
        {
            end = fold[..end - word.len()].trim_end().len();
        }
        let near = Span::new(self.floor(end.saturating_sub(40)).max(region.start), end);
        within(&self.verbs, near).iter().any(|verb| verb.span.end == end)
    }

    /// Whether a preposition stands before a name, but for a number: "với 11 em".
    pub(super) fn counted_after(&self, name: Span, region: Span) -> bool {
        let fold = &self.document.norm.fold;
        let end = fold[..name.start].trim_end().len();
        let word = fold[region.start.min(end)..end].rsplit(' ').next().unwrap_or_default();
        let number = !word.is_empty() && word.chars().all(|c| c.is_ascii_digit() || c == '.');
        let before = fold[..end - word.len()].trim_end().len();
        let near = Span::new(self.floor(before.saturating_sub(12)).max(region.start), before);
        number && self.cues_of(near, CueClass::Preposition).any(|cue| cue.end == before)
    }

    /// Whether a name is only the source: "according to …", *theo …*.
    pub(crate) fn cited(&self, name: Span) -> bool {
        let from = self.floor(name.start.saturating_sub(24));
        let before = self.without_article(self.fold(Span::new(from, name.start)));
        let end = from + before.len();
        self.cues_of(Span::new(from, name.start), CueClass::Source).any(|cue| cue.end == end)
    }

    /// Whether two names are joined by a conjunction and nothing that is a clause stands between.
    pub(super) fn conjoined(&self, between: Span) -> bool {
        let text = self.text(between);
        if text.len() > 110 || within(&self.triggers, between).iter().any(|m| m.it.1 != Form::Plain)
        {
            return false;
        }
        let joins = |span: Span| self.grammar().actor_joins.is(self.fold(span));
        self.cues_of(between, CueClass::Separator).any(joins)
            || self
                .grammar()
                .actor_joins
                .all()
                .any(|join| join.contains(' ') && text.contains(join))
            || text.trim() == "-"
            || text.trim() == "," && text.len() < 4
    }

    /// "Vietnamese" before a common noun ("a Vietnamese police officer") is no actor.
    pub(crate) fn attributive(&self, span: Span, end: usize) -> bool {
        let noun = self.text(Span::new(span.end, end)).trim_start();
        self.grammar().demonyms.is(self.fold(span)) && noun.starts_with(char::is_lowercase)
    }

    /// "Six Vietnamese immigration officers": people in the service of the state that the adjective names.
    pub(super) fn officials(&self, demonym: Span, end: usize) -> bool {
        let after = self.fold(Span::new(demonym.end, end));
        let officials = &self.topic.triggers.officials;
        let words: Vec<&str> = after.split_whitespace().take(OFFICIAL_WORDS).collect();
        (1..=words.len()).any(|count| officials.is(&words[..count].join(" ")))
            || words.iter().position(|word| officials.is(word)).is_some_and(|at| {
                words[..at].iter().all(|word| word.chars().all(|c| c.is_alphabetic() || c == '-'))
                    && !words[..at]
                        .iter()
                        .any(|word| self.grammar().no_verbs.is(word) && word.len() < 4)
            })
    }

    /// "British experts": not just any experts.
    pub(super) fn of_a_nation(&self, name: Span) -> bool {
        let from = self.floor(name.start.saturating_sub(40));
        let before = self.fold(Span::new(from, name.start));
        let words: Vec<&str> = before.split_whitespace().rev().take(2).collect();
        self.topic.triggers.officials.is(self.fold(name))
            && words.iter().any(|word| self.grammar().demonyms.is(word))
    }

    /// "Hanoi's statement", "Britain's negotiators" speak for the actor.
    pub(super) fn voiced(&self, span: Span) -> bool {
        let rest = &self.document.norm.fold[span.end..];
        let grammar = self.grammar();
        let rest = grammar.possessive.at_start(rest).map_or(rest, |mark| &rest[mark.len()..]);
        grammar.voices.at_start(rest).is_some()
    }

    pub(crate) fn possessive(&self, span: Span) -> bool {
        let rest = &self.document.norm.text[span.end..];
        self.grammar().possessive.at_start(rest).is_some()
    }

    /// "do hai bên chưa thống nhất": a word of agency that opens a clause of reason governs no name.
    pub(super) fn because(&self, before: &str, name_end: usize) -> bool {
        let next = self.skip_blanks(name_end, self.document.norm.fold.len());
        let rest = &self.document.norm.fold[next..];
        let here = Span::new(next, next + 1);
        let clause = self.grammar().before_verb.at_start(rest).is_some()
            || self.cues_of(here, CueClass::Negation).next().is_some();
        clause && self.grammar().reasons.at_end(before).is_some()
    }

    /// Whether a preposition governs a name; `true` inside when it is "of".
    pub(crate) fn governed(&self, span: Span) -> Option<bool> {
        let before = self.document.norm.fold[..span.start].trim_end();
        let before = self.without_article(before);
        if self.grammar().time_ahead.at_end(before).is_some() || self.because(before, span.end) {
            return None;
        }
        let end = before.len();
        let near = Span::new(end.saturating_sub(12), end);
        let near = Span::new(self.document.norm.text.floor_char_boundary(near.start), near.end);
        let ends_here = |class| self.cues_of(near, class).any(|cue| cue.end == end);
        if !ends_here(CueClass::Preposition) {
            return None;
        }
        Some(ends_here(CueClass::Of))
    }
}
