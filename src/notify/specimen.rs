//! Specimens of everything that a message can hold: they prove templates at start, and show an operator who has
//! changed one what her readers will see. The commitments in them are invented.

use jiff::{SignedDuration, Timestamp};

use super::facts::{
    AlertFacts, AlertItem, AlsoReported, ArticleFacts, ArticleLine, Candidate, Coverage,
    DigestFacts, DigestWindow, DueLine, FailingSource, Gist, Reader, RestatedLine,
};
use super::names::Names;
use super::notice::NoticeFacts;
use crate::model::{
    AlertLevel, Anchor, ArticleId, Assertion, Check, Commitment, CommitmentId, DateBasis, Framing,
    Kind, Language, Mention, Modality, Outcome, PartialDate, Party, Polarity, Quote, Rejected,
    Role, Scope, SourceDate, Span, Stage, StageChange, Trust, Verdict, VerdictId, Why,
};

/// 21 November 2026, 08:30 UTC: fixed, so that a specimen never changes.
const MOMENT: Timestamp = Timestamp::constant(1_795_249_800, 0);

/// Who acts in the specimens.
pub const ACTOR: &str = "UK.HO";

/// Names of the ids in the specimens.
pub fn names() -> Names {
    Names::new(
        [
            ("VN", "Vietnam"),
            ("UK", "United Kingdom"),
            ("VN.MPS", "Ministry of Public Security (Vietnam)"),
            ("UK.HO", "Home Office (UK)"),
        ]
        .map(|(id, name)| (id.to_owned(), name.to_owned())),
    )
}

fn day(text: &str) -> Option<PartialDate> {
    text.parse().ok()
}

fn mention(language: Language) -> Mention {
    let (text, action) = match language {
        Language::En => (
            "The Home Office will pay £1.5 million for a reception centre in Nghe An by June 2027, \
             once the site is approved.",
            "pay £1.5 million for a reception centre in Nghe An",
        ),
        Language::Vi => (
            "Bộ Nội vụ Anh sẽ tài trợ 1,5 triệu bảng cho một trung tâm tiếp nhận tại Nghệ An trước tháng \
             6/2027, sau khi địa điểm được phê duyệt.",
            "tài trợ 1,5 triệu bảng cho một trung tâm tiếp nhận tại Nghệ An",
        ),
    };
    Mention {
        ordinal: 0,
        kind: Kind::Resource,
        stage: Stage::Pledged,
        modality: Modality::UnilateralCommissive,
        strength: 3,
        framing: Framing::News,
        polarity: Polarity::Do,
        assertion: Assertion::Asserted,
        parties: vec![
            Party { id: "UK.HO".into(), role: Role::Committer },
            Party { id: "VN".into(), role: Role::Beneficiary },
        ],
        speaker: Some("Minister of State".into()),
        attribution: vec!["Home Office".into()],
        instrument: None,
        topics: vec!["returns".into()],
        concepts: vec!["reception_centre".into()],
        anchors: vec![
            Anchor { kind: "amount".into(), value: "GBP 1500000".into() },
            Anchor { kind: "place".into(), value: "VN.NGHE_AN".into() },
        ],
        action: {
            let at = text.find(action).unwrap_or_default();
            Quote { text: action.into(), span: Span::new(at, at + action.len()) }
        },
        trigger: None,
        quote: Quote { text: text.into(), span: Span::new(0, text.len()) },
        event_date: day("2026-11-20"),
        due: day("2027-06"),
        condition: Some(
            match language {
                Language::En => "once the site is approved",
                Language::Vi => "sau khi địa điểm được phê duyệt",
            }
            .into(),
        ),
        specificity: 3,
        confidence: 0.9,
        scope: Scope::Core,
        list_group: None,
        headline_only: false,
        duplicate: false,
        gist: "The Home Office will pay GBP 1.5 million for a reception centre in Nghe An.".into(),
        reasons: Vec::new(),
    }
}

