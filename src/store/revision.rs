//! A ledger replaced by what corrections or newer rules make of it: one transaction, and nothing is told.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Transaction, params};

use super::StoreError;
use super::column::{Json, Ms, Word};
use super::corrections::count_revision;
use super::judgement::insert_mention;
use super::ledger::{save_commitment, save_instrument};
use super::search::{index_article, unindex_article};
use crate::model::{
    Article, ArticleId, Commitment, CommitmentId, Fingerprint, Instrument, Mention, MentionId,
    Relevance, RelevanceDecision, Verdict,
};

/// A new reading of an article.
#[derive(Debug, Clone, PartialEq)]
pub struct NewReading {
    /// The article, with the facts that only its text tells as they are read now.
    pub article: Article,
    /// Its row.
    pub id: ArticleId,
    /// Whether it is about the topic now, and why.
    pub relevance: Relevance,
    /// Its mentions with what they are known by and their verdicts, in text order.
    pub mentions: Vec<(Fingerprint, Mention, Option<Verdict>)>,
}

/// What the ledger becomes.
#[derive(Debug, Clone, PartialEq)]
pub struct Revision {
    /// Version of the rules that judged.
    pub rules_version: String,
    /// When.
    pub at: Timestamp,
    /// All entries in their order, those merged into another included.
    pub entries: Vec<Commitment>,
    /// All instruments.
    pub instruments: Vec<Instrument>,
    /// Ids that lead to another entry from now on.
    pub redirects: Vec<(CommitmentId, CommitmentId)>,
    /// Verdicts that replace those on known mentions.
    pub verdicts: Vec<(MentionId, Verdict)>,
    /// Articles that are read otherwise.
    pub readings: Vec<NewReading>,
}

/// Stores a revision. Entries that are not in it any more keep their ids: they lead to another entry, or are retired.
///
/// # Errors
/// Any failure of the database.
pub fn revise_ledger(tx: &Transaction<'_>, revision: &Revision) -> Result<(), StoreError> {
    for instrument in &revision.instruments {
        save_changed_instrument(tx, instrument, revision.at)?;
    }
    drop_instruments(tx, &revision.instruments)?;
    save_entries(tx, revision)?;
    for (mention, verdict) in &revision.verdicts {
        insert_quiet_verdict(tx, *mention, verdict, revision)?;
    }
    for reading in &revision.readings {
        take_reading(tx, reading, revision)?;
    }
    lead_on(tx, revision)?;
    count_revision(tx)
}

fn save_changed_instrument(
    tx: &Transaction<'_>,
    instrument: &Instrument,
    now: Timestamp,
) -> Result<(), StoreError> {
    let held: Option<Json<Instrument>> = tx
        .prepare_cached("SELECT instrument FROM instruments WHERE id = ?1")?
        .query_row([instrument.id.as_str()], |row| row.get(0))
        .optional()?;
    if held.is_some_and(|held| held.0 == *instrument) {
        return Ok(());
    }
    save_instrument(tx, instrument, now)
}

fn drop_instruments(tx: &Transaction<'_>, kept: &[Instrument]) -> Result<(), StoreError> {
    let kept: HashSet<&str> = kept.iter().map(|one| one.id.as_str()).collect();
    let held: Vec<String> = tx
        .prepare_cached("SELECT id FROM instruments")?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    for id in held.iter().filter(|id| !kept.contains(id.as_str())) {
        tx.prepare_cached("DELETE FROM instruments WHERE id = ?1")?.execute([id])?;
    }
    Ok(())
}

