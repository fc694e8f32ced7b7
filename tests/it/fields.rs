//! Fields of a mention in sentences of both languages: on whose word it rests, whom it helps and with whom it is done,
//! on what condition, and how sure the reading is.

use crate::commitments::{both, ids, only, read};
use pledgewatch::model::{Assertion, Kind, Role, Stage};

#[test]
fn a_side_that_speaks_for_itself_is_the_source_and_costs_nothing() {
    for (mention, source) in both(
        "The Home Office said it will fund a shelter for returned victims.",
        "Bộ Nội vụ Anh cho biết sẽ tài trợ một nhà tạm lánh cho nạn nhân trở về.",
    )
    .into_iter()
    .zip(["Home Office", "Bộ Nội vụ Anh"])
    {
        assert!(mention.attribution.iter().any(|name| name.contains(source)), "{mention:?}");
        assert!(!mention.reasons.iter().any(|why| why.contains("not told by the side")));
    }
}

#[test]
fn a_side_that_speaks_for_the_other_is_worth_less() {
    for mention in both(
        "The Ministry of Public Security said that the British side will train 40 border officers.",
        "Bộ Công an cho biết phía Anh sẽ tập huấn cho 40 cán bộ cửa khẩu.",
    ) {
        assert_eq!(ids(&mention, Role::Committer)[0].split('.').next(), Some("UK"));
        assert_eq!(mention.attribution.len(), 1, "{mention:?}");
        assert!(mention.confidence <= 0.8, "{mention:?}");
    }
}

#[test]
fn a_chain_of_sources_is_kept_in_order() {
    for mention in both(
        "According to the Ministry of Public Security, the Home Office said it will train 40 border officers.",
        "Theo Bộ Công an, Bộ Nội vụ Anh cho biết sẽ tập huấn cho 40 cán bộ cửa khẩu.",
    ) {
        assert_eq!(mention.attribution.len(), 2, "{mention:?}");
        let first = &mention.attribution[0];
        assert!(first.contains("Public Security") || first.contains("Bộ Công an"), "{mention:?}");
    }
}

#[test]
fn praise_is_no_source() {
    let mention =
        only("The minister praised the police and the two sides agreed to share passenger data.");
    assert!(mention.attribution.is_empty(), "{mention:?}");
}

#[test]
fn a_course_or_gift_of_one_side_helps_the_other() {
    for mention in both(
        "The Home Office will train 40 Vietnamese border officers in spotting forged passports.",
        "Bộ Nội vụ Anh sẽ tập huấn cho 40 cán bộ cửa khẩu Việt Nam về nhận diện hộ chiếu giả.",
    ) {
        let helped = ids(&mention, Role::Beneficiary);
        assert_eq!(helped.len(), 1, "{mention:?}");
        assert!(helped[0].starts_with("VN"), "{mention:?}");
    }
    for mention in both(
        "The British side will hand over 12 document scanners before December 2026.",
        "Phía Anh sẽ bàn giao 12 máy soi giấy tờ trước tháng 12/2026.",
    ) {
        assert_eq!((mention.kind, ids(&mention, Role::Beneficiary)), (Kind::Resource, vec!["VN"]));
    }
}

#[test]
fn what_both_sides_do_and_what_is_asked_for_helps_nobody_in_particular() {
    for text in [
        "The two sides agreed to train border officers in spotting forged passports.",
        "The Vietnamese side asked the British side to train border officers.",
    ] {
        assert!(ids(&only(text), Role::Beneficiary).is_empty(), "{text}");
    }
}

#[test]
fn a_visa_rule_for_citizens_and_their_reception_are_for_those_citizens() {
    for mention in both(
        "The Ministry of Public Security asked the British side to ease seasonal work visas for Vietnamese citizens.",
        "Bộ Công an đề nghị phía Anh nới lỏng thị thực lao động thời vụ cho công dân Việt Nam.",
    ) {
        assert_eq!(ids(&mention, Role::Beneficiary), ["VN.citizens"], "{mention:?}");
    }
    for mention in both(
        "The two sides agreed to receive Vietnamese citizens whose identity has been verified.",
        "Hai bên thống nhất tiếp nhận công dân Việt Nam đã được xác minh nhân thân.",
    ) {
        assert_eq!(ids(&mention, Role::Beneficiary), ["VN.citizens"], "{mention:?}");
    }
}

