//! Unpacking bodies (RFC 9110 section 8.4), within limits and without trusting labels: servers pack without saying so,
//! say so without packing, or pack twice.

use std::io::Read;

use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};

use super::FetchError;

/// What we can unpack; the same in every request, so that a cache that keeps one copy per packing (`Vary`) always
/// vouches for the same one.
pub(super) const ACCEPTED: &str = "gzip, br, zstd";

/// Packings on top of each other that are undone.
const LAYERS: usize = 3;
/// A body may grow this many times: feeds and pages pack to a tenth or a fortieth.
const MOST_GROWTH: usize = 250;
/// Whatever its growth, so much may come out of it.
const ALWAYS_ALLOWED: usize = 1 << 20;

/// One packing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Packing {
    Gzip,
    Deflate,
    Brotli,
    Zstd,
}

impl Packing {
    fn named(name: &str) -> Option<Self> {
        match name {
            "gzip" | "x-gzip" => Some(Self::Gzip),
            "deflate" => Some(Self::Deflate),
            "br" => Some(Self::Brotli),
            "zstd" => Some(Self::Zstd),
            _ => None,
        }
    }

    /// Those that can be told by their first bytes.
    fn seen(body: &[u8]) -> Option<Self> {
        match body {
            [0x1f, 0x8b, 8, ..] => Some(Self::Gzip),
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Some(Self::Zstd),
            _ => None,
        }
    }

    /// The reader that unpacks; `None` for bytes that do not begin as they should.
    fn reader(self, body: &[u8]) -> Option<Box<dyn Read + '_>> {
        Some(match self {
            Self::Gzip => Box::new(MultiGzDecoder::new(body)),
            // The name stands for the zlib format; some servers send the bare one.
            Self::Deflate if body.first().is_some_and(|byte| byte & 0x0f == 8) => {
                Box::new(ZlibDecoder::new(body))
            }
            Self::Deflate => Box::new(DeflateDecoder::new(body)),
            Self::Brotli => Box::new(brotli_decompressor::Decompressor::new(body, 1 << 12)),
            Self::Zstd => Box::new(ruzstd::decoding::StreamingDecoder::new(body).ok()?),
        })
    }
}

/// Unpacks a body as its `Content-Encoding` says, and as its bytes say.
pub(super) fn unpack(
    body: Vec<u8>,
    declared: &str,
    limit: usize,
    url: &str,
) -> Result<Vec<u8>, FetchError> {
    let most = limit.min(body.len().saturating_mul(MOST_GROWTH).max(ALWAYS_ALLOWED));
    let undone = |body: &[u8], packing: Packing| match layer(body, packing, most) {
        Some(plain) if plain.len() <= most => Ok(plain),
        Some(_) if most < limit => {
            Err(FetchError::Bomb { url: url.to_owned(), growth: MOST_GROWTH })
        }
        Some(_) => Err(FetchError::TooLarge { url: url.to_owned(), limit }),
        None => Err(FetchError::Decode { url: url.to_owned() }),
    };
    let mut body = body;
    let mut names = declared.split(',').map(|name| name.trim().to_ascii_lowercase());
    // The last one named was applied last.
    let names: Vec<String> = names.by_ref().filter(|name| !name.is_empty()).collect();
    let mut layers = 0;
    for name in names.iter().rev().filter(|name| *name != "identity").take(LAYERS) {
        let packing =
            Packing::named(name).ok_or_else(|| FetchError::Decode { url: url.to_owned() })?;
        if is_plain(&body) {
            // The label is wrong.
            break;
        }
        body = undone(&body, packing)?;
        layers += 1;
    }
    while let Some(packing) = Packing::seen(&body).filter(|_| layers < LAYERS) {
        body = undone(&body, packing)?;
        layers += 1;
    }
    Ok(body)
}

