//! Names for ids: what a reader sees instead of `VN.MPS` or `C:border_officer`.

use std::collections::BTreeMap;

use super::clean;

/// Names shown to readers for the ids of the topic: actors (`VN.MPS`), places (`VN.NGHE_AN`), concepts and
/// instruments, in the language of the reader.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names {
    whole: BTreeMap<String, String>,
    /// Shorter ones, for subject lines.
    short: BTreeMap<String, String>,
}

impl Names {
    /// From pairs of id and name.
    pub fn new(pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        Self { whole: pairs.into_iter().collect(), short: BTreeMap::new() }
    }

    /// With shorter names of some of the ids, where a line has no room for whole ones.
    #[must_use]
    pub fn with_short(self, pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        Self { short: pairs.into_iter().collect(), ..self }
    }

    /// Whether an id has a name.
    pub fn has(&self, id: &str) -> bool {
        self.whole.contains_key(id)
    }

    /// A name of the topic (its own, a facet's, another subject's) as the reader's language has it; else itself.
    pub fn label(&self, name: &str) -> String {
        clean::line(self.whole.get(name).map_or(name, String::as_str))
    }

    /// The shortest name of an id.
    pub fn short(&self, id: &str) -> String {
        self.short.get(id).map_or_else(|| self.of(id), |name| clean::line(name))
    }

    /// The name of an id. An unknown id loses its prefix and underscores: `VN.NGHE_AN` becomes `Nghe An`.
    pub fn of(&self, id: &str) -> String {
        if let Some(name) = self.whole.get(id) {
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
