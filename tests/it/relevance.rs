//! Relevance on texts written for this file: what belongs to the topic, and what only looks so.

use std::path::Path;
use std::sync::LazyLock;

use pledgewatch::config::topic::Topic;
use pledgewatch::model::{Language, Relevance, RelevanceDecision};
use pledgewatch::relevance::{judge_article, judge_entry};
use pledgewatch::text::analyse;

static TOPIC: LazyLock<Topic> = LazyLock::new(Topic::embedded);

fn judge(title: &str, text: &str) -> Relevance {
    judge_article(title, &analyse(text, &TOPIC.words), &TOPIC)
}

#[track_caller]
fn check(cases: &[(&str, &str)], wanted: bool) {
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|(title, text)| {
            let relevance = judge(title, text);
            let kept = relevance.decision == RelevanceDecision::Keep;
            (kept != wanted).then(|| {
                let hits: Vec<String> = relevance
                    .hits
                    .iter()
                    .map(|hit| format!("{}:{}{:?}", hit.facet, hit.text, hit.discounted))
                    .collect();
                format!("{title}: {:?}, {} {hits:?}", relevance.decision, relevance.why)
            })
        })
        .collect();
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn agreements_between_the_two_states_are_kept() {
    check(
        &[
            (
                "Hanoi and London sign readmission protocol",
                "The protocol sets a limit of ten days for confirming the identity of Vietnamese nationals whom Britain wishes to return. It was signed by the deputy ministers on Friday.",
            ),
            (
                "Britain threatens visa curbs",
                "Ministers in London said that Vietnam would face slower visas unless it took back more of its failed asylum seekers. Hanoi called the remarks unhelpful.",
            ),
            (
                "Police academy hosts workshop",
                "Twenty investigators from Vietnam and four officers of the National Crime Agency spent a week in Hanoi on how people smuggling gangs move their money.",
            ),
            (
                "Ambassador summoned over delayed flights",
                "The Vietnamese ambassador was called to the Foreign Office on Tuesday after two removal flights to Hanoi were cancelled at short notice. The Home Office said 60 people had been due to be deported.",
            ),
            (
                "Anh và Việt Nam ký thỏa thuận mới về hồi hương",
                "Hai bên sẽ rút ngắn thời gian xác minh nhân thân xuống còn mười ngày. Bộ Nội vụ Anh chịu chi phí vé máy bay.",
            ),
            (
                "Đại sứ Anh thăm Quảng Bình",
                "Tại buổi làm việc, Đại sứ Anh và lãnh đạo tỉnh trao đổi về truyền thông di cư an toàn, hỗ trợ nạn nhân bị mua bán trở về tái hòa nhập.",
            ),
            (
                "Hội thảo tại Hải Phòng",
                "Bộ Công an phối hợp với Đại sứ quán Anh tổ chức hội thảo chia sẻ kinh nghiệm điều tra các đường dây đưa người di cư trái phép.",
            ),
            (
                "Bo Noi vu Anh tai tro chien dich canh bao",
                "Bo Noi vu Anh se tai tro mot chien dich canh bao ve di cu trai phep tai Nghe An va Ha Tinh. Phia Viet Nam cho biet chien dich keo dai sau thang va duoc thuc hien cung cac truong hoc.",
            ),
        ],
        true,
    );
}

#[test]
fn cases_of_people_brought_from_one_to_the_other_are_kept() {
    check(
        &[
            (
                "Swansea car wash owner jailed",
                "He paid his Vietnamese workers nothing and kept their passports in a safe, a judge at Swansea Crown Court said. Two of them had been trafficked through France.",
            ),
            (
                "Missing from care",
                "Nine Vietnamese teenagers vanished from foster homes in Kent last year, a charity says. It believes that all were trafficked on to cannabis farms.",
            ),
            (
                "Two held after raid on Belfast brothel",
                "Three women from Vietnam were taken to a place of safety. A man and a woman are being questioned under modern slavery laws.",
            ),
            (
                "Ringleader of lorry deaths sent to Essex court",
                "The man is accused of arranging the trailer in which thirty-nine Vietnamese migrants suffocated on the way to Purfleet.",
            ),
            (
                "Hà Tĩnh: khởi tố nhóm đưa người sang Anh",
                "Công an tỉnh Hà Tĩnh khởi tố bốn người về tội tổ chức cho người khác trốn đi nước ngoài. Mỗi khách trả 20.000 bảng để được giấu trong thùng xe đông lạnh.",
            ),
            (
                "Tòa Birmingham xử đường dây buôn người Việt",
                "Các bị cáo thu hộ chiếu của thợ làm móng và bắt họ làm mười bốn tiếng mỗi ngày tại các tiệm ở vùng Midlands.",
            ),
            (
                "Gia đình mong tin con",
                "Ba tháng nay, bà Tâm ở Yên Thành không nhận được cuộc gọi nào. Con trai bà lên đường sang Anh bằng thuyền nhỏ, và người môi giới đã tắt máy.",
            ),
        ],
        true,
    );
}

