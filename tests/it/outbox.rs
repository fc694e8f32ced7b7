//! The outbox under any sequence of outcomes, crashes and clocks: nothing accepted is sent again, nothing is under way
//! twice, every attempt has the same bytes, and when the world behaves everything has left or was refused.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use pledgewatch::model::OutboxId;
use pledgewatch::store::*;
use proptest::prelude::*;

use crate::records::{at, rendered};

const LEASE: SignedDuration = SignedDuration::from_mins(30);

#[derive(Debug, Clone)]
enum Step {
    /// A message is stored, for one of three readers; the same event twice is one message.
    Stored(usize, usize),
    /// The sender takes what is due, so many at most.
    Taken(u32),
    /// It learns what became of the oldest that it has.
    Accepted,
    Deferred(i64),
    Rejected,
    Unknown(i64),
    /// It dies with all that it has, and the next begins.
    Dies,
    /// Time passes, or the clock is set back.
    Clock(i64),
    /// Leases that ran out are called in.
    Expired,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        3 => (0..3_usize, 0..6_usize).prop_map(|(who, what)| Step::Stored(who, what)),
        4 => (1..5_u32).prop_map(Step::Taken),
        3 => Just(Step::Accepted),
        2 => (0..120_i64).prop_map(Step::Deferred),
        1 => Just(Step::Rejected),
        2 => (0..120_i64).prop_map(Step::Unknown),
        1 => Just(Step::Dies),
        3 => (-120..300_i64).prop_map(Step::Clock),
        1 => Just(Step::Expired),
    ];
    prop::collection::vec(step, 1..60)
}

/// The outbox, and what a witness knows of it.
struct World {
    store: Store,
    now: Timestamp,
    under_way: Vec<OutboxId>,
    ended: BTreeMap<OutboxId, MessageState>,
    bytes: BTreeMap<OutboxId, (Vec<u8>, Option<String>)>,
    stored: BTreeSet<(usize, usize)>,
}

impl World {
    fn write<T: Send + 'static>(
        &self,
        change: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> T {
        self.store.write_blocking(change).unwrap()
    }

    fn take(&mut self, most: u32) -> Result<(), TestCaseError> {
        let now = self.now;
        for leased in self.write(move |tx| lease_due(tx, "mail", now, LEASE, most)) {
            prop_assert!(!self.ended.contains_key(&leased.id), "{:?} again", leased.id);
            prop_assert!(!self.under_way.contains(&leased.id), "{:?} twice at once", leased.id);
            let now = (leased.message, leased.message_id);
            let first = self.bytes.entry(leased.id).or_insert_with(|| now.clone());
            prop_assert_eq!(&*first, &now, "other bytes");
            self.under_way.push(leased.id);
        }
        Ok(())
    }

    fn step(&mut self, step: &Step) -> Result<(), TestCaseError> {
        let now = self.now;
        let later = |minutes: i64| now + SignedDuration::from_mins(minutes);
        match step {
            Step::Stored(who, what) => {
                let key = (*who, *what);
                let reader = ["ha", "tom", "kim"][key.0];
                let message = rendered(reader, &format!("event {}", key.1), now);
                let row = self.write(move |tx| insert_message(tx, &message, None, now));
                prop_assert_eq!(row.is_some(), self.stored.insert(key), "one event, one message");
            }
            Step::Taken(most) => self.take(*most)?,
            Step::Dies => {
                self.under_way.clear();
                self.write(|tx| expire_leases(tx, Timestamp::MAX));
            }
            Step::Expired => {
                let back = self.write(move |tx| expire_leases(tx, now));
                self.under_way.retain(|id| !back.contains(id));
            }
            Step::Clock(minutes) => self.now = later(*minutes),
            word => {
                if self.under_way.is_empty() {
                    return Ok(());
                }
                let id = self.under_way.remove(0);
                let marked = match word {
                    Step::Accepted => self.write(move |tx| mark_accepted(tx, id, "250", now)),
                    Step::Rejected => self.write(move |tx| mark_rejected(tx, id, "550", now)),
                    Step::Deferred(wait) => {
                        let until = later(*wait);
                        self.write(move |tx| mark_deferred(tx, id, until, "451", now))
                    }
                    Step::Unknown(wait) => {
                        let until = later(*wait);
                        self.write(move |tx| mark_unknown(tx, id, until, "gone", now))
                    }
                    _ => unreachable!("all others are above"),
                };
                prop_assert!(marked, "the sender's word counts");
                let end = match word {
                    Step::Accepted => Some(MessageState::Accepted),
                    Step::Rejected => Some(MessageState::Rejected),
                    _ => None,
                };
                self.ended.extend(end.map(|state| (id, state)));
            }
        }
        Ok(())
    }

    /// What the witness knows and what is stored are the same.
    fn agrees(&self) -> Result<(), TestCaseError> {
        let rows = self.store.read_blocking(|db| messages(db, None, 1000)).unwrap();
        prop_assert_eq!(rows.len(), self.stored.len());
        for row in rows {
            let sending = row.state == MessageState::Sending;
            prop_assert_eq!(sending, self.under_way.contains(&row.id), "{:?}", row.state);
            let ended = matches!(row.state, MessageState::Accepted | MessageState::Rejected);
            prop_assert_eq!(ended.then_some(row.state), self.ended.get(&row.id).copied());
        }
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 60,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn every_message_leaves_and_none_again_whatever_happens(steps in steps()) {
        let folder = tempfile::tempdir().unwrap();
        let mut world = World {
            store: Store::open(Options::new(folder.path().join("p.db"))).unwrap(),
            now: at(0),
            under_way: Vec::new(),
            ended: BTreeMap::new(),
            bytes: BTreeMap::new(),
            stored: BTreeSet::new(),
        };
        for step in &steps {
            world.step(step)?;
            world.agrees()?;
        }
        // The world behaves: whoever sends dies no more, and everything is taken.
        world.step(&Step::Dies)?;
        world.now += SignedDuration::from_hours(999);
        loop {
            world.take(10)?;
            if world.under_way.is_empty() {
                break;
            }
            world.step(&Step::Accepted)?;
        }
        prop_assert_eq!(world.ended.len(), world.stored.len(), "something never leaves");
    }
}
