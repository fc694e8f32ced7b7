//! What is put between a subject and its verb, or before the subject: asides, attributes, appositions, who says so, and phrases
//! that open a sentence. In: the stretch before a verb. Out: the stretch in which the subject stands.

use crate::commitments::reading::units::Unit;
use crate::commitments::reading::{Reading, within};
use crate::config::topic::triggers::CueClass;
use crate::model::{Language, Span};

/// Words of a noun phrase that has an attribute behind it, at most.
const HEAD_WORDS: usize = 8;

/// Words that tell who says so between a subject and its verb, at most.
const ASIDE_WORDS: usize = 12;

impl Reading<'_> {
    /// "passports, the minister assured his guest, will not be kept": the subject stands before who says so.
    pub(super) fn before_said(&self, region: Span, unit: &Unit) -> Option<Span> {
        let text = self.text(region).trim_end();
        let closed = text.strip_suffix(',').filter(|_| unit.language == Language::En)?;
        let opened = closed.rfind(", ")?;
        let aside = Span::new(region.start + opened, region.start + closed.len());
        let head = self.trim(Span::new(region.start, aside.start));
        let said = self.has(aside, CueClass::Speech) && !self.has(head, CueClass::Speech);
        let words = |span: Span| self.text(span).split_whitespace().count();
        (said && words(aside) <= ASIDE_WORDS && words(head) >= 2).then_some(head)
    }

    /// "the grant, which takes the place of the old one, would …": the subject stands before the aside.
    pub(super) fn before_aside(&self, region: Span, unit: &Unit) -> Span {
        let text = self.fold(region);
        if unit.language == Language::Vi {
            return self.before_apposition(region);
        }
        let closed = text.trim_end().ends_with(',') && unit.language == Language::En;
        let opens = |&(at, _): &(usize, usize)| text[..at].trim_end().ends_with(',');
        let aside = self.grammar().asides.places(text).filter(opens).map(|(at, _)| at).max();
        let aside = aside.or_else(|| self.attribute_behind(text));
        match aside.filter(|_| closed) {
            Some(at) => Span::new(region.start, region.start + text[..at].trim_end().len() - 1),
            None => region,
        }
    }

    /// "the programme, worth £1 million, will …": an attribute that stands behind its noun, between commas.
    fn attribute_behind(&self, text: &str) -> Option<usize> {
        let closed = text.trim_end().strip_suffix(',')?;
        let opened = closed.rfind(", ")? + 2;
        let first = closed[opened..].split(' ').next()?;
        let noun = closed[..opened].trim_end_matches([',', ' ']);
        let phrase = self.grammar().articles.at_start(noun).is_some()
            && noun.split_whitespace().count() <= HEAD_WORDS;
        (self.grammar().attributes.is(first) && phrase).then_some(opened)
    }

    /// "Ủy ban hỗn hợp, cơ chế lập theo bản ghi nhớ, sẽ …": the subject stands before what is put in between.
    fn before_apposition(&self, region: Span) -> Span {
        let text = self.text(region).trim_end();
        let Some(closed) = text.strip_suffix(',') else { return region };
        let Some(opened) = closed.rfind(", ") else { return region };
        let aside = closed[opened + 1..].trim_start();
        let start = region.start + closed.len() - aside.len();
        let begins = Span::new(start, start + 1);
        let clause = !within(&self.who, begins).is_empty()
            || !within(&self.verbs, begins).is_empty()
            || self.grammar().fronts.at_start(self.fold(Span::new(start, region.end))).is_some()
            || self.grammar().clause_joins.at_start(aside).is_some();
        let head = closed[..opened].split_whitespace().count();
        let short = aside.split_whitespace().count() <= ASIDE_WORDS;
        if clause || head < 2 || !short {
            return region;
        }
        Span::new(region.start, region.start + opened)
    }

    /// "Under a plan drawn up by the two ministries, papers …": a phrase before the comma holds no subject when a noun
    /// phrase stands behind it.
    pub(super) fn past_fronted(&self, region: Span, unit: &Unit) -> Span {
        let text = self.fold(region);
        let lead = text.trim_start();
        let opened = self.grammar().fronts.at_start(lead).is_some();
        let Some(comma) = text.rfind(", ").filter(|_| opened && unit.language == Language::En)
        else {
            return region;
        };
        let rest = self.trim(Span::new(region.start + comma + 1, region.end));
        let words = self.fold(rest).split_whitespace().count();
        let adverb = self
            .fold(rest)
            .split_whitespace()
            .all(|word| word.ends_with("ly") || self.grammar().adverbs.is(word));
        if words == 0 || adverb || !within(&self.triggers, rest).is_empty() {
            return region;
        }
        Span::new(rest.start, region.end)
    }
}
