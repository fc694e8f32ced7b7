//! How a message leaves: into a folder, or to a mail server. What comes back is one of few outcomes, and the
//! outbox knows what to do with each (`backoff`).

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use jiff::Timestamp;

use super::directory::Directory;
use super::feed::Feed;
use super::hook::Hook;
use super::lmtp::Lmtp;
use super::message::{self, MimeError};
use super::sendmail::Sendmail;
use super::smtp::{Smtp, SmtpSession};
use crate::config::{HookForm, Secret};

/// The channel of all mail in the outbox.
pub const MAIL: &str = "mail";
/// See [`ServerSettings::patience`].
const PATIENCE: Duration = Duration::from_secs(5);

/// What became of one message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Taken over: by the server with its answer (which names its queue id), or by the folder with the file.
    /// Acceptance is not delivery.
    Accepted(String),
    /// Not now: the server asks to try again later.
    Deferred(String),
    /// Not before this instant: the server says when it can be asked again.
    NotBefore(String, Timestamp),
    /// Not now: the recipient's mailbox is full.
    Full(String),
    /// Never: this content, or mail from us, is refused.
    Rejected(String),
    /// Never: there is no such mailbox.
    BadAddress(String),
    /// Not at this size.
    TooBig(String),
    /// The conversation ended in the middle of this message, before it was handed over. That may be its own fault:
    /// others are tried before the way counts as closed.
    Lost(String),
    /// Nothing can be sent at all: no connection, no encryption, no login, the sender is refused. All messages
    /// wait.
    TransportDown {
        /// What is wrong, with the server's words.
        error: String,
        /// Whether somebody must change the configuration: retrying sooner than hourly would only do harm.
        needs_operator: bool,
    },
    /// The connection ended, or nothing was said in time, after the message was sent: it may have been taken.
    Unknown(String),
}

impl Outcome {
    /// The words of whoever answered, or of what went wrong.
    pub fn text(&self) -> &str {
        match self {
            Self::Accepted(text)
            | Self::Deferred(text)
            | Self::NotBefore(text, _)
            | Self::Full(text)
            | Self::Rejected(text)
            | Self::BadAddress(text)
            | Self::TooBig(text)
            | Self::Lost(text)
            | Self::Unknown(text)
            | Self::TransportDown { error: text, .. } => text,
        }
    }

    /// Whether somebody answered, and so the way is open.
    pub fn is_answer(&self) -> bool {
        !matches!(self, Self::Lost(_) | Self::Unknown(_) | Self::TransportDown { .. })
    }
}

/// How mail leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mode {
    /// Into a folder, as `.eml` with an `.html` beside it.
    Directory(PathBuf),
    /// To a server, encrypted from the first byte (RFC 8314; port 465).
    Tls(ServerSettings),
    /// To a server, encrypted after `STARTTLS` and never without (RFC 3207; port 587).
    Starttls(ServerSettings),
    /// To a server on this machine, in clear text. Any other host is refused.
    Plain(ServerSettings),
    /// To a mailbox server on this machine (RFC 2033), over a local socket or the loopback interface.
    Lmtp(LmtpAddress, ServerSettings),
    /// Through the program that puts mail into the queue of this machine's mail server, usually
    /// `/usr/sbin/sendmail`.
    Sendmail(PathBuf, ServerSettings),
    /// JSON to a hook, with its secret.
    Hook(HookForm, Option<Secret>),
    /// Into a feed file.
    Feed {
        /// The file.
        file: PathBuf,
        /// What the feed's id is made of.
        id: String,
        /// Its title.
        title: String,
    },
}

/// Where a mailbox server listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LmtpAddress {
    /// A socket in the file system.
    Socket(PathBuf),
    /// Host and port of the settings; the host must be this machine.
    Loopback,
}

/// A mail server and how long to wait for it.
#[derive(Clone, PartialEq, Eq)]
pub struct ServerSettings {
    /// Name or address.
    pub host: String,
    /// Port.
    pub port: u16,
    /// Login and password; none for a server that asks for none.
    pub login: Option<(String, String)>,
    /// Name given in `EHLO`.
    pub helo: String,
    /// Certificate authorities in PEM to trust instead of the system's.
    pub authority: Option<Vec<u8>>,
    /// Longest wait for the connection, the greeting and the answer to each command.
    pub command_timeout: Duration,
    /// Longest wait for the answer to the message itself; RFC 5321 4.5.3.2.6 asks for ten minutes, and a shorter
    /// one makes doubles.
    pub final_timeout: Duration,
    /// How long one conversation may keep other recipients waiting before another connection is opened for them.
    pub patience: Duration,
}

impl Default for ServerSettings {
    fn default() -> Self {
        Self {
            host: "localhost".to_owned(),
            port: 465,
            login: None,
            helo: "localhost".to_owned(),
            authority: None,
            command_timeout: Duration::from_secs(60),
            final_timeout: Duration::from_secs(600),
            patience: PATIENCE,
        }
    }
}

