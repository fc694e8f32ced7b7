//! Articles: the raw text that every quote points into, kept compressed and never changed.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use super::StoreError;
use super::column::{Json, Ms, Word, count, deflate, inflate};
use super::search::index_article;
use crate::model::{
    Article, ArticleId, DateBasis, EntryId, Language, PartialDate, Relevance, RelevanceDecision,
    SourceDate, SourceId, Trust,
};
use crate::text::{Change, changes};

/// An article to be stored.
#[derive(Debug, Clone, PartialEq)]
pub struct ArticleRecord {
    /// Its row, from [`next_article_id`] in the same transaction; `None` takes the next.
    pub id: Option<ArticleId>,
    /// The source that led to it; `None` for texts given by hand.
    pub source: Option<SourceId>,
    /// The entry that led to it.
    pub entry: Option<EntryId>,
    /// Title, raw text, dates.
    pub article: Article,
    /// Hash of its words alone ([`crate::text::body_hash`]), by which copies are found.
    pub body_hash: Option<String>,
    /// Trust in the source at this time.
    pub trust: Trust,
    /// When it arrived.
    pub arrived: Timestamp,
    /// Whether it fills the ledger silently.
    pub baseline: bool,
    /// Whether it is about the topic, and why. Only kept articles can be searched.
    pub relevance: Relevance,
    /// The first article of the same wire story, when this is a copy of it.
    pub story: Option<ArticleId>,
    /// Whether its publisher asks that no copy is kept: then the text is not stored, and only the title can be searched.
    pub reserved: bool,
}

/// A stored article.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredArticle {
    /// Its row.
    pub id: ArticleId,
    /// The source that led to it.
    pub source: Option<SourceId>,
    /// The entry that led to it.
    pub entry: Option<EntryId>,
    /// Title, raw text, dates. The text is empty when `text_kept` is false.
    pub article: Article,
    /// Whether the raw text is still there.
    pub text_kept: bool,
    /// BLAKE3 of the raw text, hex.
    pub text_hash: String,
    /// Hash of its words alone.
    pub body_hash: Option<String>,
    /// Trust in the source when it arrived.
    pub trust: Trust,
    /// When it arrived.
    pub arrived: Timestamp,
    /// Whether it filled the ledger silently.
    pub baseline: bool,
    /// Whether it is about the topic, and why.
    pub relevance: Relevance,
    /// The first article of the same wire story; itself when it is no copy.
    pub story: ArticleId,
    /// The earlier article of the same entry that this one is an edit of.
    pub revises: Option<ArticleId>,
    /// What the edit changed; empty without one, or when the text is the same.
    pub changes: Vec<Change>,
}

/// The hash that tells whether a raw text is the one that quotes were taken from: BLAKE3, hex.
pub fn text_hash(text: &str) -> String {
    blake3::hash(text.as_bytes()).to_hex().to_string()
}

/// The row that the next article stored in this transaction will have, for whoever must name it before.
///
/// # Errors
/// Any failure of the database.
pub fn next_article_id(tx: &Transaction<'_>) -> Result<ArticleId, StoreError> {
    let id = tx
        .prepare_cached("SELECT coalesce(max(id), 0) + 1 FROM articles")?
        .query_row([], |row| row.get(0))?;
    Ok(ArticleId(id))
}

/// Stores an article, and makes it searchable when it is kept.
///
/// # Errors
/// Any failure of the database, among them an id that is taken.
pub fn insert_article(
    tx: &Transaction<'_>,
    record: &ArticleRecord,
) -> Result<ArticleId, StoreError> {
    let id = match record.id {
        Some(id) => id,
        None => next_article_id(tx)?,
    };
    let article = &record.article;
    let kept = record.relevance.decision == RelevanceDecision::Keep;
    let edit = match record.entry {
        Some(entry) if !record.reserved => edit_of(tx, entry, article)?,
        _ => None,
    };
    let text = (!record.reserved).then(|| deflate(&article.text)).transpose().map_err(|error| {
        StoreError::Sqlite(rusqlite::Error::ToSqlConversionFailure(Box::new(error)))
    })?;
    tx.prepare_cached(
        "INSERT INTO articles (id, source_id, entry_id, url, canonical_url, title, byline, text, text_bytes,
             text_hash, body_hash, published, published_at, published_basis, language, trust, arrived_at, baseline,
             kept, relevance, story_id, confidence,
             revises, changes)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22,
             ?23, ?24)",
    )?
    .execute(params![
        id.0,
        record.source.as_ref().map(SourceId::as_str),
        record.entry.map(|entry| entry.0),
        article.url,
        article.canonical_url,
        article.title,
        article.byline,
        text,
        count(article.text.len() as u64),
        text_hash(&article.text),
        record.body_hash,
        article.published.map(|published| Word(published.date)),
        article.published.and_then(|published| published.at).map(Ms),
        article.published.map(|published| Word(published.basis)),
        article.language.map(|language| language.tag()),
        Word(record.trust),
        Ms(record.arrived),
        record.baseline,
        kept,
        Json(&record.relevance),
        record.story.unwrap_or(id).0,
        article.confidence,
        edit.as_ref().map(|edit| edit.0.0),
        edit.as_ref().map(|edit| Json(&edit.1)),
    ])?;
    if kept && record.reserved {
        index_article(tx, id, &Article { text: String::new(), ..article.clone() })?;
    } else if kept {
        index_article(tx, id, article)?;
    }
    Ok(id)
}

const COLUMNS: &str = "id, source_id, entry_id, url, canonical_url, title, byline, text, text_bytes, text_hash,
    published, published_at, published_basis, language, trust, arrived_at, baseline, relevance, story_id, body_hash, confidence,
    revises, changes";

