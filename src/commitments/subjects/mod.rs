//! Who acts. In: a reading and a stretch of a clause. Out: actors (indexes), with how sure it is. [`sides`] knows the
//! two states and who takes part for them, [`speakers`] who speaks and what a pronoun or role noun stands for, [`recalled`]
//! whom a short word names again, [`standing`] what a name is in its clause, [`asides`] what stands between a subject and its verb.

pub(crate) mod asides;
pub(crate) mod recalled;
pub(crate) mod sides;
pub(crate) mod speakers;
pub(crate) mod standing;

use crate::commitments::reading::units::Unit;
use crate::commitments::reading::{Mark, Reading, within};
use crate::commitments::subjects::speakers::Floor;
use crate::config::topic::actors::Who;
use crate::config::topic::triggers::CueClass;
use crate::model::{Language, Span};

/// A resolved subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Subject {
    /// Official actors (indexes into the topic's actors).
    Actors(Vec<usize>),
    /// Somebody who cannot commit a state.
    Outsider,
    /// A thing or an event: where its noun phrase begins.
    Thing(usize),
    /// Nobody is named or meant.
    Absent,
}

/// A subject with its confidence (0 to 1) and the rule that found it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Resolved {
    pub subject: Subject,
    pub confidence: f64,
    pub why: &'static str,
    /// Where the noun phrase stands, when it is named.
    pub span: Option<Span>,
}

impl Resolved {
    fn new(subject: Subject, confidence: f64, why: &'static str) -> Self {
        Self { subject, confidence, why, span: None }
    }
}

/// Words of a Vietnamese phrase of time before a verb, at most (*trong vòng 48 giờ*).
const TIME_WORDS: usize = 6;

