//! What happened in a span: read once, however many readers have a digest of it, and told to each as she wishes.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::super::messages::{About, interested};
use super::super::round::read_state;
use super::{Span, items};
use crate::config::Recipient;
use crate::model::{
    ArticleId, Commitment, CommitmentId, InstrumentId, RelevanceDecision, SourceId,
};
use crate::notify::facts::{
    ArticleLine, Coverage, DigestFacts, DigestWindow, FailingSource, Reader,
};
use crate::source::Health;
use crate::store::{self, ArticleRef, Connection, Fact, LedgerFilter, StoreError};
use crate::time::window::Window;

/// Near misses shown at most.
const NEAR_MISSES: u32 = 10;

/// Everything that a digest of a span may tell, whoever reads it.
pub(super) struct Contents {
    pub span: Span,
    /// Verdicts in the order in which they were passed, those on articles of the first round left out.
    facts: Vec<Fact>,
    /// Those of `articles` in which a commitment was found. A verdict of theirs may be told in the digest before: time
    /// and rows do not end at the same moment when a digest is made late.
    with_mentions: BTreeSet<ArticleId>,
    /// Kept articles.
    articles: Vec<ArticleRef>,
    /// The ledger as it stands.
    commitments: Vec<Commitment>,
    /// What its texts are called.
    texts: BTreeMap<InstrumentId, String>,
    coverage: Coverage,
    /// Entries that were nearly kept, with the source of each.
    near_misses: Vec<(SourceId, ArticleLine)>,
}

impl Contents {
    /// Reads a span. The ledger is read whole: promised dates come near however old the promise is.
    ///
    /// # Errors
    /// Any failure of the database.
    pub fn read(connection: &Connection, span: Span) -> Result<Self, StoreError> {
        let mut facts = store::verdicts_between(connection, span.from, span.to)?;
        facts.retain(|fact| !fact.article.baseline);
        let articles = store::kept_between(connection, span.read.from, span.read.until)?;
        Ok(Self {
            span,
            facts,
            with_mentions: store::with_mentions_between(
                connection,
                span.read.from,
                span.read.until,
            )?,
            coverage: coverage(connection, span.read, articles.len())?,
            articles,
            commitments: store::list_commitments(connection, &LedgerFilter::default())?,
            texts: store::instrument_names(connection)?,
            near_misses: near_misses(connection, span.read.from)?,
        })
    }

    /// What one reader is told of it.
    pub fn told_to(&self, recipient: &Recipient, reader: Reader, now: Timestamp) -> DigestFacts {
        let wanted = |fact: &&Fact| {
            let source = fact.article.source.as_ref();
            interested(&recipient.wanted, &About::mention(&fact.mention, &fact.verdict, source))
        };
        let facts: Vec<&Fact> = self.facts.iter().filter(wanted).collect();
        let known: BTreeMap<&CommitmentId, &Commitment> =
            self.commitments.iter().map(|commitment| (&commitment.id, commitment)).collect();
        let items = items::news(&facts, &known, &self.texts);
        let span = self.span;
        DigestFacts {
            reader,
            generated_at: now,
            window: DigestWindow {
                start: span.period.from,
                end: span.period.until,
                from: span.from,
                to: span.to,
            },
            coverage: self.coverage.clone(),
            restated: items::restated(&facts, &items),
            items,
            due: items::due(&self.commitments, recipient, span.period, now),
            relevant: self.without_commitment(recipient),
            near_misses: self.nearly(recipient),
        }
    }

    fn without_commitment(&self, recipient: &Recipient) -> Vec<ArticleLine> {
        self.articles
            .iter()
            .filter(|article| !self.with_mentions.contains(&article.id))
            .filter(|article| !article.baseline && from_wanted(recipient, article.source.as_ref()))
            .map(|article| ArticleLine {
                id: Some(article.id),
                title: article.title.clone(),
                url: article.url.clone(),
                source_name: article.source_name.clone().unwrap_or_default(),
                language: article.language,
                published: article.published,
                why: None,
            })
            .collect()
    }

    fn nearly(&self, recipient: &Recipient) -> Vec<ArticleLine> {
        let near = self.near_misses.iter().filter(|_| recipient.near_misses);
        near.filter(|(source, _)| from_wanted(recipient, Some(source)))
            .map(|(_, line)| line.clone())
            .collect()
    }
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

fn near_misses(
    connection: &Connection,
    since: Timestamp,
) -> Result<Vec<(SourceId, ArticleLine)>, StoreError> {
    let rows = store::near_misses(connection, since, NEAR_MISSES)?;
    let names: BTreeMap<_, _> = store::list_sources(connection, false)?
        .into_iter()
        .map(|row| (row.source.id, row.source.name))
        .collect();
    Ok(rows
        .into_iter()
        .filter(|row| row.decision == Some(RelevanceDecision::NearMiss) && !row.pending.baseline)
        .map(|row| {
            let line = ArticleLine {
                id: None,
                title: row.pending.entry.title,
                url: row.pending.entry.link,
                source_name: names.get(&row.pending.source).cloned().unwrap_or_default(),
                language: row.pending.entry.language,
                published: None,
                why: row.why,
            };
            (row.pending.source, line)
        })
        .collect())
}
