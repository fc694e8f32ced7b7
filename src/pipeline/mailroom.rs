//! The desk that writes mail and the way that it leaves, set up once from the settings.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::engine::EngineError;
use crate::config::topic::Topic;
use crate::config::{Channel, Config, Environment, Mail, MailMode, Recipient};
use crate::model::Language;
use crate::notify::alert::Letterhead;
use crate::notify::desk::{Addressee, Desk};
use crate::notify::dkim::Signer;
use crate::notify::facts::Reader;
use crate::notify::message::{self, Sender};
use crate::notify::names::Names;
use crate::notify::pace::Pace;
use crate::notify::post::{Post, Way};
use crate::notify::templates::Templates;
use crate::notify::transport::{LmtpAddress, Mode, ServerSettings, Transport, TransportError};

/// The name that mail comes from.
const SENDER_NAME: &str = "Pledgewatch";

/// Sets the desk up: templates, names, sender, addresses. One that never sends needs no keys.
///
/// # Errors
/// Templates that are broken, with their places.
pub(super) fn desk(config: &Config, topic: &Topic, sends: bool) -> Result<Desk, EngineError> {
    let templates = match config.mail.templates.as_deref() {
        Some(folder) => Templates::from_folder(folder),
        None => Templates::embedded(),
    }
    .map_err(EngineError::Templates)?;
    let list_name = topic.name.clone();
    Ok(Desk {
        templates,
        letterhead: Letterhead {
            tag: format!("[{}]", topic.states.join("-")),
            list_name: list_name.clone(),
            requests_to: config.mail.requests_to.clone(),
            unsubscribe_url: config.mail.unsubscribe_url.clone(),
            ..Letterhead::default()
        },
        sender: sender(&config.mail, list_name),
        names_en: names(topic, Language::En),
        names_vi: names(topic, Language::Vi),
        recipients: config.recipients.iter().map(addressee).collect::<BTreeMap<_, _>>(),
        post: if sends { post(config)? } else { Post::default() },
    })
}

fn names(topic: &Topic, language: Language) -> Names {
    Names::new(topic.display_names(language)).with_short(topic.short_names(language))
}

/// Sets all ways out up; connects to nothing.
///
/// # Errors
/// A secret that cannot be read, a way that cannot work as configured.
pub(super) fn transports(config: &Config, data: &Path) -> Result<Vec<Transport>, EngineError> {
    let mut transports = vec![transport(&config.mail, data)?];
    transports.extend(ways(config)?);
    Ok(transports)
}

/// The ways that are not mail.
fn ways(config: &Config) -> Result<Vec<Transport>, EngineError> {
    let failed = |error: TransportError| EngineError::Mail(error.to_string());
    let mut transports = Vec::new();
    for recipient in &config.recipients {
        let mode = match &recipient.channel {
            Channel::Mail => continue,
            Channel::Hook(form, secret) => {
                let secret = secret.as_ref().map(|secret| secret.read(credentials().as_deref()));
                Mode::Hook(*form, secret.transpose()?)
            }
            Channel::Atom => Mode::Feed {
                file: recipient.address.clone().into(),
                id: format!("{}:{}", config.mail.list_id, recipient.id),
                title: recipient.name.clone().unwrap_or_else(|| SENDER_NAME.to_owned()),
            },
        };
        transports.push(Transport::of_channel(&recipient.channel_name(), mode).map_err(failed)?);
    }
    Ok(transports)
}

/// Sets all ways out up as the daemon would at its start, and the signer too; connects to nothing, sends nothing.
///
/// # Errors
/// What would keep the daemon from starting.
pub fn try_mail(config: &Config, data: &Path) -> Result<(), EngineError> {
    // What only writes files makes their folder, and nothing can be wrong with it yet.
    if config.mail.mode != MailMode::Directory {
        transport(&config.mail, data)?;
    }
    ways(config)?;
    if let Some(folder) = config.mail.templates.as_deref() {
        Templates::from_folder(folder).map_err(EngineError::Templates)?;
    }
    post(config).map(drop)
}

