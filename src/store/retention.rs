//! What may be forgotten: poll logs, the texts of what was ruled out, the bodies of messages that have come to their
//! end. Never the identity of an entry, an article that anything points into, a mention, a verdict, a correction, or
//! that a message was sent.
//!
//! It is done in steps of a few thousand rows, each a transaction of its own, so that no other write waits long.

use jiff::Timestamp;
use rusqlite::{Connection, Transaction, params};

use super::StoreError;
use super::column::Ms;
use super::meta::{meta, set_meta};

/// The last entry whose summary was looked at; they are looked at in order of arrival.
const ENTRIES_DONE: &str = "retention.entries";
/// When all was done last, and what went: for `status`.
const LAST: &str = "retention.last";

/// From when on texts and logs are still kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Poll log lines begun before this go.
    pub polls_since: Timestamp,
    /// The raw texts of articles that were not kept and arrived before this go; so do the full texts that feeds gave
    /// for entries which have come to their end, and the summaries of those that were ruled out.
    pub rejected_texts_since: Timestamp,
    /// The bodies of messages that came to their end before this go.
    pub messages_since: Timestamp,
    /// Most rows of each kind in one transaction, so that no other write waits long.
    pub at_most: u32,
}

/// What was forgotten.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Purged {
    /// Poll log lines.
    pub polls: usize,
    /// Raw texts of articles.
    pub texts: usize,
    /// Full texts of entries.
    pub contents: usize,
    /// Summaries of entries.
    pub summaries: usize,
    /// Bodies of messages.
    pub messages: usize,
    /// Whether there may be more of any kind.
    pub more: bool,
}

impl Purged {
    /// The numbers with the words for them.
    pub fn counts(&self) -> [(&'static str, usize); 5] {
        [
            ("polls", self.polls),
            ("texts", self.texts),
            ("contents", self.contents),
            ("summaries", self.summaries),
            ("messages", self.messages),
        ]
    }

    /// Whether nothing was forgotten.
    pub fn is_nothing(&self) -> bool {
        self.counts().iter().all(|(_, count)| *count == 0)
    }

    /// Adds what a further step forgot; whether there is more is for the last one to say.
    pub fn add(&mut self, other: &Self) {
        self.polls += other.polls;
        self.texts += other.texts;
        self.contents += other.contents;
        self.summaries += other.summaries;
        self.messages += other.messages;
        self.more = other.more;
    }
}

/// Forgets up to `at_most` rows of each kind; call again while there is [`Purged::more`].
///
/// # Errors
/// Any failure of the database.
pub fn purge(tx: &Transaction<'_>, retention: &Retention) -> Result<Purged, StoreError> {
    // The log is written in order of time, so everything before the first line to be kept may go; this reads only
    // the lines that do go, however long the rest is.
    let polls = tx.execute(
        "DELETE FROM polls WHERE id IN
             (SELECT id FROM polls
              WHERE id < coalesce((SELECT id FROM polls WHERE started_at >= ?1 ORDER BY id LIMIT 1),
                                  (SELECT max(id) + 1 FROM polls))
              ORDER BY id LIMIT ?2)",
        params![Ms(retention.polls_since), retention.at_most],
    )?;
    let texts = tx.execute(
        "UPDATE articles SET text = NULL WHERE id IN
             (SELECT id FROM articles
              WHERE kept = 0 AND text IS NOT NULL AND arrived_at < ?1
                  AND NOT EXISTS (SELECT 1 FROM mentions WHERE article_id = articles.id)
              ORDER BY arrived_at LIMIT ?2)",
        params![Ms(retention.rejected_texts_since), retention.at_most],
    )?;
    let contents = tx.execute(
        "UPDATE entries SET content = NULL WHERE id IN
             (SELECT id FROM entries
              WHERE state <> 'pending' AND content IS NOT NULL AND changed_at < ?1
              ORDER BY changed_at LIMIT ?2)",
        params![Ms(retention.rejected_texts_since), retention.at_most],
    )?;
    let (seen, summaries) = purge_summaries(tx, retention)?;
    let messages = purge_messages(tx, retention)?;
    let most = retention.at_most as usize;
    let more = [polls, texts, contents, seen, messages].contains(&most);
    Ok(Purged { polls, texts, contents, summaries, messages, more })
}

/// Goes on through the entries where the last step ended: how many were looked at, and how many lost their summary.
fn purge_summaries(
    tx: &Transaction<'_>,
    retention: &Retention,
) -> Result<(usize, usize), StoreError> {
    let done: i64 = meta(tx, ENTRIES_DONE)?.and_then(|id| id.parse().ok()).unwrap_or(0);
    let mut last = done;
    let mut seen = 0;
    {
        let mut rows = tx.prepare_cached(
            "SELECT id, first_seen FROM entries WHERE id > ?1 ORDER BY id LIMIT ?2",
        )?;
        let mut rows = rows.query(params![done, retention.at_most])?;
        while let Some(row) = rows.next()? {
            if row.get::<_, Ms>(1)?.0 >= retention.rejected_texts_since {
                break;
            }
            last = row.get(0)?;
            seen += 1;
        }
    }
    if seen == 0 {
        return Ok((0, 0));
    }
    let gone = tx.execute(
        "UPDATE entries SET summary = '' WHERE id > ?1 AND id <= ?2 AND state = 'rejected'
             AND changed_at < ?3 AND summary <> ''",
        params![done, last, Ms(retention.rejected_texts_since)],
    )?;
    set_meta(tx, ENTRIES_DONE, &last.to_string())?;
    Ok((seen, gone))
}

/// The bodies of messages that left, that another tells, that will never leave. Of a mail that left the head stays: a
/// follow-up keeps its subject.
fn purge_messages(tx: &Transaction<'_>, retention: &Retention) -> Result<usize, StoreError> {
    let old: Vec<(i64, Vec<u8>, bool)> = tx
        .prepare_cached(
            "SELECT id, message, state = 'accepted' FROM outbox
             WHERE state IN ('accepted', 'merged', 'rejected') AND given_up = 0 AND forgotten_at IS NULL
                 AND message IS NOT NULL AND changed_at < ?1
             ORDER BY changed_at LIMIT ?2",
        )?
        .query_map(params![Ms(retention.messages_since), retention.at_most], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })?
        .collect::<Result<_, _>>()?;
    let mut forget = tx.prepare_cached(
        "UPDATE outbox SET message = ?2, forgotten_at = changed_at WHERE id = ?1",
    )?;
    for (id, message, accepted) in &old {
        let head = message.windows(4).position(|four| four == b"\r\n\r\n").map_or(0, |end| end + 4);
        forget.execute(params![id, accepted.then(|| &message[..head])])?;
    }
    Ok(old.len())
}

/// Remembers that all was done, and what went.
///
/// # Errors
/// Any failure of the database.
pub fn record_retention(
    tx: &Transaction<'_>,
    at: Timestamp,
    purged: &Purged,
) -> Result<(), StoreError> {
    let counts: Vec<String> =
        purged.counts().iter().map(|(word, count)| format!("{count} {word}")).collect();
    set_meta(tx, LAST, &format!("{at} {}", counts.join(", ")))
}

/// When all was done last, and what went, in words.
///
/// # Errors
/// Any failure of the database.
pub fn last_retention(connection: &Connection) -> Result<Option<(Timestamp, String)>, StoreError> {
    let last = meta(connection, LAST)?;
    Ok(last.and_then(|text| {
        let (at, counts) = text.split_once(' ')?;
        Some((at.parse().ok()?, counts.to_owned()))
    }))
}
