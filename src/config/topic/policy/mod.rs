//! The rules of the ledger as data: what makes two mentions one commitment, what moves it, and how loudly that is
//! told.
//!
//! In: the text of `policy.toml` (its own comments say what each key means). Out: a [`Policy`], or all problems at
//! once.

mod alert;

use std::collections::BTreeSet;
use std::ops::Range;

use serde::Deserialize;

use alert::AlertRow;
pub use alert::{AlertQuestion, Caps, Change};

use crate::config::problem::Problem;
use crate::model::{AlertLevel, Kind, Stage};

/// The policy that the program ships.
pub const SHIPPED: &str =
    include_str!("../../../../config/topics/vietnam-uk-migration/policy.toml");

/// All rules of the ledger.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Thresholds of likeness.
    pub identity: Identity,
    /// Topics that a kind implies.
    implied: Vec<Implied>,
    /// Groups of topics in which vague promises share an entry.
    pub topic_group: Vec<TopicGroup>,
    /// What counts as boilerplate.
    pub boilerplate: Boilerplate,
    /// How parties are read.
    pub parties: Parties,
    /// Words that carry little.
    pub words: WordWeights,
    /// Wording that tells a further act or a resumption.
    pub cues: Cues,
    /// Periods.
    pub time: TimeRules,
    /// What a mention must be to move an entry.
    pub evidence: Evidence,
    /// Stages that each kind can be in.
    path: Vec<Path>,
    /// The alert policy, in order: the first row that fits decides.
    alert: Vec<AlertRow>,
    /// Ceilings over all rows.
    pub cap: Caps,
}

/// Thresholds of likeness; each from 0 to 1 but `content`, which is a sum of weights.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Identity {
    /// Share of compatible parties that makes the same pair.
    pub pair: f64,
    /// Share that still allows one side's step of a two-sided act.
    pub pair_of_step: f64,
    /// Topic likeness that suffices unless the words speak against it.
    pub topics: f64,
    /// Word likeness asked for beside `topics`.
    pub words: f64,
    /// Lower topic likeness that suffices together with `words_with_topics`.
    pub topics_with_words: f64,
    /// Word likeness asked for beside `topics_with_words`.
    pub words_with_topics: f64,
    /// Word likeness that suffices alone.
    pub words_alone: f64,
    /// Word likeness asked for where only `pair_of_step` is reached.
    pub words_of_step: f64,
    /// Word likeness that suffices wherever `pair_of_step` is reached.
    pub words_sure: f64,
    /// Weight of telling words from which having none in common is evidence of two acts.
    pub content: f64,
    /// Kinds that tell the same act in different lights.
    families: Vec<Vec<Kind>>,
    /// Topics that say nothing about which act it is, whatever its kind.
    vague_topics: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Implied {
    kind: Kind,
    topics: Vec<String>,
}

/// Topics in which vague promises share an entry.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TopicGroup {
    /// Name for readers.
    pub name: String,
    /// Topic ids.
    pub topics: Vec<String>,
}

/// What counts as boilerplate.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Boilerplate {
    /// Kinds that always do.
    pub kinds: Vec<Kind>,
    /// Topics of mechanisms that do.
    pub mechanism_topics: Vec<String>,
}

/// How parties are read.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parties {
    /// Last parts of actor ids that mean the whole state.
    pub whole_state: Vec<String>,
    /// Agencies that speak for their whole state abroad: that a text names one does not tell who acts.
    #[serde(default)]
    pub messengers: Vec<String>,
}

/// Words that carry little.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WordWeights {
    /// Weight of a common word beside 1 for a telling one.
    pub common_weight: f64,
    /// Concepts shared by many acts.
    pub common_concepts: Vec<String>,
    /// English words shared by many acts, separated by blanks.
    pub common_en: String,
    /// Vietnamese pairs of syllables shared by many acts, separated by `|`.
    pub common_vi: String,
    /// English words without content, separated by blanks.
    pub stop_en: String,
    /// Vietnamese syllables without content, separated by blanks.
    pub stop_vi: String,
}

/// Wording that tells a further act or a resumption; lower case.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cues {
    /// English words of a further act.
    pub further_en: Vec<String>,
    /// Vietnamese words of a further act.
    pub further_vi: Vec<String>,
    /// Beginnings of English words of a resumption.
    pub resume_en: Vec<String>,
    /// Vietnamese words of a resumption.
    pub resume_vi: Vec<String>,
}

/// Periods, in days unless the name says otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimeRules {
    /// Age up to which an unknown background event is news.
    pub recent_background_days: i64,
    /// Disagreement of outlets on a date.
    pub late_tolerance_days: i64,
    /// Distance from which texts of one type and topic are different texts.
    pub instrument_days: i64,
    /// Distance up to which an edition without a number is the one held then.
    pub edition_days: i64,
    /// Distance from which a joint paper of a meeting is that of another meeting.
    pub meeting_paper_days: i64,
    /// Months of silence after which a restatement is shown as revived.
    pub revive_months: i64,
}

