//! Held alerts that are due become messages: what one article says, and what several outlets say about one
//! commitment, goes out as one. Pure: rows in, groups out.

use super::facts::{AlertFacts, AlertItem, AlsoReported};
use crate::model::OutboxId;
use crate::store::Gathered;

/// A held alert that is due.
#[derive(Debug, Clone, PartialEq)]
pub struct HeldAlert {
    /// Its outbox row.
    pub id: OutboxId,
    /// Who is told.
    pub recipient: String,
    /// By which way.
    pub channel: String,
    /// What it is about; the carrier's key makes the message id.
    pub event_key: String,
    /// What the row says.
    pub facts: AlertFacts,
    /// Why it waited for company, if it did.
    pub gathered: Option<Gathered>,
}

/// Held alerts that become one message.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// The row that carries the message: the first of them.
    pub carrier: OutboxId,
    /// The rows that it tells as well.
    pub others: Vec<OutboxId>,
    /// Who is told.
    pub recipient: String,
    /// By which way.
    pub channel: String,
    /// Key of the carrier.
    pub event_key: String,
    /// What all of them say.
    pub facts: AlertFacts,
    /// Why they waited for each other, if they did.
    pub gathered: Option<Gathered>,
}

impl Group {
    /// All rows.
    pub fn rows(&self) -> Vec<OutboxId> {
        std::iter::once(self.carrier).chain(self.others.iter().copied()).collect()
    }
}

/// Groups alerts of one recipient and channel that share an article or a commitment, directly or through a third.
/// Order of arrival is kept; the result does not depend on which rows stand between.
pub fn coalesce(rows: Vec<HeldAlert>) -> Vec<Group> {
    let mut groups: Vec<(usize, Vec<HeldAlert>)> = Vec::new();
    for (number, row) in rows.into_iter().enumerate() {
        let (related, apart): (Vec<_>, Vec<_>) =
            groups.into_iter().partition(|(_, group)| group.iter().any(|held| related(held, &row)));
        // A row may join groups that had nothing in common before it.
        let first = related.first().map_or(number, |(first, _)| *first);
        let mut joined: Vec<HeldAlert> = related.into_iter().flat_map(|(_, group)| group).collect();
        joined.push(row);
        groups = apart;
        groups.push((first, joined));
    }
    groups.sort_by_key(|(first, _)| *first);
    groups.into_iter().filter_map(|(_, group)| merge(group)).collect()
}

/// What waited for quiet hours or for a limit goes out as one message, with whatever else is due then.
fn waited(one: &HeldAlert, other: &HeldAlert) -> bool {
    one.gathered.is_some() || other.gathered.is_some()
}

fn related(one: &HeldAlert, other: &HeldAlert) -> bool {
    if one.recipient != other.recipient || one.channel != other.channel {
        return false;
    }
    waited(one, other)
        || one.facts.items.iter().any(|a| {
            other
                .facts
                .items
                .iter()
                .any(|b| a.article.id == b.article.id || a.commitment.id == b.commitment.id)
        })
}

fn merge(mut group: Vec<HeldAlert>) -> Option<Group> {
    group.sort_by_key(|row| row.id);
    let mut rows = group.into_iter();
    let carrier = rows.next()?;
    let mut facts = carrier.facts;
    let mut others = Vec::new();
    let mut gathered = carrier.gathered;
    for row in rows {
        gathered = gathered.max(row.gathered);
        others.push(row.id);
        facts.generated_at = facts.generated_at.max(row.facts.generated_at);
        for item in row.facts.items {
            add(&mut facts.items, item);
        }
    }
    Some(Group {
        carrier: carrier.id,
        others,
        recipient: carrier.recipient,
        channel: carrier.channel,
        event_key: carrier.event_key,
        facts,
        gathered,
    })
}

/// Adds an item; when another article has told the same commitment at the same stage already, it becomes a line
/// "also reported by", under the item of the more trusted outlet.
fn add(items: &mut Vec<AlertItem>, item: AlertItem) {
    let same = items.iter_mut().find(|there| {
        there.commitment.id == item.commitment.id
            && there.verdict.stage_after == item.verdict.stage_after
            && there.article.id != item.article.id
    });
    match same {
        Some(there) if item.article.trust > there.article.trust => {
            let less = std::mem::replace(there, item);
            // The better outlet is quoted, but the news is what the first one brought.
            there.verdict = less.verdict.clone();
            note(there, also(&less));
            less.also_reported.into_iter().for_each(|other| note(there, other));
        }
        Some(there) => {
            note(there, also(&item));
            item.also_reported.into_iter().for_each(|other| note(there, other));
        }
        None => items.push(item),
    }
}

