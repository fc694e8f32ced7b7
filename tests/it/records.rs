//! Small records for the tests of the store: one source, one poll, one judgement, one digest.

use jiff::{SignedDuration, Timestamp};
use pledgewatch::model::*;
use pledgewatch::store::*;

/// 2026-11-20T07:00:00Z and `minutes` more.
pub fn at(minutes: i64) -> Timestamp {
    "2026-11-20T07:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_mins(minutes)
}

pub fn source(id: &str) -> Source {
    Source {
        id: SourceId::new(id),
        name: format!("The {id}"),
        url: format!("https://{id}.example/feed"),
        kind: SourceKind::Feed,
        language: Some(Language::En),
        trust: Trust::Normal,
        date_zone: None,
        wrong_zone: false,
        headers: Vec::new(),
        allow_private: false,
        enabled: true,
        page: None,
    }
}

pub fn entry(key: &str, title: &str) -> Entry {
    Entry {
        key: format!("id:{key}"),
        link: Some(format!("https://herald.example/{key}")),
        title: title.to_owned(),
        summary: "A summary.".to_owned(),
        content: Some("The full text of the feed.".to_owned()),
        published: Some(at(-30)),
        updated: None,
        language: Some(Language::En),
        revision: title.to_owned(),
    }
}

pub fn pending(key: &str, title: &str) -> SeenEntry {
    SeenEntry { entry: entry(key, title), fate: Fate::Pending }
}

pub fn relevance(decision: RelevanceDecision) -> Relevance {
    Relevance { decision, score: 0.75, why: Why::Passing, hits: Vec::new() }
}

pub fn state(health: &str, due: Timestamp) -> SourceState {
    SourceState {
        json: r#"{"failures":0}"#.to_owned(),
        next_due: Some(due),
        not_before: Some(due),
        health: health.to_owned(),
    }
}

/// A good poll of `source` at `now` that brings `entries`.
pub fn poll(source: &str, now: Timestamp, entries: Vec<SeenEntry>) -> PollRecord {
    PollRecord {
        source: SourceId::new(source),
        started: now - SignedDuration::from_secs(1),
        finished: now,
        outcome: "fresh".to_owned(),
        ok: true,
        http_status: Some(200),
        bytes: 1234,
        seen: entries.len() as u32,
        error: None,
        validators: Some(Validators {
            url: format!("https://{source}.example/feed"),
            etag: Some(format!("\"{now}\"").into_bytes()),
            last_modified: None,
            body_hash: Some("ab".to_owned()),
        }),
        entries,
        baseline: false,
        state: state("ok", now + SignedDuration::from_mins(30)),
        pause: None,
    }
}

pub fn article(text: &str) -> Article {
    Article {
        title: "Hai nước ký bản ghi nhớ".to_owned(),
        text: text.to_owned(),
        url: Some("https://herald.example/1".to_owned()),
        canonical_url: Some("https://herald.example/canonical/1".to_owned()),
        published: Some(SourceDate {
            date: "2026-11-20".parse().unwrap(),
            at: Some(at(-30)),
            basis: DateBasis::JsonLd,
        }),
        byline: Some("VNA".to_owned()),
        language: Some(Language::Vi),
        confidence: Some(97),
    }
}

pub fn article_record(text: &str, now: Timestamp) -> ArticleRecord {
    ArticleRecord {
        id: None,
        source: None,
        entry: None,
        article: article(text),
        body_hash: Some(format!("body of {text}")),
        trust: Trust::Normal,
        arrived: now,
        baseline: false,
        relevance: relevance(RelevanceDecision::Keep),
        story: None,
        reserved: false,
    }
}

pub fn mention(ordinal: u32) -> Mention {
    let quote = Quote { text: "ký bản ghi nhớ".to_owned(), span: Span::new(0, 18) };
    Mention {
        ordinal,
        kind: Kind::InstrumentConclude,
        stage: Stage::Signed,
        modality: Modality::Performative,
        strength: 4,
        framing: Framing::News,
        polarity: Polarity::Do,
        assertion: Assertion::Asserted,
        parties: vec![Party { id: "VN.MPS".to_owned(), role: Role::Signatory }],
        speaker: None,
        attribution: Vec::new(),
        instrument: None,
        topics: vec!["trafficking".to_owned()],
        concepts: Vec::new(),
        anchors: Vec::new(),
        action: quote.clone(),
        trigger: None,
        quote,
        event_date: Some("2026-11-19".parse().unwrap()),
        due: None,
        condition: None,
        specificity: 2,
        confidence: 0.9,
        scope: Scope::Core,
        list_group: None,
        headline_only: false,
        duplicate: false,
        gist: "Vietnam and the UK sign a memorandum".to_owned(),
        reasons: Vec::new(),
    }
}

