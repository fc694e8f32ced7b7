//! The traps of relevance, each with texts on both sides of it: what only looks like the topic, and what hardly looks
//! like it but is. All texts were written for this file.

use pledgewatch::model::{Language, RelevanceDecision};
use pledgewatch::relevance::{judge_article, judge_entry};
use pledgewatch::text::analyse;

use crate::TOPIC;

/// Title, text, and whether it is to be kept.
type Case = (&'static str, &'static str, bool);

#[track_caller]
fn check(cases: &[Case]) {
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|&(title, text, wanted)| {
            let found = judge_article(title, &analyse(text, &TOPIC.words), &TOPIC);
            let kept = found.decision == RelevanceDecision::Keep;
            let hits: Vec<String> = found
                .hits
                .iter()
                .map(|hit| format!("{}:{}{:?}", hit.facet, hit.text, hit.discounted))
                .collect();
            (kept != wanted).then(|| format!("{title} / {text}\n    {} {hits:?}", found.why))
        })
        .collect();
    assert!(wrong.is_empty(), "{} of {} wrong:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
    // What is to be kept is always fetched, whatever the feed says of it.
    let lost: Vec<&str> = cases
        .iter()
        .filter(|(.., wanted)| *wanted)
        .filter(|(title, text, _)| !judge_entry(title, text, None, &TOPIC).is_fetch())
        .map(|(title, ..)| *title)
        .collect();
    assert!(lost.is_empty(), "ruled out before they were read: {lost:?}");
}

#[test]
fn anh_is_a_country_a_brother_a_district_or_a_given_name() {
    check(&[
        (
            "Anh trục xuất 40 người Việt",
            "Chuyến bay đưa 40 người nhập cư trái phép rời sân bay Stansted tối thứ Ba.",
            true,
        ),
        (
            "Việt Nam và Anh bàn về nhận trở lại công dân",
            "Hai bên thống nhất trả lời trong mười ngày.",
            true,
        ),
        (
            "Từ Anh trở về, chị mở lớp cảnh báo nạn buôn người",
            "Chị từng bị bóc lột lao động ở London, nay kể chuyện cho học sinh Nghệ An.",
            true,
        ),
        (
            "Anh Tuấn kể chuyện vượt biên",
            "Anh bị công an Hà Tĩnh bắt khi tổ chức đưa người sang Trung Quốc. Anh khai nhận 30 triệu đồng.",
            false,
        ),
        (
            "Huyện Anh Sơn phá đường dây đưa người trái phép",
            "Công an huyện Anh Sơn bắt ba nghi phạm đưa người sang Thái Lan làm thuê.",
            false,
        ),
        (
            "Nguyễn Thị Vân Anh bị khởi tố vì mua bán người",
            "Vân Anh lừa bán hai thiếu nữ Đồng Nai sang Campuchia. Tuấn Anh, em trai, giúp sức.",
            false,
        ),
        (
            "Cô gái mê tiếng Anh và giấc mơ di cư của đàn chim",
            "Em học tiếng Anh ở Cần Thơ và chụp ảnh chim di cư.",
            false,
        ),
        (
            "Hai anh em bị lừa bán sang Myanmar",
            "Người anh trốn thoát, người em vẫn bị giam giữ. Anh kể mỗi ngày làm mười sáu tiếng. Gia đình ở Thanh Hóa kêu cứu.",
            false,
        ),
        (
            "Kỳ Anh: bắt nhóm đưa người vượt biên",
            "Công an thị xã Kỳ Anh (Hà Tĩnh) khởi tố nhóm đưa người sang Lào.",
            false,
        ),
        (
            "Bảng Anh tăng giá",
            "Người lao động xuất khẩu ở Quảng Bình gửi bảng Anh về nhiều hơn.",
            false,
        ),
    ]);
}

#[test]
fn datelines_credits_and_desks_are_no_evidence() {
    check(&[
        (
            "Turkey, Greece agree on returns",
            "LONDON (VNA) - Turkey and Greece have agreed to speed up the return of irregular migrants rescued in the Aegean Sea.",
            false,
        ),
        (
            "Anh và Pháp chặn xuồng",
            "London (TTXVN) - Anh và Pháp đồng ý tăng tuần tra chống đưa người trái phép. Ảnh: Reuters/TTXVN",
            false,
        ),
        (
            "Germany tightens asylum rules",
            "BERLIN - The cabinet approved faster deportations on Wednesday.\n\n(Reporting by Thu Ha in Hanoi and Mary Cole in London; editing by P. Duc)",
            false,
        ),
        (
            "Ban to grant visas",
            "Poland will stop issuing some work visas, its government said. Vietnam News Agency's correspondent in London contributed to this report.",
            false,
        ),
        (
            "Hanoi, London set date for returns talks",
            "HANOI (VNS) - Officials of the two countries will meet in May to discuss the return of people who have no right to stay in Britain.",
            true,
        ),
    ]);
}

