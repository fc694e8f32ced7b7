//! L2: are the fields of matched mentions right?

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::dataset::Gold;
use super::figures::{Prf, harmonic, mean, rounded, share};
use super::mentions::is_background;
use super::miss::{Level, Miss};
use super::names::Names;
use crate::model::{InstrumentId, Mention, PartialDate, Party, Stage};

/// Wanted, then got, then how often.
pub type Confusion = BTreeMap<String, BTreeMap<String, usize>>;

/// A matched pair with what the program knows beside the mention.
pub struct Pair<'a> {
    pub gold: &'a Gold,
    pub mention: &'a Mention,
    /// The text that the ledger linked it to.
    pub linked: Option<&'a InstrumentId>,
    /// The date of the article, which stands in where the text names none.
    pub source_date: Option<PartialDate>,
}

/// Fields of matched mentions.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Fields {
    /// Pairs scored.
    pub n: usize,
    /// Share with the right kind (not only the right family).
    pub kind_acc: Option<f64>,
    /// Share with the right stage.
    pub stage_acc: Option<f64>,
    /// Mean F1 of the stages that are labelled.
    pub stage_macro_f: Option<f64>,
    /// Mean distance in ranks; 5 between a rank and a lateral state, 1 between two lateral states.
    pub stage_cost: Option<f64>,
    /// Stages wanted and got.
    pub confusion: Confusion,
    /// Kinds wanted and got, where they differ.
    pub kind_confusion: Confusion,
    pub modality_acc: Option<f64>,
    pub framing_acc: Option<f64>,
    /// Past acts and reports told from news.
    pub background: Prf,
    pub polarity_acc: Option<f64>,
    pub assertion_acc: Option<f64>,
    /// Specific enough to interrupt for (two points of four), as labelled.
    pub specific_acc: Option<f64>,
    /// Party and role both right; half for the party that contains the right one.
    pub party_role_f: Option<f64>,
    /// The right text is named.
    pub instrument_acc: Option<f64>,
    pub instrument: Instruments,
    pub topics_f: Option<f64>,
    /// Date of the event to the day (month, year) as labelled.
    pub date_acc: Option<f64>,
    /// The same, three days off at most.
    pub date_acc_3d: Option<f64>,
    /// Verbatim quotes among all quotes of all mentions found.
    pub quote_integrity: Option<f64>,
}

/// How texts were named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Instruments {
    pub right: usize,
    pub wrong: usize,
    pub missing: usize,
    /// Named where the label has none.
    pub spurious: usize,
}

#[derive(Default)]
struct Share(usize, usize);

impl Share {
    fn add<T: PartialEq>(&mut self, wanted: Option<T>, got: &T) {
        if let Some(wanted) = wanted {
            self.1 += 1;
            self.0 += usize::from(wanted == *got);
        }
    }

    fn value(&self) -> Option<f64> {
        share(self.0, self.1)
    }
}

