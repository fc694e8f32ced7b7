//! Writes specimens of every message, in both languages, as text and HTML: to look at after a change of a
//! template. `cargo run --example mail_specimens FOLDER [TEMPLATES]`

use std::path::{Path, PathBuf};

use anyhow::Context;
use pledgewatch::model::Language;
use pledgewatch::notify::message::Message;
use pledgewatch::notify::templates::Templates;
use pledgewatch::notify::{alert, digest, specimen};

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args_os().skip(1);
    let folder = PathBuf::from(arguments.next().context("name a folder to write to")?);
    let templates = match arguments.next() {
        Some(own) => Templates::from_folder(Path::new(&own)),
        None => Templates::embedded(),
    };
    let templates = templates.map_err(|problems| anyhow::anyhow!(problems.render()))?;
    let (names, letterhead) = (specimen::names(), alert::Letterhead::default());
    std::fs::create_dir_all(&folder)?;
    let write = |name: String, message: &Message| -> anyhow::Result<()> {
        let text = format!("Subject: {}\n\n{}", message.subject, message.text);
        std::fs::write(folder.join(format!("{name}.txt")), text)?;
        Ok(std::fs::write(folder.join(format!("{name}.html")), &message.html)?)
    };
    for language in [Language::En, Language::Vi] {
        let tag = language.tag();
        for (number, facts) in specimen::alerts(language).iter().enumerate() {
            let message = alert::compose(facts, &names, &templates, &letterhead)?;
            write(format!("alert-{tag}-{number}"), &message)?;
        }
        for (number, facts) in specimen::digests(language).iter().enumerate() {
            let message = digest::compose(facts, &names, &templates, &letterhead)?;
            write(format!("digest-{tag}-{number}"), &message)?;
        }
    }
    Ok(())
}
