//! One request from the first hop to the outcome.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use reqwest::header::{
    ACCEPT, ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue,
};
use url::Url;

use super::freshness::{clock_ahead, freshness_until};
use super::pacing::Turn;
use super::place::host as host_of;
use super::redirect::{Chain, may_carry_credentials};
use super::rest::Why;
use super::retry_after::retry_after;
use super::{FetchError, Fetcher, Outcome, PRODUCT, Request, Validators, body, encoding, guard};

/// What one hop led to.
enum Step {
    Next(Url),
    Done(Outcome),
}

/// Follows the request hop by hop. A hop to another host waits for that one's turn and holds no other meanwhile, so two
/// requests that redirect to each other's host cannot block each other.
pub(super) async fn run(
    fetcher: &Fetcher,
    request: &Request,
    turn: Option<Turn>,
) -> Result<Outcome, FetchError> {
    let first = parse(&request.url)?;
    let mut chain = Chain::start(&first);
    let mut url = first.clone();
    let mut left = request.deadline;
    let mut turn = turn;
    loop {
        let host = host_of(&url);
        if !request.route.allow_private {
            guard::check_literal(&url).map_err(|blocked| FetchError::BlockedAddress {
                host: host.clone(),
                address: blocked.0,
            })?;
        }
        if let Some(rested) = rested(fetcher, &url) {
            return rested;
        }
        let held = match turn.take() {
            Some(turn) => turn,
            None => fetcher.turn_at(&host, request.route.allow_private, request.lane).await,
        };
        let started = Instant::now();
        let step = tokio::time::timeout(left, hop(fetcher, request, &first, &url, &mut chain))
            .await
            .map_err(|_| FetchError::Timeout { host: host.clone() })??;
        left = left.saturating_sub(started.elapsed()).max(Duration::from_millis(1));
        match step {
            Step::Next(next) if !request.follow => {
                return Ok(Outcome::Elsewhere { to: next.to_string() });
            }
            // To be sent on within a host is part of the same request.
            Step::Next(next) if host_of(&next) == host => (url, turn) = (next, Some(held)),
            Step::Next(next) => url = next,
            Step::Done(outcome) => return Ok(outcome),
        }
    }
}

/// What there is to say without asking a server that is left alone now.
fn rested(fetcher: &Fetcher, url: &Url) -> Option<Result<Outcome, FetchError>> {
    let rest = fetcher.pacing.rests.of(url)?;
    Some(match rest.why {
        Why::Asked => Ok(Outcome::Wait {
            until: fetcher.now().checked_add(rest.left).ok(),
            status: 429,
            url: url.to_string(),
        }),
        Why::Down => Err(FetchError::HostDown { host: host_of(url) }),
    })
}

async fn hop(
    fetcher: &Fetcher,
    request: &Request,
    first: &Url,
    url: &Url,
    chain: &mut Chain,
) -> Result<Step, FetchError> {
    let host = host_of(url);
    let sent =
        request.validators.as_ref().filter(|known| known.url == url.as_str() && !known.is_empty());
    let client = fetcher
        .client(&request.route)
        .map_err(|source| FetchError::Route { host: host.clone(), source })?;
    let sending = client.get(url.clone()).headers(headers(request, first, url, sent)?).send();
    let mut response = sending.await.map_err(|error| {
        let connecting = error.is_connect();
        let error = FetchError::classify(error, &host, url.as_str());
        if connecting && error.is_unreached() {
            fetcher.pacing.rests.down(url);
        }
        error
    })?;
    fetcher.pacing.rests.up(url);
    let now = fetcher.now();
    let status = response.status().as_u16();
    let answer = std::mem::take(response.headers_mut());
    let settings = &fetcher.settings;
    let outcome = match status {
        200 | 203 => {
            let packed = packing(&answer);
            let limit = request.max_bytes;
            let body = body::read(&mut response, &packed, limit, &host, url.as_str()).await?;
            let (content_type, charset) = content_type(&answer);
            Outcome::Fresh {
                body,
                content_type,
                charset,
                validators: Validators::of_answer(url.as_str(), &answer),
                final_url: url.to_string(),
                permanent: chain.permanent(),
                freshness_until: freshness_until(&answer, now),
                clock_ahead: clock_ahead(&answer, now),
                conditional: sent.is_some(),
                reserved: reserved(&answer),
            }
        }
        304 => match sent {
            Some(sent) => Outcome::NotModified {
                validators: sent.refreshed(&answer),
                final_url: url.to_string(),
                permanent: chain.permanent(),
                freshness_until: freshness_until(&answer, now),
                clock_ahead: clock_ahead(&answer, now),
            },
            None => return Err(FetchError::UnexpectedNotModified { url: url.to_string() }),
        },
        301 | 302 | 303 | 307 | 308 => {
            let next = chain.hop(
                url,
                status,
                &answer,
                settings.max_redirects,
                settings.allow_downgrade,
            )?;
            return Ok(Step::Next(next));
        }
        410 => Outcome::Gone,
        _ => refusal(status, &answer, url, now)?,
    };
    Ok(Step::Done(outcome))
}

