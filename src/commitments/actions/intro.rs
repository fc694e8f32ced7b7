//! The way from a trigger to its action: small words, the addressee, embedded triggers and negations that are passed
//! over. In: a unit and the end of a trigger. Out: [`Intro`].

use crate::commitments::actions::{continues, verb_at};
use crate::commitments::reading::units::Unit;
use crate::commitments::reading::{Reading, within};
use crate::config::topic::actors::Who;
use crate::config::topic::triggers::{CueClass, TriggerClass};
use crate::model::{Language, Span};

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
    /// It is what somebody has asked for ("chấp thuận yêu cầu của Anh về việc …").
    pub requested: bool,
}

/// Small words passed over at most.
const MOST_STEPS: usize = 14;

/// Passes over the small words, the addressee and embedded triggers between a trigger and the action.
pub(crate) fn intro(reading: &Reading<'_>, unit: &Unit, from: usize) -> Intro {
    let end = unit.span.end;
    let mut intro = Intro { start: from, ..Intro::default() };
    for _ in 0..MOST_STEPS {
        intro.start = first_letter(reading, intro.start, end);
        let next = embedded_trigger(reading, &mut intro, from)
            .or_else(|| option(reading, &mut intro, end))
            .or_else(|| negation(reading, &mut intro))
            .or_else(|| request(reading, unit, &mut intro))
            .or_else(|| actor(reading, &mut intro, end))
            .or_else(|| small_word(reading, intro.start))
            .or_else(|| separator(reading, intro.start, from));
        match next {
            Some(next) => intro.start = next,
            None => break,
        }
    }
    let here = Span::new(intro.start, (intro.start + 1).min(end));
    intro.continues =
        within(&reading.verbs, here).first().is_some_and(|verb| continues(reading, verb.span));
    intro
}

/// The offset moved over blanks and list marks.
fn first_letter(reading: &Reading<'_>, from: usize, end: usize) -> usize {
    let at = reading.skip_blanks(from, end);
    let text = reading.text(Span::new(at, end));
    at + text.find(|c: char| !matches!(c, ':' | ' ' | '•' | '-' | '"' | '“')).unwrap_or(0)
}

/// A second trigger here: *sẽ*, "consider", "commits to". Gives its end.
fn embedded_trigger(reading: &Reading<'_>, intro: &mut Intro, from: usize) -> Option<usize> {
    let here = Span::new(intro.start, intro.start + 1);
    let mark = within(&reading.triggers, here).first()?;
    let verb = within(&reading.verbs, here).first();
    if verb.is_some_and(|verb| verb.span.end > mark.span.end) {
        return None;
    }
    let class = reading.class(mark);
    match class {
        TriggerClass::Future => {}
        TriggerClass::Tentative => intro.tentative = true,
        TriggerClass::Commit | TriggerClass::Willing | TriggerClass::Joint
            if intro.class.is_none() && intro.start - from < 12 =>
        {
            intro.class = Some(class);
        }
        _ => return None,
    }
    Some(mark.span.end)
}

/// "study", *nghiên cứu*: what follows is only an option.
fn option(reading: &Reading<'_>, intro: &mut Intro, end: usize) -> Option<usize> {
    let here = Span::new(intro.start, intro.start + 1);
    let mark = within(&reading.cues, here).iter().find(|m| m.it == CueClass::Option)?;
    if intro.tentative || goes_on(reading, mark.span.end, end) {
        return None;
    }
    intro.tentative = true;
    Some(mark.span.end)
}

/// "not to": the content is negated.
fn negation(reading: &Reading<'_>, intro: &mut Intro) -> Option<usize> {
    let cues = within(&reading.cues, Span::new(intro.start, intro.start + 1));
    let mark = cues.iter().find(|m| m.it == CueClass::Negation)?;
    if cues.iter().any(|m| m.it == CueClass::PseudoNegation) {
        return None;
    }
    intro.refrain = true;
    Some(mark.span.end)
}

/// Farthest that the content of a request stands from its noun, in bytes: who asked is named between.
const REQUEST: usize = 72;

