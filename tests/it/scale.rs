//! A large database: how long the daemon takes to be ready, and what it costs while nothing is due. Measured by hand:
//!
//! ```sh
//! cargo test --release --test it -- --ignored scale:: --nocapture
//! ```

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::time::{Duration, Instant};

use crate::newsroom::{CENTRE, Story};
use crate::program::Program;

const ARTICLES: u32 = 100_000;
const ENTRIES: u32 = 300_000;
const COMMITMENTS: u32 = 5_000;
const SOURCES: u32 = 1_000;
const MINUTE: Duration = Duration::from_secs(60);

/// Sources on as many hosts, none of which is ever asked.
fn sources() -> String {
    (0..SOURCES).fold(String::new(), |mut text, number| {
        let _ = write!(
            text,
            "[[source]]\nid = \"s{number}\"\nname = \"Source {number}\"\nlanguage = \"en\"\n\
             url = \"https://s{number}.invalid/feed\"\n"
        );
        text
    })
}

/// A program whose sources are due tomorrow, with `articles` articles of two years: one was read, the others are like
/// it.
pub fn large(settings: &str, articles: u32) -> Program {
    let program = Program::new(settings, &sources());
    let Story { title, text, .. } = CENTRE;
    program.write("centre.txt", format!("{title}\n\n{}\n", text.join("\n\n")));
    program.run(&["ingest", "--published", "2026-11-10", "centre.txt"]).done();
    let sql = program.sql();
    let now = jiff::Timestamp::now();
    let tomorrow = now + jiff::SignedDuration::from_hours(24);
    let numbers = |most: u32| {
        format!(
            "WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < {most})"
        )
    };
    let (few, many) = (COMMITMENTS.min(articles / 4), ENTRIES.min(articles * 3));
    let span = 730_i64 * 24 * 3_600_000;
    sql.execute_batch(&format!(
        "BEGIN;
         INSERT INTO source_state (source_id, state, next_due, not_before, health, changed_at)
             SELECT id, json_object('due', '{tomorrow}', 'not_before', '{tomorrow}', 'health', 'ok',
                 'last_request', '{now}', 'last_success', '{now}', 'last_full', '{now}', 'decided_by', 'floor'),
                 {tomorrow_ms}, {tomorrow_ms}, 'ok', {now_ms}
             FROM sources WHERE id GLOB 's[0-9]*'
             ON CONFLICT (source_id) DO UPDATE SET state = excluded.state, next_due = excluded.next_due;
         CREATE TEMP TABLE model AS SELECT * FROM articles LIMIT 1;
         {articles_n} INSERT INTO articles (source_id, title, text, text_bytes, text_hash, body_hash, published,
                 published_basis, language, trust, arrived_at, baseline, kept, relevance, story_id)
             SELECT 's' || (n % {SOURCES}), title || n, text, text_bytes, text_hash, body_hash || n, published,
                 published_basis, language, trust, {now_ms} - {span} / {articles} * ({articles} - n), 0,
                 n % 5 = 0, relevance, 1
             FROM number, model;
         {entries_n} INSERT INTO entries (source_id, key, revision, state, next_try, baseline, first_seen,
                 changed_at, link, title, summary)
             SELECT 's' || (n % {SOURCES}), 'id:' || n, 'r' || n, iif(n % 10, 'rejected', 'done'), 0, 0,
                 {now_ms} - {span} / {many} * ({many} - n), {now_ms} - {span} / {many} * ({many} - n),
                 'https://x.invalid/' || n, 'A title of an entry that is as long as most ' || n,
                 'A summary that says a little more, about two lines of it as is usual in feeds.'
             FROM number;
         CREATE TEMP TABLE founder AS SELECT * FROM commitments ORDER BY number DESC LIMIT 1;
         {few_n} INSERT INTO commitments (id, kind, scope, stage, lateral, stage_date, instrument_id, gist,
                 first_seen, last_seen, due, founded_by, commitment, created_at, changed_at)
             SELECT 'c-like' || n, kind, scope, stage, lateral, stage_date, instrument_id, gist, first_seen,
                 last_seen, due, founded_by, json_set(commitment, '$.id', 'c-like' || n), created_at, changed_at
             FROM number, founder;
         CREATE TEMP TABLE said AS SELECT * FROM mentions LIMIT 1;
         CREATE TEMP TABLE judged AS SELECT * FROM verdicts LIMIT 1;
         {few_n} INSERT INTO mentions (article_id, rules_version, ordinal, fingerprint, kind, stage, framing,
                 event_date, mention)
             SELECT n * 4, rules_version, 0, 'like' || n, kind, stage, framing, event_date, mention
             FROM number, said;
         {few_n} INSERT INTO verdicts (mention_id, commitment_id, outcome, level, told, verdict, rules_version, at)
             SELECT (SELECT id FROM mentions WHERE fingerprint = 'like' || n), 'c-like' || n, outcome, level, 'none',
                 json_set(verdict, '$.commitment', 'c-like' || n), rules_version, at
             FROM number, judged;
         COMMIT; PRAGMA wal_checkpoint(TRUNCATE);",
        tomorrow_ms = tomorrow.as_millisecond(),
        now_ms = now.as_millisecond(),
        articles_n = numbers(articles),
        entries_n = numbers(many),
        few_n = numbers(few),
    ))
    .unwrap();
    program
}

