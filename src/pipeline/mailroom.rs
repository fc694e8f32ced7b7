//! The desk that writes mail and the way that it leaves, set up once from the settings.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use super::engine::EngineError;
use crate::config::topic::Topic;
use crate::config::{Config, Environment, Mail, MailMode, Recipient};
use crate::model::Language;
use crate::notify::alert::Letterhead;
use crate::notify::desk::{Addressee, Desk};
use crate::notify::facts::Reader;
use crate::notify::message::{self, Sender};
use crate::notify::names::Names;
use crate::notify::templates::Templates;
use crate::notify::transport::{Mode, ServerSettings, Transport, TransportError};

/// The name that mail comes from.
const SENDER_NAME: &str = "Pledgewatch";

/// Sets the desk up: templates, names, sender, addresses.
///
/// # Errors
/// Templates that are broken, with their places.
pub(super) fn desk(config: &Config, topic: &Topic) -> Result<Desk, EngineError> {
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
        names_en: Names::new(topic.display_names(Language::En)),
        names_vi: Names::new(topic.display_names(Language::Vi)),
        recipients: config.recipients.iter().map(addressee).collect::<BTreeMap<_, _>>(),
    })
}

/// Sets the transport up; connects to nothing.
///
/// # Errors
/// A password that cannot be read, a transport that cannot work as configured.
pub(super) fn transport(mail: &Mail, data: &Path) -> Result<Transport, EngineError> {
    Transport::open(mode(mail, data)?)
        .map_err(|error: TransportError| EngineError::Mail(error.to_string()))
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
        let credentials = Environment::of_process().credentials_directory;
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
            ..ServerSettings::default()
        })
    };
    Ok(match mail.mode {
        MailMode::Directory => Mode::Directory(data.join(&mail.folder)),
        MailMode::Tls => Mode::Tls(server(mail)?),
        MailMode::Starttls => Mode::Starttls(server(mail)?),
        MailMode::Plain => Mode::Plain(server(mail)?),
    })
}
