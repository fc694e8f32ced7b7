//! L0: are the right articles kept?

use std::collections::BTreeMap;

use serde::Serialize;

use super::figures::{Prf, share};
use super::miss::{Level, Miss};
use super::trial::Seen;

/// Relevance of articles.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Relevance {
    /// Keep decisions.
    #[serde(flatten)]
    pub kept: Prf,
    /// Share of the stories of which at least one article is kept: a missed article is a soft miss while another tells it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event_r: Option<f64>,
    /// Share of relevant feed entries whose page is fetched.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry_pass_r: Option<f64>,
    /// Share of all feed entries whose page is fetched.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry_pass: Option<f64>,
    /// For each trap: texts with it that were decided wrongly.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub wrong_by_trap: BTreeMap<String, usize>,
}

/// Scores L0; `None` where nothing is labelled.
pub fn score(seen: &[&Seen<'_>]) -> Option<Relevance> {
    let mut counts = (0, 0, 0);
    let (mut entries, mut passed, mut wanted, mut wanted_passed) = (0, 0, 0, 0);
    let mut wrong_by_trap = BTreeMap::new();
    let mut events: BTreeMap<&str, bool> = BTreeMap::new();
    let mut labelled = 0;
    for one in seen {
        let Some(relevant) = one.sample.relevant else { continue };
        labelled += 1;
        let kept = one.reading.is_kept();
        match (relevant, kept) {
            (true, true) => counts.0 += 1,
            (false, true) => counts.1 += 1,
            (true, false) => counts.2 += 1,
            (false, false) => {}
        }
        if let (true, Some(trap)) = (relevant != kept, &one.sample.trap) {
            *wrong_by_trap.entry(trap.clone()).or_default() += 1;
        }
        if let (true, Some(event)) = (relevant, one.sample.event.as_deref()) {
            *events.entry(event).or_insert(false) |= kept;
        }
        if let Some(fetched) = one.fetched {
            entries += 1;
            passed += usize::from(fetched);
            wanted += usize::from(relevant);
            wanted_passed += usize::from(relevant && fetched);
        }
    }
    (labelled > 0).then(|| Relevance {
        kept: Prf::of(counts.0, counts.1, counts.2),
        event_r: share(events.values().filter(|told| **told).count(), events.len()),
        entry_pass_r: share(wanted_passed, wanted),
        entry_pass: share(passed, entries),
        wrong_by_trap,
    })
}

/// Every wrong decision.
pub fn misses(seen: &[Seen<'_>]) -> Vec<Miss> {
    let mut found = Vec::new();
    for one in seen {
        let Some(relevant) = one.sample.relevant else { continue };
        let word = |yes: bool| if yes { "keep" } else { "reject" }.to_owned();
        let mut add = |what: &str, got: bool| {
            let title = one.sample.title.trim();
            let text = if title.is_empty() { one.sample.text.trim() } else { title };
            found.push(Miss {
                level: Level::Relevance,
                what: what.to_owned(),
                id: one.sample.id.clone(),
                text: text.lines().next().unwrap_or_default().to_owned(),
                expected: word(relevant),
                got: word(got),
                label: one.sample.why.clone(),
                why: vec![one.reading.relevance.why.to_string()],
            });
        };
        if one.reading.is_kept() != relevant {
            add("relevance", !relevant);
        }
        if relevant && one.fetched == Some(false) {
            add("entry", false);
        }
    }
    found
}
