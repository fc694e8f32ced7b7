//! `backup`: a checked copy of the database, also while the daemon runs.

use std::path::PathBuf;

use jiff::Timestamp;

use super::args::{BackupArguments, Global};
use super::failure::{Exit, Failure, Outcome};
use super::report::print;
use super::session::{Session, store_failure};
use crate::store::{self, Store};

/// Copies, checks, and says where the copy is.
pub(super) fn run(global: &Global, arguments: &BackupArguments) -> Outcome {
    let session = Session::begin(global, "warn")?;
    let store = session.open_to_read()?;
    let configured = session.data.join(&session.config.store.backups);
    let keep = arguments.keep.unwrap_or(session.config.store.keep_backups);
    let made = match &arguments.to {
        None => into_folder(&store, configured, keep)?,
        Some(to) if to.is_dir() => into_folder(&store, to.clone(), keep)?,
        Some(to) if to.exists() => {
            return Err(Failure::new(
                Exit::Usage,
                format!("{} exists already; name a new file or a folder", to.display()),
            ));
        }
        Some(to) => {
            store.backup(to).map_err(store_failure)?;
            to.clone()
        }
    };
    print(&format!("copied and checked: {}\n", made.display()))
}

fn into_folder(store: &Store, folder: PathBuf, keep: u16) -> Result<PathBuf, Failure> {
    store::backup_into(store, &folder, Timestamp::now(), usize::from(keep)).map_err(store_failure)
}
