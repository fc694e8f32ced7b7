//! The outlets over real HTTP, on a loopback port that the system chooses: feeds and pages with strong validators,
//! `304` for who already has them, and one outlet that never answers well.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, UNIX_EPOCH};

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Method, Response, StatusCode, Uri, header};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::feeds;
use super::pages;
use super::world::World;

/// The round from which on the broken outlet refuses instead of failing.
const REFUSES_FROM: usize = 3;

/// One request as the server saw and answered it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The round it came in.
    pub round: usize,
    /// Path asked for.
    pub path: String,
    /// Whether it carried a validator.
    pub conditional: bool,
    /// Status answered.
    pub status: u16,
}

/// The running server. It stops when it is dropped.
#[derive(Debug)]
pub struct Server {
    shared: Arc<Shared>,
    address: SocketAddr,
    task: JoinHandle<()>,
}

#[derive(Debug)]
struct Shared {
    world: Arc<World>,
    base: String,
    round: AtomicUsize,
    requests: Mutex<Vec<Request>>,
}

impl Server {
    /// Binds a free loopback port and serves the world, in round 0.
    ///
    /// # Errors
    /// When no port can be bound.
    pub async fn start(world: Arc<World>) -> std::io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            world,
            base: format!("http://{address}"),
            round: AtomicUsize::new(0),
            requests: Mutex::new(Vec::new()),
        });
        let router = Router::new().fallback(answer).with_state(Arc::clone(&shared));
        let task = tokio::spawn(async move {
            // Serving ends with the task; a failed connection is the client's to report.
            let _ = axum::serve(listener, router).await;
        });
        Ok(Self { shared, address, task })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Moves the world on: feeds and pages of rounds up to `round` are there.
    pub fn set_round(&self, round: usize) {
        self.shared.round.store(round, Ordering::SeqCst);
    }

    /// All requests so far, in the order in which they were answered.
    pub fn requests(&self) -> Vec<Request> {
        self.shared.requests.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// What an address leads to.
struct Found {
    content_type: &'static str,
    body: String,
    /// Seconds since 1970 at which it last changed.
    changed: i64,
}

async fn answer(
    State(shared): State<Arc<Shared>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response<Body> {
    let round = shared.round.load(Ordering::SeqCst);
    let path = uri.path().to_owned();
    let response = if method == Method::GET || method == Method::HEAD {
        respond(&shared, round, &path, &headers)
    } else {
        plain(StatusCode::METHOD_NOT_ALLOWED, "only GET and HEAD\n")
    };
    let conditional = headers.contains_key(header::IF_NONE_MATCH)
        || headers.contains_key(header::IF_MODIFIED_SINCE);
    let request = Request { round, path, conditional, status: response.status().as_u16() };
    shared.requests.lock().unwrap_or_else(PoisonError::into_inner).push(request);
    response
}

fn respond(shared: &Shared, round: usize, path: &str, headers: &HeaderMap) -> Response<Body> {
    let broken = shared.world.outlets.iter().find(|outlet| outlet.broken);
    if broken.is_some_and(|outlet| outlet.feed_path() == path) {
        return if round < REFUSES_FROM {
            plain(StatusCode::INTERNAL_SERVER_ERROR, "the press is on fire\n")
        } else {
            plain(StatusCode::FORBIDDEN, "no robots\n")
        };
    }
    let Some(found) = find(shared, round, path) else {
        return plain(StatusCode::NOT_FOUND, "no such page\n");
    };
    let etag = format!("\"{}\"", &blake3::hash(found.body.as_bytes()).to_hex()[..16]);
    let changed = UNIX_EPOCH + Duration::from_secs(found.changed.max(0).unsigned_abs());
    let unchanged = is_unchanged(headers, &etag, changed);
    let response = Response::builder()
        .header(header::ETAG, etag)
        .header(header::LAST_MODIFIED, httpdate::fmt_http_date(changed))
        .header(header::CACHE_CONTROL, "max-age=0");
    let response = if unchanged {
        response.status(StatusCode::NOT_MODIFIED).body(Body::empty())
    } else {
        response.header(header::CONTENT_TYPE, found.content_type).body(Body::from(found.body))
    };
    response.unwrap_or_else(|_| plain(StatusCode::INTERNAL_SERVER_ERROR, "no answer\n"))
}

/// `If-None-Match` decides where it is present, `If-Modified-Since` only without it (RFC 9110 §13.2.2).
fn is_unchanged(headers: &HeaderMap, etag: &str, changed: std::time::SystemTime) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(known) = text(header::IF_NONE_MATCH) {
        // Weak comparison (RFC 9110 §8.8.3.2).
        return known
            .split(',')
            .map(str::trim)
            .any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag);
    }
    text(header::IF_MODIFIED_SINCE)
        .and_then(|since| httpdate::parse_http_date(since).ok())
        .is_some_and(|since| changed <= since)
}

