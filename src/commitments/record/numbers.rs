//! Figures in digits and words: counts, amounts, numbers of phases and courses. In: a stretch. Out: values with places.

use std::sync::LazyLock;

use regex::Regex;

use crate::commitments::reading::{Reading, within};
use crate::config::topic::actors::Who;
use crate::config::topic::triggers::CueClass;
use crate::model::{Kind, Language, Span};

#[expect(clippy::expect_used, reason = "a constant pattern, which every count uses")]
static NUMBER: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\b\d[\d.,]*\b").expect("a constant pattern"));

/// Phases, rounds, meetings and things told apart by an ordinal: "third phase", *giai đoạn 3*, "second course".
pub(crate) fn editions(reading: &Reading<'_>, span: Span) -> Vec<(Span, u32)> {
    let phases = reading.cues_of(span, CueClass::Phase);
    let things = reading.concepts_in(span).filter(|&(_, at)| {
        let concept = &reading.topic.concepts.concepts[at];
        concept.deliverable
            || matches!(concept.kind, Some(Kind::Capacity | Kind::Outreach | Kind::Mechanism))
    });
    let mut found: Vec<(Span, u32)> = phases
        .filter_map(|noun| {
            numbered_after(reading, noun, span, true)
                .or_else(|| numbered_before(reading, noun, span))
        })
        .collect();
    for (noun, _) in things {
        let number = numbered_after(reading, noun, span, false)
            .or_else(|| numbered_before(reading, noun, span))
            .or_else(|| numbered_within(reading, noun));
        found.extend(number.filter(|(place, _)| !found.iter().any(|(o, _)| o.overlaps(*place))));
    }
    found
}

/// Highest number of a phase or round; what is higher is a year or a count.
const MOST_PHASES: u32 = 40;

/// "phase 3", "phase three", *giai đoạn 3*, *lớp thứ hai*; without `bare` only after *thứ*.
fn numbered_after(
    reading: &Reading<'_>,
    noun: Span,
    limit: Span,
    bare: bool,
) -> Option<(Span, u32)> {
    let at = reading.skip_blanks(noun.end, limit.end);
    let rest = reading.fold(Span::new(at, limit.end));
    let skipped = reading
        .topic
        .triggers
        .ordinal_marks
        .iter()
        .find_map(|mark| rest.strip_prefix(mark.as_str()).filter(|rest| rest.starts_with(' ')));
    let ordinal = skipped.is_some();
    let at = at + skipped.map_or(0, |after| rest.len() - after.len() + 1);
    if !(bare || ordinal) {
        return None;
    }
    let rest = reading.fold(Span::new(at, limit.end));
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let whole = !rest[digits..].starts_with(|c: char| c.is_alphanumeric() || "/-.,%".contains(c));
    if let Ok(number) = rest[..digits].parse::<u32>() {
        let ends = whole
            || rest[digits..].starts_with([',', '.']) && {
                !rest[digits + 1..].starts_with(|c: char| c.is_ascii_digit())
            };
        return (ends && (1..=MOST_PHASES).contains(&number))
            .then_some((Span::new(noun.start, at + digits), number));
    }
    let words = within(&reading.cues, Span::new(at, at + 1)).iter();
    words
        .filter_map(|mark| match mark.it {
            CueClass::Number(number) => Some((mark.span, number)),
            CueClass::Ordinal(number) if ordinal => Some((mark.span, number)),
            _ => None,
        })
        .max_by_key(|(place, _)| place.end)
        .map(|(place, number)| (Span::new(noun.start, place.end), number))
}

/// "third phase", "3rd round": an English ordinal directly before.
fn numbered_before(reading: &Reading<'_>, noun: Span, limit: Span) -> Option<(Span, u32)> {
    if reading.language_at(noun.start) != Some(Language::En) {
        return None;
    }
    let before = reading.fold(Span::new(limit.start, noun.start));
    let word = before.strip_suffix(' ')?.rsplit(' ').next()?;
    let start = noun.start - 1 - word.len();
    let digits: String = word.chars().take_while(char::is_ascii_digit).collect();
    if let Ok(number) = digits.parse::<u32>() {
        let ordinal = reading.grammar().ordinal_endings.is(&word[digits.len()..]);
        return (ordinal && (1..=MOST_PHASES).contains(&number))
            .then_some((Span::new(start, noun.end), number));
    }
    within(&reading.cues, Span::new(start, start + 1)).iter().find_map(|mark| match mark.it {
        CueClass::Ordinal(number) if mark.span.end + 1 == noun.start => {
            Some((Span::new(start, noun.end), number))
        }
        _ => None,
    })
}

