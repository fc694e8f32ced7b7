//! Alerts as an Atom feed in a file (RFC 4287), for a web server to show: the newest first, each once, the file always
//! whole.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use quick_xml::escape::escape;

use super::directory::whole;
use super::transport::Outcome;

/// Entries kept.
const KEPT: usize = 100;

/// A feed file.
#[derive(Debug)]
pub struct Feed {
    file: PathBuf,
    id: String,
    title: String,
}

impl Feed {
    /// `id` makes the feed's own id, which must never change.
    pub(super) fn new(file: PathBuf, id: &str, title: &str) -> Self {
        Self { file, id: format!("urn:pledgewatch:{id}"), title: title.to_owned() }
    }

    pub(super) async fn add(&self, entry: &[u8]) -> Outcome {
        let (file, id, title) = (self.file.clone(), self.id.clone(), self.title.clone());
        let entry = String::from_utf8_lossy(entry).into_owned();
        let added = tokio::task::spawn_blocking(move || add(&file, &id, &title, &entry)).await;
        let down = |error: String| Outcome::TransportDown {
            error: format!("feed file {}: {error}", self.file.display()),
            needs_operator: false,
        };
        match added {
            Ok(Ok(())) => Outcome::Accepted(self.file.display().to_string()),
            Ok(Err(error)) => down(error.to_string()),
            Err(error) => down(error.to_string()),
        }
    }
}

fn add(file: &Path, id: &str, title: &str, entry: &str) -> std::io::Result<()> {
    let there = match std::fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(error),
    };
    let name = own_id(entry);
    let mut entries = vec![entry];
    entries.extend(entries_of(&there).filter(|other| own_id(other) != name));
    entries.truncate(KEPT);
    let updated = entries.first().and_then(|entry| between(entry, "<updated>", "</updated>"));
    let updated = updated.map_or_else(|| Timestamp::UNIX_EPOCH.to_string(), str::to_owned);
    let text = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n<id>{}</id>\n<title>{}</title>\n<updated>{updated}</updated>\n<author><name>pledgewatch</name></author>\n{}\n</feed>\n",
        escape(id),
        escape(title),
        entries.join("\n"),
    );
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)?;
    }
    whole(file, text.as_bytes())
}

/// The entries of a file of ours: what they say is escaped, so that nothing in it looks like an element.
fn entries_of(feed: &str) -> impl Iterator<Item = &str> {
    const END: &str = "</entry>";
    feed.match_indices("<entry>").filter_map(|(start, _)| {
        let length = feed[start..].find(END)? + END.len();
        Some(&feed[start..start + length])
    })
}

fn own_id(entry: &str) -> Option<&str> {
    between(entry, "<id>", "</id>")
}

fn between<'a>(text: &'a str, open: &str, close: &str) -> Option<&'a str> {
    text.split_once(open)?.1.split_once(close).map(|(inner, _)| inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(id: u32) -> String {
        format!(
            "<entry><id>mid:{id}</id><title>t</title><updated>2026-01-05T12:00:00Z</updated></entry>"
        )
    }

    #[test]
    fn the_newest_stands_first_each_stands_once_and_the_oldest_go() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("alerts.atom");
        for id in (0..103).chain([50]) {
            add(&file, "urn:x", "Alerts & more", &entry(id)).unwrap();
        }
        let text = std::fs::read_to_string(&file).unwrap();
        let ids: Vec<&str> = entries_of(&text).filter_map(own_id).collect();
        assert_eq!((ids.len(), ids[0], ids[1], ids[99]), (100, "mid:50", "mid:102", "mid:3"));
        assert!(text.contains("<title>Alerts &amp; more</title>"));
    }
}
