//! The HTTP client: built once, without cookies, referrer, proxy or redirects of its own.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;

use super::guard::{Blocked, is_public};
use super::pacing::Pacing;

/// How the daemon behaves on the network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Address of the operator (URL or mail), shown in the `User-Agent`, so that a publisher can complain.
    pub contact: String,
    /// Requests at a time, all hosts together.
    pub concurrency: usize,
    /// Redirects followed.
    pub max_redirects: usize,
    /// Whether a redirect may lead from `https` to `http`.
    pub allow_downgrade: bool,
    /// Longest time to make a connection.
    pub connect_timeout: Duration,
    /// Longest silence while an answer is being read.
    pub read_timeout: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            contact: String::new(),
            concurrency: 16,
            max_redirects: 5,
            allow_downgrade: false,
            connect_timeout: Duration::from_secs(10),
            read_timeout: Duration::from_secs(15),
        }
    }
}

impl Settings {
    /// `pledgewatch/1.2.3 (+contact)`: always the same, and never a browser's.
    pub fn user_agent(&self) -> String {
        let product = concat!("pledgewatch/", env!("CARGO_PKG_VERSION"));
        if self.contact.is_empty() {
            product.to_owned()
        } else {
            format!("{product} (+{})", self.contact)
        }
    }
}

/// The client could not be built.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP client could not be set up")]
pub struct ClientError(#[from] reqwest::Error);

/// Fetches documents. Cheap to share by reference; all requests of the process should go through one, because it is
/// what keeps them one at a time per host.
#[derive(Debug)]
pub struct Fetcher {
    pub(super) settings: Settings,
    pub(super) pacing: Pacing,
    guarded: reqwest::Client,
    open: reqwest::Client,
}

impl Fetcher {
    /// Builds the client.
    ///
    /// # Errors
    /// [`ClientError`] when the contact cannot be part of a header, or the system's trusted certificates cannot be
    /// read.
    pub fn new(settings: Settings) -> Result<Self, ClientError> {
        // Refused when a provider was installed before, which is all that is wanted.
        let _ = rustls::crypto::ring::default_provider().install_default();
        Ok(Self {
            guarded: build(&settings, false)?,
            open: build(&settings, true)?,
            pacing: Pacing::new(settings.concurrency),
            settings,
        })
    }

    /// The client for a request. There are two, because the resolver hook does not learn for which request it is
    /// asked.
    pub(super) fn client(&self, allow_private: bool) -> &reqwest::Client {
        if allow_private { &self.open } else { &self.guarded }
    }
}

fn build(settings: &Settings, allow_private: bool) -> Result<reqwest::Client, reqwest::Error> {
    reqwest::Client::builder()
        .user_agent(settings.user_agent())
        .redirect(Policy::none())
        .referer(false)
        // A proxy would resolve names itself, behind the address table's back.
        .no_proxy()
        .pool_max_idle_per_host(1)
        .pool_idle_timeout(Duration::from_secs(30))
        .connect_timeout(settings.connect_timeout)
        .read_timeout(settings.read_timeout)
        .dns_resolver(Arc::new(Resolver { allow_private }))
        .build()
}

/// The name has no address, or none can be found out now.
#[derive(Debug, thiserror::Error)]
#[error("no address found for {0}")]
pub(super) struct NoAddress(String);

/// Resolves with the system's resolver and lets only public addresses through. The client connects to the very
/// addresses returned here.
struct Resolver {
    allow_private: bool,
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let allow_private = self.allow_private;
        Box::pin(async move {
            let host = name.as_str().to_owned();
            let found = tokio::net::lookup_host((host.as_str(), 0)).await;
            let found: Vec<SocketAddr> = found.map(Iterator::collect).unwrap_or_default();
            let allowed: Vec<SocketAddr> =
                found.iter().copied().filter(|to| allow_private || is_public(to.ip())).collect();
            match (allowed.is_empty(), found.first()) {
                (false, _) => Ok(Box::new(allowed.into_iter()) as Addrs),
                (true, Some(first)) => Err(Blocked(first.ip()).into()),
                (true, None) => Err(NoAddress(host).into()),
            }
        })
    }
}
