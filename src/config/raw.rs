//! The configuration files as they are written: every leaf optional and with its place in the text, nothing
//! checked but types and names of keys.
//!
//! A key added here needs a line in `config/pledgewatch.toml` or `config/sources.toml`; a test says so.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

/// A value with its place, if it is there.
pub type Leaf<T> = Option<Spanned<T>>;

/// `pledgewatch.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawConfig {
    /// File with the sources.
    pub sources: Leaf<String>,
    /// `[store]`.
    pub store: RawStore,
    /// `[topic]`.
    pub topic: RawTopic,
    /// `[schedule]`.
    pub schedule: RawSchedule,
    /// `[fetch]`.
    pub fetch: RawFetch,
    /// `[article]`.
    pub article: RawArticle,
    /// `[alert]`.
    pub alert: RawAlert,
    /// `[mail]`.
    pub mail: RawMail,
    /// `[[recipient]]`.
    pub recipient: Vec<Spanned<RawRecipient>>,
    /// `[serve]`.
    pub serve: RawServe,
    /// `[log]`.
    pub log: RawLog,
}

/// `[store]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawStore {
    /// Data folder.
    pub folder: Leaf<String>,
    /// Folder of backups.
    pub backups: Leaf<String>,
    /// How many of them are kept.
    pub keep_backups: Leaf<i64>,
    /// How long the log of polls is kept.
    pub keep_polls: Leaf<String>,
    /// How long texts of what was ruled out are kept.
    pub keep_rejected: Leaf<String>,
    /// How long the bodies of delivered messages are kept.
    pub keep_messages: Leaf<String>,
}

/// `[serve]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawServe {
    /// Address of the health and metrics pages.
    pub listen: Leaf<String>,
    /// Whether other machines may reach it.
    pub allow_remote: Leaf<bool>,
}

/// `[topic]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawTopic {
    /// Topic folder.
    pub folder: Leaf<String>,
}

/// `[schedule]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawSchedule {
    /// Crontab line for sources without one.
    pub cron: Leaf<String>,
    /// Its zone.
    pub zone: Leaf<String>,
    /// Smallest distance of two requests for one source.
    pub floor: Leaf<String>,
    /// The same for quiet sources that always send the whole feed.
    pub quiet_floor: Leaf<String>,
    /// Over how long sources of one schedule are spread.
    pub spread: Leaf<String>,
    /// Most that chance adds.
    pub jitter: Leaf<String>,
    /// Most that `Cache-Control` and `Expires` may delay.
    pub freshness_cap: Leaf<String>,
    /// Most that a feed's own `ttl` and the like may delay.
    pub hint_cap: Leaf<String>,
    /// Most that `Retry-After` may delay.
    pub retry_cap: Leaf<String>,
    /// Most that repeated failure may delay.
    pub backoff_cap: Leaf<String>,
}

/// `[fetch]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawFetch {
    /// Page or mail address for the User-Agent.
    pub contact: Leaf<String>,
    /// Time to connect.
    pub connect_timeout: Leaf<String>,
    /// Longest silence.
    pub read_timeout: Leaf<String>,
    /// Time for a whole exchange.
    pub timeout: Leaf<String>,
    /// Largest feed after decompression.
    pub max_feed: Leaf<String>,
    /// Largest page after decompression.
    pub max_page: Leaf<String>,
    /// Most redirects in a row.
    pub max_redirects: Leaf<i64>,
    /// Whether a redirect may lead from https to http.
    pub allow_downgrade: Leaf<bool>,
    /// Most requests at one time.
    pub concurrency: Leaf<i64>,
    /// Time between two requests to one host.
    pub host_gap: Leaf<String>,
    /// The same for sources with `allow_private`.
    pub private_gap: Leaf<String>,
    /// What is left alone after "too many requests".
    pub pause_scope: Leaf<String>,
}

/// `[article]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawArticle {
    /// Age beyond which nothing is pushed.
    pub max_push_age: Leaf<String>,
    /// Tries for a page.
    pub attempts: Leaf<i64>,
    /// Wait before the second try.
    pub retry_after: Leaf<String>,
    /// Whether more extractors are asked about a page.
    pub vote: Leaf<bool>,
    /// Whether texts are kept against the publisher's wish.
    pub keep_noarchive: Leaf<bool>,
}

/// `[alert]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawAlert {
    /// Window in which reports of one thing become one message.
    pub coalesce: Leaf<String>,
}

/// `[mail]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawMail {
    /// Way of delivery.
    pub mode: Leaf<String>,
    /// Folder for `directory`.
    pub folder: Leaf<String>,
    /// Mail server.
    pub host: Leaf<String>,
    /// Its port.
    pub port: Leaf<i64>,
    /// Login.
    pub username: Leaf<String>,
    /// Name of the systemd credential with the password.
    pub password_credential: Leaf<String>,
    /// File with the password.
    pub password_file: Leaf<String>,
    /// Sender.
    pub from: Leaf<String>,
    /// Where answers go.
    pub reply_to: Leaf<String>,
    /// List-Id.
    pub list_id: Leaf<String>,
    /// Where readers write.
    pub requests_to: Leaf<String>,
    /// Page that ends a reader's mail.
    pub unsubscribe_url: Leaf<String>,
    /// Time for one delivery.
    pub timeout: Leaf<String>,
    /// Socket for `lmtp`.
    pub socket: Leaf<String>,
    /// Program for `sendmail`.
    pub program: Leaf<String>,
    /// File with certificate authorities.
    pub authority: Leaf<String>,
    /// Where bounces go.
    pub bounces: Leaf<String>,
    /// Name of the DKIM key in the DNS.
    pub dkim_selector: Leaf<String>,
    /// Domain that signs.
    pub dkim_domain: Leaf<String>,
    /// Name of the systemd credential with the key.
    pub dkim_key_credential: Leaf<String>,
    /// File with the key.
    pub dkim_key_file: Leaf<String>,
    /// Folder of templates.
    pub templates: Leaf<String>,
}

