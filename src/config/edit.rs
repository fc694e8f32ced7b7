//! Changes to a sources file as a person would make them: one source added, switched or taken out, and every comment,
//! blank line and order kept. Text in, text out; the result is checked like any other sources file before it is used.

use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, value};

use crate::model::{Language, Trust};

/// A source to be added.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NewSource {
    /// Unique short name.
    pub id: String,
    /// Name shown to readers.
    pub name: String,
    /// Address.
    pub url: String,
    /// Whether the address is a page that lists articles; its rules are found without selectors.
    pub listing: bool,
    /// Language written in.
    pub language: Option<Language>,
    /// How far it may announce something alone.
    pub trust: Trust,
    /// Zone of dates without one.
    pub date_zone: Option<String>,
    /// Whether it may be on this machine or a private network.
    pub allow_private: bool,
    /// A line of comment above it, without the sign.
    pub comment: Option<String>,
}

/// Why a sources file cannot be changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// The file is no TOML.
    #[error("the sources file cannot be read: {0}")]
    Toml(String),
    /// There is no such source.
    #[error("no source has the id \"{0}\"")]
    Unknown(String),
    /// `source` is something else than a list of tables.
    #[error("`source` in the sources file is not a list of [[source]] tables")]
    Form,
}

/// The file with one source more, at its end.
///
/// # Errors
/// `Toml` or `Form`.
pub fn add_source(text: &str, new: &NewSource) -> Result<String, EditError> {
    let mut document = parse(text)?;
    let mut table = Table::new();
    table["id"] = value(&new.id);
    table["name"] = value(&new.name);
    table["url"] = value(&new.url);
    if new.listing {
        table["kind"] = value("listing");
    }
    if let Some(language) = new.language {
        table["language"] = value(language.tag());
    }
    match new.trust {
        Trust::Low => table["trust"] = value("low"),
        Trust::Normal => {}
        Trust::High => table["trust"] = value("high"),
    }
    if let Some(zone) = &new.date_zone {
        table["date_zone"] = value(zone);
    }
    if new.allow_private {
        table["allow_private"] = value(true);
    }
    if new.listing {
        table["listing"] = Item::Table(Table::new());
    }
    let comment =
        new.comment.as_deref().map(|line| format!("# {}\n", line.replace(['\n', '\r'], " ")));
    // What stands at the end of the file stands above what is added to it.
    let end = document.trailing().as_str().unwrap_or_default().to_owned();
    document.set_trailing("");
    let blank = if end.is_empty() && !text.is_empty() { "\n" } else { "" };
    table.decor_mut().set_prefix(format!("{end}{blank}{}", comment.unwrap_or_default()));
    let list = document.entry("source").or_insert(Item::ArrayOfTables(ArrayOfTables::new()));
    // An empty list is written as an array.
    if list.as_array().is_some_and(toml_edit::Array::is_empty) {
        *list = Item::ArrayOfTables(ArrayOfTables::new());
    }
    list.as_array_of_tables_mut().ok_or(EditError::Form)?.push(table);
    Ok(document.to_string())
}

/// The file with a source switched on or off.
///
/// # Errors
/// `Unknown`, `Toml` or `Form`.
pub fn enable_source(text: &str, id: &str, enabled: bool) -> Result<String, EditError> {
    let mut document = parse(text)?;
    let (list, at) = find(&mut document, id)?;
    let table = list.get_mut(at).ok_or(EditError::Form)?;
    match (enabled, table.get_mut("enabled").and_then(Item::as_value_mut)) {
        (_, Some(written)) => {
            // The comment behind a value is part of it.
            let decor = written.decor().clone();
            *written = enabled.into();
            *written.decor_mut() = decor;
        }
        (false, None) => table["enabled"] = value(false),
        (true, None) => {}
    }
    Ok(document.to_string())
}

