//! Finding the few entries that a mention could be about, without looking at all of them.
//!
//! Every entry is listed under its telling words, concepts and topics, together with kind family and polarity. A
//! search walks the shortest lists first, newest entry first, and stops after a fixed number of steps: rare words
//! find the right entry long before a common topic has to be walked. Of what it meets, it gives those that share most:
//! a list with half as many entries on it counts for one more. So the cost does not grow with the ledger.

use std::cmp::Reverse;
use std::collections::HashMap;

use super::shape::Shape;
use super::words::hash;
use crate::config::topic::policy::Policy;
use crate::model::{InstrumentId, InstrumentRole, Kind};

/// Steps of one search over words, concepts and topics.
const STEPS: usize = 160;
/// Entries that such a search gives.
const MOST: usize = 40;
/// Steps of a search by party alone, for mentions that say nothing else.
const PARTY_STEPS: usize = 48;

/// Lists of entry slots by what they have in common.
#[derive(Debug, Clone, Default)]
pub struct Index {
    lists: HashMap<u64, Vec<u32>>,
    by_instrument: HashMap<(InstrumentId, InstrumentRole), Vec<u32>>,
    /// How many entries there are.
    size: usize,
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
        self.size = self.size.max(slot + 1);
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
    pub fn candidates(&self, shape: &Shape, policy: &Policy) -> Vec<usize> {
        let mut found = self.walk(telling_keys(shape, policy), STEPS);
        if found.is_empty() || shape.is_bare() {
            found.extend(self.walk(party_keys(shape, policy), PARTY_STEPS));
            found.sort_unstable();
            found.dedup();
        }
        found
    }

    fn walk(&self, keys: Vec<u64>, steps: usize) -> Vec<usize> {
        let mut lists: Vec<(usize, u64, &Vec<u32>)> = keys
            .into_iter()
            .filter_map(|key| self.lists.get(&key).map(|list| (list.len(), key, list)))
            .collect();
        lists.sort_unstable_by_key(|(length, key, _)| (*length, *key));
        let mut met: Vec<(u32, u32)> = lists
            .into_iter()
            .flat_map(|(length, _, list)| {
                let rarity = self.size.ilog2().saturating_sub(length.ilog2()) + 1;
                list.iter().rev().map(move |slot| (*slot, rarity))
            })
            .take(steps)
            .collect();
        met.sort_unstable_by_key(|(slot, _)| *slot);
        met.dedup_by(|next, one| {
            let again = next.0 == one.0;
            one.1 += if again { next.1 } else { 0 };
            again
        });
        if met.len() > MOST {
            // Of two that share as much, the newer one.
            met.sort_unstable_by_key(|(slot, shared)| (Reverse(*shared), Reverse(*slot)));
            met.truncate(MOST);
            met.sort_unstable_by_key(|(slot, _)| *slot);
        }
        met.into_iter().map(|(slot, _)| slot as usize).collect()
    }
}

fn insert_sorted(list: &mut Vec<u32>, slot: u32) {
    if let Err(at) = list.binary_search(&slot) {
        list.insert(at, slot);
    }
}

/// Hash of what only like is compared with: the family of kinds, and whether to do or to refrain.
fn family_of(shape: &Shape, policy: &Policy) -> u64 {
    let first = policy.family(shape.kind).into_iter().min().unwrap_or(shape.kind);
    hash(&[first.as_str(), shape.polarity.as_str()])
}

fn telling_keys(shape: &Shape, policy: &Policy) -> Vec<u64> {
    let family = family_of(shape, policy).rotate_left(1);
    let bags = shape.words.iter().map(|(_, bag)| bag).chain([&shape.concepts]);
    let mut keys: Vec<u64> =
        bags.flat_map(|bag| bag.telling()).chain(shape.topics.iter().copied()).collect();
    if shape.delegation {
        keys.push(hash(&["delegation"]));
    }
    if shape.kind == Kind::General {
        // Vague promises meet in the bucket of their group of topics, whatever their words.
        let groups = shape.groups.iter().map(ToString::to_string);
        let none = shape.groups.is_empty().then(|| "none".to_owned());
        keys.extend(groups.chain(none).map(|group| hash(&["bucket", &group])));
    }
    under(family, keys)
}

fn party_keys(shape: &Shape, policy: &Policy) -> Vec<u64> {
    let family = family_of(shape, policy).rotate_left(1);
    let keys = shape.parties.iter().flat_map(|party| {
        [hash(&["party", party]), hash(&["state", party.split('.').next().unwrap_or(party)])]
    });
    under(family, keys.collect())
}

/// The keys within a family, each once.
fn under(family: u64, mut keys: Vec<u64>) -> Vec<u64> {
    for key in &mut keys {
        *key ^= family;
    }
    keys.sort_unstable();
    keys.dedup();
    keys
}
