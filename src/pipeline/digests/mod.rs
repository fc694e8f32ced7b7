//! Digests: the verdicts of a window that abuts the last one, with the line that explains silence.

mod contents;
mod items;

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use self::contents::Contents;
use super::engine::Engine;
use super::mailroom::reader;
use crate::config::{EmptyDigest, MailSize, Recipient};
use crate::model::{OutboxId, VerdictId};
use crate::notify::deliver::CHANNEL as MAIL;
use crate::notify::facts::DigestFacts;
use crate::store::{self, DigestRecord, MessageKind, NewMessage, StoreError};
use crate::telemetry::event;
use crate::time::window::{Window, window_due};

/// A little less than a week, so that a weekly digest that comes some hours earlier than the last is not skipped.
const HEARTBEAT: SignedDuration = SignedDuration::from_hours(6 * 24 + 12);

/// What one digest covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Span {
    /// What the schedule says, for the reader.
    period: Window,
    /// What was read: from the moment the last digest was made to this one, so that polls and verdicts of one round
    /// are told together whenever the machine was late.
    read: Window,
    from: VerdictId,
    to: VerdictId,
}

impl Engine {
    /// Makes every digest that is due. Returns how many.
    ///
    /// # Errors
    /// The first failure of the database; the digests of other recipients were made all the same.
    pub async fn make_digests(&self) -> Result<usize, StoreError> {
        let mut made = 0;
        let mut failure = None;
        // Readers whose windows agree, as they mostly do, share one reading of the database.
        let (now, mut read) = (self.now(), None);
        for recipient in &self.config.recipients {
            match self.make_digest(recipient, now, &mut read).await {
                Ok(one) => made += usize::from(one),
                Err(error) => {
                    let why = super::chain(&error);
                    tracing::error!(
                        event = event::MESSAGE_UNWRITTEN,
                        recipient.id = recipient.id,
                        error = why,
                        "no digest; it is tried again"
                    );
                    failure.get_or_insert(error);
                }
            }
        }
        failure.map_or(Ok(made), Err)
    }

    async fn make_digest(
        &self,
        recipient: &Recipient,
        now: Timestamp,
        read: &mut Option<Arc<Contents>>,
    ) -> Result<bool, StoreError> {
        let Some((span, absorbs)) = self.span_due(recipient, now).await? else { return Ok(false) };
        let contents = match read.take().filter(|read| read.span == span) {
            Some(contents) => contents,
            None => self.contents(span).await?,
        };
        *read = Some(contents.clone());
        // A thousand readers would hold the others up, so it is done on a thread for such work.
        let to = recipient.clone();
        let facts = self
            .work(move || contents.told_to(&to, reader(&to), now))
            .await
            .map_err(|_| StoreError::Panicked)?;
        if facts.is_quiet() && !self.owes_a_note(recipient, now).await? {
            let record = quiet(recipient, span, now);
            self.store.write(move |tx| store::record_digest(tx, &record)).await?;
            tracing::info!(recipient.id = recipient.id, "nothing to tell in a digest");
            return Ok(false);
        }
        let event_key = format!("digest:{}", span.period.until);
        let items = facts.items.len();
        let (desk, id, key) = (self.desk.clone(), recipient.id.clone(), event_key.clone());
        let written = self.work(move || desk.digest(&id, &key, &facts)).await;
        let written = match written.map_err(|_| StoreError::Panicked)? {
            Ok(written) => written,
            Err(error) => {
                tracing::error!(
                    event = event::MESSAGE_UNWRITTEN,
                    recipient.id = recipient.id,
                    %error,
                    "a digest could not be written; it is tried again"
                );
                return Ok(false);
            }
        };
        let record = DigestRecord {
            message: Some(NewMessage {
                recipient: recipient.id.clone(),
                channel: MAIL.to_owned(),
                event_key,
                kind: MessageKind::Digest,
                not_before: now,
                awaits_second: false,
                facts: serde_json::json!({ "items": items }).to_string(),
                rendered: Some((written.bytes, written.message_id)),
                thread_key: None,
                commitment: None,
                about: None,
            }),
            absorbs,
            ..quiet(recipient, span, now)
        };
        self.store.write(move |tx| store::record_digest(tx, &record)).await?;
        tracing::info!(recipient.id = recipient.id, items, "digest ready");
        Ok(true)
    }

    async fn contents(&self, span: Span) -> Result<Arc<Contents>, StoreError> {
        self.store.read(move |connection| Contents::read(connection, span)).await.map(Arc::new)
    }

    /// Whether a recipient gets a digest with nothing in it.
    async fn owes_a_note(&self, recipient: &Recipient, now: Timestamp) -> Result<bool, StoreError> {
        match recipient.empty_digest {
            EmptyDigest::Note => Ok(true),
            EmptyDigest::Skip => Ok(false),
            EmptyDigest::Weekly => {
                let id = recipient.id.clone();
                let last = self
                    .store
                    .read(move |connection| store::last_mailed_digest(connection, &id, MAIL))
                    .await?;
                Ok(last.is_none_or(|last| now.duration_since(last) >= HEARTBEAT))
            }
        }
    }

