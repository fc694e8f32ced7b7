//! Names that no list knows: an office-holder is introduced once with title and agency, and called by a short name
//! afterwards. In: a reading. Out: the same reading with marks for those names.

use std::collections::{BTreeMap, HashMap};

use crate::commitments::reading::titles::Titles;
use crate::commitments::reading::{Mark, Reading, within};
use crate::config::topic::actors::{Person, Who};
use crate::config::topic::forms::Form;
use crate::config::topic::triggers::CueClass;
use crate::model::{Language, PartialDate, Span};

/// Longest distance in bytes between a name and the agency that it is bound to.
const REACH: usize = 110;

/// Adds marks for the people of this text.
pub(crate) fn introduce(reading: &mut Reading<'_>, date: Option<PartialDate>) {
    let mut known: BTreeMap<String, Who> = BTreeMap::new();
    let mut full: Vec<Mark<Who>> = Vec::new();
    let offices = offices(reading);
    for mark in &reading.who {
        if let Who::Person(at) = mark.it
            && let Some(index) = offices.get(&at).copied().or_else(|| {
                let person = &reading.topic.actors.people[at];
                reading.topic.actors.index(person.actor_at(date)?)
            })
        {
            full.push(Mark { span: mark.span, it: Who::Head(index) });
            remember(&mut known, reading.text(mark.span), Who::Head(index));
        }
    }
    let by_last_name = by_last_name(reading);
    for span in words(reading) {
        let before = full.partition_point(|mark| mark.span.start <= span.start);
        let within_name = before.checked_sub(1).is_some_and(|at| full[at].span.overlaps(span));
        if !within_name && let Some(who) = lone(reading, span, date, &by_last_name) {
            known.entry(reading.text(span).to_owned()).or_insert(who);
        }
    }
    for span in names(reading) {
        if let Some(who) = bind(reading, span) {
            full.push(Mark { span, it: who });
            remember(&mut known, reading.text(span), who);
        }
    }
    let mut marks: Vec<Mark<Who>> =
        reading.who.iter().filter(|mark| !matches!(mark.it, Who::Person(_))).copied().collect();
    marks.extend(full);
    for span in words(reading) {
        if let Some(&who) = known.get(reading.text(span)) {
            marks.push(Mark { span, it: who });
        }
    }
    marks.sort_by_key(|mark| (mark.span.start, std::cmp::Reverse(mark.span.end)));
    let mut free_from = 0;
    marks.retain(|mark| {
        let free = mark.span.start >= free_from;
        if free {
            free_from = mark.span.end;
        }
        free
    });
    let mut titles: Vec<(usize, String, usize)> = Vec::new();
    for (at, mark) in marks.iter().enumerate() {
        let Who::Head(actor) = mark.it else { continue };
        titles.push((mark.span.start, reading.fold(mark.span).to_owned(), actor));
        if let Some(title) = at.checked_sub(1).map(|before| marks[before])
            && matches!(title.it, Who::Title | Who::Head(_))
            && title.span.end + 1 == mark.span.start
        {
            titles.push((title.span.start, reading.fold(title.span).to_owned(), actor));
        }
        // "…, Commander of the Border Guard"
        if let Some(title) = marks.get(at + 1)
            && title.it == Who::Title
            && reading.text(Span::new(mark.span.end, title.span.start)).trim() == ","
        {
            titles.push((title.span.start, reading.fold(title.span).to_owned(), actor));
        }
    }
    reading.titles = Titles::of(titles);
    reading.who = marks;
    reading.find_agencies();
}

/// The people of the topic by the last word of the name; `None` when several share it.
fn by_last_name<'a>(reading: &Reading<'a>) -> HashMap<&'a str, Option<&'a Person>> {
    let mut found = HashMap::new();
    for person in &reading.topic.actors.people {
        let last = person.name.rsplit(' ').next().unwrap_or(&person.name);
        found.entry(last).and_modify(|other| *other = None).or_insert(Some(person));
    }
    found
}

/// The office in which the text itself introduces a known person, where it is one of that person's.
fn offices(reading: &Reading<'_>) -> BTreeMap<usize, usize> {
    let actors = &reading.topic.actors;
    let mut found = BTreeMap::new();
    for mark in &reading.who {
        let Who::Person(at) = mark.it else { continue };
        if !found.contains_key(&at)
            && let Some(Who::Head(office)) = bind(reading, mark.span)
            && actors.people[at].roles.iter().any(|role| role.actor == actors.actors[office].id)
        {
            found.insert(at, office);
        }
    }
    found
}

/// A text may begin in the middle: a short name that only one known office-holder has, right before a verb of
/// speech or a trigger.
fn lone(
    reading: &Reading<'_>,
    span: Span,
    date: Option<PartialDate>,
    people: &HashMap<&str, Option<&Person>>,
) -> Option<Who> {
    let word = reading.text(span);
    let person = (*people.get(word)?)?;
    // A word that follows a capitalised one is part of a longer name.
    let before = reading.document.norm.text[..span.start].trim_end();
    let joined = before.len() + 1 == span.start
        && before.rsplit(' ').next().is_some_and(|word| {
            word.starts_with(char::is_uppercase) && !word.ends_with(['.', ',', '"', '”', ';', ':'])
        });
    if joined {
        return None;
    }
    let speaks = reading.skip_blanks(span.end, reading.document.norm.text.len());
    let near = Span::new(speaks, speaks + 1);
    let says = within(&reading.cues, near).iter().any(|mark| mark.it == CueClass::Speech)
        || within(&reading.triggers, near).iter().any(|mark| mark.it.1 == Form::Past);
    if !says {
        return None;
    }
    reading.topic.actors.index(person.actor_at(date)?).map(Who::Head)
}

