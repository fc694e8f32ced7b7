//! Who we are to those who receive our mail: what the domain of the sender publishes about itself, and what large
//! receivers make of it. Since February 2024 they ask every sender for SPF or DKIM that agrees with the `From` domain,
//! and those who send thousands a day for DMARC too. Answers of the DNS in, findings out; asks nobody itself.

use super::clean;
use super::dkim::PublicKey;

/// What the DNS said to a question: texts of all records, none where there is no such record, or why it gave no answer.
pub type Answer = Result<Vec<String>, String>;

/// How good a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// As it should be.
    Good,
    /// Mail may arrive, but something should be changed.
    Weak,
    /// Mail will be refused, or taken for a forgery.
    Bad,
    /// The DNS gave no answer.
    Unknown,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What: `SPF`, `DKIM`, `DMARC`, `MX`, `alignment`.
    pub subject: &'static str,
    /// How good it is.
    pub standing: Standing,
    /// What was found.
    pub found: String,
    /// What to do; empty where nothing is.
    pub advice: String,
}

impl Finding {
    fn new(
        subject: &'static str,
        standing: Standing,
        found: impl Into<String>,
        advice: impl Into<String>,
    ) -> Self {
        Self { subject, standing, found: found.into(), advice: advice.into() }
    }

    fn unanswered(subject: &'static str, name: &str, error: &str) -> Self {
        let advice = "try again, or ask another name server with --resolver";
        Self::new(subject, Standing::Unknown, format!("no answer for {name}: {error}"), advice)
    }
}

/// The domain that answers for a name: `example.co.uk` for `mail.example.co.uk` (the organizational domain of
/// RFC 7489 3.2, by the public suffix list); the name itself where the list knows no better.
pub fn organization(domain: &str) -> &str {
    psl::domain_str(domain).unwrap_or(domain)
}

/// SPF of the domain in the envelope (RFC 7208): who may send for it.
pub fn spf(domain: &str, answer: &Answer) -> Finding {
    let texts = match answer {
        Ok(texts) => texts,
        Err(error) => return Finding::unanswered("SPF", domain, error),
    };
    let is_spf = |text: &&String| {
        let text = text.to_ascii_lowercase();
        text == "v=spf1" || text.starts_with("v=spf1 ")
    };
    let records: Vec<&String> = texts.iter().filter(is_spf).collect();
    let [record] = records[..] else {
        let (found, advice) = match records.len() {
            0 => (
                format!("{domain} publishes none"),
                format!(
                    "publish a TXT record at {domain}: `v=spf1 …  -all`, with what your mail server tells you to include"
                ),
            ),
            count => (
                format!("{domain} publishes {count} records, and receivers take that for an error"),
                "join them in one (RFC 7208 4.5)".to_owned(),
            ),
        };
        return Finding::new("SPF", Standing::Bad, found, advice);
    };
    let found = format!("{domain}: {}", shown(record));
    match record.split_ascii_whitespace().next_back().unwrap_or_default() {
        "+all" | "all" => Finding::new(
            "SPF",
            Standing::Bad,
            found,
            "it lets the whole world send: end it with `-all` or `~all`",
        ),
        "-all" | "~all" => Finding::new("SPF", Standing::Good, found, ""),
        last if last.starts_with("redirect=") => Finding::new("SPF", Standing::Good, found, ""),
        _ => Finding::new(
            "SPF",
            Standing::Weak,
            found,
            "end it with `-all` or `~all`: now it forbids nobody",
        ),
    }
}