/// What a process has cost so far.
#[derive(Debug, Clone, Copy)]
struct Cost {
    resident_kb: u64,
    switches: u64,
    written: u64,
    ticks: u64,
}

fn cost(process: u32) -> Cost {
    let number = |text: &str, key: &str| -> u64 {
        let line = text.lines().find_map(|line| line.strip_prefix(key)).unwrap_or("0");
        line.trim().split(' ').next().unwrap().parse().unwrap()
    };
    let read = |file: String| fs::read_to_string(file).unwrap_or_default();
    // Threads come and go; those that have gone do not count, which a minute of idleness has few of.
    let tasks = fs::read_dir(format!("/proc/{process}/task")).unwrap();
    let switches = tasks
        .map(|task| {
            number(
                &read(format!("{}/status", task.unwrap().path().display())),
                "voluntary_ctxt_switches:",
            )
        })
        .sum();
    let status = read(format!("/proc/{process}/status"));
    let stat = read(format!("/proc/{process}/stat"));
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    Cost {
        resident_kb: number(&status, "VmRSS:"),
        switches,
        written: number(&read(format!("/proc/{process}/io")), "write_bytes:"),
        ticks: fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap(),
    }
}

/// Wake-ups by thread, to see who does not sleep.
fn by_thread(process: u32) -> BTreeMap<String, u64> {
    let mut found = BTreeMap::new();
    for task in fs::read_dir(format!("/proc/{process}/task")).unwrap() {
        let status = fs::read_to_string(task.unwrap().path().join("status")).unwrap_or_default();
        let of = |key: &str| {
            status.lines().find_map(|line| line.strip_prefix(key)).unwrap_or("0").trim().to_owned()
        };
        let name = format!("{} {}", of("Name:"), of("Pid:"));
        found.insert(name, of("voluntary_ctxt_switches:").parse().unwrap());
    }
    found
}

#[test]
#[ignore = "measures for minutes"]
fn a_daemon_on_a_hundred_thousand_articles_is_soon_ready_and_costs_little_while_nothing_is_due() {
    let settings =
        "[[recipient]]\nid = \"desk\"\naddress = \"desk@example.org\"\ndigest = \"30 7 * * *\"\n";
    for articles in [0, ARTICLES] {
        let built = Instant::now();
        let program = large(settings, articles.max(4));
        let bytes = fs::metadata(program.database()).unwrap().len();
        eprintln!("{articles} articles, {} MB, made in {:.1?}", bytes >> 20, built.elapsed());
        // The first start of the day also cleans up.
        for start in ["first", "second"] {
            let started = Instant::now();
            let mut daemon = program.start().wait_until_ready();
            eprintln!("{start} start to READY: {:.2?}", started.elapsed());
            std::thread::sleep(Duration::from_secs(if start == "first" { 15 } else { 0 }));
            if start == "first" {
                assert_eq!(daemon.stop(), Some(0), "{}", daemon.log());
                continue;
            }
            std::thread::sleep(Duration::from_secs(20));
            let (before, threads) = (cost(daemon.id()), by_thread(daemon.id()));
            std::thread::sleep(MINUTE);
            let (after, later) = (cost(daemon.id()), by_thread(daemon.id()));
            eprintln!(
                "idle minute: {} MB resident, {:.2} wake-ups a second, {} bytes written, {} ms of processor time",
                after.resident_kb / 1024,
                after.switches.saturating_sub(before.switches) as f64 / 60.0,
                after.written - before.written,
                (after.ticks - before.ticks) * 10
            );
            for (thread, count) in later {
                eprintln!(
                    "  {thread}: {}",
                    count - threads.get(&thread).copied().unwrap_or(0).min(count)
                );
            }
            assert_eq!(daemon.stop(), Some(0), "{}", daemon.log());
        }
    }
}
