//! SMTP phase by phase (RFC 5321), so that every answer gets its right meaning: the same 4xx or a broken
//! connection means something else before the recipient is named, after it, and after the final dot.

use std::time::Duration;

use lettre::Address;
use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{
    AsyncSmtpConnection, Certificate, CertificateStore, TlsParameters,
};
use lettre::transport::smtp::commands::{Data, Ehlo, Mail, Rcpt, Rset};
use lettre::transport::smtp::extension::{ClientId, Extension, MailParameter};
use lettre::transport::smtp::response::Response;
use tokio::time::timeout;

use super::clean;
use super::reply::Reply;
use super::transport::{Outcome, ServerSettings, TransportError};

/// How the connection is protected.
#[derive(Clone)]
enum Protection {
    Tls(TlsParameters),
    Starttls(TlsParameters),
    None,
}

/// A mail server, checked.
pub struct Smtp {
    server: ServerSettings,
    protection: Protection,
}

impl std::fmt::Debug for Smtp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Smtp").field("mode", &self.name()).field("server", &self.server).finish()
    }
}

impl Smtp {
    pub(super) fn tls(server: ServerSettings) -> Result<Self, TransportError> {
        Ok(Self { protection: Protection::Tls(parameters(&server)?), server })
    }

    pub(super) fn starttls(server: ServerSettings) -> Result<Self, TransportError> {
        Ok(Self { protection: Protection::Starttls(parameters(&server)?), server })
    }

    /// The caller has checked that the host is this machine.
    pub(super) fn plain(server: ServerSettings) -> Self {
        Self { protection: Protection::None, server }
    }

    pub(super) fn name(&self) -> &'static str {
        match self.protection {
            Protection::Tls(_) => "tls",
            Protection::Starttls(_) => "starttls",
            Protection::None => "plain",
        }
    }

    pub(super) fn session(&self) -> SmtpSession<'_> {
        SmtpSession { smtp: self, connection: None }
    }

    async fn connect(&self) -> Result<Connection, Outcome> {
        let server = &self.server;
        let helo = ClientId::Domain(server.helo.clone());
        let implicit = match &self.protection {
            Protection::Tls(parameters) => Some(parameters.clone()),
            Protection::Starttls(_) | Protection::None => None,
        };
        let opening = AsyncSmtpConnection::connect_tokio1(
            (server.host.as_str(), server.port),
            Some(server.command_timeout),
            &helo,
            implicit,
            None,
        );
        // Connection, greeting and EHLO have one wait each; the whole may take no more than their sum.
        let mut connection = within(server.command_timeout * 3, opening)
            .await
            .map_err(|fault| fault.down("connection", false))?;
        if let Protection::Starttls(parameters) = &self.protection {
            if !connection.can_starttls() {
                connection.abort().await;
                let error = format!(
                    "{} does not offer STARTTLS, and mail is never sent without",
                    server.host
                );
                return Err(Outcome::TransportDown { error, needs_operator: true });
            }
            within(server.command_timeout, connection.starttls(parameters.clone(), &helo))
                .await
                .map_err(|fault| fault.down("STARTTLS", false))?;
        }
        if let Some((user, password)) = &server.login {
            let credentials = Credentials::new(user.clone(), password.clone());
            let mechanisms = [Mechanism::Plain, Mechanism::Login];
            within(server.command_timeout, connection.auth(&mechanisms, &credentials))
                .await
                .map_err(|fault| {
                    let refused = fault.is_permanent() || fault.is_client();
                    fault.down("login", refused)
                })?;
        }
        // What the server said of sizes is not kept by the library: it is asked once more. Some servers answer that
        // only once (OpenSMTPD says 503); they say at the message itself what is too big.
        let limit = match within(server.command_timeout, connection.command(Ehlo::new(helo))).await
        {
            Ok(answer) => size_limit(&answer),
            Err(fault) if fault.code().is_some_and(|code| code != 421) => None,
            Err(fault) => return Err(fault.down("EHLO", false)),
        };
        Ok(Connection { smtp: connection, limit, used: false })
    }
}