/// Scores L2; `None` where nothing is matched.
pub fn score(pairs: &[&Pair<'_>], names: &Names) -> Option<Fields> {
    if pairs.is_empty() {
        return None;
    }
    let [mut kind, mut stage, mut modality, mut framing, mut polarity, mut assertion, mut specific] =
        std::array::from_fn(|_| Share::default());
    let mut costs = Vec::new();
    let (mut confusion, mut kind_confusion) = (Confusion::new(), Confusion::new());
    let mut background = (0, 0, 0);
    let mut instrument = Instruments::default();
    for Pair { gold, mention, .. } in pairs {
        kind.add(Some(gold.kind), &mention.kind);
        stage.add(Some(gold.stage), &mention.stage);
        modality.add(gold.modality, &mention.modality);
        framing.add(gold.framing, &mention.framing);
        polarity.add(gold.polarity, &mention.polarity);
        assertion.add(gold.assertion, &mention.assertion);
        specific.add(gold.specificity.map(is_specific), &is_specific(mention.specificity));
        costs.push(cost(gold.stage, mention.stage));
        count(&mut confusion, gold.stage.as_str(), mention.stage.as_str());
        if gold.kind != mention.kind {
            count(&mut kind_confusion, gold.kind.as_str(), mention.kind.as_str());
        }
        if gold.framing.is_some() {
            match (gold.is_background(), is_background(mention)) {
                (true, true) => background.0 += 1,
                (false, true) => background.1 += 1,
                (true, false) => background.2 += 1,
                (false, false) => {}
            }
        }
    }
    for pair in pairs {
        match named(pair, names) {
            Some(Naming::Right) => instrument.right += 1,
            Some(Naming::Wrong) => instrument.wrong += 1,
            Some(Naming::Missing) => instrument.missing += 1,
            Some(Naming::Spurious) => instrument.spurious += 1,
            None => {}
        }
    }
    let (date_acc, date_acc_3d) = dates(pairs);
    Some(Fields {
        n: pairs.len(),
        kind_acc: kind.value(),
        stage_acc: stage.value(),
        stage_macro_f: macro_f(&confusion),
        stage_cost: mean(costs),
        confusion,
        kind_confusion,
        modality_acc: modality.value(),
        framing_acc: framing.value(),
        background: Prf::of(background.0, background.1, background.2),
        polarity_acc: polarity.value(),
        assertion_acc: assertion.value(),
        specific_acc: specific.value(),
        party_role_f: parties(pairs),
        instrument_acc: share(
            instrument.right,
            instrument.right + instrument.wrong + instrument.missing,
        ),
        instrument,
        topics_f: topics(pairs),
        date_acc,
        date_acc_3d,
        quote_integrity: None,
    })
}

pub fn count(confusion: &mut Confusion, wanted: &str, got: &str) {
    *confusion.entry(wanted.to_owned()).or_default().entry(got.to_owned()).or_default() += 1;
}

/// Whether the points of specificity let the policy's default interrupt.
pub fn is_specific(points: u8) -> bool {
    points >= 2
}

/// Distance of two stages.
fn cost(wanted: Stage, got: Stage) -> f64 {
    match (wanted.rank(), got.rank()) {
        (Some(a), Some(b)) => f64::from(a.abs_diff(b)),
        (None, None) => f64::from(u8::from(wanted != got)),
        _ => 5.0,
    }
}

/// Mean F1 of the labels that are wanted somewhere.
fn macro_f(confusion: &Confusion) -> Option<f64> {
    mean(confusion.iter().filter_map(|(label, row)| {
        let hits = row.get(label).copied().unwrap_or(0);
        let wanted: usize = row.values().sum();
        let got: usize = confusion.values().filter_map(|row| row.get(label)).sum();
        harmonic(hits as f64, got as f64, wanted as f64)
    }))
}

/// Micro F1 of parties with their roles.
fn parties(pairs: &[&Pair<'_>]) -> Option<f64> {
    let (mut hits, mut found, mut wanted) = (0.0, 0.0, 0.0);
    for pair in pairs {
        let Some(labelled) = &pair.gold.parties else { continue };
        hits += credit(labelled, &pair.mention.parties);
        found += pair.mention.parties.len() as f64;
        wanted += labelled.len() as f64;
    }
    harmonic(hits, found, wanted)
}

/// One for the same party and role, half for a party that contains the labelled one in its role; each found party is
/// used once.
pub fn credit(labelled: &[Party], found: &[Party]) -> f64 {
    let mut left: Vec<&Party> = found.iter().collect();
    let mut take = |fits: &dyn Fn(&Party) -> bool| {
        let place = left.iter().position(|party| fits(party));
        place.map(|place| left.remove(place)).is_some()
    };
    let mut rest = Vec::new();
    let mut sum = 0.0;
    for party in labelled {
        if take(&|other| other == party) { sum += 1.0 } else { rest.push(party) }
    }
    for party in rest {
        let inside = |other: &Party| {
            party.id.strip_prefix(other.id.as_str()).is_some_and(|rest| rest.starts_with('.'))
        };
        if take(&|other| other.role == party.role && inside(other)) {
            sum += 0.5;
        }
    }
    sum
}

enum Naming {
    Right,
    Wrong,
    Missing,
    Spurious,
}

fn named(pair: &Pair<'_>, names: &Names) -> Option<Naming> {
    let wanted = pair.gold.instruments.as_ref()?;
    match (wanted.is_empty(), pair.linked) {
        (true, None) => None,
        (true, Some(_)) => Some(Naming::Spurious),
        (false, None) => Some(Naming::Missing),
        (false, Some(got)) if wanted.iter().any(|wanted| names.same(wanted, got)) => {
            Some(Naming::Right)
        }
        (false, Some(_)) => Some(Naming::Wrong),
    }
}

fn topics(pairs: &[&Pair<'_>]) -> Option<f64> {
    let (mut hits, mut found, mut wanted) = (0, 0, 0);
    for pair in pairs {
        let Some(labelled) = &pair.gold.topics else { continue };
        let labelled: BTreeSet<&String> = labelled.iter().collect();
        let ours: BTreeSet<&String> = pair.mention.topics.iter().collect();
        hits += labelled.intersection(&ours).count();
        found += ours.len();
        wanted += labelled.len();
    }
    harmonic(hits as f64, found as f64, wanted as f64)
}

/// Share of event dates that are exact, and at most three days off.
fn dates(pairs: &[&Pair<'_>]) -> (Option<f64>, Option<f64>) {
    let (mut exact, mut near, mut all) = (0, 0, 0);
    for pair in pairs {
        let Some(wanted) = pair.gold.event_date else { continue };
        all += 1;
        if let Some(got) = pair.mention.event_date.or(pair.source_date) {
            exact += usize::from(got == wanted);
            near += usize::from(got.days_apart(wanted) <= 3);
        }
    }
    (share(exact, all), share(near, all))
}

/// Every wrong field.
pub fn misses(pairs: &[Pair<'_>], names: &Names) -> Vec<Miss> {
    let mut found = Vec::new();
    for pair in pairs {
        let Pair { gold, mention, .. } = pair;
        let mut add = |what: &str, expected: String, got: String| {
            if expected != got {
                found.push(Miss {
                    level: Level::Fields,
                    what: what.to_owned(),
                    id: gold.id.clone(),
                    text: mention.action.text.clone(),
                    expected,
                    got,
                    label: gold.why.clone(),
                    why: mention.reasons.clone(),
                });
            }
        };
        add("kind", gold.kind.to_string(), mention.kind.to_string());
        add("stage", gold.stage.to_string(), mention.stage.to_string());
        macro_rules! labelled {
            ($($field:ident),*) => {$(
                if let Some(wanted) = &gold.$field {
                    add(stringify!($field), wanted.to_string(), mention.$field.to_string());
                }
            )*};
        }
        labelled!(modality, framing, polarity, assertion);
        if let Some(wanted) = gold.specificity
            && is_specific(wanted) != is_specific(mention.specificity)
        {
            add("specificity", wanted.to_string(), mention.specificity.to_string());
        }
        if let Some(wanted) = &gold.parties
            && credit(wanted, &mention.parties) + 0.01
                < wanted.len().max(mention.parties.len()) as f64
        {
            add("parties", shown(wanted), shown(&mention.parties));
        }
        if let (Some(wanted), Some(Naming::Wrong | Naming::Missing | Naming::Spurious)) =
            (&gold.instruments, named(pair, names))
        {
            let ids: Vec<&str> = wanted.iter().map(InstrumentId::as_str).collect();
            let wanted = if ids.is_empty() { "none".to_owned() } else { ids.join(", ") };
            let got = pair.linked.map_or_else(|| "none".to_owned(), ToString::to_string);
            add("instrument", wanted, got);
        }
        if let Some(wanted) = gold.event_date {
            let got = mention.event_date.or(pair.source_date);
            add(
                "event_date",
                wanted.to_string(),
                got.map_or_else(|| "none".to_owned(), |d| d.to_string()),
            );
        }
    }
    found
}

fn shown(parties: &[Party]) -> String {
    let mut parties: Vec<String> =
        parties.iter().map(|party| format!("{} ({})", party.id, party.role)).collect();
    parties.sort();
    parties.join(", ")
}

/// Quotes that are verbatim slices at the places stated, among all.
pub fn quotes<'a>(texts: impl Iterator<Item = (&'a str, &'a [Mention])>) -> Option<f64> {
    let (mut right, mut all) = (0, 0);
    for (text, mentions) in texts {
        for mention in mentions {
            let quotes = [Some(&mention.quote), Some(&mention.action), mention.trigger.as_ref()];
            for quote in quotes.into_iter().flatten() {
                all += 1;
                right += usize::from(text.get(quote.span.range()) == Some(quote.text.as_str()));
            }
        }
    }
    (all > 0)
        .then(|| if right == all { 1.0 } else { rounded(right as f64 / all as f64).min(0.9999) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Role;

    fn parties(all: &[(&str, Role)]) -> Vec<Party> {
        all.iter().map(|(id, role)| Party { id: (*id).to_owned(), role: *role }).collect()
    }

    #[test]
    fn a_party_counts_whole_and_the_one_that_contains_it_half() {
        let wanted = parties(&[("VN.MPS", Role::Committer), ("UK.HO", Role::Committer)]);
        let found = parties(&[("VN", Role::Committer), ("UK.HO", Role::Committer)]);
        assert!((credit(&wanted, &found) - 1.5).abs() < 1e-9);
        let other =
            parties(&[("VN", Role::Proposer), ("UK", Role::Committer), ("VN.M", Role::Committer)]);
        assert!((credit(&wanted, &other) - 0.5).abs() < 1e-9, "one state contains one of them");
        // The container of both is used once.
        let wanted = parties(&[("VN.MPS", Role::Committer), ("VN.MFA", Role::Committer)]);
        assert!((credit(&wanted, &parties(&[("VN", Role::Committer)])) - 0.5).abs() < 1e-9);
    }

    #[test]
    fn stages_cost_their_distance_and_five_across_the_line() {
        let close = |wanted, got, figure: f64| assert!((cost(wanted, got) - figure).abs() < 1e-9);
        close(Stage::Proposed, Stage::Agreed, 2.0);
        close(Stage::Signed, Stage::Suspended, 5.0);
        close(Stage::Refused, Stage::Suspended, 1.0);
        close(Stage::Refused, Stage::Refused, 0.0);
    }

    #[test]
    fn macro_f1_weighs_rare_stages_like_common_ones() {
        let mut confusion = Confusion::new();
        for (wanted, got) in [("a", "a"), ("a", "a"), ("a", "a"), ("b", "a")] {
            count(&mut confusion, wanted, got);
        }
        // a: 3 hits, 4 found, 3 wanted: 6/7; b: none: 0.
        assert_eq!(macro_f(&confusion), Some(0.4286));
    }
}
