//! Mail: who it comes from, who gets it, and the secrets that it takes.

use std::path::PathBuf;

use super::{Finding, Patient};
use crate::config::{Channel, Environment, MailMode, SecretError, SecretSource};
use crate::notify::dkim::Signer;
use crate::pipeline::{EngineError, chain, try_mail};

/// Ends of names that nobody can answer to (RFC 2606, RFC 6761).
const NOWHERE: [&str; 7] =
    ["localhost", "test", "example", "invalid", "example.com", "example.net", "example.org"];

/// Ways, secrets, sender and signature, recipients.
pub(super) fn examine(patient: &Patient) -> Vec<Finding> {
    let mut findings = secrets(patient);
    findings.push(way(patient));
    findings.push(sender(patient));
    findings.extend(signature(patient));
    findings.extend(recipients(patient));
    findings
}

fn credentials() -> Option<PathBuf> {
    Environment::of_process().credentials_directory
}

/// All that must be read from files that are nobody else's business.
fn secrets(patient: &Patient) -> Vec<Finding> {
    let mail = &patient.config.mail;
    let hooks = patient.config.recipients.iter().filter_map(|one| match &one.channel {
        Channel::Hook(_, Some(secret)) => Some((format!("secret of {}", one.id), secret)),
        _ => None,
    });
    let password = mail.password.iter().map(|source| ("password".to_owned(), source));
    let lines = password
        .chain(hooks)
        .map(|(what, source)| (what, source.read(credentials().as_deref()).map(drop), source));
    let key = mail.dkim.iter().map(|dkim| {
        ("DKIM key".to_owned(), dkim.key.read_key(credentials().as_deref()).map(drop), &dkim.key)
    });
    lines.chain(key).map(|(what, read, source)| secret(&what, read, source)).collect()
}

fn secret(what: &str, read: Result<(), SecretError>, source: &SecretSource) -> Finding {
    match (read, source) {
        (Ok(()), SecretSource::File(path)) => Finding::ok(
            "credentials",
            format!("{what}: {}, readable by its owner alone", path.display()),
        ),
        (Ok(()), SecretSource::Credential(name)) => {
            Finding::ok("credentials", format!("{what}: credential {name}"))
        }
        // Only the service is given its credentials.
        (Err(SecretError::NoDirectory(name)), _) => Finding::ok(
            "credentials",
            format!("{what}: credential {name}, which only the service can see"),
        ),
        (Err(error), _) => Finding::fail(
            "credentials",
            format!("{what}: {}", chain(&error)),
            "put it there, for its owner alone (chmod 600)",
        ),
    }
}

/// Whether the daemon could set its ways out up.
fn way(patient: &Patient) -> Finding {
    let mail = &patient.config.mail;
    match try_mail(&patient.config, &patient.data) {
        Err(EngineError::Secret(SecretError::NoDirectory(_))) | Ok(()) => {}
        Err(error) => {
            return Finding::fail(
                "mail",
                chain(&error),
                "see [mail] in the configuration, and docs/mail.md",
            );
        }
    }
    let host = format!("{} port {}", mail.host, mail.port);
    match mail.mode {
        MailMode::Directory => {
            let folder = patient.data.join(&mail.folder);
            let text = format!("written to {} and sent to nobody", folder.display());
            let read_by = patient.config.recipients.iter();
            if read_by.filter(|one| one.channel == Channel::Mail).count() == 0 {
                return Finding::ok("mail", text);
            }
            Finding::warn("mail", text, "set `mode` in [mail]")
        }
        MailMode::Tls => {
            Finding::ok("mail", format!("by {host}, encrypted; try `pledgewatch notify test`"))
        }
        MailMode::Starttls => Finding::ok(
            "mail",
            format!("by {host}, made to encrypt; try `pledgewatch notify test`"),
        ),
        MailMode::Plain => Finding::ok("mail", format!("by {host} on this machine")),
        MailMode::Lmtp => Finding::ok("mail", "by LMTP on this machine"),
        MailMode::Sendmail => Finding::ok("mail", format!("by {}", mail.program.display())),
    }
}

