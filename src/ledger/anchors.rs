//! Details that tell two commitments of one shape apart: figures, dates, places, deliverables.

use std::str::FromStr;

use super::words::hash;
use crate::model::{Anchor, PartialDate};

/// An anchor taken apart once, to be compared often.
#[derive(Debug, Clone, PartialEq)]
pub struct Detail {
    /// The anchor.
    pub anchor: Anchor,
    /// Hash of its kind, for figures with their unit: what it can be compared with.
    sort: u64,
    /// The number of a figure.
    number: Option<f64>,
}

impl Detail {
    /// Takes an anchor apart.
    pub fn of(anchor: &Anchor) -> Self {
        let figure = figure(anchor);
        let sort = match &figure {
            Some((_, unit)) => hash(&[&anchor.kind, unit]),
            None => hash(&[&anchor.kind]),
        };
        Self { anchor: anchor.clone(), sort, number: figure.map(|(number, _)| number) }
    }

    /// Whether it is a sum of money or a number of things.
    pub fn is_figure(&self) -> bool {
        matches!(self.anchor.kind.as_str(), "amount" | "count")
    }

    fn is_part_of(&self, whole: &Detail) -> bool {
        self.number.zip(whole.number).is_some_and(|(part, whole)| part <= whole)
    }
}

/// What two sets of anchors say to each other. `W` is the clash: as found while many are compared, in words once one is
/// told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Agreement<W> {
    /// No kind of anchor is on both sides.
    Silent,
    /// At least one is the same, none differs.
    Same,
    /// They differ in something that outlets paraphrase: a date, a period.
    Differs(W),
    /// They differ in a figure, place or deliverable: not the same commitment.
    Conflict(W),
}

/// Two anchors that cannot both be right, or two sets of things counted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Clash<'a> {
    /// One of each side.
    Values(&'a Detail, &'a Detail),
    /// All that each side counts.
    Things(&'a [Detail], &'a [Detail]),
}

impl Clash<'_> {
    /// What a reader is told.
    pub fn in_words(self) -> String {
        match self {
            Self::Values(here, there) => {
                let (here, there) = (&here.anchor, &there.anchor);
                format!("{} {} is not {}", here.kind, here.value, there.value)
            }
            Self::Things(here, there) => {
                let units = |details: &[Detail]| {
                    let counted = details.iter().filter_map(|one| figure(&one.anchor));
                    let units: Vec<String> = counted.map(|(_, unit)| unit).collect();
                    units.join(", ")
                };
                format!("{} is not {}", units(here), units(there))
            }
        }
    }
}

/// How anchors are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// A smaller figure than the entry's is a part of it done, not another commitment.
    pub progress: bool,
    /// Days that dates may be apart.
    pub tolerance: i64,
    /// What is counted is the thing promised: counting other things is promising other things.
    pub things: bool,
}

/// Compares the anchors of a mention with those of an entry.
pub fn compare<'a>(
    mention: &'a [Detail],
    entry: &'a [Detail],
    rules: Rules,
) -> Agreement<Clash<'a>> {
    if rules.things && counts_other_things(mention, entry) {
        return Agreement::Conflict(Clash::Things(mention, entry));
    }
    let (mut same, mut differs) = (false, None);
    for detail in mention {
        let rivals = || entry.iter().filter(|other| other.sort == detail.sort);
        let Some(rival) = rivals().next() else { continue };
        // Another anchor of the same sort may be the one that answers (two figures in one sentence).
        let mut twins = mention.iter().filter(|own| own.sort == detail.sort);
        let meets = |own: &Detail| rivals().any(|other| equal(own, other, rules.tolerance));
        if twins.any(meets) {
            // Every quarter something else may be done.
            same |= detail.anchor.kind != "period";
            continue;
        }
        if rules.progress && rivals().any(|other| detail.is_part_of(other)) {
            continue;
        }
        let clash = Clash::Values(detail, rival);
        let telling = matches!(detail.anchor.kind.as_str(), "place" | "deliverable" | "edition");
        if telling || detail.is_figure() {
            return Agreement::Conflict(clash);
        }
        differs.get_or_insert(clash);
    }
    match (differs, same) {
        (Some(clash), _) => Agreement::Differs(clash),
        (None, true) => Agreement::Same,
        (None, false) => Agreement::Silent,
    }
}