pub fn commitment(id: &str, gist: &str) -> Commitment {
    Commitment {
        id: CommitmentId::new(id),
        kind: Kind::InstrumentConclude,
        polarity: Polarity::Do,
        scope: Scope::Core,
        parties: vec!["UK.HO".to_owned(), "VN.MPS".to_owned()],
        instrument: Some(InstrumentId::new("INS:memorandum")),
        instrument_role: Some(InstrumentRole::Concludes),
        topics: vec!["trafficking".to_owned()],
        concepts: Vec::new(),
        anchors: Vec::new(),
        words: Vec::new(),
        stage: Stage::Signed,
        lateral: None,
        stage_date: Some("2026-11-19".parse().unwrap()),
        history: Vec::new(),
        first_seen: Some("2026-11-19".parse().unwrap()),
        last_seen: Some("2026-11-20".parse().unwrap()),
        due: None,
        sources: 1,
        maybe_same_as: None,
        silent_origin: false,
        contested: false,
        unconfirmed: false,
        rumoured_by: None,
        merged_into: None,
        split_from: None,
        dismissed: None,
        muted: false,
        set: Vec::new(),
        beneficiaries: Vec::new(),
        gist: gist.to_owned(),
        quote: "Hai nước ký bản ghi nhớ.".to_owned(),
        founded_by: None,
    }
}

pub fn instrument() -> Instrument {
    Instrument {
        id: InstrumentId::new("INS:memorandum"),
        name: "Memorandum".to_owned(),
        kind: InstrumentType::Mou,
        topics: Vec::new(),
        parties: Vec::new(),
        date: None,
        edition: None,
        stage: Stage::Signed,
        first_seen: None,
        supersedes: None,
    }
}

pub fn verdict(commitment: &str, ordinal: u32) -> Verdict {
    Verdict {
        mention: ordinal,
        outcome: Outcome::New,
        commitment: Some(CommitmentId::new(commitment)),
        stage_before: None,
        stage_after: Some(Stage::Signed),
        level: AlertLevel::Push,
        because: Vec::new(),
        nearest_rejected: None,
        sentence: "Nothing like it was known.".to_owned(),
    }
}

pub fn held(recipient: &str, event: &str, not_before: Timestamp) -> NewMessage {
    NewMessage {
        recipient: recipient.to_owned(),
        channel: "mail".to_owned(),
        event_key: event.to_owned(),
        kind: MessageKind::Alert,
        not_before,
        awaits_second: false,
        facts: r#"{"n":1}"#.to_owned(),
        rendered: None,
        thread_key: Some("c-1".to_owned()),
        commitment: None,
        about: Some(0),
    }
}

pub fn rendered(recipient: &str, event: &str, not_before: Timestamp) -> NewMessage {
    NewMessage {
        kind: MessageKind::Digest,
        rendered: Some((b"Subject: x\r\n\r\nx".to_vec(), format!("<{event}@desk.example>"))),
        about: None,
        ..held(recipient, event, not_before)
    }
}

/// A kept article with one mention, founding commitment `id`, and one alert to the desk.
pub fn judgement(id: &str, text: &str, now: Timestamp) -> JudgementRecord {
    JudgementRecord {
        entry: None,
        article: Some(article_record(text, now)),
        relevance: Some(relevance(RelevanceDecision::Keep)),
        rules_version: "r1".to_owned(),
        at: now,
        mentions: vec![JudgedMention {
            mention: mention(0),
            fingerprint: Fingerprint::new(format!("f-{id}")),
            verdict: Some(verdict(id, 0)),
            told: AlertLevel::Push,
            lowered_by: None,
        }],
        instruments: vec![instrument()],
        commitments: vec![commitment(id, "Vietnam and the UK sign a memorandum")],
        messages: vec![NewMessage {
            commitment: Some(CommitmentId::new(id)),
            ..held("desk", &format!("{id}:new:signed"), now)
        }],
    }
}

pub fn digest(from: i64, to: i64, now: Timestamp) -> DigestRecord {
    DigestRecord {
        recipient: "desk".to_owned(),
        channel: "mail".to_owned(),
        from: VerdictId(from),
        to: VerdictId(to),
        period: (now - SignedDuration::from_hours(24), now),
        message: Some(rendered("desk", &format!("digest:{now}"), now)),
        absorbs: Vec::new(),
        at: now,
    }
}
