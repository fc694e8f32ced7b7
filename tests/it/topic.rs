//! A topic's folder as an analyst meets it: what its checks find.

use pledgewatch::config::Problem;
use pledgewatch::config::topic::{EMBEDDED, Topic};

/// The files of the shipped topic.
fn shipped() -> Vec<(String, String)> {
    EMBEDDED.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
}

fn problems_of(files: &[(String, String)]) -> Vec<Problem> {
    match Topic::load(files) {
        Ok(topic) => topic.warnings,
        Err(problems) => problems,
    }
}

#[test]
fn the_shipped_topic_has_neither_errors_nor_warnings() {
    let shown: Vec<String> = problems_of(&shipped()).iter().map(ToString::to_string).collect();
    assert!(shown.is_empty(), "{}:\n{}", shown.len(), shown.join("\n"));
}
