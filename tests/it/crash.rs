//! What belongs together is stored together or not at all: every composite transaction is killed before each of
//! its statements, those of the full-text index included, and the file must then hold the state before or the
//! state after, never one between.
//!
//! The test runs its own binary again as a child that aborts at the N-th statement, for N = 1, 2, … until the
//! child survives.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{SignedDuration, Timestamp};
use pledgewatch::model::*;
use pledgewatch::store::*;
use rusqlite::types::Value;

use crate::records::*;

/// `operation:statement:path` for the child.
const ORDER: &str = "PLEDGEWATCH_TEST_CRASH";

/// One composite transaction, by name, on a database that [`prepare`] has filled.
pub fn operate(operation: &str, store: &Store) -> Result<(), StoreError> {
    let write =
        |change: fn(&Transaction<'_>) -> Result<(), StoreError>| store.write_blocking(change);
    match operation {
        "sources" => write(|tx| sync_sources(tx, &[source("courier"), source("gazette")], at(50))),
        "before_request" => write(|tx| {
            record_before_request(tx, &SourceId::new("herald"), &state("asking", at(51)), at(50))
        }),
        "poll" => write(|tx| {
            let entries = vec![
                pending("1", "One, changed"),
                SeenEntry { entry: entry("2", "Two, changed"), fate: Fate::AsItWas },
                pending("new", "New"),
                SeenEntry {
                    entry: entry("out", "Out"),
                    fate: Fate::Rejected(relevance(RelevanceDecision::Reject)),
                },
            ];
            record_poll(tx, &poll("herald", at(50), entries)).map(|_| ())
        }),
        "polls" => write(|tx| {
            let polls = [
                poll("herald", at(50), vec![pending("new", "New")]),
                poll("courier", at(50), vec![pending("new", "New")]),
            ];
            record_polls(tx, &polls).map(|_| ())
        }),
        "judgement" => write(|tx| {
            let mut record = judgement("c-new", "Hai nước ký bản ghi nhớ mới.", at(50));
            record.entry = Some(EntryEnd { id: EntryId(1), state: EntryState::Done, error: None });
            record.commitments.push(commitment("c-1", "It has advanced"));
            record.mentions.push(JudgedMention {
                mention: mention(1),
                fingerprint: pledgewatch::model::Fingerprint::new("second"),
                verdict: Some(verdict("c-1", 1)),
                ..record.mentions[0].clone()
            });
            record.messages.push(NewMessage { about: Some(1), ..held("chief", "e-new", at(50)) });
            second_source_arrived(tx, &CommitmentId::new("c-1"), at(50), at(50))?;
            record_judgement(tx, &record).map(|_| ())
        }),
        "digest" => write(|tx| {
            let record = DigestRecord { absorbs: vec![OutboxId(1)], ..digest(1, 3, at(50)) };
            record_digest(tx, &record).map(|_| ())
        }),
        "release" => write(|tx| {
            let both = Release {
                carrier: OutboxId(1),
                others: vec![OutboxId(2)],
                message: b"both".to_vec(),
                message_id: "<both@desk.example>".to_owned(),
                parent: None,
                not_before: at(50),
            };
            release(tx, &both, at(50))
        }),
        "lease" => write(|tx| {
            expire_leases(tx, Timestamp::MAX)?;
            lease_due(tx, "mail", at(50), SignedDuration::from_mins(5), 9).map(|_| ())
        }),
        "answers" => write(|tx| {
            mark_accepted(tx, OutboxId(3), "250 ok", at(50))?;
            mark_deferred(tx, OutboxId(4), at(60), "451", at(50)).map(|_| ())
        }),
        "merge" => write(|tx| {
            redirect_commitment(tx, &CommitmentId::new("c-2"), &CommitmentId::new("c-1"), at(50))
        }),
        "purge" => write(|tx| {
            let retention = Retention {
                polls_since: at(50),
                rejected_texts_since: at(50),
                messages_since: at(50),
                at_most: 9,
            };
            purge(tx, &retention).map(|_| ())
        }),
        other => panic!("no operation {other}"),
    }
}

/// A database with something of everything: entries, two commitments, held and leased messages.
pub fn prepare(path: &Path) {
    let store = Store::open(Options::new(path)).unwrap();
    store
        .write_blocking(|tx| {
            sync_sources(tx, &[source("herald"), source("courier")], at(0))?;
            let entries = vec![
                pending("1", "One"),
                pending("2", "Two"),
                SeenEntry {
                    fate: Fate::Rejected(relevance(RelevanceDecision::Reject)),
                    ..pending("3", "Three")
                },
            ];
            record_poll(tx, &poll("herald", at(0), entries))?;
            for id in ["c-1", "c-2"] {
                record_judgement(tx, &judgement(id, "Hai nước ký bản ghi nhớ.", at(1)))?;
            }
            for event in ["sent", "refused"] {
                insert_message(tx, &rendered("desk", event, at(1)), None, at(1))?;
            }
            lease_due(tx, "mail", at(1), SignedDuration::from_mins(5), 9)?;
            let mut out = article_record("Ruled out.", at(1));
            out.relevance = relevance(RelevanceDecision::Reject);
            insert_article(tx, &out)?;
            Ok(())
        })
        .unwrap();
}

/// Every row of every table as text, in a fixed order.
pub fn contents(path: &Path) -> String {
    try_contents(path).unwrap()
}

/// The same of a file that may be damaged.
pub fn try_contents(path: &Path) -> rusqlite::Result<String> {
    let db = Connection::open(path)?;
    let tables: Vec<String> = db
        .prepare(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'
                 AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name",
        )?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let mut all = String::new();
    for table in tables {
        all.push_str(&format!("== {table}\n"));
        let mut statement = db.prepare(&format!("SELECT * FROM {table}"))?;
        let columns = statement.column_count();
        let mut rows: Vec<String> = statement
            .query_map([], |row| {
                let values: Result<Vec<Value>, _> = (0..columns).map(|at| row.get(at)).collect();
                Ok(format!("{:?}\n", values?))
            })?
            .collect::<Result<_, _>>()?;
        rows.sort();
        all.extend(rows);
    }
    Ok(all)
}

/// Runs the child; true when it survived.
fn child(operation: &str, statement: i64, path: &Path) -> bool {
    let status = Command::new(std::env::current_exe().unwrap())
        .args(["crash::the_child_that_dies", "--exact", "--test-threads=1"])
        .env(ORDER, format!("{operation}:{statement}:{}", path.display()))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .unwrap();
    assert_ne!(status.code(), Some(101), "the child failed instead of being killed");
    status.success()
}

/// Not a test of its own: the process that is killed.
#[test]
fn the_child_that_dies() {
    let Ok(order) = std::env::var(ORDER) else { return };
    let mut parts = order.splitn(3, ':');
    let operation = parts.next().unwrap();
    let statement: i64 = parts.next().unwrap().parse().unwrap();
    let path = PathBuf::from(parts.next().unwrap());
    // Counts down from the first statement of the operation, not of the opening.
    let left = Arc::new(AtomicI64::new(i64::MAX));
    let countdown = Arc::clone(&left);
    let hook = move |_: &str| {
        if countdown.fetch_sub(1, Ordering::SeqCst) == 1 {
            std::process::abort();
        }
    };
    let mut options = Options { on_statement: Some(Box::new(hook)), ..Options::new(path) };
    if operation == "open" {
        left.store(statement, Ordering::SeqCst);
    }
    options.busy_timeout = std::time::Duration::from_secs(60);
    let store = Store::open(options).unwrap();
    if operation != "open" {
        left.store(statement, Ordering::SeqCst);
        operate(operation, &store).unwrap();
    }
}

/// Kills the operation before each of its statements on a copy of `before`; returns the state after each kill,
/// and at last the state that the survivor left.
fn killed_at_every_statement(operation: &str, before: &Path) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let mut states = Vec::new();
    for statement in 1..500 {
        let path = folder.path().join(format!("{statement}.db"));
        std::fs::copy(before, &path).unwrap();
        let survived = child(operation, statement, &path);
        // A restart recovers, and the file must be sound to the last index entry.
        drop(Store::open(Options::new(&path)).unwrap());
        verify(&path).unwrap();
        states.push(contents(&path));
        std::fs::remove_file(&path).unwrap();
        if survived {
            return states;
        }
    }
    panic!("{operation} never came to its end");
}

