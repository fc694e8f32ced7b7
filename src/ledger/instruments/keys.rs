//! A text told by what it is about: type, topics, parties and dates. In: the wording and the ledger's texts. Out: a link.

use super::naming::{describe, fresh_id, key_of};
use super::{Link, Occasion, alike, is_successor, official, reports_signature, role_of, successor};
use crate::config::topic::policy::Policy;
use crate::ledger::draft::Draft;
use crate::ledger::parties;
use crate::ledger::texts::{STEPS, Text, Traits};
use crate::model::{
    Instrument, InstrumentId, InstrumentMention, InstrumentRole, InstrumentType, Mention,
    PartialDate, Stage,
};

pub(super) fn by_key(
    draft: &Draft<'_>,
    mention: &Mention,
    named: &InstrumentMention,
    occasion: &Occasion<'_>,
) -> Link {
    let bare = named.topics.is_empty() && named.date.is_none() && named.edition.is_none();
    let signs = role_of(mention) == Some(InstrumentRole::Concludes) && reports_signature(mention);
    let seen = || occasion.seen.iter().rev().filter_map(|id| draft.instrument(id));
    if bare && !named.successor {
        // "The plan", "the document": the last text of the article that can be meant.
        let fits = |known: &&Instrument| {
            let typed = named.kind == known.kind || named.kind == InstrumentType::Agreement;
            let apart = known.date.zip(occasion.assumed).map(|(a, b)| a.days_apart(b));
            let far = apart.is_some_and(|days| days > draft.policy.time.instrument_days);
            typed && types_meet(named.kind, known.kind) && !(signs && far)
        };
        if let Some(known) = seen().find(fits) {
            return Link::Known(known.id.clone());
        }
    }
    let concludes = role_of(mention) == Some(InstrumentRole::Concludes);
    let told = named.date.or(occasion.stated);
    let day = told.map(|day| (day, draft.policy.time.instrument_days));
    let parties = official(&named.parties, draft.policy);
    let mut meets: Vec<(bool, &Instrument)> = draft
        .texts_about(&named.topics, day, STEPS, |traits| types_meet(named.kind, traits.kind))
        .filter(|known| !known.told.id.as_str().starts_with("INS:*"))
        .filter(|known| key_meets(draft.policy, (named, &parties), known, concludes, signs))
        .map(|known| (named.kind == known.told.kind, &known.told))
        .filter(|(exact, known)| {
            *exact || may_be_called(draft.policy, named, known, occasion.assumed)
        })
        .collect();
    meets.sort_by_key(|(_, known)| &known.id);
    // The exact type before a wild one, the text of the day that is told before others, one on just these topics
    // before one that shares some, the latest before older ones.
    let of_day = |known: &Instrument| {
        let apart = known.date.zip(told).map(|(held, told)| held.days_apart(told));
        apart.is_some_and(|days| days <= draft.policy.time.edition_days)
    };
    let topics = if named.topics.is_empty() { &mention.topics } else { &named.topics };
    meets.sort_by_key(|(exact, known)| {
        (*exact, of_day(known), known.topics == *topics, known.date.map(PartialDate::latest))
    });
    let wild_choice = meets.iter().filter(|(exact, _)| !exact).count() > 1;
    let Some((exact, known)) = meets.pop() else {
        if bare && !concludes {
            return Link::None;
        }
        if let Some(known) = being_settled(draft, mention).filter(|_| bare && concludes) {
            return Link::Known(known);
        }
        let base = key_of(named);
        let id = fresh_id(draft, &base, named.date.or(occasion.assumed));
        return Link::New(describe(named, id, occasion, mention));
    };
    dated_link(draft, mention, named, (exact || !wild_choice, known), occasion)
}

/// "The document was initialled": the one text that the parties are working on, if it is one.
fn being_settled(draft: &Draft<'_>, mention: &Mention) -> Option<InstrumentId> {
    if !(Stage::Concluded..=Stage::Signed).contains(&mention.stage) {
        return None;
    }
    let parties = official(&parties::ids(&mention.parties), draft.policy);
    let worked_on = |traits: Traits| traits.is_open() && traits.stage >= Stage::Negotiating;
    let open = draft.texts_about(&[], None, STEPS, worked_on);
    let mut found = open.filter(|known| !parties::compare(&parties, &known.official).conflict);
    let one = found.next()?;
    found.next().is_none().then(|| one.told.id.clone())
}

