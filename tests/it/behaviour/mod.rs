//! How the program behaves towards the servers that it reads, on a clock in the hand: a scripted origin keeps every
//! request with its moment, and after each run what must hold at all times is checked against that log.
//!
//! Invariants: (1) every validator sent is the last one received for that address; (2) no request before the moment that
//! the database gives for its source, also across restarts; (3) no header but those that are needed; (4) never two
//! requests to one host at once; (5) what is stored is what was served, once.

mod entries;
mod moves;
mod network;
mod pages;
mod patience;
mod soak;
mod spacing;
mod validators;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use pledgewatch::config::Config;
use pledgewatch::pipeline::Engine;
use pledgewatch::pipeline::poll::PollReport;
use pledgewatch::pipeline::polls::Polls;
use pledgewatch::pipeline::round::Which;
use pledgewatch::source::PollState;
use pledgewatch::store::{Options, Store};
use pledgewatch::time::{Clock, ManualClock};
use rusqlite::Connection;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::TOPIC;
use crate::origin::{Origin, Reply, Seen};

/// A reply with this header is one that the program must not believe: its validators do not count.
const UNUSABLE: &str = "X-Unusable";

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn secs(count: i64) -> SignedDuration {
    SignedDuration::from_secs(count)
}

fn mins(count: i64) -> SignedDuration {
    SignedDuration::from_mins(count)
}

fn hours(count: i64) -> SignedDuration {
    SignedDuration::from_hours(count)
}

/// A feed with these entries, the last one first.
fn feed(items: impl IntoIterator<Item = usize>) -> String {
    headed("", items)
}

/// The same with more in its head.
fn headed(head: &str, items: impl IntoIterator<Item = usize>) -> String {
    let mut all: Vec<String> = items
        .into_iter()
        .map(|item| {
            format!(
                "<item><guid isPermaLink=\"false\">n{item}</guid><title>Boats of the river {item}</title>\
                 <link>https://paper.example/{item}</link><description>Nothing of ours.</description></item>"
            )
        })
        .collect();
    all.reverse();
    format!(
        "<rss version=\"2.0\"><channel><title>Paper</title>{head}{}</channel></rss>",
        all.concat()
    )
}

/// Answers with `body` under a tag, and 304 to whoever has that tag.
fn honest(body: String, tag: &'static str) -> impl Fn(&Seen) -> Reply + Send {
    move |seen| match seen.header("if-none-match") {
        Some(known) if known == tag => Reply::status(304).header("ETag", tag),
        _ => Reply::ok(body.clone()).header("ETag", tag),
    }
}

/// The program, its clock and the server it reads.
struct World {
    origin: Origin,
    clock: Arc<ManualClock>,
    folder: TempDir,
    runtime: Option<Runtime>,
    engine: Option<Arc<Engine>>,
    checked: std::cell::Cell<usize>,
}

impl World {
    /// One source for each path, under the name that its last part gives.
    fn new(paths: &[&str]) -> Self {
        Self::with("", |origin| {
            paths.iter().map(|path| source(path, &origin.url(path), "")).collect()
        })
    }

    /// With settings, and sources made from the origin.
    fn with(settings: &str, sources: impl Fn(&Origin) -> String) -> Self {
        let clock = Arc::new(ManualClock::new(at("2026-11-20T10:00:00Z")));
        let origin = Origin::timed(Arc::clone(&clock));
        let folder = tempfile::tempdir().unwrap();
        let write =
            |name: &str, text: String| std::fs::write(folder.path().join(name), text).unwrap();
        write("sources.toml", sources(&origin));
        write("pledgewatch.toml", format!("sources = \"sources.toml\"\n{settings}"));
        let mut world = Self {
            origin,
            clock,
            folder,
            runtime: None,
            engine: None,
            checked: std::cell::Cell::new(0),
        };
        world.start();
        world
    }

