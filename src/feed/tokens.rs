//! A feed's markup as a flat sequence of tokens, read so leniently that nothing can stop it: whatever is no tag is text.
//!
//! Comments, processing instructions and declarations are left out. Linear in the input, also a hostile one.

use std::collections::BTreeSet;

use crate::markup::tags::{Tag, tag};

/// Bytes of a `<!DOCTYPE …>`; the longest real ones list all names of HTML.
const MAX_DOCTYPE: usize = 64 << 10;

/// One piece of the document, borrowing from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// A start or end tag, and its source.
    Tag(Tag<'a>, &'a str),
    /// Text, references unresolved.
    Text(&'a str),
    /// A CDATA section's content.
    CData(&'a str),
}

/// Reads a document. What had to be overlooked is added to `repairs`.
pub(super) fn read<'a>(text: &'a str, repairs: &mut BTreeSet<String>) -> Vec<Token<'a>> {
    let mut reader =
        Reader { text, at: 0, open: "", cdata_end: Next::Unknown, missing: Vec::new() };
    let mut tokens = Vec::new();
    while reader.at < text.len() {
        reader.step(&mut tokens, repairs);
    }
    tokens
}

/// Where the next end of a kind is; remembered, because a section may begin many times before it.
#[derive(Clone, Copy)]
enum Next {
    Unknown,
    At(usize),
    Nowhere,
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    /// Name of the element opened last.
    open: &'a str,
    cdata_end: Next,
    /// Ends that do not occur any more.
    missing: Vec<&'static str>,
}

impl<'a> Reader<'a> {
    fn step(&mut self, tokens: &mut Vec<Token<'a>>, repairs: &mut BTreeSet<String>) {
        let rest = &self.text[self.at..];
        if !rest.starts_with('<') {
            let length = rest.find('<').unwrap_or(rest.len());
            tokens.push(Token::Text(&rest[..length]));
            self.at += length;
        } else if rest.starts_with("<![CDATA[") {
            self.at += 9;
            let (length, skip) = self.cdata(repairs);
            tokens.push(Token::CData(&self.text[self.at..self.at + length]));
            self.at += length + skip;
        } else if let Some(length) = self
            .section(rest, "<!--", "-->")
            .or_else(|| self.section(rest, "<?", "?>"))
            .or_else(|| self.doctype(rest))
        {
            self.at += length;
        } else if let Some(tag) = tag(rest) {
            if !tag.closes {
                self.open = tag.name;
            }
            tokens.push(Token::Tag(tag, &rest[..tag.end]));
            self.at += tag.end;
        } else {
            repairs.insert("bare_less_than".to_owned());
            tokens.push(Token::Text(&rest[..1]));
            self.at += 1;
        }
    }

    /// Length of a section to leave out.
    fn section(&mut self, rest: &str, start: &'static str, end: &'static str) -> Option<usize> {
        if !rest.starts_with(start) || self.missing.contains(&end) {
            return None;
        }
        let found = rest.find(end).map(|at| at + end.len());
        if found.is_none() {
            self.missing.push(end);
        }
        found
    }

    /// Length of a `<!DOCTYPE …>`, its internal subset included. Entities declared there stay unknown on purpose.
    fn doctype(&mut self, rest: &str) -> Option<usize> {
        if !rest.starts_with("<!") || rest.starts_with("<!--") {
            return None;
        }
        let rest = &rest[..rest.floor_char_boundary(MAX_DOCTYPE)];
        let end = rest.find('>')? + 1;
        let Some(subset) = rest[..end].find('[').map(|at| at + 1) else { return Some(end) };
        // Only declarations stand in a subset: where an element begins, the subset was never closed.
        let element = rest[subset..].match_indices('<').find(|(at, _)| {
            rest.as_bytes().get(subset + at + 1).is_some_and(u8::is_ascii_alphabetic)
        });
        let declarations = &rest[..element.map_or(rest.len(), |(at, _)| subset + at)];
        Some(declarations.find("]>").map_or(subset, |at| at + 2))
    }

    /// Length of the CDATA content that begins here, and of what ends it. A section that is never closed ends with its
    /// element: it shows by running into another section, past the end of its item.
    fn cdata(&mut self, repairs: &mut BTreeSet<String>) -> (usize, usize) {
        let end = match self.cdata_end {
            Next::At(end) if end >= self.at => Some(end),
            Next::Nowhere => None,
            _ => self.text[self.at..].find("]]>").map(|length| self.at + length),
        };
        self.cdata_end = end.map_or(Next::Nowhere, Next::At);
        let rest = &self.text[self.at..];
        let before = &rest[..end.map_or(rest.len(), |end| end - self.at)];
        // Up to the next section at most: so no byte is looked at for more than one of them.
        let next = before.find("<![CDATA[");
        let own = &before[..next.unwrap_or(before.len())];
        if end.is_some() && next.is_none() {
            return (before.len(), 3);
        }
        let item_end = ["</item>", "</entry>"].iter().filter_map(|end| own.find(end)).min();
        if end.is_some() && item_end.is_none() {
            return (before.len(), 3);
        }
        repairs.insert("cdata_unclosed".to_owned());
        let own = &own[..item_end.unwrap_or(own.len())];
        (own.find(&format!("</{}", self.open)).unwrap_or(own.len()), 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> String {
        read(text, &mut BTreeSet::new())
            .iter()
            .map(|token| match token {
                Token::Tag(tag, _) if tag.closes => format!("/{}", tag.name),
                Token::Tag(tag, _) => tag.name.to_owned(),
                Token::Text(text) => format!("'{text}'"),
                Token::CData(text) => format!("[{text}]"),
            })
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn everything_is_a_token() {
        assert_eq!(
            names("<a x='>'>1 < 2<!-- <b> --><?php ?><![CDATA[<c>]]></a>"),
            "a '1 ' '<' ' 2' [<c>] /a"
        );
        assert_eq!(names("<!DOCTYPE rss [<!ENTITY x \"y\">]><rss>"), "rss");
        assert_eq!(names("<!DOCTYPE html><p>"), "p");
        assert_eq!(names("<!DOCTYPE rss [<rss><![CDATA[x]]></rss>"), "rss [x] /rss");
    }

    #[test]
    fn an_unclosed_section_ends_with_its_element() {
        let text =
            "<item><title><![CDATA[x</title></item><item><title><![CDATA[y]]></title></item>";
        assert_eq!(names(text), "item title [x] /title /item item title [y] /title /item");
        assert_eq!(names("<title><![CDATA[x</title></item>"), "title [x] /title /item");
    }

    #[test]
    fn hostile_input_takes_linear_time() {
        for part in ["<![CDATA[", "<!--", "<!DOCTYPE [", "<?", "<a b=\"", "<", "]]><![CDATA["] {
            let _ = read(&part.repeat(40_000), &mut BTreeSet::new());
        }
        let _ = read(&("<![CDATA[".repeat(40_000) + "]]>"), &mut BTreeSet::new());
    }
}
