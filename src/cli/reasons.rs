//! The tests of a verdict as sentences for an analyst.

use crate::model::{Check, Rejected};

/// One test in a sentence. What has no sentence of its own keeps the words of the rule.
pub(super) fn sentence(check: &Check) -> String {
    let value = check.value.trim_end_matches('.');
    let said = match (check.test.as_str(), check.ok) {
        ("candidate", _) => candidate(value),
        ("correction", _) => format!("A person decided: {value}"),
        ("instrument", _) => format!("Both concern the same text, {value}"),
        ("kind", true) => {
            let (own, other) = value.split_once(" = ").unwrap_or((value, value));
            if own == other {
                format!("Both are of the same kind, {}", plain(own))
            } else {
                format!("Their kinds go together: {} and {}", plain(own), plain(other))
            }
        }
        ("pair", true) => format!("The parties fit: {}", sides(value)),
        ("pair", false) => format!("The parties fit only in part: {}", sides(value)),
        ("topics", true) => format!("They share topics: {}", plain(&sides(value))),
        ("topics", false) => format!("They share too few topics: {}", plain(&sides(value))),
        ("words", true) if value == "no concept shared" => {
            "Their wording is alike, though they share no known notion".to_owned()
        }
        ("words", true) => format!("They speak of the same things: {}", plain(value)),
        ("words", false) if value == "no concept shared" => {
            "Their wording has too little in common".to_owned()
        }
        ("words", false) => format!("Their wording has little in common beyond {}", plain(value)),
        ("anchor", true) if value == "the same" => {
            "A figure, date or place is the same in both".to_owned()
        }
        ("anchor", true) => "No figure, date or place tells them apart".to_owned(),
        ("anchor", false) => format!("A detail differs: {value}"),
        ("doubt", _) => format!("A doubt remains: {}", failed(value)),
        ("framing", _) => framing(value),
        ("assertion", _) => assertion(value).to_owned(),
        ("stage", _) if value.starts_with("first met") => format!("It is {}", plain(value)),
        ("stage", true) => format!("The stage moves: {}", stages(value)),
        ("stage", false) => format!("The stage stays: {}", stages(value)),
        ("revived", _) => "It is spoken of again after a long silence".to_owned(),
        ("policy", _) => policy(value),
        ("cap", _) => cap(value),
        ("trust", _) => {
            "A second, independent source confirms what a doubtful one had told".to_owned()
        }
        (test, true) => format!("{}: {value}", plain(test)),
        (test, false) => format!("{}, not met: {value}", plain(test)),
    };
    said + &measured(check) + "."
}

/// The nearest entry that was not taken, in a sentence.
pub(super) fn rejected(near: &Rejected) -> String {
    format!(
        "The nearest other entry is {} ({}); it was not taken: {}.",
        near.commitment,
        near.gist.trim_end_matches('.'),
        failed(near.failed.trim_end_matches('.'))
    )
}

/// Why a comparison failed, in words: the rules write figures.
fn failed(value: &str) -> String {
    let limit = |text: &str| {
        let (score, min) = text.split_once(" < ")?;
        Some(format!("({score} where {min} is asked)"))
    };
    if let Some((topics, words)) =
        value.strip_prefix("topics ").and_then(|rest| rest.split_once(", words "))
        && let Some(topics) = limit(topics)
    {
        return format!(
            "they share too few topics {topics}, and their wording is alike by {words} only"
        );
    }
    if let Some(measured) = value.strip_prefix("parties ").and_then(limit) {
        return format!("the parties fit only in part {measured}");
    }
    let words = value.strip_prefix("words ").and_then(|rest| rest.split_once([':', ' ']));
    match words {
        Some((score, rest)) if rest.contains("nothing telling") => {
            format!("their wording has nothing telling in common ({score})")
        }
        Some((score, rest)) if rest.contains("too few") => {
            format!("their wording is too little alike ({score})")
        }
        _ => plain(value),
    }
}

/// `told (rank) vs known (rank): why`.
fn stages(value: &str) -> String {
    let Some((told, known)) = value.split_once(" vs ") else { return plain(value) };
    let bare = |side: &str| {
        let (stage, rest) = side.split_once(" (").unwrap_or((side, ""));
        let rest = rest.split_once(')').map_or("", |(_, rest)| rest);
        (plain(stage), plain(rest))
    };
    let (told, (known, why)) = (bare(told).0, bare(known));
    format!("{told} is told, {known} was known{why}")
}

