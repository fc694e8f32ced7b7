//! A small server for generated feeds: gzip, strong ETags, Last-Modified, `304`; many hosts and a delay on demand. It
//! counts what it is asked, and how many requests one host had to bear at once.

use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, UNIX_EPOCH};

use axum::Router;
use axum::body::Body;
use axum::extract::{Extension, State};
use axum::http::{HeaderMap, Response, StatusCode, Uri, header};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::generator::{self, Shape};

/// How the farm answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Conditions {
    /// Time from request to answer.
    pub latency: Duration,
    /// Number of addresses (`127.0.0.1`, `127.0.0.2` …) over which the feeds are spread; more than one needs Linux.
    pub hosts: u8,
}

impl Default for Conditions {
    fn default() -> Self {
        Self { latency: Duration::ZERO, hosts: 1 }
    }
}

/// What the farm was asked and what it gave, since it was last told to forget.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    /// Feeds sent in full.
    pub sent: usize,
    /// Feeds answered with `304`.
    pub unchanged: usize,
    /// Pages sent.
    pub pages: usize,
    /// Everything else: `robots.txt`, unknown paths.
    pub other: usize,
    /// Entries in the feeds sent in full.
    pub entries: usize,
    /// Bytes of the feeds sent in full, as sent.
    pub bytes: usize,
    /// The largest number of requests that one host had open at once.
    pub at_once: usize,
}

/// A running farm; it stops when it is dropped.
#[derive(Debug)]
pub struct Farm {
    shared: Arc<Shared>,
    addresses: Vec<SocketAddr>,
    tasks: Vec<JoinHandle<()>>,
}

#[derive(Debug)]
struct Shared {
    shape: Shape,
    latency: Duration,
    bases: Vec<String>,
    feeds: Vec<RwLock<Stored>>,
    count: Mutex<Count>,
    open: Mutex<Vec<usize>>,
}

/// A feed's document, compressed once.
#[derive(Debug, Clone)]
struct Stored {
    version: usize,
    etag: String,
    changed: i64,
    gzip: Arc<[u8]>,
}

impl Farm {
    /// Generates all feeds and serves them.
    ///
    /// # Errors
    /// When an address cannot be bound.
    pub async fn start(shape: Shape, conditions: Conditions) -> std::io::Result<Self> {
        let mut listeners = Vec::new();
        for host in 1..=conditions.hosts.max(1) {
            listeners.push(TcpListener::bind((Ipv4Addr::new(127, 0, 0, host), 0)).await?);
        }
        let addresses =
            listeners.iter().map(TcpListener::local_addr).collect::<Result<Vec<_>, _>>()?;
        let bases: Vec<String> =
            addresses.iter().map(|address| format!("http://{address}")).collect();
        let feeds = (0..shape.feeds)
            .map(|feed| Ok(RwLock::new(stored(&shape, feed, 0, &bases[feed % bases.len()])?)))
            .collect::<std::io::Result<Vec<_>>>()?;
        let shared = Arc::new(Shared {
            shape,
            latency: conditions.latency,
            feeds,
            count: Mutex::new(Count::default()),
            open: Mutex::new(vec![0; bases.len()]),
            bases,
        });
        let tasks = listeners
            .into_iter()
            .enumerate()
            .map(|(host, listener)| {
                let router = Router::new()
                    .fallback(answer)
                    .layer(Extension(host))
                    .with_state(Arc::clone(&shared));
                tokio::spawn(async move {
                    let _ = axum::serve(listener, router).await;
                })
            })
            .collect();
        Ok(Self { shared, addresses, tasks })
    }

    /// Address of a feed.
    pub fn url(&self, feed: usize) -> String {
        format!("http://{}/f/{feed}", self.addresses[feed % self.addresses.len()])
    }

    /// The text of a `sources.toml` for all feeds.
    pub fn sources_toml(&self) -> String {
        (0..self.shared.shape.feeds)
            .map(|feed| {
                let language = if generator::is_vietnamese(feed) { "vi" } else { "en" };
                format!(
                    "[[source]]\nid = \"f{feed}\"\nname = \"Feed {feed}\"\nurl = \"{}\"\n\
                     kind = \"feed\"\nlanguage = \"{language}\"\nallow_private = true\n\n",
                    self.url(feed)
                )
            })
            .collect()
    }

    /// Gives every feed of a share (0 to 1, spread evenly) a new version; returns how many.
    ///
    /// # Errors
    /// When a document cannot be compressed.
    pub fn change(&self, share: f64) -> std::io::Result<usize> {
        let wanted = (self.shared.shape.feeds as f64 * share).round() as usize;
        for nth in 0..wanted {
            let feed = nth * self.shared.shape.feeds / wanted.max(1);
            let mut place = self.shared.feeds[feed].write().unwrap_or_else(PoisonError::into_inner);
            let base = &self.shared.bases[feed % self.shared.bases.len()];
            *place = stored(&self.shared.shape, feed, place.version + 1, base)?;
        }
        Ok(wanted)
    }

