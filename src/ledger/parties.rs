//! Who takes part: when two sets of parties can be the same pair.
//!
//! A dot means part-of: `VN` and `VN.MPS` are compatible, `UK.NCA` and `UK.HO` are not, however similar the act.

use crate::config::topic::policy::Policy;
use crate::model::{Party, Role};

/// The official parties of a mention or entry as compared: whole-state agencies shortened to the state, groups of
/// people (their last part in lower case, such as `VN.citizens`) left out; sorted.
pub fn official<'a>(ids: impl Iterator<Item = &'a str>, policy: &Policy) -> Vec<String> {
    let mut parties: Vec<String> = ids
        .filter(|id| {
            let last = id.rsplit('.').next().unwrap_or(id);
            !last.starts_with(char::is_lowercase)
        })
        .map(|id| match id.rsplit_once('.') {
            Some((state, agency)) if policy.parties.whole_state.iter().any(|all| all == agency) => {
                state.to_owned()
            }
            _ => id.to_owned(),
        })
        .collect();
    parties.sort();
    parties.dedup();
    // A state beside its own agency says nothing more.
    let all = parties.clone();
    parties.retain(|id| !all.iter().any(|other| other != id && is_part(other, id)));
    parties
}

/// The ids of those who act in a mention, sorted, each once. Who only benefits is left out: help for Viet Nam is no
/// act of Viet Nam's. Where nobody else is named, everybody counts.
pub fn ids(parties: &[Party]) -> Vec<String> {
    let acts = |party: &&Party| party.role != Role::Beneficiary;
    let of = |parties: Vec<&Party>| parties.into_iter().map(|party| party.id.clone()).collect();
    let mut ids: Vec<String> = of(parties.iter().filter(acts).collect());
    if ids.is_empty() {
        ids = of(parties.iter().collect());
    }
    ids.sort();
    ids.dedup();
    ids
}

/// The ids of those who are helped, sorted, each once.
pub fn beneficiaries(parties: &[Party]) -> Vec<String> {
    let helped = parties.iter().filter(|party| party.role == Role::Beneficiary);
    let mut ids: Vec<String> = helped.map(|party| party.id.clone()).collect();
    ids.sort();
    ids.dedup();
    ids
}

/// How two sets of parties go together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pair {
    /// Share of parties with a compatible one on the other side.
    pub score: f64,
    /// Whether all parties of one side are found on the other.
    pub subset: bool,
    /// Whether they cannot be the same pair: different states, or different agencies of one state.
    pub conflict: bool,
}

/// Compares two sets made by [`official`].
pub fn compare(left: &[String], right: &[String]) -> Pair {
    if left.is_empty() || right.is_empty() {
        // Nobody named: nothing speaks against it, and little for it.
        return Pair { score: 0.5, subset: true, conflict: false };
    }
    let found = |one: &[String], other: &[String]| {
        one.iter().filter(|id| other.iter().any(|known| compatible(id, known))).count()
    };
    let (l, r) = (found(left, right), found(right, left));
    let score = (l + r) as f64 / (left.len() + right.len()) as f64;
    let subset = l == left.len() || r == right.len();
    let lacks = |one: &[String], other: &[String]| {
        one.iter().any(|id| !other.iter().any(|known| of_state(known) == of_state(id)))
    };
    let states = lacks(left, right) && lacks(right, left);
    let agencies = left.iter().any(|id| {
        let mut there = right.iter().filter(|known| of_state(known) == of_state(id)).peekable();
        let all_here = || left.iter().filter(|other| state(other) == state(id));
        there.peek().is_some() && !there.any(|known| all_here().any(|own| compatible(own, known)))
    });
    Pair { score, subset, conflict: states || agencies }
}

/// The state that an actor belongs to.
pub fn state(id: &str) -> String {
    of_state(id).to_owned()
}

fn of_state(id: &str) -> &str {
    id.split('.').next().unwrap_or(id)
}

fn is_part(part: &str, whole: &str) -> bool {
    part.strip_prefix(whole).is_some_and(|rest| rest.starts_with('.'))
}

fn compatible(left: &str, right: &str) -> bool {
    left == right || is_part(left, right) || is_part(right, left)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::topic::policy::SHIPPED;

    fn set(ids: &str) -> Vec<String> {
        official(ids.split(' '), &Policy::read("policy.toml", SHIPPED).unwrap())
    }

    #[test]
    fn a_state_goes_with_its_agency_and_two_agencies_of_one_state_do_not() {
        assert_eq!(compare(&set("VN.MPS UK"), &set("VN UK.HO")).score, 1.0);
        let other = compare(&set("VN.MPS UK.NCA"), &set("VN.MPS UK.HO"));
        assert!(other.conflict && other.score == 0.5);
        assert!(compare(&set("VN.MPS AU"), &set("VN.MPS UK")).conflict);
        assert!(!compare(&set("UK.HO UK.NCA VN"), &set("UK.HO VN")).conflict);
    }

    #[test]
    fn one_sides_step_is_a_subset() {
        let step = compare(&set("UK.HO"), &set("VN.MPS UK.HO"));
        assert!(step.subset && !step.conflict && step.score < 0.75);
    }

    #[test]
    fn people_are_no_parties_and_the_government_is_the_state() {
        assert_eq!(set("VN.GOV VN.citizens UK.HO"), ["UK.HO", "VN"]);
        assert_eq!(set("UK UK.HO"), ["UK.HO"]);
    }
}