/// "0.60 where 0.50 is asked".
fn measured(check: &Check) -> String {
    match (check.score, check.min) {
        (Some(score), Some(min)) => format!(" ({score:.2} where {min:.2} is asked)"),
        (Some(score), None) => format!(" ({score:.2})"),
        _ => String::new(),
    }
}

fn plain(words: &str) -> String {
    words.replace('_', " ")
}

/// `here vs there`.
fn sides(value: &str) -> String {
    match value.split_once(" vs ") {
        Some((own, other)) if own == other => own.to_owned(),
        Some((own, other)) => {
            let named =
                |side: &str| if side.is_empty() { "none".to_owned() } else { side.to_owned() };
            format!("{} here, {} there", named(own), named(other))
        }
        None => value.to_owned(),
    }
}

/// `tier C: name (since, stage)`.
fn candidate(value: &str) -> String {
    let (tier, entry) = value.split_once(": ").unwrap_or(("", value));
    let how = match tier.trim_start_matches("tier ") {
        "A" => "by the text or meeting that it concerns",
        "C" => "by kind, parties, topics and wording",
        "D" => "as the one entry for vague promises of these parties",
        "correction" => "because a person put it there",
        _ => "by likeness",
    };
    format!("It was held against “{}”, found {how}", plain(entry))
}

fn framing(value: &str) -> String {
    match value {
        "news" => "The article reports it as news".to_owned(),
        "reaffirm" => "The article tells it as the continuation of something known".to_owned(),
        "background" => "The article mentions it as background".to_owned(),
        "background, but recent" => {
            "The article mentions it as background, but it is recent".to_owned()
        }
        "report" => "The article reports on how it is carried out".to_owned(),
        other => format!("The article presents it as {}", plain(other)),
    }
}

fn assertion(value: &str) -> &'static str {
    match value {
        "asserted" => "It is said to have happened",
        "negated" => "It is said not to have happened",
        "denied" => "Somebody denies it",
        "hypothetical" => "It is said under a condition only",
        "forecast" => "It is predicted, not reported",
        _ => "How sure the article is remains open",
    }
}

fn level(word: &str) -> &str {
    match word {
        "push" => "it is told at once",
        "watch" => "it waits for the digest",
        _ => "nobody is told",
    }
}

/// `row of the policy: level`.
fn policy(value: &str) -> String {
    match value.rsplit_once(": ") {
        Some((row, word)) => format!("By the alert policy ({row}) {}", level(word)),
        None => format!("By the alert policy: {value}"),
    }
}

/// `why: level`.
fn cap(value: &str) -> String {
    match value.rsplit_once(": ") {
        Some((why, word)) => format!("But {why}, so {}", level(word)),
        None => format!("But {value}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(test: &str, value: &str, ok: bool) -> Check {
        Check { test: test.to_owned(), value: value.to_owned(), score: None, min: None, ok }
    }

    #[test]
    fn every_test_reads_as_a_sentence() {
        for (test, value, ok, said) in [
            ("framing", "news", true, "The article reports it as news."),
            ("assertion", "denied", false, "Somebody denies it."),
            (
                "kind",
                "info_exchange = info_exchange",
                true,
                "Both are of the same kind, info exchange.",
            ),
            ("pair", "VN, UK vs VN, UK", true, "The parties fit: VN, UK."),
            (
                "topics",
                "returns vs ",
                false,
                "They share too few topics: returns here, none there.",
            ),
            (
                "policy",
                "new, concrete: push",
                true,
                "By the alert policy (new, concrete) it is told at once.",
            ),
            (
                "cap",
                "only a headline says so: watch",
                true,
                "But only a headline says so, so it waits for the digest.",
            ),
            ("anchor", "none to compare", true, "No figure, date or place tells them apart."),
        ] {
            assert_eq!(sentence(&check(test, value, ok)), said);
        }
        assert_eq!(
            sentence(&check("stage", "agreed (4) vs in_force (9): not higher", false)),
            "The stage stays: agreed is told, in force was known: not higher."
        );
        assert_eq!(
            failed("topics 0.00 < 0.50, words 0.32"),
            "they share too few topics (0.00 where 0.50 is asked), and their wording is alike by 0.32 only"
        );
        assert_eq!(
            failed("words 0.02: nothing telling in common"),
            "their wording has nothing telling in common (0.02)"
        );
        assert_eq!(failed("words 0.10 are too few"), "their wording is too little alike (0.10)");
        let scored =
            Check { score: Some(0.6), min: Some(0.75), ..check("pair", "VN vs VN, UK", false) };
        assert_eq!(
            sentence(&scored),
            "The parties fit only in part: VN here, VN, UK there (0.60 where 0.75 is asked)."
        );
    }
}
