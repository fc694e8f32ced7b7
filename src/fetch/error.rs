//! Why a request brought nothing.

use std::error::Error;
use std::io;
use std::net::IpAddr;

use super::client::NoAddress;
use super::guard::Blocked;

/// Why a request brought nothing.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The address does not parse, or is neither `http` nor `https`.
    #[error("\"{url}\" is not an http or https address")]
    Url {
        /// The address.
        url: String,
    },
    /// A configured header cannot be sent.
    #[error("header \"{name}\" cannot be sent")]
    Header {
        /// Its name.
        name: String,
    },
    /// The host is, or resolves to, an address that must not be contacted.
    #[error("{host} leads to the address {address}, which is not public")]
    BlockedAddress {
        /// Host as written.
        host: String,
        /// The first address refused.
        address: IpAddr,
    },
    /// The name has no address.
    #[error("no address found for {host}")]
    Dns {
        /// Host as written.
        host: String,
    },
    /// Nobody listens there.
    #[error("{host} refused the connection")]
    Refused {
        /// Host as written.
        host: String,
    },
    /// The host could not be reached a moment ago, and was not asked now.
    #[error("{host} could not be reached a moment ago")]
    HostDown {
        /// Host as written.
        host: String,
    },
    /// The way out could not be set up: a proxy that is no address, say.
    #[error("no way out to {host}")]
    Route {
        /// Host as written.
        host: String,
        /// What the client library says.
        #[source]
        source: reqwest::Error,
    },
    /// The connection could not be made, or broke before an answer.
    #[error("the connection to {host} failed")]
    Connect {
        /// Host as written.
        host: String,
        /// What the client library says.
        #[source]
        source: reqwest::Error,
    },
    /// No trusted encrypted connection.
    #[error("no trusted encrypted connection to {host}")]
    Tls {
        /// Host as written.
        host: String,
        /// What the client library says.
        #[source]
        source: reqwest::Error,
    },
    /// No answer in time, or the body came too slowly.
    #[error("{host} did not answer in time")]
    Timeout {
        /// Host as written.
        host: String,
    },
    /// The body is larger than allowed.
    #[error("the body at {url} has more than {limit} bytes")]
    TooLarge {
        /// The address.
        url: String,
        /// The limit, in bytes after decompression.
        limit: usize,
    },
    /// The body grows beyond reason when it is unpacked.
    #[error("the body at {url} grows more than {growth} times when unpacked")]
    Bomb {
        /// The address.
        url: String,
        /// How many times it may grow.
        growth: usize,
    },
    /// The body ended before its announced end.
    #[error("the body at {url} ended early")]
    Truncated {
        /// The address.
        url: String,
    },
    /// The body could not be decompressed.
    #[error("the body at {url} could not be decompressed")]
    Decode {
        /// The address.
        url: String,
    },
    /// A status that brings no document.
    #[error("{url} answered with status {status}")]
    Status {
        /// The address.
        url: String,
        /// The status.
        status: u16,
    },
    /// A wall against robots, not an answer of the site.
    #[error("{url} is behind a challenge page (status {status})")]
    Challenge {
        /// The address.
        url: String,
        /// The status.
        status: u16,
    },
    /// More hops than allowed, or a loop.
    #[error("{url} leads through more than {limit} redirects")]
    TooManyRedirects {
        /// The address first asked.
        url: String,
        /// The limit.
        limit: usize,
    },
    /// A redirect without a usable target.
    #[error("{url} redirects to no usable address")]
    Redirect {
        /// The address that answered.
        url: String,
    },
    /// A redirect from `https` to `http`.
    #[error("{url} redirects from https to http")]
    Downgrade {
        /// The address that answered.
        url: String,
    },
    /// A 304 to a request that carried no validators (RFC 9110 section 15.4.5).
    #[error("{url} answered 304 to an unconditional request")]
    UnexpectedNotModified {
        /// The address.
        url: String,
    },
    /// The answer is not HTTP as it should be.
    #[error("the answer of {host} could not be read")]
    Protocol {
        /// Host as written.
        host: String,
        /// What the client library says.
        #[source]
        source: reqwest::Error,
    },
}

