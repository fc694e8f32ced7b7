//! Schema upgrades: numbered steps embedded in the program, one transaction each, counted in `PRAGMA user_version`.
//! Before an existing database is upgraded, a checked copy of it is put into a folder beside it. A database newer than
//! the program is refused untouched.

use std::os::unix::fs::DirBuilderExt as _;
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
    include_str!("migrations/0008_operations.sql"),
    include_str!("migrations/0009_bounces.sql"),
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
        // The latest copy that this program can read.
        let copy = copies(path).into_iter().rev().find(|(schema, _)| *schema <= known);
        let copy = copy.map(|(_, copy)| copy);
        return Err(StoreError::Newer { path: path.to_owned(), found, known, copy });
    }
    Ok(found)
}

/// The folder, beside the database, of the copies that upgrades make.
const COPIES: &str = "before-upgrade";
/// Copies kept: those of the latest schemas.
const COPIES_KEPT: usize = 2;

/// What an upgrade is at, for whoever waits for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Upgrade {
    /// The database is copied and the copy checked.
    Copying {
        /// Its schema.
        from: u32,
    },
    /// A step is taken.
    Step {
        /// The schema that it leads to.
        to: u32,
        /// The schema that the last one leads to.
        last: u32,
    },
}

impl std::fmt::Display for Upgrade {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Copying { from } => {
                write!(f, "upgrading the database: copying it as it is (schema {from})")
            }
            Self::Step { to, last } => {
                write!(f, "upgrading the database: on the way to schema {to} of {last}")
            }
        }
    }
}

/// Told of each part of an upgrade before it begins.
pub type UpgradeHook = Box<dyn FnMut(Upgrade) + Send>;

/// Where the copy of a database with schema `found` is put before an upgrade.
pub(super) fn copy_path(path: &Path, found: u32) -> PathBuf {
    path.with_file_name(COPIES).join(format!("{}{found}.db", copy_stem(path)))
}

fn copy_stem(path: &Path) -> String {
    format!("{}-schema-", path.file_stem().unwrap_or_default().to_string_lossy())
}

/// The copies that upgrades of this database have left, by their schema.
fn copies(path: &Path) -> Vec<(u32, PathBuf)> {
    let stem = copy_stem(path);
    let Ok(entries) = std::fs::read_dir(path.with_file_name(COPIES)) else { return Vec::new() };
    let mut found: Vec<(u32, PathBuf)> = entries
        .filter_map(|entry| {
            let copy = entry.ok()?.path();
            let name = copy.file_name()?.to_str()?.to_owned();
            let schema = name.strip_prefix(&stem)?.strip_suffix(".db")?.parse().ok()?;
            Some((schema, copy))
        })
        .collect();
    found.sort();
    found
}

/// Makes the copy of a database with schema `found`, and removes those of schemas long gone.
fn make_copy(connection: &Connection, path: &Path, found: u32) -> Result<(), StoreError> {
    let to = copy_path(path, found);
    let folder = path.with_file_name(COPIES);
    let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&folder);
    made.map_err(|source| StoreError::File { doing: "create", path: folder, source })?;
    copy_database(connection, &to)?;
    let mut old = copies(path);
    old.truncate(old.len().saturating_sub(COPIES_KEPT));
    for (_, copy) in old.into_iter().filter(|(_, copy)| *copy != to) {
        // One that stays takes room and does no harm.
        let _ = std::fs::remove_file(copy);
    }
    Ok(())
}

/// Brings the database to the last of `steps`; returns the number of steps taken.
///
/// # Errors
/// As [`found_version`]; `Migration` when a step fails, which leaves the database as it was before that step.
pub(super) fn migrate(
    connection: &mut Connection,
    path: &Path,
    steps: &[&str],
    mut tell: impl FnMut(Upgrade),
) -> Result<u32, StoreError> {
    let known = steps.len() as u32;
    let found = found_version(connection, path, known)?;
    let mark = path.with_file_name(COPIES).join(format!("{}unfinished", copy_stem(path)));
    if found == known {
        // Most databases have none.
        let _ = std::fs::remove_file(mark);
        return Ok(0);
    }
    if found > 0 && !is_continued(&mark, path, found) {
        tell(Upgrade::Copying { from: found });
        make_copy(connection, path, found)?;
        std::fs::write(&mark, found.to_string()).map_err(|source| StoreError::File {
            doing: "write",
            path: mark.clone(),
            source,
        })?;
    }
    for (number, step) in (1u32..).zip(steps).skip(found as usize) {
        // The first steps of a new database are nobody's business.
        if found > 0 {
            tell(Upgrade::Step { to: number, last: known });
        }
        let failed = |source| StoreError::Migration { path: path.to_owned(), step: number, source };
        take_step(connection, number, step).map_err(|error| {
            // Room and permission have sentences of their own; the rest is about the step.
            match StoreError::from(error) {
                StoreError::Sqlite(source) => failed(source),
                other => other,
            }
        })?;
    }
    let _ = std::fs::remove_file(mark);
    Ok(known - found)
}

