//! Feeds as they are: every format, and one test case for each way in which real ones are broken.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::civil::Weekday;
use pledgewatch::feed::{self, DateZone, FeedContext, FeedError, Parsed};
use pledgewatch::model::{Entry, Language, ListingRules, SourceKind};

use crate::effort;

fn context(kind: &SourceKind) -> FeedContext<'_> {
    FeedContext {
        charset: None,
        base_url: "https://bao.test/rss/home.rss",
        language: Some(Language::Vi),
        date_zone: None,
        kind,
        fetched_at: "2026-08-23T10:00:00Z".parse().unwrap(),
    }
}

fn try_read(document: impl AsRef<[u8]>) -> Result<Parsed, FeedError> {
    feed::read(document.as_ref(), &context(&SourceKind::Feed))
}

#[track_caller]
fn read(document: impl AsRef<[u8]>) -> Parsed {
    try_read(document).unwrap()
}

/// The distance of polls that the feed asks for.
fn minutes(parsed: &Parsed) -> Option<i64> {
    parsed.hints.interval.map(|interval| interval.as_mins())
}

#[track_caller]
fn one(document: impl AsRef<[u8]>) -> Entry {
    let mut parsed = read(document);
    assert_eq!(parsed.entries.len(), 1, "{parsed:?}");
    parsed.entries.remove(0)
}

fn rss(items: &str) -> String {
    format!(
        "<rss version=\"2.0\"><channel><title>Báo thử</title><link>https://bao.test</link>{items}</channel></rss>"
    )
}

fn atom(entries: &str) -> String {
    format!(
        "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>T</title><id>urn:f</id>{entries}</feed>"
    )
}

/// A title inside an otherwise plain RSS item.
fn titled(title: &str) -> String {
    rss(&format!("<item><title>{title}</title><link>https://bao.test/1</link></item>"))
}

fn at(text: &str) -> Option<Timestamp> {
    Some(text.parse().unwrap())
}

// --- formats

#[test]
fn rss_2_gives_every_field() {
    let parsed = read(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><rss version=\"2.0\" \
         xmlns:content=\"http://purl.org/rss/1.0/modules/content/\"><channel><title>Báo thử</title>\
         <language>vi-vn</language><ttl> 30 </ttl><item><title>Ký biên bản</title><link>https://bao.test/1.htm</link>\
         <guid isPermaLink=\"false\"> b-1 </guid><description>Tóm tắt</description>\
         <content:encoded><![CDATA[<p>Đoạn một</p><p>Đoạn hai</p>]]></content:encoded>\
         <pubDate>Sat, 22 Aug 2026 09:41:33 +0700</pubDate></item></channel></rss>",
    );
    assert_eq!((parsed.title.as_str(), minutes(&parsed)), ("Báo thử", Some(30)));
    assert!(parsed.repairs.is_empty() && parsed.lost.is_empty(), "{parsed:?}");
    let entry = &parsed.entries[0];
    assert_eq!(entry.key, "id:b-1");
    assert_eq!(entry.link.as_deref(), Some("https://bao.test/1.htm"));
    assert_eq!((entry.title.as_str(), entry.summary.as_str()), ("Ký biên bản", "Tóm tắt"));
    assert_eq!(entry.content.as_deref(), Some("Đoạn một\nĐoạn hai"));
    assert_eq!((entry.published, entry.updated), (at("2026-08-22T02:41:33Z"), None));
    assert_eq!(entry.language, Some(Language::Vi));
}

