//! Dates as feeds, pages and their makers write them: RFC 822 and its many variants, ISO 8601, Vietnamese and other
//! prose forms, seconds since 1970. One reading for all: find a time of day, then an offset, then a date in what is
//! left. Weekday names decide nothing but the order of day and month, because half of them are wrong.

mod quick;
mod words;

use std::sync::LazyLock;

use jiff::civil::{Date, Time};
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};
use regex::{Captures, Regex};
use unicode_normalization::UnicodeNormalization;

use words::{month, month_vi, weekday};

/// What a text states about a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// The day, in the zone that the text means.
    pub date: Date,
    /// The time of day, where stated.
    pub time: Option<Time>,
    /// The offset from UTC, where stated.
    pub offset: Option<Offset>,
}

impl Stamp {
    /// The instant; a stamp without time means the start of its day, and one without offset is in `zone`.
    pub fn instant(self, zone: &TimeZone) -> Option<Timestamp> {
        let civil = self.date.to_datetime(self.time.unwrap_or_default());
        match self.offset {
            Some(offset) => offset.to_timestamp(civil).ok(),
            None => zone.to_ambiguous_timestamp(civil).compatible().ok(),
        }
    }
}

/// The zone in which a feed's dates are meant.
#[derive(Debug, Clone)]
pub struct MeantZone {
    /// That of dates which state none.
    pub zone: TimeZone,
    /// Whether it is that of all others as well, because what they state is known to be wrong.
    pub always: bool,
}

impl MeantZone {
    /// The zone of dates which state none.
    pub fn of_silent(zone: TimeZone) -> Self {
        Self { zone, always: false }
    }
}

/// The instant that a feed's date means. A date that is only a month or a year (W3C date and time formats) means its
/// first day.
pub fn parse(text: &str, meant: &MeantZone) -> Option<Timestamp> {
    let whole = || {
        let found = MONTH_ONLY.captures(text.trim())?;
        let date = civil(group(&found, 1)?, group(&found, 2).unwrap_or(1), 1)?;
        Some(Stamp { date, time: None, offset: None })
    };
    let stamp = read(text).or_else(whole)?;
    // Seconds since 1970 are no reading of a clock on a wall.
    let counted = || text.trim().bytes().all(|byte| byte.is_ascii_digit());
    let offset = stamp.offset.filter(|_| !meant.always || counted());
    Stamp { offset, ..stamp }.instant(&meant.zone)
}

/// Reads a date; `None` when there is none, or when it has no year.
pub fn read(text: &str) -> Option<Stamp> {
    quick::read(text).or_else(|| patient(text))
}

fn patient(text: &str) -> Option<Stamp> {
    // Longer texts are not dates; the cut keeps hostile ones cheap.
    let text: String = text.nfc().take(200).collect::<String>().to_lowercase();
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some(stamp) = epoch(&text).or_else(|| compact(&text)) {
        return Some(stamp);
    }
    let Some(found) = TIME.captures(&text) else {
        let (offset, rest) = greenwich(&text);
        return Some(Stamp { date: date(&rest, false)?, time: None, offset });
    };
    let (time, next_day, by_halves) = time(&found)?;
    let whole = found.get(0)?;
    let (before, after) = (&text[..whole.start()], &text[whole.end()..]);
    let (zone, rest) = zone_around(before, after);
    // "8/5/2024 2:30:00 PM" is what one American library writes by default; a time of day by halves with seconds
    // gives it away.
    let american = by_halves && found.get(3).is_some();
    let mut date = date(&rest, american)?;
    if next_day {
        date = date.tomorrow().ok()?;
    }
    let offset = match zone {
        None => None,
        Some(Zone::Offset(offset)) => Some(offset),
        Some(Zone::Place(zone)) => {
            let at = zone.to_ambiguous_timestamp(date.to_datetime(time)).compatible().ok()?;
            Some(zone.to_offset(at))
        }
    };
    Some(Stamp { date, time: Some(time), offset })
}

/// The zone that a text states.
enum Zone {
    Offset(Offset),
    Place(TimeZone),
}

