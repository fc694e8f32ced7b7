//! By which way a recipient is told, and what may interrupt her quiet hours: the keys of `[[recipient]]` that are about
//! delivery.

use std::ops::Range;
use std::path::Path;

use super::raw::{Leaf, RawRecipient};
use super::reader::Reader;
use super::sections::secret;
use super::settings::{Channel, HookForm};
use crate::model::Stage;

/// Which words name a channel.
#[derive(Clone, Copy, PartialEq)]
enum Word {
    Mail,
    Hook(HookForm),
    Atom,
}

/// The channel with its secret.
pub(super) fn channel(reader: &mut Reader<'_>, raw: &RawRecipient, base: &Path) -> Channel {
    let forms = [HookForm::Webhook, HookForm::Ntfy, HookForm::Slack, HookForm::Matrix];
    let mut words = vec![("mail", Word::Mail), ("atom", Word::Atom)];
    words.extend(forms.map(|form| (form.as_str(), Word::Hook(form))));
    let word = reader.word(&raw.channel, Word::Mail, &words);
    let secret = secret(
        reader,
        (&raw.secret_credential, "secret_credential"),
        (&raw.secret_file, "secret_file"),
        base,
    );
    let only = |reader: &mut Reader<'_>, leaf: &Leaf<String>, fits: bool, what: &str| {
        if let (Some(leaf), false) = (leaf, fits) {
            reader.fault(leaf.span(), what);
        }
    };
    let hook = matches!(word, Word::Hook(_));
    only(reader, &raw.secret_credential, hook, "only hooks have a secret");
    only(reader, &raw.secret_file, hook, "only hooks have a secret");
    only(reader, &raw.url, hook, "only hooks have a url");
    only(reader, &raw.file, word == Word::Atom, "only a feed has a file");
    only(reader, &raw.address, word == Word::Mail, "only a recipient of mail has an address");
    match word {
        Word::Mail => Channel::Mail,
        Word::Atom => Channel::Atom,
        Word::Hook(form) => {
            // Nobody else must be able to speak for us, and a room must let us in.
            let needed = matches!(form, HookForm::Webhook | HookForm::Matrix);
            if let (Some(leaf), None, true) = (&raw.channel, &secret, needed) {
                reader.fault(
                    leaf.span(),
                    "this channel needs a secret: `secret_credential` or `secret_file` is missing",
                );
            }
            Channel::Hook(form, secret)
        }
    }
}

/// Where the recipient is reached.
pub(super) fn address(
    reader: &mut Reader<'_>,
    raw: &RawRecipient,
    channel: &Channel,
    table: &Range<usize>,
    base: &Path,
) -> Option<String> {
    match channel {
        Channel::Mail => {
            reader.required(&raw.address, "address", table)?;
            reader.address(&raw.address)
        }
        Channel::Atom => {
            reader.required(&raw.file, "file", table)?;
            Some(base.join(raw.file.as_ref()?.get_ref()).display().to_string())
        }
        Channel::Hook(..) => {
            reader.required(&raw.url, "url", table)?;
            let leaf = raw.url.as_ref()?;
            let url = url::Url::parse(leaf.get_ref()).ok();
            let fits = url.as_ref().is_some_and(|url| {
                let here = url.host_str().is_some_and(|host| {
                    host == "localhost" || host == "[::1]" || host.starts_with("127.")
                });
                url.has_host() && (url.scheme() == "https" || (url.scheme() == "http" && here))
            });
            if !fits {
                reader.fault(
                    leaf.span(),
                    "a hook is an https address, or an http address on this machine",
                );
                return None;
            }
            url.map(String::from)
        }
    }
}

/// The stages whose alerts come in quiet hours too.
pub(super) fn urgent(reader: &mut Reader<'_>, raw: &RawRecipient) -> Vec<Stage> {
    let mut urgent = Vec::new();
    for leaf in &raw.urgent {
        match leaf.get_ref().parse::<Stage>() {
            Ok(stage) => urgent.push(stage),
            Err(_) => {
                let name = leaf.get_ref().as_str();
                let problem = reader.problem(leaf.span(), format!("there is no stage \"{name}\""));
                let words = Stage::ALL.iter().map(|stage| stage.as_str());
                reader.problems.push(problem.suggest(name, words));
            }
        }
    }
    urgent
}
