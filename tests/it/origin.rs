//! A scriptable HTTP/1.1 origin on loopback, at the level of bytes: it can cut a body short, drip, hang and lie, and it
//! keeps every request as it came.
//!
//! ```ignore
//! let origin = Origin::start();
//! origin.script("/feed", vec![Reply::ok(FEED).header("ETag", "\"a\""), Reply::status(304)]);
//! // … fetch origin.url("/feed") twice …
//! assert_eq!(origin.requests()[1].header("if-none-match"), Some("\"a\""));
//! ```
//! Each path plays its replies in order and repeats the last one; an unknown path is a 404.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use jiff::Timestamp;
use pledgewatch::time::{Clock, ManualClock};

/// A request as it arrived.
#[derive(Debug, Clone)]
pub struct Seen {
    pub method: String,
    /// Path with query.
    pub path: String,
    /// Names in lower case, values byte for byte, in order.
    pub headers: Vec<(String, Vec<u8>)>,
    /// When it arrived, on the clock in the hand of the test.
    pub at: Option<Timestamp>,
    /// Status of the answer.
    pub status: u16,
    /// Headers of the answer.
    pub sent: Vec<(String, Vec<u8>)>,
}

impl Seen {
    /// The bytes of a header.
    pub fn bytes(&self, name: &str) -> Option<&[u8]> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_slice())
    }

    /// The bytes of a header of the answer.
    pub fn sent(&self, name: &str) -> Option<&[u8]> {
        let mut found = self.sent.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name));
        found.next().map(|(_, value)| value.as_slice())
    }

    /// The text of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.bytes(name).map(|value| std::str::from_utf8(value).unwrap())
    }
}

/// How the body goes out.
#[derive(Debug, Clone)]
enum Flow {
    /// At once.
    Whole,
    /// The head announces more than is sent.
    Cut,
    /// So many bytes, then a pause, and so on.
    Drip(usize, Duration),
    /// The body again and again, chunked, until the client hangs up.
    Endless,
    /// The body in chunks of a few bytes, without a length.
    Chunked,
    /// Nothing at all until the client hangs up.
    Hang,
}

/// One scripted answer.
#[derive(Debug, Clone)]
pub struct Reply {
    status: u16,
    headers: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
    flow: Flow,
}

impl Reply {
    pub fn status(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Vec::new(), flow: Flow::Whole }
    }

    pub fn ok(body: impl Into<Vec<u8>>) -> Self {
        Self { body: body.into(), ..Self::status(200) }
    }

    pub fn redirect(status: u16, location: &str) -> Self {
        Self::status(status).header("Location", location)
    }

    /// Adds a header; the value may be any bytes.
    pub fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.headers.push((name.to_owned(), value.as_ref().to_vec()));
        self
    }

    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// Announces the body and one kilobyte more, then closes.
    pub fn cut(mut self) -> Self {
        self.flow = Flow::Cut;
        self
    }

    pub fn drip(mut self, bytes: usize, pause: Duration) -> Self {
        self.flow = Flow::Drip(bytes, pause);
        self
    }

    pub fn endless(mut self) -> Self {
        self.flow = Flow::Endless;
        self
    }

    pub fn chunked(mut self) -> Self {
        self.flow = Flow::Chunked;
        self
    }

    pub fn hang() -> Self {
        Self { flow: Flow::Hang, ..Self::status(200) }
    }

    fn head(&self) -> Vec<u8> {
        let mut head =
            format!("HTTP/1.1 {} Scripted\r\nConnection: close\r\n", self.status).into_bytes();
        for (name, value) in &self.headers {
            head.extend_from_slice(name.as_bytes());
            head.extend_from_slice(b": ");
            head.extend_from_slice(value);
            head.extend_from_slice(b"\r\n");
        }
        match self.flow {
            Flow::Endless | Flow::Chunked => {
                head.extend_from_slice(b"Transfer-Encoding: chunked\r\n");
            }
            _ if self.status == 304 => {}
            _ => {
                let more = if matches!(self.flow, Flow::Cut) { 1_024 } else { 0 };
                head.extend_from_slice(
                    format!("Content-Length: {}\r\n", self.body.len() + more).as_bytes(),
                );
            }
        }
        head.extend_from_slice(b"\r\n");
        head
    }

    /// `nearly_done` is called before the last byte can be read, so that a client that asks again at once is never
    /// counted twice.
    fn send(&self, stream: &mut TcpStream, nearly_done: impl FnOnce()) -> std::io::Result<()> {
        if let Flow::Hang = self.flow {
            let ended = wait_for_hangup(stream);
            nearly_done();
            return ended;
        }
        if let Flow::Drip(bytes, pause) = self.flow {
            stream.write_all(&self.head())?;
            let last = self.body.len().saturating_sub(1) / bytes * bytes;
            let (first, last) = self.body.split_at(last);
            for part in first.chunks(bytes) {
                stream.write_all(part)?;
                thread::sleep(pause);
            }
            nearly_done();
            return stream.write_all(last);
        }
        nearly_done();
        stream.write_all(&self.head())?;
        match self.flow {
            Flow::Whole | Flow::Cut | Flow::Drip(..) => stream.write_all(&self.body),
            Flow::Chunked => {
                for part in self.body.chunks(7) {
                    stream.write_all(format!("{:x}\r\n", part.len()).as_bytes())?;
                    stream.write_all(part)?;
                    stream.write_all(b"\r\n")?;
                }
                stream.write_all(b"0\r\n\r\n")
            }
            Flow::Endless => loop {
                stream.write_all(format!("{:x}\r\n", self.body.len()).as_bytes())?;
                stream.write_all(&self.body)?;
                stream.write_all(b"\r\n")?;
            },
            Flow::Hang => Ok(()),
        }
    }
}

