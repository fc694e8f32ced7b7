//! `run`: the daemon under a service manager.
//!
//! | signal | asks for |
//! |---|---|
//! | SIGTERM, SIGINT | a clean stop; the second one ends at once |
//! | SIGHUP | another look at the configuration |
//! | SIGUSR1 | the state, into the log |
//! | SIGABRT | (the watchdog) which loop has stopped, into the log, and the end |

use std::path::PathBuf;
use std::sync::Arc;

use tokio::signal::unix::{Signal, SignalKind, signal};

use super::args::Global;
use super::failure::{Exit, Failure, Outcome};
use super::session::{Session, runtime, store_failure};
use crate::config::Config;
use crate::pipeline::daemon::{self, Reload, Wishes};
use crate::pipeline::{Engine, EngineError, chain, corrections};
use crate::serve;
use crate::store::{schema_found, schema_version};
use crate::systemd::ServiceManager;
use crate::telemetry::{self, event};

/// Runs until told to stop.
pub(super) fn run(global: &Global) -> Outcome {
    let manager = ServiceManager::find();
    let ended = watched(global, &manager);
    if let Err(failure) = &ended {
        let first = failure.message.lines().next().unwrap_or_default();
        let code = failure.exit as i32;
        manager.failed(&format!("exit code {code}: {first}"));
        // Elsewhere the sentence on standard error is enough.
        if telemetry::speaks_to_journal() {
            tracing::error!(event = event::SERVICE_FAILED, exit_code = code, "{first}");
        }
    }
    ended
}

fn watched(global: &Global, manager: &ServiceManager) -> Outcome {
    let starting = manager.starting("opening the database");
    let config = Session::read_config(global)?;
    let level = config.log.level.clone();
    let session = Session::with(config, global, &level);
    let before = schema_found(&session.database());
    let engine = session.engine()?;
    if let Some(from) = before.filter(|found| *found < schema_version()) {
        tracing::info!(
            event = event::DATABASE_UPGRADED,
            from,
            to = schema_version(),
            "the database was upgraded; a copy of the old one lies beside it"
        );
    }
    let wishes = Arc::new(Wishes::default());
    watch_for_abort(&wishes)?;
    runtime()?.block_on(async {
        listen(&wishes)?;
        if let Some(place) = &engine.config.serve.listen {
            serve::start(place, &engine, wishes.stop.clone())
                .await
                .map_err(|error| Failure::new(Exit::Configuration, chain(&error)))?;
        }
        let reload = reload(global.config.clone());
        daemon::run(engine, manager.clone(), starting, wishes, reload).await.map_err(store_failure)
    })?;
    Ok(Exit::Done)
}

fn listener(kind: SignalKind) -> Result<Signal, Failure> {
    signal(kind)
        .map_err(|error| Failure::new(Exit::Failed, format!("cannot listen for signals: {error}")))
}

/// Turns signals into wishes.
fn listen(wishes: &Arc<Wishes>) -> Result<(), Failure> {
    let mut terminate = listener(SignalKind::terminate())?;
    let mut interrupt = listener(SignalKind::interrupt())?;
    let mut hangup = listener(SignalKind::hangup())?;
    let mut state = listener(SignalKind::user_defined1())?;
    let wishes = Arc::clone(wishes);
    tokio::spawn(async move {
        loop {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
                _ = hangup.recv() => {
                    wishes.reload.notify_one();
                    continue;
                }
                _ = state.recv() => {
                    wishes.state.notify_one();
                    continue;
                }
            }
            if wishes.stop.is_cancelled() {
                // Asked twice: every step is a transaction, so ending here loses nothing.
                std::process::exit(Exit::Failed as i32);
            }
            wishes.stop.cancel();
        }
    });
    Ok(())
}

/// A thread with a runtime of its own that writes down which loop has stopped when the watchdog ends us: the daemon's
/// own runtime may be what has stopped.
fn watch_for_abort(wishes: &Arc<Wishes>) -> Result<(), Failure> {
    let unable = |error| Failure::new(Exit::Io, format!("cannot watch for signals: {error}"));
    let watch = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let watch = watch.map_err(unable)?;
    let mut abort = {
        let _guard = watch.enter();
        listener(SignalKind::from_raw(ABORT))?
    };
    let wishes = Arc::clone(wishes);
    let body = move || {
        watch.block_on(abort.recv());
        let pulse =
            wishes.pulse.get().map_or_else(|| "still starting".to_owned(), |one| one.line());
        tracing::error!(event = event::SERVICE_STATE, "told to abort; {pulse}");
        std::process::abort();
    };
    std::thread::Builder::new().name("abort-watch".to_owned()).spawn(body).map_err(unable)?;
    Ok(())
}

/// SIGABRT, which has this number on every Linux (signal(7)).
const ABORT: i32 = 6;

fn reload(file: Option<PathBuf>) -> Reload {
    Arc::new(move |engine: &Engine| {
        let config = Config::load(file.as_deref()).map_err(|problems| problems.render())?;
        let aliases =
            engine.store.read_blocking(corrections::aliases).map_err(|error| chain(&error))?;
        let topic = config.topic_with(&aliases).map_err(|problems| problems.render())?;
        engine.reloaded(config, topic).map_err(|error| match error {
            EngineError::Templates(problems) => problems.render(),
            other => chain(&other),
        })
    })
}
