//! Kind and stage that an act reaches. In: the sort of act and its object. Out: kind, stage.

use crate::commitments::acts::object::Object;
use crate::commitments::extractor::Extractor;
use crate::commitments::reading::units::Unit;
use crate::commitments::reading::{Mark, within};
use crate::config::topic::forms::Form;
use crate::config::topic::triggers::VerbGroup;
use crate::model::{InstrumentType, Kind, Span, Stage};

pub(crate) fn kind(group: VerbGroup, object: &Object, text: Option<InstrumentType>) -> Kind {
    match (group, text) {
        (VerbGroup::Sign | VerbGroup::Initial, _) => Kind::InstrumentConclude,
        (
            VerbGroup::Ratify | VerbGroup::Effect,
            Some(InstrumentType::Law | InstrumentType::Decree),
        ) => Kind::Policy,
        (VerbGroup::Ratify | VerbGroup::Effect, Some(_)) => Kind::InstrumentConclude,
        _ => object.reckoned.kind,
    }
}

pub(crate) fn stage_of(
    x: &Extractor<'_>,
    group: VerbGroup,
    stage: Stage,
    kind: Kind,
    text: Option<InstrumentType>,
    unit: &Unit,
    mark: &Mark<(usize, Form)>,
) -> Stage {
    match (group, kind) {
        (VerbGroup::Launch, Kind::InstrumentConclude) => Stage::Signed,
        (VerbGroup::Launch, Kind::Outreach | Kind::Capacity) => Stage::Implementing,
        (VerbGroup::Launch, Kind::Protection) => Stage::Delivered,
        (VerbGroup::Launch, Kind::Policy) => Stage::InForce,
        (VerbGroup::Resume, Kind::Mechanism) => Stage::InForce,
        (VerbGroup::Resume, _) => Stage::Implementing,
        (VerbGroup::Deliver, Kind::Resource)
            if x.reading.fold(mark.span).contains("giải ngân")
                || x.reading.fold(mark.span).starts_with("disburse") =>
        {
            Stage::Implementing
        }
        (VerbGroup::Effect, _) => {
            let region = Span::new(unit.span.start, unit.span.end);
            let seen = x.source_date;
            let later = x.dates.inside(region).any(|&(place, date)| {
                place.start + 60 > mark.span.start
                    && seen.is_some_and(|seen| date.earliest() > seen.latest())
            });
            let passed = within(&x.reading.triggers, region)
                .iter()
                .any(|other| x.reading.trigger(other).group == Some(VerbGroup::Ratify));
            let visa = text.is_none();
            if later || passed && seen.is_none() || visa && seen.is_none() {
                Stage::Ratified
            } else {
                Stage::InForce
            }
        }
        _ => stage,
    }
}