#[test]
fn stories_of_one_state_and_a_third_country_are_not_kept() {
    check(
        &[
            (
                "UK and Iraq agree returns deal",
                "The Home Secretary signed the agreement in Baghdad. It covers people who came by small boat and have no right to remain in the UK.",
            ),
            (
                "Paris and London extend patrols",
                "London (VNA) - British and French ministers agreed to extend beach patrols against small boats, a Vietnam News Agency correspondent in London reported. (Photo: AFP/VNA)",
            ),
            (
                "Vietnam and Australia sign plan on people smuggling",
                "The plan was signed in Canberra by deputy ministers. Both sides will train border officers and share fingerprints of irregular migrants.",
            ),
            (
                "Trafficked to Poipet",
                "Fourteen young people from Nghe An were rescued by Cambodian police from a compound where they had been forced to work as swindlers. Vietnam sent a bus.",
            ),
            (
                "Deportation flight from Texas lands",
                "Ninety-three Vietnamese deported from the United States landed at Noi Bai on Sunday. Relatives waited with flowers.",
            ),
            (
                "Nhật Bản siết quản lý thực tập sinh",
                "Sau vụ ba thực tập sinh Việt Nam bị cưỡng bức lao động ở Osaka, cơ quan xuất nhập cảnh Nhật Bản rút giấy phép của công ty tiếp nhận.",
            ),
            (
                "Anh - Pháp bàn chặn thuyền nhỏ",
                "Phóng viên TTXVN tại London dẫn lời Bộ trưởng Nội vụ Anh cho biết hai nước sẽ tăng tuần tra trên eo biển Manche. Ảnh: AFP/TTXVN",
            ),
            (
                "Thủ tướng Anh công bố luật tị nạn mới",
                "Người xin tị nạn tại Anh sẽ phải chờ hai mươi năm mới được thường trú. Phe đối lập cho rằng luật quá khắt khe.",
            ),
        ],
        false,
    );
}

#[test]
fn other_business_between_the_two_states_is_not_kept() {
    check(
        &[
            (
                "Trade talks in Hanoi",
                "Britain and Vietnam agreed to cut tariffs on seafood and pharmaceuticals. Exports to the UK rose by a tenth last year.",
            ),
            (
                "Cardiff chef's noodles win prize",
                "The owner came from Da Nang twenty years ago with two recipes. She now runs three restaurants in Wales.",
            ),
            (
                "Heroin in tea boxes",
                "The National Crime Agency and police in Ho Chi Minh City broke up a ring of smugglers who sent heroin to Manchester in tea boxes.",
            ),
            (
                "Pangolin scales seized",
                "Customs officers in Hai Phong stopped two tonnes of pangolin scales. British investigators had warned of the traffickers' route.",
            ),
            (
                "Scholarships for forty",
                "Forty students from Vietnam will study in Leeds and Glasgow on scholarships. Their visas were stamped on Monday.",
            ),
            (
                "British tourist overstays in Da Lat",
                "The backpacker from Bristol paid a fine at the immigration desk and went on to Laos.",
            ),
            (
                "Frigate in Cam Ranh",
                "The British frigate practised rescue with the Vietnamese coast guard before sailing for Japan.",
            ),
            (
                "Kế hoạch hợp tác giáo dục",
                "Việt Nam và Anh ký kế hoạch hợp tác giáo dục năm năm, gồm trao đổi giảng viên và học bổng cho sinh viên.",
            ),
            (
                "Ma túy từ London về Tân Sơn Nhất",
                "Hải quan phát hiện 5 kg ketamine trong hành lý gửi từ London. Cảnh sát Anh đã bắt người gửi, đường dây này từng bị phát hiện năm ngoái.",
            ),
        ],
        false,
    );
}

