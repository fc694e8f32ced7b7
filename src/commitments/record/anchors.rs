//! Details that tell two commitments of one shape apart, in a form that is the same in both languages.
//! In: a draft. Out: anchors (amount, count, deadline, place, deliverable), the promised date, and the specificity.

use std::sync::LazyLock;

use regex::Regex;

use crate::commitments::instruments::Named;
use crate::commitments::reading::dates::Dates;
use crate::commitments::reading::{Reading, within};
use crate::commitments::record::Draft;
use crate::commitments::record::numbers::{amount, counts, editions, written_number};
use crate::config::topic::actors::Who;
use crate::model::{Anchor, Kind, Language, PartialDate, Span, Stage};

#[expect(clippy::expect_used, reason = "a test runs all patterns, which are constants")]
pub(crate) fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a constant pattern")
}

static MONEY: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?:£ ?(?P<a>[\d.,]+) ?(?P<am>million|m\b|billion|bn\b|triệu|tỷ)?|(?P<b>[\d.,]+) ?(?P<bm>million|billion|triệu|tỷ)? ?(?P<unit>pounds?|bảng|usd|dollars?|đồng|dong|euros?))",
    )
});

static PERIOD: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?P<n>\d+|one|two|three|four|five|six|seven|eight|nine|ten|twelve|một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười) ?(?P<u>working days|days|weeks|months|years|ngày làm việc|ngày|tuần|tháng|năm)\b|\b(?:a|one|một) (?P<u1>year|month|quarter|năm|quý)\b|(?:every|mỗi) (?P<u2>quarter|month|year|quý|tháng|năm)",
    )
});

/// The anchors of a draft, sorted, and its promised date.
pub(crate) fn anchors(
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

/// One point each: a named text or edition; a date or period; a number or amount; a named deliverable, place or
/// group.
pub(crate) fn specificity(
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
