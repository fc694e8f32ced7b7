//! Names for ids: what a reader sees instead of `VN.MPS` or `C:border_officer`.

use std::collections::BTreeMap;

use super::clean;

/// Names shown to readers for the ids of the topic: actors (`VN.MPS`), places (`VN.NGHE_AN`), concepts and
/// instruments, in the language of the reader.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names(BTreeMap<String, String>);

impl Names {
    /// From pairs of id and name.
    pub fn new(pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        Self(pairs.into_iter().collect())
    }

    /// Whether an id has a name.
    pub fn has(&self, id: &str) -> bool {
        self.0.contains_key(id)
    }

    /// A name of the topic (its own, a facet's, another subject's) as the reader's language has it; else itself.
    pub fn label(&self, name: &str) -> String {
        clean::line(self.0.get(name).map_or(name, String::as_str))
    }

    /// The name of an id. An unknown id loses its prefix and underscores: `VN.NGHE_AN` becomes `Nghe An`.
    pub fn of(&self, id: &str) -> String {
        if let Some(name) = self.0.get(id) {
            return clean::line(name);
        }
        let bare = id.rsplit(['.', ':', '#']).next().unwrap_or(id);
        if !bare.contains('_') {
            return clean::line(bare);
        }
        let word = |part: &str| {
            let mut letters = part.chars();
            letters.next().map_or_else(String::new, |first| {
                if part.chars().any(char::is_lowercase) {
                    part.to_owned()
                } else {
                    first.to_string() + &letters.as_str().to_lowercase()
                }
            })
        };
        clean::line(&bare.split('_').map(word).collect::<Vec<_>>().join(" "))
    }
}