/// Both sides count something, and never the same thing.
fn counts_other_things(mention: &[Detail], entry: &[Detail]) -> bool {
    let counted = |one: &&Detail| one.anchor.kind == "count" && one.number.is_some();
    let (here, there) = (|| mention.iter().filter(counted), || entry.iter().filter(counted));
    here().next().is_some()
        && there().next().is_some()
        && !here().any(|one| there().any(|other| other.sort == one.sort))
}

/// Anchors of the mention whose kind and unit the entry does not have yet.
pub fn fresh<'a>(mention: &'a [Anchor], entry: &[Anchor]) -> Vec<&'a Anchor> {
    mention.iter().filter(|anchor| !entry.iter().any(|known| comparable(anchor, known))).collect()
}

fn comparable(left: &Anchor, right: &Anchor) -> bool {
    left.kind == right.kind
        && figure(left).map(|(_, unit)| unit) == figure(right).map(|(_, unit)| unit)
}

/// Number and unit of an amount or count: `GBP 1000000`, `200 C:border_officer`.
fn figure(anchor: &Anchor) -> Option<(f64, String)> {
    if !matches!(anchor.kind.as_str(), "amount" | "count") {
        return None;
    }
    let number = anchor.value.split(' ').find_map(|part| part.parse::<f64>().ok())?;
    let unit: Vec<&str> =
        anchor.value.split(' ').filter(|part| part.parse::<f64>().is_err()).collect();
    Some((number, unit.join(" ")))
}

fn equal(left: &Detail, right: &Detail, tolerance: i64) -> bool {
    let (left, right) = (&left.anchor, &right.anchor);
    if left.value == right.value {
        return true;
    }
    match left.kind.as_str() {
        "deadline" => {
            let date = |anchor: &Anchor| PartialDate::from_str(&anchor.value).ok();
            match (date(left), date(right)) {
                (Some(left), Some(right)) => left.days_apart(right) <= tolerance,
                _ => false,
            }
        }
        "place" => {
            let within = |part: &str, whole: &str| {
                part.strip_prefix(whole).is_some_and(|rest| rest.starts_with('.'))
            };
            within(&left.value, &right.value) || within(&right.value, &left.value)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(anchors: &[(&str, &str)]) -> Vec<Detail> {
        let one = |(kind, value): &(&str, &str)| {
            Detail::of(&Anchor { kind: (*kind).to_owned(), value: (*value).to_owned() })
        };
        anchors.iter().map(one).collect()
    }

    fn rules(progress: bool) -> Rules {
        Rules { progress, tolerance: 3, things: false }
    }

    #[test]
    fn figures_of_one_unit_must_be_equal_unless_they_are_progress() {
        let target = set(&[("count", "300 C:file")]);
        let other = set(&[("count", "450 C:file")]);
        assert!(matches!(compare(&other, &target, rules(false)), Agreement::Conflict(_)));
        let done = set(&[("count", "214 C:file")]);
        assert!(matches!(compare(&done, &target, rules(false)), Agreement::Conflict(_)));
        assert_eq!(compare(&done, &target, rules(true)), Agreement::Silent);
        let people = set(&[("count", "40 C:officer")]);
        assert_eq!(compare(&people, &target, rules(false)), Agreement::Silent);
        let things = Rules { things: true, ..rules(false) };
        assert!(matches!(compare(&people, &target, things), Agreement::Conflict(_)));
    }

    #[test]
    fn dates_may_be_coarse_and_a_day_apart() {
        let month = set(&[("deadline", "2026-06")]);
        assert_eq!(
            compare(&set(&[("deadline", "2026-06-30")]), &month, rules(false)),
            Agreement::Same
        );
        assert_eq!(
            compare(&set(&[("deadline", "2026-07-02")]), &month, rules(false)),
            Agreement::Same
        );
        let later = set(&[("deadline", "2026-12")]);
        assert!(matches!(compare(&later, &month, rules(false)), Agreement::Differs(_)));
    }

    #[test]
    fn one_of_two_figures_may_answer() {
        let entry = set(&[("amount", "GBP 1800000")]);
        let both = set(&[("amount", "GBP 3000000"), ("amount", "GBP 1800000")]);
        assert_eq!(compare(&both, &entry, rules(false)), Agreement::Same);
        let news = set(&[("amount", "GBP 1"), ("deadline", "2027")]);
        let plain =
            |set: &[Detail]| -> Vec<Anchor> { set.iter().map(|one| one.anchor.clone()).collect() };
        assert_eq!(fresh(&plain(&news), &plain(&entry)).len(), 1);
    }
}
