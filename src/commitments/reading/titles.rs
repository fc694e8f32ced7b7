//! Which office-holder a title means. In: titles with which people were introduced. Out: [`Titles`].

use std::collections::HashMap;

/// Which office-holder a title means: words of titles, each with the first who was introduced so, and the place from
/// which on the word is ambiguous.
#[derive(Debug, Default)]
pub(crate) struct Titles {
    first: HashMap<String, Introduced>,
}

/// The first use of a title.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Introduced {
    at: usize,
    actor: usize,
    ambiguous_from: Option<usize>,
}

impl Titles {
    /// Titles with place (text offset) and actor; `title` is in lower case.
    pub fn of(mut introduced: Vec<(usize, String, usize)>) -> Self {
        introduced.sort();
        let mut titles = Self::default();
        for (at, title, actor) in &introduced {
            let heads = title.match_indices(' ').map(|(end, _)| &title[..end]).chain([&**title]);
            for word in title.split(' ').skip(1).chain(heads) {
                let known = titles.first.entry(word.to_owned()).or_insert(Introduced {
                    at: *at,
                    actor: *actor,
                    ambiguous_from: None,
                });
                if known.actor != *actor && known.ambiguous_from.is_none() {
                    known.ambiguous_from = Some(*at);
                }
            }
        }
        titles
    }

    /// The one office-holder who was introduced with that word before the offset.
    pub fn bearer(&self, word: &str, before: usize) -> Option<usize> {
        self.first
            .get(word)
            .filter(|known| known.at < before)
            .filter(|known| known.ambiguous_from.is_none_or(|at| at >= before))
            .map(|known| known.actor)
    }
}
