//! Composed mail, read back by an independent MIME reader.

use mail_parser::{MessageParser, MimeHeaders};
use pledgewatch::model::Language;
use pledgewatch::notify::message::{Addressed, Sender, mime};
use pledgewatch::notify::{alert, specimen, templates::Templates};

fn addressed<'a>(to: &'a str, event_key: &'a str) -> Addressed<'a> {
    let date = "2026-11-21T08:30:04Z".parse().unwrap();
    Addressed { to, to_name: "Nguyễn Thị Hà", event_key, date, in_reply_to: None }
}

#[test]
fn a_vietnamese_alert_reads_back_as_it_was_composed() {
    let templates = Templates::embedded().unwrap();
    let facts = specimen::alerts(Language::Vi).swap_remove(0);
    let message =
        alert::compose(&facts, &specimen::names(), &templates, &Default::default()).unwrap();
    let bytes =
        mime(&message, &addressed("ha@example.org", "alert:1"), &Sender::default()).unwrap();
    assert!(bytes.is_ascii());
    let read = MessageParser::default().parse(&bytes).unwrap();
    assert_eq!(read.subject(), Some(message.subject.as_str()));
    assert_eq!(read.part(1).unwrap().content_type().unwrap().subtype(), Some("plain"));
    assert_eq!(read.part(2).unwrap().content_type().unwrap().subtype(), Some("html"));
    assert_eq!(read.body_text(0).unwrap().replace("\r\n", "\n"), message.text);
    assert_eq!(read.body_html(0).unwrap().replace("\r\n", "\n"), message.html);
}
