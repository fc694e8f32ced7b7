//! DKIM signatures (RFC 6376, RFC 8463), for those whose mail server does not sign: relaxed/relaxed, over the whole
//! body and every header that a reader or a filter goes by, `From` once more than it occurs, so that none can be added.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use jiff::Timestamp;
use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair};
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

/// The public half of a key, in the forms in which it is published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey {
    /// Where: `<selector>._domainkey.<domain>`.
    pub name: String,
    /// `p=` as all publish it: for RSA a SubjectPublicKeyInfo (RFC 5280 4.1).
    pub published: String,
    /// `p=` as RFC 6376 3.6.1 has it by the letter: for RSA the bare key.
    pub bare: String,
    /// The whole record.
    pub record: String,
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

    /// What must be published, and where, for receivers to check the signatures.
    pub fn public_key(&self) -> PublicKey {
        let (kind, published, bare) = match &self.key {
            Key::Rsa(key) => {
                let bare = key.public().as_ref();
                ("rsa", BASE64.encode(subject_public_key_info(bare)), BASE64.encode(bare))
            }
            Key::Ed25519(key) => {
                let bare = BASE64.encode(key.public_key());
                ("ed25519", bare.clone(), bare)
            }
        };
        let record = format!("v=DKIM1; k={kind}; p={published}");
        PublicKey {
            name: format!("{}._domainkey.{}", self.selector, self.domain),
            published,
            bare,
            record,
        }
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
            BASE64.encode(&body),
        );
        input.push_str(&relaxed_header(&unsigned));
        let Some(signature) = self.signature(input.as_bytes()) else { return message };
        let mut signed = unsigned.into_bytes();
        for (number, line) in BASE64.encode(&signature).as_bytes().chunks(LINE).enumerate() {
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

/// An RSA key (RFC 8017 A.1.1) in the envelope that names its algorithm, both in DER.
fn subject_public_key_info(key: &[u8]) -> Vec<u8> {
    /// SEQUENCE { rsaEncryption, NULL }
    const ALGORITHM: [u8; 15] =
        [0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00];
    const BIT_STRING: u8 = 0x03;
    const SEQUENCE: u8 = 0x30;
    let bits = element(BIT_STRING, &[&[0], key].concat());
    element(SEQUENCE, &[&ALGORITHM, bits.as_slice()].concat())
}

/// A DER element: tag, length in as few bytes as can be, value.
fn element(tag: u8, value: &[u8]) -> Vec<u8> {
    let length = value.len().to_be_bytes();
    let length = &length[value.len().leading_zeros() as usize / 8..];
    let mut out = vec![tag];
    match length {
        [] => out.push(0),
        [short] if *short < 0x80 => out.push(*short),
        long => {
            // At most the eight bytes of a usize.
            out.push(0x80 | long.len() as u8);
            out.extend_from_slice(long);
        }
    }
    out.extend_from_slice(value);
    out
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
    fn what_is_no_key_is_refused() {
        assert!(matches!(Signer::new("a.example", "s", b"hello"), Err(KeyError::Pem(_))));
    }
}
