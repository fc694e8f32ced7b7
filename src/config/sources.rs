//! From the raw sources to the checked ones.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::ops::Range;

use scraper::Selector;
use toml::Spanned;
use url::{Host, Url};

use super::Problem;
use super::document;
use super::raw::{Leaf, RawListing, RawPage, RawSource, RawSources};
use super::reader::Reader;
use super::settings::{Access, ConfiguredSource, Polling};
use crate::model::{Language, ListingRules, PageRules, Source, SourceId, SourceKind, Trust};
use crate::time::Schedule;

/// Headers that are ours to set, that the protocol owns, or that would disguise the client or carry a secret.
const FORBIDDEN_HEADERS: &[&str] = &[
    "accept-encoding",
    "authorization",
    "connection",
    "content-length",
    "cookie",
    "host",
    "if-modified-since",
    "if-none-match",
    "proxy-authorization",
    "range",
    "referer",
    "te",
    "transfer-encoding",
    "upgrade",
    "user-agent",
];

/// Reads and checks a sources file: `text` is the content of `file`. Sources without a schedule get that of
/// `polling`. Gives the sources that are right and everything that is wrong.
pub fn read_sources(
    file: &str,
    text: &str,
    polling: &Polling,
) -> (Vec<ConfiguredSource>, Vec<Problem>) {
    let (raw, mut problems) = document::read::<RawSources>(file, text);
    let mut reader = Reader::new(file, text);
    let mut seen = Seen::default();
    let mut found = Vec::new();
    for raw in raw.unwrap_or_default().source {
        found.extend(source(&mut reader, &raw, polling, &mut seen));
    }
    problems.append(&mut reader.problems);
    problems.sort_by_key(|problem| (problem.line, problem.column));
    (found, problems)
}

/// Ids and addresses met so far, with their lines, and the schedules.
#[derive(Default)]
struct Seen {
    ids: BTreeMap<String, usize>,
    addresses: BTreeMap<String, usize>,
    schedules: Vec<Schedule>,
}

fn source(
    reader: &mut Reader<'_>,
    raw: &Spanned<RawSource>,
    polling: &Polling,
    seen: &mut Seen,
) -> Option<ConfiguredSource> {
    let table = raw.span();
    let raw = raw.get_ref();
    let id = reader.slug(&raw.id, &table);
    if let (Some(id), Some(leaf)) = (&id, &raw.id) {
        let here = reader.line(leaf.span().start);
        if let Some(line) = seen.ids.insert(id.clone(), here) {
            reader.fault(
                leaf.span(),
                format!("\"{id}\" is already the id of the source in line {line}"),
            );
        }
    }
    let name = reader.required(&raw.name, "name", &table);
    let allow_private = raw.allow_private.as_ref().is_some_and(|leaf| *leaf.get_ref());
    let url = address(reader, raw, &table, allow_private);
    if let (Some(url), Some(leaf)) = (&url, &raw.url) {
        let here = reader.line(leaf.span().start);
        if let Some(line) = seen.addresses.insert(comparable(url), here) {
            reader.fault(leaf.span(), format!("the source in line {line} has this address too"));
        }
    }
    let kind = kind(reader, raw);
    let zone = reader.zone(&raw.zone, polling.zone.clone());
    let schedule = match &raw.schedule {
        Some(_) => reader.schedule(&raw.schedule, &zone),
        None => Schedule::parse(&polling.cron, zone).ok(),
    };
    // Sources of one schedule share one: each compiled line has a few kilobytes.
    let schedule = schedule.map(|schedule| {
        match seen.schedules.iter().rev().take(64).find(|known| **known == schedule) {
            Some(known) => known.clone(),
            None => {
                seen.schedules.push(schedule.clone());
                schedule
            }
        }
    });
    if let Some(leaf) = &raw.date_zone {
        reader.zone(&Some(leaf.clone()), polling.zone.clone());
    }
    let wrong_zone = raw.wrong_zone.as_ref().filter(|leaf| *leaf.get_ref());
    if let (Some(leaf), None) = (wrong_zone, &raw.date_zone) {
        reader.fault(leaf.span(), "wrong_zone needs the right one: set date_zone");
    }
    let source = Source {
        id: SourceId::new(id?),
        name: name?,
        url: url?.into(),
        kind: kind?,
        language: raw.language.as_ref().and_then(|_| {
            reader.word(
                &raw.language,
                None,
                &[("en", Some(Language::En)), ("vi", Some(Language::Vi))],
            )
        }),
        trust: reader.word(
            &raw.trust,
            Trust::Normal,
            &[("low", Trust::Low), ("normal", Trust::Normal), ("high", Trust::High)],
        ),
        date_zone: raw.date_zone.as_ref().map(|leaf| leaf.get_ref().clone()),
        wrong_zone: wrong_zone.is_some(),
        headers: headers(reader, &raw.headers),
        allow_private,
        enabled: raw.enabled.as_ref().is_none_or(|leaf| *leaf.get_ref()),
        page: raw.article.as_ref().map(|table| page_rules(reader, table.get_ref())),
    };
    let access = access(reader, raw);
    Some(ConfiguredSource { source, schedule: schedule?, access })
}

