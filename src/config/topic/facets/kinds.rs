//! What a phrase can show, as bits: which of the needed groups of facets, or that it decides by itself. With them it is
//! told which texts cannot be about the topic before they are analysed.

use super::{Facet, FacetRole};

/// What phrases can show. Each needed group with a state has a bit of its own; the subjects share one.
#[derive(Debug, Clone, Default)]
pub struct Kinds {
    of_facet: Vec<u32>,
    of_group: Vec<u32>,
    states: u32,
}

impl Kinds {
    /// An instrument or mechanism of the topic: nothing but the analysis can say what it means.
    pub const DECISIVE: u32 = 1 << 31;
    /// A subject.
    const SUBJECT: u32 = 1 << 30;

    /// The kinds of a topic's facets; `need` are the groups of which one facet each is needed.
    pub(super) fn new(facets: &[Facet], need: &[Vec<usize>]) -> Self {
        let has = |group: &[usize], role: FacetRole| {
            group.iter().any(|&facet| facets.get(facet).is_some_and(|facet| facet.role == role))
        };
        let of_group: Vec<u32> = (0_u32..)
            .zip(need)
            .map(|(number, group)| {
                // More groups than bits: the analysis is asked.
                let state = if number < 30 { 1 << number } else { Self::DECISIVE };
                let state = if has(group, FacetRole::State) { state } else { 0 };
                state | if has(group, FacetRole::Subject) { Self::SUBJECT } else { 0 }
            })
            .collect();
        let of_facet = (0..facets.len())
            .map(|facet| {
                let groups = need.iter().zip(&of_group).filter(|(group, _)| group.contains(&facet));
                groups.fold(0, |kinds, (_, group)| kinds | group)
            })
            .collect();
        let all = of_group.iter().fold(0, |all, group| all | group);
        Self { of_facet, of_group, states: all & !(Self::SUBJECT | Self::DECISIVE) }
    }

    /// What a phrase of a facet can show.
    pub(super) fn of_facet(&self, facet: usize) -> u32 {
        self.of_facet.get(facet).copied().unwrap_or_default()
    }

    /// Whether an entry with phrases of these kinds may be worth its page: it can show a subject, or all the states, or
    /// names what decides by itself.
    pub fn may_matter(&self, kinds: u32) -> bool {
        kinds & (Self::SUBJECT | Self::DECISIVE) != 0 || kinds & self.states == self.states
    }

    /// The numbers of the needed groups that none of these kinds can show.
    pub fn missing(&self, kinds: u32) -> impl Iterator<Item = usize> + '_ {
        self.of_group
            .iter()
            .enumerate()
            .filter(move |(_, group)| **group & kinds == 0)
            .map(|(at, _)| at)
    }
}
