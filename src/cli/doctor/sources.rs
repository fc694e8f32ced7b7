//! The sources: how many are read, and where the program is blind.

use jiff::SignedDuration;

use super::database::State;
use super::{Finding, Patient};
use crate::config::amount::show_duration;
use crate::source::{self, Health};

/// Sources that are named.
const NAMED: usize = 8;
/// No source is polled less often than that by itself, failing ones apart.
const LONG_AGO: SignedDuration = SignedDuration::from_hours(26);

/// How the sources do.
pub(super) fn examine(patient: &Patient, state: Option<&State>) -> Finding {
    let Some(state) = state else {
        return Finding::ok("sources", "nothing was read yet");
    };
    if state.sources.is_empty() {
        return Finding::warn(
            "sources",
            "none is enabled",
            "add some: `pledgewatch sources add URL`",
        );
    }
    let summary = source::summary(state.sources.iter().map(|(_, state)| state));
    let last = state.status.last_poll;
    if let Some(last) = last.filter(|last| patient.now.duration_since(*last) > LONG_AGO) {
        let ago = SignedDuration::from_hours(patient.now.duration_since(last).as_hours());
        return Finding::fail(
            "sources",
            format!("{summary}; nothing was polled for {}", show_duration(ago)),
            "see whether the daemon runs, and its log",
        );
    }
    let blind: Vec<String> = state
        .sources
        .iter()
        .filter(|(_, state)| state.health.is_bad())
        .map(|(id, state)| format!("{id} {}", state.health))
        .collect();
    let read = state.sources.iter().any(|(_, state)| state.health == Health::Ok);
    let named = blind.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
    let more = match blind.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let text = format!("{summary}: {named}{more}");
    let why = "`pledgewatch sources health` says why";
    match (blind.is_empty(), read) {
        (true, _) => Finding::ok("sources", summary),
        (false, true) => Finding::warn("sources", text, why),
        (false, false) => Finding::fail("sources", text, why),
    }
}
