//! Copies of wire stories: which of the articles of the last week a new text repeats. A copy is judged like any
//! other text; that it is a copy only says that its source is no second witness.

use std::collections::VecDeque;

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
        let recent = articles
            .iter()
            .rev()
            .map(|article| Recent {
                arrived: article.arrived,
                story: article.story,
                shingles: Shingles::of(&text::analyse(&article.article.text, words)),
            })
            .collect();
        Ok(Self { recent })
    }

    /// The story that a reading repeats, if any. An empty text repeats nothing.
    pub fn story_of(&self, reading: &Reading) -> Option<ArticleId> {
        let own = Shingles::of(&reading.document);
        if own.is_empty() {
            return None;
        }
        self.recent
            .iter()
            .find(|other| own.containment(&other.shingles) >= CONTAINMENT)
            .map(|other| other.story)
    }

    /// Remembers a stored article, and forgets those older than the window.
    pub fn remember(&mut self, story: ArticleId, arrived: Timestamp, reading: &Reading) {
        let since = arrived.checked_sub(WINDOW).unwrap_or(Timestamp::MIN);
        while self.recent.front().is_some_and(|first| first.arrived < since)
            || self.recent.len() >= MOST
        {
            self.recent.pop_front();
        }
        self.recent.push_back(Recent { arrived, story, shingles: Shingles::of(&reading.document) });
    }
}
