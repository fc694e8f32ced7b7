//! One mention as `ingest` and `explain` print it: its sentence, its fields, its verdict and the reasons for it.

use std::fmt::Write as _;

use serde::Serialize;

use crate::model::{AlertLevel, Check, Mention, Outcome, Party, Quote, Rejected, Verdict};
use crate::notify::grounds::Grounds;

/// One mention with its verdict.
#[derive(Debug, Serialize)]
pub(super) struct MentionReport {
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
    pub mention: String,
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

impl MentionReport {
    /// With `grounds`, what decided is told too.
    pub fn text(&self, grounds: Option<&Grounds<'_>>) -> String {
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
pub(super) struct Place<'a> {
    /// Number of the article, where it is stored.
    pub article: Option<i64>,
    /// BLAKE3 of its raw text, hex.
    pub hash: &'a str,
    /// Version of the rules.
    pub rules: &'a str,
}

/// A mention of `text` with its verdict, how loudly it was told, and what lowered that.
pub(super) fn mention(
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
