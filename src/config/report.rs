//! What `check-config` says: all that is wrong, or what the configuration means.

use std::fmt::Write as _;
use std::path::Path;

use jiff::{SignedDuration, Timestamp};

use super::amount::show_duration;
use super::{Alerts, Config, ConfiguredSource, Environment, MailMode, Problems, SecretError};
use crate::model::{Language, SourceKind, Trust};

/// The outcome of a check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Whether the daemon would start with this configuration.
    pub ok: bool,
    /// For the terminal: the problems, or a summary with hints; ends with a newline.
    pub text: String,
}

/// Checks the configuration at `path` (else the one found by `environment`, else the built-in one), its secrets
/// included, and says what it means at `now`.
pub fn check_config(path: Option<&Path>, environment: &Environment, now: Timestamp) -> Report {
    let file = path.map(Path::to_owned).or_else(|| environment.config_file());
    let loaded = match &file {
        Some(file) => Config::load_file(file),
        None => Ok(Config::embedded()),
    };
    match loaded {
        Err(problems) => refused(&problems),
        Ok(config) => {
            let mut report = Report { ok: true, text: String::new() };
            if let Err(error) = secret(&config, environment) {
                // Outside the service there are no credentials: that alone is no fault of the configuration.
                report.ok = matches!(error, SecretError::NoDirectory(_));
                let word = if report.ok { "note" } else { "error" };
                report.text += &format!("{word}: {}\n", with_causes(&error));
            }
            // A topic with errors was refused above.
            let warnings = config.topic().map(|topic| topic.warnings).unwrap_or_default();
            if !warnings.is_empty() {
                report.text += &format!("{}\n", Problems(warnings).render());
            }
            report.text += &summary(&config, environment, now);
            report
        }
    }
}

fn refused(problems: &Problems) -> Report {
    Report { ok: false, text: problems.render() }
}

fn secret(config: &Config, environment: &Environment) -> Result<(), SecretError> {
    match &config.mail.password {
        Some(source) => source.read(environment.credentials_directory.as_deref()).map(|_| ()),
        None => Ok(()),
    }
}

fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text += &format!(": {inner}");
        cause = inner.source();
    }
    text
}

/// What the configuration means, with hints about what is probably not meant.
fn summary(config: &Config, environment: &Environment, now: Timestamp) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let mut line = |label: &str, text: String| {
        let _ = writeln!(out, "{label:<11} {text}");
    };
    line(
        "file",
        config.file.as_ref().map_or("built in".to_owned(), |file| file.display().to_string()),
    );
    let folder = environment.data_folder(config.store.folder.as_deref());
    line("data", folder.display().to_string());
    line(
        "topic",
        config.topic_folder.as_ref().map_or("built in".to_owned(), |at| at.display().to_string()),
    );
    line("sources", sources(&config.sources));
    line("polls", polls(config, now));
    line("mail", mail(config, &folder));
    for one in &config.recipients {
        let alerts = match one.alerts {
            Alerts::Push => "alerts at once",
            Alerts::None => "no alerts",
        };
        let digest = match one.digest.as_ref().and_then(|digest| digest.next_after(now)) {
            Some(next) => {
                let local = next.to_zoned(one.zone.clone());
                format!("next digest {}", local.strftime("%a %d %b %H:%M %:Q"))
            }
            None => "no digest".to_owned(),
        };
        line("recipient", format!("{} <{}>: {alerts}, {digest}", one.id, one.address));
    }
    for hint in hints(config) {
        line("hint", hint.to_owned());
    }
    out
}

fn sources(all: &[ConfiguredSource]) -> String {
    let enabled: Vec<_> = all.iter().map(|one| &one.source).filter(|one| one.enabled).collect();
    let count = |test: &dyn Fn(&&crate::model::Source) -> bool| {
        enabled.iter().filter(|source| test(source)).count()
    };
    format!(
        "{} read ({} English, {} Vietnamese; {} of high trust; {} listings), {} kept but not read",
        enabled.len(),
        count(&|one| one.language == Some(Language::En)),
        count(&|one| one.language == Some(Language::Vi)),
        count(&|one| one.trust == Trust::High),
        count(&|one| matches!(one.kind, SourceKind::Listing(_))),
        all.len() - enabled.len(),
    )
}

/// How often all enabled sources together are polled in the coming day, by their schedules.
fn polls(config: &Config, now: Timestamp) -> String {
    let until = now.saturating_add(SignedDuration::from_hours(24)).unwrap_or(now);
    let ticks = |one: &ConfiguredSource| {
        std::iter::successors(one.schedule.next_after(now), |at| one.schedule.next_after(*at))
            .take_while(|at| *at <= until)
            .count()
    };
    let total: usize = config.sources.iter().filter(|one| one.source.enabled).map(ticks).sum();
    format!(
        "about {total} a day, for one source never more often than every {}",
        show_duration(config.schedule.floor)
    )
}

fn mail(config: &Config, folder: &Path) -> String {
    let mail = &config.mail;
    let login = mail.username.as_ref().map_or(String::new(), |name| format!(" as {name}"));
    match mail.mode {
        MailMode::Directory => {
            format!("written as files to {}", folder.join(&mail.folder).display())
        }
        MailMode::Tls => format!("TLS to {}:{}{login}", mail.host, mail.port),
        MailMode::Starttls => format!("STARTTLS to {}:{}{login}", mail.host, mail.port),
        MailMode::Plain => format!("unencrypted to {}:{} on this machine", mail.host, mail.port),
        MailMode::Lmtp => match &mail.socket {
            Some(socket) => format!("LMTP to {}", socket.display()),
            None => format!("LMTP to {}:{} on this machine", mail.host, mail.port),
        },
        MailMode::Sendmail => format!("queued by {}", mail.program.display()),
    }
}

fn hints(config: &Config) -> Vec<&'static str> {
    let mut hints = Vec::new();
    if config.recipients.is_empty() {
        hints.push("nobody gets mail: add a [[recipient]]");
    } else if config.mail.mode == MailMode::Directory {
        hints.push("mail is only written to files: set `mode` in [mail] to send it");
    }
    if config.fetch.contact.is_none() {
        hints.push("publishers cannot reach you: set `contact` in [fetch]");
    }
    if !config.sources.iter().any(|one| one.source.enabled) {
        hints.push("nothing is read: no source is enabled");
    }
    hints
}
