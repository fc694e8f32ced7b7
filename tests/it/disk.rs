//! Disks that are full and disks that forget: every composite transaction runs out of room at every page and at every
//! write, and the file holds the state before or the state after; every page of a database is damaged in turn, and what
//! was damaged is never taken for the truth.
//!
//! Room is taken away in two ways: SQLite's own limit of pages, and the system's limit on the size of files, which makes
//! a write fail in the middle. The latter holds for a whole process, so the test runs its own binary again as a child.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use pledgewatch::model::{Language, OutboxId};
use pledgewatch::notify::specimen;
use pledgewatch::notify::transport::{Mode, Outcome, Parcel, Transport};
use pledgewatch::store::{
    self, Connection, Options, Release, Store, StoreError, record_judgement, record_poll, verify,
};
use rustix::process::{Resource, Rlimit, setrlimit};

use crate::crash::{contents, operate, prepare, try_contents};
use crate::faults::Office;
use crate::records::{at, judgement, pending, poll};

/// `operation:bytes:path` for the child: no file may grow beyond so many bytes.
const ORDER: &str = "PLEDGEWATCH_TEST_FULL";
/// The child's exit code when it was told, in an error, that there is no room.
const NO_ROOM: i32 = 3;

/// A folder with a database that has something of everything.
fn prepared() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("before.db");
    prepare(&path);
    (folder, path)
}

fn copy_of(before: &Path, name: &str) -> PathBuf {
    let path = before.with_file_name(name);
    for ending in ["-wal", "-shm"] {
        let mut beside = path.clone().into_os_string();
        beside.push(ending);
        let _ = std::fs::remove_file(beside);
    }
    std::fs::copy(before, &path).unwrap();
    path
}

fn opened(path: &Path, max_pages: Option<u32>) -> Store {
    Store::open(Options { max_pages, ..Options::new(path) }).unwrap()
}

/// Transactions that need many pages, by name.
const LARGE: [&str; 3] = ["poll", "judgement", "release"];

fn operate_large(operation: &str, store: &Store) -> Result<(), StoreError> {
    // Letters that no compression makes short.
    let long: String = (0..40_000_u64)
        .map(|n| char::from(b'a' + (n.wrapping_mul(n).wrapping_mul(0x9e37_79b9) >> 29) as u8 % 26))
        .collect();
    match operation {
        "poll" => {
            let many = (0..20).map(|n| pending(&format!("n{n}"), &long[n * 1500..][..3000]));
            let record = poll("herald", at(50), many.collect());
            store.write_blocking(move |tx| record_poll(tx, &record).map(|_| ()))
        }
        "judgement" => {
            let record = judgement("c-new", &long, at(50));
            store.write_blocking(move |tx| record_judgement(tx, &record).map(|_| ()))
        }
        _ => {
            let release = Release {
                carrier: OutboxId(1),
                others: vec![OutboxId(2)],
                message: long.into_bytes(),
                message_id: "<both@desk.example>".to_owned(),
                parent: None,
                not_before: at(50),
            };
            store.write_blocking(move |tx| store::release(tx, &release, at(50)))
        }
    }
}

#[test]
fn a_disk_that_is_full_at_any_page_leaves_the_state_before() {
    let (_folder, before) = prepared();
    let pages: u32 = Connection::open(&before)
        .unwrap()
        .query_row("PRAGMA page_count", [], |row| row.get(0))
        .unwrap();
    let (unchanged, mut refused) = (contents(&before), 0);
    for operation in LARGE {
        let path = copy_of(&before, "free.db");
        operate_large(operation, &opened(&path, None)).unwrap();
        let after = contents(&path);
        for more in 0.. {
            assert!(more < 200, "{operation} never finds room");
            let path = copy_of(&before, "full.db");
            let store = opened(&path, Some(pages + more));
            let result = operate_large(operation, &store);
            drop(store);
            let Err(error) = result else {
                assert!(contents(&path) == after, "{operation} with {more} pages more");
                break;
            };
            refused += 1;
            assert!(matches!(error, StoreError::DiskFull { .. }), "{operation}: {error:?}");
            assert!(contents(&path) == unchanged, "{operation}: a state between");
            // With room it goes on as if nothing had been.
            operate_large(operation, &opened(&path, None)).unwrap();
            assert!(contents(&path) == after, "{operation} after {more} pages");
        }
    }
    eprintln!("{refused} times no room for a page");
    assert!(refused >= 20, "only {refused} times");
}