/// The largest message that the server takes (RFC 1870): none when it does not offer to say, 0 when it has no limit.
fn size_limit(answer: &Response) -> Option<usize> {
    answer.message().find_map(|line| {
        let mut words = line.split_ascii_whitespace();
        if !words.next()?.eq_ignore_ascii_case("SIZE") {
            return None;
        }
        Some(words.next().and_then(|limit| limit.parse().ok()).unwrap_or(0))
    })
}

fn parameters(server: &ServerSettings) -> Result<TlsParameters, TransportError> {
    let mut builder = TlsParameters::builder(server.host.clone());
    if let Some(pem) = &server.authority {
        let authority = Certificate::from_pem(pem)
            .map_err(|error| TransportError::Authority(error.to_string()))?;
        builder = builder.certificate_store(CertificateStore::None).add_root_certificate(authority);
    }
    builder.build_rustls().map_err(|error| TransportError::Tls {
        host: server.host.clone(),
        reason: error.to_string(),
    })
}

/// One batch over one connection, opened with the first message.
#[derive(Debug)]
pub struct SmtpSession<'a> {
    smtp: &'a Smtp,
    connection: Option<Box<Connection>>,
}

/// An open connection.
struct Connection {
    smtp: AsyncSmtpConnection,
    /// See [`size_limit`].
    limit: Option<usize>,
    /// Whether it has served a message before.
    used: bool,
}

impl std::fmt::Debug for Connection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connection").field("limit", &self.limit).field("used", &self.used).finish()
    }
}

impl SmtpSession<'_> {
    /// Opens the connection, as for a message.
    pub(super) async fn knock(&mut self) -> Outcome {
        match self.smtp.connect().await {
            Ok(connection) => {
                self.connection = Some(Box::new(connection));
                let login = if self.smtp.server.login.is_some() { ", login accepted" } else { "" };
                Outcome::Accepted(format!("{}{login}", self.smtp.name()))
            }
            Err(outcome) => outcome,
        }
    }

    pub(super) async fn send(&mut self, from: Address, to: Address, message: &[u8]) -> Outcome {
        loop {
            let mut connection = match self.connection.take() {
                Some(connection) => connection,
                None => match self.smtp.connect().await {
                    Ok(connection) => Box::new(connection),
                    Err(outcome) => return outcome,
                },
            };
            let server = &self.smtp.server;
            let outcome = connection.transaction(server, from.clone(), to.clone(), message).await;
            // A server that answered, whatever it answered, can take the next message; after a broken connection a
            // new one is needed.
            let usable = match &outcome {
                Outcome::Accepted(_) => true,
                Outcome::Lost(_) | Outcome::TransportDown { .. } | Outcome::Unknown(_) => false,
                _ => within(server.command_timeout, connection.smtp.command(Rset)).await.is_ok(),
            };
            // A server may close what it has served long enough, or was idle: that says nothing of this message.
            let stale = connection.used
                && matches!(outcome, Outcome::TransportDown { needs_operator: false, .. });
            connection.used = true;
            if usable {
                self.connection = Some(connection);
            } else {
                // At most a moment for a polite end: the peer may be gone.
                let _ = timeout(Duration::from_secs(2), connection.smtp.abort()).await;
            }
            if !stale {
                return outcome;
            }
        }
    }

    pub(super) async fn close(mut self) {
        if let Some(mut connection) = self.connection.take() {
            let _ = timeout(Duration::from_secs(10), connection.smtp.quit()).await;
        }
    }
}

