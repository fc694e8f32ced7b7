//! The short edition of a message that was too big for a server: its headers and the beginning of its text edition,
//! with a word that says so. Made from the stored bytes, once.

use jiff::Timestamp;
use lettre::message::SinglePart;
use lettre::message::header::ContentType;

use super::desk::Desk;
use super::eml;
use crate::model::Language;

/// Text that is kept, in bytes before encoding: what no server refuses for its size.
const MAX_TEXT: usize = 12_000;
/// Headers that speak of the body or of the signature over it.
const OF_THE_BODY: [&str; 4] =
    ["content-type", "content-transfer-encoding", "mime-version", "dkim-signature"];

/// The short edition, signed again where messages are signed. `None` when it would be no shorter, or when the bytes
/// are not a message of ours.
pub(super) fn edition(desk: &Desk, message: &[u8], at: Timestamp) -> Option<Vec<u8>> {
    let vietnamese = eml::header(message, "Content-Language").is_some_and(|tag| tag == "vi");
    let language = if vietnamese { Language::Vi } else { Language::En };
    let note = desk.templates.words(language).get("phrase", "shortened");
    let text = eml::text(message)?;
    let body = format!("{note}\n\n{}\n[...]\n", beginning(&text));
    let head = std::str::from_utf8(message).ok()?.split_once("\r\n\r\n")?.0;
    let mut short = String::with_capacity(body.len() * 2);
    let mut kept = true;
    for line in head.split("\r\n") {
        if !line.starts_with([' ', '\t']) {
            let name = line.split(':').next().unwrap_or_default().to_ascii_lowercase();
            kept = !OF_THE_BODY.contains(&name.as_str());
        }
        if kept {
            short.push_str(line);
            short.push_str("\r\n");
        }
    }
    short.push_str("MIME-Version: 1.0\r\n");
    let part = SinglePart::builder().header(ContentType::TEXT_PLAIN).body(body).formatted();
    let mut bytes = short.into_bytes();
    bytes.extend_from_slice(&part);
    let bytes = desk.post.sign(bytes, at);
    (bytes.len() < message.len()).then_some(bytes)
}

/// Whole lines of the beginning.
fn beginning(text: &str) -> &str {
    if text.len() <= MAX_TEXT {
        return text;
    }
    let end = text.floor_char_boundary(MAX_TEXT);
    let end = text[..end].rfind('\n').unwrap_or(end);
    &text[..end]
}
