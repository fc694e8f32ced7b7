//! One tag of XML or HTML, read leniently wherever a `<` may begin one.

use std::borrow::Cow;

use super::entities;

/// Attributes read of one tag; feeds have at most a dozen.
const MAX_ATTRIBUTES: usize = 64;

/// A start or end tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tag<'a> {
    /// Name as written, with its prefix.
    pub name: &'a str,
    /// Whether it is an end tag.
    pub closes: bool,
    /// Everything between name and `>`.
    pub attributes: &'a str,
    /// Length of the whole tag in bytes.
    pub end: usize,
}

/// Reads the tag at the start of `text` (which begins with `<`); `None` when this is no tag but a plain `<`.
pub fn tag(text: &str) -> Option<Tag<'_>> {
    let bytes = text.as_bytes();
    let closes = bytes.get(1) == Some(&b'/');
    let start = if closes { 2 } else { 1 };
    if !matches!(bytes.get(start)?, b'a'..=b'z' | b'A'..=b'Z' | b'_' | 0x80..) {
        return None;
    }
    let length = bytes[start..]
        .iter()
        .take_while(|b| {
            b.is_ascii_alphanumeric() || matches!(b, b':' | b'-' | b'_' | b'.' | 0x80..)
        })
        .count();
    // A `>` inside quotes does not end a tag, but a quote that never closes must not swallow the rest: after a few `<`
    // the quotes are no longer believed. This also bounds how often a byte is looked at.
    let (mut quote, mut opened, mut first, mut end) = (None, 0, None, None);
    for (at, byte) in bytes.iter().enumerate().skip(start + length) {
        match (quote, byte) {
            (None, b'>') => end = Some(at),
            (None, b'<') => break,
            (None, b'"' | b'\'') if matches!(bytes[at - 1], b'=' | b' ') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            (_, b'>') if first.is_none() => first = Some(at),
            (_, b'<') => opened += 1,
            _ => {}
        }
        if end.is_some() || opened > 8 {
            break;
        }
    }
    let end = end.or(first)?;
    Some(Tag {
        name: &text[start..start + length],
        closes,
        attributes: text.get(start + length..end).unwrap_or_default(),
        end: end + 1,
    })
}

/// A name in lower case, as nearly all of them are.
pub fn lower(name: &str) -> Cow<'_, str> {
    if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        name.to_ascii_lowercase().into()
    } else {
        name.into()
    }
}

impl<'a> Tag<'a> {
    /// Whether the element is empty (`<br/>`).
    pub fn is_empty(&self) -> bool {
        self.attributes.ends_with('/')
    }

    /// The value of an attribute, by its full name in any letter case; said twice, the first counts.
    pub fn attribute(&self, name: &str) -> Option<String> {
        self.written()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| entities::decode(value))
    }

    /// Names and values, references resolved; unquoted and missing values are understood.
    pub fn pairs(&self) -> impl Iterator<Item = (&'a str, String)> + use<'a> {
        self.written().map(|(name, value)| (name, entities::decode(value)))
    }

    /// Names and values as they are written.
    fn written(&self) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
        let mut rest = self.attributes.trim_end_matches('/');
        let next = move || {
            rest = rest.trim_start_matches(|c: char| {
                c.is_whitespace() || matches!(c, '/' | '"' | '\'' | '=')
            });
            let length = rest.find(|c: char| c.is_whitespace() || c == '=').unwrap_or(rest.len());
            if length == 0 {
                return None;
            }
            let name = &rest[..length];
            rest = rest[length..].trim_start();
            let mut value = "";
            if let Some(after) = rest.strip_prefix('=') {
                rest = after.trim_start();
                let quoted =
                    rest.starts_with(['"', '\'']).then(|| rest[1..].find(&rest[..1])).flatten();
                let (from, to) = match quoted {
                    Some(end) => (1, end + 1),
                    None => (0, rest.find(char::is_whitespace).unwrap_or(rest.len())),
                };
                value = &rest[from..to];
                rest = rest.get(to + from..).unwrap_or_default();
            }
            Some((name, value))
        };
        std::iter::from_fn(next).take(MAX_ATTRIBUTES)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_read_as_they_are_written() {
        let tag = tag("<dc:date  a='1' b=2 A=3 c d=\"x>y &amp; z\" e='/'/>rest").unwrap();
        assert_eq!((tag.name, tag.closes, tag.is_empty()), ("dc:date", false, true));
        let pairs: Vec<(&str, String)> = tag.pairs().collect();
        assert_eq!(
            pairs,
            [("a", "1"), ("b", "2"), ("A", "3"), ("c", ""), ("d", "x>y & z"), ("e", "/")]
                .map(|(name, value)| (name, value.to_owned()))
        );
        assert_eq!(tag.attribute("a").as_deref(), Some("1"));
    }

    #[test]
    fn a_plain_sign_is_no_tag() {
        for text in ["< 5", "<", "<3", "</ x>", "<a", "<a href=\"", "<a <b>", "<=>"] {
            assert_eq!(tag(text), None, "{text}");
        }
        assert_eq!(tag("<a href=\"x>rest").unwrap().end, 11);
    }
}
