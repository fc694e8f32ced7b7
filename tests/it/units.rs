//! What is installed beside the program (units, users, folders, catalog) speaks of the program as it is.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use clap::{CommandFactory as _, Parser as _};
use pledgewatch::cli::args::Arguments;
use pledgewatch::telemetry::event;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn text(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The files of `systemd/` and its examples whose names end so.
fn files(ending: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for folder in ["systemd", "systemd/examples"] {
        for entry in fs::read_dir(root().join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.to_str().unwrap().ends_with(ending) {
                let name = path.strip_prefix(root()).unwrap().to_str().unwrap().to_owned();
                found.push((name, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found.sort();
    assert!(!found.is_empty(), "{ending}");
    found
}

/// Section, key and value of each line that is no comment.
fn settings(unit: &str) -> Vec<(String, String, String)> {
    let (mut section, mut found) = (String::new(), Vec::new());
    for line in unit.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        if let Some(name) = line.strip_prefix('[') {
            section = name.trim_end_matches(']').to_owned();
        } else {
            let (key, value) = line.split_once('=').unwrap_or_else(|| panic!("{line}"));
            found.push((section.clone(), key.to_owned(), value.to_owned()));
        }
    }
    found
}

fn values(unit: &str, key: &str) -> Vec<String> {
    let settings = settings(unit).into_iter();
    settings.filter(|(_, name, _)| name == key).map(|(_, _, value)| value).collect()
}

#[test]
fn every_command_line_of_a_unit_is_one_that_the_program_understands() {
    let mut tried = 0;
    for (name, unit) in files(".service") {
        for (_, key, line) in settings(&unit) {
            if key == "ExecPaths"
                || !key.starts_with("Exec")
                || !line.starts_with("/usr/bin/pledgewatch ")
            {
                continue;
            }
            let words = line.split_whitespace().collect::<Vec<_>>();
            if let Err(error) = Arguments::try_parse_from(&words) {
                panic!("{name}: {line}\n{error}");
            }
            tried += 1;
        }
    }
    assert!(tried >= 4, "{tried}");
}

#[test]
fn units_name_only_units_users_and_folders_that_are_installed() {
    let units: BTreeSet<String> = [".service", ".timer"]
        .iter()
        .flat_map(|ending| files(ending))
        .map(|(name, _)| Path::new(&name).file_name().unwrap().to_str().unwrap().to_owned())
        .collect();
    for (name, _) in files(".timer") {
        let service = Path::new(&name).with_extension("service");
        let service = service.file_name().unwrap().to_str().unwrap().to_owned();
        assert!(units.contains(&service), "{name} starts nothing");
    }
    let (users, folders) =
        (text("systemd/sysusers.d/pledgewatch.conf"), text("systemd/pledgewatch.tmpfiles"));
    for (name, unit) in files(".service") {
        for user in values(&unit, "User") {
            assert!(users.contains(&format!("u {user} ")), "{name}: {user}");
        }
        for folder in values(&unit, "ReadWritePaths") {
            assert!(folders.contains(&format!("d {folder} ")), "{name}: {folder}");
        }
        for failed in values(&unit, "OnFailure") {
            let template = format!("{}@.service", failed.split('@').next().unwrap());
            assert!(units.contains(&template), "{name}: {failed}");
        }
    }
}

#[test]
fn the_exit_codes_that_prevent_a_restart_are_those_that_a_restart_cannot_cure() {
    let prevented = values(&text("systemd/pledgewatch.service"), "RestartPreventExitStatus");
    assert_eq!(prevented, ["64 78"]);
    let known: Vec<i32> =
        pledgewatch::cli::failure::Exit::ALL.iter().map(|(exit, _)| *exit as i32).collect();
    assert!(prevented[0].split(' ').all(|code| known.contains(&code.parse().unwrap())));
}

#[test]
fn credentials_have_the_names_that_the_example_configuration_uses() {
    let credentials = text("systemd/examples/credentials.conf");
    let named = credentials.lines().filter_map(|line| {
        let line = line.trim_start_matches('#');
        Some(line.strip_prefix("LoadCredential=")?.split(':').next()?.to_owned())
    });
    let named: BTreeSet<String> = named.collect();
    let example = pledgewatch::config::EXAMPLE;
    for name in &named {
        assert!(example.contains(&format!("_credential = \"{name}\"")), "{name}");
    }
    assert!(named.len() >= 3, "{named:?}");
}

/// Everything that `systemd-analyze` finds, where the machine has it: the sandbox of each unit, and each directive.
#[test]
fn the_service_manager_finds_nothing_to_complain_about() {
    let there = Command::new("systemd-analyze").arg("--version").stdout(Stdio::null()).status();
    if !there.is_ok_and(|status| status.success()) {
        eprintln!("no systemd-analyze here: not checked");
        return;
    }
    // The programs that units start need not be installed here: this one stands in for all.
    let folder = tempfile::tempdir().unwrap();
    let mut units = Vec::new();
    for ending in [".service", ".timer"] {
        for (name, unit) in files(ending) {
            let path = folder.path().join(Path::new(&name).file_name().unwrap());
            let unit = unit.replace("=/usr/bin/pledgewatch ", "=/bin/true ");
            fs::write(&path, unit).unwrap();
            units.push(path);
        }
    }
    for unit in units.iter().filter(|unit| unit.extension().is_some_and(|end| end == "service")) {
        let ran = Command::new("systemd-analyze")
            .args(["security", "--offline=true", "--no-pager", "--threshold=15"])
            .arg(unit)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&ran.stdout);
        assert!(ran.status.success(), "{}: {said}", unit.display());
    }
    let ran = Command::new("systemd-analyze")
        .args(["verify", "--man=no", "--recursive-errors=no"])
        .args(&units)
        .output()
        .unwrap();
    let complaints = String::from_utf8_lossy(&ran.stderr);
    let ours: Vec<&str> = complaints.lines().filter(|line| line.contains("pledgewatch")).collect();
    assert_eq!(ours, [""; 0], "{complaints}");
}

/// The catalog: ids with the subject of each.
fn catalog() -> BTreeMap<String, String> {
    let text = text("systemd/pledgewatch.catalog");
    let mut found = BTreeMap::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some(id) = line.strip_prefix("-- ") {
            let subject = lines.next().and_then(|line| line.strip_prefix("Subject: "));
            let subject = subject.unwrap_or_else(|| panic!("{id} has no subject")).to_owned();
            assert!(found.insert(id.to_owned(), subject).is_none(), "{id} stands twice");
        }
    }
    found
}

#[test]
fn every_event_is_in_the_catalog_and_every_entry_of_the_catalog_is_an_event() {
    let catalog = catalog();
    for (name, id) in event::ALL {
        assert!(catalog.contains_key(*id), "{name} ({id}) is not in systemd/pledgewatch.catalog");
        let marked = format!("# {name}\n-- {id}\n");
        assert!(
            text("systemd/pledgewatch.catalog").contains(&marked),
            "{name} has another id there"
        );
    }
    for (id, subject) in &catalog {
        let known = event::ALL.iter().any(|(_, known)| known == id);
        assert!(known, "no event of the program has the id {id} ({subject})");
    }
}

/// Every file of the program with its text.
fn sources() -> Vec<(PathBuf, String)> {
    fn walk(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                found.push((path, text));
            }
        }
    }
    let mut found = Vec::new();
    walk(&root().join("src"), &mut found);
    found
}

#[test]
fn every_event_is_logged_somewhere_and_every_error_says_which_event_it_is() {
    let sources = sources();
    let table = text("src/telemetry/event.rs");
    for line in table.lines().filter_map(|line| line.strip_prefix("pub const ")) {
        let name = line.split(':').next().unwrap();
        if name == "ALL" {
            continue;
        }
        let uses = format!("event::{name}");
        let logged = sources
            .iter()
            .any(|(path, text)| !path.ends_with("journal.rs") && text.contains(&uses));
        assert!(logged, "{name} is never logged");
    }
    for (path, text) in &sources {
        let text = text.split("#[cfg(test)]").next().unwrap();
        for (at, _) in text.match_indices("tracing::error!(") {
            let call = &text[at..text.len().min(at + 200)];
            let named = call.split(';').next().unwrap_or(call).contains("event");
            // Small losses inside the pipeline, which mend themselves.
            let excused =
                call.contains("could not be stored\");") || call.contains("could not be stored\")");
            assert!(named || excused, "{}: an error without an event: {call}", path.display());
        }
    }
}

#[test]
fn completions_and_manual_pages_are_written_for_every_command() {
    let folder = tempfile::tempdir().unwrap();
    let program = crate::program::Program::bare();
    program.run(&["pages", "--dir", folder.path().to_str().unwrap()]).done();
    let read = |name: &str| {
        fs::read_to_string(folder.path().join(name))
            .unwrap_or_else(|error| panic!("{name}: {error}"))
    };
    for command in Arguments::command().get_subcommands().filter(|command| !command.is_hide_set()) {
        let page = read(&format!("man/pledgewatch-{}.1", command.get_name()));
        assert!(page.contains(".SH DESCRIPTION") || page.contains(".SH SYNOPSIS"));
        for shell in ["pledgewatch", "_pledgewatch", "pledgewatch.fish"] {
            let completion = read(&format!("completions/{shell}"));
            assert!(completion.contains(command.get_name()), "{shell}: {}", command.get_name());
        }
    }
    let daemon = read("man/pledgewatch.8");
    for (exit, meaning) in pledgewatch::cli::failure::Exit::ALL {
        let code = (exit as i32).to_string();
        assert!(
            daemon.contains(&code) && daemon.contains(meaning.split(' ').next().unwrap()),
            "{code}: {daemon}"
        );
    }
    for (name, id) in event::ALL {
        assert!(daemon.contains(id), "{name}");
    }
    let configuration = read("man/pledgewatch.toml.5");
    for key in ["keep_polls", "quiet_floor", "allow_private", "max_per_hour"] {
        assert!(configuration.contains(key), "{key}");
    }
}
