//! What storing costs: `cargo bench --bench speed -- store`. Processor time of the whole process, because one thread asks and
//! another writes.

use crate::process::micros_each;
use crate::support::generator::{self, Shape};
use anyhow::Result;
use jiff::Timestamp;
use pledgewatch::model::{
    Article, Entry, Language, Relevance, RelevanceDecision, Source, SourceId, SourceKind, Trust,
    Why,
};
use pledgewatch::store::{
    self, ArticleRecord, Fate, Options, PollRecord, SeenEntry, SourceState, Store, Validators,
};

const NOW: &str = "2026-06-02T00:00:00Z";

/// Measures and prints all of it, at two sizes.
///
/// # Errors
/// When the database refuses, or the system does not tell processor time.
pub fn run() -> Result<()> {
    let mut first = None;
    for entries in [7_000, 70_000] {
        let folder = std::env::temp_dir().join(format!("pledgewatch-store-{}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        let figures = measure(&Store::open(Options::new(folder.join("bench.db")))?, entries)?;
        std::fs::remove_dir_all(&folder)?;
        println!("\n{entries} entries: microseconds each");
        for (at, (name, micros)) in figures.iter().enumerate() {
            let growth = first.as_ref().map_or(String::new(), |first: &Vec<(&str, f64)>| {
                format!("   growth {:.2}", micros / first[at].1)
            });
            println!("  {name:<44}{micros:9.1}  {:9.0} a second{growth}", 1e6 / micros);
        }
        first = first.or(Some(figures));
    }
    Ok(())
}

fn measure(store: &Store, entries: usize) -> Result<Vec<(&'static str, f64)>> {
    let shape = Shape::default();
    let feeds = entries / shape.entries;
    let now: Timestamp = NOW.parse()?;
    let sources: Vec<Source> = (0..feeds).map(source).collect();
    store.write_blocking(move |tx| store::sync_sources(tx, &sources, now))?;
    let polls: Vec<PollRecord> = (0..feeds).map(|feed| poll(&shape, feed, now)).collect();
    let texts: Vec<Article> =
        (0..500).map(|number| crate::articles::article(Language::En, 4000, number)).collect();
    let mut figures = Vec::new();

    let batches: Vec<Vec<PollRecord>> = polls.chunks(20).map(<[PollRecord]>::to_vec).collect();
    let time = micros_each(entries, || {
        for batch in batches {
            store.write_blocking(move |tx| store::record_polls(tx, &batch))?;
        }
        Ok(())
    })?;
    figures.push(("a new entry, twenty feeds a transaction", time));

    let rounds = 200_000_usize.div_ceil(entries);
    let time = micros_each(entries * rounds, || {
        for poll in std::iter::repeat_n(&polls, rounds).flatten() {
            let keys = poll.entries.iter().map(|seen| seen.entry.key.as_str());
            store
                .read_blocking(|connection| store::known_entries(connection, &poll.source, keys))?;
        }
        Ok(())
    })?;
    figures.push(("looking up a known entry", time));

    let unchanged: Vec<PollRecord> =
        polls.iter().map(|poll| PollRecord { entries: Vec::new(), ..poll.clone() }).collect();
    let rounds = 40_000_usize.div_ceil(feeds);
    let time = micros_each(feeds * rounds, || {
        for batch in std::iter::repeat_n(&unchanged, rounds).flat_map(|polls| polls.chunks(20)) {
            let batch = batch.to_vec();
            store.write_blocking(move |tx| store::record_polls(tx, &batch))?;
        }
        Ok(())
    })?;
    figures.push(("a poll without news, twenty a transaction", time));

    let count = texts.len();
    let time = micros_each(count, || {
        for article in texts {
            let record = ArticleRecord {
                id: None,
                source: Some(SourceId::new("f0")),
                entry: None,
                article,
                body_hash: None,
                trust: Trust::Normal,
                arrived: now,
                baseline: false,
                relevance: Relevance { decision: RelevanceDecision::Keep, ..rejected() },
                story: None,
                reserved: false,
            };
            store.write_blocking(move |tx| store::insert_article(tx, &record))?;
        }
        Ok(())
    })?;
    figures.push(("a kept article of 4 kB with full-text index", time));
    Ok(figures)
}

fn source(feed: usize) -> Source {
    Source {
        id: SourceId::new(format!("f{feed}")),
        name: format!("Feed {feed}"),
        url: format!("http://farm.example/f/{feed}"),
        kind: SourceKind::Feed,
        language: None,
        trust: Trust::Normal,
        date_zone: None,
        wrong_zone: false,
        headers: Vec::new(),
        allow_private: true,
        enabled: true,
        page: None,
    }
}

fn poll(shape: &Shape, feed: usize, now: Timestamp) -> PollRecord {
    let url = format!("http://farm.example/f/{feed}");
    PollRecord {
        source: SourceId::new(format!("f{feed}")),
        started: now,
        finished: now,
        outcome: "fetch.fresh".to_owned(),
        ok: true,
        http_status: Some(200),
        bytes: 80_000,
        seen: 35,
        error: None,
        validators: Some(Validators {
            url,
            etag: Some(b"\"0123456789abcdef\"".to_vec()),
            last_modified: Some(b"Mon, 01 Jun 2026 00:00:00 GMT".to_vec()),
            body_hash: Some("0".repeat(64)),
        }),
        entries: generator::items(shape, feed, 0)
            .into_iter()
            .map(|item| seen(feed, item))
            .collect(),
        baseline: true,
        state: SourceState {
            json: "{\"unchanged\":3,\"failures\":0,\"health\":\"ok\"}".to_owned(),
            next_due: Some(now),
            not_before: Some(now),
            health: "ok".to_owned(),
        },
        pause: None,
    }
}

fn seen(feed: usize, item: generator::Item) -> SeenEntry {
    let link = format!("http://farm.example{}", generator::page_path(feed, item.number));
    let entry = Entry {
        key: format!("link:{link}"),
        revision: format!("{:032x}", item.number),
        link: Some(link),
        title: item.title,
        summary: item.summary,
        content: Some(item.text),
        published: Timestamp::from_second(item.at).ok(),
        updated: None,
        language: None,
    };
    SeenEntry { entry, fate: Fate::Rejected(rejected()) }
}

fn rejected() -> Relevance {
    Relevance {
        decision: RelevanceDecision::Reject,
        score: 0.0,
        why: Why::Missing {
            groups: vec![vec!["Vietnam".to_owned()], vec!["the UK".to_owned()]],
            mistaken: None,
        },
        hits: Vec::new(),
    }
}
