//! From a reading to a stored judgement: one article, one transaction, in order of arrival.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::engine::{self, Engine};
use super::messages;
use super::reading::Reading;
use crate::ledger::{self, ArticleFacts, Ledger, Purpose};
use crate::model::{AlertLevel, ArticleId, EntryId, Outcome, SourceId, Trust};
use crate::store::{
    self, ArticleRecord, EntryEnd, Judged, JudgedMention, JudgementRecord, StoreError, Transaction,
};

/// Where a reading came from.
#[derive(Debug, Clone, PartialEq)]
pub struct Origin {
    /// The source; `None` for a text given by hand.
    pub source: Option<SourceId>,
    /// Name shown to readers.
    pub source_name: String,
    /// Trust in it.
    pub trust: Trust,
    /// The entry that led here, and how it ends.
    pub entry: Option<EntryEnd>,
    /// When the entry is taken up again, because its page could not be had: it goes on waiting.
    pub again: Option<Timestamp>,
    /// When the text arrived.
    pub arrived: Timestamp,
    /// Why it is judged: only what is live is ever told.
    pub purpose: Purpose,
    /// Whether the publisher asks that no copy of the text is kept.
    pub reserved: bool,
}

impl Origin {
    fn entry_id(&self) -> Option<EntryId> {
        self.entry.as_ref().map(|end| end.id)
    }
}

/// A stored judgement.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    /// Mentions with their verdicts, in text order.
    pub mentions: Vec<JudgedMention>,
    /// The rows that it became.
    pub rows: Judged,
    /// The earlier article that this one is a copy of.
    pub copy_of: Option<ArticleId>,
}

impl Engine {
    /// Judges a reading and stores everything that follows from it in one transaction. The ledger in memory
    /// changes only when that has succeeded.
    ///
    /// # Errors
    /// Any failure of the database; then nothing has changed.
    pub async fn judge(&self, reading: Reading, origin: Origin) -> Result<Judgement, StoreError> {
        let _turn = self.turn().await;
        let kept = reading.is_kept();
        let copy_of = if kept { self.copies().story_of(&reading) } else { None };
        let arrived = origin.arrived;
        let shared = Arc::new(reading);
        let work = Work {
            settings: messages::Settings::of(&self.config),
            topic: Arc::clone(&self.topic),
            reading: Arc::clone(&shared),
            origin,
            copy_of,
        };
        let ledger = self.ledger_handle();
        let (mentions, rows, change) = self
            .store
            .write(move |tx| {
                if let Some(known) = work.known(tx)? {
                    let rows = store::record_judgement(tx, &work.nothing_new())?;
                    work.put_off(tx)?;
                    return Ok((Vec::new(), Judged { article: Some(known), ..rows }, None));
                }
                let mut held = engine::lock(&ledger);
                held.catch_up(tx, &work.topic)?;
                let (record, change) = work.decide(tx, &held.ledger)?;
                drop(held);
                let rows = store::record_judgement(tx, &record)?;
                work.hear_second_source(tx, &record)?;
                work.put_off(tx)?;
                Ok((record.mentions, rows, Some(change)))
            })
            .await?;
        if let Some(change) = &change {
            self.ledger().ledger.apply(change, &self.topic);
        }
        if let (true, Some(article), Some(_)) = (kept, rows.article, &change) {
            self.copies().remember(copy_of.unwrap_or(article), arrived, &shared);
        }
        Ok(Judgement { mentions, rows, copy_of })
    }

    /// Judges a reading as it would be judged now, and stores nothing.
    pub fn consider(&self, reading: &Reading, origin: &Origin) -> Vec<JudgedMention> {
        let facts = facts(reading, origin, ArticleId(0), self.copies().story_of(reading));
        let max_age = self.config.article.max_push_age;
        let judgement = self.ledger().ledger.judge(&facts, &reading.mentions, &self.topic);
        judged(reading, &judgement, &facts, origin.purpose, max_age)
    }
}

/// Everything that one judgement is made from, as a value that can go to the writer's thread.
struct Work {
    settings: messages::Settings,
    topic: Arc<crate::config::topic::Topic>,
    reading: Arc<Reading>,
    origin: Origin,
    copy_of: Option<ArticleId>,
}

impl Work {
    /// The article that the entry was judged by last, when its title and text are those of this one: then nobody has
    /// said anything since, whatever the feed has changed around it.
    fn known(&self, tx: &Transaction<'_>) -> Result<Option<ArticleId>, StoreError> {
        let Some(entry) = self.origin.entry_id() else { return Ok(None) };
        let article = &self.reading.article;
        let latest = store::latest_reading(tx, entry)?;
        let text = store::text_hash(&article.text);
        Ok(latest
            .filter(|one| one.text_hash == text && one.title == article.title)
            .map(|one| one.id))
    }