/// The zone stated around a time of day, and the text without both. Directly behind it stands an offset or a name;
/// elsewhere only Greenwich is looked for, because `at` and `et` are words of their own.
fn zone_around(before: &str, after: &str) -> (Option<Zone>, String) {
    if let Some(found) = OFFSET.captures(after) {
        let rest = &after[found.get(0).map_or(0, |m| m.end())..];
        // An offset that no place has is a slip of the pen: the time is right, its zone unknown.
        return (numeric_offset(&found).map(Zone::Offset), format!("{before} {rest}"));
    }
    if ZULU.is_match(after) {
        let rest = format!("{before} {}", ZULU.replace(after, ""));
        return (Some(Zone::Offset(Offset::UTC)), rest);
    }
    if let Some(found) = PLACE.find(after) {
        let rest = format!("{before} {} {}", &after[..found.start()], &after[found.end()..]);
        return (super::zone(found.as_str()).map(Zone::Place), rest);
    }
    if let (Some(offset), rest) = greenwich(&format!("{before} {after}")) {
        return (Some(Zone::Offset(offset)), rest);
    }
    let name = NAME.find_iter(after).find(|word| words::zone(word.as_str()).is_some());
    let offset = name.and_then(|name| offset_of_minutes(words::zone(name.as_str())?));
    let rest = match name {
        Some(name) => format!("{before} {} {}", &after[..name.start()], &after[name.end()..]),
        None => format!("{before} {after}"),
    };
    (offset.map(Zone::Offset), rest)
}

#[expect(clippy::expect_used, reason = "the patterns are constants, and a test compiles each")]
fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a constant pattern")
}

/// `14:30`, `14:30:05.123`, `17h30`, `2:30 pm`, `9:05 ch`, `2:30 chiều`, `14 giờ 30 phút`, `9 giờ`.
static TIME: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?x) (?:^|[^\d:]) (\d{1,2})\s?
        (?: [:h]\s?(\d{2}) (?: :(\d{2}) (?:[.,]\d+)? )? ['’]?
          | giờ (?: \s?(\d{2}) (?: \s?phút | ['’] | [,;] | \sngày | $ ) )? )
        (?: \s? (am|pm|a\.m\.?|p\.m\.?|sa\b|ch\b|sáng|trưa|chiều|tối|đêm) )?",
    )
});
/// `+0700`, `+07:00`, `+07`, `gmt+7`, directly after the time.
static OFFSET: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"^\s?\(?(?:gmt|utc|z)?\s?([+−-])(\d{1,2}?)(?::?(\d{2}))?\)?(?:$|z|[\s)(,;])")
});
static ZULU: LazyLock<Regex> = LazyLock::new(|| pattern(r"^\s?z\b"));
/// `gmt`, `utc+7`, `(gmt +07:00)`.
static GREENWICH: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b(?:gmt|utc|ut)\b(?:\s?([+−-])\s?(\d{1,2}?)(?::?(\d{2}))?\b)?"));
static NAME: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b[a-z]{2,4}\b"));
/// `europe/london`, `america/argentina/buenos_aires`.
static PLACE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b[a-z]{3,}/[a-z_]{3,}(?:/[a-z_]+)?(?:[+-]\d+)?\b"));
/// `2003-12`, `2003`.
static MONTH_ONLY: LazyLock<Regex> = LazyLock::new(|| pattern(r"^((?:19|20)\d{2})(?:-(\d{2}))?$"));
static ISO: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b(\d{4})[-/.]0?(\d{1,2})[-/.](\d{1,2})(?:\b|t)"));
/// `2004-július-13`.
static ISO_NAMED: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b(\d{4})-(\pL{3,12})-(\d{1,2})(?:\b|t)"));
static NUMERIC: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"\b(\d{1,2})(?:\s?[-/.]\s?|\s)(\d{1,2})(?:\s?[-/.]\s?|\s)(\d{4}|\d{2})\b")
});
/// `5 tháng 8 năm 2024`, `05 thg 8, 2024`, `5 tháng tám, 2024`.
static THANG: LazyLock<Regex> = LazyLock::new(|| {
    let words = words::months_vi();
    pattern(&format!(
        r"\b(\d{{1,2}})[ ,-]{{1,2}}(?:tháng|thang|thg|th)\.? ?(\d{{1,2}}|{words})[,.]?(?: năm| nam)? ?[,/-]? ?(\d{{4}})\b"
    ))
});
/// `tháng tám 5, 2024`, as blog software writes it.
static THANG_FIRST: LazyLock<Regex> = LazyLock::new(|| {
    let words = words::months_vi();
    pattern(&format!(r"\b(?:tháng|thg|th)\.? ?(\d{{1,2}}|{words}) (\d{{1,2}}),? ?(\d{{4}})\b"))
});
static DAY_FIRST: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(\d{1,2})(?:st|nd|rd|th|er)?[\s.-]*(?:de |of )?(\pL{3,12})\.?,?[\s-]*(?:de )?(\d{4}|\d{2})\b",
    )
});
static MONTH_FIRST: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"\b(\pL{3,12})\.? (\d{1,2})(?:st|nd|rd|th)?,? (?:(?:at|lúc) )?,?\s*(\d{4})\b")
});