fn commitment(mention: &Mention) -> Commitment {
    Commitment {
        id: CommitmentId::new("c-0123456789"),
        kind: mention.kind,
        polarity: mention.polarity,
        scope: mention.scope,
        parties: vec!["UK.HO".into(), "VN".into()],
        instrument: None,
        instrument_role: None,
        topics: mention.topics.clone(),
        concepts: mention.concepts.clone(),
        anchors: mention.anchors.clone(),
        words: Vec::new(),
        stage: mention.stage,
        lateral: None,
        stage_date: mention.event_date,
        history: vec![
            StageChange { stage: Stage::Considered, event_date: day("2026-03"), article: None },
            StageChange { stage: mention.stage, event_date: mention.event_date, article: None },
        ],
        first_seen: day("2026-03"),
        last_seen: day("2026-11-20"),
        due: mention.due,
        sources: 2,
        maybe_same_as: None,
        silent_origin: false,
        contested: true,
        unconfirmed: false,
        rumoured_by: None,
        merged_into: None,
        split_from: None,
        dismissed: None,
        muted: false,
        set: Vec::new(),
        beneficiaries: Vec::new(),
        gist: mention.gist.clone(),
        quote: mention.quote.text.clone(),
        founded_by: None,
    }
}

/// One item: of an article in `language`, with the given verdict.
pub fn item(language: Language, outcome: Outcome, level: AlertLevel) -> AlertItem {
    let mention = mention(language);
    let before = matches!(outcome, Outcome::Advanced | Outcome::Regressed);
    let published = day("2026-11-20").map(|date| SourceDate {
        date,
        at: Some(MOMENT - SignedDuration::from_hours(20)),
        basis: DateBasis::Feed,
    });
    AlertItem {
        verdict: Verdict {
            mention: 0,
            outcome,
            commitment: Some(CommitmentId::new("c-0123456789")),
            stage_before: before.then_some(Stage::Considered),
            stage_after: Some(mention.stage),
            level,
            because: vec![
                Check {
                    test: "words".into(),
                    value: "returns, reception".into(),
                    score: Some(0.31),
                    min: Some(0.55),
                    ok: false,
                },
                Check {
                    test: "policy".into(),
                    value: "a sum of money: push".into(),
                    score: None,
                    min: None,
                    ok: true,
                },
            ],
            nearest_rejected: Some(Rejected {
                commitment: CommitmentId::new("c-abcdefghij"),
                gist: "The Home Office will train 200 border officers.".into(),
                failed: "words 0.12: nothing telling in common".into(),
            }),
            sentence: "No entry of the ledger speaks of money for a reception centre.".into(),
        },
        commitment: commitment(&mention),
        mention,
        neighbour: Some(
            match language {
                Language::En => "The centre would receive up to 300 people a year.",
                Language::Vi => "Trung tâm dự kiến tiếp nhận tối đa 300 người mỗi năm.",
            }
            .into(),
        ),
        nearest: Some(gist()),
        instrument_name: None,
        candidate: (outcome == Outcome::Unsure).then(|| Candidate {
            commitment: CommitmentId::new("c-klmnopqrst"),
            gist: "The Home Office considers money for reception centres.".into(),
            stage: Stage::Considered,
            first_seen: day("2026-03"),
            about: Some(Gist {
                quote: "The Home Office considers money for reception centres.".to_owned(),
                stage: Stage::Considered,
                kind: Kind::Resource,
                ..gist()
            }),
        }),
        article: ArticleFacts {
            id: ArticleId(17),
            title: match language {
                Language::En => "UK to fund reception centre in Nghe An",
                Language::Vi => "Anh tài trợ trung tâm tiếp nhận tại Nghệ An",
            }
            .into(),
            url: Some("https://news.example/2026/11/20/reception-centre".into()),
            source_name: "Example News".into(),
            trust: Trust::Normal,
            published,
            first_seen: MOMENT - SignedDuration::from_hours(1),
            language: Some(language),
            why_kept: Some(Why::SamePassage {
                words: ["Vietnam", "UK", "returns"].map(str::to_owned).to_vec(),
            }),
        },
        also_reported: vec![AlsoReported {
            source_name: "Another Outlet".into(),
            title: "Money for returnees".into(),
            url: Some("https://other.example/returnees".into()),
            language: Some(Language::En),
            published,
        }],
    }
}

/// An alert with everything in it.
pub fn alert(language: Language) -> AlertFacts {
    alerts(language).swap_remove(0)
}

/// A digest with every group.
pub fn digest(language: Language) -> DigestFacts {
    digests(language).swap_remove(0)
}

