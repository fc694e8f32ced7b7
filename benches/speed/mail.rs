//! What digests cost: `cargo bench --bench speed -- mail`.
//!
//! One digest of 5,000 commitments from the database to the stored bytes; and digests of one window for a hundred and
//! for a thousand readers, which must cost each reader the same and the process no more memory.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};
use jiff::SignedDuration;
use pledgewatch::config::Config;
use pledgewatch::config::topic::Topic;
use pledgewatch::pipeline::Engine;
use pledgewatch::store::{self, Options, Store};
use pledgewatch::time::{Clock, ManualClock};

use crate::process::{forget_peak, micros_each, peak_memory};
use crate::records;

/// Commitments in the large digest.
const ITEMS: usize = 5_000;
/// Commitments that many readers are told of.
const SHARED: usize = 200;
const READERS: [usize; 2] = [100, 1_000];

/// Measures and prints all of it.
///
/// # Errors
/// When the database refuses, or the system tells neither processor time nor memory.
pub fn run() -> Result<()> {
    let (micros, largest, _) = measure(1, ITEMS)?;
    println!(
        "\ndigest of {ITEMS} commitments: {:.0} ms from the database to its bytes (at most 1000), {} kB",
        micros / 1000.0,
        largest / 1024
    );
    let mut first = None;
    for readers in READERS {
        let (micros, _, peak) = measure(readers, SHARED)?;
        let (before, held) = *first.get_or_insert((micros, peak));
        println!(
            "digest of {SHARED} commitments for {readers} readers: {:.2} ms each (x{:.2}), peak {peak} kB (x{:.2})",
            micros / 1000.0,
            micros / before,
            peak as f64 / held as f64
        );
    }
    Ok(())
}

/// Processor time of a reader's digest in microseconds, the largest message in bytes, the peak of memory in kB.
fn measure(readers: usize, items: usize) -> Result<(f64, usize, u64)> {
    let folder = std::env::temp_dir().join(format!("pledgewatch-mail-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let measured = digests(&folder, readers, items);
    std::fs::remove_dir_all(&folder)?;
    measured
}

fn digests(folder: &Path, readers: usize, items: usize) -> Result<(f64, usize, u64)> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let clock = Arc::new(ManualClock::new(records::at(0)));
    let store = Store::open(Options::new(folder.join("pledgewatch.db")))?;
    let start = |store: Store| {
        let (folder, clock) = (folder.to_owned(), Arc::clone(&clock) as Arc<dyn Clock>);
        Engine::with_clock(config(readers)?, folder, Topic::embedded(), store, clock)
            .context("cannot set up the pipeline")
    };
    // Every reader's first window begins here.
    runtime.block_on(start(store.clone())?.make_digests())?;
    for item in 0..items {
        let id = format!("c-{item:05}");
        let mut record = records::judgement(&id, &format!("Text {item}."), records::at(1));
        record.messages.clear();
        store.write_blocking(move |tx| store::record_judgement(tx, &record).map(|_| ()))?;
    }
    let engine = start(store.clone())?;
    clock.set(records::at(0) + SignedDuration::from_hours(24));
    forget_peak()?;
    let mut made = 0;
    let micros = micros_each(readers, || {
        made = runtime.block_on(engine.make_digests())?;
        Ok(())
    })?;
    anyhow::ensure!(made == readers, "{made} of {readers} digests were made");
    let largest = store.read_blocking(|connection| {
        Ok(connection
            .query_row("SELECT max(length(message)) FROM outbox", [], |row| row.get::<_, i64>(0))?)
    })?;
    Ok((micros, usize::try_from(largest)?, peak_memory()?))
}

fn config(readers: usize) -> Result<Config> {
    let mut text = String::new();
    for reader in 0..readers {
        writeln!(
            text,
            "[[recipient]]\nid = \"r{reader}\"\naddress = \"r{reader}@example.org\"\ndigest = \"30 7 * * *\"\nzone = \"Europe/London\""
        )?;
    }
    Config::parse("pledgewatch.toml", &text).map_err(|problems| anyhow::anyhow!("{problems}"))
}
