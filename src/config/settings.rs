//! The validated configuration: what every section says, with its defaults.

use std::net::SocketAddr;
use std::path::PathBuf;

use jiff::SignedDuration;
use jiff::civil::Time;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::secrets::SecretSource;
use crate::model::{Kind, Language, Source, SourceId, Stage};
use crate::time::Schedule;

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

/// How mail leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MailMode {
    /// As `.eml` files in a folder.
    #[default]
    Directory,
    /// SMTP in TLS from the first byte (RFC 8314).
    Tls,
    /// SMTP that must switch to TLS before anything else (RFC 3207).
    Starttls,
    /// SMTP without encryption, to a server on this machine only.
    Plain,
    /// LMTP (RFC 2033), to a mailbox server on this machine only.
    Lmtp,
    /// Through a program that queues mail.
    Sendmail,
}

impl MailMode {
    /// The port that is usual for the mode.
    pub fn usual_port(self) -> u16 {
        match self {
            Self::Directory | Self::Plain | Self::Sendmail => 25,
            Self::Lmtp => 24,
            Self::Tls => 465,
            Self::Starttls => 587,
        }
    }
}

/// `[mail]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// How mail leaves.
    pub mode: MailMode,
    /// Folder for [`MailMode::Directory`]; relative to the data folder.
    pub folder: PathBuf,
    /// Mail server; empty only with [`MailMode::Directory`].
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Login; goes with a password.
    pub username: Option<String>,
    /// Where the password is kept.
    pub password: Option<SecretSource>,
    /// Address of the sender.
    pub from: String,
    /// Where answers go.
    pub reply_to: Option<String>,
    /// The List-Id that filters may go by, without brackets (RFC 2919).
    pub list_id: String,
    /// Where readers write to stop their mail, to get help, or to say that an alert is wrong.
    pub requests_to: Option<String>,
    /// A page that ends a reader's mail with one click (RFC 8058); `{token}` stands for the reader.
    pub unsubscribe_url: Option<String>,
    /// Longest wait for the connection and the answer to each command; the answer to the message itself is waited for
    /// ten minutes (RFC 5321 4.5.3.2.6).
    pub timeout: SignedDuration,
    /// Socket for [`MailMode::Lmtp`]; host and port when absent.
    pub socket: Option<PathBuf>,
    /// Program for [`MailMode::Sendmail`].
    pub program: PathBuf,
    /// File with the certificate authorities to trust instead of the system's.
    pub authority: Option<PathBuf>,
    /// Where bounces go, with the recipient and the message added to the local part; to `from` when absent.
    pub bounces: Option<String>,
    /// Who signs; nobody when the mail server does it.
    pub dkim: Option<Dkim>,
    /// Folder with templates that replace the built-in ones of the same name.
    pub templates: Option<PathBuf>,
}

impl Default for Mail {
    fn default() -> Self {
        Self {
            mode: MailMode::Directory,
            folder: PathBuf::from("mail"),
            host: String::new(),
            port: MailMode::Directory.usual_port(),
            username: None,
            password: None,
            from: "pledgewatch@localhost".to_owned(),
            reply_to: None,
            list_id: "pledgewatch.localhost".to_owned(),
            requests_to: None,
            unsubscribe_url: None,
            timeout: SignedDuration::from_secs(60),
            socket: None,
            program: PathBuf::from("/usr/sbin/sendmail"),
            authority: None,
            bounces: None,
            dkim: None,
            templates: None,
        }
    }
}

/// DKIM signatures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dkim {
    /// The domain that signs.
    pub domain: String,
    /// The name of its key in the DNS.
    pub selector: String,
    /// Where the private key is kept.
    pub key: SecretSource,
}

/// By which way a recipient is told.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Channel {
    /// Mail.
    #[default]
    Mail,
    /// JSON to an address of the recipient's own.
    Hook(HookForm, Option<SecretSource>),
    /// A feed file that readers subscribe to.
    Atom,
}

/// What a hook understands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HookForm {
    /// Our own JSON, signed.
    Webhook,
    /// ntfy.
    Ntfy,
    /// Slack, and what understands its incoming webhooks (Mattermost, Rocket.Chat).
    Slack,
    /// A Matrix room.
    Matrix,
}

