//! Whether the facets meet in one event. In: what title and text say. Out: the decision, its score, and where the
//! facets met.

use crate::config::topic::Facets;
use crate::config::topic::facets::{FacetRole, Strength};
use crate::model::RelevanceDecision;
use crate::text::{BlockKind, Document};

use super::evidence::{Evidence, Found};

/// Strength of a group of facets at one place: 0 none, 1 context, 2 weak, 3 strong.
type Level = u8;

/// Sentences of a text that is hardly more than its headline.
const SHORT_NOTICE: usize = 4;

/// How the decision came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ground {
    /// All met within a few sentences.
    SamePassage,
    /// All are in the one story that a short text tells.
    OneStory,
    /// An instrument or mechanism of the topic is named beside one of its states.
    Instrument,
    /// All are there, but not in one event.
    Scattered,
    /// A state is only mentioned in passing in a story about others.
    Passing,
    /// The subject's words are explained by another subject (index).
    OtherSubject(usize),
    /// Something needed is missing.
    Missing,
}

/// A decision before it is put into words.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    /// The outcome.
    pub decision: RelevanceDecision,
    /// 0 to 1.
    pub score: f64,
    /// How it came about.
    pub ground: Ground,
    /// Best level of each needed group anywhere in title and text.
    pub levels: Vec<Level>,
    /// The same with weak evidence that another subject explains.
    pub raw_levels: Vec<Level>,
    /// Whether title or text shows any sign of another subject.
    pub countered: bool,
    /// First and last sentence of the passage where the facets met; `None` for the title alone.
    pub passage: Option<(usize, usize)>,
}

impl Judgement {
    /// Whether a page behind an entry that says this much may be relevant.
    pub fn may_be_relevant(&self, facets: &Facets) -> bool {
        if self.decision != RelevanceDecision::Reject {
            return true;
        }
        let role = |role: FacetRole| {
            facets
                .need
                .iter()
                .zip(&self.raw_levels)
                .filter(move |(group, _)| {
                    group.iter().any(|&facet| facets.facets[facet].role == role)
                })
                .map(|(_, level)| *level)
        };
        let states = role(FacetRole::State).filter(|level| *level > 0).count();
        let all_states = role(FacetRole::State).all(|level| level > 0);
        let subject = role(FacetRole::Subject).max().unwrap_or(0);
        (all_states && !self.countered)
            || (subject >= 1 && states > 0)
            || (subject >= 2 && !self.countered)
    }
}

/// Judges title and text together.
pub fn judge(facets: &Facets, title: &Found, body: &Found, document: &Document) -> Judgement {
    let view = View::new(facets, title, body, document);
    let everywhere = view.levels(0, document.sentences.len());
    let enough = |levels: &[Level]| levels.iter().all(|level| *level >= 2);
    let judgement = |decision, ground, levels: &[Level], most, passage| Judgement {
        decision,
        score: score(levels, most),
        ground,
        levels: everywhere.clone(),
        raw_levels: view.raw.clone(),
        countered: !title.counters.is_empty() || !body.counters.is_empty(),
        passage,
    };
    let keep = |ground, levels: &[Level], passage| {
        judgement(RelevanceDecision::Keep, ground, levels, 1.0, passage)
    };
    if let Some(passage) = named_instrument(facets, title, body) {
        return keep(Ground::Instrument, &vec![3; facets.need.len()], passage);
    }
    let passing = !view.roundup && is_passing(facets, title, body);
    if !passing {
        if let Some((levels, first, last)) = view.best_passage() {
            return keep(Ground::SamePassage, &levels, Some((first, last)));
        }
        if enough(&everywhere) && !view.roundup && view.tells_one_story() {
            return keep(Ground::OneStory, &everywhere, None);
        }
    }
    let near = |ground| judgement(RelevanceDecision::NearMiss, ground, &everywhere, 0.5, None);
    let seen = everywhere.iter().filter(|level| **level >= 2).count();
    if enough(&everywhere) {
        near(if passing { Ground::Passing } else { Ground::Scattered })
    } else if enough(&view.raw) {
        let subject = view.explained.or(body.counters.first().map(|(_, subject)| *subject));
        near(Ground::OtherSubject(subject.unwrap_or(0)))
    } else if everywhere.iter().all(|level| *level >= 1) && seen + 1 >= everywhere.len() {
        near(Ground::Missing)
    } else {
        let ground = view.explained.map_or(Ground::Missing, Ground::OtherSubject);
        judgement(RelevanceDecision::Reject, ground, &everywhere, 0.4, None)
    }
}

