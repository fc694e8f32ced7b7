//! What must stay within bounds, whatever grows: `cargo bench --bench speed -- limits`.
//!
//! The memory of the loaded topic; an article of 4 kB from raw text to verdicts, at the median and at the 99th of a
//! hundred; the cost per byte from 4 kB to 1 MB; a verdict against 1,000 and against 100,000 mentions; an export of them.

use anyhow::{Context, Result};
use jiff::{SignedDuration, Timestamp};
use pledgewatch::config::topic::Topic;
use pledgewatch::eval::{self, Errors, Register, Settings};
use pledgewatch::export::{Evidence, EvidenceTable, File, Source};
use pledgewatch::ledger::{ArticleFacts, Judgement, Ledger};
use pledgewatch::model::{
    AlertLevel, Anchor, ArticleId, DateBasis, Language, Mention, PartialDate, SourceDate, Trust,
};
use pledgewatch::pipeline::reading;

use crate::process::{forget_peak, memory, peak_memory, processor_time};
use crate::stopwatch::{micros, once};
use crate::support::generator::{self, Shape};

const SIZES: [usize; 4] = [4_000, 40_000, 400_000, 1_000_000];
/// Articles of each language for the percentiles.
const ARTICLES: usize = 500;
/// Mentions in the ledger.
const LEDGERS: [usize; 2] = [1_000, 100_000];
/// Articles judged against each ledger.
const PROBES: usize = 100;

/// Measures and prints all of it.
///
/// # Errors
/// When the system tells neither processor time nor memory.
pub fn run() -> Result<()> {
    let before = memory()?;
    let topic = Topic::embedded();
    let loaded = memory()?;
    forget_peak()?;
    println!("\nloaded topic: {} kB resident (at most 30 MB)", loaded.saturating_sub(before));
    latency(&topic)?;
    eval_rate(&topic)?;
    growth(&topic)?;
    ledgers(&topic)
}

/// Articles of 4 kB, no two alike, each timed once by the processor time of this thread.
fn latency(topic: &Topic) -> Result<()> {
    let ledger = Ledger::new(topic);
    for language in [Language::En, Language::Vi] {
        let mut times = Vec::new();
        let mut mentions = 0;
        for seed in 0..ARTICLES {
            let article = crate::articles::article(language, SIZES[0], seed);
            times.push(once(|| {
                let reading = reading::read(article, topic);
                mentions += reading.mentions.len();
                ledger.judge(&facts(1), &reading.mentions, topic)
            })?);
        }
        let all: f64 = times.iter().sum();
        times.sort_by(f64::total_cmp);
        println!(
            "article of 4 kB to verdicts, {}: median {:.2} ms (at most 5), p99 {:.2} ms (at most 20), longest {:.2} ms; \
             {:.0} a second; {:.1} mentions each",
            language.tag(),
            times[times.len() / 2] / 1000.0,
            times[times.len() * 99 / 100] / 1000.0,
            times[times.len() - 1] / 1000.0,
            ARTICLES as f64 * 1e6 / all,
            mentions as f64 / ARTICLES as f64,
        );
    }
    Ok(())
}

/// Articles that `eval` gets through, in both languages by turns. It runs everything twice, and runs are what count.
fn eval_rate(topic: &Topic) -> Result<()> {
    let lines: Vec<String> = (0..ARTICLES)
        .map(|seed| {
            let language = if seed % 2 == 0 { Language::En } else { Language::Vi };
            let line = serde_json::json!({
                "id": format!("a{seed}"),
                "arrival": "2026-05-04T08:00",
                "source_date": "2026-05-04",
                "lang": language.tag(),
                "url": format!("https://outlet{}.example/{seed}", seed % 20),
                "title": crate::articles::title(language),
                "text": crate::articles::text(language, SIZES[0], seed),
                "expect": [],
            });
            line.to_string()
        })
        .collect();
    let read = eval::read("made-up.jsonl", lines.join("\n").as_bytes(), &|_| Err(String::new()));
    let data = read.map_err(|faults| anyhow::anyhow!("{faults:?}"))?;
    let settings = Settings {
        register: Register::Dated,
        max_push_age: SignedDuration::from_hours(72),
        errors: Errors::None,
        perturb: false,
    };
    let start = std::time::Instant::now();
    let clock = move || start.elapsed();
    let before = processor_time()?;
    let report = eval::evaluate(&data, topic, settings, &clock);
    let (used, took) = (processor_time()? - before, start.elapsed());
    anyhow::ensure!(report.deterministic, "two runs differ");
    println!(
        "eval: {:.0} readings of 4 kB a second and core (at least 200): each article read and judged twice, then judged \
         again; {:.0} articles a second in all",
        2.0 * ARTICLES as f64 / used.as_secs_f64(),
        ARTICLES as f64 / took.as_secs_f64(),
    );
    Ok(())
}

/// The cost of one byte at each size, relative to the smallest.
fn growth(topic: &Topic) -> Result<()> {
    println!(
        "cost per byte, raw text to mentions, at {SIZES:?} bytes (at most × 1.3 of the smallest)"
    );
    for language in [Language::En, Language::Vi] {
        let mut each = Vec::new();
        for size in SIZES {
            // Several small articles instead of one, so that no single one decides.
            let articles: Vec<_> = (0..(400_000 / size).clamp(1, 20))
                .map(|seed| crate::articles::article(language, size, seed))
                .collect();
            let time = micros(|| {
                articles
                    .iter()
                    .map(|one| reading::read(one.clone(), topic).mentions.len())
                    .sum::<usize>()
            })?;
            each.push(time * 1000.0 / (size * articles.len()) as f64);
        }
        let shown: Vec<String> =
            each.iter().map(|time| format!("{time:6.0} ns (× {:.2})", time / each[0])).collect();
        println!("  {}: {}", language.tag(), shown.join("  "));
    }
    Ok(())
}

