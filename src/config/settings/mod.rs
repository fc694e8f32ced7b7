//! The validated configuration: what every section says, with its defaults.

use std::net::SocketAddr;
use std::path::PathBuf;

use jiff::SignedDuration;
use jiff::tz::TimeZone;

use crate::model::Source;
use crate::time::Schedule;

mod mail;
mod recipient;

pub use mail::{Dkim, Mail, MailMode};
pub use recipient::{
    Alerts, Channel, EmptyDigest, HookForm, MailSize, QuietHours, Recipient, Throttle, Wanted,
};

/// The whole configuration. [`Config::default`](Default) is the program without any file, but with no sources;
/// [`Config::embedded`](super::Config::embedded) has the shipped sources too.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Config {
    /// The file it was read from; `None` when built in.
    pub file: Option<PathBuf>,
    /// The sources file that it names; `None` when the sources are built in.
    pub sources_file: Option<PathBuf>,
    /// Where data is kept.
    pub store: Store,
    /// The topic folder; `None` for the built-in topic.
    pub topic_folder: Option<PathBuf>,
    /// How often sources are polled.
    pub schedule: Polling,
    /// How requests are made.
    pub fetch: Fetch,
    /// How articles are handled.
    pub article: ArticleRules,
    /// How alerts are made.
    pub alert: Alert,
    /// How mail is delivered.
    pub mail: Mail,
    /// Who gets mail.
    pub recipients: Vec<Recipient>,
    /// Where the daemon can be asked how it does.
    pub serve: Serve,
    /// How the daemon speaks of its work.
    pub log: Log,
    /// What is read, in the order of the file.
    pub sources: Vec<ConfiguredSource>,
}

/// `[store]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Store {
    /// The data folder; `None` for the usual place (see [`Environment`](super::Environment)).
    pub folder: Option<PathBuf>,
    /// Folder of backups; relative to the data folder.
    pub backups: PathBuf,
    /// How many backups are kept in it.
    pub keep_backups: u16,
    /// How long the log of polls is kept. What was read is known for ever.
    pub keep_polls: SignedDuration,
    /// How long the texts of articles and entries that were ruled out are kept.
    pub keep_rejected: SignedDuration,
    /// How long the bodies of delivered messages are kept; their heads stay.
    pub keep_messages: SignedDuration,
}

impl Default for Store {
    fn default() -> Self {
        Self {
            folder: None,
            backups: PathBuf::from("backups"),
            keep_backups: 7,
            keep_polls: days(90),
            keep_rejected: days(30),
            keep_messages: days(365),
        }
    }
}

/// `[serve]`: pages about the daemon itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Serve {
    /// Where; nowhere when absent.
    pub listen: Option<Listen>,
}

/// Where somebody can ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Listen {
    /// A TCP address.
    Tcp(SocketAddr),
    /// A Unix socket.
    Unix(PathBuf),
}

impl std::fmt::Display for Listen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Tcp(address) => write!(f, "http://{address}"),
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
        }
    }
}

/// `[schedule]`: how often, and how much later than that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Polling {
    /// Schedule of sources that have none of their own; a crontab line.
    pub cron: String,
    /// Zone of crontab lines of sources that name none.
    pub zone: TimeZone,
    /// Smallest distance of two requests for one source.
    pub floor: SignedDuration,
    /// The same after a poll that brought nothing new from a server that always sends the whole feed.
    pub quiet_floor: SignedDuration,
    /// Over how long the sources of one schedule are spread, each at a fixed offset of its own.
    pub spread: SignedDuration,
    /// Most that chance adds to a poll, besides a tenth of its interval.
    pub jitter: SignedDuration,
    /// Most that `Cache-Control` and `Expires` may delay a poll.
    pub freshness_cap: SignedDuration,
    /// Most that hints inside a feed (`ttl`, `sy:updatePeriod`) may delay a poll.
    pub hint_cap: SignedDuration,
    /// Most that `Retry-After` may delay a poll.
    pub retry_cap: SignedDuration,
    /// Most that repeated failure may delay a poll.
    pub backoff_cap: SignedDuration,
}

impl Default for Polling {
    fn default() -> Self {
        Self {
            cron: "*/30 * * * *".to_owned(),
            zone: TimeZone::UTC,
            floor: minutes(15),
            quiet_floor: minutes(60),
            spread: minutes(10),
            jitter: minutes(5),
            freshness_cap: hours(24),
            hint_cap: hours(2),
            retry_cap: days(7),
            backoff_cap: hours(24),
        }
    }
}

