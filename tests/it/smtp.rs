//! A scriptable SMTP server on loopback: it keeps every command and every message, and answers each phase as it
//! is told, hangs, or hangs up.
//!
//! ```ignore
//! let server = Smtp::start();
//! server.on(Phase::Rcpt, Some("gone@"), Answer::say("550 5.1.1 no such user"));
//! // … send to 127.0.0.1, server.port() …
//! assert_eq!(server.messages().len(), 1);
//! ```
//! Rules are tried in the order they were given; a rule made with [`Smtp::once`] is used up. Without a rule every
//! phase says yes.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;
use std::time::Duration;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// Authority that has signed the server's certificate for `localhost`; both are good until the year 2126.
pub const AUTHORITY: &str = include_str!("../smtp/authority.pem");
const CERTIFICATE: &str = include_str!("../smtp/localhost.pem");
const KEY: &str = include_str!("../smtp/localhost.key");

/// Where a conversation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// The greeting, before the client has said anything.
    Banner,
    Ehlo,
    Starttls,
    Auth,
    Mail,
    Rcpt,
    Data,
    /// The first line of the message has come; an answer is never given here.
    Body,
    /// The answer to the message, after the final dot.
    Dot,
    Quit,
}

/// What the server does.
#[derive(Debug, Clone)]
pub enum Answer {
    /// Says this line.
    Say(String),
    /// Closes the connection without a word.
    Drop,
    /// Says nothing until the client closes.
    Hang,
    /// Kills the client (SIGKILL), before or right after the usual answer has left.
    Kill { process: u32, answered: bool },
}

impl Answer {
    pub fn say(line: &str) -> Self {
        Self::Say(line.to_owned())
    }
}

/// A message as it was received.
#[derive(Debug, Clone)]
pub struct Received {
    pub from: String,
    pub to: String,
    /// Without the dots that transport adds (RFC 5321 4.5.2).
    pub bytes: Vec<u8>,
    /// Whether the server said that it took it.
    pub accepted: bool,
    /// Whether it came over an encrypted connection.
    pub encrypted: bool,
}

#[derive(Debug)]
struct Rule {
    phase: Phase,
    matching: Option<String>,
    answer: Answer,
    once: bool,
}

#[derive(Debug, Default)]
struct State {
    rules: Vec<Rule>,
    commands: Vec<String>,
    messages: Vec<Received>,
    connections: usize,
    offer_starttls: bool,
    implicit_tls: bool,
    size: Option<usize>,
    other_letters: bool,
}

/// The server; it stops answering when dropped.
#[derive(Debug)]
pub struct Smtp {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
}

impl Smtp {
    /// In clear text, without STARTTLS.
    pub fn start() -> Self {
        Self::with(State::default())
    }

    /// In clear text, offering STARTTLS.
    pub fn starttls() -> Self {
        Self::with(State { offer_starttls: true, ..State::default() })
    }

    /// Encrypted from the first byte.
    pub fn tls() -> Self {
        Self::with(State { implicit_tls: true, ..State::default() })
    }

