//! Texts that no editor would print, from raw text to verdicts: each is judged or clearly refused, never a panic.
//! That cost grows with length alone is measured by `cargo bench --bench speed -- hostile`; here it must only end.

use jiff::Timestamp;
use pledgewatch::ledger::{ArticleFacts, Ledger};
use pledgewatch::model::{
    Article, ArticleId, DateBasis, Language, Mention, Outcome, PartialDate, RelevanceDecision,
    SourceDate, Trust, Verdict,
};
use pledgewatch::pipeline::reading::{self, Reading};

use crate::TOPIC;
use crate::program::Program;

/// A sentence that is a commitment wherever it stands.
const PLEDGE: &str = "Vietnam and the UK agreed to set up a joint hotline for victims of human trafficking by June 2026.";
const PLEDGE_VI: &str = "Việt Nam và Anh thống nhất thiết lập đường dây nóng chung hỗ trợ nạn nhân mua bán người trong năm 2026.";

fn article(title: &str, text: impl Into<String>, date: Option<&str>) -> Article {
    let date = date.map(|date| date.parse().unwrap());
    Article {
        title: title.to_owned(),
        text: text.into(),
        url: None,
        canonical_url: None,
        published: date.map(|date| SourceDate { date, at: None, basis: DateBasis::Feed }),
        byline: None,
        language: None,
        confidence: None,
    }
}

/// Reads and judges; holds every mention to its quote.
fn judged(article: Article) -> (Reading, Vec<Verdict>) {
    let reading = reading::read(article, &TOPIC);
    let raw = &reading.document.raw;
    for mention in &reading.mentions {
        for quote in [Some(&mention.quote), Some(&mention.action), mention.trigger.as_ref()] {
            assert!(quote.is_none_or(|quote| raw[quote.span.range()] == quote.text), "{mention:?}");
        }
    }
    let facts = ArticleFacts {
        id: ArticleId(1),
        source_date: reading.article.published.map(|published| published.date),
        arrival: "2026-11-20T00:00:00Z".parse::<Timestamp>().unwrap(),
        text_hash: "hash".to_owned(),
        language: reading.article.language,
        outlet: None,
        trust: Trust::Normal,
        copy: false,
    };
    let judgement = Ledger::new(&TOPIC).judge(&facts, &reading.mentions, &TOPIC);
    assert_eq!(judgement.verdicts.len(), reading.mentions.len());
    (reading, judgement.verdicts)
}

fn text_judged(text: impl Into<String>) -> Vec<Mention> {
    judged(article("Vietnam and the UK agree on human trafficking", text, Some("2026-05-04")))
        .0
        .mentions
}

#[test]
fn a_commitment_is_found_behind_nested_quotes_and_brackets() {
    for open in ["\"", "“", "(", "[", "«", "‘", "\u{201c}(", "<", "{"] {
        let raw = format!("{PLEDGE}\n\n{}\n\n{PLEDGE_VI}", open.repeat(100_000));
        assert!(text_judged(raw).len() >= 2, "{open}");
    }
    let nested = format!("{}{PLEDGE}{}", "(\"".repeat(50_000), "\")".repeat(50_000));
    text_judged(nested);
}

#[test]
fn punctuation_alone_says_nothing() {
    for signs in [
        "…", ".", "?!", "./.", ";:", ", ", "- ", "\"' ", "،؛", "。", "\u{200b}", "\u{301}", "&;",
        "\n.\n",
    ] {
        let (reading, verdicts) = judged(article("", signs.repeat(50_000), None));
        assert_eq!(reading.relevance.decision, RelevanceDecision::Reject, "{signs:?}");
        assert!(verdicts.is_empty());
    }
}

#[test]
fn one_word_for_ever_is_read_to_its_end() {
    for word in [
        "will ",
        "agreed to ",
        "sẽ ",
        "thống nhất ",
        "Home Office ",
        "memorandum of understanding ",
        "said ",
        "and ",
        "Anh ",
        "signed the agreement on ",
        "not ",
        "Mr Nam ",
        "2026 ",
        "We \"",
        "đề nghị; ",
        "Vietnam UK trafficking ",
    ] {
        let raw = format!("{PLEDGE}\n\n{}", word.repeat(12_000 / word.len()));
        assert!(!text_judged(raw).is_empty(), "{word}");
    }
}

#[test]
fn a_text_in_another_language_is_told_apart_and_never_judged_as_ours() {
    for text in [
        "Le Vietnam et le Royaume-Uni ont convenu de lutter ensemble contre la traite des êtres humains et l'immigration clandestine. Les deux ministres ont signé un accord à Hanoï.",
        "Vietnam und Großbritannien haben vereinbart, gemeinsam gegen Menschenhandel und illegale Einwanderung vorzugehen. Die Minister unterzeichneten ein Abkommen.",
        "Вьетнам и Великобритания договорились вместе бороться с торговлей людьми. Министры подписали меморандум о взаимопонимании в Ханое.",
        "越南和英国同意共同打击人口贩运。两国部长在河内签署了谅解备忘录。",
        "اتفقت فيتنام والمملكة المتحدة على مكافحة الاتجار بالبشر معا.",
    ] {
        let (reading, _) = judged(article("", text, Some("2026-05-04")));
        assert_eq!(reading.document.language, None, "{text}");
        assert!(reading.mentions.is_empty(), "{text}");
    }
}

