//! The ledger: which commitments are known, how far they have come, and what a new mention means for them.
//!
//! In: the mentions of one article, in order of arrival. Out: a [`Judgement`] with one verdict for each mention and
//! the entries and instruments that it made or changed. Nothing here does I/O or reads a clock: the same articles in
//! the same order always give the same ledger, byte for byte, whatever the batches and restarts between them.
//!
//! Start reading at [`judge`].

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;

use crate::config::topic::Topic;
use crate::config::topic::instruments::KnownInstrument;
use crate::config::topic::policy::Policy;
use crate::model::{
    ArticleId, Commitment, CommitmentId, Fingerprint, Instrument, Language, Mention, PartialDate,
    SourceId, Trust, Verdict,
};

mod advance;
mod anchors;
mod commitment_id;
pub mod corrections;
pub mod difference;
mod draft;
mod explain;
mod fingerprint;
mod founding;
mod grounds;
mod identity;
mod index;
mod instruments;
mod judge;
mod likeness;
mod neighbours;
mod parties;
mod persons;
mod placing;
mod policy;
mod rebinding;
mod record;
mod release;
pub mod replay;
mod rulings;
mod setting;
mod shape;
mod texts;
mod words;

pub use commitment_id::of_mention as founded_by;
pub use fingerprint::fingerprints;
pub use instruments::SIGNED_DOCUMENTS;
pub use rebinding::{Place, rebind};
pub use release::{LONE_SOURCE, Purpose, Release, release};
pub use rulings::{Bindings, Rulings, aliases};

use index::Index;
use shape::Shape;
use texts::{Text, Texts};
use words::Lexis;

/// What the ledger needs to know about an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArticleFacts {
    /// The article.
    pub id: ArticleId,
    /// Publication date, in the source's own zone.
    pub source_date: Option<PartialDate>,
    /// When we got it (UTC).
    pub arrival: Timestamp,
    /// Hash of the raw text: what the mentions of one text are known by, wherever and however often it is read.
    pub text_hash: String,
    /// Language of the text.
    pub language: Option<Language>,
    /// The outlet that published it; `None` for a text given by hand.
    pub outlet: Option<SourceId>,
    /// Trust of its source.
    pub trust: Trust,
    /// Whether it is a copy of a story already counted: ten reprints are one witness.
    pub copy: bool,
}

/// The verdicts on one article, and what they change.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Judgement {
    /// One verdict for each mention, in the order given.
    pub verdicts: Vec<Verdict>,
    /// Entries made or changed, whole.
    pub commitments: Vec<Commitment>,
    /// Instruments made or changed, whole.
    pub instruments: Vec<Instrument>,
    /// Where the mentions are that corrections speak of.
    pub placed: Vec<(Fingerprint, CommitmentId)>,
}

/// An entry with what is compared of it.
#[derive(Debug, Clone)]
struct Instance {
    entry: Commitment,
    shape: Shape,
}

impl Instance {
    fn new(entry: Commitment, policy: &Policy, lexis: &Lexis) -> Self {
        let shape = Shape::of_entry(&entry, policy, lexis);
        Self { entry, shape }
    }

    /// Whether people muted all entries of its kind between its parties.
    fn is_muted_alike(&self, rulings: &Rulings, policy: &Policy) -> bool {
        rulings.is_muted_alike(self.shape.kind, &self.shape.parties, policy)
    }
}

/// All commitments and instruments known.
#[derive(Debug, Clone)]
pub struct Ledger {
    entries: Vec<Instance>,
    slots: HashMap<CommitmentId, usize>,
    texts: Texts,
    index: Index,
    lexis: Lexis,
    register: Vec<KnownInstrument>,
    /// What people said.
    rulings: Arc<Rulings>,
    /// Where the mentions are that they spoke of.
    placed: HashMap<Fingerprint, CommitmentId>,
    /// Slots of the faces of an entry: what people made part of it.
    faces: HashMap<CommitmentId, Vec<usize>>,
}

impl Ledger {
    /// A ledger that knows nothing.
    pub fn empty(topic: &Topic) -> Self {
        Self::bare(&topic.policy)
    }

    fn bare(policy: &Policy) -> Self {
        Self {
            entries: Vec::new(),
            slots: HashMap::new(),
            texts: Texts::default(),
            index: Index::default(),
            lexis: Lexis::new(policy),
            register: Vec::new(),
            rulings: Arc::default(),
            placed: HashMap::new(),
            faces: HashMap::new(),
        }
    }

