//! Made-up articles of any length on the topic: sentences of the kind that the rules look for, among everyday ones,
//! no two alike, so that nothing is skipped as a repetition.

use std::fmt::Write;

use pledgewatch::model::{Article, Language};

use crate::support::generator::{self, Shape};

const EN: &[&str] = &[
    "Deputy Minister of Public Security Le Quoc Hung received the British ambassador in Hanoi on {day} {month}",
    "The UK will provide training worth £{number} million for border officers in Vietnam by {year}",
    "The two sides signed a memorandum of understanding on human trafficking in {month} {year}",
    "Both countries agreed to set up a joint task force of {number} officers against people smuggling",
    "The Home Office pledged to fund {number} centres for victims of trafficking in Nghe An",
    "Vietnam proposed that the UK send {number} experts to share experience on illegal migration",
    "Police in {number} provinces broke up a ring that smuggled people to Britain in small boats",
    "The ministry is drafting a handbook on screening victims, to be finished in {month} {year}",
];
const VI: &[&str] = &[
    "Thứ trưởng Bộ Công an Lê Quốc Hùng tiếp Đại sứ Anh tại Hà Nội ngày {day}/{number}",
    "Vương quốc Anh sẽ hỗ trợ {number} triệu bảng để đào tạo cán bộ biên phòng Việt Nam trước năm {year}",
    "Hai bên đã ký bản ghi nhớ về phòng, chống mua bán người vào tháng {number}/{year}",
    "Hai nước thống nhất thành lập tổ công tác chung gồm {number} cán bộ để ngăn chặn đưa người trái phép",
    "Bộ Nội vụ Anh cam kết tài trợ {number} trung tâm hỗ trợ nạn nhân mua bán người tại Nghệ An",
    "Việt Nam đề nghị phía Anh cử {number} chuyên gia chia sẻ kinh nghiệm về di cư trái phép",
    "Công an {number} tỉnh triệt phá đường dây đưa người sang Anh bằng thuyền nhỏ",
    "Bộ đang xây dựng sổ tay nhận diện nạn nhân, dự kiến hoàn thành tháng {number}/{year}",
];
const MONTHS: &[&str] = &["March", "May", "June", "September", "October", "November"];

/// A title on the topic.
pub fn title(language: Language) -> &'static str {
    match language {
        Language::En => "Vietnam and the UK agree on new steps against human trafficking",
        Language::Vi => "Việt Nam và Anh thống nhất biện pháp mới phòng, chống mua bán người",
    }
}

/// Text of about so many bytes; another `seed` gives another text.
pub fn text(language: Language, bytes: usize, seed: usize) -> String {
    let (own, feed) = match language {
        Language::En => (EN, 1),
        Language::Vi => (VI, 3),
    };
    let mut out = format!("{}\n\n", title(language));
    for number in 0.. {
        if out.len() >= bytes {
            break;
        }
        let at = seed * 7 + number;
        let sentence = own[at % own.len()]
            .replace("{day}", &(1 + at % 28).to_string())
            .replace("{month}", MONTHS[at % MONTHS.len()])
            .replace("{year}", &(2027 + at % 9).to_string())
            .replace("{number}", &(2 + at % 997).to_string());
        let filler =
            generator::item(&Shape { seed: seed as u64, ..Shape::default() }, feed, number);
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{sentence}. {}\n", filler.summary);
    }
    out.truncate(out.floor_char_boundary(bytes));
    out
}

/// The same as an article that has been read.
pub fn article(language: Language, bytes: usize, seed: usize) -> Article {
    Article {
        title: title(language).to_owned(),
        text: text(language, bytes, seed),
        url: None,
        canonical_url: None,
        published: None,
        byline: None,
        language: None,
        confidence: None,
    }
}

/// A page of about so many bytes around an article: scripts, menus, lists of other stories, as real pages have.
pub fn page(language: Language, bytes: usize) -> String {
    let body = text(language, 6000, 1);
    let paragraphs: String = body
        .lines()
        .filter(|line| !line.is_empty())
        .map(|line| format!("<p>{line}</p>\n"))
        .collect();
    let mut aside = String::new();
    for number in 0.. {
        if aside.len() + 2 * body.len() >= bytes {
            break;
        }
        let item = generator::item(&Shape::default(), 1, number);
        let _ = write!(
            aside,
            "<div class=\"card card-{number}\"><a href=\"/p/{number}.html\"><img src=\"/i/{number}.jpg\" alt=\"\">\
             <h3>{}</h3></a><span class=\"time\">{number} minutes ago</span></div>\n\
             <script>window.cards=window.cards||[];cards.push({{id:{number},t:\"{}\"}});</script>\n",
            item.title, item.title
        );
    }
    format!(
        "<!DOCTYPE html><html lang=\"{}\"><head><meta charset=\"utf-8\"><title>{title}</title>\
         <meta property=\"article:published_time\" content=\"2026-05-04T08:00:00+07:00\"></head><body>\
         <nav><ul><li><a href=\"/\">Home</a></li></ul></nav><main><article><h1>{title}</h1>\n{paragraphs}\
         </article></main><aside>{aside}</aside><footer>Contact</footer></body></html>",
        language.tag(),
        title = title(language),
    )
}
