//! How fast it is: `cargo bench --bench speed`, or a part of it: `cargo bench --bench speed -- rounds`. What each part
//! measures stands at the top of its file; what came of it, and how to read it, in `docs/performance.md`.

mod articles;
mod feeds;
mod hostile;
mod language;
mod limits;
mod mail;
mod process;
mod reader;
#[path = "../../tests/it/records.rs"]
#[allow(dead_code, clippy::unwrap_used, reason = "records that tests and benchmarks share")]
mod records;
mod rounds;
mod stopwatch;
mod store;
#[path = "../support/mod.rs"]
mod support;

use std::path::Path;

use anyhow::{Result, bail};

fn main() -> Result<()> {
    // Cargo adds `--bench` of its own.
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.split_first() {
        None => {
            limits::run()?;
            feeds::run()?;
            hostile::run()?;
            language::run()?;
            store::run()?;
            mail::run()?;
            rounds::run(&[])
        }
        Some((&"limits", _)) => limits::run(),
        Some((&"feeds", _)) => feeds::run(),
        Some((&"hostile", _)) => hostile::run(),
        Some((&"language", _)) => language::run(),
        Some((&"store", _)) => store::run(),
        Some((&"mail", _)) => mail::run(),
        Some((&"rounds", options)) => rounds::run(options),
        Some((&"reader", &[kind, folder])) => reader::serve(kind, Path::new(folder)),
        Some((other, _)) => {
            bail!(
                "there is no part {other}; there are limits, feeds, hostile, language, store, mail and rounds"
            )
        }
    }
}
