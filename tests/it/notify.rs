//! Composed mail, read back by an independent MIME reader.

use std::cell::RefCell;
use std::sync::LazyLock;

use html5ever::tokenizer::{
    BufferQueue, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};
use mail_parser::{HeaderValue, MessageParser, MimeHeaders};
use pledgewatch::model::{AlertLevel, CommitmentId, Language, Outcome, Span, Stage, Why};
use pledgewatch::notify::alert::{self, Letterhead};
use pledgewatch::notify::facts::{AlertFacts, DigestFacts};
use pledgewatch::notify::message::{Addressed, Message, Sender, message_id, mime};
use pledgewatch::notify::templates::Templates;
use pledgewatch::notify::{digest, layout, notice, specimen};

fn templates() -> &'static Templates {
    static TEMPLATES: LazyLock<Templates> = LazyLock::new(|| Templates::embedded().unwrap());
    &TEMPLATES
}

fn alert(facts: &AlertFacts) -> Message {
    alert::compose(facts, &specimen::names(), templates(), &Letterhead::default()).unwrap()
}

fn digest(facts: &DigestFacts) -> Message {
    digest::compose(facts, &specimen::names(), templates(), &Letterhead::default()).unwrap()
}

fn sender() -> Sender {
    Sender {
        address: "alerts@watch.example".into(),
        list_id: "vn-uk.watch.example".into(),
        ..Sender::default()
    }
}

fn addressed<'a>(to: &'a str, event_key: &'a str) -> Addressed<'a> {
    let date = "2026-11-21T08:30:04Z".parse().unwrap();
    Addressed { to, to_name: "Nguyễn Thị Hà", event_key, date, in_reply_to: None }
}

fn bytes(message: &Message) -> Vec<u8> {
    mime(message, &addressed("ha@example.org", "alert:1"), &sender()).unwrap()
}

/// Every kind of message in both languages.
fn all() -> Vec<Message> {
    let languages = [Language::En, Language::Vi];
    let alerts = languages.into_iter().flat_map(specimen::alerts).map(|facts| alert(&facts));
    let digests = languages.into_iter().flat_map(specimen::digests).map(|facts| digest(&facts));
    let notices = languages
        .into_iter()
        .flat_map(specimen::notices)
        .map(|facts| notice::compose(&facts, templates(), &Letterhead::default()).unwrap());
    alerts.chain(digests).chain(notices).collect()
}

fn single(language: Language) -> AlertFacts {
    specimen::alerts(language).swap_remove(0)
}

fn header(bytes: &[u8], name: &str) -> Option<String> {
    let read = MessageParser::default().parse(bytes).unwrap();
    let value = read.header_raw(name)?;
    Some(value.trim().to_owned())
}

/// Text of elements, without markup: what a reader sees.
fn visible(html: &str) -> String {
    let page = scraper::Html::parse_document(html);
    let body = scraper::Selector::parse("body").unwrap();
    page.select(&body).flat_map(|body| body.text()).collect::<Vec<_>>().join(" ")
}

#[test]
fn every_message_reads_back_as_it_was_composed_text_first() {
    for message in all() {
        let bytes = bytes(&message);
        let read = MessageParser::default().parse(&bytes).unwrap();
        assert_eq!(read.subject(), Some(message.subject.as_str()));
        assert!(read.content_type().unwrap().subtype() == Some("alternative"));
        assert_eq!(read.part(1).unwrap().content_type().unwrap().subtype(), Some("plain"));
        assert_eq!(read.part(2).unwrap().content_type().unwrap().subtype(), Some("html"));
        assert_eq!(read.body_text(0).unwrap().replace("\r\n", "\n"), message.text);
        assert_eq!(read.body_html(0).unwrap().replace("\r\n", "\n"), message.html);
    }
}

#[test]
fn bytes_follow_the_grammar_of_mail() {
    for message in all() {
        let text = String::from_utf8(bytes(&message)).unwrap();
        assert!(text.is_ascii());
        assert!(!text.replace("\r\n", "").contains(['\r', '\n']), "a bare CR or LF");
        let (head, _) = text.split_once("\r\n\r\n").unwrap();
        assert!(head.len() < 16_000);
        for line in head.split("\r\n") {
            assert!(line.len() <= 78, "{line}");
            let named = line.split_once(':').is_some_and(|(name, _)| {
                !name.is_empty() && name.bytes().all(|b| b.is_ascii_graphic() && b != b':')
            });
            assert!(named || line.starts_with([' ', '\t']), "{line}");
        }
        assert!(text.split("\r\n").all(|line| line.len() <= 998));
    }
}