/// Ten digits are seconds since 1970, thirteen are milliseconds.
fn epoch(text: &str) -> Option<Stamp> {
    if !matches!(text.len(), 10 | 13) || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number: i64 = text.parse().ok()?;
    let seconds = if text.len() == 13 { number / 1_000 } else { number };
    let civil = Offset::UTC.to_datetime(Timestamp::from_second(seconds).ok()?);
    Some(Stamp { date: civil.date(), time: Some(civil.time()), offset: Some(Offset::UTC) })
}

/// `20240805`, `20240805T073000Z`.
fn compact(text: &str) -> Option<Stamp> {
    let digits = |from: usize, to: usize| -> Option<i16> {
        let part = text.get(from..to)?;
        part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse().ok())?
    };
    let date = Date::new(digits(0, 4)?, digits(4, 6)? as i8, digits(6, 8)? as i8).ok()?;
    match (text.len(), text.get(8..9)) {
        (8, _) => Some(Stamp { date, time: None, offset: None }),
        (15 | 16, Some("t")) => {
            let time =
                Time::new(digits(9, 11)? as i8, digits(11, 13)? as i8, digits(13, 15)? as i8, 0)
                    .ok()?;
            let offset = (text.get(15..) == Some("z")).then_some(Offset::UTC);
            Some(Stamp { date, time: Some(time), offset })
        }
        _ => None,
    }
}

/// The time of day, whether it is 24:00 (the start of the next day), and whether it is told by English halves.
fn time(found: &Captures<'_>) -> Option<(Time, bool, bool)> {
    let number = |at: usize| found.get(at).map_or(Some(0), |m| m.as_str().parse::<i8>().ok());
    let (mut hour, minute, second) = (number(1)?, number(2)?.max(number(4)?), number(3)?);
    let half = found.get(5).map(|half| half.as_str());
    // From which hour on the word means the second half of the day.
    let second_half = match half {
        Some("ch" | "chiều" | "tối") => Some(1),
        Some("đêm") => Some(6),
        // One o'clock is noon there; eleven is as well.
        Some("trưa") => Some(if hour < 10 { 1 } else { 12 }),
        Some(half) if half.starts_with('p') => Some(1),
        _ => None,
    };
    match (half, second_half) {
        (_, Some(from)) if (from..12).contains(&hour) => hour += 12,
        (Some("đêm"), _) | (Some(_), None) if hour == 12 => hour = 0,
        _ => {}
    }
    let english = half.is_some_and(|half| half.starts_with(['a', 'p']));
    let next_day = hour == 24 && minute == 0;
    // A leap second is written as 60 and not known to the calendar.
    let time = Time::new(if next_day { 0 } else { hour }, minute, second.min(59), 0).ok()?;
    Some((time, next_day, english))
}

fn numeric_offset(found: &Captures<'_>) -> Option<Offset> {
    let number = |at: usize| found.get(at).map_or(Some(0), |m| m.as_str().parse::<i32>().ok());
    let minutes = number(2)? * 60 + number(3)?;
    offset_of_minutes(if found.get(1)?.as_str() == "+" { minutes } else { -minutes })
}

/// An offset; no zone is further than fourteen hours away.
fn offset_of_minutes(minutes: i32) -> Option<Offset> {
    if minutes.abs() > 14 * 60 {
        return None;
    }
    Offset::UTC.checked_add(SignedDuration::from_mins(minutes.into())).ok()
}

/// Greenwich and the hours from it, anywhere in a text, and the text without them.
fn greenwich(text: &str) -> (Option<Offset>, String) {
    let Some(found) = GREENWICH.captures(text) else { return (None, text.to_owned()) };
    let rest = GREENWICH.replacen(text, 1, " ").into_owned();
    let offset = if found.get(1).is_some() { numeric_offset(&found) } else { Some(Offset::UTC) };
    (offset, rest)
}

