//! Halves of UTF-16 pairs in JSON: a producer that cuts a text in the middle of an emoji writes `"\ud83d"`, which is no
//! character, and which no parser takes. In: JSON that was refused. Out: the same with U+FFFD in their place.

/// The JSON with every lone surrogate escape replaced; `None` when there is none, so that nothing is read twice.
pub fn repaired(json: &str) -> Option<String> {
    let mut out: Option<String> = None;
    let mut copied = 0;
    let mut at = 0;
    while let Some(offset) = json[at..].find('\\') {
        let start = at + offset;
        let Some(unit) = escape(json, start) else {
            // Another escape: the character after the backslash belongs to it ("\\ud83d" is no surrogate).
            at = start + 1 + json[start + 1..].chars().next().map_or(0, char::len_utf8);
            continue;
        };
        let paired = is_high(unit) && escape(json, start + 6).is_some_and(is_low);
        at = start + if paired { 12 } else { 6 };
        if !paired && (is_high(unit) || is_low(unit)) {
            let out = out.get_or_insert_with(|| String::with_capacity(json.len()));
            out.push_str(&json[copied..start]);
            out.push_str("\\ufffd");
            copied = at;
        }
    }
    out.map(|mut out| {
        out.push_str(&json[copied..]);
        out
    })
}

/// The code unit of a `\uXXXX` escape that stands at `at`.
fn escape(json: &str, at: usize) -> Option<u16> {
    let digits = json.get(at..at + 6)?.strip_prefix("\\u")?;
    if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    u16::from_str_radix(digits, 16).ok()
}

fn is_high(unit: u16) -> bool {
    (0xd800..0xdc00).contains(&unit)
}

fn is_low(unit: u16) -> bool {
    (0xdc00..0xe000).contains(&unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lone_halves_become_replacement_characters_and_pairs_stay() {
        let read = |json: &str| -> String {
            let json = repaired(json).unwrap_or_else(|| json.to_owned());
            serde_json::from_str(&json).unwrap()
        };
        assert_eq!(read(r#""a\ud83d""#), "a\u{fffd}");
        assert_eq!(read(r#""\ude00b""#), "\u{fffd}b");
        assert_eq!(read(r#""\ud83d\ud83d\ude00""#), "\u{fffd}\u{1f600}");
        assert_eq!(read(r#""\ud83d\n\\ud83d""#), "\u{fffd}\n\\ud83d");
        assert_eq!(read(r#""\\\ud83d""#), "\\\u{fffd}");
        assert_eq!(repaired(r#""\ud83d\ude00 é \u00e9 \\ud83d""#), None);
        for odd in ["\\", "\\u", "\\ud83", "\\u+123", "é\\é", "\\ud83d\\", "\\ud83d\\u"] {
            let _ = repaired(odd);
        }
    }
}
