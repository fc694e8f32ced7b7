//! The names under which a server is asked politely: its host, and the registrable domain that the host belongs to.

use url::{Host, Url};

/// The host as named in messages and for taking turns; with its port where one is written.
pub fn host(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// The registrable domain of a URL's host (public suffix list), which one operator answers for: `news.example.co.uk`
/// and `www.example.co.uk` are both `example.co.uk`. An address, or a name that has none, stands for itself.
pub fn domain(url: &Url) -> String {
    match url.host() {
        Some(Host::Domain(name)) => {
            psl::domain_str(name.trim_end_matches('.')).map_or_else(|| host(url), ToOwned::to_owned)
        }
        _ => host(url),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn siblings_share_a_domain_and_tenants_of_a_platform_do_not() {
        let domain = |text: &str| domain(&Url::parse(text).unwrap());
        assert_eq!(domain("https://en.baotintuc.example.com.vn/rss"), "example.com.vn");
        assert_eq!(domain("https://feeds.example.co.uk:8443/"), "example.co.uk");
        assert_ne!(domain("https://a.github.io/"), domain("https://b.github.io/"));
        assert_eq!(domain("http://127.0.0.1:8080/"), "127.0.0.1:8080");
        assert_eq!(domain("http://[::1]/"), "[::1]");
        assert_eq!(domain("http://localhost:81/"), "localhost:81");
    }
}
