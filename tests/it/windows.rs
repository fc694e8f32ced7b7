//! Whatever happens to a machine and its settings, the windows of a reader's digests abut, and everything that
//! happened is told her once.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use mail_parser::MessageParser;
use pledgewatch::config::Config;
use pledgewatch::pipeline::Engine;
use pledgewatch::store::{Options, Store, record_judgement};
use pledgewatch::time::{Clock, ManualClock};
use proptest::prelude::*;

use crate::TOPIC;
use crate::records::judgement;

/// Something that can happen between two digests.
#[derive(Debug, Clone)]
enum Step {
    /// Commitments are found.
    Found(usize),
    /// The machine looks whether a digest is due, after some minutes.
    Look(i64),
    /// It is off for some hours.
    Off(i64),
    /// Its clock goes back by some minutes.
    Back(i64),
    /// It dies while it stores a digest, and starts again.
    Dies,
    /// Somebody edits the recipient.
    Edited(usize),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        3 => (1..4_usize).prop_map(Step::Found),
        4 => (1..900_i64).prop_map(Step::Look),
        1 => (1..200_i64).prop_map(Step::Off),
        1 => (1..200_i64).prop_map(Step::Back),
        1 => Just(Step::Dies),
        1 => (0..SETTINGS.len()).prop_map(Step::Edited),
    ];
    prop::collection::vec(step, 4..24)
}

/// What the recipient's table says besides her address.
const SETTINGS: [&str; 6] = [
    "digest = \"30 7 * * *\"\nzone = \"Europe/London\"",
    "digest = \"30 1 * * *\"\nzone = \"Europe/London\"\nempty_digest = \"skip\"",
    "digest = \"0 */6 * * *\"\nzone = \"Asia/Ho_Chi_Minh\"\nempty_digest = \"note\"\nlanguage = \"vi\"",
    "digest = \"15 2 * * 1-5\"\nzone = \"America/St_Johns\"\nquiet = \"22:00-07:00\"",
    "digest = \"@weekly\"\nnear_misses = false",
    // No digest for a while.
    "alerts = \"push\"",
];

struct Machine {
    folder: tempfile::TempDir,
    clock: Arc<ManualClock>,
    runtime: tokio::runtime::Runtime,
    settings: usize,
    /// Is gone while the machine is.
    running: Option<(Store, Engine)>,
    found: usize,
}

impl Machine {
    fn new(start: &str) -> Self {
        let mut machine = Self {
            folder: tempfile::tempdir().unwrap(),
            clock: Arc::new(ManualClock::new(start.parse().unwrap())),
            runtime: tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap(),
            settings: 0,
            running: None,
            found: 0,
        };
        machine.start();
        machine.look();
        machine
    }

    fn store(&self) -> Store {
        Store::open(Options::new(self.folder.path().join("pledgewatch.db"))).unwrap()
    }

