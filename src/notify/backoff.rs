//! What happens to a message after an attempt: pure, from the outcome, the number of attempts and the age.

use jiff::{SignedDuration, Timestamp};

use super::transport::Outcome;

/// Minutes between attempts while nothing can be sent at all.
const DOWN: [i64; 5] = [1, 5, 15, 30, 60];
/// Minutes between attempts at a recipient who is put off: greylisting asks for five at least.
const DEFERRED: [i64; 5] = [5, 15, 30, 30, 60];
/// Minutes before a message that may have arrived goes out again.
const UNKNOWN: [i64; 4] = [10, 30, 60, 240];
/// Minutes between attempts while somebody must change the configuration: a wrong password tried often locks
/// the account.
const NEEDS_OPERATOR: i64 = 60;
/// A message is given up after this long (RFC 5321 4.5.4.1 asks for four to five days) ...
const GIVE_UP: SignedDuration = SignedDuration::from_hours(5 * 24);
/// ... and this many attempts: after a long outage a first "not now" is no reason to give up.
const GIVE_UP_ATTEMPTS: u32 = 12;

/// What becomes of one message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// It is done.
    Accept,
    /// It is tried again at this instant.
    Retry(Timestamp),
    /// It may have arrived; it goes out again at this instant with the same message id.
    RetryUnknown(Timestamp),
    /// It is given up.
    Reject,
}

/// Decides. `attempt` counts from 1; `created` is when the message was stored.
pub fn next(outcome: &Outcome, attempt: u32, created: Timestamp, now: Timestamp) -> Next {
    let old = attempt >= GIVE_UP_ATTEMPTS && now.duration_since(created) > GIVE_UP;
    match outcome {
        Outcome::Accepted(_) => Next::Accept,
        Outcome::Rejected(_) => Next::Reject,
        Outcome::Deferred(_) | Outcome::Unknown(_) if old => Next::Reject,
        Outcome::Deferred(_) => Next::Retry(later(now, step(&DEFERRED, attempt))),
        Outcome::Unknown(_) => Next::RetryUnknown(later(now, step(&UNKNOWN, attempt))),
        // It waits as long as the way is closed, and is never given up for that.
        Outcome::TransportDown { .. } => Next::Retry(now),
    }
}

/// Whether anything can be sent, kept from one round to the next.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Health {
    /// Rounds in a row that found the way closed.
    pub failures: u32,
    /// No attempt before this.
    pub paused_until: Option<Timestamp>,
    /// What is wrong.
    pub error: Option<String>,
    /// Whether somebody must change the configuration.
    pub needs_operator: bool,
}

impl Health {
    /// The way is open.
    pub fn up(&mut self) {
        *self = Self::default();
    }

    /// The way is closed: pauses all messages and says until when.
    pub fn down(&mut self, error: &str, needs_operator: bool, now: Timestamp) -> Timestamp {
        self.failures = self.failures.saturating_add(1);
        let minutes = if needs_operator { NEEDS_OPERATOR } else { step(&DOWN, self.failures) };
        let until = later(now, minutes);
        self.paused_until = Some(until);
        self.error = Some(error.to_owned());
        self.needs_operator = needs_operator;
        until
    }

    /// Whether an attempt may be made.
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.paused_until.is_none_or(|until| until <= now)
    }
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
            (deferred.clone(), 99, 10, Next::Retry(at(70))),
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
    fn a_closed_way_is_tried_less_and_less_and_forgotten_when_it_opens() {
        let mut health = Health::default();
        let mut now = at(0);
        let mut waits = Vec::new();
        for _ in 0..6 {
            let until = health.down("refused", false, now);
            assert!(!health.is_open(now) && health.is_open(until));
            waits.push(until.duration_since(now).as_mins());
            now = until;
        }
        assert_eq!(waits, [1, 5, 15, 30, 60, 60]);
        health.up();
        assert!(health.is_open(now));
        assert_eq!(health.down("535", true, now).duration_since(now).as_mins(), 60);
    }
}
