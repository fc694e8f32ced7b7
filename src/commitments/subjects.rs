//! Who acts: the subject of a trigger, the running speaker, and the parties of the meeting at hand. In: a reading
//! and a stretch of a clause. Out: actors (indexes), with how sure it is.

use super::reading::{Mark, Reading, Unit, within};
use crate::config::topic::actors::Who;
use crate::config::topic::triggers::CueClass;
use crate::model::{Language, Span};
use crate::text::BlockKind;

/// A quotation is closed within this many bytes.
const LONGEST_QUOTATION: usize = 3000;

/// A resolved subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Subject {
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
pub(super) struct Resolved {
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

/// What is known about the speakers up to a point of the text.
#[derive(Debug, Clone, Default)]
pub(super) struct Floor {
    /// The last subject of a speech verb or trigger.
    pub speaker: Option<Subject>,
    /// The same, as written.
    pub speaker_text: Option<String>,
}

impl Reading<'_> {
    /// The state index of each side of an actor list.
    pub fn states(&self, actors: &[usize]) -> Vec<usize> {
        let mut states: Vec<usize> =
            actors.iter().filter_map(|&at| self.topic.actors.state_of(at)).collect();
        states.sort_unstable();
        states.dedup();
        states
    }

    /// Whether both principal states are among the actors.
    pub fn both_sides(&self, actors: &[usize]) -> bool {
        let actors_of = &self.topic.actors.actors;
        self.states(actors).iter().filter(|&&at| actors_of[at].principal).count() == 2
    }

    /// The two states.
    pub fn states_pair(&self) -> Vec<usize> {
        (0..self.topic.actors.actors.len())
            .filter(|&at| self.topic.actors.actors[at].principal)
            .collect()
    }

    /// The other principal state.
    pub fn other_state(&self, state: usize) -> Option<usize> {
        self.states_pair().into_iter().find(|&at| at != state)
    }

    /// Whoever of a state takes part in the meeting at hand: the agency named last in this paragraph before the
    /// offset, else the one that the text names first, else the state.
    pub fn party_of(&self, state: usize, unit: &Unit, before: usize) -> usize {
        let block = self.document.blocks[unit.block].span;
        let Some(agencies) = self.agencies.get(&state) else { return state };
        let last = agencies.partition_point(|&(place, _)| place < before);
        let here = last.checked_sub(1).map(|at| agencies[at]);
        let here = here.filter(|&(place, _)| place >= block.start);
        // The one that the text names first stands in when the paragraph names none.
        here.or(agencies.first().copied()).map_or(state, |(_, agency)| agency)
    }

    /// Finds where the text names agencies of each state that may take part in a meeting.
    pub fn find_agencies(&mut self) {
        self.agencies.clear();
        let actors = &self.topic.actors;
        for mark in &self.who {
            let (Who::Actor(at) | Who::Head(at)) = mark.it else { continue };
            let takes_part = !matches!(actors.actors[at].kind.as_str(), "academy" | "province");
            if let Some(state) = actors.state_of(at).filter(|&state| state != at && takes_part) {
                self.agencies.entry(state).or_default().push((mark.span.start, at));
            }
        }
    }

    /// Both parties of the meeting at hand.
    pub fn pair(&self, unit: &Unit, before: usize) -> Vec<usize> {
        self.states_pair().into_iter().map(|state| self.party_of(state, unit, before)).collect()
    }

    /// What a mark stands for, as actors.
    pub fn stands_for(&self, mark: &Mark<Who>, unit: &Unit, floor: &Floor) -> Option<Subject> {
        let at = mark.span.start;
        let speaker = || floor.speaker.clone();
        Some(match mark.it {
            Who::Actor(index) | Who::Head(index) => Subject::Actors(vec![index]),
            Who::Side(state) => Subject::Actors(vec![self.party_of(state, unit, at)]),
            Who::PairState => Subject::Actors(self.states_pair()),
            Who::PairAgency => Subject::Actors(self.pair(unit, at)),
            Who::They => match speaker() {
                Some(Subject::Actors(actors)) if self.both_sides(&actors) => {
                    Subject::Actors(actors)
                }
                Some(Subject::Outsider) => Subject::Outsider,
                _ => Subject::Actors(self.pair(unit, at)),
            },
            Who::Pronoun if self.titled(mark).is_some() => {
                Subject::Actors(vec![self.titled(mark)?])
            }
            Who::Pronoun => match speaker()? {
                Subject::Actors(actors) if self.both_sides(&actors) => return None,
                other => other,
            },
            Who::We => match self.quoted_speaker(mark.span, unit, floor) {
                Some(subject) => subject,
                None => speaker()?,
            },
            Who::OtherSide => match speaker()? {
                Subject::Actors(actors) => {
                    let state = *self.states(&actors).first()?;
                    let other = self.other_state(state)?;
                    Subject::Actors(vec![self.party_of(other, unit, at)])
                }
                other => other,
            },
            Who::Government => self.government(mark, unit, floor),
            Who::Outsider | Who::ThirdState => Subject::Outsider,
            Who::Person(_) | Who::Title | Who::PrivateTitle | Who::Place(_) => return None,
        })
    }

