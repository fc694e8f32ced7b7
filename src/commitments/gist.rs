//! One short English sentence made from the fields of a mention: never free text.

use crate::config::topic::Topic;
use crate::model::{Assertion, Kind, Mention, Polarity, Role, Stage};

/// The gist of a mention.
pub(super) fn gist(mention: &Mention, topic: &Topic) -> String {
    let name = |id: &str| {
        topic.actors.actors.iter().find(|actor| actor.id == id).map_or(id.to_owned(), |actor| {
            match id.split_once('.') {
                Some((state, _)) if !actor.name.contains(state) => {
                    format!("{} ({state})", actor.name)
                }
                _ => actor.name.clone(),
            }
        })
    };
    let acting =
        |role: Role| !matches!(role, Role::Addressee | Role::Counterparty | Role::Beneficiary);
    let who: Vec<String> = mention
        .parties
        .iter()
        .filter(|party| acting(party.role))
        .map(|party| name(&party.id))
        .collect();
    let who = if who.is_empty() { "Not stated who".to_owned() } else { who.join(" and ") };
    let verb = match (mention.assertion, mention.stage) {
        (Assertion::Denied, _) => "deny",
        (Assertion::Negated, _) => "do not",
        (Assertion::Hypothetical, _) => "would, on a condition,",
        (Assertion::Forecast, _) => "are expected to",
        (_, Stage::Considered) => "consider to",
        (_, Stage::Proposed) => "propose to",
        (_, Stage::Pledged) => "pledge to",
        (_, Stage::Agreed) => "agree to",
        (_, Stage::Negotiating) => "are negotiating to",
        (_, Stage::Concluded) => "settled the text to",
        (_, Stage::Signed) => "signed to",
        (_, Stage::Ratified) => "ratified to",
        (_, Stage::InForce) => "put in force to",
        (_, Stage::Implementing) => "are at work to",
        (_, Stage::Delivered) => "delivered to",
        (_, Stage::Suspended) => "suspended to",
        (_, Stage::Withdrawn) => "withdrew from what was to",
        (_, Stage::Terminated) => "ended what was to",
        (_, Stage::Refused) => "refused to",
        (_, Stage::Expired) => "let lapse what was to",
    };
    let what = match mention.kind {
        Kind::InstrumentConclude => "conclude",
        Kind::InstrumentImplement => "carry out",
        Kind::Resource => "provide means",
        Kind::Policy => "change a rule",
        Kind::Protection => "protect",
        Kind::Operation => "act",
        Kind::Capacity => "train",
        Kind::Outreach => "inform the public",
        Kind::Mechanism => "keep a channel",
        Kind::InfoExchange => "exchange information",
        Kind::General => "cooperate",
    };
    let not = if mention.polarity == Polarity::Refrain { "not " } else { "" };
    let object = match &mention.instrument {
        Some(text) => text
            .id
            .as_ref()
            .and_then(|id| topic.instruments.iter().find(|known| known.instrument.id == *id))
            .map_or_else(|| text.text.clone(), |known| known.instrument.name.clone()),
        None => mention
            .topics
            .iter()
            .map(|topic| topic.replace('_', " "))
            .collect::<Vec<_>>()
            .join(", "),
    };
    let details: Vec<&str> = mention.anchors.iter().map(|anchor| anchor.value.as_str()).collect();
    let details =
        if details.is_empty() { String::new() } else { format!(" ({})", details.join("; ")) };
    format!("{who} {verb} {not}{what}: {object}{details}")
}
