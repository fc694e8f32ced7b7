//! The end of an entry's way in one transaction: article, mentions, verdicts, ledger changes, messages.

use jiff::Timestamp;
use rusqlite::{Transaction, params};

use super::StoreError;
use super::articles::{ArticleRecord, insert_article};
use super::column::{Json, Ms, Word};
use super::entries::end_entry;
use super::ledger::{save_commitment, save_instrument};
use super::outbox::{NewMessage, insert_message};
use crate::model::{
    AlertLevel, ArticleId, Commitment, EntryId, EntryState, Fingerprint, Instrument, Mention,
    MentionId, OutboxId, Relevance, Verdict, VerdictId,
};

/// How the entry ends.
#[derive(Debug, Clone, PartialEq)]
pub struct EntryEnd {
    /// The entry.
    pub id: EntryId,
    /// `Done`, `Rejected` or `Failed`.
    pub state: EntryState,
    /// The last error, for an entry that failed or was judged by less than its page.
    pub error: Option<String>,
}

/// A mention with the verdict about it.
#[derive(Debug, Clone, PartialEq)]
pub struct JudgedMention {
    /// The mention.
    pub mention: Mention,
    /// Its fingerprint, by which it is found again when newer rules read the article again.
    pub fingerprint: Fingerprint,
    /// The verdict; `None` when none was passed.
    pub verdict: Option<Verdict>,
    /// How loudly it is really told, after baseline, age and trust.
    pub told: AlertLevel,
    /// Why that is less than the policy says.
    pub lowered_by: Option<String>,
}

/// Everything that judging one article changes.
#[derive(Debug, Clone, PartialEq)]
pub struct JudgementRecord {
    /// The entry that ends with it; `None` for a text given by hand.
    pub entry: Option<EntryEnd>,
    /// The article; `None` when title and summary decided.
    pub article: Option<ArticleRecord>,
    /// The relevance decision, for the entry.
    pub relevance: Option<Relevance>,
    /// Version of the rules that judged.
    pub rules_version: String,
    /// When.
    pub at: Timestamp,
    /// Mentions with their verdicts, in text order; empty without an article.
    pub mentions: Vec<JudgedMention>,
    /// Instruments that are new or have changed.
    pub instruments: Vec<Instrument>,
    /// Commitments that are new or have changed.
    pub commitments: Vec<Commitment>,
    /// Messages that follow. One whose event has been told before is left out.
    pub messages: Vec<NewMessage>,
}

/// The rows that a judgement became.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Judged {
    /// The article.
    pub article: Option<ArticleId>,
    /// Mentions, as in the record.
    pub mentions: Vec<MentionId>,
    /// Their verdicts, as in the record.
    pub verdicts: Vec<Option<VerdictId>>,
    /// Messages, as in the record; `None` for an event told before.
    pub messages: Vec<Option<OutboxId>>,
}

/// Stores a judgement.
///
/// # Errors
/// Any failure of the database; `Conflict` for an entry that does not exist, or mentions without an article.
pub fn record_judgement(
    tx: &Transaction<'_>,
    record: &JudgementRecord,
) -> Result<Judged, StoreError> {
    let mut judged = Judged::default();
    for instrument in &record.instruments {
        save_instrument(tx, instrument, record.at)?;
    }
    if let Some(article) = &record.article {
        judged.article = Some(insert_article(tx, article)?);
    }
    for commitment in &record.commitments {
        save_commitment(tx, commitment, record.at)?;
    }
    for mention in &record.mentions {
        let article = judged.article.ok_or_else(|| {
            StoreError::Conflict("mentions were found, but no article to find them in".to_owned())
        })?;
        let id = insert_mention(
            tx,
            article,
            &record.rules_version,
            &mention.fingerprint,
            &mention.mention,
        )?;
        judged.mentions.push(id);
        judged.verdicts.push(match &mention.verdict {
            Some(verdict) => Some(insert_verdict(tx, id, record, mention, verdict)?),
            None => None,
        });
    }
    for message in &record.messages {
        let about = message.about.and_then(|ordinal| {
            let at = record.mentions.iter().position(|m| m.mention.ordinal == ordinal)?;
            judged.verdicts.get(at).copied().flatten()
        });
        judged.messages.push(insert_message(tx, message, about, record.at)?);
    }
    if let Some(end) = &record.entry {
        end_entry(tx, end.id, end.state, record.relevance.as_ref(), end.error.as_deref())?;
    }
    Ok(judged)
}

/// Adds what an article says under one version of the rules.
pub(super) fn insert_mention(
    tx: &Transaction<'_>,
    article: ArticleId,
    rules_version: &str,
    fingerprint: &Fingerprint,
    mention: &Mention,
) -> Result<MentionId, StoreError> {
    tx.prepare_cached(
        "INSERT INTO mentions (article_id, rules_version, ordinal, fingerprint, kind, stage, framing,
             event_date, mention)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?
    .execute(params![
        article.0,
        rules_version,
        mention.ordinal,
        fingerprint.as_str(),
        mention.kind.as_str(),
        mention.stage.as_str(),
        mention.framing.as_str(),
        mention.event_date.map(Word),
        Json(mention),
    ])?;
    Ok(MentionId(tx.last_insert_rowid()))
}

fn insert_verdict(
    tx: &Transaction<'_>,
    mention: MentionId,
    record: &JudgementRecord,
    judged: &JudgedMention,
    verdict: &Verdict,
) -> Result<VerdictId, StoreError> {
    tx.prepare_cached(
        "INSERT INTO verdicts (mention_id, commitment_id, outcome, level, told, lowered_by, verdict,
             rules_version, at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?
    .execute(params![
        mention.0,
        verdict.commitment.as_ref().map(|id| id.as_str()),
        verdict.outcome.as_str(),
        verdict.level.as_str(),
        judged.told.as_str(),
        judged.lowered_by,
        Json(verdict),
        record.rules_version,
        Ms(record.at),
    ])?;
    Ok(VerdictId(tx.last_insert_rowid()))
}
