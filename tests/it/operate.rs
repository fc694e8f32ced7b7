//! What operators do: look whether all is well, copy the database and go back to a copy.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use pledgewatch::store::{Options, Store, set_meta};
use rusqlite::Connection;

use crate::newsroom::{ANALYST, Outlet, column, sources_toml};
use crate::origin::Origin;
use crate::program::{Program, Ran};

/// A program that has stored something.
fn used(settings: &str) -> Program {
    let program = Program::new(settings, "");
    program.write("note.txt", "A note that says nothing of interest to anybody at all.");
    program.run(&["ingest", "note.txt"]).done();
    program
}

/// The findings of a check: its level and text.
fn found(ran: &Ran, check: &str) -> Vec<(String, String)> {
    let word =
        |one: &serde_json::Value, key: &str| one[key].as_str().unwrap_or_default().to_owned();
    let all = ran.json();
    let of_check = all.iter().filter(|one| one["check"] == check);
    of_check.map(|one| (word(one, "level"), word(one, "text"))).collect()
}

fn level(ran: &Ran, check: &str) -> String {
    found(ran, check).into_iter().map(|(level, _)| level).max().unwrap_or_default()
}

fn copies(program: &Program, folder: &str) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(program.path(folder)) else { return Vec::new() };
    entries.map(|entry| entry.unwrap().path()).collect()
}

#[test]
fn the_doctor_looks_at_everything_and_finds_nothing_wrong_with_a_new_installation() {
    let program = Program::bare();
    let ran = program.run(&["doctor", "--json"]);
    ran.done();
    for check in [
        "configuration",
        "clock",
        "zones",
        "disk",
        "permissions",
        "database",
        "mail",
        "sender",
        "recipients",
        "sources",
    ] {
        assert_eq!(found(&ran, check).len(), 1, "{check}: {ran:?}");
    }
    assert!(!program.path("data").exists(), "looking makes nothing");
    let used = used("");
    let ran = used.run(&["doctor", "--json"]);
    for check in ["clock", "disk", "permissions", "database", "outbox"] {
        assert_eq!(level(ran.done(), check), "ok", "{check}: {ran:?}");
    }
    // Nobody has made a copy, and no daemon runs: worth a line, and no failure.
    assert_eq!((level(&ran, "backup"), level(&ran, "daemon")), ("warn".into(), "warn".into()));
    let text = used.run(&["doctor"]);
    let lines = &text.done().out;
    assert!(
        lines.lines().all(|line| ["ok ", "warn"].iter().any(|w| line.starts_with(w))),
        "{lines}"
    );
    assert!(lines.contains("pledgewatch backup"), "it says what to do: {lines}");
}

#[test]
fn the_doctor_names_what_is_wrong_and_ends_with_69() {
    let program = used("");
    program.sql().execute_batch("UPDATE articles SET arrived_at = arrived_at + 86400000").unwrap();
    fs::set_permissions(program.path("data"), fs::Permissions::from_mode(0o755)).unwrap();
    let ran = program.run(&["doctor", "--json"]);
    assert_eq!(ran.code, 69, "{ran:?}");
    assert_eq!(level(&ran, "clock"), "fail", "{ran:?}");
    assert_eq!(level(&ran, "permissions"), "warn", "{ran:?}");
    program.write("password", "secret\n");
    fs::set_permissions(program.path("password"), fs::Permissions::from_mode(0o644)).unwrap();
    program.configure(&format!(
        "{ANALYST}\n[mail]\nmode = \"tls\"\nhost = \"mail.example.org\"\nfrom = \"watch@localhost\"\n\
         username = \"x\"\npassword_file = \"password\"\n"
    ));
    let ran = program.run(&["doctor", "--json"]);
    let (level_of, text) = found(&ran, "credentials").remove(0);
    assert!(level_of == "fail" && text.contains("644"), "{ran:?}");
    assert_eq!((level(&ran, "sender"), level(&ran, "recipients")), ("fail".into(), "warn".into()));
}

#[test]
fn the_doctor_tells_a_damaged_database_from_a_newer_one() {
    let program = used("");
    program.sql().execute_batch("PRAGMA user_version = 999").unwrap();
    let ran = program.run(&["doctor", "--json"]);
    let (level_of, text) = found(&ran, "database").remove(0);
    assert!(ran.code == 69 && level_of == "fail" && text.contains("schema 999"), "{ran:?}");
    program.sql().execute_batch("PRAGMA user_version = 1").unwrap();
    fs::write(program.database(), "not a database ".repeat(1000)).unwrap();
    let ran = program.run(&["doctor", "--json"]);
    assert_eq!(level(&ran, "database"), "fail", "{ran:?}");
}

