//! What is promised: the stretch after a trigger, and its parts. In: a unit and the end of a trigger. Out: the
//! actions, split by kind (ontology 3.1), each from its head verb to the end of its complements.

use super::instruments::{Named, text_around, texts_in};
use super::kinds::{Reckoned, kind_of};
use super::reading::{Reading, Unit, within};
use crate::config::topic::actors::Who;
use crate::config::topic::forms::Form;
use crate::config::topic::triggers::{CueClass, TriggerClass};
use crate::model::{InstrumentType, Kind, Language, Span};

/// The start of a complement: what was passed over on the way to the action.
#[derive(Debug, Clone, Default)]
pub(super) struct Intro {
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

/// One action.
pub(super) struct Piece {
    pub span: Span,
    pub reckoned: Reckoned,
    /// A strong separator stands before it, or it is the first.
    pub opens: bool,
}

/// Passes over the small words, the addressee and embedded triggers between a trigger and the action.
pub(super) fn intro(reading: &Reading<'_>, unit: &Unit, from: usize) -> Intro {
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

/// Whether a verb says that something goes on.
pub(super) fn continues(reading: &Reading<'_>, span: Span) -> bool {
    let backgrounds = &reading.topic.triggers.backgrounds;
    within(&reading.cues, Span::new(span.start, span.start + 1)).iter().any(|mark| match mark.it {
        CueClass::Background(at) => backgrounds[at].name == "continue",
        _ => false,
    })
}

/// Where the complement that begins at `from` ends.
pub(super) fn complement_end(reading: &Reading<'_>, unit: &Unit, from: usize) -> usize {
    let rest = Span::new(from, unit.span.end);
    let mut end = unit.span.end;
    for mark in within(&reading.cues, rest) {
        let at = mark.span.start;
        if at >= end || at < from + 6 {
            continue;
        }
        if matches!(mark.it, CueClass::Stop | CueClass::Purpose) {
            let named = within(&reading.heads, Span::new(at, unit.span.end)).len();
            if mark.it == CueClass::Purpose && named > 0 && unit.language == Language::Vi {
                continue;
            }
            end = at;
        }
        if mark.it == CueClass::Speech && unit.language == Language::En {
            // ", the Home Secretary said": the tail begins at the comma before.
            let before = reading.text(Span::new(from, at));
            let cut = before.rfind([',', '"', '”']).map(|comma| from + comma);
            if let Some(cut) = cut.filter(|&cut| cut > from + 6 && at - cut < 80) {
                end = end.min(cut);
            }
        }
    }
    // A quotation that the trigger stands in ends the complement.
    let text = reading.text(rest);
    for close in [",\"", ".\"", "\",", "\".", ",”", "”,", ".”"] {
        if let Some(at) = text.find(close) {
            end = end.min(from + at);
        }
    }
    for mark in within(&reading.triggers, rest) {
        let at = mark.span.start;
        if at >= end || at < from + 4 {
            continue;
        }
        let class = reading.class(mark);
        let outer = matches!(
            class,
            TriggerClass::Joint
                | TriggerClass::Need
                | TriggerClass::Commit
                | TriggerClass::Directive
                | TriggerClass::Wish
                | TriggerClass::Willing
                | TriggerClass::Future
                | TriggerClass::Nominal
                | TriggerClass::Tentative
                | TriggerClass::Lateral
                | TriggerClass::Act
                | TriggerClass::NoPlan
                | TriggerClass::Report
                | TriggerClass::WishAfter
        );
        if !outer {
            continue;
        }
        let willing = class == TriggerClass::Willing
            && ["is ", "are ", "was ", "were ", "stand"]
                .iter()
                .any(|be| reading.fold(mark.span).starts_with(be));
        let finite = willing
            || mark.it.1 == Form::Past
            || mark.it.1 == Form::Third
            || unit.language == Language::Vi
            || !matches!(
                class,
                TriggerClass::Act
                    | TriggerClass::Lateral
                    | TriggerClass::Tentative
                    | TriggerClass::Directive
                    | TriggerClass::Willing
            );
        if let Some(start) = clause_before(reading, from, at, class, finite) {
            end = end.min(start);
        }
    }
    reading.trim(Span::new(from, end.max(from))).end
}

/// Where the clause of a later trigger begins, if it is a clause of its own.
fn clause_before(
    reading: &Reading<'_>,
    from: usize,
    at: usize,
    class: TriggerClass,
    finite: bool,
) -> Option<usize> {
    if !finite {
        return None;
    }
    let before = Span::new(from, at);
    let separator = |start: usize| {
        let text = reading.text(Span::new(from, start)).trim_end();
        let cut = text.trim_end_matches([',', ';', '.']);
        let word = ["and", "và", "đồng thời", "but", "while", "cũng như"]
            .iter()
            .find(|word| cut.ends_with(*word));
        let cut = word.map_or(cut, |word| cut[..cut.len() - word.len()].trim_end());
        let cut = cut.trim_end_matches([',', ';', ' ']);
        (cut.len() < text.len()).then_some(from + cut.len())
    };
    let acts = matches!(
        class,
        TriggerClass::Act
            | TriggerClass::Lateral
            | TriggerClass::Report
            | TriggerClass::Tentative
            | TriggerClass::Nominal
    );
    if !acts && let Some(start) = separator(at) {
        return Some(start);
    }
    // A subject right before the trigger, after a separator.
    let subject = within(&reading.who, before).iter().rfind(|mark| {
        !matches!(mark.it, Who::Place(_) | Who::Title)
            && mark.span.end <= at
            && reading.text(Span::new(mark.span.end, at)).trim().len() < 8
    })?;
    separator(subject.span.start)
}

/// The actions inside a complement.
pub(super) fn pieces(
    reading: &Reading<'_>,
    named: &[Named],
    unit: &Unit,
    span: Span,
) -> Vec<Piece> {
    let mut cuts: Vec<(usize, usize, bool)> = Vec::new();
    let mut form = verb_at(reading, span.start).map(|verb| verb.it.form);
    let text = reading.text(span);
    let mut separators: Vec<(Span, bool)> = text
        .char_indices()
        .filter(|&(_, c)| matches!(c, ',' | ';' | '\n' | '&'))
        .map(|(at, c)| (Span::new(span.start + at, span.start + at + 1), !matches!(c, ',' | '&')))
        .collect();
    separators.extend(reading.cues_of(span, CueClass::Separator).map(|cue| (cue, false)));
    separators.sort_by_key(|(span, _)| span.start);
    for (separator, strong) in separators {
        if text_around(named, separator.start).is_some_and(|text| separator.end < text.span.end) {
            continue;
        }
        if cuts.last().is_some_and(|&(_, next, _)| separator.start < next) {
            continue;
        }
        let Some(start) = action_start(reading, separator.end, span.end) else { continue };
        let Some(verb) = verb_at(reading, start) else { continue };
        let words = reading.text(Span::new(verb.span.end, span.end)).trim_start();
        let bare = words.starts_with([',', ';']) || words.is_empty() || words.starts_with("of ");
        let free =
            matches!(reading.fold(separator), "while" | "as well as" | "in addition to") || strong;
        let licensed = match (form, verb.it.form) {
            (_, Form::Plain) => true,
            (None, Form::Base | Form::Ing) => strong,
            (None, _) => strong,
            (Some(first), this) => first == this || free,
        };
        // "maintain and develop exchanges": two verbs with one object.
        let before = cuts.last().map_or(span.start, |&(_, next, _)| next);
        let before = reading.trim(Span::new(before, separator.start));
        if verb_at(reading, before.start).is_some_and(|verb| verb.span.end >= before.end) {
            continue;
        }
        // "to exchange information and share experiences": the second verb belongs to the purpose.
        let from = cuts.last().map_or(span.start, |&(_, next, _)| next);
        let inner = !strong
            && verb.it.form == Form::Base
            && matches!(reading.fold(separator), "and")
            && reading.fold(Span::new(from, separator.start)).rfind(" to ").is_some_and(|at| {
                at > 12
                    && verb_at(reading, from + at + 4)
                        .is_some_and(|verb| verb.it.form == Form::Base)
            });
        if strong && licensed {
            form = Some(verb.it.form);
        }
        if licensed && !bare && !inner {
            cuts.push((separator.start, start, strong));
        }
    }
    let mut found: Vec<(Span, bool)> = Vec::new();
    let (mut start, mut strong) = (span.start, true);
    for (end, next, hard) in cuts {
        found.push((reading.trim(Span::new(start, end)), strong));
        (start, strong) = (next, hard);
    }
    found.push((reading.trim(Span::new(start, span.end)), strong));
    join(reading, named, unit, found)
}

/// Glues parts of one kind together.
fn join(
    reading: &Reading<'_>,
    named: &[Named],
    unit: &Unit,
    parts: Vec<(Span, bool)>,
) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    for (span, strong) in parts {
        if span.is_empty() {
            continue;
        }
        let reckoned = kind_of(reading, named, span);
        if let Some(last) = pieces.last_mut()
            && !strong
        {
            let topics = reading.topics_in(span);
            let before = reading.topics_in(last.span);
            let words = reading.text(span).split_whitespace().count();
            let apart = !topics.is_empty() && !topics.iter().any(|topic| before.contains(topic));
            let general = reckoned.kind == Kind::General
                && !(apart && words >= 4 && unit.language == Language::En || apart && words >= 6);
            let same = reckoned.kind == last.reckoned.kind;
            let opening = last.reckoned.kind == Kind::General
                && before.is_empty()
                && reading.text(last.span).split_whitespace().count() <= 4;
            if same || general || opening {
                last.span.end = span.end;
                if opening && !same {
                    last.reckoned = reckoned;
                } else {
                    let whole = kind_of(reading, named, last.span);
                    if whole.kind == last.reckoned.kind {
                        last.reckoned = whole;
                    }
                }
                continue;
            }
        }
        pieces.push(Piece { span, reckoned, opens: strong });
    }
    pieces
}

/// The verb that begins at an offset.
pub(super) fn verb_at<'r>(
    reading: &'r Reading<'_>,
    at: usize,
) -> Option<&'r super::reading::Mark<crate::config::topic::triggers::Verb>> {
    within(&reading.verbs, Span::new(at, at + 1)).first()
}

