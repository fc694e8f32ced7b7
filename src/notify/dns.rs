//! Questions to the DNS about the domain that mail is sent for; what the answers mean is for [`super::identity`].

use std::net::SocketAddr;
use std::time::Duration;

use hickory_resolver::TokioResolver;
use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolverConfig};
use hickory_resolver::net::NetError;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::proto::rr::{Name, RData, RecordType};

use super::clean;
use super::identity::Answer;

/// How long one question waits for its answer: somebody sits at the keyboard.
const PATIENCE: Duration = Duration::from_secs(3);
/// How often it is asked again.
const ATTEMPTS: usize = 1;

/// Whom to ask.
pub struct Dns {
    resolver: TokioResolver,
}

/// The DNS cannot be asked at all.
#[derive(Debug, thiserror::Error)]
#[error("no name server can be asked: {0}; name one with --resolver")]
pub struct DnsError(String);

impl Dns {
    /// The name servers of this machine, or the one given.
    ///
    /// # Errors
    /// The machine's own settings cannot be read.
    pub fn new(server: Option<SocketAddr>) -> Result<Self, DnsError> {
        let provider = TokioRuntimeProvider::default();
        let mut builder = match server {
            Some(server) => {
                let ask = |mut how: ConnectionConfig| {
                    how.port = server.port();
                    how
                };
                let ways = vec![ask(ConnectionConfig::udp()), ask(ConnectionConfig::tcp())];
                let server = NameServerConfig::new(server.ip(), true, ways);
                let config = ResolverConfig::from_name_servers(vec![server]);
                TokioResolver::builder_with_config(config, provider)
            }
            None => TokioResolver::builder_tokio().map_err(failed)?,
        };
        let options = builder.options_mut();
        (options.timeout, options.attempts) = (PATIENCE, ATTEMPTS);
        Ok(Self { resolver: builder.build().map_err(failed)? })
    }

    /// The TXT records of a name, the parts of each joined (RFC 7208 3.3, RFC 6376 3.6.2.2).
    pub async fn texts(&self, name: &str) -> Answer {
        self.ask(name, RecordType::TXT, |data| match data {
            RData::TXT(text) => {
                let bytes: Vec<u8> = text.txt_data.iter().flatten().copied().collect();
                Some(String::from_utf8_lossy(&bytes).into_owned())
            }
            _ => None,
        })
        .await
    }

    /// The mail servers of a domain. A domain that says it takes no mail (RFC 7505) has none.
    pub async fn mail_servers(&self, domain: &str) -> Answer {
        self.ask(domain, RecordType::MX, |data| match data {
            RData::MX(server) if !server.exchange.is_root() => {
                Some(clean::line(server.exchange.to_utf8().trim_end_matches('.')))
            }
            _ => None,
        })
        .await
    }

    async fn ask(
        &self,
        name: &str,
        kind: RecordType,
        read: impl Fn(&RData) -> Option<String>,
    ) -> Answer {
        // Names are whole: the search list of the machine is not tried.
        let mut whole = Name::from_utf8(name).map_err(|error| error.to_string())?;
        whole.set_fqdn(true);
        match self.resolver.lookup(whole, kind).await {
            Ok(found) => {
                Ok(found.answers().iter().filter_map(|record| read(&record.data)).collect())
            }
            Err(error) if error.is_no_records_found() => Ok(Vec::new()),
            Err(error) => Err(clean::line(&error.to_string())),
        }
    }
}

fn failed(error: NetError) -> DnsError {
    DnsError(error.to_string())
}