impl Connection {
    async fn transaction(
        &mut self,
        server: &ServerSettings,
        from: Address,
        to: Address,
        message: &[u8],
    ) -> Outcome {
        let wait = server.command_timeout;
        if let Some(limit) = self.limit.filter(|limit| *limit > 0 && message.len() > *limit) {
            return Outcome::TooBig(format!(
                "{} bytes, and the server takes {limit} at most",
                message.len()
            ));
        }
        let mut parameters = Vec::new();
        if self.limit.is_some() {
            parameters.push(MailParameter::Size(message.len()));
        }
        if !AsRef::<str>::as_ref(&to).is_ascii() {
            if !self.smtp.server_info().supports_feature(Extension::SmtpUtfEight) {
                return Outcome::Rejected(format!(
                    "the mail server cannot write to \"{to}\": it does not offer SMTPUTF8"
                ));
            }
            parameters.push(MailParameter::SmtpUtfEight);
        }
        let smtp = &mut self.smtp;
        if let Err(fault) = within(wait, smtp.command(Mail::new(Some(from), parameters))).await {
            return fault.at_sender();
        }
        if let Err(fault) = within(wait, smtp.command(Rcpt::new(to, Vec::new()))).await {
            return fault.at_recipient();
        }
        if let Err(fault) = within(wait, smtp.command(Data)).await {
            return fault.at_content("DATA");
        }
        match within(server.final_timeout, smtp.message(message)).await {
            Ok(answer) => Outcome::Accepted(said(&answer)),
            Err(fault) if fault.code().is_some() => fault.at_content("message"),
            Err(fault) => Outcome::Unknown(fault.text("message")),
        }
    }
}

fn said(answer: &Response) -> String {
    let text = answer.message().collect::<Vec<_>>().join(" ");
    clean::shorten(&clean::line(&format!("{} {text}", answer.code())), 300)
}

/// What went wrong in one phase.
enum Fault {
    Smtp(SmtpError),
    Timeout(Duration),
}

async fn within<T>(
    wait: Duration,
    step: impl Future<Output = Result<T, SmtpError>>,
) -> Result<T, Fault> {
    match timeout(wait, step).await {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(Fault::Smtp(error)),
        Err(_) => Err(Fault::Timeout(wait)),
    }
}

impl Fault {
    fn code(&self) -> Option<u16> {
        match self {
            Self::Smtp(error) => error.status().map(u16::from),
            Self::Timeout(_) => None,
        }
    }

    fn is_permanent(&self) -> bool {
        matches!(self, Self::Smtp(error) if error.is_permanent())
    }

    fn is_client(&self) -> bool {
        matches!(self, Self::Smtp(error) if error.is_client())
    }

    fn is_tls(&self) -> bool {
        matches!(self, Self::Smtp(error) if error.is_tls())
            || matches!(self, Self::Smtp(error) if certificate_refused(error))
    }

    fn text(&self, phase: &str) -> String {
        let text = match self {
            Self::Smtp(error) => format!("{phase}: {error}"),
            Self::Timeout(wait) => format!("{phase}: no answer within {} s", wait.as_secs()),
        };
        clean::shorten(&clean::line(&text), 300)
    }

    fn down(&self, phase: &str, needs_operator: bool) -> Outcome {
        Outcome::TransportDown {
            error: self.text(phase),
            needs_operator: needs_operator || self.is_tls(),
        }
    }

    /// The reply, if the server gave one.
    fn reply(&self, phase: &str) -> Option<Reply> {
        // The text of the error carries the server's words.
        self.code().map(|code| Reply { code, text: self.text(phase) })
    }

    fn at_sender(&self) -> Outcome {
        match self.reply("MAIL FROM") {
            Some(reply) => reply.at_sender(),
            None => self.down("MAIL FROM", false),
        }
    }

    fn at_recipient(&self) -> Outcome {
        match self.reply("RCPT TO") {
            Some(reply) => reply.at_recipient(),
            None => Outcome::Lost(self.text("RCPT TO")),
        }
    }

    fn at_content(&self, phase: &str) -> Outcome {
        match self.reply(phase) {
            Some(reply) => reply.at_content(),
            None => Outcome::Lost(self.text(phase)),
        }
    }
}

/// A certificate that is not trusted surfaces as an I/O error of the handshake.
fn certificate_refused(error: &SmtpError) -> bool {
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        if let Some(io) = inner.downcast_ref::<std::io::Error>()
            && io.get_ref().is_some_and(|inner| inner.is::<rustls::Error>())
        {
            return true;
        }
        source = inner.source();
    }
    false
}