#[test]
fn a_line_with_an_encoded_name_ends_at_76_and_the_address_goes_to_the_next() {
    let message = alert(&single(Language::Vi));
    for (name, folded) in [("Ban biên tập, Nguyễn Thị Ngà", true), ("Ngà", false)] {
        let to = Addressed { to_name: name, ..addressed("ban@desk.example", "alert:1") };
        let bytes = mime(&message, &to, &sender()).unwrap();
        let text = std::str::from_utf8(&bytes).unwrap();
        assert_eq!(text.contains("\r\n <ban@desk.example>\r\n"), folded, "{text}");
        let words = text.split("\r\n").take_while(|line| !line.is_empty());
        assert!(words.filter(|line| line.contains("?=")).all(|line| line.len() <= 76), "{text}");
        let read = MessageParser::default().parse(&bytes).unwrap();
        let to = read.to().unwrap().first().unwrap();
        assert_eq!((to.name(), to.address()), (Some(name), Some("ban@desk.example")));
    }
}

#[test]
fn headers_say_what_sort_of_mail_it_is() {
    let message = bytes(&alert(&single(Language::En)));
    let value = |name| header(&message, name).unwrap();
    assert_eq!(value("Auto-Submitted"), "auto-generated");
    assert_eq!(value("X-Auto-Response-Suppress"), "All");
    assert_eq!(value("List-Id"), "Vietnam-UK commitments <vn-uk.watch.example>");
    assert_eq!(value("X-Pledgewatch-Event"), "new-commitment");
    assert_eq!(value("X-Pledgewatch-Severity"), "high");
    assert!(value("X-Pledgewatch-Reason").starts_with("outcome=new level=push kind=resource"));
    assert_eq!(value("Date"), "Sat, 21 Nov 2026 08:30:04 +0000");
    assert_eq!(header(&message, "Precedence"), None);
    assert_eq!(header(&message, "List-Unsubscribe"), None, "there is nothing to click");
    let digest = bytes(&digest(&specimen::digests(Language::En)[0]));
    assert_eq!(header(&digest, "Precedence").as_deref(), Some("bulk"));
    let read = MessageParser::default().parse(&message).unwrap();
    assert_eq!(read.to().unwrap().first().unwrap().name(), Some("Nguyễn Thị Hà"));
}

#[test]
fn a_follow_up_answers_to_the_first_alert() {
    let first = message_id("alert:1", "ha@example.org", &sender());
    let follow_up =
        Addressed { in_reply_to: Some(&first), ..addressed("ha@example.org", "alert:2") };
    let bytes = mime(&alert(&single(Language::En)), &follow_up, &sender()).unwrap();
    assert_eq!(header(&bytes, "In-Reply-To"), Some(first.clone()));
    assert_eq!(header(&bytes, "References"), Some(first));
}

#[test]
fn the_same_event_to_the_same_reader_is_the_same_message_for_ever() {
    let message = alert(&single(Language::Vi));
    assert_eq!(bytes(&message), bytes(&message));
    let id = |key, to| message_id(key, to, &sender());
    assert_eq!(id("alert:1", "ha@example.org"), id("alert:1", "Ha@Example.org"));
    assert_ne!(id("alert:1", "ha@example.org"), id("alert:2", "ha@example.org"));
    assert_ne!(id("alert:1", "ha@example.org"), id("alert:1", "tom@example.org"));
    let read = header(&bytes(&message), "Message-ID").unwrap();
    assert_eq!(read, id("alert:1", "ha@example.org"));
    assert!(read.starts_with('<') && read.ends_with("@watch.example>") && !read.contains("ha@"));
}

