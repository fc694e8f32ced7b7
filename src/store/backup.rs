//! Backups: whole, checked copies made while the daemon works, in single files with nothing beside them.

use std::fs::{self, File};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};

use super::StoreError;
use super::migrate;
use super::open::InstanceLock;

/// How long a copy waits for a lock of the source.
const LOCK_WAIT: Duration = Duration::from_secs(30);

fn file_error(doing: &'static str, path: &Path) -> impl Fn(std::io::Error) -> StoreError {
    move |source| StoreError::File { doing, path: path.to_owned(), source }
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(ending);
    path.with_file_name(name)
}

/// Copies the database behind `source` to `to`. The copy is written beside `to`, checked, flushed to disk, and
/// only then takes its name.
pub(super) fn copy_database(source: &Connection, to: &Path) -> Result<(), StoreError> {
    if let Some(from) = source.path()
        && let (Ok(from), Ok(to)) = (fs::canonicalize(from), fs::canonicalize(to))
        && from == to
    {
        return Err(StoreError::Conflict(format!(
            "{} is the database itself; give another path for the copy",
            to.display()
        )));
    }
    let partial = beside(to, ".partial");
    remove_if_there(&partial)?;
    let copied = write_copy(source, &partial).and_then(|()| verify(&partial));
    if let Err(error) = copied {
        // The half copy only takes room; the error that matters is the one before.
        let _ = fs::remove_file(&partial);
        return Err(error);
    }
    File::open(&partial).and_then(|file| file.sync_all()).map_err(file_error("flush", &partial))?;
    fs::rename(&partial, to).map_err(file_error("write", to))?;
    sync_folder(to)
}

fn write_copy(source: &Connection, to: &Path) -> Result<(), StoreError> {
    let named = |error: rusqlite::Error| StoreError::from(error).on(to);
    let mut copy = Connection::open(to).map_err(named)?;
    {
        let backup = Backup::new(source, &mut copy).map_err(named)?;
        // All pages in one step: a write between two steps would start the copy again, and in WAL mode a long
        // read holds up nobody.
        let deadline = std::time::Instant::now() + LOCK_WAIT;
        while backup.step(-1).map_err(named)? != StepResult::Done {
            if std::time::Instant::now() > deadline {
                return Err(StoreError::Locked { path: PathBuf::new() });
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }
    // A copy is one file: it must not ask for a log beside it.
    copy.query_row("PRAGMA journal_mode = DELETE", [], |_| Ok(())).map_err(named)?;
    copy.close().map_err(|(_, error)| named(error))
}

/// Checks that a file is a sound database of ours that this program can read, or upgrade. Returns its schema number.
///
/// # Errors
/// The variant that says what is wrong with it.
pub fn verify(path: &Path) -> Result<u32, StoreError> {
    let named = |error: rusqlite::Error| StoreError::from(error).on(path);
    if !path.exists() {
        return Err(StoreError::Missing { path: path.to_owned() });
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let copy = Connection::open_with_flags(path, flags).map_err(named)?;
    let schema =
        migrate::found_version(&copy, path, migrate::schema_version()).map_err(|e| e.on(path))?;
    let found: String =
        copy.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0)).map_err(named)?;
    let dangling: i64 = copy
        .query_row("SELECT count(*) FROM pragma_foreign_key_check", [], |row| row.get(0))
        .map_err(named)?;
    match (found.as_str(), dangling) {
        ("ok", 0) => Ok(schema),
        ("ok", rows) => Err(StoreError::Corrupt {
            path: path.to_owned(),
            detail: format!("{rows} rows refer to rows that are not there"),
        }),
        _ => Err(StoreError::Corrupt { path: path.to_owned(), detail: found }),
    }
}

impl super::Store {
    /// Where [`backup_into`] puts the copy made at `now` for this database.
    fn dated_copy(&self, folder: &Path, now: Timestamp) -> PathBuf {
        folder.join(format!("{}{}.db", copy_stem(self.path()), now.strftime("%Y%m%dT%H%M%SZ")))
    }
}

/// Makes a checked copy named after the database and the moment (`pledgewatch-20261121T070000Z.db`) in `folder`,
/// then removes the oldest such copies until `keep` are left (at least the new one). Returns its path.
///
/// # Errors
/// As [`super::Store::backup`]. Older copies are only removed once the new one is sound.
pub fn backup_into(
    store: &super::Store,
    folder: &Path,
    now: Timestamp,
    keep: usize,
) -> Result<PathBuf, StoreError> {
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .map_err(file_error("create", folder))?;
    let made = store.dated_copy(folder, now);
    store.backup(&made)?;
    let copies = dated_copies(folder, store.path())?;
    let surplus = copies.len().saturating_sub(keep.max(1));
    for old in copies.iter().filter(|path| **path != made).take(surplus) {
        fs::remove_file(old).map_err(file_error("remove", old))?;
    }
    Ok(made)
}

fn copy_stem(database: &Path) -> String {
    format!("{}-", database.file_stem().unwrap_or_default().to_string_lossy())
}

/// The copies of a database that [`backup_into`] made in a folder, the oldest first.
///
/// # Errors
/// `File` when the folder cannot be read.
pub fn dated_copies(folder: &Path, database: &Path) -> Result<Vec<PathBuf>, StoreError> {
    let stem = copy_stem(database);
    let mut copies: Vec<PathBuf> = fs::read_dir(folder)
        .map_err(file_error("read", folder))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| is_dated_copy(path, &stem))
        .collect();
    // The names sort by time.
    copies.sort();
    Ok(copies)
}

