//! What a person means: ids of commitments (the beginning is enough where it is unique; an old one leads on) and
//! mentions as `ARTICLE:NUMBER`, found in the ledger as it stands.

use std::collections::BTreeMap;

use crate::config::nearest;
use crate::ledger::corrections::{Correction, Point};
use crate::ledger::founded_by;
use crate::model::{ArticleId, Commitment, CommitmentId};
use crate::store::{self, ArticleRow, Connection, LedgerRows, ReadMention, StoreError};

/// What was meant cannot be told, or makes no sense.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Misunderstood(pub String);

/// The record as corrections see it: every article with its present mentions, the ledger, the log.
pub struct Record {
    /// Articles in order of arrival.
    pub articles: Vec<ArticleRow>,
    /// The ledger as it is stored.
    pub ledger: LedgerRows,
    /// The log, oldest first.
    pub log: Vec<Correction>,
    /// Under which all of this was read.
    pub stamp: (i64, i64, u64),
    /// Ids that lead to an entry, each with that entry; the entry itself included.
    leads: BTreeMap<String, CommitmentId>,
}

/// What an id of the command line names.
#[derive(Debug, Clone, PartialEq)]
pub enum Target {
    /// A commitment.
    Commitment(CommitmentId),
    /// A mention: article and position among its mentions.
    Mention(usize, usize),
}

impl Record {
    /// Reads everything at one moment.
    ///
    /// # Errors
    /// Any failure of the database.
    pub fn load(connection: &Connection) -> Result<Self, StoreError> {
        let ledger = store::load_ledger(connection)?;
        let own = ledger.commitments.iter().filter(|entry| entry.merged_into.is_none());
        let mut leads: BTreeMap<String, CommitmentId> =
            own.map(|entry| (entry.id.to_string(), entry.id.clone())).collect();
        leads.extend(ledger.redirects.iter().map(|(from, to)| (from.to_string(), to.clone())));
        Ok(Self {
            articles: store::article_rows(connection)?,
            log: super::corrections::log(connection)?,
            stamp: store::ledger_stamp(connection)?,
            ledger,
            leads,
        })
    }

    /// What `words` name.
    ///
    /// # Errors
    /// Nothing is called so, or more than one thing; the nearest id is named.
    pub fn target(&self, words: &str) -> Result<Target, Misunderstood> {
        match words.split_once(':') {
            Some((article, number)) if article.bytes().all(|byte| byte.is_ascii_digit()) => {
                self.mention(words, article, number)
            }
            _ => self.commitment(words).map(Target::Commitment),
        }
    }

    /// The commitment that `words` name.
    ///
    /// # Errors
    /// As [`Record::target`].
    pub fn commitment(&self, words: &str) -> Result<CommitmentId, Misunderstood> {
        if let Some(id) = self.leads.get(words) {
            return Ok(id.clone());
        }
        let mut matching: Vec<(&String, &CommitmentId)> = self
            .leads
            .iter()
            .filter(|(id, _)| !words.is_empty() && id.starts_with(words))
            .collect();
        matching.dedup_by_key(|(_, leads)| *leads);
        match matching.as_slice() {
            [(_, id)] => Ok((*id).clone()),
            [(one, _), (other, _), ..] => Err(Misunderstood(format!(
                "\"{words}\" begins more than one id ({one}, {other}, ...); give more of it"
            ))),
            [] => Err(Misunderstood(self.unknown_commitment(words))),
        }
    }

    fn unknown_commitment(&self, words: &str) -> String {
        match nearest(words, self.leads.keys().map(String::as_str)) {
            Some(near) => {
                format!(
                    "no commitment has the id \"{words}\"; the nearest is {near}{}",
                    self.gist(near)
                )
            }
            None => format!(
                "no commitment has the id \"{words}\"; `pledgewatch ledger list` shows all, and mentions are \
                 written ARTICLE:NUMBER, as in 12:0"
            ),
        }
    }

