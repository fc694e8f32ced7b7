//! Who has the floor, and what pronouns and role nouns stand for: the running speaker, the speaker of a quotation,
//! the other side. In: a mark and the floor. Out: a subject.

use crate::commitments::reading::units::Unit;
use crate::commitments::reading::{Mark, Reading, within};
use crate::commitments::subjects::{Resolved, Subject};
use crate::config::topic::actors::Who;
use crate::config::topic::triggers::CueClass;
use crate::model::Span;
use crate::text::BlockKind;

/// A quotation is closed within this many bytes.
const LONGEST_QUOTATION: usize = 3000;

/// What is known about the speakers up to a point of the text.
#[derive(Debug, Clone, Default)]
pub(crate) struct Floor {
    /// The last subject of a speech verb or trigger.
    pub speaker: Option<Subject>,
    /// The same, as written.
    pub speaker_text: Option<String>,
    /// The agencies that spoke last: they speak for their states.
    pub agencies: Vec<usize>,
    /// The person of whom the last sentence spoke.
    pub person: Option<Subject>,
}

impl Reading<'_> {
    /// Keeps the agencies among those who speak.
    pub fn hear(&self, subject: &Subject, floor: &mut Floor) {
        if let Subject::Actors(actors) = subject {
            let agencies: Vec<usize> =
                actors.iter().copied().filter(|&at| self.is_agency(at)).collect();
            if !agencies.is_empty() {
                floor.agencies = agencies;
            }
        }
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
            Who::Pronoun if let Some(found) = self.recalled(mark, floor) => found,
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
            Who::Person(_) | Who::Title | Who::PrivateTitle | Who::Place(_) | Who::Nobody => {
                return None;
            }
        })
    }

    /// "the Commander", *Tư lệnh*: the one office-holder who was introduced with that title before.
    pub(crate) fn titled(&self, mark: &Mark<Who>) -> Option<usize> {
        let word = self.fold(mark.span);
        let article = self.grammar().articles.at_start(word).map_or(0, str::len);
        let word = word[article..].trim_start();
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
        let block = self.document.blocks[unit.block].span;
        let before = within(&self.who, Span::new(block.start, mark.span.start));
        let named = after.iter().find_map(named).or_else(|| before.iter().rev().find_map(named));
        let state = named.and_then(|at| self.topic.actors.state_of(at));
        let government = state.and_then(|state| {
            let id = &self.topic.actors.actors[state].id;
            let whole = self.topic.policy.parties.whole_state.iter();
            let mut agencies =
                whole.filter_map(|all| self.topic.actors.index(&format!("{id}.{all}")));
            agencies.next().or(Some(state))
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
                self.hear(&found.subject, floor);
                floor.speaker = Some(found.subject);
            }
            from = cue.end;
        }
    }
}
