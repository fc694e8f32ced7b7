//! What a piece of work costs in processor time of its own thread. Unlike time on the wall, it does not grow when other
//! programs want the processor too.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// What a piece of work came to, and the processor time that it took.
pub fn of<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let before = used();
    let result = work();
    (result, used() - before)
}

fn used() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.try_into().unwrap(), time.tv_nsec.try_into().unwrap())
}

#[test]
fn sleep_costs_nothing_and_work_costs_something() {
    let nap = Duration::from_millis(50);
    let (_, asleep) = of(|| std::thread::sleep(nap));
    assert!(asleep < nap / 2, "{asleep:?}");
    let (_, awake) = of(|| (0..100_000_u64).fold(0, |sum, next| std::hint::black_box(sum ^ next)));
    assert!(awake > Duration::ZERO);
}
