//! Cells that a spreadsheet must not take for a formula.
//!
//! A cell that begins with one of `= + - @`, their full-width forms, a tab or a line end may be run as a formula when
//! a person opens the table. It gets an apostrophe in front; so does a cell that begins with an apostrophe of its
//! own, so that "take one leading apostrophe away" always gives the exact text back. All cells but numbers are
//! quoted, so that no other separator of a spreadsheet's locale can open a cell in the middle of a text.

use std::borrow::Cow;
use std::io::Write;

/// Beginnings that a spreadsheet may run, and the mark of a guarded cell itself.
const GUARDED: [char; 12] = ['=', '+', '-', '@', '＝', '＋', '－', '＠', '\t', '\r', '\n', '\''];

/// The cell as it may be opened in a spreadsheet.
pub fn guarded(cell: &str) -> Cow<'_, str> {
    if cell.starts_with(GUARDED) { Cow::Owned(format!("'{cell}")) } else { Cow::Borrowed(cell) }
}

/// A writer of RFC 4180 tables: comma, CRLF, quotes doubled; everything but numbers in quotes.
pub(super) fn writer<W: Write>(out: W) -> csv::Writer<W> {
    csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .quote_style(csv::QuoteStyle::NonNumeric)
        .from_writer(out)
}

/// Several values in one cell.
pub(super) fn list<T: ToString>(values: impl IntoIterator<Item = T>) -> String {
    values.into_iter().map(|value| value.to_string()).collect::<Vec<_>>().join("; ")
}

/// A value that may be missing: an empty cell.
pub(super) fn cell<T: ToString>(value: Option<T>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_a_formula_is_guarded_and_can_be_read_back() {
        for cell in ["=1+1", "+84", "-2", "@x", "\tx", "\r\n=x", "'quoted'", "＝HYPERLINK(1)"] {
            let safe = guarded(cell);
            assert!(safe.starts_with('\''), "{cell}");
            assert_eq!(safe.strip_prefix('\''), Some(cell));
        }
        for cell in ["", "Hai bên", "1,936", "a=b", "“=”"] {
            assert_eq!(guarded(cell), cell);
        }
    }

    #[test]
    fn rows_end_in_crlf_and_texts_are_quoted() {
        let mut out = Vec::new();
        let mut table = writer(&mut out);
        table.write_record(["a;\"b\"", "0.9", "line\nline"]).unwrap();
        table.flush().unwrap();
        drop(table);
        assert_eq!(String::from_utf8(out).unwrap(), "\"a;\"\"b\"\"\",0.9,\"line\nline\"\r\n");
    }
}
