//! Commitments in sentences of both languages: what is found, how it is read, and what is left alone.

use pledgewatch::commitments::extract;
use pledgewatch::model::{
    Assertion, Framing, InstrumentType, Kind, Mention, Modality, Polarity, Role, Stage,
};
use pledgewatch::text::analyse;

use crate::TOPIC;

fn read_on(text: &str, date: Option<&str>) -> Vec<Mention> {
    let document = analyse(text, &TOPIC.words);
    extract(&document, &TOPIC, date.map(|date| date.parse().unwrap())).mentions
}

pub(crate) fn read(text: &str) -> Vec<Mention> {
    read_on(text, Some("2026-05-12"))
}

/// The only mention of a text.
pub(crate) fn only(text: &str) -> Mention {
    let mut mentions = read(text);
    let found: Vec<&str> = mentions.iter().map(|mention| mention.action.text.as_str()).collect();
    assert_eq!(mentions.len(), 1, "{text}\n{found:?}");
    mentions.remove(0)
}

pub(crate) fn ids(mention: &Mention, role: Role) -> Vec<&str> {
    let of_role = mention.parties.iter().filter(|party| party.role == role);
    of_role.map(|party| party.id.as_str()).collect()
}

/// The same act told in two languages.
pub(crate) fn both(english: &str, vietnamese: &str) -> [Mention; 2] {
    [only(english), only(vietnamese)]
}

#[test]
fn a_joint_decision_binds_both_sides_in_both_languages() {
    for mention in both(
        "The two sides agreed to share intelligence on lorry routes.",
        "Hai bên thống nhất chia sẻ thông tin tình báo về các tuyến xe tải.",
    ) {
        assert_eq!((mention.kind, mention.stage), (Kind::InfoExchange, Stage::Agreed));
        assert_eq!(mention.modality, Modality::JointCommissive);
        assert_eq!(ids(&mention, Role::Committer).len(), 2);
        assert!(mention.topics.contains(&"info_sharing".to_owned()));
    }
}

#[test]
fn a_list_is_split_by_kind_and_keeps_its_group() {
    let english = read(
        "The two ministries agreed to train airport officers in spotting forged passports; set up a hotline for \
         families; and continue to implement the joint action plan on human trafficking.",
    );
    let vietnamese = read(
        "Hai bộ nhất trí tập huấn cho cán bộ cửa khẩu về nhận diện hộ chiếu giả; lập đường dây nóng cho gia đình \
         nạn nhân; tiếp tục triển khai Kế hoạch hành động chung về phòng, chống mua bán người.",
    );
    for mentions in [english, vietnamese] {
        let kinds: Vec<Kind> = mentions.iter().map(|mention| mention.kind).collect();
        assert_eq!(kinds, [Kind::Capacity, Kind::Mechanism, Kind::InstrumentImplement]);
        assert!(mentions.iter().all(|mention| mention.stage == Stage::Agreed));
        assert!(mentions[0].list_group.is_some());
        assert!(mentions.iter().all(|mention| mention.list_group == mentions[0].list_group));
        assert_eq!(mentions[2].framing, Framing::Reaffirm);
    }
}

#[test]
fn each_text_that_is_carried_out_is_a_mention_of_its_own() {
    let mentions = read(
        "The two sides agreed to continue to carry out the signed documents, especially the MoU on human \
         trafficking prevention and the joint action plan.",
    );
    let named: Vec<InstrumentType> = mentions
        .iter()
        .filter_map(|mention| mention.instrument.as_ref())
        .map(|text| text.kind)
        .collect();
    assert_eq!(named.len(), 3);
    assert!(mentions[0].instrument.as_ref().unwrap().generic);
    assert_eq!(named[1..], [InstrumentType::Mou, InstrumentType::ActionPlan]);
    assert!(mentions.iter().all(|mention| mention.kind == Kind::InstrumentImplement));
}