    fn start(&mut self) {
        let path = self.folder.path();
        let config = Config::load_file(&path.join("pledgewatch.toml"))
            .unwrap_or_else(|problems| panic!("{problems}"));
        let store = Store::open(Options::new(path.join("pledgewatch.db"))).unwrap();
        let clock = Arc::clone(&self.clock) as Arc<dyn Clock>;
        let engine =
            Engine::with_clock(config, path.to_owned(), Arc::clone(&TOPIC), store, clock).unwrap();
        self.engine = Some(Arc::new(engine));
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        self.runtime = Some(runtime.unwrap());
    }

    /// Ends the process in all but name, with whatever it is doing, and starts the next on the same database.
    fn restart(&mut self) {
        self.runtime.take().unwrap().shutdown_timeout(std::time::Duration::from_secs(5));
        drop(self.engine.take());
        self.start();
    }

    /// Starts again with other sources.
    fn restart_with(&mut self, sources: &str) {
        std::fs::write(self.folder.path().join("sources.toml"), sources).unwrap();
        self.restart();
    }

    fn engine(&self) -> Arc<Engine> {
        Arc::clone(self.engine.as_ref().unwrap())
    }

    fn run<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.as_ref().unwrap().block_on(future)
    }

    /// Polls what is due, and holds the requests against what the database allowed.
    fn poll(&self) -> Vec<PollReport> {
        self.poll_or_wake().0
    }

    /// The same, with the moment to wake at when nothing was due.
    fn poll_or_wake(&self) -> (Vec<PollReport>, Option<Timestamp>) {
        let allowed = self.not_before();
        let (mut polls, mut reports) = (Polls::new(), Vec::new());
        let engine = self.engine();
        let mut asked = false;
        let wake = self.run(async {
            let wake = engine.start_polls(Which::Due, &mut polls).await.unwrap();
            while let Some(ended) = polls.next().await {
                asked = true;
                reports.extend(ended);
            }
            wake
        });
        self.hold_against(&allowed);
        (reports, wake.filter(|_| !asked))
    }

    /// Polls what is due, and cuts all of it off after a while.
    fn poll_cut_short(&self) {
        let allowed = self.not_before();
        let engine = self.engine();
        let round = engine.poll_sources(Which::Due);
        let patience = std::time::Duration::from_millis(400);
        self.run(async { tokio::time::timeout(patience, round).await.unwrap_err() });
        drop(engine);
        self.hold_against(&allowed);
    }

    fn hold_against(&self, allowed: &BTreeMap<String, Timestamp>) {
        let requests = self.origin.requests();
        for seen in &requests[self.checked.get()..] {
            let early =
                allowed.get(&seen.path).filter(|not_before| seen.at.unwrap() < **not_before);
            assert!(early.is_none(), "{} was asked before {:?}", seen.path, early.unwrap());
        }
        self.checked.set(requests.len());
    }

    /// Goes on to the moment when the next poll is due, and polls.
    fn next(&self) -> Vec<PollReport> {
        let (reports, wake) = self.poll_or_wake();
        let Some(wake) = wake else { return reports };
        self.clock.set(wake.max(self.clock.now() + secs(1)));
        self.poll()
    }

    /// Polls on schedule for so long.
    fn run_for(&self, period: SignedDuration) {
        let end = self.clock.now() + period;
        while self.clock.now() < end {
            self.next();
        }
    }

    fn database(&self) -> Connection {
        Connection::open(self.folder.path().join("pledgewatch.db")).unwrap()
    }

    /// What is remembered of a source.
    fn state(&self, id: &str) -> PollState {
        let sql = "SELECT state FROM source_state WHERE source_id = ?1";
        let json: String = self.database().query_row(sql, [id], |row| row.get(0)).unwrap();
        serde_json::from_str(&json).unwrap()
    }

    /// Polled path and the moment before which it may not be asked.
    fn not_before(&self) -> BTreeMap<String, Timestamp> {
        let database = self.database();
        let mut query = database
            .prepare("SELECT url, state FROM sources JOIN source_state ON source_id = id")
            .unwrap();
        let rows = query
            .query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))
            .unwrap();
        rows.map(Result::unwrap)
            .filter_map(|(url, json)| {
                let state: PollState = serde_json::from_str(&json).unwrap();
                let url = url::Url::parse(state.address(&url)).unwrap();
                Some((url.path().to_owned(), state.not_before?))
            })
            .collect()
    }

    /// Requests for a path.
    fn asked(&self, path: &str) -> Vec<Seen> {
        self.origin.requests().into_iter().filter(|seen| seen.path == path).collect()
    }

    /// Times between the requests for a path.
    fn distances(&self, path: &str) -> Vec<SignedDuration> {
        let moments: Vec<Timestamp> =
            self.asked(path).iter().map(|seen| seen.at.unwrap()).collect();
        moments.windows(2).map(|pair| pair[1].duration_since(pair[0])).collect()
    }

    /// Keys of the stored entries of a source; a key is stored once by the rules of its table.
    fn entries(&self, id: &str) -> BTreeSet<String> {
        let database = self.database();
        let mut query = database.prepare("SELECT key FROM entries WHERE source_id = ?1").unwrap();
        query.query_map([id], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    }

    /// What must hold at all times.
    fn check(&self) {
        self.check_that(true);
    }

    /// The same; where answers were lost with the program that got them, an earlier validator may be sent too.
    fn check_that(&self, every_answer_was_kept: bool) {
        assert!(self.origin.most_at_once() <= 1, "two requests at once");
        let mut known: BTreeMap<String, [Option<Vec<u8>>; 2]> = BTreeMap::new();
        let mut ever: BTreeSet<(String, Vec<u8>)> = BTreeSet::new();
        for seen in self.origin.requests() {
            for (name, _) in &seen.headers {
                let needed = [
                    "accept",
                    "accept-encoding",
                    "host",
                    "user-agent",
                    "if-none-match",
                    "if-modified-since",
                ];
                assert!(needed.contains(&name.as_str()), "{}: header {name}", seen.path);
            }
            let place = known.entry(seen.path.clone()).or_default();
            let pairs = [("if-none-match", "etag"), ("if-modified-since", "last-modified")];
            for (at, (asked, _)) in pairs.iter().enumerate() {
                if let Some(sent) = seen.bytes(asked) {
                    if !every_answer_was_kept && ever.contains(&(seen.path.clone(), sent.to_vec()))
                    {
                        continue;
                    }
                    assert_eq!(Some(sent), place[at].as_deref(), "{}: {asked}", seen.path);
                }
            }
            if seen.sent(UNUSABLE).is_some() {
                continue;
            }
            for (at, (_, given)) in pairs.iter().enumerate() {
                let value = seen.sent(given).map(<[u8]>::to_vec);
                ever.extend(value.clone().map(|value| (seen.path.clone(), value)));
                match seen.status {
                    200 => place[at] = value,
                    304 => place[at] = value.or(place[at].take()),
                    _ => {}
                }
            }
        }
    }
}

/// A source that is read every half hour.
fn source(path: &str, url: &str, more: &str) -> String {
    let id = path.trim_start_matches('/').replace('/', "-");
    format!(
        "[[source]]\nid = \"{id}\"\nname = \"{id}\"\nurl = \"{url}\"\nschedule = \"*/30 * * * *\"\n\
         allow_private = true\n{more}\n"
    )
}

/// One that is read four times a day, for tests of weeks: half an hour at a time they take minutes.
fn seldom(path: &str, url: &str) -> String {
    source(path, url, "").replace("*/30 * * * *", "0 */6 * * *")
}

/// The keys of these entries.
fn keys(items: impl IntoIterator<Item = usize>) -> BTreeSet<String> {
    items.into_iter().map(|item| format!("id:n{item}")).collect()
}
