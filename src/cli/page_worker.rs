//! The hidden command `page-worker`: reads a decoded page from standard input and writes what the other extractors find
//! in it, as a JSON list of texts. They may die on a page; so this is a process that may die, with limits of its own.

use std::io::{self, Read, Write as _};

use rustix::process::{Resource, Rlimit, setrlimit};

use super::failure::{Exit, Failure, Outcome};
use crate::article;

/// Longest page taken, in bytes; ours reads no longer one either.
const MAX_BYTES: u64 = 16 << 20;
/// Memory: real pages take 40 MB.
const MEMORY: u64 = 1 << 30;
/// Seconds of a processor: real pages take 0.2.
const SECONDS: u64 = 10;
/// Stack: the extractors recurse, and pages may nest 512 deep.
const STACK: usize = 32 << 20;

/// Runs until the answer is written or a limit ends it.
pub(super) fn run() -> Outcome {
    for (resource, limit) in [(Resource::As, MEMORY), (Resource::Cpu, SECONDS), (Resource::Core, 0)]
    {
        let limit = Rlimit { current: Some(limit), maximum: Some(limit) };
        setrlimit(resource, limit)
            .map_err(|error| Failure::new(Exit::Io, format!("cannot set a limit: {error}")))?;
    }
    let mut html = String::new();
    io::stdin()
        .lock()
        .take(MAX_BYTES)
        .read_to_string(&mut html)
        .map_err(|error| Failure::new(Exit::NoInput, format!("cannot read the page: {error}")))?;
    let worker = std::thread::Builder::new()
        .stack_size(STACK)
        .spawn(move || article::voices(&html))
        .map_err(|error| Failure::new(Exit::Io, format!("cannot start a thread: {error}")))?;
    let voices = worker.join().unwrap_or_default();
    let answer = serde_json::to_string(&voices)
        .map_err(|error| Failure::new(Exit::Io, format!("cannot write the answer: {error}")))?;
    io::stdout()
        .write_all(answer.as_bytes())
        .map_err(|error| Failure::new(Exit::Io, format!("cannot write the answer: {error}")))?;
    Ok(Exit::Done)
}