#[test]
fn every_other_format_gives_its_entry() {
    let item = "<item><title>x</title><link>https://bao.test/1</link></item>";
    for (name, document) in [
        ("RSS 0.91", format!("<rss version=\"0.91\"><channel><title>T</title>{item}</channel></rss>")),
        ("RSS 0.94", format!("<rss version=\"0.94\"><channel><title>T</title>{item}</channel></rss>")),
        ("RSS 2", format!("<rss version=\"2\"><channel><title>T</title>{item}</channel></rss>")),
        ("no version", format!("<rss><channel><title>T</title>{item}</channel></rss>")),
        (
            "RSS 0.90",
            format!(
                "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" \
                 xmlns=\"http://my.netscape.com/rdf/simple/0.9/\"><channel><title>T</title></channel>{item}</rdf:RDF>"
            ),
        ),
        (
            "RSS 1.0",
            format!(
                "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" xmlns=\"http://purl.org/rss/1.0/\">\
                 <channel rdf:about=\"https://bao.test\"><title>T</title><items><rdf:Seq><rdf:li/></rdf:Seq></items>\
                 </channel>{item}</rdf:RDF>"
            ),
        ),
        (
            "RSS 1.1",
            format!("<Channel xmlns=\"http://purl.org/net/rss1.1#\"><title>T</title><items>{item}</items></Channel>"),
        ),
        ("default namespace", format!("<rss version=\"2.0\" xmlns=\"http://backend.userland.com/rss2\"><channel>{item}</channel></rss>")),
        ("outside the channel", format!("<rss version=\"2.0\"><channel><title>T</title></channel>{item}</rss>")),
        ("no channel", format!("<rss version=\"2.0\"><title>T</title>{item}</rss>")),
        ("upper case", format!("<RSS version=\"2.0\"><CHANNEL>{}</CHANNEL></RSS>", item.replace("item", "ITEM").replace("title", "TITLE"))),
        ("Atom", atom("<entry><title>x</title><link href=\"/1\"/></entry>")),
        (
            "Atom 0.3",
            "<feed version=\"0.3\" xmlns=\"http://purl.org/atom/ns#\"><title>T</title><entry>\
             <title mode=\"escaped\" type=\"text/html\">&lt;b&gt;x&lt;/b&gt;</title>\
             <link rel=\"alternate\" type=\"text/html\" href=\"https://bao.test/1\"/></entry></feed>"
                .to_owned(),
        ),
        ("Atom, odd namespace", "<feed xmlns=\"https://www.w3.org/2005/Atom/\"><entry><title>x</title><link href=\"/1\"/></entry></feed>".to_owned()),
        (
            "Atom, prefixed",
            "<a:feed xmlns:a=\"http://www.w3.org/2005/Atom\"><a:entry><a:title>x</a:title><a:link href=\"/1\"/>\
             </a:entry></a:feed>"
                .to_owned(),
        ),
        (
            "JSON Feed",
            r#"{"version":"https://jsonfeed.org/version/1.1","title":"T","items":[{"id":"https://bao.test/1","url":"/1","title":"x"}]}"#
                .to_owned(),
        ),
    ] {
        let entry = one(&document);
        assert_eq!((entry.title.as_str(), entry.link.as_deref()), ("x", Some("https://bao.test/1")), "{name}");
        assert_eq!(entry.key, "link:https://bao.test/1", "{name}");
    }
}

#[test]
fn atom_reads_its_text_types_dates_and_best_link() {
    let entry = one(atom(
        "<entry xml:base=\"https://goc.test/a/\"><id>\n tag:bao,1 \n</id>\
         <link rel=\"alternate\" type=\"application/pdf\" href=\"1.pdf\"/>\
         <link rel=\"alternate\" type=\"text/html\" href=\"1.html\"/><link rel=\"self\" href=\"s\"/>\
         <title type=\"text\">a &lt;b&gt; c</title>\
         <summary type=\"xhtml\"><div xmlns=\"http://www.w3.org/1999/xhtml\"><p>Một &amp; hai</p></div></summary>\
         <content type=\"html\">&lt;p&gt;Ba&lt;/p&gt;</content>\
         <author><name>Lan</name></author><source><title>Nguồn khác</title><id>x</id></source>\
         <updated>2026-08-20T01:02:03Z</updated></entry>",
    ));
    assert_eq!(entry.key, "id:tag:bao,1");
    assert_eq!(entry.link.as_deref(), Some("https://goc.test/a/1.html"));
    assert_eq!(entry.title, "a <b> c");
    assert_eq!(entry.summary, "Một & hai");
    assert_eq!(entry.content.as_deref(), Some("Ba"));
    assert_eq!((entry.published, entry.updated), (None, at("2026-08-20T01:02:03Z")));
}

#[test]
fn json_feed_is_read_whatever_its_types() {
    let json = r#"{"version":"http://jsonfeed.org/version/1","items":[{"id":7,"title":"R&D <b>"},null,
        {"id":"8","tags":"a","author":"lan@bao.test（Lan）","content_html":"<p>x</p>","date_published":"2026-08-20T01:00:00+07:00"}]}"#;
    for document in [json.to_owned(), format!("\u{feff}{json}")] {
        let parsed = read(document);
        assert_eq!(
            parsed.entries.iter().map(|e| e.key.as_str()).collect::<Vec<_>>(),
            ["id:7", "id:8"]
        );
        assert_eq!(parsed.entries[0].title, "R&D <b>");
        assert_eq!(parsed.entries[1].published, at("2026-08-19T18:00:00Z"));
        assert_eq!(parsed.lost.len(), 1);
    }
}