/// Entries first that stand for themselves, because the others lead to them; then their order.
fn save_entries(tx: &Transaction<'_>, revision: &Revision) -> Result<(), StoreError> {
    let mut held: HashMap<String, (bool, Commitment)> = HashMap::new();
    {
        let mut statement = tx.prepare_cached(
            "SELECT id, redirect_to IS NULL AND retired_at IS NULL, commitment FROM commitments",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            held.insert(row.get(0)?, (row.get(1)?, row.get::<_, Json<Commitment>>(2)?.0));
        }
    }
    let faces = |merged: bool| {
        revision.entries.iter().filter(move |entry| entry.merged_into.is_some() == merged)
    };
    for entry in faces(false).chain(faces(true)) {
        let same = held
            .get(entry.id.as_str())
            .is_some_and(|(stands, held)| *stands == entry.merged_into.is_none() && held == entry);
        if !same {
            save_commitment(tx, entry, revision.at)?;
        }
    }
    let present: HashSet<&str> = revision.entries.iter().map(|entry| entry.id.as_str()).collect();
    for id in held.keys().filter(|id| !present.contains(id.as_str())) {
        tx.prepare_cached(
            "UPDATE commitments SET retired_at = coalesce(retired_at, ?2) WHERE id = ?1",
        )?
        .execute(params![id, Ms(revision.at)])?;
    }
    number_entries(tx, &revision.entries)
}

/// The judge reads entries in the order of their numbers, so these follow the order in which they were made.
fn number_entries(tx: &Transaction<'_>, entries: &[Commitment]) -> Result<(), StoreError> {
    let numbers: BTreeMap<i64, String> = tx
        .prepare_cached("SELECT number, id FROM commitments")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    let present: HashSet<&str> = entries.iter().map(|entry| entry.id.as_str()).collect();
    let inside: Vec<&str> =
        numbers.values().map(String::as_str).filter(|id| present.contains(id)).collect();
    if inside.iter().eq(entries.iter().map(|entry| entry.id.as_str()).collect::<Vec<_>>().iter()) {
        return Ok(());
    }
    let outside = numbers.values().map(String::as_str).filter(|id| !present.contains(id));
    let order: Vec<&str> = entries.iter().map(|entry| entry.id.as_str()).chain(outside).collect();
    // Out of the way first: numbers are unique at every moment.
    tx.execute("UPDATE commitments SET number = -number", [])?;
    let mut renumber = tx.prepare_cached("UPDATE commitments SET number = ?2 WHERE id = ?1")?;
    for (number, id) in (1i64..).zip(order) {
        renumber.execute(params![id, number])?;
    }
    Ok(())
}

fn insert_quiet_verdict(
    tx: &Transaction<'_>,
    mention: MentionId,
    verdict: &Verdict,
    revision: &Revision,
) -> Result<(), StoreError> {
    tx.prepare_cached(
        "INSERT INTO verdicts (mention_id, commitment_id, outcome, level, told, lowered_by, verdict,
             rules_version, at, quiet)
         VALUES (?1, ?2, ?3, ?4, 'none', NULL, ?5, ?6, ?7, 1)",
    )?
    .execute(params![
        mention.0,
        verdict.commitment.as_ref().map(CommitmentId::as_str),
        verdict.outcome.as_str(),
        verdict.level.as_str(),
        Json(verdict),
        revision.rules_version,
        Ms(revision.at),
    ])?;
    Ok(())
}

/// Puts a new reading in the place of the present one. A mention that reads the same keeps its row.
fn take_reading(
    tx: &Transaction<'_>,
    reading: &NewReading,
    revision: &Revision,
) -> Result<(), StoreError> {
    let mut held: Vec<(i64, Fingerprint, Mention)> = tx
        .prepare_cached(
            "SELECT id, fingerprint, mention FROM mentions
             WHERE article_id = ?1 AND superseded_at IS NULL ORDER BY ordinal",
        )?
        .query_map([reading.id.0], |row| {
            Ok((row.get(0)?, Fingerprint(row.get(1)?), row.get::<_, Json<Mention>>(2)?.0))
        })?
        .collect::<Result<_, _>>()?;
    let mut fresh = Vec::new();
    for one in &reading.mentions {
        let same = held.iter().position(|(_, known_by, held)| *known_by == one.0 && *held == one.1);
        match same {
            Some(at) => drop(held.remove(at)),
            None => fresh.push(one),
        }
    }
    for (id, ..) in held {
        tx.prepare_cached("UPDATE mentions SET superseded_at = ?2 WHERE id = ?1")?
            .execute(params![id, Ms(revision.at)])?;
    }
    let version = free_version(tx, reading.id, &revision.rules_version)?;
    for (fingerprint, mention, verdict) in fresh {
        let id = insert_mention(tx, reading.id, &version, fingerprint, mention)?;
        if let Some(verdict) = verdict {
            insert_quiet_verdict(tx, id, verdict, revision)?;
        }
    }
    save_facts(tx, reading)
}

