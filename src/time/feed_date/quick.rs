//! The two forms that nearly all feeds use, read without any pattern. Whatever is not exactly one of them is left to
//! the patient reader.

use jiff::civil::{Date, Time};
use jiff::tz::Offset;

use super::{Stamp, offset_of_minutes};

const MONTHS: &[u8; 36] = b"janfebmaraprmayjunjulaugsepoctnovdec";

/// Reads `Mon, 05 Aug 2024 14:30:00 +0700` or `2024-08-05T14:30:00+07:00`.
pub(super) fn read(text: &str) -> Option<Stamp> {
    let text = text.trim();
    if !text.is_ascii() || text.len() > 40 {
        return None;
    }
    rfc822(text).or_else(|| iso(text))
}

fn rfc822(text: &str) -> Option<Stamp> {
    let rest = match text.split_once(", ") {
        Some((day, rest)) if day.len() == 3 && !day.contains(|c: char| !c.is_alphabetic()) => rest,
        Some(_) => return None,
        None => text,
    };
    let mut parts = rest.split(' ');
    let [day, month, year, time, zone] = std::array::from_fn(|_| parts.next().unwrap_or_default());
    if parts.next().is_some() || month.len() != 3 || year.len() != 4 || day.len() > 2 {
        return None;
    }
    let month = month.to_ascii_lowercase();
    let at = MONTHS.chunks_exact(3).position(|name| name == month.as_bytes())?;
    let date =
        Date::new(digits(year)?, i8::try_from(at + 1).ok()?, i8::try_from(digits(day)?).ok()?);
    Some(Stamp { date: date.ok()?, time: Some(clock(time)?), offset: Some(offset(zone)?) })
}

fn iso(text: &str) -> Option<Stamp> {
    let bytes = text.as_bytes();
    if bytes.len() < 19 || !matches!(bytes[10], b'T' | b't' | b' ') {
        return None;
    }
    if bytes[4] != b'-' || bytes[7] != b'-' {
        return None;
    }
    let part = |range: std::ops::Range<usize>| i8::try_from(digits(&text[range])?).ok();
    let date = Date::new(digits(&text[..4])?, part(5..7)?, part(8..10)?).ok()?;
    let time = clock(&text[11..19])?;
    let rest = match text[19..].strip_prefix('.') {
        Some(rest) => rest.trim_start_matches(|c: char| c.is_ascii_digit()),
        None => &text[19..],
    };
    let offset = if rest.is_empty() { None } else { Some(offset(rest)?) };
    Some(Stamp { date, time: Some(time), offset })
}

fn clock(text: &str) -> Option<Time> {
    let bytes = text.as_bytes();
    if bytes.len() != 8 || bytes[2] != b':' || bytes[5] != b':' {
        return None;
    }
    let part = |from: usize| i8::try_from(digits(&text[from..from + 2])?).ok();
    Time::new(part(0)?, part(3)?, part(6)?, 0).ok()
}

fn offset(text: &str) -> Option<Offset> {
    if matches!(text, "GMT" | "UTC" | "Z" | "z") {
        return Some(Offset::UTC);
    }
    let (sign, digits_only) = match text.as_bytes().first()? {
        b'+' => (1, &text[1..]),
        b'-' => (-1, &text[1..]),
        _ => return None,
    };
    let (hours, minutes) = match digits_only.len() {
        2 => (digits(digits_only)?, 0),
        4 => (digits(&digits_only[..2])?, digits(&digits_only[2..])?),
        5 if digits_only.as_bytes()[2] == b':' => {
            (digits(&digits_only[..2])?, digits(&digits_only[3..])?)
        }
        _ => return None,
    };
    offset_of_minutes(sign * (i32::from(hours) * 60 + i32::from(minutes)))
}

fn digits(text: &str) -> Option<i16> {
    let all = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if all { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_forms_are_read_at_once_and_all_others_are_left() {
        for text in [
            "Mon, 05 Aug 2024 14:30:00 +0700",
            "Mon, 5 Aug 2024 07:30:00 GMT",
            "05 Aug 2024 14:30:00 +07:00",
            "Mon, 05 Aug 2024 14:30:00 +07",
            "2024-08-05T07:30:00Z",
            "2024-08-05 14:30:00.123+07:00",
        ] {
            let stamp = read(text).unwrap();
            assert_eq!(stamp, super::super::patient(text).unwrap(), "{text}");
            let at = stamp.instant(&jiff::tz::TimeZone::UTC).unwrap();
            assert_eq!(at.to_string(), "2024-08-05T07:30:00Z", "{text}");
        }
        for text in [
            "Mon, 05 Aug 24 14:30:00 +0700",
            "Mon, 05 Aug 2024 24:00:00 GMT",
            "Mon, 05 Aug 2024 14:30:00 ICT",
            "Mon, 05 Aug 2024 14:30:00 +9900",
            "2024-08-05T07:30Z",
            "2024-13-05T07:30:00Z",
            "",
            "á",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
