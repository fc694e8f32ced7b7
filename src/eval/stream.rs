//! L4: is the right thing announced, once, in time? In: an account of a stream. Out: its figures.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::account::{Account, Cell, Heard, tells_change, verdict};
use super::dataset::Gold;
use super::fields::{Confusion, count};
use super::figures::{mean, percentile, rounded, share};
use crate::model::{AlertLevel, Outcome, Stage};

/// Verdicts and alerts of a stream.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Stream {
    /// Labelled mentions scored.
    pub n: usize,
    /// Share with the right verdict; a mention not found is wrong.
    pub verdict_acc: Option<f64>,
    /// The same among those found.
    pub verdict_acc_found: Option<f64>,
    /// Verdicts wanted and got.
    pub verdict_confusion: Confusion,
    pub push: Announced,
    pub watch: Announced,
    /// Alert-worthy verdicts of each sort that were never announced.
    pub missed_new: Option<f64>,
    pub missed_advance: Option<f64>,
    /// The same for both at stage `signed` or above, or with two specific details.
    pub missed_major: Option<f64>,
    /// Announced only by a later article.
    pub late: usize,
    pub dup_per_commitment: Option<f64>,
    pub leak: Leak,
    /// Articles with nothing to announce that stayed silent.
    pub silent_ok: Option<f64>,
    /// Hours from the first article that told it to the alert.
    pub latency_h: Percentiles,
    /// Days from the event to the alert.
    pub coverage_days: Percentiles,
    /// Mean of 1/(1 + hours/24) over what was to be announced; nothing announced gains nothing.
    pub timely_gain: Option<f64>,
    /// Normalised detection cost: 0 is perfect, 1 is as good as never or always alerting.
    pub cdet: Option<f64>,
    /// Share of mentions left to a person.
    pub unsure: Option<f64>,
    /// Alerts at both levels.
    pub alerts: usize,
}

/// Alerts of one level.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Announced {
    /// Strict precision: new, advanced or regressed here, of the right kind and at the right stage.
    pub p: Option<f64>,
    /// Lenient precision: at most one rank off, of any kind.
    pub p_lenient: Option<f64>,
    /// Share of what was to be told at this level that was told at it (or louder) by its first article.
    pub r: Option<f64>,
    /// The same, told at any level.
    pub r_any: Option<f64>,
    /// Share of the alerts whose label asks for exactly this level.
    pub level_ok: Option<f64>,
    /// Alerts scored.
    pub told: usize,
    /// Labels at this level.
    pub wanted: usize,
}

/// Alerts on what was known.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Leak {
    pub push: Option<f64>,
    /// Digest only.
    pub watch: Option<f64>,
    /// Restated and background mentions.
    pub n: usize,
}

/// Median and 90th percentile.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Percentiles {
    pub p50: Option<f64>,
    pub p90: Option<f64>,
}

impl Percentiles {
    fn of(mut values: Vec<f64>) -> Self {
        Self { p50: percentile(&mut values, 50), p90: percentile(&mut values, 90) }
    }
}

/// Scores L4; `None` where no verdict is labelled.
pub fn score(account: &Account<'_>) -> Option<Stream> {
    let verdicts = Verdicts::of(account.heard);
    if verdicts.all == 0 {
        return None;
    }
    let worthy: Vec<&Cell<'_>> = account.cells.iter().filter(|cell| cell.is_worthy()).collect();
    let fates: Vec<Fate> = worthy.iter().map(|cell| fate(account, cell)).collect();
    let missed = |wanted: &dyn Fn(&Cell<'_>) -> bool| {
        let of = worthy.iter().zip(&fates).filter(|(cell, _)| wanted(cell));
        let (all, missed) = of.fold((0, 0), |(all, missed), (_, fate)| {
            (all + 1, missed + usize::from(matches!(fate, Fate::Missed)))
        });
        share(missed, all)
    };
    let is = |outcome: Outcome| move |cell: &Cell<'_>| cell.gold.verdict == Some(outcome);
    let judged = || account.heard.iter().flat_map(|one| one.judged);
    let unsure = judged().filter(|one| {
        one.verdict.as_ref().is_some_and(|verdict| verdict.outcome == Outcome::Unsure)
    });
    Some(Stream {
        n: verdicts.all,
        verdict_acc: share(verdicts.right, verdicts.all),
        verdict_acc_found: share(verdicts.right, verdicts.found),
        push: announced(account, AlertLevel::Push),
        watch: announced(account, AlertLevel::Watch),
        missed_new: missed(&is(Outcome::New)),
        missed_advance: missed(&|cell| {
            matches!(cell.gold.verdict, Some(Outcome::Advanced | Outcome::Regressed))
        }),
        missed_major: missed(&|cell| cell.is_major()),
        late: fates.iter().filter(|fate| matches!(fate, Fate::Late(_))).count(),
        dup_per_commitment: duplicates(account),
        leak: leak(account),
        silent_ok: silent(account),
        latency_h: Percentiles::of(fates.iter().filter_map(Fate::hours).collect()),
        coverage_days: Percentiles::of(coverage(account, &worthy)),
        timely_gain: mean(
            fates.iter().map(|fate| fate.hours().map_or(0.0, |hours| 1.0 / (1.0 + hours / 24.0))),
        ),
        cdet: detection_cost(account, &verdicts, &fates),
        unsure: share(unsure.count(), judged().count()),
        alerts: judged().filter(|one| one.told > AlertLevel::None).count(),
        verdict_confusion: verdicts.confusion,
    })
}

