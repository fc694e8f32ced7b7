//! Redirects, followed by ourselves (RFC 9110 section 15.4): the client library keeps no history, so it could not say
//! whether every hop was permanent, nor ask the address table before each.

use reqwest::header::{HeaderMap, LOCATION};
use url::Url;

use super::FetchError;

/// The chain of hops so far.
#[derive(Debug)]
pub(super) struct Chain {
    seen: Vec<String>,
    all_permanent: bool,
}

impl Chain {
    /// A chain that starts at `url`.
    pub(super) fn start(url: &Url) -> Self {
        Self { seen: vec![url.to_string()], all_permanent: true }
    }

    /// Takes one hop. `limit` counts hops, not addresses.
    pub(super) fn hop(
        &mut self,
        from: &Url,
        status: u16,
        headers: &HeaderMap,
        limit: usize,
        allow_downgrade: bool,
    ) -> Result<Url, FetchError> {
        let target = target(from, headers)?;
        if from.scheme() == "https" && target.scheme() == "http" && !allow_downgrade {
            return Err(FetchError::Downgrade { url: from.to_string() });
        }
        let next = target.to_string();
        if self.seen.len() > limit || self.seen.contains(&next) {
            return Err(FetchError::TooManyRedirects { url: self.seen[0].clone(), limit });
        }
        self.seen.push(next);
        self.all_permanent &= matches!(status, 301 | 308);
        Ok(target)
    }

    /// The address to ask from now on, when there was a hop and every one was permanent.
    pub(super) fn permanent(&self) -> Option<String> {
        if self.all_permanent && self.seen.len() > 1 { self.seen.last().cloned() } else { None }
    }
}

/// Where a redirect leads: relative targets against the address that answered, no fragment, `http` or `https` only.
fn target(from: &Url, headers: &HeaderMap) -> Result<Url, FetchError> {
    let unusable = || FetchError::Redirect { url: from.to_string() };
    let location = headers.get(LOCATION).ok_or_else(unusable)?.as_bytes();
    let location = String::from_utf8_lossy(location);
    let mut target = from.join(location.trim()).map_err(|_| unusable())?;
    target.set_fragment(None);
    if !matches!(target.scheme(), "http" | "https") || target.host_str().is_none() {
        return Err(unusable());
    }
    Ok(target)
}

/// Whether configured headers and credentials meant for `first` may be sent to `hop`: the same origin, or the same
/// host on the default ports after a move from `http` to `https`.
pub(super) fn may_carry_credentials(first: &Url, hop: &Url) -> bool {
    let upgraded = first.scheme() == "http"
        && hop.scheme() == "https"
        && first.host() == hop.host()
        && first.port().is_none()
        && hop.port().is_none();
    first.origin() == hop.origin() || upgraded
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    fn hop(from: &str, location: &[u8]) -> Result<String, &'static str> {
        let mut headers = HeaderMap::new();
        headers.insert(LOCATION, location.try_into().unwrap());
        target(&url(from), &headers).map(|url| url.to_string()).map_err(|error| error.code())
    }

    #[test]
    fn targets_are_resolved_and_bounded_to_http() {
        assert_eq!(hop("http://a.test/x/y", b"../z#top").unwrap(), "http://a.test/z");
        assert_eq!(hop("http://a.test/x", b" /a b ").unwrap(), "http://a.test/a%20b");
        assert_eq!(
            hop("http://a.test/x", "/tin-tức".as_bytes()).unwrap(),
            "http://a.test/tin-t%E1%BB%A9c"
        );
        assert_eq!(hop("https://a.test/x", b"//b.test/").unwrap(), "https://b.test/");
        for bad in ["file:///etc/passwd", "ftp://a.test/", "javascript:alert(1)", "http://["] {
            assert_eq!(
                hop("http://a.test/", bad.as_bytes()).unwrap_err(),
                "fetch.redirect",
                "{bad}"
            );
        }
        assert!(target(&url("http://a.test/"), &HeaderMap::new()).is_err());
    }

    #[test]
    fn encryption_is_given_up_only_where_that_is_allowed() {
        let mut headers = HeaderMap::new();
        headers.insert(LOCATION, "http://a.test/plain".try_into().unwrap());
        let from = url("https://a.test/feed");
        let hop = |allowed| Chain::start(&from).hop(&from, 301, &headers, 5, allowed);
        assert_eq!(hop(false).unwrap_err().code(), "fetch.downgrade");
        assert_eq!(hop(true).unwrap().as_str(), "http://a.test/plain");
    }

    #[test]
    fn credentials_stay_with_their_origin() {
        let first = url("http://a.test/feed");
        assert!(may_carry_credentials(&first, &url("http://a.test/other")));
        assert!(may_carry_credentials(&first, &url("https://a.test/feed")));
        assert!(!may_carry_credentials(&first, &url("http://b.test/feed")));
        assert!(!may_carry_credentials(&first, &url("http://a.test:8080/feed")));
        assert!(!may_carry_credentials(&url("https://a.test/"), &url("http://a.test/")));
    }
}
