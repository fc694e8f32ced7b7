//! What understanding a text costs, stage by stage: `cargo bench --bench speed -- language`. Processor time of one thread.
//!
//! Every stage is also measured on ten and a hundred times the text (and the ledger at ten and a hundred times the
//! entries): what grows faster than its input shows in the last columns, which should say 1.

use crate::process::micros_each;
use crate::stopwatch::micros;
use crate::support::generator::{self, Shape};
use anyhow::Result;
use jiff::Timestamp;
use pledgewatch::article::{self, PageContext};
use pledgewatch::commitments;
use pledgewatch::config::topic::Topic;
use pledgewatch::feed::{self, FeedContext};
use pledgewatch::ledger::{ArticleFacts, Ledger};
use pledgewatch::model::{
    ArticleId, Commitment, CommitmentId, Language, Mention, SourceKind, Trust,
};
use pledgewatch::pipeline::reading;
use pledgewatch::relevance;
use pledgewatch::text;

const SIZES: [usize; 3] = [4_000, 40_000, 400_000];
const LEDGERS: [usize; 3] = [100, 1_000, 10_000];
/// Documents of each format.
const FEEDS: usize = 500;
const NOW: &str = "2026-06-02T00:00:00Z";

/// Measures and prints all of it.
///
/// # Errors
/// When the system does not tell processor time.
pub fn run() -> Result<()> {
    let topic = Topic::embedded();
    entries(&topic)?;
    for language in [Language::En, Language::Vi] {
        texts(language, &topic)?;
    }
    ledgers(&topic)?;
    pages(&topic)?;
    feeds()
}

/// The decision by title and summary, which every entry of every feed needs.
fn entries(topic: &Topic) -> Result<()> {
    println!("title and summary of a feed entry");
    for (name, feed) in [("en", 1), ("vi", 3)] {
        let items: Vec<generator::Item> =
            (0..200).map(|number| generator::item(&Shape::default(), feed, number)).collect();
        let bytes: usize = items.iter().map(|item| item.title.len() + item.summary.len()).sum();
        let time = micros(|| {
            items
                .iter()
                .filter(|item| {
                    relevance::judge_entry(&item.title, &item.summary, None, topic).is_fetch()
                })
                .count()
        })?;
        println!("  {name}: {:6.1} µs per entry of {} bytes", time / 200.0, bytes / 200);
    }
    Ok(())
}

fn texts(language: Language, topic: &Topic) -> Result<()> {
    let title = crate::articles::title(language);
    let mut rows: Vec<(&str, Vec<f64>)> = ["analyse", "relevance", "mentions", "all of reading"]
        .map(|name| (name, Vec::new()))
        .to_vec();
    let mut found = Vec::new();
    for size in SIZES {
        let article = crate::articles::article(language, size, 1);
        let document = text::analyse(&article.text, &topic.words);
        found.push(commitments::extract(&document, topic, None).mentions.len());
        let times = [
            micros(|| text::analyse(&article.text, &topic.words))?,
            micros(|| relevance::judge_article(title, &document, topic))?,
            micros(|| commitments::extract(&document, topic, None))?,
            micros(|| reading::read(article.clone(), topic))?,
        ];
        for (row, time) in rows.iter_mut().zip(times) {
            row.1.push(time);
        }
    }
    println!("\ntext in {}: milliseconds at {SIZES:?} bytes ({found:?} mentions)", language.tag());
    for (name, times) in rows {
        growth(name, &times);
    }
    Ok(())
}

/// Milliseconds at three sizes, and by how much the cost of one byte or entry grows from each to the next.
fn growth(name: &str, times: &[f64]) {
    let shown: Vec<String> = times.iter().map(|time| format!("{:9.3}", time / 1000.0)).collect();
    let factors: Vec<String> =
        times.windows(2).map(|pair| format!("{:5.2}", pair[1] / pair[0] / 10.0)).collect();
    println!("  {name:<16}{}   growth {}", shown.concat(), factors.join(" "));
}

fn ledgers(topic: &Topic) -> Result<()> {
    let raw = crate::articles::text(Language::En, SIZES[0], 1);
    let mentions = commitments::extract(&text::analyse(&raw, &topic.words), topic, None).mentions;
    let facts = facts(1)?;
    let founded = Ledger::empty(topic).judge(&facts, &mentions, topic).commitments;
    println!("\nledger: milliseconds for {} mentions against {LEDGERS:?} entries", mentions.len());
    let times: Vec<f64> = LEDGERS
        .iter()
        .map(|&size| {
            let ledger = Ledger::restore(filled(&founded, size), [], topic);
            micros(|| ledger.judge(&facts, &mentions, topic))
        })
        .collect::<Result<_>>()?;
    // A search for the few entries that may be meant: its cost should hardly depend on how many there are.
    let per_article: Vec<String> =
        times.iter().map(|time| format!("{:9.3}", time / 1000.0)).collect();
    println!(
        "  {:<16}{}   10,000 against 100 entries: {:.2}×",
        "judge",
        per_article.concat(),
        times[2] / times[0]
    );
    applied(&founded, &mentions, topic)
}

