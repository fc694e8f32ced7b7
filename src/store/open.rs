//! Opening the file: settings of the connections, the instance lock, and what a file must be to be ours.

use std::fs::{File, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::trace::{TraceEvent, TraceEventCodes};
use rusqlite::{Connection, OpenFlags};

use super::StoreError;
use super::migrate::{self, STEPS, UpgradeHook};

/// Called with the text of every statement of the writer before it runs, the statements of triggers and of the
/// full-text index included.
pub type StatementHook = Box<dyn FnMut(&str) + Send>;

/// How a database is opened.
pub struct Options {
    /// The file. It is created when absent; its folder is not.
    pub path: PathBuf,
    /// Open for reading only: no lock, no upgrade, no writer.
    pub read_only: bool,
    /// Write beside a daemon that may be running: without its lock, and only a database that needs no upgrade.
    pub beside: bool,
    /// How long a statement waits for another program's lock.
    pub busy_timeout: Duration,
    /// Largest size of the file in pages of 4 KiB; `None` for SQLite's own limit.
    pub max_pages: Option<u32>,
    /// Told of each part of an upgrade.
    pub on_upgrade: Option<UpgradeHook>,
    /// Sees every statement of the writer: for tests that stop the process at a given one.
    pub on_statement: Option<StatementHook>,
}

impl Options {
    /// To read and write the file at `path`.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            read_only: false,
            beside: false,
            busy_timeout: Duration::from_secs(5),
            max_pages: None,
            on_upgrade: None,
            on_statement: None,
        }
    }

    /// To read the file at `path` while a daemon may be writing it.
    pub fn reading(path: impl Into<PathBuf>) -> Self {
        Self { read_only: true, ..Self::new(path) }
    }

    /// To write the file at `path` in a few short transactions, also while a daemon writes it.
    pub fn beside(path: impl Into<PathBuf>) -> Self {
        // Longer than any transaction of a daemon.
        Self { beside: true, busy_timeout: Duration::from_secs(30), ..Self::new(path) }
    }
}

/// Prepared statements kept per connection; the store has fewer than this many in its hot paths.
const STATEMENTS: usize = 64;

/// How often, and after what pause, the lock is asked for: who only looks whether it is held holds it for a moment.
const LOCK_TRIES: u32 = 5;
const LOCK_PAUSE: Duration = Duration::from_millis(20);

/// The process that holds the lock of the database at `path`: `None` when nobody does, `Some(None)` when it has not
/// said its number.
pub fn running(path: &Path) -> Option<Option<u32>> {
    let mut file = File::open(lock_path(path)).ok()?;
    match file.try_lock_shared() {
        Err(TryLockError::WouldBlock) => {
            let mut pid = String::new();
            // A lock without a readable number is a lock all the same.
            let _ = file.read_to_string(&mut pid);
            Some(pid.trim().parse().ok())
        }
        _ => None,
    }
}

/// The lock of a database, in a file of its own beside it: closing any handle of the database file itself would drop
/// SQLite's own locks on it.
fn lock_path(database: &Path) -> PathBuf {
    // One database under two names has one lock.
    let real = std::fs::canonicalize(database).unwrap_or_else(|_| database.to_owned());
    let mut name = real.file_name().unwrap_or_default().to_owned();
    name.push(".lock");
    real.with_file_name(name)
}

/// Held while a process may write; released by the system when the process ends, however it ends.
pub(super) struct InstanceLock {
    _file: File,
}

