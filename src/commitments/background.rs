//! News or context: how a sentence frames an act (algorithms 10). In: a draft's place. Out: a weight; two or more
//! means background.

use crate::commitments::reading::dates::Dates;
use crate::commitments::reading::{Reading, within};
use crate::config::topic::triggers::CueClass;
use crate::model::{PartialDate, Span};
use crate::text::BlockKind;

/// A past act older than this many days is context.
const OLD: i64 = 30;

/// When the reported event happened: the first full date in the opening sentences that is not long past.
pub(crate) fn event_date(
    reading: &Reading<'_>,
    dates: &Dates,
    published: Option<PartialDate>,
) -> Option<PartialDate> {
    let opening = reading.units.iter().filter(|unit| unit.kind == BlockKind::Body).take(3);
    for unit in opening {
        for (_, date) in dates.inside(unit.span) {
            let recent = published.is_none_or(|published| {
                date.days_apart(published) <= 60 && date.earliest() <= published.latest()
            });
            if matches!(date, PartialDate::Day(_)) && recent {
                return Some(*date);
            }
        }
    }
    published
}

/// The weight of the signs of background in a stretch, with the signs in words.
pub(crate) fn weigh(reading: &Reading<'_>, region: Span) -> (i32, Vec<String>) {
    let backgrounds = &reading.topic.triggers.backgrounds;
    let mut score = 0;
    let mut signs: Vec<String> = Vec::new();
    for mark in within(&reading.cues, region) {
        if let CueClass::Background(at) = mark.it
            && mark.span.end <= region.end
            && backgrounds[at].weight != 0
            && !backshifted(reading, mark.span)
        {
            score += backgrounds[at].weight;
            signs.push(format!("\"{}\" ({})", reading.fold(mark.span), backgrounds[at].name));
        }
    }
    (score, signs)
}

/// "said that the flights had resumed": after a verb of speech "had" only stands for "has".
fn backshifted(reading: &Reading<'_>, cue: Span) -> bool {
    let perfect = reading.grammar().pluperfect.is(reading.fold(cue));
    let clause = reading.unit_at(cue.start).map(|unit| Span::new(unit.span.start, cue.start));
    perfect
        && clause
            .is_some_and(|clause| reading.cues_of(clause, CueClass::Reporting).next().is_some())
}

/// A stretch from its last "since" on: what dates the main clause does not date the clause under it.
pub(crate) fn own_clause(reading: &Reading<'_>, region: Span) -> Span {
    let backgrounds = &reading.topic.triggers.backgrounds;
    let since = within(&reading.cues, region).iter().rev().find(|mark| match mark.it {
        CueClass::Background(at) => backgrounds[at].name == "since" && mark.span.end <= region.end,
        _ => false,
    });
    since.map_or(region, |since| Span::new(since.span.start, region.end))
}

/// The first date in a stretch that is more than a month before the event.
pub(crate) fn old_date(
    dates: &Dates,
    region: Span,
    event: Option<PartialDate>,
) -> Option<PartialDate> {
    let event = event?;
    dates
        .inside(region)
        .map(|&(_, date)| date)
        .find(|date| date.latest() < event.earliest() && date.days_apart(event) > OLD)
}

/// Whether a cue with this name begins at the offset.
pub(crate) fn begins(reading: &Reading<'_>, at: usize, name: &str) -> bool {
    let backgrounds = &reading.topic.triggers.backgrounds;
    within(&reading.cues, Span::new(at, at + 1)).iter().any(|mark| match mark.it {
        CueClass::Background(cue) => backgrounds[cue].name == name,
        _ => false,
    })
}

/// Whether a cue with this name lies in the stretch.
pub(crate) fn has(reading: &Reading<'_>, region: Span, name: &str) -> bool {
    let backgrounds = &reading.topic.triggers.backgrounds;
    within(&reading.cues, region).iter().any(|mark| match mark.it {
        CueClass::Background(at) => backgrounds[at].name == name && mark.span.end <= region.end,
        _ => false,
    })
}
