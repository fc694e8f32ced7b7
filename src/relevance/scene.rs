//! Whether the facets meet in one event. In: what title and text say. Out: the decision, its score, and where the
//! facets met.

use crate::config::topic::Facets;
use crate::config::topic::facets::{FacetRole, Strength};
use crate::model::RelevanceDecision;
use crate::text::{BlockKind, Document};

use super::evidence::{Evidence, Found};

/// Strength of a group of facets at one place: 0 none, 1 context, 2 weak, 3 strong.
type Level = u8;

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
    let roundup = title.roundup || body.roundup || body.datelines >= facets.rule.roundup_datelines;
    let explained = explained_subject(facets, title, body);
    let count = document.sentences.len();
    let title_levels = levels(facets, &title.evidence, |_| true, |_| explained.is_some());
    let raw_levels = max(
        &levels(facets, &title.evidence, |_| true, |_| false),
        &levels(facets, &body.evidence, |_| true, |_| false),
    );
    let is_weakened = |evidence: &Evidence| {
        explained.is_some()
            || body.counters.iter().any(|(at, _)| at.abs_diff(evidence.sentence) <= 1)
    };
    let everywhere = max(&title_levels, &levels(facets, &body.evidence, |_| true, is_weakened));
    let enough = |levels: &[Level]| levels.iter().all(|level| *level >= 2);
    let mut judgement = Judgement {
        decision: RelevanceDecision::Reject,
        score: score(&everywhere, 0.5),
        ground: Ground::Missing,
        levels: everywhere.clone(),
        raw_levels: raw_levels.clone(),
        countered: !title.counters.is_empty() || !body.counters.is_empty(),
        passage: None,
    };
    let mut keep = |ground: Ground, levels: &[Level], passage| {
        judgement.decision = RelevanceDecision::Keep;
        judgement.ground = ground;
        judgement.score = score(levels, 1.0);
        judgement.passage = passage;
    };
    if let Some(passage) = named_instrument(facets, title, body) {
        keep(Ground::Instrument, &vec![3; facets.need.len()], passage);
        return judgement;
    }
    let shared_title: &[Level] = if roundup { &[] } else { &title_levels };
    let passing = !roundup && is_passing(facets, title, body);
    if !passing {
        if enough(&title_levels) && !roundup {
            keep(Ground::SamePassage, &title_levels, None);
            return judgement;
        }
        let best = (0..count)
            .map(|first| {
                let last = scene_end(facets, document, first, roundup);
                let here = levels(
                    facets,
                    &body.evidence,
                    |evidence| (first..=last).contains(&evidence.sentence),
                    is_weakened,
                );
                (max(&here, shared_title), first, last)
            })
            .filter(|(levels, ..)| enough(levels))
            .max_by_key(|(levels, first, _)| {
                (
                    levels.iter().map(|level| u32::from(*level)).sum::<u32>(),
                    std::cmp::Reverse(*first),
                )
            });
        if let Some((levels, first, last)) = best {
            keep(Ground::SamePassage, &levels, Some((first, last)));
            return judgement;
        }
        if enough(&everywhere)
            && !roundup
            && tells_one_story(facets, body, document, is_weakened, &title_levels)
        {
            keep(Ground::OneStory, &everywhere, None);
            return judgement;
        }
    }
    let (decision, ground) = if passing && enough(&everywhere) {
        (RelevanceDecision::NearMiss, Ground::Passing)
    } else if enough(&everywhere) {
        (RelevanceDecision::NearMiss, Ground::Scattered)
    } else if enough(&raw_levels) {
        let subject = explained.or(body.counters.first().map(|(_, subject)| *subject)).unwrap_or(0);
        (RelevanceDecision::NearMiss, Ground::OtherSubject(subject))
    } else if everywhere.iter().all(|level| *level >= 1)
        && everywhere.iter().filter(|level| **level >= 2).count() + 1 >= everywhere.len()
    {
        (RelevanceDecision::NearMiss, Ground::Missing)
    } else {
        (RelevanceDecision::Reject, explained.map_or(Ground::Missing, Ground::OtherSubject))
    };
    judgement.decision = decision;
    judgement.ground = ground;
    if decision == RelevanceDecision::Reject {
        judgement.score = score(&everywhere, 0.4);
    }
    judgement
}

