//! DKIM signatures (RFC 6376, RFC 8463), for those whose mail server does not sign: relaxed/relaxed, over the whole
//! body and every header that a reader or a filter goes by, `From` once more than it occurs, so that none can be added.

use jiff::Timestamp;
use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject as _;

/// Headers that are signed where they occur (RFC 6376 5.4.1, RFC 8058 4 for the last two).
const SIGNED: [&str; 16] = [
    "from",
    "to",
    "reply-to",
    "subject",
    "date",
    "message-id",
    "in-reply-to",
    "references",
    "mime-version",
    "content-type",
    "content-transfer-encoding",
    "content-language",
    "auto-submitted",
    "list-id",
    "list-unsubscribe",
    "list-unsubscribe-post",
];
/// Characters of a signature on one line.
const LINE: usize = 72;

/// A key that cannot sign.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// No PEM with a private key.
    #[error("the DKIM key is not a private key in PEM: {0}")]
    Pem(String),
    /// A key, but none that DKIM knows.
    #[error("the DKIM key is neither RSA of at least 2048 bits nor Ed25519: {0}")]
    Kind(String),
}

enum Key {
    Rsa(Box<RsaKeyPair>),
    Ed25519(Ed25519KeyPair),
}

/// Signs for one domain.
pub struct Signer {
    domain: String,
    selector: String,
    key: Key,
    random: SystemRandom,
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Signer")
            .field("domain", &self.domain)
            .field("selector", &self.selector)
            .finish_non_exhaustive()
    }
}

impl Signer {
    /// Reads a key (PKCS#1 or PKCS#8 PEM) whose public half is published at `<selector>._domainkey.<domain>`.
    ///
    /// # Errors
    /// No private key, or one that is too short or of another kind.
    pub fn new(domain: &str, selector: &str, pem: &[u8]) -> Result<Self, KeyError> {
        let der =
            PrivateKeyDer::from_pem_slice(pem).map_err(|error| KeyError::Pem(error.to_string()))?;
        let rsa = match &der {
            PrivateKeyDer::Pkcs1(key) => RsaKeyPair::from_der(key.secret_pkcs1_der()),
            _ => RsaKeyPair::from_pkcs8(der.secret_der()),
        };
        let key = match rsa {
            Ok(key) => Key::Rsa(Box::new(key)),
            Err(no_rsa) => match Ed25519KeyPair::from_pkcs8_maybe_unchecked(der.secret_der()) {
                Ok(key) => Key::Ed25519(key),
                Err(_) => return Err(KeyError::Kind(no_rsa.to_string())),
            },
        };
        let (domain, selector) = (domain.to_owned(), selector.to_owned());
        Ok(Self { domain, selector, key, random: SystemRandom::new() })
    }

    /// The message with its signature on top. Unsigned where it has no head and body.
    pub fn sign(&self, message: Vec<u8>, at: Timestamp) -> Vec<u8> {
        let Some(end) = message.windows(4).position(|four| four == b"\r\n\r\n") else {
            return message;
        };
        let headers = headers(&message[..end + 2]);
        let body = digest(&relaxed_body(&message[end + 4..]));
        let (names, mut input) = chosen(&headers);
        let algorithm = match &self.key {
            Key::Rsa(_) => "rsa-sha256",
            Key::Ed25519(_) => "ed25519-sha256",
        };
        let unsigned = format!(
            "DKIM-Signature: v=1; a={algorithm}; c=relaxed/relaxed;\r\n\td={}; s={};\r\n\tt={}; h={};\r\n\tbh={};\r\n\tb=",
            self.domain,
            self.selector,
            at.as_second(),
            names.join(":\r\n\t "),
            base64(&body),
        );
        input.push_str(&relaxed_header(&unsigned));
        let Some(signature) = self.signature(input.as_bytes()) else { return message };
        let mut signed = unsigned.into_bytes();
        for (number, line) in base64(&signature).as_bytes().chunks(LINE).enumerate() {
            if number > 0 {
                signed.extend_from_slice(b"\r\n\t");
            }
            signed.extend_from_slice(line);
        }
        signed.extend_from_slice(b"\r\n");
        signed.extend_from_slice(&message);
        signed
    }

