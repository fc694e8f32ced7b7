//! Finding the few entries that a mention could be about, without looking at all of them.
//!
//! Every entry is listed under its telling words, concepts and topics, together with kind family and polarity. A
//! search walks the shortest lists first, newest entry first, and stops after a fixed number of steps: rare words
//! find the right entry long before a common topic has to be walked, so the cost does not grow with the ledger.

use std::collections::{BTreeSet, HashMap};

use super::shape::Shape;
use super::words::hash;
use crate::config::topic::policy::Policy;
use crate::model::{InstrumentId, InstrumentRole, Kind};

/// Steps of one search over words, concepts and topics.
const STEPS: usize = 96;
/// Steps of a search by party alone, for mentions that say nothing else.
const PARTY_STEPS: usize = 48;

/// Lists of entry slots by what they have in common.
#[derive(Debug, Clone, Default)]
pub struct Index {
    lists: HashMap<u64, Vec<u32>>,
    by_instrument: HashMap<(InstrumentId, InstrumentRole), Vec<u32>>,
}

impl Index {
    /// Lists an entry, or lists it again under what it has gained.
    pub fn insert(
        &mut self,
        slot: usize,
        shape: &Shape,
        instrument: Option<(&InstrumentId, InstrumentRole)>,
        policy: &Policy,
    ) {
        let slot = slot as u32;
        let keys = [telling_keys(shape, policy), party_keys(shape, policy)].concat();
        for key in keys {
            insert_sorted(self.lists.entry(key).or_default(), slot);
        }
        if let Some((id, role)) = instrument {
            insert_sorted(self.by_instrument.entry((id.clone(), role)).or_default(), slot);
        }
    }

    /// Slots of all entries that were ever linked to an instrument in that role, oldest first.
    pub fn of_instrument(
        &self,
        id: &InstrumentId,
        role: InstrumentRole,
    ) -> impl Iterator<Item = usize> + '_ {
        let slots = self.by_instrument.get(&(id.clone(), role));
        slots.into_iter().flatten().map(|slot| *slot as usize)
    }

    /// Slots of entries worth comparing with a shape, in ascending order.
    pub fn candidates(&self, shape: &Shape, policy: &Policy) -> BTreeSet<usize> {
        let mut found = self.walk(telling_keys(shape, policy), STEPS);
        if found.is_empty() || shape.is_bare() {
            found.extend(self.walk(party_keys(shape, policy), PARTY_STEPS));
        }
        found
    }

    fn walk(&self, keys: Vec<u64>, steps: usize) -> BTreeSet<usize> {
        let mut lists: Vec<(usize, u64, &Vec<u32>)> = keys
            .into_iter()
            .filter_map(|key| self.lists.get(&key).map(|list| (list.len(), key, list)))
            .collect();
        lists.sort_unstable_by_key(|(length, key, _)| (*length, *key));
        lists
            .into_iter()
            .flat_map(|(_, _, list)| list.iter().rev())
            .take(steps)
            .map(|slot| *slot as usize)
            .collect()
    }
}

fn insert_sorted(list: &mut Vec<u32>, slot: u32) {
    if let Err(at) = list.binary_search(&slot) {
        list.insert(at, slot);
    }
}

fn family_of(shape: &Shape, policy: &Policy) -> String {
    let first = policy.family(shape.kind).into_iter().min().unwrap_or(shape.kind);
    format!("{first}/{}", shape.polarity)
}

fn telling_keys(shape: &Shape, policy: &Policy) -> Vec<u64> {
    let family = family_of(shape, policy);
    let bags = shape.words.iter().map(|(_, bag)| bag).chain([&shape.concepts]);
    let mut keys: Vec<u64> = bags
        .flat_map(|bag| bag.telling())
        .map(|word| hash(&[&family]).rotate_left(1) ^ word)
        .chain(shape.topics.iter().map(|topic| hash(&[&family, "topic", topic])))
        .collect();
    if shape.delegation {
        keys.push(hash(&[&family, "delegation"]));
    }
    if shape.kind == Kind::General {
        // Vague promises meet in the bucket of their group of topics, whatever their words.
        let groups = shape.groups.iter().map(ToString::to_string);
        let none = shape.groups.is_empty().then(|| "none".to_owned());
        keys.extend(groups.chain(none).map(|group| hash(&[&family, "bucket", &group])));
    }
    keys.sort_unstable();
    keys.dedup();
    keys
}

fn party_keys(shape: &Shape, policy: &Policy) -> Vec<u64> {
    let family = family_of(shape, policy);
    let mut keys: Vec<u64> = Vec::new();
    for party in &shape.parties {
        keys.push(hash(&[&family, "party", party]));
        keys.push(hash(&[&family, "state", party.split('.').next().unwrap_or(party)]));
    }
    keys.sort_unstable();
    keys.dedup();
    keys
}
