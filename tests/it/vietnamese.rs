//! Classes of Vietnamese wording, each with sentences on both sides of it: what is undertaken, asked, done or stopped, and
//! what only looks like it. All sentences were written for this file.

use pledgewatch::commitments::extract;
use pledgewatch::model::PartialDate;
use pledgewatch::text::analyse;

use crate::TOPIC;

/// What comes before every sentence: who has met.
const LEAD: &str = "Ngày 13/5/2026, tại Hà Nội, Bộ Công an và Bộ Nội vụ Anh trao đổi về phòng, chống mua bán người.";

/// What the program finds in a sentence: kind, stage and action of each act.
fn found(sentence: &str) -> Vec<String> {
    let text = format!("{LEAD}\n\n{sentence}");
    let seen = PartialDate::Day(jiff::civil::date(2026, 5, 14));
    let mentions = extract(&analyse(&text, &TOPIC.words), &TOPIC, Some(seen)).mentions;
    mentions.iter().map(|m| format!("{}/{} {}", m.kind, m.stage, m.action.text)).collect()
}

/// Each sentence with the kind, the stage and a part of the action of an act that is in it.
#[track_caller]
pub(crate) fn tells(cases: &[(&str, &str, &str)]) {
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|&(sentence, what, part)| {
            let found = found(sentence);
            let right = found.iter().any(|act| act.starts_with(what) && act.contains(part));
            (!right).then(|| format!("{sentence}\n    wanted {what} {part}, found {found:?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{} of {} wrong:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

#[track_caller]
pub(crate) fn tells_nothing(sentences: &[&str]) {
    for sentence in sentences {
        assert!(found(sentence).is_empty(), "{sentence}: {:?}", found(sentence));
    }
}

#[test]
fn a_syllable_of_another_word_is_no_third_country() {
    tells(&[
        (
            "Hai bên nhất trí tập huấn về pháp luật di cư cho 30 cán bộ tư pháp.",
            "capacity/agreed",
            "30 cán bộ",
        ),
        (
            "Thiếu tướng Phạm Minh Đức cho biết Bộ Công an sẽ cử hai phiên dịch tới London.",
            "resource/pledged",
            "cử hai phiên dịch",
        ),
    ]);
    tells_nothing(&["Bộ Công an và Bộ Nội vụ Pháp nhất trí tập huấn cho 30 cán bộ cửa khẩu."]);
}

#[test]
fn time_to_come_does_not_govern_the_subject_after_it() {
    tells(&[(
        "Thời gian tới Bộ Công an sẽ mở ba lớp tập huấn cho cán bộ cửa khẩu.",
        "capacity/pledged",
        "mở ba lớp",
    )]);
}

#[test]
fn what_is_announced_needs_no_word_of_the_future() {
    tells(&[
        (
            "Phía Anh thông báo gia hạn tài trợ cho ba nhà tạm lánh đến hết năm 2029.",
            "resource/pledged",
            "gia hạn tài trợ",
        ),
        (
            "Bà Whitcombe cho biết từ tháng 9/2026 Bộ Nội vụ Anh tài trợ 40 suất học cho cán bộ cửa khẩu.",
            "resource/pledged",
            "tài trợ 40 suất",
        ),
    ]);
    tells_nothing(&["Bà Whitcombe cho biết Anh coi trọng quan hệ với Việt Nam."]);
}

#[test]
fn a_passive_names_what_is_acted_on_before_the_verb_and_the_doer_between() {
    tells(&[
        (
            "Việc nối lại các chuyến bay hồi hương được hai bên thống nhất tại phiên họp.",
            "operation/agreed",
            "nối lại các chuyến bay",
        ),
        (
            "Bản ghi nhớ về lao động thời vụ vừa được Thứ trưởng Bộ Công an Lê Văn Hòa và Quốc vụ khanh Bộ Nội vụ Anh Ann Lee ký tại Hà Nội.",
            "instrument_conclude/signed",
            "Bản ghi nhớ",
        ),
    ]);
}

#[test]
fn an_order_inside_one_government_binds_it() {
    tells(&[(
        "Chính phủ Việt Nam yêu cầu Bộ Công an kết nối cơ sở dữ liệu với cơ quan chức năng Anh.",
        "info_exchange/pledged",
        "kết nối cơ sở dữ liệu",
    )]);
}

#[test]
fn a_noun_is_a_verb_of_agreement_only_after_an_actor() {
    tells(&[(
        "Hai bên thỏa thuận mở đợt cao điểm trấn áp các đường dây đưa người.",
        "operation/agreed",
        "mở đợt cao điểm",
    )]);
    tells_nothing(&["Các thỏa thuận về di cư là kết quả của nhiều năm hợp tác."]);
}

#[test]
fn advice_and_thanks_bind_nobody() {
    tells_nothing(&[
        "Theo nhiều ý kiến, hai nước nên thống nhất mẫu giấy thông hành.",
        "Trung tướng Lê Văn Hòa cảm ơn phía Anh đã cử giảng viên giàu kinh nghiệm.",
    ]);
}

#[test]
fn whoever_bears_a_cost_may_stand_after_it() {
    tells(&[(
        "Hai phần ba kinh phí xây nhà tạm lánh ở Vinh do Đại sứ quán Anh chi trả.",
        "resource/pledged",
        "kinh phí xây nhà tạm lánh",
    )]);
}

#[test]
fn what_both_ministries_agree_may_stand_before_them() {
    tells(&[(
        "Việc đào tạo phiên dịch tòa án cũng được Bộ Công an và Bộ Nội vụ Anh thống nhất đưa vào kế hoạch năm tới.",
        "capacity/agreed",
        "đào tạo phiên dịch tòa án",
    )]);
}

#[test]
fn officials_who_are_sent_are_a_resource_and_records_handed_over_are_information() {
    tells(&[
        (
            "Phía Anh mời một nhóm sĩ quan Việt Nam sang Liverpool trong ba tuần để nhận dạng công dân.",
            "resource/proposed",
            "nhóm sĩ quan",
        ),
        (
            "Bộ Công an cam kết biệt phái hai chuyên viên tới trung tâm chỉ huy tại Dover.",
            "resource/pledged",
            "biệt phái hai chuyên viên",
        ),
        (
            "Phía Anh hứa gửi cho Bộ Công an kết quả giám định trong vòng 12 ngày.",
            "info_exchange/pledged",
            "kết quả giám định",
        ),
    ]);
}

#[test]
fn bodies_of_officials_act_and_what_a_meeting_decides_those_who_met_have_decided() {
    tells(&[
        (
            "Tổ công tác sẽ phỏng vấn 60 người không có giấy tờ trong tháng 8.",
            "operation/",
            "phỏng vấn 60 người",
        ),
        (
            "Cuộc họp quyết định mở một lớp tập huấn cho cán bộ cửa khẩu mỗi quý.",
            "capacity/agreed",
            "mở một lớp tập huấn",
        ),
    ]);
}

#[test]
fn a_request_named_by_its_noun_is_granted_or_refused() {
    tells(&[
        (
            "Phía Anh chấp thuận yêu cầu của Bộ Công an về việc cử thêm hai phiên dịch.",
            "resource/agreed",
            "cử thêm hai phiên dịch",
        ),
        (
            "Bộ Công an đề nghị nới điều kiện cấp thị thực cho nhân chứng. Phía Anh khước từ đề nghị này.",
            "policy/refused",
            "khước từ",
        ),
    ]);
}

#[test]
fn a_list_of_outcomes_may_be_one_of_things() {
    tells(&[
        (
            "Ba kết quả cụ thể được công bố gồm: một đường dây nóng hoạt động suốt ngày đêm, hai khóa tập huấn cho cán bộ cửa khẩu và một quỹ 500.000 bảng cho người trở về.",
            "mechanism/agreed",
            "đường dây nóng",
        ),
        (
            "Ba kết quả cụ thể được công bố gồm: một đường dây nóng hoạt động suốt ngày đêm, hai khóa tập huấn cho cán bộ cửa khẩu và một quỹ 500.000 bảng cho người trở về.",
            "capacity/agreed",
            "hai khóa tập huấn",
        ),
        (
            "Bà Gray nhắc lại lập trường của London là tiếp tục thực hiện Kế hoạch hành động chung về phòng, chống mua bán người.",
            "instrument_implement/",
            "Kế hoạch hành động chung",
        ),
    ]);
}

#[test]
fn items_of_a_list_may_bear_numbers_and_labels() {
    let list = "Hai bên ký Bản ghi nhớ về tuyển dụng lao động mùa vụ. Những nội dung chủ yếu của Bản ghi nhớ:\n\n\
        a) Thông tin: hai bên trao đổi danh sách doanh nghiệp vi phạm mỗi quý;\n\n\
        b) Giám sát: thành lập nhóm công tác chung, họp sáu tháng một lần.";
    tells(&[
        (list, "info_exchange/signed", "trao đổi danh sách"),
        (list, "mechanism/signed", "thành lập nhóm công tác chung"),
    ]);
}

#[test]
fn a_sentence_tells_in_passing_that_a_text_was_signed_or_is_carried_out() {
    tells(&[
        (
            "Bộ Công an cam kết làm đúng Bản ghi nhớ về phòng, chống mua bán người mà hai nước ký năm 2018.",
            "instrument_conclude/signed",
            "ký năm 2018",
        ),
        (
            "Lớp học là hoạt động đầu tiên triển khai Kế hoạch hành động chung về phòng, chống mua bán người.",
            "instrument_implement/implementing",
            "triển khai Kế hoạch",
        ),
    ]);
}

#[test]
fn words_of_free_will_and_private_promises_undertake_nothing() {
    tells_nothing(&[
        "Nhiều người tự nguyện trở về từ Anh vẫn chưa có việc làm.",
        "Buổi gặp kéo dài hơn dự kiến gần một giờ.",
        "Hãng hứa sẽ tặng thêm máy đọc hộ chiếu nếu thí điểm thành công.",
    ]);
}

/// A rule that was made today and counts from a day to come is adopted, not in force, also where the day has no year.
#[test]
fn a_rule_that_will_count_from_a_day_without_a_year_is_adopted() {
    tells(&[
        (
            "Từ ngày 3/2, người Việt Nam đổi máy bay ở Anh sẽ phải có thị thực quá cảnh, theo quy định mới của Bộ Nội vụ Anh.",
            "policy/ratified",
            "thị thực quá cảnh",
        ),
        (
            "Từ ngày 1/9, công dân Việt Nam sẽ phải có thị thực quá cảnh khi qua Heathrow, Bộ Nội vụ Anh thông báo.",
            "policy/ratified",
            "thị thực quá cảnh",
        ),
    ]);
}

/// What the program finds in a text: kind, stage and parties of each act.
fn parties(text: &str) -> Vec<String> {
    let seen = PartialDate::Day(jiff::civil::date(2026, 5, 14));
    let mentions = extract(&analyse(text, &TOPIC.words), &TOPIC, Some(seen)).mentions;
    mentions
        .iter()
        .map(|m| {
            let parties: Vec<String> =
                m.parties.iter().map(|party| format!("{} {}", party.id, party.role)).collect();
            format!("{}/{} {}", m.kind, m.stage, parties.join(", "))
        })
        .collect()
}

#[test]
fn a_syllable_inside_a_longer_word_is_nobody() {
    tells(&[
        (
            "Bốn cán bộ đoàn viên tâm sự, rồi Bộ Công an hứa sẽ tặng trường hai máy soi giấy tờ.",
            "resource/pledged",
            "hai máy soi giấy tờ",
        ),
        (
            "Hai bên thống nhất mở 12 lớp tập huấn về pháp luật cho trẻ em ở 34 tỉnh.",
            "capacity/agreed",
            "12 lớp tập huấn",
        ),
    ]);
}

#[test]
fn a_pronoun_is_the_person_of_whom_the_sentence_before_spoke() {
    let asked = |text: &str| parties(&format!("{LEAD}\n\n{text}"));
    for text in [
        "Thứ trưởng Bộ Công an Lê Văn Hậu cảm ơn bà Rose Hart, Quốc vụ khanh Bộ Nội vụ Anh. \
         Ông đề nghị phía Anh cung cấp danh sách các chuyến bay trong tháng 6.",
        "Chiều cùng ngày, Thứ trưởng Bộ Công an Lê Văn Hậu chia sẻ mất mát với các gia đình; bà Rose Hart, Quốc vụ \
         khanh Bộ Nội vụ Anh, lắng nghe. Ông mong phía Anh cung cấp danh sách các chuyến bay trong tháng 6.",
    ] {
        let found = asked(text);
        let right = |act: &String| {
            act.starts_with("info_exchange/proposed")
                && act.contains("VN.MPS proposer")
                && act.contains("addressee")
                && act.contains("UK")
        };
        assert!(found.iter().any(right), "{text}: {found:?}");
    }
    let private = "Cựu chuyên gia Tom Weir nhận định chuyện này còn dài. Ông nói sẽ cung cấp danh sách các chuyến bay.";
    assert!(asked(private).is_empty(), "{:?}", asked(private));
}

#[test]
fn a_sentence_without_a_subject_goes_on_with_what_was_asked() {
    tells(&[
        (
            "Bộ trưởng Bộ Công an đề nghị phía Anh cung cấp 20 máy soi giấy tờ. Bên cạnh đó là điều tra chung hai \
             đường dây làm giả hồ sơ.",
            "operation/proposed",
            "điều tra chung hai đường dây",
        ),
        (
            "Hai bên thống nhất trao đổi danh sách người mất tích. Cùng với đó, mở ba khóa tập huấn tại Vinh.",
            "capacity/agreed",
            "mở ba khóa tập huấn",
        ),
    ]);
    tells_nothing(&["Trời mưa cả buổi sáng. Bên cạnh đó, mở ba khóa tập huấn là việc khó."]);
}

#[test]
fn who_sees_to_a_thing_stands_in_an_attribute() {
    tells(&[
        (
            "Phiên họp kế tiếp do phía Anh đăng cai trong năm 2027.",
            "mechanism/agreed",
            "Phiên họp kế tiếp do phía Anh đăng cai",
        ),
        (
            "Hai khóa tập huấn do Bộ Nội vụ Anh mở sẽ khép lại năm nay; khóa thứ ba do Bộ Công an đảm nhiệm vào tháng 9/2026.",
            "capacity/",
            "do B",
        ),
    ]);
    tells_nothing(&["Hoa trong phòng họp do phía Anh chuẩn bị.", "Ảnh do Bộ Nội vụ Anh cung cấp."]);
}

#[test]
fn a_place_may_stand_between_a_verb_of_launching_and_its_object() {
    tells(&[(
        "Chiều nay, Bộ Nội vụ Anh phát động tại Việt Nam một chiến dịch truyền thông về di cư.",
        "outreach/implementing",
        "một chiến dịch truyền thông",
    )]);
    tells_nothing(&["Sáng 13/5, công an bắt bốn đối tượng trộm xe ở huyện Quỳnh Lưu."]);
}

#[test]
fn the_verb_of_a_passive_tells_that_people_are_taught() {
    tells(&[(
        "Bà Rose Hart nói 25 nhân viên cảng vụ sẽ được Bộ Công an bồi dưỡng cách kiểm tra hồ sơ.",
        "capacity/pledged",
        "25 nhân viên cảng vụ",
    )]);
}

#[test]
fn a_trigger_may_hold_the_verb_of_its_action() {
    tells(&[
        (
            "Bộ Nội vụ Anh cam kết tiếp tục triển khai Kế hoạch hành động chung về phòng, chống mua bán người.",
            "instrument_implement/pledged",
            "triển khai Kế hoạch hành động chung",
        ),
        (
            "Đại sứ quán Anh nhận trả lương cho ba phiên dịch trong hai năm.",
            "resource/pledged",
            "trả lương cho ba phiên dịch",
        ),
        (
            "Bộ Công an vẫn tiếp tục triển khai Bản ghi nhớ về di cư.",
            "instrument_implement/",
            "triển khai Bản ghi nhớ về di cư",
        ),
    ]);
}

#[test]
fn what_an_official_goes_on_doing_is_undertaken() {
    tells(&[
        (
            "Bộ Công an tiếp tục tập huấn cho 40 cán bộ cửa khẩu về giấy tờ giả.",
            "capacity/pledged",
            "tập huấn cho 40 cán bộ",
        ),
        (
            "Đại sứ Anh khẳng định London tiếp tục thực hiện nghiêm túc Bản ghi nhớ về phòng, chống mua bán người.",
            "instrument_implement/pledged",
            "thực hiện nghiêm túc Bản ghi nhớ",
        ),
    ]);
    tells_nothing(&["Quan hệ hai nước tiếp tục phát triển tốt đẹp."]);
}

#[test]
fn wishes_to_the_public_and_questions_ask_no_state() {
    tells(&[(
        "Đại sứ quán Anh mong Bộ Công an tập huấn thêm cho 20 cán bộ cửa khẩu.",
        "capacity/proposed",
        "20 cán bộ cửa khẩu",
    )]);
    tells_nothing(&[
        "Đại sứ quán Anh mong người dân tìm hiểu kỹ và chọn con đường di cư hợp pháp.",
        "“Hai nước có ký thỏa thuận về di cư hay không?”",
        "Bộ Nội vụ Anh có tài trợ 200.000 bảng cho nhà tạm lánh nữa không?",
    ]);
}
