//! Details that tell two commitments of one shape apart: figures, dates, places, deliverables.

use std::str::FromStr;

use crate::model::{Anchor, PartialDate};

/// What two sets of anchors say to each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Agreement {
    /// No kind of anchor is on both sides.
    Silent,
    /// At least one is the same, none differs.
    Same,
    /// They differ in something that outlets paraphrase: a date, a period.
    Differs(String),
    /// They differ in a figure, place or deliverable: not the same commitment.
    Conflict(String),
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
pub fn compare(mention: &[Anchor], entry: &[Anchor], rules: Rules) -> Agreement {
    if rules.things
        && let Some(what) = other_things(mention, entry)
    {
        return Agreement::Conflict(what);
    }
    let (mut same, mut differs) = (false, None);
    for anchor in mention {
        let rivals: Vec<&Anchor> = entry.iter().filter(|other| comparable(anchor, other)).collect();
        if rivals.is_empty() {
            continue;
        }
        // Another anchor of the same sort may be the one that answers (two figures in one sentence).
        let twins: Vec<&Anchor> = mention.iter().filter(|own| comparable(own, anchor)).collect();
        let meets = |own: &Anchor| rivals.iter().any(|other| equal(own, other, rules.tolerance));
        if twins.into_iter().any(meets) {
            // Every quarter something else may be done.
            same |= anchor.kind != "period";
            continue;
        }
        if rules.progress && rivals.iter().any(|other| is_part_of(anchor, other)) {
            continue;
        }
        let what = format!("{} {} is not {}", anchor.kind, anchor.value, rivals[0].value);
        if matches!(anchor.kind.as_str(), "amount" | "count" | "place" | "deliverable" | "edition")
        {
            return Agreement::Conflict(what);
        }
        differs.get_or_insert(what);
    }
    match (differs, same) {
        (Some(what), _) => Agreement::Differs(what),
        (None, true) => Agreement::Same,
        (None, false) => Agreement::Silent,
    }
}

/// Both sides count something, and never the same thing.
fn other_things(mention: &[Anchor], entry: &[Anchor]) -> Option<String> {
    let counted = |anchors: &[Anchor]| -> Vec<String> {
        let counts = anchors.iter().filter(|anchor| anchor.kind == "count");
        counts.filter_map(figure).map(|(_, unit)| unit).collect()
    };
    let (here, there) = (counted(mention), counted(entry));
    let apart =
        !here.is_empty() && !there.is_empty() && !here.iter().any(|unit| there.contains(unit));
    apart.then(|| format!("{} is not {}", here.join(", "), there.join(", ")))
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

fn is_part_of(part: &Anchor, whole: &Anchor) -> bool {
    match (figure(part), figure(whole)) {
        (Some((part, _)), Some((whole, _))) => part <= whole,
        _ => false,
    }
}

fn equal(left: &Anchor, right: &Anchor, tolerance: i64) -> bool {
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

    fn set(anchors: &[(&str, &str)]) -> Vec<Anchor> {
        let one = |(kind, value): &(&str, &str)| Anchor {
            kind: (*kind).to_owned(),
            value: (*value).to_owned(),
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
        assert_eq!(fresh(&news, &entry).len(), 1);
    }
}
