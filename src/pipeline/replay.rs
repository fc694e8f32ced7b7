//! Everything read and judged again under the rules and corrections of today: what would be different, and, when a
//! person accepts it, the ledger that it gives. Sends nothing, and writes nothing unless it is accepted.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use jiff::Timestamp;

use super::correcting::CorrectError;
use super::corrections;
use super::pointing::Record;
use super::reading::{self, Reading};
use super::renaming::undated;
use crate::config::topic::Topic;
use crate::ledger::difference::{Difference, MentionKey, Side};
use crate::ledger::replay::{Account, Replayed, replay};
use crate::ledger::{Place, Rulings, fingerprints, rebind};
use crate::model::{
    Article, ArticleId, CorrectionId, Fingerprint, MentionId, Relevance, RelevanceDecision, Verdict,
};
use crate::store::{
    self, ArticleRow, Connection, NewReading, Revision, Store, StoreError, StoredArticle,
};

/// An article that is read otherwise.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct OtherReading {
    /// Its row.
    pub article: i64,
    /// Its title.
    pub title: String,
    /// Whether it was kept before.
    pub was_kept: bool,
    /// Whether it is kept now.
    pub kept: bool,
}

/// What a replay would change.
#[derive(Debug, Clone, serde::Serialize)]
pub struct ReplayReport {
    /// Articles read again.
    pub articles: usize,
    /// Articles whose text is not there any more: what was read then stands.
    pub unread: usize,
    /// Mentions found.
    pub mentions: usize,
    /// Version of the rules of today.
    pub rules_version: String,
    /// Articles that are kept now and were not, or the other way round.
    pub readings: Vec<OtherReading>,
    /// How the ledger differs.
    pub difference: Difference,
    /// Corrections that speak of mentions which are not found any more.
    pub orphaned: Vec<CorrectionId>,
    /// Merges that splits overrule.
    pub overruled: Vec<CorrectionId>,
    /// Whether it was taken over.
    pub accepted: bool,
}

impl ReplayReport {
    /// Whether anything differs.
    pub fn differs(&self) -> bool {
        !self.difference.is_empty() || !self.readings.is_empty()
    }
}

/// A replay, ready to be taken over.
pub struct ReplayPlan {
    stamp: (i64, i64, u64),
    /// What it changes.
    pub report: ReplayReport,
    revision: Revision,
}

/// One article read again.
struct Reread {
    facts: crate::ledger::ArticleFacts,
    known_by: Vec<Fingerprint>,
    mentions: Vec<crate::model::Mention>,
    /// The reading, where it differs from the stored one.
    other: Option<(Article, Relevance)>,
    unread: bool,
}

/// Reads and judges everything again. `seen` is told of every article. Writes nothing.
///
/// # Errors
/// Any failure of the database.
pub fn plan(
    store: &Store,
    topic: &Topic,
    now: Timestamp,
    mut seen: impl FnMut(usize),
) -> Result<ReplayPlan, StoreError> {
    store.read_blocking(|connection| {
        let record = Record::load(connection)?;
        let rereads = reread_all(connection, &record, topic, &mut seen)?;
        let rulings = Arc::new(rulings(connection, &record, &rereads)?);
        let accounts: Vec<Account> = rereads
            .iter()
            .map(|one| Account { facts: one.facts.clone(), mentions: one.mentions.clone() })
            .collect();
        let replayed = replay(corrections::start(topic), &accounts, Arc::clone(&rulings), topic);
        Ok(make_plan(&record, rereads, &replayed, &rulings, topic, now))
    })
}

/// Puts the replay in the place of the ledger, unless anything has arrived since it was made; says whether it did.
///
/// # Errors
/// Any failure of the database; then nothing has changed.
pub fn accept(store: &Store, plan: &ReplayPlan) -> Result<(), CorrectError> {
    let (stamp, revision) = (plan.stamp, plan.revision.clone());
    let done = store.write_blocking(move |tx| {
        if store::ledger_stamp(tx)? != stamp {
            return Ok(false);
        }
        store::revise_ledger(tx, &revision)?;
        Ok(true)
    })?;
    if done { Ok(()) } else { Err(CorrectError::Busy) }
}

fn reread_all(
    connection: &Connection,
    record: &Record,
    topic: &Topic,
    seen: &mut impl FnMut(usize),
) -> Result<Vec<Reread>, StoreError> {
    let mut rows = record.articles.iter();
    let mut rereads = Vec::with_capacity(record.articles.len());
    store::every_article(connection, |stored| {
        if let Some(row) = rows.next() {
            rereads.push(reread(row, stored, topic));
            seen(rereads.len());
        }
    })?;
    Ok(rereads)
}