/// Runs the child under its limit; true when it found room.
fn child(operation: &str, bytes: u64, path: &Path) -> bool {
    // A write beyond the limit raises a signal that would end the process, unless it is ignored.
    let status = Command::new("sh")
        .args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\""])
        .arg(std::env::current_exe().unwrap())
        .args(["disk::the_child_without_room", "--exact", "--test-threads=1"])
        .env(ORDER, format!("{operation}:{bytes}:{}", path.display()))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .unwrap();
    match status.code() {
        Some(0) => true,
        Some(NO_ROOM) => false,
        other => panic!("{operation} at {bytes} bytes ended with {other:?}"),
    }
}

/// Not a test of its own: the process that may not write.
#[test]
fn the_child_without_room() {
    let Ok(order) = std::env::var(ORDER) else { return };
    let mut parts = order.splitn(3, ':');
    let operation = parts.next().unwrap();
    let bytes: u64 = parts.next().unwrap().parse().unwrap();
    let path = PathBuf::from(parts.next().unwrap());
    let limit = || {
        let most = Rlimit { current: Some(bytes), maximum: None };
        setrlimit(Resource::Fsize, most).unwrap();
    };
    let done = match operation {
        "backup" => {
            let store = Store::open(Options::new(&path)).unwrap();
            limit();
            store.backup(&path.with_file_name("copy.db")).map_err(|error| error.to_string())
        }
        "mail" => {
            let (transport, alert) = (Transport::open(Mode::Directory(path)).unwrap(), alert());
            limit();
            match send(&transport, &alert) {
                Outcome::Accepted(_) => Ok(()),
                Outcome::TransportDown { error, needs_operator: false } => Err(error),
                other => panic!("{other:?}"),
            }
        }
        _ => {
            let store = Store::open(Options::new(&path)).unwrap();
            limit();
            operate(operation, &store).map_err(|error| error.to_string())
        }
    };
    if let Err(error) = done {
        assert!(!error.is_empty());
        std::process::exit(NO_ROOM);
    }
    // The end of a database that may still not write is no part of the test: its log is taken up at the next start.
    std::process::exit(0);
}

#[test]
fn a_disk_that_is_full_at_any_write_leaves_the_state_before_or_after() {
    let (_folder, before) = prepared();
    let (unchanged, mut refused) = (contents(&before), 0);
    for operation in ["poll", "judgement", "digest", "release"] {
        let path = copy_of(&before, "free.db");
        operate(operation, &opened(&path, None)).unwrap();
        let after = contents(&path);
        let mut found_room = false;
        // Not a multiple of a page and its head in the log: the limit is met at another place of a page each time.
        for bytes in (0..).step_by(14_000).take(60) {
            let path = copy_of(&before, "full.db");
            found_room = child(operation, bytes, &path);
            verify(&path).unwrap();
            let state = contents(&path);
            assert!(
                state == if found_room { &after } else { &unchanged }[..],
                "{operation} {bytes}"
            );
            if found_room {
                break;
            }
            refused += 1;
        }
        assert!(found_room, "{operation} never finds room");
    }
    eprintln!("{refused} times no room for a write");
    assert!(refused >= 12, "only {refused} times");
}