fn score(levels: &[Level], most: f64) -> f64 {
    let sum: f64 = levels.iter().map(|level| f64::from(*level)).sum();
    most * sum / (3.0 * levels.len().max(1) as f64)
}

fn max(left: &[Level], right: &[Level]) -> Vec<Level> {
    left.iter()
        .enumerate()
        .map(|(at, level)| (*level).max(right.get(at).copied().unwrap_or(0)))
        .collect()
}

/// The level of each needed group in the evidence chosen. Two different context words make a weak sign. Evidence for a
/// subject that is not strong vanishes where another subject explains it.
fn levels(
    facets: &Facets,
    evidence: &[Evidence],
    chosen: impl Fn(&Evidence) -> bool,
    weakened: impl Fn(&Evidence) -> bool,
) -> Vec<Level> {
    facets
        .need
        .iter()
        .map(|group| {
            let mut best = 0;
            let mut contexts: Vec<(usize, usize)> = Vec::new();
            for one in evidence {
                if one.discounted.is_some() || !group.contains(&one.facet) || !chosen(one) {
                    continue;
                }
                let subject = facets.facets[one.facet].role == FacetRole::Subject;
                if subject && one.strength < Strength::Strong && weakened(one) {
                    continue;
                }
                best = best.max(match one.strength {
                    Strength::Context => {
                        contexts.push((one.span.start, one.span.end));
                        1
                    }
                    Strength::Weak => 2,
                    Strength::Strong => 3,
                });
            }
            contexts.dedup();
            let apart = contexts.windows(2).any(|pair| pair[0].1 <= pair[1].0);
            if best == 1 && apart { 2 } else { best }
        })
        .collect()
}

/// The last sentence of the passage that begins at `first`. In a collection of stories a passage is one paragraph.
fn scene_end(facets: &Facets, document: &Document, first: usize, roundup: bool) -> usize {
    let last = (first + facets.rule.scene_sentences - 1).min(document.sentences.len() - 1);
    let block = document.sentences[first].block;
    (first..=last)
        .take_while(|&at| !roundup || document.sentences[at].block == block)
        .last()
        .unwrap_or(first)
}

/// The other subject that explains weak evidence in the whole text: named in the title, or again and again.
fn explained_subject(facets: &Facets, title: &Found, body: &Found) -> Option<usize> {
    if let Some((_, subject)) = title.counters.first() {
        return Some(*subject);
    }
    (0..facets.counters.len()).find(|subject| {
        body.counters.iter().filter(|(_, one)| one == subject).count() >= facets.rule.counter_signs
    })
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
    if title.decisive.iter().any(|(sentence, _)| state_in(title, *sentence)) {
        return Some(None);
    }
    body.decisive
        .iter()
        .find(|(sentence, _)| state_in(body, *sentence))
        .map(|(sentence, _)| Some((*sentence, *sentence)))
}

/// Whether a text tells one story: it is short, or the states meet somewhere in it, and the subject meets one of them.
fn tells_one_story(
    facets: &Facets,
    body: &Found,
    document: &Document,
    weakened: impl Fn(&Evidence) -> bool,
    title_levels: &[Level],
) -> bool {
    let sentences: Vec<usize> = (0..document.sentences.len())
        .filter(|&at| {
            let sentence = &document.sentences[at];
            document.blocks[sentence.block].kind == BlockKind::Body
                && sentence.duplicate_of.is_none()
        })
        .collect();
    if sentences.len() <= facets.rule.short_text_sentences {
        return true;
    }
    let role = |group: &[usize]| facets.facets[group[0]].role;
    let scenes = (0..document.sentences.len()).map(|first| {
        let last = scene_end(facets, document, first, false);
        let here = levels(
            facets,
            &body.evidence,
            |evidence| (first..=last).contains(&evidence.sentence),
            &weakened,
        );
        let here = max(&here, title_levels);
        let met = |wanted: FacetRole| {
            facets
                .need
                .iter()
                .zip(&here)
                .filter(|(group, level)| role(group) == wanted && **level >= 2)
                .count()
        };
        (met(FacetRole::State), met(FacetRole::Subject))
    });
    let states = facets.need.iter().filter(|group| role(group) == FacetRole::State).count();
    let (states_meet, subject_meets) =
        scenes.fold((false, false), |(all, with), (state, subject)| {
            (all || state == states, with || (state > 0 && subject > 0))
        });
    states_meet && subject_meets
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