/// "yêu cầu của Anh về việc đưa …": the noun of a request and who made it, before its content.
fn request(reading: &Reading<'_>, unit: &Unit, intro: &mut Intro) -> Option<usize> {
    if unit.language != Language::Vi || intro.requested {
        return None;
    }
    let grammar = reading.grammar();
    let rest = reading.fold(Span::new(intro.start, unit.span.end));
    let noun = grammar.requests.at_start(rest)?;
    let from = intro.start + noun.len();
    let near = Span::new(from, reading.floor((from + REQUEST).min(unit.span.end)));
    let words = reading.fold(near);
    let owned = grammar.reasons.at_start(words).is_some()
        || reading.cues_of(near, CueClass::Of).next().is_some_and(|of| of.start <= from + 2);
    // The asker is named, or the content follows at once.
    let (at, length) = grammar.request_about.places(words).min()?;
    let between = Span::new(from, from + at);
    let near_by = reading.text(between).trim().is_empty()
        || owned && !within(&reading.who, between).is_empty();
    let clean = !reading.text(between).contains([',', ';', '.']);
    (near_by && clean).then(|| {
        intro.requested = true;
        from + at + length
    })
}

/// An actor may be followed by its own verb, or begin a noun phrase that is the content itself.
fn actor(reading: &Reading<'_>, intro: &mut Intro, end: usize) -> Option<usize> {
    let mark = within(&reading.who, Span::new(intro.start, intro.start + 1)).first()?;
    match mark.it {
        Who::Place(_) => return None,
        Who::Actor(at) | Who::Head(at) | Who::Side(at) => intro.named.push(at),
        Who::PairAgency | Who::PairState | Who::They => intro.named.extend(reading.states_pair()),
        _ => {}
    }
    let possessive = reading.text(Span::new(mark.span.end, end)).starts_with("'s");
    Some(mark.span.end + if possessive { 2 } else { 0 })
}

/// "that", "in principle", *việc*: the longest small word here, unless it is a verb.
fn small_word(reading: &Reading<'_>, at: usize) -> Option<usize> {
    let here = Span::new(at, at + 1);
    let verb = within(&reading.verbs, here).first();
    within(&reading.cues, here)
        .iter()
        .filter(|m| matches!(m.it, CueClass::Intro | CueClass::Softener))
        .max_by_key(|m| m.span.end)
        .filter(|m| verb.is_none_or(|verb| verb.span.end < m.span.end))
        .map(|m| m.span.end)
}

/// "and" right after the trigger.
fn separator(reading: &Reading<'_>, at: usize, from: usize) -> Option<usize> {
    let cues = within(&reading.cues, Span::new(at, at + 1));
    let mark = cues.iter().find(|m| m.it == CueClass::Separator)?;
    (at - from < 6).then_some(mark.span.end)
}

/// Whether a second verb is joined to the one that ends here ("study, negotiate and sign").
fn goes_on(reading: &Reading<'_>, end: usize, limit: usize) -> bool {
    let rest = reading.fold(Span::new(end, limit)).trim_start();
    rest.starts_with(',') || reading.grammar().conjunctions.at_start(rest).is_some()
}

/// Longest head of a list that is named before a colon ("a package of smaller steps:"), in bytes.
const LIST_HEAD: usize = 90;

/// *nhận trả lương cho …*, *cam kết tiếp tục triển khai …*: a Vietnamese trigger that ends with the verb of the action, or in
/// the middle of it.
pub(crate) fn from_own_verb(
    reading: &Reading<'_>,
    unit: &Unit,
    trigger: Span,
    intro: Intro,
) -> Intro {
    let verb =
        within(&reading.verbs, Span::new(trigger.start + 1, trigger.end)).iter().find(|verb| {
            let last = verb.span.end == trigger.end && !verb.it.open && !verb.it.weak;
            last || verb.span.end > trigger.end && intro.start < verb.span.end
        });
    match verb {
        Some(verb) if unit.language == Language::Vi && !intro.refrain => {
            Intro { start: verb.span.start, ..intro }
        }
        _ => intro,
    }
}

/// "agreed on a package of measures: a; b; c": the actions are what follows the colon.
pub(crate) fn past_colon(reading: &Reading<'_>, unit: &Unit, intro: Intro, end: usize) -> Intro {
    let text = reading.text(Span::new(intro.start, end.max(intro.start)));
    let Some(at) = text.find(": ").filter(|&at| at < LIST_HEAD) else { return intro };
    let start = reading.skip_blanks(intro.start + at + 1, end);
    let opens = match unit.language {
        Language::En => text[at..].contains(';'),
        // "chốt tại cuộc họp: mở một khóa …"
        Language::Vi => {
            verb_at(reading, intro.start).is_none()
                && (verb_at(reading, start).is_some() || text[at..].contains(';'))
        }
    };
    if opens { Intro { start, ..intro } } else { intro }
}
