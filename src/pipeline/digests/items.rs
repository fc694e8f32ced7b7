//! What one reader is told of the facts of a window: news, old news, and promised dates. Values in, values out.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;

use super::super::messages::{About, interested};
use crate::config::Recipient;
use crate::model::{AlertLevel, Commitment, CommitmentId, InstrumentId, Outcome, Stage};
use crate::notify::facts::{
    AlertItem, AlsoReported, ArticleFacts, Candidate, DueLine, Gist, RestatedLine,
};
use crate::store::Fact;
use crate::time::window::Window;

/// Promised dates this far ahead are named.
const DUE_AHEAD_DAYS: i64 = 30;
/// Promised dates this long past are named as overdue; later ones were named before.
const OVERDUE_DAYS: i64 = 14;

/// New, moved and unsure: one item a commitment, by its loudest verdict; other outlets are its company.
pub(super) fn news(
    facts: &[&Fact],
    known: &BTreeMap<&CommitmentId, &Commitment>,
    texts: &BTreeMap<InstrumentId, String>,
) -> Vec<AlertItem> {
    let worth = |fact: &Fact| {
        fact.told >= AlertLevel::Watch
            || fact.verdict.level >= AlertLevel::Watch
            || fact.verdict.outcome == Outcome::Unsure
    };
    let mut by_commitment: BTreeMap<&CommitmentId, &Fact> = BTreeMap::new();
    for fact in facts.iter().copied().filter(|fact| worth(fact)) {
        let Some(commitment) = &fact.commitment else { continue };
        let best = by_commitment.entry(&commitment.id).or_insert(fact);
        if (fact.verdict.level, fact.mention.stage) > (best.verdict.level, best.mention.stage) {
            *best = fact;
        }
    }
    let mut chosen: Vec<&Fact> = by_commitment.into_values().collect();
    chosen.sort_by_key(|fact| fact.id);
    let mut company: BTreeMap<&CommitmentId, Vec<&Fact>> = BTreeMap::new();
    for fact in facts.iter().copied() {
        if let Some(commitment) = &fact.commitment {
            company.entry(&commitment.id).or_default().push(fact);
        }
    }
    chosen.into_iter().filter_map(|fact| item(fact, &company, known, texts)).collect()
}

fn item(
    fact: &Fact,
    company: &BTreeMap<&CommitmentId, Vec<&Fact>>,
    known: &BTreeMap<&CommitmentId, &Commitment>,
    texts: &BTreeMap<InstrumentId, String>,
) -> Option<AlertItem> {
    let commitment = fact.commitment.clone()?;
    let article = &fact.article;
    let other = commitment.maybe_same_as.as_ref().and_then(|id| known.get(id));
    let candidate = other.map(|known| Candidate::of(known));
    let near = fact.verdict.nearest_rejected.as_ref();
    let nearest = near.and_then(|near| known.get(&near.commitment)).map(|one| Gist::of(one));
    let mut names = BTreeSet::new();
    let also_reported = company
        .get(&commitment.id)
        .into_iter()
        .flatten()
        .filter(|other| other.article.source_name != article.source_name)
        .filter_map(|other| {
            let name = other.article.source_name.clone()?;
            names.insert(name.clone()).then(|| AlsoReported {
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
        nearest,
        instrument_name: commitment.instrument.as_ref().and_then(|id| texts.get(id).cloned()),
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
            why_kept: None,
        },
        also_reported,
        commitment,
    })
}

/// Known commitments told again, one line each; one that is news in the same window is told there.
pub(super) fn restated(facts: &[&Fact], items: &[AlertItem]) -> Vec<RestatedLine> {
    let news: BTreeSet<&CommitmentId> = items.iter().map(|item| &item.commitment.id).collect();
    let mut lines: BTreeMap<CommitmentId, RestatedLine> = BTreeMap::new();
    for fact in facts.iter().filter(|fact| fact.verdict.outcome == Outcome::Restated) {
        let Some(commitment) = &fact.commitment else { continue };
        if news.contains(&commitment.id) {
            continue;
        }
        let line = lines.entry(commitment.id.clone()).or_insert_with(|| RestatedLine {
            commitment: commitment.id.clone(),
            gist: Gist::of(commitment),
            stage: commitment.lateral.unwrap_or(commitment.stage),
            first_seen: commitment.first_seen,
            sources: Vec::new(),
            title: fact.article.title.clone(),
            language: fact.article.language,
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
pub(super) fn due(
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
            commitment.stage != Stage::Delivered
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
                gist: Gist::of(commitment),
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
