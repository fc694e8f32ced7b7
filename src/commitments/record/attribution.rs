//! On whose word a mention rests: the chain of sources of its sentence, the outermost first ("A said that B had
//! agreed"), and how much less it is worth when a side speaks for the other (algorithms 9.2). In: a draft. Out: names
//! as written, and a weight.

use crate::commitments::extractor::Extractor;
use crate::commitments::reading::within;
use crate::commitments::record::Draft;
use crate::commitments::subjects::Subject;
use crate::commitments::subjects::speakers::Floor;
use crate::config::topic::actors::Who;
use crate::config::topic::triggers::CueClass;
use crate::model::{Role, Span};

/// What a report about another side's act is worth against a report about one's own.
const OF_THE_OTHER: f64 = 0.8;

/// The sources of a mention.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Sources {
    /// Names or words as written, the outermost first.
    pub chain: Vec<String>,
    /// 1, or less when nobody of the acting side says so.
    pub weight: Option<f64>,
    /// Actors of the last source.
    pub speaks: Vec<usize>,
}

/// One source: who is meant, and the words.
struct Source {
    subject: Subject,
    words: String,
}

/// The sources of a draft.
pub(crate) fn sources(x: &Extractor<'_>, draft: &Draft) -> Sources {
    // The trigger may hold the verb of report: *cho biết sẽ*.
    let trigger = draft.trigger.map_or(draft.action.start, |trigger| trigger.end);
    let until = trigger.min(draft.action.start);
    let mut found = speakers_before(x, draft, until);
    if found.is_empty() {
        found.extend(speaker_after(x, draft));
    }
    let mut chain = according_to(x, draft);
    chain.append(&mut found);
    let weight = chain.last().filter(|last| foreign(x, draft, last)).map(|_| OF_THE_OTHER);
    let speaks = match chain.last().map(|last| &last.subject) {
        Some(Subject::Actors(actors)) => actors.clone(),
        _ => Vec::new(),
    };
    let mut words: Vec<String> = chain.into_iter().map(|source| source.words).collect();
    words.dedup();
    Sources { chain: words, weight, speaks }
}

/// Subjects of the verbs of report before the trigger: "the minister said that …".
fn speakers_before(x: &Extractor<'_>, draft: &Draft, until: usize) -> Vec<Source> {
    let reading = x.reading;
    let unit = &draft.unit;
    let mut from = unit.span.start;
    let mut found = Vec::new();
    for cue in reading.cues_of(Span::new(from, until), CueClass::Reporting) {
        if cue.end > until || reading.inside_name(cue) {
            continue;
        }
        if let Some(who) = reading.named(Span::new(from, cue.start), unit, &Floor::default())
            && let Some(place) = who.span
        {
            found.push(Source { subject: who.subject, words: reading.text(place).to_owned() });
        }
        from = cue.end;
    }
    found
}

/// "…, the Home Secretary said", "said Ms Reed", after the action.
fn speaker_after(x: &Extractor<'_>, draft: &Draft) -> Option<Source> {
    let reading = x.reading;
    let unit = &draft.unit;
    let rest = Span::new(draft.action.end, unit.span.end);
    let cue = reading.cues_of(rest, CueClass::Reporting).next()?;
    let before = Span::new(rest.start, cue.start);
    let after = Span::new(cue.end, (cue.end + 60).min(rest.end));
    // Another clause in between has its own sources.
    if within(&reading.triggers, before).iter().any(|mark| mark.span.start > rest.start + 2)
        || before.len() > 80
    {
        return None;
    }
    let marks =
        within(&reading.who, before).iter().rev().chain(within(&reading.who, after).first());
    let (subject, place) = marks
        .filter_map(|mark| Some((reading.stands_for(mark, unit, &Floor::default())?, mark.span)))
        .next()?;
    Some(Source { subject, words: reading.text(place).to_owned() })
}

/// "according to the ministry", *theo báo chí*
fn according_to(x: &Extractor<'_>, draft: &Draft) -> Vec<Source> {
    let reading = x.reading;
    let unit = draft.unit.span;
    let mut found: Vec<Source> = reading
        .cues_of(unit, CueClass::Source)
        .filter_map(|cue| {
            let after = Span::new(cue.end, (cue.end + 40).min(unit.end));
            let mark = within(&reading.who, after).first()?;
            let between = reading.fold(Span::new(cue.end, mark.span.start));
            let direct = reading.without_article(between).is_empty();
            let subject = reading.stands_for(mark, &draft.unit, &Floor::default());
            let subject = subject.filter(|_| direct && !matches!(mark.it, Who::PairState))?;
            Some(Source { subject, words: reading.text(mark.span).to_owned() })
        })
        .collect();
    found.extend(
        reading
            .cues_of(unit, CueClass::ThirdSource)
            .map(|cue| Source { subject: Subject::Outsider, words: reading.text(cue).to_owned() }),
    );
    found
}

/// Whether nobody of the acting side is the source.
fn foreign(x: &Extractor<'_>, draft: &Draft, source: &Source) -> bool {
    let reading = x.reading;
    let acting: Vec<usize> = draft
        .parties
        .iter()
        .filter(|&&(_, role)| !matches!(role, Role::Addressee | Role::Counterparty))
        .map(|&(at, _)| at)
        .collect();
    let acting = reading.states(&acting);
    match &source.subject {
        Subject::Outsider => true,
        Subject::Actors(actors) => {
            let says = reading.states(actors);
            !acting.is_empty() && !says.is_empty() && !says.iter().any(|at| acting.contains(at))
        }
        _ => false,
    }
}
