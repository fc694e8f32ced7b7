//! `restore`: a checked copy takes the place of the database, which is kept beside it.

use std::fmt::Write as _;

use jiff::Timestamp;

use super::args::{Global, RestoreArguments};
use super::failure::Outcome;
use super::report::print;
use super::session::{Session, store_failure};
use crate::store;

/// Checks the copy, puts it in place, and says what to do next.
pub(super) fn run(global: &Global, arguments: &RestoreArguments) -> Outcome {
    let session = Session::begin(global, "warn")?;
    let database = session.database();
    session.make_data_folder()?;
    let done =
        store::restore(&arguments.from, &database, Timestamp::now()).map_err(store_failure)?;
    let mut out = format!(
        "restored: {} is {} now (checked, schema {})\n",
        database.display(),
        arguments.from.display(),
        done.schema
    );
    // Writing to a String cannot fail.
    if let Some(aside) = &done.aside {
        let _ = writeln!(out, "kept:     {} is what was there before", aside.display());
    }
    if done.schema < store::schema_version() {
        let _ = writeln!(
            out,
            "next:     the daemon upgrades it from schema {} to {} at its start",
            done.schema,
            store::schema_version()
        );
    }
    out.push_str(
        "next:     start the daemon. It reads again what its sources still offer; what was told after the copy was \
         made may be told once more.\n",
    );
    if done.aside.is_some() {
        out.push_str("next:     when all is well, remove the kept file\n");
    }
    print(&out)
}