#[test]
fn lists_and_third_countries_do_not_make_it_theirs() {
    check(&[
        (
            "Top nationalities in boats",
            "Most who crossed to the UK came from Eritrea, Afghanistan, Iran, Sudan, Vietnam and Syria.",
            false,
        ),
        (
            "Channel arrivals: Vietnamese now the largest group",
            "Home Office figures show that Vietnamese nationals made up a fifth of small boat arrivals this spring.",
            true,
        ),
        (
            "Laos arrests two Britons over illegal stay",
            "Police in Vientiane said the men had overstayed after a trip through Vietnam.",
            false,
        ),
        (
            "Vietnam, Japan renew trainee deal",
            "The deal bars brokers who charge fees. A similar scheme exists in the United Kingdom.",
            false,
        ),
        (
            "Czech court jails ring that took Vietnamese to Britain",
            "The gang drove people from Hanoi through Prague to Dover in vans for 15,000 pounds each.",
            true,
        ),
        (
            "Nhóm đưa người Việt từ Ba Lan sang Đức lĩnh án",
            "Tòa Berlin tuyên sáu năm tù. Hai người trong số khách định tới Hà Lan.",
            false,
        ),
        (
            "Pháp xét xử đường dây đưa người Việt sang Anh",
            "Nhóm này thu mỗi người 12.000 euro cho chỗ trên xuồng từ Dunkirk.",
            true,
        ),
    ]);
}

#[test]
fn other_trafficking_and_other_migration_are_not_it() {
    check(&[
        (
            "Vietnamese couple jailed over ketamine",
            "Leeds Crown Court heard that the pair smuggled 40 kilos of ketamine in parcels of dried fruit.",
            false,
        ),
        (
            "Pangolin scales seized at Felixstowe",
            "Border Force found two tonnes of scales bound for Hai Phong. Two suspected traffickers of wildlife were arrested.",
            false,
        ),
        (
            "Cannabis gardener was a victim, court accepts",
            "The Vietnamese teenager, found tending plants in a locked house in Oldham, had been trafficked and owed his captors £20,000.",
            true,
        ),
        (
            "Vụ buôn lậu thuốc lá từ Việt Nam sang Anh",
            "Cảnh sát Manchester thu 2 triệu điếu thuốc lá lậu giấu trong lô hàng nước mắm.",
            false,
        ),
        (
            "Ngà voi trong container từ Nigeria",
            "Hải quan Hải Phòng phối hợp với cảnh sát Anh phá đường dây buôn bán ngà voi.",
            false,
        ),
        (
            "Swallows leave early",
            "The migration of swallows from Kent to the Mekong delta has puzzled British and Vietnamese ornithologists.",
            false,
        ),
        (
            "Bank's migration to new system delayed",
            "The British bank's software house in Da Nang blamed the servers for the failed data migration.",
            false,
        ),
        (
            "Cell migration study",
            "Researchers in Edinburgh and Hanoi showed how a protein steers migration of tumour cells.",
            false,
        ),
        (
            "Bác sĩ Anh và Việt Nam nghiên cứu tế bào ung thư di cư",
            "Nhóm ở Oxford và Huế tìm ra protein khiến tế bào ung thư di cư.",
            false,
        ),
        (
            "Gun trafficking ring broken",
            "Police in London and Ho Chi Minh City say converted pistols were smuggled in speakers.",
            false,
        ),
        (
            "Kho báu cổ vật bị buôn lậu trở về",
            "Bảo tàng Anh trao trả ba cổ vật Chăm bị buôn lậu khỏi Việt Nam.",
            false,
        ),
    ]);
}

#[test]
fn history_arts_travel_study_and_trade_are_not_it() {
    check(&[
        (
            "Forty years after the boats",
            "Families who fled Vietnam as boat people in 1979 met in Leeds to remember their first English winter as refugees.",
            false,
        ),
        (
            "A play about a border",
            "The Vietnamese-British playwright's new comedy at the Royal Court follows a refugee and her tailor.",
            false,
        ),
        (
            "Ao dai and asylum: a novelist looks back",
            "Her novel, set in Saigon and Birmingham, follows three refugees. Critics loved it.",
            false,
        ),
        (
            "Visa-free travel for Britons in Vietnam extended",
            "British tourists may stay 45 days without a visa, the immigration department said.",
            false,
        ),
        (
            "Học bổng Chevening mở đơn",
            "Đại sứ quán Anh tại Hà Nội nhận hồ sơ học bổng; ứng viên cần hộ chiếu và thư giới thiệu.",
            false,
        ),
        (
            "Student route: universities told to check agents",
            "Home Office inspectors found that brokers in Hanoi sold forged bank letters so that Vietnamese could use student visas to work illegally in Britain.",
            true,
        ),
        (
            "Exports to UK rise",
            "Vietnam's exporters of shrimp expect more orders from Britain after the tariff cut. Migrant workers in the delta hope for bonuses.",
            false,
        ),
        (
            "Đội tuyển nữ Anh gặp Việt Nam",
            "Huấn luyện viên nói trận đấu sẽ không dễ. Vé chợ đen bị đường dây thu gom.",
            false,
        ),
        (
            "Minister's packed day in Hanoi",
            "The foreign secretary opened a wind farm office, watched a football match and discussed tariffs. In the afternoon he signed with Vietnam's police minister a plan against people smuggling, under which Britain takes fingerprints of illegal migrants before removal flights.",
            true,
        ),
    ]);
}

