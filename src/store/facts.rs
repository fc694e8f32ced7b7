//! Verdicts with everything they speak of: what digests, `ledger show` and exports are made from.

use std::collections::BTreeSet;

use jiff::Timestamp;
use rusqlite::{Connection, Params, Row};

use super::StoreError;
use super::column::{Json, Ms, Word};
use crate::model::{
    AlertLevel, ArticleId, Commitment, CommitmentId, DateBasis, Language, Mention, MentionId,
    PartialDate, SourceDate, SourceId, Trust, Verdict, VerdictId,
};

/// An article as it is cited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArticleRef {
    /// Its row.
    pub id: ArticleId,
    /// Title; may be empty.
    pub title: String,
    /// Where it was read.
    pub url: Option<String>,
    /// The source that led to it; `None` for texts given by hand.
    pub source: Option<SourceId>,
    /// The source's name.
    pub source_name: Option<String>,
    /// Publication date.
    pub published: Option<SourceDate>,
    /// Language declared by page or feed.
    pub language: Option<Language>,
    /// Trust in the source when it arrived.
    pub trust: Trust,
    /// When it arrived.
    pub arrived: Timestamp,
    /// Whether it filled the ledger silently.
    pub baseline: bool,
    /// The first article of the same wire story; itself when it is no copy.
    pub story: ArticleId,
}

/// A verdict with its mention, its article, and the commitment as it stands now.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    /// The verdict's row; digests are windows of these.
    pub id: VerdictId,
    /// When it was passed.
    pub at: Timestamp,
    /// By which rules.
    pub rules_version: String,
    /// The verdict.
    pub verdict: Verdict,
    /// How loudly it is told, after baseline, age and trust.
    pub told: AlertLevel,
    /// Why that is less than the policy says.
    pub lowered_by: Option<String>,
    /// The mention's row.
    pub mention_id: MentionId,
    /// The mention, quote included.
    pub mention: Mention,
    /// Where it was found.
    pub article: ArticleRef,
    /// The commitment as it stands now (behind its redirect, if it was merged).
    pub commitment: Option<Commitment>,
}

/// One past the last verdict: the open end of a digest's window.
///
/// # Errors
/// Any failure of the database.
pub fn verdict_end(connection: &Connection) -> Result<VerdictId, StoreError> {
    let id = connection
        .prepare_cached("SELECT coalesce(max(id), 0) + 1 FROM verdicts")?
        .query_row([], |row| row.get(0))?;
    Ok(VerdictId(id))
}

/// The facts of the half-open window from `from` to `to`, in order of arrival.
///
/// # Errors
/// Any failure of the database.
pub fn verdicts_between(
    connection: &Connection,
    from: VerdictId,
    to: VerdictId,
) -> Result<Vec<Fact>, StoreError> {
    // A correction tells nothing by itself; but what it made of a verdict since must not be told as it was.
    facts(
        connection,
        "verdicts.quiet = 0 AND verdicts.id >= ?1 AND verdicts.id < ?2
         AND verdicts.outcome = (SELECT outcome FROM verdicts AS last
             WHERE last.mention_id = mentions.id ORDER BY last.id DESC LIMIT 1)",
        [from.0, to.0],
    )
}

/// All facts about a commitment, those of entries merged into it included, in order of arrival.
///
/// # Errors
/// Any failure of the database.
pub fn commitment_facts(
    connection: &Connection,
    commitment: &CommitmentId,
) -> Result<Vec<Fact>, StoreError> {
    facts(connection, &format!("{STANDING} AND {OF_COMMITMENT}"), [commitment.as_str()])
}

/// All facts found in an article, in text order.
///
/// # Errors
/// Any failure of the database.
pub fn article_facts(connection: &Connection, article: ArticleId) -> Result<Vec<Fact>, StoreError> {
    facts(connection, &format!("{STANDING} AND mentions.article_id = ?1"), [article.0])
}

/// Kept articles that arrived from `from` (inclusive) to `to` (exclusive), in order of arrival.
///
/// # Errors
/// Any failure of the database.
pub fn kept_between(
    connection: &Connection,
    from: Timestamp,
    to: Timestamp,
) -> Result<Vec<ArticleRef>, StoreError> {
    let rows = connection
        .prepare_cached(
            "SELECT articles.id, title, articles.url, source_id, sources.name, published, published_at,
                 published_basis, language, trust, arrived_at, baseline, story_id
             FROM articles LEFT JOIN sources ON sources.id = source_id
             WHERE kept = 1 AND arrived_at >= ?1 AND arrived_at < ?2 ORDER BY articles.id",
        )?
        .query_map([Ms(from), Ms(to)], |row| article_ref(row, 0))?
        .collect::<Result<_, _>>()?;
    Ok(rows)
}

/// Those of [`kept_between`] in whose present reading a commitment was found.
///
/// # Errors
/// Any failure of the database.
pub fn with_mentions_between(
    connection: &Connection,
    from: Timestamp,
    to: Timestamp,
) -> Result<BTreeSet<ArticleId>, StoreError> {
    let rows = connection
        .prepare_cached(
            "SELECT id FROM articles WHERE kept = 1 AND arrived_at >= ?1 AND arrived_at < ?2
                 AND EXISTS (SELECT 1 FROM mentions
                     WHERE article_id = articles.id AND superseded_at IS NULL)",
        )?
        .query_map([Ms(from), Ms(to)], |row| row.get(0).map(ArticleId))?
        .collect::<Result<_, _>>()?;
    Ok(rows)
}

