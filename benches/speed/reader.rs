//! The two readers that are measured on the farm, each in a process of its own: pledgewatch, and the bare parts that
//! any reader in Rust is made of, wired together without a thought for anything else. The second is the yardstick: how
//! long a round takes depends on the machine, how many times as long as the bare parts take does not.

use std::io::{BufRead, Read, Write};
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use jiff::SignedDuration;
use pledgewatch::config::Config;
use pledgewatch::config::topic::Topic;
use pledgewatch::pipeline::Engine;
use pledgewatch::pipeline::round::Which;
use pledgewatch::store::{Options, Store};
use pledgewatch::time::{Clock, ManualClock};
use rusqlite::params;
use tokio::task::JoinSet;

use crate::process;

/// The newest generated entry is a day older.
const START: &str = "2026-06-02T00:00:00Z";
/// From round to round: more than the smallest distance of two polls.
const STEP: SignedDuration = SignedDuration::from_mins(61);
/// Requests of the bare reader at a time; pledgewatch has its own limit.
const AT_ONCE: usize = 16;

/// What a reader has used for one command, and what came of it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Used {
    /// User and system time in milliseconds.
    pub cpu_ms: u64,
    /// Most memory so far, in kB.
    pub peak_kb: u64,
    /// Entries that it has stored in all.
    pub entries: u64,
    /// Pages read by this command.
    pub pages: u64,
}

impl Used {
    /// The line by which a reader tells it.
    pub fn line(self) -> String {
        format!("{} {} {} {}", self.cpu_ms, self.peak_kb, self.entries, self.pages)
    }

    /// Reads such a line.
    ///
    /// # Errors
    /// When it is another one.
    pub fn read(line: &str) -> Result<Self> {
        let numbers: Vec<u64> = line
            .split_whitespace()
            .map(str::parse)
            .collect::<Result<_, _>>()
            .context(line.to_owned())?;
        match numbers[..] {
            [cpu_ms, peak_kb, entries, pages] => Ok(Self { cpu_ms, peak_kb, entries, pages }),
            _ => bail!("a reader said: {line}"),
        }
    }
}

/// Serves commands from standard input until it ends: `start` answers at once, `poll` asks every feed, `judge` reads
/// what waits, `round` does all that `once` does. `kind` is `pledgewatch` or `bare`.
///
/// # Errors
/// When the reader cannot be set up, or a round fails.
pub fn serve(kind: &str, folder: &Path) -> Result<()> {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        match kind {
            "pledgewatch" => product(folder).await,
            "bare" => bare(folder).await,
            _ => bail!("there is no reader {kind}"),
        }
    })
}

fn answer(used: Used) -> Result<()> {
    println!("{}", used.line());
    Ok(std::io::stdout().flush()?)
}

fn entries(connection: &rusqlite::Connection) -> rusqlite::Result<u64> {
    connection
        .query_row("SELECT count(*) FROM entries", [], |row| row.get::<_, u32>(0).map(u64::from))
}

fn used(before: std::time::Duration, pages: usize) -> Result<Used> {
    Ok(Used {
        cpu_ms: u64::try_from((process::processor_time()? - before).as_millis())?,
        peak_kb: process::peak_memory()?,
        entries: 0,
        pages: pages as u64,
    })
}

async fn product(folder: &Path) -> Result<()> {
    let mut before = std::time::Duration::ZERO;
    let settings = folder.join("pledgewatch.toml");
    let config = Config::load_file(&settings).map_err(|problems| anyhow::anyhow!("{problems}"))?;
    let clock = Arc::new(ManualClock::new(START.parse()?));
    let store = Store::open(Options::new(folder.join("bench.db")))?;
    let shared = Arc::clone(&clock) as Arc<dyn Clock>;
    let engine =
        Arc::new(Engine::with_clock(config, folder.to_owned(), Topic::embedded(), store, shared)?);
    for line in std::io::stdin().lock().lines() {
        let mut pages = 0;
        match line?.as_str() {
            "start" => {}
            "poll" => {
                engine.poll_sources(Which::Allowed).await?;
            }
            "judge" => {
                pages = engine.judge_pending().await?.len();
                engine.tell().await?;
            }
            "round" => {
                clock.advance(STEP);
                pages = engine.round(Which::Allowed).await?.entries.len();
            }
            other => bail!("there is no command {other}"),
        }
        let mut used = used(before, pages)?;
        used.entries = engine.store.read(|connection| Ok(entries(connection)?)).await?;
        answer(used)?;
        before = process::processor_time()?;
    }
    Ok(())
}

