//! `triggers.toml`: how its tables become compiled lexicons.

use std::collections::HashSet;
use std::ops::Range;

use toml::Spanned;

use super::tables::{
    BackgroundRow, File, HeadRow, ListTable, NotionTable, NounRow, TriggerRow, VerbRow, Words,
};
use super::{
    Background, CueClass, Head, Notions, Noun, Split, Trigger, TriggerClass, Triggers, Verb,
};
use crate::config::problem::Problem;
use crate::config::topic;
use crate::config::topic::concepts::TOPICS;
use crate::config::topic::forms::{self, Form};
use crate::model::Language;
use crate::text::{Case, Lexicon, Pattern};

/// The forms of a verb, and the words that follow its object.
type SplitVerb = (Vec<(String, Form)>, Vec<String>);

/// Reads `triggers.toml`. `file` is its name in messages.
///
/// # Errors
/// All faults found.
pub fn parse(file: &str, text: &str) -> Result<Triggers, Vec<Problem>> {
    let tables: File = topic::parse(file, text)?;
    let mut reader = Reader { file, text, problems: Vec::new() };
    match reader.read(tables) {
        Some(triggers) if reader.problems.is_empty() => Ok(triggers),
        _ => Err(reader.problems),
    }
}

/// The triggers, and the patterns by which they are found.
#[derive(Default)]
struct Marked {
    triggers: Vec<Trigger>,
    words: Vec<Pattern<(usize, Form)>>,
    splits: Vec<Split>,
    split_words: Vec<Pattern<(usize, Form)>>,
}

