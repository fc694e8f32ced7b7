//! From an entry's link to its page, read: the address that an aggregator's link leads to, the page, what the source's
//! own selectors and other extractors say about it.

use std::sync::Arc;

use jiff::Timestamp;
use url::Url;

use super::engine::Engine;
use super::robots::Leave;
use crate::article::{self, Aids, ArticleError, PageContext, forward};
use crate::config::ConfiguredSource;
use crate::config::topic::Topic;
use crate::fetch::{self, Outcome, PRODUCT, place};
use crate::model::{Article, PageRules, RelevanceDecision};
use crate::relevance;
use crate::store::PendingEntry;
use crate::text;

/// Bytes of a page in which it says what may be done with it.
const HEAD: usize = 256 << 10;
/// Pages that only lead on, followed in a row.
const MOST_FORWARDS: usize = 2;

/// A page, or why there is none.
pub(super) enum Page {
    Read {
        article: Box<Article>,
        /// The publisher asks that no copy is kept.
        reserved: bool,
    },
    /// The feed gave no address, or the whole text.
    NotNeeded,
    Failed {
        error: String,
        again: Again,
    },
}

/// Whether a page that could not be had is asked for again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Again {
    Never,
    Later,
    /// Not before then: the server said so.
    NotBefore(Timestamp),
}

/// The bytes of a page, and what is known about them.
struct Fetched {
    body: Vec<u8>,
    charset: Option<String>,
    url: String,
    at: Timestamp,
    zone: Option<String>,
    rules: Option<PageRules>,
    reserved: bool,
}

/// What our own extractor made of a page.
enum Own {
    /// Sure enough, or not worth more.
    Done(Result<Article, ArticleError>),
    /// Others shall be asked about this text of the page.
    Doubted(Result<Article, ArticleError>, String),
    /// The page only leads on.
    Forward(String),
}

impl Fetched {
    fn context(&self) -> PageContext<'_> {
        PageContext {
            charset: self.charset.as_deref(),
            url: &self.url,
            date_zone: self.zone.as_deref(),
            fetched_at: self.at,
        }
    }

    fn read(&self, voices: &[String]) -> Result<Article, ArticleError> {
        article::read_with(
            &self.body,
            &self.context(),
            &Aids { rules: self.rules.as_ref(), voices },
        )
    }

    /// Reads the page, and says whether it is worth asking others: what is kept, or nearly, and what could not be read.
    fn read_alone(&self, topic: &Topic, can_ask: bool, can_follow: bool) -> Own {
        let own = self.read(&[]);
        let missing = matches!(own, Err(ArticleError::NoText | ArticleError::NeedsScript));
        if missing && can_follow {
            let html = article::decode(&self.body, &self.context()).unwrap_or_default();
            if let Some(target) = forward::inside_page(&html, &self.url) {
                return Own::Forward(target);
            }
        }
        let worth = can_ask
            && match &own {
                Ok(article) => {
                    let document = text::analyse(&article.text, &topic.words);
                    relevance::judge_article(&article.title, &document, topic).decision
                        != RelevanceDecision::Reject
                }
                Err(_) => missing,
            };
        match article::decode(&self.body, &self.context()) {
            Ok(html) if worth => Own::Doubted(own, html),
            _ => Own::Done(own),
        }
    }
}

impl Engine {
    /// Fetches and reads the page of an entry.
    pub(super) async fn page(&self, pending: &PendingEntry) -> Page {
        let Some(link) = &pending.entry.link else { return Page::NotNeeded };
        let mut url = forward::inside_link(link).unwrap_or_else(|| link.clone());
        for followed in 0..=MOST_FORWARDS {
            let fetched = match self.fetch_page(pending, &url).await {
                Ok(fetched) => fetched,
                Err(failed) => return failed,
            };
            let reserved = fetched.reserved && !self.config.article.keep_noarchive;
            match self.read_page(fetched, followed < MOST_FORWARDS).await {
                Ok(Ok(article)) => return Page::Read { article: Box::new(article), reserved },
                Ok(Err(target)) => url = target,
                // The same page will say the same tomorrow.
                Err(error) => return Page::Failed { error, again: Again::Never },
            }
        }
        Page::Failed { error: "the page only leads to other pages".to_owned(), again: Again::Never }
    }

    /// Fetches a page. Redirects are followed one by one: where each leads, the site is asked first whether its pages
    /// may be read.
    async fn fetch_page(&self, pending: &PendingEntry, url: &str) -> Result<Fetched, Page> {
        let source = self.source(&pending.source);
        let ask = !source.is_some_and(|one| one.access.ignore_robots);
        let mut seen = vec![url.to_owned()];
        loop {
            let url = seen.last().map_or(url, String::as_str);
            let request = fetch::Request {
                route: source.map(super::poll::route).unwrap_or_default(),
                max_bytes: usize::try_from(self.config.fetch.max_page).unwrap_or(usize::MAX),
                deadline: self.config.fetch.timeout.unsigned_abs(),
                follow: false,
                ..fetch::Request::page(url)
            };
            if ask {
                self.may_read(url, &request.route).await?;
            }
            let outcome = self.fetcher.get(&request).await;
            self.keep_pause(&outcome, request.route.allow_private).await;
            match outcome {
                Outcome::Elsewhere { to }
                    if seen.len() > usize::from(self.config.fetch.max_redirects)
                        || seen.contains(&to) =>
                {
                    let error = format!("{url} is redirected too often");
                    return Err(Page::Failed { error, again: Again::Never });
                }
                Outcome::Elsewhere { to } => seen.push(to),
                outcome => return self.fetched(source, outcome),
            }
        }
    }

