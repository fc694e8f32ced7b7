//! `backup`: a checked copy of the database, also while the daemon runs.

use std::path::PathBuf;

use jiff::Timestamp;

use super::args::{BackupArguments, Global};
use super::failure::{Exit, Failure, Outcome};
use super::report::print;
use super::session::{Session, store_failure};

/// Copies, checks, and says where the copy is.
pub(super) fn run(global: &Global, arguments: &BackupArguments) -> Outcome {
    let session = Session::begin(global, "warn")?;
    let store = session.open_to_read()?;
    let to = target(arguments)?;
    store.backup(&to).map_err(store_failure)?;
    print(&format!("copied and checked: {}\n", to.display()))
}

fn target(arguments: &BackupArguments) -> Result<PathBuf, Failure> {
    if arguments.to.is_dir() {
        let stamp = Timestamp::now().strftime("%Y%m%dT%H%M%SZ");
        return Ok(arguments.to.join(format!("pledgewatch-{stamp}.db")));
    }
    if arguments.to.exists() {
        return Err(Failure::new(
            Exit::Usage,
            format!("{} exists already; name a new file or a folder", arguments.to.display()),
        ));
    }
    Ok(arguments.to.clone())
}
