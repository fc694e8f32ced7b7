//! A correction from what a person typed to the changed ledger: understood, tried out on the whole record by the code
//! that also replays it, and stored in one short transaction. Sends nothing. A daemon on the same database notices
//! before its next judgement.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;

use super::corrections;
use super::pointing::{Misunderstood, Record};
use super::renaming::{Renaming, differing, renaming};
use crate::config::topic::Topic;
use crate::ledger::aliases;
use crate::ledger::corrections::{Correction, Operation};
use crate::ledger::difference::{Difference, Side};
use crate::ledger::replay::{Account, Replayed, overlay, replay};
use crate::model::{Commitment, CorrectionId, Instrument, InstrumentId, MentionId, Verdict};
use crate::store::{self, Connection, Revision, Store, StoreError, Transaction};

/// A correction is tried again this often when articles keep arriving between trying it out and storing it.
const ATTEMPTS: usize = 5;

/// A correction cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum CorrectError {
    /// It makes no sense.
    #[error(transparent)]
    Misunderstood(#[from] Misunderstood),
    /// The database refuses.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The ledger changes faster than it can be corrected.
    #[error("the ledger is changing too fast to be corrected now; try again in a moment")]
    Busy,
}

/// Who corrects, when and why.
#[derive(Debug, Clone)]
pub struct Author {
    /// Name.
    pub by: String,
    /// When (UTC).
    pub at: Timestamp,
    /// Why, in the person's words; may be empty.
    pub reason: String,
}

/// A correction that was made.
#[derive(Debug, Clone)]
pub struct Corrected {
    /// Its line in the log.
    pub correction: Correction,
    /// What it speaks of, in words.
    pub about: String,
    /// What it changed.
    pub difference: Difference,
    /// Merges that hold no more, because it tells apart what they join.
    pub overruled: Vec<CorrectionId>,
    /// Mentions read before in which another name is known now, or no more.
    pub renamed: usize,
    /// Articles that would be read otherwise under the names, beyond that: a replay shows how.
    pub beyond: usize,
    /// Alerts that were waiting and will not be sent.
    pub withdrawn: usize,
    /// Entries that differ from what the rules of today make of the record: a replay would show them.
    pub outdated: usize,
}

/// What the correction says, and what it speaks of in words, once the record is known.
pub type Understood = (Operation, String);

/// Makes the topic under other names, each an id with a name; refuses those with which it cannot be read.
pub type Under<'a> = dyn Fn(&[(String, String)]) -> Result<Topic, Misunderstood> + 'a;

/// The rules, and the same under other names that people gave.
pub struct Rules<'a> {
    /// Under the names in force.
    pub now: &'a Topic,
    /// Under others.
    pub under: &'a Under<'a>,
}

/// Makes a correction.
///
/// # Errors
/// See [`CorrectError`]; then nothing has changed.
pub fn correct(
    store: &Store,
    rules: &Rules<'_>,
    author: &Author,
    understand: impl Fn(&Record) -> Result<Understood, Misunderstood>,
) -> Result<Corrected, CorrectError> {
    for _ in 0..ATTEMPTS {
        let plan = store.read_blocking(|connection| {
            let record = Record::load(connection)?;
            Ok(understand(&record)
                .map_err(CorrectError::from)
                .and_then(|understood| Plan::new(connection, &record, rules, author, understood)))
        })??;
        let (stamp, corrected) = (plan.stamp, plan.corrected.clone());
        let stored = store.write_blocking(move |tx| {
            if store::ledger_stamp(tx)? != stamp {
                return Ok(None);
            }
            plan.store(tx).map(Some)
        })?;
        if let Some(withdrawn) = stored {
            return Ok(Corrected { withdrawn, ..corrected });
        }
    }
    Err(CorrectError::Busy)
}

/// A correction tried out, ready to be stored.
struct Plan {
    stamp: (i64, i64, u64),
    corrected: Corrected,
    revision: Revision,
}

impl Plan {
    fn new(
        connection: &Connection,
        record: &Record,
        rules: &Rules<'_>,
        author: &Author,
        (operation, about): Understood,
    ) -> Result<Self, CorrectError> {
        let id = store::next_correction_id(connection)?;
        let Author { by, at, reason } = author.clone();
        let correction = Correction { id, at, by, reason, operation };
        let mut accounts = accounts(record);
        let mut log = record.log.clone();
        let (before, old) = rejudged(connection, &log, &accounts, rules.now)?;
        log.push(correction.clone());
        let (topic, renaming) = renamed(connection, record, rules, &log)?;
        for one in &renaming.articles {
            accounts[one.at].mentions.clone_from(&one.mentions);
        }
        let topic = topic.as_ref().unwrap_or(rules.now);
        let (after, new) = rejudged(connection, &log, &accounts, topic)?;
        let sides = (side(record, &before), side(record, &after));
        let difference = Difference::between(&sides.0, &sides.1);
        let entries = overlay(&record.ledger.commitments, &before, &after);
        let known: BTreeSet<CorrectionId> = old.into_iter().collect();
        Ok(Self {
            stamp: record.stamp,
            revision: Revision {
                rules_version: topic.rules_version.clone(),
                at: author.at,
                entries,
                instruments: instruments(&record.ledger.instruments, &before, &after),
                redirects: difference.redirects(),
                verdicts: changed_verdicts(record, &accounts, &before, &after),
                readings: renaming.articles.iter().map(|one| one.reading(record, &after)).collect(),
            },
            corrected: Corrected {
                correction,
                about,
                difference,
                overruled: new.into_iter().filter(|id| !known.contains(id)).collect(),
                renamed: renaming.mentions(),
                beyond: renaming.beyond,
                withdrawn: 0,
                outdated: outdated(&record.ledger.commitments, &before),
            },
        })
    }