fn is_whole_or_absent(operation: &str, least: usize) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("before.db");
    prepare(&path);
    let before = contents(&path);
    let mut states = killed_at_every_statement(operation, &path);
    let after = states.pop().unwrap();
    assert_ne!(before, after, "{operation} did nothing");
    assert!(states.len() >= least, "{operation} was killed only {} times", states.len());
    let first_after = states.iter().position(|state| *state == after).unwrap_or(states.len());
    for (number, state) in states.iter().enumerate() {
        let expected = if number < first_after { &before } else { &after };
        assert!(state == expected, "{operation}, statement {}: a state between", number + 1);
    }
    assert!(first_after >= least, "{operation} was committed after {first_after} statements");
}

#[test]
fn a_killed_poll_is_whole_or_absent() {
    is_whole_or_absent("poll", 8);
    is_whole_or_absent("polls", 8);
}

#[test]
fn a_killed_judgement_is_whole_or_absent() {
    is_whole_or_absent("judgement", 15);
}

#[test]
fn a_killed_digest_is_whole_or_absent() {
    is_whole_or_absent("digest", 5);
}

#[test]
fn a_killed_release_is_whole_or_absent() {
    is_whole_or_absent("release", 4);
}

#[test]
fn a_killed_lease_or_answer_is_whole_or_absent() {
    is_whole_or_absent("lease", 4);
    is_whole_or_absent("answers", 4);
}