fn is_nowhere(domain: &str) -> bool {
    NOWHERE.iter().any(|end| {
        domain == *end || domain.strip_suffix(end).is_some_and(|rest| rest.ends_with('.'))
    })
}

/// An address that can be answered.
fn sender(patient: &Patient) -> Finding {
    let mail = &patient.config.mail;
    let domain = mail.from.rsplit_once('@').map_or("", |(_, domain)| domain);
    let leaves = matches!(mail.mode, MailMode::Tls | MailMode::Starttls | MailMode::Sendmail);
    if leaves && (is_nowhere(domain) || !domain.contains('.')) {
        return Finding::fail(
            "sender",
            format!("{}: nobody can answer to it, and many servers refuse it", mail.from),
            "set `from` in [mail] to an address of a domain of yours",
        );
    }
    Finding::ok("sender", mail.from.clone())
}

/// The signature, where we make it: its key, and whether it speaks for the sender.
fn signature(patient: &Patient) -> Option<Finding> {
    let mail = &patient.config.mail;
    let dkim = mail.dkim.as_ref()?;
    // One that cannot be read is told of among the credentials.
    let key = dkim.key.read_key(credentials().as_deref()).ok()?;
    let record = format!("{}._domainkey.{}", dkim.selector, dkim.domain);
    if let Err(error) = Signer::new(&dkim.domain, &dkim.selector, key.reveal().as_bytes()) {
        return Some(Finding::fail(
            "dkim",
            error.to_string(),
            "make one with `openssl genrsa 2048` or `openssl genpkey -algorithm ed25519`",
        ));
    }
    let domain = mail.from.rsplit_once('@').map_or("", |(_, domain)| domain);
    let aligned = domain == dkim.domain || domain.ends_with(&format!(".{}", dkim.domain));
    Some(if aligned {
        Finding::ok(
            "dkim",
            format!(
                "the key can sign; its public half belongs at {record}; `pledgewatch notify check` looks"
            ),
        )
    } else {
        Finding::warn(
            "dkim",
            format!(
                "signs for {}, and mail comes from {domain}: DMARC does not count that",
                dkim.domain
            ),
            "set `dkim_domain` to the domain of `from`",
        )
    })
}

/// Who is told, and who is told when nobody can be.
fn recipients(patient: &Patient) -> Vec<Finding> {
    let all = &patient.config.recipients;
    if all.is_empty() {
        return vec![Finding::warn(
            "recipients",
            "none: nobody is told anything",
            "add a [[recipient]]",
        )];
    }
    let mut findings: Vec<Finding> = all
        .iter()
        .filter(|one| one.channel == Channel::Mail)
        .filter_map(|one| one.address.rsplit_once('@'))
        .filter(|(_, domain)| {
            patient.config.mail.mode != MailMode::Directory
                && is_nowhere(domain)
                && *domain != "localhost"
        })
        .map(|(local, domain)| {
            let text = format!("{local}@{domain}: there is no such place");
            Finding::fail("recipients", text, "give an address that exists")
        })
        .collect();
    if !all.iter().any(|one| one.operator) {
        findings.push(Finding::warn(
            "recipients",
            format!("{}, none of whom hears when the machine needs a hand", all.len()),
            "set `operator = true` for one of them",
        ));
    }
    if findings.is_empty() {
        findings.push(Finding::ok("recipients", all.len().to_string()));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_for_examples_are_nowhere() {
        for name in ["localhost", "mail.example.org", "a.invalid", "example.com", "x.test"] {
            assert!(is_nowhere(name), "{name}");
        }
        for name in ["example.vn", "latest", "notexample.com", "contest.org"] {
            assert!(!is_nowhere(name), "{name}");
        }
    }
}
