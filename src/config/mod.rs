//! What the operator and the analyst decide, read from files and checked whole before anything starts.
//!
//! A file goes through three steps: [`document`] (TOML with all its faults), [`raw`] (as written), [`settings`]
//! (checked, with defaults). All problems of all files come back at once as [`Problems`], each with its place.
//! With no file at all the program runs on what is built into it.

pub mod amount;
mod channels;
mod difference;
pub mod document;
pub mod edit;
pub mod location;
pub mod problem;
pub mod raw;
mod reader;
mod recipients;
pub mod reference;
mod report;
pub mod secrets;
mod sections;
pub mod settings;
mod sources;
pub mod topic;

use std::fs;
use std::path::{Path, PathBuf};

pub use location::Environment;
pub use problem::{Problem, Problems, Severity, nearest};
pub use reader::slug_of;
pub use report::{Report, check_config};
pub use secrets::{Secret, SecretError, SecretSource};
pub use settings::{
    Access, Alert, Alerts, ArticleRules, Channel, Config, ConfiguredSource, Dkim, EmptyDigest,
    Fetch, HookForm, Listen, Log, LogFormat, Mail, MailMode, MailSize, PauseScope, Polling,
    QuietHours, Recipient, Serve, Store, Throttle, Wanted,
};
pub use sources::read_sources;

use reader::Reader;
use topic::Topic;

/// The commented example, which says the defaults.
pub const EXAMPLE: &str = include_str!("../../config/pledgewatch.toml");
/// The shipped sources.
pub const SOURCES: &str = include_str!("../../config/sources.toml");
/// How the shipped sources are named in problems.
const SOURCES_NAME: &str = "sources.toml (built in)";

/// A path that a configuration names, with the place in its text that does.
struct Named {
    path: PathBuf,
    place: std::ops::Range<usize>,
}

/// What a configuration names besides itself; what it does not name is built in.
struct Others {
    sources: Option<Named>,
    topic: Option<Named>,
    asked: Vec<recipients::Asked>,
}

impl Config {
    /// The configuration with no files: defaults and the shipped sources.
    pub fn embedded() -> Self {
        let mut config = Self::default();
        // A test holds that the shipped sources have no problems.
        config.sources = read_sources(SOURCES_NAME, SOURCES, &config.schedule).0;
        config
    }

    /// Reads the configuration: the file at `path`, else the user's or the system's file, else
    /// [`Config::embedded`].
    ///
    /// # Errors
    /// Everything that is wrong with the file and the sources file that it names.
    pub fn load(path: Option<&Path>) -> Result<Self, Problems> {
        match path.map(Path::to_owned).or_else(|| Environment::of_process().config_file()) {
            Some(path) => Self::load_file(&path),
            None => Ok(Self::embedded()),
        }
    }

    /// Reads the configuration file at `path`, the sources file that it names, and checks the topic folder that it
    /// names.
    ///
    /// # Errors
    /// Everything that is wrong with all these files.
    pub fn load_file(path: &Path) -> Result<Self, Problems> {
        let name = path.display().to_string();
        let text = fs::read_to_string(path)
            .map_err(|error| Problem::of_file(&name, format!("cannot be read: {error}")))?;
        let base = path.parent().unwrap_or(Path::new(""));
        let (mut config, others, mut problems) = check(&name, &text, base);
        config.file = Some(path.to_owned());
        let unreadable = |named: Named, error: std::io::Error| {
            let message = format!("{} cannot be read: {error}", named.path.display());
            Problem::at(&name, &text, named.place, message)
        };
        let (found, faults) = match others.sources {
            None => read_sources(SOURCES_NAME, SOURCES, &config.schedule),
            Some(named) => match fs::read_to_string(&named.path) {
                Ok(list) => {
                    read_sources(&named.path.display().to_string(), &list, &config.schedule)
                }
                Err(error) => (Vec::new(), vec![unreadable(named, error)]),
            },
        };
        config.sources = found;
        problems.extend(faults);
        let mut topic = None;
        if let Some(named) = others.topic {
            match topic_files(&named.path) {
                Ok(files) => match Topic::load(&files) {
                    Ok(loaded) => topic = Some(loaded),
                    Err(faults) => problems.extend(faults),
                },
                Err(error) => problems.push(unreadable(named, error)),
            }
        } else if !others.asked.is_empty() {
            topic = Some(Topic::embedded());
        }
        if let Some(topic) = topic {
            let mut reader = Reader::new(&name, &text);
            let parties: Vec<&str> =
                topic.actors.actors.iter().map(|actor| actor.id.as_str()).collect();
            let sources: Vec<&str> =
                config.sources.iter().map(|one| one.source.id.as_str()).collect();
            recipients::check_asked(&mut reader, &others.asked, &parties, &sources);
            problems.append(&mut reader.problems);
        }
        if problems.is_empty() { Ok(config) } else { Err(Problems(problems)) }
    }

