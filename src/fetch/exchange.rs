//! One request from the first hop to the outcome.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use url::Url;

use super::freshness::freshness_until;
use super::redirect::{Chain, may_carry_credentials};
use super::retry_after::retry_after;
use super::{FetchError, Fetcher, Outcome, Request, Validators, body, guard};

/// What one hop led to.
enum Step {
    Next(Url),
    Done(Outcome),
}

/// The moment of an answer: waiting for the turns of several hosts may have taken minutes, and "in two minutes" means
/// two minutes from the answer.
#[derive(Clone, Copy)]
struct Clock {
    now: Timestamp,
    asked: Instant,
}

impl Clock {
    fn now(self) -> Timestamp {
        self.now.saturating_add(self.asked.elapsed()).unwrap_or(self.now)
    }
}

/// Follows the request hop by hop. Each hop waits for its own host's turn and holds no other one meanwhile, so two
/// requests that redirect to each other's host cannot block each other.
pub(super) async fn run(
    fetcher: &Fetcher,
    request: &Request,
    now: Timestamp,
) -> Result<Outcome, FetchError> {
    let first = parse(&request.url)?;
    let mut chain = Chain::start(&first);
    let mut url = first.clone();
    let mut left = request.deadline;
    let asked = Instant::now();
    loop {
        let host = host_of(&url);
        if !request.allow_private {
            guard::check_literal(&url).map_err(|blocked| FetchError::BlockedAddress {
                host: host.clone(),
                address: blocked.0,
            })?;
        }
        let turn = fetcher.pacing.turn(&host).await;
        let started = Instant::now();
        let clock = Clock { now, asked };
        let hop = hop(fetcher, request, &first, &url, &mut chain, clock);
        let step = tokio::time::timeout(left, hop)
            .await
            .map_err(|_| FetchError::Timeout { host: host.clone() })??;
        left = left.saturating_sub(started.elapsed()).max(Duration::from_millis(1));
        drop(turn);
        match step {
            Step::Next(next) => url = next,
            Step::Done(outcome) => return Ok(outcome),
        }
    }
}

async fn hop(
    fetcher: &Fetcher,
    request: &Request,
    first: &Url,
    url: &Url,
    chain: &mut Chain,
    clock: Clock,
) -> Result<Step, FetchError> {
    let host = host_of(url);
    let sent =
        request.validators.as_ref().filter(|known| known.url == url.as_str() && !known.is_empty());
    let mut response = fetcher
        .client(request.allow_private)
        .get(url.clone())
        .headers(headers(request, first, url, sent)?)
        .send()
        .await
        .map_err(|error| FetchError::classify(error, &host, url.as_str()))?;
    let now = clock.now();
    let status = response.status().as_u16();
    let answer = response.headers().clone();
    let settings = &fetcher.settings;
    let outcome = match status {
        200 | 203 => {
            let body = body::read(&mut response, request.max_bytes, &host, url.as_str()).await?;
            let (content_type, charset) = content_type(&answer);
            Outcome::Fresh {
                body,
                content_type,
                charset,
                validators: Validators::of_answer(url.as_str(), &answer),
                final_url: url.to_string(),
                permanent: chain.permanent(),
                freshness_until: freshness_until(&answer, now),
            }
        }
        304 => match sent {
            Some(sent) => Outcome::NotModified {
                validators: sent.refreshed(&answer),
                permanent: chain.permanent(),
                freshness_until: freshness_until(&answer, now),
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
        _ if answer.contains_key("cf-mitigated") => {
            return Err(FetchError::Challenge { url: url.to_string(), status });
        }
        429 => Outcome::Wait { until: retry_after(&answer, now), status },
        503 => match retry_after(&answer, now) {
            Some(until) => Outcome::Wait { until: Some(until), status },
            None => return Err(FetchError::Status { url: url.to_string(), status }),
        },
        _ => return Err(FetchError::Status { url: url.to_string(), status }),
    };
    Ok(Step::Done(outcome))
}

fn parse(text: &str) -> Result<Url, FetchError> {
    let wrong = || FetchError::Url { url: text.to_owned() };
    let mut url = Url::parse(text.trim()).map_err(|_| wrong())?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err(wrong());
    }
    url.set_fragment(None);
    Ok(url)
}

/// The host as named in messages and for taking turns; with its port where one is written.
fn host_of(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

fn headers(
    request: &Request,
    first: &Url,
    url: &Url,
    validators: Option<&Validators>,
) -> Result<HeaderMap, FetchError> {
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT, HeaderValue::from_static(request.accept.value()));
    if let Some(validators) = validators {
        validators.ask(&mut headers);
    }
    if may_carry_credentials(first, url) {
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