/// What became of something that was to be announced.
enum Fate {
    Told,
    /// Hours later.
    Late(f64),
    Missed,
}

impl Fate {
    fn hours(&self) -> Option<f64> {
        match self {
            Self::Told => Some(0.0),
            Self::Late(hours) => Some(*hours),
            Self::Missed => None,
        }
    }
}

fn fate(account: &Account<'_>, cell: &Cell<'_>) -> Fate {
    if !cell.alerts.is_empty() {
        return Fate::Told;
    }
    match account.later(cell) {
        Some(later) => Fate::Late(account.hours(cell.article, later.article)),
        None => Fate::Missed,
    }
}

/// Verdicts of labelled mentions.
#[derive(Default)]
struct Verdicts {
    all: usize,
    found: usize,
    right: usize,
    confusion: Confusion,
}

impl Verdicts {
    fn of(heard: &[Heard<'_>]) -> Self {
        let mut verdicts = Self::default();
        for one in heard {
            for (at, gold) in one.golds.iter().enumerate().filter(|(_, gold)| !gold.neutral) {
                let Some(wanted) = gold.verdict else { continue };
                let got = verdict(one, at);
                verdicts.all += 1;
                verdicts.found += usize::from(got.is_some());
                verdicts.right += usize::from(got == Some(wanted));
                let word = |outcome: Outcome| outcome.as_str().to_uppercase();
                let got = got.map_or_else(|| "MISSED".to_owned(), word);
                count(&mut verdicts.confusion, &word(wanted), &got);
            }
        }
        verdicts
    }
}

fn announced(account: &Account<'_>, level: AlertLevel) -> Announced {
    let (mut strict, mut lenient, mut level_ok, mut told) = (0, 0, 0, 0);
    for cell in account.cells.iter().filter(|cell| !cell.is_open()) {
        for alert in cell.alerts.iter().filter(|alert| alert.judged.told == level) {
            told += 1;
            strict += usize::from(alert.is_right(cell.gold));
            let near = tells_change(cell.gold) && is_near(alert.stage(), cell.gold.stage);
            lenient += usize::from(alert.is_right(cell.gold) || near);
            level_ok += usize::from(cell.wanted() == level);
        }
    }
    told += account.spurious.iter().filter(|(_, judged)| judged.told == level).count();
    let wanted = || account.cells.iter().filter(|cell| cell.is_worthy() && cell.wanted() == level);
    Announced {
        p: share(strict, told),
        p_lenient: share(lenient, told),
        r: share(wanted().filter(|cell| cell.loudest() >= level).count(), wanted().count()),
        r_any: share(wanted().filter(|cell| !cell.alerts.is_empty()).count(), wanted().count()),
        level_ok: share(level_ok, told),
        told,
        wanted: wanted().count(),
    }
}

/// At most one rank apart; lateral states are all near each other.
fn is_near(a: Stage, b: Stage) -> bool {
    match (a.rank(), b.rank()) {
        (Some(a), Some(b)) => a.abs_diff(b) <= 1,
        (None, None) => true,
        _ => false,
    }
}

/// Alerts on one commitment at one stage beyond the first, for each commitment announced.
fn duplicates(account: &Account<'_>) -> Option<f64> {
    let mut told: BTreeMap<(&str, Stage), usize> = BTreeMap::new();
    for cell in account.cells.iter().filter(|cell| !cell.is_open()) {
        let Some(cluster) = cell.gold.cluster.as_deref() else { continue };
        for alert in &cell.alerts {
            *told.entry((cluster, alert.judged.mention.stage)).or_default() += 1;
        }
    }
    let again: usize = told.values().map(|count| count - 1).sum();
    let clusters: BTreeSet<&str> = told.keys().map(|(cluster, _)| *cluster).collect();
    share(again, clusters.len())
}

fn leak(account: &Account<'_>) -> Leak {
    let known = |gold: &&Gold| {
        !gold.neutral && matches!(gold.verdict, Some(Outcome::Restated | Outcome::Background))
    };
    let n = account.heard.iter().flat_map(|one| one.golds).filter(known).count();
    let made_up: BTreeSet<(usize, Option<&str>)> = account
        .cells
        .iter()
        .filter(|cell| cell.is_worthy() && cell.alerts.is_empty())
        .filter_map(|cell| account.later(cell))
        .map(|later| (later.article, later.gold.cluster.as_deref()))
        .collect();
    let leaked = |level: AlertLevel| {
        account
            .cells
            .iter()
            .filter(|cell| known(&cell.gold) && cell.loudest() == level)
            .filter(|cell| !made_up.contains(&(cell.article, cell.gold.cluster.as_deref())))
            .count()
    };
    Leak { push: share(leaked(AlertLevel::Push), n), watch: share(leaked(AlertLevel::Watch), n), n }
}

fn silent(account: &Account<'_>) -> Option<f64> {
    let (mut silent, mut all) = (0, 0);
    for at in 0..account.heard.len() {
        let own = || account.cells.iter().filter(|cell| cell.article == at);
        if own().any(|cell| cell.wanted() > AlertLevel::None) {
            continue;
        }
        all += 1;
        let told = own().any(|cell| !cell.is_open() && !cell.alerts.is_empty())
            || account.spurious.iter().any(|(article, _)| *article == at);
        silent += usize::from(!told);
    }
    share(silent, all)
}

/// Days from event to alert, where both are known.
fn coverage(account: &Account<'_>, worthy: &[&Cell<'_>]) -> Vec<f64> {
    worthy
        .iter()
        .filter(|cell| !cell.alerts.is_empty())
        .filter_map(|cell| {
            let event = cell.gold.event_date?.earliest();
            let told = account.heard[cell.article].arrived.to_zoned(jiff::tz::TimeZone::UTC).date();
            Some(crate::model::date::days_between(event, told) as f64)
        })
        .collect()
}

