//! Sources that lead to one document: it is read once, for the first of them.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};

use super::state::{PollState, Term};
use crate::config::ConfiguredSource;

/// How often it is looked whether the others still lead there.
const LOOK_AGAIN: SignedDuration = SignedDuration::from_hours(24);

/// What makes a document one: its address and the headers it is asked for with.
type Document<'a> = (&'a str, &'a [(String, String)]);

/// For each source the place of the earlier one that leads to the same document, if there is one. Known after the
/// first poll of both: addresses that are equal as written are refused with the configuration.
pub fn twins(sources: &[ConfiguredSource], states: &[PollState]) -> Vec<Option<usize>> {
    let mut first: HashMap<Document<'_>, usize> = HashMap::new();
    sources
        .iter()
        .zip(states)
        .enumerate()
        .map(|(place, (one, state))| {
            if !one.source.enabled || state.last_success.is_none() {
                return None;
            }
            let key = (comparable(state.answering(&one.source.url)), one.source.headers.as_slice());
            match first.get(&key) {
                Some(earlier) if sources[*earlier].source.kind == one.source.kind => Some(*earlier),
                Some(_) => None,
                None => {
                    first.insert(key, place);
                    None
                }
            }
        })
        .collect()
}

/// The state of a source with an earlier twin: it is asked once a day only.
pub fn stand_back(state: &PollState) -> PollState {
    let Some(last) = state.last_request else { return state.clone() };
    let until = last.saturating_add(LOOK_AGAIN).unwrap_or(Timestamp::MAX);
    if state.not_before.is_some_and(|not_before| not_before >= until) {
        return state.clone();
    }
    let due = state.due.map_or(until, |due| due.max(until));
    PollState {
        due: Some(due),
        not_before: Some(until),
        decided_by: Term::SameDocument,
        ..state.clone()
    }
}

/// The form in which two addresses of one document are the same: no scheme, no `www.`, no final slash.
fn comparable(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.strip_prefix("www.").unwrap_or(rest).trim_end_matches('/')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Polling, read_sources};

    #[test]
    fn the_later_of_two_sources_that_end_at_one_address_stands_back() {
        let text = ["a", "b", "c"].map(|id| {
            format!(
                "[[source]]\nid = \"{id}\"\nname = \"x\"\nurl = \"https://{id}.example/feed\"\n"
            )
        });
        let (sources, _) = read_sources("s", &text.concat(), &Polling::default());
        let now: Timestamp = "2026-11-20T10:00:00Z".parse().unwrap();
        let at = |url: Option<&str>| PollState {
            last_success: Some(now),
            last_request: Some(now),
            final_url: url.map(ToOwned::to_owned),
            ..PollState::default()
        };
        let states = [at(None), at(Some("http://www.a.example/feed/")), at(None)];
        assert_eq!(twins(&sources, &states), [None, Some(0), None]);
        let back = stand_back(&states[1]);
        assert_eq!((back.decided_by, back.due), (Term::SameDocument, Some(now + LOOK_AGAIN)));
        assert_eq!(stand_back(&back), back);
    }
}