/// The date in a text without time and offset.
fn date(text: &str, american: bool) -> Option<Date> {
    if let Some(found) = ISO.captures(text) {
        return civil(group(&found, 1)?, group(&found, 2)?, group(&found, 3)?);
    }
    if let Some(found) = ISO_NAMED.captures(text) {
        return civil(group(&found, 1)?, month(&found[2])?, group(&found, 3)?);
    }
    if text.contains("th") {
        if let Some(found) = THANG.captures(text) {
            return civil(group(&found, 3)?, month_vi(&found[2])?, group(&found, 1)?);
        }
        if let Some(found) = THANG_FIRST.captures(text) {
            return civil(group(&found, 3)?, month_vi(&found[1])?, group(&found, 2)?);
        }
    }
    if let Some(found) = NUMERIC.captures(text) {
        let (first, second, year) = (group(&found, 1)?, group(&found, 2)?, year(&found, 3)?);
        let (day_first, month_first) = (civil(year, second, first), civil(year, first, second));
        return match (day_first, month_first) {
            (Some(day_first), Some(month_first)) => {
                let told = weekday(text);
                let by_weekday = told == Some(month_first.weekday());
                let takes_month_first =
                    (by_weekday || american) && told != Some(day_first.weekday());
                Some(if takes_month_first { month_first } else { day_first })
            }
            (only, other) => only.or(other),
        };
    }
    if let Some(found) = DAY_FIRST.captures_iter(text).find(|found| month(&found[2]).is_some()) {
        return civil(year(&found, 3)?, month(&found[2])?, group(&found, 1)?);
    }
    let found = MONTH_FIRST.captures_iter(text).find(|found| month(&found[1]).is_some())?;
    civil(year(&found, 3)?, month(&found[1])?, group(&found, 2)?)
}

