//! LMTP (RFC 2033): to a mailbox server on this machine. The same words as SMTP, but `LHLO`, and the answer after the
//! final dot is the mailbox's own: accepted is delivered.

use std::time::Duration;

use tokio::io::{
    AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, BufReader,
};
use tokio::net::{TcpStream, UnixStream};
use tokio::time::timeout;

use super::clean;
use super::reply::Reply;
use super::transport::{LmtpAddress, Outcome, ServerSettings};

/// A reply longer than this is none.
const LONGEST_REPLY: u64 = 64 << 10;

/// A mailbox server.
#[derive(Debug)]
pub struct Lmtp {
    address: LmtpAddress,
    server: ServerSettings,
}

/// Either side of the wire.
trait Wire: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Wire for T {}

/// Why a phase did not end with a yes.
enum Fault {
    Said(Reply),
    Gone(String),
}

impl Lmtp {
    pub(super) fn new(address: LmtpAddress, server: ServerSettings) -> Self {
        Self { address, server }
    }

    pub(super) async fn send(&self, from: &str, to: &str, message: &[u8]) -> Outcome {
        let down = |fault: Fault| {
            let (Fault::Said(Reply { text: error, .. }) | Fault::Gone(error)) = fault;
            Outcome::TransportDown { error, needs_operator: false }
        };
        let mut talk = match self.open().await {
            Ok(talk) => talk,
            Err(fault) => return down(fault),
        };
        match talk.say("MAIL FROM", &format!("MAIL FROM:<{from}>")).await {
            Ok(_) => {}
            Err(Fault::Said(reply)) => return reply.at_sender(),
            Err(gone) => return down(gone),
        }
        match talk.say("RCPT TO", &format!("RCPT TO:<{to}>")).await {
            Ok(_) => {}
            Err(Fault::Said(reply)) => return reply.at_recipient(),
            Err(Fault::Gone(error)) => return Outcome::Lost(error),
        }
        match talk.say("DATA", "DATA").await {
            Ok(_) => {}
            Err(Fault::Said(reply)) => return reply.at_content(),
            Err(Fault::Gone(error)) => return Outcome::Lost(error),
        }
        talk.wait = self.server.final_timeout;
        match talk.message(message).await {
            Ok(answer) => {
                talk.wait = Duration::from_secs(2);
                let _ = talk.say("QUIT", "QUIT").await;
                Outcome::Accepted(answer)
            }
            Err(Fault::Said(reply)) => reply.at_content(),
            Err(Fault::Gone(error)) => Outcome::Unknown(error),
        }
    }

    async fn open(&self) -> Result<Talk, Fault> {
        let wait = self.server.command_timeout;
        let opening = async {
            Ok::<Box<dyn Wire>, std::io::Error>(match &self.address {
                LmtpAddress::Socket(path) => Box::new(UnixStream::connect(path).await?),
                LmtpAddress::Loopback => Box::new(
                    TcpStream::connect((self.server.host.as_str(), self.server.port)).await?,
                ),
            })
        };
        let wire = match timeout(wait, opening).await {
            Ok(Ok(wire)) => wire,
            Ok(Err(error)) => return Err(Fault::Gone(format!("connection: {error}"))),
            Err(_) => return Err(Fault::Gone("connection: no answer".to_owned())),
        };
        let mut talk = Talk { wire: BufReader::new(wire), wait };
        talk.reply("greeting").await?;
        talk.say("LHLO", &format!("LHLO {}", self.server.helo)).await?;
        Ok(talk)
    }
}

struct Talk {
    wire: BufReader<Box<dyn Wire>>,
    wait: Duration,
}

impl Talk {
    async fn say(&mut self, phase: &str, line: &str) -> Result<String, Fault> {
        self.write(phase, format!("{line}\r\n").as_bytes()).await?;
        self.reply(phase).await
    }

    async fn message(&mut self, message: &[u8]) -> Result<String, Fault> {
        let mut bytes = Vec::with_capacity(message.len() + 64);
        for line in message.split_inclusive(|byte| *byte == b'\n') {
            if line.starts_with(b".") {
                bytes.push(b'.');
            }
            bytes.extend_from_slice(line);
        }
        if !bytes.ends_with(b"\r\n") {
            bytes.extend_from_slice(b"\r\n");
        }
        bytes.extend_from_slice(b".\r\n");
        self.write("message", &bytes).await?;
        self.reply("message").await
    }

    async fn write(&mut self, phase: &str, bytes: &[u8]) -> Result<(), Fault> {
        let writing = async {
            self.wire.write_all(bytes).await?;
            self.wire.flush().await
        };
        match timeout(self.wait, writing).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(Fault::Gone(format!("{phase}: {error}"))),
            Err(_) => Err(Fault::Gone(format!("{phase}: nothing can be sent"))),
        }
    }

    /// The reply with all its lines.
    async fn reply(&mut self, phase: &str) -> Result<String, Fault> {
        let gone = |why: &str| Fault::Gone(format!("{phase}: {why}"));
        let mut text = String::new();
        let reading = async {
            let mut wire = (&mut self.wire).take(LONGEST_REPLY);
            loop {
                let mut line = Vec::new();
                if wire.read_until(b'\n', &mut line).await? == 0 {
                    return Ok(None);
                }
                let line = String::from_utf8_lossy(&line).trim_end().to_owned();
                text.push_str(if text.is_empty() { "" } else { " " });
                text.push_str(&line);
                // "250-" goes on, "250 " ends.
                if line.as_bytes().get(3) != Some(&b'-') {
                    return Ok::<_, std::io::Error>(
                        line.get(..3).and_then(|code| code.parse().ok()),
                    );
                }
            }
        };
        let code: u16 = match timeout(self.wait, reading).await {
            Ok(Ok(Some(code))) => code,
            Ok(Ok(None)) => return Err(gone("the connection was closed")),
            Ok(Err(error)) => return Err(gone(&error.to_string())),
            Err(_) => return Err(gone(&format!("no answer within {} s", self.wait.as_secs()))),
        };
        let text = clean::shorten(&clean::line(&text), 300);
        match code {
            200..400 => Ok(text),
            _ => Err(Fault::Said(Reply { code, text: format!("{phase}: {text}") })),
        }
    }
}