#[test]
fn one_side_alone_pledges_and_a_wish_to_the_other_side_proposes() {
    for mention in both(
        "The Home Office will fund a third shelter in Quang Tri before March 2027.",
        "Bộ Nội vụ Anh sẽ tài trợ nhà tạm lánh thứ ba tại Quảng Trị trước tháng 3/2027.",
    ) {
        assert_eq!((mention.kind, mention.stage), (Kind::Resource, Stage::Pledged));
        assert_eq!(ids(&mention, Role::Committer), ["UK.HO"]);
        assert_eq!(mention.due, Some("2027-03".parse().unwrap()));
        assert!(mention.anchors.iter().any(|anchor| anchor.value == "VN.QUANG_TRI"));
    }
    for mention in both(
        "The Ministry of Public Security asked the British side to provide a list of wanted smugglers.",
        "Bộ Công an đề nghị phía Anh cung cấp danh sách đối tượng môi giới bị truy nã.",
    ) {
        assert_eq!((mention.kind, mention.stage), (Kind::InfoExchange, Stage::Proposed));
        assert_eq!(ids(&mention, Role::Proposer), ["VN.MPS"]);
        assert!(ids(&mention, Role::Committer).is_empty());
    }
}

#[test]
fn a_proposal_to_sign_is_never_a_signature() {
    for mention in both(
        "The Vietnamese side suggested the two sides soon negotiate and sign an extradition treaty.",
        "Phía Việt Nam đề nghị hai bên sớm đàm phán và ký kết hiệp định dẫn độ.",
    ) {
        assert_eq!((mention.kind, mention.stage), (Kind::InstrumentConclude, Stage::Proposed));
        assert_eq!(mention.strength, 0);
    }
}

#[test]
fn signing_initialling_and_settling_are_told_apart() {
    let stage = |text: &str| {
        let mention = only(text);
        assert_eq!(mention.kind, Kind::InstrumentConclude, "{text}");
        mention.stage
    };
    assert_eq!(stage("Vietnam and the UK signed a protocol on returns on Tuesday."), Stage::Signed);
    assert_eq!(stage("Việt Nam và Anh đã ký nghị định thư về hồi hương."), Stage::Signed);
    assert_eq!(stage("The two sides initialled the protocol on returns."), Stage::Concluded);
    assert_eq!(stage("Hai bên ký tắt nghị định thư về hồi hương."), Stage::Concluded);
    assert_eq!(
        stage("Experts of the two sides are drafting a protocol on returns."),
        Stage::Negotiating
    );
    assert_eq!(
        stage("Chuyên gia hai bên đang soạn thảo nghị định thư về hồi hương."),
        Stage::Negotiating
    );
}

#[test]
fn a_text_signed_long_ago_is_context() {
    for text in [
        "The memorandum of understanding on human trafficking, signed in November 2018, guides the two forces.",
        "Bản ghi nhớ về phòng, chống mua bán người được hai nước ký ngày 21/11/2018 là cơ sở hợp tác.",
    ] {
        let mention = only(text);
        assert_eq!(
            (mention.stage, mention.framing),
            (Stage::Signed, Framing::Background),
            "{text}"
        );
        let text = mention.instrument.unwrap();
        assert_eq!(text.id.unwrap().to_string(), "INS:mou-human-trafficking-2018");
    }
}

#[test]
fn negation_denial_and_refraining_are_three_things() {
    for mention in both(
        "The two sides could not agree on a timetable for returns.",
        "Hai bên chưa thống nhất được lộ trình xử lý hồ sơ hồi hương.",
    ) {
        assert_eq!((mention.assertion, mention.polarity), (Assertion::Negated, Polarity::Do));
    }
    for mention in both(
        "The two sides agreed not to publish the identities of victims.",
        "Hai bên nhất trí không công khai danh tính nạn nhân.",
    ) {
        assert_eq!((mention.assertion, mention.polarity), (Assertion::Asserted, Polarity::Refrain));
        assert_eq!(mention.stage, Stage::Agreed);
    }
    for mention in both(
        "The Home Office denied that return flights had been suspended.",
        "Bộ Nội vụ Anh phủ nhận thông tin đã tạm dừng các chuyến bay hồi hương.",
    ) {
        assert_eq!((mention.assertion, mention.stage), (Assertion::Denied, Stage::Suspended));
    }
}

#[test]
fn a_thing_that_is_lacking_denies_nothing_that_is_joined_to_it() {
    let asserted = |text: &str| only(text).assertion;
    assert_eq!(
        asserted(
            "The two sides spoke of people without papers and agreed to share fingerprints of migrants."
        ),
        Assertion::Asserted
    );
    assert_eq!(
        asserted("The two governments have not met and agreed on a timetable for returns."),
        Assertion::Negated
    );
}

