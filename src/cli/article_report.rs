//! One article as `ingest` and `explain` print it: the decision, and every mention with its verdict.

use std::fmt::Write as _;

use serde::Serialize;

use super::report::{moment, short};
use crate::model::{
    AlertLevel, Article, Check, Language, Mention, Outcome, Party, Quote, Rejected, Relevance,
    RelevanceDecision, RelevanceHit, Verdict,
};
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

/// One mention with its verdict.
#[derive(Debug, Serialize)]
struct MentionReport {
    /// The sentence, verbatim.
    quote: String,
    span: SpanReport,
    /// The action in it, verbatim.
    action: SlicedReport,
    trigger: Option<SlicedReport>,
    kind: crate::model::Kind,
    stage: crate::model::Stage,
    modality: crate::model::Modality,
    strength: u8,
    framing: crate::model::Framing,
    polarity: crate::model::Polarity,
    assertion: crate::model::Assertion,
    parties: Vec<Party>,
    speaker: Option<String>,
    instrument: Option<String>,
    instrument_text: Option<String>,
    topics: Vec<String>,
    concepts: Vec<String>,
    anchors: Vec<crate::model::Anchor>,
    event_date: Option<String>,
    due: Option<String>,
    condition: Option<String>,
    specificity: u8,
    confidence: f64,
    scope: crate::model::Scope,
    list_group: Option<u32>,
    headline_only: bool,
    duplicate: bool,
    gist: String,
    commitment: Option<String>,
    verdict: Option<Outcome>,
    alert: AlertLevel,
    told: AlertLevel,
    lowered_by: Option<String>,
    sentence: Option<String>,
    reasons: Vec<String>,
    because: Vec<Check>,
    nearest_rejected: Option<Rejected>,
    /// `ARTICLE:NUMBER`, as corrections name it; of a text that is not stored the number alone.
    mention: String,
    /// Version of the rules that judged.
    rules: String,
    evidence: EvidenceReport,
}

/// Where in which text a mention stands, and by which word it was read as one.
#[derive(Debug, Serialize)]
pub(super) struct EvidenceReport {
    /// BLAKE3 of the raw text, hex.
    article: String,
    byte_start: usize,
    byte_end: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    char_start: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    char_end: Option<usize>,
    trigger: Option<String>,
}

/// The evidence of a mention; places in characters only where the text is at hand.
pub(super) fn evidence_of(text: Option<&str>, hash: &str, mention: &Mention) -> EvidenceReport {
    let at = text.map(|text| span(text, &mention.action));
    EvidenceReport {
        article: hash.to_owned(),
        byte_start: mention.action.span.start,
        byte_end: mention.action.span.end,
        char_start: at.as_ref().map(|at| at.char_start),
        char_end: at.as_ref().map(|at| at.char_end),
        trigger: mention.trigger.as_ref().map(|trigger| trigger.text.clone()),
    }
}

/// A half-open range into the text of the article, in bytes of UTF-8 and in characters.
#[derive(Debug, Serialize)]
struct SpanReport {
    byte_start: usize,
    byte_end: usize,
    char_start: usize,
    char_end: usize,
}

#[derive(Debug, Serialize)]
struct SlicedReport {
    text: String,
    #[serde(flatten)]
    span: SpanReport,
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
            why: relevance.why.clone(),
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

impl MentionReport {
    /// With `grounds`, what decided is told too.
    fn text(&self, grounds: Option<&Grounds<'_>>) -> String {
        let mut out = String::new();
        let verdict = self.verdict.map_or("unjudged", Outcome::as_str);
        let parties: Vec<String> =
            self.parties.iter().map(|party| format!("{} ({})", party.id, party.role)).collect();
        let stage = self.stage.as_str().replace('_', " ");
        let _ = writeln!(
            out,
            "  - {} [{}] {} · {stage} · {}",
            verdict.to_uppercase(),
            self.alert,
            self.kind,
            parties.join(", ")
        );
        let _ = writeln!(out, "      {}", one_line(&self.action.text));
        if let Some(instrument) = &self.instrument {
            let _ = writeln!(out, "      instrument {instrument}");
        }
        if let Some(sentence) = &self.sentence {
            let _ = writeln!(out, "      {sentence}");
        }
        let _ = writeln!(out, "      “{}”", one_line(&self.quote));
        if let Some(grounds) = grounds {
            for reason in &self.reasons {
                let _ = writeln!(out, "      · {reason}");
            }
            for check in &self.because {
                let _ = writeln!(out, "      {}", grounds.sentence(check));
            }
            if let Some(near) = &self.nearest_rejected {
                let _ = writeln!(out, "      {}", grounds.not_taken(near));
            }
        }
        out
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Where a mention stands, and under which rules it was judged.
struct Place<'a> {
    article: Option<i64>,
    hash: &'a str,
    rules: &'a str,
}

fn mention(
    text: &str,
    place: &Place<'_>,
    mention: &Mention,
    verdict: Option<&Verdict>,
    (told, lowered_by): (AlertLevel, Option<String>),
) -> MentionReport {
    let id = mention.instrument.as_ref().and_then(|instrument| instrument.id.as_ref());
    MentionReport {
        quote: mention.quote.text.clone(),
        span: span(text, &mention.quote),
        action: sliced(text, &mention.action),
        trigger: mention.trigger.as_ref().map(|trigger| sliced(text, trigger)),
        kind: mention.kind,
        stage: mention.stage,
        modality: mention.modality,
        strength: mention.strength,
        framing: mention.framing,
        polarity: mention.polarity,
        assertion: mention.assertion,
        parties: mention.parties.clone(),
        speaker: mention.speaker.clone(),
        instrument: id.map(ToString::to_string),
        instrument_text: mention.instrument.as_ref().map(|instrument| instrument.text.clone()),
        topics: mention.topics.clone(),
        concepts: mention.concepts.clone(),
        anchors: mention.anchors.clone(),
        event_date: mention.event_date.map(|date| date.to_string()),
        due: mention.due.map(|date| date.to_string()),
        condition: mention.condition.clone(),
        specificity: mention.specificity,
        confidence: mention.confidence,
        scope: mention.scope,
        list_group: mention.list_group,
        headline_only: mention.headline_only,
        duplicate: mention.duplicate,
        gist: mention.gist.clone(),
        commitment: verdict
            .and_then(|verdict| verdict.commitment.as_ref())
            .map(ToString::to_string),
        verdict: verdict.map(|verdict| verdict.outcome),
        alert: verdict.map_or(AlertLevel::None, |verdict| verdict.level),
        told,
        lowered_by,
        sentence: verdict.map(|verdict| verdict.sentence.clone()),
        reasons: mention.reasons.clone(),
        because: verdict.map(|verdict| verdict.because.clone()).unwrap_or_default(),
        nearest_rejected: verdict.and_then(|verdict| verdict.nearest_rejected.clone()),
        mention: match place.article {
            Some(article) => format!("{article}:{}", mention.ordinal),
            None => mention.ordinal.to_string(),
        },
        rules: place.rules.to_owned(),
        evidence: evidence_of(Some(text), place.hash, mention),
    }
}

fn sliced(text: &str, quote: &Quote) -> SlicedReport {
    SlicedReport { text: quote.text.clone(), span: span(text, quote) }
}

fn span(text: &str, quote: &Quote) -> SpanReport {
    let characters = |end: usize| text.get(..end).map_or(0, |before| before.chars().count());
    SpanReport {
        byte_start: quote.span.start,
        byte_end: quote.span.end,
        char_start: characters(quote.span.start),
        char_end: characters(quote.span.end),
    }
}
