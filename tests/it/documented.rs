//! Nothing that an operator meets is left unexplained: commands, options, keys, tables, events, metrics, exit codes.
//! Each test names what is missing and where it belongs.

use std::fs;
use std::path::PathBuf;

use clap::{Command, CommandFactory as _};
use pledgewatch::cli::args::Arguments;
use pledgewatch::cli::failure::Exit;
use pledgewatch::cli::pages;
use pledgewatch::telemetry::event;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn text(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// What `wanted` has and `text` has not.
fn missing<'a>(wanted: impl IntoIterator<Item = &'a str>, text: &str) -> Vec<&'a str> {
    wanted.into_iter().filter(|word| !text.contains(&format!("`{word}`"))).collect()
}

fn same(path: &str, expected: &str) {
    let found = text(path);
    let differs = found.lines().zip(expected.lines()).position(|(found, new)| found != new);
    assert!(
        found == expected,
        "{path} is not what the program says (line {:?}): run `pledgewatch pages --dir target/pages` and copy \
         target/pages/{path}",
        differs.map(|line| line + 1)
    );
}

#[test]
fn the_reference_of_commands_is_that_of_the_program() {
    same("docs/commands.md", &pages::commands_reference());
}

#[test]
fn the_reference_of_the_configuration_is_that_of_the_program() {
    same("docs/configuration.md", &pages::configuration_reference());
}

#[test]
fn every_command_and_every_option_is_explained() {
    fn walk(command: &Command, path: &str, unexplained: &mut Vec<String>) {
        for arg in command.get_arguments().filter(|arg| !arg.is_hide_set()) {
            if arg.get_help().is_none_or(|help| help.to_string().trim().is_empty()) {
                unexplained.push(format!("{path} {}", arg.get_id()));
            }
        }
        for below in command.get_subcommands().filter(|below| !below.is_hide_set()) {
            let path = format!("{path} {}", below.get_name());
            if below.get_about().is_none_or(|about| about.to_string().trim().is_empty()) {
                unexplained.push(path.clone());
            }
            walk(below, &path, unexplained);
        }
    }
    let mut unexplained = Vec::new();
    walk(&Arguments::command(), "pledgewatch", &mut unexplained);
    assert_eq!(unexplained, [""; 0], "no help in src/cli/args/");
}

#[test]
fn the_readme_names_every_command() {
    let readme = text("README.md");
    let program = Arguments::command();
    let commands = program.get_subcommands().filter(|command| !command.is_hide_set());
    let unnamed: Vec<&str> = commands
        .map(Command::get_name)
        .filter(|name| !readme.contains(&format!("`{name}")))
        .collect();
    assert_eq!(unnamed, [""; 0], "not in the table of README.md");
}

#[test]
fn every_table_of_the_database_is_explained() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("p.db");
    drop(pledgewatch::store::Store::open(pledgewatch::store::Options::new(&path)).unwrap());
    let tables = crate::newsroom::column(
        &rusqlite::Connection::open(&path).unwrap(),
        // Tables that a full-text index keeps for itself have the index's name before an underscore.
        "SELECT name FROM sqlite_schema AS one WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%'
         AND NOT EXISTS (SELECT 1 FROM sqlite_schema AS whole WHERE whole.sql LIKE 'CREATE VIRTUAL%'
             AND one.name LIKE whole.name || '\\_%' ESCAPE '\\') ORDER BY name",
    );
    assert!(tables.len() > 10, "{tables:?}");
    let unexplained = missing(tables.iter().map(String::as_str), &text("docs/data.md"));
    assert_eq!(unexplained, [""; 0], "not in docs/data.md");
}

#[test]
fn every_event_and_every_exit_code_is_explained() {
    let service = text("docs/service.md");
    let unexplained = missing(event::ALL.iter().map(|(name, _)| *name), &service);
    assert_eq!(unexplained, [""; 0], "events that are not in docs/service.md");
    let codes: Vec<String> = Exit::ALL.iter().map(|(exit, _)| (*exit as i32).to_string()).collect();
    let unexplained = missing(codes.iter().map(String::as_str), &service);
    assert_eq!(unexplained, [""; 0], "exit codes that are not in docs/service.md");
}

/// Names of metrics are texts in the program that begin with `pledgewatch_`.
#[test]
fn every_metric_is_explained() {
    let mut docs = String::new();
    for entry in fs::read_dir(root().join("docs")).unwrap() {
        docs.push_str(&fs::read_to_string(entry.unwrap().path()).unwrap());
    }
    let mut unexplained = Vec::new();
    let mut folders = vec![root().join("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let source = fs::read_to_string(&path).unwrap_or_default();
            for word in source.split('"').filter(|word| word.starts_with("pledgewatch_")) {
                let is_name = word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
                if is_name && !docs.contains(word) {
                    unexplained.push(format!("{word} ({})", path.display()));
                }
            }
        }
    }
    assert_eq!(unexplained, [""; 0], "metrics that no file of docs/ explains");
}

#[test]
fn every_document_is_reachable_from_the_readme() {
    let readme = text("README.md");
    let mut names: Vec<String> = fs::read_dir(root().join("docs"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".md"))
        .collect();
    names.sort();
    let unnamed: Vec<&String> =
        names.iter().filter(|name| !readme.contains(&format!("docs/{name}"))).collect();
    assert_eq!(unnamed, Vec::<&String>::new(), "not named in README.md");
}

/// Pages of the tree that point at others.
fn pages_with_links() -> Vec<String> {
    let mut pages: Vec<String> =
        ["README.md", "ARCHITECTURE.md", "CHANGELOG.md", "tests/gold/README.md"]
            .map(str::to_owned)
            .to_vec();
    for entry in fs::read_dir(root().join("docs")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if name.ends_with(".md") {
            pages.push(format!("docs/{name}"));
        }
    }
    pages
}

#[test]
fn links_and_paths_in_the_documents_lead_somewhere() {
    let link = regex::Regex::new(r"\]\(([^)#\s:]+)(?:#[^)]*)?\)").unwrap();
    let path =
        regex::Regex::new(r"`((?:src|tests|config|docs|systemd|benches|fuzz)/[A-Za-z0-9_./-]+)`")
            .unwrap();
    let mut broken = Vec::new();
    for page in pages_with_links() {
        let (said, folder) = (text(&page), root().join(&page).parent().unwrap().to_path_buf());
        for target in link.captures_iter(&said).map(|found| found[1].to_owned()) {
            if !folder.join(&target).exists() {
                broken.push(format!("{page}: link to {target}"));
            }
        }
        for target in path.captures_iter(&said).map(|found| found[1].to_owned()) {
            // "src/cli/NAME.rs" stands for any.
            let name = target.rsplit('/').next().and_then(|name| name.split('.').next());
            let placeholder =
                name.is_some_and(|name| !name.bytes().any(|byte| byte.is_ascii_lowercase()));
            if !placeholder && !root().join(&target).exists() {
                broken.push(format!("{page}: {target}"));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}