    fn store(&self, tx: &Transaction<'_>) -> Result<usize, StoreError> {
        let correction = &self.corrected.correction;
        store::insert_correction(tx, &corrections::row(correction)?)?;
        store::revise_ledger(tx, &self.revision)?;
        let mut withdrawn = 0;
        let word = match correction.operation {
            Operation::Dismiss { .. } => Some("dismissed"),
            Operation::Mute { .. } => Some("muted"),
            _ => None,
        };
        if let Some(word) = word {
            let why = format!("{word} by {} (correction {})", correction.by, correction.id);
            let touched = self.corrected.difference.changed.iter().map(|line| &line.commitment);
            let gone = self.corrected.difference.vanished.iter().map(|line| &line.commitment);
            let silenced = |id: &&crate::model::CommitmentId| {
                let entry = self.revision.entries.iter().find(|entry| entry.id == **id);
                entry.is_none_or(|entry| entry.dismissed.is_some() || entry.muted)
            };
            for id in touched.chain(gone).filter(silenced) {
                withdrawn += store::withdraw_held(tx, id, &why, correction.at)?;
            }
        }
        Ok(withdrawn)
    }
}

/// The present reading of every article, for the ledger.
pub(super) fn accounts(record: &Record) -> Vec<Account> {
    let account = |row: &store::ArticleRow| Account {
        facts: corrections::facts(row),
        mentions: row.mentions.iter().map(|one| one.mention.clone()).collect(),
    };
    record.articles.iter().map(account).collect()
}

/// Where the log gives other names than before: the rules under these, and what they mean for what was read.
fn renamed(
    connection: &Connection,
    record: &Record,
    rules: &Rules<'_>,
    log: &[Correction],
) -> Result<(Option<Topic>, Renaming), CorrectError> {
    let (before, after) = (aliases(&record.log), aliases(log));
    if before == after {
        return Ok((None, Renaming::default()));
    }
    let topic = (rules.under)(&after)?;
    let names = differing(&before, &after);
    let renaming = renaming(connection, record, &names, (rules.now, &topic))?;
    Ok((Some(topic), renaming))
}

/// Everything judged under a log, and the merges that it overrules.
fn rejudged(
    connection: &Connection,
    log: &[Correction],
    accounts: &[Account],
    topic: &Topic,
) -> Result<(Replayed, Vec<CorrectionId>), StoreError> {
    let rulings = corrections::stored_rulings(connection, log)?;
    let overruled = rulings.overruled.clone();
    Ok((replay(corrections::start(topic), accounts, Arc::new(rulings), topic), overruled))
}

fn side(record: &Record, replayed: &Replayed) -> Side {
    let entries = replayed.entries();
    let keys = record.articles.iter().zip(&replayed.verdicts).flat_map(|(row, verdicts)| {
        row.mentions.iter().map(|one| (row.id, one.fingerprint.clone())).zip(verdicts)
    });
    Side::new(&entries, keys)
}

/// Verdicts that the correction changed, by mention; those on mentions that are others in `accounts` come with these.
fn changed_verdicts(
    record: &Record,
    accounts: &[Account],
    before: &Replayed,
    after: &Replayed,
) -> Vec<(MentionId, Verdict)> {
    let mut changed = Vec::new();
    for (at, row) in record.articles.iter().enumerate() {
        let pairs = before.verdicts[at].iter().zip(&after.verdicts[at]);
        let mentions = row.mentions.iter().zip(&accounts[at].mentions);
        for ((mention, now), (old, new)) in mentions.zip(pairs) {
            if old != new && mention.mention == *now {
                changed.push((mention.id, new.clone()));
            }
        }
    }
    changed
}

/// The same as [`overlay`] for instruments: what the correction does not touch stays as it is stored.
fn instruments(stored: &[Instrument], before: &Replayed, after: &Replayed) -> Vec<Instrument> {
    let by_id = |all: Vec<Instrument>| -> BTreeMap<InstrumentId, Instrument> {
        all.into_iter().map(|one| (one.id.clone(), one)).collect()
    };
    let (old, mut new) = (by_id(before.instruments()), by_id(after.instruments()));
    for held in stored {
        if old.get(&held.id) == new.get(&held.id) {
            new.insert(held.id.clone(), held.clone());
        }
    }
    new.into_values().collect()
}

/// Entries of the stored ledger that today's rules do not give.
fn outdated(stored: &[Commitment], before: &Replayed) -> usize {
    stored.iter().filter(|entry| before.ledger.commitment(&entry.id) != Some(*entry)).count()
}
