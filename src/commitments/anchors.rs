//! Details that tell two commitments of one shape apart, in a form that is the same in both languages.
//! In: a draft. Out: anchors (amount, count, deadline, place, deliverable), the promised date, and the specificity.

use std::sync::LazyLock;

use regex::Regex;

use super::dates::Dates;
use super::draft::Draft;
use super::instruments::Named;
use super::reading::{Reading, within};
use crate::config::topic::actors::Who;
use crate::config::topic::triggers::CueClass;
use crate::model::{Anchor, Kind, Language, PartialDate, Span, Stage};

#[expect(clippy::expect_used, reason = "a test runs all patterns, which are constants")]
fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a constant pattern")
}

static MONEY: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?:£ ?(?P<a>[\d.,]+) ?(?P<am>million|m\b|billion|bn\b|triệu|tỷ)?|(?P<b>[\d.,]+) ?(?P<bm>million|billion|triệu|tỷ)? ?(?P<unit>pounds?|bảng|usd|dollars?|đồng|dong|euros?))",
    )
});
static NUMBER: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b\d[\d.,]*\b"));
static PERIOD: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?P<n>\d+|one|two|three|four|five|six|seven|eight|nine|ten|twelve|một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười) ?(?P<u>working days|days|weeks|months|years|ngày làm việc|ngày|tuần|tháng|năm)\b|\b(?:a|one|một) (?P<u1>year|month|quarter|năm|quý)\b|(?:every|mỗi) (?P<u2>quarter|month|year|quý|tháng|năm)",
    )
});

/// The anchors of a draft, sorted, and its promised date.
pub(super) fn anchors(
    reading: &Reading<'_>,
    dates: &Dates,
    draft: &Draft,
    event: Option<PartialDate>,
) -> (Vec<Anchor>, Option<PartialDate>) {
    let mut found: Vec<Anchor> = Vec::new();
    let mut add = |kind: &str, value: String| found.push(Anchor { kind: kind.to_owned(), value });
    let text = reading.fold(draft.action);
    let vietnamese = draft.unit.language == Language::Vi;
    let mut taken: Vec<Span> = Vec::new();
    let place = |m: regex::Match<'_>| {
        Span::new(draft.action.start + m.start(), draft.action.start + m.end())
    };
    for hit in MONEY.captures_iter(text) {
        let Some(whole) = hit.get(0) else { continue };
        let number = hit.name("a").or(hit.name("b")).map_or("", |m| m.as_str());
        let scale = hit.name("am").or(hit.name("bm")).map_or("", |m| m.as_str());
        let unit = match hit.name("unit").map_or("pounds", |m| m.as_str()) {
            "pound" | "pounds" | "bảng" => "GBP",
            "usd" | "dollar" | "dollars" => "USD",
            "euro" | "euros" => "EUR",
            _ => "VND",
        };
        if let Some(value) = amount(number, scale, vietnamese) {
            add("amount", format!("{unit} {value}"));
            taken.push(place(whole));
        }
    }
    for (span, date) in dates.inside(draft.action) {
        taken.push(*span);
        let date = dates.ahead(*span, *date, event);
        if future(date, event) {
            add("deadline", date.to_string());
        }
    }
    for hit in PERIOD.captures_iter(text) {
        let Some(whole) = hit.get(0) else { continue };
        let span = place(whole);
        if taken.iter().any(|other| other.overlaps(span)) {
            continue;
        }
        let unit =
            ["u", "u1", "u2"].iter().find_map(|name| hit.name(name)).map_or("", |m| m.as_str());
        let unit = match unit {
            "working days" | "ngày làm việc" => "working day",
            "days" | "ngày" => "day",
            "weeks" | "tuần" => "week",
            "months" | "month" | "tháng" => "month",
            "quarter" | "quý" => "quarter",
            _ => "year",
        };
        let count =
            hit.name("n").map_or(Some(1), |m| written_number(reading, m.as_str(), place(m)));
        if let Some(count) = count {
            let every = if hit.name("u2").is_some() { "every " } else { "" };
            add("period", format!("{every}{count} {unit}"));
            taken.push(span);
        }
    }
    for (span, number) in editions(reading, draft.action) {
        if !taken.iter().any(|other| other.overlaps(span)) {
            add("edition", format!("#{number}"));
            taken.push(span);
        }
    }
    for (span, count) in counts(reading, draft.action) {
        if taken.iter().any(|other| other.overlaps(span)) {
            continue;
        }
        let near = Span::new(span.end, (span.end + 40).min(draft.action.end));
        let near = Span::new(
            near.start,
            reading.document.norm.text.floor_char_boundary(near.end).max(near.start),
        );
        let what = reading.concepts_in(near).next();
        match what {
            Some((_, at)) => {
                add("count", format!("{count} C:{}", reading.topic.concepts.concepts[at].id))
            }
            None => add("count", count.to_string()),
        }
    }
    for mark in within(&reading.who, draft.action) {
        if let Who::Place(at) = mark.it {
            add("place", reading.topic.actors.places[at].clone());
        }
    }
    for (_, at) in reading.concepts_in(draft.action) {
        let concept = &reading.topic.concepts.concepts[at];
        if concept.deliverable {
            add("deliverable", format!("C:{}", concept.id));
        }
    }
    found.sort();
    found.dedup();
    let due = dates
        .inside(draft.action)
        .map(|&(span, date)| dates.ahead(span, date, event))
        .find(|date| future(*date, event));
    (found, due)
}

