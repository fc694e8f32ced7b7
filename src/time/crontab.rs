//! The five fields of a crontab line, read strictly: what is not sure to mean what the writer thinks is refused
//! with its place in the text.
//!
//! Takes the text, gives sets of values. The rules are those of Vixie cron's crontab(5): lists, ranges, steps on
//! `*` or a range, English three-letter names for months and weekdays, 0 and 7 for Sunday. Stricter than it in
//! three places: a step needs a range (`5/15` is refused, since programs disagree on it), a range never runs
//! backwards (`sat-sun` is understood, `22-4` is not), and a step may not be longer than its range.

use std::ops::{Range, RangeInclusive};

/// A schedule that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ScheduleError {
    /// The field that is wrong: `minute`, `hour`, `day of month`, `month`, `day of week`; `None` when the line as
    /// a whole is.
    pub field: Option<&'static str>,
    /// Bytes of the text that are wrong.
    pub range: Range<usize>,
    /// What is wrong, in lower case.
    pub message: String,
}

/// One field: which values it allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Field {
    /// Bit `v` is set when value `v` is allowed.
    bits: u64,
    /// Whether the text starts with `*`: crontab(5) then does not count the field as restricted.
    pub(super) starred: bool,
    /// Whether every value is allowed.
    pub(super) full: bool,
}

impl Field {
    /// The allowed values, rising.
    pub(super) fn values(self) -> impl Iterator<Item = u32> {
        (0..64).filter(move |value| self.bits & (1 << value) != 0)
    }
}

/// The five fields. Sunday is 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Crontab {
    pub(super) minute: Field,
    pub(super) hour: Field,
    pub(super) day_of_month: Field,
    pub(super) month: Field,
    pub(super) day_of_week: Field,
}

/// What a field may hold.
struct Shape {
    name: &'static str,
    values: RangeInclusive<u32>,
    /// Three-letter names, of which the first has the value `names_from`.
    names: &'static [&'static str],
    names_from: u32,
}

const MINUTE: Shape = Shape { name: "minute", values: 0..=59, names: &[], names_from: 0 };
const HOUR: Shape = Shape { name: "hour", values: 0..=23, names: &[], names_from: 0 };
const DAY_OF_MONTH: Shape =
    Shape { name: "day of month", values: 1..=31, names: &[], names_from: 0 };
const MONTH: Shape = Shape {
    name: "month",
    values: 1..=12,
    names: &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
    names_from: 1,
};
const DAY_OF_WEEK: Shape = Shape {
    name: "day of week",
    values: 0..=7,
    names: &["sun", "mon", "tue", "wed", "thu", "fri", "sat"],
    names_from: 0,
};

/// Shorthands, as crontab(5) gives them.
const MACROS: &[(&str, &str)] = &[
    ("@yearly", "0 0 1 1 *"),
    ("@annually", "0 0 1 1 *"),
    ("@monthly", "0 0 1 * *"),
    ("@weekly", "0 0 * * 0"),
    ("@daily", "0 0 * * *"),
    ("@midnight", "0 0 * * *"),
    ("@hourly", "0 * * * *"),
];

impl Crontab {
    /// Reads a line of five fields or a shorthand such as `@daily`.
    pub(super) fn parse(text: &str) -> Result<Self, ScheduleError> {
        let trimmed = text.trim();
        if trimmed.starts_with('@') {
            let lower = trimmed.to_ascii_lowercase();
            return match MACROS.iter().find(|(name, _)| *name == lower) {
                Some((_, line)) => Self::parse(line),
                None => Err(whole(
                    text,
                    format!(
                        "\"{trimmed}\" is not one of {}",
                        MACROS.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
                    ),
                )),
            };
        }
        let words = words(text);
        let [minute, hour, day_of_month, month, day_of_week] = words.as_slice() else {
            return Err(whole(
                text,
                format!(
                    "a schedule has 5 fields (minute, hour, day of month, month, day of week), this has {}",
                    words.len()
                ),
            ));
        };
        Ok(Self {
            minute: field(text, minute, &MINUTE)?,
            hour: field(text, hour, &HOUR)?,
            day_of_month: field(text, day_of_month, &DAY_OF_MONTH)?,
            month: field(text, month, &MONTH)?,
            day_of_week: weekdays(field(text, day_of_week, &DAY_OF_WEEK)?),
        })
    }
}

/// Folds 7 onto 0: both are Sunday.
fn weekdays(field: Field) -> Field {
    let bits = (field.bits & 0x7f) | (field.bits >> 7 & 1);
    Field { bits, full: bits == 0x7f, ..field }
}

fn whole(text: &str, message: String) -> ScheduleError {
    ScheduleError { field: None, range: 0..text.len(), message }
}

/// The byte ranges of the words of a text.
fn words(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        match (c.is_whitespace(), start) {
            (false, None) => start = Some(at),
            (true, Some(from)) => {
                found.push(from..at);
                start = None;
            }
            _ => {}
        }
    }
    found
}

fn field(text: &str, range: &Range<usize>, shape: &Shape) -> Result<Field, ScheduleError> {
    let mut bits = 0;
    let mut at = range.start;
    for part in text[range.clone()].split(',') {
        bits |= one_part(part, at, shape)?;
        at += part.len() + 1;
    }
    let all = shape.values.clone().fold(0, |bits, value| bits | 1 << value);
    Ok(Field { bits, starred: text[range.clone()].starts_with('*'), full: bits == all })
}