    /// A ledger that knows the register: each text as concluded at its stage and, once signed, to be carried out.
    pub fn new(topic: &Topic) -> Self {
        let policy = &topic.policy;
        let mut ledger = Self::bare(policy);
        for known in &topic.instruments {
            ledger.put_instrument(known.instrument.clone(), policy);
            for entry in founding::of_register(known) {
                ledger.put(entry, policy);
            }
        }
        ledger
    }

    /// A ledger to which a text of the register becomes known only when an article is dated after its first day, at
    /// the stage it had by then. For evaluation on old articles.
    pub fn dated(topic: &Topic) -> Self {
        Self { register: topic.instruments.clone(), ..Self::empty(topic) }
    }

    /// The ledger as it was stored. Commitments come in the order in which they were made.
    pub fn restore(
        commitments: impl IntoIterator<Item = Commitment>,
        instruments: impl IntoIterator<Item = Instrument>,
        topic: &Topic,
    ) -> Self {
        let mut ledger = Self::dated(topic);
        for instrument in instruments {
            ledger.put_instrument(instrument, &topic.policy);
        }
        for entry in commitments {
            ledger.put(entry, &topic.policy);
        }
        ledger
    }

    /// The same ledger under corrections. `placed` tells where the mentions are that they speak of, as far as these
    /// were judged already.
    #[must_use]
    pub fn under(
        mut self,
        rulings: Arc<Rulings>,
        placed: impl IntoIterator<Item = (Fingerprint, CommitmentId)>,
        topic: &Topic,
    ) -> Self {
        self.placed = placed.into_iter().collect();
        for (point, why) in rulings.dismissed_entries() {
            let slot = match point {
                corrections::Point::Entry(id) => self.slots.get(id),
                corrections::Point::Mention(_) => None,
            };
            if let Some(slot) = slot {
                self.entries[*slot].entry.dismissed = Some(why);
            }
        }
        if rulings.mutes_entries() {
            for instance in &mut self.entries {
                let own = corrections::Point::Entry(instance.entry.id.clone());
                instance.entry.muted |=
                    rulings.is_muted(&own) || instance.is_muted_alike(&rulings, &topic.policy);
            }
        }
        self.rulings = rulings;
        self
    }

    /// Judges the mentions of one article. The ledger stays as it is until [`Ledger::apply`].
    pub fn judge(&self, article: &ArticleFacts, mentions: &[Mention], topic: &Topic) -> Judgement {
        judge::judge(self, article, mentions, &topic.policy)
    }

    /// Takes over what a judgement made or changed.
    pub fn apply(&mut self, judgement: &Judgement, topic: &Topic) {
        for instrument in &judgement.instruments {
            self.put_instrument(instrument.clone(), &topic.policy);
        }
        for entry in &judgement.commitments {
            self.put(entry.clone(), &topic.policy);
        }
        self.placed.extend(judgement.placed.iter().cloned());
    }

    /// The entry with that id.
    pub fn commitment(&self, id: &CommitmentId) -> Option<&Commitment> {
        self.slots.get(id).map(|slot| &self.entries[*slot].entry)
    }

    /// All entries that stand for themselves, in the order in which they were made.
    pub fn commitments(&self) -> impl Iterator<Item = &Commitment> {
        self.entries().filter(|entry| entry.merged_into.is_none())
    }

    /// The same with those that people made part of another: everything that [`Ledger::restore`] needs.
    pub fn entries(&self) -> impl Iterator<Item = &Commitment> {
        self.entries.iter().map(|instance| &instance.entry)
    }

    /// All instruments, by id.
    pub fn instruments(&self) -> impl Iterator<Item = &Instrument> {
        self.texts.all().map(|text| &text.told)
    }

    fn put_instrument(&mut self, instrument: Instrument, policy: &Policy) {
        self.texts.put(Text::new(instrument, policy));
    }

    fn put(&mut self, entry: Commitment, policy: &Policy) {
        let next = self.entries.len();
        let slot = *self.slots.entry(entry.id.clone()).or_insert(next);
        if let Some(host) = &entry.merged_into {
            let faces = self.faces.entry(host.clone()).or_default();
            if !faces.contains(&slot) {
                faces.push(slot);
            }
        }
        let instance = Instance::new(entry, policy, &self.lexis);
        let entry = &instance.entry;
        let text = entry.instrument.as_ref().zip(entry.instrument_role);
        self.index.insert(slot, &instance.shape, text, policy);
        if slot == next {
            self.entries.push(instance);
        } else {
            self.entries[slot] = instance;
        }
    }
}
