//! "Britain should make it easier to stay, the minister urged on Tuesday": what is asked for stands before who asks. In: a
//! trigger of a request with nothing behind it but when it was made. Out: drafts.

use crate::commitments::actions::intro::Intro;
use crate::commitments::actions::verb_at;
use crate::commitments::extractor::Extractor;
use crate::commitments::force::composition::Utterance;
use crate::commitments::reading::units::Unit;
use crate::commitments::reading::{Mark, within};
use crate::commitments::subjects::{Resolved, Subject};
use crate::config::topic::actors::Who;
use crate::config::topic::triggers::TriggerClass;
use crate::model::{Language, Span};
use crate::text::BlockKind;

/// Longest office before the name of who asks, in bytes.
const OFFICE: usize = 60;

impl Extractor<'_> {
    /// A request told before who makes it. Gives the end of what it covers.
    pub(crate) fn fronted_request(
        &mut self,
        unit: &Unit,
        trigger: Span,
        class: TriggerClass,
        region: Span,
        who: &Resolved,
    ) -> Option<usize> {
        let reading = self.reading;
        let (TriggerClass::Directive, Language::En, BlockKind::Body) =
            (class, unit.language, unit.kind)
        else {
            return None;
        };
        let (Subject::Actors(_), Some(name)) = (&who.subject, who.span) else { return None };
        let grammar = reading.grammar();
        let rest = reading.fold(Span::new(trigger.end, unit.span.end)).trim_start();
        let silent = rest.trim_end_matches(['.', '"', '”', ' ']).is_empty();
        if !silent && grammar.told_when.at_start(rest).is_none() {
            return None;
        }
        let lead = Span::new(region.start, name.start.max(region.start));
        let told = self.told_before(lead)?;
        let (start, named) = self.ought(told)?;
        let intro = Intro { start, named, ..Intro::default() };
        let said = Utterance { unit, trigger, class, who, region: told, content: None };
        self.remember(who);
        self.emit(&said, &intro, told.end);
        Some(unit.span.end)
    }

    /// What stands before the comma or the quotation mark that closes it; an office may stand between that and the name.
    fn told_before(&self, lead: Span) -> Option<Span> {
        let reading = self.reading;
        let words = reading.without_article(reading.text(lead)).trim_end();
        let closed = [',', '"', '”'];
        let length = match words.strip_suffix(closed) {
            Some(told) => told.len(),
            None => words.rfind(closed)?,
        };
        let office = Span::new(lead.start + length, lead.end);
        let short = office.len() < OFFICE
            && within(&reading.verbs, office).is_empty()
            && within(&reading.triggers, office).is_empty();
        short.then(|| Span::new(lead.start, lead.start + length))
    }

    /// The verb of what ought to be done, after "should" or "is for Britain to", and who ought to do it.
    pub(crate) fn ought(&self, told: Span) -> Option<(usize, Vec<usize>)> {
        let reading = self.reading;
        let words = reading.fold(told);
        let grammar = reading.grammar();
        let behind = |name_end: usize| {
            let rest = &words[name_end - told.start..];
            let to = grammar.infinitive.at_start(rest).is_some();
            to.then(|| name_end + (rest.len() - rest.trim_start().len()) + "to".len())
        };
        let should = grammar.ought.places(words).min().map(|(at, length)| told.start + at + length);
        let asked = within(&reading.who, told).iter().find_map(|who| behind(who.span.end));
        let from = should.or(asked)?;
        let start = reading.skip_blanks(from, told.end);
        verb_at(reading, start)?;
        let before = Span::new(told.start, from);
        let marks = within(&reading.who, before);
        let official = |mark: &Mark<Who>| match mark.it {
            Who::Actor(at) | Who::Head(at) | Who::Side(at) => Some(at),
            _ => None,
        };
        let named = marks.iter().rev().find_map(official).into_iter().collect();
        Some((start, named))
    }
}
