//! What holds for any stream of mentions.

use std::sync::Arc;

use pledgewatch::config::topic::Topic;
use pledgewatch::ledger::corrections::{Correction, FieldValue, Operation, Point};
use pledgewatch::ledger::replay::{Account, idempotence, replay, whereabouts};
use pledgewatch::ledger::{ArticleFacts, Bindings, Ledger, Rulings, fingerprints};
use pledgewatch::model::{
    AlertLevel, ArticleId, Assertion, CorrectionId, Dismissal, Fingerprint, Framing, Instrument,
    InstrumentRole, InstrumentType, Kind, Language, Mention, Outcome, Stage, Trust,
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
        proptest::option::of(2024..2028i16),
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

/// So many cases, unless `PROPTEST_CASES` asks for more.
fn cases(usual: u32) -> ProptestConfig {
    let asked = std::env::var_os("PROPTEST_CASES").is_some();
    let default = ProptestConfig::default();
    let cases = if asked { default.cases } else { usual };
    ProptestConfig { cases, failure_persistence: None, ..default }
}

proptest! {
    #![proptest_config(cases(96))]

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

/// What people may say about the mentions of a stream, by place.
#[derive(Debug, Clone)]
enum Word {
    Merge(usize, usize),
    Split(usize, usize),
    Dismiss(usize, bool),
    Own(usize),
    Stage(usize, usize),
}

fn word() -> impl Strategy<Value = Word> {
    let place = 0..64usize;
    prop_oneof![
        (place.clone(), place.clone()).prop_map(|(one, other)| Word::Merge(one, other)),
        (place.clone(), place.clone()).prop_map(|(one, other)| Word::Split(one, other)),
        (place.clone(), any::<bool>()).prop_map(|(what, whole)| Word::Dismiss(what, whole)),
        place.clone().prop_map(Word::Own),
        (place, 0..Stage::ALL.len()).prop_map(|(what, stage)| Word::Stage(what, stage)),
    ]
}

/// The articles as the ledger is given them.
fn accounts(stream: &[Vec<Mention>]) -> Vec<Account> {
    let account = |(number, mentions): (usize, &Vec<Mention>)| Account {
        facts: facts(number),
        mentions: mentions.clone(),
    };
    stream.iter().enumerate().map(account).collect()
}

/// The words as corrections about mentions that are there.
fn log(accounts: &[Account], words: &[Word]) -> Vec<Correction> {
    let known: Vec<Fingerprint> = accounts
        .iter()
        .flat_map(|account| fingerprints(&account.facts, &account.mentions))
        .collect();
    if known.is_empty() {
        return Vec::new();
    }
    let mention = |at: usize| known[at % known.len()].clone();
    let point = |at: usize| Point::Mention(mention(at));
    let operation = |word: &Word| match word {
        Word::Merge(one, other) => Operation::Merge { one: point(*one), other: point(*other) },
        Word::Split(one, other) => {
            Operation::Split { mention: mention(*one), from: vec![point(*other)] }
        }
        Word::Dismiss(what, whole) => {
            Operation::Dismiss { what: point(*what), whole: *whole, why: Dismissal::Wrong }
        }
        Word::Own(what) => Operation::Confirm { mention: mention(*what), with: None },
        Word::Stage(what, stage) => Operation::Set {
            what: point(*what),
            whole: false,
            after: ArticleId(0),
            value: FieldValue::Stage { stage: Stage::ALL[*stage], date: None },
        },
    };
    words.iter().enumerate().map(|(at, word)| line(at as i64 + 1, operation(word))).collect()
}

fn line(id: i64, operation: Operation) -> Correction {
    let (by, reason) = ("analyst".to_owned(), String::new());
    let at = jiff::Timestamp::UNIX_EPOCH;
    Correction { id: CorrectionId(id), at, by, reason, operation }
}

/// The whole ledger, faces included, and all verdicts.
fn replayed(accounts: &[Account], log: &[Correction]) -> (String, String) {
    let rulings = Arc::new(Rulings::of(log, &Bindings::new()));
    let done = replay(Ledger::dated(topic()), accounts, rulings, topic());
    let texts: Vec<_> = done.ledger.instruments().collect();
    (
        serde_json::to_string(&done.verdicts).unwrap(),
        serde_json::to_string(&(done.entries(), texts)).unwrap(),
    )
}

proptest! {
    #![proptest_config(cases(48))]

    #[test]
    fn a_replay_without_corrections_is_what_judging_gave_and_gives_itself_again(stream in stream()) {
        let accounts = accounts(&stream);
        let once = replayed(&accounts, &[]);
        prop_assert_eq!(&once, &replayed(&accounts, &[]));
        let start = Ledger::dated(topic());
        let judged = replay(start.clone(), &accounts, Arc::default(), topic());
        let share = idempotence(&start, &accounts, &judged, topic());
        prop_assert!((share - 1.0).abs() < f64::EPSILON);
        let mut ledger = Ledger::dated(topic());
        let mut verdicts = Vec::new();
        for account in &accounts {
            let judgement = ledger.judge(&account.facts, &account.mentions, topic());
            ledger.apply(&judgement, topic());
            verdicts.push(judgement.verdicts);
        }
        prop_assert_eq!(once.0, serde_json::to_string(&verdicts).unwrap());
        prop_assert_eq!(once.1, written(&ledger));
    }

    #[test]
    fn corrections_hold_across_restarts(
        stream in stream(),
        words in proptest::collection::vec(word(), 0..5),
        every in 1..4usize,
    ) {
        let accounts = accounts(&stream);
        let log = log(&accounts, &words);
        let once = replayed(&accounts, &log);
        let rulings = Arc::new(Rulings::of(&log, &Bindings::new()));
        let mut ledger = Ledger::dated(topic()).under(Arc::clone(&rulings), [], topic());
        let (mut verdicts, mut known) = (Vec::new(), Vec::new());
        for (number, account) in accounts.iter().enumerate() {
            if number % every == 0 {
                let (entries, texts): (Vec<_>, Vec<_>) =
                    (ledger.entries().cloned().collect(), ledger.instruments().cloned().collect());
                let all = known.iter().zip(verdicts.iter().flatten());
                let placed = whereabouts(&rulings, all);
                ledger = Ledger::restore(entries, texts, topic()).under(Arc::clone(&rulings), placed, topic());
            }
            let judgement = ledger.judge(&account.facts, &account.mentions, topic());
            ledger.apply(&judgement, topic());
            known.extend(fingerprints(&account.facts, &account.mentions));
            verdicts.push(judgement.verdicts);
        }
        prop_assert_eq!(once.0, serde_json::to_string(&verdicts).unwrap());
        let texts: Vec<_> = ledger.instruments().collect();
        let entries: Vec<_> = ledger.entries().collect();
        prop_assert_eq!(once.1, serde_json::to_string(&(entries, texts)).unwrap());
    }

    #[test]
    fn corrections_commute_unless_they_set_the_same_mention(
        stream in stream(),
        one in word(),
        other in word(),
    ) {
        let accounts = accounts(&stream);
        let forth = log(&accounts, &[one.clone(), other.clone()]);
        let back = log(&accounts, &[other, one]);
        let touches = |correction: &Correction| -> Vec<Fingerprint> {
            correction.operation.fingerprints().into_iter().cloned().collect()
        };
        let apart = forth.is_empty()
            || touches(&forth[0]).iter().all(|known| !touches(&forth[1]).contains(known));
        if apart {
            // Verdicts cite corrections by number, and these differ.
            prop_assert_eq!(replayed(&accounts, &forth).1, replayed(&accounts, &back).1);
        }
    }

    #[test]
    fn an_undo_restores_the_very_same_ledger(
        stream in stream(),
        words in proptest::collection::vec(word(), 1..4),
    ) {
        let accounts = accounts(&stream);
        let mut said = log(&accounts, &words);
        let Some(last) = said.pop() else { return Ok(()) };
        let before = replayed(&accounts, &said);
        let undo = line(last.id.0 + 1, Operation::Undo { correction: last.id });
        said.extend([last, undo]);
        prop_assert_eq!(before, replayed(&accounts, &said));
    }
}
