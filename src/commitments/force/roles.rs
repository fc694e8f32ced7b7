//! Who commits, asks or is asked (ontology 4.4). In: the class of a trigger and its subject. Out: parties with roles.

use crate::commitments::actions::intro::Intro;
use crate::commitments::extractor::Extractor;
use crate::commitments::reading::units::Unit;
use crate::config::topic::triggers::TriggerClass;
use crate::model::Role;

impl Extractor<'_> {
    pub(crate) fn parties(
        &self,
        class: TriggerClass,
        actors: &[usize],
        start: &Intro,
        unit: &Unit,
        before: usize,
    ) -> Vec<(usize, Role)> {
        let reading = self.reading;
        let asks =
            matches!(class, TriggerClass::Directive | TriggerClass::Wish | TriggerClass::WishAfter);
        if !asks {
            let mut parties: Vec<(usize, Role)> =
                actors.iter().map(|&at| (at, Role::Committer)).collect();
            parties.extend(self.charged(class, actors, start).map(|at| (at, Role::Implementer)));
            return parties;
        }
        let mut parties: Vec<(usize, Role)> =
            actors.iter().map(|&at| (at, Role::Proposer)).collect();
        let states = reading.states(actors);
        let mut asked: Vec<usize> = start
            .named
            .iter()
            .map(|&at| {
                let state = reading.topic.actors.state_of(at);
                if state == Some(at) { reading.party_of(at, unit, before) } else { at }
            })
            .filter(|&at| {
                reading.topic.actors.state_of(at).is_some_and(|state| !states.contains(&state))
            })
            .collect();
        if asked.is_empty()
            && let Some(&state) = states.first()
            && let Some(other) = reading.other_state(state)
        {
            asked.push(reading.party_of(other, unit, before));
        }
        parties.extend(asked.into_iter().map(|at| (at, Role::Addressee)));
        parties
    }

    /// Those agencies of the one who commits that are given the task: "assigned the ministry to …".
    fn charged<'s>(
        &'s self,
        class: TriggerClass,
        actors: &'s [usize],
        start: &'s Intro,
    ) -> impl Iterator<Item = usize> + 's {
        let reading = self.reading;
        let own = reading.states(actors);
        let assigns = class == TriggerClass::Commit && own.len() == 1;
        start.named.iter().copied().filter(move |&at| {
            assigns
                && !actors.contains(&at)
                && reading.is_agency(at)
                && reading.topic.actors.state_of(at) == own.first().copied()
        })
    }
}
