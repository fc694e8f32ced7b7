//! The two sides of the topic and who takes part in a meeting for each. In: actors (indexes) and a place in the text.
//! Out: states and agencies.

use crate::commitments::reading::Reading;
use crate::commitments::reading::units::Unit;
use crate::config::topic::actors::Who;
use crate::model::Span;

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

    /// "Vietnam and the UK", in a sentence that names an agency of each: those agencies.
    pub fn as_agencies(&self, actors: Vec<usize>, unit: &Unit) -> Vec<usize> {
        let bare = actors.iter().all(|&at| self.topic.actors.actors[at].principal);
        if !bare || !self.both_sides(&actors) {
            return actors;
        }
        let named: Vec<usize> =
            actors.iter().filter_map(|&state| self.agency_in(state, unit.span)).collect();
        if named.len() == actors.len() { named } else { actors }
    }

    /// The last agency of a state that a stretch names, its government left out.
    fn agency_in(&self, state: usize, span: Span) -> Option<usize> {
        let agencies = self.agencies.get(&state)?.iter().rev();
        let mut near = agencies.filter(|(place, _)| span.start <= *place && *place < span.end);
        near.find(|&&(_, at)| self.is_agency(at)).map(|&(_, at)| at)
    }

    /// The one agency that the text names of a state, for the state or its government; `None` where it names several.
    pub fn only_agency(&self, actor: usize) -> Option<usize> {
        let actors = &self.topic.actors;
        let state = actors.state_of(actor).filter(|&state| actors.actors[state].principal)?;
        let named = self.agencies.get(&state).filter(|_| !self.is_agency(actor))?;
        let mut agencies = named.iter().map(|&(_, at)| at).filter(|&at| self.is_agency(at));
        let only = agencies.next()?;
        let messengers = &self.topic.policy.parties.messengers;
        let speaks =
            messengers.iter().any(|all| actors.actors[only].id.ends_with(&format!(".{all}")));
        (agencies.all(|at| at == only) && !speaks).then_some(only)
    }

    /// Whether an actor is a part of a state that signs for itself, not the state or its government.
    pub fn is_agency(&self, at: usize) -> bool {
        let whole = &self.topic.policy.parties.whole_state;
        let id = &self.topic.actors.actors[at].id;
        id.split_once('.').is_some_and(|(_, agency)| !whole.iter().any(|all| all == agency))
    }

    /// Finds where the text names agencies of each state that may take part in a meeting.
    pub fn find_agencies(&mut self) {
        self.agencies.clear();
        let actors = &self.topic.actors;
        for mark in &self.who {
            let (Who::Actor(at) | Who::Head(at)) = mark.it else { continue };
            let takes_part = !self.topic.triggers.notions.apart.contains(&actors.actors[at].kind);
            if let Some(state) = actors.state_of(at).filter(|&state| state != at && takes_part) {
                self.agencies.entry(state).or_default().push((mark.span.start, at));
            }
        }
    }

    /// Both parties of the meeting at hand.
    pub fn pair(&self, unit: &Unit, before: usize) -> Vec<usize> {
        self.states_pair().into_iter().map(|state| self.party_of(state, unit, before)).collect()
    }
}