impl Reading<'_> {
    /// The subject of what stands at the end of `region`.
    pub fn subject(&self, region: Span, unit: &Unit, floor: &Floor) -> Resolved {
        if let Some(head) = self.before_said(region, unit) {
            let thing = || Subject::Thing(self.noun_phrase(head));
            return self
                .named(head, unit, floor)
                .unwrap_or_else(|| Resolved::new(thing(), 0.7, "the subject is a thing"));
        }
        let speech = self
            .cues_of(region, CueClass::Speech)
            .filter(|cue| {
                cue.end <= region.end && !self.inside_name(*cue) && !self.of_relative(*cue)
            })
            .last();
        let said_at = speech.map_or(region.start, |cue| cue.end);
        let that = self.grammar().that.places(self.fold(Span::new(said_at, region.end))).max();
        let that = that.map(|(at, length)| (said_at + at + length + 1).min(region.end));
        let near = Span::new(that.unwrap_or(said_at), region.end);
        let near = self.before_aside(near, unit);
        let open = near;
        let near = self.past_fronted(near, unit);
        let clause = Span::new(that.unwrap_or(region.start), region.end);
        if let Some(found) = self.shared(clause, unit, floor) {
            return found;
        }
        if let Some(found) = self.named(near, unit, floor).or_else(|| self.both_alone(near, unit)) {
            return found;
        }
        let text = self.text(near).trim();
        let words =
            text.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric)).count();
        // Two words are a subject right after *rằng*, else an adverb.
        let of_vietnamese = unit.language == Language::Vi && that.is_none();
        let timed = unit.language == Language::Vi
            && self.grammar().time_words.at_start(self.fold(near)).is_some()
            && words <= TIME_WORDS;
        let adverbial = text.is_empty()
            || timed
            || speech.is_some() && self.elided(near, unit)
            || text.ends_with([',', ';', ':', '"', '“'])
            || words <= 2 && (of_vietnamese || region.start > unit.span.start)
            || near == open && words <= 1;
        if let Some(found) = self.body(near, unit, floor).filter(|_| !text.is_empty()) {
            return found;
        }
        // "Munro said his ministry was exploring a scheme": whose it is, the one who says so tells.
        let own = within(&self.who, near).iter().any(|mark| mark.it == Who::Pronoun);
        if let Some(cue) = speech.filter(|_| own)
            && let Some(found) = self.named(Span::new(region.start, cue.start), unit, floor)
        {
            return found;
        }
        if !adverbial {
            return Resolved::new(
                Subject::Thing(self.noun_phrase(near)),
                0.7,
                "the subject is a thing",
            );
        }
        if let Some(cue) = speech {
            let said = Span::new(region.start, cue.start);
            if let Some(found) = self.named(said, unit, floor) {
                return found;
            }
        }
        match &floor.speaker {
            Some(subject) => Resolved::new(subject.clone(), 0.7, "the subject goes on from before"),
            None => Resolved::new(Subject::Absent, 0.5, "no subject is named"),
        }
    }

    /// "xác nhận tin trên, đồng thời (nhấn mạnh sẽ) …": behind a word that joins a Vietnamese clause, the subject is that before.
    fn elided(&self, region: Span, unit: &Unit) -> bool {
        let words = self.fold(region).trim();
        let tail = words.rsplit([',', ';']).next().unwrap_or(words).trim();
        let mut rest =
            self.grammar().clause_joins.at_start(tail).map(|join| tail[join.len()..].trim());
        while let Some(after) = rest
            && let Some(adverb) = self.grammar().before_verb.at_start(after)
        {
            rest = Some(after[adverb.len()..].trim_start());
        }
        unit.language == Language::Vi && tail.len() < words.len() && rest == Some("")
    }

    /// "The ministry regretted the move and …", "spoke of the work of the group and …": behind a conjunction a verb shares
    /// the subject of the one before, which is the first name of the clause.
    fn shared(&self, region: Span, unit: &Unit, floor: &Floor) -> Option<Resolved> {
        let words = self.fold(region).trim_end();
        self.grammar().conjunctions.at_end(words)?;
        let verb = within(&self.verbs, region).first().map(|verb| verb.span.start);
        let speech = self.cues_of(region, CueClass::Speech).map(|cue| cue.start).next();
        let before = verb.into_iter().chain(speech).min()?;
        let free = |mark: &&Mark<Who>| {
            mark.span.end <= before
                && !matches!(mark.it, Who::Place(_) | Who::Nobody)
                && self.governed(mark.span).is_none()
                && !self.possessive(mark.span)
                && !self.attributive(mark.span, region.end)
        };
        let first = within(&self.who, region).iter().find(free)?;
        // "The British Freight Council says …": a name that begins with a nation is not the nation.
        let rest = self.text(Span::new(first.span.end, region.end)).trim_start();
        if self.grammar().demonyms.is(self.fold(first.span)) && rest.starts_with(char::is_uppercase)
        {
            return None;
        }
        let head = Span::new(region.start, first.span.end);
        self.named(head, unit, floor)
    }

    /// "Tổ công tác sẽ phỏng vấn …": a body of officials acts for the state of whoever speaks of it.
    fn body(&self, region: Span, unit: &Unit, floor: &Floor) -> Option<Resolved> {
        if unit.language != Language::Vi {
            return None;
        }
        let from = self.noun_phrase(region);
        let words = self.fold(Span::new(from, region.end));
        let is = self.grammar().copula.places(words).max().map_or(0, |(at, length)| at + length);
        let start = self.past_numbers(from + is, region.end);
        let phrase = Span::new(start, region.end);
        let words = self.fold(phrase);
        self.grammar().bodies.at_start(words)?;
        let acted_on = self.grammar().passive.at_end(words).is_some();
        let verb = within(&self.verbs, phrase).iter().any(|verb| verb.span.end < phrase.end);
        let actors = match &floor.speaker {
            Some(Subject::Outsider) => return None,
            Some(Subject::Actors(actors)) => actors.clone(),
            _ => self.pair(unit, start),
        };
        let why = "a body of officials acts";
        let subject = Subject::Actors(actors);
        (!acted_on && !verb).then_some(Resolved {
            subject,
            confidence: 0.7,
            why,
            span: Some(phrase),
        })
    }

    /// "Both also undertook to …": the word alone, but for adverbs, means the two sides.
    fn both_alone(&self, region: Span, unit: &Unit) -> Option<Resolved> {
        let phrase = Span::new(self.noun_phrase(region), region.end);
        let words = self.fold(phrase);
        let both = self.grammar().both.at_start(words)?;
        let adverbs = words.trim_start()[both.len()..]
            .split_whitespace()
            .all(|word| self.grammar().adverbs.is(word) || word.len() > 4 && word.ends_with("ly"));
        (unit.language == Language::En && adverbs).then(|| Resolved {
            subject: Subject::Actors(self.pair(unit, phrase.start)),
            confidence: 0.7,
            why: "both sides act",
            span: Some(self.trim(phrase)),
        })
    }

    /// Behind numbers and words of plural.
    pub(crate) fn past_numbers(&self, from: usize, limit: usize) -> usize {
        let mut at = self.skip_blanks(from, limit);
        for _ in 0..3 {
            let rest = self.fold(Span::new(at.min(limit), limit));
            let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            let word = self.grammar().plurals.at_start(rest).map_or(0, str::len);
            if digits.max(word) == 0 {
                break;
            }
            at = self.skip_blanks(at + digits.max(word), limit);
        }
        at
    }

    /// "no one who says so": a verb of speech in a relative clause tells no source.
    fn of_relative(&self, cue: Span) -> bool {
        let before = self.fold(Span::new(self.floor(cue.start.saturating_sub(12)), cue.start));
        let english = self.language_at(cue.start) == Some(Language::En);
        english
            && self.grammar().asides.at_end(before).is_some_and(|word| {
                let rest = before.trim_end();
                !rest[..rest.len() - word.len()].trim_end().ends_with(',')
            })
    }

    pub(crate) fn inside_name(&self, cue: Span) -> bool {
        let near = Span::new(cue.start.saturating_sub(60), cue.start + 1);
        let near = Span::new(self.document.norm.text.floor_char_boundary(near.start), near.end);
        within(&self.who, near).iter().any(|mark| mark.span.contains(cue))
    }

    /// Where the noun phrase at the end of a region begins: after its last comma, quotation mark or "that".
    fn noun_phrase(&self, region: Span) -> usize {
        let text = self.text(region);
        let mut start = 0;
        let trimmed = text.trim_end_matches([',', ' ']);
        for mark in [", ", "; ", "\"", "“"] {
            if let Some(at) = trimmed.rfind(mark) {
                start = start.max(at + mark.len());
            }
        }
        let content = self.grammar().that.places(trimmed).map(|(at, length)| at + length);
        start = content.max().map_or(start, |at| at.max(start));
        self.skip_blanks(region.start + start, region.end)
    }

    /// Where the phrase that ends with a region begins, behind the words of speech and the last comma before it.
    pub(crate) fn patient_start(&self, region: Span) -> usize {
        let speech = self.cues_of(region, CueClass::Speech).last();
        let from = speech.map_or(region.start, |cue| cue.end.min(region.end));
        self.noun_phrase(Span::new(from, region.end)).min(region.end)
    }

    /// The nearest actor before the end of a region that is not governed by a preposition, with those joined to it.
    pub(crate) fn named(&self, region: Span, unit: &Unit, floor: &Floor) -> Option<Resolved> {
        let marks = within(&self.who, region);
        let mut fallback = None;
        for (at, mark) in marks.iter().enumerate().rev() {
            let bracketed = self.document.norm.text[..mark.span.start].ends_with('(');
            if mark.span.end > region.end
                || bracketed
                || self.possessive(mark.span) && !self.voiced(mark.span)
                || self.attributive(mark.span, region.end) && !self.officials(mark.span, region.end)
                || mark.it == Who::Outsider && self.of_a_nation(mark.span)
            {
                continue;
            }
            let Some(subject) = self.stands_for(mark, unit, floor) else { continue };
            // "hỗ trợ nạn nhân", "với 11 em": whom a verb or a preposition governs does not act.
            if mark.it == Who::Outsider
                && (self.object_of_verb(mark.span, region) || self.counted_after(mark.span, region))
            {
                continue;
            }
            if let Some(of) = self.governed(mark.span) {
                if of && fallback.is_none() {
                    fallback = Some((at, subject));
                }
                continue;
            }
            return Some(self.joined(marks, at, subject, unit, floor, 1.0));
        }
        let (at, subject) = fallback?;
        Some(self.joined(marks, at, subject, unit, floor, 0.9))
    }

    fn joined(
        &self,
        marks: &[Mark<Who>],
        at: usize,
        subject: Subject,
        unit: &Unit,
        floor: &Floor,
        confidence: f64,
    ) -> Resolved {
        let mark = &marks[at];
        let confidence = match mark.it {
            Who::Actor(_) | Who::Head(_) => confidence,
            Who::They | Who::Pronoun | Who::We | Who::Government => 0.7,
            _ => 0.9,
        };
        let Subject::Actors(mut actors) = subject else {
            return Resolved {
                subject,
                confidence,
                why: "an outsider speaks",
                span: Some(mark.span),
            };
        };
        let mut start = mark.span.start;
        let lone = matches!(mark.it, Who::Actor(_) | Who::Head(_) | Who::Side(_));
        for before in marks[..at].iter().rev().take(4).filter(|_| lone) {
            let between = Span::new(before.span.end.min(start), start);
            if self.cited(before.span) {
                break;
            }
            if !self.conjoined(between) || self.possessive(before.span) {
                if self.text(between).trim().is_empty() || self.text(between).len() < 5 {
                    continue;
                }
                break;
            }
            if let Some(Subject::Actors(more)) = self.stands_for(before, unit, floor) {
                for actor in more {
                    if !actors.contains(&actor) {
                        actors.insert(0, actor);
                    }
                }
                start = before.span.start;
                if self.both_sides(&actors) {
                    break;
                }
            }
        }
        let why = if self.both_sides(&actors) { "both sides act" } else { "one side acts" };
        Resolved {
            subject: Subject::Actors(actors),
            confidence,
            why,
            span: Some(Span::new(start, mark.span.end)),
        }
    }
}
