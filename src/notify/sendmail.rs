//! Through the program with which every Unix mail server takes mail from its own machine: message on standard input,
//! exit codes of sysexits(3). Taken means: it is in that server's queue, which does the rest.

use std::path::PathBuf;
use std::process::Stdio;

use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;
use tokio::time::timeout;

use super::clean;
use super::transport::{Outcome, ServerSettings};

/// The program.
#[derive(Debug)]
pub struct Sendmail {
    program: PathBuf,
    server: ServerSettings,
}

impl Sendmail {
    pub(super) fn new(program: PathBuf, server: ServerSettings) -> Self {
        Self { program, server }
    }

    pub(super) async fn send(&self, from: &str, to: &str, message: &[u8]) -> Outcome {
        let down = |error: String, needs_operator: bool| Outcome::TransportDown {
            error: format!("{}: {error}", self.program.display()),
            needs_operator,
        };
        // `-i`: a line with a lone dot does not end the message. `--`: no address is ever an option.
        let started = Command::new(&self.program)
            .args(["-i", "-f", from, "--", to])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn();
        let mut child = match started {
            Ok(child) => child,
            Err(error) => return down(error.to_string(), true),
        };
        let Some(mut input) = child.stdin.take() else {
            return down("it takes no input".to_owned(), true);
        };
        let message = unix_lines(message);
        let handing = async {
            // A program that ends early says why with its exit code.
            let _ = input.write_all(&message).await;
            drop(input);
            child.wait_with_output().await
        };
        let ended = match timeout(self.server.final_timeout, handing).await {
            Ok(Ok(ended)) => ended,
            Ok(Err(error)) => return Outcome::Unknown(error.to_string()),
            Err(_) => return Outcome::Unknown("it did not end in time".to_owned()),
        };
        let said = clean::shorten(&clean::line(&String::from_utf8_lossy(&ended.stderr)), 300);
        let said = if said.is_empty() { format!("exit {}", ended.status) } else { said };
        match ended.status.code() {
            Some(0) => Outcome::Accepted(format!("taken by {}", self.program.display())),
            // EX_TEMPFAIL
            Some(75) => Outcome::Deferred(said),
            // EX_NOUSER, EX_NOHOST
            Some(67 | 68) => Outcome::BadAddress(said),
            // EX_DATAERR, EX_NOPERM
            Some(65 | 77) => Outcome::Rejected(said),
            // EX_UNAVAILABLE, EX_OSERR, EX_IOERR ...
            Some(69..=74) => down(said, false),
            Some(_) => down(said, true),
            None => Outcome::Unknown(said),
        }
    }
}

/// Programs of a Unix machine expect its line ends, and some keep a carriage return as text.
fn unix_lines(message: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(message.len());
    for line in message.split_inclusive(|byte| *byte == b'\n') {
        match line.strip_suffix(b"\r\n") {
            Some(text) => {
                out.extend_from_slice(text);
                out.push(b'\n');
            }
            None => out.extend_from_slice(line),
        }
    }
    out
}
