//! Who else takes part in an act than those who do it: whom it helps, and with whom it is done (ontology 4.4); and who
//! a state is, when the article tells which of its agencies signed. In: drafts. Out: parties.

use crate::commitments::extractor::Extractor;
use crate::commitments::reading::{Mark, Reading, within};
use crate::commitments::record::Draft;
use crate::config::topic::actors::Who;
use crate::model::{Framing, InstrumentRole, Kind, Party, Polarity, Role, Span, Stage};

/// All parties of a draft, sorted, each once.
pub(crate) fn parties(x: &Extractor<'_>, draft: &Draft, speaks: &[usize]) -> Vec<Party> {
    let reading = x.reading;
    let id = |at: usize| reading.topic.actors.actors[at].id.clone();
    // What both sides do is not one speaker's.
    let alone = one_side(reading, &acting(draft)).is_some();
    let mut parties: Vec<Party> = by_register(x, draft)
        .iter()
        .map(|&(at, role)| {
            let at = for_whom(reading, at, speaks, &draft.floor, alone);
            Party { id: id(stands_for(x, at, draft).unwrap_or(at)), role }
        })
        .chain(beneficiaries(reading, draft).map(|id| Party { id, role: Role::Beneficiary }))
        .chain(
            partners(reading, draft)
                .into_iter()
                .map(|at| Party { id: id(at), role: Role::Counterparty }),
        )
        .collect();
    parties.sort();
    parties.dedup();
    parties
}

/// "Britain will pay …, the Foreign Office minister said": the agency of the speaker, in the sentence or before it,
/// speaks for its state.
fn for_whom(
    reading: &Reading<'_>,
    actor: usize,
    speaks: &[usize],
    floor: &[usize],
    alone: bool,
) -> usize {
    let agency = speaks.iter().chain(floor).copied().filter(|&at| alone && reading.is_agency(at));
    let mut own = agency.filter(|&at| reading.topic.actors.state_of(at) == Some(actor));
    own.next().unwrap_or(actor)
}

/// "London will pay …", in an article in which one agency of that state acts or speaks: that one. An agency that is only
/// spoken of ("Home Office figures show …") stands for nobody, nor does one where both states act as states, or in what
/// is only recalled.
pub(crate) fn stands_for(x: &Extractor<'_>, actor: usize, draft: &Draft) -> Option<usize> {
    let reading = x.reading;
    let actors = &reading.topic.actors.actors;
    let states = draft.parties.iter().filter(|&&(at, _)| actors[at].principal).count();
    let as_states = states > 1 && reading.both_sides(&acting(draft));
    if as_states || draft.framing == Framing::Background {
        return None;
    }
    // "The Government has told the Home Office to …": two parties.
    let apart = |&agency: &usize| !draft.parties.iter().any(|&(at, _)| at == agency);
    let at_work = |&agency: &usize| {
        x.drafts.iter().any(|other| {
            other.floor.contains(&agency) || other.parties.iter().any(|&(at, _)| at == agency)
        })
    };
    reading.only_agency(actor).filter(apart).filter(at_work)
}

/// Signatories of a text that was signed long ago are those whom the register knows.
fn by_register(x: &Extractor<'_>, draft: &Draft) -> Vec<(usize, Role)> {
    let reading = x.reading;
    let told = draft.framing == Framing::Background
        && draft.kind == Kind::InstrumentConclude
        && draft.stage >= Stage::Signed
        && !draft.stage.is_lateral();
    let id = draft.named.filter(|_| told).and_then(|(at, _)| x.named[at].id.as_ref());
    let known = reading.topic.instruments.iter().find(|known| Some(&known.instrument.id) == id);
    let signed: Vec<(usize, Role)> = known
        .iter()
        .flat_map(|known| &known.instrument.parties)
        .filter_map(|id| Some((reading.topic.actors.index(id)?, Role::Signatory)))
        .collect();
    let both = reading.both_sides(&signed.iter().map(|&(at, _)| at).collect::<Vec<_>>());
    if both { signed } else { draft.parties.clone() }
}

/// Those who act, ask or pay, without those to whom it is addressed.
fn acting(draft: &Draft) -> Vec<usize> {
    let acts = |role: Role| !matches!(role, Role::Addressee | Role::Counterparty);
    draft.parties.iter().filter(|&&(_, role)| acts(role)).map(|&(at, _)| at).collect()
}