    /// What was asked since the last call; counting starts again.
    pub fn take_count(&self) -> Count {
        std::mem::take(&mut *self.shared.count.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for Farm {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

fn stored(shape: &Shape, feed: usize, version: usize, base: &str) -> std::io::Result<Stored> {
    let body = generator::document(shape, feed, version, base);
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(body.as_bytes())?;
    let changed = generator::items(shape, feed, version).first().map_or(0, |item| item.at);
    let etag = format!("\"{}\"", &blake3::hash(body.as_bytes()).to_hex()[..16]);
    Ok(Stored { version, etag, changed, gzip: gzip.finish()?.into() })
}

async fn answer(
    State(shared): State<Arc<Shared>>,
    Extension(host): Extension<usize>,
    uri: Uri,
    headers: HeaderMap,
) -> Response<Body> {
    {
        let mut open = shared.open.lock().unwrap_or_else(PoisonError::into_inner);
        open[host] += 1;
        let mut count = shared.count.lock().unwrap_or_else(PoisonError::into_inner);
        count.at_once = count.at_once.max(open[host]);
    }
    if !shared.latency.is_zero() {
        tokio::time::sleep(shared.latency).await;
    }
    let response = respond(&shared, uri.path(), &headers);
    shared.open.lock().unwrap_or_else(PoisonError::into_inner)[host] -= 1;
    response
}

fn respond(shared: &Shared, path: &str, headers: &HeaderMap) -> Response<Body> {
    let count = |add: &dyn Fn(&mut Count)| {
        add(&mut shared.count.lock().unwrap_or_else(PoisonError::into_inner));
    };
    let number = path.strip_prefix("/f/").and_then(|number| number.parse::<usize>().ok());
    if let Some((number, place)) =
        number.and_then(|number| Some((number, shared.feeds.get(number)?)))
    {
        let stored = place.read().unwrap_or_else(PoisonError::into_inner).clone();
        let known = headers.get(header::IF_NONE_MATCH);
        if known.is_some_and(|known| known.as_bytes() == stored.etag.as_bytes()) {
            count(&|count| count.unchanged += 1);
            return with_validators(
                &stored,
                StatusCode::NOT_MODIFIED,
                Body::empty(),
                number,
                false,
            );
        }
        let accepts = headers
            .get(header::ACCEPT_ENCODING)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|value| value.contains("gzip"));
        let bytes = if accepts { stored.gzip.to_vec() } else { plain(&stored.gzip) };
        count(&|count| {
            count.sent += 1;
            count.entries += shared.shape.entries;
            count.bytes += bytes.len();
        });
        return with_validators(&stored, StatusCode::OK, Body::from(bytes), number, accepts);
    }
    if let Some((feed, number)) = page_of(path)
        && feed < shared.shape.feeds
    {
        count(&|count| count.pages += 1);
        let body = generator::page(&generator::item(&shared.shape, feed, number));
        return Response::builder()
            .header(header::CONTENT_TYPE, "text/html; charset=utf-8")
            .body(Body::from(body))
            .unwrap_or_default();
    }
    count(&|count| count.other += 1);
    let mut missing = Response::new(Body::from("not here\n"));
    *missing.status_mut() = StatusCode::NOT_FOUND;
    missing
}

fn with_validators(
    stored: &Stored,
    status: StatusCode,
    body: Body,
    feed: usize,
    gzip: bool,
) -> Response<Body> {
    let changed = UNIX_EPOCH + Duration::from_secs(stored.changed.max(0).unsigned_abs());
    let mut builder = Response::builder()
        .status(status)
        .header(header::ETAG, &stored.etag)
        .header(header::LAST_MODIFIED, httpdate::fmt_http_date(changed))
        .header(header::VARY, "accept-encoding");
    if status == StatusCode::OK {
        builder = builder.header(header::CONTENT_TYPE, generator::content_type(feed));
    }
    if gzip {
        builder = builder.header(header::CONTENT_ENCODING, "gzip");
    }
    builder.body(body).unwrap_or_default()
}

fn plain(gzip: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    // The bytes are our own compressor's.
    let _ = std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(gzip), &mut body);
    body
}

fn page_of(path: &str) -> Option<(usize, usize)> {
    let (feed, number) = path.strip_prefix("/p/")?.strip_suffix(".html")?.split_once('/')?;
    // Six digits are more entries than any feed here ever has, and keep the arithmetic of their dates in range.
    (number.len() <= 6).then_some(())?;
    Some((feed.parse().ok()?, number.parse().ok()?))
}
