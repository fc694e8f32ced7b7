//! Another look at the configuration while the loops go on: the new one whole, or the old one whole.

use std::sync::{Arc, PoisonError};

use super::failure::failed;
use super::shared::Shared;
use crate::pipeline::engine::Engine;
use crate::telemetry::event;

/// Makes a new engine for a reload, or says why the old one must go on.
pub type Reload = Arc<dyn Fn(&Engine) -> Result<Engine, String> + Send + Sync>;

/// The new configuration whole, with what it changes, or the old one whole, with the reason.
pub(super) async fn take_over(
    shared: &Arc<Shared>,
    reload: &Reload,
) -> Result<Vec<String>, String> {
    let (reload, old) = (Arc::clone(reload), shared.engine());
    let made = tokio::task::spawn_blocking(move || reload(&old)).await;
    match made.unwrap_or_else(|error| Err(error.to_string())) {
        Ok(engine) => {
            let changed = changed(&shared.engine(), &engine);
            *shared.engine.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(engine);
            if let Err(error) = shared.engine().give_up_other_channels().await {
                failed("messages", &error);
            }
            shared.schedule.notify_one();
            shared.desk.notify_one();
            shared.mail.notify_one();
            shared.vitals.reloaded(true);
            Ok(changed)
        }
        Err(reason) => {
            shared.vitals.reloaded(false);
            Err(reason)
        }
    }
}

/// What the new engine does otherwise than the old one.
fn changed(old: &Engine, new: &Engine) -> Vec<String> {
    let mut lines = old.config.difference(&new.config);
    let (before, after) = (&old.topic.rules_version, &new.topic.rules_version);
    if before != after {
        lines.push(format!(
            "topic: rules {before} -> {after}; the ledger was read again under them"
        ));
    }
    lines
}

pub(super) fn log_reload(taken: &Result<Vec<String>, String>) {
    match taken {
        Ok(changed) => {
            for change in changed {
                tracing::info!(change, "reload");
            }
            let changes = changed.len();
            tracing::info!(event = event::CONFIG_RELOADED, changes, "configuration reloaded");
        }
        Err(reason) => {
            tracing::error!(
                event = event::CONFIG_REFUSED,
                "the new configuration is refused, the old one goes on\n{reason}"
            );
        }
    }
}

/// Tells whoever asked for a reload what became of it.
pub(super) async fn leave_word(shared: &Shared, taken: Result<Vec<String>, String>) {
    let (taken_over, lines) = match taken {
        Ok(changed) => (true, changed),
        Err(reason) => (false, reason.lines().map(str::to_owned).collect()),
    };
    if let Err(error) = shared.engine().leave_word(taken_over, lines).await {
        failed("word of a reload", &error);
    }
}