fn find(shared: &Shared, round: usize, path: &str) -> Option<Found> {
    let world = &shared.world;
    if path == "/robots.txt" {
        return Some(Found {
            content_type: "text/plain; charset=utf-8",
            body: "User-agent: *\nAllow: /\n".to_owned(),
            changed: 0,
        });
    }
    // The lists of other headlines make pages change when their feed does.
    let changed_in =
        |outlet: &str| Some(world.rounds.get(world.changed_in(outlet, round))?.at.as_second());
    if let Some(outlet) = world.outlets.iter().find(|outlet| outlet.feed_path() == path) {
        let document = feeds::document(world, outlet, round, &shared.base);
        let changed = changed_in(&outlet.id)?;
        return Some(Found { content_type: document.content_type, body: document.body, changed });
    }
    let piece = world.pieces.iter().find(|piece| piece.round <= round && piece.path() == path)?;
    let outlet = world.outlet(&piece.source)?;
    Some(Found {
        content_type: "text/html; charset=utf-8",
        body: pages::page(world, outlet, piece, round, &shared.base),
        changed: changed_in(&outlet.id)?,
    })
}

fn plain(status: StatusCode, text: &'static str) -> Response<Body> {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shared() -> Shared {
        Shared {
            world: Arc::new(World::embedded().unwrap()),
            base: "http://127.0.0.1:1".to_owned(),
            round: AtomicUsize::new(0),
            requests: Mutex::new(Vec::new()),
        }
    }

    fn get(shared: &Shared, round: usize, path: &str, known: Option<&str>) -> Response<Body> {
        let mut headers = HeaderMap::new();
        if let Some(tag) = known {
            headers.insert(header::IF_NONE_MATCH, tag.parse().unwrap());
        }
        respond(shared, round, path, &headers)
    }

    fn header_of(response: &Response<Body>, name: header::HeaderName) -> String {
        response.headers()[name].to_str().unwrap().to_owned()
    }

    #[test]
    fn validators_change_exactly_when_the_feed_does() {
        let shared = shared();
        for outlet in shared.world.outlets.iter().filter(|outlet| !outlet.broken) {
            let path = outlet.feed_path();
            for round in 1..shared.world.rounds.len() {
                let before = get(&shared, round - 1, &path, None);
                let tag = header_of(&before, header::ETAG);
                let after = get(&shared, round, &path, Some(&tag));
                let news = shared.world.changed_in(&outlet.id, round) == round;
                let status = if news { StatusCode::OK } else { StatusCode::NOT_MODIFIED };
                assert_eq!(after.status(), status, "{} in round {round}", outlet.id);
                assert_eq!(header_of(&after, header::ETAG) == tag, !news);
                let dates = [&before, &after].map(|it| header_of(it, header::LAST_MODIFIED));
                assert_eq!(dates[0] == dates[1], !news, "{} in round {round}", outlet.id);
            }
        }
    }

    #[test]
    fn a_date_is_believed_only_without_a_tag() {
        let shared = shared();
        let path = shared.world.outlets[0].feed_path();
        let fresh = get(&shared, 0, &path, None);
        let mut headers = HeaderMap::new();
        headers.insert(header::IF_MODIFIED_SINCE, fresh.headers()[header::LAST_MODIFIED].clone());
        assert_eq!(respond(&shared, 0, &path, &headers).status(), StatusCode::NOT_MODIFIED);
        headers.insert(header::IF_NONE_MATCH, "\"other\"".parse().unwrap());
        assert_eq!(respond(&shared, 0, &path, &headers).status(), StatusCode::OK);
        headers.insert(header::IF_NONE_MATCH, "\"other\", W/\"x\"".parse().unwrap());
        assert_eq!(respond(&shared, 0, &path, &headers).status(), StatusCode::OK);
    }

    #[test]
    fn pages_appear_with_their_round() {
        let shared = shared();
        let later = shared.world.pieces.iter().find(|piece| piece.round == 3).unwrap();
        assert_eq!(get(&shared, 2, &later.path(), None).status(), StatusCode::NOT_FOUND);
        assert_eq!(get(&shared, 3, &later.path(), None).status(), StatusCode::OK);
    }

    #[test]
    fn the_broken_outlet_fails_and_then_refuses() {
        let shared = shared();
        let broken = shared.world.outlets.iter().find(|outlet| outlet.broken).unwrap();
        let statuses: Vec<u16> = (0..5)
            .map(|round| get(&shared, round, &broken.feed_path(), None).status().as_u16())
            .collect();
        assert_eq!(statuses, [500, 500, 500, 403, 403]);
    }

    #[tokio::test]
    async fn requests_over_the_wire_are_answered_and_logged() {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let server = Server::start(Arc::new(World::embedded().unwrap())).await.unwrap();
        server.set_round(1);
        let mut stream = tokio::net::TcpStream::connect(server.address()).await.unwrap();
        let request = "GET /lotus-wire/rss.xml HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
        assert!(answer.contains("UK to fund two shelters"), "{answer}");
        let expected = Request {
            round: 1,
            path: "/lotus-wire/rss.xml".to_owned(),
            conditional: false,
            status: 200,
        };
        assert_eq!(server.requests(), [expected]);
    }
}