#[test]
fn people_with_the_name_of_a_state_beside_them_are_its_citizens() {
    for mention in both(
        "The Ministry of Public Security asked the British side to lower visa fees for Vietnamese seasonal workers.",
        "Bộ Công an đề nghị phía Anh hạ lệ phí thị thực đối với lao động thời vụ Việt Nam.",
    ) {
        assert_eq!(ids(&mention, Role::Beneficiary), ["VN.citizens"], "{mention:?}");
    }
    let taken =
        only("The Home Office will put Vietnamese nationals on a charter flight to Hanoi in June.");
    assert_eq!(ids(&taken, Role::Beneficiary), ["VN.citizens"], "{taken:?}");
    // Where they live is not whose they are.
    let abroad = only("Bộ Ngoại giao sẽ tổ chức tư vấn pháp luật cho công dân tại Anh từ tháng 5.");
    assert_eq!(ids(&abroad, Role::Beneficiary), ["VN.citizens"], "{abroad:?}");
}

#[test]
fn who_sets_money_aside_is_the_funder() {
    for mention in both(
        "The programme is backed by £400,000 from the Home Office.",
        "Chương trình được tài trợ 400.000 bảng từ Bộ Nội vụ Anh.",
    ) {
        assert_eq!(ids(&mention, Role::Funder), ["UK.HO"], "{mention:?}");
    }
}

#[test]
fn a_state_that_acts_is_the_only_agency_of_it_that_acts_or_speaks_in_the_article() {
    let of = |text: &str, kind: Kind| {
        let told = read(text);
        let told = told.into_iter().find(|mention| mention.kind == kind);
        told.map(|told| ids(&told, Role::Committer).join(" ")).unwrap_or_default()
    };
    let english = "The Home Office said on Monday that its plan was ready. Britain will train 40 border officers \
                   from Nghe An in spotting forged passports.";
    assert_eq!(of(english, Kind::Capacity), "UK.HO");
    let vietnamese = "Bộ Nội vụ Anh cho biết kế hoạch đã sẵn sàng. Anh sẽ tập huấn cho 40 cán bộ cửa khẩu \
                      về nhận diện hộ chiếu giả.";
    assert_eq!(of(vietnamese, Kind::Capacity), "UK.HO");
    let both = "The Home Office said on Monday that its plan was ready. Britain and Vietnam will share \
                passenger data on human trafficking.";
    assert_eq!(of(both, Kind::InfoExchange), "UK VN");
    // An agency whose figures are quoted has promised nothing.
    let spoken_of = "Home Office figures show that 1,200 people crossed the Channel last year. Britain will train \
                     40 border officers from Nghe An in spotting forged passports.";
    assert_eq!(of(spoken_of, Kind::Capacity), "UK");
    let vietnamese = "Theo số liệu của Bộ Nội vụ Anh, năm ngoái có 1.200 người vượt biển. Anh sẽ tập huấn cho 40 cán bộ \
                      cửa khẩu về nhận diện hộ chiếu giả.";
    assert_eq!(of(vietnamese, Kind::Capacity), "UK");
}

#[test]
fn the_day_on_which_something_was_agreed_is_not_the_day_by_which_it_is_due() {
    let due = |text: &str| {
        let told = pledgewatch::text::analyse(text, &crate::TOPIC.words);
        let found =
            pledgewatch::commitments::extract(&told, &crate::TOPIC, "2026-10-29".parse().ok());
        assert_eq!(found.mentions.len(), 1, "{text}: {:?}", found.mentions);
        found.mentions[0].due
    };
    let agreed = "The Home Office and the Ministry of Public Security agreed to share information on forged travel \
                  documents at talks in Hanoi on October 29.";
    assert_eq!(due(agreed), None);
    let promised = "The Home Office and the Ministry of Public Security agreed to share information on forged travel \
                    documents by December 29.";
    assert_eq!(due(promised), "2026-12-29".parse().ok());
}

#[test]
fn what_is_counted_dated_or_placed_can_be_checked_when_it_is_there() {
    let of = |text: &str| {
        let told = pledgewatch::text::analyse(text, &crate::TOPIC.words);
        let day = "2025-02-10".parse().ok();
        let found = pledgewatch::commitments::extract(&told, &crate::TOPIC, day).mentions;
        let points: Vec<u8> = found.iter().map(|mention| mention.specificity).collect();
        assert_eq!(points.len(), 1, "{text}: {found:?}");
        points[0]
    };
    let specific = [
        "The Home Office will post two analysts to the British embassy in Vietnam.",
        "The Home Office will pay for 15 foster carers who speak Vietnamese.",
        "The Home Office will begin an awareness campaign in Cua Lo this autumn.",
        "The Home Office and the Ministry of Public Security agreed to hold a working meeting in Hanoi in the third quarter.",
        "Bộ Nội vụ Anh sẽ mở khóa tập huấn cho cán bộ biên phòng tại Cửa Lò vào quý III.",
    ];
    for text in specific {
        assert!(of(text) >= 2, "{text}: {}", of(text));
    }
    let vague = [
        "The Home Office will train Vietnamese officers in the coming time.",
        "Hanoi will train British officers.",
        "The two sides agreed to step up training.",
        "Bộ Nội vụ Anh sẽ tập huấn cho cán bộ Việt Nam trong thời gian tới.",
    ];
    for text in vague {
        assert!(of(text) < 2, "{text}: {}", of(text));
    }
}