/// What a mention must be to move an entry.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// Confidence from which a stage may rise.
    pub advance_confidence: f64,
    /// Confidence from which a verdict may push.
    pub push_confidence: f64,
    /// Stage from which a smaller figure is progress.
    pub progress_from: Stage,
    /// Anchor kinds whose first appearance is worth telling.
    pub detail_anchors: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Path {
    kinds: Vec<Kind>,
    stages: Vec<Stage>,
}
impl Policy {
    /// Reads the policy: the content `text` of `file`.
    ///
    /// # Errors
    /// All problems found, in file order.
    pub fn read(file: &str, text: &str) -> Result<Self, Vec<Problem>> {
        let at = |range: Range<usize>, message: String| Problem::at(file, text, range, message);
        let policy: Policy = toml::from_str(text)
            .map_err(|error| vec![at(error.span().unwrap_or(0..0), error.message().to_owned())])?;
        let problems: Vec<Problem> =
            policy.faults(text).into_iter().map(|(range, message)| at(range, message)).collect();
        if problems.is_empty() { Ok(policy) } else { Err(problems) }
    }

    /// The kinds whose mentions can be the same act as one of `kind`, itself included.
    pub fn family(&self, kind: Kind) -> Vec<Kind> {
        let shared = self.identity.families.iter().find(|family| family.contains(&kind));
        shared.cloned().unwrap_or_else(|| vec![kind])
    }

    /// Whether a topic says nothing about which act of that kind it is.
    pub fn is_implied(&self, kind: Kind, topic: &str) -> bool {
        self.identity.vague_topics.iter().any(|vague| vague == topic)
            || self.implied.iter().any(|implied| {
                implied.kind == kind && implied.topics.iter().any(|known| known == topic)
            })
    }

    /// Whether commitments of this kind and these topics are boilerplate.
    pub fn is_boilerplate(&self, kind: Kind, topics: &[String]) -> bool {
        self.boilerplate.kinds.contains(&kind) || self.is_delegation(kind, topics)
    }

    /// Whether this is the exchange of delegations, whatever the delegations talk about.
    pub fn is_delegation(&self, kind: Kind, topics: &[String]) -> bool {
        kind == Kind::Mechanism
            && topics.iter().any(|topic| self.boilerplate.mechanism_topics.contains(topic))
    }

    /// Positions of the topic groups that the topics belong to, sorted.
    pub fn groups(&self, topics: &[String]) -> BTreeSet<usize> {
        let of =
            |topic: &String| self.topic_group.iter().position(|group| group.topics.contains(topic));
        topics.iter().filter_map(of).collect()
    }

    /// The stage that a mention of `kind` counts as: itself, or the nearest one below on the kind's path. Lateral
    /// states are on every path.
    pub fn on_path(&self, kind: Kind, stage: Stage) -> Stage {
        let path = self.path.iter().find(|path| path.kinds.contains(&kind));
        let Some(path) = path.filter(|_| !stage.is_lateral()) else { return stage };
        path.stages.iter().copied().filter(|on| *on <= stage).max().unwrap_or(stage)
    }

    /// The level of the first row that fits, and the row's name.
    pub fn level(&self, question: &AlertQuestion) -> (AlertLevel, &str) {
        let row = self.alert.iter().find(|row| row.fits(question));
        row.map_or((AlertLevel::None, "no row fits"), |row| (row.level, row.name.as_str()))
    }

    /// The names of the rows of the alert policy, in order.
    pub fn alert_rows(&self) -> impl Iterator<Item = &str> {
        self.alert.iter().map(|row| row.name.as_str())
    }

