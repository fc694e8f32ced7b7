//! A database of an earlier release, large or small: its upgrade is told while it goes on, survives being killed at any
//! part of it, and loses nothing. `PLEDGEWATCH_ARTICLES=100000` makes it a large one.

use std::path::Path;
use std::time::Instant;

use rusqlite::Connection;

use crate::newsroom::column;
use crate::program::{Program, wait_for};
use crate::scale::large;

/// The schema of the earlier release: its successors changed the tables that grow.
const EARLIER: u32 = 4;

/// The steps from an empty database to the present schema.
fn steps() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store/migrations");
    let mut files: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.iter().map(|file| std::fs::read_to_string(file).unwrap()).collect()
}

/// What `program` has in its database, as an earlier release would have left it.
fn earlier(program: &Program) -> std::path::PathBuf {
    let path = program.path("earlier.db");
    let sql = Connection::open(&path).unwrap();
    let application: i64 =
        program.sql().query_row("PRAGMA application_id", [], |row| row.get(0)).unwrap();
    sql.execute_batch("PRAGMA journal_mode = WAL; PRAGMA foreign_keys = OFF").unwrap();
    for step in steps().iter().take(EARLIER as usize) {
        sql.execute_batch(step).unwrap();
    }
    sql.pragma_update(None, "application_id", application).unwrap();
    sql.pragma_update(None, "user_version", EARLIER).unwrap();
    let now = program.database();
    sql.execute("ATTACH ?1 AS present", [now.to_str().unwrap()]).unwrap();
    let columns = |schema: &str, table: &str| {
        column(&sql, &format!("SELECT name FROM pragma_table_info('{table}', '{schema}')"))
    };
    for table in column(&sql, TABLES) {
        let present = columns("present", &table);
        let shared: Vec<String> = columns("main", &table)
            .into_iter()
            .filter(|name| present.contains(name))
            .map(|name| format!("\"{name}\""))
            .collect();
        let names = shared.join(", ");
        sql.execute_batch(&format!(
            "INSERT OR IGNORE INTO main.{table} ({names}) SELECT {names} FROM present.{table}"
        ))
        .unwrap_or_else(|error| panic!("{table}: {error}"));
    }
    sql.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    path
}

/// Tables of our own: those that a full-text index keeps for itself are filled by it.
const TABLES: &str = r"SELECT name FROM main.sqlite_schema AS one
    WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND sql NOT LIKE 'CREATE VIRTUAL%'
        AND NOT EXISTS (SELECT 1 FROM main.sqlite_schema AS whole WHERE whole.sql LIKE 'CREATE VIRTUAL%'
            AND one.name LIKE whole.name || '\_%' ESCAPE '\')
    ORDER BY name";

/// Rows of every table that an earlier release had, but for those that say what the daemon itself last did.
fn rows(sql: &Connection, tables: &[String]) -> Vec<String> {
    tables
        .iter()
        .filter(|table| *table != "meta")
        .flat_map(|table| column(sql, &format!("SELECT '{table} ' || count(*) FROM {table}")))
        .collect()
}

#[test]
fn an_upgrade_tells_how_far_it_is_and_survives_a_kill_at_every_part() {
    let articles = std::env::var("PLEDGEWATCH_ARTICLES").map_or(40, |many| many.parse().unwrap());
    let program = large("", articles);
    let earlier = earlier(&program);
    let latest = steps().len() as u32;
    let tables = column(&Connection::open(&earlier).unwrap(), TABLES);
    let expected = rows(&Connection::open(&earlier).unwrap(), &tables);
    for suffix in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{suffix}", program.database().display()));
    }
    std::fs::copy(&earlier, program.database()).unwrap();

    // Killed while it is copied, and on two of the steps; each start goes on where the last one was.
    let parts = [
        format!("copying it as it is (schema {EARLIER})"),
        format!("on the way to schema {} of {latest}", EARLIER + 1),
        format!("on the way to schema {latest} of {latest}"),
    ];
    let mut schemas = Vec::new();
    for part in &parts {
        let mut daemon = program.start();
        wait_for(part, || {
            let told = daemon.told();
            let ready = told.iter().any(|line| line == "READY=1");
            (ready || told.iter().any(|line| line.contains(part))).then_some(())
        });
        daemon.kill();
        schemas.extend(column(&program.sql(), "PRAGMA user_version"));
    }
    assert!(schemas.is_sorted(), "{schemas:?}");

    let started = Instant::now();
    let mut daemon = program.start().wait_until_ready();
    eprintln!(
        "{articles} articles, {} MB: killed at schemas {schemas:?}, then READY after {:.2?}",
        std::fs::metadata(program.database()).unwrap().len() >> 20,
        started.elapsed()
    );
    assert_eq!(daemon.stop(), Some(0), "{}", daemon.log());
    let sql = program.sql();
    assert_eq!(column(&sql, "PRAGMA user_version"), [latest.to_string()]);
    assert_eq!(column(&sql, "PRAGMA integrity_check"), ["ok"]);
    assert_eq!(rows(&sql, &tables), expected, "what the earlier release had is there");
    // The copy of before is whole, and none of a schema on the way has taken its place.
    let copy = program.path(&format!("data/before-upgrade/pledgewatch-schema-{EARLIER}.db"));
    let copy = Connection::open(copy).unwrap();
    assert_eq!(column(&copy, "PRAGMA integrity_check"), ["ok"]);
    assert_eq!(rows(&copy, &tables), expected);
}