/// The one state of all who act; `None` when both sides do.
fn one_side(reading: &Reading<'_>, actors: &[usize]) -> Option<usize> {
    let states = reading.states(actors);
    let [state] = states[..] else { return None };
    reading.topic.actors.actors[state].principal.then_some(state)
}

/// Whom an act helps: citizens for whom a rule, a service or a return is, or the other side of a gift or a course.
fn beneficiaries(reading: &Reading<'_>, draft: &Draft) -> impl Iterator<Item = String> {
    let found = citizens(reading, draft).or_else(|| helped_side(reading, draft));
    found.into_iter().flatten()
}

fn citizens(reading: &Reading<'_>, draft: &Draft) -> Option<Vec<String>> {
    let undertaken = draft.stage <= Stage::Agreed || draft.stage == Stage::Signed;
    if !undertaken || matches!(draft.framing, Framing::Background | Framing::Report) {
        return None;
    }
    let triggers = &reading.topic.triggers;
    let action = draft.action;
    let words = reading.fold(action);
    let placed = |(at, length)| Span::new(action.start + at, action.start + at + length);
    let nationals = triggers.citizens.places(words).map(placed);
    // "Vietnamese carers", *lao động Việt Nam*: people of a nation that stands beside the word.
    let people = triggers.people.places(words).map(placed).filter(|&place| {
        let near = Span::new(reading.floor(place.start.saturating_sub(20)), place.end + 2);
        within(&reading.who, Span::new(near.start.max(action.start), near.end.min(action.end)))
            .iter()
            .any(|mark| mark.span.end + 1 == place.start || mark.span.start == place.end + 1)
    });
    let place = nationals.chain(people).min_by_key(|place| place.start)?;
    // "Vietnamese citizens": the nation may stand before the word.
    let nation = within(&reading.who, Span::new(action.start, place.start)).last();
    let nation = nation.filter(|mark| mark.span.end + 1 >= place.start);
    let phrase = nation.map_or(place.start, |mark| mark.span.start);
    let before = reading.fold(Span::new(action.start, phrase));
    let received = triggers.receives.at_end(before).is_some();
    let served = match draft.kind {
        Kind::Policy | Kind::Protection | Kind::Outreach | Kind::Mechanism => {
            received || reading.governed(Span::new(phrase, place.end)).is_some()
        }
        Kind::Operation => received,
        _ => false,
    };
    let near = Span::new(phrase, (place.end + 20).min(draft.action.end).max(place.end));
    // "người Việt tại Anh": where they live is not whose they are.
    let nation = |mark: &&Mark<Who>| {
        mark.span.start < place.end || reading.governed(mark.span) != Some(false)
    };
    let named = within(&reading.who, near).iter().filter(nation);
    let named = named.filter_map(|mark| state_of(reading, mark.it)).next();
    let own = acting(draft).first().and_then(|&at| reading.topic.actors.state_of(at));
    let state = named.or(own).filter(|&at| served && reading.topic.actors.actors[at].principal)?;
    let state = &reading.topic.actors.actors[state].id;
    Some(vec![format!("{state}.{}", triggers.notions.citizens_group)])
}

fn state_of(reading: &Reading<'_>, who: Who) -> Option<usize> {
    match who {
        Who::Actor(at) | Who::Head(at) | Who::Side(at) => reading.topic.actors.state_of(at),
        _ => None,
    }
}

