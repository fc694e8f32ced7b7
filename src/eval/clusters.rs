//! L3: do mentions of one commitment share an entry, and of two commitments not?

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::figures::{Prf, rounded, share};
use crate::model::Language;

/// A matched mention with its true and its found commitment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// The label's commitment.
    pub cluster: String,
    /// The ledger's entry; a mention without one stands alone.
    pub entry: Option<String>,
    pub language: Option<Language>,
}

/// How mentions are grouped.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Clusters {
    /// Pairs of mentions in one entry.
    pub pair: Prf,
    /// B-cubed F1.
    pub b3: Option<f64>,
    pub b3_p: Option<f64>,
    pub b3_r: Option<f64>,
    /// Pairs of different commitments in one entry, among all pairs of different commitments.
    pub false_merge: Option<f64>,
    /// Entries for each true commitment; 1 is perfect.
    pub fragmentation: Option<f64>,
    /// Pairs of two languages.
    pub xling: Prf,
}

/// Scores L3; `None` where nothing is labelled.
pub fn score(placed: &[Placed]) -> Option<Clusters> {
    if placed.is_empty() {
        return None;
    }
    // A mention without an entry is an entry of its own.
    let entry = |at: usize| placed[at].entry.clone().unwrap_or_else(|| format!("#{at}"));
    let entries: Vec<String> = (0..placed.len()).map(entry).collect();
    let [mut all, mut xling] = [(0, 0, 0); 2];
    let mut different = 0;
    for a in 0..placed.len() {
        for b in a + 1..placed.len() {
            let wanted = placed[a].cluster == placed[b].cluster;
            let got = entries[a] == entries[b];
            different += usize::from(!wanted);
            let crossing = placed[a].language != placed[b].language;
            let count = |counts: &mut (usize, usize, usize)| match (wanted, got) {
                (true, true) => counts.0 += 1,
                (false, true) => counts.1 += 1,
                (true, false) => counts.2 += 1,
                (false, false) => {}
            };
            count(&mut all);
            if crossing {
                count(&mut xling);
            }
        }
    }
    let (b3_p, b3_r) = b_cubed(placed, &entries);
    let mut of_cluster: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (one, entry) in placed.iter().zip(&entries) {
        of_cluster.entry(&one.cluster).or_default().insert(entry);
    }
    let fragments: usize = of_cluster.values().map(BTreeSet::len).sum();
    Some(Clusters {
        pair: Prf::of(all.0, all.1, all.2),
        b3: Some(rounded(2.0 * b3_p * b3_r / (b3_p + b3_r))),
        b3_p: Some(rounded(b3_p)),
        b3_r: Some(rounded(b3_r)),
        false_merge: share(all.1, different),
        fragmentation: Some(rounded(fragments as f64 / of_cluster.len() as f64)),
        xling: Prf::of(xling.0, xling.1, xling.2),
    })
}

/// Mean over mentions of the share of their entry (precision) and of their commitment (recall) that belongs together.
fn b_cubed(placed: &[Placed], entries: &[String]) -> (f64, f64) {
    let mut of_entry: BTreeMap<&str, usize> = BTreeMap::new();
    let mut of_cluster: BTreeMap<&str, usize> = BTreeMap::new();
    let mut of_both: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for (one, entry) in placed.iter().zip(entries) {
        *of_entry.entry(entry).or_default() += 1;
        *of_cluster.entry(&one.cluster).or_default() += 1;
        *of_both.entry((&one.cluster, entry)).or_default() += 1;
    }
    let (mut precision, mut recall) = (0.0, 0.0);
    for ((cluster, entry), both) in &of_both {
        // Each of the `both` mentions has `both` of its own kind beside it.
        let squared = (both * both) as f64;
        precision += squared / of_entry[entry] as f64;
        recall += squared / of_cluster[cluster] as f64;
    }
    let all = placed.len() as f64;
    (precision / all, recall / all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn placed(pairs: &[(&str, &str)]) -> Vec<Placed> {
        let one = |(cluster, entry): &(&str, &str)| Placed {
            cluster: (*cluster).to_owned(),
            entry: (!entry.is_empty()).then(|| (*entry).to_owned()),
            language: Some(if cluster.len() > 1 { Language::Vi } else { Language::En }),
        };
        pairs.iter().map(one).collect()
    }

    #[test]
    fn a_known_grouping_gives_the_figures_computed_by_hand() {
        // Commitment a has three mentions in entries 1 1 2, commitment b two in entries 2 2.
        let figures =
            score(&placed(&[("a", "1"), ("a", "1"), ("a", "2"), ("b", "2"), ("b", "2")])).unwrap();
        // Pairs in one entry: aa of 1, and of 2: ab ab bb; wanted: three aa and one bb.
        assert_eq!((figures.pair.tp, figures.pair.fp, figures.pair.misses), (2, 2, 2));
        // Precision: (1 + 1 + 1/3 + 2/3 + 2/3) / 5; recall: (2/3 + 2/3 + 1/3 + 1 + 1) / 5.
        assert_eq!(figures.b3_p, Some(0.7333));
        assert_eq!(figures.b3_r, Some(0.7333));
        // Six pairs of different commitments, two of them in one entry; three fragments of two commitments.
        assert_eq!(figures.false_merge, Some(0.3333));
        assert_eq!(figures.fragmentation, Some(1.5));
    }

    #[test]
    fn mentions_without_an_entry_stand_alone() {
        let figures = score(&placed(&[("a", ""), ("a", "")])).unwrap();
        assert_eq!((figures.pair.tp, figures.pair.misses), (0, 1));
        assert_eq!(figures.fragmentation, Some(2.0));
    }

    #[test]
    fn nothing_gives_no_figures() {
        assert_eq!(score(&[]), None);
    }
}
