//! Relevance on texts written for this file: what belongs to the topic, and what only looks so.

use std::path::Path;

use pledgewatch::model::{Language, Relevance, RelevanceDecision};
use pledgewatch::relevance::{judge_article, judge_entry};
use pledgewatch::text::analyse;

use crate::TOPIC;

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
fn a_wider_field_of_stories_on_the_topic_is_kept() {
    check(
        &[
            (
                "Trial hears of debt in a biscuit tin",
                "The jury at Leicester was shown a notebook in which the names of eleven women from Hai Phong stood beside sums. They had worked in two nail salons for board and nothing else, the prosecution said.",
            ),
            (
                "Home from the hotel",
                "A boy from Ha Tinh who disappeared from a seaside hotel for child asylum seekers in Hove was found in a house full of cannabis plants near Bolton, a council review says.",
            ),
            (
                "MPs ask about the plan",
                "The committee wants to know how many Vietnamese have been returned under the plan, and what became of the promise of a liaison officer in Hanoi.",
            ),
            (
                "Vietnamese in top five of NRM referrals",
                "More than 900 Vietnamese nationals were referred to the National Referral Mechanism in the UK last year as possible victims of slavery.",
            ),
            (
                "Ten years for lorry driver",
                "He drove from Belgium to Harwich with nineteen Vietnamese, among them two children, behind pallets of tomatoes. Border Force officers opened the trailer.",
            ),
            (
                "Hai nước lập đường dây nóng",
                "Bộ Công an Việt Nam và Cơ quan Tội phạm quốc gia Anh (NCA) thống nhất lập đường dây nóng trao đổi thông tin về tội phạm mua bán người.",
            ),
            (
                "Chuyến bay thuê riêng hạ cánh Nội Bài",
                "24 công dân Việt Nam bị trục xuất khỏi Anh về tới sân bay Nội Bài sáng nay. Bộ Công an tiếp nhận và hỗ trợ họ về địa phương.",
            ),
            (
                "Anh siết visa với Việt Nam",
                "London cho rằng Việt Nam chậm nhận lại công dân cư trú bất hợp pháp.",
            ),
            ("ANH VÀ VIỆT NAM KÝ TUYÊN BỐ CHUNG VỀ DI CƯ", "Lễ ký diễn ra chiều nay tại Luân Đôn."),
            (
                "Nhà báo Anh đi theo hành trình của một cô gái Nghệ An",
                "Cô kể đã trả 400 triệu đồng để được đưa qua Nga, Pháp rồi giấu trong xe tải vào Dover.",
            ),
            (
                "Hỗ trợ nạn nhân trở về",
                "Dự án do Chính phủ Anh tài trợ giúp 200 phụ nữ Việt Nam từng bị mua bán học nghề tại Lào Cai.",
            ),
            (
                "Coaching for the camp",
                "A British charity will train teachers in Quang Tri to warn pupils about traffickers who promise jobs in England.",
            ),
            (
                "Scotland's hidden growers",
                "Police in Paisley found three Vietnamese men locked inside a former bank with 900 cannabis plants. All three are being treated as potential victims.",
            ),
            (
                "Jailed: gang who sold seats",
                "The gang charged Vietnamese clients £18,000 for a place in a lorry to Felixstowe, the National Crime Agency said.",
            ),
            (
                "Sponsor licences pulled",
                "Four care homes in Dorset have lost their licences after investigators found that Vietnamese carers had paid agents £20,000 for visas and were made to work without pay.",
            ),
            (
                "Embassy issues warning",
                "Vietnam's embassy in London has told citizens not to trust agents who offer places on small boats.",
            ),
            (
                "A year after the statement",
                "Britain and Vietnam have held two of the four meetings foreseen in their joint statement on migration. Officials in Hanoi blame calendars.",
            ),
            (
                "The trailer at Zeebrugge",
                "Two drivers from County Armagh are accused of dropping a trailer at Zeebrugge in which a family from Can Loc was to be shipped to Purfleet. The prosecutor in Bruges said the fare was 12,000 euros a head.",
            ),
            (
                "Hospital porter reports a girl without a name",
                "She spoke no English and had burns on her hands from acetone. A Vietnamese interpreter in Leicester coaxed out the address of a nail bar where six others slept. Police have arrested the owner.",
            ),
            (
                "Cardiff jury shown WhatsApp price list",
                "Hanoi to Paris 6,000; Paris to Dover 4,500; with life jacket 200 more. The defendant, 41, from Haiphong, denies assisting unlawful immigration.",
            ),
            (
                "Ba Lan, Pháp, rồi Anh: cuốn sổ của người dẫn đường",
                "Cuốn sổ ghi tên 60 khách quê Nghệ An, Hà Tĩnh. Cột cuối là ngày tới Dover. Công an tỉnh đã khởi tố người dẫn đường.",
            ),
            (
                "Thợ xây Quảng Bình kể chuyện bị trả về từ Anh",
                "Anh Sơn bị cảnh sát Anh bắt khi đang làm chui ở Luton, ba tháng sau lên máy bay về Nội Bài với hai bộ quần áo.",
            ),
            (
                "Đại sứ quán mở lớp cho kiều bào: nhận diện nạn nhân",
                "Buổi học tại London hướng dẫn chủ tiệm nail gốc Việt nhận ra lao động bị ép buộc và gọi đường dây chống nô lệ.",
            ),
            (
                "Cơ quan Tội phạm quốc gia Anh treo thưởng",
                "NCA truy tìm hai người Việt cầm đầu đường dây chở người qua eo biển Manche bằng xuồng bơm hơi.",
            ),
            (
                "Vietnamese embassy given 30 days to confirm names",
                "The new arrangement, agreed in Hanoi, obliges the embassy in London to say within a month whether a detained person is a citizen. Those confirmed will be put on a flight.",
            ),
            (
                "Seven-year-old found behind false wall",
                "The boy and his mother, both Vietnamese, had travelled from Belgium in a horsebox. They were found by officers at the port of Hull.",
            ),
            (
                "UK minister in Hanoi for talks on organised crime",
                "The security minister met Vietnam's Minister of Public Security. They agreed to share intelligence on gangs that bring people across the Channel and to fund a shelter in Nghe An.",
            ),
            (
                "Chống di cư trái phép: bàn giao thiết bị",
                "Đại sứ quán Anh trao 40 máy kiểm tra giấy tờ cho cửa khẩu Cầu Treo và sân bay Vinh.",
            ),
            (
                "Song for the thirty-nine",
                "A composer from Hue has written a requiem for the Vietnamese who died in a lorry in Essex. It will be sung in Grays and in Yen Thanh.",
            ),
            (
                "Gangmaster loses licence",
                "Inspectors said the Boston firm had housed eleven Vietnamese leek pickers in a shed and charged them for water. Three have entered the National Referral Mechanism.",
            ),
            (
                "Toa an Anh tuyen an nu chu tiem nail goc Viet",
                "Ba ta bi ket an vi bat co gai que Hai Duong lam viec khong luong va giu ho chieu cua ho, canh sat Birmingham cho biet.",
            ),
        ],
        true,
    );
}

