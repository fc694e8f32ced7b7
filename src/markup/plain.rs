//! A fragment of HTML as plain text: one linear pass, no tree, safe for any input.
//!
//! Tags go, references are resolved, paragraphs and list items end lines, and a list at the end that holds nothing but links
//! (the other headlines that many Vietnamese papers append to a description) is left out. The result is NFC, without
//! control characters, blanks folded.

use std::ops::Range;
use std::sync::LazyLock;

use encoding_rs::WINDOWS_1252;
use memchr::memchr2;
use regex::Regex;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use super::entities;
use super::tags::{lower, tag};

/// Whether the content of an element is no text.
fn is_silent(name: &str) -> bool {
    matches!(
        name,
        "script"
            | "style"
            | "noscript"
            | "template"
            | "iframe"
            | "object"
            | "svg"
            | "math"
            | "select"
    )
}

/// Whether an element begins and ends a line.
#[rustfmt::skip]
fn is_block(name: &str) -> bool {
    matches!(
        name,
        "p" | "div" | "br" | "li" | "ul" | "ol" | "dl" | "dt" | "dd" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6"
            | "table" | "tr" | "td" | "th" | "blockquote" | "section" | "article" | "header" | "footer" | "figure"
            | "figcaption" | "hr" | "pre" | "center" | "aside"
    )
}

/// Plain text of a fragment. Escaped once too often (`&amp;lt;p&amp;gt;`), it is read once more. A list that ends it and
/// holds nothing but links is left out.
pub fn text(html: &str) -> String {
    read(html, true)
}

/// Plain text of a whole article: as [`text`], but where links are all that there is, they are the text.
pub fn article(html: &str) -> String {
    let text = read(html, true);
    if text.is_empty() && !html.trim().is_empty() { read(html, false) } else { text }
}

fn read(html: &str, cut_lists: bool) -> String {
    let mut text = strip(html, cut_lists);
    for _ in 0..2 {
        if memchr2(b'<', b'&', text.as_bytes()).is_none() || !ESCAPED.is_match(&text) {
            break;
        }
        text = strip(&text, cut_lists);
    }
    tidy(&twice_encoded(&text).unwrap_or(text))
}

/// Plain text on one line, for titles.
pub fn line(html: &str) -> String {
    let text = text(html);
    if text.contains('\n') { text.replace('\n', " ") } else { text }
}

#[expect(clippy::expect_used, reason = "the pattern is a constant, and every test compiles it")]
static ESCAPED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)</?(?:a|p|br|img|div|span|strong|em|ul|ol|li|h[1-6]|table|figure)(?:\s[^<>]*)?/?>|<(?:b|i|u|font\s[^<>]*)>[^<>]*</(?:b|i|u|font)>|&(?:amp|lt|gt|quot|nbsp|apos|#\d{2,5}|#x[0-9a-f]{2,4}|[a-z]{1,2}(?:acute|grave|circ|tilde|uml)|[lr][sd]quo|[nm]dash|hellip);")
        .expect("a constant pattern")
});

/// A list that is being read: where it began in the output, its text inside links, and its text altogether.
struct List {
    start: usize,
    linked: usize,
    all: usize,
}