/// A person is called by the last word of the name in both languages; two people with one such word are nobody.
fn remember(known: &mut BTreeMap<String, Who>, name: &str, who: Who) {
    let Some(last) = name.split(' ').next_back() else { return };
    for form in [last, name] {
        let clash = known.get(form).is_some_and(|&other| other != who);
        known.insert(form.to_owned(), if clash { Who::Title } else { who });
    }
}

/// Single capitalised words.
fn words(reading: &Reading<'_>) -> Vec<Span> {
    let text = &reading.document.norm.text;
    let mut found = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        if c.is_alphanumeric() {
            start = start.or(Some(at));
        } else if let Some(from) = start.take()
            && text[from..].chars().next().is_some_and(char::is_uppercase)
        {
            found.push(Span::new(from, at));
        }
    }
    found
}

/// Runs of two to five capitalised words without an actor among them.
fn names(reading: &Reading<'_>) -> Vec<Span> {
    let text = &reading.document.norm.text;
    let mut runs: Vec<(Span, usize)> = Vec::new();
    for word in words(reading) {
        let before = Span::new(word.start.saturating_sub(1), word.start + 1);
        let covered = within(&reading.who, Span::new(before.start.saturating_sub(80), word.end))
            .iter()
            .any(|mark| mark.span.overlaps(word));
        if covered {
            continue;
        }
        match runs.last_mut() {
            Some((run, count)) if &text[run.end..word.start] == " " => {
                run.end = word.end;
                *count += 1;
            }
            _ => runs.push((word, 1)),
        }
    }
    runs.into_iter().filter(|&(_, count)| (1..=5).contains(&count)).map(|(run, _)| run).collect()
}

/// The agency that a named person speaks for: the office directly before the name, the one in the apposition after
/// it, or the nearest before it in the sentence.
pub(crate) fn bind(reading: &Reading<'_>, name: Span) -> Option<Who> {
    let at = reading.units.partition_point(|unit| unit.span.end <= name.start);
    let unit = reading.units.get(at).filter(|unit| unit.span.contains(name))?;
    let before: Vec<&Mark<Who>> =
        within(&reading.who, Span::new(unit.span.start, name.start)).iter().collect();
    let after: Vec<&Mark<Who>> =
        within(&reading.who, Span::new(name.end, unit.span.end)).iter().collect();
    let gap = |from: usize, to: usize| reading.text(Span::new(from, to)).trim_matches(' ');
    let last = before.last()?;
    let adjacent = gap(last.span.end, name.start).is_empty();
    if adjacent && matches!(last.it, Who::Outsider | Who::PrivateTitle) {
        return Some(Who::Outsider);
    }
    if adjacent && let Who::Head(at) = last.it {
        return Some(Who::Head(at));
    }
    let apposition = after.first().is_some_and(|mark| {
        let gap = gap(name.end, mark.span.start);
        gap == "," || reading.grammar().office_joins.is(gap)
    });
    let titled = adjacent && matches!(last.it, Who::Title);
    // "Permanent Secretary at the Home Office Jane Doe": title, agency, name.
    let office = adjacent
        && matches!(last.it, Who::Actor(_))
        && before
            .iter()
            .rev()
            .nth(1)
            .is_some_and(|mark| matches!(mark.it, Who::Title | Who::Head(_)));
    if !titled && !apposition && !office {
        return None;
    }
    let agency = |mark: &&Mark<Who>| match mark.it {
        Who::Actor(at) | Who::Head(at) => Some(at),
        _ => None,
    };
    if apposition {
        let near = after.iter().take_while(|mark| mark.span.start < name.end + REACH);
        // The whole apposition counts; its most telling part is an agency, not the bare state.
        let found: Vec<usize> = near.filter_map(agency).collect();
        let actors = &reading.topic.actors.actors;
        if let Some(&at) = found.iter().find(|&&at| !actors[at].principal).or(found.first()) {
            return Some(Who::Head(at));
        }
    }
    let near =
        before.iter().rev().take_while(|mark| mark.span.end + REACH > name.start).find_map(agency);
    let told = titled.then(|| by_family_name(reading, name, unit.span)).flatten();
    match (near, told) {
        // The nearest agency is the other side's: the name tells better.
        (Some(at), Some(state)) if reading.topic.actors.state_of(at) != Some(state) => {
            Some(Who::Side(state))
        }
        (Some(at), _) => Some(Who::Head(at)),
        (None, told) => told.map(Who::Side),
    }
}

/// The state whose family names an office-holder has. In a text of the language of those names, who has none of them
/// is of the other principal state, unless a third one is spoken of.
fn by_family_name(reading: &Reading<'_>, name: Span, sentence: Span) -> Option<usize> {
    let actors = &reading.topic.actors;
    let words = reading.fold(name);
    let (first, more) = words.split_once(' ')?;
    let named =
        actors.actors.iter().position(|actor| actor.principal && !actor.family_names.is_empty())?;
    let whole = !reading.text(name).is_ascii();
    if actors.actors[named].family_names.iter().any(|family| family == first) {
        return (whole || more.contains(' ')).then_some(named);
    }
    let third = within(&reading.who, sentence).iter().any(|mark| mark.it == Who::ThirdState);
    let plain = reading.language_at(name.start) == Some(Language::Vi) && !whole && !third;
    plain.then(|| reading.other_state(named)).flatten()
}
