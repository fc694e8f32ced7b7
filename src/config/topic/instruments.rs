//! The register of known texts and recurring mechanisms.
//!
//! In: the text of `instruments.toml` (its own comments say what each key means). Out: [`KnownInstrument`]s, with
//! every edition of a mechanism as an instrument of its own, or all faults at once, each with its place.

use std::collections::BTreeMap;
use std::ops::Range;
use std::str::FromStr;

use jiff::civil::Date;
use serde::Deserialize;
use toml::Spanned;

use crate::config::problem::Problem;
use crate::model::{
    Instrument, InstrumentId, InstrumentType, Language, PartialDate, Stage, StageChange,
};

/// The register that the program ships.
pub const SHIPPED: &str =
    include_str!("../../../config/topics/vietnam-uk-migration/instruments.toml");

/// A text or an edition of a mechanism that is known before the first article is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownInstrument {
    /// The instrument as it stands today.
    pub instrument: Instrument,
    /// The stages it went through, oldest first; never empty, and the last one is `instrument.stage`.
    pub history: Vec<StageChange>,
    /// Names used by the press. An edition has the names of its mechanism, without the ordinal.
    pub names: Vec<(Language, String)>,
    /// Key of the mechanism (`MEC:vn-uk-migration-dialogue`) that this is an edition of.
    pub series: Option<String>,
}