#[test]
fn the_agency_with_which_one_side_will_work_is_its_counterparty() {
    for mention in both(
        "The Home Office will work closely with the Ministry of Public Security on returns.",
        "Bộ Nội vụ Anh sẽ phối hợp chặt chẽ với Bộ Công an về công tác hồi hương.",
    ) {
        assert_eq!(ids(&mention, Role::Committer), ["UK.HO"], "{mention:?}");
        assert_eq!(ids(&mention, Role::Counterparty), ["VN.MPS"], "{mention:?}");
    }
}

#[test]
fn a_country_that_speaks_through_an_agency_is_that_agency() {
    let mention =
        only("Britain will spend £2 million on shelters in Vietnam, the Home Office said.");
    assert_eq!(ids(&mention, Role::Committer), ["UK.HO"]);
}

#[test]
fn a_text_signed_by_two_countries_binds_the_agencies_that_put_their_names_to_it() {
    let mentions = read(
        "Vietnam and the UK signed a joint action plan on returns on 11 May.\n\n\
         The Ministry of Public Security and the Home Office signed the action plan in Hanoi.\n\n\
         Under the plan, the two countries commit to share fingerprint data.",
    );
    let content = mentions.iter().find(|one| one.kind == Kind::InfoExchange).unwrap();
    assert_eq!(
        (content.stage, ids(content, Role::Committer)),
        (Stage::Signed, vec!["UK.HO", "VN.MPS"])
    );
}

#[test]
fn a_condition_is_kept_whole_wherever_it_stands() {
    for text in [
        "Vietnam stands ready to receive its citizens once their identity has been verified.",
        "Once their identity has been verified, Vietnam will receive its citizens.",
        "Vietnam will receive its citizens after their identity has been verified, he said.",
    ] {
        let mention = only(text);
        let condition = mention.condition.as_deref().unwrap_or_default();
        assert!(condition.ends_with("their identity has been verified"), "{text}: {condition}");
        assert_eq!(mention.assertion, Assertion::Asserted);
    }
    for text in [
        "Việt Nam sẵn sàng tiếp nhận công dân sau khi xác minh nhân thân.",
        "Sau khi xác minh nhân thân, Việt Nam sẽ tiếp nhận công dân.",
    ] {
        let condition = only(text).condition.unwrap_or_default();
        assert!(
            condition.to_lowercase().ends_with("sau khi xác minh nhân thân"),
            "{text}: {condition}"
        );
    }
}

#[test]
fn what_follows_a_decision_in_time_is_no_condition() {
    let mention = only("The two sides agreed to set up a hotline after holding talks in Hanoi.");
    assert_eq!(mention.condition, None);
}

#[test]
fn confidence_is_a_product_of_wording_actor_text_and_source() {
    let own = only("The Home Office will train 40 border officers in Vietnam.");
    let glued = only("The Home Office will train 40 borderofficers in Vietnam.");
    let other = only("Vietnam said that the Home Office will train 40 border officers in Vietnam.");
    assert_eq!((own.confidence, glued.confidence, other.confidence), (1.0, 0.9, 0.8));
}

#[test]
fn a_country_is_the_agency_that_has_the_floor_and_not_the_other_sides() {
    let text = |speaker: &str| {
        format!(
            "{speaker} said the talks had been useful. Britain will spend £2 million on shelters in Vietnam."
        )
    };
    let own = read(&text("The Home Office"));
    assert_eq!(ids(&own[0], Role::Committer), ["UK.HO"]);
    let other = read(&text("The Ministry of Public Security"));
    assert_eq!(ids(&other[0], Role::Committer), ["UK"]);
}

#[test]
fn a_list_of_plans_after_a_request_is_asked_for_too() {
    let mentions = read(
        "The Ministry of Public Security proposed that the British side set up a hotline for families. Other \
         cooperative plans include coordinating in investigating smuggling rings.",
    );
    let plan = mentions.iter().find(|one| one.kind == Kind::Operation).unwrap();
    assert_eq!((plan.stage, ids(plan, Role::Proposer)), (Stage::Proposed, vec!["VN.MPS"]));
    assert_eq!(ids(plan, Role::Addressee).len(), 1);
}
