//! What happens to a message after an attempt: pure, from the outcome, the number of attempts and the age.

use jiff::{SignedDuration, Timestamp};

use super::transport::Outcome;
use crate::store::{ClosedWay, Refusals};

/// Minutes between attempts while nothing can be sent at all.
const DOWN: [i64; 5] = [1, 5, 15, 30, 60];
/// Minutes between attempts at a recipient who is put off: greylisting asks for five at least, and forgets those who
/// come back after hours.
const DEFERRED: [i64; 3] = [5, 15, 30];
/// Minutes before a message that may have arrived goes out again.
const UNKNOWN: [i64; 4] = [10, 30, 60, 240];
/// Minutes between attempts while somebody must change the configuration: a wrong password tried often locks
/// the account.
const NEEDS_OPERATOR: i64 = 60;
/// A message is given up after this long (RFC 5321 4.5.4.1 asks for four to five days) ...
const GIVE_UP: SignedDuration = SignedDuration::from_hours(5 * 24);
/// ... and this many attempts: after a long outage a first "not now" is no reason to give up.
const GIVE_UP_ATTEMPTS: u32 = 12;
/// A mailbox that stays full for so long is not read.
const GIVE_UP_FULL: SignedDuration = SignedDuration::from_hours(3 * 24);
/// An address is dead after so many refusals in a row ...
const DEAD_AFTER: u32 = 3;
/// ... over so long.
const DEAD_SPAN: SignedDuration = SignedDuration::from_hours(48);

/// A server that asks to wait for longer is asked again after this all the same: alerts do not keep.
const LONGEST_WAIT: SignedDuration = SignedDuration::from_hours(24);

/// What becomes of one message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// It is done.
    Accept,
    /// It is tried again at this instant.
    Retry(Timestamp),
    /// It may have arrived; it goes out again at this instant with the same message id.
    RetryUnknown(Timestamp),
    /// A shorter edition of it is tried.
    Shorten,
    /// It is given up.
    Reject,
}

/// Decides. `attempt` counts from 1; `created` is when the message was stored.
pub fn next(outcome: &Outcome, attempt: u32, created: Timestamp, now: Timestamp) -> Next {
    let older = |than| attempt >= GIVE_UP_ATTEMPTS && now.duration_since(created) > than;
    match outcome {
        Outcome::Accepted(_) => Next::Accept,
        Outcome::Rejected(_) | Outcome::BadAddress(_) => Next::Reject,
        Outcome::TooBig(_) => Next::Shorten,
        Outcome::Full(_) if older(GIVE_UP_FULL) => Next::Reject,
        Outcome::Deferred(_) | Outcome::NotBefore(..) | Outcome::Lost(_) | Outcome::Unknown(_)
            if older(GIVE_UP) =>
        {
            Next::Reject
        }
        Outcome::NotBefore(_, until) => {
            let longest = now.checked_add(LONGEST_WAIT).unwrap_or(Timestamp::MAX);
            Next::Retry(later(now, step(&DEFERRED, attempt)).max((*until).min(longest)))
        }
        Outcome::Deferred(_) | Outcome::Full(_) => {
            Next::Retry(later(now, step(&DEFERRED, attempt)))
        }
        Outcome::Lost(_) => Next::Retry(later(now, step(&DOWN, attempt))),
        Outcome::Unknown(_) => Next::RetryUnknown(later(now, step(&UNKNOWN, attempt))),
        // It waits as long as the way is closed, and is never given up for that.
        Outcome::TransportDown { .. } => Next::Retry(now),
    }
}

/// The way is closed, once more or for the first time: all messages wait, longer each time.
pub fn close(
    before: Option<&ClosedWay>,
    channel: &str,
    settings: &str,
    error: &str,
    needs_operator: bool,
    now: Timestamp,
) -> ClosedWay {
    let failures = before.map_or(1, |way| way.failures.saturating_add(1));
    let minutes = if needs_operator { NEEDS_OPERATOR } else { step(&DOWN, failures) };
    ClosedWay {
        channel: channel.to_owned(),
        failures,
        paused_until: later(now, minutes),
        error: error.to_owned(),
        needs_operator,
        settings: settings.to_owned(),
        since: before.map_or(now, |way| way.since),
    }
}