    /// The span that is due now, with the held alerts that its digest tells instead: both as they were at one moment,
    /// for an alert that came after the last verdict of the span is not in it. A recipient met for the first time
    /// begins now, with nothing behind her.
    async fn span_due(
        &self,
        recipient: &Recipient,
        now: Timestamp,
    ) -> Result<Option<(Span, Vec<OutboxId>)>, StoreError> {
        let Some(schedule) = &recipient.digest else { return Ok(None) };
        let id = recipient.id.clone();
        let (last, end, absorbs) = self
            .store
            .read(move |connection| {
                let absorbs = store::unconfirmed(connection, &id)?;
                let last = store::last_digest(connection, &id, MAIL)?;
                Ok((last, store::verdict_end(connection)?, absorbs))
            })
            .await?;
        let Some(last) = last else {
            self.begin_digests(recipient, end, now).await?;
            return Ok(None);
        };
        let due = window_due(schedule, last.period.1, now).map(|period| Span {
            period,
            read: Window { from: last.at, until: now },
            from: last.to,
            to: end,
        });
        Ok(due.map(|span| (span, absorbs)))
    }

    /// The empty digest from which the first real window is counted.
    async fn begin_digests(
        &self,
        recipient: &Recipient,
        end: VerdictId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let here = Window { from: now, until: now };
        let record = quiet(recipient, Span { period: here, read: here, from: end, to: end }, now);
        self.store.write(move |tx| store::record_digest(tx, &record)).await?;
        Ok(())
    }

    /// A digest that was made, whole: everything of its window as the ledger knows it now, whatever the mail left out.
    /// `None` when none of the recipient's windows begins with `from`.
    ///
    /// # Errors
    /// Any failure of the database.
    pub async fn whole_digest(
        &self,
        recipient: &Recipient,
        from: VerdictId,
    ) -> Result<Option<DigestFacts>, StoreError> {
        let id = recipient.id.clone();
        let made = self
            .store
            .read(move |connection| {
                let Some(made) = store::digest_from(connection, &id, MAIL, from)? else {
                    return Ok(None);
                };
                let before = store::digest_before(connection, &id, MAIL, made.id)?;
                Ok(Some((made, before)))
            })
            .await?;
        let Some((made, before)) = made else { return Ok(None) };
        let span = Span {
            period: Window { from: made.period.0, until: made.period.1 },
            read: Window { from: before.unwrap_or(made.period.0), until: made.at },
            from: made.from,
            to: made.to,
        };
        let mut facts = self.digest_facts(recipient, span, made.at).await?;
        facts.reader.size = MailSize::WHOLE;
        Ok(Some(facts))
    }

    /// The digests that told a recipient something, the latest first: the number of each, and where its period ends.
    ///
    /// # Errors
    /// Any failure of the database.
    pub async fn digest_numbers(
        &self,
        recipient: &Recipient,
        at_most: u32,
    ) -> Result<Vec<(VerdictId, Timestamp)>, StoreError> {
        let id = recipient.id.clone();
        let sent = self
            .store
            .read(move |connection| store::sent_digests(connection, &id, MAIL, at_most))
            .await?;
        Ok(sent.into_iter().map(|digest| (digest.from, digest.period.1)).collect())
    }

    /// The digest that a recipient would get if it were made now.
    ///
    /// # Errors
    /// Any failure of the database.
    pub async fn preview_digest(&self, recipient: &Recipient) -> Result<DigestFacts, StoreError> {
        let now = self.now();
        let id = recipient.id.clone();
        let (last, end) = self
            .store
            .read(move |connection| {
                Ok((store::last_digest(connection, &id, MAIL)?, store::verdict_end(connection)?))
            })
            .await?;
        let from = last.as_ref().map_or(VerdictId(1), |last| last.to);
        let day_ago = now.checked_sub(SignedDuration::from_hours(24)).unwrap_or(now);
        let (start, read) = last.map_or((day_ago, day_ago), |last| (last.period.1, last.at));
        let span = Span {
            period: Window { from: start, until: now },
            read: Window { from: read, until: now },
            from,
            to: end,
        };
        let mut facts = self.digest_facts(recipient, span, now).await?;
        // What is not made yet cannot be shown later by its window.
        facts.reader.id.clear();
        Ok(facts)
    }

    async fn digest_facts(
        &self,
        recipient: &Recipient,
        span: Span,
        now: Timestamp,
    ) -> Result<DigestFacts, StoreError> {
        let contents = self.contents(span).await?;
        Ok(contents.told_to(recipient, reader(recipient), now))
    }
}

/// The row of a window that was looked through and is told by no message.
fn quiet(recipient: &Recipient, span: Span, now: Timestamp) -> DigestRecord {
    DigestRecord {
        recipient: recipient.id.clone(),
        channel: MAIL.to_owned(),
        from: span.from,
        to: span.to,
        period: (span.period.from, span.period.until),
        message: None,
        absorbs: Vec::new(),
        at: now,
    }
}
