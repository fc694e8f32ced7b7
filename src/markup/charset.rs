//! What bytes mean. Labels are wrong often enough that the bytes themselves are asked first.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, ISO_2022_JP, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// Text decoded from bytes, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// The text, without byte order mark. Not normalised: windows-1258 gives base letters and combining marks, so
    /// fields go through NFC.
    pub text: String,
    /// Name of the encoding that was read.
    pub encoding: &'static str,
    /// Whether bytes were found that this encoding does not have, or a label was set aside.
    pub doubtful: bool,
}

/// Decodes bytes. In order: byte order mark, the pattern of NULs that UTF-16 leaves, valid UTF-8 whatever the labels
/// say, UTF-8 with stray bytes, the HTTP label, the document's own label, a guess.
///
/// `http` is the charset of the `Content-Type`, `declared` the one that the document names, `host` the site it came
/// from (its top-level domain helps the guess).
pub fn decode(
    bytes: &[u8],
    http: Option<&str>,
    declared: Option<&str>,
    host: Option<&str>,
) -> Decoded {
    if let Some(found) = wide(bytes) {
        return found;
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let label = chosen_label(http, declared);
    match std::str::from_utf8(bytes) {
        // The one encoding of the web that is written in ASCII alone.
        Ok(_) if label == Some(ISO_2022_JP) && bytes.contains(&0x1B) => {}
        Ok(text) => {
            let doubtful = !text.is_ascii() && label.is_some_and(|label| label != UTF_8);
            return Decoded { text: text.to_owned(), encoding: "UTF-8", doubtful };
        }
        // Only the last character is cut: UTF-8 that ended early.
        Err(error) if error.error_len().is_none() => {
            let text = String::from_utf8_lossy(&bytes[..error.valid_up_to()]).into_owned();
            return Decoded { text, encoding: "UTF-8", doubtful: true };
        }
        Err(_) => {}
    }
    let single_byte = |label: &'static Encoding| label == UTF_8 || label.is_single_byte();
    if label.is_none_or(single_byte) && mostly_utf8(bytes) {
        return Decoded { text: with_islands(bytes), encoding: "UTF-8", doubtful: true };
    }
    let encoding = match label {
        Some(label) if label != UTF_8 => label,
        _ => {
            let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
            detector.feed(bytes, true);
            let tld = host.and_then(|host| host.rsplit('.').next());
            let tld = tld.filter(|tld| tld.bytes().all(|byte| byte.is_ascii_lowercase()));
            detector.guess(tld.map(str::as_bytes), Utf8Detection::Deny)
        }
    };
    let (text, broken) = encoding.decode_without_bom_handling(bytes);
    Decoded { text: text.into_owned(), encoding: encoding.name(), doubtful: broken }
}

/// The charset that an HTML page declares in a `meta` element near its start.
pub fn html_label(bytes: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(4 << 10)]).to_ascii_lowercase();
    head.match_indices("<meta").find_map(|(at, _)| {
        let tag = super::tags::tag(&head[at..])?;
        tag.attribute("charset").or_else(|| {
            let content = tag.attribute("content")?;
            let label = content.split_once("charset=")?.1;
            label.split([';', ' ', '"', '\'']).next().map(str::to_owned)
        })
    })
}

/// The label to believe. Servers send `iso-8859-1` and `us-ascii` without looking, so those lose against the
/// document's own word; `utf-16` on bytes without NULs is wrong by itself.
fn chosen_label(http: Option<&str>, declared: Option<&str>) -> Option<&'static Encoding> {
    let find = |label: Option<&str>| {
        Encoding::for_label(label?.trim_matches([' ', '"', '\'']).as_bytes()).filter(|found| {
            *found != UTF_16LE && *found != UTF_16BE && *found != encoding_rs::REPLACEMENT
        })
    };
    let (http, declared) = (find(http), find(declared));
    if http == Some(WINDOWS_1252) { declared.or(http) } else { http.or(declared) }
}