fn access(reader: &mut Reader<'_>, raw: &RawSource) -> Access {
    let yes = |leaf: &Leaf<bool>| leaf.as_ref().is_some_and(|leaf| *leaf.get_ref());
    let proxy = raw.proxy.as_ref().and_then(|leaf| {
        let url = Url::parse(leaf.get_ref()).ok().filter(|url| {
            ["http", "https"].contains(&url.scheme()) && url.has_host() && url.username().is_empty()
        });
        if url.is_none() {
            reader.fault(leaf.span(), "a proxy is written as http://host:port, without a login");
        }
        url.map(String::from)
    });
    Access { http1_only: yes(&raw.http1_only), proxy, ignore_robots: yes(&raw.ignore_robots) }
}

fn address(
    reader: &mut Reader<'_>,
    raw: &RawSource,
    table: &Range<usize>,
    allow_private: bool,
) -> Option<Url> {
    let text = reader.required(&raw.url, "url", table)?;
    let place = raw.url.as_ref().map_or(table.clone(), Spanned::span);
    let url = match Url::parse(&text) {
        Ok(url) => url,
        Err(error) => {
            let problem = reader
                .problem(place, format!("\"{text}\" is not a web address: {error}"))
                .help("write it as https://example.org/feed.xml");
            reader.problems.push(problem);
            return None;
        }
    };
    if !["http", "https"].contains(&url.scheme()) {
        reader.fault(place, format!("only http and https can be polled, not {}", url.scheme()));
    } else if !url.username().is_empty() || url.password().is_some() {
        reader.fault(place, "an address must not hold a login");
    } else if url.fragment().is_some() {
        reader.fault(place, "an address must not end with a #fragment: it is never sent");
    } else if !allow_private && is_private(&url) {
        let problem = reader
            .problem(place, "this address is on this machine or a private network")
            .help("add allow_private = true if that is meant");
        reader.problems.push(problem);
    } else {
        return Some(url);
    }
    None
}

/// Whether the host is written as an address that is not public. Names are checked when they are resolved.
fn is_private(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => {
            address.is_private()
                || address.is_loopback()
                || address.is_link_local()
                || address.is_unspecified()
        }
        Some(Host::Ipv6(address)) => {
            address.is_loopback()
                || address.is_unspecified()
                || address.is_unique_local()
                || address.is_unicast_link_local()
                || address.to_ipv4_mapped().is_some_and(|v4| {
                    IpAddr::V4(v4).is_loopback() || v4.is_private() || v4.is_link_local()
                })
        }
        None => true,
    }
}