/// One member of a list: `*`, `5`, `5-9`, each but the second with `/step`.
fn one_part(part: &str, at: usize, shape: &Shape) -> Result<u64, ScheduleError> {
    let fault = |message: String| ScheduleError {
        field: Some(shape.name),
        range: at..at + part.len(),
        message,
    };
    let (span, step) = match part.split_once('/') {
        Some((span, step)) => (span, Some(step)),
        None => (part, None),
    };
    let (first, last) = if span == "*" {
        let top = if shape.name == DAY_OF_WEEK.name { 6 } else { *shape.values.end() };
        (*shape.values.start(), top)
    } else if let Some((from, to)) = span.split_once('-') {
        let first = value(from, shape).map_err(fault)?;
        let mut last = value(to, shape).map_err(fault)?;
        if shape.name == DAY_OF_WEEK.name && last == 0 && first > 0 {
            last = 7;
        }
        if first > last {
            return Err(fault(format!("{} range {span} runs backwards", shape.name)));
        }
        (first, last)
    } else {
        let only = value(span, shape).map_err(fault)?;
        if step.is_some() {
            return Err(fault(format!(
                "a step needs a range or *: write {span}-{}/… or */…",
                shape.values.end()
            )));
        }
        (only, only)
    };
    let step = match step {
        None => 1,
        Some(step) => match step.parse::<u32>() {
            Ok(step) if step >= 1 && step <= (last - first).max(1) => step,
            _ => {
                return Err(fault(format!(
                    "{} step must be 1-{}, not \"{step}\"",
                    shape.name,
                    (last - first).max(1)
                )));
            }
        },
    };
    Ok((first..=last).step_by(step as usize).fold(0, |bits, value| bits | 1 << value))
}

/// A number within the field's range, or a name.
fn value(word: &str, shape: &Shape) -> Result<u32, String> {
    let lower = word.to_ascii_lowercase();
    if let Some(at) = shape.names.iter().position(|name| *name == lower) {
        return Ok(shape.names_from + at as u32);
    }
    let digits = !word.is_empty() && word.len() <= 2 && word.bytes().all(|b| b.is_ascii_digit());
    match word.parse::<u32>() {
        Ok(number) if digits && shape.values.contains(&number) => Ok(number),
        _ => {
            let names = match (shape.names.first(), shape.names.last()) {
                (Some(first), Some(last)) => format!(" or {first}-{last}"),
                _ => String::new(),
            };
            Err(format!(
                "{} must be {}-{}{names}, not \"{word}\"",
                shape.name,
                shape.values.start(),
                shape.values.end()
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(text: &str) -> Vec<u32> {
        Crontab::parse(&format!("0 0 * * {text}")).unwrap().day_of_week.values().collect()
    }

    #[test]
    fn sunday_is_0_and_7_and_ends_a_week_by_name() {
        assert_eq!(days("0"), [0]);
        assert_eq!(days("7"), [0]);
        assert_eq!(days("7-7"), [0]);
        assert_eq!(days("5-7"), [0, 5, 6]);
        assert_eq!(days("Fri-Sun"), [0, 5, 6]);
        assert_eq!(days("0-7"), [0, 1, 2, 3, 4, 5, 6]);
        assert_eq!(days("*/2"), [0, 2, 4, 6]);
    }

    #[test]
    fn lists_ranges_and_steps_combine() {
        let line = Crontab::parse("0-10/5,30 */6 1,15 jan,6-7 *").unwrap();
        assert_eq!(line.minute.values().collect::<Vec<_>>(), [0, 5, 10, 30]);
        assert_eq!(line.hour.values().collect::<Vec<_>>(), [0, 6, 12, 18]);
        assert_eq!(line.month.values().collect::<Vec<_>>(), [1, 6, 7]);
        assert!(line.day_of_week.full && line.day_of_week.starred);
        assert!(Crontab::parse("* 0-23 * * *").unwrap().hour.full);
    }

    #[test]
    fn a_fault_names_its_field_and_its_place() {
        for (text, field, wrong, message) in [
            ("99 * * * *", Some("minute"), "99", "minute must be 0-59, not \"99\""),
            ("0 1,24 * * *", Some("hour"), "24", "hour must be 0-23, not \"24\""),
            ("0 0 0 * *", Some("day of month"), "0", "day of month must be 1-31, not \"0\""),
            ("0 0 * foo *", Some("month"), "foo", "month must be 1-12 or jan-dec, not \"foo\""),
            (
                "0 0 * * mo",
                Some("day of week"),
                "mo",
                "day of week must be 0-7 or sun-sat, not \"mo\"",
            ),
            ("0 22-4 * * *", Some("hour"), "22-4", "hour range 22-4 runs backwards"),
            ("*/90 * * * *", Some("minute"), "*/90", "minute step must be 1-59, not \"90\""),
            ("*/0 * * * *", Some("minute"), "*/0", "minute step must be 1-59, not \"0\""),
            (
                "5/15 * * * *",
                Some("minute"),
                "5/15",
                "a step needs a range or *: write 5-59/… or */…",
            ),
            ("1,,2 * * * *", Some("minute"), "", "minute must be 0-59, not \"\""),
            ("+1 * * * *", Some("minute"), "+1", "minute must be 0-59, not \"+1\""),
        ] {
            let error = Crontab::parse(text).unwrap_err();
            assert_eq!(error.field, field, "{text}");
            assert_eq!(&text[error.range.clone()], wrong, "{text}");
            assert_eq!(error.message, message, "{text}");
        }
    }

    #[test]
    fn a_line_of_another_number_of_fields_is_refused() {
        for (text, count) in [("", 0), ("* * * *", 4), ("0 0 0 * * *", 6)] {
            let error = Crontab::parse(text).unwrap_err();
            assert!(error.message.ends_with(&format!("this has {count}")), "{}", error.message);
        }
        assert!(Crontab::parse("@reboot").unwrap_err().message.contains("@hourly"));
    }
}
