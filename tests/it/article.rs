//! Pages as news sites lay them out, written for these tests.

use jiff::Timestamp;
use pledgewatch::article::{self, ArticleError, PageContext};
use pledgewatch::model::{Article, DateBasis, Language};

use crate::effort;

fn context(url: &str) -> PageContext<'_> {
    PageContext {
        charset: None,
        url,
        date_zone: Some("Asia/Ho_Chi_Minh"),
        fetched_at: "2026-08-23T10:00:00Z".parse().unwrap(),
    }
}

#[track_caller]
fn read(html: &str) -> Article {
    article::read(html.as_bytes(), &context("https://bao.test/phap-luat/ky-ke-hoach.htm")).unwrap()
}

fn error(html: impl AsRef<[u8]>) -> ArticleError {
    article::read(html.as_ref(), &context("https://bao.test/x")).unwrap_err()
}

fn published(article: &Article) -> Option<(String, Option<Timestamp>, DateBasis)> {
    article.published.map(|found| (found.date.to_string(), found.at, found.basis))
}

fn at(text: &str) -> Option<Timestamp> {
    Some(text.parse().unwrap())
}

const P1: &str = "Chiều 20/8, tại Hà Nội, đại diện hai bộ đã ký kế hoạch hành động giai đoạn mới về phòng, chống mua bán người.";
const P2: &str = "Theo kế hoạch, hai bên sẽ trao đổi thông tin hằng quý, cử cán bộ liên lạc và tổ chức tập huấn cho lực lượng tuyến đầu.";
const P3: &str = "Văn bản có hiệu lực từ ngày ký, thay thế bản ghi nhớ trước đó và được rà soát mỗi năm một lần.";

const CHROME_TOP: &str = "<header class=\"site-header\"><div class=\"today\">Chủ nhật, 23/8/2026 10:15</div><nav><ul>\
    <li><a href=/a>Thời sự</a></li><li><a href=/b>Thế giới</a></li></ul></nav></header>";
const CHROME_BOTTOM: &str = "<div class=\"box-tin-lien-quan\"><h3>Tin liên quan</h3><p><a href=/1>Một vụ án khác cùng \
    chuyên mục, với một đầu đề rất dài và đủ dấu chấm câu.</a></p><p>Phần tóm tắt của một bài khác, không thuộc bài này, \
    dài đủ để trông như một đoạn văn.</p></div><div class=\"binh-luan\"><p>Bạn đọc bình luận một câu dài về bài viết này, \
    cũng có dấu phẩy.</p></div><footer><p>Giấy phép số 12/GP-BTTTT, cấp ngày 24/08/2021. Tổng biên tập: Trần Văn B, điện \
    thoại 024.1234567.</p></footer>";

#[test]
fn a_vietnamese_page_with_lead_stamp_and_boxes_gives_its_text_alone() {
    let article = read(&format!(
        "<html lang=\"vi\"><head><title>Hai nước ký kế hoạch hành động | Báo Thử</title>\
         <meta property=\"og:title\" content=\"Hai nước ký kế hoạch hành động\">\
         <meta property=\"og:site_name\" content=\"Báo Thử\"><link rel=canonical href=\"/phap-luat/ky-ke-hoach.htm\">\
         <meta name=author content=\"Báo Thử\"></head><body>{CHROME_TOP}<div class=\"container\">\
         <h1 class=\"detail-title\">Hai nước ký kế hoạch hành động</h1>\
         <div class=\"detail-time\">Thứ năm, 20/08/2026, 17:05 (GMT+7)</div>\
         <h2 class=\"detail-sapo\">Kế hoạch mới tập trung vào trao đổi thông tin và hỗ trợ nạn nhân trở về.</h2>\
         <div class=\"detail-content afcbc-body\"><p>{P1}</p><figure><img src=x><figcaption>Lễ ký tại trụ sở Bộ, ngày 20/8. \
         Ảnh: Lan Anh</figcaption></figure><div class=\"VCSortableInPreviewMode\" type=\"RelatedOneNews\"><a href=/9>Bài cũ: \
         Hai bên họp trù bị, thống nhất chương trình</a></div><p>{P2}</p><h3>Hiệu lực</h3><p>{P3}</p>\
         <p class=\"author\">Lan Anh</p></div></div>{CHROME_BOTTOM}</body></html>"
    ));
    assert_eq!(article.title, "Hai nước ký kế hoạch hành động");
    let lead = "Kế hoạch mới tập trung vào trao đổi thông tin và hỗ trợ nạn nhân trở về.";
    assert_eq!(article.text, [lead, P1, P2, "Hiệu lực", P3].join("\n"));
    assert_eq!(
        published(&article),
        Some(("2026-08-20".to_owned(), at("2026-08-20T10:05:00Z"), DateBasis::Page))
    );
    assert_eq!(article.byline.as_deref(), Some("Lan Anh"));
    assert_eq!(
        article.canonical_url.as_deref(),
        Some("https://bao.test/phap-luat/ky-ke-hoach.htm")
    );
    assert_eq!(article.language, Some(Language::Vi));
}

