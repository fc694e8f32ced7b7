//! One mention a row, its commitment's columns repeated: one file that a spreadsheet can filter and pivot.

use std::io::Write;

use super::events::standing;
use super::spreadsheet::{cell, guarded, list, writer};
use super::{Evidence, ExportError, File};
use crate::model::{Anchor, Quote};

/// A row under construction: names once, values each time, so that header and row cannot part.
type Cells = Vec<(&'static str, String)>;

/// A table of mentions, written row by row.
pub struct EvidenceTable<W: Write> {
    out: csv::Writer<W>,
    headed: bool,
    commitment: Cells,
}

impl<W: Write> EvidenceTable<W> {
    /// A table to be written to `out`. The header comes with the first row.
    pub fn begin(out: W) -> Self {
        Self { out: writer(out), headed: false, commitment: Vec::new() }
    }

    /// Takes over the commitment that the next rows belong to.
    pub fn commitment(&mut self, file: &File) {
        self.commitment = commitment_cells(file);
    }

    /// Writes a mention of the commitment given last.
    ///
    /// # Errors
    /// When the output refuses.
    pub fn evidence(&mut self, evidence: &Evidence) -> Result<(), ExportError> {
        let own: Cells =
            [article_cells(evidence), verdict_cells(evidence), mention_cells(evidence)]
                .into_iter()
                .flatten()
                .collect();
        if !self.headed {
            self.out.write_record(self.commitment.iter().chain(&own).map(|(name, _)| name))?;
            self.headed = true;
        }
        let row = self.commitment.iter().chain(&own);
        Ok(self.out.write_record(row.map(|(_, text)| guarded(text).into_owned()))?)
    }

    /// Ends the table.
    ///
    /// # Errors
    /// When the output refuses what is still held back.
    pub fn finish(mut self) -> Result<(), ExportError> {
        Ok(self.out.flush()?)
    }
}

fn commitment_cells(file: &File) -> Cells {
    let one = &file.commitment;
    vec![
        ("commitment_id", one.id.to_string()),
        ("commitment_gist", one.gist.clone()),
        ("commitment_kind", one.kind.to_string()),
        ("commitment_stage", standing(one).to_string()),
        ("commitment_stage_reached", one.stage.to_string()),
        ("commitment_stage_date", cell(one.stage_date)),
        ("commitment_polarity", one.polarity.to_string()),
        ("commitment_scope", one.scope.to_string()),
        ("commitment_parties", list(&one.parties)),
        ("commitment_beneficiaries", list(&one.beneficiaries)),
        ("commitment_instrument", cell(one.instrument.as_ref())),
        ("commitment_instrument_name", cell(file.instrument.as_ref().map(|one| &one.name))),
        ("commitment_topics", list(&one.topics)),
        ("commitment_concepts", list(&one.concepts)),
        ("commitment_anchors", anchors(&one.anchors)),
        ("commitment_first_seen", cell(one.first_seen)),
        ("commitment_last_seen", cell(one.last_seen)),
        ("commitment_due", cell(one.due)),
        ("commitment_sources", one.sources.to_string()),
        ("commitment_maybe_same_as", cell(one.maybe_same_as.as_ref())),
        ("commitment_contested", one.contested.to_string()),
        ("commitment_unconfirmed", one.unconfirmed.to_string()),
        ("commitment_merged_ids", list(&file.merged)),
        ("commitment_split_from", cell(one.split_from.as_ref())),
    ]
}

fn article_cells(evidence: &Evidence) -> Cells {
    let article = &evidence.article;
    vec![
        ("article_id", article.id.to_string()),
        ("article_title", article.title.clone()),
        ("article_url", cell(article.url.as_ref())),
        ("source", cell(article.source.as_ref())),
        ("source_name", cell(article.source_name.as_ref())),
        ("source_trust", format!("{:?}", article.trust).to_lowercase()),
        ("source_date", cell(article.published.map(|published| published.date))),
        ("arrived", article.arrived.to_string()),
        ("language", cell(article.language.map(|language| language.tag()))),
        ("text_hash", article.text_hash.clone()),
        ("story_article_id", article.story.to_string()),
    ]
}

fn verdict_cells(evidence: &Evidence) -> Cells {
    let verdict = &evidence.verdict;
    vec![
        ("verdict_id", evidence.verdict_id.to_string()),
        ("outcome", verdict.outcome.to_string()),
        ("stage_before", cell(verdict.stage_before)),
        ("stage_after", cell(verdict.stage_after)),
        ("level", verdict.level.to_string()),
        ("told", evidence.told.to_string()),
        ("lowered_by", cell(evidence.lowered_by.as_ref())),
        ("verdict_sentence", verdict.sentence.clone()),
        ("judged", evidence.judged.to_string()),
        ("rules_version", evidence.rules_version.clone()),
    ]
}

fn mention_cells(evidence: &Evidence) -> Cells {
    let one = &evidence.mention;
    let instrument = one.instrument.as_ref();
    let mut cells = vec![
        ("mention_id", evidence.mention_id.to_string()),
        ("fingerprint", evidence.fingerprint.clone()),
        ("ordinal", one.ordinal.to_string()),
        ("kind", one.kind.to_string()),
        ("stage", one.stage.to_string()),
        ("modality", one.modality.to_string()),
        ("strength", one.strength.to_string()),
        ("specificity", one.specificity.to_string()),
        ("confidence", one.confidence.to_string()),
        ("framing", one.framing.to_string()),
        ("polarity", one.polarity.to_string()),
        ("assertion", one.assertion.to_string()),
        ("scope", one.scope.to_string()),
        ("parties", list(one.parties.iter().map(|party| format!("{} {}", party.id, party.role)))),
        ("speaker", cell(one.speaker.as_ref())),
        ("attribution", list(&one.attribution)),
        ("instrument", cell(instrument.and_then(|one| one.id.as_ref()))),
        ("instrument_text", cell(instrument.map(|one| &one.text))),
        ("instrument_date", cell(instrument.and_then(|one| one.date))),
        ("instrument_edition", cell(instrument.and_then(|one| one.edition))),
        ("topics", list(&one.topics)),
        ("concepts", list(&one.concepts)),
        ("anchors", anchors(&one.anchors)),
        ("event_date", cell(one.event_date)),
        ("due", cell(one.due)),
        ("condition", cell(one.condition.as_ref())),
        ("list_group", cell(one.list_group)),
        ("headline_only", one.headline_only.to_string()),
        ("duplicate", one.duplicate.to_string()),
        ("gist", one.gist.clone()),
    ];
    let spans = [
        (["quote", "quote_start", "quote_end"], Some(&one.quote)),
        (["action", "action_start", "action_end"], Some(&one.action)),
        (["trigger", "trigger_start", "trigger_end"], one.trigger.as_ref()),
    ];
    for (names, quote) in spans {
        cells.extend(names.into_iter().zip(quote_cells(quote)));
    }
    cells
}

fn quote_cells(quote: Option<&Quote>) -> [String; 3] {
    [
        cell(quote.map(|quote| &quote.text)),
        cell(quote.map(|quote| quote.span.start)),
        cell(quote.map(|quote| quote.span.end)),
    ]
}

fn anchors(anchors: &[Anchor]) -> String {
    list(anchors.iter().map(|anchor| format!("{} {}", anchor.kind, anchor.value)))
}
