//! Who may import whom (ARCHITECTURE.md): read from the `use crate::` lines and paths of every source file.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// A room, and the rooms it may import.
const RULE: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("text", &["model"]),
    ("time", &["model"]),
    ("markup", &["model"]),
    ("config", &["model", "text", "time"]),
    ("fetch", &["model", "text", "time", "config"]),
    ("feed", &["model", "text", "time", "markup", "config"]),
    ("article", &["model", "text", "time", "markup", "config"]),
    ("relevance", &["model", "text", "time", "config"]),
    ("commitments", &["model", "text", "time", "config"]),
    ("ledger", &["model", "text", "time", "config"]),
    ("export", &["model", "text", "time", "config"]),
    ("source", &["model", "text", "time", "config"]),
    ("store", &["model", "text", "time", "config"]),
    ("notify", &["model", "text", "time", "config", "source", "store", "telemetry"]),
    (
        "pipeline",
        &[
            "model",
            "text",
            "time",
            "config",
            "fetch",
            "feed",
            "article",
            "relevance",
            "commitments",
            "ledger",
            "source",
            "store",
            "notify",
            "telemetry",
            "systemd",
        ],
    ),
    ("serve", &["config", "store", "pipeline", "telemetry"]),
    (
        "eval",
        &[
            "model",
            "text",
            "time",
            "config",
            "markup",
            "relevance",
            "commitments",
            "ledger",
            "store",
            "pipeline",
        ],
    ),
    ("telemetry", &["model"]),
    ("systemd", &[]),
    (
        "cli",
        &[
            "model",
            "text",
            "time",
            "config",
            "fetch",
            "feed",
            "article",
            "relevance",
            "commitments",
            "ledger",
            "export",
            "source",
            "store",
            "notify",
            "pipeline",
            "eval",
            "serve",
            "telemetry",
            "systemd",
        ],
    ),
];

/// Crates that only rooms with I/O may name.
const IO_CRATES: &[&str] = &["tokio", "reqwest", "rusqlite", "lettre"];
/// Rooms without I/O.
const PURE: &[&str] = &[
    "model",
    "text",
    "time",
    "markup",
    "config",
    "feed",
    "article",
    "relevance",
    "commitments",
    "ledger",
    "export",
    "source",
    "eval",
];

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

fn room(root: &Path, file: &Path) -> String {
    let inside = file.strip_prefix(root).unwrap();
    let first = inside.components().next().unwrap().as_os_str().to_string_lossy().into_owned();
    first.trim_end_matches(".rs").to_owned()
}

/// The rooms named after `crate::` anywhere in a line, `crate::{a, b}` included.
fn imports(line: &str) -> Vec<String> {
    let mut rooms = Vec::new();
    for (at, _) in line.match_indices("crate::") {
        let rest = &line[at + "crate::".len()..];
        let name: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        if name.is_empty() {
            let inner = rest.trim_start_matches('{');
            for part in inner.split(',') {
                let name: String =
                    part.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                rooms.push(name);
            }
        } else {
            rooms.push(name);
        }
    }
    rooms
}

#[test]
fn every_import_follows_the_table() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut all = Vec::new();
    files(&root, &mut all);
    let known: BTreeSet<&str> = RULE.iter().map(|(room, _)| *room).collect();
    let mut wrong = Vec::new();
    for file in &all {
        let here = room(&root, file);
        let Some((_, allowed)) = RULE.iter().find(|(room, _)| *room == here) else {
            assert!(["lib", "main"].contains(&here.as_str()), "{here} is not in the table");
            continue;
        };
        for (number, line) in fs::read_to_string(file).unwrap().lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            for import in imports(code) {
                if known.contains(import.as_str())
                    && import != here
                    && !allowed.contains(&import.as_str())
                {
                    wrong.push(format!("{}:{}: {here} -> {import}", file.display(), number + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "imports that the table does not allow:\n{}", wrong.join("\n"));
}

#[test]
fn pure_rooms_name_no_crate_with_io_and_read_no_clock() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut all = Vec::new();
    files(&root, &mut all);
    let mut wrong = Vec::new();
    for file in all {
        let here = room(&root, &file);
        if !PURE.contains(&here.as_str()) {
            continue;
        }
        let text = fs::read_to_string(&file).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for (number, line) in code.lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            let named = IO_CRATES.iter().any(|name| {
                code.contains(&format!("{name}::")) || code.contains(&format!("use {name}"))
            });
            let clock = ["Timestamp::now(", "Zoned::now(", "SystemTime::now(", "Instant::now("]
                .iter()
                .any(|call| code.contains(call));
            let files = here != "config" && (code.contains("std::fs") || code.contains("std::env"));
            if named || clock || files {
                wrong.push(format!("{}:{}: {}", file.display(), number + 1, line.trim()));
            }
        }
    }
    assert!(wrong.is_empty(), "pure rooms must stay pure:\n{}", wrong.join("\n"));
}

/// Source without comments and without what follows the first test module.
fn code(file: &Path) -> Vec<String> {
    let text = fs::read_to_string(file).unwrap();
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    code.lines().map(|line| line.split("//").next().unwrap_or_default().to_owned()).collect()
}

/// A letter that Vietnamese is written with and English is not.
fn vietnamese(c: char) -> bool {
    matches!(c, 'à'..='ã' | 'è'..='ê' | 'ì' | 'í' | 'ò'..='õ' | 'ù' | 'ú' | 'ý')
        || matches!(c, 'ă' | 'đ' | 'ĩ' | 'ũ' | 'ơ' | 'ư' | '\u{1ea0}'..='\u{1ef9}')
}

#[test]
fn the_rooms_that_read_and_judge_hold_no_word_of_a_language_and_no_id_of_a_topic() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let topic = pledgewatch::config::topic::Topic::embedded();
    let mut ids: BTreeSet<String> = topic.states.iter().cloned().collect();
    ids.extend(topic.actors.actors.iter().map(|actor| actor.id.clone()));
    ids.extend(ids.clone().iter().filter_map(|id| Some(id.split_once('.')?.1.to_owned())));
    ids.extend(topic.instruments.iter().map(|known| known.instrument.id.to_string()));
    // A concept of one word may be any word.
    let concepts = topic.concepts.concepts.iter().map(|concept| concept.id.clone());
    ids.extend(concepts.filter(|id| id.contains('_')));
    ids.extend(topic.concepts.core_topics.iter().cloned());
    let mut wrong = Vec::new();
    for room in ["relevance", "commitments", "ledger"] {
        let mut all = Vec::new();
        files(&root.join(room), &mut all);
        for file in all {
            for (number, line) in code(&file).iter().enumerate() {
                let named = line.split('"').skip(1).step_by(2).find(|word| ids.contains(*word));
                if line.to_lowercase().contains(vietnamese) || named.is_some() {
                    wrong.push(format!("{}:{}: {}", file.display(), number + 1, line.trim()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "words that belong into config/:\n{}", wrong.join("\n"));
}
