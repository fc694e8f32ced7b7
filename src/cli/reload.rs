//! `reload`: the running daemon takes the new configuration over, or says why it does not.

use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use super::args::Global;
use super::failure::{Exit, Failure, Outcome};
use super::report::print;
use super::session::{Session, store_failure};
use crate::pipeline::reloads;
use crate::store;

/// How long the daemon may take: it reads the configuration, the topic and, under other rules, the ledger.
const PATIENCE: Duration = Duration::from_secs(60);
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// Sends the signal, waits for the answer, and prints it.
pub(super) fn run(global: &Global) -> Outcome {
    // One that is refused here would be refused there; its problems are shown with their places.
    let config = Session::read_config_or(global, "a running daemon goes on with the old one")?;
    let session = Session::with(config, global, "warn");
    let database = session.database();
    let Some(process) = store::running(&database) else {
        return Err(Failure::new(
            Exit::Unavailable,
            format!(
                "no daemon works on {}; start it: it reads the configuration then",
                database.display()
            ),
        ));
    };
    let store = session.open_to_read()?;
    let before = store.read_blocking(reloads::last).map_err(store_failure)?;
    signal(process)?;
    let asked = Instant::now();
    loop {
        let last = store.read_blocking(reloads::last).map_err(store_failure)?;
        match last.filter(|last| before.as_ref() != Some(last)) {
            Some(done) if done.taken_over && done.lines.is_empty() => {
                return print("reloaded: nothing has changed\n");
            }
            Some(done) if done.taken_over => {
                return print(&format!("reloaded:\n  {}\n", done.lines.join("\n  ")));
            }
            Some(done) => {
                return Err(Failure::new(
                    Exit::Configuration,
                    format!(
                        "the daemon refuses the new configuration, and the old one goes on\n{}",
                        done.lines.join("\n")
                    ),
                ));
            }
            None if asked.elapsed() > PATIENCE => {
                return Err(Failure::new(
                    Exit::Temporary,
                    "the daemon does not say what became of it; see its log",
                ));
            }
            None => std::thread::sleep(LOOK_EVERY),
        }
    }
}

fn signal(process: Option<u32>) -> Result<(), Failure> {
    let number = process.and_then(|number| i32::try_from(number).ok());
    let Some(pid) = number.and_then(Pid::from_raw) else {
        return Err(Failure::new(
            Exit::Unavailable,
            "the daemon has not said its number; use `systemctl reload pledgewatch`",
        ));
    };
    kill_process(pid, Signal::HUP).map_err(|error| {
        Failure::new(
            Exit::Unavailable,
            format!(
                "process {} cannot be told: {error}; be its user, or root",
                pid.as_raw_nonzero()
            ),
        )
    })
}