// A password must not reach a log through `{:?}`.
impl std::fmt::Debug for ServerSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ServerSettings")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("login", &self.login.as_ref().map(|(user, _)| (user, "…")))
            .field("helo", &self.helo)
            .field("authority", &self.authority.as_ref().map(Vec::len))
            .field("command_timeout", &self.command_timeout)
            .field("final_timeout", &self.final_timeout)
            .field("patience", &self.patience)
            .finish()
    }
}

/// A transport that cannot work as it is configured.
#[derive(Debug, thiserror::Error)]
pub enum TransportError {
    /// Clear text to another machine.
    #[error("plain mail transport goes to this machine only, and \"{0}\" is another")]
    PlainToElsewhere(String),
    /// The certificate authorities cannot be read.
    #[error("certificate authorities cannot be read: {0}")]
    Authority(String),
    /// TLS cannot be set up.
    #[error("TLS for \"{host}\" cannot be set up: {reason}")]
    Tls {
        /// The server.
        host: String,
        /// What is wrong.
        reason: String,
    },
    /// The HTTP client cannot be made.
    #[error("HTTP for hooks cannot be set up: {0}")]
    Http(String),
    /// The folder cannot be made.
    #[error("mail folder {folder}: {source}")]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// What is wrong.
        source: std::io::Error,
    },
}

/// A way out, checked.
#[derive(Debug)]
pub struct Transport {
    channel: String,
    settings: String,
    patience: Duration,
    way: Way,
}

#[derive(Debug)]
enum Way {
    Directory(Directory),
    Smtp(Box<Smtp>),
    Lmtp(Box<Lmtp>),
    Sendmail(Sendmail),
    Hook(Hook),
    Feed(Feed),
}

/// What is handed over: one message for one recipient.
#[derive(Debug, Clone, Copy)]
pub struct Parcel<'a> {
    /// Envelope sender: where a bounce goes.
    pub from: &'a str,
    /// Envelope recipient.
    pub to: &'a str,
    /// Message id of the outbox row; the same in every attempt.
    pub id: &'a str,
    /// The rendered bytes.
    pub bytes: &'a [u8],
}

impl Transport {
    /// Checks a mode and makes it ready; connects to nothing.
    ///
    /// # Errors
    /// A folder that cannot be made, certificates that cannot be read, clear text to another machine.
    pub fn open(mode: Mode) -> Result<Self, TransportError> {
        Self::of_channel(MAIL, mode)
    }

    /// The same for another channel than mail.
    ///
    /// # Errors
    /// As for [`Transport::open`].
    pub fn of_channel(channel: &str, mode: Mode) -> Result<Self, TransportError> {
        // No password is in it: `ServerSettings` does not print one.
        let settings = blake3::hash(format!("{mode:?}").as_bytes()).to_hex()[..16].to_owned();
        let mut patience = PATIENCE;
        let mut at = |server: ServerSettings| {
            patience = server.patience;
            server
        };
        let way = match mode {
            Mode::Directory(folder) => Way::Directory(Directory::open(folder)?),
            Mode::Tls(server) => Way::Smtp(Box::new(Smtp::tls(at(server))?)),
            Mode::Starttls(server) => Way::Smtp(Box::new(Smtp::starttls(at(server))?)),
            Mode::Plain(server) if is_this_machine(&server.host) => {
                Way::Smtp(Box::new(Smtp::plain(at(server))))
            }
            Mode::Lmtp(LmtpAddress::Loopback, server) if !is_this_machine(&server.host) => {
                return Err(TransportError::PlainToElsewhere(server.host));
            }
            Mode::Plain(server) => return Err(TransportError::PlainToElsewhere(server.host)),
            Mode::Lmtp(address, server) => Way::Lmtp(Box::new(Lmtp::new(address, at(server)))),
            Mode::Hook(form, secret) => {
                Way::Hook(Hook::new(form, secret.map(|secret| secret.reveal().to_owned()))?)
            }
            Mode::Feed { file, id, title } => Way::Feed(Feed::new(file, &id, &title)),
            Mode::Sendmail(program, server) => Way::Sendmail(Sendmail::new(program, at(server))),
        };
        Ok(Self { channel: channel.to_owned(), settings, patience, way })
    }

    /// The channel of the outbox whose messages leave here.
    pub fn channel(&self) -> &str {
        &self.channel
    }

    /// A fingerprint of the settings: other settings are tried at once where these failed.
    pub fn settings(&self) -> &str {
        &self.settings
    }

    /// See [`ServerSettings::patience`].
    pub(super) fn patience(&self) -> Duration {
        self.patience
    }

