//! The text room on whole articles: what normalising, cutting and splitting must never do, whatever the input.

use std::path::Path;
use std::sync::LazyLock;

use proptest::prelude::*;

use pledgewatch::model::{Language, Span};
use pledgewatch::text::{
    BlockKind, Case, Document, Lexicon, Pattern, Shingles, Words, analyse, body_hash,
};

use crate::TOPIC;

static WORDS: LazyLock<&Words> = LazyLock::new(|| &TOPIC.words);

fn read(raw: &str) -> Document {
    analyse(raw, &WORDS)
}

fn whole(document: &Document) -> Span {
    Span::new(0, document.norm.text.len())
}

fn sentences(document: &Document) -> Vec<&str> {
    document.sentences.iter().map(|sentence| &document.norm.text[sentence.span.range()]).collect()
}

/// Everything that must hold for every text.
fn check_maps(document: &Document) {
    let norm = &document.norm;
    assert_eq!(norm.text.len(), norm.fold.len());
    let mut last = 0;
    let mut places: Vec<usize> = norm.text.char_indices().map(|(at, _)| at).collect();
    places.push(norm.text.len());
    for pair in places.windows(2) {
        let raw = norm.to_raw(Span::new(pair[0], pair[1]));
        assert!(raw.start >= last, "the map falls at {}", pair[0]);
        assert!(document.raw.get(raw.range()).is_some(), "{raw:?} cuts a character");
        last = raw.start;
    }
    for block in &document.blocks {
        assert!(norm.text.get(block.span.range()).is_some_and(|text| text.trim() == text));
    }
    for sentence in &document.sentences {
        assert!(document.blocks[sentence.block].span.contains(sentence.span));
        assert!(!document.quote(sentence.span).text.is_empty());
    }
    assert!(document.sentences.windows(2).all(|pair| pair[0].span.end <= pair[1].span.start));
}

#[test]
fn titles_stamps_captions_and_furniture_are_told_from_running_text() {
    let document = read(
        "Two ministries open a hotline\n\n10:05 - 12/06/2026\n\nThe two ministries opened a hotline on Tuesday. It will be staffed at night.\nImg 2204\nOfficers at the opening.\n\nAdvertisement\n\nRead more: Five things about hotlines\n\nThe first call came at nine.\n\nSource: VNA",
    );
    let kinds: Vec<BlockKind> = document.blocks.iter().map(|block| block.kind).collect();
    assert_eq!(
        kinds,
        [
            BlockKind::Title,
            BlockKind::Meta,
            BlockKind::Body,
            BlockKind::Junk,
            BlockKind::Caption,
            BlockKind::Junk,
            BlockKind::Related,
            BlockKind::Body,
            BlockKind::Byline
        ]
    );
}

#[test]
fn a_caption_glued_to_the_lead_and_a_crawlers_date_are_cut_off() {
    let document = read(
        " date 2026-03-04 Officers finish their course\nAt the ceremony (Photo: VNA)Hanoi (VNA) - Forty officers finished a course on Monday.",
    );
    assert_eq!(
        sentences(&document),
        [
            "date 2026-03-04",
            "Officers finish their course",
            "At the ceremony (Photo: VNA)",
            "Hanoi (VNA) - Forty officers finished a course on Monday."
        ]
    );
    assert_eq!(document.quote(document.sentences[2].span).text, "At the ceremony (Photo: VNA)");
}

#[test]
fn abbreviations_of_both_languages_end_no_sentence() {
    assert_eq!(sentences(&read("Deputy Minister Sen. Lt. Gen. Tran Van Ba met Mr. Smith of the U.K. Home Office. They agreed.")).len(), 2);
    assert_eq!(
        sentences(&read("PGS. TS. Nguyễn Văn Ba làm việc tại TP. Hồ Chí Minh. Ông đồng ý.")).len(),
        2
    );
    assert_eq!(sentences(&read("The story ends here./.Another begins at once.")).len(), 2);
    assert_eq!(
        sentences(&read(
            "They discussed crime prevention and control. human trafficking was named."
        ))
        .len(),
        1
    );
}

#[test]
fn a_name_broken_by_translation_is_a_soft_boundary() {
    let document = read(
        "They will implement the Memorandum of Understanding. Remember to cooperate on fighting crime. They met on Monday.",
    );
    let soft: Vec<bool> = document.sentences.iter().map(|sentence| sentence.soft_start).collect();
    assert_eq!(soft, [false, true, false]);
}

