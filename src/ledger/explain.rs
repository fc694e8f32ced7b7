//! Why a verdict is what it is: the tests in order, the nearest entry not taken, and one sentence.

use super::advance::{Effect, current};
use super::anchors::Agreement;
use super::draft::Draft;
use super::identity::{Comparison, Tier};
use crate::config::topic::policy::{Change, Policy};
use crate::model::{Check, Commitment, Mention, Outcome, Rejected, Stage};

/// A test without a score.
pub fn check(test: &str, value: impl Into<String>, ok: bool) -> Check {
    Check { test: test.to_owned(), value: value.into(), score: None, min: None, ok }
}

fn scored(test: &str, value: String, score: f64, min: f64) -> Check {
    // Three digits say enough and print the same everywhere.
    let score = (score * 1000.0).round() / 1000.0;
    Check { test: test.to_owned(), value, score: Some(score), min: Some(min), ok: score >= min }
}

/// The tests that compared a mention with an entry.
pub fn comparison(draft: &Draft<'_>, mention: &Mention, found: &Comparison) -> Vec<Check> {
    let (entry, there) = (draft.entry(found.slot), draft.shape(found.slot));
    let since = entry.stage_date.or(entry.first_seen);
    let since = since.map_or("date unknown".to_owned(), |date| date.to_string());
    let about =
        format!("tier {}: {} ({since}, {})", found.tier.as_str(), name(entry), current(entry));
    let mut checks = vec![check("candidate", about, true)];
    if found.tier == Tier::Person {
        return checks;
    }
    if found.tier == Tier::Instrument {
        let id = entry.instrument.as_ref().map_or(String::new(), ToString::to_string);
        checks.push(check("instrument", id, true));
        return checks;
    }
    let limits = &draft.policy.identity;
    let kinds = format!("{} = {}", mention.kind, entry.kind);
    checks.push(check("kind", kinds, true));
    let parties = format!("{} vs {}", party_list(mention), there.parties.join(", "));
    checks.push(scored("pair", parties, found.pair.score, limits.pair));
    if let Some(topics) = found.topics {
        let value = format!("{} vs {}", mention.topics.join(", "), entry.topics.join(", "));
        checks.push(scored("topics", value, topics, limits.topics));
    }
    if let Some(words) = found.words {
        let shared: Vec<&str> = mention
            .concepts
            .iter()
            .filter(|concept| entry.concepts.contains(concept))
            .map(String::as_str)
            .collect();
        let value =
            if shared.is_empty() { "no concept shared".to_owned() } else { shared.join(", ") };
        checks.push(scored("words", value, words, limits.words));
    }
    checks.push(match &found.anchors {
        Agreement::Silent => check("anchor", "none to compare", true),
        Agreement::Same => check("anchor", "the same", true),
        Agreement::Differs(what) | Agreement::Conflict(what) => check("anchor", what, false),
    });
    if !found.failed.is_empty() {
        checks.push(check("doubt", &found.failed, false));
    }
    checks
}

/// The nearest entry that was not taken.
pub fn rejected(draft: &Draft<'_>, nearest: &Comparison) -> Rejected {
    let entry = draft.entry(nearest.slot);
    let failed = if nearest.failed.is_empty() {
        "another entry is nearer".to_owned()
    } else {
        nearest.failed.clone()
    };
    Rejected { commitment: entry.id.clone(), gist: name(entry), failed }
}

/// What a reader calls the entry.
pub fn name(entry: &Commitment) -> String {
    if entry.gist.is_empty() { entry.quote.clone() } else { entry.gist.clone() }
}

fn party_list(mention: &Mention) -> String {
    super::parties::ids(&mention.parties).join(", ")
}

/// One sentence on a verdict about a known or new entry.
pub fn sentence(
    policy: &Policy,
    effect: &Effect,
    before: Option<&Commitment>,
    after: &Commitment,
    late: bool,
) -> String {
    let name = name(after);
    let name = name.trim_end_matches('.');
    let since = before.and_then(|entry| entry.first_seen).or(after.first_seen);
    let known = since.map_or("as known".to_owned(), |date| format!("known since {date}"));
    let last = before.and_then(|entry| entry.last_seen);
    let last = last.map_or_else(|| known.clone(), |date| format!("last told {date}"));
    let stage = current(after);
    let was = before.map_or(Stage::Considered, current);
    let late = if late { "; learned late" } else { "" };
    match effect.outcome {
        Outcome::New => format!("New: {name} ({stage}){late}."),
        Outcome::Unsure => {
            format!("Unsure: {name} ({stage}) may be new, or the same as an entry that is known.")
        }
        Outcome::Advanced => match effect.change {
            Some(Change::Resumed) => format!("Resumed after being {was}: {name} ({stage}){late}."),
            Some(Change::Reopened) => {
                format!("Reopened after being {was}: {name} ({stage}){late}.")
            }
            Some(Change::Detail) => format!("First figure or date for {name}: {}.", effect.why),
            None => format!("Advanced from {was} to {stage}: {name}{late}."),
        },
        Outcome::Regressed => format!("Now {stage}, was {was}: {name}{late}."),
        Outcome::Restated if is_revived(policy, before, after) => {
            format!("Restated after a long silence ({last}): {name}; stage unchanged ({stage}).")
        }
        Outcome::Restated => format!("Restated: {name}, {known}; stage unchanged ({stage})."),
        Outcome::Background => format!("Background: {name} ({stage}), told as context."),
        Outcome::Duplicate => format!("The same words again in this article: {name}."),
    }
}

/// Whether an entry is spoken of again after a long silence.
pub fn is_revived(policy: &Policy, before: Option<&Commitment>, after: &Commitment) -> bool {
    let days = before.and_then(|entry| entry.last_seen).zip(after.last_seen);
    // A month counts as 30 days: the limit is a rule of thumb, not a calendar matter.
    days.is_some_and(|(then, now)| now.days_apart(then) > policy.time.revive_months * 30)
}
