//! The words that give an act its force. In: `triggers.toml` (its own comments say what each key means). Out:
//! [`Triggers`]: compiled lexicons of triggers, verbs of action, small words, and names of texts.

mod classes;
mod file;
mod tables;

pub use classes::{CueClass, TriggerClass, VerbGroup};
pub use file::parse;

use super::forms::Form;
use super::grammar::Phrases;
use super::instruments::KnownInstrument;
use crate::model::{InstrumentType, Kind, Stage};
use crate::text::Lexicon;

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
    /// Forms that are nouns unless an actor stands directly before them.
    pub after_actor: Vec<String>,
    /// It is a noun, and counts only after a determiner or whoever has it ("Britain's offer to").
    pub noun: bool,
}

/// A verb whose object stands between it and its particle ("put … on hold").
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    /// Index of its trigger.
    pub trigger: usize,
    /// What follows the object, lower case.
    pub particles: Vec<String>,
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
    /// Topics of which a result with its number is told even when one side alone brought it about.
    pub results: Vec<String>,
    /// Topics of people whom it protects when nothing is done to them.
    pub spared: Vec<String>,
    /// Last part of the id of the citizens of a state.
    pub citizens_group: String,
    /// Kinds of agencies that are no party of a meeting of their states.
    pub apart: Vec<String>,
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

/// A noun that tells what an act on it is, where it is the head of the phrase: a "training" in "fingerprint training".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Noun {
    /// Kind it hints at; none for those whom an act is only for.
    pub kind: Option<Kind>,
    /// It names people, who are given only where somebody sends or posts them.
    pub people: bool,
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
    /// It is a name only where a text of its type was named before ("the plan").
    pub recalls: bool,
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
    /// Words for people who are the citizens of a state where its name stands beside them.
    pub people: Phrases,
    /// Verbs whose object they may be when an act is for them.
    pub receives: Phrases,
    /// Topics and concepts that rules speak of.
    pub notions: Notions,
    /// Verbs whose object stands between them and their particle.
    pub splits: Vec<Split>,
    /// Those verbs: index into `splits`, and grammatical form.
    pub split_words: Lexicon<(usize, Form)>,
    /// Trigger words: index and grammatical form.
    pub words: Lexicon<(usize, Form)>,
    /// Small words.
    pub cues: Lexicon<CueClass>,
    /// Verbs of action.
    pub verbs: Lexicon<Verb>,
    /// Nouns that tell the kind of an act, where they are heads.
    pub nouns: Lexicon<Noun>,
    /// Verbs that put people somewhere.
    pub places: Phrases,
    /// Plans with the word before those whose they are ("under a plan by").
    pub plans: Phrases,
    /// People in the service of a state.
    pub officials: Phrases,
    /// Verbs by which a text or a superior gives a task.
    pub charges: Phrases,
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
        let words = self.words.patterns().map(|pattern| pattern.text);
        let verbs = self.verbs.patterns().map(|pattern| pattern.text);
        let names = self.names.patterns().map(|pattern| pattern.text);
        words.chain(verbs).chain(names)
    }
}