#[test]
fn what_commits_nobody_is_left_alone() {
    for text in [
        "The two sides discussed ways to speed up returns.",
        "Hai bên trao đổi về các giải pháp phòng, chống mua bán người.",
        "Human rights groups urged the Home Office to end charter flights.",
        "Các chuyên gia đề nghị hai nước chia sẻ thông tin sớm hơn.",
        "The visit will help deepen ties between the two countries.",
        "Chuyến thăm sẽ góp phần làm sâu sắc quan hệ hai nước.",
        "The gang promised to bring the family to England.",
        "Đối tượng môi giới cam kết đưa nạn nhân sang Anh an toàn.",
        "British and French ministers agreed to share intelligence on small boats.",
        "He registered his signature at the office; the secretary signed for a parcel.",
        "Người dân đăng ký tham gia lớp học; chữ ký là thật.",
    ] {
        let found: Vec<String> =
            read(text).into_iter().map(|mention| mention.action.text).collect();
        assert!(found.is_empty(), "{text}\n{found:?}");
    }
}

#[test]
fn suspension_and_resumption_are_lateral_moves() {
    for mention in both(
        "The UK has suspended charter flights to Hanoi.",
        "Anh tạm dừng các chuyến bay hồi hương tới Hà Nội.",
    ) {
        assert_eq!((mention.kind, mention.stage), (Kind::Operation, Stage::Suspended));
    }
    let mention = only("Return flights will resume in June, the Home Office announced.");
    assert_eq!((mention.kind, mention.stage), (Kind::Operation, Stage::Pledged));
}

#[test]
fn the_content_of_a_signed_text_is_signed_with_it() {
    let mentions = read(
        "Vietnam and the UK today signed a joint statement on illegal migration.\n\n\
         Under the statement the two governments will:\n\n\
         • exchange fingerprints of people without papers\n\
         • run joint campaigns in coastal provinces\n",
    );
    let stages: Vec<(Kind, Stage)> = mentions.iter().map(|m| (m.kind, m.stage)).collect();
    assert_eq!(
        stages,
        [
            (Kind::InstrumentConclude, Stage::Signed),
            (Kind::InfoExchange, Stage::Signed),
            (Kind::Outreach, Stage::Signed)
        ]
    );
}

#[test]
fn people_are_known_by_the_office_they_were_introduced_with() {
    let mentions = read(
        "Hanoi - Deputy Minister of Public Security Sen. Lt. Gen. Dao Van Kiem received UK Immigration Minister \
         Rowena Thackeray in Hanoi on May 11.\n\n\
         Thackeray said the Home Office is ready to train forensic officers. Kiem asked the British side to share \
         experience in victim identification.",
    );
    let parties: Vec<(Stage, &str)> =
        mentions.iter().map(|mention| (mention.stage, mention.parties[0].id.as_str())).collect();
    assert_eq!(parties.len(), 2, "{mentions:#?}");
    assert_eq!(parties[0], (Stage::Pledged, "UK.HO"));
    assert_eq!(ids(&mentions[1], Role::Proposer), ["VN.MPS"]);
    assert_eq!(ids(&mentions[1], Role::Addressee), ["UK.HO"]);
}

#[test]
fn a_new_text_of_an_old_name_is_not_the_old_one() {
    let mention = only(
        "Vietnam and the UK on May 11 signed a new memorandum of understanding on human trafficking.",
    );
    let text = mention.instrument.unwrap();
    assert!(text.successor && text.id.is_none());
    let mention = only(
        "Vietnam and the UK on May 11 signed a memorandum of understanding on human trafficking.",
    );
    assert_eq!(mention.instrument.unwrap().id, None, "the known one was signed in 2018");
}

#[test]
fn an_edition_of_a_mechanism_has_its_number() {
    for mention in both(
        "The two sides agreed to hold the fifth migration dialogue in London.",
        "Hai bên thống nhất tổ chức Đối thoại Di cư lần thứ năm tại London.",
    ) {
        let text = mention.instrument.unwrap();
        assert_eq!((text.kind, text.edition), (InstrumentType::Mechanism, Some(5)));
        assert_eq!(text.id.unwrap().to_string(), "MEC:vn-uk-migration-dialogue#5");
    }
}