/// Text that nobody has packed: markup or JSON, after a byte order mark and white space.
fn is_plain(body: &[u8]) -> bool {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body).trim_ascii_start();
    matches!(body, [b'<', b'?' | b'!' | b'a'..=b'z' | b'A'..=b'Z', ..] | [b'{', b'"' | b' ' | b'\n' | b'\r', ..])
}

/// At most one byte more than `most`; `None` for bytes that cannot be unpacked.
fn layer(body: &[u8], packing: Packing, most: usize) -> Option<Vec<u8>> {
    let mut plain = Vec::new();
    let reader = packing.reader(body)?;
    reader.take(most as u64 + 1).read_to_end(&mut plain).ok()?;
    Some(plain)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
    use proptest::prelude::*;

    use super::*;

    const TEXT: &[u8] = b"<rss><channel><title>Tin</title></channel></rss>";

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn unpacked(body: Vec<u8>, declared: &str) -> Result<Vec<u8>, &'static str> {
        unpack(body, declared, 10 << 20, "u").map_err(|error| error.code())
    }

    #[test]
    fn every_packing_is_undone_whatever_its_label() {
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::best());
        zlib.write_all(TEXT).unwrap();
        let mut bare = DeflateEncoder::new(Vec::new(), Compression::best());
        bare.write_all(TEXT).unwrap();
        // Written by the reference tools: the text above in one block each.
        let zstd = zstd_frame(TEXT);
        for (body, declared) in [
            (TEXT.to_vec(), ""),
            (TEXT.to_vec(), "gzip"),
            (TEXT.to_vec(), "br"),
            (gzip(TEXT), "gzip"),
            (gzip(TEXT), "X-GZIP"),
            (gzip(TEXT), ""),
            (gzip(TEXT), "identity"),
            (gzip(&gzip(TEXT)), "gzip"),
            (gzip(&gzip(TEXT)), "gzip, gzip"),
            (zlib.finish().unwrap(), "deflate"),
            (bare.finish().unwrap(), "deflate"),
            (zstd.clone(), "zstd"),
            (zstd, ""),
        ] {
            assert_eq!(unpacked(body, declared).as_deref(), Ok(TEXT), "{declared}");
        }
    }

    /// A frame with one raw block (RFC 8878 section 3.1.1).
    fn zstd_frame(text: &[u8]) -> Vec<u8> {
        let mut frame = vec![0x28, 0xb5, 0x2f, 0xfd, 0x20, text.len() as u8];
        let header = ((text.len() as u32) << 3) | 1;
        frame.extend_from_slice(&header.to_le_bytes()[..3]);
        frame.extend_from_slice(text);
        frame
    }

    #[test]
    fn what_is_broken_or_unknown_is_an_error() {
        let mut cut = gzip(&TEXT.repeat(50));
        cut.truncate(cut.len() - 9);
        assert_eq!(unpacked(cut, "gzip"), Err("fetch.decode"));
        assert_eq!(unpacked(b"\x01\x02\x03".to_vec(), "br"), Err("fetch.decode"));
        assert_eq!(unpacked(b"\x01\x02\x03".to_vec(), "compress"), Err("fetch.decode"));
    }

    #[test]
    fn what_grows_beyond_reason_is_stopped() {
        let bomb = gzip(&vec![b'a'; 6 << 20]);
        assert!(bomb.len() * MOST_GROWTH < 6 << 20);
        assert_eq!(unpacked(bomb.clone(), "gzip"), Err("fetch.bomb"));
        assert_eq!(unpacked(gzip(&bomb), "gzip"), Err("fetch.bomb"));
        assert_eq!(unpack(bomb, "gzip", 1 << 19, "u").unwrap_err().code(), "fetch.too_large");
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_bytes_and_no_label_make_it_panic(
            body in proptest::collection::vec(any::<u8>(), 0..300),
            label in proptest::sample::select(vec!["", "gzip", "br", "zstd", "deflate", "br, gzip", "x"]),
        ) {
            let _ = unpacked(body, label);
        }
    }
}