/// The key that our signatures are checked with (RFC 6376 3.6.1): `public` is what the private key answers to, as
/// [`super::dkim::Signer::public_key`] has it.
pub fn dkim(answer: &Answer, public: &PublicKey) -> Finding {
    let name = &public.name;
    let texts = match answer {
        Ok(texts) => texts,
        Err(error) => return Finding::unanswered("DKIM", name, error),
    };
    let publish = format!("publish a TXT record at {name}: `{}`", public.record);
    let Some(record) = texts.iter().find(|text| tag(text, "p").is_some()) else {
        return Finding::new("DKIM", Standing::Bad, format!("no key at {name}"), publish);
    };
    let published = tag(record, "p").unwrap_or_default();
    if published.is_empty() {
        return Finding::new(
            "DKIM",
            Standing::Bad,
            format!("the key at {name} is revoked"),
            publish,
        );
    }
    if published != public.published && published != public.bare {
        let found = format!("the key at {name} is not that of our signatures");
        return Finding::new("DKIM", Standing::Bad, found, publish);
    }
    if tag(record, "t").is_some_and(|flags| flags.split(':').any(|flag| flag == "y")) {
        let advice = "take `t=y` out: receivers ignore signatures that are only being tried";
        return Finding::new(
            "DKIM",
            Standing::Weak,
            format!("the key at {name} is marked as a test"),
            advice,
        );
    }
    Finding::new("DKIM", Standing::Good, format!("the key at {name} is that of our signatures"), "")
}

/// What receivers are asked to do with mail that fails (RFC 7489): of the domain itself, or else of its organization.
pub fn dmarc(domain: &str, own: &Answer, organization: Option<(&str, &Answer)>) -> Finding {
    let policy = |answer: &Answer| -> Result<Option<String>, String> {
        let texts = answer.as_ref().map_err(Clone::clone)?;
        Ok(texts.iter().find(|text| text.starts_with("v=DMARC1")).cloned())
    };
    let mut found = policy(own).map(|record| record.map(|record| (domain, record)));
    if let (Ok(None), Some((parent, answer))) = (&found, organization) {
        found = policy(answer).map(|record| record.map(|record| (parent, record)));
    }
    match found {
        Err(error) => Finding::unanswered("DMARC", &format!("_dmarc.{domain}"), &error),
        Ok(None) => Finding::new(
            "DMARC",
            Standing::Weak,
            format!("{domain} publishes none"),
            format!(
                "publish a TXT record at _dmarc.{domain}: `v=DMARC1; p=none; rua=mailto:…`, and raise p later"
            ),
        ),
        Ok(Some((name, record))) => {
            let found = format!("_dmarc.{name}: {}", shown(&record));
            match tag(&record, "p").as_deref() {
                Some("none" | "quarantine" | "reject") => {
                    Finding::new("DMARC", Standing::Good, found, "")
                }
                _ => Finding::new(
                    "DMARC",
                    Standing::Bad,
                    found,
                    "it needs `p=none`, `p=quarantine` or `p=reject`",
                ),
            }
        }
    }
}

/// Whether answers and bounces can come back.
pub fn mail_exchange(domain: &str, answer: &Answer) -> Finding {
    match answer {
        Err(error) => Finding::unanswered("MX", domain, error),
        Ok(hosts) if hosts.is_empty() => Finding::new(
            "MX",
            Standing::Weak,
            format!("{domain} names no mail server"),
            "answers and bounces are lost, and some receivers refuse such senders: publish an MX record",
        ),
        Ok(hosts) => {
            Finding::new("MX", Standing::Good, format!("{domain}: {}", hosts.join(", ")), "")
        }
    }
}

/// Whether the domain of the envelope, or that of our signatures, answers for the `From` that readers see.
pub fn alignment(from: &str, envelope: &str, signed: Option<&str>) -> Finding {
    let fits = |domain: &str| organization(domain).eq_ignore_ascii_case(organization(from));
    let by = [Some(("SPF", envelope)), signed.map(|domain| ("DKIM", domain))];
    let by: Vec<String> = by
        .into_iter()
        .flatten()
        .filter(|(_, domain)| fits(domain))
        .map(|(what, domain)| format!("{what} ({domain})"))
        .collect();
    if by.is_empty() {
        let advice =
            "let `bounces` and `from` be of one domain, or sign with DKIM for the domain of `from`";
        let found = format!("neither SPF ({envelope}) nor DKIM speaks for {from}");
        return Finding::new("alignment", Standing::Bad, found, advice);
    }
    Finding::new("alignment", Standing::Good, format!("{} speaks for {from}", by.join(" and ")), "")
}

/// The value of `name=` in a list of tags (RFC 6376 3.2), blanks taken out.
fn tag(record: &str, name: &str) -> Option<String> {
    record.split(';').find_map(|part| {
        let (key, value) = part.split_once('=')?;
        (key.trim() == name).then(|| value.split_ascii_whitespace().collect())
    })
}