#[test]
fn quotes_are_verbatim_and_copies_are_marked() {
    let sentence = "The two sides agreed to exchange  information on forgedvisas.";
    let text = format!("{sentence}\n\nA spokesman left early.\n\n{sentence}\n");
    let mentions = read(&text);
    for mention in &mentions {
        for quote in [Some(&mention.quote), Some(&mention.action), mention.trigger.as_ref()]
            .into_iter()
            .flatten()
        {
            assert_eq!(quote.text, &text[quote.span.range()]);
        }
    }
    assert_eq!(mentions.iter().filter(|mention| !mention.duplicate).count(), 1);
}

#[test]
fn amounts_counts_and_periods_are_the_same_in_both_languages() {
    let [english, vietnamese] = both(
        "The Home Office will spend £1.5 million over three years on two shelters.",
        "Bộ Nội vụ Anh sẽ chi 1,5 triệu bảng trong ba năm cho hai nhà tạm lánh.",
    );
    assert_eq!(english.anchors, vietnamese.anchors);
    let values: Vec<&str> = english.anchors.iter().map(|anchor| anchor.value.as_str()).collect();
    assert!(values.contains(&"GBP 1500000") && values.contains(&"3 year"), "{values:?}");
    assert!(english.specificity >= 3);
}

#[test]
fn any_text_is_read_without_failing() {
    for text in [
        "",
        "\u{feff}",
        "sẽ",
        "will",
        "agreed to",
        "ký ký ký ký; và và, ,",
        "“Chúng tôi sẽ",
        "The two sides agreed to: ",
        "đề nghị; đề nghị; đề nghị",
        "£££ 1,,,2 triệu bảng Anh Anh Anh",
        "\u{1F600} hai bên thống nhất \u{1F600} chia sẻ \u{1F600}",
    ] {
        let first = read_on(text, None);
        assert_eq!(first, read_on(text, None));
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 64, failure_persistence: None, ..Default::default() })]

    #[test]
    fn any_mixture_of_words_is_read_without_failing(
        words in proptest::collection::vec(proptest::sample::select(vec![
            "hai bên", "thống nhất", "sẽ", "không", "ký", "Bản ghi nhớ", "về", "di cư", "Anh", "Việt Nam", ";", ",", ".",
            "và", "đề nghị", "the two sides", "agreed to", "will", "not", "sign", "signed", "MoU on", "the", "and", ":",
            "\n", "\"", "“", "”", "(", ")", "£1.2 million", "2026", "tháng 3", "was", "been", "which", "share", "information",
            "Mr", "Đào", "Kiem", "đ\u{301}", "\u{1F600}", "-", "•", "…", "./.", "Home Office", "denied that", "third", "dialogue",
        ]), 0..60),
        glue in proptest::sample::select(vec![" ", ""]),
    ) {
        let text = words.join(glue);
        for mention in read(&text) {
            for quote in [Some(&mention.quote), Some(&mention.action), mention.trigger.as_ref()].into_iter().flatten() {
                proptest::prop_assert_eq!(&quote.text, &text[quote.span.range()]);
            }
        }
    }
}

#[test]
fn only_what_goes_on_is_reaffirmed_in_a_list() {
    for text in [
        "The two sides agreed to maintain the hotline; share fingerprint data; train border officers in spotting \
         forged passports.",
        "Hai bên thống nhất duy trì đường dây nóng; chia sẻ dữ liệu vân tay; tập huấn cho cán bộ cửa khẩu về hộ \
         chiếu giả.",
    ] {
        let framings: Vec<Framing> = read(text).iter().map(|mention| mention.framing).collect();
        assert_eq!(framings, [Framing::Reaffirm, Framing::News, Framing::News], "{text}");
    }
}

#[test]
fn a_numbered_phase_is_told_apart_in_both_languages() {
    for mention in both(
        "The Home Office will launch the third phase of the awareness campaign in June 2026.",
        "Bộ Nội vụ Anh sẽ triển khai giai đoạn 3 của chiến dịch truyền thông vào tháng 6/2026.",
    ) {
        let number = mention.anchors.iter().find(|anchor| anchor.kind == "edition");
        assert_eq!(number.map(|anchor| anchor.value.as_str()), Some("#3"));
    }
}

