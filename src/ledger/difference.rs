//! How two ledgers over the same articles differ: what a correction did, and what other rules would do.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::Serialize;

use crate::model::{ArticleId, Commitment, CommitmentId, Fingerprint, Outcome, Stage, Verdict};

/// A mention of an article: what verdicts of two ledgers are compared by.
pub type MentionKey = (ArticleId, Fingerprint);

/// One of two ledgers, with the verdicts that made it.
#[derive(Debug, Clone, Default)]
pub struct Side {
    /// Entries that stand for themselves, by id.
    pub entries: BTreeMap<CommitmentId, Commitment>,
    /// Entries that are part of another, by id.
    pub merged: BTreeMap<CommitmentId, CommitmentId>,
    /// Outcome and entry of every mention.
    pub verdicts: BTreeMap<MentionKey, (Outcome, Option<CommitmentId>)>,
}

impl Side {
    /// From entries, those merged into another included, and the verdict on each mention.
    pub fn new<'a>(
        entries: impl IntoIterator<Item = &'a Commitment>,
        verdicts: impl IntoIterator<Item = (MentionKey, &'a Verdict)>,
    ) -> Self {
        let mut side = Self::default();
        for entry in entries {
            match &entry.merged_into {
                Some(host) => drop(side.merged.insert(entry.id.clone(), host.clone())),
                None => drop(side.entries.insert(entry.id.clone(), entry.clone())),
            }
        }
        for (key, verdict) in verdicts {
            side.verdicts.insert(key, (verdict.outcome, verdict.commitment.clone()));
        }
        side
    }

    /// The mentions of each entry.
    fn members(&self) -> HashMap<&CommitmentId, Vec<&MentionKey>> {
        let mut members: HashMap<&CommitmentId, Vec<&MentionKey>> = HashMap::new();
        for (key, (_, entry)) in &self.verdicts {
            if let Some(entry) = entry {
                members.entry(entry).or_default().push(key);
            }
        }
        members
    }
}

/// An entry as the difference names it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct EntryLine {
    /// Its id.
    pub commitment: CommitmentId,
    /// What readers call it.
    pub gist: String,
    /// Where it stands.
    pub stage: Stage,
}

impl EntryLine {
    fn of(entry: &Commitment) -> Self {
        let gist = if entry.gist.is_empty() { &entry.quote } else { &entry.gist };
        let stage = entry.lateral.unwrap_or(entry.stage);
        Self { commitment: entry.id.clone(), gist: gist.clone(), stage }
    }
}

/// An entry and another one that it was or is part of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Pairing {
    /// The entry.
    #[serde(flatten)]
    pub entry: EntryLine,
    /// The other one.
    pub other: CommitmentId,
}

/// An entry that stands elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct StageDifference {
    /// The entry, as it stands afterwards.
    #[serde(flatten)]
    pub entry: EntryLine,
    /// Where it stood before.
    pub was: Stage,
}

/// Verdicts that changed in one way.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct VerdictChange {
    /// The outcome before; `None` where there was no mention.
    pub from: Option<Outcome>,
    /// The outcome afterwards; `None` where there is no mention.
    pub to: Option<Outcome>,
    /// How many.
    pub count: usize,
}

/// How two ledgers differ. Only what stands behind at least one article counts: what only the register implies is no
/// news to anybody.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Difference {
    /// Entries that are new, and part of none before.
    pub created: Vec<EntryLine>,
    /// Entries that are gone, and part of none now.
    pub vanished: Vec<EntryLine>,
    /// Entries that are part of another now (`other`).
    pub merged: Vec<Pairing>,
    /// Entries that were part of another before (`other`).
    pub split: Vec<Pairing>,
    /// Entries that have another id (`other` is the old one).
    pub renamed: Vec<Pairing>,
    /// Entries that stand elsewhere.
    pub stages: Vec<StageDifference>,
    /// Entries otherwise changed.
    pub changed: Vec<EntryLine>,
    /// Verdicts with another outcome, by outcome.
    pub verdicts: Vec<VerdictChange>,
    /// Mentions that moved to another entry with the same outcome.
    pub moved: usize,
}

