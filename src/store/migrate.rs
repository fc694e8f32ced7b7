//! Schema upgrades: numbered steps embedded in the program, one transaction each, counted in `PRAGMA user_version`.
//! Before an existing database is upgraded, a copy of it is put beside it. A database newer than the program is
//! refused untouched.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, TransactionBehavior};

use super::StoreError;
use super::backup::copy_database;

/// The steps, in order; step `n` (from 1) leads to schema `n`. A released step is never edited.
pub(super) const STEPS: &[&str] = &[
    include_str!("migrations/0001_reading.sql"),
    include_str!("migrations/0002_ledger.sql"),
    include_str!("migrations/0003_outbox.sql"),
    include_str!("migrations/0004_corrections.sql"),
    include_str!("migrations/0005_pages.sql"),
    include_str!("migrations/0006_politeness.sql"),
    include_str!("migrations/0007_delivery.sql"),
];

/// "PldW": marks a file as ours.
const APPLICATION_ID: i64 = 0x506C_6457;

/// The schema number that this program reads and writes.
pub fn schema_version() -> u32 {
    STEPS.len() as u32
}

/// The schema number of an open database; 0 for one that holds nothing yet.
///
/// # Errors
/// `NotADatabase` and `Foreign` for files of others, `Newer` for a schema this program does not know.
pub(super) fn found_version(
    connection: &Connection,
    path: &Path,
    known: u32,
) -> Result<u32, StoreError> {
    let found: u32 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let application: i64 = connection.query_row("PRAGMA application_id", [], |row| row.get(0))?;
    let objects: i64 =
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    let empty = objects == 0 && found == 0;
    if application != APPLICATION_ID && !(empty && application == 0) {
        return Err(StoreError::Foreign { path: path.to_owned() });
    }
    if found > known {
        return Err(StoreError::Newer { path: path.to_owned(), found, known });
    }
    Ok(found)
}

/// Where the copy of a database with schema `found` is put before an upgrade.
pub(super) fn copy_path(path: &Path, found: u32) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".schema-{found}.bak"));
    path.with_file_name(name)
}

/// Brings the database to the last of `steps`; returns the number of steps taken.
///
/// # Errors
/// As [`found_version`]; `Migration` when a step fails, which leaves the database as it was before that step.
pub(super) fn migrate(
    connection: &mut Connection,
    path: &Path,
    steps: &[&str],
) -> Result<u32, StoreError> {
    let known = steps.len() as u32;
    let found = found_version(connection, path, known)?;
    if found == known {
        return Ok(0);
    }
    if found > 0 {
        copy_database(connection, &copy_path(path, found))?;
    }
    for (number, step) in (1u32..).zip(steps).skip(found as usize) {
        let failed = |source| StoreError::Migration { path: path.to_owned(), step: number, source };
        take_step(connection, number, step).map_err(|error| {
            // Room and permission have sentences of their own; the rest is about the step.
            match StoreError::from(error) {
                StoreError::Sqlite(source) => failed(source),
                other => other,
            }
        })?;
    }
    Ok(known - found)
}

fn take_step(connection: &mut Connection, number: u32, step: &str) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute_batch(step)?;
    transaction.pragma_update(None, "user_version", number)?;
    transaction.commit()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema(connection: &Connection) -> Vec<(String, Option<String>)> {
        connection
            .prepare("SELECT name, sql FROM sqlite_schema ORDER BY name")
            .unwrap()
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
            .unwrap()
            .map(Result::unwrap)
            .collect()
    }

    fn temporary() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("p.db");
        (folder, path)
    }

    #[test]
    fn every_earlier_schema_reaches_the_same_one() {
        let mut whole = Connection::open_in_memory().unwrap();
        migrate(&mut whole, Path::new("p.db"), STEPS).unwrap();
        for taken in 0..STEPS.len() {
            let (_folder, path) = temporary();
            let mut connection = Connection::open(&path).unwrap();
            migrate(&mut connection, &path, &STEPS[..taken]).unwrap();
            let left = STEPS.len() - taken;
            assert_eq!(migrate(&mut connection, &path, STEPS).unwrap() as usize, left);
            assert_eq!(schema(&connection), schema(&whole), "from schema {taken}");
            assert_eq!(migrate(&mut connection, &path, STEPS).unwrap(), 0);
        }
    }

    #[test]
    fn an_existing_database_is_copied_before_it_is_upgraded() {
        let (_folder, path) = temporary();
        let mut connection = Connection::open(&path).unwrap();
        migrate(&mut connection, &path, &STEPS[..1]).unwrap();
        assert!(!copy_path(&path, 0).exists(), "nothing to save of an empty file");
        connection.execute("INSERT INTO meta VALUES ('a', 'b')", []).unwrap();
        migrate(&mut connection, &path, STEPS).unwrap();
        let copy = Connection::open(copy_path(&path, 1)).unwrap();
        let version: u32 = copy.query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap();
        let value: String = copy.query_row("SELECT value FROM meta", [], |row| row.get(0)).unwrap();
        assert_eq!((version, value.as_str()), (1, "b"));
    }

    #[test]
    fn a_failing_step_leaves_the_schema_before_it() {
        let (_folder, path) = temporary();
        let mut connection = Connection::open(&path).unwrap();
        let steps = [STEPS[0], "CREATE TABLE half (x) STRICT; CREATE TABLE half (y) STRICT;"];
        let error = migrate(&mut connection, &path, &steps).unwrap_err();
        assert!(matches!(error, StoreError::Migration { step: 2, .. }), "{error:?}");
        assert!(schema(&connection).iter().all(|(name, _)| name != "half"));
        let version: u32 =
            connection.query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap();
        assert_eq!(version, 1);
    }
}