/// Taking one more article into a large ledger.
fn applied(founded: &[Commitment], mentions: &[Mention], topic: &Topic) -> Result<()> {
    let facts = facts(2)?;
    let mut times = Vec::new();
    for size in [LEDGERS[0], LEDGERS[2]] {
        let mut ledger = Ledger::restore(filled(founded, size), [], topic);
        let judgement = ledger.judge(&facts, mentions, topic);
        times.push(micros(|| ledger.apply(&judgement, topic))?);
    }
    println!(
        "  {:<16}{:9.3}{:>9}{:9.3}   10,000 against 100 entries: {:.2}×",
        "apply",
        times[0] / 1000.0,
        "",
        times[1] / 1000.0,
        times[1] / times[0]
    );
    Ok(())
}

fn facts(id: i64) -> Result<ArticleFacts> {
    Ok(ArticleFacts {
        id: ArticleId(id),
        source_date: None,
        arrival: NOW.parse::<Timestamp>()?,
        text_hash: format!("text {id}"),
        language: Some(Language::En),
        outlet: None,
        trust: Trust::Normal,
        copy: false,
    })
}

/// Entries like those founded by an article, each with words of its own.
fn filled(founded: &[Commitment], size: usize) -> Vec<Commitment> {
    (0..size)
        .map(|number| {
            let mut entry = founded[number % founded.len()].clone();
            let item = generator::item(&Shape::default(), 1, number);
            entry.id = CommitmentId::new(format!("c-{number}"));
            for (_, words) in &mut entry.words {
                *words = format!("{words} {}", item.title.to_lowercase());
            }
            entry
        })
        .collect()
}

fn pages(topic: &Topic) -> Result<()> {
    println!("\npages of 80 kB: milliseconds (goal 10, must 25 from page to verdict)");
    let ledger = Ledger::new(topic);
    for language in [Language::En, Language::Vi] {
        let page = crate::articles::page(language, 80_000);
        let context = PageContext {
            charset: Some("utf-8"),
            url: "https://news.example/p/1.html",
            date_zone: None,
            fetched_at: NOW.parse()?,
        };
        let article = article::read(page.as_bytes(), &context)?;
        let facts = facts(1)?;
        let read = micros(|| article::read(page.as_bytes(), &context))?;
        let all = micros(|| {
            let article = article::read(page.as_bytes(), &context)?;
            let reading = reading::read(article, topic);
            anyhow::Ok(ledger.judge(&facts, &reading.mentions, topic))
        })?;
        println!(
            "  {}: {:.2} to the article of {} bytes, {:.2} to the verdicts; {} bytes of page",
            language.tag(),
            read / 1000.0,
            article.text.len(),
            all / 1000.0,
            page.len()
        );
    }
    Ok(())
}

/// Reading a feed, relative to the parser alone. Time of the process, because feeds are parsed on a thread of their own.
fn feeds() -> Result<()> {
    println!("\nfeeds of 35 entries: milliseconds");
    for (name, feed) in [("rss", 0), ("atom", 2), ("json", 3)] {
        let document = generator::document(&Shape::default(), feed, 0, "http://farm.example");
        let context = FeedContext {
            charset: Some("utf-8"),
            base_url: "http://farm.example/f/0",
            language: None,
            date_zone: None,
            kind: &SourceKind::Feed,
            fetched_at: NOW.parse()?,
        };
        let ours = micros_each(FEEDS, || {
            (0..FEEDS).try_for_each(|_| feed::read(document.as_bytes(), &context).map(drop))?;
            Ok(())
        })?;
        let bare = micros_each(FEEDS, || {
            (0..FEEDS).try_for_each(|_| feed_rs::parser::parse(document.as_bytes()).map(drop))?;
            Ok(())
        })?;
        let (ours, bare, bytes) = (ours / 1000.0, bare / 1000.0, document.len());
        println!(
            "  {name}: {ours:.2}, the parser alone {bare:.2}, ratio {:.2}; {bytes} bytes, {:.0} MB/s",
            ours / bare,
            bytes as f64 / ours / 1000.0
        );
    }
    Ok(())
}
