//! Who can commit, ask and sign. In: `actors.toml` (its own comments say what each key means). Out: [`Actors`],
//! with one compiled lexicon for all names and the words that stand for them.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::forms;
use crate::config::problem::Problem;
use crate::model::{Language, PartialDate};
use crate::text::{Lexicon, Pattern};

/// A state, agency or other body that can act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// Id; a dot means part-of.
    pub id: String,
    /// Name for readers, in English.
    pub name: String,
    /// The same in Vietnamese: as the file says, else its first plain Vietnamese form.
    pub name_vi: Option<String>,
    /// A shorter name, where a subject line has no room for [`Actor::name`].
    pub short: Option<String>,
    /// The same in Vietnamese.
    pub short_vi: Option<String>,
    /// `state`, `government`, `ministry`, `police` …
    pub kind: String,
    /// Whether this is one of the two states of the topic.
    pub principal: bool,
    /// Words that, directly before or after a name, make it something else.
    pub not_left: Vec<String>,
    /// The same on the right.
    pub not_right: Vec<String>,
    /// First words of the names of its people, lower case: an office-holder of whom nothing else is known is told by
    /// them.
    pub family_names: Vec<String>,
    /// Names of its capital, lower case: "in Hanoi" is a place, "Hanoi agreed" the state.
    pub capital: Vec<String>,
}

impl Actor {
    /// The part of the id before the first dot.
    pub fn state(&self) -> &str {
        self.id.split('.').next().unwrap_or_default()
    }
}

/// A person and the offices held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Name for readers.
    pub name: String,
    /// Offices with their terms.
    pub roles: Vec<Role>,
}

/// One office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// Actor id the person speaks for.
    pub actor: String,
    /// First month or day.
    pub from: Option<PartialDate>,
    /// Last month or day.
    pub to: Option<PartialDate>,
}

impl Person {
    /// The actor that the person speaks for on a date; without a date, or outside all terms, the latest office.
    pub fn actor_at(&self, date: Option<PartialDate>) -> Option<&str> {
        let holds = |role: &&Role| {
            date.is_some_and(|date| {
                role.from.is_none_or(|from| from.earliest() <= date.latest())
                    && role.to.is_none_or(|to| date.earliest() <= to.latest())
            })
        };
        self.roles
            .iter()
            .rev()
            .find(holds)
            .or_else(|| self.roles.last())
            .map(|role| role.actor.as_str())
    }
}

/// What a matched word stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Who {
    /// An actor by name (index into [`Actors::actors`]).
    Actor(usize),
    /// An office-holder of an actor.
    Head(usize),
    /// Whoever of that state takes part.
    Side(usize),
    /// A known person (index into [`Actors::people`]).
    Person(usize),
    /// Both states.
    PairState,
    /// Both parties of the meeting.
    PairAgency,
    /// `they`
    They,
    /// The last speaker.
    Pronoun,
    /// The first person.
    We,
    /// The side that does not speak.
    OtherSide,
    /// Officials whose state only the context tells.
    Government,
    /// Nobody who can commit a state.
    Outsider,
    /// Another state.
    ThirdState,
    /// A word of another sense that contains one of the others (*cán bộ*, *trẻ em*): it stands for nobody.
    Nobody,
    /// A title of office before or after a name.
    Title,
    /// A title of a private person.
    PrivateTitle,
    /// A place (index into [`Actors::places`]).
    Place(usize),
}

/// All actors of a topic.
#[derive(Debug, Clone)]
pub struct Actors {
    /// States, agencies, bodies.
    pub actors: Vec<Actor>,
    /// Known office-holders.
    pub people: Vec<Person>,
    /// Ids of places.
    pub places: Vec<String>,
    /// Names and words; the payload says what each stands for, and whether it must be written exactly so.
    pub lexicon: Lexicon<(Who, bool)>,
}

impl Actors {
    /// Position of an actor.
    pub fn index(&self, id: &str) -> Option<usize> {
        self.actors.iter().position(|actor| actor.id == id)
    }

    /// Position of the state that an actor belongs to.
    pub fn state_of(&self, actor: usize) -> Option<usize> {
        self.index(self.actors.get(actor)?.state())
    }

    /// All phrases.
    pub fn phrases(&self) -> impl Iterator<Item = &str> {
        self.lexicon.patterns().map(|pattern| pattern.text)
    }

