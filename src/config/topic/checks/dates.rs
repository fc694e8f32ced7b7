//! Terms of office and days of texts that cannot be. In: the trees of a topic's files. Out: problems.

use std::collections::BTreeMap;

use super::Files;
use super::tree::{Table, Tree, Word};
use crate::config::Problem;
use crate::model::PartialDate;

/// Years in which a date of the topic can lie.
const YEARS: std::ops::RangeInclusive<i16> = 1945..=2100;

/// All dates of a topic.
pub(super) fn check(files: &Files<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    tenures(files.actors, &mut problems);
    for text in files.instruments.root().list("instrument") {
        days(files.instruments, text, &mut problems);
    }
    for mechanism in files.instruments.root().list("mechanism") {
        for edition in mechanism.list("edition") {
            days(files.instruments, edition, &mut problems);
        }
    }
    problems
}

/// A date that can be read; what cannot be read was reported by the file's reader.
fn date(tree: &Tree<'_>, word: Option<Word>, problems: &mut Vec<Problem>) -> Option<Dated> {
    let word = word?;
    let date: PartialDate = word.text.parse().ok()?;
    if !YEARS.contains(&date.year()) {
        problems.push(tree.error(
            &word.place,
            format!("the year of {date} cannot be meant"),
            format!("years go from {} to {}", YEARS.start(), YEARS.end()),
        ));
        return None;
    }
    Some(Dated { date, word })
}

struct Dated {
    date: PartialDate,
    word: Word,
}

/// A term of office.
struct Term {
    person: String,
    place: Word,
    actor: String,
    office: Option<String>,
    from: Option<PartialDate>,
    to: Option<PartialDate>,
}

impl Term {
    /// Whether both last beyond a shared day or month, in which one hands over to the other.
    fn overlaps(&self, other: &Self) -> bool {
        let before = |end: Option<PartialDate>, start: Option<PartialDate>| match (end, start) {
            (Some(end), Some(start)) => end.earliest() <= start.latest(),
            _ => false,
        };
        !before(self.to, other.from) && !before(other.to, self.from)
    }
}

fn tenures(tree: &Tree<'_>, problems: &mut Vec<Problem>) {
    let mut by_office: BTreeMap<(String, String), Vec<Term>> = BTreeMap::new();
    for person in tree.root().list("person") {
        let name = person.word("name").map_or(String::new(), |name| name.text);
        let mut own: Vec<Term> = Vec::new();
        for role in person.list("roles") {
            let from = date(tree, role.word("from"), problems);
            let to = date(tree, role.word("to"), problems);
            if let (Some(from), Some(to)) = (&from, &to)
                && to.date.latest() < from.date.earliest()
            {
                problems.push(tree.error(
                    &to.word.place,
                    format!("the term ends ({}) before it begins ({})", to.date, from.date),
                    "exchange the two, or correct one",
                ));
                continue;
            }
            let Some(actor) = role.word("actor") else { continue };
            let term = Term {
                person: name.clone(),
                actor: actor.text.clone(),
                place: actor,
                office: role.word("office").map(|office| office.text),
                from: from.map(|from| from.date),
                to: to.map(|to| to.date),
            };
            if let Some(other) =
                own.iter().find(|other| other.actor != term.actor && other.overlaps(&term))
            {
                problems.push(tree.warning(
                    &term.place.place,
                    format!("{name} speaks for {} and {} at the same time", other.actor, term.actor),
                    "give the earlier role a `to`; while both last, the later one of the list counts",
                ));
            }
            own.push(term);
        }
        for term in own {
            if let Some(office) = term.office.clone() {
                by_office.entry((term.actor.clone(), office)).or_default().push(term);
            }
        }
    }
    for ((_, office), terms) in by_office {
        for (at, term) in terms.iter().enumerate() {
            if let Some(other) = terms[..at].iter().find(|other| other.overlaps(term)) {
                problems.push(tree.error(
                    &term.place.place,
                    format!(
                        "{} and {} are both {office} at the same time",
                        other.person, term.person
                    ),
                    "correct `from` or `to` of one of them",
                ));
            }
        }
    }
}

/// Days of a text or an edition.
fn days(tree: &Tree<'_>, text: Table<'_>, problems: &mut Vec<Problem>) {
    let signed = date(tree, text.word("date"), problems);
    let seen = date(tree, text.word("first_seen"), problems);
    let steps: Vec<PartialDate> = text
        .list("history")
        .into_iter()
        .filter_map(|step| date(tree, step.word("date"), problems))
        .map(|step| step.date)
        .collect();
    if let (Some(seen), Some(last)) = (&seen, steps.last())
        && seen.date.earliest() > last.latest()
    {
        problems.push(tree.warning(
            &seen.word.place,
            format!("it was first seen ({}) after its last step ({last})", seen.date),
            "readers can know a text from its first step on: use that day, or leave the key out",
        ));
    }
    if let Some(signed) = signed
        && !steps.is_empty()
        && steps.iter().all(|step| signed.date.days_apart(*step) > 0)
    {
        problems.push(tree.error(
            &signed.word.place,
            format!("the date {} is that of no step of its history", signed.date),
            "write the day of signature in both places",
        ));
    }
}
