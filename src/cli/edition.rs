//! A message on the screen or in a file: its text, its HTML, or the whole of it as it would be sent.

use std::fs;
use std::path::Path;

use super::args::EditionArguments;
use super::failure::{Exit, Failure, Outcome};
use super::report::print;
use crate::notify::message::Message;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Edition {
    Text,
    Html,
    Eml,
}

/// Shows a message; `bytes` makes the whole of it.
pub(super) fn show(
    message: &Message,
    bytes: impl FnOnce() -> Result<Vec<u8>, Failure>,
    arguments: &EditionArguments,
) -> Outcome {
    let edition = match &arguments.out {
        Some(path) => of_file(path)?,
        None if arguments.eml => Edition::Eml,
        None if arguments.html => Edition::Html,
        None => Edition::Text,
    };
    let content = match edition {
        Edition::Text => format!("Subject: {}\n\n{}", message.subject, message.text).into_bytes(),
        Edition::Html => message.html.clone().into_bytes(),
        Edition::Eml => bytes()?,
    };
    match &arguments.out {
        None => print(&String::from_utf8_lossy(&content)),
        Some(path) => {
            fs::write(path, content).map_err(|error| {
                Failure::new(Exit::Io, format!("cannot write {}: {error}", path.display()))
            })?;
            print(&format!("wrote {}\n", path.display()))
        }
    }
}

/// Which edition a file's ending asks for.
fn of_file(path: &Path) -> Result<Edition, Failure> {
    match path.extension().and_then(|ending| ending.to_str()) {
        Some("txt") => Ok(Edition::Text),
        Some("html" | "htm") => Ok(Edition::Html),
        Some("eml") => Ok(Edition::Eml),
        _ => Err(Failure::new(
            Exit::Usage,
            format!("{}: the ending must be .txt, .html or .eml", path.display()),
        )),
    }
}