#[test]
fn a_listing_page_is_read_by_its_selectors() {
    let rules = ListingRules {
        item: "article.card".to_owned(),
        url_match: None,
        link: Some("h3 a".to_owned()),
        title: None,
        summary: Some(".sapo".to_owned()),
        date: Some("time, .ngay".to_owned()),
    };
    let page = "<html lang=vi><head><title>Tin mới</title></head><body><nav><a href=/x>Menu</a></nav>\
        <article class=card><a href=/1.htm><img></a><h3><a href=\"/1.htm?utm_source=x\">Ký kế hoạch &amp; lịch</a></h3>\
        <p class=sapo>Hai bên <b>đã</b> ký.</p><time datetime=\"2026-08-20T08:00:00+07:00\">hôm nay</time></article>\
        <article class=card><h3><a href=/2.htm>Tin hai</a></h3><span class=ngay>20/08/2026 09:00</span></article>\
        <article class=card><h3>Không liên kết</h3></article></body></html>";
    let kind = SourceKind::Listing(rules.clone());
    let parsed = feed::read(page.as_bytes(), &context(&kind)).unwrap();
    assert_eq!(parsed.title, "Tin mới");
    assert_eq!(parsed.lost.len(), 1);
    let first = &parsed.entries[0];
    assert_eq!(first.title, "Ký kế hoạch & lịch");
    assert_eq!(first.summary, "Hai bên đã ký.");
    assert_eq!(first.key, "link:https://bao.test/1.htm");
    assert_eq!(first.published, at("2026-08-20T01:00:00Z"));
    assert_eq!(parsed.entries[1].published, at("2026-08-20T02:00:00Z"));
    assert!(feed::check_listing(&rules).is_ok());
    let code = |rules: ListingRules| {
        feed::read(page.as_bytes(), &context(&SourceKind::Listing(rules))).unwrap_err().code()
    };
    assert_eq!(
        code(ListingRules { item: "li.gone".to_owned(), ..rules.clone() }),
        "feed.empty_listing"
    );
    assert_eq!(code(ListingRules { item: "li[[".to_owned(), ..rules }), "feed.selector");
}

// --- bytes and characters

#[test]
fn bytes_of_every_encoding_become_the_same_title() {
    let utf8 = titled("Huế");
    let declared = |label: &str| format!("<?xml version=\"1.0\" encoding=\"{label}\"?>{utf8}");
    let wide = |mark: &[u8], big: bool| {
        let units = declared("utf-16");
        let units =
            units.encode_utf16().flat_map(|u| if big { u.to_be_bytes() } else { u.to_le_bytes() });
        mark.iter().copied().chain(units).collect::<Vec<u8>>()
    };
    // windows-1258 writes the acute accent as a byte of its own.
    let old = |document: &str| {
        let text = document.replace("Huế", "Hu\u{1}").replace("Báo thử", "T");
        text.bytes()
            .flat_map(|b| if b == 1 { vec![0xEA, 0xEC] } else { vec![b] })
            .collect::<Vec<u8>>()
    };
    for (name, document) in [
        ("UTF-8", utf8.clone().into_bytes()),
        ("mark", format!("\u{feff}{utf8}").into_bytes()),
        ("wrong label", declared("windows-1252").into_bytes()),
        ("utf-16 label on UTF-8", declared("utf-16").into_bytes()),
        ("unknown label", declared("utf8mb4").into_bytes()),
        ("windows-1258", old(&declared("windows-1258"))),
        ("UTF-16LE", wide(&[0xFF, 0xFE], false)),
        ("UTF-16BE", wide(&[0xFE, 0xFF], true)),
        ("UTF-16BE, no mark", wide(&[], true)),
        ("decomposed", titled("Hue\u{302}\u{301}").into_bytes()),
        (
            "long declaration",
            old(&declared("windows-1258").replace("?>", &format!("{}?>", " ".repeat(90)))),
        ),
        ("blanks before", old(&format!("{}{}", " ".repeat(90), declared("windows-1258")))),
        (
            "second declaration",
            titled("Huế<?xml version=\"1.0\" encoding=\"iso-8859-1\"?>").into_bytes(),
        ),
    ] {
        assert_eq!(one(&document).title, "Huế", "{name}");
    }
    let kind = SourceKind::Feed;
    let header = FeedContext { charset: Some("windows-1258"), ..context(&kind) };
    assert_eq!(feed::read(&old(&utf8), &header).unwrap().entries[0].title, "Huế");
    let broken = titled("Hà Nội \u{1} mưa")
        .bytes()
        .map(|b| if b == 1 { 0x96 } else { b })
        .collect::<Vec<u8>>();
    assert_eq!(one(&broken).title, "Hà Nội – mưa");
}