#[test]
fn mixed_scripts_hide_neither_language_nor_commitment() {
    let raw = format!("河内 Ханой हनोई\n\n{PLEDGE} 👩‍👩‍👧 العربية\n\n{PLEDGE_VI}\n\nٱلسَّلَامُ 한국어");
    let found = text_judged(raw);
    let quotes: Vec<&str> = found.iter().map(|mention| mention.quote.text.as_str()).collect();
    assert!(quotes.iter().any(|quote| quote.contains("hotline")), "{quotes:?}");
    assert!(quotes.iter().any(|quote| quote.contains("đường dây nóng")), "{quotes:?}");
}

#[test]
fn an_article_without_title_or_date_is_judged_all_the_same() {
    let (reading, verdicts) = judged(article("", format!("{PLEDGE} {PLEDGE}"), None));
    assert_eq!(reading.relevance.decision, RelevanceDecision::Keep);
    assert!(verdicts.iter().any(|verdict| verdict.outcome == Outcome::New), "{verdicts:?}");
    let (reading, verdicts) = judged(article("", "", None));
    assert_eq!((reading.relevance.decision, verdicts.len()), (RelevanceDecision::Reject, 0));
}

#[test]
fn a_date_far_away_is_taken_as_it_stands() {
    for date in ["1970-01-01", "1970", "2041-12-31", "2041", "0001", "9999-12-31"] {
        let raw = format!(
            "{PLEDGE} On March 3 the Home Secretary signed a memorandum of understanding on returns with Vietnam, and on Friday both ministers will meet again next month."
        );
        let (reading, verdicts) = judged(article("Vietnam and UK agree", raw, Some(date)));
        assert_eq!(reading.article.published.unwrap().date, date.parse::<PartialDate>().unwrap());
        assert!(!verdicts.is_empty(), "{date}");
    }
}

#[test]
fn a_person_whom_no_table_knows_is_no_reason_to_fail() {
    let raw = "British Home Secretary Zebedee Quillfeather told Vietnamese Minister of Public Security Ưng Hoành Bạo that the UK will fund two shelters for victims of human trafficking in Nghe An. Quillfeather and Bao agreed to share passenger data. He thanked him.";
    let (reading, verdicts) = judged(article("Ministers meet", raw, Some("2026-05-04")));
    assert_eq!(reading.document.language, Some(Language::En));
    assert!(!verdicts.is_empty());
}

#[test]
fn half_a_character_in_a_json_feed_costs_that_character_only() {
    let context = pledgewatch::feed::FeedContext {
        charset: None,
        base_url: "https://bao.example/feed",
        language: None,
        date_zone: None,
        kind: &pledgewatch::model::SourceKind::Feed,
        fetched_at: "2026-08-23T10:00:00Z".parse().unwrap(),
    };
    let json = r#"{"version":"https://jsonfeed.org/version/1.1","items":[
        {"id":"1","title":"Hai nước ký kế hoạch \ud83d"},{"id":"2","title":"\ude00 \ud83d\ude00 ok"}]}"#;
    let parsed = pledgewatch::feed::read(json.as_bytes(), &context).unwrap();
    let titles: Vec<&str> = parsed.entries.iter().map(|entry| entry.title.as_str()).collect();
    assert_eq!(titles, ["Hai nước ký kế hoạch \u{fffd}", "\u{fffd} \u{1f600} ok"]);
}

#[test]
fn half_a_character_in_a_pages_own_data_does_not_hide_its_date() {
    let page = format!(
        "<html><head><script type=\"application/ld+json\">{{\"@type\":\"NewsArticle\",\"headline\":\"Hotline \\ud83d\",\
         \"datePublished\":\"2026-05-04T08:00:00+07:00\"}}</script></head><body><article><h1>Hotline</h1><p>{PLEDGE}</p>\
         <p>{PLEDGE_VI}</p></article></body></html>"
    );
    let program = Program::bare();
    let path = program.write("page.html", page);
    let report = &program.run(&["ingest", "--json", path.to_str().unwrap()]).done().json()[0];
    assert_eq!(report["published"], "2026-05-04");
    assert_eq!(report["kept"], true);
    let json = program.write("text.json", r#"{"title":"\ud83d","text":"\ude00 Vietnam"}"#);
    program.run(&["ingest", "--json", json.to_str().unwrap()]).done();
}