/// `[[recipient]]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawRecipient {
    /// Unique short name.
    pub id: Leaf<String>,
    /// Mail address.
    pub address: Leaf<String>,
    /// Name of the person.
    pub name: Leaf<String>,
    /// Zone for dates and the digest.
    pub zone: Leaf<String>,
    /// Language of the mails' own words.
    pub language: Leaf<String>,
    /// Which alerts.
    pub alerts: Leaf<String>,
    /// Crontab line of the digest.
    pub digest: Leaf<String>,
    /// Whether mail comes about the health of sources.
    pub notices: Leaf<bool>,
    /// Only these kinds.
    pub kinds: Vec<Spanned<String>>,
    /// Only these topics.
    pub topics: Vec<Spanned<String>>,
    /// Only these stages.
    pub stages: Vec<Spanned<String>>,
    /// Only these parties.
    pub parties: Vec<Spanned<String>>,
    /// Only what these sources tell.
    pub sources: Vec<Spanned<String>>,
    /// What becomes of a digest with nothing to tell.
    pub empty_digest: Leaf<String>,
    /// Entries shown in each group of a digest.
    pub per_group: Leaf<i64>,
    /// Whether the digest names articles that were nearly kept.
    pub near_misses: Leaf<bool>,
    /// Largest HTML edition.
    pub max_html: Leaf<String>,
    /// Largest text edition.
    pub max_text: Leaf<String>,
    /// Hours in which alerts wait, `22:00-07:00`.
    pub quiet: Leaf<String>,
    /// Most alerts in an hour.
    pub max_per_hour: Leaf<i64>,
    /// Most alerts in a day.
    pub max_per_day: Leaf<i64>,
    /// Stages that come in quiet hours too.
    pub urgent: Vec<Spanned<String>>,
    /// By which way.
    pub channel: Leaf<String>,
    /// Address of a hook.
    pub url: Leaf<String>,
    /// File of a feed.
    pub file: Leaf<String>,
    /// Name of the systemd credential with the secret of a hook.
    pub secret_credential: Leaf<String>,
    /// File with the secret of a hook.
    pub secret_file: Leaf<String>,
    /// Whether to be told when the machine needs a hand.
    pub operator: Leaf<bool>,
}

/// `[log]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawLog {
    /// Least level.
    pub level: Leaf<String>,
    /// Form of a line.
    pub format: Leaf<String>,
}

/// `sources.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawSources {
    /// `[[source]]`.
    pub source: Vec<Spanned<RawSource>>,
}

/// `[[source]]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawSource {
    /// Unique short name.
    pub id: Leaf<String>,
    /// Name for readers.
    pub name: Leaf<String>,
    /// Address.
    pub url: Leaf<String>,
    /// `feed` or `listing`.
    pub kind: Leaf<String>,
    /// Selectors of a listing.
    pub listing: Leaf<RawListing>,
    /// Selectors of its pages.
    pub article: Leaf<RawPage>,
    /// Language written in.
    pub language: Leaf<String>,
    /// How far it may announce something alone.
    pub trust: Leaf<String>,
    /// Crontab line.
    pub schedule: Leaf<String>,
    /// Zone of the crontab line.
    pub zone: Leaf<String>,
    /// Zone of dates without one.
    pub date_zone: Leaf<String>,
    /// Whether stated zones are wrong.
    pub wrong_zone: Leaf<bool>,
    /// Extra request headers.
    pub headers: BTreeMap<Spanned<String>, Spanned<String>>,
    /// Whether private addresses may be contacted.
    pub allow_private: Leaf<bool>,
    /// Whether HTTP/2 is not even offered.
    pub http1_only: Leaf<bool>,
    /// Proxy to go through.
    pub proxy: Leaf<String>,
    /// Whether articles are fetched where `robots.txt` forbids it.
    pub ignore_robots: Leaf<bool>,
    /// Whether it is polled.
    pub enabled: Leaf<bool>,
}

/// `[source.article]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawPage {
    /// The text.
    pub body: Leaf<String>,
    /// Parts of the text that do not belong to it.
    pub exclude: Vec<Spanned<String>>,
    /// The headline.
    pub title: Leaf<String>,
    /// The lead.
    pub lead: Leaf<String>,
    /// The author's line.
    pub author: Leaf<String>,
    /// The date of publication.
    pub date: Leaf<String>,
}

/// `[source.listing]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawListing {
    /// One element an entry.
    pub item: Leaf<String>,
    /// Pattern of addresses.
    pub url_match: Leaf<String>,
    /// Link within the item.
    pub link: Leaf<String>,
    /// Title within the item.
    pub title: Leaf<String>,
    /// Lead within the item.
    pub summary: Leaf<String>,
    /// Date within the item.
    pub date: Leaf<String>,
}
