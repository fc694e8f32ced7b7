//! Which known text a name means: by wording, type and topics, or because it was named before. In: named texts.
//! Out: identities.

use std::collections::BTreeMap;

use crate::commitments::instruments::Named;
use crate::commitments::reading::Reading;
use crate::model::{InstrumentId, InstrumentType, Language, PartialDate};

/// The known text that fits alone: compatible type, most topics in common, and no date or wording against it.
pub(crate) fn link(reading: &Reading<'_>, named: &Named) -> Option<InstrumentId> {
    if named.successor {
        return None;
    }
    let written = reading.fold(named.span);
    let wild = |kind| kind == InstrumentType::Agreement;
    // "một bản ghi nhớ về …": what Vietnamese names with an article is told for the first time.
    let some = reading.grammar().indefinite.at_start(written).is_some()
        && reading.language_at(named.span.start) == Some(Language::Vi);
    let mut best: Option<(usize, &InstrumentId)> = None;
    let mut tie = false;
    for known in &reading.topic.instruments {
        let instrument = &known.instrument;
        if instrument.edition.is_some() != (named.kind == InstrumentType::Mechanism) {
            continue;
        }
        let by_name = known
            .names
            .iter()
            .filter(|(_, name)| written.contains(name.to_lowercase().as_str()))
            .map(|(_, name)| name.len())
            .max();
        let exact = instrument.kind == named.kind
            || matches!(
                (instrument.kind, named.kind),
                (InstrumentType::JointStatement, InstrumentType::JointDeclaration)
                    | (InstrumentType::JointDeclaration, InstrumentType::JointStatement)
            );
        let types = exact || wild(named.kind) || wild(instrument.kind);
        let shared = instrument.topics.iter().filter(|topic| named.topics.contains(topic)).count();
        let contradicts =
            matches!((named.date, instrument.date), (Some(a), Some(b)) if a.days_apart(b) > 31);
        // Two full dates that agree are a name.
        let same_day = matches!(
            (named.date, instrument.date),
            (Some(a @ PartialDate::Day(_)), Some(b @ PartialDate::Day(_))) if a.days_apart(b) <= 3
        );
        let score = match by_name {
            Some(length) if types => 100 + length,
            _ if same_day && types => 50 + shared,
            _ if exact && shared > 0 => {
                let main =
                    instrument.topics.first().is_some_and(|topic| named.topics.contains(topic));
                shared * 2 + usize::from(main)
            }
            _ => 0,
        };
        let told_first = some && by_name.is_none() && !same_day;
        if score == 0 || contradicts || told_first {
            continue;
        }
        match best {
            Some((top, _)) if top > score => {}
            Some((top, _)) if top == score => tie = true,
            _ => {
                best = Some((score, &instrument.id));
                tie = false;
            }
        }
    }
    best.filter(|_| !tie).map(|(_, id)| id.clone())
}

/// A bare head ("the MoU", *văn kiện này*) means the last text of a compatible type.
pub(crate) fn anaphora(reading: &Reading<'_>, found: &mut [Named]) {
    // The last text of each type, and the last that is no mechanism, so far.
    let mut last: BTreeMap<InstrumentType, usize> = BTreeMap::new();
    let mut last_text = None;
    for at in 0..found.len() {
        if let Some(before) = at.checked_sub(1)
            && !found[before].generic
            && (found[before].id.is_some() || !found[before].topics.is_empty())
        {
            last.insert(found[before].kind, before);
            if found[before].kind != InstrumentType::Mechanism {
                last_text = Some(before);
            }
        }
        let short = found[at].kind == InstrumentType::Mechanism
            && found[at].edition.is_none()
            && reading.text(found[at].span).split(' ').count() <= 2;
        let bare = (found[at].topics.is_empty() || short)
            && found[at].id.is_none()
            && !found[at].generic
            && !found[at].successor;
        let name = reading.fold(found[at].span);
        let indefinite = reading.grammar().indefinite.at_start(name).is_some();
        if !bare || indefinite {
            continue;
        }
        let kind = found[at].kind;
        let earlier = match kind {
            InstrumentType::Agreement => last.get(&kind).copied().or(last_text),
            _ => last.get(&kind).copied(),
        };
        if earlier.is_none()
            && issued_by_meeting(kind)
            && let Some(&session) = last.get(&InstrumentType::Mechanism)
        {
            // "signed the joint communiqué": that of the session the article tells of.
            found[at].topics = found[session].topics.clone();
            found[at].date = found[at].date.or(found[session].date);
            found[at].id = link(reading, &found[at])
                .filter(|id| same_days(reading, id, found[session].id.as_ref()));
            continue;
        }
        if let Some(earlier) = earlier.map(|at| found[at].clone())
            && (found[at].edition.is_none() || found[at].edition == earlier.edition)
        {
            found[at].topics = earlier.topics;
            found[at].id = earlier.id;
            found[at].edition = earlier.edition;
            found[at].kind = earlier.kind;
            found[at].anaphoric = true;
        }
    }
}

/// The joint papers with which a meeting closes.
fn issued_by_meeting(kind: InstrumentType) -> bool {
    matches!(
        kind,
        InstrumentType::JointCommunique
            | InstrumentType::JointStatement
            | InstrumentType::JointDeclaration
    )
}

/// Whether a known text was made at a known session.
fn same_days(reading: &Reading<'_>, text: &InstrumentId, session: Option<&InstrumentId>) -> bool {
    let date = |id: &InstrumentId| {
        let known = reading.topic.instruments.iter().find(|known| known.instrument.id == *id)?;
        known.instrument.date
    };
    matches!((date(text), session.and_then(date)), (Some(a), Some(b)) if a.days_apart(b) <= 3)
}
