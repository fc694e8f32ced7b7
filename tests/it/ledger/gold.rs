//! The ledger alone, fed with the fields that the labelled data states (not with what the extraction finds), so that
//! every wrong verdict is the ledger's. Does nothing where the labelled data is absent.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use pledgewatch::config::topic::Topic;
use pledgewatch::ledger::{ArticleFacts, Ledger};
use pledgewatch::model::{
    AlertLevel, Anchor, ArticleId, Framing, InstrumentMention, InstrumentRole, InstrumentType,
    Kind, Language, Mention, Modality, Outcome, Party, Quote, Scope, Span, Stage, Trust,
};
use regex::Regex;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use unicode_normalization::UnicodeNormalization;

/// A pattern that is compiled once.
macro_rules! pattern {
    ($pattern:literal) => {{
        static PATTERN: LazyLock<Regex> = LazyLock::new(|| Regex::new($pattern).unwrap());
        &*PATTERN
    }};
}

fn gold(name: &str) -> Option<Vec<Value>> {
    if !concept_file().exists() {
        return None;
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/gold").join(name);
    let text = fs::read_to_string(path).ok()?;
    Some(text.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

fn word<T: DeserializeOwned>(value: &Value) -> Option<T> {
    if value.is_null() { None } else { Some(serde_json::from_value(value.clone()).unwrap()) }
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

fn concept_file() -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    folder.join("config/topics/vietnam-uk-migration/concepts.toml")
}

/// The concept forms of the topic, as far as the harness can read them: enough to stand for the extraction.
struct Concepts(Vec<(String, [Regex; 2])>);

impl Concepts {
    fn load() -> Self {
        #[derive(Deserialize)]
        struct Forms {
            #[serde(default)]
            en: Vec<String>,
            #[serde(default)]
            vi: Vec<String>,
        }
        #[derive(Deserialize)]
        struct File {
            concepts: BTreeMap<String, Forms>,
        }
        let text = fs::read_to_string(concept_file()).unwrap();
        let file: File = toml::from_str(&text).unwrap();
        let regex = |forms: &[String]| {
            let forms = if forms.is_empty() { &["$^".to_owned()][..] } else { forms };
            Regex::new(&format!(r"(?i)\b(?:{})\b", forms.join("|"))).unwrap()
        };
        let one = |(id, forms): (String, Forms)| (id, [regex(&forms.en), regex(&forms.vi)]);
        Self(file.concepts.into_iter().map(one).collect())
    }

    /// Concepts of a text with their places; a match inside a longer one does not count.
    fn of(&self, text: &str, language: Language) -> Vec<(usize, String)> {
        let at = if language == Language::En { 0 } else { 1 };
        let mut hits: Vec<(usize, usize, &String)> = Vec::new();
        for (id, regexes) in &self.0 {
            hits.extend(regexes[at].find_iter(text).map(|hit| (hit.start(), hit.end(), id)));
        }
        let inside = |hit: &(usize, usize, &String)| {
            hits.iter().any(|other| {
                other.0 <= hit.0 && hit.1 <= other.1 && other.1 - other.0 > hit.1 - hit.0
            })
        };
        let mut kept: Vec<(usize, String)> =
            hits.iter().filter(|hit| !inside(hit)).map(|hit| (hit.0, hit.2.clone())).collect();
        kept.sort();
        kept
    }
}

/// Figures of the action with the concept that follows them.
fn anchors(text: &str, concepts: &[(usize, String)], language: Language) -> Vec<Anchor> {
    let money = Regex::new(
        r"(?:£\s?([\d.,]+)\s?(million|m)?|([\d.,]+)\s?(million pounds|triệu bảng|bảng))",
    )
    .unwrap();
    let plain = pattern!(r"\b(\d[\d.,]*)\s*[\p{L}]");
    let number = |digits: &str| -> Option<f64> {
        let digits = digits.trim_end_matches(['.', ',']);
        let thousands = pattern!(r"^\d{1,3}([.,]\d{3})+$");
        if thousands.is_match(digits) {
            return digits.replace(['.', ','], "").parse().ok();
        }
        digits.replace(',', ".").parse().ok()
    };
    let mut found = Vec::new();
    for hit in money.captures_iter(text) {
        let digits = hit.get(1).or(hit.get(3)).unwrap().as_str();
        let unit = hit.get(2).or(hit.get(4)).map_or("", |unit| unit.as_str());
        let factor = if unit.contains("million") || unit == "m" || unit.contains("triệu") {
            1e6
        } else {
            1.0
        };
        if let Some(value) = number(digits) {
            found.push(Anchor { kind: "amount".into(), value: format!("GBP {}", value * factor) });
        }
    }
    for hit in plain.captures_iter(text) {
        let digits = hit.get(1).unwrap();
        let next = concepts.iter().find(|(at, _)| *at >= digits.end() && *at < digits.end() + 30);
        let Some((value, (_, unit))) = number(digits.as_str()).zip(next) else { continue };
        if found.is_empty() {
            found.push(Anchor { kind: "count".into(), value: format!("{value} {unit}") });
        }
    }
    let words: [(&str, &str, u32); 6] = [
        ("two", "hai", 2),
        ("three", "ba", 3),
        ("four", "bốn", 4),
        ("five", "năm", 5),
        ("six", "sáu", 6),
        ("ten", "mười", 10),
    ];
    for (en, vi, value) in words {
        let word = if language == Language::En { en } else { vi };
        let hit = Regex::new(&format!(r"(?i)\b{word}\s")).unwrap();
        for hit in hit.find_iter(text) {
            let next = concepts.iter().find(|(at, _)| *at >= hit.end() && *at < hit.end() + 12);
            if let Some((_, unit)) = next {
                found.push(Anchor { kind: "count".into(), value: format!("{value} {unit}") });
            }
        }
    }
    for (place, id) in
        [("Quảng Ninh", "VN.QUANG_NINH"), ("Nghệ An", "VN.NGHE_AN"), ("Hà Tĩnh", "VN.HA_TINH")]
    {
        if text.contains(place) {
            found.push(Anchor { kind: "place".into(), value: id.into() });
        }
    }
    found.sort();
    found
}

fn specificity(span: &str, named: bool, anchors: &[Anchor]) -> u8 {
    let span = Regex::new(
        r"(?i)\b(the|both|hai) (two )?(sides|countries|governments|bên|nước|bộ|chính phủ)\b",
    )
    .unwrap()
    .replace_all(span, " ");
    let span = span.as_ref();
    let date = pattern!(
        r"(?i)\b(January|February|March|April|May|June|July|August|September|October|November|December|20[2-3]\d|spring|quarter|tháng|ngày \d|quý|năm 20|days?|months?|weeks?|years?|giây|tuần|ngày)\b"
    );
    let number = pattern!(r"(?i)\d|\b(two|three|four|five|six|ten|hai|ba|bốn|năm|sáu)\b");
    let site = pattern!(
        r"\b(Hanoi|Hà Nội|London|Nghe An|Nghệ An|Ha Tinh|Hà Tĩnh|Vinh|Kent|Da Nang|Quảng Ninh|Đại sứ quán|Nội Bài|shelter|nhà tạm lánh|refuges|manuals|textbooks|scanners|charter flight|conference|seminars)\b"
    );
    u8::from(named)
        + u8::from(date.is_match(span))
        + u8::from(!anchors.is_empty() || number.is_match(span))
        + u8::from(site.is_match(span))
}

/// The clause around a span: to the next full stop, semicolon or line end on each side.
fn sentence(article: &str, gold: &Value) -> String {
    let chars: Vec<char> = article.chars().collect();
    let at = |key: &str| gold[key].as_u64().unwrap() as usize;
    let (start, end) = (at("char_start"), at("char_end"));
    let stops = |c: &char| matches!(c, ';' | '\n');
    let full = |i: usize| chars[i] == '.' && chars.get(i + 1).is_none_or(|c| c.is_whitespace());
    let from = (0..start).rev().find(|i| stops(&chars[*i]) || full(*i)).map_or(0, |i| i + 1);
    let to = (end..chars.len()).find(|i| stops(&chars[*i]) || full(*i)).unwrap_or(chars.len());
    chars[from..to].iter().collect::<String>().nfc().collect()
}

fn instrument_type(topic: &Topic, id: &str) -> InstrumentType {
    let known = topic.instruments.iter().find(|known| known.instrument.id.as_str() == id);
    if let Some(known) = known {
        return known.instrument.kind;
    }
    let has = |part: &str| id.contains(part);
    match () {
        () if id.starts_with("MEC:") => InstrumentType::Mechanism,
        () if has("protocol") => InstrumentType::Protocol,
        () if has("communique") => InstrumentType::JointCommunique,
        () if has("plan") => InstrumentType::ActionPlan,
        () if has("mou") => InstrumentType::Mou,
        () => InstrumentType::Agreement,
    }
}

/// A mention from the labelled fields.
fn mention(
    topic: &Topic,
    concepts: &Concepts,
    ordinal: usize,
    gold: &Value,
    language: Language,
) -> Mention {
    let span = if gold["span"].is_string() { text(gold, "span") } else { text(gold, "quote") };
    let span: &str = &span.nfc().collect::<String>();
    let kind: Kind = word(&gold["kind"]).unwrap();
    let stage: Stage = word(&gold["stage"]).unwrap();
    let framing: Framing = word(&gold["framing"]).unwrap_or(Framing::News);
    let id = gold["instrument"][0].as_str();
    let instrument = id.map(|id| InstrumentMention {
        span: Span::new(0, 0),
        text: id.to_owned(),
        role: match kind {
            Kind::InstrumentConclude => InstrumentRole::Concludes,
            Kind::InstrumentImplement => InstrumentRole::Implements,
            Kind::Mechanism if id.starts_with("MEC:") => InstrumentRole::Concludes,
            _ => InstrumentRole::ContentOf,
        },
        kind: instrument_type(topic, id),
        topics: Vec::new(),
        parties: Vec::new(),
        date: None,
        edition: id.split_once('#').and_then(|(_, number)| number.parse().ok()),
        successor: gold["successor"].as_bool().unwrap_or(false),
        generic: id.contains('*'),
        id: Some(pledgewatch::model::InstrumentId::new(id)),
    });
    let found = concepts.of(span, language);
    let anchors = word(&gold["anchors"]).unwrap_or_else(|| anchors(span, &found, language));
    let mut ids: Vec<String> = found.into_iter().map(|(_, id)| id).collect();
    ids.sort();
    ids.dedup();
    let performed = stage >= Stage::Signed || stage == Stage::Concluded;
    let modality = match framing {
        Framing::Report => Modality::Report,
        _ if performed => Modality::Performative,
        _ => Modality::JointCommissive,
    };
    let ready = ["ready", "sẵn sàng"].iter().any(|word| span.contains(word));
    let strength = match stage {
        _ if ready => 2,
        Stage::Considered => 1,
        Stage::Proposed => 0,
        _ => 3,
    };
    let named = instrument.as_ref().is_some_and(|named| !named.generic);
    let quote = Quote { text: span.to_owned(), span: Span::new(0, span.len()) };
    Mention {
        ordinal: ordinal as u32,
        kind,
        stage,
        modality: word(&gold["modality"]).unwrap_or(modality),
        strength: word(&gold["strength"]).unwrap_or(strength),
        framing,
        polarity: word(&gold["polarity"]).unwrap_or(pledgewatch::model::Polarity::Do),
        assertion: word(&gold["assertion"]).unwrap_or(pledgewatch::model::Assertion::Asserted),
        parties: word::<Vec<Party>>(&gold["parties"]).unwrap_or_default(),
        speaker: None,
        attribution: Vec::new(),
        instrument,
        topics: word(&gold["topics"]).unwrap_or_default(),
        concepts: ids,
        specificity: word(&gold["specificity"])
            .unwrap_or_else(|| specificity(text(gold, "sentence_text"), named, &anchors)),
        anchors,
        action: quote.clone(),
        trigger: None,
        quote,
        event_date: word(&gold["event_date"]),
        due: None,
        condition: None,
        confidence: word(&gold["confidence"]).unwrap_or(0.9),
        scope: word(&gold["scope"]).unwrap_or(Scope::Core),
        list_group: None,
        headline_only: false,
        duplicate: text(gold, "ledger") == "DUPLICATE",
        gist: span.to_owned(),
        reasons: Vec::new(),
    }
}

/// What came out of one stream.
#[derive(Default)]
struct Score {
    judged: usize,
    verdicts: usize,
    alerts: usize,
    push: usize,
    watch: usize,
    by_article: BTreeMap<String, usize>,
    wrong: Vec<String>,
}

struct Stream<'a> {
    topic: &'a Topic,
    concepts: Concepts,
    ledger: Ledger,
    clusters: BTreeMap<String, String>,
    score: Score,
    next: i64,
}

impl<'a> Stream<'a> {
    fn new(topic: &'a Topic, ledger: Ledger) -> Self {
        let (concepts, clusters) = (Concepts::load(), BTreeMap::new());
        Self { topic, concepts, ledger, clusters, score: Score::default(), next: 1 }
    }

    fn article(
        &mut self,
        name: &str,
        source_date: &Value,
        arrival: &str,
        language: Language,
        gold: &[Value],
    ) {
        let facts = ArticleFacts {
            id: ArticleId(self.next),
            source_date: word(source_date),
            arrival: format!("{}T12:00:00Z", &arrival[..10]).parse().unwrap(),
            text_hash: format!("{name} {}", self.next),
            language: Some(language),
            outlet: None,
            trust: Trust::Normal,
            copy: false,
        };
        self.next += 1;
        let mentions: Vec<Mention> = gold
            .iter()
            .enumerate()
            .map(|(at, gold)| mention(self.topic, &self.concepts, at, gold, language))
            .collect();
        let judgement = self.ledger.judge(&facts, &mentions, self.topic);
        self.ledger.apply(&judgement, self.topic);
        for (gold, verdict) in gold.iter().zip(&judgement.verdicts) {
            let stream = if gold["stream"].is_object() { &gold["stream"] } else { gold };
            let wanted: Outcome =
                serde_json::from_value(Value::String(text(stream, "ledger").to_lowercase()))
                    .unwrap();
            let level: AlertLevel = word(&stream["alert"]).unwrap();
            let optional = gold["optional"].as_bool().unwrap_or(false);
            if verdict.level > AlertLevel::None {
                *self.score.by_article.entry(name.to_owned()).or_default() += 1;
            }
            match verdict.level {
                AlertLevel::Push => self.score.push += 1,
                AlertLevel::Watch => self.score.watch += 1,
                AlertLevel::None => {}
            }
            let cluster = text(gold, "cluster").to_owned();
            let id = verdict.commitment.as_ref().map(ToString::to_string).unwrap_or_default();
            let first = self.clusters.entry(id).or_insert_with(|| cluster.clone()).clone();
            if optional {
                continue;
            }
            self.score.judged += 1;
            let right = verdict.outcome == wanted;
            self.score.verdicts += usize::from(right);
            self.score.alerts += usize::from(verdict.level == level);
            if !right
                || verdict.level != level
                || (first != cluster && verdict.commitment.is_some())
            {
                let mark = if right {
                    if verdict.level == level { "  cluster" } else { " LEVEL" }
                } else {
                    "WRONG"
                };
                self.score.wrong.push(format!(
                    "{mark} {name} {cluster}: wanted {wanted} {}, got {} {} [{first}] {}\n      {}\n      near {:?}",
                    level.as_str(),
                    verdict.outcome,
                    verdict.level.as_str(),
                    text(gold, "span"),
                    verdict.because.iter().map(|c| format!("{}:{}{}", c.test, c.value, c.score.map(|s| format!(" {s:.2}")).unwrap_or_default())).collect::<Vec<_>>().join(" | "),
                    verdict.nearest_rejected.as_ref().map(|r| (&r.gist, &r.failed)),
                ));
            }
        }
    }

    fn report(self, name: &str) -> Score {
        let score = self.score;
        eprintln!(
            "{name}: verdicts {}/{}, levels {}/{}, {} push, {} watch",
            score.verdicts, score.judged, score.alerts, score.judged, score.push, score.watch
        );
        for wrong in &score.wrong {
            eprintln!("  {wrong}");
        }
        score
    }
}

#[test]
fn five_real_articles_from_an_empty_ledger_give_no_alert_for_the_one_that_only_repeats() {
    let Some(lines) = gold("gold-seeds.jsonl") else { return };
    let topic = super::scene::topic();
    let mut stream = Stream::new(topic, Ledger::empty(topic));
    for (file, arrival) in [
        ("004", "2022-08-16"),
        ("000", "2023-09-22"),
        ("001", "2024-05-30"),
        ("002", "2024-10-11"),
        ("003", "2025-03-05"),
    ] {
        let of_file: Vec<Value> = lines
            .iter()
            .filter(|line| text(line, "file").starts_with(file) && line["duplicate_of"].is_null())
            .cloned()
            .collect();
        let date = of_file[0]["source_date"].clone();
        let date = if date.is_null() { Value::String(arrival.to_owned()) } else { date };
        stream.article(file, &date, arrival, Language::En, &of_file);
    }
    let score = stream.report("gold-seeds");
    assert_eq!(score.by_article.get("002"), None, "the article that only repeats must be silent");
    assert_eq!(score.push, 3);
    assert!(score.verdicts * 100 >= score.judged * 93);
}

/// What the short fixtures leave unsaid: instrument, parties and topics of each cluster.
fn fixture_fields(gold: &mut Value) {
    let cluster = text(gold, "cluster").to_owned();
    let (instrument, topics) = match cluster.as_str() {
        "JS" | "JS-IMPL" => (Some("INS:js"), vec!["illegal_migration"]),
        "JAP" | "JAP-IMPL" => (Some("INS:plan"), vec!["human_trafficking"]),
        "MOU2" => (Some("INS:mou-human-trafficking-2018"), vec!["human_trafficking"]),
        "CHAN" => (Some("INS:js"), vec!["info_sharing"]),
        "LANG" => (None, vec!["training_capacity", "border_entry_exit"]),
        _ => (Some("INS:plan"), vec!["human_trafficking"]),
    };
    let side = |id: &str| serde_json::json!({ "id": id, "role": "committer" });
    gold["parties"] = match cluster.as_str() {
        "FUND" => Value::Array(vec![side("UK")]),
        _ => Value::Array(vec![side("VN.MPS"), side("UK.HO")]),
    };
    gold["topics"] = topics.into();
    gold["instrument"] = instrument.map_or(Value::Null, |id| serde_json::json!([id]));
    gold["successor"] = Value::Bool(cluster == "MOU2");
    let why = text(gold, "why").to_owned();
    let span = text(gold, "span").to_owned();
    if why.contains("forecast") {
        gold["assertion"] = "forecast".into();
    } else if why.contains("denied") {
        gold["assertion"] = "denied".into();
    } else if text(gold, "ledger") == "BACKGROUND" {
        gold["framing"] = "background".into();
    } else if span.contains("broken up") {
        gold["framing"] = "report".into();
        gold["specificity"] = 2.into();
        gold["anchors"] = serde_json::json!([{ "kind": "count", "value": "3 ring" }]);
    } else if span.contains("continue") || span.contains("tiếp tục") {
        gold["framing"] = "reaffirm".into();
    }
}

#[test]
fn the_smallest_complete_story_is_told_right() {
    let Some(lines) = gold("fixtures-stream.jsonl") else { return };
    let topic = super::scene::topic();
    let mut stream = Stream::new(topic, Ledger::new(topic));
    for line in lines {
        let language = if text(&line, "lang") == "vi" { Language::Vi } else { Language::En };
        let mut expect = line["expect"].as_array().unwrap().clone();
        expect.iter_mut().for_each(fixture_fields);
        expect
            .iter_mut()
            .for_each(|gold| gold["sentence_text"] = sentence(text(&line, "text"), gold).into());
        stream.article(
            text(&line, "id"),
            &line["source_date"],
            text(&line, "arrival"),
            language,
            &expect,
        );
    }
    let score = stream.report("fixtures-stream");
    assert_eq!((score.verdicts, score.alerts), (score.judged, score.judged));
}

#[test]
fn six_years_of_invented_news_are_told_right() {
    let Some(lines) = gold("stream-dev.jsonl") else { return };
    let topic = super::scene::topic();
    let mut stream = Stream::new(topic, Ledger::dated(topic));
    for line in lines {
        let language = if text(&line, "lang") == "vi" { Language::Vi } else { Language::En };
        let mut expect = line["expect"].as_array().unwrap().clone();
        expect
            .iter_mut()
            .for_each(|gold| gold["sentence_text"] = sentence(text(&line, "text"), gold).into());
        stream.article(
            text(&line, "id"),
            &line["source_date"],
            text(&line, "arrival"),
            language,
            &expect,
        );
    }
    let score = stream.report("stream-dev");
    assert!(score.verdicts * 100 >= score.judged * 92);
}