impl InstanceLock {
    /// Takes the lock.
    pub(super) fn take(database: &Path) -> Result<Self, StoreError> {
        let path = lock_path(database);
        let broken = |doing| {
            let path = path.clone();
            move |source| StoreError::File { doing, path, source }
        };
        let mut file =
            match File::options().read(true).write(true).create(true).truncate(false).open(&path) {
                Ok(file) => file,
                Err(error)
                    if error.kind() == std::io::ErrorKind::PermissionDenied
                        || error.kind() == std::io::ErrorKind::ReadOnlyFilesystem =>
                {
                    return Err(StoreError::ReadOnly { path: database.to_owned() });
                }
                Err(error) => {
                    return Err(StoreError::CannotOpen {
                        path: database.to_owned(),
                        source: Box::new(error),
                    });
                }
            };
        let mut locked = file.try_lock();
        for _ in 1..LOCK_TRIES {
            if !matches!(locked, Err(TryLockError::WouldBlock)) {
                break;
            }
            std::thread::sleep(LOCK_PAUSE);
            locked = file.try_lock();
        }
        match locked {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut pid = String::new();
                // Only to name it in the message; a lock without a readable number is a lock all the same.
                let _ = file.read_to_string(&mut pid);
                return Err(StoreError::InUse {
                    path: database.to_owned(),
                    pid: pid.trim().parse().ok(),
                });
            }
            Err(TryLockError::Error(error)) => return Err(broken("lock")(error)),
        }
        file.set_len(0).map_err(broken("write"))?;
        file.rewind().map_err(broken("write"))?;
        // A full disk must not keep anybody from opening the database to make room.
        let _ = write!(file, "{}", std::process::id());
        Ok(Self { _file: file })
    }
}

/// Opens the one writable connection, upgraded to the newest schema.
pub(super) fn open_writer(options: &mut Options) -> Result<Connection, StoreError> {
    let path = options.path.clone();
    let mut connection = connect_writer(options).map_err(|error| error.on(&path))?;
    if let Some(mut hook) = options.on_statement.take() {
        connection.trace_v2(
            TraceEventCodes::SQLITE_TRACE_STMT,
            Some(move |event: TraceEvent<'_>| {
                if let TraceEvent::Stmt(_, sql) = event {
                    hook(sql);
                }
            }),
        )?;
    }
    let mut hook = options.on_upgrade.take();
    let tell = |what| {
        if let Some(hook) = &mut hook {
            hook(what);
        }
    };
    migrate::migrate(&mut connection, &path, STEPS, tell).map_err(|error| error.on(&path))?;
    Ok(connection)
}

fn connect_writer(options: &Options) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(&options.path, flags)?;
    common(&connection, options.busy_timeout)?;
    // A file without write permission is opened for reading without a word.
    if connection.is_readonly(rusqlite::MAIN_DB)? {
        return Err(StoreError::ReadOnly { path: options.path.clone() });
    }
    migrate::found_version(&connection, &options.path, STEPS.len() as u32)?;
    // FULL: with NORMAL a power cut may undo the last commits, and a message sent but not recorded is sent twice.
    connection.execute_batch(
        "PRAGMA journal_mode = WAL;
         PRAGMA synchronous = FULL;
         PRAGMA wal_autocheckpoint = 1000;
         PRAGMA journal_size_limit = 67108864;",
    )?;
    if let Some(pages) = options.max_pages {
        connection.pragma_update(None, "max_page_count", pages)?;
    }
    Ok(connection)
}

/// Opens a connection that can only read.
pub(super) fn open_reader(path: &Path, busy_timeout: Duration) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(|error| {
        if path.exists() {
            StoreError::from(error)
        } else {
            StoreError::Missing { path: path.to_owned() }
        }
    })?;
    common(&connection, busy_timeout)?;
    Ok(connection)
}

/// The schema number of the database at `path`, before it is opened and upgraded; `None` where there is none yet, or
/// none that can be read.
pub fn schema_found(path: &Path) -> Option<u32> {
    let connection = open_reader(path, Duration::ZERO).ok()?;
    migrate::found_version(&connection, path, u32::MAX).ok().filter(|found| *found > 0)
}

/// Checks that a file opened for reading has exactly the schema this program reads.
pub(super) fn check_readable(connection: &Connection, path: &Path) -> Result<(), StoreError> {
    let known = migrate::schema_version();
    match migrate::found_version(connection, path, known)? {
        found if found < known => Err(StoreError::Older { path: path.to_owned(), found, known }),
        _ => Ok(()),
    }
}

/// What holds for every connection.
fn common(connection: &Connection, busy_timeout: Duration) -> rusqlite::Result<()> {
    connection.busy_timeout(busy_timeout)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.execute_batch(
        "PRAGMA foreign_keys = ON;
         PRAGMA trusted_schema = OFF;
         PRAGMA cell_size_check = ON;",
    )?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(())
}