#[test]
fn characters_and_references_are_understood_as_meant() {
    for (written, meant) in [
        ("AT&T R&D", "AT&T R&D"),
        ("3 < 5", "3 < 5"),
        ("caf&eacute;&nbsp;s&aacute;ng", "café sáng"),
        ("a&#0;&#11;&#xFFFF;b", "ab"),
        ("it&#146;s", "it’s"),
        ("&#X41;", "A"),
        ("a&#99999999999;b", "ab"),
        ("a &amp;amp; b", "a & b"),
        ("a\u{b}\u{1}b", "ab"),
        ("<![CDATA[a & <b>b</b>]]>", "a & b"),
        ("Gi\u{c3}\u{a1} c\u{c3}\u{a0} ph\u{c3}\u{aa}", "Giá cà phê"),
    ] {
        assert_eq!(one(titled(written)).title, meant, "{written}");
    }
    let link = rss("<item><title>x</title><link>http://bao.test/?a=1&b=2&copy=3</link></item>");
    assert_eq!(one(link).link.as_deref(), Some("http://bao.test/?a=1&b=2&copy=3"));
}

// --- structure

#[test]
fn broken_structure_costs_nothing_but_what_is_missing() {
    let ok = "<item><title>y</title><link>https://bao.test/2</link></item>";
    let two = |first: &str| rss(&format!("{first}{ok}"));
    for (name, document) in [
        (
            "junk before",
            format!(
                "Warning: mysql in /x.php on line 3<br />\n<?xml version=\"1.0\"?>{}",
                two("<item><title>x</title></item>")
            ),
        ),
        (
            "script after",
            format!("{}<script>if(a<b&&c)</script>", two("<item><title>x</title></item>")),
        ),
        ("letter case", two("<item><title>x</Title></item>")),
        ("end tag missing", two("<item><title>x<link>https://bao.test/1</link></item>")),
        ("item not closed", two("<item><title>x</title>")),
        (
            "open element around",
            two("<itunes:category text=\"News\"><item><title>x</title></item>"),
        ),
        (
            "CDATA open",
            two("<item><title><![CDATA[x</title></item><item><title><![CDATA[z]]></title></item>")
                .replace("<item><title><![CDATA[z]]></title></item>", ""),
        ),
        ("unquoted", two("<item><guid isPermaLink=false>a1</guid><title>x</title></item>")),
        (
            "twice",
            two(
                "<item><guid isPermaLink=\"false\" isPermaLink=\"true\">a1</guid><title>x</title></item>",
            ),
        ),
        (
            "foreign titles",
            two(
                "<item><media:title>thumb</media:title><title>x</title><source><title>s</title></source></item>",
            ),
        ),
        (
            "media title first",
            two(
                "<item><media:group><media:title>thumb</media:title></media:group><title>x</title></item>",
            ),
        ),
        (
            "namespaces misspelt",
            two("<item><title>x</title></item>")
                .replace("<rss ", "<rss xmlns:media=\"http://search.yahoo.com/mrss\" "),
        ),
    ] {
        let parsed = read(&document);
        let titles: Vec<&str> = parsed.entries.iter().map(|entry| entry.title.as_str()).collect();
        assert_eq!(titles, ["x", "y"], "{name}: {parsed:?}");
    }
}

