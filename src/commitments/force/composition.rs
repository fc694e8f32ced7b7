//! Composition: the outermost illocution decides, embedded verbs only describe the target (ontology 6). In: the class
//! of a trigger, who acts, and what stands between trigger and action. Out: [`Force`].

use crate::commitments::actions::intro::Intro;
use crate::commitments::extractor::Extractor;
use crate::commitments::reading::units::Unit;
use crate::commitments::reading::within;
use crate::commitments::subjects::Resolved;
use crate::config::topic::triggers::TriggerClass;
use crate::model::{Modality, Role, Span, Stage};

/// What a trigger makes of an action.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Force {
    pub stage: Stage,
    pub modality: Modality,
    pub strength: u8,
}

impl Force {
    /// Content of a signed text.
    pub const CONTENT: Self =
        Self { stage: Stage::Signed, modality: Modality::JointCommissive, strength: 4 };
}

/// A trigger of force with its subject, as it is read.
pub(crate) struct Utterance<'u> {
    pub unit: &'u Unit,
    pub trigger: Span,
    pub class: TriggerClass,
    pub who: &'u Resolved,
    /// The clause before the trigger.
    pub region: Span,
    /// The signed text whose content the clause tells.
    pub content: Option<usize>,
}

impl Extractor<'_> {
    /// The force of an utterance in its text: a list of plans after a proposal is proposed too.
    pub(crate) fn force_in_context(
        &self,
        said: &Utterance<'_>,
        actors: &[usize],
        start: &Intro,
        soft: bool,
    ) -> Force {
        if said.class == TriggerClass::Plan
            && let Some(last) = self.drafts.last()
            && last.unit.block.abs_diff(said.unit.block) <= 2
            && last.stage == Stage::Proposed
        {
            return Force { stage: Stage::Proposed, modality: Modality::Directive, strength: 0 };
        }
        self.force_of(said.class, self.reading.both_sides(actors), start, soft)
    }

    /// Stage, modality and strength of a class of triggers (ontology 6).
    pub(crate) fn force_of(
        &self,
        class: TriggerClass,
        both: bool,
        start: &Intro,
        soft: bool,
    ) -> Force {
        let force = |stage, modality, strength| Force { stage, modality, strength };
        if self.headline && class == TriggerClass::Future {
            return force(Stage::Pledged, Modality::UnilateralCommissive, 2);
        }
        let asked = matches!(class, TriggerClass::Directive | TriggerClass::Wish);
        if start.tentative && !asked {
            return force(Stage::Considered, Modality::Tentative, 2);
        }
        match class {
            TriggerClass::Joint | TriggerClass::Plan if both => force(
                Stage::Agreed,
                Modality::JointCommissive,
                if soft || class == TriggerClass::Plan { 2 } else { 3 },
            ),
            TriggerClass::Need => force(Stage::Considered, Modality::Tentative, 1),
            TriggerClass::Tentative => force(Stage::Considered, Modality::Tentative, 1),
            TriggerClass::Directive => force(Stage::Proposed, Modality::Directive, 0),
            TriggerClass::Wish | TriggerClass::WishAfter => {
                force(Stage::Proposed, Modality::Desiderative, 0)
            }
            TriggerClass::Willing if both => force(Stage::Agreed, Modality::Willingness, 2),
            TriggerClass::Willing => force(Stage::Pledged, Modality::Willingness, 2),
            _ if both => force(Stage::Agreed, Modality::JointCommissive, 3),
            _ => force(Stage::Pledged, Modality::UnilateralCommissive, if soft { 2 } else { 3 }),
        }
    }

    /// Whether one side's yes answers the other's proposal.
    pub(crate) fn accepts(&self, unit: &Unit, span: Span, actors: &[usize]) -> bool {
        let reading = self.reading;
        let asked =
            within(&reading.triggers, Span::new(unit.span.start, span.end.min(unit.span.end)))
                .iter()
                .any(|mark| reading.class(mark) == TriggerClass::Directive);
        let words = reading.fold(Span::new(unit.span.start, span.end));
        let noun = reading.topic.triggers.request_nouns.inside(words);
        let states = reading.states(actors);
        let proposed = self.drafts.iter().rev().take(6).any(|draft| {
            draft.stage == Stage::Proposed
                && draft.unit.block.abs_diff(unit.block) <= 1
                && draft.parties.iter().any(|&(at, role)| {
                    role == Role::Proposer
                        && reading
                            .topic
                            .actors
                            .state_of(at)
                            .is_some_and(|state| !states.contains(&state))
                })
        });
        asked || noun || proposed
    }
}

pub(crate) fn class_name(class: TriggerClass) -> &'static str {
    match class {
        TriggerClass::Joint => "agreement",
        TriggerClass::Need => "agreement on a need",
        TriggerClass::Commit => "commitment",
        TriggerClass::Future => "future",
        TriggerClass::Nominal => "commitment named as a noun",
        TriggerClass::Willing => "willingness",
        TriggerClass::Directive => "request",
        TriggerClass::Wish | TriggerClass::WishAfter => "wish",
        TriggerClass::Tentative => "option",
        TriggerClass::Plan => "list of plans",
        TriggerClass::Act => "act",
        TriggerClass::Lateral => "lateral move",
        TriggerClass::NoPlan => "no plan",
        TriggerClass::Draft => "drafting",
        TriggerClass::Report => "report",
        TriggerClass::Scheduled => "schedule",
        TriggerClass::Duty => "duty",
    }
}
