//! How loudly a verdict is told: the alert policy asked about one verdict.

use super::advance::{Effect, current};
use super::explain::check;
use super::likeness::is_concrete;
use crate::config::topic::policy::{AlertQuestion, Policy};
use crate::model::{AlertLevel, Check, Commitment, Framing, Mention, Outcome, Scope};

/// What the article says around a mention that matters to the level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Circumstances {
    /// It is told further than the entry that it may be the same as.
    pub further: bool,
    /// The fact is background, but recent and unknown until now.
    pub late: bool,
    /// The mention is content of a text that the article reports as signed.
    pub content: bool,
    /// The highest specificity with which the article tells the commitment.
    pub specificity: u8,
}

/// The level of a verdict, and the tests that gave it.
pub fn level(
    policy: &Policy,
    effect: &Effect,
    entry: &Commitment,
    mention: &Mention,
    circumstances: Circumstances,
) -> (AlertLevel, Vec<Check>) {
    let concrete = is_concrete(mention);
    let reaffirmed = mention.framing == Framing::Reaffirm && mention.anchors.is_empty();
    let question = AlertQuestion {
        outcome: effect.outcome,
        change: effect.change,
        further: circumstances.further,
        late: circumstances.late,
        silent: effect.outcome == Outcome::New && (reaffirmed || mention.headline_only),
        boilerplate: policy.is_boilerplate(entry.kind, &entry.topics),
        edition: entry.instrument.as_ref().is_some_and(|id| id.as_str().starts_with("MEC:")),
        content: circumstances.content,
        concrete,
        amount: mention.anchors.iter().any(|anchor| anchor.kind == "amount"),
        kind: entry.kind,
        stage: current(entry),
        specificity: mention.specificity.max(circumstances.specificity),
        strength: mention.strength,
    };
    let (level, row) = policy.level(&question);
    let mut checks = vec![check("policy", format!("{row}: {}", level.as_str()), true)];
    let capped = [
        (entry.scope == Scope::Adjacent, policy.cap.adjacent, "beside the topic"),
        (mention.headline_only, policy.cap.headline_only, "only a headline says so"),
        (
            mention.confidence < policy.evidence.push_confidence,
            policy.cap.low_confidence,
            "the reading is not sure enough",
        ),
    ];
    let mut lowered = level;
    for (applies, cap, why) in capped {
        if applies && cap < lowered {
            lowered = cap;
            checks.push(check("cap", format!("{why}: {}", cap.as_str()), true));
        }
    }
    (lowered, checks)
}