#[test]
fn markup_inside_a_description_stays_inside_it() {
    for (written, meant) in [
        ("<p>Hello<br>world <b>x</p>", "Hello\nworld x"),
        ("lead <b>bold</b> tail", "lead bold tail"),
        ("&lt;p&gt;Chào&lt;/p&gt;", "Chào"),
        ("<![CDATA[<a href='/1'><img src='x'></a></br>Chào]]>", "Chào"),
        ("<![CDATA[&lt;p&gt;Chào&lt;/p&gt;]]>", "Chào"),
    ] {
        let entry =
            one(rss(&format!("<item><title>x</title><description>{written}</description></item>")));
        assert_eq!((entry.title.as_str(), entry.summary.as_str()), ("x", meant), "{written}");
    }
}

#[test]
fn other_headlines_are_cut_from_a_summary() {
    let html = "<a href='/1'><img src='x'/></a><p>Hai nước ký kế hoạch.</p><div style=\"clear: both;\"><ul>\
                <li><a href='/2'>Anh siết nhập cư</a></li><li><a href='/3'>Việt Nam và Anh</a></li></ul></div>";
    let entry = one(rss(&format!(
        "<item><title>x</title><description><![CDATA[{html}]]></description></item>"
    )));
    assert_eq!(entry.summary, "Hai nước ký kế hoạch.");
}

#[test]
fn a_document_that_ends_early_keeps_its_complete_entries() {
    let whole = rss("<item><title>one</title></item><item><title>two</title></item>");
    let cut = &whole[..whole.find("two").unwrap() + 2];
    let parsed = read(cut);
    assert_eq!(parsed.entries.len(), 1);
    assert_eq!(parsed.lost.len(), 1);
    assert!(parsed.repairs.contains(&"truncated".to_owned()), "{:?}", parsed.repairs);
    let nothing = &whole[..whole.find("one").unwrap()];
    assert_eq!(try_read(nothing), Err(FeedError::Truncated));
}

#[test]
fn what_is_no_feed_is_one_clear_error() {
    let page = "<!DOCTYPE html><html><head><link rel=\"alternate\" type=\"application/rss+xml\" href=\"/moi.rss\"></head>\
                <body><p>x</p></body></html>";
    match try_read(page) {
        Err(FeedError::HtmlPage { alternate }) => {
            assert_eq!(alternate.as_deref(), Some("https://bao.test/moi.rss"))
        }
        other => panic!("{other:?}"),
    }
    for (document, code) in [
        ("", "feed.empty"),
        (" \n ", "feed.empty"),
        ("<html><body>Just a moment…<script>x()</script></body></html>", "feed.html_page"),
        ("{\"error\":\"not found\"}", "feed.foreign_json"),
        ("[1,2]", "feed.foreign_json"),
        ("{\"version\":", "feed.broken_json"),
        ("Service unavailable", "feed.not_a_feed"),
        ("<opml version=\"2.0\"/>", "feed.not_a_feed"),
        ("\u{0}\u{0}\u{0}", "feed.empty"),
    ] {
        assert_eq!(try_read(document).unwrap_err().code(), code, "{document}");
    }
    assert_eq!(try_read(vec![b'x'; 50 << 20]).unwrap_err().code(), "feed.too_large");
    assert!(read(rss("")).entries.is_empty(), "a feed without entries is a feed");
}

#[test]
fn nothing_that_fells_the_parser_fells_us() {
    let deep = |name: &str, times: usize| {
        format!("<item><title>x</title>{}</item>", format!("<{name}>").repeat(times))
    };
    let item = |inner: &str| format!("<item><title>x</title>{inner}</item>");
    for (name, items) in [
        ("media:group", deep("media:group", 1_000)),
        ("media:group, deeper", deep("media:group", 100_000)),
        ("itunes:category", deep("itunes:category", 3_000)),
        (
            "wide bracket",
            item("<author>lan@bao.test（Lan）</author><dc:creator>（lan@bao.test）</dc:creator>"),
        ),
        ("duration", item("<itunes:duration>99999999999999999999999</itunes:duration>")),
        ("thumbnail", item("<media:thumbnail url=\"x\" time=\"99999999999999999999999\"/>")),
        ("empty description", item("<media:group><media:description/></media:group>")),
        ("media type", item("<media:title type=\"text\">m</media:title>")),
        ("role", item("<podcast:person role=\"Quizmaster\">Lan</podcast:person>")),
        ("attributes", item(&format!("<enclosure {}/>", "a=\"1\" ".repeat(50_000)))),
        ("entities", item("<description>&a;&a;&a;</description>")),
    ] {
        assert_eq!(one(rss(&items)).title, "x", "{name}");
    }
    for entry in [
        "<title type=\"text/plain\">x</title>",
        "<title type=\"HTML\">x</title>",
        "<title type=\"\">x</title>",
        "<title>x</title><content type=\"application/xhtml+xml\"><div><p>x</p></div></content>",
        "<title>x</title><content type=\"text/xml\"><doc>x</doc></content>",
        "<title>x</title><content src=\"http://bao.test/1\" type=\"text/html\">x</content>",
        "<title>x</title><content/><summary/>",
    ] {
        assert_eq!(one(atom(&format!("<entry>{entry}</entry>"))).title, "x", "{entry}");
    }
    let bad_base = "<entry xml:base=\"http://[\"><title>x</title><link href=\"/1\"/></entry>";
    assert_eq!(one(atom(bad_base)).link.as_deref(), Some("https://bao.test/1"));
    let laughs = "<!DOCTYPE rss [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;\"><!ENTITY e SYSTEM \"file:///etc/hostname\">]>";
    assert_eq!(one(format!("{laughs}{}", titled("x &b; &e;"))).title, "x &b; &e;");
}

