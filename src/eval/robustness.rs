//! What damage costs. In: a run on the labelled articles as they are, and one on damaged ones. Out: the figures that
//! fall, and the verdicts that turn.

use std::collections::BTreeMap;

use serde::Serialize;

use super::account::{Heard, verdict};
use super::figures::rounded;
use super::report::Levels;
use crate::model::{AlertLevel, Outcome};

/// One sort of damage.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Robustness {
    /// Articles whose text (or arrival) is another.
    pub changed: usize,
    /// How far each figure falls; below zero it rises.
    pub drop: Drop,
    /// Labelled acts that are judged or told otherwise, found or lost; for relevance sets, turned decisions.
    pub flips: usize,
    /// Of so many.
    pub of: usize,
    /// Whether nothing may turn under it.
    pub harmless: bool,
    /// Alerts before and after.
    pub alerts: (usize, usize),
}

/// Figures before less figures after.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Drop {
    #[serde(rename = "L0_f")]
    pub relevance: Option<f64>,
    #[serde(rename = "L1_f")]
    pub mentions: Option<f64>,
    pub stage_acc: Option<f64>,
    pub verdict_acc: Option<f64>,
    pub push_p: Option<f64>,
    pub push_r: Option<f64>,
}

impl Drop {
    /// From the levels before and after; verdicts are compared label by label.
    pub fn of(before: &Levels, after: &Levels, turned: &Turned) -> Self {
        let drop = |figure: fn(&Levels) -> Option<f64>| {
            figure(before).zip(figure(after)).map(|(before, after)| rounded(before - after))
        };
        Self {
            relevance: drop(|levels| levels.relevance.as_ref()?.kept.f),
            mentions: drop(|levels| levels.mentions.as_ref()?.relaxed.f),
            stage_acc: drop(|levels| levels.fields.as_ref()?.stage_acc),
            verdict_acc: turned.verdict_acc,
            push_p: drop(|levels| levels.stream.as_ref()?.push.p),
            push_r: drop(|levels| levels.stream.as_ref()?.push.r),
        }
    }
}

/// How a labelled act was judged and told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fate {
    wanted: Outcome,
    got: Option<(Outcome, AlertLevel)>,
}

impl Fate {
    fn is_right(self) -> bool {
        self.got.is_some_and(|(outcome, _)| outcome == self.wanted)
    }
}

/// Fates by article and label.
pub type Fates = BTreeMap<(String, String), Fate>;

/// The fates of all labels that are scored.
pub fn fates(heard: &[Heard<'_>]) -> Fates {
    let mut fates = Fates::new();
    for one in heard {
        for (at, gold) in one.golds.iter().enumerate().filter(|(_, gold)| !gold.neutral) {
            let Some(wanted) = gold.verdict else { continue };
            let told = one.words.of_gold[at].map(|mention| one.judged[mention].told);
            let got = verdict(one, at).zip(told);
            fates.insert((one.id.to_owned(), gold.id.clone()), Fate { wanted, got });
        }
    }
    fates
}

/// What turned among the labels that are scored in both runs.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Turned {
    /// Labels whose fate is another.
    pub flips: usize,
    /// Labels in both.
    pub of: usize,
    /// How far the share of right verdicts falls among them.
    pub verdict_acc: Option<f64>,
}

/// Compares two runs.
pub fn turned(before: &Fates, after: &Fates) -> Turned {
    let both: Vec<(&Fate, &Fate)> =
        before.iter().filter_map(|(key, before)| Some((before, after.get(key)?))).collect();
    let right =
        |fates: &mut dyn Iterator<Item = &&Fate>| fates.filter(|fate| fate.is_right()).count();
    let lost = right(&mut both.iter().map(|(before, _)| before)) as f64
        - right(&mut both.iter().map(|(_, after)| after)) as f64;
    Turned {
        flips: both.iter().filter(|(before, after)| before != after).count(),
        of: both.len(),
        verdict_acc: (!both.is_empty()).then(|| rounded(lost / both.len() as f64)),
    }
}
