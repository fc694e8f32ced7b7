//! The way of one entry: from the queue to a stored judgement. The page is fetched; when it cannot be had, what the
//! feed gave is judged at once and the page is tried again later, so that nothing waits for a broken server and
//! nothing is lost to it.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::engine::Engine;
use super::judging::Origin;
use super::page::{Again, Page};
use super::reading::{self, Reading};
use crate::ledger::Purpose;
use crate::model::{AlertLevel, Article, DateBasis, Entry, EntryState, RelevanceDecision, Trust};
use crate::store::{self, EntryEnd, JudgedMention, PendingEntry, StoreError};
use crate::telemetry::event;

/// Entries taken from the queue together: their pages are fetched side by side, and judged in order of arrival.
const BATCH: u32 = 32;
/// Longest wait for the pages of a batch.
const PAGE_PATIENCE: Duration = Duration::from_secs(120);

/// What became of an entry, for logs and for `once`.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct EntryReport {
    /// The source.
    pub source: String,
    /// Title as the feed gives it.
    pub title: String,
    /// The stored article, where one was made.
    pub article: Option<i64>,
    /// Whether it was kept.
    pub kept: bool,
    /// Why, in a sentence.
    pub why: String,
    /// Mentions found.
    pub mentions: usize,
    /// The loudest that is told of it.
    pub told: AlertLevel,
    /// What is told as loudly: ids of commitments.
    pub commitments: Vec<String>,
    /// Why the page could not be had, if it could not.
    pub page_error: Option<String>,
}

impl Engine {
    /// Judges every entry that waits and may be tried now. Returns what became of each, in order.
    ///
    /// # Errors
    /// The database refuses; the entries not yet judged wait.
    pub async fn judge_pending(self: &Arc<Self>) -> Result<Vec<EntryReport>, StoreError> {
        let mut reports = Vec::new();
        loop {
            let batch = self.judge_batch().await?;
            if batch.is_empty() {
                return Ok(reports);
            }
            reports.extend(batch);
        }
    }

    /// Judges the entries that wait longest, so many that their pages can be fetched side by side. Empty when
    /// nothing waits.
    pub(super) async fn judge_batch(self: &Arc<Self>) -> Result<Vec<EntryReport>, StoreError> {
        let now = self.now();
        let batch = self
            .store
            .read(move |connection| store::pending_entries(connection, now, BATCH))
            .await?;
        let mut reports = Vec::new();
        for (pending, page) in self.pages(batch).await {
            reports.push(match self.judge_entry(&pending, page).await {
                Err(error) if error.is_about_record() => self.set_aside(&pending, &error).await?,
                judged => judged?,
            });
        }
        Ok(reports)
    }

    /// An entry that cannot be judged must not keep those behind it waiting: it is tried again later, and given up
    /// in the end.
    async fn set_aside(
        &self,
        pending: &PendingEntry,
        error: &StoreError,
    ) -> Result<EntryReport, StoreError> {
        let error = super::chain(error);
        tracing::error!(
            event = event::ENTRY_FAILED,
            entry.id = pending.id.0,
            error,
            "an entry could not be judged"
        );
        let last = pending.attempts + 1 >= u32::from(self.config.article.attempts);
        let retry = (!last).then(|| self.next_try(pending.attempts, self.now()));
        self.put_off(pending, &error, retry).await?;
        Ok(EntryReport {
            source: pending.source.to_string(),
            title: pending.entry.title.clone(),
            article: None,
            kept: false,
            why: format!("could not be judged: {error}"),
            mentions: 0,
            told: AlertLevel::None,
            commitments: Vec::new(),
            page_error: None,
        })
    }

    /// Fetches the pages of a batch side by side, and returns them in the order of the batch. A page that takes too
    /// long is tried again later: order of arrival counts, and all the others would wait for it.
    async fn pages(self: &Arc<Self>, batch: Vec<PendingEntry>) -> Vec<(PendingEntry, Page)> {
        let mut tasks = JoinSet::new();
        for (place, entry) in batch.iter().enumerate() {
            let (engine, entry) = (Arc::clone(self), entry.clone());
            tasks.spawn(async move { (place, engine.page(&entry).await) });
        }
        let mut pages: Vec<Option<Page>> = batch.iter().map(|_| None).collect();
        let mut missing = ("reading the page panicked", Again::Never);
        let collect = async {
            while let Some(done) = tasks.join_next().await {
                if let Ok((place, page)) = done {
                    pages[place] = Some(page);
                }
            }
        };
        if timeout(PAGE_PATIENCE, collect).await.is_err() {
            missing = ("the page did not come in time", Again::Later);
        }
        batch
            .into_iter()
            .zip(pages)
            .map(|(entry, page)| {
                let (error, again) = missing;
                (entry, page.unwrap_or_else(|| Page::Failed { error: error.to_owned(), again }))
            })
            .collect()
    }