// --- identity

#[test]
fn identity_is_the_publishers_id_or_the_link_or_title_and_date() {
    let key = |item: &str| one(rss(&format!("<item><title>x</title>{item}</item>"))).key;
    let link = "<link>http://bao.test/1?utm_source=rss</link>";
    assert_eq!(key(&format!("{link}<guid>https://bao.test/1</guid>")), "link:https://bao.test/1");
    assert_eq!(key(&format!("{link}<guid>https://bao.test/1#3</guid>")), "link:https://bao.test/1");
    assert_eq!(key(&format!("{link}<guid isPermaLink=\"false\">  n-7 </guid>")), "id:n-7");
    assert_eq!(key(&format!("{link}<guid/>")), "link:https://bao.test/1");
    assert_eq!(key("<guid>http://bao.test/1</guid>"), "link:https://bao.test/1");
    assert_eq!(
        key("<guid isPermaLink=\"false\">http://bao.test/?p=1</guid>"),
        "id:https://bao.test/?p=1"
    );
    let dated = "<pubDate>Sat, 22 Aug 2026 09:00:00 +0700</pubDate>";
    assert!(key(dated).starts_with("hash:") && key(dated) == key(dated) && key(dated) != key(""));
    // A date in the future is clamped for readers, but not in the identity.
    let future = "<pubDate>Mon, 05 Aug 2099 07:30:00 GMT</pubDate>";
    let (kind, document) =
        (SourceKind::Feed, rss(&format!("<item><title>x</title>{future}</item>")));
    let later =
        FeedContext { fetched_at: "2026-08-24T10:00:00Z".parse().unwrap(), ..context(&kind) };
    let second = feed::read(document.as_bytes(), &later).unwrap();
    assert_eq!(one(&document).key, second.entries[0].key);
    assert_eq!(one(&document).published, at("2026-08-23T10:00:00Z"));
}

#[test]
fn one_id_on_several_entries_identifies_none_of_them() {
    let item = |link: &str| {
        format!(
            "<item><guid isPermaLink=\"false\">1</guid><link>https://bao.test/{link}</link></item>"
        )
    };
    let parsed = read(rss(&[item("a"), item("b"), item("a")].concat()));
    let keys: Vec<&str> = parsed.entries.iter().map(|entry| entry.key.as_str()).collect();
    assert_eq!(keys, ["id:1 https://bao.test/a", "id:1 https://bao.test/b"]);
}

#[test]
fn an_edited_entry_is_the_same_entry_with_another_revision() {
    let poll = |title: &str, date: &str| {
        one(rss(&format!(
            "<item><title>{title}</title><link>https://bao.test/1</link><pubDate>{date}</pubDate></item>"
        )))
    };
    let first = poll("A", "Sat, 22 Aug 2026 09:00:00 +0700");
    let edited = poll("A (cập nhật)", "Sat, 22 Aug 2026 09:00:00 +0700");
    let redated = poll("A", "Sun, 23 Aug 2026 09:00:00 +0700");
    assert_eq!(first.key, edited.key);
    let known = HashMap::from([(first.key.clone(), first.revision.clone())]);
    let sorted = |entry: &Entry| feed::changes(&known, vec![entry.clone()]);
    assert_eq!(sorted(&edited).changed, [edited]);
    assert_eq!(sorted(&redated).seen, [redated]);
    assert_eq!(feed::changes(&HashMap::new(), vec![first.clone()]).new, [first]);
}