#[test]
fn an_undated_text_is_dated_by_the_terms_of_those_it_names() {
    let text = "Minister of Public Security To Lam received Home Secretary Sajid Javid in Hanoi on the afternoon of \
                November 20th. The two sides agreed to share intelligence on lorry routes.";
    let read = |text: &str| extract(&analyse(text, &TOPIC.words), &TOPIC, None);
    let dated = read(text).dated.unwrap();
    assert_eq!((dated.date.to_string().as_str(), dated.basis), ("2018-11-20", "tenure"));
    // Two Novembers fall into this term.
    let open = text.replace("Sajid Javid", "Priti Patel");
    assert_eq!(read(&open).dated, None);
}

#[test]
fn a_verb_that_no_list_knows_binds_when_its_nouns_tell_what_it_is_about() {
    let bolsters = only("The Home Office will bolster the victims' hotline with six operators.");
    assert_eq!((bolsters.kind, bolsters.stage), (Kind::Mechanism, Stage::Pledged));
    assert!(read("The Home Office will cherish the memory of the visit.").is_empty());
}

#[test]
fn a_package_after_a_colon_is_a_list_of_undertakings_even_when_its_items_are_things() {
    let package = read(
        "The two sides settled on a package of practical steps: a contact point in each ministry; a joint patrol off \
         the coast every month; and two workshops for border officers.",
    );
    let kinds: Vec<Kind> = package.iter().map(|mention| mention.kind).collect();
    assert_eq!(kinds, [Kind::Mechanism, Kind::Operation, Kind::Capacity]);
    assert!(package.iter().all(|mention| mention.stage == Stage::Agreed));
}

#[test]
fn what_will_start_or_take_place_is_pledged_by_whoever_says_so() {
    let start = only(
        "The second training course for border officers will start in June, the Home Office said.",
    );
    assert_eq!((start.kind, start.stage), (Kind::Capacity, Stage::Pledged));
    assert_eq!(ids(&start, Role::Committer), ["UK.HO"]);
}

#[test]
fn a_thing_that_opens_something_else_pledges_nothing_and_what_will_not_be_done_is_refrained_from() {
    assert!(read("The visit will open a new chapter for the hotline.").is_empty());
    let refrains = only("The Home Office would not send back any recognised victim, he added.");
    assert_eq!((refrains.stage, refrains.polarity), (Stage::Pledged, Polarity::Refrain));
}

#[test]
fn what_opened_or_began_is_live_though_nobody_is_named_who_did_it() {
    let opened = only("A contact point for missing children opened in Hanoi this morning.");
    assert_eq!((opened.kind, opened.stage), (Kind::Mechanism, Stage::InForce));
}

#[test]
fn a_noun_that_looks_like_a_verb_of_asking_asks_nothing() {
    assert!(read("Each request is read twice by the Home Office.").is_empty());
}

#[test]
fn a_denial_of_facts_is_no_denial_of_a_commitment() {
    assert!(
        read("The Home Office denied that the letters of the families had been lost.").is_empty()
    );
}

#[test]
fn a_statement_speaks_for_the_side_that_made_it() {
    let asked = only("Hanoi's statement called on London to fund two shelters.");
    assert_eq!((asked.kind, asked.stage), (Kind::Resource, Stage::Proposed));
    assert_eq!(ids(&asked, Role::Proposer), ["VN"]);
}

/// Kind and stage of the first mention whose action holds a phrase.
fn act_with(text: &str, phrase: &str) -> (Kind, Stage) {
    let mentions = read(text);
    let found: Vec<&str> = mentions.iter().map(|mention| mention.action.text.as_str()).collect();
    let mention = mentions.iter().find(|mention| mention.action.text.contains(phrase));
    let mention = mention.unwrap_or_else(|| panic!("\"{phrase}\" is not in {found:?}"));
    (mention.kind, mention.stage)
}

#[test]
fn a_vietnamese_verb_that_no_list_knows_is_promised_all_the_same() {
    for (text, phrase, kind, stage) in [
        (
            "Bộ Nội vụ Anh sẽ xuất bản một cuốn sổ tay cho cán bộ cửa khẩu Việt Nam.",
            "xuất bản",
            Kind::Capacity,
            Stage::Pledged,
        ),
        (
            "Hai bên nhất trí thay phiên nhau chấm thi các khóa đào tạo cho cảnh sát.",
            "chấm thi",
            Kind::Capacity,
            Stage::Agreed,
        ),
        (
            "Bộ Công an đề nghị phía Anh photo gửi sang danh sách truy nã.",
            "photo",
            Kind::InfoExchange,
            Stage::Proposed,
        ),
    ] {
        assert_eq!(act_with(text, phrase), (kind, stage), "{text}");
    }
}