fn civil(year: i16, month: i16, day: i16) -> Option<Date> {
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

fn group(found: &Captures<'_>, at: usize) -> Option<i16> {
    found.get(at)?.as_str().parse().ok()
}

/// Two digits mean 1950 to 2049 (RFC 2822 section 4.3).
fn year(found: &Captures<'_>, at: usize) -> Option<i16> {
    let year = group(found, at)?;
    Some(match (found.get(at)?.len(), year) {
        (2, ..50) => 2000 + year,
        (2, _) => 1900 + year,
        _ => year,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hanoi(text: &str) -> String {
        let zone = TimeZone::get("Asia/Ho_Chi_Minh").unwrap();
        parse(text, &MeantZone::of_silent(zone))
            .map_or_else(|| "none".to_owned(), |at| at.to_string())
    }

    #[test]
    fn every_form_of_one_moment_is_read_alike() {
        for text in [
            "Mon, 05 Aug 2024 14:30:00 +0700",
            "Mon, 05 Aug 2024 14:30:00 +07:00",
            "Mon, 05 Aug 2024 14:30:00 +07",
            "Mon, 05 Aug 24 14:30:00 +0700",
            "Mon, 5 Aug 2024 14:30 +0700",
            "05 Aug 2024 14:30:00 +0700",
            "Mon, 05 Aug 2024 14:30:00 GMT+7",
            "Mon, 05 Aug 2024 14:30:00 GMT+0700",
            "Mon, 05 Aug 2024 14:30:00 ICT",
            "Mon, 05 Aug 2024 07:30:00 GMT",
            "Mon, 05 Aug 2024 07:30:00 Z",
            "Mon, 05 Aug 2024 07:30:00 UT",
            "Mon, 05 Aug 2024 08:30:00 BST",
            "Mon, 05 Aug 2024 03:30:00 EDT",
            "Monday, 05-Aug-24 07:30:00 GMT",
            "Mon Aug  5 07:30:00 UTC 2024",
            "2024-08-05T07:30:00Z",
            "2024-08-05T07:30Z",
            "2024-08-05T14:30:00.123+07:00",
            "2024-08-05 14:30:00 +0700",
            "20240805T073000Z",
            "1722843000",
            "1722843000000",
            "2024-08-05 14:30:00",
            "2024/08/05 14:30",
            "05/08/2024 14:30",
            "05/08/2024, 14:30",
            "14:30 05/08/2024",
            "14:30 - 05/08/2024",
            "14:30, 05/08/2024",
            "14:30' - 05/08/2024",
            "05/08/2024 | 14:30",
            "05-08-2024 14:30",
            "5.8.2024 14h30",
            "Thứ hai, 05/08/2024 - 14:30 (GMT+7)",
            "Thứ Hai, 5/8/2024, 14:30 (GMT+7)",
            "Thứ hai, ngày 5 tháng 8 năm 2024 14:30",
            "5 tháng 8, 2024 14:30",
            "05/08/2024 14:30 GMT+7",
            "8/5/2024 2:30:00 PM",
            "8/5/2024 2:30:00\u{202f}PM",
            "Mon, 05 Aug 2024 02:30:00 PM",
            "August 5, 2024 2:30 PM GMT+7",
            "Monday, August 5, 2024 - 14:30",
            "Mon, 08/05/2024 - 14:30",
            "lun, 05 août 2024 09:30:00 +0200",
            "Mon, 05 Aug 2024 09:30:00 CEST",
            "5th August 2024 14:30",
            "05/08/2024 2:30 CH",
            "Mon, 05 Aug 2024 14:30:00 Asia/Ho_Chi_Minh",
            "Mon, 05 Aug 2024 07:30:00 Etc/GMT",
            "Mon, 05 Aug 2024 09:30:00 MEST",
            "Mon, 05 August 2024 03:30:00 EDT",
            "August 5, 2024 at 03:30 AM EDT",
            "Mon Aug 05 2024 07:30:00 GMT+0000 (Coordinated Universal Time)",
            "Mon, 05 08 2024 07:30:00 +0000",
            "Aug. 5, 2024, 2:30 p.m.",
            "Lundi, 5. Août 2024 - 14:30",
            "lun., 05 août 2024 07:30:00 +0000",
            "2024-augusztus-05T14:30+07:00",
            "2024-008-05T07:30:00+00:00",
            "2024-08-05T14:30:00+07:00Z",
            "Mon, 2024/08/05 03:30:00 EDT",
            "Tháng Tám 5, 2024 14:30",
            "5 Tháng Tám, 2024 14:30",
            "05 Thg 8 2024 14:30",
            "T2, 05/08/2024 14:30",
            // An offset that no place on earth has says nothing.
            "Mon, 05 Aug 2024 14:30:00 +9900",
        ] {
            assert_eq!(hanoi(text), "2024-08-05T07:30:00Z", "{text}");
        }
    }

    #[test]
    fn unusual_hours_belong_to_the_right_day() {
        assert_eq!(hanoi("Mon, 05 Aug 2024 24:00:00 GMT"), "2024-08-06T00:00:00Z");
        assert_eq!(hanoi("Mon, 05 Aug 2024 23:59:60 GMT"), "2024-08-05T23:59:59Z");
        assert_eq!(hanoi("8/23/2026 12:20:00 AM"), "2026-08-22T17:20:00Z");
        assert_eq!(hanoi("8/23/2026 12:20:00 PM"), "2026-08-23T05:20:00Z");
    }

    #[test]
    fn a_date_without_time_is_the_start_of_its_day() {
        assert_eq!(hanoi("2024-08-05"), "2024-08-04T17:00:00Z");
        assert_eq!(hanoi("05/08/2024"), "2024-08-04T17:00:00Z");
        assert_eq!(hanoi("Ngày 5 tháng 8 năm 2024"), "2024-08-04T17:00:00Z");
        assert_eq!(hanoi("30/05/2024"), "2024-05-29T17:00:00Z");
        assert_eq!(read("20240805").unwrap().time, None);
        assert_eq!(hanoi("26 Sep 2022 GMT"), "2022-09-26T00:00:00Z");
        assert_eq!(hanoi("Fri, 26/06/2020"), "2020-06-25T17:00:00Z");
        assert_eq!(hanoi("2003-12"), "2003-11-30T17:00:00Z");
        assert_eq!(hanoi("2003"), "2002-12-31T17:00:00Z");
    }

    #[test]
    fn a_stamp_keeps_the_day_of_its_own_zone() {
        let stamp = read("Tue, 06 Aug 2024 01:30:00 +0700").unwrap();
        assert_eq!(stamp.date, Date::constant(2024, 8, 6));
        assert_eq!(stamp.offset, Some(jiff::tz::offset(7)));
    }

    #[test]
    fn what_is_no_date_is_not_guessed() {
        for text in [
            "",
            "n/a",
            "yesterday",
            "14:30",
            "5 tháng 8",
            "31/31/2024",
            "2024-13-40",
            "12",
            "2024",
            "Mon, 99 Aug 2024",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(read(&"9".repeat(10_000)), None);
    }
}