/// Title and text with what their surroundings make of the evidence.
struct View<'a> {
    facets: &'a Facets,
    document: &'a Document,
    /// Evidence of the title that is not explained away; none of it in a collection of stories.
    title: Vec<&'a Evidence>,
    /// The same of the text, in order of sentences.
    body: Vec<&'a Evidence>,
    /// Levels of title and text before anything was explained away.
    raw: Vec<Level>,
    /// The other subject that the whole text is about.
    explained: Option<usize>,
    /// Whether the text is a collection of stories.
    roundup: bool,
}

impl<'a> View<'a> {
    fn new(facets: &'a Facets, title: &'a Found, body: &'a Found, document: &'a Document) -> Self {
        let count = document.sentences.len();
        let counts = Counters::new(facets, title, body);
        let explained = counts.explained(title, body);
        let roundup =
            title.roundup || body.roundup || body.datelines >= facets.rule.roundup_datelines;
        let mut countered = vec![explained.is_some(); count];
        let against: Vec<usize> = body
            .counters
            .iter()
            .filter(|(_, one)| counts.counts(*one))
            .map(|(at, _)| *at)
            .collect();
        for at in &against {
            countered[at.saturating_sub(1)..(at + 2).min(count)].fill(true);
        }
        // A headline over a few sentences about another subject is about that subject.
        let headline_explained =
            explained.is_some() || (count <= SHORT_NOTICE && !against.is_empty());
        let stands = |one: &Evidence, weakened: bool| {
            let subject = facets.facets[one.facet].role == FacetRole::Subject;
            one.discounted.is_none() && !(weakened && subject && one.strength < Strength::Strong)
        };
        let all = title.evidence.iter().chain(&body.evidence);
        Self {
            facets,
            document,
            title: title
                .evidence
                .iter()
                .filter(|one| stands(one, headline_explained) && !roundup)
                .collect(),
            body: body.evidence.iter().filter(|one| stands(one, countered[one.sentence])).collect(),
            raw: levels(facets, all.filter(|one| one.discounted.is_none())),
            explained,
            roundup,
        }
    }

    /// The levels of the title with the sentences from `first` to before `end`.
    fn levels(&self, first: usize, end: usize) -> Vec<Level> {
        let from = self.body.partition_point(|one| one.sentence < first);
        let to = self.body.partition_point(|one| one.sentence < end);
        levels(self.facets, self.title.iter().chain(&self.body[from..to]).copied())
    }

    /// The passage with the strongest evidence of all that is needed; the first of equals.
    fn best_passage(&self) -> Option<(Vec<Level>, usize, usize)> {
        (0..self.document.sentences.len().max(1))
            .map(|first| {
                let last = self.scene_end(first);
                (self.levels(first, last + 1), first, last)
            })
            .filter(|(levels, ..)| levels.iter().all(|level| *level >= 2))
            .max_by_key(|(levels, first, _)| {
                let sum: u32 = levels.iter().map(|level| u32::from(*level)).sum();
                (sum, std::cmp::Reverse(*first))
            })
    }

    /// The last sentence of the passage that begins at `first`. In a collection a passage is one paragraph.
    fn scene_end(&self, first: usize) -> usize {
        let sentences = &self.document.sentences;
        let last =
            (first + self.facets.rule.scene_sentences).min(sentences.len()).saturating_sub(1);
        (first..=last)
            .take_while(|&at| {
                let block = |at: usize| sentences.get(at).map(|sentence| sentence.block);
                !self.roundup || block(at) == block(first)
            })
            .last()
            .unwrap_or(first)
    }

    /// Whether a text tells one story: it is short, or the states meet somewhere in it, and the subject meets one of
    /// them.
    fn tells_one_story(&self) -> bool {
        let running = |sentence: &&crate::text::Sentence| {
            sentence.duplicate_of.is_none()
                && self.document.blocks[sentence.block].kind == BlockKind::Body
        };
        let count = self.document.sentences.iter().filter(running).count();
        if count <= self.facets.rule.short_text_sentences {
            return true;
        }
        let role = |group: &[usize]| self.facets.facets[group[0]].role;
        let states =
            self.facets.need.iter().filter(|group| role(group) == FacetRole::State).count();
        let (mut states_meet, mut subject_meets) = (false, false);
        for first in 0..self.document.sentences.len() {
            let here = self.levels(first, self.scene_end(first) + 1);
            let met = |wanted: FacetRole| {
                let groups = self.facets.need.iter().zip(&here);
                groups.filter(|(group, level)| role(group) == wanted && **level >= 2).count()
            };
            let state = met(FacetRole::State);
            states_meet |= state == states;
            subject_meets |= state > 0 && met(FacetRole::Subject) > 0;
        }
        states_meet && subject_meets
    }
}

