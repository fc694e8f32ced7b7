//! `[[recipient]]`: who is told what, when, and by which way.

use jiff::civil::Time;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::config::secrets::SecretSource;
use crate::model::{Kind, Language, SourceId, Stage};
use crate::time::Schedule;

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
