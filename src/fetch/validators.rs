//! `ETag` and `Last-Modified`, kept and sent back byte for byte (RFC 9110 section 8.8).

use reqwest::header::{ETAG, HeaderMap, HeaderName, HeaderValue, LAST_MODIFIED};

/// Longest validator kept; real ones stay far below, and 4 kB ones have been seen.
const MAX_BYTES: usize = 8 << 10;

/// What a server vouches for a representation with. Bytes, not text: a server compares them for equality, so nothing
/// is trimmed, unquoted or reformatted, and an `ETag` need not be UTF-8.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Validators {
    /// The address that sent them. They are returned to this address only.
    pub url: String,
    /// `ETag`, with its quotes and `W/`.
    pub etag: Option<Vec<u8>>,
    /// `Last-Modified`, whatever it says.
    pub last_modified: Option<Vec<u8>>,
}

impl Validators {
    /// Whether there is nothing to ask with.
    pub fn is_empty(&self) -> bool {
        self.etag.is_none() && self.last_modified.is_none()
    }

    /// Those of a full answer. What is missing is gone: two representations must not share validators.
    pub(super) fn of_answer(url: &str, headers: &HeaderMap) -> Self {
        Self {
            url: url.to_owned(),
            etag: bytes(headers, &ETAG),
            last_modified: bytes(headers, &LAST_MODIFIED),
        }
    }

    /// After a 304: what it brings replaces, what it does not mention stays (RFC 9111 section 4.3.4).
    pub(super) fn refreshed(&self, headers: &HeaderMap) -> Self {
        Self {
            url: self.url.clone(),
            etag: bytes(headers, &ETAG).or_else(|| self.etag.clone()),
            last_modified: bytes(headers, &LAST_MODIFIED).or_else(|| self.last_modified.clone()),
        }
    }

    /// The request headers; a stored value that is no header value any more is left out.
    pub(super) fn ask(&self, headers: &mut HeaderMap) {
        let pairs = [
            (reqwest::header::IF_NONE_MATCH, &self.etag),
            (reqwest::header::IF_MODIFIED_SINCE, &self.last_modified),
        ];
        for (name, value) in pairs {
            if let Some(value) = value.as_deref().and_then(|v| HeaderValue::from_bytes(v).ok()) {
                headers.insert(name, value);
            }
        }
    }
}

fn bytes(headers: &HeaderMap, name: &HeaderName) -> Option<Vec<u8>> {
    let value = headers.get(name)?.as_bytes();
    (!value.is_empty() && value.len() <= MAX_BYTES).then(|| value.to_vec())
}
