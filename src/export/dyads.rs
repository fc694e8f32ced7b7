//! Who acts towards whom: actor lists, and pairs of them.

use std::collections::BTreeSet;

use super::Coding;
use crate::model::{Party, Role};

/// The actors of one mention, by what they do in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actors {
    /// Those who act, sorted.
    pub sources: Vec<String>,
    /// Those they act towards, sorted; the same as the sources where they act together.
    pub targets: Vec<String>,
    /// Whether both sides act together, so that each is source and target.
    pub reciprocal: bool,
    /// Whether one side acts and another is only helped.
    pub one_way: bool,
}

/// Reads the parties of a mention. Those who bind themselves, sign, carry out, pay or ask are sources; those who are
/// asked, stand on the other side or are helped are targets. Where nobody is a target and the sources stand on more
/// than one side, the act is reciprocal.
pub fn actors(parties: &[Party], coding: &Coding) -> Actors {
    let with = |roles: &[Role]| -> Vec<String> {
        let ids: BTreeSet<&String> = parties
            .iter()
            .filter(|party| roles.contains(&party.role))
            .map(|party| &party.id)
            .collect();
        ids.into_iter().cloned().collect()
    };
    let sources =
        with(&[Role::Committer, Role::Signatory, Role::Implementer, Role::Funder, Role::Proposer]);
    let sides: BTreeSet<&str> = sources.iter().map(|actor| coding.side(actor)).collect();
    let facing = with(&[Role::Addressee, Role::Counterparty]);
    let helped = with(&[Role::Beneficiary]);
    let elsewhere =
        |actors: &[String]| actors.iter().any(|actor| !sides.contains(coding.side(actor)));
    let asks = parties.iter().any(|party| party.role == Role::Proposer);
    let reciprocal = sides.len() > 1 && !asks && !elsewhere(&facing);
    let one_way = sides.len() == 1 && facing.is_empty() && elsewhere(&helped);
    let targets = if reciprocal {
        sources.clone()
    } else {
        let all: BTreeSet<String> = facing.into_iter().chain(helped).collect();
        all.into_iter().collect()
    };
    Actors { sources, targets, reciprocal, one_way }
}

impl Actors {
    /// All source–target pairs between different sides, reciprocal acts in both directions. A whole is left out
    /// where a part of it is named (`VN` beside `VN.MPS`). An act without such a pair gives one row for each source,
    /// without a target: nothing is dropped.
    pub fn pairs(&self, coding: &Coding) -> Vec<(String, Option<String>)> {
        let (sources, targets) = (most_exact(&self.sources), most_exact(&self.targets));
        let pairs: Vec<(String, Option<String>)> = sources
            .iter()
            .flat_map(|source| targets.iter().map(move |target| (source, target)))
            .filter(|(source, target)| coding.side(source) != coding.side(target))
            .map(|(source, target)| ((*source).to_owned(), Some((*target).to_owned())))
            .collect();
        if !pairs.is_empty() {
            return pairs;
        }
        if sources.is_empty() && targets.is_empty() {
            return vec![(String::new(), None)];
        }
        if sources.is_empty() {
            return targets
                .iter()
                .map(|target| (String::new(), Some((*target).to_owned())))
                .collect();
        }
        sources.iter().map(|source| ((*source).to_owned(), None)).collect()
    }
}

/// The actors without those of whom a part is in the list as well.
fn most_exact(actors: &[String]) -> Vec<&str> {
    let is_part = |part: &str, whole: &str| {
        part.strip_prefix(whole).is_some_and(|rest| rest.starts_with('.'))
    };
    actors
        .iter()
        .map(String::as_str)
        .filter(|whole| !actors.iter().any(|part| is_part(part, whole)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(parties: &[(&str, Role)]) -> (Actors, Vec<String>) {
        let coding = Coding::shipped().unwrap();
        let parties: Vec<Party> =
            parties.iter().map(|(id, role)| Party { id: (*id).to_owned(), role: *role }).collect();
        let actors = actors(&parties, &coding);
        let pairs = actors.pairs(&coding);
        let shown =
            pairs.into_iter().map(|(from, to)| format!("{from}>{}", to.unwrap_or_default()));
        let shown = shown.collect();
        (actors, shown)
    }

    #[test]
    fn a_joint_act_is_doubled() {
        let (actors, pairs) = read(&[("VN.MPS", Role::Committer), ("UK.HO", Role::Committer)]);
        assert!(actors.reciprocal && !actors.one_way);
        assert_eq!(actors.sources, actors.targets);
        assert_eq!(pairs, ["UK.HO>VN.MPS", "VN.MPS>UK.HO"]);
    }

    #[test]
    fn a_request_goes_one_way_even_when_it_speaks_of_both() {
        let (actors, pairs) = read(&[
            ("VN", Role::Proposer),
            ("VN.MND", Role::Proposer),
            ("VN", Role::Addressee),
            ("UK", Role::Addressee),
        ]);
        assert!(!actors.reciprocal);
        assert_eq!(pairs, ["VN.MND>UK"]);
    }

    #[test]
    fn help_is_one_way_only_when_the_helper_stands_alone() {
        let (actors, pairs) = read(&[("UK.HO", Role::Implementer), ("VN", Role::Beneficiary)]);
        assert!(actors.one_way && !actors.reciprocal);
        assert_eq!(pairs, ["UK.HO>VN"]);
        let (actors, _) = read(&[
            ("VN.BGHC", Role::Implementer),
            ("UK.HO", Role::Implementer),
            ("VN", Role::Beneficiary),
        ]);
        assert!(!actors.one_way && actors.reciprocal);
    }

    #[test]
    fn international_bodies_stand_on_sides_of_their_own_and_nobody_is_dropped() {
        let (_, pairs) = read(&[("IGO.IOM", Role::Committer), ("IGO.UNODC", Role::Committer)]);
        assert_eq!(pairs, ["IGO.IOM>IGO.UNODC", "IGO.UNODC>IGO.IOM"]);
        assert_eq!(read(&[("UK.HO", Role::Committer)]).1, ["UK.HO>"]);
        assert_eq!(read(&[("UK.HO", Role::Beneficiary)]).1, [">UK.HO"]);
        assert_eq!(read(&[]).1, [">"]);
    }
}
