//! From kind, stage and topics to CAMEO codes and PLOVER events (`config/export/*.toml`).
//!
//! The tables are read whole and refused when a stage has no code for a kind, has two, or has one without a name.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::config::Problem;
use crate::model::{Assertion, Kind, Mention, Stage};

const CAMEO: (&str, &str) = ("cameo.toml", include_str!("../../config/export/cameo.toml"));
const PLOVER: (&str, &str) = ("plover.toml", include_str!("../../config/export/plover.toml"));

/// The tables cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the export tables are incomplete: {0}")]
pub struct CodingFault(pub Problem);

/// A PLOVER event without its actors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PloverEvent {
    /// Event class, such as `AGREE`.
    pub event: String,
    /// Mode within the class.
    pub mode: Option<String>,
    /// Contexts, sorted.
    pub context: Vec<String>,
}

/// Both tables, checked.
#[derive(Debug, Clone)]
pub struct Coding {
    cells: HashMap<(Stage, Kind), String>,
    cameo: CameoFile,
    plover: PloverFile,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct CameoFile {
    kinds: Vec<Kind>,
    row: Vec<Row>,
    by_topic: Vec<ByTopic>,
    one_way: Vec<OneWay>,
    denied: Denied,
    names: BTreeMap<String, String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    stages: Vec<Stage>,
    codes: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct ByTopic {
    stage: Stage,
    kind: Kind,
    topic: String,
    code: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct OneWay {
    stages: Vec<Stage>,
    kinds: Vec<Kind>,
    code: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Denied {
    code: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct PloverFile {
    event: BTreeMap<String, String>,
    mode: Vec<Mode>,
    context: BTreeMap<String, Vec<String>>,
    country: BTreeMap<String, String>,
    sides: Sides,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Mode {
    events: Vec<String>,
    stages: Option<Vec<Stage>>,
    kinds: Option<Vec<Kind>>,
    mode: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sides {
    none: Vec<String>,
}

impl Coding {
    /// The tables that the program ships.
    ///
    /// # Errors
    /// The first gap, overlap or unnamed code.
    pub fn shipped() -> Result<Self, CodingFault> {
        Self::read(CAMEO, PLOVER)
    }

    /// Reads both tables, each given as its file's name and text.
    ///
    /// # Errors
    /// The first gap, overlap or unnamed code.
    pub fn read(cameo: (&str, &str), plover: (&str, &str)) -> Result<Self, CodingFault> {
        let table: CameoFile = parse(cameo)?;
        let events: PloverFile = parse(plover)?;
        let cells = cells(&table).map_err(|fault| CodingFault(Problem::of_file(cameo.0, fault)))?;
        let coding = Self { cells, cameo: table, plover: events };
        coding.check_codes().map_err(|(file, fault)| {
            CodingFault(Problem::of_file(if file { plover.0 } else { cameo.0 }, fault))
        })?;
        Ok(coding)
    }

    /// Every code used has a name, and PLOVER has an answer for it.
    fn check_codes(&self) -> Result<(), (bool, String)> {
        let cameo = &self.cameo;
        let used: BTreeSet<&str> = self
            .cells
            .values()
            .chain(cameo.by_topic.iter().map(|row| &row.code))
            .chain(cameo.one_way.iter().map(|row| &row.code))
            .chain([&cameo.denied.code])
            .map(String::as_str)
            .collect();
        for code in used {
            if !cameo.names.contains_key(code) {
                return Err((false, format!("the code {code} has no name")));
            }
            if self.event_class(code).is_none() {
                return Err((true, format!("the code {code} belongs to no event")));
            }
        }
        Ok(())
    }

    /// The CAMEO code of a mention. `one_way` says that one side acts for the other.
    pub fn cameo(&self, mention: &Mention, one_way: bool) -> &str {
        if mention.assertion == Assertion::Denied {
            return &self.cameo.denied.code;
        }
        self.code(mention.kind, mention.stage, &mention.topics, one_way)
    }

    /// The code of a kind at a stage with these topics.
    pub fn code(&self, kind: Kind, stage: Stage, topics: &[String], one_way: bool) -> &str {
        let by_topic = self
            .cameo
            .by_topic
            .iter()
            .find(|row| row.stage == stage && row.kind == kind && topics.contains(&row.topic));
        let help = self
            .cameo
            .one_way
            .iter()
            .find(|row| one_way && row.stages.contains(&stage) && row.kinds.contains(&kind));
        match (by_topic, help) {
            (Some(row), _) => &row.code,
            (None, Some(row)) => &row.code,
            // Every cell is there: `read` refuses a table with a gap.
            (None, None) => self.cells.get(&(stage, kind)).map_or("", String::as_str),
        }
    }

    /// The name of a code in the CAMEO manual.
    pub fn name(&self, code: &str) -> &str {
        self.cameo.names.get(code).map_or("", String::as_str)
    }

    /// The PLOVER event of a CAMEO code; `None` where PLOVER has dropped it.
    pub fn plover(
        &self,
        code: &str,
        kind: Kind,
        stage: Stage,
        topics: &[String],
    ) -> Option<PloverEvent> {
        let event = self.event_class(code).filter(|event| !event.is_empty())?;
        let mode = self.plover.mode.iter().find(|row| {
            row.events.iter().any(|one| one == event)
                && row.stages.as_ref().is_none_or(|stages| stages.contains(&stage))
                && row.kinds.as_ref().is_none_or(|kinds| kinds.contains(&kind))
        });
        let context: BTreeSet<&String> =
            topics.iter().filter_map(|topic| self.plover.context.get(topic)).flatten().collect();
        Some(PloverEvent {
            event: event.to_owned(),
            mode: mode.map(|row| row.mode.clone()),
            context: context.into_iter().cloned().collect(),
        })
    }

    /// The event of the longest listed beginning of a code; empty where PLOVER has none.
    fn event_class(&self, code: &str) -> Option<&str> {
        let listed = self.plover.event.iter().filter(|(beginning, _)| code.starts_with(*beginning));
        listed.max_by_key(|(beginning, _)| beginning.len()).map(|(_, event)| event.as_str())
    }

    /// The country of an actor id: ISO 3166-1 alpha-3 where it is known, else the id's own first part.
    pub fn country<'a>(&'a self, actor: &'a str) -> &'a str {
        let state = actor.split('.').next().unwrap_or(actor);
        self.plover.country.get(state).map_or(state, String::as_str)
    }

    /// The side that an actor stands on: its state, or itself where its first part is no side.
    pub fn side<'a>(&self, actor: &'a str) -> &'a str {
        let first = actor.split('.').next().unwrap_or(actor);
        if self.plover.sides.none.iter().any(|none| none == first) { actor } else { first }
    }
}

fn parse<T: DeserializeOwned>((file, text): (&str, &str)) -> Result<T, CodingFault> {
    toml::from_str(text).map_err(|error| {
        let at = error.span().unwrap_or(0..0);
        CodingFault(Problem::at(file, text, at, error.message().to_owned()))
    })
}

fn cells(file: &CameoFile) -> Result<HashMap<(Stage, Kind), String>, String> {
    let mut cells = HashMap::new();
    for row in &file.row {
        for stage in &row.stages {
            if row.codes.len() != file.kinds.len() {
                return Err(format!("{stage} has not one code for each kind"));
            }
            for (kind, code) in file.kinds.iter().zip(&row.codes) {
                if cells.insert((*stage, *kind), code.clone()).is_some() {
                    return Err(format!("{stage} of {kind} has two codes"));
                }
            }
        }
    }
    for stage in Stage::ALL {
        for kind in Kind::ALL {
            if !cells.contains_key(&(stage, *kind)) {
                return Err(format!("{stage} of {kind} has no code"));
            }
        }
    }
    Ok(cells)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn topics(ids: &[&str]) -> Vec<String> {
        ids.iter().map(|id| (*id).to_owned()).collect()
    }

    #[test]
    fn every_stage_of_every_kind_has_a_named_code_and_an_answer_in_plover() {
        let coding = Coding::shipped().unwrap();
        for stage in Stage::ALL {
            for kind in Kind::ALL {
                let code = coding.code(*kind, stage, &[], false);
                assert!(!coding.name(code).is_empty(), "{stage} of {kind}: {code}");
                let event = coding.plover(code, *kind, stage, &[]);
                assert_eq!(event.is_none(), stage == Stage::Considered, "{stage} of {kind}");
            }
        }
    }

    #[test]
    fn the_corners_of_the_table_are_as_the_ontology_has_them() {
        let coding = Coding::shipped().unwrap();
        let code = |kind, stage, topic: &[&str]| {
            coding.code(kind, stage, &topics(topic), false).to_owned()
        };
        assert_eq!(code(Kind::InstrumentConclude, Stage::Proposed, &["info_sharing"]), "0214");
        assert_eq!(code(Kind::InstrumentConclude, Stage::Proposed, &["extradition_mla"]), "0213");
        assert_eq!(code(Kind::InstrumentConclude, Stage::Proposed, &["returns"]), "022");
        assert_eq!(code(Kind::InstrumentConclude, Stage::Agreed, &[]), "036");
        assert_eq!(code(Kind::Policy, Stage::Pledged, &[]), "0342");
        assert_eq!(code(Kind::Protection, Stage::Refused, &[]), "1233");
        assert_eq!(code(Kind::Resource, Stage::Withdrawn, &[]), "1621");
        assert_eq!(code(Kind::Mechanism, Stage::Suspended, &[]), "164");
        assert_eq!(code(Kind::General, Stage::Signed, &[]), "057");
        assert_eq!(code(Kind::Outreach, Stage::Delivered, &[]), "060");
        assert_eq!(coding.code(Kind::Capacity, Stage::Delivered, &[], true), "070");
    }

    #[test]
    fn plover_has_modes_for_requests_refusals_and_what_ends() {
        let coding = Coding::shipped().unwrap();
        let read = |kind, stage| {
            let code = coding.code(kind, stage, &[], false).to_owned();
            let event = coding.plover(
                &code,
                kind,
                stage,
                &topics(&["cyber_hightech_crime", "returns", "weather"]),
            );
            let event = event.unwrap();
            assert_eq!(event.context, ["crime", "cyber", "migration"]);
            (event.event, event.mode.unwrap_or_default())
        };
        let is = |event: &str, mode: &str| (event.to_owned(), mode.to_owned());
        assert_eq!(read(Kind::Policy, Stage::Proposed), is("REQUEST", "change"));
        assert_eq!(read(Kind::Mechanism, Stage::Refused), is("REJECT", "meet"));
        assert_eq!(read(Kind::Operation, Stage::Proposed), is("REQUEST", "assist"));
        assert_eq!(read(Kind::Resource, Stage::Withdrawn), is("SANCTION", "withdraw"));
        assert_eq!(read(Kind::General, Stage::Expired), is("SANCTION", "discontinue"));
        assert_eq!(read(Kind::Resource, Stage::Delivered), is("AID", ""));
        assert_eq!(read(Kind::Mechanism, Stage::Delivered), is("CONSULT", ""));
    }

    #[test]
    fn a_table_with_a_gap_an_overlap_or_an_unnamed_code_is_refused() {
        let refused = |from: &str, to: &str| {
            let text = CAMEO.1.replacen(from, to, 1);
            assert_ne!(text, CAMEO.1, "{from}");
            Coding::read(("cameo.toml", &text), PLOVER).unwrap_err().to_string()
        };
        assert!(refused("\"refused\"", "\"expired\"").contains("expired of general has two codes"));
        assert!(refused("\"withdrawn\", \"expired\"", "\"withdrawn\"").contains("has no code"));
        assert!(refused("[\"120\", ", "[").contains("refused has not one code for each kind"));
        assert!(refused("\"120\"", "\"999\"").contains("999 has no name"));
        assert!(refused("\"refused\"", "\"refusd\"").contains("cameo.toml:"));
        let plover = PLOVER.1.replacen("07 = \"AID\"", "", 1);
        let fault = Coding::read(CAMEO, ("plover.toml", &plover)).unwrap_err().to_string();
        assert!(fault.contains("plover.toml") && fault.contains("belongs to no event"), "{fault}");
    }
}
