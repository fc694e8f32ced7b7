//! What a process has used: processor time by the clock of processes, memory as Linux tells it in `/proc/self/status`.
//! Elsewhere there is nothing to read, and the benchmarks that need it say so.

use std::time::Duration;

use anyhow::{Context, Result};

/// User and system time that this process has used, its ended threads included, to the nanosecond.
///
/// # Errors
/// When the clock runs backwards.
pub fn processor_time() -> Result<Duration> {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Ok(Duration::new(time.tv_sec.try_into()?, time.tv_nsec.try_into()?))
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

/// Microseconds of this process's time for each of `count` things that `work` does.
///
/// # Errors
/// When `work` fails, or as [`processor_time`].
pub fn micros_each(count: usize, work: impl FnOnce() -> Result<()>) -> Result<f64> {
    let before = processor_time()?;
    work()?;
    Ok((processor_time()? - before).as_secs_f64() * 1e6 / count as f64)
}