fn strip(html: &str, cut_lists: bool) -> String {
    let mut out = String::with_capacity(html.len());
    let (mut lists, mut headlines): (Vec<List>, Vec<Range<usize>>) = (Vec::new(), Vec::new());
    let mut in_link = false;
    let mut in_section = false;
    let mut rest = html;
    // No end in sight for one kind of markup means none for the next either: keeps the pass linear.
    let (mut comments_end, mut declarations_end) = (true, true);
    let mut endless: Vec<String> = Vec::new();
    let add = |out: &mut String, lists: &mut Vec<List>, in_link: bool, text: &str| {
        if let Some(list) = lists.last_mut() {
            let count = text.chars().filter(|c| !c.is_whitespace()).count();
            list.all += count;
            list.linked += if in_link { count } else { 0 };
        }
        out.push_str(text);
    };
    while let Some(at) = memchr2(b'<', b'&', rest.as_bytes()) {
        add(&mut out, &mut lists, in_link, &rest[..at]);
        rest = &rest[at..];
        if rest.starts_with('&') {
            match entities::resolve(rest) {
                Some((text, length)) => {
                    add(&mut out, &mut lists, in_link, &text);
                    rest = &rest[length..];
                }
                None => {
                    add(&mut out, &mut lists, in_link, "&");
                    rest = &rest[1..];
                }
            }
        } else if rest.starts_with("<!--") && comments_end {
            match rest.find("-->") {
                Some(end) => rest = &rest[end + 3..],
                None => comments_end = false,
            }
        } else if rest.starts_with("<![CDATA[") {
            rest = &rest[9..];
            in_section = true;
        } else if rest.starts_with("<!") && !rest.starts_with("<!--") && declarations_end {
            match rest.find('>') {
                Some(end) => rest = &rest[end + 1..],
                None => declarations_end = false,
            }
        } else if let Some(tag) = tag(rest) {
            rest = &rest[tag.end..];
            let name = lower(tag.name);
            let name = name.as_ref();
            let opens = !tag.closes && !tag.is_empty();
            if opens && is_silent(name) && !endless.iter().any(|endless| endless == name) {
                match after_end(rest, name) {
                    Some(after) => rest = after,
                    None => endless.push(name.to_owned()),
                }
                continue;
            }
            match (name, tag.closes) {
                ("a", closes) => in_link = !closes,
                ("ul" | "ol", false) => lists.push(List { start: out.len(), linked: 0, all: 0 }),
                ("ul" | "ol", true) => close_list(&out, &mut lists, &mut headlines),
                _ => {}
            }
            if is_block(name) {
                out.push('\n');
            }
        } else {
            add(&mut out, &mut lists, in_link, "<");
            rest = &rest[1..];
        }
    }
    add(&mut out, &mut lists, in_link, rest);
    while !lists.is_empty() {
        close_list(&out, &mut lists, &mut headlines);
    }
    // Other headlines stand at the end; a list in the middle belongs to the text.
    while cut_lists
        && let Some(last) = headlines.pop()
        && last.end >= out.trim_end().len()
    {
        out.truncate(last.start);
    }
    // Where a section began as text, its end is text as well.
    if in_section { out.replace("]]>", "") } else { out }
}

/// Remembers the list if nearly all of its text is links: those are headlines of other stories.
fn close_list(out: &str, lists: &mut Vec<List>, headlines: &mut Vec<Range<usize>>) {
    let Some(list) = lists.pop() else { return };
    if list.all > 0 && list.linked * 10 >= list.all * 6 {
        // Lists inside it are part of it.
        while headlines.last().is_some_and(|inner| inner.start >= list.start) {
            headlines.pop();
        }
        headlines.push(list.start..out.len());
    }
    if let Some(outer) = lists.last_mut() {
        outer.all += list.all;
        outer.linked += list.linked;
    }
}

/// What follows the end tag of a silent element; without one, the element is not silent at all.
fn after_end<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let (at, _) = text.match_indices("</").find(|(at, _)| {
        text.get(at + 2..at + 2 + name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name))
    })?;
    text[at..].find('>').map(|close| &text[at + close + 1..])
}

/// NFC, no controls, blanks folded, lines trimmed, no empty lines.
pub fn tidy(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = String::with_capacity(text.len());
    let (mut at, mut new_line) = (0, false);
    while at < bytes.len() {
        let start = at;
        let (length, known) = word(text, at);
        at += length;
        if at == start {
            // A blank, whatever its length.
            new_line |= matches!(bytes[at], b'\n' | b'\r');
            at += text[at..].chars().next().map_or(1, char::len_utf8);
            continue;
        }
        let word = &text[start..at];
        let before = out.len();
        if before > 0 {
            out.push(if new_line { '\n' } else { ' ' });
        }
        let begun = out.len();
        if known || is_tidy(word) {
            out.push_str(word);
        } else {
            out.extend(word.nfc().filter(|c| !is_invisible(*c)));
        }
        if out.len() == begun {
            // Nothing of it shows.
            out.truncate(before);
        } else {
            new_line = false;
        }
    }
    out
}

/// Bytes of the word that begins at `start`, none when a blank or control character stands there; and whether all of it
/// is ASCII and the letters of Western Europe and Vietnam, which show and are composed as they stand.
fn word(text: &str, start: usize) -> (usize, bool) {
    let bytes = text.as_bytes();
    let (mut at, mut known) = (start, true);
    loop {
        at += match bytes[at..] {
            [b'!'..=b'~', ..] => 1,
            // U+00C0 to U+027F, and U+1EA0 to U+1EF9.
            [0xC3..=0xC9, _, ..] => 2,
            [0xE1, 0xBA, 0xA0..=0xBF, ..] | [0xE1, 0xBB, 0x80..=0xB9, ..] => 3,
            [0x80..=0xFF, ..] => match text[at..].chars().next() {
                Some(c) if !c.is_whitespace() && entities::is_allowed(c) => {
                    known = false;
                    c.len_utf8()
                }
                _ => break,
            },
            _ => break,
        };
    }
    (at - start, known)
}