#[test]
fn vietnamese_press_words_of_agreeing_asking_and_weighing_are_one_class_each() {
    for (verb, stage) in [
        ("vừa chốt", Stage::Agreed),
        ("tán thành", Stage::Agreed),
        ("đạt được đồng thuận về việc", Stage::Agreed),
        ("đi đến nhất trí", Stage::Agreed),
        ("để ngỏ khả năng", Stage::Considered),
        ("tính đến việc", Stage::Considered),
    ] {
        let text = format!(
            "Bộ Công an và Bộ Nội vụ Anh {verb} mở đường dây nóng cho nạn nhân mua bán người."
        );
        assert_eq!(act_with(&text, "đường dây nóng").1, stage, "{text}");
    }
    for verb in ["ngỏ ý đề nghị", "thúc giục", "nêu ý tưởng", "gửi đề nghị"]
    {
        let text = format!("Bộ Công an {verb} phía Anh tổ chức khóa đào tạo về giấy tờ giả.");
        assert_eq!(act_with(&text, "khóa đào tạo").1, Stage::Proposed, "{text}");
    }
}

#[test]
fn vietnamese_acts_are_told_by_many_verbs_with_the_thing_acted_on_as_subject() {
    for (text, phrase, stage) in [
        (
            "Khóa đào tạo cho 30 cán bộ cửa khẩu Việt Nam do Bộ Nội vụ Anh mở đã bế giảng hôm nay.",
            "bế giảng",
            Stage::Delivered,
        ),
        (
            "Bộ Nội vụ Anh cho biết các chuyến bay hồi hương bị gián đoạn.",
            "bị gián đoạn",
            Stage::Suspended,
        ),
        (
            "Đường dây nóng của Bộ Công an và Bộ Nội vụ Anh chính thức vận hành.",
            "chính thức vận hành",
            Stage::InForce,
        ),
        ("Bộ Nội vụ Anh trao hai máy soi giấy tờ cho Bộ Công an.", "máy soi", Stage::Delivered),
    ] {
        assert_eq!(act_with(text, phrase).1, stage, "{text}");
    }
    // Without a number the bare verb tells nothing, and compounds of other meaning are no acts.
    assert!(read("Bộ Nội vụ Anh trao đổi với Bộ Công an về thiết bị.").is_empty());
    assert!(read("Người môi giới hứa hẹn sẽ đưa người sang Anh trót lọt.").is_empty());
}

#[test]
fn those_for_whom_an_act_is_may_be_its_subject() {
    let text = "Bộ Công an cho biết các nạn nhân sẽ được đưa tới nhà tạm lánh.";
    assert_eq!(act_with(text, "nhà tạm lánh"), (Kind::Protection, Stage::Pledged));
}

#[test]
fn a_list_of_things_is_a_list_of_undertakings() {
    let text = "Hai bên đi đến nhất trí: một đầu mối liên lạc ở mỗi bộ; giao ban trực tuyến ba tháng một lần; thông báo \
                sớm cho nhau kế hoạch hồi hương.";
    for (phrase, kind) in [
        ("đầu mối", Kind::Mechanism),
        ("giao ban", Kind::Mechanism),
        ("thông báo", Kind::InfoExchange),
    ] {
        assert_eq!(act_with(text, phrase), (kind, Stage::Agreed), "{phrase}");
    }
}

#[test]
fn what_goes_on_in_vietnamese_counts_with_its_extent() {
    let text =
        "Cục Quản lý xuất nhập cảnh đang xác minh nhân thân 80 trường hợp do phía Anh chuyển.";
    assert_eq!(act_with(text, "80 trường hợp"), (Kind::Operation, Stage::Implementing));
}

#[test]
fn what_was_denied_to_somebody_denies_no_report() {
    let weighed = only(
        "The two ministries are weighing an online appeal hearing for citizens whose asylum requests were denied by \
         the British side.",
    );
    assert_eq!((weighed.stage, weighed.assertion), (Stage::Considered, Assertion::Asserted));
}
