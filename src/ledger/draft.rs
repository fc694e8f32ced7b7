//! The ledger while one article is judged: the entries as they were, with the changes so far laid over them.

use std::collections::{BTreeMap, HashMap};

use super::corrections::Point;
use super::index::Index;
use super::shape::Shape;
use super::texts::{Text, Traits};
use super::{Instance, Ledger, Rulings};
use crate::config::topic::policy::Policy;
use crate::model::{
    Commitment, CommitmentId, Fingerprint, Instrument, InstrumentId, InstrumentRole, PartialDate,
};

/// So many new entries of one article are all looked at; of more, those that the index finds.
const FEW: usize = 64;

/// A ledger with changes laid over it. Entries are addressed by slot: those of the ledger first, then the new ones.
pub struct Draft<'a> {
    ledger: &'a Ledger,
    /// The policy in force.
    pub policy: &'a Policy,
    changed: BTreeMap<usize, Instance>,
    fresh: Vec<Instance>,
    fresh_slots: HashMap<CommitmentId, usize>,
    /// Of the new entries, by their place among them.
    fresh_index: Index,
    texts: BTreeMap<InstrumentId, Text>,
}

impl<'a> Draft<'a> {
    /// Nothing changed yet.
    pub fn new(ledger: &'a Ledger, policy: &'a Policy) -> Self {
        Self {
            ledger,
            policy,
            changed: BTreeMap::new(),
            fresh: Vec::new(),
            fresh_slots: HashMap::new(),
            fresh_index: Index::default(),
            texts: BTreeMap::new(),
        }
    }

    fn instance(&self, slot: usize) -> &Instance {
        match slot.checked_sub(self.ledger.entries.len()) {
            Some(fresh) => &self.fresh[fresh],
            None => self.changed.get(&slot).unwrap_or(&self.ledger.entries[slot]),
        }
    }

    /// The entry as it stands now.
    pub fn entry(&self, slot: usize) -> &Commitment {
        &self.instance(slot).entry
    }

    /// The shape of the entry as it stands now.
    pub fn shape(&self, slot: usize) -> &Shape {
        &self.instance(slot).shape
    }

    /// How many entries there are, the new ones included: the slot of the next.
    pub fn len(&self) -> usize {
        self.ledger.entries.len() + self.fresh.len()
    }