impl KnownInstrument {
    /// The instrument as a reader could have known it on the eve of `day`; `None` when it was not known yet.
    pub fn as_of(&self, day: Date) -> Option<KnownInstrument> {
        let before = |date: Option<PartialDate>| date.is_none_or(|date| date.latest() < day);
        if !before(self.instrument.first_seen) {
            return None;
        }
        let history: Vec<StageChange> =
            self.history.iter().filter(|step| before(step.event_date)).cloned().collect();
        // A text first heard of before its first dated stage is known as it was first heard of.
        let history = if history.is_empty() { self.history[..1].to_vec() } else { history };
        let mut known = self.clone();
        if let Some(last) = history.last() {
            known.instrument.stage = last.stage;
            if history.len() < self.history.len() {
                known.instrument.date = last.event_date;
            }
        }
        known.history = history;
        Some(known)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRegister {
    #[serde(default)]
    instrument: Vec<RawInstrument>,
    #[serde(default)]
    mechanism: Vec<RawMechanism>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawInstrument {
    id: Spanned<String>,
    name: String,
    r#type: InstrumentType,
    topics: Spanned<Vec<String>>,
    parties: Spanned<Vec<String>>,
    date: Option<Spanned<String>>,
    first_seen: Option<Spanned<String>>,
    history: Spanned<Vec<RawStep>>,
    supersedes: Option<Spanned<String>>,
    #[serde(default)]
    en: Vec<String>,
    #[serde(default)]
    vi: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawStep {
    stage: Stage,
    date: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawMechanism {
    id: Spanned<String>,
    name: String,
    topics: Spanned<Vec<String>>,
    parties: Spanned<Vec<String>>,
    #[serde(default)]
    en: Vec<String>,
    #[serde(default)]
    vi: Vec<String>,
    edition: Spanned<Vec<RawEdition>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawEdition {
    number: Spanned<u32>,
    date: Option<Spanned<String>>,
    first_seen: Option<Spanned<String>>,
    history: Spanned<Vec<RawStep>>,
}

/// Reads the register: the content `text` of `file`.
///
/// # Errors
/// All problems found, in file order.
pub fn read(file: &str, text: &str) -> Result<Vec<KnownInstrument>, Vec<Problem>> {
    let raw: RawRegister = toml::from_str(text).map_err(|error| {
        vec![Problem::at(file, text, error.span().unwrap_or(0..0), error.message())]
    })?;
    let mut reader = Reader::default();
    for instrument in raw.instrument {
        reader.instrument(instrument);
    }
    for mechanism in raw.mechanism {
        reader.mechanism(mechanism);
    }
    reader.finish().map_err(|faults| {
        let problem =
            |(range, message, help): Fault| Problem::at(file, text, range, message).help(help);
        faults.into_iter().map(problem).collect()
    })
}

/// Where, what is wrong, and what to do.
type Fault = (Range<usize>, String, &'static str);

/// Collects instruments and faults side by side.
#[derive(Default)]
struct Reader {
    known: Vec<KnownInstrument>,
    places: BTreeMap<String, Range<usize>>,
    supersedes: Vec<Spanned<String>>,
    faults: Vec<Fault>,
}

impl Reader {
    fn fault(&mut self, span: Range<usize>, message: impl Into<String>, help: &'static str) {
        self.faults.push((span, message.into(), help));
    }

    fn date(&mut self, raw: Option<&Spanned<String>>) -> Option<PartialDate> {
        let raw = raw?;
        PartialDate::from_str(raw.get_ref())
            .map_err(|error| {
                self.fault(raw.span(), error.to_string(), "correct the day, or leave it out");
            })
            .ok()
    }

    fn filled(&mut self, what: &str, list: Spanned<Vec<String>>) -> Vec<String> {
        if list.get_ref().is_empty() {
            self.fault(
                list.span(),
                format!("at least one of the {what} must be named"),
                "name those of the text",
            );
        }
        list.into_inner()
    }

    fn history(&mut self, raw: &Spanned<Vec<RawStep>>) -> Vec<StageChange> {
        if raw.get_ref().is_empty() {
            self.fault(
                raw.span(),
                "the history must name at least the present stage",
                "write [{ stage = \"signed\", date = \"2024-04-17\" }]",
            );
        }
        let mut steps: Vec<StageChange> = Vec::new();
        for step in raw.get_ref() {
            let event_date = self.date(step.date.as_ref());
            let latest = steps.iter().filter_map(|step| step.event_date).next_back();
            if let (Some(latest), Some(date), Some(place)) = (latest, event_date, &step.date)
                && date.latest() < latest.earliest()
            {
                self.fault(
                    place.span(),
                    format!("{date} is before the step above ({latest})"),
                    "write the oldest step first",
                );
            }
            steps.push(StageChange { stage: step.stage, event_date, article: None });
        }
        steps
    }

    fn push(&mut self, place: Range<usize>, known: KnownInstrument) {
        let id = known.instrument.id.to_string();
        if self.places.insert(id.clone(), place.clone()).is_some() {
            self.fault(
                place,
                format!("\"{id}\" is in the register twice"),
                "keep one, or give the other an id of its own",
            );
        } else if !known.history.is_empty() {
            self.known.push(known);
        }
    }

    fn instrument(&mut self, raw: RawInstrument) {
        let place = raw.id.span();
        let id = raw.id.into_inner();
        if !id.starts_with("INS:") || id.starts_with("INS:*") || id.len() == "INS:".len() {
            self.fault(
                place.clone(),
                format!("the id of a text is INS: and a name of its own, not \"{id}\""),
                "write for example INS:border-agreement-2024",
            );
        }
        let history = self.history(&raw.history);
        let supersedes = raw.supersedes.as_ref().map(|id| InstrumentId::new(id.get_ref()));
        self.supersedes.extend(raw.supersedes);
        let instrument = Instrument {
            id: InstrumentId::new(id),
            name: raw.name,
            kind: raw.r#type,
            topics: self.filled("topics", raw.topics),
            parties: self.filled("parties", raw.parties),
            date: self.date(raw.date.as_ref()),
            edition: None,
            stage: history.last().map_or(Stage::Considered, |step| step.stage),
            first_seen: self.date(raw.first_seen.as_ref()),
            supersedes,
        };
        let names = names(&raw.en, &raw.vi);
        self.push(place, KnownInstrument { instrument, history, names, series: None });
    }

    fn mechanism(&mut self, raw: RawMechanism) {
        let series = raw.id.get_ref().clone();
        if !series.starts_with("MEC:") || series.contains('#') || series.len() == "MEC:".len() {
            self.fault(
                raw.id.span(),
                format!("the id of a mechanism is MEC: and a name without #, not \"{series}\""),
                "write for example MEC:migration-dialogue",
            );
        }
        if raw.edition.get_ref().is_empty() {
            self.fault(
                raw.edition.span(),
                "a mechanism has at least one edition",
                "add a [[mechanism.edition]] with its number",
            );
        }
        let topics = self.filled("topics", raw.topics);
        let parties = self.filled("parties", raw.parties);
        let names = names(&raw.en, &raw.vi);
        for edition in raw.edition.into_inner() {
            let number = *edition.number.get_ref();
            let history = self.history(&edition.history);
            let instrument = Instrument {
                id: InstrumentId::new(format!("{series}#{number}")),
                name: format!("{} ({number})", raw.name),
                kind: InstrumentType::Mechanism,
                topics: topics.clone(),
                parties: parties.clone(),
                date: self.date(edition.date.as_ref()),
                edition: Some(number),
                stage: history.last().map_or(Stage::Considered, |step| step.stage),
                first_seen: self.date(edition.first_seen.as_ref()),
                supersedes: None,
            };
            let (names, series) = (names.clone(), Some(series.clone()));
            self.push(
                edition.number.span(),
                KnownInstrument { instrument, history, names, series },
            );
        }
    }

    fn finish(mut self) -> Result<Vec<KnownInstrument>, Vec<Fault>> {
        for id in std::mem::take(&mut self.supersedes) {
            if !self.places.contains_key(id.get_ref()) {
                let message = format!("\"{}\" is not in the register", id.get_ref());
                self.fault(
                    id.span(),
                    message,
                    "add the text that it replaces, or leave the key out",
                );
            }
        }
        if self.faults.is_empty() {
            return Ok(self.known);
        }
        self.faults.sort_by_key(|(span, ..)| span.start);
        Err(self.faults)
    }
}

fn names(en: &[String], vi: &[String]) -> Vec<(Language, String)> {
    let tagged = |language, names: &[String]| {
        names.iter().map(|name| (language, name.clone())).collect::<Vec<_>>()
    };
    [tagged(Language::En, en), tagged(Language::Vi, vi)].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn shipped(id: &str) -> KnownInstrument {
        let known = read("instruments.toml", SHIPPED).unwrap();
        known.into_iter().find(|known| known.instrument.id.as_str() == id).unwrap()
    }

    #[test]
    fn the_shipped_register_is_sound_and_named_in_both_languages() {
        let known = read("instruments.toml", SHIPPED).unwrap();
        assert!(known.len() >= 18);
        for one in &known {
            for language in [Language::En, Language::Vi] {
                let named = one.names.iter().any(|(of, _)| *of == language);
                assert!(named, "{} has no name in {language:?}", one.instrument.id);
            }
        }
    }

    #[test]
    fn a_text_is_known_only_after_it_was_first_seen_and_at_the_stage_it_had_then() {
        let plan = shipped("INS:joint-action-plan-trafficking");
        assert_eq!(plan.as_of(day("2024-04-17")), None);
        let then = plan.as_of(day("2024-05-01")).unwrap().instrument;
        assert_eq!((then.stage, then.date), (Stage::Agreed, "2024-04-17".parse().ok()));
        let now = plan.as_of(day("2025-04-02")).unwrap().instrument;
        assert_eq!((now.stage, now.date), (Stage::Signed, "2025-03-31".parse().ok()));
    }

    #[test]
    fn each_edition_of_a_mechanism_is_an_instrument() {
        let second = shipped("MEC:vn-uk-migration-dialogue#2");
        assert_eq!(second.instrument.edition, Some(2));
        assert_eq!(second.series.as_deref(), Some("MEC:vn-uk-migration-dialogue"));
    }

    #[test]
    fn all_faults_are_reported_with_their_place() {
        let text = r#"
[[instrument]]
id = "mou"
name = "n"
type = "mou"
topics = []
parties = ["VN"]
date = "2018-13"
history = [{ stage = "signed", date = "2018-02" }, { stage = "in_force", date = "2017" }]
supersedes = "INS:nowhere"
"#;
        let problems = read("r.toml", text).unwrap_err();
        let lines: Vec<usize> = problems.iter().map(|problem| problem.line).collect();
        assert_eq!(lines, [3, 6, 8, 9, 10], "{problems:?}");
        let wrong = read("r.toml", "[[instrument]]\nid = \"INS:a\"\nstages = 3\n").unwrap_err();
        assert!(wrong[0].message.contains("stages"), "{wrong:?}");
    }
}