/// `[fetch]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetch {
    /// A page or mail address that tells publishers whom to ask; part of the User-Agent.
    pub contact: Option<String>,
    /// Time allowed to connect.
    pub connect_timeout: SignedDuration,
    /// Longest silence while an answer is being read.
    pub read_timeout: SignedDuration,
    /// Time allowed for a whole exchange, redirects included.
    pub timeout: SignedDuration,
    /// Largest feed after decompression, in bytes.
    pub max_feed: u64,
    /// Largest page after decompression, in bytes.
    pub max_page: u64,
    /// Most redirects followed in a row.
    pub max_redirects: u8,
    /// Whether a redirect may lead from `https` to `http`.
    pub allow_downgrade: bool,
    /// Most requests at one time, all hosts together.
    pub concurrency: u16,
    /// Time between two requests to one host.
    pub host_gap: SignedDuration,
    /// The same for sources with `allow_private`.
    pub private_gap: SignedDuration,
    /// What is left alone when a server answers "too many requests".
    pub pause_scope: PauseScope,
}

/// What is left alone when a server answers "too many requests" (429). A server that is only unavailable (503) pauses
/// no more than the source that was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PauseScope {
    /// All hosts of the registrable domain.
    #[default]
    Domain,
    /// The host that answered.
    Host,
    /// The source that was asked.
    Source,
}

impl Default for Fetch {
    fn default() -> Self {
        Self {
            contact: None,
            connect_timeout: SignedDuration::from_secs(10),
            read_timeout: SignedDuration::from_secs(15),
            timeout: SignedDuration::from_secs(30),
            max_feed: 10 << 20,
            max_page: 5 << 20,
            max_redirects: 5,
            allow_downgrade: false,
            concurrency: 16,
            host_gap: SignedDuration::from_secs(5),
            private_gap: SignedDuration::ZERO,
            pause_scope: PauseScope::Domain,
        }
    }
}

/// `[article]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArticleRules {
    /// An article older than this is never pushed, whatever it says.
    pub max_push_age: SignedDuration,
    /// How often a page is tried before what the feed gave is judged instead.
    pub attempts: u8,
    /// Wait before the second try; it doubles with each further one.
    pub retry_after: SignedDuration,
    /// Whether two more extractors are asked about a page that may count, in a process of their own.
    pub vote: bool,
    /// Whether the text of a page is kept even where its publisher asks that no copy is (`noarchive`, a reservation of
    /// text and data mining). Without it only title, address and quotes are.
    pub keep_noarchive: bool,
}

impl Default for ArticleRules {
    fn default() -> Self {
        Self {
            max_push_age: days(10),
            attempts: 5,
            retry_after: minutes(10),
            vote: true,
            keep_noarchive: false,
        }
    }
}

/// `[alert]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    /// What several outlets report within this time becomes one message.
    pub coalesce: SignedDuration,
}

impl Default for Alert {
    fn default() -> Self {
        Self { coalesce: minutes(10) }
    }
}

/// Form of a log line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LogFormat {
    /// Sentences with fields.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

/// `[log]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    /// Least level shown: `error`, `warn`, `info`, `debug` or `trace`.
    pub level: String,
    /// Form of a line.
    pub format: LogFormat,
}

impl Default for Log {
    fn default() -> Self {
        Self { level: "info".to_owned(), format: LogFormat::Text }
    }
}

/// A source with the schedule that it is polled by.
#[derive(Debug, Clone, PartialEq)]
pub struct ConfiguredSource {
    /// The source.
    pub source: Source,
    /// When we would like to look.
    pub schedule: Schedule,
    /// How its server is reached.
    pub access: Access,
}

/// What is special about reaching the server of a source.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Access {
    /// Whether HTTP/2 is not even offered.
    pub http1_only: bool,
    /// An HTTP proxy to go through.
    pub proxy: Option<String>,
    /// Whether articles are fetched even where `robots.txt` forbids it: the publisher has allowed it.
    pub ignore_robots: bool,
}

pub(super) const fn minutes(count: i64) -> SignedDuration {
    SignedDuration::from_mins(count)
}

pub(super) const fn hours(count: i64) -> SignedDuration {
    SignedDuration::from_hours(count)
}

pub(super) const fn days(count: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * count)
}
