//! Backups: whole, checked copies made while the daemon works, in single files with nothing beside them.

use std::fs::{self, File};
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

/// Checks that a file is a sound database of ours that this program can read.
///
/// # Errors
/// The variant that says what is wrong with it.
pub fn verify(path: &Path) -> Result<(), StoreError> {
    let named = |error: rusqlite::Error| StoreError::from(error).on(path);
    if !path.exists() {
        return Err(StoreError::Missing { path: path.to_owned() });
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let copy = Connection::open_with_flags(path, flags).map_err(named)?;
    migrate::found_version(&copy, path, migrate::schema_version()).map_err(|e| e.on(path))?;
    let found: String =
        copy.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0)).map_err(named)?;
    let dangling: i64 = copy
        .query_row("SELECT count(*) FROM pragma_foreign_key_check", [], |row| row.get(0))
        .map_err(named)?;
    match (found.as_str(), dangling) {
        ("ok", 0) => Ok(()),
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
        folder.join(format!("{}{}.db", self.copy_stem(), now.strftime("%Y%m%dT%H%M%SZ")))
    }

    fn copy_stem(&self) -> String {
        let stem = self.path().file_stem().unwrap_or_default().to_string_lossy();
        format!("{stem}-")
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
    fs::create_dir_all(folder).map_err(file_error("create", folder))?;
    let made = store.dated_copy(folder, now);
    store.backup(&made)?;
    let stem = store.copy_stem();
    let mut copies: Vec<PathBuf> = fs::read_dir(folder)
        .map_err(file_error("read", folder))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| is_dated_copy(path, &stem))
        .collect();
    // The names sort by time.
    copies.sort();
    let surplus = copies.len().saturating_sub(keep.max(1));
    for old in copies.iter().filter(|path| **path != made).take(surplus) {
        fs::remove_file(old).map_err(file_error("remove", old))?;
    }
    Ok(made)
}

fn is_dated_copy(path: &Path, stem: &str) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.strip_prefix(stem).and_then(|rest| rest.strip_suffix(".db")).is_some_and(|moment| {
        moment.len() == "20261121T070000Z".len()
            && moment.ends_with('Z')
            && moment.bytes().all(|byte| byte.is_ascii_digit() || byte == b'T' || byte == b'Z')
    })
}

/// Puts the checked copy `from` in the place of the database at `to`. What was there is kept beside it, with
/// `.before-restore` after its name. Returns where.
///
/// # Errors
/// `InUse` while a daemon works on it; whatever is wrong with the copy, before anything is touched.
pub fn restore(from: &Path, to: &Path) -> Result<Option<PathBuf>, StoreError> {
    verify(from)?;
    let _lock = InstanceLock::take(to)?;
    let fresh = beside(to, ".restored");
    remove_if_there(&fresh)?;
    fs::copy(from, &fresh).map_err(file_error("write", &fresh))?;
    File::open(&fresh).and_then(|file| file.sync_all()).map_err(file_error("flush", &fresh))?;
    // A log left beside a restored database would be played into it: it goes aside with its own database. (One
    // left beside no database at all is discarded by SQLite.)
    let mut aside = None;
    for ending in ["", "-wal", "-shm"] {
        let old = beside(to, ending);
        if old.exists() {
            let kept = beside(&beside(to, ".before-restore"), ending);
            fs::rename(&old, &kept).map_err(file_error("move", &old))?;
            if ending.is_empty() {
                aside = Some(kept);
            }
        } else {
            remove_if_there(&beside(&beside(to, ".before-restore"), ending))?;
        }
    }
    fs::rename(&fresh, to).map_err(file_error("write", to))?;
    sync_folder(to)?;
    Ok(aside)
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