    fn gist(&self, id: &str) -> String {
        let id = self.leads.get(id);
        let entry = id.and_then(|id| self.entry(id));
        entry.map_or_else(String::new, |entry| format!(" ({})", short(&entry.gist)))
    }

    fn mention(&self, words: &str, article: &str, number: &str) -> Result<Target, Misunderstood> {
        let id = article.parse().ok().map(ArticleId);
        let Some(at) = self.articles.iter().position(|row| Some(row.id) == id) else {
            let nearest = self.articles.iter().filter(|row| !row.mentions.is_empty());
            let wanted = id.map_or(i64::MAX, |id| id.0);
            let nearest = nearest.min_by_key(|row| row.id.0.abs_diff(wanted));
            let hint = nearest.map_or_else(String::new, |row| {
                format!("; the nearest with mentions is {}", row.id)
            });
            return Err(Misunderstood(format!("there is no article {article}{hint}")));
        };
        let mentions = &self.articles[at].mentions;
        let ordinal: Option<u32> = number.parse().ok();
        let place = mentions.iter().position(|one| Some(one.mention.ordinal) == ordinal);
        match (place, mentions.last()) {
            (Some(place), _) => Ok(Target::Mention(at, place)),
            (None, None) => {
                Err(Misunderstood(format!("\"{words}\": article {article} has no mentions")))
            }
            (None, Some(last)) => Err(Misunderstood(format!(
                "there is no mention {words}; those of article {article} are {article}:0 to {article}:{}",
                last.mention.ordinal
            ))),
        }
    }

    /// The entry with that id.
    pub fn entry(&self, id: &CommitmentId) -> Option<&Commitment> {
        self.ledger.commitments.iter().find(|entry| entry.id == *id)
    }

    /// A mention by its place.
    pub fn read_mention(&self, article: usize, place: usize) -> &ReadMention {
        &self.articles[article].mentions[place]
    }

    /// The commitment that a mention belongs to.
    pub fn commitment_of(&self, mention: &ReadMention) -> Option<CommitmentId> {
        let id = mention.verdict.as_ref()?.commitment.as_ref()?;
        self.leads.get(id.as_str()).cloned()
    }

    /// The mentions of a commitment, in order of arrival.
    pub fn members(&self, commitment: &CommitmentId) -> Vec<&ReadMention> {
        let all = self.articles.iter().flat_map(|row| &row.mentions);
        all.filter(|mention| self.commitment_of(mention).as_ref() == Some(commitment)).collect()
    }

    /// What founded a commitment: a mention, or, where a text of the register implies it, the entry itself.
    pub fn founding(&self, commitment: &CommitmentId) -> Point {
        let members = self.members(commitment);
        let founder = members.iter().find(|one| founded_by(&one.fingerprint) == *commitment);
        let made = self.entry(commitment).is_some_and(|entry| entry.founded_by.is_some());
        match founder.or(members.first().filter(|_| made)) {
            Some(mention) => Point::Mention(mention.fingerprint.clone()),
            None => Point::Entry(commitment.clone()),
        }
    }

    /// What a target stands for in a correction.
    pub fn point(&self, target: &Target) -> Point {
        match target {
            Target::Commitment(id) => self.founding(id),
            Target::Mention(article, place) => {
                Point::Mention(self.read_mention(*article, *place).fingerprint.clone())
            }
        }
    }

    /// A target in words.
    pub fn name(&self, target: &Target) -> String {
        match target {
            Target::Commitment(id) => format!("{id}{}", self.gist(id.as_str())),
            Target::Mention(article, place) => {
                let row = &self.articles[*article];
                let mention = &row.mentions[*place].mention;
                format!(
                    "mention {}:{} (\u{201c}{}\u{201d})",
                    row.id,
                    mention.ordinal,
                    short(&mention.gist)
                )
            }
        }
    }
}

/// At most as much as helps to recognise it.
fn short(text: &str) -> String {
    const MOST: usize = 80;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
