//! Signatures, checked as a receiver does who has read RFC 6376 and RFC 8463 and none of our code: the message is taken
//! apart, put into the relaxed form by other means, and verified with the public key.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use pledgewatch::model::Language;
use pledgewatch::notify::dkim::Signer;
use pledgewatch::notify::specimen;
use regex::Regex;
use ring::signature::{
    ED25519, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey, VerificationAlgorithm,
};

use crate::faults::Office;

const RSA: &str = include_str!("../smtp/dkim-rsa.key");
const RSA_PUBLIC: &str = include_str!("../smtp/dkim-rsa.pub");
const ED25519_KEY: &str = include_str!("../smtp/dkim-ed25519.key");
const ED25519_PUBLIC: &str = include_str!("../smtp/dkim-ed25519.pub");

fn now() -> Timestamp {
    "2026-11-21T08:30:00Z".parse().unwrap()
}

/// What stands in DNS: the `p=` tag, which is the DER of the key; for Ed25519 its 32 bytes (RFC 8463 4).
fn published(pem: &str) -> Vec<u8> {
    let lines = pem.lines().filter(|line| !line.starts_with("-----"));
    let der = STANDARD.decode(lines.collect::<String>()).unwrap();
    // A SubjectPublicKeyInfo ends with the key itself: 32 bytes, or an RSAPublicKey after a head of 24.
    if der.len() == 44 { der[12..].to_vec() } else { der[24..].to_vec() }
}

/// Verifies; the error says which step failed.
fn verify(message: &[u8], key: &[u8]) -> Result<(), String> {
    let text = std::str::from_utf8(message).map_err(|error| error.to_string())?;
    let (head, body) = text.split_once("\r\n\r\n").ok_or("no body")?;
    // Unfolding (RFC 5322 2.2.3) and then white space as one blank are, together, the relaxed form of a value.
    let unfolded = Regex::new("\r\n([ \t])").unwrap().replace_all(head, "$1").into_owned();
    let blanks = Regex::new("[ \t]+").unwrap();
    let fields: Vec<(String, String)> = unfolded
        .split("\r\n")
        .map(|line| {
            let (name, value) = line.split_once(':').unwrap();
            let value = blanks.replace_all(value, " ").trim_matches(' ').to_owned();
            (name.trim().to_lowercase(), value)
        })
        .collect();
    let (_, signature) =
        fields.iter().find(|(name, _)| name == "dkim-signature").ok_or("unsigned")?;
    let tags: BTreeMap<&str, String> = signature
        .split(';')
        .filter_map(|tag| tag.split_once('='))
        .map(|(name, value)| (name.trim(), value.replace(' ', "")))
        .collect();
    assert_eq!((tags["v"].as_str(), tags["c"].as_str()), ("1", "relaxed/relaxed"));
    assert!(!tags.contains_key("l"), "the whole body is signed");

    let ends = Regex::new("[ \t]+\r\n").unwrap();
    let body = blanks.replace_all(body, " ").into_owned();
    let mut body = ends.replace_all(&body, "\r\n").into_owned();
    while body.ends_with("\r\n\r\n") {
        body.truncate(body.len() - 2);
    }
    if !body.is_empty() && !body.ends_with("\r\n") {
        body.push_str("\r\n");
    }
    if body == "\r\n" {
        body.clear();
    }
    let digest = ring::digest::digest(&ring::digest::SHA256, body.as_bytes());
    if STANDARD.encode(digest) != tags["bh"] {
        return Err("the body has changed".to_owned());
    }

    // Equal names are taken from the bottom up; one that is signed oftener than it occurs is nothing (RFC 6376 5.4.2).
    let mut left: Vec<&(String, String)> = fields.iter().collect();
    let mut signed = String::new();
    for name in tags["h"].to_lowercase().split(':') {
        if let Some(at) = left.iter().rposition(|(found, _)| found == name) {
            let (name, value) = left.remove(at);
            signed.push_str(&format!("{name}:{value}\r\n"));
        }
    }
    let start = signature.rfind("b=").unwrap() + 2;
    signed.push_str(&format!("dkim-signature:{}", &signature[..start]));
    let signature = STANDARD.decode(&tags["b"]).map_err(|error| error.to_string())?;
    let hash = ring::digest::digest(&ring::digest::SHA256, signed.as_bytes());
    let (algorithm, input): (&'static dyn VerificationAlgorithm, &[u8]) = match tags["a"].as_str() {
        "rsa-sha256" => (&RSA_PKCS1_2048_8192_SHA256, signed.as_bytes()),
        "ed25519-sha256" => (&ED25519, hash.as_ref()),
        other => return Err(format!("algorithm {other}")),
    };
    UnparsedPublicKey::new(algorithm, key)
        .verify(input, &signature)
        .map_err(|_| "the head has changed".to_owned())
}

/// An alert and a digest's worth of Vietnamese, signed with both kinds of keys.
fn signed() -> Vec<(Vec<u8>, Vec<u8>)> {
    let office = Office::new();
    let mut all = Vec::new();
    for (key, public) in [(RSA, RSA_PUBLIC), (ED25519_KEY, ED25519_PUBLIC)] {
        for language in [Language::En, Language::Vi] {
            let facts = specimen::alerts(language).swap_remove(0);
            let rendered = office.desk.alert("ha", "alert:1", &facts, None).unwrap();
            let signer = Signer::new("watch.example", "s1", key.as_bytes()).unwrap();
            all.push((signer.sign(rendered.bytes, now()), published(public)));
        }
    }
    all
}

#[test]
fn a_receiver_finds_the_signature_good() {
    for (message, key) in signed() {
        assert_eq!(verify(&message, &key), Ok(()));
    }
}

#[test]
fn a_mail_server_that_folds_and_pads_breaks_nothing() {
    for (message, key) in signed() {
        let text = String::from_utf8(message).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let refolded = head.replacen("\r\nSubject: ", "\r\nSubject:   \t", 1);
        assert_ne!(refolded, head);
        let padded = format!("{refolded}\r\n\r\n{}\r\n\r\n", body.replacen("\r\n", "  \r\n", 3));
        assert_eq!(verify(padded.as_bytes(), &key), Ok(()));
    }
}

#[test]
fn nobody_on_the_way_changes_a_word_or_a_name_unseen() {
    for (message, key) in signed() {
        let text = String::from_utf8(message).unwrap();
        let changed = |from: &str, to: &str| {
            let other = text.replacen(from, to, 1);
            assert_ne!(other, text, "{from}");
            verify(other.as_bytes(), &key)
        };
        assert!(changed("\r\nTo: ", "\r\nTo: x").is_err());
        assert!(changed("\r\nSubject: ", "\r\nSubject: Re: ").is_err());
        // A second sender on top of the true one.
        assert!(changed("\r\nFrom: ", "\r\nFrom: Bank <bank@bank.example>\r\nFrom: ").is_err());
        assert!(changed("\r\nFrom: ", "\r\nReceived: by mx.example\r\nFrom: ").is_ok());
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let other = format!("{head}\r\n\r\nx{body}");
        assert_eq!(verify(other.as_bytes(), &key), Err("the body has changed".to_owned()));
        // Another key than the published one.
        assert!(verify(text.as_bytes(), &key.iter().rev().copied().collect::<Vec<_>>()).is_err());
    }
}