/// The rules' version, or, where the article was read under it before (by an earlier program), the version with a
/// number.
fn free_version(
    tx: &Transaction<'_>,
    article: ArticleId,
    version: &str,
) -> Result<String, StoreError> {
    let mut statement = tx.prepare_cached(
        "SELECT count(*) FROM mentions WHERE article_id = ?1 AND rules_version = ?2",
    )?;
    let mut candidate = version.to_owned();
    let mut number = 2;
    while statement.query_row(params![article.0, candidate], |row| row.get::<_, i64>(0))? > 0 {
        candidate = format!("{version}.{number}");
        number += 1;
    }
    Ok(candidate)
}

/// What the reading says about the article as a whole.
fn save_facts(tx: &Transaction<'_>, reading: &NewReading) -> Result<(), StoreError> {
    let kept = reading.relevance.decision == RelevanceDecision::Keep;
    let was: bool = tx
        .prepare_cached("SELECT kept FROM articles WHERE id = ?1")?
        .query_row([reading.id.0], |row| row.get(0))?;
    let published = reading.article.published;
    tx.prepare_cached(
        "UPDATE articles SET kept = ?2, relevance = ?3, language = ?4, published = ?5, published_at = ?6,
             published_basis = ?7
         WHERE id = ?1",
    )?
    .execute(params![
        reading.id.0,
        kept,
        Json(&reading.relevance),
        reading.article.language.map(|language| language.tag()),
        published.map(|published| Word(published.date)),
        published.and_then(|published| published.at).map(Ms),
        published.map(|published| Word(published.basis)),
    ])?;
    match (was, kept) {
        (false, true) => index_article(tx, reading.id, &reading.article),
        (true, false) => unindex_article(tx, reading.id),
        _ => Ok(()),
    }
}

/// Old ids lead to where their mentions are now; a redirect is never longer than one step.
fn lead_on(tx: &Transaction<'_>, revision: &Revision) -> Result<(), StoreError> {
    let stands: HashSet<&str> = revision
        .entries
        .iter()
        .filter(|entry| entry.merged_into.is_none())
        .map(|entry| entry.id.as_str())
        .collect();
    for (from, to) in &revision.redirects {
        if stands.contains(to.as_str()) && !stands.contains(from.as_str()) {
            tx.prepare_cached(
                "UPDATE commitments SET redirect_to = ?2, retired_at = NULL WHERE id = ?1",
            )?
            .execute([from.as_str(), to.as_str()])?;
        }
    }
    // An entry that others lead to may itself have become part of another.
    tx.execute(
        "UPDATE commitments SET redirect_to =
             (SELECT next.redirect_to FROM commitments AS next WHERE next.id = commitments.redirect_to)
         WHERE redirect_to IN (SELECT id FROM commitments WHERE redirect_to IS NOT NULL)",
        [],
    )?;
    // What leads to an entry that is gone is gone as well.
    tx.execute(
        "UPDATE commitments SET retired_at = ?1, redirect_to = NULL
         WHERE redirect_to IN (SELECT id FROM commitments WHERE retired_at IS NOT NULL)",
        [Ms(revision.at)],
    )?;
    Ok(())
}
