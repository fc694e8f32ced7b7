//! How far the name of a text reaches: from its first capital or article to the end of its modifiers ("on", "between",
//! *về*). In: the place of a head noun. Out: offsets.

use crate::commitments::reading::{Reading, within};
use crate::config::topic::forms::Form;
use crate::config::topic::triggers::{CueClass, TriggerClass};
use crate::model::{Language, Span};

pub(crate) fn extend_right(
    reading: &Reading<'_>,
    head_end: usize,
    limit: usize,
    language: Language,
) -> usize {
    let names = &reading.grammar().names;
    let mut end = head_end;
    let rest = reading.text(Span::new(head_end, limit));
    if language == Language::Vi && says(reading, head_end, limit) {
        return head_end;
    }
    let mut at = head_end;
    let mut first = true;
    for piece in rest.split_inclusive(' ') {
        let word = piece.trim();
        let start = at;
        at += piece.len();
        if word.is_empty() {
            continue;
        }
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        let fold = bare.to_lowercase();
        let word_span = Span::new(start, start + piece.trim_end().len());
        if first && word.starts_with('(') && word.contains(')') {
            end = word_span.end;
            continue;
        }
        if word.starts_with(['(', '"', '“', ':', '-', '–']) {
            break;
        }
        let goes_on = match language {
            Language::En if first => names.goes_on.is(&fold),
            Language::Vi if first => !names.ends_at.is(&fold),
            _ => true,
        };
        if !goes_on || stops(reading, word_span, &fold, language) {
            break;
        }
        if first
            && names.topical.is(&fold)
            && reading
                .topics_in(Span::new(word_span.end, (word_span.end + 40).min(limit)))
                .is_empty()
        {
            break;
        }
        first = false;
        if names.dangling.is(&fold) {
            continue;
        }
        end = start + piece.trim_end_matches([' ', ',', ';', '.', '"', '”', '…', ':']).len();
        let closes = word.ends_with([';', '"', '”', ':', ')', '…'])
            || word.ends_with('.') && !names.false_stop.is(&fold) && fold.len() > 2;
        let after = &reading.document.norm.fold[at..];
        let comma = word.ends_with(',') && names.after_comma.at_start(after).is_none();
        if closes || comma {
            break;
        }
    }
    end.max(head_end)
}

/// "Nghị định thư quy định phía Việt Nam trả lời …": what a text says is no part of its name; *Thông tư quy định việc tiếp
/// nhận* is a name.
fn says(reading: &Reading<'_>, head_end: usize, limit: usize) -> bool {
    let rest = reading.fold(Span::new(head_end, limit));
    let Some(word) = reading.grammar().text_says.at_start(rest) else { return false };
    let verb = head_end + (rest.len() - rest.trim_start().len()) + word.len();
    let next = reading.skip_blanks(verb, limit);
    reading.text(Span::new(verb, limit)).starts_with(':')
        || !within(&reading.who, Span::new(next, next + 1)).is_empty()
}

/// Whether a word ends the name of a text.
fn stops(reading: &Reading<'_>, word: Span, fold: &str, language: Language) -> bool {
    let here = Span::new(word.start, word.start + 1);
    if within(&reading.triggers, here).iter().any(|mark| {
        let class = reading.class(mark);
        let acts = matches!(
            class,
            TriggerClass::Act
                | TriggerClass::Future
                | TriggerClass::Lateral
                | TriggerClass::Report
                | TriggerClass::Directive
        );
        // "and agreed to …": a finite verb of promising has its own clause; *thỏa thuận* may be part of a name.
        let promises = matches!(class, TriggerClass::Joint | TriggerClass::Commit)
            && matches!(mark.it.1, Form::Past | Form::Third);
        (acts || promises)
            && !within(&reading.concepts, Span::new(mark.span.start, mark.span.start + 1))
                .iter()
                .any(|c| c.span.end > mark.span.end)
            && !reading.inside_concept(mark.span)
    }) {
        return true;
    }
    if within(&reading.cues, here).iter().any(|mark| {
        mark.span.start == word.start
            && matches!(
                mark.it,
                CueClass::Stop
                    | CueClass::Purpose
                    | CueClass::Negation
                    | CueClass::ConditionAfter
                    | CueClass::ConditionTime
                    | CueClass::Successor
            )
    }) {
        return true;
    }
    let names = &reading.grammar().names;
    if names.joins.is(fold) {
        // "and the MoU on …", "và Kế hoạch …": a new name or a new action begins.
        let next = Span::new(word.end, (word.end + 30).min(reading.document.norm.text.len()));
        let next = Span::new(
            next.start,
            reading.document.norm.text.floor_char_boundary(next.end).max(next.start),
        );
        let near = reading.skip_blanks(word.end, next.end);
        let marker = reading.grammar().infinitive.at_start(reading.fold(Span::new(near, next.end)));
        let near = reading.skip_blanks(near + marker.map_or(0, str::len), next.end);
        return within(&reading.heads, next).iter().any(|head| head.span.start <= near + 14)
            || within(&reading.verbs, Span::new(near, near + 1)).iter().any(|verb| {
                language == Language::En && verb.it.form == Form::Base
                    || language == Language::Vi && !verb.it.weak
            });
    }
    names.stops.of(language).iter().any(|stop| stop == fold)
}

/// "criminal records agreement": English names what a text is about right before its head noun.
fn concept_before(reading: &Reading<'_>, head_start: usize, limit: usize) -> usize {
    let near = reading.floor(head_start.saturating_sub(40)).max(limit);
    let concept = reading.concepts_in(Span::new(near, head_start)).last();
    let english = reading.language_at(head_start) == Some(Language::En);
    let adjacent = |place: &Span| reading.text(Span::new(place.end, head_start)) == " ";
    concept
        .map(|(place, _)| place)
        .filter(|place| english && adjacent(place))
        .map_or(head_start, |place| place.start)
}

pub(crate) fn extend_left(reading: &Reading<'_>, head_start: usize, limit: usize) -> usize {
    let head_start = concept_before(reading, head_start, limit);
    let before = reading.text(Span::new(limit, head_start));
    let grammar = reading.grammar();
    let mut start = head_start;
    for word in before.split(' ').rev().skip(1).take(7) {
        let fold = word.to_lowercase();
        let capital = word.chars().next().is_some_and(|c| c.is_uppercase() || c.is_ascii_digit());
        let fits = capital && !word.ends_with([',', '.', ';', ':', ')'])
            || grammar.names.leads.is(&fold) && !word.is_empty();
        if !fits || start < word.len() + 1 + limit {
            if fits && start == word.len() + 1 + limit {
                start = limit;
            }
            break;
        }
        start -= word.len() + 1;
        if grammar.articles.is(&fold) {
            break;
        }
    }
    if start != head_start && before.len() + limit == head_start && !before.ends_with(' ') {
        return head_start;
    }
    start.max(limit)
}
