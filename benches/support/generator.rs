//! Deterministic news feeds in any number: the same seed, feed and version always give the same bytes.
//!
//! In size and shape they follow what a survey of real feeds found: about 35 entries and 80 kB a feed, a third in
//! Vietnamese, four formats. Most entries are everyday news; some are the kind that looks like our topic, and a
//! chosen share is on it. All texts are put together from the word lists below and mean nothing.

use std::fmt::Write;

/// What to generate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shape {
    /// Number of feeds.
    pub feeds: usize,
    /// Entries that a feed holds at any time.
    pub entries: usize,
    /// Share of entries that are on the topic, 0 to 1.
    pub on_topic: f64,
    /// Share of entries that only look like it, 0 to 1.
    pub near: f64,
    /// Everything follows from it.
    pub seed: u64,
}

impl Default for Shape {
    fn default() -> Self {
        Self { feeds: 1000, entries: 35, on_topic: 0.005, near: 0.05, seed: 1 }
    }
}

/// Entries that a feed gains with each new version.
const NEW_PER_VERSION: usize = 2;
/// The newest entry of version 0 is from this moment (2026-06-01T00:00:00Z), in seconds.
const EPOCH: i64 = 1_780_272_000;
/// Seconds between two entries of a feed.
const SPACING: i64 = 1800;

const EN: &[&str] = &[
    "council",
    "market",
    "harvest",
    "school",
    "bridge",
    "minister",
    "budget",
    "weather",
    "factory",
    "museum",
    "river",
    "railway",
    "hospital",
    "festival",
    "price",
    "union",
    "report",
    "village",
    "airport",
    "garden",
    "company",
    "rain",
    "coach",
    "team",
    "election",
    "committee",
    "road",
    "engineer",
    "library",
    "fishermen",
    "court",
    "energy",
    "tourists",
    "bank",
    "season",
    "history",
    "opened",
    "delayed",
    "announced",
    "repaired",
    "praised",
    "questioned",
    "visited",
    "measured",
    "local",
    "northern",
    "quiet",
    "annual",
    "wooden",
    "early",
    "modern",
    "careful",
    "the",
    "a",
    "of",
    "for",
    "with",
    "after",
    "before",
    "near",
    "without",
    "during",
    "and",
    "but",
];
const VI: &[&str] = &[
    "hội đồng",
    "thị trường",
    "mùa vụ",
    "trường học",
    "cây cầu",
    "bộ trưởng",
    "ngân sách",
    "thời tiết",
    "nhà máy",
    "bảo tàng",
    "dòng sông",
    "đường sắt",
    "bệnh viện",
    "lễ hội",
    "giá cả",
    "công đoàn",
    "báo cáo",
    "ngôi làng",
    "sân bay",
    "khu vườn",
    "doanh nghiệp",
    "mưa lớn",
    "huấn luyện viên",
    "đội tuyển",
    "bầu cử",
    "ủy ban",
    "con đường",
    "kỹ sư",
    "thư viện",
    "ngư dân",
    "tòa án",
    "năng lượng",
    "du khách",
    "ngân hàng",
    "mùa giải",
    "lịch sử",
    "khai mạc",
    "trì hoãn",
    "công bố",
    "sửa chữa",
    "khen ngợi",
    "chất vấn",
    "tham quan",
    "đo đạc",
    "địa phương",
    "phía bắc",
    "yên tĩnh",
    "thường niên",
    "bằng gỗ",
    "sớm",
    "hiện đại",
    "cẩn thận",
    "của",
    "cho",
    "với",
    "sau khi",
    "trước",
    "gần",
    "không có",
    "trong",
    "và",
    "nhưng",
    "được",
    "những",
];
const NEAR_EN: &[&str] = &[
    "Geese begin their migration along the Norfolk coast",
    "Britain and France discuss small boats in Calais",
    "Customs officers find drugs in a trafficking case at Felixstowe",
    "Bank completes migration of its data to a new centre",
    "Vietnam welcomes British investors in wind power",
];
const NEAR_VI: &[&str] = &[
    "Chim di cư về vùng bãi triều, người dân không bẫy bắt",
    "Bảng Anh tăng giá, thị trường nhập khẩu theo dõi",
    "Giải bóng đá Ngoại hạng Anh bước vào vòng đấu muộn",
    "Công an bắt nhóm mua bán người qua biên giới Campuchia",
    "Lớp tiếng Anh miễn phí của bộ đội biên phòng",
];
const TOPIC_EN: &[&str] = &[
    "Vietnam and the UK agree to train border officers against human trafficking",
    "Home Office to fund a campaign on illegal migration in Vietnam",
];
const TOPIC_VI: &[&str] = &[
    "Việt Nam và Anh thống nhất phối hợp phòng, chống mua bán người",
    "Bộ Nội vụ Anh sẽ hỗ trợ Việt Nam ngăn chặn di cư trái phép",
];