impl FetchError {
    /// A stable word for logs, metrics and the poll log.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Url { .. } => "fetch.url",
            Self::Header { .. } => "fetch.header",
            Self::BlockedAddress { .. } => "fetch.blocked_address",
            Self::Dns { .. } => "fetch.dns",
            Self::Refused { .. } => "fetch.refused",
            Self::Connect { .. } => "fetch.connect",
            Self::Tls { .. } => "fetch.tls",
            Self::Timeout { .. } => "fetch.timeout",
            Self::TooLarge { .. } => "fetch.too_large",
            Self::Bomb { .. } => "fetch.bomb",
            Self::HostDown { .. } => "fetch.host_down",
            Self::Route { .. } => "fetch.route",
            Self::Truncated { .. } => "fetch.truncated",
            Self::Decode { .. } => "fetch.decode",
            Self::Status { .. } => "fetch.status",
            Self::Challenge { .. } => "fetch.challenge",
            Self::TooManyRedirects { .. } => "fetch.too_many_redirects",
            Self::Redirect { .. } => "fetch.redirect",
            Self::Downgrade { .. } => "fetch.downgrade",
            Self::UnexpectedNotModified { .. } => "fetch.unexpected_304",
            Self::Protocol { .. } => "fetch.protocol",
        }
    }

    /// The status that was answered, where one was.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Status { status, .. } | Self::Challenge { status, .. } => Some(*status),
            Self::UnexpectedNotModified { .. } => Some(304),
            _ => None,
        }
    }

    /// Whether the same request may succeed later without anybody changing anything.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Dns { .. }
            | Self::Refused { .. }
            | Self::HostDown { .. }
            | Self::Connect { .. }
            | Self::Tls { .. }
            | Self::Timeout { .. }
            | Self::Truncated { .. }
            | Self::Decode { .. }
            | Self::UnexpectedNotModified { .. }
            | Self::Protocol { .. } => true,
            // Request timeout, conflict, too early, too many requests, and everything that is the server's own fault.
            Self::Status { status, .. } => matches!(status, 408 | 409 | 425 | 429 | 500..),
            Self::Url { .. }
            | Self::Header { .. }
            | Self::BlockedAddress { .. }
            | Self::TooLarge { .. }
            | Self::Bomb { .. }
            | Self::Route { .. }
            | Self::Challenge { .. }
            | Self::TooManyRedirects { .. }
            | Self::Redirect { .. }
            | Self::Downgrade { .. } => false,
        }
    }

    /// Whether nobody was reached at all: the fault may lie on our side.
    pub fn is_unreached(&self) -> bool {
        matches!(
            self,
            Self::Dns { .. } | Self::Refused { .. } | Self::Connect { .. } | Self::Timeout { .. }
        )
    }

    /// Sorts an error of the client library.
    pub(super) fn classify(error: reqwest::Error, host: &str, url: &str) -> Self {
        let (host, url) = (host.to_owned(), url.to_owned());
        match Cause::of(&error) {
            Cause::Blocked(address) => Self::BlockedAddress { host, address },
            Cause::NoAddress => Self::Dns { host },
            Cause::Tls => Self::Tls { host, source: error },
            Cause::Refused => Self::Refused { host },
            Cause::EndOfFile if error.is_body() || error.is_decode() => Self::Truncated { url },
            _ if error.is_timeout() => Self::Timeout { host },
            _ if error.is_connect() => Self::Connect { host, source: error },
            _ if error.is_decode() => Self::Decode { url },
            _ if error.is_body() => Self::Truncated { url },
            Cause::EndOfFile => Self::Connect { host, source: error },
            Cause::Other => Self::Protocol { host, source: error },
        }
    }
}

/// What lies under an error of the client library.
enum Cause {
    Blocked(IpAddr),
    NoAddress,
    Tls,
    Refused,
    EndOfFile,
    Other,
}

impl Cause {
    /// The useful words are several `source()`s down, so the chain is walked once, from the outside in. An io::Error
    /// may wrap the error that matters, and its own `source()` skips over it: the next layer is what it wraps.
    fn of(error: &reqwest::Error) -> Self {
        let mut next = error.source();
        while let Some(cause) = next {
            if let Some(blocked) = cause.downcast_ref::<Blocked>() {
                return Self::Blocked(blocked.0);
            }
            if cause.is::<NoAddress>() {
                return Self::NoAddress;
            }
            if cause.is::<rustls::Error>() {
                return Self::Tls;
            }
            let io = cause.downcast_ref::<io::Error>();
            match io.map(io::Error::kind) {
                Some(io::ErrorKind::ConnectionRefused) => return Self::Refused,
                Some(io::ErrorKind::UnexpectedEof) => return Self::EndOfFile,
                _ => {}
            }
            // The HTTP library keeps this kind to itself and only says it.
            let said = cause.to_string();
            if said.contains("before message completed") || said.contains("before message length") {
                return Self::EndOfFile;
            }
            let wrapped =
                io.and_then(io::Error::get_ref).map(|inner| inner as &(dyn Error + 'static));
            next = wrapped.or_else(|| cause.source());
        }
        Self::Other
    }
}
