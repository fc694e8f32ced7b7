//! Writes THIRD-PARTY.md: what the program is made of besides itself, under which licences, with their texts.
//!
//! ```sh
//! cargo run --example third_party > THIRD-PARTY.md
//! ```
//!
//! Asks `cargo metadata` what is linked into the program on Linux (no test or build tools) and reads the licence files of
//! each crate. Equal texts are shown once.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::error::Error;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

fn main() -> Result<(), Box<dyn Error>> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let asked = ["metadata", "--format-version", "1", "--locked", "--filter-platform"];
    let answer = Command::new(cargo).args(asked).arg("x86_64-unknown-linux-gnu").output()?;
    if !answer.status.success() {
        return Err(String::from_utf8_lossy(&answer.stderr).into());
    }
    let metadata: Value = serde_json::from_slice(&answer.stdout)?;
    print!("{}", report(&metadata)?);
    Ok(())
}

fn report(metadata: &Value) -> Result<String, Box<dyn Error>> {
    let linked = linked(metadata);
    let mut list = String::new();
    let mut texts: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let packages = metadata["packages"].as_array().ok_or("no packages")?;
    let mut packages: Vec<&Value> = packages
        .iter()
        .filter(|package| linked.contains(word(package, "id")))
        .filter(|package| !package["source"].is_null())
        .collect();
    packages.sort_by_key(|package| (word(package, "name"), word(package, "version")));
    for package in packages {
        let name = format!("{} {}", word(package, "name"), word(package, "version"));
        let licence = package["license"].as_str().unwrap_or("see its text");
        let home = package["repository"].as_str().unwrap_or_default();
        list.push_str(&format!("- {name}: {licence} <{home}>\n"));
        let folder = Path::new(word(package, "manifest_path")).parent().ok_or("no folder")?;
        for text in licence_files(folder)? {
            texts.entry(text).or_default().insert(name.clone());
        }
    }
    let mut out = format!(
        "# Third-party software\n\nPledgewatch is built of these crates, and of SQLite (public domain). Written by \
         `cargo run --example third_party`.\n\n{list}\n# Licence texts\n"
    );
    for (text, names) in &texts {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        out.push_str(&format!("\n## {}\n\n```text\n{}\n```\n", names.join(", "), text.trim()));
    }
    Ok(out)
}

fn word<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

/// Ids of all packages that the program is linked with: normal dependencies of normal dependencies.
fn linked(metadata: &Value) -> BTreeSet<&str> {
    let nodes = metadata["resolve"]["nodes"].as_array().into_iter().flatten();
    let by_id: HashMap<&str, &Value> = nodes.map(|node| (word(node, "id"), node)).collect();
    let mut found = BTreeSet::new();
    let mut open = vec![word(&metadata["resolve"], "root")];
    while let Some(id) = open.pop() {
        if !found.insert(id) {
            continue;
        }
        let dependencies = by_id.get(id).and_then(|node| node["deps"].as_array());
        for dependency in dependencies.into_iter().flatten() {
            let kinds = dependency["dep_kinds"].as_array();
            if kinds.into_iter().flatten().any(|kind| kind["kind"].is_null()) {
                open.push(word(dependency, "pkg"));
            }
        }
    }
    found
}

/// The texts of the licence files in a crate's folder.
fn licence_files(folder: &Path) -> std::io::Result<Vec<String>> {
    let mut texts = Vec::new();
    let mut paths: Vec<_> =
        std::fs::read_dir(folder)?.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    for path in paths {
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_uppercase();
        let is_licence = ["LICENSE", "LICENCE", "COPYING", "NOTICE", "COPYRIGHT", "UNLICENSE"]
            .iter()
            .any(|word| name.starts_with(word));
        if is_licence && path.is_file() {
            let text = String::from_utf8_lossy(&std::fs::read(&path)?).replace("\r\n", "\n");
            texts.push(text);
        }
    }
    Ok(texts)
}