#[test]
fn links_come_from_wherever_they_hide() {
    let link = |item: &str| one(rss(&format!("<item><title>x</title>{item}</item>"))).link;
    for (item, expected) in [
        ("<link>\n https://bao.test/1 \n</link>", "https://bao.test/1"),
        ("<link>/a.html</link>", "https://bao.test/a.html"),
        ("<link/><guid>https://bao.test/1</guid>", "https://bao.test/1"),
        (
            "<atom:link rel=\"self\" href=\"/s\"/><atom:link rel=\"alternate\" href=\"/1\"/>",
            "https://bao.test/1",
        ),
        (
            "<link>https://proxy.test/x</link><feedburner:origLink>https://bao.test/1</feedburner:origLink>",
            "https://bao.test/1",
        ),
    ] {
        assert_eq!(link(item).as_deref(), Some(expected), "{item}");
    }
    assert_eq!(link("<link>javascript:alert(1)</link>"), None);
}

#[test]
fn the_first_readable_date_counts() {
    let date = |dates: &str| one(rss(&format!("<item><title>x</title>{dates}</item>"))).published;
    let good = "<pubDate>Sat, 22 Aug 2026 02:00:00 GMT</pubDate>";
    assert_eq!(date(&format!("{good}<dc:date>n/a</dc:date>")), at("2026-08-22T02:00:00Z"));
    assert_eq!(date(&format!("<dc:date>n/a</dc:date>{good}")), at("2026-08-22T02:00:00Z"));
    assert_eq!(date("<pubDate>8/22/2026 9:00:00\u{202f}AM</pubDate>"), at("2026-08-22T02:00:00Z"));
    assert_eq!(date("<pubDate>Thu, 01 Jan 1970 00:00:00 GMT</pubDate>"), None);
    assert_eq!(date(""), None);
}

#[test]
fn a_feed_can_ask_to_be_left_alone() {
    let ttl = |head: &str| minutes(&read(rss(head)));
    assert_eq!(ttl("<ttl> 60 </ttl>"), Some(60));
    assert_eq!(
        ttl("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>"),
        Some(30)
    );
    assert_eq!(ttl("<sy:updatePeriod>daily</sy:updatePeriod>"), Some(1_440));
    assert_eq!(ttl("<ttl>99999999</ttl>"), Some(7 * 1_440));
    for odd in [
        "<ttl>0</ttl>",
        "<ttl>soon</ttl>",
        "<sy:updatePeriod>always</sy:updatePeriod>",
        "<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>0.1</sy:updateFrequency>",
    ] {
        assert_eq!(ttl(odd), None, "{odd}");
    }
    let rests = read(rss("<skipHours><hour>24</hour><hour> 3 </hour><hour>99</hour></skipHours>\
         <skipDays><day>Sunday</day><day>Saturday</day></skipDays>"))
    .hints;
    assert_eq!(rests.skip_hours, [0, 3]);
    assert_eq!(rests.skip_days, [Weekday::Saturday, Weekday::Sunday]);
}

#[test]
fn a_feed_says_where_it_lives_in_every_format() {
    let links = "<atom:link rel=\"hub\" href=\"https://hub.test/\"/><atom:link rel=\"self\" href=\"/rss\"/>\
                 <atom:link rel=\"next\" href=\"?p=2\"/>";
    let item = "<item><title>x</title><atom:link rel=\"self\" href=\"/of-the-item\"/></item>";
    for document in [
        rss(&format!("{links}{item}")),
        format!(
            "<rdf:RDF xmlns=\"http://purl.org/rss/1.0/\"><channel>{links}</channel>{item}</rdf:RDF>"
        ),
        atom(&format!("{}<entry><title>x</title></entry>", links.replace("atom:", ""))),
        r#"{"version":"https://jsonfeed.org/version/1.1","feed_url":"/rss","next_url":"?p=2","expired":false,
            "hubs":[{"type":"WebSub","url":"https://hub.test/"},7],"items":[{"id":"7"}]}"#
            .to_owned(),
    ] {
        let parsed = read(&document);
        let links = &parsed.links;
        assert_eq!(links.hubs, ["https://hub.test/"], "{document}");
        assert_eq!(links.own.as_deref(), Some("https://bao.test/rss"), "{document}");
        assert_eq!(links.next.as_deref(), Some("https://bao.test/rss/home.rss?p=2"), "{document}");
        assert!(!parsed.ended);
    }
    let moved = "<itunes:new-feed-url>https://moi.test/rss</itunes:new-feed-url>";
    assert_eq!(read(rss(moved)).links.moved_to.as_deref(), Some("https://moi.test/rss"));
    let ended = r#"{"version":"https://jsonfeed.org/version/1.1","expired":true,"items":[]}"#;
    assert!(read(ended).ended);
}

