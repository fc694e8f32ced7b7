//! The clock of the machine.

use jiff::Timestamp;

use crate::time::Clock;

/// Tells what the machine's clock tells.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}