    fn start(&mut self) {
        self.running = None;
        let text = format!(
            "[[recipient]]\nid = \"desk\"\naddress = \"desk@example.org\"\nper_group = 200\n{}\n",
            SETTINGS[self.settings]
        );
        let config = Config::parse("pledgewatch.toml", &text).unwrap();
        let clock = Arc::clone(&self.clock) as Arc<dyn Clock>;
        let folder = self.folder.path().to_owned();
        let store = self.store();
        let topic = Arc::clone(&TOPIC);
        let engine = Engine::with_clock(config, folder, topic, store.clone(), clock).unwrap();
        self.running = Some((store, engine));
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn pass(&self, minutes: i64) {
        self.clock.set(self.now() + SignedDuration::from_mins(minutes));
    }

    fn look(&self) -> bool {
        let (_, engine) = self.running.as_ref().unwrap();
        self.runtime.block_on(engine.make_digests()).is_ok()
    }

    /// Another connection than the engine's, as a second process would have.
    fn sql<T>(&self, ask: impl FnOnce(&rusqlite::Connection) -> rusqlite::Result<T>) -> T {
        let path = self.folder.path().join("pledgewatch.db");
        ask(&rusqlite::Connection::open(path).unwrap()).unwrap()
    }

    fn find(&mut self, count: usize) {
        for _ in 0..count {
            self.found += 1;
            let id = format!("c-{:03}x", self.found);
            let mut record = judgement(&id, &format!("Text of {id}."), self.now());
            record.messages.clear();
            let (store, _) = self.running.as_ref().unwrap();
            store.write_blocking(move |tx| record_judgement(tx, &record).map(|_| ())).unwrap();
        }
    }

    fn take(&mut self, step: &Step) {
        match step {
            Step::Found(count) => self.find(*count),
            Step::Look(minutes) => {
                self.pass(*minutes);
                assert!(self.look());
            }
            Step::Off(hours) => self.pass(hours * 60),
            Step::Back(minutes) => self.pass(-minutes),
            Step::Dies => {
                // The write fails after some of it was done, and nothing after it happens.
                self.sql(|db| {
                    db.execute_batch(
                        "CREATE TRIGGER dies AFTER INSERT ON digests
                         BEGIN SELECT RAISE (ABORT, 'the power fails'); END",
                    )
                });
                self.look();
                self.running = None;
                self.sql(|db| db.execute_batch("DROP TRIGGER dies"));
                self.start();
            }
            Step::Edited(settings) => {
                self.settings = *settings;
                self.start();
            }
        }
    }

    /// Windows of verdicts and periods, in order.
    fn windows(&self) -> Vec<[i64; 4]> {
        self.sql(|db| {
            db.prepare(
                "SELECT from_verdict, to_verdict, period_start, period_end FROM digests ORDER BY id",
            )?
            .query_map([], |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?]))?
            .collect()
        })
    }

    /// How often each commitment stands in a digest that was made.
    fn told(&self) -> BTreeMap<String, usize> {
        let mails: Vec<Vec<u8>> = self.sql(|db| {
            db.prepare("SELECT message FROM outbox WHERE kind = 'digest'")?
                .query_map([], |row| row.get(0))?
                .collect()
        });
        let mut told = BTreeMap::new();
        for mail in mails {
            let read = MessageParser::default().parse(&mail).unwrap();
            let text = read.body_text(0).unwrap();
            for (at, found) in text.match_indices("ledger show c-") {
                let id: String = text[at + found.len()..].chars().take(4).collect();
                *told.entry(format!("c-{id}")).or_default() += 1;
            }
        }
        told
    }
}

fn holds(start: &str, steps: &[Step]) -> Result<(), TestCaseError> {
    let mut machine = Machine::new(start);
    for step in steps {
        machine.take(step);
    }
    // In the end she has a digest again, and a day passes.
    machine.take(&Step::Edited(0));
    let ahead = machine.windows().last().map_or(0, |window| window[3]);
    let latest = machine.now().max(Timestamp::from_millisecond(ahead).unwrap());
    machine.clock.set(latest + SignedDuration::from_hours(25));
    prop_assert!(machine.look());

    let windows = machine.windows();
    for pair in windows.windows(2) {
        prop_assert_eq!(pair[0][1], pair[1][0], "verdicts of {:?}", &windows);
        prop_assert_eq!(pair[0][3], pair[1][2], "periods of {:?}", &windows);
        prop_assert!(pair[1][3] > pair[1][2], "an empty period in {:?}", &windows);
    }
    let told = machine.told();
    prop_assert_eq!(told.len(), machine.found, "{:?}", &told);
    prop_assert!(told.values().all(|times| *times == 1), "{:?}", &told);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 24,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn windows_abut_and_everything_is_told_once_whatever_happens(
        start in prop::sample::select(&[
            // An ordinary week, the night before the clocks go back, the night before they go forward.
            "2026-11-10T12:00:00Z", "2026-10-24T20:00:00Z", "2027-03-27T20:00:00Z",
        ][..]),
        steps in steps(),
    ) {
        holds(start, &steps)?;
    }
}

#[test]
fn a_digest_that_dies_on_the_way_is_made_again_with_the_same_window() {
    let steps = [Step::Found(2), Step::Off(30), Step::Dies, Step::Look(1), Step::Found(1)];
    holds("2026-10-24T20:00:00Z", &steps).unwrap();
}
