//! What a Vietnamese act is about: heads of objects, those who are sent and what for, what a text or a plan lays upon whom,
//! and words that only contain a name. All sentences were written for this file.

use crate::vietnamese::{tells, tells_nothing};

#[test]
fn the_first_noun_behind_a_light_verb_tells_the_kind_whatever_follows_it() {
    tells(&[
        (
            "Hai bên nhất trí lập một kênh tra cứu bằng cấp trực tuyến.",
            "mechanism/agreed",
            "lập một kênh",
        ),
        (
            "Thứ trưởng Lê Văn Hòa đề nghị phía Anh tăng số đoàn qua lại cấp cục.",
            "mechanism/proposed",
            "tăng số đoàn",
        ),
        ("Bộ Công an sẽ tiếp tục duy trì đường dây nóng tra cứu tin báo.", "mechanism", "duy trì"),
    ]);
}

#[test]
fn those_who_are_sent_to_do_something_are_what_they_do() {
    tells(&[
        (
            "Bộ Công an sẵn sàng cử tổ công tác sang Anh cùng đồng nghiệp xác minh danh tính nạn nhân.",
            "operation/pledged",
            "cử tổ công tác",
        ),
        (
            "Phía Anh sẽ cử chuyên gia sang giảng dạy tại Hà Nội.",
            "capacity/pledged",
            "cử chuyên gia",
        ),
        (
            "Bộ Công an sẽ cử hai cán bộ sang London để xác minh danh tính.",
            "resource/pledged",
            "cử hai cán bộ",
        ),
    ]);
}

#[test]
fn a_course_that_is_held_is_an_act_without_a_word_of_the_past() {
    tells(&[
        (
            "Ngày 12/5, Công an tỉnh Nghệ An tổ chức lớp tập huấn cho 40 cán bộ xã.",
            "capacity/delivered",
            "lớp tập huấn",
        ),
        (
            "Sáng 12/5, Bộ Công an phối hợp với Đại sứ quán Anh tổ chức khóa học cho 20 giám định viên.",
            "capacity/delivered",
            "khóa học",
        ),
        (
            "Hai sĩ quan liên lạc Anh đã bắt đầu làm việc tại Hà Nội.",
            "resource/implementing",
            "sĩ quan liên lạc",
        ),
    ]);
    tells_nothing(&["Bà Whitcombe giới thiệu các dịch vụ của trung tâm bảo trợ."]);
}

#[test]
fn a_letter_of_intent_is_signed_by_those_two_and_not_by_italy() {
    tells(&[
        ("Hai bên ký Ý định thư về đào tạo cán bộ.", "instrument_conclude/signed", "Ý định thư"),
        (
            "Hai Thứ trưởng ký Ý định thư về phòng, chống mua bán người.",
            "instrument_conclude/signed",
            "Ý định thư",
        ),
        (
            "Chiều 13/5, hai bên đã ký và trao Ý định thư về hỗ trợ việc làm.",
            "instrument_conclude/signed",
            "Ý định thư",
        ),
    ]);
}

#[test]
fn what_a_signed_text_says_has_its_stage_with_or_without_a_list() {
    let signed = "Hai bên đã ký Nghị định thư về phòng, chống mua bán người.\n\n";
    for (told, what, part) in [
        (
            "Nghị định thư nêu rõ hai bên cử một đầu mối trao đổi thông tin.",
            "mechanism/signed",
            "một đầu mối",
        ),
        (
            "Nghị định thư quy định: mỗi bên lập một đầu mối; hai bên cùng tổ chức mỗi năm một phiên giao dịch việc làm.",
            "protection/signed",
            "phiên giao dịch việc làm",
        ),
        (
            "Trong Nghị định thư, hai bên thống nhất lập một đầu mối thường trực.",
            "mechanism/signed",
            "một đầu mối",
        ),
    ] {
        tells(&[(&format!("{signed}{told}"), what, part)]);
    }
}

#[test]
fn an_issued_plan_gives_agencies_their_tasks_in_the_bare_verb() {
    let issued = "Thủ tướng Chính phủ vừa ban hành Kế hoạch thực hiện Bản ghi nhớ với Vương quốc Anh về phòng, chống mua bán người.\n\n";
    for (told, what, part) in [
        (
            "Theo Kế hoạch, Bộ Công an thiết lập đường dây nóng; Bộ Quốc phòng phổ biến kiến thức cho người dân biên giới.",
            "mechanism/pledged",
            "đường dây nóng",
        ),
        (
            "Theo Kế hoạch, Bộ Công an thiết lập đường dây nóng; Bộ Quốc phòng phổ biến kiến thức cho người dân biên giới.",
            "outreach/pledged",
            "phổ biến kiến thức",
        ),
        (
            "Theo Kế hoạch, Bộ Công an là cơ quan đầu mối, trao đổi thông tin với phía Anh.",
            "info_exchange/pledged",
            "trao đổi thông tin",
        ),
    ] {
        tells(&[(&format!("{issued}{told}"), what, part)]);
    }
    tells_nothing(&["Theo Kế hoạch, Bộ Công an thiết lập đường dây nóng."]);
}

#[test]
fn what_both_sides_adopt_is_signed_and_a_plan_of_one_side_carries_a_text_out() {
    tells(&[
        (
            "Hai bên đã thông qua Kế hoạch hành động về phòng, chống mua bán người.",
            "instrument_conclude/signed",
            "Kế hoạch hành động",
        ),
        (
            "Hai bên cam kết bảo đảm an toàn và giữ bí mật danh tính của nạn nhân.",
            "protection/agreed",
            "an toàn",
        ),
        (
            "Thứ trưởng Lê Văn Hòa đề nghị phía Anh bảo đảm quyền lợi của cộng đồng người Việt.",
            "protection/proposed",
            "quyền lợi",
        ),
    ]);
}