    /// `None` when the system gives no random numbers, which RSA blinding needs.
    fn signature(&self, input: &[u8]) -> Option<Vec<u8>> {
        match &self.key {
            Key::Rsa(key) => {
                let mut signature = vec![0; key.public().modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &self.random, input, &mut signature).ok()?;
                Some(signature)
            }
            // RFC 8463 3: the hash is what is signed.
            Key::Ed25519(key) => Some(key.sign(&digest(input)).as_ref().to_vec()),
        }
    }
}

fn digest(bytes: &[u8]) -> Vec<u8> {
    ring::digest::digest(&ring::digest::SHA256, bytes).as_ref().to_vec()
}

/// Whole header fields with their continuation lines, without the last line end.
fn headers(head: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(head);
    let mut found: Vec<String> = Vec::new();
    for line in text.split_terminator("\r\n") {
        match found.last_mut() {
            Some(last) if line.starts_with([' ', '\t']) => {
                last.push_str("\r\n");
                last.push_str(line);
            }
            _ => found.push(line.to_owned()),
        }
    }
    found
}

/// The names for `h=`, and what is signed of them: equal names from the bottom up (RFC 6376 5.4.2).
fn chosen(headers: &[String]) -> (Vec<&'static str>, String) {
    let (mut names, mut input) = (Vec::new(), String::new());
    for name in SIGNED {
        let is = |header: &&String| {
            header.split(':').next().is_some_and(|found| found.trim().eq_ignore_ascii_case(name))
        };
        for header in headers.iter().rev().filter(is) {
            names.push(name);
            input.push_str(&relaxed_header(header));
            input.push_str("\r\n");
        }
        if name == "from" {
            names.push(name);
        }
    }
    (names, input)
}

/// RFC 6376 3.4.2: the name in small letters, one line, single blanks.
fn relaxed_header(header: &str) -> String {
    let (name, value) = header.split_once(':').unwrap_or((header, ""));
    let words: Vec<&str> =
        value.split([' ', '\t', '\r', '\n']).filter(|word| !word.is_empty()).collect();
    format!("{}:{}", name.trim().to_ascii_lowercase(), words.join(" "))
}

/// RFC 6376 3.4.4: single blanks, none at the end of a line, no empty lines at the end.
fn relaxed_body(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len() + 2);
    let mut empty_lines = 0;
    for line in body.split(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let end =
            line.iter().rposition(|byte| !matches!(byte, b' ' | b'\t')).map_or(0, |at| at + 1);
        if end == 0 {
            empty_lines += 1;
            continue;
        }
        for _ in 0..std::mem::take(&mut empty_lines) {
            out.extend_from_slice(b"\r\n");
        }
        let mut blank = false;
        for byte in &line[..end] {
            if matches!(byte, b' ' | b'\t') {
                blank = true;
                continue;
            }
            if std::mem::take(&mut blank) {
                out.push(b' ');
            }
            out.push(*byte);
        }
        out.extend_from_slice(b"\r\n");
    }
    out
}

pub(super) fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let number = three.iter().fold(0_u32, |sum, byte| sum << 8 | u32::from(*byte))
            << (8 * (3 - three.len()));
        for place in 0..4 {
            if place <= three.len() {
                let letter = LETTERS[(number >> (18 - 6 * place) & 63) as usize];
                out.push(char::from(letter));
            } else {
                out.push('=');
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relaxed_forms_are_those_of_the_rfc() {
        // RFC 6376 3.4.5.
        assert_eq!(relaxed_header("A: X"), "a:X");
        assert_eq!(relaxed_header("B : Y\t\r\n\tZ  "), "b:Y Z");
        assert_eq!(relaxed_body(b" C \r\nD \t E\r\n\r\n\r\n"), b" C\r\nD E\r\n");
        assert_eq!(relaxed_body(b""), b"");
        assert_eq!(relaxed_body(b"a\r\n\r\nb"), b"a\r\n\r\nb\r\n");
    }

    #[test]
    fn base64_pads() {
        for (plain, coded) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg==")]
        {
            assert_eq!(base64(plain.as_bytes()), coded);
        }
    }

    #[test]
    fn what_is_no_key_is_refused() {
        assert!(matches!(Signer::new("a.example", "s", b"hello"), Err(KeyError::Pem(_))));
    }
}
