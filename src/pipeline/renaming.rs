//! Names that people gave, known in articles that were read before: the mentions found then are corrected where they
//! stand, as far as the name changes them. What else a reading under the names of today would find is for a
//! replay to show.

use super::pointing::Record;
use super::reading;
use crate::config::topic::Topic;
use crate::ledger::fingerprints;
use crate::ledger::replay::Replayed;
use crate::model::{Article, DateBasis, Fingerprint, Mention};
use crate::store::{self, Connection, NewReading, StoreError, StoredArticle};
use crate::text;

/// An article with mentions that the names change.
pub(super) struct Renamed {
    /// Its place in the record.
    pub at: usize,
    /// The article as it is stored.
    pub stored: StoredArticle,
    /// All its mentions, the changed ones among them.
    pub mentions: Vec<Mention>,
    /// How many of them the names change.
    pub changed: usize,
}

impl Renamed {
    /// The reading to be stored, with the verdicts of the ledger under the names.
    pub fn reading(&self, record: &Record, judged: &Replayed) -> NewReading {
        let known_by = record.articles[self.at].mentions.iter().map(|one| one.fingerprint.clone());
        let verdicts = judged.verdicts[self.at].iter().cloned().map(Some);
        let mentions = known_by.zip(self.mentions.iter().cloned()).zip(verdicts);
        NewReading {
            article: self.stored.article.clone(),
            id: self.stored.id,
            relevance: self.stored.relevance.clone(),
            mentions: mentions.map(|((by, mention), verdict)| (by, mention, verdict)).collect(),
        }
    }
}

/// What names mean for what was read before.
#[derive(Default)]
pub(super) struct Renaming {
    /// Articles to be corrected in place.
    pub articles: Vec<Renamed>,
    /// Articles that would be read otherwise beyond that.
    pub beyond: usize,
}

/// The names that only one of two lists has.
pub(super) fn differing<'n>(
    before: &'n [(String, String)],
    after: &'n [(String, String)],
) -> Vec<&'n str> {
    let of = |one: &'n [(String, String)], other: &'n [(String, String)]| {
        one.iter().filter(|name| !other.contains(name)).map(|(_, name)| name.as_str())
    };
    of(before, after).chain(of(after, before)).collect()
}

/// Reads the stored articles in which one of the names stands, under the names `before` and those `after`.
pub(super) fn renaming(
    connection: &Connection,
    record: &Record,
    names: &[&str],
    (before, after): (&Topic, &Topic),
) -> Result<Renaming, StoreError> {
    let names: Vec<String> = names.iter().map(|name| bare(name)).collect();
    let mut renaming = Renaming::default();
    let mut at = 0;
    store::every_article(connection, |stored| {
        let text = bare(&format!("{}\n{}", stored.article.title, stored.article.text));
        if stored.text_kept && names.iter().any(|name| text.contains(name.as_str())) {
            renaming.compare(record, at, stored, (before, after));
        }
        at += 1;
    })?;
    Ok(renaming)
}

impl Renaming {
    fn compare(
        &mut self,
        record: &Record,
        at: usize,
        stored: StoredArticle,
        (before, after): (&Topic, &Topic),
    ) {
        let Some(row) = record.articles.get(at).filter(|row| row.id == stored.id) else { return };
        let facts = super::corrections::facts(row);
        let read = |topic: &Topic| -> Vec<(Fingerprint, Mention)> {
            let mentions = reading::read(undated(&stored.article), topic).mentions;
            fingerprints(&facts, &mentions).into_iter().zip(mentions).collect()
        };
        let (old, new) = (read(before), read(after));
        let mut changed = 0;
        let mentions: Vec<Mention> = row
            .mentions
            .iter()
            .map(|held| {
                let of = |all: &[(Fingerprint, Mention)]| {
                    let found = all.iter().find(|(known_by, _)| *known_by == held.fingerprint)?;
                    Some(Mention { ordinal: held.mention.ordinal, ..found.1.clone() })
                };
                let mut mention = held.mention.clone();
                if let (Some(before), Some(after)) = (of(&old), of(&new)) {
                    if before == mention {
                        mention = after;
                    } else if (&before.parties, &before.instrument)
                        != (&after.parties, &after.instrument)
                    {
                        // Read by other rules than today's, whose other changes are not the names' matter.
                        (mention.parties, mention.instrument) = (after.parties, after.instrument);
                    }
                }
                changed += usize::from(mention != held.mention);
                mention
            })
            .collect();
        let known = |all: &[(Fingerprint, Mention)]| -> Vec<Fingerprint> {
            all.iter().map(|(known_by, _)| known_by.clone()).collect()
        };
        self.beyond += usize::from(known(&old) != known(&new));
        if changed > 0 {
            self.articles.push(Renamed { at, stored, mentions, changed });
        }
    }

    /// How many mentions are corrected.
    pub fn mentions(&self) -> usize {
        self.articles.iter().map(|one| one.changed).sum()
    }
}

/// The article without the date that only its text told: that is for the reading to find.
pub(super) fn undated(article: &Article) -> Article {
    let mut article = article.clone();
    let by_text = |basis| matches!(basis, DateBasis::Text | DateBasis::Tenure);
    article.published = article.published.filter(|published| !by_text(published.basis));
    article
}

/// Letters and digits alone, in lower case and without marks: however the name is written and broken.
fn bare(text: &str) -> String {
    let plain = text::strip(&text.to_lowercase());
    plain.chars().filter(|c| c.is_alphanumeric()).collect()
}
