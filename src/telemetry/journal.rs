//! The journal's own protocol (systemd.io/JOURNAL_NATIVE_PROTOCOL): one datagram per event, so that every field can be
//! asked for: `journalctl PLEDGEWATCH_SOURCE_ID=vietnamplus -p warning`.
//!
//! Field names of ours get `PLEDGEWATCH_` before them, and `event` becomes the `MESSAGE_ID` of the catalog. The crate
//! `tracing-journald` can do either for all fields or for none, hence this file.

use std::fmt::{self, Write as _};
use std::io::Write as _;
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};

use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

use super::event;

/// Where the journal listens.
pub const SOCKET: &str = "/run/systemd/journal/socket";
/// Longest value sent. A datagram has room for some 200 kB; nothing of ours needs more than a few.
const MAX_VALUE: usize = 32 << 10;

/// Sends events to the journal.
pub struct Journal {
    ours: UnixDatagram,
    journal: PathBuf,
}

impl Journal {
    /// A way to the journal that listens at `socket`.
    ///
    /// # Errors
    /// There is no such socket.
    pub fn at(socket: &Path) -> std::io::Result<Self> {
        std::fs::metadata(socket)?;
        Ok(Self { ours: UnixDatagram::unbound()?, journal: socket.to_owned() })
    }

    /// The journal, if it is what reads our standard error: `$JOURNAL_STREAM` names the device and inode of the stream
    /// that the service manager opened, which is another one when standard error was redirected since.
    pub fn of_standard_error(stream: Option<&str>) -> Option<Self> {
        let (device, inode) = stream?.split_once(':')?;
        let about = rustix::fs::fstat(std::io::stderr()).ok()?;
        let same = device.parse() == Ok(about.st_dev) && inode.parse() == Ok(about.st_ino);
        if same { Self::at(Path::new(SOCKET)).ok() } else { None }
    }
}

impl<S: Subscriber> Layer<S> for Journal {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let about = event.metadata();
        let mut record = Record::default();
        record.put("PRIORITY", priority(*about.level()));
        record.put("SYSLOG_IDENTIFIER", "pledgewatch");
        record.put("PLEDGEWATCH_MODULE", about.target());
        event.record(&mut record);
        let sentence = format!("{}{}", record.message, record.shown);
        record.put("MESSAGE", &sentence);
        if let Err(error) = self.ours.send_to(&record.bytes, &self.journal) {
            // It may be starting again; the old way is open all the same.
            let _ = writeln!(std::io::stderr(), "{sentence} (journal: {error})");
        }
    }
}

/// Levels as syslog(3) counts them.
fn priority(level: Level) -> &'static str {
    match level {
        Level::ERROR => "3",
        Level::WARN => "4",
        Level::INFO => "6",
        _ => "7",
    }
}

/// Longest value that is shown behind the sentence too.
const MAX_SHOWN: usize = 300;

/// One entry.
#[derive(Default)]
struct Record {
    /// Its fields in the form of the protocol.
    bytes: Vec<u8>,
    /// Its sentence.
    message: String,
    /// What is shown behind it, so that `journalctl` without options is worth reading.
    shown: String,
}

impl Record {
    fn put(&mut self, name: &str, value: &str) {
        let mut end = value.len().min(MAX_VALUE);
        while !value.is_char_boundary(end) {
            end -= 1;
        }
        let value = &value[..end];
        self.bytes.extend_from_slice(name.as_bytes());
        if value.contains('\n') {
            self.bytes.push(b'\n');
            self.bytes.extend_from_slice(&(value.len() as u64).to_le_bytes());
        } else {
            self.bytes.push(b'=');
        }
        self.bytes.extend_from_slice(value.as_bytes());
        self.bytes.push(b'\n');
    }

    fn put_field(&mut self, field: &Field, value: &str) {
        match field.name() {
            "message" => value.clone_into(&mut self.message),
            "event" => {
                if let Some(id) = event::id(value) {
                    self.put("MESSAGE_ID", id);
                }
                self.put("PLEDGEWATCH_EVENT", value);
            }
            name => {
                if value.len() <= MAX_SHOWN && !value.contains('\n') {
                    // Writing to a String cannot fail.
                    let _ = write!(self.shown, " {name}={value}");
                }
                self.put(&name_of(name), value);
            }
        }
    }
}

