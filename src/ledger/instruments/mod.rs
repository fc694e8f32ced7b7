//! Which text or edition a mention speaks of: known, new, or one that a person must tell apart.

mod keys;
mod naming;

pub use naming::another;

use keys::{by_key, may_be_called};
use naming::{describe, fresh_id, signed_documents};

use super::draft::Draft;
use super::parties;
use super::texts::{STEPS, Text, Traits};
use crate::config::topic::policy::Policy;
use crate::model::{
    Instrument, InstrumentId, InstrumentMention, InstrumentRole, InstrumentType, Kind, Mention,
    PartialDate, Stage,
};

/// Key of the unnamed plural ("the signed documents"), which matches only itself.
pub const SIGNED_DOCUMENTS: &str = "INS:*signed-documents";

/// What a mention's instrument is linked to.
#[derive(Debug, Clone, PartialEq)]
pub enum Link {
    /// It names none.
    None,
    /// One that the ledger has.
    Known(InstrumentId),
    /// One that the ledger does not have.
    New(Instrument),
    /// Perhaps the known one, perhaps a new one of the same shape.
    Doubtful(InstrumentId, Instrument),
}

/// What the article contributes to a link.
pub struct Occasion<'a> {
    /// When the act happened, where the text says so.
    pub stated: Option<PartialDate>,
    /// The same, or else the date of the article.
    pub assumed: Option<PartialDate>,
    /// Instruments met so far in the article, in order.
    pub seen: &'a [InstrumentId],
}

/// The role under which the ledger files the mention.
pub fn role_of(mention: &Mention) -> Option<InstrumentRole> {
    let Some(instrument) = &mention.instrument else {
        return (mention.kind == Kind::InstrumentConclude).then_some(InstrumentRole::Concludes);
    };
    let edition = instrument.kind == InstrumentType::Mechanism
        && instrument.role != InstrumentRole::ContentOf;
    let law = mention.kind == Kind::Policy && instrument.role == InstrumentRole::Concludes;
    Some(match mention.kind {
        Kind::InstrumentConclude => InstrumentRole::Concludes,
        Kind::InstrumentImplement => InstrumentRole::Implements,
        Kind::Mechanism if edition => InstrumentRole::Concludes,
        Kind::Policy if law => InstrumentRole::Concludes,
        _ => InstrumentRole::ContentOf,
    })
}

/// Whether a mention reports the text as signed or more.
pub fn reports_signature(mention: &Mention) -> bool {
    mention.stage >= Stage::Signed && !mention.stage.is_lateral()
}

/// Links the mention's instrument.
pub fn link(draft: &Draft<'_>, mention: &Mention, occasion: &Occasion<'_>) -> Link {
    let Some(named) = &mention.instrument else { return planned(draft, mention) };
    if named.generic {
        let id = InstrumentId::new(SIGNED_DOCUMENTS);
        return match draft.instrument(&id) {
            Some(_) => Link::Known(id),
            None => Link::New(signed_documents(named, occasion)),
        };
    }
    match &named.id {
        Some(id) => by_id(draft, mention, named, id, occasion),
        None => by_key(draft, mention, named, occasion),
    }
}

/// "open talks on sharing criminal records": where no text is named, the one that is planned on just these topics.
fn planned(draft: &Draft<'_>, mention: &Mention) -> Link {
    if mention.kind != Kind::InstrumentConclude || mention.stage >= Stage::Signed {
        return Link::None;
    }
    let parties = official(&parties::ids(&mention.parties), draft.policy);
    let likeness = |known: &Instrument| alike(&mention.topics, &known.topics);
    let meets = |known: &&Text| {
        likeness(&known.told) >= draft.policy.identity.topics
            && !parties::compare(&parties, &known.official).conflict
    };
    let open = draft.texts_about(&mention.topics, None, STEPS, Traits::is_open);
    let mut found: Vec<&Instrument> = open.filter(meets).map(|known| &known.told).collect();
    found.sort_by(|a, b| likeness(b).total_cmp(&likeness(a)));
    match found.as_slice() {
        [one] => Link::Known(one.id.clone()),
        [best, next, ..] if likeness(best) > likeness(next) => Link::Known(best.id.clone()),
        _ => Link::None,
    }
}

/// Jaccard index of two lists of topics.
fn alike(left: &[String], right: &[String]) -> f64 {
    let shared = left.iter().filter(|topic| right.contains(topic)).count();
    let all = left.len() + right.len() - shared;
    if all == 0 { 0.0 } else { shared as f64 / all as f64 }
}

