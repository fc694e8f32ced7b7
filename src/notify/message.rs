//! From a composed message to the bytes that go over the wire and into the outbox: headers of RFC 5322, 2045 to
//! 2047, 2919 and 3834, a text part and an HTML part, both complete. The bytes are made once and stored, so a
//! retry sends the very same message.

use std::time::SystemTime;

use jiff::Timestamp;
use lettre::message::header::{ContentType, HeaderName, HeaderValue, MessageId};
use lettre::message::{Mailbox, MultiPart, SinglePart};
use lettre::{Address, Message as Mail};

use super::clean;
use crate::config::MailSize;

/// What a message tells of; readers filter by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Event {
    /// A commitment that was not in the ledger.
    NewCommitment,
    /// A commitment that moved forward or back.
    CommitmentChanged,
    /// A digest.
    Digest,
    /// A word to the operator.
    Notice,
    /// A test.
    Test,
}

impl Event {
    /// The word in `X-Pledgewatch-Event` and in file names.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NewCommitment => "new-commitment",
            Self::CommitmentChanged => "commitment-changed",
            Self::Digest => "digest",
            Self::Notice => "notice",
            Self::Test => "test",
        }
    }
}

/// A composed message, before it has an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// What it tells of.
    pub event: Event,
    /// One line, at most 70 characters.
    pub subject: String,
    /// The text edition, at most 72 columns.
    pub text: String,
    /// The HTML edition.
    pub html: String,
    /// Further headers, name and value: `X-Pledgewatch-Reason`, `X-Pledgewatch-Severity`, `Content-Language`.
    pub headers: Vec<(String, String)>,
}

/// Who writes, and under which list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    /// Address in `From` and in the envelope.
    pub address: String,
    /// Name in `From`.
    pub name: String,
    /// Where answers go; to `address` when absent.
    pub reply_to: Option<String>,
    /// The list id that filters go by, without brackets (RFC 2919).
    pub list_id: String,
    /// Name of the list as readers see it.
    pub list_name: String,
}

impl Default for Sender {
    fn default() -> Self {
        Self {
            address: "pledgewatch@localhost".to_owned(),
            name: "Pledgewatch".to_owned(),
            reply_to: None,
            list_id: "vn-uk.pledgewatch.localhost".to_owned(),
            list_name: "Vietnam-UK commitments".to_owned(),
        }
    }
}

impl Sender {
    fn domain(&self) -> &str {
        self.address.rsplit_once('@').map_or("localhost", |(_, domain)| domain)
    }
}

/// What a message gets with its address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addressed<'a> {
    /// The recipient's address.
    pub to: &'a str,
    /// The recipient's name; may be empty.
    pub to_name: &'a str,
    /// Key of the outbox row: what happened, the same for all recipients.
    pub event_key: &'a str,
    /// When it was composed; stays the same on a retry.
    pub date: Timestamp,
    /// Message id of the first message about the same commitment, with angle brackets.
    pub in_reply_to: Option<&'a str>,
}

