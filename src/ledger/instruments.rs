//! Which text or edition a mention speaks of: known, new, or one that a person must tell apart.

use super::draft::Draft;
use super::parties;
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
    let meets = |known: &&Instrument| {
        let open = known.stage < Stage::Signed && known.kind != InstrumentType::Mechanism;
        let there = official(&known.parties, draft.policy);
        open && !parties::compare(&parties, &there).conflict
    };
    let likeness = |known: &Instrument| alike(&mention.topics, &known.topics);
    let mut found: Vec<&Instrument> = draft
        .instruments()
        .filter(meets)
        .filter(|known| likeness(known) >= draft.policy.identity.topics)
        .collect();
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
    let told = draft.instruments().find(|other| {
        other.supersedes.as_ref() == Some(&known.id)
            && other
                .date
                .zip(date)
                .is_none_or(|(a, b)| a.days_apart(b) <= draft.policy.time.instrument_days)
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
    let by_date = draft.instruments().filter(|known| of_series(&known.id)).find(|known| {
        let apart = known.date.zip(date).map(|(held, date)| held.days_apart(date));
        apart.is_some_and(|days| days <= draft.policy.time.edition_days)
    });
    let in_article = || occasion.seen.iter().rev().find(|id| of_series(id)).cloned();
    let latest = || {
        let editions = draft.instruments().filter(|known| of_series(&known.id));
        editions.max_by_key(|known| known.edition).map(|known| known.id.clone())
    };
    by_date.map(|known| known.id.clone()).or_else(in_article).or_else(latest).unwrap_or(id.clone())
}

fn by_key(
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
    let mut meets: Vec<(bool, &Instrument)> = draft
        .instruments()
        .filter(|known| !known.id.as_str().starts_with("INS:*"))
        .filter(|known| key_meets(draft.policy, named, known, concludes, signs))
        .filter(|known| {
            named.kind == known.kind || may_be_called(draft.policy, named, known, occasion.assumed)
        })
        .map(|known| (named.kind == known.kind, known))
        .collect();
    // The exact type before a wild one, the text of the day that is told before others, one on just these topics
    // before one that shares some, the latest before older ones.
    let told = named.date.or(occasion.stated);
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
        let base = key_of(named);
        let id = fresh_id(draft, &base, named.date.or(occasion.assumed));
        return Link::New(describe(named, id, occasion, mention));
    };
    dated_link(draft, mention, named, (exact || !wild_choice, known), occasion)
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

fn key_meets(
    policy: &Policy,
    named: &InstrumentMention,
    known: &Instrument,
    concludes: bool,
    signs: bool,
) -> bool {
    let topics = named.topics.is_empty()
        || known.topics.is_empty()
        || named.topics.iter().any(|topic| known.topics.contains(topic));
    // A numbered session is not the body that holds it.
    let editions = named.edition.is_none() || named.edition == known.edition;
    let pair =
        parties::compare(&official(&named.parties, policy), &official(&known.parties, policy));
    // Agencies sign for their states: the text of two ministries is not that of two governments.
    let told = known.kind == InstrumentType::Mechanism || !signs;
    let level = !concludes
        || named.parties.is_empty()
        || pair.score >= policy.identity.pair
        // One side may tell of both.
        || pair.subset && told;
    types_meet(named.kind, known.kind) && topics && editions && !pair.conflict && level
}

/// Whether the press may call the known text by another type: in the days of its date anything goes; later only
/// *agreement*, or one joint paper for another, and only with mostly the same topics.
fn may_be_called(
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

fn key_of(named: &InstrumentMention) -> String {
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
fn fresh_id(draft: &Draft<'_>, base: &str, date: Option<PartialDate>) -> InstrumentId {
    let dated = match date {
        Some(date) if !base.starts_with("MEC:") => format!("{base}-{date}"),
        _ => base.to_owned(),
    };
    let numbered = (2..).map(|number| format!("{dated}-{number}"));
    let mut ids = std::iter::once(dated.clone()).chain(numbered).map(InstrumentId::new);
    let free = ids.find(|id| draft.instrument(id).is_none());
    free.unwrap_or_else(|| InstrumentId::new(dated))
}

fn describe(
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

fn signed_documents(named: &InstrumentMention, occasion: &Occasion<'_>) -> Instrument {
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