    /// Asks the site whether the page may be read.
    async fn may_read(&self, url: &str, route: &fetch::Route) -> Result<(), Page> {
        let (error, again) = match self.leave(url, route).await {
            Leave::Given => return Ok(()),
            Leave::Refused => ("robots.txt of the site forbids to read the page", Again::Never),
            Leave::Unknown => ("robots.txt of the site cannot be read now", Again::Later),
        };
        Err(Page::Failed { error: error.to_owned(), again })
    }

    fn fetched(
        &self,
        source: Option<&ConfiguredSource>,
        outcome: Outcome,
    ) -> Result<Fetched, Page> {
        let failed = |error: String, again| Err(Page::Failed { error, again });
        match outcome {
            Outcome::Fresh { body, charset, final_url, reserved, .. } => Ok(Fetched {
                charset,
                at: self.now(),
                zone: source.and_then(|one| one.source.date_zone.clone()),
                rules: source
                    .and_then(|one| one.source.page.as_ref())
                    .or_else(|| self.publisher_of(&final_url)?.source.page.as_ref())
                    .cloned(),
                reserved: reserved || says_reserved(&body),
                body,
                url: final_url,
            }),
            Outcome::Elsewhere { to } => failed(format!("it is at {to}"), Again::Later),
            Outcome::Failed(error) => {
                let again = if error.is_transient() { Again::Later } else { Again::Never };
                failed(super::chain(&error), again)
            }
            Outcome::Gone => failed("the page is gone".to_owned(), Again::Never),
            Outcome::Wait { status, until, .. } => failed(
                format!("the server asks us to wait ({status})"),
                until.map_or(Again::Later, Again::NotBefore),
            ),
            Outcome::NotModified { .. } => {
                failed("an unasked \"not modified\"".to_owned(), Again::Later)
            }
        }
    }

    /// The configured source that publishes at the host of an address; first one that says how its pages are read.
    /// Sources of the very host come before those of its registrable domain.
    pub fn publisher_of(&self, url: &str) -> Option<&ConfiguredSource> {
        let url = Url::parse(url).ok()?;
        let (host, domain) = (bare_host(&url), place::domain(&url));
        let near = |one: &&ConfiguredSource| {
            // To read the addresses of ten thousand sources for each page would cost more than the page does.
            if !one.source.url.contains(&domain) && !one.source.url.contains(&host) {
                return None;
            }
            let Ok(own) = Url::parse(&one.source.url) else { return None };
            let rank =
                if bare_host(&own) == host { 2 } else { u8::from(place::domain(&own) == domain) };
            (rank > 0).then_some((rank, one.source.page.is_some()))
        };
        // Of equal ones the first in the file.
        self.config.sources.iter().rev().filter(|one| near(one).is_some()).max_by_key(near)
    }

    /// Reads a page: the article, or the address that the page leads on to.
    async fn read_page(
        &self,
        fetched: Fetched,
        can_follow: bool,
    ) -> Result<Result<Article, String>, String> {
        let fetched = Arc::new(fetched);
        let can_ask = self.config.article.vote && self.page_worker.is_some();
        let (page, topic) = (Arc::clone(&fetched), Arc::clone(&self.topic));
        let own = self
            .work(move || page.read_alone(&topic, can_ask, can_follow))
            .await
            .map_err(|error| error.to_string())?;
        let (own, html) = match own {
            Own::Done(own) => return own.map(Ok).map_err(|error| super::chain(&error)),
            Own::Forward(target) => return Ok(Err(target)),
            Own::Doubted(own, html) => (own, html),
        };
        let voices = self.voices(html).await;
        let read = match voices.iter().any(|voice| !voice.is_empty()) {
            true => self
                .work(move || fetched.read(&voices))
                .await
                .map_err(|error| error.to_string())?
                .or(own),
            false => own,
        };
        read.map(Ok).map_err(|error| super::chain(&error))
    }

    /// What other extractors find in a decoded page; nothing when they die of it.
    pub async fn voices(&self, html: String) -> Vec<String> {
        let Some(worker) = &self.page_worker else { return Vec::new() };
        match self.at_desk(worker.voices(html)).await {
            Ok(voices) => voices,
            Err(error) => {
                tracing::debug!(error = super::chain(&error), "no second opinion on a page");
                Vec::new()
            }
        }
    }
}

/// Whether the page itself asks that no copy is kept; the words for it are ASCII in any encoding but UTF-16.
fn says_reserved(body: &[u8]) -> bool {
    let head = &body[..body.len().min(HEAD)];
    article::is_reserved(&String::from_utf8_lossy(head), PRODUCT)
}

/// The host without what only tells the site of telephones from that of desks.
fn bare_host(url: &Url) -> String {
    let host = place::host(url);
    let bare = ["www.", "m.", "amp.", "mobile."].iter().find_map(|start| host.strip_prefix(start));
    bare.map_or_else(|| host.clone(), ToOwned::to_owned)
}
