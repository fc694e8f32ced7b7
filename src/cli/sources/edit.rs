//! `sources add`, `disable`, `enable`, `remove` and `import`: the sources file changed as a person would, checked whole
//! before it replaces the one that is there.

use std::fs;
use std::path::{Path, PathBuf};

use super::super::args::{Global, SourcesAddArguments, SourcesImportArguments};
use super::super::failure::{Exit, Failure, Outcome};
use super::super::report::{counted, moment, print};
use super::super::session::{Session, refused_and, runtime};
use crate::config::edit::{self, EditError, NewSource};
use crate::config::{Access, Config, ConfiguredSource, Problems, nearest, read_sources, slug_of};
use crate::feed;
use crate::model::{Source, SourceId, SourceKind, Trust};
use crate::pipeline::look::Look;

/// The sources file that the configuration names.
struct SourcesFile {
    path: PathBuf,
    text: String,
}

impl SourcesFile {
    fn of(session: &Session) -> Result<Self, Failure> {
        let path = session.config.sources_file.clone().ok_or_else(|| {
            Failure::new(
                Exit::Configuration,
                "the sources are those built in, and cannot be changed; write them into a folder with \
                 `pledgewatch check-config --write-defaults DIR`, and name sources.toml in pledgewatch.toml",
            )
        })?;
        let text = fs::read_to_string(&path).map_err(|error| {
            Failure::new(Exit::NoInput, format!("cannot read {}: {error}", path.display()))
        })?;
        Ok(Self { path, text })
    }

    /// Replaces the file, unless the new one has faults. A crash leaves the old one.
    fn replace(&self, session: &Session, text: &str) -> Result<(), Failure> {
        let name = self.path.display().to_string();
        let (_, problems) = read_sources(&name, text, &session.config.schedule);
        if !problems.is_empty() {
            return Err(refused_and(&Problems(problems), "nothing was changed"));
        }
        let cannot =
            |error: std::io::Error| Failure::new(Exit::Io, format!("cannot write {name}: {error}"));
        let beside = self.path.with_extension("toml.new");
        write_like(&beside, text, &self.path).map_err(cannot)?;
        fs::rename(&beside, &self.path).map_err(cannot)
    }
}

