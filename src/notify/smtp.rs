//! SMTP phase by phase (RFC 5321), so that every answer gets its right meaning: the same 4xx or a broken
//! connection means something else before the recipient is named, after it, and after the final dot.

use std::time::Duration;

use lettre::Address;
use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{
    AsyncSmtpConnection, Certificate, CertificateStore, TlsParameters,
};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt, Rset};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::Response;
use tokio::time::timeout;

use super::clean;
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

    async fn connect(&self) -> Result<AsyncSmtpConnection, Outcome> {
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
        Ok(connection)
    }
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

/// A connection has no `Debug` of its own.
struct Connection(AsyncSmtpConnection);

impl std::fmt::Debug for Connection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Connection")
    }
}

impl SmtpSession<'_> {
    pub(super) async fn send(&mut self, from: Address, to: Address, message: &[u8]) -> Outcome {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => match self.smtp.connect().await {
                Ok(connection) => Box::new(Connection(connection)),
                Err(outcome) => return outcome,
            },
        };
        let server = &self.smtp.server;
        let outcome = transaction(&mut connection.0, server, from, to, message).await;
        // A server that answered, whatever it answered, can take the next message; after a broken connection a
        // new one is needed.
        let usable = match &outcome {
            Outcome::Accepted(_) => true,
            Outcome::Deferred(_) | Outcome::Rejected(_) => {
                within(server.command_timeout, connection.0.command(Rset)).await.is_ok()
            }
            Outcome::TransportDown { .. } | Outcome::Unknown(_) => false,
        };
        if usable {
            self.connection = Some(connection);
        } else {
            // At most a moment for a polite end: the peer may be gone.
            let _ = timeout(Duration::from_secs(2), connection.0.abort()).await;
        }
        outcome
    }

    pub(super) async fn close(mut self) {
        if let Some(mut connection) = self.connection.take() {
            let _ = timeout(Duration::from_secs(10), connection.0.quit()).await;
        }
    }
}

async fn transaction(
    connection: &mut AsyncSmtpConnection,
    server: &ServerSettings,
    from: Address,
    to: Address,
    message: &[u8],
) -> Outcome {
    let wait = server.command_timeout;
    if let Err(fault) = within(wait, connection.command(Mail::new(Some(from), Vec::new()))).await {
        return fault.at_sender();
    }
    if let Err(fault) = within(wait, connection.command(Rcpt::new(to, Vec::new()))).await {
        return fault.at_recipient();
    }
    if let Err(fault) = within(wait, connection.command(Data)).await {
        return fault.at_content("DATA");
    }
    match within(server.final_timeout, connection.message(message)).await {
        Ok(answer) => Outcome::Accepted(said(&answer)),
        Err(fault) if fault.code().is_some() => fault.at_content("message"),
        Err(fault) => Outcome::Unknown(fault.text("message")),
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

    /// `MAIL FROM`: a refusal is about us, not about the recipient.
    fn at_sender(&self) -> Outcome {
        match self.code() {
            Some(421) | None => self.down("MAIL FROM", false),
            Some(400..500) => Outcome::Deferred(self.text("MAIL FROM")),
            Some(_) => self.down("MAIL FROM", true),
        }
    }

    /// `RCPT TO`: a refusal is about this recipient, unless the server asks for a login first or closes. A full
    /// mailbox (552) may be emptied.
    fn at_recipient(&self) -> Outcome {
        match self.code() {
            Some(421) | None => self.down("RCPT TO", false),
            Some(530 | 535) => self.down("RCPT TO", true),
            Some(400..500 | 552) => Outcome::Deferred(self.text("RCPT TO")),
            Some(_) => Outcome::Rejected(self.text("RCPT TO")),
        }
    }

    /// `DATA` and the answer to the message.
    fn at_content(&self, phase: &str) -> Outcome {
        match self.code() {
            Some(421) | None => self.down(phase, false),
            Some(400..500) => Outcome::Deferred(self.text(phase)),
            Some(_) => Outcome::Rejected(self.text(phase)),
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
