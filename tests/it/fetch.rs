//! Fetching over real HTTP against a scripted origin on loopback.

use std::io::Write;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use jiff::Timestamp;
use pledgewatch::fetch::{FetchError, Fetcher, Outcome, Request, Route, Settings, Validators};
use pledgewatch::time::ManualClock;

use crate::origin::{Origin, Reply};

fn now() -> Timestamp {
    "2026-05-04T10:00:00Z".parse().unwrap()
}

fn fetcher() -> Fetcher {
    let settings =
        Settings { contact: "https://desk.example/watch".to_owned(), ..Settings::default() };
    Fetcher::new(settings, Arc::new(ManualClock::new(now()))).unwrap()
}

fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

fn request(url: String) -> Request {
    Request { route: local(), ..Request::feed(url) }
}

fn local() -> Route {
    Route { allow_private: true, ..Route::default() }
}

fn get(request: &Request) -> Outcome {
    run(fetcher().get(request))
}

fn code(outcome: &Outcome) -> &'static str {
    outcome.code()
}

fn validators(outcome: Outcome) -> Validators {
    match outcome {
        Outcome::Fresh { validators, .. } | Outcome::NotModified { validators, .. } => validators,
        other => panic!("{other:?}"),
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn a_poll_names_itself_and_sends_nothing_it_need_not() {
    let origin = Origin::start();
    origin.script("/feed?id=7", vec![Reply::ok("x")]);
    assert_eq!(code(&get(&request(origin.url("/feed?id=7#top")))), "fetch.fresh");
    let requests = origin.requests();
    assert_eq!(requests.len(), 1);
    let seen = &requests[0];
    assert_eq!((seen.method.as_str(), seen.path.as_str()), ("GET", "/feed?id=7"));
    let agent = format!("pledgewatch/{} (+https://desk.example/watch)", env!("CARGO_PKG_VERSION"));
    assert_eq!(seen.header("user-agent"), Some(agent.as_str()));
    assert!(seen.header("accept").unwrap().starts_with("application/atom+xml"));
    let mut names: Vec<&str> = seen.headers.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["accept", "accept-encoding", "host", "user-agent"]);
}

#[test]
fn validators_come_back_byte_for_byte() {
    let etags: &[&[u8]] = &[
        b"\"a\"",
        b"W/\"a\"",
        b"\"a b\"",
        b"\"\"",
        b"\"a,b\"",
        b"abc",
        b"\"\xc4\x91\xff\"",
        &[b'x'; 4096],
    ];
    let dates = [
        "Mon, 04 May 2026 09:00:00 GMT",
        "Monday, 04-May-26 09:00:00 GMT",
        "Mon May  4 09:00:00 2026",
        "Tue, 04 May 2026 09:00:00 -0000",
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "Sat, 04 May 2041 09:00:00 GMT",
        "hôm qua",
        "yesterday",
    ];
    let origin = Origin::start();
    for (etag, date) in etags.iter().zip(dates) {
        let fresh = Reply::ok("x").header("ETag", etag).header("Last-Modified", date);
        origin.script("/feed", vec![fresh, Reply::status(304)]);
        let mut request = request(origin.url("/feed"));
        request.validators = Some(validators(get(&request)));
        let again = get(&request);
        assert_eq!(code(&again), "fetch.not_modified");
        let seen = origin.requests().pop().unwrap();
        assert_eq!(seen.bytes("if-none-match"), Some(*etag));
        assert_eq!(seen.bytes("if-modified-since"), Some(date.as_bytes()));
        // A 304 that brings nothing keeps what was known.
        assert_eq!(Some(validators(again)), request.validators);
    }
}

#[test]
fn a_304_refreshes_and_a_200_replaces() {
    let origin = Origin::start();
    origin.script(
        "/feed",
        vec![
            Reply::ok("x").header("ETag", "\"1\"").header("Last-Modified", "first"),
            Reply::status(304).header("ETag", "\"2\""),
            Reply::ok("x").header("Last-Modified", "third"),
            Reply::ok("x"),
        ],
    );
    let mut request = request(origin.url("/feed"));
    let mut step = || {
        let known = validators(get(&request));
        let text = |bytes: &Option<Vec<u8>>| bytes.clone().map(|b| String::from_utf8(b).unwrap());
        let pair = (text(&known.etag), text(&known.last_modified));
        request.validators = Some(known);
        pair
    };
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(step(), (some("\"1\""), some("first")));
    assert_eq!(
        step(),
        (some("\"2\""), some("first")),
        "a 304 lays what it brings over what was known"
    );
    assert_eq!(step(), (None, some("third")), "validators of two representations never mix");
    assert_eq!(step(), (None, None));
}

#[test]
fn a_304_to_an_unconditional_request_is_an_error() {
    let origin = Origin::start();
    origin.script("/feed", vec![Reply::status(304)]);
    let outcome = get(&request(origin.url("/feed")));
    assert_eq!(code(&outcome), "fetch.unexpected_304");
}

#[test]
fn validators_are_returned_only_to_the_address_that_sent_them() {
    let origin = Origin::start();
    origin.script("/old", vec![Reply::redirect(302, "/new")]);
    origin.script("/new", vec![Reply::ok("x").header("ETag", "\"n\""), Reply::status(304)]);
    let mut request = request(origin.url("/old"));
    request.validators = Some(validators(get(&request)));
    assert_eq!(code(&get(&request)), "fetch.not_modified");
    let asked: Vec<_> = origin
        .requests()
        .iter()
        .map(|r| (r.path.clone(), r.header("if-none-match").is_some()))
        .collect();
    let expected = [("/old", false), ("/new", false), ("/old", false), ("/new", true)];
    assert_eq!(asked, expected.map(|(path, sent)| (path.to_owned(), sent)));
}

#[test]
fn only_a_chain_of_permanent_hops_gives_a_new_address() {
    let origin = Origin::start();
    origin.script("/a", vec![Reply::redirect(301, "b")]);
    origin.script("/b", vec![Reply::redirect(308, &origin.url("/c"))]);
    origin.script("/c", vec![Reply::ok("x").header("Content-Type", "Text/XML; Charset=\"UTF-8\"")]);
    origin.script("/m", vec![Reply::redirect(301, "/n")]);
    origin.script("/n", vec![Reply::redirect(302, "/c")]);
    match get(&request(origin.url("/a"))) {
        Outcome::Fresh { final_url, permanent, content_type, charset, .. } => {
            assert_eq!(final_url, origin.url("/c"));
            assert_eq!(permanent, Some(origin.url("/c")));
            assert_eq!(content_type.as_deref(), Some("text/xml"));
            assert_eq!(charset.as_deref(), Some("UTF-8"));
        }
        other => panic!("{other:?}"),
    }
    match get(&request(origin.url("/m"))) {
        Outcome::Fresh { permanent, .. } => assert_eq!(permanent, None),
        other => panic!("{other:?}"),
    }
}

#[test]
fn redirects_are_bounded_and_stay_on_http() {
    let origin = Origin::start();
    for hop in 0..9 {
        origin.script(&format!("/{hop}"), vec![Reply::redirect(302, &format!("/{}", hop + 1))]);
    }
    origin.script("/9", vec![Reply::ok("x")]);
    origin.script("/loop", vec![Reply::redirect(302, "/loop")]);
    origin.script("/file", vec![Reply::redirect(302, "file:///etc/hostname")]);
    origin.script("/bare", vec![Reply::status(302)]);
    assert_eq!(code(&get(&request(origin.url("/4")))), "fetch.fresh");
    for (path, expected) in [
        ("/3", "fetch.too_many_redirects"),
        ("/loop", "fetch.too_many_redirects"),
        ("/file", "fetch.redirect"),
        ("/bare", "fetch.redirect"),
    ] {
        assert_eq!(code(&get(&request(origin.url(path)))), expected, "{path}");
    }
}

#[test]
fn configured_headers_do_not_follow_to_another_origin() {
    let (first, second) = (Origin::start(), Origin::start());
    first.script("/feed", vec![Reply::redirect(302, "/here")]);
    first.script("/here", vec![Reply::redirect(302, &second.url("/there"))]);
    second.script("/there", vec![Reply::ok("x")]);
    let mut request = request(first.url("/feed").replace("http://", "http://lan:secret@"));
    request.headers = vec![("X-Key".to_owned(), "k".to_owned())];
    assert_eq!(code(&get(&request)), "fetch.fresh");
    for seen in first.requests() {
        assert_eq!(seen.header("x-key"), Some("k"), "{}", seen.path);
        assert!(seen.header("authorization").is_some(), "{}", seen.path);
    }
    let there = &second.requests()[0];
    assert!(there.header("x-key").is_none() && there.header("authorization").is_none());
}

#[test]
fn private_addresses_are_refused_unless_the_source_allows_them() {
    let origin = Origin::start();
    origin.script("/feed", vec![Reply::ok("x")]);
    let port = origin.port();
    for host in [
        "127.0.0.1",
        "localhost",
        "127.1",
        "0x7f000001",
        "2130706433",
        "[::ffff:127.0.0.1]",
        "[::1]",
    ] {
        let guarded = Request::feed(format!("http://{host}:{port}/feed"));
        match get(&guarded) {
            Outcome::Failed(error @ FetchError::BlockedAddress { .. }) => {
                assert!(!error.is_transient())
            }
            other => panic!("{host}: {other:?}"),
        }
    }
    assert!(origin.requests().is_empty());
    assert_eq!(code(&get(&request(format!("http://localhost:{port}/feed")))), "fetch.fresh");
}

#[test]
fn a_bomb_is_stopped_at_the_limit_after_decompression() {
    let origin = Origin::start();
    let plain = vec![b'a'; 20 << 20];
    origin.script("/bomb", vec![Reply::ok(gzip(&plain)).header("Content-Encoding", "gzip")]);
    origin.script("/hidden", vec![Reply::ok(gzip(&plain))]);
    origin.script("/plain", vec![Reply::ok(plain)]);
    for path in ["/bomb", "/hidden", "/plain"] {
        let request = Request { max_bytes: 1 << 20, ..request(origin.url(path)) };
        assert_eq!(code(&get(&request)), "fetch.too_large", "{path}");
    }
}

#[test]
fn packed_bodies_arrive_unpacked_whether_or_not_they_say_so() {
    let origin = Origin::start();
    let body = "<rss/>".repeat(500).into_bytes();
    origin.script("/said", vec![Reply::ok(gzip(&body)).header("Content-Encoding", "gzip")]);
    origin.script("/unsaid", vec![Reply::ok(gzip(&body))]);
    origin.script("/twice", vec![Reply::ok(gzip(&gzip(&body))).header("Content-Encoding", "gzip")]);
    for path in ["/said", "/unsaid", "/twice"] {
        match get(&request(origin.url(path))) {
            Outcome::Fresh { body: read, .. } => assert_eq!(read, body, "{path}"),
            other => panic!("{path}: {other:?}"),
        }
    }
    let mut broken = gzip(&body);
    broken.truncate(broken.len() / 2);
    origin.script("/broken", vec![Reply::ok(broken).header("Content-Encoding", "gzip")]);
    match get(&request(origin.url("/broken"))) {
        Outcome::Failed(error) => assert!(error.is_transient(), "{error}"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn half_a_body_is_a_failure() {
    let origin = Origin::start();
    origin.script("/cut", vec![Reply::ok("<rss>").cut()]);
    let outcome = get(&request(origin.url("/cut")));
    assert_eq!(code(&outcome), "fetch.truncated");
}

#[test]
fn slow_silent_and_endless_hosts_are_given_up() {
    let origin = Origin::start();
    origin.script("/hang", vec![Reply::hang()]);
    origin.script("/drip", vec![Reply::ok("x".repeat(10_000)).drip(1, Duration::from_millis(20))]);
    origin.script("/endless", vec![Reply::ok("x".repeat(60_000)).endless()]);
    // A host that hangs never ends its answer, and one that drips takes minutes: to be told so is to have given up.
    for (path, expected) in
        [("/hang", "fetch.timeout"), ("/drip", "fetch.timeout"), ("/endless", "fetch.too_large")]
    {
        let mut request = request(origin.url(path));
        request.deadline = Duration::from_millis(300);
        request.max_bytes = 1 << 20;
        if path == "/endless" {
            request.deadline = Duration::from_secs(20);
        }
        assert_eq!(code(&get(&request)), expected, "{path}");
    }
}

#[test]
fn a_host_where_nobody_listens_is_told_from_a_name_without_address() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    assert_eq!(code(&get(&request(format!("http://{free}/")))), "fetch.refused");
    assert_eq!(code(&get(&request("http://no-such-host.invalid/".to_owned()))), "fetch.dns");
    for url in ["file:///etc/hostname", "ftp://a.test/", "feed", "http://"] {
        assert_eq!(code(&get(&request(url.to_owned()))), "fetch.url", "{url}");
    }
}

#[test]
fn a_plain_answer_to_an_encrypted_request_is_a_failure_of_tls() {
    let origin = Origin::start();
    let url = origin.url("/").replace("http://", "https://");
    match get(&request(url)) {
        Outcome::Failed(error @ (FetchError::Tls { .. } | FetchError::Connect { .. })) => {
            assert_eq!(error.code(), "fetch.tls", "{error:?}");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn being_told_to_stop_is_not_a_failure() {
    let origin = Origin::start();
    let wait = |status, value: &str| {
        origin.script("/feed", vec![Reply::status(status).header("Retry-After", value)]);
        match get(&request(origin.url("/feed"))) {
            Outcome::Wait { until, status, .. } => {
                (until.map(|u| u.duration_since(now()).as_secs()), status)
            }
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(wait(429, "120"), (Some(120), 429));
    assert_eq!(wait(429, "soon"), (None, 429));
    assert_eq!(wait(503, "Mon, 04 May 2026 10:30:00 GMT"), (Some(1_800), 503));
    for (reply, expected) in [
        (Reply::status(410), "fetch.gone"),
        (Reply::status(503), "fetch.status"),
        (Reply::status(403).header("cf-mitigated", "challenge"), "fetch.challenge"),
        (Reply::status(404), "fetch.status"),
        (Reply::status(204), "fetch.status"),
    ] {
        origin.script("/feed", vec![reply]);
        assert_eq!(code(&get(&request(origin.url("/feed")))), expected);
    }
}

#[test]
fn freshness_counts_for_200_and_for_304() {
    let origin = Origin::start();
    let fresh = |status| {
        Reply::status(status).header("Cache-Control", "max-age=600").header("ETag", "\"a\"")
    };
    origin.script("/feed", vec![fresh(200).body("x"), fresh(304)]);
    let mut request = request(origin.url("/feed"));
    for _ in 0..2 {
        let outcome = get(&request);
        let (Outcome::Fresh { freshness_until, .. } | Outcome::NotModified { freshness_until, .. }) =
            &outcome
        else {
            panic!("{outcome:?}")
        };
        assert_eq!(freshness_until.unwrap().duration_since(now()).as_secs(), 600);
        request.validators = Some(validators(outcome));
    }
}

#[test]
fn a_host_is_asked_one_thing_at_a_time() {
    let origin = Origin::start();
    origin.script("/slow", vec![Reply::ok("x".repeat(10)).drip(5, Duration::from_millis(30))]);
    let fetcher = Arc::new(fetcher());
    let url = origin.url("/slow");
    run(async {
        let mut tasks = Vec::new();
        for _ in 0..6 {
            let (fetcher, request) = (Arc::clone(&fetcher), request(url.clone()));
            tasks.push(tokio::spawn(async move { fetcher.get(&request).await.code() }));
        }
        for task in tasks {
            assert_eq!(task.await.unwrap(), "fetch.fresh");
        }
    });
    assert_eq!(origin.requests().len(), 6);
    assert_eq!(origin.most_at_once(), 1);
}

#[test]
fn a_wait_counts_from_the_answer_and_not_from_the_queue_before_it() {
    let origin = Origin::start();
    origin.script("/first", vec![Reply::ok("x")]);
    origin.script("/busy", vec![Reply::status(429).header("Retry-After", "120")]);
    let settings = Settings { private_gap: Duration::from_secs(5), ..Settings::default() };
    let clock = Arc::new(ManualClock::new(now()));
    let fetcher = Fetcher::new(settings, clock.clone()).unwrap();
    let (first, busy) = (request(origin.url("/first")), request(origin.url("/busy")));
    let outcome = run(async {
        fetcher.get(&first).await;
        fetcher.get(&busy).await
    });
    let Outcome::Wait { until: Some(until), .. } = outcome else { panic!("{outcome:?}") };
    assert_eq!(until.duration_since(now()).as_secs(), 125);
}