impl Visit for Record {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.put_field(field, value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let mut text = String::new();
        // Writing to a String cannot fail.
        let _ = write!(text, "{value:?}");
        self.put_field(field, &text);
    }
}

/// `source.id` is `PLEDGEWATCH_SOURCE_ID`.
fn name_of(field: &str) -> String {
    let mut name = String::from("PLEDGEWATCH_");
    name.extend(
        field.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' }),
    );
    // The journal drops longer names.
    name.truncate(64);
    name
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::time::Duration;

    use tracing_subscriber::layer::SubscriberExt as _;

    use super::*;

    /// Reads a datagram as the journal does.
    fn fields(mut bytes: &[u8]) -> BTreeMap<String, String> {
        let mut fields = BTreeMap::new();
        while let Some(at) = bytes.iter().position(|b| *b == b'=' || *b == b'\n') {
            let name = String::from_utf8(bytes[..at].to_vec()).unwrap();
            let (value, rest) = if bytes[at] == b'=' {
                let end = at + bytes[at..].iter().position(|b| *b == b'\n').unwrap();
                (&bytes[at + 1..end], &bytes[end + 1..])
            } else {
                let length = u64::from_le_bytes(bytes[at + 1..at + 9].try_into().unwrap());
                let end = at + 9 + length as usize;
                assert_eq!(bytes[end], b'\n');
                (&bytes[at + 9..end], &bytes[end + 1..])
            };
            fields.insert(name, String::from_utf8(value.to_vec()).unwrap());
            bytes = rest;
        }
        fields
    }

    fn heard(say: impl FnOnce()) -> BTreeMap<String, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("socket");
        let socket = UnixDatagram::bind(&path).unwrap();
        socket.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        let subscriber = tracing_subscriber::registry().with(Journal::at(&path).unwrap());
        tracing::subscriber::with_default(subscriber, say);
        let mut bytes = vec![0; 100_000];
        let length = socket.recv(&mut bytes).unwrap();
        fields(&bytes[..length])
    }

    #[test]
    fn an_event_reaches_the_journal_with_its_id_and_its_fields() {
        let said = heard(|| {
            tracing::warn!(
                event = event::SOURCE_FAILING,
                source.id = "tin",
                entries.new = 3,
                to = %"failing",
                "the source turned bad"
            );
        });
        let is = |name: &str, value: &str| assert_eq!(said.get(name).unwrap(), value, "{name}");
        is("MESSAGE", "the source turned bad source.id=tin entries.new=3 to=failing");
        is("MESSAGE_ID", event::id(event::SOURCE_FAILING).unwrap());
        is("PRIORITY", "4");
        is("SYSLOG_IDENTIFIER", "pledgewatch");
        is("PLEDGEWATCH_EVENT", "source.failing");
        is("PLEDGEWATCH_SOURCE_ID", "tin");
        is("PLEDGEWATCH_ENTRIES_NEW", "3");
        is("PLEDGEWATCH_TO", "failing");
    }

    #[test]
    fn what_the_web_says_cannot_make_up_fields_or_break_the_journal() {
        let hostile = "a\nMESSAGE_ID=0\nPRIORITY=0";
        let said = heard(|| tracing::error!(reason = hostile, "no"));
        assert_eq!(said["PLEDGEWATCH_REASON"], hostile);
        assert_eq!((&*said["PRIORITY"], &*said["MESSAGE"]), ("3", "no"));
        assert!(!said.contains_key("MESSAGE_ID"));
        let long = "đ".repeat(60_000);
        let said = heard(|| tracing::error!(reason = long, "no"));
        assert_eq!(said["PLEDGEWATCH_REASON"], "đ".repeat(MAX_VALUE / 2));
    }

    #[test]
    fn another_stream_than_the_journals_is_left_as_it_is() {
        assert!(Journal::of_standard_error(None).is_none());
        for stream in ["", "8", "8:x", "0:0"] {
            assert!(Journal::of_standard_error(Some(stream)).is_none(), "{stream}");
        }
    }
}