    async fn judge_entry(
        &self,
        pending: &PendingEntry,
        page: Page,
    ) -> Result<EntryReport, StoreError> {
        let now = self.now();
        let reserved = matches!(page, Page::Read { reserved: true, .. });
        let (article, page_error, again) = match page {
            Page::Read { article, .. } => (self.completed(*article, pending), None, Again::Never),
            Page::NotNeeded => {
                (reading::article_of_entry(&pending.entry, &self.topic), None, Again::Never)
            }
            Page::Failed { error, again } => {
                (reading::article_of_entry(&pending.entry, &self.topic), Some(error), again)
            }
        };
        let topic = Arc::clone(&self.topic);
        let reading = self
            .work(move || reading::read(article, &topic))
            .await
            .map_err(|_| StoreError::Panicked)?;
        let last = pending.attempts + 1 >= u32::from(self.config.article.attempts);
        let retry = match again {
            Again::Never => None,
            _ if last => None,
            Again::Later => Some(self.next_try(pending.attempts, now)),
            Again::NotBefore(until) => {
                let cap = now.saturating_add(self.config.schedule.retry_cap).unwrap_or(now);
                Some(self.next_try(pending.attempts, now).max(until.min(cap)))
            }
        };
        // What the feed gave is judged at the first attempt; a later failure has nothing new to judge.
        if let (Some(error), true) = (&page_error, pending.attempts > 0) {
            self.put_off(pending, error, retry).await?;
            return Ok(report(pending, &reading, AlertLevel::None, page_error));
        }
        let end = EntryEnd {
            id: pending.id,
            state: state(&reading, page_error.is_some() && retry.is_none()),
            error: page_error.clone(),
        };
        let origin = Origin { again: retry, reserved, ..self.origin(pending, end, now) };
        let judgement = self.judge(reading.clone(), origin).await?;
        let article = judgement.rows.article.map(|id| id.0);
        let told = judgement.mentions.iter().map(|mention| mention.told).max().unwrap_or_default();
        let commitments = told_of(&judgement.mentions, told);
        let report =
            EntryReport { article, commitments, ..report(pending, &reading, told, page_error) };
        log(&report);
        Ok(report)
    }

    /// What the page does not say, the feed may.
    fn completed(&self, mut article: Article, pending: &PendingEntry) -> Article {
        if article.title.is_empty() {
            article.title.clone_from(&pending.entry.title);
        }
        if let Some(minutes) = dates_apart(&article, &pending.entry) {
            self.note_page_date(&pending.source, minutes);
        }
        if let Some(date) = reading::date_of_entry(&pending.entry, &self.topic) {
            // Feed over page stamp over text (ontology 4.7).
            article.published = Some(date);
        }
        article.url = article.url.or_else(|| pending.entry.link.clone());
        article
    }

    fn origin(&self, pending: &PendingEntry, end: EntryEnd, now: Timestamp) -> Origin {
        let source = self.source(&pending.source);
        Origin {
            source: Some(pending.source.clone()),
            source_name: source
                .map_or_else(|| pending.source.to_string(), |one| one.source.name.clone()),
            trust: source.map_or(Trust::Low, |one| one.source.trust),
            entry: Some(end),
            again: None,
            arrived: now,
            purpose: if pending.baseline { Purpose::Baseline } else { Purpose::Live },
            reserved: false,
        }
    }

    async fn put_off(
        &self,
        pending: &PendingEntry,
        error: &str,
        retry: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        let (id, error) = (pending.id, error.to_owned());
        tracing::debug!(entry.id = id.0, error, "the page could not be had");
        self.store.write(move |tx| store::record_failure(tx, id, &error, retry)).await
    }

    /// The wait doubles with each attempt.
    fn next_try(&self, attempts: u32, now: Timestamp) -> Timestamp {
        let wait: SignedDuration =
            self.config.article.retry_after.saturating_mul(1 << attempts.min(16));
        now.saturating_add(wait).unwrap_or(Timestamp::MAX)
    }
}

/// By how many minutes the feed's date of publication lies ahead of the page's, where both are instants.
fn dates_apart(article: &Article, entry: &Entry) -> Option<i32> {
    let page = article.published.filter(|page| page.basis != DateBasis::Text)?.at?;
    i32::try_from(entry.published?.duration_since(page).as_mins()).ok()
}

fn state(reading: &Reading, given_up: bool) -> EntryState {
    match (reading.relevance.decision, given_up) {
        (RelevanceDecision::Keep, false) => EntryState::Done,
        (RelevanceDecision::Keep, true) => EntryState::Failed,
        _ => EntryState::Rejected,
    }
}

fn report(
    pending: &PendingEntry,
    reading: &Reading,
    told: AlertLevel,
    page_error: Option<String>,
) -> EntryReport {
    EntryReport {
        source: pending.source.to_string(),
        title: pending.entry.title.clone(),
        article: None,
        kept: reading.is_kept(),
        why: reading.relevance.why.to_string(),
        mentions: reading.mentions.len(),
        told,
        commitments: Vec::new(),
        page_error,
    }
}

/// The commitments that an article tells at a level, each once; none where nobody is told.
fn told_of(mentions: &[JudgedMention], told: AlertLevel) -> Vec<String> {
    let mut ids = Vec::new();
    for judged in mentions.iter().filter(|one| one.told == told && told != AlertLevel::None) {
        let id = judged.verdict.as_ref().and_then(|verdict| verdict.commitment.as_ref());
        if let Some(id) = id.map(ToString::to_string).filter(|id| !ids.contains(id)) {
            ids.push(id);
        }
    }
    ids
}

fn log(report: &EntryReport) {
    if report.kept {
        tracing::info!(
            source.id = report.source,
            article.id = report.article,
            mentions = report.mentions,
            told = report.told.as_str(),
            commitments = report.commitments.join(" "),
            "kept: {}",
            report.title
        );
    } else {
        tracing::debug!(source.id = report.source, "not kept: {} ({})", report.title, report.why);
    }
}
