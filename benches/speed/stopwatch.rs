//! Times a piece of work by the processor time of its own thread, in nanoseconds, which other programs on the machine do not
//! lengthen as they do wall time.

use std::time::Duration;

use anyhow::Result;

/// Work is repeated until it adds up to this.
const ENOUGH: Duration = Duration::from_millis(300);
/// And at least so often, however long it takes.
const LEAST: usize = 5;

/// Median processor time of one run of `work`, in microseconds. The first run, which fills caches, does not count.
///
/// # Errors
/// When the clock tells nonsense.
pub fn micros<T>(mut work: impl FnMut() -> T) -> Result<f64> {
    std::hint::black_box(work());
    // Short work is timed in bundles, so that reading the clock does not count.
    let start = now()?;
    std::hint::black_box(work());
    let once = (now()? - start).max(Duration::from_nanos(100));
    let bundle = usize::try_from(Duration::from_micros(500).as_nanos() / once.as_nanos())?.max(1);
    let mut times = Vec::new();
    let mut all = Duration::ZERO;
    while all < ENOUGH || times.len() < LEAST {
        let start = now()?;
        for _ in 0..bundle {
            std::hint::black_box(work());
        }
        let took = now()? - start;
        all += took;
        times.push(took.as_secs_f64() * 1e6 / bundle as f64);
    }
    times.sort_by(f64::total_cmp);
    Ok(times[times.len() / 2])
}

/// Processor time of a single run, in microseconds: for work that no repetition should make easier.
///
/// # Errors
/// When the clock tells nonsense.
pub fn once<T>(work: impl FnOnce() -> T) -> Result<f64> {
    let start = now()?;
    std::hint::black_box(work());
    Ok((now()? - start).as_secs_f64() * 1e6)
}

/// Processor time of this thread.
fn now() -> Result<Duration> {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Ok(Duration::new(time.tv_sec.try_into()?, time.tv_nsec.try_into()?))
}
