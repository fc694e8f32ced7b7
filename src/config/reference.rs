//! Every key with its explanation, read from the comments of the shipped files: these are the one place where keys are
//! described. `docs/configuration.md` and pledgewatch.toml(5) are written from it, and a test holds that no key is left out.

use super::{EXAMPLE, SOURCES};

/// One table of a file, or its top level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// `[mail]`, `[[recipient]]`; empty for the top level.
    pub header: String,
    /// What stands above its first key.
    pub about: Vec<String>,
    /// Its keys, in the order of the file.
    pub entries: Vec<Entry>,
}

/// Keys that one comment explains.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The keys.
    pub keys: Vec<Key>,
    /// The comment, line by line; a line of a list begins with two spaces.
    pub about: Vec<String>,
}

/// One key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// Its name.
    pub name: String,
    /// The value that the file shows, as TOML.
    pub value: String,
    /// Whether that is the default; else it is an example, and there is none.
    pub is_default: bool,
}

/// `pledgewatch.toml`: what stands at its top, and its sections.
pub fn settings() -> (Vec<String>, Vec<Section>) {
    let (mut top, mut about) = (Vec::new(), Vec::new());
    let mut sections =
        vec![Section { header: String::new(), about: Vec::new(), entries: Vec::new() }];
    for line in EXAMPLE.lines() {
        let code = line.strip_prefix("# ").unwrap_or(line);
        if line.is_empty() {
            // The first paragraphs speak of the whole file.
            if sections.len() == 1 && sections[0].entries.is_empty() {
                top.append(&mut about);
                top.push(String::new());
            }
        } else if code.starts_with('[') && code.ends_with(']') {
            let about = std::mem::take(&mut about);
            sections.push(Section { header: code.to_owned(), about, entries: Vec::new() });
        } else if let Some((name, value)) = key(code) {
            let key = Key { name, value, is_default: !line.starts_with('#') };
            let Some(section) = sections.last_mut() else { continue };
            match section.entries.last_mut() {
                // A key right below another one shares its comment.
                Some(entry) if about.is_empty() => entry.keys.push(key),
                _ => section
                    .entries
                    .push(Entry { keys: vec![key], about: std::mem::take(&mut about) }),
            }
        } else if let Some(text) = line.strip_prefix('#') {
            about.push(text.strip_prefix(' ').unwrap_or(text).to_owned());
        }
    }
    (top, sections)
}

/// `key = value`, if that is what a line says.
fn key(code: &str) -> Option<(String, String)> {
    let (name, value) = code.split_once(" = ")?;
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    is_name.then(|| (name.to_owned(), value.to_owned()))
}

/// The keys of a source, from the head of the sources file: names with their explanations.
pub fn source_keys() -> Vec<(String, String)> {
    let mut keys: Vec<(String, String)> = Vec::new();
    for line in SOURCES.lines().take_while(|line| line.starts_with('#')) {
        let Some(text) = line.strip_prefix("# ") else { continue };
        let named = text.split_once("  ").filter(|(name, _)| {
            !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || "_1".contains(c))
        });
        match (named, keys.last_mut()) {
            (Some((name, about)), _) => keys.push((name.to_owned(), about.trim().to_owned())),
            (None, Some((_, about))) if text.starts_with(' ') => {
                about.push(' ');
                about.push_str(text.trim());
            }
            _ => {}
        }
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_has_an_explanation() {
        let (top, sections) = settings();
        assert!(
            top.iter().any(
                |line| line.contains("every key is here") || line.contains("Every key is here")
            )
        );
        assert!(sections.iter().any(|section| section.header == "[[recipient]]"));
        for section in &sections {
            for entry in &section.entries {
                let names: Vec<&str> = entry.keys.iter().map(|key| key.name.as_str()).collect();
                assert!(!entry.about.is_empty(), "{} {names:?}", section.header);
            }
        }
        for (name, about) in source_keys() {
            assert!(about.len() > 10, "{name}: {about}");
        }
    }

    #[test]
    fn a_key_without_a_default_shows_an_example() {
        let (_, sections) = settings();
        let find = |header: &str, name: &str| {
            let section = sections.iter().find(|section| section.header == header).unwrap();
            let mut keys = section.entries.iter().flat_map(|entry| &entry.keys);
            keys.find(|key| key.name == name).unwrap().clone()
        };
        assert!(find("[schedule]", "floor").is_default);
        assert_eq!(find("[schedule]", "floor").value, "\"15m\"");
        assert!(!find("[mail]", "host").is_default);
    }
}