    /// What serde cannot see, with the place where it stands.
    fn faults(&self, text: &str) -> Vec<(Range<usize>, String)> {
        let mut faults = Vec::new();
        let identity = &self.identity;
        for (key, share) in [
            ("pair", identity.pair),
            ("pair_of_step", identity.pair_of_step),
            ("topics", identity.topics),
            ("words", identity.words),
            ("topics_with_words", identity.topics_with_words),
            ("words_with_topics", identity.words_with_topics),
            ("words_alone", identity.words_alone),
            ("words_of_step", identity.words_of_step),
            ("words_sure", identity.words_sure),
            ("common_weight", self.words.common_weight),
            ("advance_confidence", self.evidence.advance_confidence),
            ("push_confidence", self.evidence.push_confidence),
        ] {
            if !(0.0..=1.0).contains(&share) {
                faults.push((key_at(text, key), format!("`{key}` goes from 0 to 1")));
            }
        }
        let time = self.time;
        for (key, days) in [
            ("recent_background_days", time.recent_background_days),
            ("late_tolerance_days", time.late_tolerance_days),
            ("instrument_days", time.instrument_days),
            ("edition_days", time.edition_days),
            ("meeting_paper_days", time.meeting_paper_days),
            ("revive_months", time.revive_months),
        ] {
            if days < 0 {
                faults.push((key_at(text, key), format!("`{key}` cannot be negative")));
            }
        }
        for kind in Kind::ALL {
            if !self.path.iter().any(|path| path.kinds.contains(kind)) {
                faults.push((key_at(text, "path"), format!("no path has the kind `{kind}`")));
            }
        }
        if !self.alert.last().is_some_and(AlertRow::fits_everything) {
            let message = "the last row of the alert policy must have no condition".to_owned();
            faults.push((key_at(text, "alert"), message));
        }
        faults.sort_by_key(|(range, _)| range.start);
        faults
    }
}
/// Where a key stands: its last appearance at the start of a line, alone or as a table header.
fn key_at(text: &str, key: &str) -> Range<usize> {
    let mut offset = 0;
    let mut found = 0..0;
    for line in text.split_inclusive('\n') {
        let name = line.trim_start_matches('[');
        let skipped = line.len() - name.len();
        let ends = name.strip_prefix(key).is_some_and(|rest| rest.starts_with([' ', '=', ']']));
        if ends {
            found = offset + skipped..offset + skipped + key.len();
        }
        offset += line.len();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Outcome;

    fn shipped() -> Policy {
        Policy::read("policy.toml", SHIPPED).unwrap()
    }

    fn question(outcome: Outcome, kind: Kind, stage: Stage) -> AlertQuestion {
        AlertQuestion {
            outcome,
            change: None,
            further: false,
            late: false,
            silent: false,
            boilerplate: false,
            edition: false,
            content: false,
            concrete: false,
            amount: false,
            kind,
            stage,
            specificity: 0,
            strength: 3,
        }
    }

    #[test]
    fn the_first_row_that_fits_decides() {
        let policy = shipped();
        let level = |question: &AlertQuestion| policy.level(question).0;
        let signed = question(Outcome::New, Kind::InstrumentConclude, Stage::Signed);
        assert_eq!(level(&signed), AlertLevel::Push);
        assert_eq!(level(&AlertQuestion { late: true, ..signed }), AlertLevel::Watch);
        let restated = AlertQuestion { outcome: Outcome::Restated, ..signed };
        assert_eq!(level(&restated), AlertLevel::None);
        let vague = question(Outcome::New, Kind::Operation, Stage::Agreed);
        assert_eq!(level(&vague), AlertLevel::Watch);
        assert_eq!(level(&AlertQuestion { specificity: 2, ..vague }), AlertLevel::Push);
        let wish = question(Outcome::New, Kind::InfoExchange, Stage::Proposed);
        assert_eq!(level(&AlertQuestion { boilerplate: true, ..wish }), AlertLevel::None);
        let halted = question(Outcome::Regressed, Kind::Operation, Stage::Suspended);
        assert_eq!(level(&halted), AlertLevel::Push);
        assert_eq!(level(&AlertQuestion { strength: 1, ..halted }), AlertLevel::Watch);
    }

    #[test]
    fn what_is_news_whichever_entry_it_belongs_to_is_told_as_news() {
        let policy = shipped();
        let level = |question: &AlertQuestion| policy.level(question).0;
        let doubt = AlertQuestion {
            specificity: 2,
            ..question(Outcome::Unsure, Kind::Operation, Stage::Agreed)
        };
        assert_eq!(level(&doubt), AlertLevel::Watch);
        assert_eq!(level(&AlertQuestion { further: true, ..doubt }), AlertLevel::Push);
        let vague = AlertQuestion { further: true, specificity: 1, ..doubt };
        assert_eq!(level(&vague), AlertLevel::Watch);
        let halted = AlertQuestion { stage: Stage::Suspended, ..vague };
        assert_eq!(level(&halted), AlertLevel::Push);
    }

    #[test]
    fn a_stage_off_the_path_counts_as_the_nearest_below() {
        let policy = shipped();
        assert_eq!(policy.on_path(Kind::Operation, Stage::InForce), Stage::Signed);
        assert_eq!(policy.on_path(Kind::Mechanism, Stage::InForce), Stage::InForce);
        assert_eq!(policy.on_path(Kind::Operation, Stage::Suspended), Stage::Suspended);
    }

    #[test]
    fn problems_carry_their_line() {
        let wrong = SHIPPED
            .replace("pair = 0.75 ", "pair = 7.5 ")
            .replace("words_alone = 0.5", "words_alone = -1.0");
        let problems = Policy::read("p.toml", &wrong).unwrap_err();
        let shown: Vec<String> = problems.iter().map(ToString::to_string).collect();
        assert_eq!(shown.len(), 2, "{shown:?}");
        assert!(shown[0].contains("`pair`"), "{shown:?}");
        let typo = SHIPPED.replace("late_tolerance_days", "late_tolerance_day");
        assert!(Policy::read("p.toml", &typo).unwrap_err()[0].line > 100);
        let open = SHIPPED.replace(
            "name = \"an undertaking without figure or date\"",
            "name = \"an undertaking without figure or date\"\nrank = 1",
        );
        assert!(Policy::read("p.toml", &open).unwrap_err()[0].message.contains("last row"));
    }
}
