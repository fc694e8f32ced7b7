//! Threads of messages: what a follow-up answers to.

use rusqlite::{Connection, OptionalExtension};

use super::StoreError;

/// The stored bytes of the message with this Message-ID, so that an answer can keep its subject. `None` when there
/// is none, or its bytes are gone.
///
/// # Errors
/// Any failure of the database.
pub fn message_bytes(
    connection: &Connection,
    message_id: &str,
) -> Result<Option<Vec<u8>>, StoreError> {
    let bytes = connection
        .prepare_cached("SELECT message FROM outbox WHERE message_id = ?1 ORDER BY id LIMIT 1")?
        .query_row([message_id], |row| row.get::<_, Option<Vec<u8>>>(0))
        .optional()?;
    Ok(bytes.flatten())
}