/// A message cannot be built.
#[derive(Debug, thiserror::Error)]
pub enum MimeError {
    /// An address does not follow RFC 5321.
    #[error("\"{address}\" is not a mail address: {source}")]
    Address {
        /// The address as configured.
        address: String,
        /// What is wrong with it.
        source: lettre::address::AddressError,
    },
    /// The builder refuses.
    #[error("message cannot be built: {0}")]
    Build(#[from] lettre::error::Error),
}

/// Checks an address as it will be used, for `check-config`.
///
/// # Errors
/// The address does not follow RFC 5321.
pub fn check_address(address: &str) -> Result<(), MimeError> {
    parse_address(address).map(|_| ())
}

pub(super) fn parse_address(address: &str) -> Result<Address, MimeError> {
    address.parse().map_err(|source| MimeError::Address { address: address.to_owned(), source })
}

/// The message id of an outbox row: the same event to the same recipient has the same id for ever, another
/// recipient another one, and neither tells the address (RFC 5322 3.6.4).
pub fn message_id(event_key: &str, to: &str, sender: &Sender) -> String {
    let event = blake3::hash(event_key.as_bytes()).to_hex();
    let to = blake3::hash(to.to_lowercase().as_bytes()).to_hex();
    format!("<{}.{}@{}>", &event[..20], &to[..10], id_domain(sender.domain()))
}

/// What a reader is known by in answers: stable while her id and address are, and telling neither. It is no secret
/// that protects anything; it only names a recipient.
pub fn token(recipient: &str, address: &str) -> String {
    let both = format!("{recipient}\n{}", address.to_lowercase());
    blake3::hash(both.as_bytes()).to_hex()[..12].to_owned()
}

/// Whether both editions keep to a size.
pub(super) fn fits(text: &str, html: &str, size: MailSize) -> bool {
    let keeps = |edition: &str, max: usize| edition.len() <= max && encoded_len(edition) <= max;
    keeps(text, size.text) && keeps(html, size.html)
}

/// How many bytes an edition takes as it is sent, header of the part included.
fn encoded_len(edition: &str) -> usize {
    let part = SinglePart::builder().header(ContentType::TEXT_HTML).body(edition.to_owned());
    part.formatted().len()
}

fn id_domain(domain: &str) -> String {
    let plain: String =
        domain.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-')).collect();
    if plain.is_empty() { "localhost".to_owned() } else { plain.to_ascii_lowercase() }
}

/// Builds the bytes: CRLF line ends, ASCII only, no line over 998 octets.
///
/// # Errors
/// An address that does not follow RFC 5321.
pub fn mime(message: &Message, to: &Addressed<'_>, sender: &Sender) -> Result<Vec<u8>, MimeError> {
    let mailbox = |name: &str, address: &str| -> Result<Mailbox, MimeError> {
        let name = clean::header(name, 80);
        Ok(Mailbox::new((!name.is_empty()).then_some(name), parse_address(address)?))
    };
    let mut builder = Mail::builder()
        .from(mailbox(&sender.name, &sender.address)?)
        .to(mailbox(to.to_name, to.to)?)
        .date(SystemTime::from(to.date))
        .subject(clean::header(&message.subject, 200))
        .header(MessageId::from(message_id(to.event_key, to.to, sender)));
    if let Some(address) = &sender.reply_to {
        builder = builder.reply_to(mailbox("", address)?);
    }
    if let Some(parent) = to.in_reply_to {
        let parent = clean::header(parent, 300);
        builder = builder.in_reply_to(parent.clone()).references(parent);
    }
    let list = format!("{} <{}>", clean::header(&sender.list_name, 80), id_domain(&sender.list_id));
    let mut own = vec![
        ("Auto-Submitted", "auto-generated".to_owned()),
        ("X-Auto-Response-Suppress", "All".to_owned()),
        ("List-Id", list),
        ("X-Pledgewatch-Event", message.event.as_str().to_owned()),
    ];
    if message.event == Event::Digest {
        own.push(("Precedence", "bulk".to_owned()));
    }
    let given = message.headers.iter().map(|(name, value)| (name.as_str(), value.clone()));
    for (name, value) in own.into_iter().chain(given) {
        // A name that is not a header name cannot be sent; ours are constants and always are.
        if let Ok(name) = HeaderName::new_from_ascii(name.to_owned()) {
            builder = builder.raw_header(HeaderValue::new(name, clean::header(&value, 800)));
        }
    }
    let text = SinglePart::builder().header(ContentType::TEXT_PLAIN).body(message.text.clone());
    let html = SinglePart::builder().header(ContentType::TEXT_HTML).body(message.html.clone());
    // The boundary comes from the id too, so that the same row always gives the same bytes.
    let boundary = format!("=_{}", &blake3::hash(to.event_key.as_bytes()).to_hex()[..32]);
    let body = MultiPart::alternative().boundary(boundary).singlepart(text).singlepart(html);
    Ok(with_addresses_folded(builder.multipart(body)?.formatted()))
}

/// A line of a header with an encoded word ends at 76 (RFC 2047 2); the library puts the address behind the words of a
/// name whatever that comes to.
fn with_addresses_folded(mail: Vec<u8>) -> Vec<u8> {
    let end = mail.windows(4).position(|four| four == b"\r\n\r\n").unwrap_or(mail.len());
    let mut folded = Vec::with_capacity(mail.len() + 8);
    for line in mail[..end].split_inclusive(|&byte| byte == b'\n') {
        let long = line.len() > 76 + 2 && line.windows(2).any(|two| two == b"?=");
        match line.windows(2).rposition(|two| two == b" <") {
            Some(at) if long && at > 0 => {
                folded.extend_from_slice(&line[..at]);
                folded.extend_from_slice(b"\r\n");
                folded.extend_from_slice(&line[at..]);
            }
            _ => folded.extend_from_slice(line),
        }
    }
    folded.extend_from_slice(&mail[end..]);
    folded
}