/// What one side gives, pays or teaches helps the other: the agency or province named, else whoever takes part in the
/// meeting, else, for money, the state.
fn helped_side(reading: &Reading<'_>, draft: &Draft) -> Option<Vec<String>> {
    let actors = &reading.topic.actors.actors;
    let notions = &reading.topic.triggers.notions;
    let gives = matches!(draft.kind, Kind::Resource | Kind::Capacity | Kind::Outreach);
    let acting = acting(draft);
    let at_home = |&at: &usize| notions.apart.contains(&actors[at].kind);
    let pays = draft.parties.iter().any(|&(_, role)| role == Role::Funder);
    let undertaken = draft.stage != Stage::Proposed && !draft.stage.is_lateral();
    if !gives || pays || !undertaken || draft.polarity == Polarity::Refrain {
        return None;
    }
    let state = one_side(reading, &acting).filter(|_| !acting.iter().any(at_home))?;
    let other = reading.other_state(state)?;
    let named = |mark: Who| match mark {
        Who::Actor(at) | Who::Head(at) if state_of(reading, mark) == Some(other) => Some(at),
        Who::Side(at) if at == other => {
            Some(reading.party_of(other, &draft.unit, draft.action.start))
        }
        _ => None,
    };
    let mut helped: Vec<usize> = within(&reading.who, draft.action)
        .iter()
        .filter(|mark| mark.span.end <= draft.action.end)
        .filter_map(|mark| named(mark.it))
        .collect();
    if helped.iter().any(|&at| at != other) {
        helped.retain(|&at| at != other);
    }
    let paid = draft.kind == Kind::Resource
        && (reading.grammar().money().is_match(reading.fold(draft.action))
            || reading
                .concepts_in(draft.action)
                .any(|(_, at)| notions.money.contains(&reading.topic.concepts.concepts[at].id)));
    let given = reading.topic.triggers.gives.at_start(reading.fold(draft.action)).is_some();
    if helped.is_empty()
        && (draft.kind == Kind::Outreach || draft.kind == Kind::Resource && !paid && !given)
    {
        return None;
    }
    if helped.iter().all(|&at| at == other) && draft.kind != Kind::Outreach && !paid {
        helped = vec![reading.party_of(other, &draft.unit, draft.action.start)];
    }
    if helped.is_empty() {
        helped.push(other);
    }
    Some(helped.into_iter().map(|at| actors[at].id.clone()).collect())
}

/// With whom one side undertakes it: "work with the Home Office", *phối hợp với phía Anh*.
fn partners(reading: &Reading<'_>, draft: &Draft) -> Vec<usize> {
    let acting = acting(draft);
    let asks = draft.parties.iter().any(|&(_, role)| role == Role::Addressee);
    let done = draft.stage.is_lateral() || draft.kind == Kind::InstrumentConclude;
    let Some(state) = one_side(reading, &acting).filter(|_| !asks && !done) else {
        return Vec::new();
    };
    let together = &reading.grammar().together;
    within(&reading.who, draft.action)
        .iter()
        .filter(|mark| {
            let before = reading.fold(Span::new(draft.action.start, mark.span.start));
            together.at_end(reading.without_article(before)).is_some()
        })
        .filter_map(|mark| match mark.it {
            Who::Actor(at) | Who::Head(at) | Who::Side(at) => Some(at),
            _ => None,
        })
        .filter(|&at| reading.topic.actors.state_of(at).is_some_and(|other| other != state))
        .collect()
}

/// A text that "the two countries" signed was signed by those agencies whose heads put their names to it, and its
/// content binds them.
pub(crate) fn name_signatories(x: &mut Extractor<'_>) {
    let reading = x.reading;
    let signed: Vec<(usize, Vec<usize>)> = x
        .drafts
        .iter()
        .filter(|draft| draft.stage == Stage::Signed && draft.framing == Framing::News)
        .filter_map(|draft| {
            let (text, role) = draft.named?;
            let agencies: Vec<usize> = draft.parties.iter().map(|&(at, _)| at).collect();
            let named = agencies.iter().all(|&at| reading.is_agency(at));
            let fits = role == InstrumentRole::Concludes && named && reading.both_sides(&agencies);
            fits.then_some((text, agencies))
        })
        .collect();
    for at in 0..x.drafts.len() {
        let draft = &x.drafts[at];
        let text = draft.named.filter(|_| draft.stage == Stage::Signed).map(|(text, _)| text);
        let found = text.and_then(|text| {
            signed.iter().find(|&&(other, _)| other == text || x.same_text(other, text))
        });
        let Some((_, agencies)) = found else { continue };
        for party in &mut x.drafts[at].parties {
            let agency = agencies.iter().find(|&&agency| {
                reading.topic.actors.state_of(agency) == Some(party.0) && agency != party.0
            });
            party.0 = agency.copied().unwrap_or(party.0);
        }
    }
}