#[test]
fn a_killed_change_of_sources_merge_or_purge_is_whole_or_absent() {
    for operation in ["sources", "before_request", "merge", "purge"] {
        is_whole_or_absent(operation, 3);
    }
}

#[test]
fn an_upgrade_that_is_killed_goes_on_at_the_next_start_and_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("old.db");
    // As an old version left it: the first steps, and something in it.
    let old = Connection::open(&path).unwrap();
    for (number, step) in [
        include_str!("../../src/store/migrations/0001_reading.sql"),
        include_str!("../../src/store/migrations/0002_ledger.sql"),
        include_str!("../../src/store/migrations/0003_outbox.sql"),
    ]
    .iter()
    .enumerate()
    {
        old.execute_batch(&format!("BEGIN; {step}; PRAGMA user_version = {}; COMMIT", number + 1))
            .unwrap();
    }
    old.execute("INSERT INTO meta VALUES ('kept', 'through every upgrade')", []).unwrap();
    drop(old);
    let states = killed_at_every_statement("open", &path);
    assert!(states.len() > 20, "{} statements", states.len());
    let last = states.last().unwrap();
    assert!(last.contains("through every upgrade"));
    assert!(states.iter().all(|state| state == last));
}

#[test]
fn a_killed_first_opening_leaves_a_file_that_opens() {
    let folder = tempfile::tempdir().unwrap();
    let reference = folder.path().join("reference.db");
    drop(Store::open(Options::new(&reference)).unwrap());
    let empty = folder.path().join("empty.db");
    std::fs::write(&empty, "").unwrap();
    let states = killed_at_every_statement("open", &empty);
    assert!(states.len() > 40, "{} statements", states.len());
    assert!(states.iter().all(|state| *state == contents(&reference)));
}
