//! Character references: the named ones of HTML, and numbers as browsers read them.

use html5ever::data::{C1_REPLACEMENTS, NAMED_ENTITIES};

/// Longest name of a reference, without `&` and `;`.
const MAX_NAME: usize = 32;

/// Resolves the reference at the start of `text` (which begins with `&`): what it stands for, and its length in bytes.
/// References that mean nothing (`&#0;`, `&#xFFFF;`, out of range) stand for nothing. `None` when it is no reference.
pub fn resolve(text: &str) -> Option<(String, usize)> {
    let rest = text.strip_prefix('&')?;
    if let Some(number) = rest.strip_prefix('#') {
        return numeric(number).map(|(text, length)| (text, length + 2));
    }
    let end = rest.bytes().take(MAX_NAME + 1).position(|byte| !byte.is_ascii_alphanumeric())?;
    // The oldest names go without a semicolon as well. Only before a blank: an address may say `&copy=3`.
    let name = match rest.as_bytes()[end] {
        b';' => &rest[..=end],
        blank if blank.is_ascii_whitespace() => &rest[..end],
        _ => return None,
    };
    // The table also lists every prefix of a name, with a zero.
    let &(first, second) = NAMED_ENTITIES.get(name).filter(|(first, _)| *first != 0)?;
    let text = [first, second]
        .into_iter()
        .filter(|number| *number != 0)
        .filter_map(char::from_u32)
        .collect();
    Some((text, 1 + name.len()))
}

/// Digits after `&#`, with the closing `;` if there is one.
fn numeric(text: &str) -> Option<(String, usize)> {
    let (digits, radix, prefix) = match text.as_bytes().first()? {
        b'x' | b'X' => (&text[1..], 16, 1),
        _ => (text, 10, 0),
    };
    let length = digits.bytes().take_while(|byte| (*byte as char).is_digit(radix)).count();
    if length == 0 {
        return None;
    }
    let number = u32::from_str_radix(&digits[..length], radix).unwrap_or(u32::MAX);
    let character = match number {
        // What stands between 0x80 and 0x9F means windows-1252.
        0x80..=0x9F => C1_REPLACEMENTS.get(number as usize - 0x80).copied().flatten(),
        _ => char::from_u32(number),
    };
    let semicolon = usize::from(digits.as_bytes().get(length) == Some(&b';'));
    let text = character.filter(|c| is_allowed(*c)).map(String::from).unwrap_or_default();
    Some((text, prefix + length + semicolon))
}

/// Whether a character may stand in XML 1.0 and in our texts: no controls but tab and line breaks, no non-characters.
pub fn is_allowed(c: char) -> bool {
    match c {
        '\t' | '\n' | '\r' => true,
        '\u{0}'..='\u{1F}' | '\u{7F}'..='\u{9F}' => false,
        _ => (c as u32) & 0xFFFE != 0xFFFE && !('\u{FDD0}'..='\u{FDEF}').contains(&c),
    }
}

/// Resolves all references of a text, once.
pub fn decode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        match resolve(rest) {
            Some((resolved, length)) => {
                out.push_str(&resolved);
                rest = &rest[length..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_read_as_browsers_read_them() {
        for (text, expected) in [
            ("caf&eacute;&nbsp;s&aacute;ng", "café\u{a0}sáng"),
            ("a &lt;b&gt; &amp;amp; c", "a <b> &amp; c"),
            ("it&#146;s &#X41;&#x1EBF;", "it’s Aế"),
            ("a&#0;&#11;&#xFFFF;&#99999999999;b", "ab"),
            ("AT&T R&D &copy=3 &; & &unknown;", "AT&T R&D &copy=3 &; & &unknown;"),
            ("&#65 B", "A B"),
            (
                "Lan&nbsp Anh &amp Co &copy 2026 R&D Q&A x&b y",
                "Lan\u{a0} Anh & Co © 2026 R&D Q&A x&b y",
            ),
            ("&acE;", "∾̳"),
        ] {
            assert_eq!(decode(text), expected, "{text}");
        }
    }
}
