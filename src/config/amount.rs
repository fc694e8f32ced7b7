//! Durations and sizes as people write them: `15m`, `1h 30m`, `24h`, `30d`; `5 MiB`, `512 KiB`.

use jiff::SignedDuration;

const SECOND: u64 = 1;
const MINUTE: u64 = 60;
const HOUR: u64 = 3600;
const DAY: u64 = 86_400;
const WEEK: u64 = 604_800;

/// A span of time: one or more whole numbers with a unit `s`, `m`, `h`, `d` (24 hours) or `w`, each unit once and
/// the longest first.
///
/// # Errors
/// A sentence that says how to write it.
pub fn duration(text: &str) -> Result<SignedDuration, String> {
    let wrong = || format!("\"{text}\" is not a duration: write 90s, 15m, 24h, 30d, 2w or 1h 30m");
    let mut total: u64 = 0;
    let mut smallest = u64::MAX;
    for (number, unit) in amounts(text).ok_or_else(wrong)? {
        let seconds = match unit {
            "s" => SECOND,
            "m" => MINUTE,
            "h" => HOUR,
            "d" => DAY,
            "w" => WEEK,
            _ => return Err(wrong()),
        };
        if seconds >= smallest {
            return Err(wrong());
        }
        smallest = seconds;
        total = number.checked_mul(seconds).and_then(|n| total.checked_add(n)).ok_or_else(wrong)?;
    }
    i64::try_from(total).ok().map(SignedDuration::from_secs).ok_or_else(wrong)
}

/// A number of bytes: a whole number with a unit `B`, `KiB`, `MiB`, `GiB` (powers of 1024) or `kB`, `MB`, `GB`
/// (powers of 1000).
///
/// # Errors
/// A sentence that says how to write it.
pub fn size(text: &str) -> Result<u64, String> {
    let wrong = || format!("\"{text}\" is not a size: write 512 KiB or 5 MiB");
    match amounts(text).ok_or_else(wrong)?.as_slice() {
        [(number, unit)] => {
            let bytes = match *unit {
                "B" => 1,
                "KiB" => 1 << 10,
                "MiB" => 1 << 20,
                "GiB" => 1 << 30,
                "kB" => 1_000,
                "MB" => 1_000_000,
                "GB" => 1_000_000_000,
                _ => return Err(wrong()),
            };
            number.checked_mul(bytes).ok_or_else(wrong)
        }
        _ => Err(wrong()),
    }
}

/// A span of time in the shortest exact form that [`duration`] reads.
pub fn show_duration(span: SignedDuration) -> String {
    let mut rest = span.as_secs().max(0).unsigned_abs();
    let mut parts = Vec::new();
    // Weeks and days are left as hours below two days: "24h" reads more exactly than "1d".
    for (unit, seconds) in [("d", DAY), ("h", HOUR), ("m", MINUTE), ("s", SECOND)] {
        if unit == "d" && rest < 2 * DAY {
            continue;
        }
        if rest >= seconds {
            parts.push(format!("{}{unit}", rest / seconds));
            rest %= seconds;
        }
    }
    if parts.is_empty() { "0s".to_owned() } else { parts.join(" ") }
}

/// Numbers with the letters after each; `None` when the text is anything else.
fn amounts(text: &str) -> Option<Vec<(u64, &str)>> {
    let mut rest = text.trim();
    let mut found = Vec::new();
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let number = rest[..digits].parse().ok()?;
        rest = rest[digits..].trim_start_matches(' ');
        let letters = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
        found.push((number, &rest[..letters]));
        rest = rest[letters..].trim_start_matches(' ');
    }
    (!found.is_empty()).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_as_people_write_them() {
        for (text, seconds) in [
            ("90s", 90),
            ("15m", 900),
            ("1h 30m", 5400),
            ("1h30m", 5400),
            ("24h", 86_400),
            ("30d", 2_592_000),
            (" 2 w ", 1_209_600),
            ("0s", 0),
        ] {
            assert_eq!(duration(text), Ok(SignedDuration::from_secs(seconds)), "{text}");
        }
        for text in [
            "",
            "15",
            "m",
            "-5m",
            "1.5h",
            "30m 1h",
            "5m 5m",
            "1y",
            "15 minutes",
            "9999999999999999w",
            "５m",
        ] {
            assert!(duration(text).is_err(), "{text}");
        }
    }

    #[test]
    fn sizes_need_a_unit() {
        assert_eq!(size("5 MiB"), Ok(5 << 20));
        assert_eq!(size("512KiB"), Ok(512 << 10));
        assert_eq!(size("2 MB"), Ok(2_000_000));
        for text in ["5", "5 mib", "5 M", "-1 B", "", "1 MiB 1 KiB", "99999999999999 GiB"] {
            assert!(size(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_shown_is_read_back() {
        for text in ["90s", "15m", "1h 30m", "24h", "30d", "2d 1s", "0s"] {
            let span = duration(text).unwrap();
            assert_eq!(duration(&show_duration(span)), Ok(span));
        }
        assert_eq!(show_duration(duration("24h").unwrap()), "24h");
        assert_eq!(show_duration(duration("7d").unwrap()), "7d");
    }
}