#[test]
fn words_that_only_look_like_the_topic_are_not_evidence() {
    check(
        &[
            (
                "Anh Tuấn và vụ lừa bán sang Trung Quốc",
                "Anh Tuấn, 31 tuổi, quê Lào Cai, bị bắt vì lừa bán hai thiếu nữ qua biên giới. Công an tỉnh Lào Cai cho biết anh khai nhận hành vi mua bán người.",
            ),
            (
                "Kỳ Anh siết quản lý tàu cá",
                "Thị xã Kỳ Anh (Hà Tĩnh) yêu cầu chủ tàu ký cam kết không vượt biên trái phép sang vùng biển nước ngoài.",
            ),
            (
                "Chim di cư về Xuân Thủy",
                "Nhà nghiên cứu người Anh đếm được ba nghìn con chim di cư ở Nam Định, ít hơn năm ngoái vì nạn săn bắt trái phép.",
            ),
            (
                "Học tiếng Anh ở cửa khẩu",
                "Cán bộ biên phòng Nghệ An học tiếng Anh để làm thủ tục nhập cảnh cho khách.",
            ),
            (
                "Records moved at last",
                "The migration of records to a new system at a hospital in Leeds was planned by engineers in Da Nang.",
            ),
            (
                "Boat people remembered",
                "A plaque in Plymouth recalls the boat people from Vietnam who were taken in by the town in 1979 after months in Hong Kong.",
            ),
            (
                "Bảng Anh mất giá",
                "Bảng Anh giảm khiến kiều hối gửi về Việt Nam giảm theo, ngân hàng cho biết.",
            ),
            (
                "Chuyển nhượng mùa hè",
                "Cầu thủ Việt Nam sang chơi ở giải Ngoại hạng Anh vẫn là giấc mơ, còn 'buôn người' trong bóng đá thì có thật.",
            ),
        ],
        false,
    );
}

#[test]
fn collections_of_stories_do_not_join_their_parts() {
    check(
        &[
            (
                "World brief, 3 May",
                "HANOI - Vietnam will cut interest rates next month, the central bank said.\n\nLONDON - A bill to remove people who come by small boat passed its last reading on Thursday.\n\nTOKYO - Rice prices rose for the ninth week in a row.",
            ),
            (
                "Điểm tin sáng",
                "Việt Nam đón không khí lạnh.\nAnh: biểu tình chống người nhập cư lan rộng.\nGiá vàng tăng.",
            ),
            (
                "Where they come from",
                "Most of those who crossed the Channel by small boat were from Afghanistan (17%), Vietnam (13%), Iran (11%) and Syria (10%), the Home Office said.",
            ),
        ],
        false,
    );
}

#[test]
fn every_decision_names_its_words_and_says_why() {
    let kept = judge(
        "",
        "The Home Office and Vietnam agreed to speed up the return of failed asylum seekers.",
    );
    assert!(kept.why.contains("Vietnam") && kept.why.ends_with('.'), "{}", kept.why);
    assert!(kept.hits.iter().any(|hit| hit.facet == "uk" && hit.text == "Home Office"));
    let lost = judge("", "London (VNA) - The UK will send back people who crossed by small boat.");
    assert_eq!(lost.decision, RelevanceDecision::Reject);
    assert!(lost.why.starts_with("No sign of Vietnam"), "{}", lost.why);
}

#[test]
fn the_spans_of_hits_are_slices_of_the_raw_text() {
    let raw = "Bô\u{323} Nội vụ\u{a0}Anh &amp; Viê\u{323}t Nam bàn về di cư trái phép.";
    let relevance = judge("", raw);
    assert_eq!(relevance.decision, RelevanceDecision::Keep);
    for hit in &relevance.hits {
        assert!(raw.get(hit.span.range()).is_some_and(|slice| !slice.is_empty()), "{hit:?}");
    }
    assert!(relevance.hits.iter().any(|hit| &raw[hit.span.range()] == "Viê\u{323}t Nam"));
}

#[test]
fn an_entry_is_only_ruled_out_when_it_leaves_no_doubt() {
    let fetched = |title: &str, summary: &str| {
        judge_entry(title, summary, Some(Language::En), &TOPIC).is_fetch()
    };
    assert!(fetched("Hanoi, London swap lists of people smugglers", ""));
    assert!(fetched(
        "Teenagers taken to safety from nail bar in Worksop",
        "Two people have been bailed."
    ));
    assert!(fetched(
        "UK returns deal: what we know",
        "The Home Office has announced a new agreement."
    ));
    assert!(fetched(
        "Minister receives British guest",
        "The two sides discussed cooperation, Vietnam's ministry said."
    ));
    assert!(!fetched(
        "Rice prices rise again in the delta",
        "Traders in Can Tho blame the weather."
    ));
    assert!(!fetched("Champions beaten at home", "Two late goals decided the match."));
}

#[test]
fn all_five_seed_articles_are_kept() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/seeds");
    let Ok(files) = std::fs::read_dir(folder) else { return };
    for file in files {
        let path = file.unwrap().path();
        let relevance = judge("", &std::fs::read_to_string(&path).unwrap());
        assert_eq!(relevance.decision, RelevanceDecision::Keep, "{}", path.display());
    }
}