/// "second session", *phiên họp thứ hai*, where the words of the thing themselves hold the ordinal.
fn numbered_within(reading: &Reading<'_>, noun: Span) -> Option<(Span, u32)> {
    within(&reading.cues, noun).iter().find_map(|mark| {
        let before = reading.fold(Span::new(noun.start, mark.span.start.max(noun.start)));
        let last = before.trim_end().rsplit(' ').next().unwrap_or_default();
        let marked = reading.topic.triggers.ordinal_marks.iter().any(|known| known == last);
        match mark.it {
            CueClass::Ordinal(number) if marked || mark.span.start == noun.start => {
                Some((noun, number))
            }
            CueClass::Number(number) if marked => Some((noun, number)),
            _ => None,
        }
    })
}

/// Numbers in digits and in words.
pub(crate) fn counts(reading: &Reading<'_>, span: Span) -> Vec<(Span, u64)> {
    let text = reading.fold(span);
    let mut found: Vec<(Span, u64)> = NUMBER
        .find_iter(text)
        .filter_map(|m| {
            let place = Span::new(span.start + m.start(), span.start + m.end());
            let ordinal = text[m.end()..].starts_with(|c: char| c.is_alphabetic());
            let digits: String = m
                .as_str()
                .trim_end_matches(['.', ','])
                .chars()
                .filter(char::is_ascii_digit)
                .collect();
            (!ordinal).then_some(())?;
            Some((place, digits.parse().ok()?))
        })
        .collect();
    for mark in within(&reading.cues, span) {
        if let CueClass::Number(value) = mark.it {
            let pair =
                within(&reading.who, Span::new(mark.span.start.saturating_sub(4), mark.span.end))
                    .iter()
                    .any(|who| who.span.overlaps(mark.span));
            // A number word counts things only directly before a concept, and "một" or "one" is an article.
            let near = Span::new(mark.span.end, mark.span.end + 2);
            let counted = reading
                .concepts_in(Span::new(near.start, span.end))
                .next()
                .is_some_and(|(place, _)| place.start <= near.start + 14);
            let plural = || is_plural(reading, Span::new(mark.span.end, span.end));
            if !pair && value > 1 && (counted || plural()) {
                found.push((mark.span, u64::from(value)));
            }
        }
    }
    found
}

/// Whether an English plural follows that is none of the parties: "two analysts", not "two sides".
fn is_plural(reading: &Reading<'_>, rest: Span) -> bool {
    let at = reading.skip_blanks(rest.start, rest.end);
    let word = reading.fold(Span::new(at, rest.end)).split(|c: char| !c.is_alphabetic()).next();
    let counted = |who: Who| matches!(who, Who::Outsider | Who::Nobody | Who::Title);
    let here = within(&reading.who, Span::new(at, (at + 1).min(rest.end)));
    let acts = here.iter().any(|mark| !counted(mark.it));
    reading.language_at(rest.start) == Some(Language::En)
        && word.is_some_and(|word| word.len() > 3 && word.ends_with('s') && !word.ends_with("ss"))
        && !acts
}

pub(crate) fn written_number(reading: &Reading<'_>, word: &str, place: Span) -> Option<u32> {
    word.parse().ok().or_else(|| {
        within(&reading.cues, place).iter().find_map(|mark| match mark.it {
            CueClass::Number(value) if mark.span == place => Some(value),
            _ => None,
        })
    })
}

/// `1.8` times a million → `1800000`; a point groups thousands in Vietnamese, a comma in English.
pub(crate) fn amount(number: &str, factor: u64, language: Language) -> Option<u64> {
    let (group, point) = match language {
        Language::Vi => ('.', ','),
        Language::En => (',', '.'),
    };
    let clean: String = number
        .trim_end_matches(['.', ','])
        .chars()
        .filter(|c| *c != group)
        .map(|c| if c == point { '.' } else { c })
        .collect();
    let value: f64 = clean.parse().ok()?;
    Some((value * factor as f64).round() as u64)
}
