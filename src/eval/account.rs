//! The alerts of a stream, put to the commitments that they are about. In: articles in order of arrival with labels and
//! judged mentions. Out: an [`Account`]. Its unit is one commitment in one article: an act that an article tells twice
//! is announced once.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::dataset::Gold;
use super::matching::{Matching, Places};
use crate::model::{AlertLevel, Outcome, Stage};
use crate::store::JudgedMention;

/// One article with its judged mentions.
pub struct Heard<'a> {
    pub id: &'a str,
    pub arrived: Timestamp,
    pub golds: &'a [Gold],
    pub judged: &'a [JudgedMention],
    /// Pairs of the same family of kinds.
    pub relaxed: &'a Matching,
    /// These, and pairs by their words alone: the reader was shown the right act, under another kind.
    pub words: &'a Matching,
    pub places: &'a Places,
}

/// One commitment in one article.
pub struct Cell<'a> {
    pub article: usize,
    /// The label that asks for the loudest alert.
    pub gold: &'a Gold,
    pub alerts: Vec<Alert<'a>>,
}

impl Cell<'_> {
    pub fn wanted(&self) -> AlertLevel {
        self.gold.alert.unwrap_or_default()
    }

    /// Whether its label does not say what to tell: nothing about it is scored.
    pub fn is_open(&self) -> bool {
        self.gold.neutral || self.gold.alert.is_none()
    }

    pub fn is_worthy(&self) -> bool {
        !self.is_open() && self.wanted() > AlertLevel::None
    }

    pub fn loudest(&self) -> AlertLevel {
        self.alerts.iter().map(|alert| alert.judged.told).max().unwrap_or_default()
    }

    pub fn is_major(&self) -> bool {
        self.gold.stage.is_lateral()
            || self.gold.stage >= Stage::Signed
            || self.gold.specificity.is_some_and(|points| points >= 2)
    }
}

#[derive(Clone, Copy)]
pub struct Alert<'a> {
    pub judged: &'a JudgedMention,
    /// Whether it is of the label's family of kinds.
    pub kind_ok: bool,
}

impl Alert<'_> {
    /// The stage that the message tells: that of the entry after the verdict.
    pub fn stage(&self) -> Stage {
        let after = self.judged.verdict.as_ref().and_then(|verdict| verdict.stage_after);
        after.unwrap_or(self.judged.mention.stage)
    }

    /// Whether it tells a change that the label has, of the right kind and at the right stage.
    pub fn is_right(&self, gold: &Gold) -> bool {
        // A kind's path may lack the labelled stage.
        let stage = self.stage() == gold.stage || self.judged.mention.stage == gold.stage;
        tells_change(gold) && self.kind_ok && stage
    }
}

/// Whether a label has a change that is to be told.
pub fn tells_change(gold: &Gold) -> bool {
    matches!(gold.verdict, Some(Outcome::New | Outcome::Advanced | Outcome::Regressed))
}

/// A stream with its alerts put to the commitments that they are about.
pub struct Account<'a> {
    pub heard: &'a [Heard<'a>],
    pub cells: Vec<Cell<'a>>,
    /// Alerts about nothing that is labelled, with their articles.
    pub spurious: Vec<(usize, &'a JudgedMention)>,
}

impl<'a> Account<'a> {
    /// Puts every alert to its commitment.
    pub fn of(heard: &'a [Heard<'a>]) -> Self {
        let mut account = Self { heard, cells: Vec::new(), spurious: Vec::new() };
        for (article, one) in heard.iter().enumerate() {
            account.add(article, one);
        }
        account
    }

    fn add(&mut self, article: usize, one: &'a Heard<'a>) {
        let mut cells: BTreeMap<&str, Cell<'a>> = BTreeMap::new();
        for gold in one.golds {
            let Some(cluster) = gold.cluster.as_deref() else { continue };
            let loud = |gold: &Gold| (gold.alert.unwrap_or_default(), !gold.neutral);
            let cell = cells.entry(cluster).or_insert(Cell { article, gold, alerts: Vec::new() });
            if loud(gold) > loud(cell.gold) {
                cell.gold = gold;
            }
        }
        for (at, judged) in one.judged.iter().enumerate() {
            if judged.told == AlertLevel::None {
                continue;
            }
            let gold = one.words.of_mention[at].map(|gold| &one.golds[gold]);
            let cell = gold.and_then(|gold| cells.get_mut(gold.cluster.as_deref()?));
            match cell {
                Some(cell) => {
                    let kind_ok = one.relaxed.of_mention[at].is_some();
                    cell.alerts.push(Alert { judged, kind_ok });
                }
                None if is_beside_open(one, judged) => {}
                None => self.spurious.push((article, judged)),
            }
        }
        self.cells.extend(cells.into_values());
    }

    /// The alert that announces, in a later article, what this cell should have announced.
    pub fn later(&self, cell: &Cell<'a>) -> Option<&Cell<'a>> {
        self.cells
            .iter()
            .filter(|other| other.article > cell.article && other.gold.cluster == cell.gold.cluster)
            .take_while(|other| !other.is_worthy())
            .find(|other| !other.alerts.is_empty())
    }

    pub fn hours(&self, from: usize, to: usize) -> f64 {
        self.heard[to].arrived.duration_since(self.heard[from].arrived).as_secs_f64() / 3600.0
    }
}

/// Whether an alert is about an act that the labels leave open.
fn is_beside_open(one: &Heard<'_>, judged: &JudgedMention) -> bool {
    one.golds
        .iter()
        .any(|gold| gold.neutral && one.places.dice(gold.span, judged.mention.action.span) > 0.0)
}

/// The verdict on a labelled mention.
pub fn verdict(one: &Heard<'_>, gold: usize) -> Option<Outcome> {
    let judged = &one.judged[one.words.of_gold[gold]?];
    judged.verdict.as_ref().map(|verdict| verdict.outcome)
}
