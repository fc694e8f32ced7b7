//! Other names that people gave to actors and instruments, written into the topic's files before these are read: so
//! every rule treats them like the names that stand there.

use toml::{Table, Value};

/// Characters with a meaning of their own in the forms of a topic; a name has none of them.
pub const NOTATION: [char; 6] = ['(', ')', '|', '=', '~', '"'];

/// The files with the aliases, each an id with another name. One for an id that the files do not have is left out.
pub fn written_into(
    files: Vec<(String, String)>,
    aliases: &[(String, String)],
) -> Vec<(String, String)> {
    let with = |(name, text): (String, String)| {
        let tables: &[&str] = match super::last_part(&name) {
            "actors.toml" => &["actor"],
            "instruments.toml" => &["instrument", "mechanism"],
            _ => &[],
        };
        // A file that cannot be read is left as it is, for its own complaint.
        let Ok(mut file) = text.parse::<Table>() else { return (name, text) };
        let mut changed = false;
        for (id, alias) in aliases {
            changed |= tables.iter().any(|table| add(&mut file, table, id, alias));
        }
        let text = if changed { toml::to_string(&file).unwrap_or(text) } else { text };
        (name, text)
    };
    files.into_iter().map(with).collect()
}

/// Adds a name to the entry of `table` with that id; says whether there is such an entry that lacks it.
fn add(file: &mut Table, table: &str, id: &str, alias: &str) -> bool {
    let entries = file.get_mut(table).and_then(Value::as_array_mut).into_iter().flatten();
    let mut entries = entries.filter_map(Value::as_table_mut);
    let Some(entry) = entries.find(|entry| entry.get("id").and_then(Value::as_str) == Some(id))
    else {
        return false;
    };
    let mut added = false;
    for language in ["en", "vi"] {
        let names = entry.entry(language).or_insert_with(|| Value::Array(Vec::new()));
        let Some(names) = names.as_array_mut() else { continue };
        let known = |name: &Value| {
            name.as_str().is_some_and(|name| name.to_lowercase() == alias.to_lowercase())
        };
        if !names.iter().any(known) {
            names.push(Value::String(alias.to_owned()));
            added = true;
        }
    }
    added
}

#[cfg(test)]
mod tests {
    use super::super::{EMBEDDED, Topic};
    use super::*;

    #[test]
    fn an_alias_is_a_name_like_any_other_and_makes_other_rules() {
        let files: Vec<(String, String)> =
            EMBEDDED.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
        let plain = Topic::load(&files).unwrap();
        let aliases = [
            ("UK.HO".to_owned(), "Marsham Street".to_owned()),
            ("INS:mou-migration".to_owned(), "the autumn paper".to_owned()),
            ("UK.NOBODY".to_owned(), "nothing".to_owned()),
        ];
        let topic = Topic::load(&written_into(files.clone(), &aliases)).unwrap();
        assert_ne!(topic.rules_version, plain.rules_version);
        let known = |topic: &Topic| {
            let names = topic.instruments.iter().flat_map(|known| &known.names);
            names.filter(|(_, name)| name == "the autumn paper").count()
        };
        assert_eq!((known(&plain), known(&topic)), (0, 2));
        assert_eq!(written_into(files.clone(), &[]), files);
        assert_eq!(written_into(files.clone(), &aliases[2..]), files);
    }
}