/// A status that brings no document.
fn refusal(
    status: u16,
    answer: &HeaderMap,
    url: &Url,
    now: Timestamp,
) -> Result<Outcome, FetchError> {
    let refused = FetchError::Status { url: url.to_string(), status };
    if is_challenge(status, answer) {
        return Err(FetchError::Challenge { url: url.to_string(), status });
    }
    let until = retry_after(answer, now);
    match status {
        429 => Ok(Outcome::Wait { until, status, url: url.to_string() }),
        503 if until.is_some() => Ok(Outcome::Wait { until, status, url: url.to_string() }),
        _ => Err(refused),
    }
}

/// A page that wants to see a browser, in the place of an answer.
fn is_challenge(status: u16, answer: &HeaderMap) -> bool {
    let says = |name: &str, word: &str| {
        let value = answer.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        value.to_ascii_lowercase().contains(word)
    };
    answer.contains_key("cf-mitigated")
        || (status == 403 && says("server", "cloudflare") && says("content-type", "html"))
}

/// Whether the headers ask that no copy is kept: `X-Robots-Tag: noarchive`, for everybody or for us by name, or a
/// reservation of text and data mining (TDM Reservation Protocol, section 3).
fn reserved(answer: &HeaderMap) -> bool {
    let values = |name: &str| {
        let lines = answer.get_all(name).into_iter();
        lines
            .filter_map(|value| value.to_str().ok())
            .map(str::to_ascii_lowercase)
            .collect::<Vec<_>>()
    };
    let forbids = |line: &String| {
        let has = |rules: &str| rules.split(',').any(|rule| rule.trim() == "noarchive");
        // `max-snippet: 5` is a rule; any other name before a colon is whom the rules are for.
        let rule = |name: &str| {
            name.starts_with("max-") || name == "unavailable_after" || name.contains(',')
        };
        match line.split_once(':').map(|(name, rules)| (name.trim(), rules)) {
            Some((name, rules)) if !rule(name) => name == PRODUCT && has(rules),
            _ => has(line),
        }
    };
    values("x-robots-tag").iter().any(forbids)
        || values("tdm-reservation").iter().any(|value| value.trim() == "1")
}

/// All `Content-Encoding` lines together.
fn packing(headers: &HeaderMap) -> String {
    let lines: Vec<&str> =
        headers.get_all(CONTENT_ENCODING).iter().filter_map(|value| value.to_str().ok()).collect();
    lines.join(",")
}

pub(super) fn parse(text: &str) -> Result<Url, FetchError> {
    let wrong = || FetchError::Url { url: text.to_owned() };
    let mut url = Url::parse(text.trim()).map_err(|_| wrong())?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err(wrong());
    }
    url.set_fragment(None);
    Ok(url)
}

fn headers(
    request: &Request,
    first: &Url,
    url: &Url,
    validators: Option<&Validators>,
) -> Result<HeaderMap, FetchError> {
    let mut headers = HeaderMap::with_capacity(4 + request.headers.len());
    headers.insert(ACCEPT, HeaderValue::from_static(request.accept.value()));
    headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(encoding::ACCEPTED));
    if let Some(validators) = validators {
        validators.ask(&mut headers);
    }
    if !request.headers.is_empty() && may_carry_credentials(first, url) {
        for (name, value) in &request.headers {
            let wrong = |_| FetchError::Header { name: name.clone() };
            let key = HeaderName::from_bytes(name.as_bytes()).map_err(|_| wrong(()))?;
            headers.insert(key, HeaderValue::from_str(value).map_err(|_| wrong(()))?);
        }
    }
    Ok(headers)
}

/// Media type and charset of a `Content-Type`.
fn content_type(headers: &HeaderMap) -> (Option<String>, Option<String>) {
    let Some(value) = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()) else {
        return (None, None);
    };
    let mut parts = value.split(';');
    let media = parts.next().map(|media| media.trim().to_ascii_lowercase());
    let charset = parts.find_map(|part| {
        let (name, value) = part.split_once('=')?;
        let value = value.trim().trim_matches(['"', '\'']);
        (name.trim().eq_ignore_ascii_case("charset") && !value.is_empty()).then(|| value.to_owned())
    });
    (media.filter(|media| !media.is_empty()), charset)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_publisher_asks_for_about_copies_is_understood() {
        let answer = |name: &'static str, value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(name, HeaderValue::from_str(value).unwrap());
            reserved(&headers)
        };
        for value in [
            "noarchive",
            "nofollow, NoArchive",
            "pledgewatch: noarchive",
            "max-snippet: 5, noarchive",
        ] {
            assert!(answer("x-robots-tag", value), "{value}");
        }
        for value in ["noindex", "otherbot: noarchive", "unavailable_after: 25 Jun 2027", ""] {
            assert!(!answer("x-robots-tag", value), "{value}");
        }
        assert!(answer("tdm-reservation", "1") && !answer("tdm-reservation", "0"));
    }
}
