//! A feed's bytes as text.

use std::collections::BTreeSet;

use url::Url;

use super::FeedContext;
use crate::markup::{charset, entities};

/// How far into a document an XML declaration is looked for; junk may stand before it.
const DECLARATION_WITHIN: usize = 2 << 10;

/// Decodes a document and drops the characters that XML does not allow.
pub(super) fn decode(
    bytes: &[u8],
    context: &FeedContext<'_>,
    repairs: &mut BTreeSet<String>,
) -> String {
    let declared = declared_label(bytes);
    let url = Url::parse(context.base_url).ok();
    let host = url.as_ref().and_then(Url::host_str);
    let decoded = charset::decode(bytes, context.charset, declared.as_deref(), host);
    if decoded.doubtful {
        repairs.insert("charset".to_owned());
    }
    // What XML forbids is ASCII, or begins with one of a few bytes: nearly all documents have none of them.
    let suspicious =
        |byte: u8| matches!(byte, 0..=8 | 11 | 12 | 14..=0x1F | 0x7F | 0xC2 | 0xEF | 0xF0..);
    // Looked at in pieces without a way out in between, which the compiler turns into a look at many bytes at once.
    let any = |piece: &[u8]| piece.iter().fold(false, |found, byte| found | suspicious(*byte));
    if !decoded.text.as_bytes().chunks(1024).any(any)
        || decoded.text.chars().all(entities::is_allowed)
    {
        return decoded.text;
    }
    repairs.insert("control_characters".to_owned());
    decoded.text.chars().filter(|c| entities::is_allowed(*c)).collect()
}

/// The `encoding` of an XML declaration near the start.
fn declared_label(bytes: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(DECLARATION_WITHIN)]).into_owned();
    let start = head.find("<?xml")?;
    let declaration = &head[start..start + head[start..].find("?>")?];
    let value = declaration.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    value[1..].split(quote).next().map(str::to_owned)
}
