//! The ledger: whatever the mentions and their order, a verdict for each, ids that exist, and the same verdicts again,
//! also after the ledger was stored and restored.

use super::TOPIC;
use super::rooms::ledger::{ArticleFacts, Judgement, Ledger};
use super::rooms::model::{
    Anchor, ArticleId, Assertion, Framing, InstrumentId, InstrumentMention, InstrumentRole,
    InstrumentType, Kind, Language, Mention, Modality, PartialDate, Party, Polarity, Quote, Role,
    Scope, SourceId, Span, Stage, Trust,
};
use arbitrary::{Result, Unstructured};
use jiff::Timestamp;

const ACTORS: &[&str] =
    &["VN", "VN.MPS", "VN.BGHC", "UK", "UK.HO", "UK.NCA", "IGO.IOM", "XX", "", "VN."];
const TOPICS: &[&str] =
    &["human_trafficking", "illegal_migration", "returns", "info_sharing", "weather", ""];
const CONCEPTS: &[&str] = &["training", "border_officer", "victim", "hotline", "cooperation", "x"];
const ANCHORS: &[(&str, &str)] = &[
    ("amount", "GBP 1000000"),
    ("count", "200 C:border_officer"),
    ("count", "-1 x"),
    ("deadline", "2026-06"),
    ("place", "VN.NGHE_AN"),
    ("edition", "#3"),
    ("edition", "#"),
    ("", ""),
];
const INSTRUMENTS: &[&str] =
    &["INS:mou-human-trafficking-2018", "MEC:vn-uk-migration-dialogue#2", "INS:none", ""];
const WORDS: &[&str] =
    &["agreed", "to", "train", "200", "officers", "thống nhất", "đào tạo", "\u{301}"];
const DATES: &[&str] = &["1970", "2018-11-21", "2024-10", "2026-11-01", "2041-01-01"];

/// One input.
pub fn run(bytes: &[u8]) {
    let mut given = Unstructured::new(bytes);
    // What is restored knows the register; an empty ledger, which does not, is for evaluation only.
    let (mut ledger, restores) = match given.int_in_range(0..=2) {
        Ok(0) => (Ledger::empty(&TOPIC), false),
        Ok(1) => (Ledger::dated(&TOPIC), true),
        _ => (Ledger::new(&TOPIC), true),
    };
    for number in 1..=8 {
        let Ok((article, mentions)) = article(&mut given, number) else { break };
        let judgement = ledger.judge(&article, &mentions, &TOPIC);
        assert_eq!(ledger.judge(&article, &mentions, &TOPIC), judgement, "the same twice");
        let restored =
            Ledger::restore(ledger.commitments().cloned(), ledger.instruments().cloned(), &TOPIC);
        if restores {
            assert_eq!(restored.judge(&article, &mentions, &TOPIC), judgement, "after a restart");
        }
        ledger.apply(&judgement, &TOPIC);
        check(&ledger, &mentions, &judgement);
        if given.is_empty() {
            break;
        }
    }
}

fn check(ledger: &Ledger, mentions: &[Mention], judgement: &Judgement) {
    assert_eq!(judgement.verdicts.len(), mentions.len());
    for (verdict, mention) in judgement.verdicts.iter().zip(mentions) {
        assert_eq!(verdict.mention, mention.ordinal);
        assert!(!verdict.sentence.is_empty());
        let near = verdict.nearest_rejected.as_ref().map(|near| &near.commitment);
        for id in verdict.commitment.iter().chain(near) {
            assert!(ledger.commitment(id).is_some(), "{id} is not in the ledger");
        }
    }
    for entry in ledger.commitments() {
        if let Some(id) = &entry.maybe_same_as {
            assert!(ledger.commitment(id).is_some(), "{id} is not in the ledger");
        }
        assert!(!entry.stage.is_lateral() && entry.lateral.is_none_or(Stage::is_lateral));
    }
}