/// The form in which two addresses of one document are the same: no scheme, no `www.`, no final slash.
fn comparable(url: &Url) -> String {
    let text = url.as_str();
    let text = text.split_once("://").map_or(text, |(_, rest)| rest);
    text.strip_prefix("www.").unwrap_or(text).trim_end_matches('/').to_owned()
}

fn kind(reader: &mut Reader<'_>, raw: &RawSource) -> Option<SourceKind> {
    let is_listing = reader.word(&raw.kind, false, &[("feed", false), ("listing", true)]);
    match (&raw.listing, is_listing) {
        (None, false) => Some(SourceKind::Feed),
        (Some(listing), true) => selectors(reader, listing).map(SourceKind::Listing),
        (Some(listing), false) => {
            reader.fault(listing.span(), "selectors are for kind = \"listing\"");
            None
        }
        (None, true) => {
            let place = raw.kind.as_ref().map_or(0..0, Spanned::span);
            reader.fault(place, "a listing needs a table [source.listing] with its selectors");
            None
        }
    }
}

fn selectors(reader: &mut Reader<'_>, raw: &Spanned<RawListing>) -> Option<ListingRules> {
    let rules = raw.get_ref();
    let before = reader.problems.len();
    for leaf in [&rules.item, &rules.link, &rules.title, &rules.summary, &rules.date] {
        selector(reader, leaf);
    }
    if let Some(leaf) = &rules.url_match
        && let Err(error) = regex::Regex::new(leaf.get_ref())
    {
        reader.fault(leaf.span(), format!("not a pattern: {error}"));
    }
    let text = |leaf: &Leaf<String>| leaf.as_ref().map(|leaf| leaf.get_ref().clone());
    (before == reader.problems.len()).then_some(ListingRules {
        item: text(&rules.item).unwrap_or_default(),
        url_match: text(&rules.url_match),
        link: text(&rules.link),
        title: text(&rules.title),
        summary: text(&rules.summary),
        date: text(&rules.date),
    })
}

fn page_rules(reader: &mut Reader<'_>, raw: &RawPage) -> PageRules {
    for leaf in [&raw.body, &raw.title, &raw.lead, &raw.author, &raw.date] {
        selector(reader, leaf);
    }
    for one in &raw.exclude {
        check_selector(reader, one);
    }
    let text = |leaf: &Leaf<String>| leaf.as_ref().map(|leaf| leaf.get_ref().clone());
    PageRules {
        body: text(&raw.body),
        exclude: raw.exclude.iter().map(|one| one.get_ref().clone()).collect(),
        title: text(&raw.title),
        lead: text(&raw.lead),
        author: text(&raw.author),
        date: text(&raw.date),
    }
}

fn selector(reader: &mut Reader<'_>, leaf: &Leaf<String>) {
    if let Some(leaf) = leaf {
        check_selector(reader, leaf);
    }
}

fn check_selector(reader: &mut Reader<'_>, text: &Spanned<String>) {
    if let Err(error) = Selector::parse(text.get_ref()) {
        reader
            .fault(text.span(), format!("not a CSS selector: {}", lower_first(&error.to_string())));
    }
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_lowercase().chain(chars).collect(),
        None => String::new(),
    }
}

fn headers(
    reader: &mut Reader<'_>,
    raw: &BTreeMap<Spanned<String>, Spanned<String>>,
) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (name, value) in raw {
        let token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
        let lower = name.get_ref().to_ascii_lowercase();
        if name.get_ref().is_empty() || !name.get_ref().bytes().all(token) {
            reader.fault(name.span(), "this is not the name of a header");
        } else if FORBIDDEN_HEADERS.contains(&lower.as_str()) {
            reader.fault(name.span(), format!("the header {lower} cannot be set for a source"));
        } else if !value.get_ref().bytes().all(|b| b == b' ' || b.is_ascii_graphic()) {
            reader.fault(value.span(), "a header holds printable ASCII only");
        } else {
            found.push((name.get_ref().clone(), value.get_ref().clone()));
        }
    }
    found
}