/// `5 P_miss P_t + 3 P_fa (1 - P_t)`, divided by what never or always alerting would cost.
fn detection_cost(account: &Account<'_>, verdicts: &Verdicts, fates: &[Fate]) -> Option<f64> {
    let targets = fates.len();
    let missed = fates.iter().filter(|fate| matches!(fate, Fate::Missed)).count();
    let false_pushes = account
        .cells
        .iter()
        .filter(|cell| !cell.is_open() && !cell.is_worthy())
        .filter(|cell| cell.loudest() == AlertLevel::Push)
        .count()
        + account.spurious.iter().filter(|(_, judged)| judged.told == AlertLevel::Push).count();
    let others = verdicts.all.saturating_sub(targets);
    cost(targets, missed, others, false_pushes)
}

/// The same from counts.
fn cost(targets: usize, missed: usize, others: usize, false_pushes: usize) -> Option<f64> {
    if targets == 0 || others == 0 {
        return None;
    }
    let share_of_targets = targets as f64 / (targets + others) as f64;
    let miss = missed as f64 / targets as f64;
    let false_alarm = (false_pushes as f64 / others as f64).min(1.0);
    let cost = 5.0 * miss * share_of_targets + 3.0 * false_alarm * (1.0 - share_of_targets);
    Some(rounded(cost / (5.0 * share_of_targets).min(3.0 * (1.0 - share_of_targets))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn detection_cost_is_as_computed_by_hand() {
        // 20 of 100 are to be told; 2 are missed, 4 of the 80 others are pushed:
        // 5 * 0.1 * 0.2 + 3 * 0.05 * 0.8 = 0.22, and never alerting costs 5 * 0.2 = 1.
        assert_eq!(cost(20, 2, 80, 4), Some(0.22));
        assert_eq!(cost(20, 0, 80, 0), Some(0.0));
        assert_eq!(cost(20, 20, 80, 0), Some(1.0));
        assert_eq!(cost(0, 0, 80, 0), None);
    }

    #[test]
    fn stages_are_near_within_one_rank_and_among_lateral_states() {
        assert!(is_near(Stage::Pledged, Stage::Agreed));
        assert!(!is_near(Stage::Proposed, Stage::Agreed));
        assert!(is_near(Stage::Suspended, Stage::Refused));
        assert!(!is_near(Stage::Suspended, Stage::Delivered));
    }
}