#[test]
fn a_wider_field_of_stories_beside_the_topic_is_not_kept() {
    check(
        &[
            (
                "Irish gardaí find grow house",
                "Three Vietnamese men were found in a cannabis house in Cork on Sunday. They told Irish police that they owed money to a gang.",
            ),
            (
                "Berlin raid",
                "German police freed six Vietnamese women from a flat in Berlin. Prosecutors spoke of human trafficking on a large scale.",
            ),
            (
                "Vietnamese nail artist wins UK award",
                "Her nail salon in Cardiff took first prize at a London trade show. She came from Hue to study design.",
            ),
            (
                "Murder in Birmingham",
                "A Vietnamese restaurant owner was stabbed in Birmingham on Friday. Police believe it was a quarrel over rent.",
            ),
            (
                "Students face new visa fee",
                "Vietnamese students applying to British universities will pay more for a visa from April, the Home Office announced.",
            ),
            (
                "UK cuts net migration",
                "Net migration to the UK fell to 204,000, official figures show. Indians and Chinese were the largest groups of students to leave.",
            ),
            (
                "Vietnam tightens exit rules",
                "Vietnam's Immigration Department will use biometric gates at Noi Bai from June. Travellers from Japan and Korea are first.",
            ),
            (
                "Vụ lừa đảo việc nhẹ lương cao",
                "Công an Tây Ninh giải cứu 30 người bị lừa bán sang Campuchia. Anh Hùng kể bị đánh mỗi ngày.",
            ),
            (
                "Đoàn nghệ thuật sang Anh biểu diễn",
                "Đoàn múa rối nước sẽ biểu diễn tại Luân Đôn và Manchester trong tuần văn hóa Việt Nam.",
            ),
            (
                "Anh em nhà họ Vũ và chuyến vượt biên",
                "Anh em Vũ Văn A bị bắt khi vượt biên trái phép sang Trung Quốc làm thuê. Anh bị phạt 5 triệu đồng.",
            ),
            (
                "Đức dẫn độ nghi phạm buôn người sang Ba Lan",
                "Nghi phạm người Việt bị cáo buộc đưa lậu đồng hương qua biên giới Ba Lan - Đức.",
            ),
            (
                "Chính phủ Anh công bố ngân sách",
                "Chính phủ Anh tăng chi quốc phòng. Doanh nghiệp Việt Nam xuất khẩu sang Anh theo dõi tỷ giá.",
            ),
            (
                "Quốc hội thảo luận Luật Phòng, chống mua bán người",
                "Đại biểu Nguyễn Thị Kim Anh đề nghị bổ sung quy định bảo vệ nạn nhân. Luật dự kiến được thông qua cuối kỳ họp.",
            ),
            (
                "Vietnam passes anti-trafficking law",
                "The National Assembly in Hanoi passed the revised law on human trafficking. It protects foetuses and sets up a fund for victims.",
            ),
            (
                "UK court clears Albanian removals",
                "A judge in London ruled that the Home Office may resume charter flights to Tirana. Migrants from Albania had challenged the policy.",
            ),
            (
                "Refugee who fled Saigon becomes mayor",
                "He reached Britain in 1980 with his parents after two years in Hong Kong. On Monday he became mayor of a London borough.",
            ),
            (
                "Vietnam War film opens in London",
                "The film follows a refugee from South Vietnam. Critics in the UK praised it.",
            ),
            (
                "Ba nghi phạm buôn thuốc lá lậu",
                "Ba người Việt bị bắt ở Manchester vì buôn lậu thuốc lá, cảnh sát Anh cho biết.",
            ),
            (
                "UN ranks donors",
                "The United States, Germany, the United Kingdom and Japan gave most to the refugee agency. Projects in Vietnam, Laos and Kenya will close.",
            ),
            (
                "Thailand, Vietnam and Cambodia sign trafficking accord",
                "The three countries will share lists of suspects. An adviser from Britain attended the ceremony in Bangkok.",
            ),
            (
                "Trồng cần sa tại nhà ở Đồng Nai",
                "Công an Đồng Nai bắt một thanh niên trồng cần sa trong nhà kín. Anh khai mua hạt giống qua mạng từ Hà Lan.",
            ),
            (
                "Refugee Week in Leeds",
                "Poets from Iran, Sudan and Vietnam read at the library in Leeds to mark Refugee Week. Tickets cost four pounds.",
            ),
            (
                "A cook's journey",
                "Her parents fled Vietnam by boat in 1981 and were settled in Thetford. Her London restaurant has just earned a star.",
            ),
            (
                "EU ministers agree migration pact",
                "The pact sets rules for asylum at the border. The UK, which left the bloc, is not bound by it. Hungary voted against.",
            ),
            (
                "Dutch court jails Vietnamese smugglers",
                "The court in The Hague found that the four had hidden people in vans bound for Germany. All are from Hai Phong.",
            ),
            (
                "VN-Index slips as pound falls",
                "Shares in Ho Chi Minh City fell with sterling after the Bank of England's surprise.",
            ),
            (
                "Hà Nội: phạt người nước ngoài dạy tiếng Anh không phép",
                "Công an Hà Nội phạt ba người mang quốc tịch Nam Phi, Mỹ và Anh dạy tiếng Anh không giấy phép lao động, đề nghị trục xuất.",
            ),
            (
                "Anh: lao động Ấn Độ bị bóc lột trong nhà dưỡng lão",
                "Cơ quan chống bóc lột lao động Anh giải cứu 50 sinh viên Ấn Độ bị ép làm việc tại xứ Wales.",
            ),
            (
                "Giải cứu 20 lao động Việt ở Myanmar",
                "Nhóm lao động quê Thanh Hóa bị bán qua ba công ty lừa đảo. Một tổ chức có trụ sở tại Anh hỗ trợ chi phí đi lại.",
            ),
            (
                "Số người tị nạn Ukraine tại Anh",
                "Bộ Nội vụ Anh cho biết 210.000 người tị nạn Ukraine đã đến Anh. Việt Nam hoan nghênh các nỗ lực ngoại giao.",
            ),
            (
                "Britain returns stolen statue to Vietnam",
                "A museum in London returned a bronze statue to Vietnam. It had been smuggled out of the country forty years ago.",
            ),
            (
                "UK and Vietnam sign illegal wildlife pact",
                "The two governments agreed to train border guards to find horn and ivory in containers. Traffickers use Hai Phong as a hub.",
            ),
            (
                "Vietnam, UK hold defence policy dialogue",
                "In Hanoi, deputy defence ministers discussed peacekeeping, training and cyber security. Border guard officers will study English in the UK.",
            ),
            (
                "Vietnam sends first workers to Hungary",
                "One hundred welders left Noi Bai for Budapest under a labour agreement. They will earn 1,500 euros. The UK is studying the model, an adviser said.",
            ),
            (
                "Vợ chồng người Anh nhận con nuôi ở Đà Nẵng",
                "Đôi vợ chồng quê Bristol hoàn tất thủ tục nhận nuôi bé gái ba tuổi tại Đà Nẵng. Gia đình sẽ bay về Anh tuần tới.",
            ),
            (
                "Du học Anh: những điều cần biết về visa",
                "Bộ Nội vụ Anh tăng phí visa sinh viên. Du học sinh Việt Nam cần chứng minh tài chính và chọn trường được cấp phép.",
            ),
            (
                "Man United's academy opens in Hanoi",
                "The club will train Vietnamese coaches. 'It is not trafficking in talent', its director joked.",
            ),
            (
                "Police in Cambodia raid scam centre",
                "Among 300 freed were Chinese, Thais, Vietnamese and one Briton, officials in Phnom Penh said. Most had been trafficked.",
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
    let why = kept.why.to_string();
    assert!(why.contains("Vietnam") && why.ends_with('.'), "{why}");
    assert!(kept.hits.iter().any(|hit| hit.facet == "uk" && hit.text == "Home Office"));
    let lost = judge("", "London (VNA) - The UK will send back people who crossed by small boat.");
    assert_eq!(lost.decision, RelevanceDecision::Reject);
    assert!(lost.why.to_string().starts_with("No sign of Vietnam"), "{}", lost.why);
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
