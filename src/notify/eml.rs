//! Reads back what [`super::message::mime`] built, so that the folder transport can name its files and lay the
//! HTML edition beside them. It reads our own messages only; anything it does not understand is `None`.

use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use base64::{Engine as _, alphabet};

/// The value of a header, unfolded and with its encoded words decoded (RFC 2047).
pub(super) fn header(message: &[u8], name: &str) -> Option<String> {
    let text = std::str::from_utf8(message).ok()?;
    let (head, _) = text.split_once("\r\n\r\n")?;
    let mut value: Option<String> = None;
    for line in head.split("\r\n") {
        if let Some(value) = &mut value {
            if line.starts_with([' ', '\t']) {
                value.push_str(line);
                continue;
            }
            break;
        }
        if let Some((key, rest)) = line.split_once(':')
            && key.eq_ignore_ascii_case(name)
        {
            value = Some(rest.trim_start().to_owned());
        }
    }
    value.map(|value| words(&value))
}

/// The decoded HTML part.
pub(super) fn html(message: &[u8]) -> Option<String> {
    part(message, "\r\nContent-Type: text/html")
}

/// The decoded text part.
pub(super) fn text(message: &[u8]) -> Option<String> {
    part(message, "\r\nContent-Type: text/plain")
}

fn part(message: &[u8], begins: &str) -> Option<String> {
    let text = std::str::from_utf8(message).ok()?;
    let part = text.split(begins).nth(1)?;
    let (head, rest) = part.split_once("\r\n\r\n")?;
    // A boundary line ends the part; no encoded body has a line that begins like ours.
    let body = rest.split("\r\n--=_").next()?;
    let encoding = head
        .lines()
        .find_map(|line| line.strip_prefix("Content-Transfer-Encoding: "))
        .map(str::trim)
        .unwrap_or("7bit");
    let bytes = match encoding {
        "base64" => base64(body)?,
        "quoted-printable" => quoted_printable(body),
        _ => body.as_bytes().to_vec(),
    };
    String::from_utf8(bytes).ok().map(|html| html.replace("\r\n", "\n"))
}

fn words(value: &str) -> String {
    let mut out = String::new();
    let mut rest = value;
    let mut after_word = false;
    while let Some(at) = rest.find("=?") {
        let before = &rest[..at];
        // Blanks between two encoded words are not text.
        if !(after_word && before.trim().is_empty()) {
            out.push_str(before);
        }
        let mut parts = rest[at + 2..].splitn(4, '?');
        let word = match (parts.next(), parts.next(), parts.next(), parts.next()) {
            (Some(_), Some("b" | "B"), Some(text), Some(tail)) if tail.starts_with('=') => {
                base64(text).map(|bytes| (bytes, &tail[1..]))
            }
            (Some(_), Some("q" | "Q"), Some(text), Some(tail)) if tail.starts_with('=') => {
                Some((quoted_printable(&text.replace('_', " ")), &tail[1..]))
            }
            _ => None,
        };
        match word {
            Some((bytes, tail)) => {
                out.push_str(&String::from_utf8_lossy(&bytes));
                rest = tail;
                after_word = true;
            }
            None => {
                out.push_str("=?");
                rest = &rest[at + 2..];
                after_word = false;
            }
        }
    }
    out.push_str(rest);
    out
}

/// Base64 with line ends in it, and without its last signs where somebody cut them (RFC 2045 6.8).
fn base64(text: &str) -> Option<Vec<u8>> {
    const LENIENT: GeneralPurpose = GeneralPurpose::new(
        &alphabet::STANDARD,
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
    );
    let signs: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    LENIENT.decode(signs).ok()
}

fn quoted_printable(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let bytes = text.as_bytes();
    let hex = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16));
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] != b'=' {
            out.push(bytes[at]);
            at += 1;
        } else if let (Some(high), Some(low)) = (hex(bytes.get(at + 1)), hex(bytes.get(at + 2))) {
            out.push((high * 16 + low) as u8);
            at += 3;
        } else {
            // A soft line break.
            at += if bytes[at + 1..].starts_with(b"\r\n") { 3 } else { 1 };
        }
    }
    out
}
