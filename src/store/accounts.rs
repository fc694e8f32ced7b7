//! What the ledger is made from: every article in order of arrival with its present reading, and earlier readings for
//! corrections that speak of them.

use std::collections::BTreeMap;

use rusqlite::{Connection, Row};

use super::StoreError;
use super::column::{Json, Ms, Word};
use crate::model::{
    ArticleId, CommitmentId, Fingerprint, Language, Mention, MentionId, PartialDate, SourceId,
    Trust, Verdict,
};

/// An article as the ledger sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct ArticleRow {
    /// Its row.
    pub id: ArticleId,
    /// The source that led to it.
    pub source: Option<SourceId>,
    /// Publication date.
    pub published: Option<PartialDate>,
    /// When it arrived.
    pub arrived: jiff::Timestamp,
    /// Hash of the raw text.
    pub text_hash: String,
    /// Language of the text.
    pub language: Option<Language>,
    /// Trust in the source when it arrived.
    pub trust: Trust,
    /// Whether it repeats an earlier article.
    pub copy: bool,
    /// Whether it is about the topic.
    pub kept: bool,
    /// Its present mentions, in text order.
    pub mentions: Vec<ReadMention>,
}

/// A stored mention with the verdict that holds.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadMention {
    /// Its row.
    pub id: MentionId,
    /// What corrections know it by.
    pub fingerprint: Fingerprint,
    /// The mention.
    pub mention: Mention,
    /// The verdict that holds.
    pub verdict: Option<Verdict>,
}

/// Every article in order of arrival, with its present reading. Without texts, so that many fit in memory.
///
/// # Errors
/// Any failure of the database.
pub fn article_rows(connection: &Connection) -> Result<Vec<ArticleRow>, StoreError> {
    let mut mentions = present_mentions(connection)?;
    let mut statement = connection.prepare_cached(
        "SELECT id, source_id, published, arrived_at, text_hash, language, trust, story_id, kept
         FROM articles ORDER BY id",
    )?;
    let rows = statement.query_map([], article_row)?;
    let mut articles = Vec::new();
    for row in rows {
        let mut article = row?;
        article.mentions = mentions.remove(&article.id).unwrap_or_default();
        articles.push(article);
    }
    Ok(articles)
}

fn article_row(row: &Row<'_>) -> rusqlite::Result<ArticleRow> {
    let id: i64 = row.get(0)?;
    Ok(ArticleRow {
        id: ArticleId(id),
        source: row.get::<_, Option<String>>(1)?.map(SourceId),
        published: row.get::<_, Option<Word<PartialDate>>>(2)?.map(|date| date.0),
        arrived: row.get::<_, Ms>(3)?.0,
        text_hash: row.get(4)?,
        language: row.get::<_, Option<Word<Language>>>(5)?.map(|language| language.0),
        trust: row.get::<_, Word<Trust>>(6)?.0,
        copy: row.get::<_, i64>(7)? != id,
        kept: row.get(8)?,
        mentions: Vec::new(),
    })
}

fn present_mentions(
    connection: &Connection,
) -> Result<BTreeMap<ArticleId, Vec<ReadMention>>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT article_id, mentions.id, fingerprint, mention,
             (SELECT verdict FROM verdicts WHERE mention_id = mentions.id ORDER BY id DESC LIMIT 1)
         FROM mentions WHERE superseded_at IS NULL ORDER BY article_id, ordinal",
    )?;
    let mut rows = statement.query([])?;
    let mut all: BTreeMap<ArticleId, Vec<ReadMention>> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        all.entry(ArticleId(row.get(0)?)).or_default().push(ReadMention {
            id: MentionId(row.get(1)?),
            fingerprint: Fingerprint(row.get(2)?),
            mention: row.get::<_, Json<Mention>>(3)?.0,
            verdict: row.get::<_, Option<Json<Verdict>>>(4)?.map(|verdict| verdict.0),
        });
    }
    Ok(all)
}

/// A mention as it was read once, whether that reading is the present one or not.
#[derive(Debug, Clone, PartialEq)]
pub struct OldMention {
    /// The article.
    pub article: ArticleId,
    /// What corrections know it by.
    pub fingerprint: Fingerprint,
    /// The mention.
    pub mention: Mention,
    /// Everything that was known of the article until then, itself included.
    pub known: Vec<(Fingerprint, Mention)>,
}

