//! Keys and descriptions of texts that the ledger meets for the first time.

use super::{Occasion, SIGNED_DOCUMENTS, reports_signature};
use crate::ledger::draft::Draft;
use crate::ledger::parties;
use crate::model::{
    Instrument, InstrumentId, InstrumentMention, InstrumentType, Mention, PartialDate, Stage,
};

pub(super) fn key_of(named: &InstrumentMention) -> String {
    let kind = serde_json::to_value(named.kind).ok();
    let kind = kind.as_ref().and_then(|word| word.as_str()).unwrap_or("text").replace('_', "-");
    let topic = named.topics.first().map_or("general".to_owned(), |topic| topic.replace('_', "-"));
    match (named.kind, named.edition) {
        (InstrumentType::Mechanism, Some(number)) => format!("MEC:{topic}#{number}"),
        (InstrumentType::Mechanism, None) => format!("MEC:{topic}"),
        _ => format!("INS:{kind}-{topic}"),
    }
}

/// A key that is not taken: the base, else the base with the date, else numbered.
pub(super) fn fresh_id(draft: &Draft<'_>, base: &str, date: Option<PartialDate>) -> InstrumentId {
    let dated = match date {
        Some(date) if !base.starts_with("MEC:") => format!("{base}-{date}"),
        _ => base.to_owned(),
    };
    let numbered = |number: u64| match number {
        1 => InstrumentId::new(&dated),
        _ => InstrumentId::new(format!("{dated}-{number}")),
    };
    let free = |number: u64| draft.instrument(&numbered(number)).is_none();
    // Numbers are given one after the other: the first free one is found by doubling, then by halving.
    let (mut taken, mut beyond) = (0, 1);
    while !free(beyond) {
        (taken, beyond) = (beyond, beyond * 2);
    }
    while beyond - taken > 1 {
        let middle = taken + (beyond - taken) / 2;
        if free(middle) {
            beyond = middle;
        } else {
            taken = middle;
        }
    }
    numbered(beyond)
}

pub(super) fn describe(
    named: &InstrumentMention,
    id: InstrumentId,
    occasion: &Occasion<'_>,
    mention: &Mention,
) -> Instrument {
    let signed = reports_signature(mention).then_some(occasion.assumed).flatten();
    let parties = if named.parties.is_empty() {
        parties::ids(&mention.parties)
    } else {
        named.parties.clone()
    };
    let number = id.as_str().rsplit_once('#').and_then(|(_, number)| number.parse().ok());
    Instrument {
        id,
        name: named.text.clone(),
        kind: named.kind,
        topics: if named.topics.is_empty() { mention.topics.clone() } else { named.topics.clone() },
        parties,
        date: named.date.or(signed),
        edition: named.edition.or(number),
        stage: Stage::Considered,
        first_seen: occasion.assumed,
        supersedes: None,
    }
}

/// Another text of the wording's shape than the known one.
pub fn another(
    draft: &Draft<'_>,
    mention: &Mention,
    known: &InstrumentId,
    date: Option<PartialDate>,
) -> Option<Instrument> {
    let named = mention.instrument.as_ref()?;
    let id = fresh_id(draft, known.as_str(), named.date.or(date));
    let occasion = Occasion { stated: mention.event_date, assumed: date, seen: &[] };
    Some(describe(named, id, &occasion, mention))
}

pub(super) fn signed_documents(named: &InstrumentMention, occasion: &Occasion<'_>) -> Instrument {
    Instrument {
        id: InstrumentId::new(SIGNED_DOCUMENTS),
        name: "the signed documents".to_owned(),
        kind: InstrumentType::Agreement,
        topics: Vec::new(),
        parties: named.parties.clone(),
        date: None,
        edition: None,
        stage: Stage::Signed,
        first_seen: occasion.assumed,
        supersedes: None,
    }
}
