//! Single sentences: is it a commitment, of which kind and stage, and do both languages agree?

use std::collections::BTreeMap;

use serde::Serialize;

use super::dataset::Case;
use super::fields::{Confusion, count, is_specific};
use super::figures::share;
use super::miss::{Level, Miss};
use super::records::Decision;
use crate::config::topic::Topic;
use crate::model::{Article, Assertion, Kind, Language, Mention, Polarity, Stage};
use crate::pipeline::reading;

/// Single sentences of a file.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Cases {
    /// Sentences.
    pub n: usize,
    /// Right decision: include, record or exclude.
    pub decision_acc: Option<f64>,
    /// Decision, kind, stage, polarity and assertion all right.
    pub all_acc: Option<f64>,
    /// Decisions wanted and got.
    pub decision_confusion: Confusion,
    /// Kind, stage and so on of those rightly not excluded.
    pub kind_acc: Option<f64>,
    pub stage_acc: Option<f64>,
    pub modality_acc: Option<f64>,
    pub strength_acc: Option<f64>,
    pub framing_acc: Option<f64>,
    pub polarity_acc: Option<f64>,
    pub assertion_acc: Option<f64>,
    /// Specific enough to interrupt for, as labelled.
    pub specific_acc: Option<f64>,
    pub parity: Parity,
}

/// Whether English and Vietnamese are read alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Parity {
    /// Pairs of sentences that say the same.
    pub pairs: usize,
    /// Same decision in both.
    pub decision: usize,
    /// Same decision, kind, stage, polarity and assertion in both.
    pub all: usize,
    /// Both right in all of these.
    pub right: usize,
}

/// What the program makes of a sentence.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer<'a> {
    pub case: &'a Case,
    pub decision: Decision,
    /// The mention that answers the label, else the first.
    pub mention: Option<Mention>,
    /// All that was found.
    pub found: Vec<Mention>,
}

type Essence = (Decision, Option<(Kind, Stage, Polarity, Assertion)>);

impl Answer<'_> {
    /// What both languages must agree on.
    fn essence(&self) -> Essence {
        let mention = self.mention.as_ref();
        (self.decision, mention.map(|m| (m.kind, m.stage, m.polarity, m.assertion)))
    }

    fn is_right(&self) -> bool {
        let Some(gold) = &self.case.gold else { return self.decision == Decision::Exclude };
        self.decision == self.case.decision
            && self.mention.as_ref().is_some_and(|mention| {
                mention.kind == gold.kind
                    && mention.stage == gold.stage
                    && gold.polarity.is_none_or(|polarity| polarity == mention.polarity)
                    && gold.assertion.is_none_or(|assertion| assertion == mention.assertion)
            })
    }
}

/// Reads every sentence as if relevance had kept it: what it is about is not the question here.
pub fn answer<'a>(cases: &'a [Case], topic: &Topic) -> Vec<Answer<'a>> {
    cases
        .iter()
        .map(|case| {
            let article = Article {
                title: String::new(),
                text: case.text.clone(),
                url: None,
                canonical_url: None,
                published: None,
                byline: None,
                language: case.language,
                confidence: None,
            };
            let found = reading::read_regardless(article, topic).mentions;
            let mention = chosen(case, &found).cloned();
            Answer { case, decision: decision(mention.as_ref()), mention, found }
        })
        .collect()
}

/// The mention that shares most of the labelled span; where nothing is labelled, the first.
fn chosen<'m>(case: &Case, found: &'m [Mention]) -> Option<&'m Mention> {
    let Some(gold) = &case.gold else { return found.first() };
    let shared = |mention: &Mention| {
        let (a, b) = (mention.action.span, gold.span);
        a.end.min(b.end).saturating_sub(a.start.max(b.start))
    };
    let mut best: Option<&Mention> = None;
    for mention in found.iter().filter(|mention| shared(mention) > 0) {
        if best.is_none_or(|best| shared(mention) > shared(best)) {
            best = Some(mention);
        }
    }
    best
}

/// An act that did not happen, or is denied, is kept as evidence only.
fn decision(mention: Option<&Mention>) -> Decision {
    match mention.map(|mention| mention.assertion) {
        None => Decision::Exclude,
        Some(Assertion::Asserted) => Decision::Include,
        Some(_) => Decision::Record,
    }
}