/// Writes a file with the rights of another, down to the disk.
fn write_like(path: &Path, text: &str, other: &Path) -> std::io::Result<()> {
    use std::io::Write as _;
    let mut file = fs::File::create(path)?;
    file.set_permissions(fs::metadata(other)?.permissions())?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// Begins the list that the configuration names and that is not there yet; returns the file that was made.
pub(super) fn begin(global: &Global) -> Result<Option<PathBuf>, Failure> {
    let Some(path) = Config::missing_sources(global.config.as_deref()) else { return Ok(None) };
    match fs::File::create_new(&path) {
        Ok(_) => Ok(Some(path)),
        Err(error) => {
            Err(Failure::new(Exit::Io, format!("cannot begin {}: {error}", path.display())))
        }
    }
}

fn edit_failure(error: &EditError, sources: &[ConfiguredSource]) -> Failure {
    let hint = match error {
        EditError::Unknown(id) => nearest(id, sources.iter().map(|one| one.source.id.as_str()))
            .map_or_else(String::new, |near| format!("; did you mean \"{near}\"?")),
        _ => String::new(),
    };
    Failure::new(Exit::Usage, format!("{error}{hint}"))
}

/// What a running daemon has to be told.
const RELOAD: &str = "a running daemon takes it up on reload (SIGHUP)";

/// Switches sources on or off.
pub(super) fn enable(session: &Session, ids: &[String], enabled: bool) -> Outcome {
    change(session, ids, if enabled { "enabled" } else { "disabled" }, |text, id| {
        edit::enable_source(text, id, enabled)
    })
}

/// Takes sources out of the file. What was read from them stays in the database.
pub(super) fn remove(session: &Session, ids: &[String]) -> Outcome {
    change(session, ids, "removed", edit::remove_source)
}

fn change(
    session: &Session,
    ids: &[String],
    done: &str,
    edit: impl Fn(&str, &str) -> Result<String, EditError>,
) -> Outcome {
    let file = SourcesFile::of(session)?;
    let mut text = file.text.clone();
    for id in ids {
        text = edit(&text, id).map_err(|error| edit_failure(&error, &session.config.sources))?;
    }
    file.replace(session, &text)?;
    print(&format!("{done} {}; {RELOAD}\n", ids.join(", ")))
}

/// Adds one source. Unless it shall not be asked, it is read first: what is no feed is not added, and the feed gives
/// the name and the language that the command line does not.
pub(super) fn add(session: &Session, arguments: &SourcesAddArguments) -> Outcome {
    let file = SourcesFile::of(session)?;
    let kind = match arguments.listing {
        true => SourceKind::Listing(crate::model::ListingRules::default()),
        false => SourceKind::Feed,
    };
    let mut new = NewSource {
        id: arguments.id.clone().unwrap_or_default(),
        name: arguments.name.clone().unwrap_or_default(),
        url: arguments.url.clone(),
        listing: arguments.listing,
        language: arguments.language,
        trust: arguments.trust.unwrap_or_default(),
        date_zone: arguments.date_zone.clone(),
        allow_private: arguments.allow_private,
        comment: arguments.comment.clone(),
    };
    let mut holds = String::new();
    if !arguments.unchecked {
        let look = looked_at(session, &new, kind)?;
        if let Some(error) = &look.error {
            return Err(not_added(&look, error));
        }
        holds = contents(&look);
        new.language = new.language.or(look.language);
        if new.name.is_empty() {
            new.name.clone_from(&look.title);
        }
    }
    complete(&mut new, &session.config.sources);
    let text = edit::add_source(&file.text, &new)
        .map_err(|error| edit_failure(&error, &session.config.sources))?;
    file.replace(session, &text)?;
    print(&format!("added {} <{}>{holds}; {RELOAD}\n", new.id, new.url))
}

/// Why a source is not added, and what helps: that depends on who is at fault.
fn not_added(look: &Look, error: &str) -> Failure {
    let url = &look.url;
    let (exit, advice) = match look.outcome.as_str() {
        "fetch.blocked_address" => (Exit::Data, "give --allow-private if that is meant".to_owned()),
        _ if look.may_recover => {
            (Exit::Temporary, "try again later, or add it unread with --unchecked".to_owned())
        }
        _ => (Exit::Data, format!("`pledgewatch sources discover {url}` looks for feeds there")),
    };
    Failure::new(exit, format!("{url} is not added: {error}; {advice}"))
}

/// What a source holds, in a few words.
fn contents(look: &Look) -> String {
    let entries = counted(look.entries.len(), "entry", "entries");
    let language = look.language.map_or_else(String::new, |found| format!(" in {}", found.tag()));
    let newest = look.entries.iter().filter_map(|entry| entry.published).max();
    let newest = newest.map_or_else(String::new, |at| format!(", the newest of {}", moment(at)));
    format!(" with {entries}{language}{newest}")
}

fn looked_at(session: &Session, new: &NewSource, kind: SourceKind) -> Result<Look, Failure> {
    let engine = session.engine_to_look()?;
    let schedule = crate::time::Schedule::parse(
        &session.config.schedule.cron,
        session.config.schedule.zone.clone(),
    )
    .map_err(|error| Failure::new(Exit::Configuration, error.to_string()))?;
    let one = ConfiguredSource {
        source: Source {
            id: SourceId::new("new"),
            name: new.name.clone(),
            url: new.url.clone(),
            kind,
            language: new.language,
            trust: new.trust,
            date_zone: new.date_zone.clone(),
            wrong_zone: false,
            headers: Vec::new(),
            allow_private: new.allow_private,
            enabled: true,
            page: None,
        },
        schedule,
        access: Access::default(),
    };
    Ok(runtime()?.block_on(engine.look_at(&one)))
}

/// A name and an id that no other source has, where there is none.
fn complete(new: &mut NewSource, sources: &[ConfiguredSource]) {
    let host = url::Url::parse(&new.url).ok();
    let host =
        host.as_ref().and_then(url::Url::host_str).unwrap_or("source").trim_start_matches("www.");
    if new.name.is_empty() {
        new.name = host.to_owned();
    }
    if !new.id.is_empty() {
        return;
    }
    let wanted = [slug_of(&new.name), slug_of(host), "source".to_owned()];
    let wanted = wanted.into_iter().find(|id| !id.is_empty()).unwrap_or_default();
    let wanted: String = wanted.chars().take(56).collect();
    let wanted = wanted.trim_end_matches('-').to_owned();
    let taken = |id: &str| sources.iter().any(|one| one.source.id.as_str() == id);
    let numbered = (2..).map(|number| format!("{wanted}-{number}"));
    new.id =
        std::iter::once(wanted.clone()).chain(numbered).find(|id| !taken(id)).unwrap_or(wanted);
}

/// Adds the feeds of an OPML list that are not known yet, without asking them.
pub(super) fn import(session: &Session, arguments: &SourcesImportArguments) -> Outcome {
    let file = SourcesFile::of(session)?;
    let bytes = fs::read(&arguments.file).map_err(|error| {
        Failure::new(Exit::NoInput, format!("cannot read {}: {error}", arguments.file.display()))
    })?;
    let listed = feed::read_opml(&String::from_utf8_lossy(&bytes));
    if listed.is_empty() {
        return Err(Failure::new(
            Exit::Data,
            format!("{} lists no feeds", arguments.file.display()),
        ));
    }
    let mut text = file.text.clone();
    let mut sources = session.config.sources.clone();
    let (mut added, mut known) = (0, 0);
    for one in listed {
        let mut new = NewSource {
            name: one.name,
            url: one.url.split('#').next().unwrap_or_default().to_owned(),
            language: one.language.as_deref().and_then(crate::model::Language::of_tag),
            trust: arguments.trust.unwrap_or(Trust::Normal),
            comment: Some(one.folders.join(" / ")).filter(|folders| !folders.is_empty()),
            ..NewSource::default()
        };
        complete(&mut new, &sources);
        let edited = edit::add_source(&text, &new)
            .map_err(|error| edit_failure(&error, &session.config.sources))?;
        // An address that is listed twice, or by another spelling, is refused by the same check as ever.
        let (read, problems) = read_sources("", &edited, &session.config.schedule);
        if problems.is_empty() {
            (text, sources) = (edited, read);
            added += 1;
        } else {
            known += 1;
        }
    }
    file.replace(session, &text)?;
    print(&format!(
        "added {added} of {} feeds; {known} are known already or cannot be polled; {RELOAD}\n",
        added + known
    ))
}
