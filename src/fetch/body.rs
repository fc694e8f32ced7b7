//! Reading a body with a limit. The client library has none, and its decompression is transparent, so the limit counts
//! what comes out of it.

use std::io::Read;

use flate2::read::MultiGzDecoder;

use super::FetchError;

/// Reads a body to its end.
///
/// # Errors
/// `TooLarge` as soon as `limit` is passed; what the connection fails with otherwise. Half a body is never returned.
pub(super) async fn read(
    response: &mut reqwest::Response,
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
    unpack(body, limit, url)
}

/// Some servers send a gzip file without saying so, or say so once and pack twice; both show by the first bytes.
fn unpack(body: Vec<u8>, limit: usize, url: &str) -> Result<Vec<u8>, FetchError> {
    if !body.starts_with(&[0x1f, 0x8b, 8]) {
        return Ok(body);
    }
    let mut plain = Vec::new();
    MultiGzDecoder::new(body.as_slice())
        .take(limit as u64 + 1)
        .read_to_end(&mut plain)
        .map_err(|_| FetchError::Decode { url: url.to_owned() })?;
    if plain.len() > limit {
        return Err(FetchError::TooLarge { url: url.to_owned(), limit });
    }
    Ok(plain)
}