#[test]
fn a_body_printed_twice_is_marked_and_has_the_same_hash() {
    let body = "The two sides agreed to open an office in the spring.\n\nIt will have a staff of twelve, the minister told reporters.";
    let (once, twice) = (read(body), read(&format!("{body}\n\n{body}")));
    let copies: Vec<Option<usize>> =
        twice.sentences.iter().map(|sentence| sentence.duplicate_of).collect();
    assert_eq!(copies, [None, None, Some(0), Some(1)]);
    assert_eq!(body_hash(&once), body_hash(&twice));
    assert_ne!(
        body_hash(&once),
        body_hash(&read("The two sides did not agree to open an office."))
    );
}

#[test]
fn a_shortened_copy_is_contained_in_its_source() {
    let source = "The two sides agreed to open an office in the spring. It will have a staff of twelve and a telephone that is answered at night. The minister thanked his guest for the chairs.";
    let copy = "The two sides agreed to open an office in the spring. It will have a staff of twelve and a telephone that is answered at night.";
    let other = "A bridge over the river was closed on Sunday after a boat had struck one of its pillars in the fog.";
    let shingles = |text: &str| Shingles::of(&read(text));
    assert!(shingles(source).containment(&shingles(copy)) > 0.95);
    assert!(shingles(source).containment(&shingles(other)) < 0.05);
}

#[test]
fn one_text_in_two_unicode_forms_reads_the_same() {
    use unicode_normalization::UnicodeNormalization;
    let composed =
        "Bộ trưởng Tô Lâm đề nghị phía Anh sớm ký hiệp định. Hai bên nhất trí lập tổ công tác.";
    let decomposed: String = composed.nfd().collect();
    let (left, right) = (read(composed), read(&decomposed));
    assert_eq!(left.norm.text, right.norm.text);
    assert_eq!(left.sentences, right.sentences);
    assert_eq!(
        right.quote(right.sentences[0].span).text.nfc().collect::<String>(),
        "Bộ trưởng Tô Lâm đề nghị phía Anh sớm ký hiệp định."
    );
}

#[test]
fn dirt_is_repaired_and_the_quote_stays_verbatim() {
    for (raw, clean) in [
        (
            "Ðại sứ quán tại Luân Ðôn cho biết hoà bình",
            "Đại sứ quán tại Luân Đôn cho biết hòa bình",
        ),
        ("ng\u{200b}ười Vi&ecirc;̣t tại&nbsp;Anh", "người Việt tại Anh"),
        ("“Họ ký” – ông nói…", "\"Họ ký\" - ông nói…"),
        ("phòngchống mua bán người trong 60ngày", "phòng chống mua bán người trong 60 ngày"),
        ("bị b.uôn sang", "bị buôn sang"),
        (
            "The two sides agreedto boost lawenforcement, DirectorGeneral Jones of the UKHome Office said",
            "The two sides agreed to boost law enforcement, Director General Jones of the UK Home Office said",
        ),
        (
            "They met at the 2ndVietnam dialogue,which was held in Hanoi",
            "They met at the 2nd Vietnam dialogue, which was held in Hanoi",
        ),
        ("<p>They &lt;b&gt;agreed&lt;/b&gt; &amp;amp; left</p>", "They agreed & left"),
    ] {
        let document = read(raw);
        assert_eq!(document.norm.text, clean);
        check_maps(&document);
    }
    let raw = "They agreedto&nbsp;act.";
    let document = read(raw);
    let at = document.norm.text.find("agreed").unwrap();
    assert_eq!(document.quote(Span::new(at, at + "agreed to act".len())).text, "agreedto&nbsp;act");
}

#[test]
fn ordinary_words_names_and_numbers_are_not_cut() {
    for text in [
        "Another European island online today, without passport or newspaper, said Washington.",
        "McDonald of TikTok met Brighton and Weston councillors at GOV.UK on the M25 at 10am for 1,000 visas.",
        "Ông Hoàng ở quận 7 nói về iPhone, ASEAN và G20 trong giai đoạn 2021-2025.",
    ] {
        assert_eq!(read(text).norm.text, text);
    }
}

#[test]
fn the_language_is_told_also_without_tone_marks_and_for_neither() {
    let language = |text: &str| {
        let document = read(text);
        (document.language, document.unmarked)
    };
    assert_eq!(
        language("The two sides agreed to meet again in the spring."),
        (Some(Language::En), false)
    );
    assert_eq!(
        language("Hai bên nhất trí gặp lại nhau vào mùa xuân."),
        (Some(Language::Vi), false)
    );
    assert_eq!(
        language("Hai ben thong nhat gap lai nhau vao thang 3, phia Viet Nam cho biet."),
        (Some(Language::Vi), true)
    );
    assert_eq!(
        language("Les deux parties sont convenues de se revoir au printemps prochain.").0,
        None
    );
    assert_eq!(
        language("Kedua pihak sepakat untuk bertemu lagi pada musim semi mendatang.").0,
        None
    );
    assert_eq!(language("双方同意春天再次会面。").0, None);
}

