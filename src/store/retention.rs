//! What may be forgotten: poll logs, the texts of what was ruled out. Never the identity of an entry, an article
//! that anything points into, a mention, a verdict, a correction, or a message.

use jiff::Timestamp;
use rusqlite::{Transaction, params};

use super::StoreError;
use super::column::Ms;

/// From when on texts and logs are still kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Poll log lines begun before this go.
    pub polls_since: Timestamp,
    /// The raw texts of articles that were not kept and arrived before this go, and so do the full texts that
    /// feeds gave for entries which have come to their end.
    pub rejected_texts_since: Timestamp,
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
}

impl Purged {
    /// Whether any kind reached the most that one transaction takes, so that there may be more.
    pub fn more(&self, retention: &Retention) -> bool {
        let most = retention.at_most as usize;
        [self.polls, self.texts, self.contents].contains(&most)
    }
}

/// Forgets up to `at_most` rows of each kind; call again while [`Purged::more`].
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
    Ok(Purged { polls, texts, contents })
}
