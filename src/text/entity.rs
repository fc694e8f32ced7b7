//! HTML that leaked into plain text: character references and tags. In: text that starts with `&`, `<` or `]`. Out:
//! what stands there instead, and how many bytes it took.

/// What a piece of markup stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Markup {
    /// Nothing.
    Nothing,
    /// A blank.
    Blank,
    /// A line end.
    Line,
    /// A character.
    Char(char),
}

/// Names of the references met in feeds and pages; numeric ones need no table.
const NAMED: &[(&str, char)] = &[
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("nbsp", ' '),
    ("ensp", ' '),
    ("emsp", ' '),
    ("thinsp", ' '),
    ("shy", '\u{ad}'),
    ("zwnj", '\u{200c}'),
    ("zwj", '\u{200d}'),
    ("ndash", '-'),
    ("mdash", '-'),
    ("hellip", '…'),
    ("lsquo", '\''),
    ("rsquo", '\''),
    ("sbquo", '\''),
    ("ldquo", '"'),
    ("rdquo", '"'),
    ("bdquo", '"'),
    ("laquo", '"'),
    ("raquo", '"'),
    ("bull", '•'),
    ("middot", '·'),
    ("pound", '£'),
    ("euro", '€'),
    ("copy", '©'),
    ("reg", '®'),
    ("trade", '™'),
    ("deg", '°'),
    ("times", '×'),
    ("frac12", '½'),
    ("Agrave", 'À'),
    ("Aacute", 'Á'),
    ("Acirc", 'Â'),
    ("Atilde", 'Ã'),
    ("agrave", 'à'),
    ("aacute", 'á'),
    ("acirc", 'â'),
    ("atilde", 'ã'),
    ("Egrave", 'È'),
    ("Eacute", 'É'),
    ("Ecirc", 'Ê'),
    ("egrave", 'è'),
    ("eacute", 'é'),
    ("ecirc", 'ê'),
    ("Igrave", 'Ì'),
    ("Iacute", 'Í'),
    ("igrave", 'ì'),
    ("iacute", 'í'),
    ("Ograve", 'Ò'),
    ("Oacute", 'Ó'),
    ("Ocirc", 'Ô'),
    ("Otilde", 'Õ'),
    ("ograve", 'ò'),
    ("oacute", 'ó'),
    ("ocirc", 'ô'),
    ("otilde", 'õ'),
    ("Ugrave", 'Ù'),
    ("Uacute", 'Ú'),
    ("ugrave", 'ù'),
    ("uacute", 'ú'),
    ("Yacute", 'Ý'),
    ("yacute", 'ý'),
    ("ETH", 'Đ'),
    ("eth", 'đ'),
    ("Dstrok", 'Đ'),
    ("dstrok", 'đ'),
];

/// Tags that end a line.
const LINES: &[&str] = &[
    "p",
    "br",
    "div",
    "li",
    "ul",
    "ol",
    "tr",
    "td",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "table",
    "section",
    "article",
    "blockquote",
    "figure",
    "figcaption",
    "hr",
    "header",
    "footer",
    "script",
    "style",
];

/// A tag longer than this is text.
const LONGEST_TAG: usize = 2000;

/// The markup that the text starts with, and its length in bytes.
pub fn markup(text: &str) -> Option<(Markup, usize)> {
    match text.as_bytes().first()? {
        b'&' => reference_or_tag(text),
        b'<' => tag(&text[1..], ">").map(|(mark, length)| (mark, length + 1)),
        b']' if text.starts_with("]]>") => Some((Markup::Nothing, 3)),
        _ => None,
    }
}

fn reference_or_tag(text: &str) -> Option<(Markup, usize)> {
    let (c, length) = reference(text)?;
    if c == '<' {
        // "&lt;p&gt;": a tag that was escaped once too often.
        let rest = &text[length..];
        if let Some((mark, more)) = tag(rest, "&gt;") {
            return Some((mark, length + more));
        }
    }
    Some((Markup::Char(c), length))
}

/// A character reference, also one that was escaped again (`&amp;nbsp;`).
fn reference(text: &str) -> Option<(char, usize)> {
    let mut at = 1;
    for _ in 0..2 {
        let more = text[at..].strip_prefix("amp;").or_else(|| text[at..].strip_prefix("#38;"));
        match more {
            Some(rest) if name(rest).is_some() => at = text.len() - rest.len(),
            _ => break,
        }
    }
    name(&text[at..]).map(|(c, length)| (c, at + length))
}

/// `nbsp;`, `#8217;`, `#x2019;` without its ampersand.
fn name(text: &str) -> Option<(char, usize)> {
    let end = text.bytes().take(10).position(|byte| byte == b';')?;
    let body = text.get(..end)?;
    let c = match body.strip_prefix('#') {
        Some(number) => {
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)?
        }
        None => NAMED.iter().find(|(known, _)| *known == body)?.1,
    };
    Some((c, end + 1))
}

/// A tag without its opening bracket, closed by `close`.
fn tag(text: &str, close: &str) -> Option<(Markup, usize)> {
    if text.starts_with("![CDATA[") {
        return Some((Markup::Nothing, "![CDATA[".len()));
    }
    let first = text.bytes().next()?;
    if !(first.is_ascii_alphabetic() || matches!(first, b'/' | b'!')) {
        return None;
    }
    let window = window(text);
    // Only up to the next opening: many openings without a closing must not cost a long search each.
    let open = if close == ">" { "<" } else { "&lt;" };
    let window = &window[..window.find(open).unwrap_or(window.len())];
    let end = window.find(close)?;
    let inside = &window[..end];
    let name: String = inside
        .trim_start_matches('/')
        .chars()
        .take_while(char::is_ascii_alphanumeric)
        .collect::<String>()
        .to_ascii_lowercase();
    let mark = if LINES.contains(&name.as_str()) {
        Markup::Line
    } else if matches!(name.as_str(), "img" | "iframe" | "video" | "input" | "button") {
        Markup::Blank
    } else {
        Markup::Nothing
    };
    Some((mark, end + close.len()))
}

/// The first part of the text, cut at a character boundary.
fn window(text: &str) -> &str {
    let mut end = text.len().min(LONGEST_TAG);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_read_also_when_escaped_twice() {
        assert_eq!(markup("&nbsp;x"), Some((Markup::Char(' '), 6)));
        assert_eq!(markup("&amp;nbsp;x"), Some((Markup::Char(' '), 10)));
        assert_eq!(markup("&#7879;"), Some((Markup::Char('ệ'), 7)));
        assert_eq!(markup("&#x1EC7;"), Some((Markup::Char('ệ'), 8)));
        assert_eq!(markup("&amp; B"), Some((Markup::Char('&'), 5)));
        assert_eq!(markup("& B;"), None);
        assert_eq!(markup("&#xD800;"), None);
    }

    #[test]
    fn tags_vanish_and_a_less_than_sign_stays() {
        assert_eq!(markup("<br/>x"), Some((Markup::Line, 5)));
        assert_eq!(markup("<span class=\"a\">x"), Some((Markup::Nothing, 16)));
        assert_eq!(markup("&lt;/p&gt;x"), Some((Markup::Line, 10)));
        assert_eq!(markup("< 5 and > 3"), None);
        assert_eq!(markup("<a <b>"), None);
    }
}