/// What an entry is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// Everyday news.
    Other,
    /// Looks like the topic.
    Near,
    /// On the topic.
    Topic,
}

/// One generated entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Number within its feed, from 0, oldest first.
    pub number: usize,
    /// What it is about.
    pub subject: Subject,
    /// Title.
    pub title: String,
    /// Lead.
    pub summary: String,
    /// Text.
    pub text: String,
    /// Seconds since 1970.
    pub at: i64,
}

/// Whether a feed is in Vietnamese.
pub fn is_vietnamese(feed: usize) -> bool {
    feed.is_multiple_of(3)
}

/// `Content-Type` of a feed.
pub fn content_type(feed: usize) -> &'static str {
    match feed % 4 {
        0 | 1 => "application/rss+xml; charset=utf-8",
        2 => "application/atom+xml; charset=utf-8",
        _ => "application/feed+json",
    }
}

/// The entries of a feed in a version, newest first.
pub fn items(shape: &Shape, feed: usize, version: usize) -> Vec<Item> {
    let newest = shape.entries + version * NEW_PER_VERSION;
    (newest - shape.entries..newest).rev().map(|number| item(shape, feed, number)).collect()
}

/// One entry, whatever version it is shown in.
pub fn item(shape: &Shape, feed: usize, number: usize) -> Item {
    let mut dice = Dice::of(shape.seed, feed, number);
    let vietnamese = is_vietnamese(feed);
    let words = if vietnamese { VI } else { EN };
    let chance = dice.share();
    let (subject, start) = if chance < shape.on_topic {
        (Subject::Topic, dice.pick(if vietnamese { TOPIC_VI } else { TOPIC_EN }).to_owned())
    } else if chance < shape.on_topic + shape.near {
        (Subject::Near, dice.pick(if vietnamese { NEAR_VI } else { NEAR_EN }).to_owned())
    } else {
        (Subject::Other, dice.sentence(words, 7))
    };
    let summary = match subject {
        Subject::Other => format!("{} {}", dice.sentence(words, 14), dice.sentence(words, 9)),
        Subject::Near | Subject::Topic => format!("{start}. {}", dice.sentence(words, 12)),
    };
    let paragraphs: Vec<String> = (0..4)
        .map(|_| (0..4).map(|_| dice.sentence(words, 13)).collect::<Vec<_>>().join(" "))
        .collect();
    // Entry numbers tell titles apart.
    let title = format!("{start} ({feed}.{number})");
    let text = format!("{summary}\n{}", paragraphs.join("\n"));
    let at = EPOCH + (number as i64 - shape.entries as i64 + 1) * SPACING;
    Item { number, subject, title, summary, text, at }
}

/// A feed's document. `base` is the address of its host, without a final slash.
pub fn document(shape: &Shape, feed: usize, version: usize, base: &str) -> String {
    let items = items(shape, feed, version);
    match feed % 4 {
        0 | 1 => rss(feed, &items, base),
        2 => atom(feed, &items, base),
        _ => json(feed, &items, base),
    }
}