/// Whether a word is in NFC and shows all its characters. Nearly every word is, and to ask costs far less than to
/// compose it anew.
fn is_tidy(word: &str) -> bool {
    // No letter of these ranges is composed of others that follow it.
    let plain =
        |c| matches!(c, '\0'..='\u{2FF}' | '\u{1EA0}'..='\u{1EF9}' | '\u{2010}'..='\u{2027}');
    word.is_ascii()
        || (!word.contains(is_invisible)
            && (word.chars().all(plain) || is_nfc_quick(word.chars()) == IsNormalized::Yes))
}

/// Characters without a glyph that pages and feeds sprinkle into words.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{2060}' | '\u{FEFF}')
}

/// Undoes UTF-8 that was read as windows-1252 and encoded again (`GiÃ¡`), when the whole text maps back.
fn twice_encoded(text: &str) -> Option<String> {
    // No letter with two Vietnamese marks is in windows-1252, nor anything beyond the trade mark sign.
    let beyond = |c: char| matches!(c, '\u{1e00}'..='\u{1fff}') || c > '\u{2122}';
    // Every first byte of UTF-8 becomes a letter from À to ÿ, and those all begin with the same byte.
    if !text.as_bytes().contains(&0xC3) || text.contains(beyond) {
        return None;
    }
    let (bytes, _, unmapped) = WINDOWS_1252.encode(text);
    if unmapped {
        return None;
    }
    String::from_utf8(bytes.into_owned()).ok().filter(|undone| undone != text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_goes_and_text_stays() {
        for (html, expected) in [
            ("<a href='/1'><img src=x alt=y></a></br>Bộ&nbsp;Công an", "Bộ Công an"),
            ("<p>Một</p><p>Hai<br/>Ba</p>", "Một\nHai\nBa"),
            ("3 < 5 and a<b", "3 < 5 and a<b"),
            ("AT&T R&D", "AT&T R&D"),
            ("x<!-- y -->z<script>if(a<b)</script>!", "xz!"),
            ("<!-- never closed", "<!-- never closed"),
            ("<a title=\"a>b\">link</a>", "link"),
            ("a\u{b}\u{1}b\u{200b}c", "a bc"),
            ("Hue\u{302}\u{301}", "Huế"),
            ("&lt;p&gt;twice&lt;/p&gt; &amp;amp; once", "twice\n& once"),
            ("GiÃ¡ xÄng tÄng", "GiÃ¡ xÄng tÄng"),
        ] {
            assert_eq!(text(html), expected, "{html}");
        }
    }

    #[test]
    fn text_encoded_twice_is_undone_only_when_all_of_it_maps_back() {
        let twice =
            |text: &str| WINDOWS_1252.decode_without_bom_handling(text.as_bytes()).0.into_owned();
        assert_eq!(line(&twice("Giá cà phê")), "Giá cà phê");
        for plain in ["Giá cà phê", "Ângela và José", "Ã"] {
            assert_eq!(line(plain), plain);
        }
    }

    #[test]
    fn lists_of_other_headlines_are_left_out() {
        let html = "<a href='/1'><img src='x'></a><p>Hai nước ký thỏa thuận.</p><div style=\"clear: both;\"><ul>\
                    <li><a href='/2'>Tin khác một</a></li><li><a href='/3'>Tin khác hai</a></li></ul></div>";
        assert_eq!(text(html), "Hai nước ký thỏa thuận.");
        let google =
            "<ol><li><a href='/1'>Headline one</a>&nbsp;&nbsp;<font>Paper</font></li></ol>";
        assert_eq!(text(google), "");
        let real =
            "<p>Agreed:</p><ul><li>share data</li><li>train <a href='/x'>officers</a></li></ul>";
        assert_eq!(text(real), "Agreed:\nshare data\ntrain officers");
        let middle = "<ul><li><a href='/1'>Thông cáo</a></li></ul><p>Nội dung.</p>";
        assert_eq!(text(middle), "Thông cáo\nNội dung.");
        let links = "<ul><li><a href='/1'>Một</a><ul><li><a href='/2'>Hai</a></li></ul></li></ul>";
        assert_eq!((text(links).as_str(), article(links).as_str()), ("", "Một\nHai"));
    }

    #[test]
    fn hostile_input_takes_linear_time() {
        for part in
            ["<!--", "<!x", "<![CDATA[", "<a href=\"", "<ul>", "&", "<", "<script>", "<script></x>"]
        {
            let _ = text(&part.repeat(50_000));
        }
    }
}
