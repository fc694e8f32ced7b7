//! Mentions as CAMEO or PLOVER events, one row each, or one row for each pair of actors.

use std::io::Write;

use super::spreadsheet::{cell, guarded, list, writer};
use super::{Actors, Coding, Evidence, ExportError, actors};
use crate::model::{Assertion, Commitment, Framing, Mention, PartialDate, Stage};

/// The coding scheme of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventSystem {
    /// Codes of four digits at most.
    Cameo,
    /// Event, mode and context.
    Plover,
}

/// Columns before the actors; the codes of the scheme follow.
const HEAD: [&str; 5] = ["event_id", "date", "date_of", "published", "late_days"];
const CAMEO: [&str; 2] = ["cameo", "cameo_name"];
const PLOVER: [&str; 4] = ["event", "mode", "context", "cameo"];
const ACTORS: [&str; 5] = ["source", "source_country", "target", "target_country", "reciprocal"];
/// What neither scheme can say.
const OWN: [&str; 26] = [
    "historical",
    "future",
    "hypothetical",
    "negation",
    "refrain",
    "outcome",
    "told",
    "commitment_id",
    "commitment_stage",
    "kind",
    "stage",
    "modality",
    "strength",
    "specificity",
    "confidence",
    "framing",
    "assertion",
    "scope",
    "headline_only",
    "instrument",
    "topics",
    "quote",
    "article_title",
    "article_url",
    "outlet",
    "text_hash",
];

/// A table of events, written row by row.
pub struct EventTable<W: Write> {
    out: csv::Writer<W>,
    coding: Coding,
    system: EventSystem,
    dyadic: bool,
}

impl<W: Write> EventTable<W> {
    /// Begins a table and writes its header. `dyadic` gives a row for each pair of actors instead of lists.
    ///
    /// # Errors
    /// When `out` refuses.
    pub fn begin(
        out: W,
        coding: Coding,
        system: EventSystem,
        dyadic: bool,
    ) -> Result<Self, ExportError> {
        let mut out = writer(out);
        let codes: &[&str] = match system {
            EventSystem::Cameo => &CAMEO,
            EventSystem::Plover => &PLOVER,
        };
        out.write_record(HEAD.iter().chain(codes).chain(&ACTORS).chain(&OWN))?;
        Ok(Self { out, coding, system, dyadic })
    }

    /// Writes a mention, with the commitment that it belongs to.
    ///
    /// # Errors
    /// When the output refuses.
    pub fn write(
        &mut self,
        evidence: &Evidence,
        commitment: Option<&Commitment>,
    ) -> Result<(), ExportError> {
        let mention = &evidence.mention;
        let actors = actors(&mention.parties, &self.coding);
        let head = head(evidence);
        let codes = self.codes(mention, actors.one_way);
        let own = own(evidence, commitment);
        for who in self.who(&actors) {
            let row = head.iter().chain(&codes).chain(&who).chain(&own);
            self.out.write_record(row.map(|text| guarded(text).into_owned()))?;
        }
        Ok(())
    }

    /// Ends the table.
    ///
    /// # Errors
    /// When the output refuses what is still held back.
    pub fn finish(mut self) -> Result<(), ExportError> {
        Ok(self.out.flush()?)
    }

    fn codes(&self, mention: &Mention, one_way: bool) -> Vec<String> {
        let code = self.coding.cameo(mention, one_way);
        match self.system {
            EventSystem::Cameo => vec![code.to_owned(), self.coding.name(code).to_owned()],
            EventSystem::Plover => {
                let event = self.coding.plover(code, mention.kind, mention.stage, &mention.topics);
                let (event, mode, context) = event.map_or_else(Default::default, |event| {
                    (event.event, cell(event.mode), list(event.context))
                });
                vec![event, mode, context, code.to_owned()]
            }
        }
    }

    /// The actor cells of each row.
    fn who(&self, actors: &Actors) -> Vec<[String; 5]> {
        let row = |sources: &[String], targets: &[String]| {
            [
                list(sources),
                list(self.countries(sources)),
                list(targets),
                list(self.countries(targets)),
                actors.reciprocal.to_string(),
            ]
        };
        if !self.dyadic {
            return vec![row(&actors.sources, &actors.targets)];
        }
        let pairs = actors.pairs(&self.coding);
        pairs
            .into_iter()
            .map(|(from, to)| row(&named(from), &to.map_or_else(Vec::new, named)))
            .collect()
    }

    fn countries<'a>(&'a self, actors: &'a [String]) -> Vec<&'a str> {
        let mut countries: Vec<&str> =
            actors.iter().map(|actor| self.coding.country(actor)).collect();
        countries.sort_unstable();
        countries.dedup();
        countries
    }
}

/// A list of one actor, or of none where the name is empty.
fn named(actor: String) -> Vec<String> {
    if actor.is_empty() { Vec::new() } else { vec![actor] }
}

/// Which event, and when: the date of the act, else of the publication, else of the arrival.
fn head(evidence: &Evidence) -> Vec<String> {
    let published = evidence.article.published.map(|published| published.date);
    let (date, basis) = match (evidence.mention.event_date, published) {
        (Some(date), _) => (date.to_string(), "event"),
        (None, Some(date)) => (date.to_string(), "publication"),
        (None, None) => (evidence.article.arrived.strftime("%Y-%m-%d").to_string(), "arrival"),
    };
    let late = evidence.mention.event_date.zip(published).map(|(act, told)| act.days_apart(told));
    vec![format!("m{}", evidence.mention_id), date, basis.to_owned(), cell(published), cell(late)]
}

fn own(evidence: &Evidence, commitment: Option<&Commitment>) -> Vec<String> {
    let mention = &evidence.mention;
    let published = evidence.article.published.map(|published| published.date);
    let instrument = mention.instrument.as_ref();
    vec![
        (mention.framing == Framing::Background).to_string(),
        is_future(mention, published).to_string(),
        (mention.assertion == Assertion::Hypothetical).to_string(),
        matches!(mention.assertion, Assertion::Negated | Assertion::Denied).to_string(),
        (mention.polarity == crate::model::Polarity::Refrain).to_string(),
        evidence.verdict.outcome.to_string(),
        evidence.told.to_string(),
        cell(commitment.map(|commitment| &commitment.id)),
        cell(commitment.map(standing)),
        mention.kind.to_string(),
        mention.stage.to_string(),
        mention.modality.to_string(),
        mention.strength.to_string(),
        mention.specificity.to_string(),
        mention.confidence.to_string(),
        mention.framing.to_string(),
        mention.assertion.to_string(),
        mention.scope.to_string(),
        mention.headline_only.to_string(),
        instrument
            .map(|one| one.id.as_ref().map_or_else(|| one.text.clone(), ToString::to_string))
            .unwrap_or_default(),
        list(&mention.topics),
        mention.quote.text.clone(),
        evidence.article.title.clone(),
        cell(evidence.article.url.as_ref()),
        cell(evidence.article.source.as_ref()),
        evidence.article.text_hash.clone(),
    ]
}

/// The stage or, where there is one, the lateral state.
pub(super) fn standing(commitment: &Commitment) -> Stage {
    commitment.lateral.unwrap_or(commitment.stage)
}

/// Whether the act itself was still to come when the article was published.
fn is_future(mention: &Mention, published: Option<PartialDate>) -> bool {
    let later =
        mention.event_date.zip(published).is_some_and(|(act, told)| act.earliest() > told.latest());
    later || mention.assertion == Assertion::Forecast
}
