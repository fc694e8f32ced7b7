//! The words that give an act its force. In: `triggers.toml` (its own comments say what each key means). Out:
//! [`Triggers`]: compiled lexicons of triggers, verbs of action, small words, and names of texts.

use std::collections::HashSet;

use serde::Deserialize;
use toml::Spanned;

use super::concepts::TOPICS;
use super::forms::{self, Form};
use super::grammar::Phrases;
use super::instruments::KnownInstrument;
use crate::config::problem::Problem;
use crate::model::{InstrumentType, Kind, Language, Stage};
use crate::text::{Lexicon, Pattern};

/// What a trigger does with what follows it (algorithms 9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TriggerClass {
    /// agree, *thống nhất*
    Joint,
    /// agree on the need, *nhất trí về sự cần thiết*
    Need,
    /// commit, pledge, *cam kết*
    Commit,
    /// will, *sẽ*
    Future,
    /// their commitment to
    Nominal,
    /// ready to, *sẵn sàng*
    Willing,
    /// propose, ask, *đề nghị*
    Directive,
    /// hope, *mong muốn*
    Wish,
    /// … was emphasised
    WishAfter,
    /// consider, *xem xét*
    Tentative,
    /// other plans include
    Plan,
    /// sign, launch, hold, complete …
    Act,
    /// suspend, cancel, refuse, resume
    Lateral,
    /// has no plan to
    NoPlan,
    /// is drafting
    Draft,
    /// regularly, has, *thường xuyên*
    Report,
}

/// What sort of act a trigger of class `Act` or `Lateral` reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VerbGroup {
    /// Settle or initial a text.
    Initial,
    /// Sign or issue a text.
    Sign,
    /// Ratify, pass, promulgate.
    Ratify,
    /// Take effect.
    Effect,
    /// Launch, open, establish.
    Launch,
    /// Hold a meeting.
    Hold,
    /// Complete, hand over.
    Deliver,
    /// Halt for now.
    Suspend,
    /// Take back.
    Withdraw,
    /// End.
    Terminate,
    /// Lapse.
    Expire,
    /// Turn down.
    Refuse,
    /// Start again.
    Resume,
    /// Set money aside for it.
    Fund,
}

/// One entry of the trigger list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trigger {
    /// Class.
    pub class: TriggerClass,
    /// Sort of act, for acts and lateral moves.
    pub group: Option<VerbGroup>,
    /// Stage that the act reaches.
    pub stage: Option<Stage>,
    /// Words that must not stand directly before, lower case.
    pub not_left: Vec<String>,
    /// Words that must not stand directly after.
    pub not_right: Vec<String>,
    /// Forms that have no object, or have it before them ("went live").
    pub object_before: Vec<String>,
    /// Forms that tell a result ("have received").
    pub result: Vec<String>,
    /// Forms that tell that paying out has begun.
    pub begun: Vec<String>,
    /// Forms so common that only a number beside them tells an act ("received 29 people").
    pub counted: Vec<String>,
}

/// Topics and concepts that rules of the grammar speak of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Notions {
    /// Topic of an act about which nothing else is known.
    pub default: String,
    /// Topics so wide that one of `beside` makes the act adjacent.
    pub wide: Vec<String>,
    /// Topics of fields beside ours.
    pub beside: Vec<String>,
    /// Topics of relations that are set up by declaring them.
    pub declared: Vec<String>,
    /// Topics of courses that are held.
    pub courses: Vec<String>,
    /// Concepts of meetings and journeys that are held.
    pub events: Vec<String>,
    /// Concepts of money.
    pub money: Vec<String>,
    /// Last part of the id of the citizens of a state.
    pub citizens_group: String,
    /// Kinds of agencies that are no party of a meeting of their states.
    pub apart: Vec<String>,
}

/// Small words that change a reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CueClass {
    /// not, *không*
    Negation,
    /// not only, *không chỉ*
    PseudoNegation,
    /// denied, *bác bỏ*
    Deny,
    /// if, *nếu*
    Condition,
    /// once, *sau khi*
    ConditionAfter,
    /// after, when, *khi*: a condition of what is promised, a date of what is told
    ConditionTime,
    /// may, *có thể*
    Forecast,
    /// should, *nên*
    Advice,
    /// the paper wrote, *báo chí*
    ThirdSource,
    /// said, *cho biết*
    Speech,
    /// List separator.
    Separator,
    /// said, *cho biết*, but not praised
    Reporting,
    /// according to, *theo*
    Source,
    /// Begins a purpose clause.
    Purpose,
    /// Ends the clause.
    Stop,
    /// Begins examples.
    Example,
    /// May stand between trigger and action.
    Intro,
    /// A noun after it is not the subject.
    Preposition,
    /// study, *nghiên cứu*: what follows is only an option.
    Option,
    /// of, *của*: may join a committer to its representatives.
    Of,
    /// Ordinal number (from 1).
    #[serde(skip)]
    Ordinal(u32),
    /// Number written as a word (from 1).
    #[serde(skip)]
    Number(u32),
    /// in principle, *về nguyên tắc*
    Softener,
    /// take place, start: what a thing does when somebody sees to it.
    Happening,
    /// A verb of effect, not of action.
    Effect,
    /// signed documents, *các văn bản đã ký*
    GenericInstrument,
    /// phase, round, *giai đoạn*: a number beside it tells it apart.
    Phase,
    /// new, *mới*
    Successor,
    /// A sign of background (index into [`Triggers::backgrounds`]).
    #[serde(skip)]
    Background(usize),
}

