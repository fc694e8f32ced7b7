//! What the daemon says of itself: the line for the service manager, and the state that SIGUSR1 asks for.

use std::sync::Arc;

use super::shared::Shared;
use crate::pipeline::engine::Engine;
use crate::pipeline::{audit, chain};
use crate::telemetry::event;

/// How many of the next polls SIGUSR1 shows.
const NEXT_SHOWN: usize = 5;

/// Says which loops move; asks neither the database nor the runtime, which may be what has stopped.
pub struct Pulse(pub(super) Arc<Shared>);

impl Pulse {
    /// One line.
    pub fn line(&self) -> String {
        self.0.pulse()
    }
}

impl std::fmt::Debug for Pulse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.line())
    }
}

/// What SIGUSR1 asks for: what moves, what waits, which polls come next.
pub(super) async fn say_state(shared: &Shared) {
    let engine = shared.engine();
    let waiting = status_line(&engine).await;
    let next = engine
        .next_polls(NEXT_SHOWN)
        .await
        .unwrap_or_else(|error| vec![format!("the database refuses: {}", chain(&error))]);
    tracing::info!(
        event = event::SERVICE_STATE,
        next_polls = next.join(", "),
        "{waiting}; {}",
        shared.pulse()
    );
}

/// One line for `systemctl status`.
pub(super) async fn status_line(engine: &Engine) -> String {
    let late = audit::late_since(engine.now());
    let read = engine.store.read(move |connection| {
        let trouble = crate::store::trouble_at(connection, late)?;
        Ok((crate::store::pulse(connection)?, trouble))
    });
    match read.await {
        Ok((pulse, trouble)) => {
            let trouble =
                trouble.lines().first().map_or_else(String::new, |line| format!("; {line}"));
            let ok = pulse.health.get("ok").copied().unwrap_or_default();
            format!(
                "{ok}/{} sources ok, {} entries waiting, {} messages waiting{trouble}",
                pulse.sources, pulse.pending, pulse.unsent
            )
        }
        Err(error) => format!("the database refuses: {error}"),
    }
}
