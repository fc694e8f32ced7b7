//! Fields of a commitment that people set: applied between two articles, at the place in the order of arrival at which
//! they were set.

use super::Ledger;
use super::corrections::{FieldValue, Point};
use super::rulings::Patch;
use crate::config::topic::policy::Policy;
use crate::model::{Commitment, InstrumentRole, Kind, SetField, Stage, StageChange};

impl Ledger {
    /// Applies settings, in order.
    pub(super) fn set_fields(&mut self, patches: &[Patch], policy: &Policy) {
        for patch in patches {
            let id = match &patch.what {
                Point::Entry(id) => Some(id.clone()),
                Point::Mention(mention) => self.placed.get(mention).cloned(),
            };
            let Some(entry) = id.and_then(|id| self.standing(&id).cloned()) else { continue };
            self.set_field(entry, patch, policy);
        }
    }

    /// The entry with that id, or the one that people made it part of.
    pub fn standing(&self, id: &crate::model::CommitmentId) -> Option<&Commitment> {
        let entry = self.commitment(id)?;
        match &entry.merged_into {
            Some(host) => self.commitment(host),
            None => Some(entry),
        }
    }

    fn set_field(&mut self, mut entry: Commitment, patch: &Patch, policy: &Policy) {
        entry.set.push(SetField {
            correction: patch.by,
            field: patch.value.name().to_owned(),
            value: patch.value.in_words(),
            was: patch.value.held_by(&entry),
        });
        match &patch.value {
            FieldValue::Stage { stage, date } => {
                set_stage(&mut entry, *stage, *date);
                self.set_stage_of_text(&entry, policy);
            }
            FieldValue::Kind { kind } => entry.kind = *kind,
            FieldValue::Parties { parties } => {
                entry.parties.clone_from(parties);
                entry.parties.sort();
                entry.parties.dedup();
            }
            FieldValue::Instrument { instrument } => {
                entry.instrument_role = instrument.as_ref().map(|_| match entry.kind {
                    Kind::InstrumentConclude => InstrumentRole::Concludes,
                    Kind::InstrumentImplement => InstrumentRole::Implements,
                    _ => InstrumentRole::ContentOf,
                });
                entry.instrument.clone_from(instrument);
            }
            FieldValue::EventDate { date } => {
                if let Some(step) = entry.history.last_mut() {
                    step.event_date = *date;
                }
                entry.stage_date = *date;
            }
        }
        self.put(entry, policy);
    }

    fn set_stage_of_text(&mut self, entry: &Commitment, policy: &Policy) {
        if entry.instrument_role != Some(InstrumentRole::Concludes) {
            return;
        }
        let text = entry.instrument.as_ref().and_then(|id| self.texts.get(id));
        if let Some(mut text) = text.map(|text| text.told.clone()) {
            text.stage = entry.stage;
            text.date = if entry.stage == Stage::Signed { entry.stage_date } else { text.date };
            self.put_instrument(text, policy);
        }
    }
}

/// Sets the stage. Higher steps of the history were told wrongly, or the stage would not have to be set.
fn set_stage(entry: &mut Commitment, stage: Stage, date: Option<crate::model::PartialDate>) {
    let date = date.or(entry.stage_date);
    if stage.is_lateral() {
        entry.lateral = Some(stage);
    } else {
        entry.lateral = None;
        entry.stage = stage;
        entry.history.retain(|step| step.stage < stage || step.stage.is_lateral());
    }
    entry.stage_date = date;
    entry.unconfirmed = false;
    entry.rumoured_by = None;
    entry.history.push(StageChange { stage, event_date: date, article: None });
    entry.history.sort_by_key(|step| step.event_date.map(|date| date.latest()));
}