#[test]
fn patterns_match_whole_words_overlap_and_find_names_without_marks() {
    let pattern = |text: &str, language, case, bare| Pattern {
        text: text.into(),
        language,
        case,
        bare,
        payload: text.to_owned(),
    };
    let lexicon = Lexicon::new(vec![
        pattern("bản ghi nhớ", Some(Language::Vi), Case::Any, false),
        pattern("ghi nhớ", Some(Language::Vi), Case::Any, false),
        pattern("Tô Lâm", None, Case::Capital, true),
        pattern("UK", None, Case::Exact, false),
    ])
    .unwrap();
    let kept: Vec<_> = lexicon.patterns().map(|kept| (kept.text, kept.payload.as_str())).collect();
    assert_eq!(kept, ["bản ghi nhớ", "ghi nhớ", "Tô Lâm", "UK"].map(|text| (text, text)));
    let found = |text: &str, longest: bool| -> Vec<String> {
        let document = read(text);
        let hits = if longest {
            lexicon.longest(&document, whole(&document))
        } else {
            lexicon.all(&document, whole(&document))
        };
        hits.iter().map(|hit| document.norm.text[hit.span.range()].to_owned()).collect()
    };
    assert_eq!(found("Hai bên ký Bản ghi nhớ.", false), ["Bản ghi nhớ", "ghi nhớ"]);
    assert_eq!(found("Hai bên ký Bản ghi nhớ.", true), ["Bản ghi nhớ"]);
    assert_eq!(
        found("General To Lam met General Tô Lâm; to lam is no name.", true),
        ["To Lam", "Tô Lâm"]
    );
    assert_eq!(found("The UK and the uk, Dukes and UKIP.", true), ["UK"]);
    // Without tone marks the Vietnamese patterns match too, but only in a text that has none at all.
    assert_eq!(
        found("Hai ben thong nhat ky ban ghi nho trong thang nay tai Ha Noi.", true),
        ["ban ghi nho"]
    );
    assert!(
        found("Hai bên ký ban ghi nho trong tháng này tại thủ đô Hà Nội nước ta.", true).is_empty()
    );
}

#[test]
fn hostile_texts_are_read_in_linear_time() {
    for raw in [
        "a".repeat(2_000_000),
        "(".repeat(100_000),
        ")".repeat(100_000),
        "<a".repeat(100_000),
        "&lt;a".repeat(100_000),
        "&amp;".repeat(100_000),
        "A. ".repeat(100_000),
        "a.B".repeat(100_000),
        "aB".repeat(100_000),
        "e\u{301}\u{323}".repeat(50_000),
        format!("e{}", "\u{301}".repeat(200_000)),
        "Anh, Việt Nam và Anh ".repeat(20_000),
        "./.".repeat(100_000),
        "\n\r\n ".repeat(50_000),
        "ngày 1/1/2024 ".repeat(5_000),
    ] {
        let document = read(&raw);
        assert_eq!(document.norm.text.len(), document.norm.fold.len());
    }
}

#[test]
fn no_blank_is_put_between_a_sign_and_the_mark_that_stands_on_it() {
    for raw in [
        "one;\u{7a7}two",
        "one;\u{7a7}sss;.\u{177b}i\n.\u{1edd}i",
        "(one)\u{301}Two",
        "one.\u{323}Two",
    ] {
        let document = read(raw);
        check_maps(&document);
        assert!(!document.norm.text.contains([' ']), "{:?}", document.norm.text);
    }
}

#[test]
fn seed_articles_map_back_to_their_raw_text() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/seeds");
    let Ok(files) = std::fs::read_dir(folder) else { return };
    for file in files {
        check_maps(&read(&std::fs::read_to_string(file.unwrap().path()).unwrap()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_text_is_read_without_panic_and_maps_back(raw in "(?s).{0,300}") {
        check_maps(&read(&raw));
    }

    #[test]
    fn dirty_vietnamese_and_markup_map_back(
        raw in "([aáàạâấăđơợưừuoi]|[bcdghklmnprstvx]|[A-ZĐÐ]|[ .,;:!?()\"'\n\r\t…–\u{a0}\u{ad}\u{200b}\u{301}\u{323}]|&amp;|&lt;p&gt;|<br>|&#7879;|[0-9/]){0,80}"
    ) {
        check_maps(&read(&raw));
    }
}
