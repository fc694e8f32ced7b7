//! What came of one request.

use jiff::{SignedDuration, Timestamp};

use super::{FetchError, Validators};

/// What came of one request.
#[derive(Debug)]
pub enum Outcome {
    /// A body (status 200 or 203).
    Fresh {
        /// The whole body, decompressed.
        body: Vec<u8>,
        /// Media type in lower case, without parameters.
        content_type: Option<String>,
        /// `charset` parameter of the content type, as sent.
        charset: Option<String>,
        /// What vouches for this body; replaces both earlier validators. To be stored only together with what was
        /// read from the body.
        validators: Validators,
        /// The address that answered, after redirects.
        final_url: String,
        /// The address to ask from now on, when every hop on the way there was permanent (301 or 308).
        permanent: Option<String>,
        /// The answer stays fresh until then (RFC 9111 section 4.2), at most 31 days.
        freshness_until: Option<Timestamp>,
        /// How far our clock is ahead of the server's; negative when it is behind.
        clock_ahead: Option<SignedDuration>,
        /// Whether validators were sent, so that "not modified" would have been possible.
        conditional: bool,
        /// Whether the publisher asks that no copy is kept (`X-Robots-Tag: noarchive`, `TDM-Reservation: 1`).
        reserved: bool,
    },
    /// Nothing has changed (status 304).
    NotModified {
        /// The validators to keep: those sent, with what the 304 itself brought laid over them.
        validators: Validators,
        /// The address that answered, after redirects.
        final_url: String,
        /// As in [`Outcome::Fresh`].
        permanent: Option<String>,
        /// Freshness starts again with a 304 (RFC 9111 section 4.3.4).
        freshness_until: Option<Timestamp>,
        /// As in [`Outcome::Fresh`].
        clock_ahead: Option<SignedDuration>,
    },
    /// The document is elsewhere, and the request was not to be sent on there.
    Elsewhere {
        /// Where: absolute, `http` or `https`, not a downgrade unless that is allowed.
        to: String,
    },
    /// The server says that the document is gone for good (status 410).
    Gone,
    /// The server asks us to slow down: 429, or 503 with a time.
    Wait {
        /// Not before then, at most 31 days; `None` when the server named no time and the caller must choose one.
        until: Option<Timestamp>,
        /// 429 or 503.
        status: u16,
        /// The address that answered, after redirects.
        url: String,
    },
    /// Anything else.
    Failed(FetchError),
}

impl Outcome {
    /// A stable word for logs, metrics and the poll log.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Fresh { .. } => "fetch.fresh",
            Self::NotModified { .. } => "fetch.not_modified",
            Self::Elsewhere { .. } => "fetch.elsewhere",
            Self::Gone => "fetch.gone",
            Self::Wait { .. } => "fetch.wait",
            Self::Failed(error) => error.code(),
        }
    }
}
