//! From the bytes of a poll to entries: RSS of any version, RDF, Atom, JSON Feed and HTML listings.
//!
//! Bytes are decoded, every XML document is rewritten into a canonical one (see [`repair`]), the feed parser reads that,
//! and what it gives becomes our [`Entry`]. Real feeds are broken in a hundred ways; whatever can be understood is, what
//! had to be mended is named in [`Parsed::repairs`], and what is lost is counted in [`Parsed::lost`]. Pure: the same
//! bytes and context give the same result.

mod changes;
mod decode;
mod entries;
mod error;
mod fields;
mod hints;
mod json;
mod links;
mod listing;
mod names;
mod parse;
mod repair;
mod salvage;
mod tokens;

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use url::Url;

pub use changes::{Changes, changes};
pub use error::FeedError;
pub use hints::FeedLinks;
pub use links::canonical_link;
pub use listing::check_listing;

use hints::Hints;

use crate::markup::{charset, plain};
use crate::model::{Entry, FeedHints, Language, SourceKind};

/// Bytes of a document that are read; the largest real feeds have 2.7 MB.
pub const MAX_BYTES: usize = 10 << 20;

/// What is known about a document beside its bytes. The media type of the answer is not asked for: it is wrong so often
/// that the document itself has to tell what it is.
#[derive(Debug, Clone, Copy)]
pub struct FeedContext<'a> {
    /// Charset of the answer.
    pub charset: Option<&'a str>,
    /// Where it was read, after redirects.
    pub base_url: &'a str,
    /// Language of the source, where configured.
    pub language: Option<Language>,
    /// IANA zone for dates without one. Without it, Vietnamese sources mean Vietnam's and all others UTC.
    pub date_zone: Option<&'a str>,
    /// Feed or listing.
    pub kind: &'a SourceKind,
    /// When it was fetched; later dates are brought back to it.
    pub fetched_at: Timestamp,
}

/// A document read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parsed {
    /// The feed's own title; may be empty.
    pub title: String,
    /// Entries in document order, usually the newest first.
    pub entries: Vec<Entry>,
    /// What the feed says about being polled; an interval of at most a week.
    pub hints: FeedHints,
    /// Addresses that the feed states for itself.
    pub links: FeedLinks,
    /// Whether the feed says that nothing will be added to it any more.
    pub ended: bool,
    /// What had to be mended, as stable words, sorted: `bare_ampersand`, `charset`, `truncated` …
    pub repairs: Vec<String>,
    /// Entries that could not be kept.
    pub lost: Vec<Lost>,
}

/// An entry that could not be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lost {
    /// A stable word: `feed.entry_refused`, `feed.entry_cut`, `feed.no_link`.
    pub code: &'static str,
    /// Its position in the document, from 0, where known.
    pub index: Option<usize>,
    /// Why, in words.
    pub reason: String,
}

/// Reads a document.
///
/// # Errors
/// [`FeedError`] when it is no feed at all, or nothing of it can be used. A feed without entries is no error here; for a
/// source that had some it should be one.
pub fn read(bytes: &[u8], context: &FeedContext<'_>) -> Result<Parsed, FeedError> {
    if bytes.len() > MAX_BYTES {
        return Err(FeedError::TooLarge { bytes: bytes.len(), limit: MAX_BYTES });
    }
    if bytes.iter().all(|byte| byte.is_ascii_whitespace() || *byte == 0) {
        return Err(FeedError::Empty);
    }
    let base = Url::parse(context.base_url).ok();
    let mut repairs = BTreeSet::new();
    let mut hints = Hints::default();
    let (feed, lost) = match context.kind {
        SourceKind::Listing(rules) => {
            let declared = charset::html_label(bytes);
            let host = base.as_ref().and_then(Url::host_str);
            let decoded = charset::decode(bytes, context.charset, declared.as_deref(), host);
            listing::read(&decoded.text, rules, base.as_ref(), &zone(context))?
        }
        SourceKind::Feed => {
            let text = decode::decode(bytes, context, &mut repairs);
            if text.trim_start().starts_with(['{', '[']) {
                json::read(text.trim_start(), base.as_ref(), &zone(context), &mut hints)?
            } else {
                let document = repair::rewrite(&text, base.as_ref(), &mut repairs)?;
                let (feed, mut lost) = salvage::read(&document, &zone(context))?;
                hints = document.hints;
                lost.extend((0..document.lost).map(|_| Lost {
                    code: "feed.entry_cut",
                    index: None,
                    reason: "the document ends inside the entry, or has too many".to_owned(),
                }));
                (feed, lost)
            }
        }
    };
    let language = feed.language.as_deref().and_then(entries::declared).or(context.language);
    Ok(Parsed {
        title: plain::line(&feed.title),
        entries: entries::build(feed.entries, language, context.fetched_at),
        hints: hints.polling,
        links: hints.links,
        ended: hints.ended,
        repairs: repairs.into_iter().collect(),
        lost,
    })
}

fn zone(context: &FeedContext<'_>) -> TimeZone {
    let usual = if context.language == Some(Language::Vi) { "Asia/Ho_Chi_Minh" } else { "UTC" };
    // An unknown zone is refused when the configuration is read; here it means UTC.
    TimeZone::get(context.date_zone.unwrap_or(usual)).unwrap_or(TimeZone::UTC)
}
