//! What holds for any stream of mentions.

use pledgewatch::config::topic::Topic;
use pledgewatch::ledger::{ArticleFacts, Ledger};
use pledgewatch::model::{
    AlertLevel, ArticleId, Assertion, Framing, Instrument, InstrumentRole, InstrumentType, Kind,
    Language, Mention, Outcome, Stage, Trust,
};
use proptest::prelude::*;

use super::scene::{act, anchor, dialogue, parties, text, topic};

const TOPICS: &[&str] =
    &["human_trafficking", "illegal_migration", "returns", "border_entry_exit", "financial_crime"];
const CONCEPTS: &[&str] =
    &["hotline", "shelter", "charter_flight", "border_officer", "manual", "visa"];
const PAIRS: &[&[&str]] = &[
    &["VN.MPS", "UK.HO"],
    &["VN", "UK"],
    &["VN.MPS", "UK.NCA"],
    &["UK.HO"],
    &["VN.BGHC", "UK.HO"],
];

fn mention() -> impl Strategy<Value = Mention> {
    let shape = (0..Kind::ALL.len(), 0..Stage::ALL.len(), 0..4usize, 0..5usize, 0..PAIRS.len());
    let picks = (
        proptest::sample::subsequence(TOPICS, 0..3),
        proptest::sample::subsequence(CONCEPTS, 0..4),
        0..6u32,
        0..5u8,
        proptest::option::of(1..4u32),
        proptest::option::of(2022..2026i16),
    );
    (shape, picks).prop_map(|(shape, picks)| {
        let (kind, stage, framing, assertion, pair) = shape;
        let (topics, concepts, count, specificity, edition, year) = picks;
        let words = concepts.join(" ");
        let mut mention = act(Kind::ALL[kind], Stage::ALL[stage], &topics, &concepts, &words);
        mention.framing =
            [Framing::News, Framing::Reaffirm, Framing::Background, Framing::Report][framing];
        // Mostly asserted, as in life.
        mention.assertion = [
            Assertion::Asserted,
            Assertion::Asserted,
            Assertion::Denied,
            Assertion::Negated,
            Assertion::Forecast,
        ][assertion];
        mention.parties = parties(PAIRS[pair]);
        mention.specificity = specificity;
        if count > 3 {
            mention.anchors = vec![anchor("count", &format!("{count} C:{}", CONCEPTS[0]))];
        }
        mention.instrument = match (mention.kind, edition) {
            (Kind::InstrumentConclude, _) => {
                Some(text(InstrumentType::Mou, InstrumentRole::Concludes, &topics))
            }
            (Kind::InstrumentImplement, _) => {
                Some(text(InstrumentType::Mou, InstrumentRole::Implements, &topics))
            }
            (Kind::Mechanism, Some(number)) => Some(dialogue(number)),
            _ => None,
        };
        mention.event_date = year.and_then(|year| format!("{year}-05-01").parse().ok());
        mention
    })
}

fn stream() -> impl Strategy<Value = Vec<Vec<Mention>>> {
    let article = proptest::collection::vec(mention(), 0..5).prop_map(|mut mentions| {
        for (at, mention) in mentions.iter_mut().enumerate() {
            mention.ordinal = at as u32;
        }
        mentions
    });
    proptest::collection::vec(article, 0..8)
}

fn facts(number: usize) -> ArticleFacts {
    let date = format!("2026-{:02}-{:02}", 1 + number / 28, 1 + number % 28);
    ArticleFacts {
        id: ArticleId(number as i64 + 1),
        source_date: date.parse().ok(),
        arrival: format!("{date}T10:00:00Z").parse().unwrap(),
        text_hash: format!("text {number}"),
        language: Some(if number.is_multiple_of(2) { Language::En } else { Language::Vi }),
        outlet: None,
        trust: Trust::Normal,
        copy: false,
    }
}

/// The whole ledger as text.
fn written(ledger: &Ledger) -> String {
    let instruments: Vec<&Instrument> = ledger.instruments().collect();
    let entries: Vec<_> = ledger.commitments().collect();
    serde_json::to_string(&(entries, instruments)).unwrap()
}

fn run(topic: &Topic, stream: &[Vec<Mention>], restart_every: usize) -> (String, String) {
    let mut ledger = Ledger::new(topic);
    let mut verdicts = Vec::new();
    for (number, mentions) in stream.iter().enumerate() {
        if restart_every > 0 && number % restart_every == 0 {
            let (entries, texts): (Vec<_>, Vec<_>) =
                (ledger.commitments().cloned().collect(), ledger.instruments().cloned().collect());
            ledger = Ledger::restore(entries, texts, topic);
        }
        let judgement = ledger.judge(&facts(number), mentions, topic);
        ledger.apply(&judgement, topic);
        verdicts.push(judgement.verdicts);
    }
    (serde_json::to_string(&verdicts).unwrap(), written(&ledger))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_same_articles_give_the_same_bytes_whatever_the_restarts(stream in stream()) {
        let topic = topic();
        let once = run(topic, &stream, 0);
        prop_assert_eq!(&once, &run(topic, &stream, 0));
        prop_assert_eq!(&once, &run(topic, &stream, 1));
        prop_assert_eq!(&once, &run(topic, &stream, 3));
    }

    #[test]
    fn a_second_reading_of_an_article_tells_nothing(stream in stream()) {
        let topic = topic();
        let mut ledger = Ledger::new(topic);
        for (number, mentions) in stream.iter().enumerate() {
            let judgement = ledger.judge(&facts(number), mentions, topic);
            ledger.apply(&judgement, topic);
            let again = ArticleFacts { id: ArticleId(1000 + number as i64), ..facts(number) };
            let judgement = ledger.judge(&again, mentions, topic);
            for verdict in &judgement.verdicts {
                prop_assert!(
                    matches!(verdict.outcome, Outcome::Restated | Outcome::Background),
                    "{verdict:?}"
                );
                prop_assert_eq!(verdict.level, AlertLevel::None);
            }
            ledger.apply(&judgement, topic);
        }
    }

    #[test]
    fn one_article_gives_at_most_one_told_verdict_an_entry(stream in stream()) {
        let topic = topic();
        let mut ledger = Ledger::new(topic);
        for (number, mentions) in stream.iter().enumerate() {
            let judgement = ledger.judge(&facts(number), mentions, topic);
            prop_assert_eq!(judgement.verdicts.len(), mentions.len());
            let told = judgement.verdicts.iter().filter(|verdict| verdict.level > AlertLevel::None);
            let mut ids: Vec<_> = told.map(|verdict| verdict.commitment.clone()).collect();
            let all = ids.len();
            ids.sort();
            ids.dedup();
            prop_assert_eq!(ids.len(), all);
            ledger.apply(&judgement, topic);
        }
    }
}
