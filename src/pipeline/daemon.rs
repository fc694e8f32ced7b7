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

use std::sync::{Arc, OnceLock, PoisonError, RwLock};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until, timeout};
use tokio_util::sync::CancellationToken;

use super::engine::Engine;
use super::polls::Polls;
use super::round::Which;
use super::vitals::{Loop, Vitals};
use crate::notify::deliver;
use crate::store::{Store, StoreError};
use crate::systemd::{ServiceManager, Starting};
use crate::telemetry::event;

/// Longest sleep of the poll loop: a clock that is set, or a reload, is noticed by then.
const LONGEST_SLEEP: Duration = Duration::from_secs(60);
/// Shortest sleep of the poll loop, so that a source that cannot be stored does not make a busy loop.
const SHORTEST_SLEEP: Duration = Duration::from_secs(1);
/// How often entries are looked for without being told: retries of pages come due by themselves.
const ENTRY_PATIENCE: Duration = Duration::from_secs(60);
/// How often the outbox is looked at without being told.
const MAIL_PATIENCE: Duration = Duration::from_secs(30);
/// Pause after a failure of the database, and after a panic.
const AFTER_FAILURE: Duration = Duration::from_secs(5);
/// How often lost alerts and stuck messages are looked for.
const AUDIT_EVERY: Duration = Duration::from_secs(3600);
/// How often the log of corrections is looked at for other names: texts are read under these.
const ALIASES_EVERY: Duration = Duration::from_secs(60);
/// How many of the next polls SIGUSR1 shows.
const NEXT_SHOWN: usize = 5;
/// How often the status line is renewed.
const STATUS_EVERY: Duration = Duration::from_secs(60);

/// A loop that has not moved for this long has stopped. Longer than the longest step: one conversation with a mail
/// server that takes all the time it may.
pub const STALLED: Duration = Duration::from_secs(30 * 60);
/// The same for loops whose steps are short.
const BRISK: Duration = Duration::from_secs(10 * 60);
/// A transaction that goes on for longer has stopped: the largest take seconds.
const WRITER_PATIENCE: Duration = Duration::from_secs(10 * 60);

/// Makes a new engine for a reload, or says why the old one must go on.
pub type Reload = Arc<dyn Fn(&Engine) -> Result<Engine, String> + Send + Sync>;

/// What the loops share.
struct Shared {
    engine: RwLock<Arc<Engine>>,
    stop: CancellationToken,
    entries: Notify,
    desk: Notify,
    mail: Notify,
    schedule: Notify,
    /// The same for all engines.
    vitals: Arc<Vitals>,
    store: Store,
}

impl Shared {
    fn engine(&self) -> Arc<Engine> {
        // Nothing can panic while the lock is held: it guards one pointer.
        Arc::clone(&self.engine.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn beat(&self, which: Loop) {
        self.vitals.beat(which);
    }

    /// How long ago each loop moved.
    fn ages(&self) -> [(Loop, Duration); 4] {
        Loop::ALL.map(|which| (which, self.vitals.still(which)))
    }

    /// What has stopped: loops, and the thread that writes the database.
    fn stalled(&self) -> Vec<&'static str> {
        let loops = stopped(self.ages());
        let writer = !self.store.writer_moves(WRITER_PATIENCE);
        loops.into_iter().chain(writer.then_some("writer")).collect()
    }

    /// One line on what moves and what does not, without asking the database.
    fn pulse(&self) -> String {
        let ages = self.ages().map(|(which, age)| format!("{} {} s", which.name(), age.as_secs()));
        let writer = if self.store.writer_moves(WRITER_PATIENCE) { "moves" } else { "stands" };
        format!("last moved: {}; writer {writer}", ages.join(", "))
    }

    /// Sleeps until woken, stopped, or `longest` has passed.
    async fn sleep(&self, wake: &Notify, longest: Duration) {
        tokio::select! {
            () = self.stop.cancelled() => {}
            _ = timeout(longest, wake.notified()) => {}
        }
    }
}

/// The loops that have not moved for longer than they may.
fn stopped(ages: [(Loop, Duration); 4]) -> Vec<&'static str> {
    let patience = |which| match which {
        Loop::Polls | Loop::Desk => BRISK,
        // Pages are fetched one after the other from a host, and a mail server may take its time.
        Loop::Entries | Loop::Mail => STALLED,
    };
    let over = ages.into_iter().filter(|(which, age)| *age > patience(*which));
    over.map(|(which, _)| which.name()).collect()
}

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

