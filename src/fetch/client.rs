//! The HTTP clients: without cookies, referrer, decompression or redirects of their own. There is one for each way out
//! that sources are configured with, because neither the resolver hook nor the protocol can be chosen per request.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;

use super::guard::{Blocked, is_public};
use super::pacing::Pacing;
use crate::time::Clock;

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
    /// Time between two requests to one host.
    pub host_gap: Duration,
    /// The same for servers of the operator's own, which are on this machine or a private network.
    pub private_gap: Duration,
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
            host_gap: Duration::from_secs(5),
            private_gap: Duration::ZERO,
        }
    }
}

/// Our name, as sites address us in `robots.txt`.
pub const PRODUCT: &str = "pledgewatch";

impl Settings {
    /// `pledgewatch/1.2.3 (+contact)`: always the same, and never a browser's.
    pub fn user_agent(&self) -> String {
        let product = format!("{PRODUCT}/{}", env!("CARGO_PKG_VERSION"));
        if self.contact.is_empty() { product } else { format!("{product} (+{})", self.contact) }
    }
}

/// The client could not be built.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP client could not be set up")]
pub struct ClientError(#[from] reqwest::Error);

/// The way out that a request takes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Route {
    /// Whether addresses on this machine or a private network may be contacted.
    pub allow_private: bool,
    /// Whether HTTP/2 is not even offered: some servers offer it and break it.
    pub http1_only: bool,
    /// An HTTP proxy to go through. It resolves names itself, so that addresses behind it cannot be checked: it is
    /// trusted to do so.
    pub proxy: Option<String>,
}

/// Fetches documents. Cheap to share by reference; all requests of the process should go through one, because it is
/// what keeps them one at a time per host.
#[derive(Debug)]
pub struct Fetcher {
    pub(super) settings: Settings,
    pub(super) pacing: Arc<Pacing>,
    clients: Mutex<HashMap<Route, reqwest::Client>>,
}

impl Fetcher {
    /// Builds the client.
    ///
    /// # Errors
    /// [`ClientError`] when the contact cannot be part of a header, or the system's trusted certificates cannot be
    /// read.
    pub fn new(settings: Settings, clock: Arc<dyn Clock>) -> Result<Self, ClientError> {
        let pacing = Arc::new(Pacing::new(&settings, clock));
        Self::paced(settings, pacing)
    }

    /// The same network under other settings: what is remembered of hosts stays remembered.
    ///
    /// # Errors
    /// As [`Fetcher::new`].
    pub fn reconfigured(&self, settings: Settings) -> Result<Self, ClientError> {
        let pacing = Arc::new(self.pacing.reconfigured(&settings));
        Self::paced(settings, pacing)
    }

    fn paced(settings: Settings, pacing: Arc<Pacing>) -> Result<Self, ClientError> {
        // Refused when a provider was installed before, which is all that is wanted.
        let _ = rustls::crypto::ring::default_provider().install_default();
        // What nearly all sources need is built at once, so that its faults show at the start.
        let usual = build(&settings, &Route::default())?;
        let clients = Mutex::new(HashMap::from([(Route::default(), usual)]));
        Ok(Self { settings, pacing, clients })
    }

    /// The client for a way out.
    pub(super) fn client(&self, route: &Route) -> Result<reqwest::Client, reqwest::Error> {
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = clients.get(route) {
            return Ok(client.clone());
        }
        let client = build(&self.settings, route)?;
        clients.insert(route.clone(), client.clone());
        Ok(client)
    }
}

fn build(settings: &Settings, route: &Route) -> Result<reqwest::Client, reqwest::Error> {
    let mut builder = reqwest::Client::builder()
        .user_agent(settings.user_agent())
        .redirect(Policy::none())
        .referer(false)
        // Bodies are unpacked by ourselves, with limits.
        .no_gzip()
        .no_brotli()
        .no_deflate()
        .no_zstd()
        // Nor one from the environment: it would resolve names behind the address table's back.
        .no_proxy()
        .pool_max_idle_per_host(1)
        .pool_idle_timeout(Duration::from_secs(30))
        .connect_timeout(settings.connect_timeout)
        .read_timeout(settings.read_timeout);
    if route.http1_only {
        builder = builder.http1_only();
    }
    // The only name that is resolved on the way to a proxy is the proxy's.
    let allow_private = route.allow_private || route.proxy.is_some();
    if let Some(proxy) = &route.proxy {
        builder = builder.proxy(reqwest::Proxy::all(proxy)?);
    }
    builder.dns_resolver(Arc::new(Resolver { allow_private })).build()
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
