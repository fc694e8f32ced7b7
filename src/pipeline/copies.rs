//! Copies of wire stories: which of the articles of the last week a new text repeats. A copy is judged like any
//! other text; that it is a copy only says that its source is no second witness.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap, VecDeque};

use jiff::{SignedDuration, Timestamp};

use super::reading::Reading;
use crate::model::ArticleId;
use crate::store::{self, Store, StoreError};
use crate::text::{self, Shingles, Words};

/// How far back a copy is looked for.
const WINDOW: SignedDuration = SignedDuration::from_hours(7 * 24);
/// Kept articles remembered at most; a topic's week holds far fewer.
const MOST: usize = 200;
/// Share of the smaller text's word sequences that the other must hold.
const CONTAINMENT: f64 = 0.6;

/// The word sequences of recent kept articles, oldest first.
#[derive(Debug, Default)]
pub(super) struct Copies {
    recent: VecDeque<Recent>,
    /// Number of the oldest of them; each has the next number.
    first: u64,
    /// Which of them have a word sequence.
    having: HashMap<u64, Vec<u64>>,
}

#[derive(Debug)]
struct Recent {
    arrived: Timestamp,
    story: ArticleId,
    shingles: Shingles,
}

impl Copies {
    /// Those of the last week before `now`, from the database.
    pub fn load(store: &Store, words: &Words, now: Timestamp) -> Result<Self, StoreError> {
        let since = now.checked_sub(WINDOW).unwrap_or(Timestamp::MIN);
        let articles = store.read_blocking(|connection| {
            store::recent_articles(connection, since, u32::try_from(MOST).unwrap_or(u32::MAX))
        })?;
        let mut copies = Self::default();
        for article in articles.iter().rev() {
            let shingles = Shingles::of(&text::analyse(&article.article.text, words));
            copies.add(Recent { arrived: article.arrived, story: article.story, shingles });
        }
        Ok(copies)
    }

    /// The story that a reading repeats, if any. An empty text repeats nothing.
    pub fn story_of(&self, reading: &Reading) -> Option<ArticleId> {
        let own = Shingles::of(&reading.document);
        if own.is_empty() {
            return None;
        }
        let mut shared: BTreeMap<u64, usize> = BTreeMap::new();
        for number in own.hashes().filter_map(|hash| self.having.get(&hash)).flatten() {
            *shared.entry(*number).or_default() += 1;
        }
        let mut others = shared.into_iter().filter_map(|(number, shared)| {
            let at = usize::try_from(number - self.first).ok()?;
            self.recent.get(at).map(|other| (shared, other))
        });
        let repeats = |shared: usize, other: &Recent| {
            shared as f64 / own.len().min(other.shingles.len()) as f64 >= CONTAINMENT
        };
        others.find(|(shared, other)| repeats(*shared, other)).map(|(_, other)| other.story)
    }

    /// Remembers a stored article, and forgets those older than the window.
    pub fn remember(&mut self, story: ArticleId, arrived: Timestamp, reading: &Reading) {
        let since = arrived.checked_sub(WINDOW).unwrap_or(Timestamp::MIN);
        while self.recent.front().is_some_and(|first| first.arrived < since)
            || self.recent.len() >= MOST
        {
            self.forget_oldest();
        }
        self.add(Recent { arrived, story, shingles: Shingles::of(&reading.document) });
    }

    fn add(&mut self, article: Recent) {
        let number = self.first + self.recent.len() as u64;
        for hash in article.shingles.hashes() {
            self.having.entry(hash).or_default().push(number);
        }
        self.recent.push_back(article);
    }

    fn forget_oldest(&mut self) {
        let Some(oldest) = self.recent.pop_front() else { return };
        for hash in oldest.shingles.hashes() {
            if let Entry::Occupied(mut having) = self.having.entry(hash) {
                having.get_mut().retain(|number| *number != self.first);
                if having.get().is_empty() {
                    having.remove();
                }
            }
        }
        self.first += 1;
    }
}