/// Whether an upgrade that was cut off goes on here: its copy is of the database as the earlier release left it, and one
/// of a schema on the way would in the end push it out.
fn is_continued(mark: &Path, path: &Path, found: u32) -> bool {
    let from = std::fs::read_to_string(mark).ok().and_then(|from| from.trim().parse().ok());
    from.is_some_and(|from: u32| from < found && copy_path(path, from).exists())
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
        migrate(&mut whole, Path::new("p.db"), STEPS, |_| ()).unwrap();
        for taken in 0..STEPS.len() {
            let (_folder, path) = temporary();
            let mut connection = Connection::open(&path).unwrap();
            migrate(&mut connection, &path, &STEPS[..taken], |_| ()).unwrap();
            let left = STEPS.len() - taken;
            assert_eq!(migrate(&mut connection, &path, STEPS, |_| ()).unwrap() as usize, left);
            assert_eq!(schema(&connection), schema(&whole), "from schema {taken}");
            assert_eq!(migrate(&mut connection, &path, STEPS, |_| ()).unwrap(), 0);
        }
    }

    #[test]
    fn an_existing_database_is_copied_before_it_is_upgraded() {
        let (_folder, path) = temporary();
        let mut connection = Connection::open(&path).unwrap();
        migrate(&mut connection, &path, &STEPS[..1], |_| ()).unwrap();
        assert!(!copy_path(&path, 0).exists(), "nothing to save of an empty file");
        connection.execute("INSERT INTO meta VALUES ('a', 'b')", []).unwrap();
        let mut told = Vec::new();
        migrate(&mut connection, &path, STEPS, |what| told.push(what)).unwrap();
        assert_eq!(told[0], Upgrade::Copying { from: 1 });
        assert_eq!(told[1], Upgrade::Step { to: 2, last: schema_version() });
        assert_eq!(told.len(), STEPS.len());
        let copy = Connection::open(copy_path(&path, 1)).unwrap();
        let version: u32 = copy.query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap();
        let value: String = copy.query_row("SELECT value FROM meta", [], |row| row.get(0)).unwrap();
        assert_eq!((version, value.as_str()), (1, "b"));
    }

    #[test]
    fn copies_of_two_schemas_are_kept_and_a_program_too_old_is_told_of_the_one_it_can_read() {
        let (_folder, path) = temporary();
        let mut connection = Connection::open(&path).unwrap();
        for taken in 1..=5 {
            migrate(&mut connection, &path, &STEPS[..taken], |_| ()).unwrap();
        }
        let kept: Vec<u32> = copies(&path).into_iter().map(|(schema, _)| schema).collect();
        assert_eq!(kept, [3, 4]);
        let error = found_version(&connection, &path, 4).unwrap_err();
        let text = error.to_string();
        assert!(text.contains("pledgewatch restore") && text.contains("p-schema-4.db"), "{text}");
        let error = found_version(&connection, &path, 2).unwrap_err();
        assert!(matches!(error, StoreError::Newer { copy: None, .. }), "{error:?}");
    }

    #[test]
    fn a_failing_step_leaves_the_schema_before_it() {
        let (_folder, path) = temporary();
        let mut connection = Connection::open(&path).unwrap();
        let steps = [STEPS[0], "CREATE TABLE half (x) STRICT; CREATE TABLE half (y) STRICT;"];
        let error = migrate(&mut connection, &path, &steps, |_| ()).unwrap_err();
        assert!(matches!(error, StoreError::Migration { step: 2, .. }), "{error:?}");
        assert!(schema(&connection).iter().all(|(name, _)| name != "half"));
        let version: u32 =
            connection.query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap();
        assert_eq!(version, 1);
    }

    #[test]
    fn an_upgrade_that_was_cut_off_goes_on_without_another_copy() {
        let (_folder, path) = temporary();
        let mut connection = Connection::open(&path).unwrap();
        migrate(&mut connection, &path, &STEPS[..1], |_| ()).unwrap();
        let broken = [STEPS[0], STEPS[1], STEPS[2], "CREATE TABLE meta (x)"];
        migrate(&mut connection, &path, &broken, |_| ()).unwrap_err();
        let mut told = Vec::new();
        migrate(&mut connection, &path, STEPS, |what| told.push(what)).unwrap();
        assert_eq!(told[0], Upgrade::Step { to: 4, last: schema_version() });
        let schemas = |path: &Path| -> Vec<u32> {
            copies(path).into_iter().map(|(schema, _)| schema).collect()
        };
        assert_eq!(schemas(&path), [1], "the release that was there can be gone back to");
        // What began and ended is over: the next upgrade copies again.
        let later = [STEPS, &["CREATE TABLE later (x)"]].concat();
        migrate(&mut connection, &path, &later, |_| ()).unwrap();
        assert_eq!(schemas(&path), [1, schema_version()]);
    }
}
