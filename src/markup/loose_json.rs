//! JSON as it is broken on the web: cut off in the middle, with raw line breaks in its texts, commas too many, a stray
//! byte, half a UTF-16 pair. Read only when the strict reader has refused a document.
//!
//! What is complete is kept: a value that the document ends in is left out, together with the members that would
//! have followed. Linear in the input, and bounded in depth.

use serde_json::{Map, Number, Value};

/// Levels of arrays and objects that are read; deeper ones become `null`.
const MAX_DEPTH: usize = 64;

/// A document read loosely.
#[derive(Debug, Clone, PartialEq)]
pub struct Loose {
    /// What could be read.
    pub value: Value,
    /// Whether the document ended before it was closed: what was open is without its last part.
    pub cut: bool,
}

/// Reads the first object or array of a text. `None` when there is none.
pub fn read(text: &str) -> Option<Loose> {
    let start = text.find(['{', '['])?;
    let mut reader = Reader { text, at: start, cut: false };
    let value = reader.value(0)?;
    Some(Loose { value, cut: reader.cut })
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    cut: bool,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Steps over blanks and over what separates nothing.
    fn skip_blanks(&mut self) {
        let rest = self.rest();
        let blank = |c: char| c.is_whitespace() || c == '\u{feff}' || c.is_control();
        self.at += rest.len() - rest.trim_start_matches(blank).len();
    }

    /// The value that begins here; `None` when the document ends first, or there is none.
    fn value(&mut self, depth: usize) -> Option<Value> {
        self.skip_blanks();
        match self.peek() {
            None => {
                self.cut = true;
                None
            }
            Some(b'{' | b'[') if depth >= MAX_DEPTH => {
                self.skip_nested();
                Some(Value::Null)
            }
            Some(b'{') => Some(self.object(depth)),
            Some(b'[') => Some(self.array(depth)),
            Some(quote @ (b'"' | b'\'')) => self.string(quote).map(Value::String),
            Some(b',' | b':' | b'}' | b']') => None,
            Some(_) => Some(self.word()),
        }
    }

    fn object(&mut self, depth: usize) -> Value {
        self.at += 1;
        let mut object = Map::new();
        loop {
            self.skip_blanks();
            match self.peek() {
                None => {
                    self.cut = true;
                    break;
                }
                Some(b'}') => {
                    self.at += 1;
                    break;
                }
                // The end of what is around, or the next of its kind: this one was not closed.
                Some(b']' | b'{' | b'[') => break,
                Some(b',' | b':') => {
                    self.at += 1;
                    continue;
                }
                Some(_) => {}
            }
            let Some(name) = self.name() else { break };
            self.skip_blanks();
            if self.peek() != Some(b':') {
                continue;
            }
            self.at += 1;
            match self.value(depth + 1) {
                // The same name twice: the first that says something counts.
                Some(value) if object.get(&name).is_none_or(Value::is_null) => {
                    object.insert(name, value);
                }
                Some(_) => {}
                None if self.cut => break,
                None => {}
            }
        }
        if self.cut {
            object.insert(CUT.to_owned(), Value::Bool(true));
        }
        Value::Object(object)
    }

    fn name(&mut self) -> Option<String> {
        match self.peek()? {
            quote @ (b'"' | b'\'') => self.string(quote),
            _ => {
                let rest = self.rest();
                let length = rest
                    .find(|c: char| c.is_whitespace() || ":,{}[]\"".contains(c))
                    .unwrap_or(rest.len())
                    .max(rest.chars().next().map_or(1, char::len_utf8));
                let name = rest[..length].to_owned();
                self.at += length;
                Some(name)
            }
        }
    }

    fn array(&mut self, depth: usize) -> Value {
        self.at += 1;
        let mut array = Vec::new();
        loop {
            self.skip_blanks();
            match self.peek() {
                None => {
                    self.cut = true;
                    break;
                }
                Some(b']') => {
                    self.at += 1;
                    break;
                }
                Some(b',' | b':' | b'}') => {
                    self.at += 1;
                    continue;
                }
                Some(_) => {}
            }
            let Some(value) = self.value(depth + 1) else { break };
            array.push(value);
            if self.cut {
                break;
            }
        }
        Value::Array(array)
    }

    /// A text up to its closing quote; `None` when the document ends inside it. A quote that nobody escaped is part of
    /// the text when what follows it does not belong behind one.
    fn string(&mut self, quote: u8) -> Option<String> {
        self.at += 1;
        let mut out = String::new();
        loop {
            let rest = &self.text[self.at..];
            let Some(next) = rest.find([char::from(quote), '\\']) else {
                self.at = self.text.len();
                self.cut = true;
                return None;
            };
            out.push_str(&rest[..next]);
            self.at += next;
            if rest.as_bytes()[next] == b'\\' {
                self.escape(&mut out);
                continue;
            }
            self.at += 1;
            if self.closes() {
                return Some(out);
            }
            out.push(char::from(quote));
        }
    }

    /// Whether the quote just read ends its text: behind it stands what may follow a text.
    fn closes(&self) -> bool {
        let mut behind = self.rest().trim_start().chars();
        match behind.next() {
            None | Some(':' | '}' | ']') => true,
            // In a text, a comma is followed by words; between members, by a quote, a bracket or a value.
            Some(',') => {
                let next = behind.find(|c| !c.is_whitespace());
                next.is_none_or(|c| "\"'{}[],-tfn".contains(c) || c.is_ascii_digit())
            }
            // A comma was forgotten: the next member begins.
            Some('"') => self.rest().starts_with(['\n', '\r']),
            Some(_) => false,
        }
    }

    /// The escape that begins here; a lone half of a pair becomes U+FFFD.
    fn escape(&mut self, out: &mut String) {
        let rest = &self.text[self.at..];
        let Some(letter) = rest[1..].chars().next() else {
            self.at = self.text.len();
            return;
        };
        self.at += 1 + letter.len_utf8();
        match letter {
            'n' => out.push('\n'),
            't' => out.push('\t'),
            'r' => out.push('\r'),
            'b' | 'f' => {}
            'u' => {
                let unit = |at: usize| {
                    let digits = rest.get(at..at + 6)?.strip_prefix("\\u")?;
                    u16::from_str_radix(digits, 16).ok()
                };
                let Some(first) = unit(0) else {
                    out.push(letter);
                    return;
                };
                let pair = unit(6).filter(|_| (0xd800..0xdc00).contains(&first));
                let units = [first, pair.unwrap_or(0)];
                match char::decode_utf16(units).next() {
                    Some(Ok(c)) => {
                        out.push(c);
                        self.at += if c.len_utf16() == 2 { 10 } else { 4 };
                    }
                    _ => {
                        out.push(char::REPLACEMENT_CHARACTER);
                        self.at += 4;
                    }
                }
            }
            other => out.push(other),
        }
    }

    /// A number, `true`, `false`, or whatever stands there without quotes (`NaN`, `undefined`): nothing.
    fn word(&mut self) -> Value {
        let rest = self.rest();
        let length = rest
            .find(|c: char| c.is_whitespace() || ",:{}[]\"".contains(c))
            .unwrap_or(rest.len())
            .max(rest.chars().next().map_or(1, char::len_utf8));
        let word = &rest[..length];
        let value = match word {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            _ => word.parse::<Number>().map_or(Value::Null, Value::Number),
        };
        self.at += length;
        // Half a number is no number.
        if self.at == self.text.len() {
            self.cut = true;
            return Value::Null;
        }
        value
    }

    /// Steps over a value that is too deep to be read.
    fn skip_nested(&mut self) {
        let mut depth = 0_usize;
        while let Some(byte) = self.peek() {
            match byte {
                b'"' => {
                    if self.string(byte).is_none() {
                        return;
                    }
                    continue;
                }
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth = depth.saturating_sub(1),
                _ => {}
            }
            self.at += self.rest().chars().next().map_or(1, char::len_utf8);
            if depth == 0 {
                return;
            }
        }
        self.cut = true;
    }
}

