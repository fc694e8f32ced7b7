//! Time without a clock of its own: schedules, dates as feeds and prose write them, and windows.

pub mod clock;
mod crontab;
pub mod schedule;
pub mod zone;

pub use clock::{Clock, ManualClock};
pub use schedule::{Schedule, ScheduleError};
pub use zone::{zone, zone_names};
