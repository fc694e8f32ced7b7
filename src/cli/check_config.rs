//! `check-config`: everything that is wrong with configuration, sources, topic and templates, each with its place;
//! or what the configuration means.

use std::fs;
use std::path::Path;

use jiff::Timestamp;

use super::args::{CheckConfigArguments, Global};
use super::failure::{Exit, Failure, Outcome};
use super::report::print;
use super::session::shipped_topic;
use crate::config::{self, Config, Environment, check_config};
use crate::notify::templates::{self, Templates};
use crate::notify::words;

/// Checks and reports; exit code 78 when the daemon would not start.
pub(super) fn run(global: &Global, arguments: &CheckConfigArguments) -> Outcome {
    if let Some(folder) = &arguments.write_defaults {
        return write_defaults(folder);
    }
    let environment = Environment::of_process();
    let mut report = check_config(global.config.as_deref(), &environment, Timestamp::now());
    if let (true, Ok(config)) = (report.ok, Config::load(global.config.as_deref())) {
        let faults = template_faults(&config);
        if !faults.is_empty() {
            report.ok = false;
            report.text = faults;
        }
    }
    match (report.ok, arguments.quiet) {
        (true, true) => Ok(Exit::Done),
        (true, false) => print(&report.text),
        (false, _) => {
            eprint!("{}", report.text);
            Ok(Exit::Configuration)
        }
    }
}

/// What is wrong with the templates.
fn template_faults(config: &Config) -> String {
    let mut faults = String::new();
    if let Some(folder) = config.mail.templates.as_deref()
        && let Err(problems) = Templates::from_folder(folder)
    {
        faults.push_str(&problems.render());
    }
    faults
}

/// Writes everything that is built in, so that it can be edited. Existing files are never replaced.
fn write_defaults(folder: &Path) -> Outcome {
    let mut files = vec![
        ("pledgewatch.toml".to_owned(), config::EXAMPLE),
        ("sources.toml".to_owned(), config::SOURCES),
    ];
    files.extend(shipped_topic().iter().map(|(name, text)| (format!("topic/{name}"), *text)));
    files.extend(
        templates::EMBEDDED
            .iter()
            .chain(&words::EMBEDDED)
            .map(|(name, text)| (format!("templates/{name}"), *text)),
    );
    for (name, _) in &files {
        let path = folder.join(name);
        if path.exists() {
            return Err(Failure::new(
                Exit::Usage,
                format!(
                    "{} exists already and is left as it is; choose an empty folder",
                    path.display()
                ),
            ));
        }
    }
    for (name, text) in &files {
        write(&folder.join(name), text)?;
    }
    print(&format!(
        "wrote {} files into {}; point `sources`, `[topic] folder` and `[mail] templates` in pledgewatch.toml to \
         what you change\n",
        files.len(),
        folder.display()
    ))
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let cannot = |error: std::io::Error| {
        Failure::new(Exit::Io, format!("cannot write {}: {error}", path.display()))
    };
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(cannot)?;
    }
    fs::write(path, text).map_err(cannot)
}
