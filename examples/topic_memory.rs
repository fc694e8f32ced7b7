//! How much memory a loaded topic takes: `cargo run --release --example topic_memory`. Linux only: it reads the resident
//! set of the process before and after loading.

use pledgewatch::config::topic::Topic;

/// Resident memory of this process in KiB.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|rest| rest.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

fn main() {
    let before = resident();
    let started = std::time::Instant::now();
    let topic = Topic::embedded();
    let took = started.elapsed();
    let after = resident();
    println!(
        "topic {}: {:.1} MiB resident, loaded in {took:?}",
        topic.id,
        (after.saturating_sub(before)) as f64 / 1024.0
    );
}
