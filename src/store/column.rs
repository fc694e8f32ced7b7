//! How values of the model lie in columns: instants as integer milliseconds, small enums as their words, whole
//! values as JSON, raw texts deflated.

use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use jiff::Timestamp;
use rusqlite::ToSql;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSqlOutput, Value, ValueRef};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// An instant as milliseconds since the epoch, UTC.
pub(super) struct Ms(pub Timestamp);

impl ToSql for Ms {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.0.as_millisecond().into())
    }
}

impl FromSql for Ms {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let ms = value.as_i64()?;
        Timestamp::from_millisecond(ms).map(Ms).map_err(|_| FromSqlError::OutOfRange(ms))
    }
}

/// A value as JSON text.
pub(super) struct Json<T>(pub T);

impl<T: Serialize> ToSql for Json<T> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let text = serde_json::to_string(&self.0)
            .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?;
        Ok(text.into())
    }
}

impl<T: DeserializeOwned> FromSql for Json<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        serde_json::from_str(value.as_str()?).map(Json).map_err(FromSqlError::other)
    }
}

/// A value whose serde form is one word (a unit variant, a partial date) as that word, without quotes.
pub(super) struct Word<T>(pub T);

impl<T: Serialize> ToSql for Word<T> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let wrong = |error| rusqlite::Error::ToSqlConversionFailure(Box::new(error));
        match serde_json::to_value(&self.0).map_err(wrong)? {
            serde_json::Value::String(word) => Ok(word.into()),
            _ => Ok(ToSqlOutput::Owned(Value::Null)),
        }
    }
}

impl<T: DeserializeOwned> FromSql for Word<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        use serde::de::IntoDeserializer;
        use serde::de::value::{Error, StrDeserializer};
        let word: StrDeserializer<'_, Error> = value.as_str()?.into_deserializer();
        T::deserialize(word).map(Word).map_err(FromSqlError::other)
    }
}

/// A count that SQLite keeps as a signed integer; what does not fit is cut to the largest that does.
pub(super) fn count(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Raw text, deflated.
pub(super) fn deflate(text: &str) -> std::io::Result<Vec<u8>> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text.as_bytes())?;
    encoder.finish()
}

/// The raw text again. `bytes` is its known length: no damaged row can make it longer.
pub(super) fn inflate(packed: &[u8], bytes: u64) -> std::io::Result<String> {
    let mut text = String::new();
    DeflateDecoder::new(packed).take(bytes).read_to_string(&mut text)?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{PartialDate, Trust};

    #[test]
    fn words_and_texts_come_back_as_they_went_in() {
        let connection = rusqlite::Connection::open_in_memory().unwrap();
        let day: PartialDate = "2018-11".parse().unwrap();
        let (trust, date): (String, String) = connection
            .query_row("SELECT ?1, ?2", (Word(Trust::Low), Word(day)), |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .unwrap();
        assert_eq!((trust.as_str(), date.as_str()), ("low", "2018-11"));
        let back: Word<PartialDate> =
            connection.query_row("SELECT '2018-11'", [], |row| row.get(0)).unwrap();
        assert_eq!(back.0, day);
        let text = "Hai nước ký bản ghi nhớ.\n".repeat(50);
        let packed = deflate(&text).unwrap();
        assert!(packed.len() < text.len() / 5);
        assert_eq!(inflate(&packed, text.len() as u64).unwrap(), text);
    }

    #[test]
    fn a_word_that_is_no_value_is_an_error_not_a_guess() {
        let connection = rusqlite::Connection::open_in_memory().unwrap();
        let read: rusqlite::Result<Word<Trust>> =
            connection.query_row("SELECT 'boundless'", [], |row| row.get(0));
        assert!(read.is_err());
    }
}