    fn with(state: State) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(Mutex::new(state));
        let shared = Arc::downgrade(&state);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let Some(state) = shared.upgrade() else { break };
                thread::spawn(move || serve(stream, &state));
            }
        });
        Self { address, state }
    }

    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// From now on answers a phase so; where `matching` is given, only commands that contain it.
    pub fn on(&self, phase: Phase, matching: Option<&str>, answer: Answer) -> &Self {
        self.rule(phase, matching, answer, false)
    }

    /// Answers a phase so the next time only.
    pub fn once(&self, phase: Phase, matching: Option<&str>, answer: Answer) -> &Self {
        self.rule(phase, matching, answer, true)
    }

    fn rule(&self, phase: Phase, matching: Option<&str>, answer: Answer, once: bool) -> &Self {
        let matching = matching.map(str::to_owned);
        self.locked().rules.push(Rule { phase, matching, answer, once });
        self
    }

    /// From now on announces the largest message that it takes.
    pub fn announce_size(&self, size: usize) -> &Self {
        self.locked().size = Some(size);
        self
    }

    /// From now on takes addresses in all letters (RFC 6531).
    pub fn take_other_letters(&self) -> &Self {
        self.locked().other_letters = true;
        self
    }

    /// Forgets all rules.
    pub fn behave(&self) {
        self.locked().rules.clear();
    }

    /// Every command line, without its line end, in order over all connections.
    pub fn commands(&self) -> Vec<String> {
        self.locked().commands.clone()
    }

    /// Every message that came with its final dot, accepted or not.
    pub fn messages(&self) -> Vec<Received> {
        self.locked().messages.clone()
    }

    pub fn connections(&self) -> usize {
        self.locked().connections
    }

    fn locked(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }
}

/// Either side of TLS.
trait Wire: Read + Write {}
impl<T: Read + Write> Wire for T {}

fn encrypted(stream: TcpStream) -> Box<dyn Wire> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![CertificateDer::from_pem_slice(CERTIFICATE.as_bytes()).unwrap()],
            PrivateKeyDer::from_pem_slice(KEY.as_bytes()).unwrap(),
        )
        .unwrap();
    let connection = rustls::ServerConnection::new(Arc::new(config)).unwrap();
    Box::new(rustls::StreamOwned::new(connection, stream))
}

fn serve(stream: TcpStream, state: &Mutex<State>) {
    let _ = stream.set_read_timeout(Some(Duration::from_secs(20)));
    let (implicit, plain) = {
        let mut state = state.lock().unwrap();
        state.connections += 1;
        (state.implicit_tls, stream.try_clone().unwrap())
    };
    let wire: Box<dyn Wire> = if implicit { encrypted(stream) } else { Box::new(stream) };
    let mut talk = Talk { wire: BufReader::new(wire), plain, state, encrypted: implicit };
    // The client may go at any time; that ends the thread and nothing else.
    let _ = talk.run();
}

struct Talk<'a> {
    wire: BufReader<Box<dyn Wire>>,
    plain: TcpStream,
    state: &'a Mutex<State>,
    encrypted: bool,
}

/// The conversation is over.
struct Over;

impl From<std::io::Error> for Over {
    fn from(_: std::io::Error) -> Self {
        Self
    }
}

impl From<rustix::io::Errno> for Over {
    fn from(_: rustix::io::Errno) -> Self {
        Self
    }
}

