//! Mail as files: one `.eml` a message and its HTML edition beside it, for machines without a mail server and
//! for the demonstration. A message is written once however often it is sent: its message id decides.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::fmt::rfc2822;

use super::clean;
use super::eml;
use super::transport::{Outcome, TransportError};

/// A folder that takes mail.
#[derive(Debug)]
pub struct Directory {
    folder: PathBuf,
}

impl Directory {
    pub(super) fn open(folder: PathBuf) -> Result<Self, TransportError> {
        std::fs::create_dir_all(&folder)
            .map_err(|source| TransportError::Folder { folder: folder.clone(), source })?;
        Ok(Self { folder })
    }

    /// Writes `<UTC stamp>-<event>-<subject>.eml` and `.html`, whole or not at all.
    pub(super) async fn write(&self, message: &[u8]) -> Outcome {
        let folder = self.folder.clone();
        let message = message.to_vec();
        let written = tokio::task::spawn_blocking(move || write(&folder, &message)).await;
        match written {
            Ok(Ok(path)) => Outcome::Accepted(path.display().to_string()),
            Ok(Err(error)) => down(&self.folder, &error.to_string()),
            Err(error) => down(&self.folder, &error.to_string()),
        }
    }
}

fn down(folder: &Path, error: &str) -> Outcome {
    Outcome::TransportDown {
        error: format!("mail folder {}: {error}", folder.display()),
        needs_operator: false,
    }
}

fn write(folder: &Path, message: &[u8]) -> std::io::Result<PathBuf> {
    let id = eml::header(message, "Message-ID").unwrap_or_default();
    let stem = stem(message);
    let mut number = 1;
    let path = loop {
        let name = if number == 1 { stem.clone() } else { format!("{stem}-{number}") };
        let path = folder.join(format!("{name}.eml"));
        match std::fs::read(&path) {
            // Another message of the same second with the same subject.
            Ok(there) if eml::header(&there, "Message-ID").unwrap_or_default() != id => number += 1,
            _ => break path,
        }
    };
    if let Some(html) = eml::html(message) {
        whole(&path.with_extension("html"), html.as_bytes())?;
    }
    whole(&path, message)?;
    Ok(path)
}

fn stem(message: &[u8]) -> String {
    let date = eml::header(message, "Date")
        .and_then(|date| rfc2822::DateTimeParser::new().parse_timestamp(&date).ok())
        .unwrap_or(Timestamp::UNIX_EPOCH);
    let event = eml::header(message, "X-Pledgewatch-Event").unwrap_or_default();
    let subject = eml::header(message, "Subject").unwrap_or_default();
    let stamp = date.strftime("%Y%m%dT%H%M%SZ");
    format!("{stamp}-{}-{}", clean::slug(&event), clean::slug(&subject))
}

/// A reader of the folder sees the old file, the new file, or none; never half a one.
pub(super) fn whole(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    use std::io::Write as _;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let part = path.with_file_name(format!(".{name}.part"));
    let mut file = std::fs::File::create(&part)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&part, path)
}