/// The way of mail alone.
///
/// # Errors
/// A password that cannot be read, a transport that cannot work as configured.
pub(super) fn transport(mail: &Mail, data: &Path) -> Result<Transport, EngineError> {
    Transport::open(mode(mail, data)?)
        .map_err(|error: TransportError| EngineError::Mail(error.to_string()))
}

fn credentials() -> Option<PathBuf> {
    Environment::of_process().credentials_directory
}

/// Who gets bounces, who signs, who is told of trouble, who wants what when.
fn post(config: &Config) -> Result<Post, EngineError> {
    let signer = match &config.mail.dkim {
        Some(dkim) => {
            let key = dkim.key.read_key(credentials().as_deref())?;
            let signer = Signer::new(&dkim.domain, &dkim.selector, key.reveal().as_bytes());
            Some(signer.map_err(|error| EngineError::Mail(error.to_string()))?)
        }
        None => None,
    };
    let all = config.recipients.iter();
    let operators = all.clone().filter(|one| one.operator);
    let ways = all.clone().filter_map(|one| match &one.channel {
        Channel::Mail => None,
        Channel::Hook(form, _) => Some((one.id.clone(), Way::Hook(*form))),
        Channel::Atom => Some((one.id.clone(), Way::Feed)),
    });
    Ok(Post {
        bounces: config.mail.bounces.clone(),
        signer,
        operators: operators.map(|one| (one.id.clone(), reader(one))).collect(),
        paces: all.map(|one| (one.id.clone(), (pace(one), one.zone.clone()))).collect(),
        ways: ways.collect(),
    })
}

fn pace(recipient: &Recipient) -> Pace {
    Pace { quiet: recipient.quiet, urgent: recipient.urgent.clone(), throttle: recipient.throttle }
}

/// For whom a message is written.
pub(super) fn reader(recipient: &Recipient) -> Reader {
    Reader {
        name: recipient.name.clone().unwrap_or_default(),
        zone: recipient.zone.iana_name().unwrap_or("UTC").to_owned(),
        language: recipient.language,
        id: recipient.id.clone(),
        token: message::token(&recipient.id, &recipient.address),
        size: recipient.size,
    }
}

fn addressee(recipient: &Recipient) -> (String, Addressee) {
    let name = recipient.name.clone().unwrap_or_default();
    (recipient.id.clone(), Addressee { address: recipient.address.clone(), name })
}

fn sender(mail: &Mail, list_name: String) -> Sender {
    Sender {
        address: mail.from.clone(),
        name: SENDER_NAME.to_owned(),
        list_id: mail.list_id.clone(),
        list_name,
        reply_to: mail.reply_to.clone(),
    }
}

fn mode(mail: &Mail, data: &Path) -> Result<Mode, EngineError> {
    let server = |mail: &Mail| -> Result<ServerSettings, EngineError> {
        let credentials = credentials();
        let authority = mail.authority.as_ref().map(|file| {
            std::fs::read(file).map_err(|error| {
                EngineError::Mail(format!("certificate authorities {}: {error}", file.display()))
            })
        });
        let login = match (&mail.username, &mail.password) {
            (Some(user), Some(source)) => {
                let password = source.read(credentials.as_deref())?;
                Some((user.clone(), password.reveal().to_owned()))
            }
            _ => None,
        };
        Ok(ServerSettings {
            host: mail.host.clone(),
            port: mail.port,
            login,
            helo: mail.from.rsplit_once('@').map_or("localhost", |(_, host)| host).to_owned(),
            command_timeout: Duration::try_from(mail.timeout).unwrap_or(Duration::from_secs(60)),
            authority: authority.transpose()?,
            ..ServerSettings::default()
        })
    };
    Ok(match mail.mode {
        MailMode::Directory => Mode::Directory(data.join(&mail.folder)),
        MailMode::Tls => Mode::Tls(server(mail)?),
        MailMode::Starttls => Mode::Starttls(server(mail)?),
        MailMode::Plain => Mode::Plain(server(mail)?),
        MailMode::Lmtp => {
            let socket = mail.socket.clone();
            Mode::Lmtp(socket.map_or(LmtpAddress::Loopback, LmtpAddress::Socket), server(mail)?)
        }
        MailMode::Sendmail => Mode::Sendmail(mail.program.clone(), server(mail)?),
    })
}