/// UTF-16 and UTF-32, by byte order mark or by the NULs between ASCII characters.
fn wide(bytes: &[u8]) -> Option<Decoded> {
    let (width, big, skip) = match bytes {
        [0, 0, 0xFE, 0xFF, ..] => (4, true, 4),
        [0xFF, 0xFE, 0, 0, ..] => (4, false, 4),
        [0xFE, 0xFF, ..] => (2, true, 2),
        [0xFF, 0xFE, ..] => (2, false, 2),
        [0, 0, 0, b'<' | b'{', ..] => (4, true, 0),
        [b'<' | b'{', 0, 0, 0, ..] => (4, false, 0),
        [0, b'<' | b'{', 0, ..] => (2, true, 0),
        [b'<' | b'{', 0, _, 0, ..] => (2, false, 0),
        _ => return None,
    };
    let bytes = &bytes[skip..];
    if width == 4 {
        let text = bytes.as_chunks::<4>().0.iter().map(|unit| {
            let number = if big { u32::from_be_bytes(*unit) } else { u32::from_le_bytes(*unit) };
            char::from_u32(number).unwrap_or(char::REPLACEMENT_CHARACTER)
        });
        return Some(Decoded { text: text.collect(), encoding: "UTF-32", doubtful: false });
    }
    let encoding = if big { UTF_16BE } else { UTF_16LE };
    let (text, broken) = encoding.decode_without_bom_handling(bytes);
    Some(Decoded { text: text.into_owned(), encoding: encoding.name(), doubtful: broken })
}

/// Whether the bytes are UTF-8 but for a few strays: multi-byte characters at least twice as many as bad bytes.
fn mostly_utf8(bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        // Every multi-byte character has exactly one byte that begins it.
        good += chunk.valid().bytes().filter(|byte| *byte >= 0xC0).count();
        bad += chunk.invalid().len();
    }
    good > 0 && good >= 2 * bad
}

/// UTF-8 in which stray bytes are windows-1252, as when a tool pastes a quote into finished text.
fn with_islands(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.push_str(&WINDOWS_1252.decode_without_bom_handling(chunk.invalid()).0);
    }
    text
}

#[cfg(test)]
mod tests {
    use unicode_normalization::UnicodeNormalization;

    use super::*;

    fn read(bytes: &[u8], http: Option<&str>, declared: Option<&str>) -> String {
        decode(bytes, http, declared, None).text.nfc().collect()
    }

    #[test]
    fn valid_utf8_wins_over_every_label() {
        let bytes = "Đà Nẵng".as_bytes();
        for label in
            [None, Some("windows-1252"), Some("utf-16"), Some("utf8mb4"), Some("windows-1258")]
        {
            assert_eq!(read(bytes, label, None), "Đà Nẵng", "{label:?}");
            assert_eq!(read(bytes, None, label), "Đà Nẵng", "{label:?}");
        }
    }

    #[test]
    fn vietnamese_legacy_bytes_become_composed_letters() {
        // "Việt" in windows-1258: ê followed by a combining dot below.
        assert_eq!(read(b"Vi\xEA\xF2t", None, Some("windows-1258")), "Việt");
        assert_eq!(read(b"Vi\xEA\xF2t", Some("windows-1258"), None), "Việt");
        assert_eq!(read(b"Vi\xEA\xF2t", Some("iso-8859-1"), Some("windows-1258")), "Việt");
    }

    #[test]
    fn stray_bytes_do_not_spoil_the_rest() {
        assert_eq!(read(b"H\xC3\xA0 N\xE1\xBB\x99i \x96 m\xC6\xB0a", None, None), "Hà Nội – mưa");
        assert_eq!(read(b"Hu\xE1\xBA", None, None), "Hu");
    }

    #[test]
    fn japanese_written_in_ascii_is_known_by_its_label() {
        let bytes = b"\x1B$BF|K\\\x1B(B";
        assert_eq!(read(bytes, None, Some("iso-2022-jp")), "日本");
        assert_eq!(read(b"<rss>", Some("\"iso-2022-jp\""), None), "<rss>");
    }

    #[test]
    fn unlabelled_bytes_are_guessed() {
        let text = "Not\u{ed}cias da manh\u{e3} em S\u{e3}o Paulo e no Rio";
        let bytes = WINDOWS_1252.encode(text).0;
        assert_eq!(read(&bytes, None, None), text);
    }

    #[test]
    fn wide_encodings_are_known_with_and_without_a_mark() {
        let text = "<rss>Huế</rss>";
        let le: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let be: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let be32: Vec<u8> = text.chars().flat_map(|c| u32::from(c).to_be_bytes()).collect();
        let marked = |mark: &[u8], bytes: &[u8]| [mark, bytes].concat();
        for bytes in [
            marked(&[0xFF, 0xFE], &le),
            marked(&[0xFE, 0xFF], &be),
            marked(&[0, 0, 0xFE, 0xFF], &be32),
            le,
            be,
            be32,
            marked(&[0xEF, 0xBB, 0xBF], text.as_bytes()),
        ] {
            assert_eq!(read(&bytes, None, Some("utf-16")), text);
        }
    }
}