impl Talk<'_> {
    fn run(&mut self) -> Result<(), Over> {
        self.answer(Phase::Banner, "", "220 test.example ESMTP")?;
        let (mut from, mut to) = (String::new(), String::new());
        loop {
            let line = self.line()?;
            self.state.lock().unwrap().commands.push(line.clone());
            let upper = line.to_uppercase();
            if upper.starts_with("EHLO") || upper.starts_with("LHLO") {
                let (offer, size, other_letters) = {
                    let state = self.state.lock().unwrap();
                    (state.offer_starttls && !self.encrypted, state.size, state.other_letters)
                };
                let mut more = if offer { "250-STARTTLS\r\n" } else { "" }.to_owned();
                if let Some(size) = size {
                    more.push_str(&format!("250-SIZE {size}\r\n"));
                }
                if other_letters {
                    more.push_str("250-SMTPUTF8\r\n");
                }
                self.answer(
                    Phase::Ehlo,
                    &line,
                    &format!("250-test.example\r\n{more}250-AUTH PLAIN LOGIN\r\n250 8BITMIME"),
                )?;
            } else if upper.starts_with("STARTTLS") {
                if self.answer(Phase::Starttls, &line, "220 go ahead")? {
                    self.wire = BufReader::new(encrypted(self.plain.try_clone()?));
                    self.encrypted = true;
                }
            } else if upper.starts_with("AUTH") {
                self.answer(Phase::Auth, &line, "235 2.7.0 welcome")?;
            } else if upper.starts_with("MAIL") {
                from = between(&line);
                self.answer(Phase::Mail, &line, "250 2.1.0 ok")?;
            } else if upper.starts_with("RCPT") {
                to = between(&line);
                self.answer(Phase::Rcpt, &line, "250 2.1.5 ok")?;
            } else if upper.starts_with("DATA") {
                if self.answer(Phase::Data, &line, "354 go on")? {
                    self.message(&from, &to)?;
                }
            } else if upper.starts_with("QUIT") {
                self.answer(Phase::Quit, &line, "221 bye")?;
                return Ok(());
            } else {
                self.say("250 ok")?;
            }
        }
    }

    fn message(&mut self, from: &str, to: &str) -> Result<(), Over> {
        let mut bytes = Vec::new();
        loop {
            let mut line = Vec::new();
            if self.wire.read_until(b'\n', &mut line)? == 0 {
                return Err(Over);
            }
            if line == b".\r\n" {
                break;
            }
            if bytes.is_empty() {
                self.answer(Phase::Body, to, "")?;
            }
            bytes.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
        }
        let number = {
            let mut state = self.state.lock().unwrap();
            state.messages.push(Received {
                from: from.to_owned(),
                to: to.to_owned(),
                bytes,
                accepted: false,
                encrypted: self.encrypted,
            });
            state.messages.len()
        };
        let accepted = self.answer(Phase::Dot, to, &format!("250 2.0.0 queued as T{number}"))?;
        self.state.lock().unwrap().messages[number - 1].accepted = accepted;
        Ok(())
    }

    /// Answers by the first rule that fits, else with `usual`. True when the answer was a yes.
    fn answer(&mut self, phase: Phase, command: &str, usual: &str) -> Result<bool, Over> {
        let rule = {
            let mut state = self.state.lock().unwrap();
            let fits = |rule: &Rule| {
                rule.phase == phase
                    && rule.matching.as_ref().is_none_or(|part| command.contains(part.as_str()))
            };
            match state.rules.iter().position(fits) {
                Some(at) if state.rules[at].once => Some(state.rules.remove(at).answer),
                Some(at) => Some(state.rules[at].answer.clone()),
                None => None,
            }
        };
        match rule.unwrap_or_else(|| Answer::say(usual)) {
            // Inside a message the server is silent.
            Answer::Say(line) if line.is_empty() => Ok(true),
            Answer::Say(line) => {
                self.say(&line)?;
                Ok(line.starts_with(['2', '3']))
            }
            Answer::Drop => Err(Over),
            Answer::Hang => {
                let _ = self.wire.read_to_end(&mut Vec::new());
                Err(Over)
            }
            Answer::Kill { process, answered } => {
                if answered {
                    self.say(usual)?;
                }
                let process = i32::try_from(process).ok().and_then(rustix::process::Pid::from_raw);
                rustix::process::kill_process(process.unwrap(), rustix::process::Signal::KILL)?;
                let _ = self.wire.read_to_end(&mut Vec::new());
                if answered { Ok(usual.starts_with(['2', '3'])) } else { Err(Over) }
            }
        }
    }

    fn say(&mut self, line: &str) -> Result<(), Over> {
        let wire = self.wire.get_mut();
        wire.write_all(format!("{line}\r\n").as_bytes())?;
        wire.flush()?;
        Ok(())
    }

    fn line(&mut self) -> Result<String, Over> {
        let mut line = String::new();
        if self.wire.read_line(&mut line)? == 0 {
            return Err(Over);
        }
        Ok(line.trim_end().to_owned())
    }
}

fn between(line: &str) -> String {
    line.split_once('<')
        .and_then(|(_, rest)| rest.split_once('>'))
        .map_or_else(String::new, |(address, _)| address.to_owned())
}
