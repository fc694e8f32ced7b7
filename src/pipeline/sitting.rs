//! Judging in memory: the same articles in the same order get the same verdicts as from the engine, and nothing is
//! stored. For evaluation.

use jiff::SignedDuration;

use super::copies::Copies;
use super::judging::{Origin, facts, judged};
use super::reading::Reading;
use crate::config::topic::Topic;
use crate::ledger::Ledger;
use crate::ledger::replay::{Account, Replayed};
use crate::model::{ArticleId, Verdict};
use crate::store::JudgedMention;

/// A ledger and the stories of the last days, which hear one article after another.
#[derive(Debug)]
pub struct Sitting {
    ledger: Ledger,
    copies: Copies,
    heard: Vec<Account>,
    verdicts: Vec<Vec<Verdict>>,
}

impl Sitting {
    /// Begins with what `ledger` knows.
    pub fn new(ledger: Ledger) -> Self {
        Self { ledger, copies: Copies::default(), heard: Vec::new(), verdicts: Vec::new() }
    }

    /// What is known by now.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Judges a reading and takes over what it changes. An article older than `max_age` on arrival never interrupts.
    pub fn hear(
        &mut self,
        reading: &Reading,
        origin: &Origin,
        topic: &Topic,
        max_age: SignedDuration,
    ) -> Vec<JudgedMention> {
        let id = ArticleId(self.heard.len() as i64 + 1);
        let copy_of = if reading.is_kept() { self.copies.story_of(reading) } else { None };
        let facts = facts(reading, origin, id, copy_of);
        let judgement = self.ledger.judge(&facts, &reading.mentions, topic);
        let mentions = judged(reading, &judgement, &facts, origin.purpose, max_age);
        self.ledger.apply(&judgement, topic);
        if reading.is_kept() {
            self.copies.remember(copy_of.unwrap_or(id), origin.arrived, reading);
        }
        self.heard.push(Account { facts, mentions: reading.mentions.clone() });
        self.verdicts.push(judgement.verdicts);
        mentions
    }

    /// The articles as the ledger was given them, in order of arrival, and what it made of them.
    pub fn into_record(self) -> (Vec<Account>, Replayed) {
        (self.heard, Replayed { ledger: self.ledger, verdicts: self.verdicts })
    }
}
