//! `notify check`: what receivers see of us before they read a word: the mail server that takes our messages, and
//! what the DNS says of the sender's domain.

use serde_json::json;

use super::args::{Global, NotifyCheckArguments};
use super::failure::{Exit, Failure, Outcome};
use super::notify::cannot_set_up;
use super::report::{json_line, print};
use super::session::{Session, runtime};
use crate::config::Mail;
use crate::notify::dkim::PublicKey;
use crate::notify::dns::Dns;
use crate::notify::identity::{self, Answer, Finding, Standing};
use crate::notify::transport;
use crate::pipeline::trial::Trial;

/// Looks at all of it and prints a line for each finding; what is bad decides the exit code.
pub(super) fn run(global: &Global, check: &NotifyCheckArguments) -> Outcome {
    let session = Session::begin(global, "warn")?;
    let trial =
        Trial::open(&session.config, &session.data, &session.topic()?).map_err(cannot_set_up)?;
    let dns =
        || Dns::new(check.resolver).map_err(|error| Failure::new(Exit::NoInput, error.to_string()));
    let mail = &session.config.mail;
    let findings = runtime()?.block_on(async {
        let mut findings: Vec<Finding> = trial.knock().await.map(server).into_iter().collect();
        findings.extend(published(mail, trial.public_key(), &dns()?).await);
        Ok::<_, Failure>(findings)
    })?;
    print(&if check.json { as_json(&findings)? } else { as_text(&findings) })?;
    let worst = |standing| findings.iter().any(|finding| finding.standing == standing);
    Ok(match () {
        () if worst(Standing::Bad) => Exit::Failed,
        () if worst(Standing::Unknown) => Exit::Temporary,
        () => Exit::Done,
    })
}

/// What the mail server answers to a connection, protected and logged in as for a message.
fn server(outcome: transport::Outcome) -> Finding {
    let (standing, advice) = match &outcome {
        transport::Outcome::Accepted(_) => (Standing::Good, ""),
        _ => {
            (Standing::Bad, "nothing can be sent: look at [mail] host, port, username and password")
        }
    };
    let found = format!("the mail server: {}", outcome.text());
    Finding { subject: "server", standing, found, advice: advice.to_owned() }
}

async fn published(mail: &Mail, key: Option<PublicKey>, dns: &Dns) -> Vec<Finding> {
    let domain_of =
        |address: &str| address.rsplit_once('@').map_or("", |(_, domain)| domain).to_owned();
    let from = domain_of(&mail.from);
    let envelope = mail.bounces.as_deref().map_or_else(|| from.clone(), domain_of);
    let signed = mail.dkim.as_ref().map(|dkim| dkim.domain.as_str());
    let parent = Some(identity::organization(&from)).filter(|parent| *parent != from);
    let own = format!("_dmarc.{from}");
    // All at once: a name server that is silent is waited for once.
    let (senders, keys, policy, above, servers) = tokio::join!(
        dns.texts(&envelope),
        asked(dns, key.as_ref().map(|key| key.name.clone())),
        dns.texts(&own),
        asked(dns, parent.map(|parent| format!("_dmarc.{parent}"))),
        dns.mail_servers(&envelope),
    );
    let above = parent.zip(above.as_ref());
    let mut findings =
        vec![identity::alignment(&from, &envelope, signed), identity::spf(&envelope, &senders)];
    findings.extend(keys.zip(key).map(|(answer, key)| identity::dkim(&answer, &key)));
    findings.push(identity::dmarc(&from, &policy, above));
    findings.push(identity::mail_exchange(&envelope, &servers));
    findings
}

/// The texts at a name, where there is one to ask for.
async fn asked(dns: &Dns, name: Option<String>) -> Option<Answer> {
    match name {
        Some(name) => Some(dns.texts(&name).await),
        None => None,
    }
}

fn word(standing: Standing) -> &'static str {
    match standing {
        Standing::Good => "ok",
        Standing::Weak => "weak",
        Standing::Bad => "bad",
        Standing::Unknown => "unknown",
    }
}

fn as_text(findings: &[Finding]) -> String {
    let mut text = String::new();
    for finding in findings {
        let (standing, subject) = (word(finding.standing), finding.subject);
        text.push_str(&format!("{standing:<8}{subject:<11}{}\n", finding.found));
        if !finding.advice.is_empty() {
            text.push_str(&format!("{:19}{}\n", "", finding.advice));
        }
    }
    text
}

fn as_json(findings: &[Finding]) -> Result<String, Failure> {
    let one = |finding: &Finding| {
        json!({
            "subject": finding.subject,
            "standing": word(finding.standing),
            "found": finding.found,
            "advice": finding.advice,
        })
    };
    json_line(&json!({ "findings": findings.iter().map(one).collect::<Vec<_>>() }))
}