/// A sign that a past act is only context.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Background {
    /// Name used in reasons.
    pub name: String,
    /// Weight; negative ones speak for news.
    pub weight: i32,
}

/// A verb of action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Verb {
    /// Kind it hints at.
    pub kind: Kind,
    /// Whether the object decides instead.
    pub weak: bool,
    /// No list knows it: its position alone tells that it is a verb.
    pub open: bool,
    /// Grammatical form matched.
    pub form: Form,
}

/// A head noun of texts and mechanisms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Type.
    pub kind: InstrumentType,
    /// Key of the recurring mechanism it names.
    pub series: Option<String>,
    /// It stands for a head named before ("another on …"), and needs a modifier to be a name.
    pub elliptic: bool,
}

/// All trigger words of a topic.
#[derive(Debug, Clone)]
pub struct Triggers {
    /// The triggers.
    pub triggers: Vec<Trigger>,
    /// Signs of background.
    pub backgrounds: Vec<Background>,
    /// Names of texts.
    pub heads: Vec<Head>,
    /// Words that make an ordinal of the number after them (*thứ*), lower case.
    pub ordinal_marks: Vec<String>,
    /// Verbs that make a text ("draft", *xây dựng*).
    pub builds: Phrases,
    /// Words of talks about a text.
    pub talks: Phrases,
    /// Nouns for what was asked.
    pub request_nouns: Phrases,
    /// Verbs of giving.
    pub gives: Phrases,
    /// Words for the citizens of a state.
    pub citizens: Phrases,
    /// Verbs whose object they may be when an act is for them.
    pub receives: Phrases,
    /// Topics and concepts that rules speak of.
    pub notions: Notions,
    /// Trigger words: index and grammatical form.
    pub words: Lexicon<(usize, Form)>,
    /// Small words.
    pub cues: Lexicon<CueClass>,
    /// Verbs of action.
    pub verbs: Lexicon<Verb>,
    /// Head nouns of texts (index into `heads`).
    pub names: Lexicon<usize>,
}

impl Triggers {
    /// Names of recurring mechanisms of another topic are names of meetings like any other.
    pub(super) fn forget_mechanisms_but(&mut self, known: &[KnownInstrument]) {
        for head in &mut self.heads {
            let is_known =
                |series: &String| known.iter().any(|one| one.series.as_ref() == Some(series));
            head.series = head.series.take().filter(is_known);
        }
    }

    /// All phrases but the small words.
    pub fn phrases(&self) -> impl Iterator<Item = &str> {
        let words = self.words.patterns().iter().map(|pattern| pattern.text.as_str());
        let verbs = self.verbs.patterns().iter().map(|pattern| pattern.text.as_str());
        let names = self.names.patterns().iter().map(|pattern| pattern.text.as_str());
        words.chain(verbs).chain(names)
    }
}

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
struct RawNotions {
    default: Spanned<String>,
    wide: Words,
    beside: Words,
    declared: Words,
    courses: Words,
    events: Words,
    money: Words,
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
    for (at, raw) in raw.trigger.into_iter().enumerate() {
        let acts = matches!(raw.class.get_ref(), TriggerClass::Act | TriggerClass::Lateral);
        if acts && (raw.verb_group.is_none() || raw.stage.is_none()) {
            reader.fault(raw.class.span(), "an act needs `verb_group` and `stage`");
        }
        reader.both(&mut words, &raw.en, &raw.vi, |form| (at, form));
        let known: HashSet<String> = words
            .iter()
            .filter(|pattern: &&Pattern<(usize, Form)>| pattern.payload.0 == at)
            .map(|pattern| pattern.text.to_lowercase())
            .collect();
        let [object_before, result, begun, counted] =
            [raw.object_before, raw.result, raw.begun, raw.counted]
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
    let (mut names, mut heads) = (Vec::new(), Vec::new());
    for (at, raw) in raw.head.into_iter().enumerate() {
        reader.both(&mut names, &raw.en, &raw.vi, |_| at);
        heads.push(Head { kind: raw.r#type, series: raw.series, elliptic: raw.elliptic });
    }
    let notions = reader.notions(raw.notions);
    let (words, cues) = (reader.compile(words), reader.compile(cues));
    let (verbs, names) = (reader.compile(verbs), reader.compile(names));
    match (words, cues, verbs, names) {
        (Some(words), Some(cues), Some(verbs), Some(names)) if problems.is_empty() => {
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
                words,
                cues,
                verbs,
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

    /// Notions; topics must be known ones.
    fn notions(&mut self, raw: RawNotions) -> Notions {
        let default = vec![raw.default];
        for topic in
            [&default, &raw.wide, &raw.beside, &raw.declared, &raw.courses].into_iter().flatten()
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

    const SHIPPED: &str = include_str!("../../../config/topics/vietnam-uk-migration/triggers.toml");

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