#[test]
fn the_doctor_says_that_a_configuration_is_refused_and_ends_with_78() {
    let program = Program::bare();
    program.configure("[store]\nkeep_polls = \"soon\"\n");
    let ran = program.run(&["doctor"]);
    assert_eq!(ran.code, 78, "{ran:?}");
    assert!(ran.out.contains("check-config"), "{ran:?}");
}

#[test]
fn copies_go_to_the_configured_folder_and_the_oldest_go() {
    let program = used("[store]\nbackups = \"copies\"\nkeep_backups = 2\n");
    program.run(&["backup"]).done();
    let made = copies(&program, "data/copies");
    assert_eq!(made.len(), 1);
    let mode = fs::metadata(program.path("data/copies")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
    for day in 1..=3 {
        let older = made[0].with_file_name(format!("pledgewatch-2020010{day}T000000Z.db"));
        fs::copy(&made[0], older).unwrap();
    }
    program.run(&["backup"]).done();
    assert_eq!(copies(&program, "data/copies").len(), 2);
    program.run(&["backup", "--keep", "1"]).done();
    let left = copies(&program, "data/copies");
    assert_eq!(left.len(), 1);
    let name = left[0].file_name().unwrap().to_string_lossy().into_owned();
    assert!(!name.contains("2020"), "the newest stays: {name}");
    assert_eq!(level(&program.run(&["doctor", "--json"]), "backup"), "ok");
}

#[test]
fn a_copy_is_put_back_by_command_with_what_to_do_next() {
    let origin = Origin::start();
    let program = Program::new("", &sources_toml(&origin, &[Outlet::new("courier")]));
    program.write("note.txt", "A note that says nothing of interest to anybody at all.");
    program.run(&["ingest", "note.txt"]).done();
    program.run(&["backup", "copy.db"]).done();
    program.write("other.txt", "Another note that says nothing of interest to anybody either.");
    program.run(&["ingest", "other.txt"]).done();
    let mut daemon = program.start().wait_until_ready();
    program.run(&["restore", "copy.db"]).refused_in_a_line(75, &["in use by another pledgewatch"]);
    assert_eq!(daemon.stop(), Some(0));
    let ran = program.run(&["restore", "copy.db"]);
    assert!(ran.done().out.contains("start the daemon"), "{ran:?}");
    let count = |connection: &Connection| column(connection, "SELECT count(*) FROM articles");
    assert_eq!(count(&program.sql()), ["1"]);
    let kept = copies(&program, "data")
        .into_iter()
        .find(|path| path.to_string_lossy().contains("before-restore"))
        .unwrap();
    assert_eq!(count(&Connection::open(kept).unwrap()), ["2"]);
    program.run(&["status"]).done();

    program.run(&["restore", "nothing.db"]).refused_in_a_line(66, &["nothing.db"]);
    program.write("text.db", "not a database ".repeat(1000));
    program.run(&["restore", "text.db"]).refused_in_a_line(74, &["text.db", "not an SQLite"]);
    let newer = Connection::open(program.path("copy.db")).unwrap();
    newer.execute_batch("PRAGMA user_version = 999").unwrap();
    drop(newer);
    program.run(&["restore", "copy.db"]).refused_in_a_line(78, &["schema 999", "copy.db"]);
    assert_eq!(count(&program.sql()), ["1"], "a copy that is refused replaces nothing");
}

#[test]
fn a_program_that_copies_the_log_holds_nobody_up_and_the_log_is_written_over_when_it_lets_go() {
    let program = used("");
    let reader = program.sql();
    reader.execute_batch("BEGIN; SELECT count(*) FROM articles;").unwrap();
    let store = Store::open(Options::new(program.database())).unwrap();
    let write = |number: u32| {
        let value = format!("{number}").repeat(50_000);
        store.write_blocking(move |tx| set_meta(tx, &format!("k{number}"), &value)).unwrap();
    };
    (100..200).for_each(write);
    let held = store.log_bytes();
    assert!(held > 3 * 4096 * 1000, "it could not be emptied: {held} bytes");
    assert_eq!(column(&reader, "SELECT count(*) FROM meta WHERE key GLOB 'k1*'"), ["0"]);
    reader.execute_batch("COMMIT").unwrap();
    (100..150).for_each(write);
    assert!(store.log_bytes() < held + 1_000_000, "{} bytes after {held}", store.log_bytes());
    drop(store);
    assert_eq!(column(&reader, "SELECT count(*) FROM meta WHERE key GLOB 'k1*'"), ["100"]);
    program.run(&["status"]).done();
}
