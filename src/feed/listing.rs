//! An HTML page that lists articles, read by CSS selectors as if it were a feed.

use regex::Regex;
use scraper::{ElementRef, Html, Selector};
use url::Url;

use super::headlines;
use super::parse::{RawEntry, RawFeed};
use super::repair::join;
use super::{FeedError, Lost};
use crate::markup::{dom, plain};
use crate::model::ListingRules;
use crate::time::feed_date::{self, MeantZone};

/// The rules, compiled.
struct Selectors {
    item: Selector,
    link: Option<Selector>,
    title: Option<Selector>,
    summary: Option<Selector>,
    date: Option<Selector>,
    anchor: Selector,
}

impl Selectors {
    fn compile(rules: &ListingRules) -> Result<Self, FeedError> {
        let one = |text: &str| {
            Selector::parse(text).map_err(|_| FeedError::Selector { selector: text.to_owned() })
        };
        let some = |text: &Option<String>| text.as_deref().map(one).transpose();
        Ok(Self {
            item: one(&rules.item)?,
            link: some(&rules.link)?,
            title: some(&rules.title)?,
            summary: some(&rules.summary)?,
            date: some(&rules.date)?,
            anchor: one("a[href]")?,
        })
    }
}

/// Whether rules can be used: all their selectors parse.
///
/// # Errors
/// [`FeedError::Selector`] names the first that does not.
pub fn check_listing(rules: &ListingRules) -> Result<(), FeedError> {
    let pattern = rules.url_match.as_deref();
    if let Some(wrong) = pattern.filter(|text| Regex::new(text).is_err()) {
        return Err(FeedError::Selector { selector: wrong.to_owned() });
    }
    if rules.item.is_empty() {
        return Ok(());
    }
    Selectors::compile(rules).map(|_| ())
}

/// Reads a listing page. Items without a link are lost; of several with one link the first stands.
///
/// # Errors
/// `Selector`, `Page`, or `EmptyListing` when nothing matches.
pub(super) fn read(
    text: &str,
    rules: &ListingRules,
    base: Option<&Url>,
    zone: &MeantZone,
) -> Result<(RawFeed, Vec<Lost>), FeedError> {
    let pattern = match &rules.url_match {
        Some(text) => {
            Some(Regex::new(text).map_err(|_| FeedError::Selector { selector: text.clone() })?)
        }
        None => None,
    };
    let selectors = (!rules.item.is_empty()).then(|| Selectors::compile(rules)).transpose()?;
    let page = dom::parse(text)?;
    let mut feed = RawFeed { title: title(&page), ..RawFeed::default() };
    feed.language = page
        .tree
        .root()
        .children()
        .find_map(ElementRef::wrap)
        .and_then(|root| root.attr("lang").map(str::to_owned));
    let mut lost = Vec::new();
    let Some(selectors) = selectors else {
        feed.entries = headlines::entries(&page, base, zone, pattern.as_ref());
        return if feed.entries.is_empty() {
            Err(FeedError::EmptyListing)
        } else {
            Ok((feed, lost))
        };
    };
    let fits = |entry: &RawEntry| {
        pattern
            .as_ref()
            .is_none_or(|one| entry.link.as_deref().is_some_and(|link| one.is_match(link)))
    };
    for (index, item) in page.select(&selectors.item).enumerate() {
        match entry(item, &selectors, base, zone) {
            Some(entry) if fits(&entry) => feed.entries.push(entry),
            Some(_) => {}
            None => lost.push(Lost {
                code: "feed.no_link",
                index: Some(index),
                reason: "the element holds no link".to_owned(),
            }),
        }
    }
    if feed.entries.is_empty() { Err(FeedError::EmptyListing) } else { Ok((feed, lost)) }
}

fn title(page: &Html) -> String {
    let named = |node: &ElementRef<'_>| node.value().name() == "title";
    page.tree
        .nodes()
        .filter_map(ElementRef::wrap)
        .find(named)
        .map(|node| node.inner_html())
        .unwrap_or_default()
}

fn entry(
    item: ElementRef<'_>,
    selectors: &Selectors,
    base: Option<&Url>,
    zone: &MeantZone,
) -> Option<RawEntry> {
    let first = |selector: &Option<Selector>| selector.as_ref().and_then(|s| item.select(s).next());
    let chosen = match &selectors.link {
        Some(link) => item.select(link).next()?,
        None => item,
    };
    let anchor = if chosen.attr("href").is_some() {
        chosen
    } else {
        chosen.select(&selectors.anchor).next()?
    };
    let link = join(base, anchor.attr("href")?)
        .filter(|link| matches!(link.scheme(), "http" | "https"))?;
    let title = match &selectors.title {
        Some(_) => first(&selectors.title).map(|node| node.inner_html()).unwrap_or_default(),
        None if plain::line(&anchor.inner_html()).is_empty() => {
            anchor.attr("title").or(anchor.attr("aria-label")).unwrap_or_default().to_owned()
        }
        None => anchor.inner_html(),
    };
    let date = first(&selectors.date).and_then(|node| {
        let stated = node.attr("datetime").and_then(|text| feed_date::parse(text, zone));
        stated.or_else(|| feed_date::parse(&plain::line(&node.inner_html()), zone))
    });
    Some(RawEntry {
        link: Some(link.into()),
        title,
        summary: first(&selectors.summary).map(|node| node.inner_html()).unwrap_or_default(),
        published: date,
        ..RawEntry::default()
    })
}
