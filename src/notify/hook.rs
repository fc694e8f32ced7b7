//! Alerts to an address of the recipient's own, as JSON over HTTPS. A body that may have arrived goes out again with the
//! same key, so that the receiver can tell.
//!
//! Our own webhook is signed as Standard Webhooks asks: `webhook-signature` is `v1,` and the base64 of HMAC-SHA256 over
//! `<webhook-id>.<webhook-timestamp>.<body>`. A receiver refuses what is older than a few minutes, and with it every
//! replay.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use jiff::{SignedDuration, Timestamp};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use ring::hmac;

use super::clean;
use super::transport::{Outcome, Parcel, TransportError};
use crate::config::HookForm;

const CONNECT: Duration = Duration::from_secs(10);
const ANSWER: Duration = Duration::from_secs(30);

/// A hook.
pub struct Hook {
    form: HookForm,
    secret: Option<String>,
    client: Client,
}

// A secret must not reach a log through `{:?}`.
impl std::fmt::Debug for Hook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hook").field("form", &self.form).finish_non_exhaustive()
    }
}

impl Hook {
    pub(super) fn new(form: HookForm, secret: Option<String>) -> Result<Self, TransportError> {
        // Somebody else may have set it first, to the same.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .user_agent(concat!("pledgewatch/", env!("CARGO_PKG_VERSION")))
            // A signed body goes where it was addressed to and nowhere else.
            .redirect(Policy::none())
            .connect_timeout(CONNECT)
            .timeout(ANSWER)
            .build()
            .map_err(|error| TransportError::Http(error.to_string()))?;
        Ok(Self { form, secret, client })
    }

    pub(super) fn name(&self) -> &'static str {
        self.form.as_str()
    }

    pub(super) async fn send(&self, parcel: &Parcel<'_>) -> Outcome {
        let id = parcel.id.trim_matches(['<', '>']);
        let request = self
            .request(parcel.to, id, parcel.bytes)
            .header(CONTENT_TYPE, "application/json")
            .header("Idempotency-Key", id)
            .body(parcel.bytes.to_vec());
        match request.send().await {
            Ok(answer) => {
                meaning(answer.status(), asks_to_wait(answer.headers(), Timestamp::now()))
            }
            // Addresses of hooks are secrets of a kind: errors go out without them.
            Err(error) => {
                let unreachable = error.is_connect() || error.is_builder();
                let text = clean::line(&whole_reason(&error.without_url()));
                if unreachable {
                    Outcome::TransportDown { error: text, needs_operator: false }
                } else {
                    Outcome::Unknown(text)
                }
            }
        }
    }

    fn request(&self, address: &str, id: &str, body: &[u8]) -> RequestBuilder {
        let secret = self.secret.as_deref();
        let bearer = |request: RequestBuilder| match secret {
            Some(token) => request.header(AUTHORIZATION, format!("Bearer {token}")),
            None => request,
        };
        match self.form {
            HookForm::Webhook => {
                let now = Timestamp::now().as_second();
                let signature = signature(secret.unwrap_or_default(), id, now, body);
                self.client
                    .post(address)
                    .header("webhook-id", id)
                    .header("webhook-timestamp", now)
                    .header("webhook-signature", signature)
            }
            // The topic is in the body.
            HookForm::Ntfy => {
                let server =
                    address.trim_end_matches('/').rsplit_once('/').map_or(address, |at| at.0);
                bearer(self.client.post(format!("{server}/")))
            }
            // The secret is the end of the address.
            HookForm::Slack => self.client.post(format!("{address}{}", secret.unwrap_or_default())),
            // The key is the transaction of the protocol: the server tells repetitions by it.
            HookForm::Matrix => {
                let transaction = id.replace(|c: char| !c.is_ascii_alphanumeric(), "-");
                let address = format!("{}/{transaction}", address.trim_end_matches('/'));
                bearer(self.client.request(Method::PUT, address))
            }
        }
    }
}

/// A secret that begins with `whsec_` is base64, as the tools of Standard Webhooks write it.
fn signature(secret: &str, id: &str, at: i64, body: &[u8]) -> String {
    let coded = secret.strip_prefix("whsec_").and_then(|coded| BASE64.decode(coded).ok());
    let key = coded.unwrap_or_else(|| secret.as_bytes().to_vec());
    let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, &key));
    context.update(format!("{id}.{at}.").as_bytes());
    context.update(body);
    format!("v1,{}", BASE64.encode(context.sign()))
}

/// An error with its causes.
fn whole_reason(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        text = format!("{text}: {inner}");
        source = inner.source();
    }
    text
}

/// Until when the server asks to be left alone: seconds or a date (RFC 9110 10.2.3). Unreadable is as unsaid.
fn asks_to_wait(headers: &HeaderMap, now: Timestamp) -> Option<Timestamp> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    match value.parse() {
        Ok(seconds) => now.checked_add(SignedDuration::from_secs(seconds)).ok(),
        Err(_) => Timestamp::try_from(httpdate::parse_http_date(value).ok()?).ok(),
    }
}

fn meaning(status: StatusCode, wait: Option<Timestamp>) -> Outcome {
    let text = format!("HTTP {status}");
    match status.as_u16() {
        200..300 => Outcome::Accepted(text),
        408 | 425 | 429 | 500.. => match wait {
            Some(until) => Outcome::NotBefore(text, until),
            None => Outcome::Deferred(text),
        },
        413 => Outcome::TooBig(text),
        400 | 415 | 422 => Outcome::Rejected(text),
        // It has moved, wants another secret, or is gone: nothing that waiting mends.
        _ => Outcome::TransportDown { error: text, needs_operator: true },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_busy_server_says_when_it_can_be_asked_again() {
        let now: Timestamp = "2026-05-04T10:00:00Z".parse().unwrap();
        let until = |value: &str| {
            let headers = HeaderMap::from_iter([(RETRY_AFTER, value.parse().unwrap())]);
            match meaning(StatusCode::TOO_MANY_REQUESTS, asks_to_wait(&headers, now)) {
                Outcome::NotBefore(_, until) => Some(until.to_string()),
                _ => None,
            }
        };
        assert_eq!(until("7200").as_deref(), Some("2026-05-04T12:00:00Z"));
        let date = until("Mon, 04 May 2026 13:00:00 GMT");
        assert_eq!(date.as_deref(), Some("2026-05-04T13:00:00Z"));
        assert_eq!((until("soon"), until("99999999999999999")), (None, None));
        assert!(matches!(meaning(StatusCode::BAD_REQUEST, Some(now)), Outcome::Rejected(_)));
    }

    #[test]
    fn the_signature_is_that_of_the_standard() {
        // The example of the Standard Webhooks specification.
        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        let body = br#"{"test": 2432232314}"#;
        assert_eq!(
            signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
        );
    }
}