/// The dates decide between the text met by its key and a new one like it.
fn dated_link(
    draft: &Draft<'_>,
    mention: &Mention,
    named: &InstrumentMention,
    (sure, known): (bool, &Instrument),
    occasion: &Occasion<'_>,
) -> Link {
    let time = draft.policy.time;
    let concludes = role_of(mention) == Some(InstrumentRole::Concludes);
    if concludes && is_successor(draft.policy, mention, named, known, occasion) {
        return successor(draft, mention, named, known, occasion);
    }
    if known.kind == InstrumentType::Mechanism {
        // A standing body opens, halts and resumes; an edition is told by its number.
        return Link::Known(known.id.clone());
    }
    let signs = concludes && reports_signature(mention) && known.stage >= Stage::Signed;
    let apart = |date: Option<PartialDate>| {
        date.zip(known.date).map(|(date, signed)| date.days_apart(signed))
    };
    let limit = if sure { time.instrument_days } else { time.edition_days };
    let stated = named.date.or(if signs { occasion.stated } else { None });
    let new = || {
        let id = fresh_id(draft, &key_of(named), stated.or(occasion.assumed));
        describe(named, id, occasion, mention)
    };
    match apart(stated) {
        Some(days) if days > limit && occasion.stated == occasion.assumed && signs => {
            // A date that may only be the article's own. Every meeting issues a paper of its own.
            let own = is_joint(known.kind) && days > time.meeting_paper_days;
            if named.date.is_some() || own {
                Link::New(new())
            } else {
                Link::Doubtful(known.id.clone(), new())
            }
        }
        Some(days) if days > limit => Link::New(new()),
        _ => Link::Known(known.id.clone()),
    }
}

/// Whether the text may be the named one, by topics, edition and parties; its type was asked before.
fn key_meets(
    policy: &Policy,
    (named, parties): (&InstrumentMention, &[String]),
    known: &Text,
    concludes: bool,
    signs: bool,
) -> bool {
    let (known, there) = (&known.told, &known.official);
    let topics = named.topics.is_empty()
        || known.topics.is_empty()
        || named.topics.iter().any(|topic| known.topics.contains(topic));
    // A numbered session is not the body that holds it.
    let editions = named.edition.is_none() || named.edition == known.edition;
    if !topics || !editions {
        return false;
    }
    let pair = parties::compare(parties, there);
    // Agencies sign for their states: the text of two ministries is not that of two governments.
    let told = known.kind == InstrumentType::Mechanism || !signs;
    let level = !concludes
        || named.parties.is_empty()
        || pair.score >= policy.identity.pair
        // One side may tell of both.
        || pair.subset && told;
    !pair.conflict && level
}

/// Whether the press may call the known text by another type: in the days of its date anything goes; later only
/// *agreement*, or one joint paper for another, and only with mostly the same topics.
pub(super) fn may_be_called(
    policy: &Policy,
    named: &InstrumentMention,
    known: &Instrument,
    date: Option<PartialDate>,
) -> bool {
    let apart = known.date.zip(named.date.or(date)).map(|(a, b)| a.days_apart(b));
    if apart.is_some_and(|days| days <= policy.time.edition_days) {
        return true;
    }
    let alike = alike(&named.topics, &known.topics) >= policy.identity.topics;
    let loose = named.kind == InstrumentType::Agreement || known.kind != InstrumentType::Agreement;
    loose && alike
}

/// Whether texts of the type are issued by meetings.
fn is_joint(kind: InstrumentType) -> bool {
    use InstrumentType as T;
    matches!(kind, T::JointStatement | T::JointDeclaration | T::JointCommunique)
}

/// Whether two types can name one text. *Agreement* is wild, and the press mixes up joint papers.
fn types_meet(left: InstrumentType, right: InstrumentType) -> bool {
    use InstrumentType as T;
    let apart = |kind| matches!(kind, T::Mechanism | T::Law | T::Decree);
    left == right
        || (is_joint(left) && is_joint(right))
        || ((left == T::Agreement || right == T::Agreement) && !apart(left) && !apart(right))
}
