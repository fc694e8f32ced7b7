//! The configured sources beside the stored ones: what is new, what is gone, what has another address.

use std::collections::BTreeMap;

use super::state::PollState;
use crate::model::{Source, SourceId};

/// A source as the store knows it. Sources that leave the configuration stay stored with all they brought, as not
/// configured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredSource {
    /// Its id.
    pub id: SourceId,
    /// Its address when it was last configured.
    pub url: String,
    /// Whether it was in the configuration when that was last read.
    pub configured: bool,
}

/// What a new configuration changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Never met before: its first poll is a baseline.
    Added(SourceId),
    /// Back in the configuration after an absence; what it published meanwhile is a baseline too.
    Returned(SourceId),
    /// No longer in the configuration: it is not polled any more.
    Removed(SourceId),
    /// Another address. Validators and waiting times of the old one do not count for it; its entries do.
    UrlChanged {
        /// Its id.
        id: SourceId,
        /// The stored address.
        from: String,
        /// The configured address.
        to: String,
    },
}

impl Change {
    /// The source.
    pub fn source(&self) -> &SourceId {
        match self {
            Self::Added(id) | Self::Returned(id) | Self::Removed(id) => id,
            Self::UrlChanged { id, .. } => id,
        }
    }

    /// What is still true of a source after the change.
    pub fn settle(&self, state: &PollState) -> PollState {
        match self {
            Self::Added(_) | Self::Removed(_) => state.clone(),
            // A first sight again, and no poll sooner than before.
            Self::Returned(_) => PollState {
                due: state.due,
                not_before: state.not_before,
                decided_by: state.decided_by,
                last_request: state.last_request,
                unfinished: state.unfinished,
                ..PollState::default()
            },
            // Another server perhaps, which has asked for nothing yet; what was read is still known.
            Self::UrlChanged { .. } => PollState {
                last_success: state.last_success,
                last_full: state.last_full,
                last_new: state.last_new,
                gap_at: state.gap_at,
                habit: state.habit.clone(),
                ..PollState::default()
            },
        }
    }
}

impl std::fmt::Display for Change {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Added(id) => write!(f, "{id} is new"),
            Self::Returned(id) => write!(f, "{id} is back"),
            Self::Removed(id) => write!(f, "{id} is not read any more"),
            Self::UrlChanged { id, from, to } => write!(f, "{id} has moved from {from} to {to}"),
        }
    }
}

/// What turns the stored sources into the configured ones: first by the configured order, then what was removed in
/// the order of ids. A source that comes back with another address is both [`Change::Returned`] and
/// [`Change::UrlChanged`]. Disabled sources count as configured.
pub fn changes<'a>(
    configured: impl IntoIterator<Item = &'a Source>,
    stored: &[StoredSource],
) -> Vec<Change> {
    let mut left: BTreeMap<&SourceId, &StoredSource> =
        stored.iter().map(|one| (&one.id, one)).collect();
    let mut found = Vec::new();
    for source in configured {
        let Some(known) = left.remove(&source.id) else {
            found.push(Change::Added(source.id.clone()));
            continue;
        };
        if !known.configured {
            found.push(Change::Returned(source.id.clone()));
        }
        if known.url != source.url {
            found.push(Change::UrlChanged {
                id: source.id.clone(),
                from: known.url.clone(),
                to: source.url.clone(),
            });
        }
    }
    found.extend(
        left.values().filter(|one| one.configured).map(|one| Change::Removed(one.id.clone())),
    );
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{SourceKind, Trust};

    fn source(id: &str, url: &str) -> Source {
        Source {
            id: SourceId::new(id),
            name: id.to_owned(),
            url: url.to_owned(),
            kind: SourceKind::Feed,
            language: None,
            trust: Trust::Normal,
            date_zone: None,
            wrong_zone: false,
            headers: Vec::new(),
            allow_private: false,
            enabled: true,
            page: None,
        }
    }

    fn stored(id: &str, url: &str, configured: bool) -> StoredSource {
        StoredSource { id: SourceId::new(id), url: url.to_owned(), configured }
    }

    #[test]
    fn every_difference_is_named_and_sameness_is_not() {
        let configured =
            [source("a", "u1"), source("b", "u2new"), source("c", "u3"), source("d", "u4")];
        let known = [
            stored("a", "u1", true),
            stored("b", "u2", true),
            stored("c", "u3", false),
            stored("x", "u5", true),
            stored("y", "u6", false),
        ];
        let said: Vec<String> =
            changes(&configured, &known).iter().map(Change::to_string).collect();
        assert_eq!(
            said,
            ["b has moved from u2 to u2new", "c is back", "d is new", "x is not read any more"]
        );
        assert!(changes(&configured[..1], &known[..1]).is_empty());
    }
}
