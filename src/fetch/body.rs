//! Reading a body with a limit, which the client library does not have.

use super::FetchError;
use super::encoding;

/// Reads a body to its end and unpacks it.
///
/// # Errors
/// `TooLarge` as soon as `limit` is passed, packed or unpacked; what the connection fails with otherwise. Half a body
/// is never returned.
pub(super) async fn read(
    response: &mut reqwest::Response,
    declared: &str,
    limit: usize,
    host: &str,
    url: &str,
) -> Result<Vec<u8>, FetchError> {
    let too_large = || FetchError::TooLarge { url: url.to_owned(), limit };
    if response.content_length().is_some_and(|announced| announced > limit as u64) {
        return Err(too_large());
    }
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() > limit => return Err(too_large()),
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => break,
            Err(error) => return Err(FetchError::classify(error, host, url)),
        }
    }
    encoding::unpack(body, declared, limit, url)
}