#[test]
fn subjects_are_short_and_name_what_happened_and_where() {
    for message in all() {
        assert!(layout::columns(&message.subject) <= 70, "{}", message.subject);
    }
    let subject = alert(&single(Language::En)).subject;
    assert!(subject.starts_with("[VN-UK] New: Home Office to pay"), "{subject}");
    assert!(subject.ends_with("(Example News)"), "{subject}");
    // A long promise is cut, and keeps its outlet.
    let mut long = single(Language::En);
    long.items[0].mention.action.text +=
        " and for the training of two hundred border officers in three provinces of the centre";
    let subject = alert(&long).subject;
    assert!(subject.starts_with("[VN-UK] New: Home Office to pay £1.5 million"), "{subject}");
    assert!(subject.ends_with("… (Example News)"), "{subject}");
    let subject = alert(&single(Language::Vi)).subject;
    assert!(subject.starts_with("[VN-UK] Mới: Home Office sẽ tài trợ"), "{subject}");
    assert!(subject.ends_with("(Example News)"), "{subject}");
}

#[test]
fn the_first_line_of_an_alert_is_the_commitment() {
    let text = alert(&single(Language::En)).text;
    let told =
        "Home Office (UK) will pay £1.5 million for a reception centre in Nghe\nAn. By Jun 2027.";
    assert!(text.starts_with(told), "{text}");
    // The same for a reader of English when the article is in Vietnamese: the entry's short text.
    let mut facts = single(Language::Vi);
    facts.reader.language = Language::En;
    let told = "The Home Office will pay GBP 1.5 million for a reception centre in Nghe\nAn.";
    assert!(alert(&facts).text.starts_with(told));
}

#[test]
fn the_quote_stands_verbatim_in_its_own_language() {
    let facts = single(Language::Vi);
    let message = alert(&facts);
    let quote = &facts.items[0].mention.quote.text;
    assert!(visible(&message.html).contains(quote.as_str()));
    let page = scraper::Html::parse_document(&message.html);
    let quoted = scraper::Selector::parse("blockquote[lang=vi]").unwrap();
    assert_eq!(page.select(&quoted).count(), 1);
    let frame = scraper::Selector::parse("html[lang=vi]").unwrap();
    assert_eq!(page.select(&frame).count(), 1);
    let joined = message.text.replace("\n> ", " ");
    assert!(joined.contains(quote.as_str()), "{}", message.text);
}

#[test]
fn an_alert_says_where_it_stood_who_else_tells_it_and_why_it_came() {
    let mut facts = single(Language::En);
    facts.items[0] = specimen::item(Language::En, Outcome::Advanced, AlertLevel::Push);
    let text = alert(&facts).text;
    for told in [
        "Before         under consideration, since Mar 2026",
        "Stage now      promised by one side",
        "Amount         GBP 1,500,000",
        "Place          Nghe An",
        "Confidence     high (0.90 of 1)",
        "Another Outlet",
        "The ledger knew it as: under consideration, since Mar 2026.",
        "Their wording has little in common beyond: returns, reception (0.31\n    where 0.55 is asked).",
        "By the alert policy (a sum of money) it is told at once.",
        "The nearest other entry is c-abcdefghij",
        "Mar 2026       under consideration\n20 Nov 2026    promised by one side (this report)",
        "pledgewatch ledger show c-0123456789",
        "pledgewatch explain 17",
        "published 20 Nov 2026, 12:30 (UTC) (date from the",
    ] {
        assert!(text.contains(told), "{told}\n---\n{text}");
    }
}

#[test]
fn items_of_one_sentence_share_its_quote() {
    let mut facts = single(Language::En);
    let mut second = facts.items[0].clone();
    second.commitment.id = CommitmentId::new("c-second");
    second.mention.gist = "The Home Office will train staff for it.".into();
    facts.items.push(second);
    let message = alert(&facts);
    let page = scraper::Html::parse_document(&message.html);
    let quotes = scraper::Selector::parse("blockquote").unwrap();
    assert_eq!(page.select(&quotes).count(), 1);
    assert!(message.text.contains("pledgewatch ledger show c-second"));
    assert!(message.subject.contains("+1"), "{}", message.subject);
}

#[test]
fn text_stays_within_72_columns_except_for_links() {
    for message in all() {
        for line in message.text.lines() {
            let wide = layout::columns(line) > 72;
            assert!(!wide || line.trim_start().starts_with("http"), "{line}");
            assert_eq!(line.trim_end(), line);
        }
    }
}

