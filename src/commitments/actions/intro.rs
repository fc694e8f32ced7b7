//! The way from a trigger to its action: small words, the addressee, embedded triggers and negations that are passed
//! over. In: a unit and the end of a trigger. Out: [`Intro`].

use crate::commitments::actions::continues;
use crate::commitments::reading::units::Unit;
use crate::commitments::reading::{Reading, within};
use crate::config::topic::actors::Who;
use crate::config::topic::triggers::{CueClass, TriggerClass};
use crate::model::Span;

/// The start of a complement: what was passed over on the way to the action.
#[derive(Debug, Clone, Default)]
pub(crate) struct Intro {
    /// Where the action begins.
    pub start: usize,
    /// A tentative verb stands in front ("agreed to study …").
    pub tentative: bool,
    /// The content is negated ("agreed not to …").
    pub refrain: bool,
    /// A second trigger of force followed ("supports and commits to").
    pub class: Option<TriggerClass>,
    /// Who is asked, or whose action it is.
    pub named: Vec<usize>,
    /// "continue" and its like.
    pub continues: bool,
}

/// Passes over the small words, the addressee and embedded triggers between a trigger and the action.
pub(crate) fn intro(reading: &Reading<'_>, unit: &Unit, from: usize) -> Intro {
    let end = unit.span.end;
    let mut intro = Intro { start: from, ..Intro::default() };
    for _ in 0..14 {
        let at = reading.skip_blanks(intro.start, end);
        let at = at
            + reading
                .text(Span::new(at, end))
                .find(|c: char| !matches!(c, ':' | ' ' | '•' | '-' | '"' | '“'))
                .unwrap_or(0);
        intro.start = at;
        let here = Span::new(at, at + 1);
        let verb = within(&reading.verbs, here).first().copied();
        if let Some(mark) = within(&reading.triggers, here).first() {
            let class = reading.class(mark);
            let fresh = verb.is_none_or(|verb| verb.span.end <= mark.span.end);
            match class {
                TriggerClass::Future if fresh => {
                    intro.start = mark.span.end;
                    continue;
                }
                TriggerClass::Tentative if fresh => {
                    intro.tentative = true;
                    intro.start = mark.span.end;
                    continue;
                }
                TriggerClass::Commit | TriggerClass::Willing | TriggerClass::Joint
                    if fresh
                        && intro.class.is_none()
                        && intro.start == from + (at - from)
                        && at - from < 12 =>
                {
                    intro.class = Some(class);
                    intro.start = mark.span.end;
                    continue;
                }
                _ => {}
            }
        }
        if let Some(mark) = within(&reading.cues, here).iter().find(|m| m.it == CueClass::Option)
            && !intro.tentative
            && !goes_on(reading, mark.span.end, end)
        {
            intro.tentative = true;
            intro.start = mark.span.end;
            continue;
        }
        let cues = within(&reading.cues, here);
        if let Some(mark) = cues.iter().find(|m| m.it == CueClass::Negation)
            && !cues.iter().any(|m| m.it == CueClass::PseudoNegation)
        {
            intro.refrain = true;
            intro.start = mark.span.end;
            continue;
        }
        if let Some(mark) = within(&reading.who, here).first()
            && !matches!(mark.it, Who::Place(_))
        {
            if let Who::Actor(at) | Who::Head(at) | Who::Side(at) = mark.it {
                intro.named.push(at);
            }
            if matches!(mark.it, Who::PairAgency | Who::PairState | Who::They) {
                intro.named.extend(reading.states_pair());
            }
            // An actor may be followed by its own verb, or begin a noun phrase that is the content itself.
            intro.start = mark.span.end;
            if reading.text(Span::new(intro.start, end)).starts_with("'s") {
                intro.start += 2;
            }
            continue;
        }
        if let Some(mark) = within(&reading.cues, here)
            .iter()
            .filter(|m| matches!(m.it, CueClass::Intro | CueClass::Softener))
            .max_by_key(|m| m.span.end)
            .filter(|m| verb.is_none_or(|verb| verb.span.end < m.span.end))
        {
            intro.start = mark.span.end;
            continue;
        }
        if let Some(mark) = within(&reading.cues, here).iter().find(|m| m.it == CueClass::Separator)
            && at - from < 6
        {
            intro.start = mark.span.end;
            continue;
        }
        break;
    }
    let here = Span::new(intro.start, (intro.start + 1).min(end));
    intro.continues =
        within(&reading.verbs, here).first().is_some_and(|verb| continues(reading, verb.span));
    intro
}

/// Whether a second verb is joined to the one that ends here ("study, negotiate and sign").
fn goes_on(reading: &Reading<'_>, end: usize, limit: usize) -> bool {
    let rest = reading.fold(Span::new(end, limit)).trim_start();
    rest.starts_with(',') || rest.starts_with("and ") || rest.starts_with("và ")
}