/// Alerts with everything, and with as little as can be.
pub fn alerts(language: Language) -> Vec<AlertFacts> {
    let reader = Reader {
        name: "Reader".into(),
        zone: match language {
            Language::En => "Europe/London",
            Language::Vi => "Asia/Ho_Chi_Minh",
        }
        .into(),
        language,
        ..Reader::default()
    };
    let full = item(language, Outcome::New, AlertLevel::Push);
    let mut bare = item(language, Outcome::Advanced, AlertLevel::Push);
    bare.neighbour = None;
    bare.also_reported.clear();
    bare.verdict.nearest_rejected = None;
    bare.verdict.because.clear();
    bare.article.url = None;
    bare.article.published = None;
    bare.article.language = None;
    bare.article.why_kept = None;
    bare.mention.gist.clear();
    bare.commitment.gist.clear();
    bare.mention.quote.span = Span::new(500, 600);
    let facts = |items: Vec<AlertItem>| AlertFacts {
        reader: reader.clone(),
        generated_at: MOMENT,
        items,
        follows: None,
        gathered: None,
    };
    let mut update = facts(vec![item(language, Outcome::Advanced, AlertLevel::Push)]);
    let first = match language {
        Language::En => "[VN-UK] New: UK may pay for a reception centre (Example News)",
        Language::Vi => "[VN-UK] Mới: Anh xem xét tài trợ một trung tâm (Example News)",
    };
    update.follows = Some(first.to_owned());
    vec![facts(vec![full.clone()]), facts(vec![bare.clone()]), facts(vec![full, bare]), update]
}

fn gist() -> Gist {
    Gist {
        english: "The Home Office will train 200 border officers.".to_owned(),
        kind: Kind::Capacity,
        parties: vec!["UK.HO".to_owned()],
        instrument: None,
        quote: "The Home Office will train 200 border officers.".to_owned(),
        stage: Stage::Pledged,
    }
}

/// Digests with every group, and with nothing.
pub fn digests(language: Language) -> Vec<DigestFacts> {
    let reader = alerts(language).swap_remove(0).reader;
    let gist = gist();
    let line = |title: &str, why: Why| ArticleLine {
        id: Some(ArticleId(18)),
        title: title.into(),
        url: Some("https://news.example/visas".into()),
        source_name: "Example News".into(),
        language: Some(Language::En),
        published: None,
        why: Some(why),
    };
    let empty = DigestFacts {
        reader,
        generated_at: MOMENT,
        window: DigestWindow {
            start: MOMENT - SignedDuration::from_hours(24),
            end: MOMENT,
            from: VerdictId(100),
            to: VerdictId(160),
        },
        coverage: Coverage { read: 48, total: 48, articles: 60, ..Coverage::default() },
        items: Vec::new(),
        restated: Vec::new(),
        due: Vec::new(),
        relevant: Vec::new(),
        near_misses: Vec::new(),
    };
    let mut full = empty.clone();
    full.coverage.read = 46;
    full.coverage.failing = vec![FailingSource {
        name: "Example Daily".into(),
        since: MOMENT - SignedDuration::from_hours(60),
        reason: "connection refused".into(),
    }];
    full.coverage.gaps = vec!["Example Wire".into()];
    full.items = vec![
        item(Language::En, Outcome::Advanced, AlertLevel::Push),
        item(Language::Vi, Outcome::New, AlertLevel::Push),
        item(Language::Vi, Outcome::New, AlertLevel::Watch),
        item(Language::En, Outcome::Unsure, AlertLevel::Watch),
    ];
    full.restated = vec![RestatedLine {
        commitment: CommitmentId::new("c-abcdefghij"),
        gist: gist.clone(),
        stage: Stage::Agreed,
        first_seen: day("2026-10-03"),
        sources: vec!["Example News".into(), "Another Outlet".into()],
        title: "Border officers to be trained, London says again".into(),
        language: Some(Language::En),
        url: Some("https://news.example/officers".into()),
    }];
    full.due = vec![DueLine {
        commitment: CommitmentId::new("c-abcdefghij"),
        gist,
        stage: Stage::Agreed,
        due: PartialDate::Month(2026, 11),
        overdue: false,
        fresh: true,
    }];
    let words = ["Vietnam", "UK", "visas"].map(str::to_owned).to_vec();
    full.relevant = vec![line("Visas for students", Why::OneStory { words })];
    let faint = Why::Faint { facets: vec!["migration".into()], near: true, mistaken: None };
    full.near_misses = vec![line("A trade fair in London", faint)];
    vec![full, empty]
}

/// A notice, and a test.
pub fn notices(language: Language) -> Vec<NoticeFacts> {
    let reader = alerts(language).swap_remove(0).reader;
    let notice = NoticeFacts {
        reader: reader.clone(),
        generated_at: MOMENT,
        title: "Example Daily has been unreachable for three days".into(),
        paragraphs: vec!["connection refused since 18 November".into()],
    };
    vec![notice, NoticeFacts::test(reader, MOMENT)]
}
