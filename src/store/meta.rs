//! Small facts about the database as a whole, by name: the version of the rules it was judged by, when it was last
//! backed up.

use rusqlite::{Connection, OptionalExtension, Transaction};

use super::StoreError;

/// The value of a name, if it was ever set.
///
/// # Errors
/// Any failure of the database.
pub fn meta(connection: &Connection, key: &str) -> Result<Option<String>, StoreError> {
    let value = connection
        .prepare_cached("SELECT value FROM meta WHERE key = ?1")?
        .query_row([key], |row| row.get(0))
        .optional()?;
    Ok(value)
}

/// Sets the value of a name.
///
/// # Errors
/// Any failure of the database.
pub fn set_meta(tx: &Transaction<'_>, key: &str, value: &str) -> Result<(), StoreError> {
    tx.prepare_cached(
        "INSERT INTO meta (key, value) VALUES (?1, ?2)
         ON CONFLICT (key) DO UPDATE SET value = excluded.value",
    )?
    .execute([key, value])?;
    Ok(())
}