impl Difference {
    /// How `after` differs from `before`, whose mentions are given under the fingerprints that `after` knows them by.
    pub fn between(before: &Side, after: &Side) -> Self {
        let mut difference = Self::default();
        difference.compare_verdicts(before, after);
        difference.compare_gone(before, after);
        difference.compare_new(before, after);
        for (id, entry) in &after.entries {
            let Some(old) = before.entries.get(id).filter(|old| *old != entry) else { continue };
            let (was, line) = (old.lateral.unwrap_or(old.stage), EntryLine::of(entry));
            if was == line.stage {
                difference.changed.push(line);
            } else {
                difference.stages.push(StageDifference { entry: line, was });
            }
        }
        difference
    }

    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    fn compare_verdicts(&mut self, before: &Side, after: &Side) {
        let keys: BTreeSet<&MentionKey> =
            before.verdicts.keys().chain(after.verdicts.keys()).collect();
        let mut counts: BTreeMap<(Option<Outcome>, Option<Outcome>), usize> = BTreeMap::new();
        for key in keys {
            let (old, new) = (before.verdicts.get(key), after.verdicts.get(key));
            let outcome = |side: Option<&(Outcome, _)>| side.map(|(outcome, _)| *outcome);
            if outcome(old) == outcome(new) {
                self.moved += usize::from(old != new);
            } else {
                *counts.entry((outcome(old), outcome(new))).or_default() += 1;
            }
        }
        let change = |((from, to), count)| VerdictChange { from, to, count };
        self.verdicts = counts.into_iter().map(change).collect();
    }

    /// Entries of before that do not stand any more.
    fn compare_gone(&mut self, before: &Side, after: &Side) {
        let members = before.members();
        for (id, entry) in &before.entries {
            if after.entries.contains_key(id) {
                continue;
            }
            let line = EntryLine::of(entry);
            let heir = heir(id, &members, before, after);
            match heir {
                Some(other) if before.entries.contains_key(&other) => {
                    self.merged.push(Pairing { entry: line, other });
                }
                Some(new) => {
                    let entry = after.entries.get(&new).map_or(line, EntryLine::of);
                    self.renamed.push(Pairing { entry, other: id.clone() });
                }
                None if is_register_only(entry) => {}
                None => self.vanished.push(line),
            }
        }
    }

    /// Entries of after that did not stand before.
    fn compare_new(&mut self, before: &Side, after: &Side) {
        let members = after.members();
        let renamed: BTreeSet<CommitmentId> =
            self.renamed.iter().map(|pairing| pairing.entry.commitment.clone()).collect();
        for (id, entry) in &after.entries {
            if before.entries.contains_key(id) || renamed.contains(id) {
                continue;
            }
            let line = EntryLine::of(entry);
            let of = |pairing: &CommitmentId| after.entries.contains_key(pairing);
            match entry.split_from.clone().or_else(|| heir(id, &members, after, before)) {
                Some(other) if of(&other) => self.split.push(Pairing { entry: line, other }),
                _ if is_register_only(entry) => {}
                _ => self.created.push(line),
            }
        }
    }

    /// Old ids with the ids that they lead to now.
    pub fn redirects(&self) -> Vec<(CommitmentId, CommitmentId)> {
        let merged = self.merged.iter().map(|one| (&one.entry.commitment, &one.other));
        let renamed = self.renamed.iter().map(|one| (&one.other, &one.entry.commitment));
        merged.chain(renamed).map(|(from, to)| (from.clone(), to.clone())).collect()
    }
}

/// Whether no article stands behind the entry.
fn is_register_only(entry: &Commitment) -> bool {
    entry.founded_by.is_none() && entry.sources == 0
}

/// The entry of `there` that holds most of the mentions that the entry holds `here`.
fn heir(
    id: &CommitmentId,
    members: &HashMap<&CommitmentId, Vec<&MentionKey>>,
    here: &Side,
    there: &Side,
) -> Option<CommitmentId> {
    if let Some(host) = there.merged.get(id) {
        return Some(host.clone());
    }
    let mut counts: BTreeMap<&CommitmentId, usize> = BTreeMap::new();
    debug_assert!(here.entries.contains_key(id));
    for key in members.get(id)? {
        if let Some((_, Some(other))) = there.verdicts.get(*key) {
            *counts.entry(other).or_default() += 1;
        }
    }
    // The first by id of those that hold most.
    let most = counts.iter().rev().max_by_key(|(_, count)| **count);
    most.map(|(other, _)| (*other).clone())
}
