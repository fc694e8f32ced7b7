//! The four loops, each under a supervisor of its own.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

use super::failure::{AFTER_FAILURE, failed};
use super::shared::Shared;
use crate::pipeline::engine::Engine;
use crate::pipeline::polls::Polls;
use crate::pipeline::round::Which;
use crate::pipeline::vitals::Loop;
use crate::telemetry::event;

/// Longest sleep of the poll loop: a clock that is set, or a reload, is noticed by then.
const LONGEST_SLEEP: Duration = Duration::from_secs(60);
/// Shortest sleep of the poll loop, so that a source that cannot be stored does not make a busy loop.
const SHORTEST_SLEEP: Duration = Duration::from_secs(1);
/// How often entries are looked for without being told: retries of pages come due by themselves.
const ENTRY_PATIENCE: Duration = Duration::from_secs(60);
/// How often the outbox is looked at without being told.
const MAIL_PATIENCE: Duration = Duration::from_secs(30);
/// How often lost alerts and stuck messages are looked for.
const AUDIT_EVERY: Duration = Duration::from_secs(3600);

/// Runs a loop again and again: a panic is a bug, and one bug must not end the daemon.
pub(super) async fn supervise(shared: Arc<Shared>, which: Loop) {
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
    let mut audited: Option<(Instant, Arc<Engine>)> = None;
    while !shared.stop.is_cancelled() {
        shared.beat(Loop::Desk);
        let engine = shared.engine();
        // Also at the start and after each reload: it learns who reads from then on.
        let known = audited
            .as_ref()
            .filter(|(at, of)| at.elapsed() < AUDIT_EVERY && Arc::ptr_eq(of, &engine));
        if known.is_none() {
            audited = Some((Instant::now(), Arc::clone(&engine)));
            if let Err(error) = engine.audit().await {
                failed("audit", &error);
            }
        }
        let pause = match engine.write_messages().await {
            Ok((released, digests)) => {
                if released.messages + digests > 0 {
                    shared.mail.notify_one();
                }
                MAIL_PATIENCE
            }
            Err(error) => failed("messages", &error),
        };
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