fn is_dated_copy(path: &Path, stem: &str) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.strip_prefix(stem).and_then(|rest| rest.strip_suffix(".db")).is_some_and(|moment| {
        moment.len() == "20261121T070000Z".len()
            && moment.ends_with('Z')
            && moment.bytes().all(|byte| byte.is_ascii_digit() || byte == b'T' || byte == b'Z')
    })
}

/// What a restore did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// Where the replaced database is now; `None` when there was none.
    pub aside: Option<PathBuf>,
    /// Schema number of what is in place now.
    pub schema: u32,
}

/// Puts the copy `from`, once it is checked, in the place of the database at `to`. What was there is kept beside it,
/// with `.before-restore-` and the moment after its name. There is a whole database under its name at every moment,
/// so that a daemon started after a crash in between never begins with an empty one.
///
/// # Errors
/// `InUse` while a daemon works on it; whatever is wrong with the copy, before anything is touched.
pub fn restore(from: &Path, to: &Path, now: Timestamp) -> Result<Restored, StoreError> {
    if let (Ok(from), Ok(to)) = (fs::canonicalize(from), fs::canonicalize(to))
        && from == to
    {
        return Err(StoreError::Conflict(format!(
            "{} is the database itself; name a copy of it",
            to.display()
        )));
    }
    if !from.exists() {
        return Err(StoreError::NoCopy { path: from.to_owned() });
    }
    let schema = verify(from)?;
    let _lock = InstanceLock::take(to)?;
    let fresh = beside(to, ".restored");
    remove_if_there(&fresh)?;
    // Through SQLite rather than byte by byte: a copy that has a log beside it is copied with what is in the log.
    let source = Connection::open_with_flags(
        from,
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )
    .map_err(|error| StoreError::from(error).on(from))?;
    copy_database(&source, &fresh)?;
    let aside = set_aside(to, now)?;
    fs::rename(&fresh, to).map_err(file_error("write", to))?;
    sync_folder(to)?;
    Ok(Restored { aside, schema })
}

/// Gives the database at `path`, if there is one, a second name beside it. Its log goes to that name too: left beside
/// another database it would be played into it.
fn set_aside(path: &Path, now: Timestamp) -> Result<Option<PathBuf>, StoreError> {
    if !path.exists() {
        for ending in ["-wal", "-shm"] {
            remove_if_there(&beside(path, ending))?;
        }
        return Ok(None);
    }
    empty_log(path);
    let kept = beside(path, &format!(".before-restore-{}", now.strftime("%Y%m%dT%H%M%SZ")));
    remove_if_there(&kept)?;
    // Not every file system has hard links; the others get a copy.
    if fs::hard_link(path, &kept).is_err() {
        fs::copy(path, &kept).map_err(file_error("write", &kept))?;
    }
    for ending in ["-wal", "-shm"] {
        let old = beside(path, ending);
        if old.exists() {
            fs::rename(&old, beside(&kept, ending)).map_err(file_error("move", &old))?;
        }
    }
    Ok(Some(kept))
}

/// Brings what is in the log into the file itself. One that is too damaged for that keeps its log.
fn empty_log(path: &Path) {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let emptied = Connection::open_with_flags(path, flags).and_then(|connection| {
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        connection.close().map_err(|(_, error)| error)
    });
    // The log goes aside with its database either way.
    drop(emptied);
}

fn remove_if_there(path: &Path) -> Result<(), StoreError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(file_error("remove", path)(error))
        }
        _ => Ok(()),
    }
}

/// Makes a rename itself durable.
fn sync_folder(path: &Path) -> Result<(), StoreError> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(file_error("flush", folder))
}