    /// "the Commander", *Tư lệnh*: the one office-holder who was introduced with that title before.
    fn titled(&self, mark: &Mark<Who>) -> Option<usize> {
        let word = self.fold(mark.span);
        let word = word.strip_prefix("the ").unwrap_or(word);
        self.titles.bearer(word, mark.span.start)
    }

    /// Officials of a state that only the context tells: the one named right after ("a spokesman for …"), the
    /// speaker's, or the first one of the sentence. Nobody when the text does not say: an official all the same.
    fn government(&self, mark: &Mark<Who>, unit: &Unit, floor: &Floor) -> Subject {
        let after = within(&self.who, Span::new(mark.span.end, unit.span.end));
        let named = |mark: &Mark<Who>| match mark.it {
            Who::Actor(at) | Who::Head(at) | Who::Side(at) => Some(at),
            _ => None,
        };
        if let Some(next) = after.first()
            && next.span.start < mark.span.end + 9
            && self.governed(next.span).is_some()
            && let Some(at) = named(next)
        {
            return Subject::Actors(vec![at]);
        }
        if let Some(Subject::Actors(actors)) = &floor.speaker
            && !self.both_sides(actors)
            && !actors.is_empty()
        {
            return Subject::Actors(actors.clone());
        }
        if floor.speaker == Some(Subject::Outsider) {
            return Subject::Outsider;
        }
        let state = after.iter().find_map(named).and_then(|at| self.topic.actors.state_of(at));
        let government = state.and_then(|state| {
            let id = format!("{}.GOV", self.topic.actors.actors[state].id);
            self.topic.actors.index(&id).or(Some(state))
        });
        Subject::Actors(government.into_iter().collect())
    }

    /// The person named after the quotation that holds a first person.
    fn quoted_speaker(&self, we: Span, unit: &Unit, floor: &Floor) -> Option<Subject> {
        let block = self.document.blocks[unit.block].span;
        let rest = Span::new(we.end, block.end.min(we.end + LONGEST_QUOTATION).max(we.end));
        let quote_end = rest.start + self.text(rest).find(['"', '”'])?;
        let after = Span::new(quote_end, (quote_end + 160).min(rest.end));
        let after = Span::new(after.start, self.document.norm.text.floor_char_boundary(after.end));
        within(&self.who, after)
            .iter()
            .filter(|mark| !matches!(mark.it, Who::We))
            .find_map(|mark| self.stands_for(mark, unit, floor))
    }