impl HookForm {
    /// The word in configuration, database and logs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Webhook => "webhook",
            Self::Ntfy => "ntfy",
            Self::Slack => "slack",
            Self::Matrix => "matrix",
        }
    }
}

/// Which alerts a recipient gets at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Alerts {
    /// What the policy pushes.
    #[default]
    Push,
    /// None; the digest says it all.
    None,
}

/// `[[recipient]]`.
#[derive(Debug, Clone, PartialEq)]
pub struct Recipient {
    /// Unique short name; part of an alert's identity, so it must not change.
    pub id: String,
    /// Mail address; of a hook its URL, of a feed its file.
    pub address: String,
    /// Name of the person.
    pub name: Option<String>,
    /// Zone for dates and the digest.
    pub zone: TimeZone,
    /// Language of the mails' own words; quotes stay as they are.
    pub language: Language,
    /// Which alerts come at once.
    pub alerts: Alerts,
    /// When the digest comes, in the recipient's zone; `None` for no digest.
    pub digest: Option<Schedule>,
    /// What the recipient wants to hear of.
    pub wanted: Wanted,
    /// What becomes of a digest with nothing to tell.
    pub empty_digest: EmptyDigest,
    /// How much one mail shows.
    pub size: MailSize,
    /// Whether the digest names articles that were nearly kept.
    pub near_misses: bool,
    /// Hours in which alerts wait for the end of the night.
    pub quiet: Option<QuietHours>,
    /// How many alerts may come at once.
    pub throttle: Throttle,
    /// Whether a mail comes when a source is not read as it should be.
    pub notices: bool,
    /// Stages whose alerts come in quiet hours and beyond the limits too.
    pub urgent: Vec<Stage>,
    /// By which way.
    pub channel: Channel,
    /// Whether to be told when the machine needs a hand.
    pub operator: bool,
}

impl Recipient {
    /// The channel in the outbox: all mail is one, each hook and each feed is one of its own.
    pub fn channel_name(&self) -> String {
        match &self.channel {
            Channel::Mail => "mail".to_owned(),
            Channel::Hook(form, _) => format!("{}:{}", form.as_str(), self.id),
            Channel::Atom => format!("atom:{}", self.id),
        }
    }
}

/// What a recipient wants to hear of; an empty list asks for everything. All lists must agree.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Wanted {
    /// Kinds of commitment.
    pub kinds: Vec<Kind>,
    /// Stages that a commitment has reached.
    pub stages: Vec<Stage>,
    /// Topic ids, one of which it must have.
    pub topics: Vec<String>,
    /// Actor ids, one of which must be a party; `UK` stands for all its agencies too.
    pub parties: Vec<String>,
    /// Sources, one of which must tell it.
    pub sources: Vec<SourceId>,
}

/// What becomes of a digest with nothing to tell. Where sources could not be read it is sent all the same: silence
/// of ours must never look like silence of theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum EmptyDigest {
    /// A short note that says how much was read.
    Note,
    /// No mail, but a note where nothing has come for a week.
    #[default]
    Weekly,
    /// No mail.
    Skip,
}

/// How much one mail shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailSize {
    /// Entries that each group of a digest shows.
    pub per_group: usize,
    /// Largest HTML edition in bytes, encoded for transport. A large provider cuts what is longer than 102 kB.
    pub html: usize,
    /// Largest text edition in bytes, encoded for transport.
    pub text: usize,
}

impl MailSize {
    /// No limit: for a terminal.
    pub const WHOLE: Self = Self { per_group: usize::MAX, html: usize::MAX, text: usize::MAX };
}

impl Default for MailSize {
    fn default() -> Self {
        Self { per_group: 12, html: 80_000, text: 60_000 }
    }
}

/// A part of the day in which no alert is sent, in the recipient's zone; it may go over midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuietHours {
    /// First minute of silence.
    pub from: Time,
    /// First minute after it.
    pub until: Time,
}

/// Most alerts in a time; `None` for no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Throttle {
    /// In any hour.
    pub hour: Option<u32>,
    /// In any 24 hours.
    pub day: Option<u32>,
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