/// The file without a source. The comment directly above it goes with it; what stands above that, behind an empty
/// line, is a heading of several and stays.
///
/// # Errors
/// `Unknown`, `Toml` or `Form`.
pub fn remove_source(text: &str, id: &str) -> Result<String, EditError> {
    let mut document = parse(text)?;
    let (list, at) = find(&mut document, id)?;
    let prefix = |table: &Table| {
        table.decor().prefix().and_then(|prefix| prefix.as_str()).unwrap_or_default().to_owned()
    };
    let above = list.get(at).map(&prefix).unwrap_or_default();
    let stays = match above.trim_end().rfind("\n\n") {
        Some(end) => above[..=end].to_owned(),
        None => String::new(),
    };
    list.remove(at);
    match list.get_mut(at) {
        Some(next) => {
            let own = prefix(next);
            next.decor_mut().set_prefix(format!("{stays}{own}"));
        }
        None => {
            let end = document.trailing().as_str().unwrap_or_default().to_owned();
            document.set_trailing(format!("{stays}{end}"));
        }
    }
    Ok(document.to_string())
}

fn parse(text: &str) -> Result<DocumentMut, EditError> {
    text.parse().map_err(|error: toml_edit::TomlError| EditError::Toml(error.message().to_owned()))
}

fn find<'d>(
    document: &'d mut DocumentMut,
    id: &str,
) -> Result<(&'d mut ArrayOfTables, usize), EditError> {
    let unknown = || EditError::Unknown(id.to_owned());
    let list = document.get_mut("source").ok_or_else(unknown)?;
    let list = list.as_array_of_tables_mut().ok_or(EditError::Form)?;
    let at = list.iter().position(|table| table.get("id").and_then(Item::as_str) == Some(id));
    at.map(|at| (list, at)).ok_or_else(unknown)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "# What is read.\n\n\n# ---- Papers ----\n\n# The first paper\n[[source]]\nid = \"one\"\nname = \"One\"  # really\n\
                        url = \"https://one.test/rss\"\n\n# The second\n[[source]]\nid = \"two\"\nname = \"Two\"\n\
                        url = \"https://two.test/\"\nkind = \"listing\"\nenabled = true # for now\n[source.listing]\nitem = \"li\"\n# the end\n";

    fn new() -> NewSource {
        NewSource {
            id: "three".to_owned(),
            name: "Báo \"Ba\"".to_owned(),
            url: "https://ba.test/rss".to_owned(),
            language: Some(Language::Vi),
            comment: Some("added today".to_owned()),
            ..NewSource::default()
        }
    }

    #[test]
    fn a_source_is_added_at_the_end_and_all_that_was_there_stays() {
        let edited = add_source(FILE, &new()).unwrap();
        assert!(edited.starts_with(FILE.trim_end()), "{edited}");
        let added = "# added today\n[[source]]\nid = \"three\"\nname = 'Báo \"Ba\"'\nurl = \"https://ba.test/rss\"\nlanguage = \"vi\"\n";
        assert!(edited.ends_with(added), "{edited}");
        assert!(add_source("", &new()).unwrap().contains("[[source]]"));
        assert_eq!(add_source("source = 1", &new()), Err(EditError::Form));
        assert!(matches!(add_source("source = [", &new()), Err(EditError::Toml(_))));
    }

    #[test]
    fn switching_a_source_changes_one_word() {
        let off = enable_source(FILE, "two", false).unwrap();
        assert_eq!(off, FILE.replace("enabled = true # for now", "enabled = false # for now"));
        assert_eq!(enable_source(&off, "two", true).unwrap(), FILE);
        let one = enable_source(FILE, "one", false).unwrap();
        assert_eq!(one, FILE.replace("one.test/rss\"\n", "one.test/rss\"\nenabled = false\n"));
        assert_eq!(enable_source(FILE, "x", true), Err(EditError::Unknown("x".to_owned())));
    }

    #[test]
    fn a_source_goes_with_its_comment_and_without_the_heading_above() {
        let without = remove_source(FILE, "one").unwrap();
        assert!(without.contains("---- Papers") && without.contains("# The second\n[[source]]"));
        assert!(!without.contains("first paper") && !without.contains("One"), "{without}");
        let both = remove_source(&without, "two").unwrap();
        assert!(both.contains("---- Papers") && both.contains("# the end") && !both.contains("[["));
    }
}