    /// The subject of what stands at the end of `region`.
    pub fn subject(&self, region: Span, unit: &Unit, floor: &Floor) -> Resolved {
        let speech = self
            .cues_of(region, CueClass::Speech)
            .filter(|cue| cue.end <= region.end && !self.inside_name(*cue))
            .last();
        let said_at = speech.map_or(region.start, |cue| cue.end);
        let that =
            self.text(Span::new(said_at, region.end)).rfind(" that ").map(|at| said_at + at + 6);
        let near = Span::new(that.unwrap_or(said_at), region.end);
        if let Some(found) = self.named(near, unit, floor) {
            return found;
        }
        let text = self.text(near).trim();
        let words =
            text.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric)).count();
        let adverbial = text.is_empty()
            || text.ends_with([',', ';', ':', '"', '“'])
            || words <= 2 && (unit.language == Language::Vi || region.start > unit.span.start)
            || words <= 1;
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

    fn inside_name(&self, cue: Span) -> bool {
        let near = Span::new(cue.start.saturating_sub(60), cue.start + 1);
        let near = Span::new(self.document.norm.text.floor_char_boundary(near.start), near.end);
        within(&self.who, near).iter().any(|mark| mark.span.contains(cue))
    }

    /// Where the noun phrase at the end of a region begins: after its last comma, quotation mark or "that".
    fn noun_phrase(&self, region: Span) -> usize {
        let text = self.text(region);
        let mut start = 0;
        for mark in [", ", "; ", "\"", "“", " that ", " rằng "] {
            let trimmed = text.trim_end_matches([',', ' ']);
            if let Some(at) = trimmed.rfind(mark) {
                start = start.max(at + mark.len());
            }
        }
        self.skip_blanks(region.start + start, region.end)
    }

    /// The nearest actor before the end of a region that is not governed by a preposition, with those joined to it.
    fn named(&self, region: Span, unit: &Unit, floor: &Floor) -> Option<Resolved> {
        let marks = within(&self.who, region);
        let mut fallback = None;
        for (at, mark) in marks.iter().enumerate().rev() {
            let bracketed = self.document.norm.text[..mark.span.start].ends_with('(');
            if mark.span.end > region.end || bracketed || self.possessive(mark.span) {
                continue;
            }
            let Some(subject) = self.stands_for(mark, unit, floor) else { continue };
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

    /// Whether two names are joined by a conjunction and nothing that is a clause stands between.
    fn conjoined(&self, between: Span) -> bool {
        let text = self.text(between);
        if text.len() > 110
            || within(&self.triggers, between)
                .iter()
                .any(|m| m.it.1 != crate::config::topic::forms::Form::Plain)
        {
            return false;
        }
        let joins = |span: Span| {
            matches!(self.fold(span), "and" | "và" | "cùng với" | "phối hợp với" | "&")
        };
        self.cues_of(between, CueClass::Separator).any(joins)
            || text.contains("phối hợp với")
            || text.trim() == "-"
            || text.trim() == "," && text.len() < 4
    }

    fn possessive(&self, span: Span) -> bool {
        let rest = &self.document.norm.text[span.end..];
        rest.starts_with("'s ") || rest.starts_with("’s ")
    }

    /// Whether a preposition governs a name; `true` inside when it is "of".
    fn governed(&self, span: Span) -> Option<bool> {
        let before = self.document.norm.fold[..span.start].trim_end();
        let before = before.strip_suffix("the").map_or(before, str::trim_end);
        let end = before.len();
        let near = Span::new(end.saturating_sub(12), end);
        let near = Span::new(self.document.norm.text.floor_char_boundary(near.start), near.end);
        let ends_here = |class| self.cues_of(near, class).any(|cue| cue.end == end);
        if !ends_here(CueClass::Preposition) {
            return None;
        }
        Some(ends_here(CueClass::Of))
    }

    /// Updates the floor with the subjects of speech verbs in a stretch.
    pub fn listen(&self, region: Span, unit: &Unit, floor: &mut Floor) {
        if unit.kind != BlockKind::Body && unit.kind != BlockKind::Caption {
            return;
        }
        let cues: Vec<Span> =
            self.cues_of(region, CueClass::Speech).filter(|cue| !self.inside_name(*cue)).collect();
        let mut from = unit.span.start;
        for cue in cues {
            let said =
                self.named(Span::new(from.min(cue.start), cue.start), unit, floor).or_else(|| {
                    // "…," said the minister
                    let after = Span::new(cue.end, (cue.end + 60).min(unit.span.end));
                    let after = Span::new(
                        after.start,
                        self.document.norm.text.floor_char_boundary(after.end).max(after.start),
                    );
                    let gap_free = within(&self.who, after).first()?;
                    let near = self.text(Span::new(cue.end, gap_free.span.start)).trim().len() < 5;
                    near.then(|| self.stands_for(gap_free, unit, floor))?.map(|subject| Resolved {
                        subject,
                        confidence: 0.9,
                        why: "said so",
                        span: Some(gap_free.span),
                    })
                });
            if let Some(found) = said {
                floor.speaker_text = found.span.map(|span| self.text(span).to_owned());
                floor.speaker = Some(found.subject);
            }
            from = cue.end;
        }
    }
}
