//! What can go wrong with the database: each cause that a caller or an operator can act on is a variant of its
//! own, and its message says what failed, on what, and what to do.

use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

/// A failure of the store. Nothing that was committed before is ever lost by one; the write that failed left no
/// trace.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another pledgewatch holds the instance lock.
    #[error(
        "database {} is in use by another pledgewatch{}; stop it first, or use a command that only reads",
        .path.display(), .pid.map(|pid| format!(" (process {pid})")).unwrap_or_default()
    )]
    InUse {
        /// The database.
        path: PathBuf,
        /// The process that holds the lock, if it said so.
        pid: Option<u32>,
    },
    /// Some other program keeps a write lock for longer than the busy timeout.
    #[error(
        "database {} is locked by another program; end its transaction and try again",
        .path.display()
    )]
    Locked {
        /// The database.
        path: PathBuf,
    },
    /// There is no database to read.
    #[error(
        "there is no database at {} yet; `pledgewatch once` or `pledgewatch run` makes it, and --data-dir names \
         another folder",
        .path.display()
    )]
    Missing {
        /// Where it should be.
        path: PathBuf,
    },
    /// There is no copy of a database to put in place.
    #[error("there is no copy at {}; check the path", .path.display())]
    NoCopy {
        /// Where it should be.
        path: PathBuf,
    },
    /// The file or its folder cannot be opened or created.
    #[error("cannot open database {}; check that its folder exists and may be written", .path.display())]
    CannotOpen {
        /// The database.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The file may be read but not written.
    #[error(
        "database {} is read-only; give this user write permission to the file and its folder",
        .path.display()
    )]
    ReadOnly {
        /// The database.
        path: PathBuf,
    },
    /// There is no room left, on the disk or up to the page limit.
    #[error(
        "no room left for database {}; free some disk space: what was stored before is safe, and the last \
         change was undone",
        .path.display()
    )]
    DiskFull {
        /// The database.
        path: PathBuf,
    },
    /// The file is something else.
    #[error("{} is not an SQLite database; give another path, or move the file away", .path.display())]
    NotADatabase {
        /// The file.
        path: PathBuf,
    },
    /// An SQLite database of some other program.
    #[error("{} is a database of another program; give another path", .path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// A newer pledgewatch wrote it.
    #[error(
        "database {} has schema {found}, and this pledgewatch knows schemas up to {known}; use the newer \
         pledgewatch, or {}",
        .path.display(), way_back(.copy.as_deref())
    )]
    Newer {
        /// The database.
        path: PathBuf,
        /// Its schema number.
        found: u32,
        /// The newest this program knows.
        known: u32,
        /// The latest copy, made before an upgrade, that this program can read.
        copy: Option<PathBuf>,
    },
    /// An older pledgewatch wrote it, and a reader may not upgrade it.
    #[error(
        "database {} has schema {found}, and this pledgewatch reads schema {known}; start the daemon once to \
         upgrade it",
        .path.display()
    )]
    Older {
        /// The database.
        path: PathBuf,
        /// Its schema number.
        found: u32,
        /// What this program reads.
        known: u32,
    },
    /// The pages contradict each other.
    #[error("database {} is damaged; restore the latest backup", .path.display())]
    Corrupt {
        /// The database.
        path: PathBuf,
        /// What SQLite said.
        detail: String,
    },
    /// One step of a schema upgrade failed; the database is as it was before that step.
    #[error("cannot upgrade database {} to schema {step}", .path.display())]
    Migration {
        /// The database.
        path: PathBuf,
        /// The schema number that the step leads to.
        step: u32,
        /// Why.
        #[source]
        source: rusqlite::Error,
    },
    /// A file beside the database could not be read or written.
    #[error("cannot {doing} {}", .path.display())]
    File {
        /// What was tried, as a verb.
        doing: &'static str,
        /// On what.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// A write was asked of a store that was opened for reading.
    #[error("this store was opened for reading only")]
    OpenedForReading,
    /// The record contradicts what is stored; nothing was changed.
    #[error("{0}")]
    Conflict(String),
    /// A stored text could not be decoded, or a value could not be encoded.
    #[error("cannot {doing} as JSON")]
    Json {
        /// `read …` or `write …`.
        doing: &'static str,
        /// Why.
        #[source]
        source: serde_json::Error,
    },
    /// The write was sound, but the transaction that it shared with others could not be committed.
    #[error("the change was undone with its transaction: {reason}")]
    Undone {
        /// Why the transaction failed.
        reason: String,
    },
    /// The closure panicked; its transaction was rolled back.
    #[error("a database task panicked and its change was undone")]
    Panicked,
    /// The store is being closed.
    #[error("the database has been closed")]
    Closed,
    /// Anything else SQLite reports.
    #[error("database operation failed")]
    Sqlite(#[source] rusqlite::Error),
}

/// What can be done about a database that is too new.
fn way_back(copy: Option<&Path>) -> String {
    match copy {
        Some(copy) => format!(
            "go back to what it was before the upgrade: pledgewatch restore {}",
            copy.display()
        ),
        None => "restore a backup made before the upgrade (pledgewatch restore)".to_owned(),
    }
}

impl From<rusqlite::Error> for StoreError {
    /// Sorts by cause. The path is filled in by `on` where it is known.
    fn from(error: rusqlite::Error) -> Self {
        let path = PathBuf::new();
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Locked { path },
            Some(ErrorCode::ReadOnly) => Self::ReadOnly { path },
            Some(ErrorCode::DiskFull) => Self::DiskFull { path },
            Some(ErrorCode::NotADatabase) => Self::NotADatabase { path },
            Some(ErrorCode::CannotOpen) => Self::CannotOpen { path, source: Box::new(error) },
            Some(ErrorCode::DatabaseCorrupt) => Self::Corrupt { path, detail: error.to_string() },
            _ => Self::Sqlite(error),
        }
    }
}

