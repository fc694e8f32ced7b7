//! How a message leaves: into a folder, or to a mail server. What comes back is one of five outcomes, and the
//! outbox knows what to do with each (`backoff`).

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use super::directory::Directory;
use super::message::{self, MimeError};
use super::smtp::{Smtp, SmtpSession};

/// What became of one message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Taken over: by the server with its answer (which names its queue id), or by the folder with the file.
    /// Acceptance is not delivery.
    Accepted(String),
    /// Not now: the server asks to try again later, or the recipient's mailbox is full.
    Deferred(String),
    /// Never: this recipient or this content is refused.
    Rejected(String),
    /// Nothing can be sent at all: no connection, no encryption, no login, the sender is refused. All messages
    /// wait.
    TransportDown {
        /// What is wrong, with the server's words.
        error: String,
        /// Whether somebody must change the configuration: retrying sooner than hourly would only do harm.
        needs_operator: bool,
    },
    /// The connection ended after the message was sent and before the server answered: it may have been taken.
    Unknown(String),
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
pub enum Transport {
    /// Into a folder.
    Directory(Directory),
    /// To a mail server.
    Smtp(Box<Smtp>),
}

impl Transport {
    /// Checks a mode and makes it ready; connects to nothing.
    ///
    /// # Errors
    /// A folder that cannot be made, certificates that cannot be read, clear text to another machine.
    pub fn open(mode: Mode) -> Result<Self, TransportError> {
        Ok(match mode {
            Mode::Directory(folder) => Self::Directory(Directory::open(folder)?),
            Mode::Tls(server) => Self::Smtp(Box::new(Smtp::tls(server)?)),
            Mode::Starttls(server) => Self::Smtp(Box::new(Smtp::starttls(server)?)),
            Mode::Plain(server) if is_this_machine(&server.host) => {
                Self::Smtp(Box::new(Smtp::plain(server)))
            }
            Mode::Plain(server) => return Err(TransportError::PlainToElsewhere(server.host)),
        })
    }

    /// The name of the mode, for logs.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Directory(_) => "directory",
            Self::Smtp(smtp) => smtp.name(),
        }
    }

    /// Starts a batch: one connection serves all its messages.
    pub fn session(&self) -> Session<'_> {
        match self {
            Self::Directory(directory) => Session::Directory(directory),
            Self::Smtp(smtp) => Session::Smtp(Box::new(smtp.session())),
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
}

impl Session<'_> {
    /// Sends one message to one recipient. Never fails: what went wrong is the outcome.
    pub async fn send(&mut self, from: &str, to: &str, message: &[u8]) -> Outcome {
        match self {
            Self::Directory(directory) => directory.write(message).await,
            Self::Smtp(session) => {
                let addresses =
                    message::parse_address(from).map_err(sender_refused).and_then(|from| {
                        match message::parse_address(to) {
                            Ok(to) => Ok((from, to)),
                            Err(error) => Err(Outcome::Rejected(error.to_string())),
                        }
                    });
                match addresses {
                    Ok((from, to)) => session.send(from, to, message).await,
                    Err(outcome) => outcome,
                }
            }
        }
    }

    /// Ends the batch politely.
    pub async fn close(self) {
        if let Self::Smtp(session) = self {
            session.close().await;
        }
    }
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
    fn a_password_is_not_printed() {
        let server = ServerSettings {
            login: Some(("user".into(), "s3cret".into())),
            ..ServerSettings::default()
        };
        assert!(!format!("{server:?}").contains("s3cret"));
    }
}