/// The mentions that were ever read under these fingerprints, in their latest reading. What was never read is left
/// out.
///
/// # Errors
/// Any failure of the database.
pub fn mentions_known_by<'a>(
    connection: &Connection,
    fingerprints: impl IntoIterator<Item = &'a Fingerprint>,
) -> Result<Vec<OldMention>, StoreError> {
    let mut latest = connection.prepare_cached(
        "SELECT article_id, rules_version, mention FROM mentions
         WHERE fingerprint = ?1 ORDER BY id DESC LIMIT 1",
    )?;
    let mut found = Vec::new();
    for fingerprint in fingerprints {
        let mut rows = latest.query([fingerprint.as_str()])?;
        let Some(row) = rows.next()? else { continue };
        let (article, version): (i64, String) = (row.get(0)?, row.get(1)?);
        found.push(OldMention {
            article: ArticleId(article),
            fingerprint: fingerprint.clone(),
            mention: row.get::<_, Json<Mention>>(2)?.0,
            known: known_until(connection, article, &version)?,
        });
    }
    Ok(found)
}

fn known_until(
    connection: &Connection,
    article: i64,
    version: &str,
) -> Result<Vec<(Fingerprint, Mention)>, StoreError> {
    let known = connection
        .prepare_cached(
            "SELECT fingerprint, mention FROM mentions WHERE article_id = ?1 AND id <=
                 (SELECT max(id) FROM mentions WHERE article_id = ?1 AND rules_version = ?2)
             ORDER BY id",
        )?
        .query_map((article, version), known_mention)?
        .collect::<Result<_, _>>()?;
    Ok(known)
}

fn known_mention(row: &Row<'_>) -> rusqlite::Result<(Fingerprint, Mention)> {
    Ok((Fingerprint(row.get(0)?), row.get::<_, Json<Mention>>(1)?.0))
}

/// The present mentions of an article, in text order.
///
/// # Errors
/// Any failure of the database.
pub fn present_mentions_of(
    connection: &Connection,
    article: ArticleId,
) -> Result<Vec<(Fingerprint, Mention)>, StoreError> {
    let present = connection
        .prepare_cached(
            "SELECT fingerprint, mention FROM mentions
             WHERE article_id = ?1 AND superseded_at IS NULL ORDER BY ordinal",
        )?
        .query_map([article.0], known_mention)?
        .collect::<Result<_, _>>()?;
    Ok(present)
}

/// Where a mention stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MentionPlace {
    /// What corrections know it by.
    pub fingerprint: Fingerprint,
    /// The article.
    pub article: ArticleId,
    /// Its number in the article, from 0.
    pub ordinal: u32,
    /// The commitment that it belongs to.
    pub commitment: Option<CommitmentId>,
}

/// Where these mentions stand, in the reading that holds: the article, the number in it, and the commitment. One that
/// is read no more is left out.
///
/// # Errors
/// Any failure of the database.
pub fn places_of_mentions<'a>(
    connection: &Connection,
    fingerprints: impl IntoIterator<Item = &'a Fingerprint>,
) -> Result<Vec<MentionPlace>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT article_id, ordinal,
             (SELECT commitment_id FROM verdicts WHERE mention_id = mentions.id ORDER BY id DESC LIMIT 1)
         FROM mentions WHERE fingerprint = ?1 AND superseded_at IS NULL ORDER BY id LIMIT 1",
    )?;
    let mut found = Vec::new();
    for fingerprint in fingerprints {
        let mut rows = statement.query([fingerprint.as_str()])?;
        if let Some(row) = rows.next()? {
            found.push(MentionPlace {
                fingerprint: fingerprint.clone(),
                article: ArticleId(row.get(0)?),
                ordinal: row.get(1)?,
                commitment: row.get::<_, Option<String>>(2)?.map(CommitmentId),
            });
        }
    }
    Ok(found)
}

/// The entries that these mentions belong to, by the verdicts that hold.
///
/// # Errors
/// Any failure of the database.
pub fn entries_of_mentions<'a>(
    connection: &Connection,
    fingerprints: impl IntoIterator<Item = &'a Fingerprint>,
) -> Result<Vec<(Fingerprint, CommitmentId)>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT (SELECT commitment_id FROM verdicts WHERE mention_id = mentions.id ORDER BY id DESC LIMIT 1)
         FROM mentions WHERE fingerprint = ?1 AND superseded_at IS NULL ORDER BY id",
    )?;
    let mut found = Vec::new();
    for fingerprint in fingerprints {
        let mut rows = statement.query([fingerprint.as_str()])?;
        while let Some(row) = rows.next()? {
            if let Some(id) = row.get::<_, Option<String>>(0)? {
                found.push((fingerprint.clone(), CommitmentId(id)));
            }
        }
    }
    Ok(found)
}
