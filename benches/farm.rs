//! A farm of generated feeds to try any feed reader on: `cargo bench --bench farm -- --feeds 1000`.
//!
//! It writes a `sources.toml` (for pledgewatch) and a `urls.txt` (for anything else) into a folder, then takes
//! commands: `change 0.05` gives 5 % of the feeds a new version, `count` tells what was asked since the last `count`,
//! `quit` ends. The protocol of a comparison: one cold round, two with nothing new, one after `change 0.05`, one more
//! with nothing new; measure user and system time and peak memory of the reader's process in each.

mod support;

use std::io::{BufRead, Write};
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use support::farm::{Conditions, Farm};
use support::generator::Shape;

const HELP: &str = "\
options: --feeds N --entries N --on-topic SHARE --near SHARE --seed N --hosts N --latency-ms N --folder PATH
commands on standard input: change SHARE, count, quit";

struct Options {
    shape: Shape,
    conditions: Conditions,
    folder: PathBuf,
}

/// Without `--folder` the program only says how to use it, so that `cargo bench` as a whole ends.
fn options() -> Result<Option<Options>> {
    let mut shape = Shape::default();
    let mut conditions = Conditions::default();
    let mut folder = None;
    // Cargo adds `--bench` of its own.
    let mut words = std::env::args().skip(1).filter(|word| word != "--bench");
    while let Some(option) = words.next() {
        let value = words.next().with_context(|| format!("{option} needs a value\n{HELP}"))?;
        let number = || value.parse::<usize>().with_context(|| format!("{option} {value}"));
        let share = || value.parse::<f64>().with_context(|| format!("{option} {value}"));
        match option.as_str() {
            "--feeds" => shape.feeds = number()?,
            "--entries" => shape.entries = number()?,
            "--on-topic" => shape.on_topic = share()?,
            "--near" => shape.near = share()?,
            "--seed" => shape.seed = number()? as u64,
            "--hosts" => conditions.hosts = number()?.try_into().context("at most 255 hosts")?,
            "--latency-ms" => conditions.latency = Duration::from_millis(number()? as u64),
            "--folder" => folder = Some(PathBuf::from(&value)),
            _ => bail!("{option} is no option\n{HELP}"),
        }
    }
    Ok(folder.map(|folder| Options { shape, conditions, folder }))
}

#[tokio::main]
async fn main() -> Result<()> {
    let Some(Options { shape, conditions, folder }) = options()? else {
        println!("a server of generated feeds; it needs a --folder to write its lists to\n{HELP}");
        return Ok(());
    };
    let farm = Farm::start(shape, conditions).await?;
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join("sources.toml"), farm.sources_toml())?;
    let urls: Vec<String> = (0..shape.feeds).map(|feed| farm.url(feed)).collect();
    std::fs::write(folder.join("urls.txt"), urls.join("\n") + "\n")?;
    println!("{} feeds, from {}; lists in {}", shape.feeds, farm.url(0), folder.display());
    let (sender, mut lines) = tokio::sync::mpsc::channel(1);
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            if sender.blocking_send(line).is_err() {
                break;
            }
        }
    });
    while let Some(line) = lines.recv().await {
        match line.split_whitespace().collect::<Vec<_>>().as_slice() {
            ["change", share] => match share.parse::<f64>() {
                Ok(share) if (0.0..=1.0).contains(&share) => {
                    println!("{} feeds changed", farm.change(share)?);
                }
                _ => println!("a share is a number from 0 to 1"),
            },
            ["count"] => println!("{:?}", farm.take_count()),
            ["quit"] => break,
            [] => {}
            _ => println!("{HELP}"),
        }
        std::io::stdout().flush()?;
    }
    Ok(())
}