fn wait_for_hangup(stream: &mut TcpStream) -> std::io::Result<()> {
    let mut byte = [0];
    while std::io::Read::read(stream, &mut byte)? > 0 {}
    Ok(())
}

/// What a path answers.
enum Script {
    List(Vec<Reply>),
    Rule(Box<dyn FnMut(&Seen) -> Reply + Send>),
}

#[derive(Default)]
struct State {
    scripts: Mutex<HashMap<String, Script>>,
    clock: Option<Arc<ManualClock>>,
    seen: Mutex<Vec<Seen>>,
    busy: AtomicUsize,
    most_busy: AtomicUsize,
    closed: AtomicBool,
}

/// The server; it stops when dropped.
pub struct Origin {
    address: SocketAddr,
    state: Arc<State>,
}

impl Origin {
    /// Starts on a free port of 127.0.0.1.
    pub fn start() -> Self {
        Self::with(State::default())
    }

    /// The same with a clock that tells when each request came.
    pub fn timed(clock: Arc<ManualClock>) -> Self {
        Self::with(State { clock: Some(clock), ..State::default() })
    }

    /// The same where one has been before.
    pub fn again(address: &str, clock: Arc<ManualClock>) -> Self {
        Self::at(address, State { clock: Some(clock), ..State::default() })
    }

    fn with(state: State) -> Self {
        Self::at("127.0.0.1:0", state)
    }

    fn at(address: &str, state: State) -> Self {
        let listener = TcpListener::bind(address).unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(state);
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for stream in listener.incoming() {
                if shared.closed.load(Ordering::SeqCst) {
                    break;
                }
                let Ok(stream) = stream else { continue };
                let state = Arc::clone(&shared);
                thread::spawn(move || serve(stream, &state));
            }
        });
        Self { address, state }
    }

    /// `http://127.0.0.1:port` with a path.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// Sets what a path (with query) answers from now on.
    pub fn script(&self, path: &str, replies: Vec<Reply>) {
        self.state.scripts.lock().unwrap().insert(path.to_owned(), Script::List(replies));
    }

    /// Lets a rule say what a path answers from now on.
    pub fn answer(&self, path: &str, rule: impl FnMut(&Seen) -> Reply + Send + 'static) {
        let rule = Script::Rule(Box::new(rule));
        self.state.scripts.lock().unwrap().insert(path.to_owned(), rule);
    }

    /// All requests so far, in order of arrival.
    pub fn requests(&self) -> Vec<Seen> {
        self.state.seen.lock().unwrap().clone()
    }

    /// The largest number of requests that were being answered at one time.
    pub fn most_at_once(&self) -> usize {
        self.state.most_busy.load(Ordering::SeqCst)
    }
}

impl Drop for Origin {
    fn drop(&mut self) {
        self.state.closed.store(true, Ordering::SeqCst);
        // Wakes the accept loop, which then ends.
        let _ = TcpStream::connect(self.address);
    }
}

fn serve(mut stream: TcpStream, state: &State) {
    let Some(mut seen) = read_request(&stream) else {
        // Not HTTP (a TLS greeting, say). Closing with bytes unread would reset the connection before the answer is
        // read, so the rest is read first, until the client has had enough.
        let _ = stream.write_all(b"HTTP/1.1 400 Not HTTP\r\nContent-Length: 0\r\n\r\n");
        let _ = wait_for_hangup(&mut stream);
        return;
    };
    let busy = state.busy.fetch_add(1, Ordering::SeqCst) + 1;
    state.most_busy.fetch_max(busy, Ordering::SeqCst);
    let reply = {
        let mut scripts = state.scripts.lock().unwrap();
        match scripts.get_mut(&seen.path) {
            Some(Script::List(replies)) if replies.len() > 1 => replies.remove(0),
            Some(Script::List(replies)) => replies.first().cloned().unwrap_or(Reply::status(404)),
            Some(Script::Rule(rule)) => rule(&seen),
            None => Reply::status(404),
        }
    };
    seen.at = state.clock.as_ref().map(|clock| clock.now());
    (seen.status, seen.sent) = (reply.status, reply.headers.clone());
    state.seen.lock().unwrap().push(seen);
    // A client that hangs up early is part of many scripts.
    let _ = reply.send(&mut stream, || {
        state.busy.fetch_sub(1, Ordering::SeqCst);
    });
    let _ = stream.shutdown(Shutdown::Both);
}

fn read_request(stream: &TcpStream) -> Option<Seen> {
    let mut reader = BufReader::new(stream);
    let mut line = Vec::new();
    reader.read_until(b'\n', &mut line).ok()?;
    let first = String::from_utf8(line).ok()?;
    let mut parts = first.split_whitespace();
    let (method, path) = (parts.next()?.to_owned(), parts.next()?.to_owned());
    let mut headers = Vec::new();
    loop {
        let mut line = Vec::new();
        reader.read_until(b'\n', &mut line).ok()?;
        while line.last().is_some_and(|byte| matches!(byte, b'\r' | b'\n')) {
            line.pop();
        }
        if line.is_empty() {
            break;
        }
        let colon = line.iter().position(|byte| *byte == b':')?;
        let name = String::from_utf8_lossy(&line[..colon]).to_lowercase();
        let value = line[colon + 1..].trim_ascii().to_vec();
        headers.push((name, value));
    }
    Some(Seen { method, path, headers, at: None, status: 0, sent: Vec::new() })
}
