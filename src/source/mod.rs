//! The sources over time: which there are, how they do, and when each may and should be polled next.
//!
//! All of it is a pure function of the configuration, the stored [`PollState`] and the present instant. The
//! pipeline stores what [`before_request`] says *before* a request is sent and what [`after`] says together with
//! what the request brought, so that no crash leads to an early or a forgotten poll.

pub mod dates;
pub mod due;
pub mod health;
pub mod hints;
pub mod network;
mod note;
pub mod outcome;
pub mod plan;
pub mod registry;
pub mod state;
pub mod telling;
pub mod twins;

pub use dates::{DatesOff, SeenDates};
pub use due::{due_now, hold_back, next_wake, steady};
pub use health::{Condition, Health, conditions, metrics, summary};
pub use network::Network;
pub use outcome::{PollClass, PollResult};
pub use plan::{after, before_request, put_off, reschedule};
pub use registry::{Change, StoredSource, changes};
pub use state::{Adopted, Moved, PollState, Term};
pub use telling::{News, Told, news, tell};
pub use twins::{stand_back, twins};