/// A record is somebody else's text.
fn shown(record: &str) -> String {
    clean::shorten(&clean::line(record), 200)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(texts: &[&str]) -> Answer {
        Ok(texts.iter().map(|text| (*text).to_owned()).collect())
    }

    fn key() -> PublicKey {
        PublicKey {
            name: "s._domainkey.a.example".into(),
            published: "QUJD".into(),
            bare: "Qw==".into(),
            record: "v=DKIM1; k=rsa; p=QUJD".into(),
        }
    }

    #[test]
    fn one_spf_record_that_ends_is_good_and_none_or_two_are_bad() {
        for (records, standing) in [
            (&["v=spf1 include:relay.example -all"][..], Standing::Good),
            (&["google-site-verification=x", "V=SPF1 mx ~all"], Standing::Good),
            (&["v=spf1 redirect=_spf.relay.example"], Standing::Good),
            (&["v=spf1 mx ?all"], Standing::Weak),
            (&["v=spf1 mx"], Standing::Weak),
            (&["v=spf1 +all"], Standing::Bad),
            (&["v=spf10 -all"], Standing::Bad),
            (&["v=spf1 -all", "v=spf1 mx -all"], Standing::Bad),
            (&[], Standing::Bad),
        ] {
            assert_eq!(spf("a.example", &texts(records)).standing, standing, "{records:?}");
        }
        let unanswered = spf("a.example", &Err("timed out".into()));
        assert_eq!(unanswered.standing, Standing::Unknown);
        assert!(unanswered.found.contains("timed out"));
    }

    #[test]
    fn the_published_key_must_be_ours() {
        let at = |record: &[&str]| dkim(&texts(record), &key());
        assert_eq!(at(&["v=DKIM1; k=rsa; p=QU JD"]).standing, Standing::Good);
        assert_eq!(at(&["v=DKIM1; p=Qw=="]).standing, Standing::Good);
        assert_eq!(at(&["v=DKIM1; t=y:s; p=QUJD"]).standing, Standing::Weak);
        for bad in [&["v=DKIM1; p=RUVF"][..], &["v=DKIM1; p="], &["some text"], &[]] {
            let finding = at(bad);
            assert_eq!(finding.standing, Standing::Bad, "{bad:?}");
            assert!(finding.advice.contains("p=QUJD"), "what to publish is said: {finding:?}");
        }
    }

    #[test]
    fn the_policy_of_the_organization_stands_for_its_names() {
        let (none, parent) = (texts(&[]), texts(&["v=DMARC1; p=quarantine"]));
        let found = dmarc("news.example.co.uk", &none, Some(("example.co.uk", &parent)));
        assert_eq!(found.standing, Standing::Good);
        assert!(found.found.starts_with("_dmarc.example.co.uk:"));
        assert_eq!(dmarc("a.example", &none, None).standing, Standing::Weak);
        assert_eq!(
            dmarc("a.example", &texts(&["v=DMARC1; rua=mailto:x"]), None).standing,
            Standing::Bad
        );
        assert_eq!(dmarc("a.example", &Err("refused".into()), None).standing, Standing::Unknown);
    }

    #[test]
    fn one_of_envelope_and_signature_must_be_of_the_visible_domain() {
        assert_eq!(organization("bounce.mail.example.co.uk"), "example.co.uk");
        let standing = |envelope, signed| alignment("desk.example.org", envelope, signed).standing;
        assert_eq!(standing("bounces.example.org", None), Standing::Good);
        assert_eq!(standing("relay.example.net", Some("example.org")), Standing::Good);
        assert_eq!(standing("relay.example.net", Some("relay.example.net")), Standing::Bad);
        assert_eq!(standing("relay.example.net", None), Standing::Bad);
    }

    #[test]
    fn a_record_cannot_bring_lines_or_bidi_controls_of_its_own() {
        let found = spf("a.example", &texts(&["v=spf1 \u{202e}x\r\ny -all"])).found;
        assert!(!found.contains(['\r', '\n', '\u{202e}']));
    }
}