#[test]
fn places_with_namesakes_belong_to_the_country_that_is_named() {
    check(&[
        (
            "Vietnamese nail technicians held in Manchester",
            "Agents of ICE detained four workers in Manchester, New Hampshire, the governor's office said. Lawyers in Washington will contest their deportation to Vietnam.",
            false,
        ),
        (
            "Newcastle vigil for deported father",
            "The Vietnamese man was removed from Australia after eleven years in Newcastle, New South Wales.",
            false,
        ),
        (
            "Vietnamese nail technicians held in Manchester",
            "Immigration officers detained four workers after a raid. The Home Office said that two may be victims of trafficking.",
            true,
        ),
        (
            "Cambridge raid",
            "Three Vietnamese were found working illegally in a restaurant near the river. They were taken to Yarl's Wood.",
            true,
        ),
    ]);
}

#[test]
fn round_ups_are_read_paragraph_by_paragraph() {
    check(&[
        (
            "Asia-Europe brief",
            "Hanoi will host a summit on rice.\n\nBritain cut interest rates.\n\nItaly took in 200 migrants.\n\nFour smugglers were jailed in Spain.",
            false,
        ),
        (
            "Morning brief",
            "Shares rose in Tokyo.\n\nBritain will return 30 failed asylum seekers to Vietnam on Friday, officials in London said.\n\nRain is expected.",
            true,
        ),
        (
            "Điểm tin sáng",
            "Giá vàng giảm.\n\nAnh thay bộ trưởng tài chính.\n\nViệt Nam xuất khẩu 2 triệu tấn gạo.\n\nÝ cứu 80 người di cư.",
            false,
        ),
    ]);
}

#[test]
fn what_hardly_names_its_subject_is_kept() {
    check(&[
        (
            "Fourteen hidden behind pallets",
            "All were from Ha Tinh. The driver was stopped at Immingham; two needed hospital treatment.",
            true,
        ),
        (
            "She thought it was a job in a bakery",
            "The 19-year-old from Nghe An was made to cook for gardeners in a locked house in Stoke. A judge has now quashed her conviction.",
            true,
        ),
        (
            "Mother waits for a call from Calais",
            "Her son left Do Thanh in March. The last message said that he would try the sea again on Sunday and reach England by night.",
            true,
        ),
        (
            "Seafarers' chaplain finds three boys under a tarpaulin",
            "They spoke no English. An interpreter at Tilbury said that they were Vietnamese and had been on the road for four months.",
            true,
        ),
        (
            "Đường dây nóng bằng tiếng Việt cho nạn nhân nô lệ hiện đại",
            "Tổ chức từ thiện ở Birmingham nhận cuộc gọi mỗi tối.",
            true,
        ),
        (
            "Bị giam trong tiệm nail ở Cardiff",
            "Cô gái quê Hải Dương không được trả lương suốt hai năm, tòa án xứ Wales nghe.",
            true,
        ),
        (
            "Chết cóng trong thùng xe",
            "Ba thanh niên Diễn Châu được tìm thấy tại bãi đỗ ở Kent. Gia đình nợ môi giới 700 triệu đồng.",
            true,
        ),
        (
            "Nghệ An: giải ngân dự án phòng ngừa với Đại sứ quán Anh",
            "Dự án truyền thông về rủi ro khi ra nước ngoài trái phép đến với 20 xã.",
            true,
        ),
        (
            "Công an Quảng Bình làm việc với NCA",
            "Hai bên trao đổi về các đối tượng cầm đầu đường dây đưa người sang Anh.",
            true,
        ),
        (
            "Thu don xin ti nan cua nguoi Viet tai Anh giam",
            "Bo Noi vu Anh cho biet so don xin ti nan cua nguoi Viet giam mot nua.",
            true,
        ),
    ]);
}