    /// What people said.
    pub fn rulings(&self) -> &'a Rulings {
        &self.ledger.rulings
    }

    /// Where a mention was placed by an earlier article.
    pub fn placed_before(&self, mention: &Fingerprint) -> Option<usize> {
        self.slot_of(self.ledger.placed.get(mention)?)
    }

    /// The slot of the entry that this one is part of: itself, unless people merged it into another.
    pub fn host(&self, slot: usize) -> usize {
        let host = self.entry(slot).merged_into.as_ref();
        host.and_then(|id| self.slot_of(id)).unwrap_or(slot)
    }

    /// The faces of an entry.
    pub fn faces(&self, slot: usize) -> Vec<usize> {
        let id = &self.entry(slot).id;
        let base = self.ledger.entries.len();
        let known = self.ledger.faces.get(id).into_iter().flatten().copied();
        let fresh = self.fresh.iter().enumerate();
        let fresh = fresh.filter(|(_, face)| face.entry.merged_into.as_ref() == Some(id));
        known.chain(fresh.map(|(at, _)| at + base)).collect()
    }

    /// Whether people muted all entries like this one.
    pub fn is_muted_alike(&self, slot: usize) -> bool {
        self.instance(slot).is_muted_alike(self.rulings(), self.policy)
    }

    /// Changes an entry.
    pub fn edit(&mut self, slot: usize, change: impl FnOnce(&mut Commitment)) {
        let mut entry = self.entry(slot).clone();
        change(&mut entry);
        if entry == *self.entry(slot) {
            return;
        }
        let instance = Instance::new(entry, self.policy, &self.ledger.lexis);
        match slot.checked_sub(self.ledger.entries.len()) {
            Some(fresh) => {
                self.index_fresh(fresh, &instance);
                self.fresh[fresh] = instance;
            }
            None => drop(self.changed.insert(slot, instance)),
        }
    }

    /// Adds an entry and gives its slot. An id that is taken gets a suffix, so that ids stay unique whatever comes in.
    pub fn add(&mut self, mut entry: Commitment) -> usize {
        let mut number = 2;
        let wanted = entry.id.clone();
        while self.slot_of(&entry.id).is_some() {
            entry.id = CommitmentId::new(format!("{wanted}-{number}"));
            number += 1;
        }
        let own = Point::Entry(entry.id.clone());
        entry.dismissed = self.rulings().dismissed(&own);
        let slot = self.len();
        self.fresh_slots.insert(entry.id.clone(), slot);
        let mut instance = Instance::new(entry, self.policy, &self.ledger.lexis);
        instance.entry.muted =
            self.rulings().is_muted(&own) || instance.is_muted_alike(self.rulings(), self.policy);
        self.index_fresh(self.fresh.len(), &instance);
        self.fresh.push(instance);
        slot
    }

    fn index_fresh(&mut self, at: usize, instance: &Instance) {
        let text = instance.entry.instrument.as_ref().zip(instance.entry.instrument_role);
        self.fresh_index.insert(at, &instance.shape, text, self.policy);
    }

    /// The slot of an entry.
    pub fn slot_of(&self, id: &CommitmentId) -> Option<usize> {
        self.ledger.slots.get(id).or_else(|| self.fresh_slots.get(id)).copied()
    }

    /// An instrument as it stands now.
    pub fn instrument(&self, id: &InstrumentId) -> Option<&Instrument> {
        let text = self.texts.get(id).or_else(|| self.ledger.texts.get(id));
        text.map(|text| &text.told)
    }

    /// Texts that may be about one of the topics and are as `wanted`, in no order: see [`super::texts::Texts::about`]. Those that the
    /// article made or changed are all among them.
    pub fn texts_about(
        &self,
        topics: &[String],
        day: Option<(PartialDate, i64)>,
        steps: usize,
        wanted: impl Fn(Traits) -> bool,
    ) -> impl Iterator<Item = &Text> {
        let changed: Vec<u32> =
            self.texts.keys().filter_map(|id| self.ledger.texts.slot(id)).collect();
        let known = self.ledger.texts.about(topics, day, steps, &wanted).into_iter();
        let known = known.filter(move |(slot, _)| !changed.contains(slot)).map(|(_, text)| text);
        known.chain(self.texts.values().filter(move |text| wanted(text.traits())))
    }

    /// The editions of a recurring mechanism, by id.
    pub fn editions(&self, series: &str) -> Vec<&Instrument> {
        let start = format!("{series}#");
        let own = |text: &Instrument| text.id.as_str().starts_with(&start);
        self.laid_over(self.ledger.texts.beginning(&start), own)
    }

    /// The texts that took the place of that one, by id.
    pub fn successors(&self, id: &InstrumentId) -> Vec<&Instrument> {
        let own = |text: &Instrument| text.supersedes.as_ref() == Some(id);
        self.laid_over(self.ledger.texts.successors(id), own)
    }

    /// Texts of the ledger with those of the article in their place, by id.
    fn laid_over<'s>(
        &'s self,
        known: impl Iterator<Item = &'s Text>,
        own: impl Fn(&Instrument) -> bool,
    ) -> Vec<&'s Instrument> {
        let known = known.map(|text| &text.told);
        let mut all: Vec<&Instrument> =
            known.filter(|text| !self.texts.contains_key(&text.id)).collect();
        all.extend(self.texts.values().map(|text| &text.told).filter(|text| own(text)));
        all.sort_by(|a, b| a.id.cmp(&b.id));
        all
    }

    /// Adds or changes an instrument.
    pub fn put_instrument(&mut self, instrument: Instrument) {
        if self.instrument(&instrument.id) != Some(&instrument) {
            let id = instrument.id.clone();
            self.texts.insert(id, Text::new(instrument, self.policy));
        }
    }

    /// Slots of entries linked to an instrument in that role.
    pub fn linked(&self, id: &InstrumentId, role: InstrumentRole) -> Vec<usize> {
        let base = self.ledger.entries.len();
        let fresh = self.fresh_index.of_instrument(id, role).map(|at| at + base);
        self.ledger
            .index
            .of_instrument(id, role)
            .chain(fresh)
            .filter(|slot| {
                let entry = self.entry(*slot);
                entry.instrument.as_ref() == Some(id) && entry.instrument_role == Some(role)
            })
            .collect()
    }

    /// Slots of entries worth comparing with a shape.
    pub fn candidates(&self, shape: &Shape) -> Vec<usize> {
        let base = self.ledger.entries.len();
        let known = self.ledger.index.candidates(shape, self.policy);
        let fresh: Vec<usize> = if self.fresh.len() <= FEW {
            (0..self.fresh.len()).collect()
        } else {
            self.fresh_index.candidates(shape, self.policy)
        };
        known.into_iter().chain(fresh.into_iter().map(|at| at + base)).collect()
    }

    /// What was made or changed: entries in order of slot, instruments by id.
    pub fn finish(self) -> (Vec<Commitment>, Vec<Instrument>) {
        let entries = self.changed.into_values().chain(self.fresh).map(|instance| instance.entry);
        (entries.collect(), self.texts.into_values().map(|text| text.told).collect())
    }
}