fn official(ids: &[String], policy: &Policy) -> Vec<String> {
    parties::official(ids.iter().map(String::as_str), policy)
}

fn by_id(
    draft: &Draft<'_>,
    mention: &Mention,
    named: &InstrumentMention,
    id: &InstrumentId,
    occasion: &Occasion<'_>,
) -> Link {
    let id = edition_of(draft, named, id, occasion);
    let Some(known) = draft.instrument(&id) else {
        return Link::New(describe(named, id, occasion, mention));
    };
    if role_of(mention) == Some(InstrumentRole::Concludes)
        && named.kind != known.kind
        && !may_be_called(draft.policy, named, known, occasion.assumed)
    {
        // A name inside a longer one: the protocol under an agreement is not the agreement.
        return by_key(draft, mention, named, occasion);
    }
    if role_of(mention) != Some(InstrumentRole::Concludes)
        || known.kind == InstrumentType::Mechanism
    {
        return Link::Known(id);
    }
    if is_successor(draft.policy, mention, named, known, occasion) {
        return successor(draft, mention, named, known, occasion);
    }
    Link::Known(id)
}

/// A wording that says *new* means another text, unless the known one is the new one: signed in those very days, or
/// not signed at all yet. So does a signature stated long after the known one.
fn is_successor(
    policy: &Policy,
    mention: &Mention,
    named: &InstrumentMention,
    known: &Instrument,
    occasion: &Occasion<'_>,
) -> bool {
    if known.stage < Stage::Signed {
        return false;
    }
    let apart = |date: Option<PartialDate>| {
        date.zip(known.date).map(|(date, signed)| date.days_apart(signed))
    };
    if named.successor {
        let date = named.date.or(occasion.assumed);
        return apart(date).is_none_or(|days| days > policy.time.late_tolerance_days);
    }
    reports_signature(mention)
        && apart(named.date.or(occasion.stated)).is_some_and(|days| {
            let later = named.date.or(occasion.stated).zip(known.date);
            let later = later.is_some_and(|(date, signed)| date.earliest() > signed.latest());
            // Entering into force and reviews come long after signing and speak of the same text.
            let signing = mention.stage == Stage::Signed;
            later && signing && named.date.is_some() && days > policy.time.instrument_days
        })
}

/// The successor itself: the one that an earlier article told of, or a new one.
fn successor(
    draft: &Draft<'_>,
    mention: &Mention,
    named: &InstrumentMention,
    known: &Instrument,
    occasion: &Occasion<'_>,
) -> Link {
    let date = named.date.or(occasion.assumed);
    let told = draft.successors(&known.id).into_iter().find(|other| {
        let apart = other.date.zip(date).map(|(a, b)| a.days_apart(b));
        apart.is_none_or(|days| days <= draft.policy.time.instrument_days)
    });
    if let Some(told) = told {
        return Link::Known(told.id.clone());
    }
    let id = fresh_id(draft, known.id.as_str(), date);
    let mut new = describe(named, id, occasion, mention);
    new.kind = known.kind;
    new.supersedes = Some(known.id.clone());
    Link::New(new)
}

/// An edition's full key: with its number, or by its date, or as last met in the article, or the latest.
fn edition_of(
    draft: &Draft<'_>,
    named: &InstrumentMention,
    id: &InstrumentId,
    occasion: &Occasion<'_>,
) -> InstrumentId {
    let series = id.as_str();
    if !series.starts_with("MEC:") || series.contains('#') {
        return id.clone();
    }
    if let Some(number) = named.edition {
        return InstrumentId::new(format!("{series}#{number}"));
    }
    if draft.instrument(id).is_some() {
        return id.clone();
    }
    let of_series = |other: &InstrumentId| {
        other.as_str().strip_prefix(series).is_some_and(|rest| rest.starts_with('#'))
    };
    let date = named.date.or(occasion.assumed);
    let editions = draft.editions(series);
    let by_date = editions.iter().find(|known| {
        let apart = known.date.zip(date).map(|(held, date)| held.days_apart(date));
        apart.is_some_and(|days| days <= draft.policy.time.edition_days)
    });
    let in_article = || occasion.seen.iter().rev().find(|id| of_series(id)).cloned();
    let latest = || {
        let latest = editions.iter().max_by_key(|known| known.edition);
        latest.map(|known| known.id.clone())
    };
    by_date.map(|known| known.id.clone()).or_else(in_article).or_else(latest).unwrap_or(id.clone())
}