fn article_row(row: &Row<'_>) -> rusqlite::Result<StoredArticle> {
    let packed: Option<Vec<u8>> = row.get(7)?;
    let bytes: i64 = row.get(8)?;
    let text = match &packed {
        None => String::new(),
        Some(packed) => inflate(packed, bytes.unsigned_abs()).map_err(|error| {
            rusqlite::Error::FromSqlConversionFailure(
                7,
                rusqlite::types::Type::Blob,
                Box::new(error),
            )
        })?,
    };
    let published = match row.get::<_, Option<Word<PartialDate>>>(10)? {
        None => None,
        Some(date) => Some(SourceDate {
            date: date.0,
            at: row.get::<_, Option<Ms>>(11)?.map(|at| at.0),
            basis: row.get::<_, Word<DateBasis>>(12)?.0,
        }),
    };
    Ok(StoredArticle {
        id: ArticleId(row.get(0)?),
        source: row.get::<_, Option<String>>(1)?.map(SourceId),
        entry: row.get::<_, Option<i64>>(2)?.map(EntryId),
        article: Article {
            title: row.get(5)?,
            text,
            url: row.get(3)?,
            canonical_url: row.get(4)?,
            published,
            byline: row.get(6)?,
            language: row.get::<_, Option<Word<Language>>>(13)?.map(|language| language.0),
            confidence: row.get(20)?,
        },
        text_kept: packed.is_some(),
        text_hash: row.get(9)?,
        trust: row.get::<_, Word<Trust>>(14)?.0,
        arrived: row.get::<_, Ms>(15)?.0,
        baseline: row.get(16)?,
        relevance: row.get::<_, Json<Relevance>>(17)?.0,
        story: ArticleId(row.get(18)?),
        body_hash: row.get(19)?,
        revises: row.get::<_, Option<i64>>(21)?.map(ArticleId),
        changes: row
            .get::<_, Option<Json<Vec<Change>>>>(22)?
            .map(|changes| changes.0)
            .unwrap_or_default(),
    })
}

/// What an entry was judged by last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LatestReading {
    /// Its article.
    pub id: ArticleId,
    /// The article's title.
    pub title: String,
    /// BLAKE3 of its raw text, hex.
    pub text_hash: String,
}

/// What an entry was judged by last, if it was.
///
/// # Errors
/// Any failure of the database.
pub fn latest_reading(
    connection: &Connection,
    entry: EntryId,
) -> Result<Option<LatestReading>, StoreError> {
    let found = connection
        .prepare_cached(
            "SELECT id, title, text_hash FROM articles WHERE entry_id = ?1 ORDER BY id DESC LIMIT 1",
        )?
        .query_row([entry.0], |row| {
            Ok(LatestReading { id: ArticleId(row.get(0)?), title: row.get(1)?, text_hash: row.get(2)? })
        })
        .optional()?;
    Ok(found)
}

/// The latest article of the same entry, and what has changed in title and text since.
fn edit_of(
    tx: &Transaction<'_>,
    entry: EntryId,
    article: &Article,
) -> Result<Option<(ArticleId, Vec<Change>)>, StoreError> {
    let before = many(tx, "entry_id = ?1 ORDER BY id DESC LIMIT 1", [entry.0])?.pop();
    // A text that was forgotten cannot be compared.
    Ok(before.filter(|before| before.text_kept).map(|before| {
        let mut found = changes(&before.article.title, &article.title);
        found.extend(changes(&before.article.text, &article.text));
        (before.id, found)
    }))
}

/// One article with its text.
///
/// # Errors
/// Any failure of the database.
pub fn show_article(
    connection: &Connection,
    id: ArticleId,
) -> Result<Option<StoredArticle>, StoreError> {
    let row = connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM articles WHERE id = ?1"))?
        .query_row([id.0], article_row)
        .optional()?;
    Ok(row)
}

/// Articles whose words are the same (by their body hash), in order of arrival.
///
/// # Errors
/// Any failure of the database.
pub fn articles_with_body(
    connection: &Connection,
    hash: &str,
) -> Result<Vec<StoredArticle>, StoreError> {
    many(connection, "body_hash = ?1 ORDER BY id", [hash])
}

/// Articles read at this address, or that name it as canonical, in order of arrival.
///
/// # Errors
/// Any failure of the database.
pub fn articles_at(connection: &Connection, url: &str) -> Result<Vec<StoredArticle>, StoreError> {
    many(connection, "url = ?1 OR canonical_url = ?1 ORDER BY id", [url])
}

/// The latest kept articles that arrived since `since`, newest first: what a new text may be a copy of.
///
/// # Errors
/// Any failure of the database.
pub fn recent_articles(
    connection: &Connection,
    since: Timestamp,
    limit: u32,
) -> Result<Vec<StoredArticle>, StoreError> {
    many(
        connection,
        "kept = 1 AND arrived_at >= ?1 ORDER BY arrived_at DESC, id DESC LIMIT ?2",
        params![Ms(since), limit],
    )
}

/// Calls `each` with every article in order of arrival, one at a time.
///
/// # Errors
/// Any failure of the database.
pub fn every_article(
    connection: &Connection,
    mut each: impl FnMut(StoredArticle),
) -> Result<(), StoreError> {
    let mut statement =
        connection.prepare_cached(&format!("SELECT {COLUMNS} FROM articles ORDER BY id"))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        each(article_row(row)?);
    }
    Ok(())
}

fn many(
    connection: &Connection,
    condition: &str,
    values: impl rusqlite::Params,
) -> Result<Vec<StoredArticle>, StoreError> {
    let rows = connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM articles WHERE {condition}"))?
        .query_map(values, article_row)?
        .collect::<Result<_, _>>()?;
    Ok(rows)
}