/// Adds an outlet that tells the same, once.
pub(super) fn note(item: &mut AlertItem, other: AlsoReported) {
    let known = item.article.source_name == other.source_name
        || item.also_reported.iter().any(|there| there.source_name == other.source_name);
    if !known {
        item.also_reported.push(other);
    }
}

fn also(item: &AlertItem) -> AlsoReported {
    AlsoReported {
        source_name: item.article.source_name.clone(),
        title: item.article.title.clone(),
        url: item.article.url.clone(),
        language: item.article.language,
        published: item.article.published,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{AlertLevel, ArticleId, CommitmentId, Language, Outcome, Trust};
    use crate::notify::specimen;

    fn held(row: i64, recipient: &str, article: i64, commitment: &str, source: &str) -> HeldAlert {
        let mut facts = specimen::alerts(Language::En).swap_remove(0);
        let mut item = specimen::item(Language::En, Outcome::New, AlertLevel::Push);
        item.article.id = ArticleId(article);
        item.article.source_name = source.to_owned();
        item.commitment.id = CommitmentId::new(commitment);
        item.also_reported.clear();
        facts.items = vec![item];
        HeldAlert {
            id: OutboxId(row),
            recipient: recipient.to_owned(),
            channel: "mail".to_owned(),
            event_key: format!("alert:{commitment}:{row}"),
            facts,
            gathered: None,
        }
    }

    fn shape(groups: &[Group]) -> Vec<(i64, Vec<i64>, usize)> {
        let ids = |others: &[OutboxId]| others.iter().map(|id| id.0).collect();
        groups.iter().map(|g| (g.carrier.0, ids(&g.others), g.facts.items.len())).collect()
    }

    #[test]
    fn items_of_one_article_go_out_together() {
        let groups = coalesce(vec![
            held(1, "ha", 10, "c-a", "BBC"),
            held(2, "ha", 10, "c-b", "BBC"),
            held(3, "ha", 11, "c-c", "BBC"),
        ]);
        assert_eq!(shape(&groups), [(1, vec![2], 2), (3, vec![], 1)]);
    }

    #[test]
    fn one_commitment_told_by_two_outlets_is_one_item_with_a_second_source() {
        let mut wire = held(2, "ha", 11, "c-a", "Agency");
        wire.facts.items[0].article.trust = Trust::High;
        let groups = coalesce(vec![held(1, "ha", 10, "c-a", "Mirror"), wire]);
        assert_eq!(shape(&groups), [(1, vec![2], 1)]);
        let item = &groups[0].facts.items[0];
        assert_eq!(item.article.source_name, "Agency", "the more trusted outlet is quoted");
        assert_eq!(item.also_reported[0].source_name, "Mirror");
    }

    #[test]
    fn recipients_never_share_a_message() {
        let groups =
            coalesce(vec![held(1, "ha", 10, "c-a", "BBC"), held(2, "tom", 10, "c-a", "BBC")]);
        assert_eq!(shape(&groups), [(1, vec![], 1), (2, vec![], 1)]);
    }

    #[test]
    fn a_row_can_join_what_was_apart_before() {
        let mut bridge = held(3, "ha", 10, "c-z", "BBC");
        let mut second = held(3, "ha", 11, "c-y", "BBC").facts.items;
        bridge.facts.items.append(&mut second);
        let groups = coalesce(vec![
            held(1, "ha", 10, "c-a", "BBC"),
            held(2, "ha", 11, "c-b", "VOV"),
            bridge,
        ]);
        assert_eq!(shape(&groups), [(1, vec![2, 3], 4)]);
    }

    #[test]
    fn what_waited_goes_out_as_one_with_all_else_that_is_due() {
        let mut rows = vec![
            held(1, "ha", 10, "c-a", "BBC"),
            held(2, "ha", 11, "c-b", "VOV"),
            held(3, "ha", 12, "c-c", "VNA"),
            held(4, "tom", 12, "c-c", "VNA"),
        ];
        rows[1].gathered = Some(Gathered::Quiet);
        let groups = coalesce(rows);
        assert_eq!(shape(&groups), [(1, vec![2, 3], 3), (4, vec![], 1)]);
        assert_eq!(groups[0].gathered, Some(Gathered::Quiet));
    }

    #[test]
    fn nothing_held_is_nothing_released() {
        assert!(coalesce(Vec::new()).is_empty());
    }
}
