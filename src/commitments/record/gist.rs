//! One line that tells a mention to a reader: who, what force, and the article's own words for the act.

use crate::config::topic::Topic;
use crate::model::{Assertion, Kind, Mention, Polarity, Role, Stage};

/// Characters of the action that are shown.
const LONGEST: usize = 160;

/// The gist of a mention.
pub(crate) fn gist(mention: &Mention, topic: &Topic) -> String {
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
    let verb = verb(mention, who.len() > 1);
    let who = if who.is_empty() { "Not stated who".to_owned() } else { who.join(" and ") };
    let known = mention.instrument.as_ref().and_then(|text| {
        let id = text.id.as_ref()?;
        topic.instruments.iter().find(|known| known.instrument.id == *id)
    });
    if let (Some(known), Some(act)) = (known, act_on_text(mention.kind)) {
        return format!("{who} {verb} {act} {}", known.instrument.name);
    }
    format!("{who} {verb}: “{}”", shortened(&mention.action.text))
}

/// What is done to a text; `None` for acts that have words of their own.
fn act_on_text(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::InstrumentConclude => Some("the conclusion of:"),
        Kind::InstrumentImplement => Some("to carry out:"),
        _ => None,
    }
}

/// The act in words that fit one actor or several.
fn verb(mention: &Mention, several: bool) -> String {
    let (one, many) = match (mention.assertion, mention.stage) {
        (Assertion::Denied, _) => ("denies", "deny"),
        (Assertion::Negated, _) => ("does not agree", "do not agree"),
        (Assertion::Hypothetical, _) => ("would, on a condition", "would, on a condition"),
        (Assertion::Forecast, _) => ("is expected to act", "are expected to act"),
        (_, Stage::Considered) => ("considers", "consider"),
        (_, Stage::Proposed) => ("proposes", "propose"),
        (_, Stage::Pledged) => ("pledges", "pledge"),
        (_, Stage::Agreed) => ("agrees", "agree"),
        (_, Stage::Negotiating) => ("negotiates", "negotiate"),
        (_, Stage::Concluded) => ("settled the text", "settled the text"),
        (_, Stage::Signed) => ("signed", "signed"),
        (_, Stage::Ratified) => ("approved", "approved"),
        (_, Stage::InForce) => ("put in force", "put in force"),
        (_, Stage::Implementing) => ("is at work", "are at work"),
        (_, Stage::Delivered) => ("carried out", "carried out"),
        (_, Stage::Suspended) => ("suspended", "suspended"),
        (_, Stage::Withdrawn) => ("withdrew", "withdrew"),
        (_, Stage::Terminated) => ("ended", "ended"),
        (_, Stage::Refused) => ("refused", "refused"),
        (_, Stage::Expired) => ("let lapse", "let lapse"),
    };
    let verb = if several { many } else { one };
    let not = if mention.polarity == Polarity::Refrain { " not to act" } else { "" };
    format!("{verb}{not}")
}

/// The action on one line, cut at a word.
fn shortened(action: &str) -> String {
    let line = action.split_whitespace().collect::<Vec<_>>().join(" ");
    let line = line.trim_end_matches(['.', ';', ',']);
    if line.chars().count() <= LONGEST {
        return line.to_owned();
    }
    let cut: String = line.chars().take(LONGEST).collect();
    format!("{}…", cut.rsplit_once(' ').map_or(cut.as_str(), |(head, _)| head))
}
