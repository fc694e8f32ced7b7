//! The ledger as a function of articles, corrections and rules: everything judged again, from the start, in order of
//! arrival. What corrections do to a stored ledger, what a replay under new rules shows, and what is stored when it is
//! accepted all come from here.

use std::collections::HashMap;
use std::sync::Arc;

use super::{ArticleFacts, Judgement, Ledger, Rulings};
use crate::config::topic::Topic;
use crate::model::{Commitment, CommitmentId, Fingerprint, Instrument, Mention, Verdict};

/// One article as it was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Account {
    /// The article.
    pub facts: ArticleFacts,
    /// Its mentions, in text order.
    pub mentions: Vec<Mention>,
}

/// Everything judged again.
#[derive(Debug, Clone)]
pub struct Replayed {
    /// The ledger at the end.
    pub ledger: Ledger,
    /// The verdicts on each article, in the order given.
    pub verdicts: Vec<Vec<Verdict>>,
}

impl Replayed {
    /// Entries in the order in which they were made, those merged into another included.
    pub fn entries(&self) -> Vec<Commitment> {
        self.ledger.entries().cloned().collect()
    }

    /// Instruments, by id.
    pub fn instruments(&self) -> Vec<Instrument> {
        self.ledger.instruments().cloned().collect()
    }
}

/// Judges `accounts`, which come in order of arrival, on a ledger that knows `start`.
pub fn replay(
    start: Ledger,
    accounts: &[Account],
    rulings: Arc<Rulings>,
    topic: &Topic,
) -> Replayed {
    let mut ledger = start.under(Arc::clone(&rulings), [], topic);
    let mut verdicts = Vec::with_capacity(accounts.len());
    let mut set = 0;
    for account in accounts {
        let due = rulings.patches.partition_point(|patch| patch.after < account.facts.id);
        ledger.set_fields(&rulings.patches[set..due.max(set)], &topic.policy);
        set = due.max(set);
        let judgement: Judgement = ledger.judge(&account.facts, &account.mentions, topic);
        ledger.apply(&judgement, topic);
        verdicts.push(judgement.verdicts);
    }
    ledger.set_fields(&rulings.patches[set..], &topic.policy);
    Replayed { ledger, verdicts }
}

/// Where the mentions are that corrections speak of, according to the verdicts about all mentions.
pub fn whereabouts<'a>(
    rulings: &Rulings,
    verdicts: impl IntoIterator<Item = (&'a Fingerprint, &'a Verdict)>,
) -> Vec<(Fingerprint, CommitmentId)> {
    let named = verdicts.into_iter().filter(|(fingerprint, _)| rulings.names(fingerprint));
    let placed = named.filter_map(|(fingerprint, verdict)| {
        Some((fingerprint.clone(), verdict.commitment.clone()?))
    });
    placed.collect()
}

/// While accounts are judged again, the ledger is stored and restored after each of so many; then whenever the record
/// has grown by a quarter, so that a large one takes no longer for each account than a small one.
const EACH_OF: usize = 32;

/// The share of verdicts and entries of a ledger (`once`) that come out byte for byte the same when the accounts are
/// judged again, with the ledger stored and restored in between. 1 or a fault.
pub fn idempotence(start: &Ledger, accounts: &[Account], once: &Replayed, topic: &Topic) -> f64 {
    let mut ledger = start.clone();
    let mut verdicts = Vec::with_capacity(accounts.len());
    let mut rest = accounts;
    while !rest.is_empty() {
        let done = accounts.len() - rest.len();
        let stretch = if done < EACH_OF { 1 } else { (done / 4).min(rest.len()) };
        let (next, later) = rest.split_at(stretch);
        rest = later;
        let register = ledger.register.clone();
        let (entries, texts): (Vec<_>, Vec<_>) =
            (ledger.entries().cloned().collect(), ledger.instruments().cloned().collect());
        ledger = Ledger::restore(entries, texts, topic);
        ledger.register = register;
        for account in next {
            let judgement = ledger.judge(&account.facts, &account.mentions, topic);
            ledger.apply(&judgement, topic);
            verdicts.push(judgement.verdicts);
        }
    }
    let verdicts: Vec<(&Verdict, Option<&Verdict>)> = once
        .verdicts
        .iter()
        .zip(&verdicts)
        .flat_map(|(one, other)| one.iter().enumerate().map(|(at, one)| (one, other.get(at))))
        .collect();
    let entries = once.ledger.entries().map(|entry| (entry, ledger.commitment(&entry.id)));
    let same_verdicts = verdicts.iter().filter(|(one, other)| same(*one, *other)).count();
    let all = verdicts.len() + once.ledger.entries.len().max(ledger.entries.len());
    let same_entries = entries.filter(|(one, other)| same(*one, *other)).count();
    if all == 0 { 1.0 } else { (same_verdicts + same_entries) as f64 / all as f64 }
}

/// Whether both are written the same.
fn same<T: serde::Serialize>(one: &T, other: Option<&T>) -> bool {
    let written = |value: &T| serde_json::to_string(value).ok();
    other.is_some_and(|other| written(one).is_some() && written(one) == written(other))
}

/// What a stored ledger becomes when a correction turns `before` into `after`. Where the stored ledger is what
/// the rules of today give without the correction, that is `after`; entries that differ because the rules have changed
/// since keep what they have, unless the correction touches them.
pub fn overlay(stored: &[Commitment], before: &Replayed, after: &Replayed) -> Vec<Commitment> {
    let by_id: HashMap<&CommitmentId, &Commitment> =
        stored.iter().map(|entry| (&entry.id, entry)).collect();
    let held = |id: &CommitmentId| by_id.get(id).copied();
    let mut entries: Vec<Commitment> = Vec::new();
    for entry in after.ledger.entries() {
        let touched = before.ledger.commitment(&entry.id) != Some(entry);
        match held(&entry.id) {
            Some(held) if !touched => entries.push(held.clone()),
            Some(_) => entries.push(entry.clone()),
            None if touched => entries.push(entry.clone()),
            // Today's rules would have made it, those of its time did not.
            None => {}
        }
    }
    let known = |id: &CommitmentId| {
        before.ledger.commitment(id).is_some() || after.ledger.commitment(id).is_some()
    };
    entries.extend(stored.iter().filter(|entry| !known(&entry.id)).cloned());
    entries
}