#[test]
fn nothing_is_loaded_from_elsewhere_and_links_lead_to_articles_only() {
    for message in all() {
        let page = scraper::Html::parse_document(&message.html);
        let loading = scraper::Selector::parse(
            "img, script, iframe, link, object, embed, video, audio, source, form, base, svg, [src], [srcset], [background]",
        )
        .unwrap();
        assert_eq!(page.select(&loading).count(), 0);
        assert!(!message.html.contains("url(") && !message.html.contains("@import"));
        let links = scraper::Selector::parse("a").unwrap();
        for link in page.select(&links) {
            let href = link.value().attr("href").unwrap();
            assert!(
                href.starts_with("https://news.example/")
                    || href.starts_with("https://other.example/"),
                "{href}"
            );
            assert!(!link.text().collect::<String>().trim().is_empty());
        }
    }
}

/// Follows the tags of a page: what is opened is closed, in order, and nothing is malformed.
#[derive(Default)]
struct Tags {
    open: RefCell<Vec<String>>,
    faults: RefCell<Vec<String>>,
}

impl TokenSink for Tags {
    type Handle = ();

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<()> {
        const VOID: [&str; 4] = ["meta", "br", "hr", "img"];
        match token {
            Token::TagToken(tag) if VOID.contains(&&*tag.name) => {}
            Token::TagToken(tag) if tag.kind == TagKind::StartTag => {
                self.open.borrow_mut().push(tag.name.to_string());
            }
            Token::TagToken(tag) => {
                let opened = self.open.borrow_mut().pop();
                if opened.as_deref() != Some(&*tag.name) {
                    let fault = format!("line {line}: </{}> closes {opened:?}", tag.name);
                    self.faults.borrow_mut().push(fault);
                }
            }
            Token::ParseError(error) => {
                self.faults.borrow_mut().push(format!("line {line}: {error}"))
            }
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

fn faults(html: &str) -> Vec<String> {
    let tokenizer = Tokenizer::new(Tags::default(), TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(html.into());
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    let mut faults = tokenizer.sink.faults.take();
    faults
        .extend(tokenizer.sink.open.take().into_iter().map(|tag| format!("<{tag}> is not closed")));
    faults
}

#[test]
fn html_is_sound() {
    assert_eq!(faults("<p><b>x</p></b>").len(), 2, "the check itself");
    for message in all() {
        let page = scraper::Html::parse_document(&message.html);
        assert_eq!(faults(&message.html), Vec::<String>::new());
        let count =
            |selector: &str| page.select(&scraper::Selector::parse(selector).unwrap()).count();
        assert_eq!(count("h1"), 1);
        assert_eq!(count("title"), 1);
        assert_eq!(count("meta[name=color-scheme]"), 1);
        // A table is for layout and says so, or it is one of facts with headings for its rows.
        assert_eq!(
            count("table:not([role=presentation])"),
            count("table:not([role=presentation]):has(th[scope=row])")
        );
    }
}

#[test]
fn hostile_text_stays_text() {
    let nasty = "</blockquote><script>alert(1)</script>\r\nBcc: all@example.org\u{202E}\u{0}<img src=x onerror=y> {{ lead }} \"'";
    let mut facts = single(Language::En);
    let item = &mut facts.items[0];
    item.mention.gist = nasty.into();
    item.mention.action.text = nasty.into();
    item.mention.quote.text = nasty.into();
    item.mention.speaker = Some(nasty.into());
    item.mention.condition = Some(nasty.into());
    item.verdict.sentence = nasty.into();
    item.neighbour = Some(nasty.into());
    item.article.title = nasty.into();
    item.article.source_name = nasty.into();
    item.article.url = Some("javascript:alert(1)".into());
    item.also_reported[0].url = Some("https://x.example/\"><script>alert(1)</script>".into());
    item.also_reported[0].source_name = nasty.into();
    facts.reader.name = nasty.into();
    let message = alert(&facts);
    let page = scraper::Html::parse_document(&message.html);
    let bad = scraper::Selector::parse("script, img, [onerror]").unwrap();
    assert_eq!(page.select(&bad).count(), 0);
    assert!(!message.html.contains("javascript:") && !message.text.contains("javascript:"));
    for edition in [&message.html, &message.text, &message.subject] {
        assert!(!edition.contains(['\u{202E}', '\u{0}', '\r']));
    }
    assert!(message.text.contains("{{ lead }}"), "a text is not a template");
    let to = Addressed { to_name: nasty, ..addressed("ha@example.org", "alert:\r\nBcc: x@y.z") };
    let bytes = mime(&message, &to, &sender()).unwrap();
    let read = MessageParser::default().parse(&bytes).unwrap();
    assert!(read.bcc().is_none());
    assert_eq!(read.to().unwrap().iter().count(), 1);
    assert_eq!(read.to().unwrap().first().unwrap().address(), Some("ha@example.org"));
    assert!(!matches!(read.header("Bcc"), Some(HeaderValue::Address(_))));
}

#[test]
fn an_address_that_is_none_is_refused() {
    let message = alert(&single(Language::En));
    for bad in ["", "ha", "ha@", "ha@example.org\r\nBcc: x@y.z", "<ha@example.org>, x@y.z"] {
        assert!(mime(&message, &addressed(bad, "k"), &sender()).is_err(), "{bad:?}");
    }
}

#[test]
fn decomposed_letters_arrive_composed_in_the_subject() {
    let mut facts = single(Language::En);
    facts.items[0].mention.action.text = "Bo\u{0323}\u{0302} Co\u{0302}ng an".into();
    let bytes = bytes(&alert(&facts));
    let read = MessageParser::default().parse(&bytes).unwrap();
    assert!(read.subject().unwrap().contains("Bộ Công an"), "{:?}", read.subject());
}

#[test]
fn long_titles_and_many_items_stay_below_the_size_at_which_mail_is_cut() {
    let mut facts = single(Language::Vi);
    let mut item = facts.items.remove(0);
    item.article.title = "Thỏa thuận ".repeat(1000);
    item.mention.quote.text = "Hai bên thống nhất tăng cường hợp tác. ".repeat(300);
    item.mention.gist = "agree ".repeat(2000);
    item.mention.action.text = "agree ".repeat(2000);
    for number in 0..60 {
        let mut next = item.clone();
        next.commitment.id = CommitmentId::new(format!("c-{number}"));
        next.mention.quote.span = Span::new(number, number + 1);
        facts.items.push(next);
    }
    let message = alert(&facts);
    assert!(message.html.len() < 80_000, "{}", message.html.len());
    assert!(message.html.trim_end().ends_with("</html>"));
    assert!(message.text.contains("mục khác trong sổ"), "what is left out is counted");
    assert!(layout::columns(&message.subject) <= 70);

    let mut facts = specimen::digests(Language::Vi).swap_remove(0);
    item.verdict.outcome = Outcome::New;
    facts.items = vec![item; 500];
    facts.restated = vec![facts.restated[0].clone(); 500];
    facts.near_misses = vec![facts.near_misses[0].clone(); 500];
    let message = digest(&facts);
    assert!(message.html.len() < 80_000, "{}", message.html.len());
    assert!(message.text.contains("(500)") && message.text.contains("mục khác"));
    assert!(message.html.trim_end().ends_with("</html>"));
}

#[test]
fn a_digest_tells_its_period_its_coverage_and_its_groups_in_order() {
    let text = digest(&specimen::digests(Language::En)[0]).text;
    let places: Vec<usize> = [
        "Digest: 1 moved, 1 new, 1 to watch, 1 unsure, 1 told again",
        "20 Nov 2026, 08:30 (UTC) to 21 Nov 2026, 08:30 (UTC)",
        "Read 46 of 48 sources and 60 articles.",
        "Example Daily: unreachable since 18 Nov 2026, 20:30 (UTC) (connection",
        "missed between two visits to: Example Wire.",
        "Moved forward, or set back (1)",
        "under consideration, since Mar 2026 → promised by one side",
        "New commitments (1)",
        "To watch (1)",
        "Unsure (1)",
        "May be the same as c-klmnopqrst",
        "Promised dates (1)",
        "due Nov 2026",
        "Told again (1)",
        "first reported 3 Oct 2026",
        "On the topic, without a commitment (1)",
        "Nearly kept (1)",
    ]
    .iter()
    .map(|told| text.find(told).unwrap_or_else(|| panic!("{told}\n---\n{text}")))
    .collect();
    assert!(places.is_sorted(), "{places:?}\n{text}");
}

#[test]
fn instants_are_shown_in_the_readers_zone_with_their_offset() {
    let mut facts = specimen::digests(Language::En).swap_remove(1);
    for (zone, told) in [
        ("Asia/Ho_Chi_Minh", "21 Nov 2026, 15:30 (UTC+7)"),
        ("America/St_Johns", "21 Nov 2026, 05:00 (UTC-3:30)"),
        ("Not/A_Zone", "21 Nov 2026, 08:30 (UTC)"),
    ] {
        facts.reader.zone = zone.into();
        assert!(digest(&facts).text.contains(told), "{zone}");
    }
}

#[test]
fn an_empty_digest_is_a_short_note_that_says_what_was_read() {
    let mut facts = specimen::digests(Language::En).swap_remove(1);
    let message = digest(&facts);
    assert_eq!(message.subject, "[VN-UK] Digest to 21 Nov: nothing new; 48 of 48 sources read");
    assert!(message.text.contains("Nothing new in this period: "));
    assert!(message.text.lines().count() < 15, "{}", message.text);
    assert!(facts.is_empty() && !facts.coverage.is_poor());
    facts.coverage.read = 47;
    assert!(facts.coverage.is_poor(), "silence with a gap must be told");
}

#[test]
fn no_item_is_told_twice_and_none_is_left_out_of_a_digest() {
    for outcome in [Outcome::New, Outcome::Advanced, Outcome::Regressed, Outcome::Unsure] {
        for level in [AlertLevel::Push, AlertLevel::Watch] {
            let mut facts = specimen::digests(Language::En).swap_remove(1);
            let mut item = specimen::item(Language::En, outcome, level);
            item.commitment.id = CommitmentId::new("c-only");
            facts.items = vec![item];
            let text = digest(&facts).text;
            assert_eq!(text.matches("ledger show c-only").count(), 1, "{outcome} {level}\n{text}");
        }
    }
}

#[test]
fn facts_survive_the_outbox() {
    for facts in specimen::alerts(Language::Vi) {
        let stored = serde_json::to_string(&facts).unwrap();
        assert_eq!(serde_json::from_str::<AlertFacts>(&stored).unwrap(), facts);
    }
    for facts in specimen::digests(Language::En) {
        let stored = serde_json::to_string(&facts).unwrap();
        assert_eq!(serde_json::from_str::<DigestFacts>(&stored).unwrap(), facts);
    }
}

#[test]
fn specimens_lie_in_the_target_folder_for_people_to_look_at() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("mail");
    std::fs::create_dir_all(&folder).unwrap();
    for (number, message) in all().iter().enumerate() {
        let name = format!("{number:02}-{}", message.event.as_str());
        let text = format!("Subject: {}\n\n{}", message.subject, message.text);
        std::fs::write(folder.join(format!("{name}.txt")), text).unwrap();
        std::fs::write(folder.join(format!("{name}.html")), &message.html).unwrap();
    }
}

#[test]
fn an_update_keeps_the_subject_of_the_first_alert_and_says_where_it_stands_now() {
    let first = alert(&single(Language::En)).subject;
    let mut facts = single(Language::En);
    facts.items[0] = specimen::item(Language::En, Outcome::Regressed, AlertLevel::Push);
    facts.items[0].mention.action.text = "stop paying for it".into();
    facts.items[0].verdict.stage_after = Some(Stage::Suspended);
    facts.follows = Some(first.clone());
    let subject = alert(&facts).subject;
    let kept = "Home Office to pay £1.5 million";
    assert!(
        first.contains(kept) && subject.starts_with(&format!("[VN-UK] Now suspended: {kept}")),
        "{subject}"
    );
    // The object stands whole where the outlet of the first message, which did not tell this, gives way.
    assert!(layout::columns(&subject) <= 70, "{subject}");
    assert!(subject.ends_with('…') || subject.ends_with(" (Example News)"), "{subject}");
    // One whose words are not ours any more, and one that would end the header.
    facts.follows = Some("Anything else\r\nBcc: x@example.org".into());
    let harmless = "Now suspended: Anything else Bcc: x@example.org (Example News)";
    assert_eq!(alert(&facts).subject, harmless);
    // A first figure for what is known moves no stage.
    facts.items[0].verdict.stage_after = facts.items[0].verdict.stage_before;
    assert!(alert(&facts).subject.starts_with("Updated: "));
}

fn with_desk() -> Letterhead {
    Letterhead { requests_to: Some("desk@example.org".into()), ..Letterhead::default() }
}

#[test]
fn a_way_to_stop_is_promised_only_where_there_is_one() {
    let mut facts = single(Language::En);
    facts.reader.token = "0123456789ab".into();
    let compose = |letterhead: &Letterhead| {
        alert::compose(&facts, &specimen::names(), templates(), letterhead).unwrap()
    };
    let mailed = bytes(&compose(&with_desk()));
    let stop = "<mailto:desk@example.org?subject=unsubscribe%200123456789ab>";
    assert_eq!(header(&mailed, "List-Unsubscribe").as_deref(), Some(stop));
    assert_eq!(header(&mailed, "List-Unsubscribe-Post"), None, "nothing answers a click");
    let page = Some("https://watch.example/u/{token}".to_owned());
    let clicked = compose(&Letterhead { unsubscribe_url: page, ..with_desk() });
    let value = header(&bytes(&clicked), "List-Unsubscribe").unwrap().replace("\r\n", "");
    assert_eq!(value, format!("<https://watch.example/u/0123456789ab>, {stop}"));
    let post = header(&bytes(&clicked), "List-Unsubscribe-Post");
    assert_eq!(post.as_deref(), Some("List-Unsubscribe=One-Click"));
    let links = |html: &str| -> Vec<String> {
        let page = scraper::Html::parse_document(html);
        let links = scraper::Selector::parse("a").unwrap();
        page.select(&links).filter_map(|link| link.attr("href").map(str::to_owned)).collect()
    };
    assert!(links(&clicked.html).contains(&"https://watch.example/u/0123456789ab".to_owned()));
    let told = compose(&with_desk());
    let wrong = "mailto:desk@example.org?subject=wrong%20c-0123456789%200123456789ab";
    assert!(told.text.contains(wrong) && links(&told.html).contains(&wrong.to_owned()));
    assert!(!compose(&Letterhead::default()).text.contains("mailto:"));
}

#[test]
fn what_one_article_tells_stands_together_under_one_source() {
    let mut facts = specimen::digests(Language::En).swap_remove(1);
    let item = |commitment: &str, article: i64| {
        let mut item = specimen::item(Language::En, Outcome::New, AlertLevel::Push);
        item.commitment.id = CommitmentId::new(commitment);
        item.article.id = pledgewatch::model::ArticleId(article);
        item.article.url = Some(format!("https://news.example/{article}"));
        item
    };
    facts.items = vec![item("c-a", 1), item("c-b", 2), item("c-c", 1)];
    let text = digest(&facts).text;
    assert_eq!(text.matches("https://news.example/1\n").count(), 1, "{text}");
    let at = |told: &str| text.find(told).unwrap();
    assert!(at("show c-a") < at("show c-c") && at("show c-c") < at("news.example/1"));
    assert!(at("news.example/1") < at("show c-b"), "{text}");
}

/// Size of each part of a message as it is sent.
fn sent_size(message: &Message) -> (usize, usize) {
    let bytes = bytes(message);
    let read = MessageParser::default().parse(&bytes).unwrap();
    let size = |part: u32| {
        let part = read.part(part).unwrap();
        (part.offset_end - part.offset_header) as usize
    };
    (size(1), size(2))
}

#[test]
fn a_digest_of_thousands_keeps_to_its_size_counts_all_and_says_how_to_see_them() {
    for language in [Language::En, Language::Vi] {
        let mut facts = specimen::digests(language).swap_remove(0);
        facts.reader.id = "desk".into();
        facts.reader.size.per_group = 200;
        facts.items = (0..5000)
            .map(|number| {
                let mut item = specimen::item(Language::Vi, Outcome::New, AlertLevel::Push);
                item.commitment.id = CommitmentId::new(format!("c-{number}"));
                item.article.id = pledgewatch::model::ArticleId(number);
                item
            })
            .collect();
        let started = std::time::Instant::now();
        let message = digest(&facts);
        println!("5000 items: {:?}", started.elapsed());
        let (text, html) = sent_size(&message);
        assert!(text <= 60_000 && html <= 80_000, "{text} {html}");
        assert!(html > 30_000, "the room is used: {html}");
        assert!(message.text.contains("(5000)"));
        assert!(message.text.contains("pledgewatch digest show 100 --recipient desk"));
        // The whole of it, for a terminal.
        facts.reader.size.per_group = usize::MAX;
        facts.reader.size.html = usize::MAX;
        facts.reader.size.text = usize::MAX;
        let whole = digest(&facts).text;
        assert!(whole.contains("show c-4999") && !whole.contains("digest show"));
    }
}

#[test]
fn a_smaller_size_keeps_headlines_and_drops_quotes() {
    let mut facts = specimen::digests(Language::En).swap_remove(0);
    let full = sent_size(&digest(&facts)).1;
    facts.reader.size.html = full - 1200;
    let message = digest(&facts);
    assert!(sent_size(&message).1 < full);
    assert!(!message.html.contains("<blockquote"));
    assert_eq!(message.text.matches("ledger show c-0123456789").count(), 4, "{}", message.text);
}

#[test]
fn no_text_of_a_feed_breaks_a_message() {
    let long = "Thỏa thuận 🇻🇳👩‍👩‍👧 ".repeat(600);
    for nasty in [
        "a\r\nBcc: all@example.org\r\n\r\n<html>",
        "\u{202E}gro.elpmaxe@lla\u{2066}\u{200F}",
        "=?utf-8?q?=0D=0ABcc:_x@y.z?=",
        "Bo\u{0323}\u{0302} Co\u{0302}ng an 🚔🇬🇧",
        "\u{0}\u{1}\u{7f}\u{85}\u{2028}\u{2029}\u{feff}",
        "</title></td></table><script>alert(1)</script>{{ lead }}{% raw %}",
        "--=_boundary\r\nContent-Type: text/html",
        ".\r\n.\r\nMAIL FROM:<x@y.z>",
        long.as_str(),
    ] {
        let mut facts = specimen::digests(Language::Vi).swap_remove(0);
        for item in &mut facts.items {
            item.mention.quote.text = nasty.into();
            item.mention.action.text = nasty.into();
            item.mention.gist = nasty.into();
            item.article.title = nasty.into();
            item.article.source_name = nasty.into();
        }
        for gist in [&mut facts.restated[0].gist, &mut facts.due[0].gist] {
            gist.english = nasty.into();
            gist.quote = nasty.into();
            gist.parties = vec![nasty.into()];
        }
        facts.relevant[0].title = nasty.into();
        facts.near_misses[0].why = Some(Why::SamePassage { words: vec![nasty.into()] });
        facts.coverage.failing[0].reason = nasty.into();
        facts.coverage.gaps = vec![nasty.into()];
        let items = facts.items.clone();
        let told = AlertFacts {
            reader: facts.reader.clone(),
            generated_at: facts.generated_at,
            items,
            follows: Some(nasty.into()),
            gathered: None,
        };
        for message in [digest(&facts), alert(&told)] {
            let sent = bytes(&message);
            let read = MessageParser::default().parse(&sent).unwrap();
            assert!(read.bcc().is_none() && read.parts.len() == 3, "{nasty:?}");
            assert_eq!(read.subject(), Some(message.subject.as_str()), "{nasty:?}");
            let text = String::from_utf8(sent.clone()).unwrap();
            let (head, _) = text.split_once("\r\n\r\n").unwrap();
            assert!(head.len() < 16_000 && head.split("\r\n").all(|line| line.len() <= 78));
            assert_eq!(faults(&message.html), Vec::<String>::new(), "{nasty:?}");
            for edition in [&message.text, &message.html] {
                assert!(!edition.contains(['\u{202E}', '\u{2066}', '\u{0}', '\u{feff}', '\r']));
            }
            assert!(!message.html.contains("<script"), "{nasty:?}");
            assert!(sent_size(&message).1 <= 80_000);
        }
    }
}
