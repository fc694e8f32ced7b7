//! Why a message came: what the ledger knew before, the tests that decided, the way of the commitment so far, and what
//! a reader can answer.

use serde::Serialize;

use super::alert::Letterhead;
use super::clean;
use super::facts::{AlertItem, Reader};
use super::frame::Action;
use super::grounds::Grounds;
use super::wording::Wording;
use crate::model::{Check, Outcome, PartialDate, Rejected, Stage};

/// More tests than these say nothing to a reader; `explain` shows all.
const MAX_CHECKS: usize = 8;
/// Stages shown of a long history: the latest.
const MAX_STEPS: usize = 8;
/// Most letters of a sentence: names come from articles, which may be hostile.
const MAX_SENTENCE: usize = 400;
/// Most letters of what another entry says.
const MAX_GIST: usize = 160;

/// A stage that a commitment has reached.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Step {
    pub date: String,
    pub stage: String,
    /// Whether this is the step that is told.
    pub now: bool,
}

impl Wording<'_> {
    /// The tests that say something to a reader: that it is plain news and how the candidate was found do not.
    pub(super) fn checks(&self, item: &AlertItem) -> Vec<String> {
        let telling = |check: &&Check| {
            let known = matches!(check.test.as_str(), "framing" | "assertion") && check.ok;
            !known && check.test != "candidate"
        };
        let telling = item.verdict.because.iter().filter(telling).take(MAX_CHECKS);
        let grounds = self.grounds();
        let sentence = |check: &Check| match &item.instrument_name {
            // A text that the topic does not list has no name but the one that an article gave it.
            Some(name) if check.test == "instrument" && !self.names.has(&check.value) => {
                grounds.same_text(&clean::line(name))
            }
            _ => grounds.sentence(check),
        };
        telling.map(|check| clean::shorten(&sentence(check), MAX_SENTENCE)).collect()
    }

    /// The nearest entry that was not taken, and why not.
    pub(super) fn nearest(&self, item: &AlertItem) -> Option<String> {
        let near = item.verdict.nearest_rejected.as_ref()?;
        let gist = clean::shorten(&self.other(item.nearest.as_ref(), &near.gist), MAX_GIST);
        let near = Rejected { gist, ..near.clone() };
        Some(clean::shorten(&self.grounds().not_taken(&near), MAX_SENTENCE))
    }

    fn grounds(&self) -> Grounds<'_> {
        Grounds::new(self.words, self.language, Some(self.names))
    }

    /// The stages that a commitment has gone through, this one last; nothing where there is only one, or where the
    /// ledger knew none before.
    pub(super) fn history(&self, item: &AlertItem) -> Vec<Step> {
        if item.verdict.outcome == Outcome::New {
            return Vec::new();
        }
        let reached = item.verdict.stage_after.unwrap_or(item.mention.stage);
        let unknown = self.words.get("date", "unknown");
        let step = |stage: Stage, date: Option<PartialDate>| Step {
            date: date.map_or_else(|| unknown.to_owned(), |date| self.date(date)),
            stage: self.words.get("stage", stage.as_str()).to_owned(),
            now: false,
        };
        let history = &item.commitment.history;
        let from = history.len().saturating_sub(MAX_STEPS);
        let mut steps: Vec<Step> =
            history[from..].iter().map(|change| step(change.stage, change.event_date)).collect();
        if history.last().is_none_or(|last| last.stage != reached) {
            steps.push(step(reached, item.mention.event_date));
        }
        let known = steps.len() > 1;
        if let Some(last) = steps.last_mut() {
            last.now = true;
        }
        if known { steps } else { Vec::new() }
    }

    pub(super) fn why(&self, item: &AlertItem) -> String {
        let stage = item.verdict.stage_after.unwrap_or(item.mention.stage);
        let values = [
            ("before", self.before(item)),
            ("stage", self.words.get("stage", stage.as_str()).to_owned()),
        ];
        let values: Vec<(&str, &str)> =
            values.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.words.fill("why", item.verdict.outcome.as_str(), &values)
    }

    pub(super) fn actions(
        &self,
        item: &AlertItem,
        letterhead: &Letterhead,
        reader: &Reader,
    ) -> Vec<Action> {
        let action = |key, request: &str| {
            let what = format!("{request} {}", item.commitment.id);
            let url = letterhead.request(reader, &what)?;
            Some(Action { label: self.words.get("phrase", key).to_owned(), url })
        };
        [action("seen_it", "seen"), action("wrong", "wrong")].into_iter().flatten().collect()
    }
}
