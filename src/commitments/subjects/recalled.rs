//! Whom a short Vietnamese word names again: *ông* the person of whom the sentence before spoke, *Sứ quán* or *Cục* the body
//! that was named last with that word. In: a mark and the floor. Out: a subject.

use crate::commitments::reading::units::Unit;
use crate::commitments::reading::{Mark, Reading, within};
use crate::commitments::subjects::Subject;
use crate::commitments::subjects::speakers::Floor;
use crate::config::topic::actors::Who;
use crate::model::{Language, Span};

/// Names that are looked through for the one that a short form repeats, at most.
const NAMES: usize = 40;

impl Reading<'_> {
    /// What a Vietnamese pronoun or short form repeats, when the text tells.
    pub(crate) fn recalled(&self, mark: &Mark<Who>, floor: &Floor) -> Option<Subject> {
        if self.language_at(mark.span.start) != Some(Language::Vi) {
            return None;
        }
        let word = self.fold(mark.span);
        if self.grammar().persons.is(word) {
            return floor.person.clone();
        }
        let pointing = self.grammar().pointing.at_end(word).map_or(0, str::len);
        let noun = word[..word.len() - pointing].trim_end();
        if !self.grammar().short_names.is(noun) {
            return None;
        }
        let before = &self.who[..self.who.partition_point(|who| who.span.start < mark.span.start)];
        let named = before.iter().rev().take(NAMES).find_map(|who| match who.it {
            Who::Actor(at) | Who::Head(at) => {
                let name = self.fold(who.span);
                let place = name.find(noun)?;
                let whole = name[place + noun.len()..].starts_with(' ') || name.len() == noun.len();
                whole.then_some(at)
            }
            _ => None,
        });
        named.map(|at| Subject::Actors(vec![at]))
    }

    /// The person with whom a Vietnamese sentence begins, or somebody who cannot commit a state: the next *ông* or *bà* is
    /// that one.
    pub(crate) fn person_spoken_of(&self, unit: &Unit, floor: &Floor) -> Option<Subject> {
        let marks = within(&self.who, unit.span);
        for (at, mark) in marks.iter().enumerate() {
            let title = marks[..at]
                .last()
                .filter(|title| title.it == Who::Title && title.span.end + 1 == mark.span.start);
            let first = title.map_or(mark.span.start, |title| title.span.start);
            let lead = self.text(Span::new(unit.span.start, first)).trim_end();
            let opens = lead.is_empty() || lead.ends_with([',', ':', '-', ')', '.', '–', ';']);
            let opens = opens || self.cited(Span::new(first, mark.span.end));
            if matches!(mark.it, Who::Place(_) | Who::Title) || !opens {
                if !matches!(mark.it, Who::Title) && self.governed(mark.span).is_none() {
                    return None;
                }
                continue;
            }
            let person = match mark.it {
                Who::Head(_) | Who::Outsider => true,
                Who::Side(_) | Who::Actor(_) => title.is_some(),
                Who::Pronoun => self.titled(mark).is_some(),
                _ => false,
            };
            return if person { self.stands_for(mark, unit, floor) } else { None };
        }
        None
    }
}
