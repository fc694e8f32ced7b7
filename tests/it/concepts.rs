//! The concepts of the shipped topic: one notion for what both languages say.

use std::collections::BTreeSet;

use pledgewatch::config::topic::concepts::Meaning;
use pledgewatch::model::{Language, Span};
use pledgewatch::text::analyse;

use crate::TOPIC;

/// One sentence in English and in Vietnamese.
const PAIRS: &[(&str, &str)] = &[
    (
        "The two sides will open a shelter for victims and train border officers.",
        "Hai bên sẽ mở mái ấm cho nạn nhân và tập huấn cho cán bộ biên phòng.",
    ),
    ("Britain will pay for ten document scanners.", "Anh sẽ chi trả mười máy soi giấy tờ."),
    (
        "The ministries agreed to set up a hotline and name a contact point.",
        "Hai bộ nhất trí lập đường dây nóng và cử đầu mối.",
    ),
    (
        "They will exchange fingerprints of suspects every quarter.",
        "Hai bên sẽ trao đổi vân tay của nghi phạm hằng quý.",
    ),
    ("The next charter flight leaves in May.", "Chuyến bay hồi hương tới khởi hành vào tháng Năm."),
    (
        "An English course for lecturers of the police academy begins in June.",
        "Khóa tiếng Anh cho giảng viên học viện cảnh sát bắt đầu vào tháng Sáu.",
    ),
    (
        "The working group will verify the identity of returnees.",
        "Tổ công tác sẽ xác minh nhân thân của người hồi hương.",
    ),
    ("Both sides want an extradition treaty.", "Hai bên muốn có hiệp định về dẫn độ."),
    (
        "Nail technicians were told of working hours and the minimum wage.",
        "Thợ làm móng được phổ biến về giờ làm và lương tối thiểu.",
    ),
    (
        "Fruit pickers on a seasonal work visa will sign an employment contract.",
        "Lao động nông trại theo thị thực lao động thời vụ sẽ ký hợp đồng lao động.",
    ),
    ("The van had a false wall.", "Chiếc xe khách nhỏ có vách giả."),
    ("A cash courier walked to gold shops.", "Kẻ mang tiền đi bộ tới tiệm vàng."),
    ("The border guard academy received laptops.", "Học viện Biên phòng nhận máy tính xách tay."),
    (
        "The two countries will pilot joint patrols at sea.",
        "Hai nước sẽ làm dự án thí điểm về tuần tra chung trên biển.",
    ),
    ("Volunteers teach farmers.", "Tình nguyện viên dạy nông dân."),
    (
        "A quiz was held for young people in schools.",
        "Một cuộc thi được tổ chức cho giới trẻ trong trường học.",
    ),
    ("Landlords face a civil penalty.", "Chủ nhà đối mặt tiền phạt."),
    ("The coast guard watches the beach.", "Cảnh sát biển canh bãi biển."),
    ("Forged visas were sold with fake degrees.", "Thị thực giả được bán kèm bằng giả."),
    ("The kingpin was given a life sentence.", "Kẻ cầm đầu lĩnh án chung thân."),
    ("Recruiters must hold a sponsor licence.", "Người môi giới phải có giấy phép bảo lãnh."),
    ("The embassies will share passenger data.", "Các đại sứ quán sẽ cung cấp dữ liệu hành khách."),
    ("Returnees can ask for a start-up loan.", "Người hồi hương có thể xin vốn khởi nghiệp."),
    ("The project pays for legal aid and counselling.", "Dự án chi trả trợ giúp pháp lý."),
    ("Drivers at the ferry port will be checked.", "Tài xế tại bến phà sẽ được kiểm tra."),
    (
        "The two ministries will hold a migration dialogue each year.",
        "Hai bộ sẽ tổ chức đối thoại di cư mỗi năm.",
    ),
    ("The liaison officer works on intelligence.", "Sĩ quan liên lạc phụ trách tình báo."),
    (
        "A manual on the screening of victims will be printed.",
        "Sổ tay về sàng lọc nạn nhân sẽ được in.",
    ),
    ("The dinghies came without life jackets.", "Xuồng hơi không có áo phao."),
    ("Police will follow suspicious transactions.", "Công an sẽ theo dõi giao dịch đáng ngờ."),
    ("Asylum hotels will close.", "Khách sạn tị nạn sẽ đóng cửa."),
    ("The exit ban on ringleaders stays.", "Lệnh tạm hoãn xuất cảnh với chủ mưu được giữ nguyên."),
    ("Wages were withheld by the brothel.", "Tiền lương bị nhà thổ chiếm."),
    ("The website lists recruitment agencies.", "Trang web nêu tên công ty tuyển dụng."),
    ("They signed an annex on voluntary returns.", "Hai bên ký phụ lục về hồi hương tự nguyện."),
    ("Families wait for DNA results.", "Gia đình chờ kết quả ADN."),
    (
        "Interest on loans drives families into debt bondage.",
        "Lãi suất vay đẩy gia đình vào cưỡng bức lao động.",
    ),
    ("The supreme court ruled on refugee status.", "Tòa án tối cao phán quyết về quy chế tị nạn."),
    ("He spoke of the dangers of small boats.", "Ông nói về hiểm họa của thuyền nhỏ."),
    (
        "Work visas for nurses depend on a language certificate.",
        "Thị thực lao động cho điều dưỡng tùy thuộc thi tay nghề.",
    ),
    ("The third country refused overflight.", "Nước thứ ba từ chối cho bay qua."),
    ("Labour inspectors visited greenhouses.", "Thanh tra lao động tới nhà kính."),
];

/// Ids of the concepts that a sentence of a language names.
fn bag(sentence: &str, language: Language) -> BTreeSet<&'static str> {
    let document = analyse(sentence, &TOPIC.words);
    let whole = Span::new(0, document.norm.text.len());
    let mut reach = 0;
    let mut bag = BTreeSet::new();
    for hit in TOPIC.concepts.lexicon.all(&document, whole) {
        if hit.language != Some(language) || hit.span.end <= reach {
            continue;
        }
        reach = hit.span.end;
        if let Meaning::Concept(at) = hit.payload {
            bag.insert(TOPIC.concepts.concepts[*at].id.as_str());
        }
    }
    bag
}

#[test]
fn a_sentence_names_the_same_concepts_in_both_languages() {
    assert!(PAIRS.len() >= 40);
    for (english, vietnamese) in PAIRS {
        let (en, vi) = (bag(english, Language::En), bag(vietnamese, Language::Vi));
        assert!(!en.is_empty(), "{english}");
        assert_eq!(en, vi, "{english} / {vietnamese}");
    }
}

#[test]
fn there_are_at_least_six_hundred_concepts() {
    assert!(TOPIC.concepts.concepts.len() >= 600, "{}", TOPIC.concepts.concepts.len());
}