/// Where an action begins after a separator: small words, an actor, and a second separator are passed over.
pub(super) fn action_start(reading: &Reading<'_>, from: usize, limit: usize) -> Option<usize> {
    let mut at = from;
    for _ in 0..6 {
        at = reading.skip_blanks(at, limit);
        let text = reading.text(Span::new(at.min(limit), limit));
        at += text
            .find(|c: char| !matches!(c, ',' | ';' | '•' | '-' | ' ' | '\n'))
            .unwrap_or(text.len());
        if at >= limit {
            return None;
        }
        if verb_at(reading, at).is_some() {
            return Some(at);
        }
        let here = Span::new(at, at + 1);
        if let Some(mark) = within(&reading.cues, here)
            .iter()
            .filter(|m| matches!(m.it, CueClass::Intro | CueClass::Separator | CueClass::Negation))
            .max_by_key(|m| m.span.end)
        {
            if mark.it == CueClass::Negation
                && verb_at(reading, reading.skip_blanks(mark.span.end, limit)).is_some()
            {
                return Some(reading.skip_blanks(mark.span.end, limit));
            }
            at = mark.span.end;
            continue;
        }
        if let Some(mark) = within(&reading.triggers, here).first()
            && reading.class(mark) == TriggerClass::Future
        {
            at = mark.span.end;
            continue;
        }
        if let Some(mark) = within(&reading.who, here).first()
            && matches!(mark.it, Who::Actor(_) | Who::Side(_) | Who::PairAgency | Who::PairState)
        {
            at = mark.span.end;
            continue;
        }
        return None;
    }
    None
}

/// The texts that a piece carries out: each is a mention of its own (ontology 3.1.3).
pub(super) fn carried_out(named: &[Named], piece: Span) -> Vec<usize> {
    texts_in(named, piece)
        .filter(|&at| named[at].kind != InstrumentType::Mechanism || named[at].generic)
        .collect()
}