/// What the bare reader knows of a feed.
#[derive(Debug, Clone)]
struct Known {
    number: usize,
    url: String,
    etag: Option<reqwest::header::HeaderValue>,
}

async fn bare(folder: &Path) -> Result<()> {
    let mut before = std::time::Duration::ZERO;
    // As in pledgewatch; refused when it is there.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder().no_proxy().pool_max_idle_per_host(1).build()?;
    let mut feeds: Vec<Known> = std::fs::read_to_string(folder.join("urls.txt"))?
        .lines()
        .enumerate()
        .map(|(number, url)| Known { number, url: url.to_owned(), etag: None })
        .collect();
    let mut database = rusqlite::Connection::open(folder.join("bare.db"))?;
    database.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
         CREATE TABLE entries (feed INTEGER, key TEXT, title TEXT, summary TEXT, link TEXT, at INTEGER,
             UNIQUE (feed, key));",
    )?;
    for line in std::io::stdin().lock().lines() {
        if matches!(line?.as_str(), "poll" | "round") {
            bare_round(&client, &mut feeds, &mut database).await?;
        }
        let mut used = used(before, 0)?;
        used.entries = entries(&database)?;
        answer(used)?;
        before = process::processor_time()?;
    }
    Ok(())
}

async fn bare_round(
    client: &reqwest::Client,
    feeds: &mut [Known],
    database: &mut rusqlite::Connection,
) -> Result<()> {
    let mut tasks = JoinSet::new();
    let mut next = 0;
    loop {
        while tasks.len() < AT_ONCE && next < feeds.len() {
            tasks.spawn(ask(client.clone(), feeds[next].clone()));
            next += 1;
        }
        let Some(done) = tasks.join_next().await else { return Ok(()) };
        let (known, body) = done??;
        let number = known.number;
        feeds[number] = known;
        if let Some(body) = body {
            insert(database, number, &feed_rs::parser::parse(body.as_slice())?)?;
        }
    }
}

/// One conditional request.
async fn ask(client: reqwest::Client, mut known: Known) -> Result<(Known, Option<Vec<u8>>)> {
    let mut request = client.get(&known.url).header(reqwest::header::ACCEPT_ENCODING, "gzip");
    if let Some(etag) = &known.etag {
        request = request.header(reqwest::header::IF_NONE_MATCH, etag);
    }
    let response = request.send().await?;
    if response.status() == reqwest::StatusCode::NOT_MODIFIED {
        return Ok((known, None));
    }
    known.etag = response.headers().get(reqwest::header::ETAG).cloned();
    let packed = response.error_for_status()?.bytes().await?;
    let mut body = Vec::new();
    flate2::read::GzDecoder::new(packed.as_ref()).read_to_end(&mut body)?;
    Ok((known, Some(body)))
}

fn insert(
    database: &mut rusqlite::Connection,
    feed: usize,
    parsed: &feed_rs::model::Feed,
) -> Result<()> {
    let transaction = database.transaction()?;
    {
        let mut statement = transaction.prepare_cached(
            "INSERT INTO entries VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING",
        )?;
        for entry in &parsed.entries {
            let text = |text: &Option<feed_rs::model::Text>| {
                text.as_ref().map(|text| text.content.clone()).unwrap_or_default()
            };
            let link = entry.links.first().map(|link| link.href.as_str());
            statement.execute(params![
                i64::try_from(feed)?,
                entry.id,
                text(&entry.title),
                text(&entry.summary),
                link,
                entry.published.map(|at| at.timestamp_millis())
            ])?;
        }
    }
    Ok(transaction.commit()?)
}
