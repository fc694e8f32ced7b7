//! A topic's file as a tree of values with their places, for the checks that need a place for every word. In: the text
//! of a TOML file that has been read before. Out: its tables, lists and strings.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::config::Problem;

/// A string with its place in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// Bytes of the file.
    pub place: Range<usize>,
    /// The string.
    pub text: String,
}

/// One file.
pub(super) struct Tree<'t> {
    /// Its name for the operator.
    pub file: &'t str,
    /// Its content.
    pub text: &'t str,
    root: DeTable<'t>,
}

impl<'t> Tree<'t> {
    /// Parses a file; a fault in it was reported by its own reader.
    pub fn parse(file: &'t str, text: &'t str) -> Option<Self> {
        let root = DeTable::parse(text).ok()?.into_inner();
        Some(Self { file, text, root })
    }

    /// The top of the file.
    pub fn root(&self) -> Table<'_> {
        Table(&self.root)
    }

    /// An error at a place of the file.
    pub fn error(
        &self,
        place: &Range<usize>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Problem {
        Problem::at(self.file, self.text, place.clone(), message).help(help)
    }

    /// A warning at a place of the file.
    pub fn warning(
        &self,
        place: &Range<usize>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Problem {
        self.error(place, message, help).as_warning()
    }

    /// The line of a place, from 1.
    pub fn line(&self, place: &Range<usize>) -> usize {
        self.text.get(..place.start).map_or(1, |before| before.matches('\n').count() + 1)
    }
}

/// A table of a file.
#[derive(Clone, Copy)]
pub(super) struct Table<'a>(&'a DeTable<'a>);

impl<'a> Table<'a> {
    fn get(self, key: &str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.0.iter().find(|(known, _)| known.get_ref().as_ref() == key).map(|(_, value)| value)
    }

    /// A table in this one.
    pub fn table(self, key: &str) -> Option<Table<'a>> {
        self.get(key).and_then(|value| value.get_ref().as_table()).map(Table)
    }

    /// The tables in this one, with their keys.
    pub fn tables(self) -> Vec<(Word, Table<'a>)> {
        let word = |key: &Spanned<_>| -> Word {
            let text: &std::borrow::Cow<'_, str> = key.get_ref();
            Word { place: key.span(), text: text.clone().into_owned() }
        };
        self.0
            .iter()
            .filter_map(|(key, value)| Some((word(key), Table(value.get_ref().as_table()?))))
            .collect()
    }

    /// A list of tables.
    pub fn list(self, key: &str) -> Vec<Table<'a>> {
        let list = self.get(key).and_then(|value| value.get_ref().as_array());
        list.into_iter()
            .flat_map(|list| list.iter())
            .filter_map(|value| value.get_ref().as_table().map(Table))
            .collect()
    }

    /// A string.
    pub fn word(self, key: &str) -> Option<Word> {
        self.get(key).and_then(word)
    }

    /// A list of strings; empty where there is none.
    pub fn words(self, key: &str) -> Vec<Word> {
        let list = self.get(key).and_then(|value| value.get_ref().as_array());
        list.into_iter().flat_map(|list| list.iter()).filter_map(word).collect()
    }

    /// Whether a key is set to true.
    pub fn is(self, key: &str) -> bool {
        self.get(key).and_then(|value| value.get_ref().as_bool()).unwrap_or(false)
    }
}

fn word(value: &Spanned<DeValue<'_>>) -> Option<Word> {
    let text = value.get_ref().as_str()?;
    Some(Word { place: value.span(), text: text.to_owned() })
}