/// Verdicts to be pushed that were passed from `from` on and before `before`: the audit asks for each whether those
/// who want it have a message.
///
/// # Errors
/// Any failure of the database.
pub fn to_be_announced(
    connection: &Connection,
    from: Timestamp,
    before: Timestamp,
) -> Result<Vec<Fact>, StoreError> {
    facts(
        connection,
        "verdicts.told = 'push' AND verdicts.at >= ?1 AND verdicts.at < ?2 AND commitments.id IS NOT NULL",
        [Ms(from), Ms(before)],
    )
}

/// The condition of facts about the commitment `?1` and those merged into it.
pub(super) const OF_COMMITMENT: &str = "verdicts.commitment_id IN (
         WITH RECURSIVE one (id) AS (
             VALUES (?1) UNION SELECT c.id FROM commitments AS c JOIN one ON c.redirect_to = one.id)
         SELECT id FROM one)";

/// The condition of what still stands: mentions of an article's present reading, each with the last verdict about it.
pub(super) const STANDING: &str = "mentions.superseded_at IS NULL
     AND NOT EXISTS (SELECT 1 FROM verdicts AS later
         WHERE later.mention_id = verdicts.mention_id AND later.id > verdicts.id)";

/// In order of arrival, and within an article in text order.
pub(super) const IN_ORDER: &str = "ORDER BY articles.id, mentions.ordinal, verdicts.id";

/// What [`fact_row`] reads: 22 columns.
pub(super) const FACT_COLUMNS: &str = "verdicts.id, verdicts.at, verdicts.rules_version, verdict,
     (SELECT CASE max(CASE ever.told WHEN 'push' THEN 2 WHEN 'watch' THEN 1 ELSE 0 END)
          WHEN 2 THEN 'push' WHEN 1 THEN 'watch' ELSE 'none' END
      FROM verdicts AS ever WHERE ever.mention_id = mentions.id),
     lowered_by,
     mentions.id, mention,
     articles.id, articles.title, articles.url, articles.source_id, sources.name,
     articles.published, articles.published_at, articles.published_basis,
     articles.language, articles.trust, articles.arrived_at, articles.baseline, articles.story_id,
     coalesce(kept.commitment, commitments.commitment)";

/// Where it reads them from.
pub(super) const FACT_TABLES: &str = "verdicts
     JOIN mentions ON mentions.id = verdicts.mention_id
     JOIN articles ON articles.id = mentions.article_id
     LEFT JOIN sources ON sources.id = articles.source_id
     LEFT JOIN commitments ON commitments.id = verdicts.commitment_id
     LEFT JOIN commitments AS kept ON kept.id = commitments.redirect_to";

fn facts(
    connection: &Connection,
    condition: &str,
    values: impl Params,
) -> Result<Vec<Fact>, StoreError> {
    let rows = connection
        .prepare_cached(&format!(
            "SELECT {FACT_COLUMNS} FROM {FACT_TABLES}
             WHERE {condition} {IN_ORDER}"
        ))?
        .query_map(values, fact_row)?
        .collect::<Result<_, _>>()?;
    Ok(rows)
}

/// Reads a fact from the first of [`FACT_COLUMNS`] on.
pub(super) fn fact_row(row: &Row<'_>) -> rusqlite::Result<Fact> {
    Ok(Fact {
        id: VerdictId(row.get(0)?),
        at: row.get::<_, Ms>(1)?.0,
        rules_version: row.get(2)?,
        verdict: row.get::<_, Json<Verdict>>(3)?.0,
        told: row.get::<_, Word<AlertLevel>>(4)?.0,
        lowered_by: row.get(5)?,
        mention_id: MentionId(row.get(6)?),
        mention: row.get::<_, Json<Mention>>(7)?.0,
        article: article_ref(row, 8)?,
        commitment: row.get::<_, Option<Json<Commitment>>>(21)?.map(|commitment| commitment.0),
    })
}

/// Reads an [`ArticleRef`] from thirteen columns, the first of which is `first`.
pub(super) fn article_ref(row: &Row<'_>, first: usize) -> rusqlite::Result<ArticleRef> {
    let published = match row.get::<_, Option<Word<PartialDate>>>(first + 5)? {
        None => None,
        Some(date) => Some(SourceDate {
            date: date.0,
            at: row.get::<_, Option<Ms>>(first + 6)?.map(|at| at.0),
            basis: row.get::<_, Word<DateBasis>>(first + 7)?.0,
        }),
    };
    Ok(ArticleRef {
        id: ArticleId(row.get(first)?),
        title: row.get(first + 1)?,
        url: row.get(first + 2)?,
        source: row.get::<_, Option<String>>(first + 3)?.map(SourceId),
        source_name: row.get(first + 4)?,
        published,
        language: row.get::<_, Option<Word<Language>>>(first + 8)?.map(|language| language.0),
        trust: row.get::<_, Word<Trust>>(first + 9)?.0,
        arrived: row.get::<_, Ms>(first + 10)?.0,
        baseline: row.get(first + 11)?,
        story: ArticleId(row.get(first + 12)?),
    })
}