// --- hostility

#[test]
fn hostile_documents_take_linear_time() {
    let declared: String = (0..20_000)
        .map(|n| format!("<p{n}:title xmlns:p{n}=\"http://www.w3.org/2005/Atom\">"))
        .collect();
    for (name, items) in [
        ("items", "<item>".repeat(60_000)),
        ("titles", format!("<item>{}", "<title>".repeat(60_000))),
        ("prefixes", format!("<item>{declared}</item>")),
        ("sections", format!("<item><title>{}", "<![CDATA[".repeat(40_000))),
        ("references", titled(&"&".repeat(300_000))),
        ("escapes", titled(&"&amp;amp;lt;".repeat(30_000))),
    ] {
        let (_, took) = effort::of(|| try_read(rss(&items)));
        assert!(took < std::time::Duration::from_secs(20), "{name}: {took:?}");
    }
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config { cases: 300, failure_persistence: None, ..Default::default() })]

    #[test]
    fn no_damage_makes_reading_panic(
        at in proptest::collection::vec((0usize..4_000, 0usize..40, ".{0,6}"), 1..6),
        atom_form in proptest::bool::ANY,
    ) {
        let mut text = if atom_form {
            atom("<entry xml:base=\"/a\"><id>1</id><title type=\"html\">Đà &amp; <b>x</b></title><link href=\"/1\"/>\
                  <content type=\"xhtml\"><div>Huế</div></content><updated>2026-08-20T01:02:03Z</updated></entry>")
        } else {
            rss("<item><title><![CDATA[Huế <b>]]></title><link>/1</link><guid isPermaLink=\"false\">g</guid>\
                 <description>&lt;p&gt;Đà&nbsp;Nẵng</description><pubDate>Sat, 22 Aug 2026 09:00:00 +0700</pubDate></item>")
        };
        for (place, length, insert) in at {
            let start = text.floor_char_boundary(place % (text.len() + 1));
            let end = text.ceil_char_boundary((start + length).min(text.len()));
            text.replace_range(start..end, &insert);
        }
        let _ = try_read(&text);
        let page = article_context();
        let _ = pledgewatch::article::read(text.as_bytes(), &page);
    }

    #[test]
    fn no_bytes_make_reading_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..400)) {
        let _ = try_read(&bytes);
        let _ = try_read([b"<rss><item><title>".as_slice(), &bytes, b"</title></item></rss>"].concat());
        let _ = pledgewatch::article::read(&[b"<p>".as_slice(), &bytes].concat(), &article_context());
    }
}

fn article_context() -> pledgewatch::article::PageContext<'static> {
    pledgewatch::article::PageContext {
        charset: None,
        url: "https://bao.test/1",
        date_zone: None,
        fetched_at: "2026-08-23T10:00:00Z".parse().unwrap(),
    }
}

#[test]
fn a_zone_that_is_known_to_be_wrong_is_not_believed() {
    let item = |date: &str| rss(&format!("<item><title>x</title><pubDate>{date}</pubDate></item>"));
    let zone = |always| DateZone { name: "Asia/Ho_Chi_Minh", always };
    let read = |date: &str, always: bool| {
        let context = FeedContext { date_zone: Some(zone(always)), ..context(&SourceKind::Feed) };
        feed::read(item(date).as_bytes(), &context).unwrap().entries[0].published
    };
    for date in ["Sat, 22 Aug 2026 14:30:00 GMT", "2026-08-22T14:30:00Z", "22/08/2026 14:30 GMT+0"]
    {
        assert_eq!(read(date, true), at("2026-08-22T07:30:00Z"), "{date}");
        assert_eq!(read(date, false), at("2026-08-22T14:30:00Z"), "{date}");
    }
    assert_eq!(read("1787383800", true), at("2026-08-22T07:30:00Z"), "seconds have no zone");
}
