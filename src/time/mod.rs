//! Time without a clock of its own: schedules, dates as feeds and prose write them, and windows.

pub mod clock;
mod crontab;
mod date_patterns;
pub mod feed_date;
pub mod offset;
pub mod prose_date;
pub mod schedule;
pub mod window;
pub mod zone;

pub use clock::{Clock, ManualClock, Wait};
pub use offset::{jitter, offset};
pub use prose_date::{DateForm, ProseDate, prose_dates, publication_date};
pub use schedule::{Schedule, ScheduleError};
pub use window::{Window, window_due};
pub use zone::{zone, zone_names};