/// The page that an entry leads to.
pub fn page(item: &Item) -> String {
    let paragraphs: String = item.text.lines().map(|line| format!("<p>{line}</p>\n")).collect();
    format!(
        "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>{title}</title></head><body>\
         <nav><a href=\"/\">Home</a></nav><article><h1>{title}</h1>\n{paragraphs}</article></body>\
         </html>",
        title = item.title
    )
}

/// Path of an entry's page.
pub fn page_path(feed: usize, number: usize) -> String {
    format!("/p/{feed}/{number}.html")
}

fn markup(item: &Item, link: &str) -> String {
    let paragraphs: String = item.text.lines().map(|line| format!("<p>{line}</p>")).collect();
    format!("<a href=\"{link}\"><img src=\"{link}.jpg\" alt=\"\"></a>{paragraphs}")
}

fn rss(feed: usize, items: &[Item], base: &str) -> String {
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<rss version=\"2.0\" \
         xmlns:content=\"http://purl.org/rss/1.0/modules/content/\">\n<channel><title>Feed {feed}\
         </title><link>{base}/</link><description>generated</description>\n"
    );
    for item in items {
        let link = format!("{base}{}", page_path(feed, item.number));
        let content = markup(item, &link);
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "<item><title>{}</title><link>{link}</link><guid>{link}</guid><pubDate>{}</pubDate>\
             <description><![CDATA[<p>{}</p>]]></description>\
             <content:encoded><![CDATA[{content}]]></content:encoded></item>",
            item.title,
            instant(item.at).strftime("%a, %d %b %Y %H:%M:%S +0000"),
            item.summary,
        );
    }
    text + "</channel></rss>\n"
}

fn atom(feed: usize, items: &[Item], base: &str) -> String {
    let updated = items.first().map_or(EPOCH, |item| item.at);
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n\
         <title>Feed {feed}</title><id>tag:farm.example,2026:{feed}</id><updated>{}</updated>\n",
        instant(updated)
    );
    for item in items {
        let link = format!("{base}{}", page_path(feed, item.number));
        let content = markup(item, &link).replace('<', "&lt;").replace('>', "&gt;");
        let _ = writeln!(
            text,
            "<entry><title>{}</title><id>tag:farm.example,2026:{feed}.{}</id><link href=\"{link}\"/>\
             <published>{at}</published><updated>{at}</updated><summary>{}</summary>\
             <content type=\"html\">{content}</content></entry>",
            item.title,
            item.number,
            item.summary,
            at = instant(item.at),
        );
    }
    text + "</feed>\n"
}

fn json(feed: usize, items: &[Item], base: &str) -> String {
    let items: Vec<serde_json::Value> = items
        .iter()
        .map(|item| {
            let link = format!("{base}{}", page_path(feed, item.number));
            serde_json::json!({
                "id": format!("{feed}.{}", item.number),
                "url": link,
                "title": item.title,
                "summary": item.summary,
                "content_html": markup(item, &link),
                "date_published": instant(item.at).to_string(),
            })
        })
        .collect();
    let feed = serde_json::json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": format!("Feed {feed}"),
        "items": items,
    });
    feed.to_string()
}

fn instant(seconds: i64) -> jiff::Timestamp {
    // Seconds come from EPOCH and a few thousand entries, far inside the range.
    jiff::Timestamp::from_second(seconds).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
}

/// SplitMix64: small, and the same on every machine.
struct Dice(u64);

impl Dice {
    fn of(seed: u64, feed: usize, number: usize) -> Self {
        let mut dice = Self(seed ^ ((feed as u64) << 32) ^ number as u64);
        dice.next();
        dice
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// 0 to 1, without 1.
    fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[(self.next() % from.len() as u64) as usize]
    }

    fn sentence(&mut self, words: &[&str], length: usize) -> String {
        let mut text = String::new();
        for at in 0..length {
            if at > 0 {
                text.push(' ');
            }
            text.push_str(self.pick(words));
        }
        let first = text.chars().next().map(|letter| letter.to_uppercase().to_string());
        let rest: String = text.chars().skip(1).collect();
        format!("{}{rest}.", first.unwrap_or_default())
    }
}
