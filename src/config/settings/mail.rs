//! `[mail]`: how messages leave.

use std::path::PathBuf;

use jiff::SignedDuration;

use crate::config::secrets::SecretSource;

/// How mail leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MailMode {
    /// As `.eml` files in a folder.
    #[default]
    Directory,
    /// SMTP in TLS from the first byte (RFC 8314).
    Tls,
    /// SMTP that must switch to TLS before anything else (RFC 3207).
    Starttls,
    /// SMTP without encryption, to a server on this machine only.
    Plain,
    /// LMTP (RFC 2033), to a mailbox server on this machine only.
    Lmtp,
    /// Through a program that queues mail.
    Sendmail,
}

impl MailMode {
    /// The port that is usual for the mode.
    pub fn usual_port(self) -> u16 {
        match self {
            Self::Directory | Self::Plain | Self::Sendmail => 25,
            Self::Lmtp => 24,
            Self::Tls => 465,
            Self::Starttls => 587,
        }
    }
}

/// `[mail]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// How mail leaves.
    pub mode: MailMode,
    /// Folder for [`MailMode::Directory`]; relative to the data folder.
    pub folder: PathBuf,
    /// Mail server; empty only with [`MailMode::Directory`].
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Login; goes with a password.
    pub username: Option<String>,
    /// Where the password is kept.
    pub password: Option<SecretSource>,
    /// Address of the sender.
    pub from: String,
    /// Where answers go.
    pub reply_to: Option<String>,
    /// The List-Id that filters may go by, without brackets (RFC 2919).
    pub list_id: String,
    /// Where readers write to stop their mail, to get help, or to say that an alert is wrong.
    pub requests_to: Option<String>,
    /// A page that ends a reader's mail with one click (RFC 8058); `{token}` stands for the reader.
    pub unsubscribe_url: Option<String>,
    /// Longest wait for the connection and the answer to each command; the answer to the message itself is waited for
    /// ten minutes (RFC 5321 4.5.3.2.6).
    pub timeout: SignedDuration,
    /// Socket for [`MailMode::Lmtp`]; host and port when absent.
    pub socket: Option<PathBuf>,
    /// Program for [`MailMode::Sendmail`].
    pub program: PathBuf,
    /// File with the certificate authorities to trust instead of the system's.
    pub authority: Option<PathBuf>,
    /// Where bounces go, with the recipient and the message added to the local part; to `from` when absent.
    pub bounces: Option<String>,
    /// Who signs; nobody when the mail server does it.
    pub dkim: Option<Dkim>,
    /// Folder with templates that replace the built-in ones of the same name.
    pub templates: Option<PathBuf>,
}

impl Default for Mail {
    fn default() -> Self {
        Self {
            mode: MailMode::Directory,
            folder: PathBuf::from("mail"),
            host: String::new(),
            port: MailMode::Directory.usual_port(),
            username: None,
            password: None,
            from: "pledgewatch@localhost".to_owned(),
            reply_to: None,
            list_id: "pledgewatch.localhost".to_owned(),
            requests_to: None,
            unsubscribe_url: None,
            timeout: SignedDuration::from_secs(60),
            socket: None,
            program: PathBuf::from("/usr/sbin/sendmail"),
            authority: None,
            bounces: None,
            dkim: None,
            templates: None,
        }
    }
}

/// DKIM signatures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dkim {
    /// The domain that signs.
    pub domain: String,
    /// The name of its key in the DNS.
    pub selector: String,
    /// Where the private key is kept.
    pub key: SecretSource,
}
