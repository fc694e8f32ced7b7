//! `run`: the daemon under a service manager. SIGTERM and SIGINT stop it cleanly, a second one at once; SIGHUP
//! reloads the configuration.

use std::path::PathBuf;
use std::sync::Arc;

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::args::Global;
use super::failure::{Exit, Failure, Outcome};
use super::session::{Session, runtime, store_failure};
use crate::config::Config;
use crate::pipeline::daemon::{self, Reload};
use crate::pipeline::{Engine, chain, corrections};
use crate::serve;
use crate::systemd::ServiceManager;

/// Runs until told to stop.
pub(super) fn run(global: &Global) -> Outcome {
    let config = Session::read_config(global)?;
    let level = config.log.level.clone();
    let session = Session::with(config, global, &level);
    let engine = session.engine()?;
    runtime()?.block_on(async {
        let stop = CancellationToken::new();
        let reload_asked = Arc::new(Notify::new());
        listen(&stop, &reload_asked)?;
        if let Some(place) = &engine.config.serve.listen {
            serve::start(place, &engine, stop.clone())
                .await
                .map_err(|error| Failure::new(Exit::Configuration, chain(&error)))?;
        }
        let reload = reload(global.config.clone());
        daemon::run(engine, ServiceManager::find(), stop, reload_asked, reload)
            .await
            .map_err(store_failure)
    })?;
    Ok(Exit::Done)
}

/// Turns signals into wishes.
fn listen(stop: &CancellationToken, reload_asked: &Arc<Notify>) -> Result<(), Failure> {
    let listener = |kind| {
        signal(kind).map_err(|error| {
            Failure::new(Exit::Failed, format!("cannot listen for signals: {error}"))
        })
    };
    let mut terminate = listener(SignalKind::terminate())?;
    let mut interrupt = listener(SignalKind::interrupt())?;
    let mut hangup = listener(SignalKind::hangup())?;
    let (stop, reload_asked) = (stop.clone(), Arc::clone(reload_asked));
    tokio::spawn(async move {
        loop {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
                _ = hangup.recv() => {
                    reload_asked.notify_one();
                    continue;
                }
            }
            if stop.is_cancelled() {
                // Asked twice: every step is a transaction, so ending here loses nothing.
                std::process::exit(Exit::Failed as i32);
            }
            stop.cancel();
        }
    });
    Ok(())
}

fn reload(file: Option<PathBuf>) -> Reload {
    Arc::new(move |engine: &Engine| {
        let config = Config::load(file.as_deref()).map_err(|problems| problems.render())?;
        let aliases =
            engine.store.read_blocking(corrections::aliases).map_err(|error| chain(&error))?;
        let topic = config.topic_with(&aliases).map_err(|problems| problems.render())?;
        engine.reloaded(config, topic).map_err(|error| chain(&error))
    })
}