    /// Ids of the two states of the topic.
    pub fn principals(&self) -> Vec<&str> {
        self.actors.iter().filter(|a| a.principal).map(|a| a.id.as_str()).collect()
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    actor: Vec<RawActor>,
    #[serde(default)]
    person: Vec<RawPerson>,
    words: BTreeMap<Spanned<String>, RawWords>,
    #[serde(default)]
    place: Vec<RawPlace>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawActor {
    id: Spanned<String>,
    name: String,
    name_vi: Option<String>,
    short: Option<String>,
    short_vi: Option<String>,
    kind: String,
    #[serde(default)]
    principal: bool,
    #[serde(default)]
    en: Vec<Spanned<String>>,
    #[serde(default)]
    vi: Vec<Spanned<String>>,
    #[serde(default)]
    side: Vec<Spanned<String>>,
    #[serde(default)]
    head: Vec<Spanned<String>>,
    #[serde(default)]
    not_left: Vec<String>,
    #[serde(default)]
    not_right: Vec<String>,
    #[serde(default)]
    family_names: Vec<String>,
    #[serde(default)]
    capital: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPerson {
    name: String,
    forms: Vec<Spanned<String>>,
    roles: Vec<RawRole>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRole {
    actor: Spanned<String>,
    /// Name of an office that one person holds at a time; only the checks read it.
    #[expect(dead_code, reason = "the checks read the file itself, with its places")]
    office: Option<String>,
    from: Option<Spanned<String>>,
    to: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawWords {
    #[serde(default)]
    en: Vec<Spanned<String>>,
    #[serde(default)]
    vi: Vec<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPlace {
    id: String,
    forms: Vec<Spanned<String>>,
}

/// Reads `actors.toml`. `file` is its name in messages.
///
/// # Errors
/// All faults found.
pub fn parse(file: &str, text: &str) -> Result<Actors, Vec<Problem>> {
    let raw: RawFile = toml::from_str(text).map_err(|error| {
        vec![Problem::at(file, text, error.span().unwrap_or(0..0), error.message())]
    })?;
    let mut reader = Reader { file, text, patterns: Vec::new(), problems: Vec::new() };
    let (mut actors, mut people, mut places) = (Vec::new(), Vec::new(), Vec::new());
    for (at, actor) in raw.actor.into_iter().enumerate() {
        if actors.iter().any(|known: &Actor| known.id == *actor.id.get_ref()) {
            reader.fault(actor.id.span(), format!("\"{}\" is there twice", actor.id.get_ref()));
        }
        reader.forms(&actor.en, Some(Language::En), Who::Actor(at));
        reader.forms(&actor.vi, Some(Language::Vi), Who::Actor(at));
        reader.forms(&actor.side, None, Who::Side(at));
        reader.forms(&actor.head, None, Who::Head(at));
        let mut forms = actor.vi.iter().map(|form| form.get_ref().trim_start_matches('='));
        actors.push(Actor {
            name_vi: actor.name_vi.clone().or_else(|| {
                let plain = forms.find(|form| !form.contains(['(', '|', '~']));
                plain.map(ToOwned::to_owned)
            }),
            id: actor.id.into_inner(),
            name: actor.name,
            short: actor.short,
            short_vi: actor.short_vi,
            kind: actor.kind,
            principal: actor.principal,
            not_left: actor.not_left.iter().map(|word| word.to_lowercase()).collect(),
            not_right: actor.not_right.iter().map(|word| word.to_lowercase()).collect(),
            family_names: actor.family_names.iter().map(|word| word.to_lowercase()).collect(),
            capital: actor.capital.iter().map(|word| word.to_lowercase()).collect(),
        });
    }
    for (at, person) in raw.person.into_iter().enumerate() {
        reader.forms(&person.forms, None, Who::Person(at));
        let roles = person.roles.iter().map(|role| reader.role(role, &actors)).collect();
        people.push(Person { name: person.name, roles });
    }
    for (name, words) in &raw.words {
        let Some(who) = word_class(name.get_ref()) else {
            reader.fault(name.span(), format!("\"{}\" is not a class of words", name.get_ref()));
            continue;
        };
        reader.forms(&words.en, Some(Language::En), who);
        reader.forms(&words.vi, Some(Language::Vi), who);
    }
    for (at, place) in raw.place.into_iter().enumerate() {
        reader.forms(&place.forms, None, Who::Place(at));
        places.push(place.id);
    }
    if actors.iter().filter(|actor| actor.principal).count() != 2 {
        reader.fault(0..0, "exactly two actors must be `principal`".to_owned());
    }
    let Reader { patterns, mut problems, .. } = reader;
    match Lexicon::new(patterns) {
        Ok(lexicon) if problems.is_empty() => Ok(Actors { actors, people, places, lexicon }),
        Ok(_) => Err(problems),
        Err(error) => {
            problems.push(Problem::of_file(file, error.to_string()));
            Err(problems)
        }
    }
}

fn word_class(name: &str) -> Option<Who> {
    Some(match name {
        "pair_state" => Who::PairState,
        "pair_agency" => Who::PairAgency,
        "they" => Who::They,
        "pronoun" => Who::Pronoun,
        "we" => Who::We,
        "other_side" => Who::OtherSide,
        "government" => Who::Government,
        "outsider" => Who::Outsider,
        "third_state" => Who::ThirdState,
        "nobody" => Who::Nobody,
        "title" => Who::Title,
        "private_title" => Who::PrivateTitle,
        _ => return None,
    })
}

struct Reader<'a> {
    file: &'a str,
    text: &'a str,
    patterns: Vec<Pattern<(Who, bool)>>,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn fault(&mut self, place: std::ops::Range<usize>, message: String) {
        self.problems.push(Problem::at(self.file, self.text, place, message));
    }

    fn forms(&mut self, list: &[Spanned<String>], language: Option<Language>, who: Who) {
        let bare = matches!(who, Who::Person(_) | Who::Place(_));
        for form in list {
            let exact = form.get_ref().starts_with('=');
            match forms::patterns(form.get_ref(), language, bare, |_| (who, exact)) {
                Ok(found) => self.patterns.extend(found),
                Err(error) => self.fault(form.span(), error.to_string()),
            }
        }
    }

    fn role(&mut self, raw: &RawRole, actors: &[Actor]) -> Role {
        if !actors.iter().any(|actor| actor.id == *raw.actor.get_ref()) {
            let message = format!("there is no actor \"{}\"", raw.actor.get_ref());
            let known = actors.iter().map(|actor| actor.id.as_str());
            let problem = Problem::at(self.file, self.text, raw.actor.span(), message);
            self.problems.push(problem.suggest(raw.actor.get_ref(), known));
        }
        let mut date = |raw: &Option<Spanned<String>>| {
            let raw = raw.as_ref()?;
            match raw.get_ref().parse() {
                Ok(date) => Some(date),
                Err(error) => {
                    let error: crate::model::date::DateFormError = error;
                    let problem = Problem::at(self.file, self.text, raw.span(), error.to_string());
                    self.problems.push(problem.help("correct the day, or leave it out"));
                    None
                }
            }
        };
        let (from, to) = (date(&raw.from), date(&raw.to));
        Role { actor: raw.actor.get_ref().clone(), from, to }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHIPPED: &str = include_str!("../../../config/topics/vietnam-uk-migration/actors.toml");

    #[test]
    fn the_shipped_file_is_sound() {
        let actors = parse("actors.toml", SHIPPED).unwrap();
        assert_eq!(actors.principals().len(), 2);
        assert!(actors.actors.len() > 20);
    }

    #[test]
    fn faults_are_reported_with_their_line() {
        let text = SHIPPED.replacen("actor = \"VN.MPS\"", "actor = \"VN.MPX\"", 1);
        let problems = parse("actors.toml", &text).unwrap_err();
        assert_eq!(problems.len(), 1);
        assert!(problems[0].line > 100);
        assert!(problems[0].message.contains("VN.MPX"));
    }

    #[test]
    fn a_person_speaks_for_the_office_held_on_the_day() {
        let actors = parse("actors.toml", SHIPPED).unwrap();
        let lam = actors.people.iter().find(|person| person.name == "Tô Lâm").unwrap();
        assert_eq!(lam.actor_at("2024-04-15".parse().ok()), Some("VN.MPS"));
        assert_eq!(lam.actor_at("2025-10-29".parse().ok()), Some("VN.GOV"));
    }
}