    /// The entry comes to its end, and nothing else follows.
    fn nothing_new(&self) -> JudgementRecord {
        JudgementRecord {
            entry: self.origin.entry.clone(),
            article: None,
            relevance: Some(self.reading.relevance.clone()),
            rules_version: self.topic.rules_version.clone(),
            at: self.origin.arrived,
            mentions: Vec::new(),
            instruments: Vec::new(),
            commitments: Vec::new(),
            messages: Vec::new(),
        }
    }

    /// What shall be stored, and how the ledger will change.
    fn decide(
        &self,
        tx: &Transaction<'_>,
        ledger: &Ledger,
    ) -> Result<(JudgementRecord, crate::ledger::Judgement), StoreError> {
        let id = store::next_article_id(tx)?;
        let (reading, origin) = (&self.reading, &self.origin);
        let facts = facts(reading, origin, id, self.copy_of);
        let max_age = self.settings.max_push_age;
        let judgement = ledger.judge(&facts, &reading.mentions, &self.topic);
        let mentions = judged(reading, &judgement, &facts, origin.purpose, max_age);
        let messages = self.settings.messages(&messages::Telling {
            article: id,
            reading,
            origin,
            mentions: &mentions,
            commitments: &judgement.commitments,
            instruments: &judgement.instruments,
            ledger,
        });
        let record = JudgementRecord {
            entry: origin.entry.clone(),
            article: Some(ArticleRecord {
                id: Some(id),
                source: origin.source.clone(),
                entry: origin.entry_id(),
                article: reading.article.clone(),
                body_hash: Some(crate::text::body_hash(&reading.document)),
                trust: origin.trust,
                arrived: origin.arrived,
                baseline: origin.purpose != Purpose::Live,
                relevance: reading.relevance.clone(),
                story: self.copy_of,
                reserved: origin.reserved,
            }),
            relevance: Some(reading.relevance.clone()),
            rules_version: self.topic.rules_version.clone(),
            at: origin.arrived,
            mentions,
            instruments: judgement.instruments.clone(),
            commitments: judgement.commitments.clone(),
            messages,
        };
        Ok((record, judgement))
    }

    /// An entry that was judged by less than its page waits for the page in the same transaction: a crash must not
    /// come between.
    fn put_off(&self, tx: &Transaction<'_>) -> Result<(), StoreError> {
        let (Some(end), Some(again)) = (&self.origin.entry, self.origin.again) else {
            return Ok(());
        };
        store::record_failure(tx, end.id, end.error.as_deref().unwrap_or_default(), Some(again))
    }

    /// What a lone low-trust source announced is released when an independent, better one tells it again; not
    /// before the alert about the second telling is due, so that both become one message.
    fn hear_second_source(
        &self,
        tx: &Transaction<'_>,
        record: &JudgementRecord,
    ) -> Result<(), StoreError> {
        if self.copy_of.is_some()
            || self.origin.trust == Trust::Low
            || self.origin.purpose != Purpose::Live
        {
            return Ok(());
        }
        for mention in &record.mentions {
            let Some(verdict) = &mention.verdict else { continue };
            if let (Outcome::Restated | Outcome::Advanced, Some(commitment)) =
                (verdict.outcome, &verdict.commitment)
            {
                let due = self.settings.due(self.origin.arrived);
                store::second_source_arrived(tx, commitment, due, self.origin.arrived)?;
            }
        }
        Ok(())
    }
}

pub(super) fn facts(
    reading: &Reading,
    origin: &Origin,
    id: ArticleId,
    copy_of: Option<ArticleId>,
) -> ArticleFacts {
    ArticleFacts {
        id,
        source_date: reading.article.published.map(|published| published.date),
        arrival: origin.arrived,
        text_hash: store::text_hash(&reading.article.text),
        language: reading.article.language,
        outlet: origin.source.clone(),
        trust: origin.trust,
        copy: copy_of.is_some(),
    }
}

pub(super) fn judged(
    reading: &Reading,
    judgement: &ledger::Judgement,
    facts: &ArticleFacts,
    purpose: Purpose,
    max_age: SignedDuration,
) -> Vec<JudgedMention> {
    reading
        .mentions
        .iter()
        .zip(ledger::fingerprints(facts, &reading.mentions))
        .map(|(mention, fingerprint)| {
            let verdict = judgement
                .verdicts
                .iter()
                .find(|verdict| verdict.mention == mention.ordinal)
                .cloned();
            let release = verdict.as_ref().map(|verdict| {
                let entry = verdict.commitment.as_ref().and_then(|id| {
                    judgement.commitments.iter().find(|commitment| commitment.id == *id)
                });
                ledger::release(verdict, entry, facts, purpose, max_age)
            });
            JudgedMention {
                fingerprint,
                mention: mention.clone(),
                verdict,
                told: release.map_or(AlertLevel::None, |release| release.level),
                lowered_by: release.and_then(|release| release.held).map(ToOwned::to_owned),
            }
        })
        .collect()
}