impl StoreError {
    /// The same error with the database it is about, where that is not yet known.
    pub(super) fn on(mut self, database: &Path) -> Self {
        match &mut self {
            Self::Locked { path }
            | Self::ReadOnly { path }
            | Self::DiskFull { path }
            | Self::NotADatabase { path }
            | Self::CannotOpen { path, .. }
            | Self::Corrupt { path, .. }
                if path.as_os_str().is_empty() =>
            {
                *path = database.to_owned();
            }
            _ => {}
        }
        self
    }

    /// The same cause, for another write that shared the failed transaction.
    pub(super) fn shared(&self) -> Self {
        match self {
            Self::Locked { path } => Self::Locked { path: path.clone() },
            Self::ReadOnly { path } => Self::ReadOnly { path: path.clone() },
            Self::DiskFull { path } => Self::DiskFull { path: path.clone() },
            Self::NotADatabase { path } => Self::NotADatabase { path: path.clone() },
            Self::Corrupt { path, detail } => {
                Self::Corrupt { path: path.clone(), detail: detail.clone() }
            }
            other => Self::Undone { reason: other.reason() },
        }
    }

    /// Whether trying again later can help without anybody doing anything to the file.
    pub fn is_transient(&self) -> bool {
        matches!(
            self,
            Self::InUse { .. } | Self::Locked { .. } | Self::DiskFull { .. } | Self::Undone { .. }
        )
    }

    /// Whether the fault lies in what was to be written rather than in the database: another record may succeed at
    /// once, this one will hardly ever.
    pub fn is_about_record(&self) -> bool {
        match self {
            Self::Conflict(_) | Self::Json { .. } | Self::Panicked => true,
            Self::Sqlite(error) => match error.sqlite_error_code() {
                Some(code) => matches!(
                    code,
                    ErrorCode::ConstraintViolation | ErrorCode::TypeMismatch | ErrorCode::TooBig
                ),
                // A value that has no form in a column.
                None => true,
            },
            _ => false,
        }
    }

    fn reason(&self) -> String {
        use std::error::Error as _;
        match self.source() {
            Some(source) => format!("{self}: {source}"),
            None => self.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_write_names_the_database_and_the_remedy() {
        let connection = rusqlite::Connection::open_in_memory().unwrap();
        connection.execute_batch("CREATE TABLE t (x); PRAGMA query_only = ON").unwrap();
        let error = connection.execute("INSERT INTO t VALUES (1)", []).unwrap_err();
        let error = StoreError::from(error).on(Path::new("/data/p.db"));
        assert!(matches!(error, StoreError::ReadOnly { .. }));
        let text = error.to_string();
        assert!(text.contains("/data/p.db") && text.contains("write permission"), "{text}");
    }
}
