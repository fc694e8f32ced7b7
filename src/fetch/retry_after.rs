//! `Retry-After` and the HTTP date (RFC 9110 sections 5.6.7 and 10.2.3).

use jiff::{SignedDuration, Timestamp};
use reqwest::header::{DATE, HeaderMap, HeaderName, RETRY_AFTER};

/// The longest pause that is passed on: 88 hours have been seen, years are a mistake. How much of it is honoured is
/// for the schedule to say, and can be configured up to this.
const MAX_PAUSE: SignedDuration = SignedDuration::from_hours(31 * 24);

/// When the server wants to be asked again; `None` when it does not say so in a readable form. A date counts from the
/// answer's own `Date`, so that a server whose clock is wrong still gets the pause it meant.
pub(super) fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Timestamp> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let pause = if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        // More digits than fit mean "very long", not "unreadable".
        SignedDuration::from_secs(value.parse().unwrap_or(i64::MAX))
    } else {
        let until = http_date(value)?;
        until.duration_since(date(headers, &DATE).unwrap_or(now))
    };
    now.checked_add(pause.clamp(SignedDuration::ZERO, MAX_PAUSE)).ok()
}

/// A header that holds an HTTP date, in any of its three forms.
pub(super) fn date(headers: &HeaderMap, name: &HeaderName) -> Option<Timestamp> {
    http_date(headers.get(name)?.to_str().ok()?.trim())
}

fn http_date(text: &str) -> Option<Timestamp> {
    Timestamp::try_from(httpdate::parse_http_date(text).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn until(retry: &str, date: Option<&str>) -> Option<i64> {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, retry.parse().unwrap());
        if let Some(date) = date {
            headers.insert(DATE, date.parse().unwrap());
        }
        let now: Timestamp = "2026-05-04T10:00:00Z".parse().unwrap();
        retry_after(&headers, now).map(|until| until.duration_since(now).as_secs())
    }

    #[test]
    fn seconds_are_counted_from_now_and_capped() {
        assert_eq!(until("120", None), Some(120));
        assert_eq!(until("0", None), Some(0));
        assert_eq!(until("317100", None), Some(317_100));
        assert_eq!(until("99999999", None), Some(31 * 86_400));
        assert_eq!(until("99999999999999999999999", None), Some(31 * 86_400));
    }

    #[test]
    fn all_three_date_forms_are_read_against_the_servers_own_clock() {
        for form in [
            "Mon, 04 May 2026 12:00:00 GMT",
            "Monday, 04-May-26 12:00:00 GMT",
            "Mon May  4 12:00:00 2026",
        ] {
            assert_eq!(until(form, None), Some(7_200), "{form}");
            // The server's clock is an hour fast: it means one hour.
            assert_eq!(until(form, Some("Mon, 04 May 2026 11:00:00 GMT")), Some(3_600), "{form}");
        }
        assert_eq!(until("Mon, 04 May 2026 09:00:00 GMT", None), Some(0));
    }

    #[test]
    fn garbage_asks_for_nothing() {
        for text in ["-5", "1.5", "soon", "", "12 s"] {
            assert_eq!(until(text, None), None, "{text}");
        }
    }
}