/// Says which loops move; asks neither the database nor the runtime, which may be what has stopped.
pub struct Pulse(Arc<Shared>);

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

/// What SIGUSR1 asks for: what moves, what waits, which polls come next.
async fn say_state(shared: &Shared) {
    let engine = shared.engine();
    let waiting = status_line(&engine).await;
    let next = engine
        .next_polls(NEXT_SHOWN)
        .await
        .unwrap_or_else(|error| vec![format!("the database refuses: {}", super::chain(&error))]);
    tracing::info!(
        event = event::SERVICE_STATE,
        next_polls = next.join(", "),
        "{waiting}; {}",
        shared.pulse()
    );
}

/// The new configuration whole, with what it changes, or the old one whole, with the reason.
async fn take_over(shared: &Arc<Shared>, reload: &Reload) -> Result<Vec<String>, String> {
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

fn log_reload(taken: &Result<Vec<String>, String>) {
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
async fn leave_word(shared: &Shared, taken: Result<Vec<String>, String>) {
    let (taken_over, lines) = match taken {
        Ok(changed) => (true, changed),
        Err(reason) => (false, reason.lines().map(str::to_owned).collect()),
    };
    if let Err(error) = shared.engine().leave_word(taken_over, lines).await {
        failed("word of a reload", &error);
    }
}

/// Runs a loop again and again: a panic is a bug, and one bug must not end the daemon.
async fn supervise(shared: Arc<Shared>, which: Loop) {
    while !shared.stop.is_cancelled() {
        let inner = Arc::clone(&shared);
        let ended = tokio::spawn(async move {
            match which {
                Loop::Polls => poll_loop(&inner).await,
                Loop::Entries => entry_loop(&inner).await,
                Loop::Desk => desk_loop(&inner).await,
                Loop::Mail => mail_loop(&inner).await,
            }
        })
        .await;
        if let Err(error) = ended {
            tracing::error!(
                event = event::SERVICE_PANICKED,
                loop_name = which.name(),
                %error,
                "a loop panicked; it starts again"
            );
            shared.sleep(&Notify::new(), AFTER_FAILURE).await;
        }
    }
}

async fn poll_loop(shared: &Shared) {
    let mut polls = Polls::new();
    let mut looked = None;
    while !shared.stop.is_cancelled() {
        shared.beat(Loop::Polls);
        let engine = shared.engine();
        let pause = match engine.start_polls(Which::Due, &mut polls).await {
            Ok(next) => {
                shared.vitals.scheduled(next, engine.now());
                pause_until(next, engine.now())
            }
            Err(error) => failed("polls", &error),
        };
        if looked.is_none_or(|looked: Instant| looked.elapsed() >= AUDIT_EVERY) {
            looked = Some(Instant::now());
            if let Err(error) = engine.clean_up_daily().await {
                failed("clean-up", &error);
            }
        }
        attend_polls(shared, &mut polls, pause).await;
    }
    // Polls that are cut off here count as unfinished and keep their distance.
}

/// Takes in what polls bring until `pause` is over, the schedule has changed, or the stop.
async fn attend_polls(shared: &Shared, polls: &mut Polls, pause: Duration) {
    let mut until = Instant::now() + pause;
    loop {
        tokio::select! {
            () = shared.stop.cancelled() => return,
            () = shared.schedule.notified() => return,
            () = sleep_until(until) => return,
            Some(ended) = polls.next(), if !polls.is_empty() => match ended {
                Some(report) if report.pending > 0 => shared.entries.notify_one(),
                Some(_) => {}
                // Still due, and the database is not likely to take it in the next moment.
                None => until = until.max(Instant::now() + AFTER_FAILURE),
            },
        }
    }
}

/// A moment at least, and no longer than a changed clock may go unnoticed.
fn pause_until(next: Option<Timestamp>, now: Timestamp) -> Duration {
    let wait = next.map_or(LONGEST_SLEEP, |next| {
        Duration::try_from(next.duration_since(now)).unwrap_or(Duration::ZERO)
    });
    wait.clamp(SHORTEST_SLEEP, LONGEST_SLEEP)
}

async fn entry_loop(shared: &Shared) {
    while !shared.stop.is_cancelled() {
        shared.beat(Loop::Entries);
        let engine = shared.engine();
        let judged = tokio::select! {
            // Each judgement is one transaction: what is cut off here is still pending.
            () = shared.stop.cancelled() => return,
            judged = engine.judge_batch() => judged,
        };
        let pause = match judged {
            Ok(reports) => {
                if reports.iter().any(|report| report.kept) {
                    shared.desk.notify_one();
                }
                // More may be waiting.
                if reports.is_empty() { ENTRY_PATIENCE } else { Duration::ZERO }
            }
            Err(error) => failed("entries", &error),
        };
        if !pause.is_zero() {
            shared.sleep(&shared.entries, pause).await;
        }
    }
}

/// Writes what is to be told. Apart from the loop that delivers, which may wait ten minutes for one answer.
async fn desk_loop(shared: &Shared) {
    let mut audited = Instant::now();
    while !shared.stop.is_cancelled() {
        shared.beat(Loop::Desk);
        let engine = shared.engine();
        let pause = match engine.write_messages().await {
            Ok((released, digests)) => {
                if released.messages + digests > 0 {
                    shared.mail.notify_one();
                }
                MAIL_PATIENCE
            }
            Err(error) => failed("messages", &error),
        };
        if audited.elapsed() >= AUDIT_EVERY {
            audited = Instant::now();
            if let Err(error) = engine.audit().await {
                failed("audit", &error);
            }
        }
        shared.sleep(&shared.desk, pause).await;
    }
}

async fn mail_loop(shared: &Shared) {
    // A conversation with a mail server is finished even when the stop comes, or a duplicate would follow.
    let go_on = || {
        shared.beat(Loop::Mail);
        !shared.stop.is_cancelled()
    };
    while go_on() {
        let pause = match shared.engine().deliver_while(&go_on).await {
            Ok(_) => MAIL_PATIENCE,
            Err(error) => failed("mail", &error),
        };
        shared.sleep(&shared.mail, pause).await;
    }
}

fn failed(what: &str, error: &StoreError) -> Duration {
    tracing::error!(
        event = event_of(error),
        what,
        error = super::chain(error),
        "the database refuses; trying again"
    );
    AFTER_FAILURE
}

/// The kind of event that a refusal of the database is.
pub fn event_of(error: &StoreError) -> &'static str {
    match error {
        StoreError::DiskFull { .. } => event::DATABASE_FULL,
        StoreError::Corrupt { .. } | StoreError::NotADatabase { .. } => event::DATABASE_DAMAGED,
        _ => event::DATABASE_REFUSED,
    }
}

/// One line for `systemctl status`.
async fn status_line(engine: &Engine) -> String {
    let late = super::audit::late_since(engine.now());
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_loop_that_stands_is_enough_to_starve_the_watchdog() {
        let minutes = |count: u64| Duration::from_secs(60 * count);
        let ages = |polls, entries, desk, mail| {
            let ages = [polls, entries, desk, mail];
            std::array::from_fn(|at| (Loop::ALL[at], minutes(ages[at])))
        };
        assert_eq!(stopped(ages(9, 29, 9, 29)), [""; 0]);
        assert_eq!(stopped(ages(11, 0, 0, 0)), ["polls"]);
        assert_eq!(stopped(ages(0, 31, 11, 31)), ["entries", "desk", "mail"]);
    }
}
