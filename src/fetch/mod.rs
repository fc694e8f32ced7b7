//! The only stage that speaks HTTP: a URL and the validators of last time in, an [`Outcome`] out.
//!
//! One [`Fetcher`] serves the whole daemon. It asks each host one thing at a time, follows redirects itself (so that
//! every hop is held against the address table and a permanent move can be told from a temporary one), reads no more
//! than it was allowed to, and never sends a cookie or a referrer. It stores nothing: validators, waiting times and
//! new addresses are values that the caller keeps. Rules and their sources: RFC 9110, RFC 9111, RFC 6585.

mod body;
mod client;
mod error;
mod exchange;
mod freshness;
mod guard;
mod outcome;
mod pacing;
mod redirect;
mod retry_after;
mod validators;

use std::time::Duration;

use jiff::Timestamp;

pub use client::{ClientError, Fetcher, Settings};
pub use error::FetchError;
pub use guard::is_public;
pub use outcome::Outcome;
pub use validators::Validators;

/// What kind of document is asked for; decides the `Accept` header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Accept {
    /// A feed, first of all.
    Feed,
    /// An HTML page.
    Page,
}

impl Accept {
    /// The header's value.
    pub fn value(self) -> &'static str {
        match self {
            Self::Feed => {
                "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, \
                 application/xml;q=0.8, text/xml;q=0.8, text/html;q=0.5, */*;q=0.1"
            }
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
    /// Whether addresses on this machine or a private network may be contacted.
    pub allow_private: bool,
    /// What is wanted.
    pub accept: Accept,
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
            allow_private: false,
            accept: Accept::Feed,
            max_bytes: 10 << 20,
            deadline: Duration::from_secs(30),
        }
    }

    /// A request for a page: at most 5 MiB (the largest of 3 220 real news pages had 2.2 MB) in 30 seconds.
    pub fn page(url: impl Into<String>) -> Self {
        Self { accept: Accept::Page, max_bytes: 5 << 20, ..Self::feed(url) }
    }
}

impl Fetcher {
    /// Fetches one document. `now` is the moment from which waiting times and freshness are counted.
    ///
    /// Never panics and never returns half a body: a body that ends early or grows too large is
    /// [`Outcome::Failed`].
    pub async fn get(&self, request: &Request, now: Timestamp) -> Outcome {
        match exchange::run(self, request, now).await {
            Ok(outcome) => outcome,
            Err(error) => Outcome::Failed(error),
        }
    }
}
