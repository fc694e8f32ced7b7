//! A word to the operator: a test, or something about the machine that somebody should look at. Facts in,
//! message out.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::alert::{Letterhead, MAX_SUBJECT};
use super::clean;
use super::facts::Reader;
use super::frame::Frame;
use super::layout;
use super::message::{Event, Message};
use super::names::Names;
use super::templates::{RenderError, Templates};
use super::wording::Wording;

/// All that a notice is rendered from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeFacts {
    /// For whom it is written.
    pub reader: Reader,
    /// When it was composed (UTC); the `Date` of the message.
    pub generated_at: Timestamp,
    /// What it is about, in one line. Empty for a test: the words of the frame say so.
    pub title: String,
    /// What a reader should know, a paragraph each.
    pub paragraphs: Vec<String>,
}

impl NoticeFacts {
    /// A message that says that mail arrives.
    pub fn test(reader: Reader, now: Timestamp) -> Self {
        Self { reader, generated_at: now, title: String::new(), paragraphs: Vec::new() }
    }
}

#[derive(Serialize)]
struct NoticeView<'a> {
    #[serde(flatten)]
    frame: Frame<'a>,
    tag: String,
    title: String,
    paragraphs: Vec<String>,
}

/// Composes a notice.
///
/// # Errors
/// A template of the operator that asks for something these facts do not have; `Templates` proves at start that
/// there is none.
pub fn compose(
    facts: &NoticeFacts,
    templates: &Templates,
    letterhead: &Letterhead,
) -> Result<Message, RenderError> {
    let (words, names) = (templates.words(facts.reader.language), Names::default());
    let wording = Wording::new(words, &names, &facts.reader);
    let test = facts.title.is_empty();
    let mut paragraphs: Vec<String> =
        facts.paragraphs.iter().map(|text| clean::shorten(&clean::line(text), 2000)).collect();
    if test {
        paragraphs.insert(0, words.get("phrase", "test_body").to_owned());
    }
    let title = if test { words.get("phrase", "test_subject") } else { &facts.title };
    let frame = Frame::new(&wording, letterhead, &facts.reader, facts.generated_at);
    let view = NoticeView {
        frame: frame.told(&clean::header(title, 200), String::new(), ""),
        tag: clean::header(&letterhead.tag, 20),
        title: clean::header(title, 200),
        paragraphs,
    };
    Ok(Message {
        event: if test { Event::Test } else { Event::Notice },
        subject: clean::header(&templates.render("notice.subject.txt", &view)?, MAX_SUBJECT),
        text: layout::wrap(&templates.render("notice.txt", &view)?),
        html: templates.render("notice.html", &view)?,
        headers: vec![
            ("Content-Language".to_owned(), facts.reader.language.tag().to_owned()),
            ("X-Pledgewatch-Severity".to_owned(), "low".to_owned()),
        ],
    })
}
