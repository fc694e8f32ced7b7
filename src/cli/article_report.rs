//! One article as `ingest` and `explain` print it: the decision, and every mention with its verdict.

use std::fmt::Write as _;

use serde::Serialize;

use super::mention_report::{MentionReport, Place, mention};
use super::report::{moment, short};
use crate::model::{Article, Language, Relevance, RelevanceDecision, RelevanceHit};
use crate::notify::grounds::Grounds;
use crate::notify::words::Words;
use crate::store::{EntryRevision, Fact, JudgedMention, StoredArticle};

/// One article, as JSON: `ingest --json` and `explain --json` print one a line.
#[derive(Debug, Serialize)]
pub(super) struct ArticleReport {
    /// Where the text came from.
    pub source: String,
    title: String,
    published: Option<String>,
    published_by: Option<crate::model::DateBasis>,
    language: Option<crate::model::Language>,
    kept: bool,
    decision: RelevanceDecision,
    score: f64,
    why: String,
    hits: Vec<RelevanceHit>,
    /// Number of the stored article.
    pub article: Option<i64>,
    /// Whether the same text was stored before, so that nothing has changed now.
    pub known: bool,
    /// How far independent extractors agree on the text, in percent.
    confidence: Option<u8>,
    /// The article of which this one is an edit, and what it changed.
    revises: Option<i64>,
    changes: Vec<crate::text::Change>,
    /// What the feed said of it before, the oldest first.
    earlier: Vec<Earlier>,
    mentions: Vec<MentionReport>,
}

/// What a feed said of an article before it said something else.
#[derive(Debug, Serialize)]
struct Earlier {
    replaced: jiff::Timestamp,
    title: String,
    summary: String,
}

/// What an article report is made from.
pub(super) struct Reported<'a> {
    pub source: String,
    pub article: &'a Article,
    pub relevance: &'a Relevance,
    pub number: Option<i64>,
    pub known: bool,
    /// Version of the rules.
    pub rules: &'a str,
    pub mentions: &'a [JudgedMention],
}

impl ArticleReport {
    /// From a judgement of this moment.
    pub fn new(reported: &Reported<'_>) -> Self {
        let text = &reported.article.text;
        let hash = crate::store::text_hash(text);
        let place = Place { article: reported.number, hash: &hash, rules: reported.rules };
        let mentions = reported.mentions.iter().map(|judged| {
            let verdict = judged.verdict.as_ref();
            let told = (judged.told, judged.lowered_by.clone());
            mention(text, &place, &judged.mention, verdict, told)
        });
        Self::with(reported, mentions.collect())
    }

    /// From a judgement that was stored.
    pub fn stored(source: String, stored: &StoredArticle, facts: &[Fact], known: bool) -> Self {
        let report = Self::judged(source, stored, facts, known);
        Self { revises: stored.revises.map(|id| id.0), changes: stored.changes.clone(), ..report }
    }

    /// The same with what the feed said before.
    pub fn with_history(mut self, history: Vec<EntryRevision>) -> Self {
        self.earlier = history
            .into_iter()
            .map(|one| Earlier { replaced: one.replaced, title: one.title, summary: one.summary })
            .collect();
        self
    }

    fn judged(source: String, stored: &StoredArticle, facts: &[Fact], known: bool) -> Self {
        let reported = Reported {
            source,
            article: &stored.article,
            relevance: &stored.relevance,
            number: Some(stored.id.0),
            known,
            rules: "",
            mentions: &[],
        };
        let text = &stored.article.text;
        let mentions = facts.iter().map(|fact| {
            let rules = fact.rules_version.as_str();
            let place = Place { article: Some(stored.id.0), hash: &stored.text_hash, rules };
            let told = (fact.told, fact.lowered_by.clone());
            mention(text, &place, &fact.mention, Some(&fact.verdict), told)
        });
        Self::with(&reported, mentions.collect())
    }

    fn with(reported: &Reported<'_>, mentions: Vec<MentionReport>) -> Self {
        let (article, relevance) = (reported.article, reported.relevance);
        Self {
            source: reported.source.clone(),
            title: article.title.clone(),
            published: article.published.map(|published| published.date.to_string()),
            published_by: article.published.map(|published| published.basis),
            language: article.language,
            kept: relevance.decision == RelevanceDecision::Keep,
            decision: relevance.decision,
            score: relevance.score,
            why: relevance.why.to_string(),
            hits: relevance.hits.clone(),
            article: reported.number,
            known: reported.known,
            confidence: article.confidence,
            revises: None,
            changes: Vec::new(),
            earlier: Vec::new(),
            mentions,
        }
    }

    /// Leaves out all mentions but one.
    pub fn keep_only(&mut self, number: u32) -> Result<(), String> {
        let all = self.mentions.len();
        let wanted = format!("{}:{number}", self.article.unwrap_or_default());
        self.mentions.retain(|mention| mention.mention == wanted);
        match (self.mentions.is_empty(), self.article) {
            (false, _) => Ok(()),
            (true, Some(article)) => Err(format!(
                "there is no mention {wanted}; article {article} has {all}, numbered from 0"
            )),
            (true, None) => Err("the text has no such mention".to_owned()),
        }
    }

    /// For people.
    pub fn text(&self, detailed: bool) -> String {
        let mut out = String::new();
        // Writing to a String cannot fail.
        let title = if self.title.is_empty() { "(no title)" } else { &self.title };
        let _ = writeln!(out, "{}: {title}", self.source);
        let date = self.published.as_deref().unwrap_or("no date found");
        let decision = match self.decision {
            RelevanceDecision::Keep => "kept",
            RelevanceDecision::NearMiss => "not kept (near miss)",
            RelevanceDecision::Reject => "not kept",
        };
        let _ = writeln!(out, "  {date} · {decision} ({:.2}): {}", self.score, self.why);
        if self.known {
            let _ = writeln!(out, "  known already: judged earlier, nothing has changed");
        }
        if let Some(percent) = self.confidence.filter(|percent| *percent < 90) {
            let _ = writeln!(out, "  doubtful text: extractors agree on {percent} % of it only");
        }
        for earlier in &self.earlier {
            let _ = writeln!(
                out,
                "  until {} the feed called it: {}",
                moment(earlier.replaced),
                earlier.title
            );
        }
        if let Some(before) = self.revises {
            let count = self.changes.len();
            let _ = writeln!(out, "  an edit of article {before}, in {count} places");
            for change in self.changes.iter().take(if detailed { 20 } else { 3 }) {
                let quoted = |text: &str| short(text, 120);
                let _ = writeln!(
                    out,
                    "    - {}\n    + {}",
                    quoted(&change.before),
                    quoted(&change.after)
                );
            }
        }
        if self.kept && self.mentions.is_empty() {
            let _ = writeln!(out, "  no commitment in it");
        }
        let words = Words::embedded(Language::En);
        let grounds = detailed.then(|| Grounds::new(&words, Language::En, None));
        for mention in &self.mentions {
            out.push_str(&mention.text(grounds.as_ref()));
        }
        out
    }
}