struct Reader<'a> {
    file: &'a str,
    text: &'a str,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    /// All tables; nothing when one of their lexicons cannot be compiled.
    fn read(&mut self, tables: File) -> Option<Triggers> {
        let mut cues = self.cues(&tables);
        let marked = self.triggers(tables.trigger);
        let backgrounds = self.backgrounds(tables.background, &mut cues);
        let (heads, names) = self.heads(tables.head);
        let verbs = self.verbs(&tables.verb);
        let nouns = self.nouns(&tables.noun);
        let notions = self.notions(tables.notions);
        // Each is compiled before any is missed, so that all faults are told at once.
        let (words, split_words) = (self.compile(marked.words), self.compile(marked.split_words));
        let (cues, names) = (self.compile(cues), self.compile(names));
        let (verbs, nouns) = (self.compile(verbs), self.compile(nouns));
        Some(Triggers {
            triggers: marked.triggers,
            backgrounds,
            heads,
            ordinal_marks: tables.lists.ordinal_marks,
            builds: tables.builds,
            talks: tables.talks,
            request_nouns: tables.request_nouns,
            gives: tables.gives,
            citizens: tables.citizens,
            people: tables.people,
            receives: tables.receives,
            notions,
            splits: marked.splits,
            split_words: split_words?,
            words: words?,
            cues: cues?,
            verbs: verbs?,
            nouns: nouns?,
            places: tables.places,
            plans: tables.plans,
            officials: tables.officials,
            charges: tables.charges,
            names: names?,
        })
    }

    fn triggers(&mut self, rows: Vec<TriggerRow>) -> Marked {
        let mut marked = Marked::default();
        for row in rows {
            self.trigger(row, &mut marked);
        }
        marked
    }

    fn trigger(&mut self, row: TriggerRow, marked: &mut Marked) {
        let acts = matches!(row.class.get_ref(), TriggerClass::Act | TriggerClass::Lateral);
        if acts && (row.verb_group.is_none() || row.stage.is_none()) {
            self.fault(row.class.span(), "an act needs `verb_group` and `stage`");
        }
        let at = marked.triggers.len();
        let first = marked.words.len();
        self.both(&mut marked.words, &row.en, &row.vi, |form| (at, form));
        for form in &row.split {
            let Some((verb, particles)) = self.split(form) else { continue };
            let split = marked.splits.len();
            marked.split_words.extend(verb.into_iter().map(|(text, form)| Pattern {
                text,
                language: None,
                case: Case::Any,
                bare: false,
                payload: (split, form),
            }));
            marked.splits.push(Split { trigger: at, particles });
        }
        let known: HashSet<String> =
            marked.words.iter().skip(first).map(|pattern| pattern.text.to_lowercase()).collect();
        let [object_before, result, begun, counted, after_actor] =
            [row.object_before, row.result, row.begun, row.counted, row.after_actor]
                .map(|list| self.forms_of(&known, list));
        let lower = |list: &[String]| list.iter().map(|word| word.to_lowercase()).collect();
        marked.triggers.push(Trigger {
            class: row.class.into_inner(),
            group: row.verb_group,
            stage: row.stage,
            not_left: lower(&row.not_left),
            not_right: lower(&row.not_right),
            object_before,
            result,
            begun,
            counted,
            noun: row.noun,
            after_actor,
        });
    }

    /// The small words; those that tell background are added by [`Self::backgrounds`].
    fn cues(&mut self, tables: &File) -> Vec<Pattern<CueClass>> {
        let mut cues = Vec::new();
        for row in &tables.cue {
            self.both(&mut cues, &row.en, &row.vi, |_| row.class);
        }
        let lists = &tables.lists;
        for (en, vi, class) in [
            (&lists.purpose_en, &lists.purpose_vi, CueClass::Purpose),
            (&lists.stop_en, &lists.stop_vi, CueClass::Stop),
            (&lists.example_en, &lists.example_vi, CueClass::Example),
            (&lists.intro_en, &lists.intro_vi, CueClass::Intro),
            (&lists.option_en, &lists.option_vi, CueClass::Option),
            (&lists.of_en, &lists.of_vi, CueClass::Of),
            (&lists.preposition_en, &lists.preposition_vi, CueClass::Preposition),
            (&tables.effects.en, &tables.effects.vi, CueClass::Effect),
            (
                &tables.generic_instrument.en,
                &tables.generic_instrument.vi,
                CueClass::GenericInstrument,
            ),
            (&tables.phases.en, &tables.phases.vi, CueClass::Phase),
            (&tables.successor.en, &tables.successor.vi, CueClass::Successor),
        ] {
            self.both(&mut cues, en, vi, |_| class);
        }
        self.separators(lists, &mut cues);
        self.numbers(lists, &mut cues);
        for row in &tables.softener {
            self.both(&mut cues, &row.en, &row.vi, |_| CueClass::Softener);
        }
        cues
    }

    /// What stands between the items of a list, where it is a word: signs are seen by the splitter itself.
    fn separators(&mut self, lists: &ListTable, cues: &mut Vec<Pattern<CueClass>>) {
        let words = |list: &Words| -> Words {
            list.iter()
                .filter(|word| word.get_ref().chars().any(char::is_alphanumeric))
                .cloned()
                .collect()
        };
        self.both(cues, &words(&lists.en), &words(&lists.vi), |_| CueClass::Separator);
    }

    /// Ordinals and numbers in words: the place in its list tells the value, from one.
    fn numbers(&mut self, lists: &ListTable, cues: &mut Vec<Pattern<CueClass>>) {
        for (en, vi, class) in [
            (&lists.ordinal_en, &lists.ordinal_vi, CueClass::Ordinal as fn(u32) -> CueClass),
            (&lists.number_en, &lists.number_vi, CueClass::Number),
        ] {
            for (word, value) in en.iter().zip(1..) {
                self.both(cues, std::slice::from_ref(word), &[], |_| class(value));
            }
            for (word, value) in vi.iter().zip(1..) {
                self.both(cues, &[], std::slice::from_ref(word), |_| class(value));
            }
        }
    }

    fn backgrounds(
        &mut self,
        rows: Vec<BackgroundRow>,
        cues: &mut Vec<Pattern<CueClass>>,
    ) -> Vec<Background> {
        for (at, row) in rows.iter().enumerate() {
            self.both(cues, &row.en, &row.vi, |_| CueClass::Background(at));
        }
        rows.into_iter().map(|row| Background { name: row.name, weight: row.weight }).collect()
    }

    fn verbs(&mut self, rows: &[VerbRow]) -> Vec<Pattern<Verb>> {
        let mut verbs = Vec::new();
        for row in rows {
            let (kind, weak) = (row.kind, row.weak);
            self.both(&mut verbs, &row.en, &row.vi, |form| Verb { kind, weak, open: false, form });
        }
        verbs
    }

    fn nouns(&mut self, rows: &[NounRow]) -> Vec<Pattern<Noun>> {
        let mut nouns = Vec::new();
        for row in rows {
            let noun = Noun { kind: row.kind, people: row.people };
            self.both(&mut nouns, &row.en, &row.vi, |_| noun);
        }
        nouns
    }

    fn heads(&mut self, rows: Vec<HeadRow>) -> (Vec<Head>, Vec<Pattern<usize>>) {
        let (mut heads, mut names) = (Vec::new(), Vec::new());
        for (at, row) in rows.into_iter().enumerate() {
            self.both(&mut names, &row.en, &row.vi, |_| at);
            let HeadRow { r#type: kind, series, elliptic, recalls, .. } = row;
            heads.push(Head { kind, series, elliptic, recalls });
        }
        (heads, names)
    }

    fn fault(&mut self, place: Range<usize>, message: impl Into<String>) {
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
    fn notions(&mut self, raw: NotionTable) -> Notions {
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
