//! The words of dates: months, weekdays and zones, from `config/dates.toml`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::civil::Weekday;
use serde::Deserialize;

/// `config/dates.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    months: [Vec<String>; 12],
    months_vi: [String; 12],
    weekdays: [Vec<String>; 7],
    zones: BTreeMap<String, i32>,
}

#[expect(
    clippy::expect_used,
    reason = "the file is part of the program, and every test of dates reads it"
)]
static WORDS: LazyLock<Words> = LazyLock::new(|| {
    toml::from_str(include_str!("../../../config/dates.toml")).expect("config/dates.toml is valid")
});

/// The number of the month that a name begins like; "juillet" begins like "juin", and the longer beginning decides.
pub(super) fn month(name: &str) -> Option<i16> {
    let longest = |starts: &Vec<String>| {
        starts.iter().filter(|start| name.starts_with(start.as_str())).map(String::len).max()
    };
    let (_, at) = WORDS
        .months
        .iter()
        .zip(1..)
        .filter_map(|(s, at)| Some((longest(s)?, at)))
        .max_by_key(|(length, at)| (*length, -at))?;
    Some(at)
}

/// The number of a Vietnamese month: in digits, or in words.
pub(super) fn month_vi(text: &str) -> Option<i16> {
    let number = WORDS.months_vi.iter().zip(1..).find(|(word, _)| *word == text).map(|(_, at)| at);
    number.or_else(|| text.parse().ok())
}

/// The words of [`month_vi`] as alternatives of a pattern, longer ones first.
pub(super) fn months_vi() -> String {
    let mut words: Vec<&str> = WORDS.months_vi.iter().map(String::as_str).collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    words.join("|")
}

/// The weekday that a text begins with, in English or Vietnamese.
pub(super) fn weekday(text: &str) -> Option<Weekday> {
    let at = WORDS
        .weekdays
        .iter()
        .position(|names| names.iter().any(|name| text.starts_with(name.as_str())))?;
    Weekday::from_monday_zero_offset(i8::try_from(at).ok()?).ok()
}

/// Minutes east of Greenwich of a zone's abbreviation.
pub(super) fn zone(name: &str) -> Option<i32> {
    WORDS.zones.get(name).copied()
}
