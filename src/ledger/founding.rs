//! How entries begin: from a mention, from a text that implies them, or from the register.

use super::draft::Draft;
use super::identity::Subject;
use super::shape::action_words;
use super::{ArticleFacts, commitment_id, parties};
use crate::config::topic::instruments::KnownInstrument;
use crate::config::topic::policy::Policy;
use crate::model::{
    Commitment, Instrument, InstrumentId, InstrumentRole, InstrumentType, Kind, PartialDate,
    Polarity, Scope, Stage, StageChange,
};

/// An entry founded by a mention, before its first stage is set.
pub fn from_mention(subject: &Subject<'_>, article: &ArticleFacts, policy: &Policy) -> Commitment {
    let mention = subject.mention;
    // The other sentences of the article are compared with what this one tells: what has ended or is done may be
    // promised anew in the next.
    let stage = policy.on_path(mention.kind, subject.stage);
    Commitment {
        id: commitment_id::of_mention(&subject.fingerprint),
        kind: mention.kind,
        polarity: mention.polarity,
        scope: mention.scope,
        parties: parties::ids(&mention.parties),
        beneficiaries: parties::beneficiaries(&mention.parties),
        instrument: None,
        instrument_role: None,
        topics: sorted(&mention.topics),
        concepts: sorted(&mention.concepts),
        anchors: sorted(&mention.anchors),
        words: action_words(mention, article.language),
        stage: if stage.is_lateral() { Stage::Considered } else { stage },
        lateral: Some(stage).filter(|stage| stage.is_lateral()),
        stage_date: subject.event_date,
        history: Vec::new(),
        first_seen: subject.event_date,
        last_seen: None,
        due: mention.due,
        sources: 0,
        maybe_same_as: None,
        silent_origin: false,
        contested: false,
        unconfirmed: false,
        rumoured_by: None,
        merged_into: None,
        split_from: None,
        dismissed: None,
        muted: false,
        set: Vec::new(),
        gist: mention.gist.clone(),
        quote: mention.quote.text.clone(),
        founded_by: Some(article.id),
    }
}

fn sorted<T: Clone + Ord>(items: &[T]) -> Vec<T> {
    let mut items = items.to_vec();
    items.sort();
    items.dedup();
    items
}

/// The entry that a text implies in that role: to conclude it at the stage it has, or to carry it out.
pub fn implied(text: &Instrument, role: InstrumentRole, history: &[StageChange]) -> Commitment {
    let carried = role == InstrumentRole::Implements;
    let kind = match (carried, text.kind) {
        (true, _) => Kind::InstrumentImplement,
        (false, InstrumentType::Mechanism) => Kind::Mechanism,
        (false, _) => Kind::InstrumentConclude,
    };
    let verb = match kind {
        Kind::InstrumentImplement => "Carry out: ",
        Kind::Mechanism => "Hold: ",
        _ => "Conclude: ",
    };
    let signed = history.iter().filter(|step| step.stage >= Stage::Signed).cloned();
    let history: Vec<StageChange> = if carried {
        signed.take(1).map(|step| StageChange { stage: Stage::Signed, ..step }).collect()
    } else {
        history.to_vec()
    };
    let at = |step: &StageChange| step.event_date;
    Commitment {
        id: commitment_id::of_instrument(&text.id, role, kind),
        kind,
        polarity: Polarity::Do,
        scope: Scope::Core,
        parties: sorted(&text.parties),
        beneficiaries: Vec::new(),
        instrument: Some(text.id.clone()),
        instrument_role: Some(role),
        topics: sorted(&text.topics),
        concepts: Vec::new(),
        anchors: Vec::new(),
        words: Vec::new(),
        stage: if carried { Stage::Signed } else { text.stage },
        lateral: None,
        stage_date: history.last().and_then(at),
        first_seen: history.first().and_then(at).or(text.first_seen),
        last_seen: history.last().and_then(at),
        history,
        due: None,
        sources: 0,
        maybe_same_as: None,
        silent_origin: true,
        contested: false,
        unconfirmed: false,
        rumoured_by: None,
        merged_into: None,
        split_from: None,
        dismissed: None,
        muted: false,
        set: Vec::new(),
        gist: format!("{verb}{}", text.name),
        quote: String::new(),
        founded_by: None,
    }
}

/// Adds the entry that a text of the ledger implies, and gives its slot.
pub fn imply(draft: &mut Draft<'_>, id: &InstrumentId, role: InstrumentRole) -> usize {
    let known = draft.instrument(id).cloned();
    let text = known.unwrap_or_else(|| Instrument {
        id: id.clone(),
        name: id.to_string(),
        kind: InstrumentType::Agreement,
        topics: Vec::new(),
        parties: Vec::new(),
        date: None,
        edition: None,
        stage: Stage::Signed,
        first_seen: None,
        supersedes: None,
    });
    let step =
        StageChange { stage: text.stage.max(Stage::Signed), event_date: text.date, article: None };
    let conclude = draft.linked(id, InstrumentRole::Concludes).first().copied();
    let told = conclude.map(|slot| draft.entry(slot).history.clone()).unwrap_or_default();
    let signed = told.iter().any(|step| step.stage >= Stage::Signed);
    let history = match role {
        InstrumentRole::Implements if signed => told,
        InstrumentRole::Implements => vec![step],
        _ => vec![StageChange { stage: text.stage, event_date: text.date, article: None }],
    };
    draft.add(implied(&text, role, &history))
}

/// Both entries of a register instrument, as far as it implies them.
pub fn of_register(known: &KnownInstrument) -> Vec<Commitment> {
    let text = &known.instrument;
    let mut entries = vec![implied(text, InstrumentRole::Concludes, &known.history)];
    if text.stage >= Stage::Signed && text.kind != InstrumentType::Mechanism {
        entries.push(implied(text, InstrumentRole::Implements, &known.history));
    }
    entries
}

/// What the register lets the article's readers know on the eve of its date.
pub fn learn_register(draft: &mut Draft<'_>, register: &[KnownInstrument], article: &ArticleFacts) {
    // Without a date of its own an article is taken for one of the day it arrived.
    let arrived = || article.arrival.to_zoned(jiff::tz::TimeZone::UTC).date();
    let day = article.source_date.map_or_else(arrived, PartialDate::earliest);
    for known in register.iter().filter_map(|known| known.as_of(day)) {
        let id = &known.instrument.id;
        let present = draft.instrument(id).map(|text| text.stage);
        if present.is_some_and(|stage| stage >= known.instrument.stage) {
            continue;
        }
        let conclude = draft.linked(id, InstrumentRole::Concludes).first().copied();
        let conclude = conclude.map(|slot| draft.host(slot));
        draft.put_instrument(known.instrument.clone());
        for entry in of_register(&known) {
            match (entry.instrument_role, conclude) {
                (Some(InstrumentRole::Concludes), Some(slot)) => draft.edit(slot, |held| {
                    let last = known.history.last();
                    held.stage = entry.stage;
                    held.stage_date = entry.stage_date;
                    held.history.extend(last.cloned());
                }),
                (Some(role), _) if !draft.linked(id, role).is_empty() => {}
                _ => drop(draft.add(entry)),
            }
        }
    }
}
