//! From the bytes of a poll to entries: RSS of any version, RDF, Atom, JSON Feed, news sitemaps and HTML listings.
//!
//! Bytes are decoded, every XML document is rewritten into a canonical one (see [`repair`]), the feed parser reads that,
//! and what it gives becomes our [`Entry`]. Real feeds are broken in a hundred ways; whatever can be understood is, what
//! had to be mended is named in [`Parsed::repairs`], and what is lost is counted in [`Parsed::lost`]. Pure: the same
//! bytes and context give the same result.

mod canonical;
mod changes;
mod decode;
pub mod discovery;
mod element;
mod entries;
mod error;
mod headlines;
mod hints;
mod item;
mod json;
mod links;
mod listing;
mod names;
mod opml;
mod parse;
mod repair;
mod salvage;
mod sitemap;
mod tokens;
mod vocabulary;

use std::collections::BTreeSet;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use url::Url;

pub use changes::{Changes, changes};
pub use error::FeedError;
pub use hints::FeedLinks;
pub use links::canonical_link;
pub use listing::check_listing;
pub use opml::{ListedFeed, read_opml, write_opml};

use hints::Hints;
use parse::RawFeed;

use crate::markup::{charset, entities, plain};
use crate::model::{Entry, FeedHints, Language, SourceKind};
use crate::time::feed_date::MeantZone;

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
    /// Zone of its dates, where configured. Without it, dates that name none are Vietnam's in Vietnamese sources and UTC
    /// in all others.
    pub date_zone: Option<DateZone<'a>>,
    /// Feed or listing.
    pub kind: &'a SourceKind,
    /// When it was fetched; later dates are brought back to it.
    pub fetched_at: Timestamp,
}

/// The zone of a source's dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DateZone<'a> {
    /// Its IANA name.
    pub name: &'a str,
    /// Whether dates that name another one are in it all the same: the source names a wrong one.
    pub always: bool,
}

/// A document read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parsed {
    /// The feed's own title; may be empty.
    pub title: String,
    /// Entries in document order, usually the newest first.
    pub entries: Vec<Entry>,
    /// Who is behind each entry, in the same order.
    pub credits: Vec<Credit>,
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

/// Who is behind an entry, as the feed says. None of it is part of the entry's identity or text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Credit {
    /// The publisher's own name for the entry (`guid`, `id`, `rdf:about`), as written.
    pub id: Option<String>,
    /// Authors by name, or lacking that, by address. Those of the feed when the entry names none.
    pub authors: Vec<String>,
    /// Name of the medium that an aggregator has the entry from.
    pub source: Option<String>,
    /// Its feed or site.
    pub source_url: Option<String>,
    /// How far the date of the entry, as stated, lies ahead of the moment of fetching; zero for all others.
    pub ahead: SignedDuration,
}

/// An entry that could not be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lost {
    /// A stable word: `feed.entry_refused`, `feed.parser_panicked`, `feed.entry_cut`, `feed.no_link`.
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
    let (feed, hints, lost) = match context.kind {
        SourceKind::Listing(rules) => {
            let declared = charset::html_label(bytes);
            let host = base.as_ref().and_then(Url::host_str);
            let decoded = charset::decode(bytes, context.charset, declared.as_deref(), host);
            let zone = zone(context, None);
            let (feed, lost) = listing::read(&decoded.text, rules, base.as_ref(), &zone)?;
            (feed, Hints::default(), lost)
        }
        SourceKind::Feed => {
            let text = decode::decode(bytes, context, &mut repairs);
            document(&text, context, base.as_ref(), &mut repairs)?
        }
    };
    let language = feed.language.as_deref().and_then(entries::declared).or(context.language);
    let built = entries::build(feed.entries, language, context.fetched_at);
    repairs.extend(built.repairs.into_iter().map(str::to_owned));
    Ok(Parsed {
        title: plain::line(&feed.title),
        entries: built.entries,
        credits: built.credits,
        hints: hints.polling,
        links: hints.links,
        ended: hints.ended,
        repairs: repairs.into_iter().collect(),
        lost,
    })
}

/// Reads a feed as what it looks like, and if it is none, as what it may be behind some junk.
fn document(
    text: &str,
    context: &FeedContext<'_>,
    base: Option<&Url>,
    repairs: &mut BTreeSet<String>,
) -> Result<(RawFeed, Hints, Vec<Lost>), FeedError> {
    let text = text.trim_start();
    if text.starts_with(['{', '[']) {
        return match json::read(text, context, base, repairs) {
            Err(error @ FeedError::BrokenJson { .. }) => {
                xml(text, context, base, repairs).map_err(|_| error)
            }
            other => other,
        };
    }
    if sitemap::is_sitemap(text) {
        let feed = sitemap::read(text, base, &zone(context, None))?;
        return Ok((feed, Hints::default(), Vec::new()));
    }
    match xml(text, context, base, repairs) {
        Err(error @ FeedError::NotAFeed | error @ FeedError::HtmlPage { .. })
            if text.contains("jsonfeed.org/version") =>
        {
            let start = text.find('{').unwrap_or(0);
            repairs.insert("junk_before_root".to_owned());
            json::read(&text[start..], context, base, repairs).map_err(|_| error)
        }
        // Some services answer with the feed as one escaped text.
        Err(error @ FeedError::NotAFeed)
            if text.contains("&lt;rss") || text.contains("&lt;feed") =>
        {
            let inner = entities::decode(text);
            xml(&inner, context, base, repairs).map_err(|_| error).inspect(|_| {
                repairs.insert("escaped_document".to_owned());
            })
        }
        other => other,
    }
}

fn xml(
    text: &str,
    context: &FeedContext<'_>,
    base: Option<&Url>,
    repairs: &mut BTreeSet<String>,
) -> Result<(RawFeed, Hints, Vec<Lost>), FeedError> {
    let read = repair::rewrite(text, base, repairs)?;
    let zone = zone(context, entries::declared(&read.language));
    let (feed, mut lost) = salvage::read(&read.document, read.asides, &zone)?;
    lost.extend((0..read.lost).map(|_| Lost {
        code: "feed.entry_cut",
        index: None,
        reason: "the document ends inside the entry, or has too many".to_owned(),
    }));
    Ok((feed, read.hints, lost))
}

/// The zone of dates: as configured, else that of the language which the source is known to have or the feed says it
/// has.
fn zone(context: &FeedContext<'_>, declared: Option<Language>) -> MeantZone {
    let vietnamese = context.language.or(declared) == Some(Language::Vi);
    let usual = if vietnamese { "Asia/Ho_Chi_Minh" } else { "UTC" };
    let DateZone { name, always } =
        context.date_zone.unwrap_or(DateZone { name: usual, always: false });
    // An unknown zone is refused when the configuration is read; here it means UTC.
    MeantZone { zone: crate::time::zone(name).unwrap_or(TimeZone::UTC), always }
}
