//! `triggers.toml`: its tables, and how they become compiled lexicons.

use std::collections::HashSet;

use serde::Deserialize;
use toml::Spanned;

use super::{
    Background, CueClass, Head, Notions, Noun, Split, Trigger, TriggerClass, Triggers, Verb,
    VerbGroup,
};
use crate::config::problem::Problem;
use crate::config::topic::concepts::TOPICS;
use crate::config::topic::forms::{self, Form};
use crate::config::topic::grammar::Phrases;
use crate::model::{InstrumentType, Kind, Language, Stage};
use crate::text::{Case, Lexicon, Pattern};

/// The forms of a verb, and the words that follow its object.
type SplitVerb = (Vec<(String, Form)>, Vec<String>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    trigger: Vec<RawTrigger>,
    cue: Vec<RawCue>,
    background: Vec<RawBackground>,
    lists: RawLists,
    softener: Vec<RawWords>,
    effects: RawWords,
    verb: Vec<RawVerb>,
    #[serde(default)]
    noun: Vec<RawNoun>,
    #[serde(default)]
    places: Phrases,
    #[serde(default)]
    plans: Phrases,
    #[serde(default)]
    officials: Phrases,
    #[serde(default)]
    charges: Phrases,
    head: Vec<RawHead>,
    generic_instrument: RawWords,
    successor: RawWords,
    phases: RawWords,
    builds: Phrases,
    talks: Phrases,
    request_nouns: Phrases,
    gives: Phrases,
    citizens: Phrases,
    receives: Phrases,
    notions: RawNotions,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawNoun {
    kind: Option<Kind>,
    #[serde(default)]
    people: bool,
    #[serde(default)]
    en: Words,
    #[serde(default)]
    vi: Words,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawNotions {
    default: Spanned<String>,
    wide: Words,
    beside: Words,
    declared: Words,
    courses: Words,
    events: Words,
    money: Words,
    spared: Words,
    results: Words,
    apart: Words,
    citizens_group: String,
}

type Words = Vec<Spanned<String>>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTrigger {
    class: Spanned<TriggerClass>,
    verb_group: Option<VerbGroup>,
    stage: Option<Stage>,
    #[serde(default)]
    en: Words,
    #[serde(default)]
    vi: Words,
    #[serde(default)]
    split: Words,
    #[serde(default)]
    not_left: Vec<String>,
    #[serde(default)]
    not_right: Vec<String>,
    #[serde(default)]
    object_before: Words,
    #[serde(default)]
    result: Words,
    #[serde(default)]
    begun: Words,
    #[serde(default)]
    counted: Words,
    #[serde(default)]
    noun: bool,
    #[serde(default)]
    after_actor: Words,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCue {
    class: CueClass,
    #[serde(default)]
    en: Words,
    #[serde(default)]
    vi: Words,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawBackground {
    name: String,
    weight: i32,
    #[serde(default)]
    en: Words,
    #[serde(default)]
    vi: Words,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawWords {
    #[serde(default)]
    en: Words,
    #[serde(default)]
    vi: Words,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawLists {
    en: Words,
    vi: Words,
    purpose_en: Words,
    purpose_vi: Words,
    stop_en: Words,
    stop_vi: Words,
    example_en: Words,
    example_vi: Words,
    intro_en: Words,
    intro_vi: Words,
    preposition_en: Words,
    preposition_vi: Words,
    option_en: Words,
    option_vi: Words,
    of_en: Words,
    of_vi: Words,
    ordinal_marks: Vec<String>,
    ordinal_en: Words,
    ordinal_vi: Words,
    number_en: Words,
    number_vi: Words,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawVerb {
    kind: Kind,
    #[serde(default)]
    weak: bool,
    #[serde(default)]
    en: Words,
    #[serde(default)]
    vi: Words,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawHead {
    r#type: InstrumentType,
    series: Option<String>,
    #[serde(default)]
    elliptic: bool,
    #[serde(default)]
    recalls: bool,
    #[serde(default)]
    en: Words,
    #[serde(default)]
    vi: Words,
}

/// Reads `triggers.toml`. `file` is its name in messages.
///
/// # Errors
/// All faults found.
pub fn parse(file: &str, text: &str) -> Result<Triggers, Vec<Problem>> {
    let raw: RawFile = toml::from_str(text).map_err(|error| {
        vec![Problem::at(file, text, error.span().unwrap_or(0..0), error.message())]
    })?;
    let mut problems = Vec::new();
    let mut reader = Reader { file, text, problems: &mut problems };
    let (mut words, mut triggers) = (Vec::new(), Vec::new());
    let (mut split_words, mut splits) = (Vec::new(), Vec::new());
    for (at, raw) in raw.trigger.into_iter().enumerate() {
        let acts = matches!(raw.class.get_ref(), TriggerClass::Act | TriggerClass::Lateral);
        if acts && (raw.verb_group.is_none() || raw.stage.is_none()) {
            reader.fault(raw.class.span(), "an act needs `verb_group` and `stage`");
        }
        reader.both(&mut words, &raw.en, &raw.vi, |form| (at, form));
        for form in &raw.split {
            if let Some((verb, particles)) = reader.split(form) {
                let split = splits.len();
                split_words.extend(verb.into_iter().map(|(text, form)| Pattern {
                    text,
                    language: None,
                    case: Case::Any,
                    bare: false,
                    payload: (split, form),
                }));
                splits.push(Split { trigger: at, particles });
            }
        }
        let known: HashSet<String> = words
            .iter()
            .filter(|pattern: &&Pattern<(usize, Form)>| pattern.payload.0 == at)
            .map(|pattern| pattern.text.to_lowercase())
            .collect();
        let [object_before, result, begun, counted, after_actor] =
            [raw.object_before, raw.result, raw.begun, raw.counted, raw.after_actor]
                .map(|list| reader.forms_of(&known, list));
        let lower = |list: &[String]| list.iter().map(|word| word.to_lowercase()).collect();
        triggers.push(Trigger {
            class: raw.class.into_inner(),
            group: raw.verb_group,
            stage: raw.stage,
            not_left: lower(&raw.not_left),
            not_right: lower(&raw.not_right),
            object_before,
            result,
            begun,
            counted,
            noun: raw.noun,
            after_actor,
        });
    }
    let mut cues = Vec::new();
    for cue in &raw.cue {
        reader.both(&mut cues, &cue.en, &cue.vi, |_| cue.class);
    }
    let mut backgrounds = Vec::new();
    for (at, raw) in raw.background.into_iter().enumerate() {
        reader.both(&mut cues, &raw.en, &raw.vi, |_| CueClass::Background(at));
        backgrounds.push(Background { name: raw.name, weight: raw.weight });
    }
    let lists = &raw.lists;
    for (en, vi, class) in [
        (&lists.purpose_en, &lists.purpose_vi, CueClass::Purpose),
        (&lists.stop_en, &lists.stop_vi, CueClass::Stop),
        (&lists.example_en, &lists.example_vi, CueClass::Example),
        (&lists.intro_en, &lists.intro_vi, CueClass::Intro),
        (&lists.option_en, &lists.option_vi, CueClass::Option),
        (&lists.of_en, &lists.of_vi, CueClass::Of),
        (&lists.preposition_en, &lists.preposition_vi, CueClass::Preposition),
        (&raw.effects.en, &raw.effects.vi, CueClass::Effect),
        (&raw.generic_instrument.en, &raw.generic_instrument.vi, CueClass::GenericInstrument),
        (&raw.phases.en, &raw.phases.vi, CueClass::Phase),
        (&raw.successor.en, &raw.successor.vi, CueClass::Successor),
    ] {
        reader.both(&mut cues, en, vi, |_| class);
    }
    let separators = |list: &Words| -> Words {
        list.iter()
            .filter(|word| word.get_ref().chars().any(char::is_alphanumeric))
            .cloned()
            .collect()
    };
    reader.both(&mut cues, &separators(&lists.en), &separators(&lists.vi), |_| CueClass::Separator);
    let place_in =
        |list: &Words, at: usize| -> Words { list.get(at).cloned().into_iter().collect() };
    let longest = lists.ordinal_en.len().max(lists.ordinal_vi.len()).max(lists.number_en.len());
    for (at, value) in (0..longest).zip(1_u32..) {
        let (en, vi) = (place_in(&lists.ordinal_en, at), place_in(&lists.ordinal_vi, at));
        reader.both(&mut cues, &en, &vi, |_| CueClass::Ordinal(value));
        let (en, vi) = (place_in(&lists.number_en, at), place_in(&lists.number_vi, at));
        reader.both(&mut cues, &en, &vi, |_| CueClass::Number(value));
    }
    for soft in &raw.softener {
        reader.both(&mut cues, &soft.en, &soft.vi, |_| CueClass::Softener);
    }
    let mut verbs = Vec::new();
    for raw in &raw.verb {
        reader.both(&mut verbs, &raw.en, &raw.vi, |form| Verb {
            kind: raw.kind,
            weak: raw.weak,
            open: false,
            form,
        });
    }
    let mut nouns = Vec::new();
    for raw in &raw.noun {
        let noun = Noun { kind: raw.kind, people: raw.people };
        reader.both(&mut nouns, &raw.en, &raw.vi, |_| noun);
    }
    let (mut names, mut heads) = (Vec::new(), Vec::new());
    for (at, raw) in raw.head.into_iter().enumerate() {
        reader.both(&mut names, &raw.en, &raw.vi, |_| at);
        let RawHead { r#type: kind, series, elliptic, recalls, .. } = raw;
        heads.push(Head { kind, series, elliptic, recalls });
    }
    let notions = reader.notions(raw.notions);
    let (words, cues) = (reader.compile(words), reader.compile(cues));
    let (verbs, names) = (reader.compile(verbs), reader.compile(names));
    let (nouns, split_words) = (reader.compile(nouns), reader.compile(split_words));
    match (words, cues, verbs, names, nouns, split_words) {
        (Some(words), Some(cues), Some(verbs), Some(names), Some(nouns), Some(split_words))
            if problems.is_empty() =>
        {
            let ordinal_marks = raw.lists.ordinal_marks;
            Ok(Triggers {
                triggers,
                backgrounds,
                heads,
                ordinal_marks,
                builds: raw.builds,
                talks: raw.talks,
                request_nouns: raw.request_nouns,
                gives: raw.gives,
                citizens: raw.citizens,
                receives: raw.receives,
                notions,
                splits,
                split_words,
                words,
                cues,
                verbs,
                nouns,
                places: raw.places,
                plans: raw.plans,
                officials: raw.officials,
                charges: raw.charges,
                names,
            })
        }
        _ => Err(problems),
    }
}

struct Reader<'a> {
    file: &'a str,
    text: &'a str,
    problems: &'a mut Vec<Problem>,
}

impl Reader<'_> {
    fn fault(&mut self, place: std::ops::Range<usize>, message: impl Into<String>) {
        self.problems.push(Problem::at(self.file, self.text, place, message));
    }

    /// Forms of one trigger, each of which must be one of its own.
    fn forms_of(&mut self, known: &HashSet<String>, list: Words) -> Vec<String> {
        for form in &list {
            if !known.contains(form.get_ref()) {
                let message =
                    format!("\"{}\" is none of the forms of this trigger", form.get_ref());
                self.fault(form.span(), message);
            }
        }
        list.into_iter().map(Spanned::into_inner).collect()
    }

    /// A verb whose object stands between it and its particle: "put … on hold".
    fn split(&mut self, form: &Spanned<String>) -> Option<SplitVerb> {
        let parts = form.get_ref().split_once(" … ");
        let read = parts.and_then(|(verb, particle)| {
            Some((forms::expand(verb).ok()?, forms::expand(particle).ok()?))
        });
        match read {
            Some((verb, particles)) => {
                let particles = particles.into_iter().map(|(text, _)| text.to_lowercase());
                Some((verb, particles.collect()))
            }
            None => {
                self.fault(form.span(), "write the verb, \" … \" and what follows its object");
                None
            }
        }
    }

    /// Notions; topics must be known ones.
    fn notions(&mut self, raw: RawNotions) -> Notions {
        let default = vec![raw.default];
        for topic in [
            &default,
            &raw.wide,
            &raw.beside,
            &raw.declared,
            &raw.courses,
            &raw.spared,
            &raw.results,
        ]
        .into_iter()
        .flatten()
        {
            if !TOPICS.contains(&topic.get_ref().as_str()) {
                self.fault(topic.span(), format!("there is no topic \"{}\"", topic.get_ref()));
            }
        }
        let plain = |list: Words| list.into_iter().map(Spanned::into_inner).collect::<Vec<_>>();
        Notions {
            default: plain(default).concat(),
            wide: plain(raw.wide),
            beside: plain(raw.beside),
            declared: plain(raw.declared),
            courses: plain(raw.courses),
            events: plain(raw.events),
            money: plain(raw.money),
            spared: plain(raw.spared),
            results: plain(raw.results),
            apart: plain(raw.apart),
            citizens_group: raw.citizens_group,
        }
    }

    fn both<T>(
        &mut self,
        into: &mut Vec<Pattern<T>>,
        en: &[Spanned<String>],
        vi: &[Spanned<String>],
        payload: impl Fn(Form) -> T,
    ) {
        for (list, language) in [(en, Language::En), (vi, Language::Vi)] {
            for form in list {
                match forms::patterns(form.get_ref(), Some(language), false, &payload) {
                    Ok(found) => into.extend(found),
                    Err(error) => self.fault(form.span(), error.to_string()),
                }
            }
        }
    }

    fn compile<T>(&mut self, patterns: Vec<Pattern<T>>) -> Option<Lexicon<T>> {
        match Lexicon::new(patterns) {
            Ok(lexicon) => Some(lexicon),
            Err(error) => {
                self.problems.push(Problem::of_file(self.file, error.to_string()));
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHIPPED: &str =
        include_str!("../../../../config/topics/vietnam-uk-migration/triggers.toml");

    #[test]
    fn the_shipped_file_is_sound() {
        let triggers = parse("triggers.toml", SHIPPED).unwrap();
        assert!(triggers.words.patterns().len() > 400);
        assert!(triggers.verbs.patterns().len() > 600);
    }

    #[test]
    fn a_form_that_a_trigger_lacks_and_a_topic_that_does_not_exist_are_refused_with_their_lines() {
        let text = SHIPPED
            .replacen("object_before = [\"took place\"", "object_before = [\"took off\"", 1)
            .replacen("declared = [\"strategic_partnership\"]", "declared = [\"friendship\"]", 1);
        let problems = parse("triggers.toml", &text).unwrap_err();
        let line = |word: &str| text.lines().position(|line| line.contains(word)).unwrap() + 1;
        assert_eq!(problems.len(), 2);
        assert_eq!((problems[0].line, problems[1].line), (line("took off"), line("friendship")));
    }

    #[test]
    fn an_act_without_a_stage_is_refused_with_its_line() {
        let text = SHIPPED.replacen("stage = \"signed\"\n", "", 1);
        let problems = parse("triggers.toml", &text).unwrap_err();
        assert!(problems[0].message.contains("stage") && problems[0].line > 50);
    }
}
