//! Dates as precise as the text that states them.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A civil date known to the day, the month or the year. Its text form is ISO 8601 with the precision that is
/// known: `2018-11-21`, `2018-11` or `2018`. It has no time zone: it is the date as the source writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PartialDate {
    /// Known to the day.
    Day(Date),
    /// Known to the month (1 to 12).
    Month(i16, i8),
    /// Known to the year only.
    Year(i16),
}

impl PartialDate {
    /// The first day the date can mean.
    pub fn earliest(self) -> Date {
        match self {
            Self::Day(day) => day,
            Self::Month(year, month) => Date::new(year, month, 1).unwrap_or(Date::MIN),
            Self::Year(year) => Date::new(year, 1, 1).unwrap_or(Date::MIN),
        }
    }

    /// The last day the date can mean.
    pub fn latest(self) -> Date {
        match self {
            Self::Day(day) => day,
            Self::Month(..) => self.earliest().last_of_month(),
            Self::Year(year) => Date::new(year, 12, 31).unwrap_or(Date::MAX),
        }
    }

    /// Year of the date.
    pub fn year(self) -> i16 {
        self.earliest().year()
    }

    /// Smallest number of days between two dates; zero when their ranges overlap.
    pub fn days_apart(self, other: PartialDate) -> i64 {
        if self.earliest() > other.latest() {
            days_between(other.latest(), self.earliest())
        } else if other.earliest() > self.latest() {
            days_between(self.latest(), other.earliest())
        } else {
            0
        }
    }
}

/// Whole days from `from` to `to`; negative when `to` is earlier.
pub fn days_between(from: Date, to: Date) -> i64 {
    // Both are civil dates within jiff's range, so the span in days always exists.
    from.until(to).map(|span| i64::from(span.get_days())).unwrap_or(0)
}

impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Day(day) => write!(f, "{day}"),
            Self::Month(year, month) => write!(f, "{year:04}-{month:02}"),
            Self::Year(year) => write!(f, "{year:04}"),
        }
    }
}

/// The text is not `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not a date of the form 2018, 2018-11 or 2018-11-21")]
pub struct DateFormError(pub String);

impl FromStr for PartialDate {
    type Err = DateFormError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || DateFormError(text.to_owned());
        let parts: Vec<&str> = text.split('-').collect();
        let number = |part: &str, width: usize| -> Result<i16, DateFormError> {
            if part.len() == width && part.bytes().all(|b| b.is_ascii_digit()) {
                part.parse().map_err(|_| wrong())
            } else {
                Err(wrong())
            }
        };
        match parts.as_slice() {
            [year] => Ok(Self::Year(number(year, 4)?)),
            [year, month] => {
                let (year, month) = (number(year, 4)?, number(month, 2)? as i8);
                Date::new(year, month, 1).map_err(|_| wrong())?;
                Ok(Self::Month(year, month))
            }
            [year, month, day] => {
                let (year, month, day) =
                    (number(year, 4)?, number(month, 2)? as i8, number(day, 2)? as i8);
                Date::new(year, month, day).map(Self::Day).map_err(|_| wrong())
            }
            _ => Err(wrong()),
        }
    }
}

impl Serialize for PartialDate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for PartialDate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_forms_keep_their_precision() {
        for text in ["2018", "2018-11", "2018-11-21"] {
            assert_eq!(text.parse::<PartialDate>().unwrap().to_string(), text);
        }
        for text in ["18", "2018-13", "2018-02-30", "2018-1-1", "", "2018-11-21-1"] {
            assert!(text.parse::<PartialDate>().is_err(), "{text}");
        }
    }

    #[test]
    fn distance_is_zero_inside_a_coarser_date() {
        let day: PartialDate = "2018-11-21".parse().unwrap();
        assert_eq!(day.days_apart("2018-11".parse().unwrap()), 0);
        assert_eq!(day.days_apart("2018".parse().unwrap()), 0);
        assert_eq!(day.days_apart("2018-11-28".parse().unwrap()), 7);
        assert_eq!(day.days_apart("2017".parse().unwrap()), 325);
    }
}