/// Whether an attempt may be made: the pause is over, or the settings are others than those that failed.
pub fn may_try(way: Option<&ClosedWay>, settings: &str, now: Timestamp) -> bool {
    way.is_none_or(|way| way.paused_until <= now || way.settings != settings)
}

/// Whether an address refused so often is dead: a server may be confused for a day.
pub fn is_dead(refusals: &Refusals) -> bool {
    refusals.count >= DEAD_AFTER && refusals.last.duration_since(refusals.first) >= DEAD_SPAN
}

fn step(minutes: &[i64], attempt: u32) -> i64 {
    let at = (attempt.max(1) as usize - 1).min(minutes.len() - 1);
    minutes[at]
}

fn later(now: Timestamp, minutes: i64) -> Timestamp {
    now.checked_add(SignedDuration::from_mins(minutes)).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minutes)
    }

    #[test]
    fn every_outcome_has_its_next_step() {
        let deferred = Outcome::Deferred("451".into());
        let unknown = Outcome::Unknown("lost".into());
        let day = 24 * 60;
        let cases = [
            (Outcome::Accepted("250".into()), 1, 0, Next::Accept),
            (Outcome::Rejected("550".into()), 1, 0, Next::Reject),
            (deferred.clone(), 1, 0, Next::Retry(at(5))),
            (deferred.clone(), 2, 10, Next::Retry(at(25))),
            (deferred.clone(), 99, 10, Next::Retry(at(40))),
            (Outcome::NotBefore("429".into(), at(90)), 1, 0, Next::Retry(at(90))),
            (Outcome::NotBefore("429".into(), at(1)), 1, 0, Next::Retry(at(5))),
            (Outcome::NotBefore("429".into(), at(90 * day)), 1, 0, Next::Retry(at(day))),
            (Outcome::Full("552".into()), 1, 0, Next::Retry(at(5))),
            (Outcome::Full("552".into()), 90, 3 * day, Next::Retry(at(3 * day + 30))),
            (Outcome::Full("552".into()), 90, 3 * day + 1, Next::Reject),
            (Outcome::Lost("reset".into()), 2, 0, Next::Retry(at(5))),
            (Outcome::TooBig("552".into()), 1, 0, Next::Shorten),
            (Outcome::BadAddress("550".into()), 1, 0, Next::Reject),
            (unknown.clone(), 1, 0, Next::RetryUnknown(at(10))),
            (unknown.clone(), 9, 0, Next::RetryUnknown(at(240))),
            // Old, but hardly tried: the way was closed.
            (deferred.clone(), 2, 6 * day, Next::Retry(at(6 * day + 15))),
            (deferred, 60, 5 * day + 1, Next::Reject),
            (unknown, 60, 5 * day + 1, Next::Reject),
        ];
        for (outcome, attempt, now, expected) in cases {
            assert_eq!(
                next(&outcome, attempt, at(0), at(now)),
                expected,
                "{outcome:?} {attempt} {now}"
            );
        }
    }

    #[test]
    fn a_closed_way_is_tried_less_and_less_and_at_once_under_other_settings() {
        let mut way: Option<ClosedWay> = None;
        let mut now = at(0);
        let mut waits = Vec::new();
        for _ in 0..6 {
            let closed = close(way.as_ref(), "mail", "a", "refused", false, now);
            let until = closed.paused_until;
            way = Some(closed);
            assert!(!may_try(way.as_ref(), "a", now) && may_try(way.as_ref(), "a", until));
            assert!(may_try(way.as_ref(), "b", now));
            waits.push(until.duration_since(now).as_mins());
            now = until;
        }
        assert_eq!(waits, [1, 5, 15, 30, 60, 60]);
        assert_eq!(way.unwrap().since, at(0));
        let wrong = close(None, "mail", "a", "535", true, at(0));
        assert_eq!(wrong.paused_until, at(60));
    }

    #[test]
    fn an_address_is_dead_after_three_refusals_over_two_days() {
        let refused = |count, hours: i64| Refusals {
            recipient: "ha".into(),
            channel: "mail".into(),
            address: "ha@example.org".into(),
            count,
            first: at(0),
            last: at(60 * hours),
            error: "550".into(),
            suspended: None,
            bounced: None,
        };
        assert!(!is_dead(&refused(2, 96)) && !is_dead(&refused(9, 47)) && is_dead(&refused(3, 48)));
    }
}