    /// The sources file that the configuration of [`Config::load`] names, where there is none yet.
    pub fn missing_sources(path: Option<&Path>) -> Option<PathBuf> {
        let path = path.map(Path::to_owned).or_else(|| Environment::of_process().config_file())?;
        let text = fs::read_to_string(&path).ok()?;
        let base = path.parent().unwrap_or(Path::new(""));
        let (_, others, _) = check(&path.display().to_string(), &text, base);
        others.sources.map(|named| named.path).filter(|path| !path.exists())
    }

    /// The topic that the configuration names, or the built-in one. Building it takes some milliseconds.
    ///
    /// # Errors
    /// Everything that is wrong with the topic folder now.
    pub fn topic(&self) -> Result<Topic, Problems> {
        self.topic_with(&[])
    }

    /// The same with other names for actors and instruments, each an id with a name.
    ///
    /// # Errors
    /// Everything that is wrong with the topic folder now.
    pub fn topic_with(&self, aliases: &[(String, String)]) -> Result<Topic, Problems> {
        let files = match &self.topic_folder {
            None if aliases.is_empty() => return Ok(Topic::embedded()),
            None => {
                let own = |(name, text): &(&str, &str)| ((*name).to_owned(), (*text).to_owned());
                topic::EMBEDDED.iter().map(own).collect()
            }
            Some(folder) => topic_files(folder).map_err(|error| {
                Problem::of_file(&folder.display().to_string(), format!("cannot be read: {error}"))
            })?,
        };
        let files = topic::aliases::written_into(files, aliases);
        let topic = Topic::load(&files).map_err(Problems)?;
        Ok(Topic { aliases: aliases.to_vec(), ..topic })
    }

    /// Reads a configuration from a text that names no sources file; it has no sources.
    ///
    /// # Errors
    /// Everything that is wrong with the text.
    pub fn parse(file: &str, text: &str) -> Result<Self, Problems> {
        let (config, _, problems) = check(file, text, Path::new(""));
        if problems.is_empty() { Ok(config) } else { Err(Problems(problems)) }
    }

    /// The source with this id.
    pub fn source(&self, id: &str) -> Option<&ConfiguredSource> {
        self.sources.iter().find(|one| one.source.id.as_str() == id)
    }
}

/// The TOML files of a folder, by path, with their texts.
fn topic_files(folder: &Path) -> std::io::Result<Vec<(String, String)>> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == "toml") {
            paths.push(path);
        }
    }
    paths.sort();
    paths
        .into_iter()
        .map(|path| Ok((path.display().to_string(), fs::read_to_string(&path)?)))
        .collect()
}

/// Checks the text of a configuration file whose relative paths start at `base`.
fn check(file: &str, text: &str, base: &Path) -> (Config, Others, Vec<Problem>) {
    let (raw, mut problems) = document::read::<raw::RawConfig>(file, text);
    for problem in &mut problems {
        if problem.message == "unknown key `source`" {
            let help = "sources have a file of their own, which `sources = \"sources.toml\"` names";
            problem.help = Some(help.to_owned());
        }
    }
    let raw = raw.unwrap_or_default();
    let mut reader = Reader::new(file, text);
    let named = |leaf: raw::Leaf<String>| {
        leaf.map(|leaf| Named { path: base.join(leaf.get_ref()), place: leaf.span() })
    };
    let (sources, topic) = (named(raw.sources), named(raw.topic.folder));
    let alert = Alert::default();
    let (recipients, asked) = recipients::recipients(&mut reader, &raw.recipient, base);
    let config = Config {
        file: None,
        sources_file: sources.as_ref().map(|named| named.path.clone()),
        store: sections::store(&mut reader, &raw.store, base),
        topic_folder: topic.as_ref().map(|named| named.path.clone()),
        schedule: sections::polling(&mut reader, &raw.schedule),
        fetch: sections::fetch(&mut reader, &raw.fetch),
        article: sections::article(&mut reader, &raw.article),
        alert: Alert {
            coalesce: reader.duration(
                &raw.alert.coalesce,
                alert.coalesce,
                jiff::SignedDuration::ZERO..=settings::hours(24),
            ),
        },
        mail: sections::mail(&mut reader, &raw.mail, base),
        recipients,
        serve: sections::serve(&mut reader, &raw.serve, base),
        log: sections::log(&mut reader, &raw.log),
        sources: Vec::new(),
    };
    problems.append(&mut reader.problems);
    problems.sort_by_key(|problem| (problem.line, problem.column));
    (config, Others { sources, topic, asked }, problems)
}