#[test]
fn a_body_of_plain_lines_in_one_box_is_read_line_by_line() {
    let article = read(&format!(
        "<html><body>{CHROME_TOP}<table><tr><td><h1>Ký kế hoạch</h1><p>(09:25 - 20/08/2026)</p>\
         <div id=content>{P1}<br><br>{P2}<br/><b>Điều khoản:</b> {P3}</div></td></tr></table>{CHROME_BOTTOM}</body></html>"
    ));
    assert_eq!(article.text, format!("{P1}\n{P2}\nĐiều khoản: {P3}"));
    assert_eq!(published(&article).unwrap().1, at("2026-08-20T02:25:00Z"));
}

#[test]
fn an_english_page_of_many_blocks_is_joined() {
    let block =
        |text: &str| format!("<div data-component=\"text-block\"><div><p>{text}</p></div></div>");
    let (one, two, three) = (
        "The Home Office and Vietnam's Ministry of Public Security have agreed a new plan, officials said on Thursday.",
        "Under the plan, the two sides will share data on smuggling routes and post a second liaison officer to Hanoi.",
        "A review is due within a year, and the first returns charter is expected to leave before the end of March.",
    );
    let json = r#"{"@context":"http://schema.org","@graph":[{"@type":"WebSite","name":"Test News"},
        {"@type":"ReportageNewsArticle","headline":"UK and Vietnam agree plan","datePublished":"2026-08-20T23:30:00Z",
        "author":[{"@type":"Person","name":"A. Writer"},{"@type":"Person","name":"B. Writer"}],"articleBody":"Short
        teaser"}]}"#;
    let html = format!(
        "<html lang=en-GB><head><title>UK and Vietnam agree plan - Test News</title>\
         <script type=\"application/ld+json\">{json}</script><meta property=\"article:published_time\" content=\"2020-01-01\">\
         </head><body><header><nav><a href=/>Home</a></nav></header><main><article><h1>UK and Vietnam agree plan</h1>\
         <time datetime=\"2026-08-20T23:30:00Z\">9 hours ago</time>{}{}<section data-component=\"links-block\"><h2>More on \
         this story</h2><ul><li><a href=/1>Another story about crossings</a></li></ul></section>{}\
         <section class=\"topic-tags\"><ul><li><a href=/t>Vietnam</a></li></ul></section></article></main></body></html>",
        block(one),
        block(two),
        block(three)
    );
    let article = read(&html);
    assert_eq!(article.title, "UK and Vietnam agree plan");
    assert_eq!(article.text, [one, two, three].join("\n"));
    // Half past midnight in London's summer, half past six in Hanoi: the day is the source's own.
    let hanoi = published(&article).unwrap();
    assert_eq!(hanoi, ("2026-08-21".to_owned(), at("2026-08-20T23:30:00Z"), DateBasis::JsonLd));
    assert_eq!(article.byline.as_deref(), Some("A. Writer, B. Writer"));
    assert_eq!(article.language, Some(Language::En));
    let utc = PageContext { date_zone: None, ..context("https://news.test/1") };
    assert_eq!(
        article::read(html.as_bytes(), &utc).unwrap().published.unwrap().date.to_string(),
        "2026-08-20"
    );
}

#[test]
fn a_marked_body_is_taken_at_its_word() {
    let article = read(&format!(
        "<body><div class=sidebar><p>{P3}</p><p>Một đoạn dài không thuộc bài, chỉ là lời giới thiệu, rất dài và có dấu.</p>\
         </div><div itemprop=\"articleBody\"><p>{P1}</p><p>{P2}</p><p>{P3} {P1}</p></div></body>"
    ));
    assert_eq!(article.text, format!("{P1}\n{P2}\n{P3} {P1}"));
}

#[test]
fn a_junk_name_on_the_main_wrapper_is_not_believed() {
    let article = read(&format!(
        "<body><div class=\"page paywall sidebar-layout\"><div class=\"share\"><a href=/f>Chia sẻ</a></div>\
         <p>{P1}</p><p>{P2}</p></div></body>"
    ));
    assert_eq!(article.text, format!("{P1}\n{P2}"));
}

#[test]
fn json_ld_helps_only_where_the_page_shows_too_little() {
    let body = [P1, P2, P3].join("\\n");
    let html = |shown: &str, body: &str| {
        let json =
            format!("{{\"@type\":\"NewsArticle\",\"headline\":\"H\",\"articleBody\":\"{body}\"}}");
        format!("<script type='application/ld+json'>{json}</script><div><p>{shown}</p></div>")
    };
    assert_eq!(read(&html("Xem bài.", &body)).text.len(), [P1, P2, P3].join(" ").len());
    let long = [P1, P2, P3].concat();
    assert_eq!(read(&html(&long, P1)).text, long);
}

#[test]
fn the_date_comes_from_the_best_place_that_has_one() {
    let page = |head: &str, top: &str| {
        format!(
            "<html><head>{head}</head><body><h1>Ký kế hoạch</h1>{top}<div><p>{P1}</p><p>{P2}</p></div>{CHROME_BOTTOM}</body>"
        )
    };
    let basis = |html: &str, url: &str| {
        let article = article::read(html.as_bytes(), &context(url)).unwrap();
        article.published.map(|found| (found.date.to_string(), found.basis))
    };
    let meta = "<meta property=\"article:published_time\" content=\"2026-08-20T09:00:00+07:00\">";
    let time = "<time datetime=\"2026-08-19 09:00\">hôm qua</time>";
    let url = "https://bao.test/2026/08/18/x.htm";
    let some = |date: &str, basis| Some((date.to_owned(), basis));
    assert_eq!(basis(&page(meta, time), url), some("2026-08-20", DateBasis::Meta));
    assert_eq!(basis(&page("", time), url), some("2026-08-19", DateBasis::Page));
    assert_eq!(basis(&page("", ""), url), some("2026-08-18", DateBasis::Url));
    assert_eq!(
        basis(&page("", ""), "https://bao.test/x.htm"),
        None,
        "a licence in the footer is no date"
    );
    let odd = "<meta name=pubdate content=\"2041-01-01\"><meta name=date content=\"1970-01-01\">\
               <meta property=\"article:modified_time\" content=\"2026-08-21\">";
    assert_eq!(basis(&page(odd, ""), url), some("2026-08-18", DateBasis::Url));
}

#[test]
fn decomposed_and_legacy_letters_arrive_composed() {
    let html =
        format!("<meta charset=windows-1258><h1>Ti\u{ea}\u{301}</h1><p>{P2}</p><p>{P2} x</p>");
    let article = article::read(
        html.replace('\u{ea}', "e\u{302}").as_bytes(),
        &context("https://bao.test/x"),
    )
    .unwrap();
    assert_eq!(article.title, "Tiế");
    let legacy: Vec<u8> = b"<meta charset=windows-1258><h1>T</h1><p>"
        .iter()
        .copied()
        .chain(b"Hai n\xFD\xF5\xECc k\xFD k\xEA\xEC hoa\xF2ch, trao \xF0\xF4\xD2i th\xF4ng tin, trao \xF0\xF4\xD2i c\xE1n b\xF4\xF2 v\xE0 h\xF4\xDE tr\xFD na\xF2n nh\xE2n tr\xFD\xD2 v\xEA\xCC.".iter().copied())
        .collect();
    let text = article::read(&legacy, &context("https://bao.test/x")).unwrap().text;
    assert!(text.contains("kế hoạch, trao đổi thông tin"), "{text}");
}

#[test]
fn a_page_from_a_file_has_the_address_it_names() {
    let html = format!("<link rel=canonical href=\"https://bao.test/1.htm\"><h1>T</h1><p>{P1}</p>");
    let article = article::read(html.as_bytes(), &context("")).unwrap();
    assert_eq!(
        (article.url, article.canonical_url.as_deref()),
        (None, Some("https://bao.test/1.htm"))
    );
    for (href, expected) in [
        ("https://khac.test/1", None),
        ("/", None),
        ("https://m.bao.test/1", Some("https://m.bao.test/1")),
    ] {
        let html = html.replace("https://bao.test/1.htm", href);
        assert_eq!(read(&html).canonical_url.as_deref(), expected, "{href}");
    }
}

#[test]
fn what_is_no_article_is_one_clear_error() {
    assert_eq!(error(""), ArticleError::NotHtml);
    assert_eq!(error(b"%PDF-1.7 ..."), ArticleError::NotHtml);
    assert_eq!(error([0x89, b'P', b'N', b'G', 0, 1, 2, 3, 4, 5]), ArticleError::NotHtml);
    assert_eq!(
        error("<html><body><nav><a href=/>Trang chủ</a></nav></body></html>"),
        ArticleError::NoText
    );
    let app = format!(
        "<html><body><div id=root></div><script>{}</script></body></html>",
        "x(1);".repeat(5_000)
    );
    assert_eq!(error(app), ArticleError::NeedsScript);
    let teaser = format!(
        "<script type='application/ld+json'>{{\"@type\":\"NewsArticle\",\"isAccessibleForFree\":false}}</script><p>{P1}</p>"
    );
    assert_eq!(error(teaser), ArticleError::Paywall);
    assert_eq!(error("<div>".repeat(100_000)), ArticleError::TooDeep);
    assert_eq!(error("x".repeat(6 << 20)), ArticleError::TooLarge);
}

#[test]
fn hostile_pages_take_bounded_time() {
    let nested = "<div class=\"date meta author\">".repeat(400)
        + &"<p>Một câu, có dấu phẩy.</p>".repeat(4_000);
    for html in
        [nested, "<br>x".repeat(20_000), "<a href=/1>x</a>".repeat(10_000), "<h1>x".repeat(5_000)]
    {
        let (_, took) =
            effort::of(|| article::read(html.as_bytes(), &context("https://bao.test/x")));
        assert!(took < std::time::Duration::from_secs(20), "{took:?}");
    }
}
