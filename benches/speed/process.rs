//! What a process has used, as Linux tells it: processor time from `/proc/self/stat`, memory from `/proc/self/status`.
//! Elsewhere there is nothing to read, and the benchmarks that need it say so.

use std::time::Duration;

use anyhow::{Context, Result};

/// One tick of `/proc/<pid>/stat`. Linux shows times to programs in hundredths of a second on every machine.
const TICK: Duration = Duration::from_millis(10);

/// User and system time that this process has used, its ended threads included; in steps of 10 ms.
///
/// # Errors
/// When the system has no `/proc`.
pub fn processor_time() -> Result<Duration> {
    let stat = std::fs::read_to_string("/proc/self/stat").context("processor time needs Linux")?;
    // The name in brackets may hold anything; the numbers follow its end.
    let fields: Vec<&str> =
        stat.rsplit_once(')').context("/proc/self/stat")?.1.split_whitespace().collect();
    let ticks = |at: usize| -> Result<u32> {
        Ok(fields.get(at).context("/proc/self/stat is short")?.parse()?)
    };
    Ok(TICK * (ticks(11)? + ticks(12)?))
}

/// The most memory that this process has had resident, in kB.
///
/// # Errors
/// When the system has no `/proc`.
pub fn peak_memory() -> Result<u64> {
    kilobytes("VmHWM:")
}

/// The memory that this process has resident now, in kB.
///
/// # Errors
/// When the system has no `/proc`.
pub fn memory() -> Result<u64> {
    kilobytes("VmRSS:")
}

/// Lets the peak begin anew at what is resident now.
///
/// # Errors
/// When the system refuses.
pub fn forget_peak() -> Result<()> {
    std::fs::write("/proc/self/clear_refs", "5").context("/proc/self/clear_refs")
}

fn kilobytes(field: &str) -> Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status").context("memory needs Linux")?;
    let line =
        status.lines().find_map(|line| line.strip_prefix(field)).context(field.to_owned())?;
    Ok(line.trim().trim_end_matches("kB").trim().parse()?)
}

/// Microseconds of this process's time for each of `count` things that `work` does. A second in all is exact to 1 %.
///
/// # Errors
/// When `work` fails, or the system has no `/proc`.
pub fn micros_each(count: usize, work: impl FnOnce() -> Result<()>) -> Result<f64> {
    let before = processor_time()?;
    work()?;
    Ok((processor_time()? - before).as_secs_f64() * 1e6 / count as f64)
}