/// Scores the sentences of one language, or of all.
pub fn score(answers: &[Answer<'_>], language: Option<Language>) -> Option<Cases> {
    let of_language = |answer: &&Answer<'_>| language.is_none() || answer.case.language == language;
    let answers: Vec<&Answer<'_>> = answers.iter().filter(of_language).collect();
    if answers.is_empty() {
        return None;
    }
    let mut decision_confusion = Confusion::new();
    let mut fields = [(0, 0); 8];
    for answer in &answers {
        count(&mut decision_confusion, answer.case.decision.as_str(), answer.decision.as_str());
        let (Some(gold), Some(mention)) = (&answer.case.gold, &answer.mention) else { continue };
        let same = [
            Some(gold.kind == mention.kind),
            Some(gold.stage == mention.stage),
            gold.modality.map(|wanted| wanted == mention.modality),
            gold.strength.map(|wanted| wanted == mention.strength),
            gold.framing.map(|wanted| wanted == mention.framing),
            gold.polarity.map(|wanted| wanted == mention.polarity),
            gold.assertion.map(|wanted| wanted == mention.assertion),
            gold.specificity.map(|wanted| is_specific(wanted) == is_specific(mention.specificity)),
        ];
        for (field, same) in fields.iter_mut().zip(same) {
            field.0 += usize::from(same == Some(true));
            field.1 += usize::from(same.is_some());
        }
    }
    let acc = |at: usize| share(fields[at].0, fields[at].1);
    let right = |test: &dyn Fn(&Answer<'_>) -> bool| {
        share(answers.iter().filter(|answer| test(answer)).count(), answers.len())
    };
    Some(Cases {
        n: answers.len(),
        decision_acc: right(&|answer| answer.decision == answer.case.decision),
        all_acc: right(&|answer| answer.is_right()),
        decision_confusion,
        kind_acc: acc(0),
        stage_acc: acc(1),
        modality_acc: acc(2),
        strength_acc: acc(3),
        framing_acc: acc(4),
        polarity_acc: acc(5),
        assertion_acc: acc(6),
        specific_acc: acc(7),
        parity: parity(&answers),
    })
}

fn parity(answers: &[&Answer<'_>]) -> Parity {
    let mut pairs: BTreeMap<&str, Vec<&Answer<'_>>> = BTreeMap::new();
    for answer in answers {
        if let Some(pair) = answer.case.pair.as_deref() {
            pairs.entry(pair).or_default().push(answer);
        }
    }
    let mut parity = Parity::default();
    for pair in pairs.values().filter(|pair| pair.len() > 1) {
        parity.pairs += 1;
        let same = |test: &dyn Fn(&Answer<'_>, &Answer<'_>) -> bool| {
            usize::from(pair.iter().all(|other| test(pair[0], other)))
        };
        parity.decision += same(&|a, b| a.decision == b.decision);
        parity.all += same(&|a, b| a.essence() == b.essence());
        parity.right += same(&|_, b| b.is_right());
    }
    parity
}

/// Every sentence that was not read as labelled.
pub fn misses(answers: &[Answer<'_>]) -> Vec<Miss> {
    let told = |mention: &Mention| {
        format!("{} {} {} {}", mention.kind, mention.stage, mention.polarity, mention.assertion)
    };
    let wrong = answers.iter().filter(|answer| !answer.is_right());
    wrong
        .map(|answer| {
            let gold = answer.case.gold.as_ref().map(|gold| {
                let polarity = gold.polarity.map_or("", Polarity::as_str);
                let assertion = gold.assertion.map_or("", Assertion::as_str);
                format!(" {} {} {polarity} {assertion}", gold.kind, gold.stage)
            });
            let got = answer.mention.as_ref().map(|mention| format!(" {}", told(mention)));
            let others =
                answer.found.iter().filter(|other| Some(*other) != answer.mention.as_ref());
            Miss {
                level: Level::Sentence,
                what: "sentence".to_owned(),
                id: answer.case.id.clone(),
                text: answer.case.text.clone(),
                expected: format!("{}{}", answer.case.decision.as_str(), gold.unwrap_or_default()),
                got: format!("{}{}", answer.decision.as_str(), got.unwrap_or_default()),
                label: answer.case.why.clone(),
                why: answer
                    .mention
                    .iter()
                    .flat_map(|mention| mention.reasons.iter().cloned())
                    .chain(others.map(|other| {
                        format!("also found: {} “{}”", told(other), other.action.text)
                    }))
                    .collect(),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eval::dataset::Content;
    use crate::eval::loading::read;

    fn case(id: &str, pair: &str, lang: &str) -> String {
        format!(
            r#"{{"id": "{id}", "pair": "{pair}", "lang": "{lang}", "text": "x", "decision": "exclude"}}"#
        )
    }

    #[test]
    fn parity_counts_pairs_that_are_read_alike_even_when_both_are_wrong() {
        let lines = [
            case("a-en", "a", "en"),
            case("a-vi", "a", "vi"),
            case("b-en", "b", "en"),
            case("b-vi", "b", "vi"),
            case("c-en", "c", "en"),
        ];
        let data = read("cases", lines.join("\n").as_bytes(), &|_| Err(String::new())).unwrap();
        let Content::Cases(cases) = &data.content else { panic!() };
        // Pair a: both wrongly included; pair b: only English right; c has no partner.
        let decisions = [
            Decision::Include,
            Decision::Include,
            Decision::Exclude,
            Decision::Record,
            Decision::Exclude,
        ];
        let answers: Vec<Answer<'_>> = cases
            .iter()
            .zip(decisions)
            .map(|(case, decision)| Answer { case, decision, mention: None, found: Vec::new() })
            .collect();
        let figures = score(&answers, None).unwrap();
        assert_eq!(figures.parity, Parity { pairs: 2, decision: 1, all: 1, right: 0 });
        assert_eq!(figures.decision_acc, Some(0.4));
        assert_eq!(score(&answers, Some(Language::Vi)).unwrap().parity.pairs, 0);
    }
}
