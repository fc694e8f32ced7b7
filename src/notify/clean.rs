//! Text of feeds on its way into a message: what could end a header, turn a line around, hide characters or
//! lead somewhere else than it says is taken out here, once, before anything is composed.

use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

/// Longest link that is shown, in bytes; a longer one is left out rather than cut, since a cut link is wrong.
const MAX_URL: usize = 2000;

/// Invisible characters that change how the text around them is read: bidirectional controls, zero-width
/// characters, the byte order mark, and line separators that are not line feeds.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{00AD}'
            | '\u{061C}'
            | '\u{180E}'
            | '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{FEFF}'
            | '\u{FFF9}'..='\u{FFFB}'
            | '\u{E0000}'..='\u{E007F}'
    )
}

/// One line of plain text: controls and line ends become blanks, blanks are joined, invisible characters go.
pub fn line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars().filter(|c| !is_invisible(*c)) {
        if c.is_whitespace() || c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') {
            if !out.ends_with(' ') && !out.is_empty() {
                out.push(' ');
            }
        } else {
            out.push(c);
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// One line for a header: as [`line()`], composed (NFC) so that letters with marks survive every mail reader, and
/// at most `max` characters. What looks like an encoded word (RFC 2047) is taken apart: a reader would decode it, line
/// ends and all.
pub fn header(text: &str, max: usize) -> String {
    shorten(&line(text).nfc().collect::<String>().replace("=?", "= ?"), max)
}

/// At most `max` user-perceived characters, cut between words where that costs less than a third, with an
/// ellipsis where something was cut.
pub fn shorten(text: &str, max: usize) -> String {
    let mut ends = text.grapheme_indices(true).map(|(at, _)| at);
    if ends.clone().nth(max).is_none() {
        return text.to_owned();
    }
    let Some(cut) = max.checked_sub(1).and_then(|last| ends.nth(last)) else {
        return String::new();
    };
    let head = &text[..cut];
    let floor = head.len() - head.len() / 3;
    let at = head.rfind(' ').filter(|at| *at >= floor).unwrap_or(head.len());
    format!("{}…", head[..at].trim_end_matches([' ', ',', ';', ':', '-', '–', '.']))
}

/// The address as a link that is safe to print: `http` or `https`, with a host, without credentials, every
/// other character than those of RFC 3986 percent-encoded. `None` for anything else.
pub fn link(url: &str) -> Option<String> {
    let url = url::Url::parse(url.trim()).ok()?;
    let plain = matches!(url.scheme(), "http" | "https")
        && url.has_host()
        && url.username().is_empty()
        && url.password().is_none();
    // The parser leaves quotes in a fragment or query alone; they must not end an attribute or a mail reader's
    // link detection.
    let text = url.as_str().replace('\'', "%27").replace('"', "%22").replace(['<', '>'], "");
    (plain && text.len() <= MAX_URL).then_some(text)
}

/// The host of a link, as a reader knows it: without `www.`.
pub fn host(url: &str) -> Option<String> {
    let url = url::Url::parse(url).ok()?;
    let host = url.host_str()?;
    Some(host.strip_prefix("www.").unwrap_or(host).to_owned())
}

/// A name for a file: lower-case ASCII letters, digits and single hyphens, at most 60 of them. Marks are taken
/// off letters, so that Vietnamese stays readable.
pub fn slug(text: &str) -> String {
    let mut out = String::new();
    for c in text.nfd().flat_map(char::to_lowercase) {
        match c {
            'a'..='z' | '0'..='9' => out.push(c),
            'đ' => out.push('d'),
            // A combining mark belongs to the letter before it.
            '\u{0300}'..='\u{036F}' => {}
            _ if !out.ends_with('-') && !out.is_empty() => out.push('-'),
            _ => {}
        }
        if out.len() >= 60 {
            break;
        }
    }
    out.truncate(out.trim_end_matches('-').len());
    if out.is_empty() { "message".to_owned() } else { out }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_cannot_end_a_header_or_turn_the_line_around() {
        let nasty = "Visa\r\nBcc: all@example.org\u{202E}txt\u{200B}.exe\0 \u{2028}end\u{FEFF}";
        assert_eq!(header(nasty, 200), "Visa Bcc: all@example.orgtxt.exe end");
    }

    #[test]
    fn what_looks_encoded_is_not_decoded_by_the_reader() {
        assert_eq!(header("=?utf-8?q?=0D=0ABcc:_x?= =?", 50), "= ?utf-8?q?=0D=0ABcc:_x?= = ?");
    }

    #[test]
    fn decomposed_letters_are_composed_in_headers() {
        assert_eq!(header("Bo\u{0323}\u{0302} Co\u{0302}ng an", 50), "Bộ Công an");
    }

    #[test]
    fn shortening_counts_letters_not_bytes_and_cuts_between_words() {
        assert_eq!(shorten("Bộ Công an", 10), "Bộ Công an");
        assert_eq!(shorten("Bộ Công an và NCA ký thỏa thuận", 15), "Bộ Công an và…");
        assert_eq!(shorten("abcdefghij", 5), "abcd…");
        assert_eq!(shorten("abc", 0), "");
    }

    #[test]
    fn only_web_addresses_become_links() {
        assert_eq!(link("https://a.example/x y"), Some("https://a.example/x%20y".into()));
        for bad in
            ["javascript:alert(1)", "data:text/html,x", "//a.example", "https://u:p@a.example/", ""]
        {
            assert_eq!(link(bad), None, "{bad}");
        }
        let quoted = link("https://a.example/?q=\"><script>&x='").unwrap();
        assert!(!quoted.contains(['"', '\'', '<', '>']), "{quoted}");
    }

    #[test]
    fn file_names_are_plain_ascii() {
        assert_eq!(slug("[VN-UK] Mới: Đại sứ ký bản ghi nhớ"), "vn-uk-moi-dai-su-ky-ban-ghi-nho");
        assert_eq!(slug("../../etc/passwd"), "etc-passwd");
        assert_eq!(slug("…"), "message");
    }
}