    /// The name of the mode, for logs.
    pub fn name(&self) -> &'static str {
        match &self.way {
            Way::Directory(_) => "directory",
            Way::Smtp(smtp) => smtp.name(),
            Way::Lmtp(_) => "lmtp",
            Way::Sendmail(_) => "sendmail",
            Way::Hook(hook) => hook.name(),
            Way::Feed(_) => "atom",
        }
    }

    /// Starts a batch: one connection serves all its messages.
    pub fn session(&self) -> Session<'_> {
        match &self.way {
            Way::Directory(directory) => Session::Directory(directory),
            Way::Smtp(smtp) => Session::Smtp(Box::new(smtp.session())),
            Way::Lmtp(lmtp) => Session::Lmtp(lmtp),
            Way::Sendmail(sendmail) => Session::Sendmail(sendmail),
            Way::Hook(hook) => Session::Hook(hook),
            Way::Feed(feed) => Session::Feed(feed),
        }
    }
}

fn is_this_machine(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// One batch over one connection.
#[derive(Debug)]
pub enum Session<'a> {
    /// Into a folder.
    Directory(&'a Directory),
    /// To a mail server.
    Smtp(Box<SmtpSession<'a>>),
    /// To a mailbox server; one connection for each message, since both are on one machine.
    Lmtp(&'a Lmtp),
    /// Through a program.
    Sendmail(&'a Sendmail),
    /// To a hook.
    Hook(&'a Hook),
    /// Into a feed file.
    Feed(&'a Feed),
}

impl Session<'_> {
    /// Hands one message over. Never fails: what went wrong is the outcome.
    pub async fn send(&mut self, parcel: &Parcel<'_>) -> Outcome {
        match self {
            Self::Directory(directory) => directory.write(parcel.bytes).await,
            Self::Hook(hook) => hook.send(parcel).await,
            Self::Feed(feed) => feed.add(parcel.bytes).await,
            Self::Smtp(session) => match envelope(parcel) {
                Ok((from, to)) => session.send(from, to, parcel.bytes).await,
                Err(outcome) => outcome,
            },
            Self::Lmtp(lmtp) => match envelope(parcel) {
                Ok((from, to)) => lmtp.send(from.as_ref(), to.as_ref(), parcel.bytes).await,
                Err(outcome) => outcome,
            },
            Self::Sendmail(sendmail) => match envelope(parcel) {
                Ok((from, to)) => sendmail.send(from.as_ref(), to.as_ref(), parcel.bytes).await,
                Err(outcome) => outcome,
            },
        }
    }

    /// Opens the connection to a mail server, protected and logged in, and sends nothing; `None` for ways that have no
    /// such connection.
    pub async fn knock(&mut self) -> Option<Outcome> {
        match self {
            Self::Smtp(session) => Some(session.knock().await),
            _ => None,
        }
    }

    /// Ends the batch politely.
    pub async fn close(self) {
        if let Self::Smtp(session) = self {
            session.close().await;
        }
    }
}

fn envelope(parcel: &Parcel<'_>) -> Result<(lettre::Address, lettre::Address), Outcome> {
    let from = message::parse_address(parcel.from).map_err(sender_refused)?;
    let to = envelope_address(parcel.to).map_err(|error| Outcome::BadAddress(error.to_string()))?;
    Ok((from, to))
}

/// An address for the envelope: its domain in the letters of the DNS (RFC 5891), so that only a local part in other
/// letters asks for SMTPUTF8.
fn envelope_address(address: &str) -> Result<lettre::Address, MimeError> {
    if let Some((local, domain)) = address.rsplit_once('@')
        && !domain.is_ascii()
        && let Ok(host) = url::Host::parse(domain)
    {
        return message::parse_address(&format!("{local}@{host}"));
    }
    message::parse_address(address)
}

fn sender_refused(error: MimeError) -> Outcome {
    Outcome::TransportDown { error: error.to_string(), needs_operator: true }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clear_text_goes_to_this_machine_only() {
        for host in ["localhost", "127.0.0.1", "127.9.9.9", "[::1]", "::1", "LOCALHOST"] {
            let server = ServerSettings { host: host.into(), ..ServerSettings::default() };
            assert!(Transport::open(Mode::Plain(server)).is_ok(), "{host}");
        }
        for host in ["mail.example.org", "10.0.0.1", "localhost.example.org", "0.0.0.0", "::", ""] {
            let server = ServerSettings { host: host.into(), ..ServerSettings::default() };
            assert!(
                matches!(
                    Transport::open(Mode::Plain(server)),
                    Err(TransportError::PlainToElsewhere(_))
                ),
                "{host}"
            );
        }
    }

    #[test]
    fn a_domain_in_other_letters_goes_out_in_those_of_the_dns() {
        let address = |text| envelope_address(text).unwrap().to_string();
        assert!(
            address("desk@đài.vn").starts_with("desk@xn--") && address("desk@đài.vn").is_ascii()
        );
        assert_eq!(address("desk@example.org"), "desk@example.org");
    }

    #[test]
    fn a_password_is_not_printed() {
        let server = ServerSettings {
            login: Some(("user".into(), "s3cret".into())),
            ..ServerSettings::default()
        };
        assert!(!format!("{server:?}").contains("s3cret"));
    }
}