fn future(date: PartialDate, event: Option<PartialDate>) -> bool {
    event.is_none_or(|event| date.latest() >= event.earliest())
}

/// Phases, rounds and things told apart by an ordinal: "third phase", *giai đoạn 3*, "second course".
fn editions(reading: &Reading<'_>, span: Span) -> Vec<(Span, u32)> {
    let phases = reading.cues_of(span, CueClass::Phase);
    let things = reading.concepts_in(span).filter(|&(_, at)| {
        let concept = &reading.topic.concepts.concepts[at];
        concept.deliverable || matches!(concept.kind, Some(Kind::Capacity | Kind::Outreach))
    });
    let mut found: Vec<(Span, u32)> = phases
        .filter_map(|noun| {
            numbered_after(reading, noun, span, true)
                .or_else(|| numbered_before(reading, noun, span))
        })
        .collect();
    for (noun, _) in things {
        let number = numbered_after(reading, noun, span, false)
            .or_else(|| numbered_before(reading, noun, span));
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
        let ordinal = matches!(&word[digits.len()..], "st" | "nd" | "rd" | "th");
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

/// Numbers in digits and in words.
fn counts(reading: &Reading<'_>, span: Span) -> Vec<(Span, u64)> {
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
            if !pair && counted && value > 1 {
                found.push((mark.span, u64::from(value)));
            }
        }
    }
    found
}

fn written_number(reading: &Reading<'_>, word: &str, place: Span) -> Option<u32> {
    word.parse().ok().or_else(|| {
        within(&reading.cues, place).iter().find_map(|mark| match mark.it {
            CueClass::Number(value) if mark.span == place => Some(value),
            _ => None,
        })
    })
}

/// `1.8` million → `1800000`; a point groups thousands in Vietnamese, a comma in English.
fn amount(number: &str, scale: &str, vietnamese: bool) -> Option<u64> {
    let (group, point) = if vietnamese { ('.', ',') } else { (',', '.') };
    let clean: String = number
        .trim_end_matches(['.', ','])
        .chars()
        .filter(|c| *c != group)
        .map(|c| if c == point { '.' } else { c })
        .collect();
    let value: f64 = clean.parse().ok()?;
    let factor = match scale {
        "million" | "m" | "triệu" => 1e6,
        "billion" | "bn" | "tỷ" => 1e9,
        _ => 1.0,
    };
    Some((value * factor).round() as u64)
}

/// One point each: a named text or edition; a date or period; a number or amount; a named deliverable, place or
/// group.
pub(super) fn specificity(
    reading: &Reading<'_>,
    draft: &Draft,
    anchors: &[Anchor],
    due: Option<PartialDate>,
    named: Option<&Named>,
    concepts: &[String],
) -> u8 {
    let has = |kinds: &[&str]| anchors.iter().any(|anchor| kinds.contains(&anchor.kind.as_str()));
    let text = named
        .is_some_and(|named| !named.generic && (named.id.is_some() || !named.topics.is_empty()));
    let dated = due.is_some()
        || has(&["deadline", "period"])
        || named.is_some_and(|named| named.date.is_some());
    let numbered = has(&["amount", "count"]);
    let group = reading
        .topic
        .concepts
        .concepts
        .iter()
        .any(|concept| concept.group && concepts.contains(&concept.id));
    // A text that is asked for is itself the thing that would be there.
    let asked_for = draft.kind == Kind::InstrumentConclude && draft.stage <= Stage::Proposed;
    let deliverable = has(&["deliverable", "place"]) || group || asked_for && text;
    u8::from(text) + u8::from(dated) + u8::from(numbered) + u8::from(deliverable)
}
