//! Who stands behind a trigger whose grammatical subject does not say so: a text that binds, several officials, whoever has
//! an offer, a state that orders its own agency. In: a trigger and its clause. Out: a text or a subject.

use crate::commitments::actions::intro::Intro;
use crate::commitments::background;
use crate::commitments::extractor::Extractor;
use crate::commitments::instruments::texts_in;
use crate::commitments::reading::units::Unit;
use crate::commitments::reading::{Mark, within};
use crate::commitments::subjects::{Resolved, Subject};
use crate::config::topic::actors::Who;
use crate::config::topic::forms::Form;
use crate::config::topic::triggers::TriggerClass;
use crate::model::{Language, Span};
use crate::text::BlockKind;

/// Longest way from whoever has a commitment to the noun, in bytes.
const OWNER: usize = 60;

impl Extractor<'_> {
    /// "The 11-page text obliges Hanoi to …": the text that was signed, where it is the subject.
    pub(super) fn bound_by_text(
        &self,
        unit: &Unit,
        class: TriggerClass,
        region: Span,
    ) -> Option<usize> {
        let reading = self.reading;
        let signed = self.signed.filter(|_| {
            matches!(class, TriggerClass::Plan | TriggerClass::Duty) && unit.kind == BlockKind::Body
        })?;
        let named = texts_in(self.named, region).last();
        let same = named.is_none_or(|at| self.same_text(signed, at));
        let actors = within(&reading.who, region).iter().any(|who| {
            matches!(who.it, Who::Actor(_) | Who::Head(_) | Who::Side(_) | Who::PairState)
                && reading.governed(who.span).is_none()
        });
        (same && !actors).then_some(signed)
    }

    /// "Under the agreement, Vietnam must …": a duty that a text lays down, whose signature nobody tells.
    pub(super) fn under_text(&self, unit: &Unit, mark: &Mark<(usize, Form)>) -> bool {
        let lead = Span::new(unit.span.start, mark.span.start);
        unit.language == Language::En
            && background::begins(self.reading, unit.span.start, "content")
            && texts_in(self.named, lead).any(|at| lead.contains(self.named[at].span))
    }

    /// "the officials agreed": several of them, of no side in particular, agree with each other.
    pub(super) fn officials(&self, unit: &Unit, who: &Resolved) -> bool {
        let reading = self.reading;
        let plural = |span: Span| reading.fold(span).ends_with('s');
        let nobodys = |span: Span| {
            let here = within(&reading.who, Span::new(span.start, span.start + 1)).first();
            here.is_some_and(|mark| mark.it == Who::Government && mark.span == span)
        };
        unit.language == Language::En && who.span.is_some_and(|span| plural(span) && nobodys(span))
    }

    /// "Britain's offer to", "the two sides' commitment to": whoever has it makes it.
    pub(super) fn owner(
        &self,
        unit: &Unit,
        mark: &Mark<(usize, Form)>,
        class: TriggerClass,
    ) -> Option<Resolved> {
        let reading = self.reading;
        if class != TriggerClass::Nominal || unit.language != Language::En {
            return None;
        }
        let from = reading.floor(mark.span.start.saturating_sub(OWNER)).max(unit.span.start);
        let marks = within(&reading.who, Span::new(from, mark.span.end));
        let owner = marks.iter().rfind(|who| !matches!(who.it, Who::Place(_)))?;
        let between = reading.fold(Span::new(owner.span.end, mark.span.start.max(owner.span.end)));
        let has = reading.grammar().possessive.at_start(between).is_some()
            || between.starts_with(['\'', '’'])
            || reading.grammar().demonyms.is(reading.fold(owner.span));
        let subject = reading.stands_for(owner, unit, &self.floor)?;
        let near = between.split_whitespace().count() <= 3 && !between.contains([',', ';']);
        (has && near && matches!(subject, Subject::Actors(_))).then_some(Resolved {
            subject,
            confidence: 0.9,
            why: "it is whoever has it",
            span: Some(owner.span),
        })
    }

    /// Whether who is asked is a part of the state that asks: an order inside one government binds it.
    pub(super) fn orders(&self, who: &Resolved, start: &Intro) -> bool {
        let reading = self.reading;
        let Subject::Actors(actors) = &who.subject else { return false };
        let own = reading.states(actors);
        let ([_], [_, ..]) = (&own[..], &start.named[..]) else { return false };
        reading.states(&start.named) == own
            && start.named.iter().all(|&at| reading.is_agency(at) && !actors.contains(&at))
    }
}
