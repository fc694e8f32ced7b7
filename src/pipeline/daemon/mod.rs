//! The daemon: four loops over one database, a supervisor that restarts what panics, and the service manager's
//! signals. A loop that makes no progress stops feeding the watchdog, and the service manager restarts us; because
//! every step is one transaction, that costs nothing.
//!
//! | loop | does | wakes |
//! |---|---|---|
//! | polls | asks sources whose time has come | at the next due poll |
//! | entries | judges what waits | when a poll brought something, and now and then |
//! | desk | releases alerts, makes digests | when something was judged, and twice a minute |
//! | mail | delivers | when something was written, and twice a minute |
//!
//! | file | holds |
//! |---|---|
//! | `loops` | the loops and their supervisor |
//! | `shared` | what they share, and which of them move |
//! | `reload` | another look at the configuration |
//! | `state` | what the daemon says of itself |
//! | `failure` | a database that refuses |

mod failure;
mod loops;
mod reload;
mod shared;
mod state;

use std::sync::{Arc, OnceLock, RwLock};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::engine::Engine;
use super::vitals::Loop;
use crate::notify::deliver;
use crate::store::StoreError;
use crate::systemd::{ServiceManager, Starting};
use crate::telemetry::event;

pub use failure::event_of;
pub use reload::Reload;
pub use shared::STALLED;
pub use state::Pulse;

use loops::supervise;
use reload::{leave_word, log_reload, take_over};
use shared::Shared;
use state::{say_state, status_line};

/// How often the log of corrections is looked at for other names: texts are read under these.
const ALIASES_EVERY: Duration = Duration::from_secs(60);
/// How often the status line is renewed.
const STATUS_EVERY: Duration = Duration::from_secs(60);

/// What signals ask of the daemon.
#[derive(Debug, Default)]
pub struct Wishes {
    /// Clean stop.
    pub stop: CancellationToken,
    /// Another look at the configuration.
    pub reload: Notify,
    /// The state, into the log.
    pub state: Notify,
    /// Set when the loops run: a line on what moves, to be had without the runtime.
    pub pulse: OnceLock<Pulse>,
}

/// Runs until the wish to stop. `reload` is asked for a new engine whenever there is the wish to reload. `starting` ends
/// when the loops run.
///
/// # Errors
/// The database refuses at the start. Later failures are logged and tried again.
pub async fn run(
    engine: Arc<Engine>,
    manager: ServiceManager,
    starting: Starting,
    wishes: Arc<Wishes>,
    reload: Reload,
) -> Result<(), StoreError> {
    let recovered = deliver::recover(&engine.store).await?;
    for row in recovered {
        tracing::warn!(
            event = event::MAIL_DOUBTFUL,
            outbox.id = row.0,
            "message was under way at the last end; a duplicate is possible"
        );
    }
    engine.give_up_other_channels().await?;
    let vitals = Arc::clone(engine.vitals());
    let shared = Arc::new(Shared {
        store: engine.store.clone(),
        engine: RwLock::new(engine),
        stop: wishes.stop.clone(),
        entries: Notify::new(),
        desk: Notify::new(),
        mail: Notify::new(),
        schedule: Notify::new(),
        vitals,
    });
    let mut loops = JoinSet::new();
    for which in Loop::ALL {
        loops.spawn(supervise(Arc::clone(&shared), which));
    }
    // Set once: there is one daemon in a process.
    let _ = wishes.pulse.set(Pulse(Arc::clone(&shared)));
    let status = status_line(&shared.engine()).await;
    drop(starting);
    manager.ready(&status);
    let sources = shared.engine().config.sources.len();
    tracing::info!(
        event = event::SERVICE_STARTED,
        version = env!("CARGO_PKG_VERSION"),
        sources,
        "ready"
    );
    attend(&shared, &manager, &wishes, &reload).await;
    manager.stopping();
    tracing::info!("stopping: what is under way is finished first");
    while loops.join_next().await.is_some() {}
    tracing::info!(event = event::SERVICE_STOPPED, "stopped");
    Ok(())
}

/// Feeds the watchdog while all loops move, renews the status, and reloads when asked, until the stop.
async fn attend(shared: &Arc<Shared>, manager: &ServiceManager, wishes: &Wishes, reload: &Reload) {
    let mut watchdog = tokio::time::interval(manager.watchdog_period().unwrap_or(STATUS_EVERY));
    let mut status = tokio::time::interval(STATUS_EVERY);
    let mut aliases = tokio::time::interval(ALIASES_EVERY);
    loop {
        tokio::select! {
            () = shared.stop.cancelled() => return,
            _ = watchdog.tick() => match shared.stalled().as_slice() {
                [] => manager.feed_watchdog(),
                stalled => {
                    let loops = stalled.join(", ");
                    tracing::error!(
                        event = event::SERVICE_STALLED,
                        loops,
                        "no progress; the watchdog is not fed"
                    );
                    manager.status(&format!("no progress: {loops}"));
                }
            },
            () = wishes.state.notified() => say_state(shared).await,
            _ = status.tick() => manager.status(&status_line(&shared.engine()).await),
            _ = aliases.tick() => {
                if shared.engine().has_other_aliases().await {
                    let taken = take_over(shared, reload).await;
                    log_reload(&taken);
                }
            }
            () = wishes.reload.notified() => {
                manager.reloading();
                let taken = take_over(shared, reload).await;
                log_reload(&taken);
                leave_word(shared, taken).await;
                manager.ready(&status_line(&shared.engine()).await);
            }
        }
    }
}