/// The name under which an object that was not closed says so: no real member is called like this.
const CUT: &str = "\u{0}cut";

/// Whether the document ended inside this value.
pub fn is_cut(value: &Value) -> bool {
    value.get(CUT).is_some()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn loose(text: &str) -> Value {
        read(text).unwrap().value
    }

    #[test]
    fn what_is_valid_is_read_as_it_is() {
        for text in [
            r#"{"a":[1,-2.5e3,true,false,null,"x\n\"\\\/\u0041\ud83d\ude00"],"b":{"c":{}},"d":[]}"#,
            r#"[{"a": "b, \"c\""}, {"d": "e: f"}]"#,
        ] {
            assert_eq!(loose(text), serde_json::from_str::<Value>(text).unwrap(), "{text}");
            assert!(!read(text).unwrap().cut);
        }
    }

    #[test]
    fn what_is_broken_costs_only_itself() {
        for (text, expected) in [
            ("junk {\"a\":1} junk", json!({"a": 1})),
            ("{\"a\":\"x\ny\t\",}", json!({"a": "x\ny\t"})),
            ("{\"a\":1,,\"b\":2}", json!({"a": 1, "b": 2})),
            ("{\"a\":\"say \"yes\" now\",\"b\":2}", json!({"a": "say \"yes\" now", "b": 2})),
            ("{\"a\":NaN,\"b\":undefined,c:3}", json!({"a": null, "b": null, "c": 3})),
            ("{'a':'x'}", json!({"a": "x"})),
            ("[{\"a\":1}{\"b\":2}]", json!([{"a": 1}, {"b": 2}])),
            ("{\"a\":\"\\ud83d\",\"b\":\"\\x\"}", json!({"a": "\u{fffd}", "b": "x"})),
            ("{\"a\":1\n\"b\":2}", json!({"a": 1, "b": 2})),
            ("{\"a\":\"x\"\n\"b\":2}", json!({"a": "x", "b": 2})),
            ("[{\"a\":1,{\"b\":2}]", json!([{"a": 1}, {"b": 2}])),
        ] {
            assert_eq!(loose(text), expected, "{text}");
        }
        assert_eq!(read("no json"), None);
    }

    #[test]
    fn a_document_that_ends_early_keeps_what_is_complete() {
        let whole = r#"{"items":[{"id":"1","t":"x"},{"id":"2","t":"yy"}]}"#;
        for end in 1..whole.len() {
            let found = read(&whole[..end]).unwrap();
            assert!(found.cut, "{end}");
            let complete = found.value["items"].as_array().map_or(0, |items| {
                items.iter().filter(|item| item.is_object() && !is_cut(item)).count()
            });
            let expected = whole[..end].matches("},").count() + whole[..end].matches("}]").count();
            assert!((expected..=expected + 1).contains(&complete), "{}", &whole[..end]);
        }
    }

    #[test]
    fn hostile_input_takes_linear_time() {
        for part in ["[", "{\"a\":", "\"", "{", "\\", "\"\\u", "],", "[\"", "{\"a\":[", ",\""] {
            let _ = read(&format!("[{}", part.repeat(100_000)));
        }
    }
}
