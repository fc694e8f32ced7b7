//! Digests: the verdicts of a window that abuts the last one, with the line that explains silence.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::engine::Engine;
use super::mailroom::reader;
use super::messages::{About, interested};
use super::round::read_state;
use crate::config::{EmptyDigest, MailSize, Recipient};
use crate::model::{
    AlertLevel, Commitment, CommitmentId, OutboxId, Outcome, RelevanceDecision, SourceId, VerdictId,
};
use crate::notify::deliver::CHANNEL as MAIL;
use crate::notify::facts::{
    AlertItem, ArticleFacts, ArticleLine, Candidate, Coverage, DigestFacts, DigestWindow, DueLine,
    FailingSource, RestatedLine,
};
use crate::source::Health;
use crate::store::{
    self, Connection, DigestRecord, Fact, LedgerFilter, MessageKind, NewMessage, StoreError,
};
use crate::time::window::{Window, window_due};

/// Promised dates this far ahead are named.
const DUE_AHEAD_DAYS: i64 = 30;
/// Promised dates this long past are named as overdue; later ones were named before.
const OVERDUE_DAYS: i64 = 14;
/// A little less than a week, so that a weekly digest that comes some hours earlier than the last is not skipped.
const HEARTBEAT: SignedDuration = SignedDuration::from_hours(6 * 24 + 12);
/// Near misses shown at most.
const NEAR_MISSES: u32 = 10;
/// Messages looked through for unconfirmed alerts.
const HELD_ROWS: u32 = 1000;

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
        for recipient in &self.config.recipients {
            match self.make_digest(recipient).await {
                Ok(one) => made += usize::from(one),
                Err(error) => {
                    let why = super::chain(&error);
                    tracing::error!(
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

    async fn make_digest(&self, recipient: &Recipient) -> Result<bool, StoreError> {
        let now = self.now();
        let Some((span, absorbs)) = self.span_due(recipient, now).await? else { return Ok(false) };
        let facts = self.digest_facts(recipient, span, now).await?;
        if facts.is_quiet() && !self.owes_a_note(recipient, now).await? {
            let record = quiet(recipient, span, now);
            self.store.write(move |tx| store::record_digest(tx, &record)).await?;
            tracing::info!(recipient.id = recipient.id, "nothing to tell in a digest");
            return Ok(false);
        }
        let event_key = format!("digest:{}", span.period.until);
        let written = match self.desk.digest(&recipient.id, &event_key, &facts) {
            Ok(written) => written,
            Err(error) => {
                tracing::error!(%error, recipient.id = recipient.id, "a digest could not be written; it is tried again");
                return Ok(false);
            }
        };
        let record = DigestRecord {
            recipient: recipient.id.clone(),
            channel: MAIL.to_owned(),
            from: span.from,
            to: span.to,
            period: (span.period.from, span.period.until),
            message: Some(NewMessage {
                recipient: recipient.id.clone(),
                channel: MAIL.to_owned(),
                event_key,
                kind: MessageKind::Digest,
                not_before: now,
                awaits_second: false,
                facts: serde_json::json!({"items": facts.items.len()}).to_string(),
                rendered: Some((written.bytes, written.message_id)),
                thread_key: None,
                commitment: None,
                about: None,
            }),
            absorbs,
            at: now,
        };
        self.store.write(move |tx| store::record_digest(tx, &record)).await?;
        tracing::info!(recipient.id = recipient.id, items = facts.items.len(), "digest ready");
        Ok(true)
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
                let held = store::messages(connection, Some(store::MessageState::Held), HELD_ROWS)?;
                let last = store::last_digest(connection, &id, MAIL)?;
                Ok((last, store::verdict_end(connection)?, unconfirmed(&held, &id)))
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
        let wanted = recipient.clone();
        let reader = reader(recipient);
        let mut facts = self
            .store
            .read(move |connection| collect(connection, &wanted, span, now, reader))
            .await?;
        for item in &mut facts.items {
            item.instrument_name = item.commitment.instrument.as_ref().and_then(|id| {
                let known =
                    self.topic.instruments.iter().find(|known| known.instrument.id == *id)?;
                Some(known.instrument.name.clone())
            });
        }
        Ok(facts)
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

fn collect(
    connection: &Connection,
    recipient: &Recipient,
    span: Span,
    now: Timestamp,
    reader: crate::notify::facts::Reader,
) -> Result<DigestFacts, StoreError> {
    let mut told: Vec<Fact> = store::verdicts_between(connection, span.from, span.to)?;
    let with_mentions: BTreeSet<i64> = told.iter().map(|fact| fact.article.id.0).collect();
    told.retain(|fact| {
        let about = About::mention(&fact.mention, &fact.verdict, fact.article.source.as_ref());
        !fact.article.baseline && interested(&recipient.wanted, &about)
    });
    let articles = store::kept_between(connection, span.read.from, span.read.until)?;
    let commitments = store::list_commitments(connection, &LedgerFilter::default())?;
    let items = items(&told, &commitments);
    Ok(DigestFacts {
        reader,
        generated_at: now,
        window: DigestWindow {
            start: span.period.from,
            end: span.period.until,
            from: span.from,
            to: span.to,
        },
        coverage: coverage(connection, span.read, articles.len())?,
        restated: restated(&told, &items),
        items,
        due: due(&commitments, recipient, span.period, now),
        relevant: articles
            .iter()
            .filter(|article| !with_mentions.contains(&article.id.0) && !article.baseline)
            .filter(|article| from_wanted(recipient, article.source.as_ref()))
            .map(|article| ArticleLine {
                id: Some(article.id),
                title: article.title.clone(),
                url: article.url.clone(),
                source_name: article.source_name.clone().unwrap_or_default(),
                language: article.language,
                published: article.published,
                why: String::new(),
            })
            .collect(),
        near_misses: if recipient.near_misses {
            near_misses(connection, recipient, span.read.from)?
        } else {
            Vec::new()
        },
    })
}

/// Whether a recipient wants to hear of what a source says.
fn from_wanted(recipient: &Recipient, source: Option<&SourceId>) -> bool {
    recipient.wanted.sources.is_empty()
        || source.is_none_or(|source| recipient.wanted.sources.contains(source))
}

/// How much was seen. A source that was read before and fails now is named, and so is one whose last poll had
/// nothing that was known: something may have come and gone between.
fn coverage(
    connection: &Connection,
    period: Window,
    articles: usize,
) -> Result<Coverage, StoreError> {
    let sources = store::coverage(connection, period.from, period.until)?;
    let states = store::source_states(connection)?;
    let state_of = |id: &crate::model::SourceId| {
        states.get(id.as_str()).map(|json| read_state(Some(json.as_str())))
    };
    let mut coverage = Coverage {
        total: u32::try_from(sources.len()).unwrap_or(u32::MAX),
        articles: u32::try_from(articles).unwrap_or(u32::MAX),
        ..Coverage::default()
    };
    for source in sources {
        let state = state_of(&source.source).unwrap_or_default();
        if state.gap_at.is_some_and(|at| period.contains(at)) {
            coverage.gaps.push(source.name.clone());
        }
        if source.good > 0 {
            coverage.read += 1;
        }
        if state.health == Health::Silent {
            coverage.silent.push(FailingSource {
                since: state.last_new.unwrap_or(period.from),
                reason: String::new(),
                name: source.name,
            });
        } else if source.good > 0 {
            // It was read.
        } else if source.bad > 0 {
            coverage.failing.push(FailingSource {
                since: source.last_success.or(state.health_since).unwrap_or(period.from),
                reason: state.last_failure.unwrap_or_else(|| "failing".to_owned()),
                name: source.name,
            });
        }
    }
    Ok(coverage)
}

/// New, moved and unsure: one item a commitment, by its loudest verdict; other outlets are its company.
fn items(facts: &[Fact], commitments: &[Commitment]) -> Vec<AlertItem> {
    let worth = |fact: &&Fact| {
        fact.told >= AlertLevel::Watch
            || fact.verdict.level >= AlertLevel::Watch
            || fact.verdict.outcome == Outcome::Unsure
    };
    let mut by_commitment: BTreeMap<&CommitmentId, &Fact> = BTreeMap::new();
    for fact in facts.iter().filter(worth) {
        let Some(commitment) = &fact.commitment else { continue };
        let best = by_commitment.entry(&commitment.id).or_insert(fact);
        if (fact.verdict.level, fact.mention.stage) > (best.verdict.level, best.mention.stage) {
            *best = fact;
        }
    }
    let mut chosen: Vec<&Fact> = by_commitment.into_values().collect();
    chosen.sort_by_key(|fact| fact.id);
    let mut company: BTreeMap<&CommitmentId, Vec<&Fact>> = BTreeMap::new();
    for fact in facts {
        if let Some(commitment) = &fact.commitment {
            company.entry(&commitment.id).or_default().push(fact);
        }
    }
    let known: BTreeMap<&CommitmentId, &Commitment> =
        commitments.iter().map(|commitment| (&commitment.id, commitment)).collect();
    chosen.into_iter().filter_map(|fact| item(fact, &company, &known)).collect()
}

fn item(
    fact: &Fact,
    company: &BTreeMap<&CommitmentId, Vec<&Fact>>,
    known: &BTreeMap<&CommitmentId, &Commitment>,
) -> Option<AlertItem> {
    let commitment = fact.commitment.clone()?;
    let article = &fact.article;
    let candidate = commitment.maybe_same_as.as_ref().and_then(|id| {
        let other = known.get(id)?;
        Some(Candidate {
            commitment: other.id.clone(),
            gist: other.gist.clone(),
            stage: other.stage,
            first_seen: other.first_seen,
        })
    });
    let mut names = BTreeSet::new();
    let also_reported = company
        .get(&commitment.id)
        .into_iter()
        .flatten()
        .filter(|other| other.article.source_name != article.source_name)
        .filter_map(|other| {
            let name = other.article.source_name.clone()?;
            names.insert(name.clone()).then(|| crate::notify::facts::AlsoReported {
                source_name: name,
                title: other.article.title.clone(),
                url: other.article.url.clone(),
                language: other.article.language,
                published: other.article.published,
            })
        })
        .collect();
    Some(AlertItem {
        verdict: fact.verdict.clone(),
        mention: fact.mention.clone(),
        neighbour: None,
        instrument_name: None,
        candidate,
        article: ArticleFacts {
            id: article.id,
            title: article.title.clone(),
            url: article.url.clone(),
            source_name: article.source_name.clone().unwrap_or_default(),
            trust: article.trust,
            published: article.published,
            first_seen: article.arrived,
            language: article.language,
            why_kept: String::new(),
        },
        also_reported,
        commitment,
    })
}

/// Known commitments told again, one line each; one that is news in the same window is told there.
fn restated(facts: &[Fact], items: &[AlertItem]) -> Vec<RestatedLine> {
    let news: BTreeSet<&CommitmentId> = items.iter().map(|item| &item.commitment.id).collect();
    let mut lines: BTreeMap<CommitmentId, RestatedLine> = BTreeMap::new();
    for fact in facts.iter().filter(|fact| fact.verdict.outcome == Outcome::Restated) {
        let Some(commitment) = &fact.commitment else { continue };
        if news.contains(&commitment.id) {
            continue;
        }
        let line = lines.entry(commitment.id.clone()).or_insert_with(|| RestatedLine {
            commitment: commitment.id.clone(),
            gist: commitment.gist.clone(),
            stage: commitment.lateral.unwrap_or(commitment.stage),
            first_seen: commitment.first_seen,
            sources: Vec::new(),
            url: fact.article.url.clone(),
        });
        let name = fact.article.source_name.clone().unwrap_or_default();
        if !line.sources.contains(&name) {
            line.sources.push(name);
        }
    }
    lines.into_values().collect()
}

/// Promised dates near or just past in the reader's zone, of commitments that are not done. A promise for a year or
/// a month is due at its end.
fn due(
    commitments: &[Commitment],
    recipient: &Recipient,
    period: Window,
    now: Timestamp,
) -> Vec<DueLine> {
    let day = |at: Timestamp| at.to_zoned(recipient.zone.clone()).date();
    let days = |from: Date, to: Date| from.duration_until(to).as_hours() / 24;
    let (today, told_to) = (day(now), day(period.from));
    let mut lines: Vec<DueLine> = commitments
        .iter()
        .filter(|commitment| {
            commitment.stage != crate::model::Stage::Delivered
                && commitment.lateral.is_none()
                && interested(&recipient.wanted, &About::commitment(commitment))
        })
        .filter_map(|commitment| {
            let due = commitment.due?;
            let last = due.latest();
            let overdue = last < today;
            let near = if overdue {
                days(last, today) <= OVERDUE_DAYS
            } else {
                days(today, last) <= DUE_AHEAD_DAYS
            };
            let fresh =
                if overdue { last >= told_to } else { days(told_to, last) > DUE_AHEAD_DAYS };
            near.then(|| DueLine {
                commitment: commitment.id.clone(),
                gist: commitment.gist.clone(),
                stage: commitment.stage,
                due,
                overdue,
                fresh,
            })
        })
        .collect();
    lines.sort_by_key(|line| line.due.latest());
    lines
}

fn near_misses(
    connection: &Connection,
    recipient: &Recipient,
    since: Timestamp,
) -> Result<Vec<ArticleLine>, StoreError> {
    let rows = store::near_misses(connection, since, NEAR_MISSES)?;
    let names: BTreeMap<_, _> = store::list_sources(connection, false)?
        .into_iter()
        .map(|row| (row.source.id, row.source.name))
        .collect();
    Ok(rows
        .into_iter()
        .filter(|row| row.decision == Some(RelevanceDecision::NearMiss) && !row.pending.baseline)
        .filter(|row| from_wanted(recipient, Some(&row.pending.source)))
        .map(|row| ArticleLine {
            id: None,
            title: row.pending.entry.title,
            url: row.pending.entry.link,
            source_name: names.get(&row.pending.source).cloned().unwrap_or_default(),
            language: row.pending.entry.language,
            published: None,
            why: row.why.unwrap_or_default(),
        })
        .collect())
}

/// Alerts of low-trust sources that no second source has confirmed: the digest tells them instead.
fn unconfirmed(rows: &[store::MessageRow], recipient: &str) -> Vec<OutboxId> {
    rows.iter()
        .filter(|row| row.recipient == recipient && row.awaits_second)
        .map(|row| row.id)
        .collect()
}
