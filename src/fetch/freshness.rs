//! How long an answer stays fresh (RFC 9111 section 4.2): `max-age` less `Age`, else `Expires` less `Date`.

use jiff::{SignedDuration, Timestamp};
use reqwest::header::{AGE, CACHE_CONTROL, DATE, EXPIRES, HeaderMap};

use super::retry_after::date;

/// The longest freshness that is passed on: a feed that says "a year" still changes tomorrow. How much of it is honoured
/// is for the schedule to say, and can be configured up to this.
const MAX_FRESHNESS: SignedDuration = SignedDuration::from_hours(31 * 24);

/// Until when the answer stays fresh; `None` when the server sets no limit, or wants to be asked every time.
pub(super) fn freshness_until(headers: &HeaderMap, now: Timestamp) -> Option<Timestamp> {
    let lifetime = match cache_control(headers) {
        CacheControl::Never => return None,
        CacheControl::MaxAge(seconds) => SignedDuration::from_secs(seconds),
        CacheControl::Silent => {
            // An invalid `Expires` such as `0` means "already stale" (RFC 9111 section 5.3).
            let expires = date(headers, &EXPIRES)?;
            expires.duration_since(date(headers, &DATE).unwrap_or(now))
        }
    };
    let left = lifetime.saturating_sub(age(headers)).min(MAX_FRESHNESS);
    if left.is_positive() { now.checked_add(left).ok() } else { None }
}

/// How far our clock is ahead of the one that dated the answer (RFC 9110 section 6.6.1); an answer out of a cache was
/// dated when it was made (RFC 9111 section 5.1).
pub(super) fn clock_ahead(headers: &HeaderMap, now: Timestamp) -> Option<SignedDuration> {
    Some(now.duration_since(date(headers, &DATE)?).saturating_sub(age(headers)))
}

fn age(headers: &HeaderMap) -> SignedDuration {
    let age = headers.get(AGE).and_then(|age| age.to_str().ok()?.trim().parse::<i64>().ok());
    SignedDuration::from_secs(age.unwrap_or(0).max(0))
}

enum CacheControl {
    Never,
    MaxAge(i64),
    Silent,
}

/// All `Cache-Control` lines together; unknown directives and unreadable numbers set no limit.
fn cache_control(headers: &HeaderMap) -> CacheControl {
    let mut max_age = None;
    for line in headers.get_all(CACHE_CONTROL) {
        let Ok(line) = line.to_str() else { continue };
        for directive in line.split(',') {
            let (name, value) = directive.split_once('=').unwrap_or((directive, ""));
            let value = value.trim().trim_matches('"');
            match name.trim().to_ascii_lowercase().as_str() {
                "no-cache" | "no-store" => return CacheControl::Never,
                "max-age" if !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit()) => {
                    let seconds = value.parse().unwrap_or(i64::MAX);
                    // Said twice, the shorter one counts (RFC 9111 section 4.2.1).
                    max_age = Some(max_age.map_or(seconds, |known: i64| known.min(seconds)));
                }
                _ => {}
            }
        }
    }
    max_age.map_or(CacheControl::Silent, CacheControl::MaxAge)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(headers: &[(&'static str, &str)]) -> Option<i64> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, value.parse().unwrap());
        }
        let now: Timestamp = "2026-05-04T10:00:00Z".parse().unwrap();
        freshness_until(&map, now).map(|until| until.duration_since(now).as_secs())
    }

    #[test]
    fn max_age_counts_less_the_age() {
        assert_eq!(seconds(&[("cache-control", "max-age=3600")]), Some(3_600));
        assert_eq!(
            seconds(&[("cache-control", "public, MAX-AGE=\"3600\""), ("age", "3000")]),
            Some(600)
        );
        assert_eq!(seconds(&[("cache-control", "max-age=60"), ("age", "90")]), None);
        assert_eq!(
            seconds(&[("cache-control", "private"), ("cache-control", "max-age=60")]),
            Some(60)
        );
        assert_eq!(seconds(&[("cache-control", "max-age=60, max-age=30")]), Some(30));
        assert_eq!(seconds(&[("cache-control", "max-age=1099511627776")]), Some(31 * 86_400));
    }

    #[test]
    fn what_cannot_be_read_sets_no_limit() {
        for value in [
            "max-age=0",
            "max-age=-5",
            "max-age=soon",
            "no-cache, max-age=60",
            "no-store",
            "immutable",
        ] {
            assert_eq!(seconds(&[("cache-control", value)]), None, "{value}");
        }
        assert_eq!(seconds(&[]), None);
    }

    #[test]
    fn expires_counts_from_the_servers_own_date() {
        let skewed = [
            ("date", "Mon, 04 May 2026 03:00:00 GMT"),
            ("expires", "Mon, 04 May 2026 03:10:00 GMT"),
        ];
        assert_eq!(seconds(&skewed), Some(600));
        assert_eq!(seconds(&[("expires", "0")]), None);
        assert_eq!(seconds(&[("expires", "-1")]), None);
        assert_eq!(seconds(&[("expires", "Mon, 04 May 2026 11:00:00 GMT")]), Some(3_600));
    }
}
