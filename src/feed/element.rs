//! What stands inside one element: where it ends, and what it means as text or as HTML.

use std::collections::BTreeSet;

use base64::Engine;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use quick_xml::escape::escape;

use super::names::Names;
use super::tokens::Token;
use super::vocabulary::field;
use crate::markup::entities;
use crate::markup::tags::Tag;

/// Elements of one kind inside each other; more are elements that were never closed.
const MAX_NESTED: usize = 64;

/// How many tokens belong to an element that has just been opened, and how many to step over. It ends with its own end
/// tag (in any letter case), or lacking that, where the next field begins.
pub(super) fn content(
    tokens: &[Token<'_>],
    tag: &Tag<'_>,
    names: &Names,
    repairs: &mut BTreeSet<String>,
) -> (usize, usize) {
    if tag.is_empty() {
        return (0, 0);
    }
    let mut next_field = None;
    // Elements of HTML contain their like; those of feeds do not.
    let nests = matches!(tag.name.rsplit(':').next(), Some("div" | "DIV"));
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate() {
        let Token::Tag(other, _) = token else { continue };
        let same = names.same(other.name, tag.name);
        if same && other.closes {
            if depth > 0 {
                depth -= 1;
                continue;
            }
            if other.name != tag.name {
                repairs.insert("letter_case".to_owned());
            }
            return (at, at + 1);
        }
        if same && nests && depth < MAX_NESTED {
            depth += usize::from(!other.is_empty());
            continue;
        }
        // The same element again before it ended: it was never closed.
        if same {
            break;
        }
        if next_field.is_none() && !other.closes && field(other, names).is_some() {
            next_field = Some(at);
        }
    }
    repairs.insert(format!("unclosed:{}", names.local(tag.name)));
    let end = next_field.unwrap_or(tokens.len());
    (end, end)
}

/// Text of an element as XML means it: references resolved once, CDATA verbatim, markup left out.
pub(super) fn raw_text(tokens: &[Token<'_>], repairs: &mut BTreeSet<String>) -> String {
    let mut out = String::new();
    for token in tokens {
        match token {
            Token::Text(text) => resolve_into(&mut out, text, repairs),
            Token::CData(text) => out.push_str(text),
            Token::Tag(..) => {}
        }
    }
    out
}

/// What a text element means, as HTML. `atom` is the tag when the element follows Atom's rules for `type`.
pub(super) fn html(
    tokens: &[Token<'_>],
    atom: Option<&Tag<'_>>,
    repairs: &mut BTreeSet<String>,
) -> String {
    let inline = tokens.iter().any(|token| matches!(token, Token::Tag(..)));
    let kind = atom.map(|tag| tag.attribute("type").unwrap_or_default().to_ascii_lowercase());
    let mode = atom.and_then(|tag| tag.attribute("mode")).unwrap_or_default();
    match kind.as_deref() {
        Some(kind) if ["image", "audio", "video"].iter().any(|media| kind.starts_with(media)) => {
            String::new()
        }
        // Markup that stands in the document as it is: what is escaped in it is text.
        _ if inline => {
            if atom.is_none() {
                repairs.insert("inline_markup".to_owned());
            }
            let mut out = String::new();
            for token in tokens {
                match token {
                    Token::Text(text) | Token::CData(text) => out.push_str(text),
                    Token::Tag(_, source) => out.push_str(source),
                }
            }
            out
        }
        // Atom 0.3 by its mode, Atom 1.0 by a type that is no text.
        Some(kind) if mode == "base64" || is_binary(kind) => {
            let text = raw_text(tokens, repairs);
            base64_text(&text).unwrap_or(text)
        }
        // Atom 0.3 says `mode="escaped"` for HTML whatever the type says.
        Some("" | "text" | "text/plain") if mode != "escaped" => {
            escape(raw_text(tokens, repairs)).into_owned()
        }
        _ => raw_text(tokens, repairs),
    }
}

/// Whether Atom's content of this media type is written in Base64 (RFC 4287, section 4.1.3.3).
fn is_binary(kind: &str) -> bool {
    kind.contains('/')
        && !kind.starts_with("text/")
        && !kind.contains("html")
        && !kind.ends_with("/xml")
        && !kind.ends_with("+xml")
}

/// The text that Base64 encodes; `None` when it is no Base64, or encodes no text.
fn base64_text(encoded: &str) -> Option<String> {
    const LENIENT: GeneralPurpose = GeneralPurpose::new(
        &base64::alphabet::STANDARD,
        GeneralPurposeConfig::new()
            .with_decode_padding_mode(DecodePaddingMode::Indifferent)
            .with_decode_allow_trailing_bits(true),
    );
    let encoded: Vec<u8> = encoded.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    String::from_utf8(LENIENT.decode(encoded).ok()?).ok().filter(|text| !text.contains('\0'))
}

fn resolve_into(out: &mut String, text: &str, repairs: &mut BTreeSet<String>) {
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let Some((resolved, length)) = entities::resolve(rest) else {
            note(repairs, "bare_ampersand");
            out.push('&');
            rest = &rest[1..];
            continue;
        };
        const XML: [&str; 6] = ["&amp;", "&lt;", "&gt;", "&quot;", "&apos;", "&#"];
        if !XML.iter().any(|known| rest.starts_with(known)) {
            note(repairs, "html_entity");
        }
        out.push_str(&resolved);
        rest = &rest[length..];
    }
    out.push_str(rest);
}

fn note(repairs: &mut BTreeSet<String>, word: &str) {
    if !repairs.contains(word) {
        repairs.insert(word.to_owned());
    }
}