fn facts(id: i64) -> ArticleFacts {
    ArticleFacts {
        id: ArticleId(id),
        source_date: Some(PartialDate::Year(2026)),
        arrival: Timestamp::from_second(1_780_000_000 + id).unwrap_or_default(),
        text_hash: format!("text {id}"),
        language: Some(Language::En),
        outlet: None,
        trust: Trust::Normal,
        copy: false,
    }
}

/// The mentions of made-up articles, without end: those of real sentences, each with words and figures of its own.
struct Mentions {
    patterns: Vec<Vec<Mention>>,
}

impl Mentions {
    fn new(topic: &Topic) -> Self {
        let read = |seed| {
            reading::read(crate::articles::article(Language::En, SIZES[0], seed), topic).mentions
        };
        Self { patterns: (0..40).map(read).collect() }
    }

    fn of_article(&self, number: usize) -> Vec<Mention> {
        let mut mentions = self.patterns[number % self.patterns.len()].clone();
        for (at, mention) in mentions.iter_mut().enumerate() {
            let item = generator::item(&Shape::default(), 1, number * 16 + at);
            mention.action.text = format!("{} {}", mention.action.text, item.title.to_lowercase());
            // Two articles of three tell something again.
            if number.is_multiple_of(3) {
                let value = format!("{} C:border_officer", 10 + number % 5000);
                mention.anchors.push(Anchor { kind: "count".to_owned(), value });
                mention.anchors.sort();
            }
        }
        mentions
    }
}

fn ledgers(topic: &Topic) -> Result<()> {
    let mentions = Mentions::new(topic);
    let mut ledger = Ledger::new(topic);
    let (mut told, mut article) = (0, 0);
    let mut costs = Vec::new();
    let mut last = None;
    for size in LEDGERS {
        while told < size {
            let mentions = mentions.of_article(article);
            article += 1;
            told += mentions.len();
            let facts = facts(i64::try_from(article)?);
            let judgement = ledger.judge(&facts, &mentions, topic);
            ledger.apply(&judgement, topic);
            last = Some((facts, mentions, judgement));
        }
        let probes: Vec<Vec<Mention>> =
            (0..PROBES).map(|number| mentions.of_article(1_000_003 + number)).collect();
        let verdicts: usize = probes.iter().map(Vec::len).sum();
        let time = micros(|| {
            probes
                .iter()
                .map(|one| ledger.judge(&facts(0), one, topic).verdicts.len())
                .sum::<usize>()
        })?;
        println!(
            "verdict against {size} mentions ({} entries, {} texts): {:.1} µs",
            ledger.commitments().count(),
            ledger.instruments().count(),
            time / verdicts as f64
        );
        costs.push(time);
    }
    println!("  growth × {:.2} (less than 2)", costs[1] / costs[0]);
    let (facts, mentions, judgement) = last.context("no article was judged")?;
    exported(&ledger, &facts, &mentions, &judgement)
}

/// A table of 100,000 mentions: what it costs, and that it is not collected.
fn exported(
    ledger: &Ledger,
    facts: &ArticleFacts,
    mentions: &[Mention],
    judgement: &Judgement,
) -> Result<()> {
    let commitment = ledger.commitments().next().context("the ledger is empty")?.clone();
    let evidence: Vec<Evidence> = mentions
        .iter()
        .zip(&judgement.verdicts)
        .map(|(mention, verdict)| Evidence {
            article: Source {
                id: facts.id.0,
                title: "=A title".to_owned(),
                url: Some("https://news.example/1".to_owned()),
                source: Some("news".to_owned()),
                source_name: Some("News".to_owned()),
                trust: Trust::Normal,
                published: facts.source_date.map(|date| SourceDate {
                    date,
                    at: None,
                    basis: DateBasis::Feed,
                }),
                arrived: facts.arrival,
                language: Some(Language::En),
                text_hash: "0".repeat(64),
                story: facts.id.0,
            },
            mention_id: 1,
            fingerprint: "f".to_owned(),
            mention: mention.clone(),
            verdict_id: 1,
            verdict: verdict.clone(),
            told: AlertLevel::Watch,
            lowered_by: None,
            judged: facts.arrival,
            rules_version: "r".to_owned(),
        })
        .collect();
    let file = File { commitment, instrument: None, merged: Vec::new() };
    let before = memory()?;
    forget_peak()?;
    let time = once(|| -> Result<()> {
        let mut table = EvidenceTable::begin(std::io::sink());
        table.commitment(&file);
        for one in evidence.iter().cycle().take(LEDGERS[1]) {
            table.evidence(one)?;
        }
        Ok(table.finish()?)
    })?;
    println!(
        "table of {} mentions: {:.1} µs a row, {} kB more at the peak",
        LEDGERS[1],
        time / LEDGERS[1] as f64,
        peak_memory()?.saturating_sub(before)
    );
    Ok(())
}
