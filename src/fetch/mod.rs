//! The only stage that speaks HTTP: a URL and the validators of last time in, an [`Outcome`] out.
//!
//! One [`Fetcher`] serves the whole daemon. It asks each host one thing at a time with a pause between, follows redirects itself (so that
//! every hop is held against the address table and a permanent move can be told from a temporary one), reads no more
//! than it was allowed to, and never sends a cookie or a referrer. It stores nothing: validators, waiting times and
//! new addresses are values that the caller keeps; hosts that are left alone are remembered while the process lives. Rules and their sources: RFC 9110, RFC 9111, RFC 6585.

mod body;
mod client;
mod encoding;
mod error;
mod exchange;
mod freshness;
mod guard;
mod outcome;
mod pacing;
pub mod place;
mod redirect;
pub mod rest;
mod retry_after;
mod robots;
mod validators;

use std::time::Duration;

use jiff::Timestamp;
use url::Url;

pub use client::{ClientError, Fetcher, PRODUCT, Route, Settings};
pub use error::FetchError;
pub use guard::is_public;
pub use outcome::Outcome;
pub use pacing::{Lane, Turn};
pub use rest::{Rest, Scope};
pub use robots::Robots;
pub use validators::Validators;

/// What kind of document is asked for; decides the `Accept` header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Accept {
    /// A feed, first of all.
    Feed,
    /// An HTML page.
    Page,
    /// A `robots.txt`.
    Robots,
}

impl Accept {
    /// The header's value.
    pub fn value(self) -> &'static str {
        match self {
            Self::Feed => {
                "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, \
                 application/xml;q=0.8, text/xml;q=0.8, text/html;q=0.5, */*;q=0.1"
            }
            Self::Robots => "text/plain, */*;q=0.1",
            Self::Page => "text/html, application/xhtml+xml, application/xml;q=0.8, */*;q=0.1",
        }
    }
}

/// One thing to fetch.
#[derive(Debug, Clone)]
pub struct Request {
    /// Absolute `http` or `https` address. A fragment is not sent.
    pub url: String,
    /// What the address's last answer was vouched for with.
    pub validators: Option<Validators>,
    /// Further request headers. They go to the origin of `url` only, never to another one after a redirect.
    pub headers: Vec<(String, String)>,
    /// The way out that it takes.
    pub route: Route,
    /// Where it waits for a free slot.
    pub lane: Lane,
    /// What is wanted.
    pub accept: Accept,
    /// Whether redirects are followed. Where a site is to be asked first whether its pages may be read, the caller
    /// follows them: [`Outcome::Elsewhere`] tells it where to.
    pub follow: bool,
    /// Most bytes of body, counted after decompression.
    pub max_bytes: usize,
    /// Longest time spent on the network, all redirects together; waiting for the host's turn does not count.
    pub deadline: Duration,
}

impl Request {
    /// A request for a feed: at most 10 MiB in 30 seconds.
    pub fn feed(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            validators: None,
            headers: Vec::new(),
            route: Route::default(),
            lane: Lane::Usual,
            accept: Accept::Feed,
            follow: true,
            max_bytes: 10 << 20,
            deadline: Duration::from_secs(30),
        }
    }

    /// A request for a page: at most 5 MiB (the largest of 3 220 real news pages had 2.2 MB) in 30 seconds.
    pub fn page(url: impl Into<String>) -> Self {
        Self { accept: Accept::Page, max_bytes: 5 << 20, ..Self::feed(url) }
    }
}

impl Request {
    /// A request for the `robots.txt` of an origin: what is longer than half a megabyte is not read.
    pub fn robots(origin: &str) -> Self {
        Self {
            accept: Accept::Robots,
            max_bytes: 4 << 20,
            deadline: Duration::from_secs(15),
            ..Self::feed(format!("{origin}/robots.txt"))
        }
    }
}

impl Fetcher {
    /// Fetches one document, when its host's turn has come.
    ///
    /// Never panics and never returns half a body: a body that ends early or grows too large is
    /// [`Outcome::Failed`].
    pub async fn get(&self, request: &Request) -> Outcome {
        exchange::run(self, request, None).await.unwrap_or_else(Outcome::Failed)
    }

    /// The same with the host's turn in hand. It is given back as soon as the host has answered.
    pub async fn get_in_turn(&self, request: &Request, turn: Turn) -> Outcome {
        exchange::run(self, request, Some(turn)).await.unwrap_or_else(Outcome::Failed)
    }

    /// Waits for the turn of a URL's host. An address that is none has turns of its own.
    pub async fn turn(&self, url: &str, private: bool, lane: Lane) -> Turn {
        let host = exchange::parse(url).map_or_else(|_| url.to_owned(), |url| place::host(&url));
        self.turn_at(&host, private, lane).await
    }

    async fn turn_at(&self, host: &str, private: bool, lane: Lane) -> Turn {
        self.pacing.turn(host, private, lane).await
    }

    /// Whether the server of a URL is left alone now.
    pub fn resting(&self, url: &str) -> Option<Rest> {
        if self.pacing.rests.is_empty() {
            return None;
        }
        self.pacing.rests.of(&exchange::parse(url).ok()?)
    }

    /// Keeps a longer pause between two requests to the host of a URL, as its `robots.txt` asks.
    pub fn slow_down(&self, url: &Url, delay: Option<Duration>) {
        self.pacing.slow_down(&place::host(url), delay);
    }

    /// Leaves servers alone for `wait` at least.
    pub fn leave_alone(&self, scope: Scope, wait: Duration) {
        self.pacing.rests.ask(scope, wait);
    }

    fn now(&self) -> Timestamp {
        self.pacing.clock.now()
    }
}