#[test]
fn a_copy_for_which_there_is_no_room_is_not_there() {
    let (folder, path) = prepared();
    let whole = std::fs::metadata(&path).unwrap().len();
    for share in [0, 1, 3] {
        assert!(!child("backup", whole * share / 4, &path));
        let names: Vec<String> = std::fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.starts_with("copy"))
            .collect();
        assert_eq!(names, [""; 0], "half a copy is taken for a whole one some day");
    }
    assert!(child("backup", whole * 2, &path));
    verify(&folder.path().join("copy.db")).unwrap();
}

fn alert() -> Vec<u8> {
    let facts = specimen::alerts(Language::Vi).swap_remove(0);
    Office::new().desk.alert("ha", "alert:1", &facts, None).unwrap().bytes
}

fn send(transport: &Transport, bytes: &[u8]) -> Outcome {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let parcel =
        Parcel { from: "watch@example.org", to: "ha@example.org", id: "<a@b.example>", bytes };
    runtime.block_on(async { transport.session().send(&parcel).await })
}

#[test]
fn a_mail_folder_without_room_has_no_half_message_and_takes_it_later() {
    let folder = tempfile::tempdir().unwrap();
    let mails = || -> Vec<PathBuf> {
        let files = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path());
        files.filter(|path| path.extension().is_some_and(|ending| ending == "eml")).collect()
    };
    for bytes in [0, 500, 5_000] {
        assert!(!child("mail", bytes, folder.path()));
        assert!(mails().is_empty(), "{:?}", mails());
    }
    assert!(child("mail", 10_000_000, folder.path()));
    assert_eq!(std::fs::read(&mails()[0]).unwrap(), alert());
}

#[test]
fn a_damaged_page_is_found_by_the_check_and_never_taken_for_the_truth() {
    let (_folder, before) = prepared();
    let whole = std::fs::read(&before).unwrap();
    let unchanged = contents(&before);
    let (mut noticed, mut harmless) = (0, 0);
    let mut told = Vec::new();
    for page in 0..whole.len() / 4096 {
        let path = copy_of(&before, "damaged.db");
        let mut bytes = whole.clone();
        bytes[page * 4096..(page + 1) * 4096].fill(0x5a);
        std::fs::write(&path, bytes).unwrap();
        told.push(verify(&path).map_err(|error| error.to_string()));
        match try_contents(&path) {
            Err(_) => noticed += 1,
            // An index or a page without rows.
            Ok(read) if read == unchanged => harmless += 1,
            Ok(_) => panic!("page {page} was read as if it were the truth"),
        }
    }
    for (number, answer) in told.iter().enumerate() {
        let error = answer.as_ref().expect_err(&format!("page {number} passes for sound"));
        let way_back =
            error.contains("restore the latest backup") || error.contains("not an SQLite");
        assert!(way_back, "page {number}: {error}");
    }
    eprintln!("{} pages damaged: {noticed} noticed by reading, {harmless} hold no row", told.len());
    assert!(noticed > 10);
}

#[test]
fn a_store_that_meets_a_damaged_page_says_so_and_writes_nothing() {
    let (_folder, before) = prepared();
    let root: i64 = Connection::open(&before)
        .unwrap()
        .query_row("SELECT rootpage FROM sqlite_schema WHERE name = 'articles'", [], |row| {
            row.get(0)
        })
        .unwrap();
    let root = usize::try_from(root).unwrap();
    let mut bytes = std::fs::read(&before).unwrap();
    bytes[(root - 1) * 4096..root * 4096].fill(0x5a);
    std::fs::write(&before, bytes).unwrap();
    let store = Store::open(Options::new(&before)).unwrap();
    let error = operate("judgement", &store).unwrap_err();
    assert!(matches!(error, StoreError::Corrupt { .. }), "{error:?}");
    assert!(error.to_string().contains("restore the latest backup"), "{error}");
    let verdicts = |db: &Connection| {
        Ok(db.query_row("SELECT count(*) FROM verdicts", [], |row| row.get::<_, i64>(0))?)
    };
    assert_eq!(store.read_blocking(verdicts).unwrap(), 2);
}
