//! Every reason that the ledger gives on the labelled streams is told in Vietnamese: a cause that the rules name and the
//! files of words do not would stand in English in the middle of a Vietnamese sentence.

use std::collections::BTreeSet;

use pledgewatch::commitments::extract;
use pledgewatch::ledger::{ArticleFacts, Ledger};
use pledgewatch::model::{ArticleId, Language, Rejected, Trust};
use pledgewatch::notify::grounds::Grounds;
use pledgewatch::notify::names::Names;
use pledgewatch::notify::words::Words;
use pledgewatch::text::analyse;
use serde_json::Value;

use crate::TOPIC;

/// Streams that rules were written by, so their texts may be seen.
const STREAMS: [&str; 4] = ["stream-offices", "stream-desks", "stream-wires", "stream-press-en-1"];

/// Words that no Vietnamese sentence has.
const ENGLISH: [&str; 16] = [
    "the", "is", "are", "not", "of", "and", "was", "than", "another", "same", "one", "no", "that",
    "its", "other", "before",
];

/// What stands outside of quotations, which are in the article's language.
fn unquoted(sentence: &str) -> String {
    let mut depth = 0_u32;
    let outside = sentence.chars().filter(|c| {
        depth += u32::from(*c == '“');
        let out = depth == 0;
        depth = depth.saturating_sub(u32::from(*c == '”'));
        out
    });
    outside.collect()
}

fn english(sentence: &str) -> bool {
    let outside = unquoted(sentence).to_lowercase();
    outside.split(|c: char| !c.is_alphanumeric()).any(|word| ENGLISH.contains(&word))
}

#[test]
fn every_reason_the_ledger_gives_is_told_in_vietnamese() {
    let words = Words::embedded(Language::Vi);
    let names = Names::new(TOPIC.display_names(Language::Vi));
    let grounds = Grounds::new(&words, Language::Vi, Some(&names));
    let (mut told, mut left) = (0, BTreeSet::new());
    for stream in STREAMS {
        let path = format!("{}/tests/gold/{stream}.jsonl", env!("CARGO_MANIFEST_DIR"));
        let mut ledger = Ledger::new(&TOPIC);
        for (number, line) in std::fs::read_to_string(path).unwrap().lines().enumerate() {
            let article: Value = serde_json::from_str(line).unwrap();
            let text = |key: &str| article[key].as_str().unwrap();
            let source_date = article["source_date"].as_str().map(|date| date.parse().unwrap());
            let document = analyse(text("text"), &TOPIC.words);
            let mentions = extract(&document, &TOPIC, source_date).mentions;
            let facts = ArticleFacts {
                id: ArticleId(number as i64 + 1),
                source_date,
                arrival: format!("{}T12:00:00Z", &text("arrival")[..10]).parse().unwrap(),
                text_hash: text("id").to_owned(),
                language: document.language,
                outlet: None,
                trust: Trust::Normal,
                copy: false,
            };
            let judgement = ledger.judge(&facts, &mentions, &TOPIC);
            ledger.apply(&judgement, &TOPIC);
            for verdict in &judgement.verdicts {
                let tests = verdict.because.iter().map(|check| grounds.sentence(check));
                // Of the nearest entry only the cause is ours: its gist is the article's.
                let near = verdict.nearest_rejected.iter().map(|near| {
                    grounds.not_taken(&Rejected { gist: String::new(), ..near.clone() })
                });
                for sentence in tests.chain(near) {
                    told += 1;
                    if english(&sentence) {
                        left.insert(sentence);
                    }
                }
            }
        }
    }
    assert!(told > 1000, "{told}");
    assert!(
        left.is_empty(),
        "{} in English:\n{}",
        left.len(),
        left.into_iter().collect::<Vec<_>>().join("\n")
    );
}