fn reread(row: &ArticleRow, stored: StoredArticle, topic: &Topic) -> Reread {
    let mut facts = corrections::facts(row);
    if !stored.text_kept {
        let mentions = row.mentions.iter().map(|one| one.mention.clone()).collect();
        let known_by = row.mentions.iter().map(|one| one.fingerprint.clone()).collect();
        return Reread { facts, known_by, mentions, other: None, unread: true };
    }
    let article = undated(&stored.article);
    let Reading { article, relevance, mentions, .. } = reading::read(article, topic);
    facts.source_date = article.published.map(|published| published.date);
    facts.language = article.language;
    let known_by = fingerprints(&facts, &mentions);
    let same = article.published == stored.article.published
        && article.language == stored.article.language
        && relevance == stored.relevance
        && mentions.iter().eq(row.mentions.iter().map(|one| &one.mention));
    let other = (!same).then_some((article, relevance));
    Reread { facts, known_by, mentions, other, unread: false }
}

fn places(reread: &Reread) -> Vec<Place> {
    let pairs = reread.known_by.iter().zip(&reread.mentions);
    pairs.map(|(known_by, mention)| Place::of(known_by, mention)).collect()
}

fn rulings(
    connection: &Connection,
    record: &Record,
    rereads: &[Reread],
) -> Result<Rulings, StoreError> {
    let by_id: HashMap<ArticleId, &Reread> =
        rereads.iter().map(|one| (one.facts.id, one)).collect();
    corrections::rulings(connection, &record.log, |article| {
        Ok(by_id.get(&article).map(|one| places(one)).unwrap_or_default())
    })
}

fn make_plan(
    record: &Record,
    rereads: Vec<Reread>,
    replayed: &Replayed,
    rulings: &Rulings,
    topic: &Topic,
    now: Timestamp,
) -> ReplayPlan {
    let entries = replayed.entries();
    let keys = rereads.iter().zip(&replayed.verdicts).flat_map(|(one, verdicts)| {
        one.known_by.iter().map(|known_by| (one.facts.id, known_by.clone())).zip(verdicts)
    });
    let after = Side::new(&entries, keys);
    let difference = Difference::between(&stored_side(record, &rereads), &after);
    let report = ReplayReport {
        articles: rereads.iter().filter(|one| !one.unread).count(),
        unread: rereads.iter().filter(|one| one.unread).count(),
        mentions: rereads.iter().map(|one| one.mentions.len()).sum(),
        rules_version: topic.rules_version.clone(),
        readings: record.articles.iter().zip(&rereads).filter_map(turned).collect(),
        orphaned: rulings.orphaned.clone(),
        overruled: rulings.overruled.clone(),
        accepted: false,
        difference,
    };
    let (verdicts, readings) = changes(record, rereads, replayed);
    let revision = Revision {
        rules_version: topic.rules_version.clone(),
        at: now,
        entries,
        instruments: replayed.instruments(),
        redirects: report.difference.redirects(),
        verdicts,
        readings,
    };
    ReplayPlan { stamp: record.stamp, report, revision }
}

/// The stored ledger with its verdicts, under the fingerprints that the new readings know the mentions by.
fn stored_side(record: &Record, rereads: &[Reread]) -> Side {
    let mut verdicts: Vec<(MentionKey, &Verdict)> = Vec::new();
    for (row, reread) in record.articles.iter().zip(rereads) {
        let before: Vec<Place> =
            row.mentions.iter().map(|one| Place::of(&one.fingerprint, &one.mention)).collect();
        let now = places(reread);
        for (mention, place) in row.mentions.iter().zip(&before) {
            let known_by =
                rebind(place, &before, &now).unwrap_or_else(|| mention.fingerprint.clone());
            verdicts.extend(mention.verdict.as_ref().map(|verdict| ((row.id, known_by), verdict)));
        }
    }
    Side::new(&record.ledger.commitments, verdicts)
}

fn turned((row, reread): (&ArticleRow, &Reread)) -> Option<OtherReading> {
    let (article, relevance) = reread.other.as_ref()?;
    let kept = relevance.decision == RelevanceDecision::Keep;
    (kept != row.kept).then(|| OtherReading {
        article: row.id.0,
        title: article.title.clone(),
        was_kept: row.kept,
        kept,
    })
}

/// Verdicts on mentions that read the same, where they are others now; and the readings that are others.
fn changes(
    record: &Record,
    rereads: Vec<Reread>,
    replayed: &Replayed,
) -> (Vec<(MentionId, Verdict)>, Vec<NewReading>) {
    let (mut verdicts, mut readings) = (Vec::new(), Vec::new());
    for ((row, reread), passed) in record.articles.iter().zip(rereads).zip(&replayed.verdicts) {
        let held: BTreeMap<&Fingerprint, &store::ReadMention> =
            row.mentions.iter().map(|one| (&one.fingerprint, one)).collect();
        let mut read = Vec::new();
        for ((known_by, mention), verdict) in
            reread.known_by.into_iter().zip(reread.mentions).zip(passed)
        {
            let same = held.get(&known_by).filter(|held| held.mention == mention);
            if let Some(held) = same.filter(|held| held.verdict.as_ref() != Some(verdict)) {
                verdicts.push((held.id, verdict.clone()));
            }
            read.push((known_by, mention, Some(verdict.clone())));
        }
        if let Some((article, relevance)) = reread.other {
            readings.push(NewReading { article, id: row.id, relevance, mentions: read });
        }
    }
    (verdicts, readings)
}