#[test]
fn signed_texts_and_meetings_are_kept_even_beside_much_else() {
    check(&[
        (
            "Hai nước ký kế hoạch hành động",
            "Bộ Công an Việt Nam và Bộ Nội vụ Anh ký kế hoạch hành động chung về phòng, chống mua bán người giai đoạn mới.",
            true,
        ),
        (
            "Fourth round in Hanoi",
            "The UK-Vietnam Migration Dialogue met for the fourth time. Returns, visas and training were on the agenda.",
            true,
        ),
        (
            "Annex to the Enhanced Migration Partnership published",
            "It sets a limit of fifteen days for each request.",
            true,
        ),
        (
            "Ambassador talks about everything",
            "Trade, wind power, scholarships: the new British ambassador wants more of all three. Asked about returns, he said Vietnam had taken back 900 people who had no right to remain and that charter flights would go on.",
            true,
        ),
        (
            "Police chiefs swap liaison officers",
            "A Vietnamese officer will sit in London and a British one in Hanoi to go after gangs that smuggle people.",
            true,
        ),
        (
            "Vietnam and Britain to cooperate on peacekeeping",
            "Deputy ministers of defence agreed to train engineers for missions in Africa.",
            false,
        ),
    ]);
}

#[test]
fn the_reason_names_the_words_that_made_the_decision() {
    let why = |title: &str, text: &str| {
        judge_article(title, &analyse(text, &TOPIC.words), &TOPIC).why.to_string()
    };
    let kept = why("", "Hanoi will take back migrants from Britain.");
    for word in ["Hanoi", "Britain", "take back"] {
        assert!(kept.contains(&format!("\"{word}\"")), "{kept}");
    }
    let namesake =
        why("", "A Vietnamese man in London faces deportation, officials in Ottawa said.");
    assert!(namesake.contains("a place of that name elsewhere"), "{namesake}");
    let credit = why("", "(Reporting by A in Hanoi) The UK will deport more asylum seekers.");
    assert!(credit.contains("credit line"), "{credit}");
    let drugs = why(
        "",
        "Smugglers from Vietnam hid cocaine and heroin in a van in Hull, police in England said.",
    );
    assert!(drugs.contains("something else (drugs)"), "{drugs}");
}

#[test]
fn the_gate_lets_everything_through_in_which_the_analysis_finds_a_word() {
    // Every so many blanks are lost.
    let glued = |text: &str, gap: usize| {
        let words: Vec<&str> = text.split(' ').collect();
        let groups: Vec<String> = words.chunks(gap).map(|group| group.join(" ")).collect();
        groups.concat()
    };
    for text in [
        "Officials praised the harvest and the new bridge over the river near the old mill",
        "Smugglers charged families a fortune for seats in small boats, a court was told on Friday",
        "Hai Phong and Hanoi prepare for rain; Manchester prepares for football and for more rain",
        "Debts, gangs and padlocked doors: what the inspectors saw in the car wash last winter",
        "MPs of the UK and U.K. ministers met the NCA about lorries, visas and GBP 5m of aid",
        "Bo Noi vu Anh cho biet so nguoi xin ti nan giam mot nua so voi nam ngoai",
    ] {
        for text in [text.to_owned(), glued(text, 2), glued(text, 5), text.to_uppercase()] {
            let found = judge_article("", &analyse(&text, &TOPIC.words), &TOPIC);
            let entry = judge_entry("", &text, None, &TOPIC);
            assert_eq!(entry.relevance().hits.len(), found.hits.len(), "{text}");
        }
    }
}

#[test]
fn an_entry_is_fetched_when_in_doubt_and_not_when_there_is_none() {
    let fetched = |title: &str, summary: &str, language| {
        judge_entry(title, summary, Some(language), &TOPIC).is_fetch()
    };
    for (title, summary) in [
        (
            "Two men charged after lorry search",
            "Eight people were found. Police believe that all are Vietnamese.",
        ),
        ("Home Office minister in Hanoi", ""),
        ("What we know about the returns deal", "Vietnam has agreed to answer within days."),
        ("Nghe An families wait for news", "Their children had set out for England."),
    ] {
        assert!(fetched(title, summary, Language::En), "{title}");
    }
    assert!(fetched("Bộ Công an tiếp Đại sứ Anh", "Hai bên trao đổi hợp tác.", Language::Vi));
    for (title, summary) in [
        ("Rates held again", "The central bank sees no reason to move."),
        ("Champions through on penalties", "The keeper saved two."),
        ("Paris fashion week opens", "Designers look to the sea."),
    ] {
        assert!(!fetched(title, summary, Language::En), "{title}");
    }
    assert!(!fetched("Giá lúa tăng", "Nông dân miền Tây phấn khởi.", Language::Vi));
}