fn article(given: &mut Unstructured<'_>, number: i64) -> Result<(ArticleFacts, Vec<Mention>)> {
    let facts = ArticleFacts {
        id: ArticleId(number),
        source_date: date(given)?,
        arrival: Timestamp::from_second(1_700_000_000 + 40_000 * number).unwrap_or_default(),
        text_hash: format!("text {}", given.int_in_range(0..=3)?),
        language: *given.choose(&[None, Some(Language::En), Some(Language::Vi)])?,
        outlet: given.choose(&[None, Some("a"), Some("b")])?.map(SourceId::new),
        trust: *given.choose(&[Trust::Low, Trust::Normal, Trust::High])?,
        copy: given.ratio(1, 8)?,
    };
    let count = given.int_in_range(0..=5)?;
    let mentions = (0..count).map(|ordinal| mention(given, ordinal)).collect::<Result<_>>()?;
    Ok((facts, mentions))
}

fn mention(given: &mut Unstructured<'_>, ordinal: u32) -> Result<Mention> {
    let action = some(given, WORDS, 6)?.join(" ");
    let quote = Quote { span: Span::new(0, action.len()), text: action };
    let mut concepts = some(given, CONCEPTS, 3)?;
    concepts.sort();
    let mut anchors = Vec::new();
    for _ in 0..given.int_in_range(0..=2)? {
        let (kind, value) = *given.choose(ANCHORS)?;
        anchors.push(Anchor { kind: kind.to_owned(), value: value.to_owned() });
    }
    anchors.sort();
    let mut parties = Vec::new();
    for _ in 0..given.int_in_range(0..=4)? {
        let id = (*given.choose(ACTORS)?).to_owned();
        parties.push(Party { id, role: *given.choose(Role::ALL)? });
    }
    Ok(Mention {
        ordinal,
        kind: *given.choose(Kind::ALL)?,
        stage: *given.choose(&Stage::ALL)?,
        modality: *given.choose(Modality::ALL)?,
        strength: given.int_in_range(0..=5)?,
        framing: *given.choose(Framing::ALL)?,
        polarity: *given.choose(Polarity::ALL)?,
        assertion: *given.choose(Assertion::ALL)?,
        parties,
        speaker: None,
        attribution: Vec::new(),
        instrument: if given.arbitrary()? { Some(instrument(given)?) } else { None },
        topics: some(given, TOPICS, 3)?,
        concepts,
        anchors,
        action: quote.clone(),
        trigger: given.arbitrary::<bool>()?.then(|| quote.clone()),
        quote,
        event_date: date(given)?,
        due: date(given)?,
        condition: None,
        specificity: given.int_in_range(0..=4)?,
        confidence: f64::from(given.int_in_range(0..=10_u8)?) / 10.0,
        scope: *given.choose(Scope::ALL)?,
        list_group: *given.choose(&[None, Some(0), Some(1)])?,
        headline_only: given.ratio(1, 8)?,
        duplicate: given.ratio(1, 8)?,
        gist: "gist".to_owned(),
        reasons: Vec::new(),
    })
}

fn instrument(given: &mut Unstructured<'_>) -> Result<InstrumentMention> {
    let text = some(given, WORDS, 3)?.join(" ");
    let roles = [
        InstrumentRole::Concludes,
        InstrumentRole::Implements,
        InstrumentRole::ContentOf,
        InstrumentRole::Ends,
    ];
    let kinds = [
        InstrumentType::Treaty,
        InstrumentType::Agreement,
        InstrumentType::Mou,
        InstrumentType::ActionPlan,
        InstrumentType::Mechanism,
        InstrumentType::Law,
    ];
    Ok(InstrumentMention {
        span: Span::new(0, text.len()),
        text,
        role: *given.choose(&roles)?,
        kind: *given.choose(&kinds)?,
        topics: some(given, TOPICS, 2)?,
        parties: some(given, ACTORS, 2)?,
        date: date(given)?,
        edition: *given.choose(&[None, Some(0), Some(2), Some(u32::MAX)])?,
        successor: given.ratio(1, 6)?,
        generic: given.ratio(1, 6)?,
        id: if given.arbitrary()? {
            Some(InstrumentId::new(*given.choose(INSTRUMENTS)?))
        } else {
            None
        },
    })
}

fn some(given: &mut Unstructured<'_>, from: &[&str], most: usize) -> Result<Vec<String>> {
    (0..given.int_in_range(0..=most)?).map(|_| Ok((*given.choose(from)?).to_owned())).collect()
}

fn date(given: &mut Unstructured<'_>) -> Result<Option<PartialDate>> {
    if given.arbitrary()? { Ok(given.choose(DATES)?.parse().ok()) } else { Ok(None) }
}