fn score(levels: &[Level], most: f64) -> f64 {
    let sum: f64 = levels.iter().map(|level| f64::from(*level)).sum();
    most * sum / (3.0 * levels.len().max(1) as f64)
}

/// The level of each needed group in the evidence given. Two different context words make a weak sign.
fn levels<'a>(facets: &Facets, evidence: impl Iterator<Item = &'a Evidence> + Clone) -> Vec<Level> {
    let level = |group: &Vec<usize>| {
        let mut best = 0;
        let mut faint: Option<&str> = None;
        for one in evidence.clone().filter(|one| group.contains(&one.facet)) {
            let level = match one.strength {
                Strength::Strong => 3,
                Strength::Weak => 2,
                Strength::Context if faint.is_some_and(|other| other != one.words) => 2,
                Strength::Context => 1,
            };
            if level == 1 {
                faint = Some(&one.words);
            }
            best = best.max(level);
        }
        best
    };
    facets.need.iter().map(level).collect()
}

/// Which other subjects can explain weak evidence.
struct Counters<'a> {
    facets: &'a Facets,
    /// Whether the text has so much of the topic that a subject which often stands beside it explains nothing.
    rich: bool,
}

impl<'a> Counters<'a> {
    fn new(facets: &'a Facets, title: &Found, body: &Found) -> Self {
        let words: std::collections::BTreeSet<&str> = title
            .evidence
            .iter()
            .chain(&body.evidence)
            .filter(|one| one.discounted.is_none() && one.strength > Strength::Context)
            .filter(|one| facets.facets[one.facet].role == FacetRole::Subject)
            .map(|one| one.words.as_str())
            .collect();
        Self { facets, rich: words.len() >= facets.rule.own_signs }
    }

    /// Whether a sign of this other subject explains anything.
    fn counts(&self, subject: usize) -> bool {
        !(self.rich && self.facets.beside[subject])
    }

    /// The other subject that explains weak evidence in the whole text: named in the title, or again and again.
    fn explained(&self, title: &Found, body: &Found) -> Option<usize> {
        if let Some((_, subject)) = title.counters.iter().find(|(_, one)| self.counts(*one)) {
            return Some(*subject);
        }
        (0..self.facets.counters.len()).filter(|&subject| self.counts(subject)).find(|subject| {
            let signs = body.counters.iter().filter(|(_, one)| one == subject).count();
            signs >= self.facets.rule.counter_signs
        })
    }
}

/// An instrument or mechanism of the topic with a state in the same sentence (or in the title).
fn named_instrument(
    facets: &Facets,
    title: &Found,
    body: &Found,
) -> Option<Option<(usize, usize)>> {
    let state_in = |found: &Found, sentence: usize| {
        found.evidence.iter().any(|evidence| {
            evidence.sentence == sentence
                && evidence.discounted.is_none()
                && facets.facets[evidence.facet].role == FacetRole::State
        })
    };
    if title.decisive.iter().any(|(sentence, alone)| *alone || state_in(title, *sentence)) {
        return Some(None);
    }
    body.decisive
        .iter()
        .find(|(sentence, alone)| *alone || state_in(body, *sentence))
        .map(|(sentence, _)| Some((*sentence, *sentence)))
}

/// Whether one of the states is named in a single sentence of the text while the story is another country's.
fn is_passing(facets: &Facets, title: &Found, body: &Found) -> bool {
    let sentences_of = |found: &Found, group: &[usize]| {
        let mut sentences: Vec<usize> = found
            .evidence
            .iter()
            .filter(|evidence| group.contains(&evidence.facet) && evidence.discounted.is_none())
            .map(|evidence| evidence.sentence)
            .collect();
        sentences.dedup();
        sentences
    };
    let mut others = body.countries.clone();
    others.dedup();
    facets.need.iter().filter(|group| facets.facets[group[0]].role == FacetRole::State).any(
        |group| {
            let here = sentences_of(body, group);
            let foreign = others.len() + 2 * usize::from(!title.countries.is_empty());
            sentences_of(title, group).is_empty() && here.len() == 1 && here[0] > 1 && foreign >= 4
        },
    )
}
