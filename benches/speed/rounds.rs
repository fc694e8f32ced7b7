//! What a round over many feeds costs: `cargo bench --bench speed -- rounds --feeds 1000,100`.
//!
//! A farm in this process serves generated feeds; the reader is a child process, so that its time and memory are its
//! own. First a cold round, in which every entry is new and judged by title and summary; then the pages that this left
//! possible; then rounds with nothing new, rounds in which 5 % of the feeds have changed, and again nothing new. Beside
//! it run the bare parts of a reader on the same feeds, and the figures that the project has set itself.
//!
//! Short rounds are repeated until they add up to some thousand polls, so that what happens now and then has its share.

use std::io::{BufRead, BufReader, Lines, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use crate::reader::Used;
use crate::support::farm::{Conditions, Count, Farm};
use crate::support::generator::Shape;
use anyhow::{Context, Result, bail, ensure};

/// Polls that one figure should rest on, at least.
const POLLS: usize = 6000;
/// Changed rounds rest on fewer: each brings new entries, and the database should stay what it is.
const CHANGED_POLLS: usize = 4000;
/// Share of the feeds that change.
const SHARE: f64 = 0.05;

/// Goal and bound of a figure, in milliseconds per feed.
struct Limits {
    goal: f64,
    must: f64,
}

const COLD: Option<Limits> = Some(Limits { goal: 2.5, must: 4.5 });
const UNCHANGED: Option<Limits> = Some(Limits { goal: 0.06, must: 0.10 });
const CHANGED: Option<Limits> = Some(Limits { goal: 0.25, must: 0.5 });

struct Choice {
    feeds: Vec<usize>,
    hosts: u8,
    bare: bool,
}

/// Measures and prints all of it. `words` are the options.
///
/// # Errors
/// When a reader fails, loses an entry, asks for nothing in full that has not changed, or asks one host two things at
/// once.
pub fn run(words: &[&str]) -> Result<()> {
    let mut choice = Choice { feeds: vec![1000, 100], hosts: 16, bare: true };
    for pair in words.chunks(2) {
        match pair {
            ["--feeds", value] => {
                choice.feeds = value
                    .split(',')
                    .map(str::parse)
                    .collect::<Result<_, _>>()
                    .context("--feeds")?;
            }
            ["--hosts", value] => choice.hosts = value.parse()?,
            ["--bare", value] => choice.bare = *value != "no",
            _ => bail!("options: --feeds N,N --hosts N --bare no"),
        }
    }
    let runtime = tokio::runtime::Runtime::new()?;
    let mut cold = Vec::new();
    for &feeds in &choice.feeds {
        cold.push((feeds, runtime.block_on(measure(feeds, &choice))?));
    }
    if let [(many, first), .., (few, last)] = cold[..] {
        println!(
            "\ngrowth from {few} to {many} feeds, cost per feed: cold {:.2}×, nothing new {:.2}×",
            first.0 / last.0,
            first.1 / last.1
        );
    }
    Ok(())
}

/// Milliseconds per feed of a cold round and of one with nothing new.
async fn measure(feeds: usize, choice: &Choice) -> Result<(f64, f64)> {
    let shape = Shape { feeds, ..Shape::default() };
    let conditions = Conditions { hosts: choice.hosts, ..Conditions::default() };
    let folder = std::env::temp_dir().join(format!("pledgewatch-rounds-{}", std::process::id()));
    println!("\n{feeds} feeds of {} entries on {} hosts", shape.entries, choice.hosts);
    let bare = if choice.bare {
        let farm = Farm::start(shape, conditions).await?;
        prepare(&folder, &farm, feeds)?;
        Some(Run::of("bare", &folder, &farm, feeds).await?)
    } else {
        None
    };
    let farm = Farm::start(shape, conditions).await?;
    prepare(&folder, &farm, feeds)?;
    let run = Run::of("pledgewatch", &folder, &farm, feeds).await?;
    std::fs::remove_dir_all(&folder)?;
    print(&run, bare.as_ref(), feeds, shape.entries)?;
    Ok((run.cold.cpu, run.unchanged.cpu))
}

fn prepare(folder: &Path, farm: &Farm, feeds: usize) -> Result<()> {
    // Only what an earlier measurement of this very process has left.
    let _ = std::fs::remove_dir_all(folder);
    std::fs::create_dir_all(folder)?;
    std::fs::write(folder.join("sources.toml"), farm.sources_toml())?;
    std::fs::write(folder.join("pledgewatch.toml"), "sources = \"sources.toml\"\n")?;
    let urls: Vec<String> = (0..feeds).map(|feed| farm.url(feed)).collect();
    Ok(std::fs::write(folder.join("urls.txt"), urls.join("\n"))?)
}

/// One figure: milliseconds per feed, what was asked, and how the reader stood afterwards.
#[derive(Clone, Copy)]
struct Figure {
    cpu: f64,
    count: Count,
    used: Used,
}

/// All figures of one reader.
struct Run {
    start: Used,
    cold: Figure,
    pages: Figure,
    unchanged: Figure,
    changed: Figure,
    again: Figure,
}

impl Run {
    async fn of(kind: &str, folder: &Path, farm: &Farm, feeds: usize) -> Result<Self> {
        let mut reader = Reader::start(kind, folder)?;
        let times = |polls: usize| polls.div_ceil(feeds);
        let start = reader.tell("start")?;
        let cold = reader.measure(farm, feeds, "poll", 1, false).await?;
        let pages = reader.measure(farm, feeds, "judge", 1, false).await?;
        let unchanged = reader.measure(farm, feeds, "round", times(POLLS), false).await?;
        let changed = reader.measure(farm, feeds, "round", times(CHANGED_POLLS), true).await?;
        let again = reader.measure(farm, feeds, "round", times(POLLS), false).await?;
        Ok(Self { start, cold, pages, unchanged, changed, again })
    }
}

/// A reader in a process of its own; it ends when its input does.
struct Reader {
    child: Child,
    input: Option<ChildStdin>,
    output: Lines<BufReader<ChildStdout>>,
}

impl Reader {
    fn start(kind: &str, folder: &Path) -> Result<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .args(["reader", kind])
            .arg(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let input = child.stdin.take();
        let output = BufReader::new(child.stdout.take().context("no output")?).lines();
        Ok(Self { child, input, output })
    }

    fn tell(&mut self, command: &str) -> Result<Used> {
        writeln!(self.input.as_mut().context("no input")?, "{command}")?;
        Used::read(&self.output.next().context("the reader has ended")??)
    }

    async fn measure(
        &mut self,
        farm: &Farm,
        feeds: usize,
        command: &str,
        times: usize,
        change: bool,
    ) -> Result<Figure> {
        farm.take_count();
        let (mut cpu_ms, mut pages, mut used) = (0, 0, Used::default());
        for _ in 0..times {
            if change {
                farm.change(SHARE)?;
            }
            // The farm's own threads go on serving while this one waits for the answer.
            used = tokio::task::block_in_place(|| self.tell(command))?;
            cpu_ms += used.cpu_ms;
            pages += used.pages;
        }
        let used = Used { cpu_ms, pages, ..used };
        Ok(Figure { cpu: cpu_ms as f64 / (feeds * times) as f64, count: farm.take_count(), used })
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        drop(self.input.take());
        // It ends by itself when its input does; there is nothing to learn from how.
        let _ = self.child.wait();
    }
}

fn print(run: &Run, bare: Option<&Run>, feeds: usize, entries: usize) -> Result<()> {
    println!(
        "{:<14}{:>12}{:>12}{:>8}{:>7}{:>7}  server saw",
        "", "ms per feed", "bare parts", "ratio", "goal", "must"
    );
    let bare_of = |pick: fn(&Run) -> Figure| bare.map(|bare| pick(bare).cpu);
    line("cold", run.cold, bare_of(|run| run.cold), COLD);
    line("its pages", run.pages, None, None);
    line("nothing new", run.unchanged, bare_of(|run| run.unchanged), UNCHANGED);
    line("5 % changed", run.changed, bare_of(|run| run.changed), CHANGED);
    line("nothing new", run.again, bare_of(|run| run.again), UNCHANGED);
    if run.pages.used.pages > 0 {
        let each = run.pages.used.cpu_ms as f64 / run.pages.used.pages as f64;
        println!("pages: {} fetched and judged, {each:.2} ms each", run.pages.used.pages);
    }
    println!("start: {} ms, {} MB", run.start.cpu_ms, run.start.peak_kb / 1024);
    println!(
        "memory: {} MB after the cold round, {} MB in the end{}",
        run.cold.used.peak_kb / 1024,
        run.again.used.peak_kb / 1024,
        bare.map_or(String::new(), |bare| format!(
            " (bare parts {})",
            bare.again.used.peak_kb / 1024
        )),
    );
    let served = run.cold.count.entries as u64;
    println!("entries: {served} served, {} stored", run.cold.used.entries);
    ensure!(served == (feeds * entries) as u64 && run.cold.used.entries == served, "entries lost");
    ensure!(
        run.unchanged.count.sent == 0 && run.again.count.sent == 0,
        "a feed was sent for nothing"
    );
    let most = [run.cold, run.pages, run.unchanged, run.changed, run.again]
        .map(|figure| figure.count.at_once);
    ensure!(most.iter().all(|at_once| *at_once <= 1), "two requests to one host at once");
    Ok(())
}

fn line(name: &str, figure: Figure, bare: Option<f64>, limits: Option<Limits>) {
    let number = |value: Option<f64>, digits: usize| {
        value.map_or(String::new(), |value| format!("{value:.digits$}"))
    };
    let count = figure.count;
    println!(
        "{name:<14}{:>12.3}{:>12}{:>8}{:>7}{:>7}  {} × 200, {} × 304, {} pages, {} at once",
        figure.cpu,
        number(bare, 3),
        number(bare.map(|bare| figure.cpu / bare), 2),
        number(limits.as_ref().map(|limits| limits.goal), 2),
        number(limits.as_ref().map(|limits| limits.must), 2),
        count.sent,
        count.unchanged,
        count.pages,
        count.at_once,
    );
}
