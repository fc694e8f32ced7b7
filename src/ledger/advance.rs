//! What a mention does to the entry it is about: move it, halt it, take it up again, or nothing.

use super::anchors;
use super::identity::Subject;
use crate::config::topic::policy::{Change, Policy};
use crate::model::{
    Anchor, Commitment, Framing, InstrumentRole, Kind, Language, Modality, Outcome, Stage,
};

use super::shape::contains_word;

/// The effect of a mention on an entry.
#[derive(Debug, Clone, PartialEq)]
pub struct Effect {
    /// What it means.
    pub outcome: Outcome,
    /// How the entry changed beyond that.
    pub change: Option<Change>,
    /// The stage or lateral state that the entry takes; `None` leaves it.
    pub stage: Option<Stage>,
    /// The comparison of stages in words.
    pub why: String,
}

impl Effect {
    fn none(outcome: Outcome, why: String) -> Self {
        Self { outcome, change: None, stage: None, why }
    }

    fn moves(outcome: Outcome, stage: Stage, why: String) -> Self {
        Self { outcome, change: None, stage: Some(stage), why }
    }
}

/// Weighs an asserted mention against the entry. The result is `Background` when the fact is older than what the
/// ledger holds.
pub fn weigh(entry: &Commitment, subject: &Subject<'_>, policy: &Policy) -> Effect {
    let stage = reached(entry, subject, policy);
    if stage.is_lateral() {
        return halt(entry, subject, stage, policy);
    }
    match entry.lateral {
        Some(state) => take_up(entry, state, subject, stage, policy),
        None => rise(entry, subject, stage, policy),
    }
}

/// The stage that the mention tells of the entry. So many every quarter are never done with one figure.
fn reached(entry: &Commitment, subject: &Subject<'_>, policy: &Policy) -> Stage {
    let stage = policy.on_path(entry.kind, subject.stage);
    let recurs = entry.anchors.iter().any(Anchor::is_frequency);
    if recurs && stage == Stage::Delivered { Stage::Implementing } else { stage }
}

fn halt(entry: &Commitment, subject: &Subject<'_>, stage: Stage, policy: &Policy) -> Effect {
    let why = |verb: &str| format!("{verb} {stage}, was {}", current(entry));
    if entry.lateral == Some(stage) {
        return Effect::none(Outcome::Restated, why("still"));
    }
    let later = match (entry.stage_date, subject.event_date) {
        (Some(then), Some(now)) => now.earliest() > then.latest(),
        _ => false,
    };
    if entry.lateral.is_some_and(|state| state > stage && !later) {
        // Two words for one halt: the graver one stands.
        return Effect::none(Outcome::Restated, why("told as"));
    }
    let ended = matches!(entry.lateral, Some(Stage::Terminated | Stage::Expired));
    if ended || is_older(entry, subject, policy) {
        return Effect::none(Outcome::Background, why("older than what is known:"));
    }
    Effect::moves(Outcome::Regressed, stage, why("now"))
}

fn take_up(
    entry: &Commitment,
    state: Stage,
    subject: &Subject<'_>,
    stage: Stage,
    policy: &Policy,
) -> Effect {
    let mention = subject.mention;
    let stays = |why: &str| Effect::none(Outcome::Restated, format!("{why}; still {state}"));
    // What is resumed is known, and by whom: less has to be read than for a new step.
    let resumed = has_resume_cue(subject, policy);
    let evidence = &policy.evidence;
    let least = if resumed { evidence.push_confidence } else { evidence.advance_confidence };
    if mention.headline_only || mention.confidence < least {
        return stays("too weak to end a halt");
    }
    if is_older(entry, subject, policy) || !is_after_halt(entry, subject) {
        return stays("told of an earlier time");
    }
    let promised = (Stage::Pledged..=Stage::Agreed).contains(&stage) && mention.strength >= 3;
    let resumes = stage >= Stage::Signed || (promised && resumed);
    let change = match state {
        Stage::Suspended if resumes => Change::Resumed,
        Stage::Refused | Stage::Withdrawn if stage >= Stage::Proposed => Change::Reopened,
        Stage::Suspended => return stays("readiness to resume is not resumption"),
        _ => return stays("ended for good"),
    };
    let reached = stage.max(entry.stage);
    Effect {
        outcome: Outcome::Advanced,
        change: Some(change),
        stage: Some(reached),
        why: format!("{} after being {state}: {stage}", change.as_str()),
    }
}

/// Whether the act is dated after the halt that it would end: what was said on the day of a refusal
/// was said before it, or the same article would reopen what it reports as refused whenever it is read again.
fn is_after_halt(entry: &Commitment, subject: &Subject<'_>) -> bool {
    match (entry.stage_date, subject.event_date) {
        (Some(halted), Some(event)) => event.latest() > halted.earliest(),
        _ => true,
    }
}

fn rise(entry: &Commitment, subject: &Subject<'_>, stage: Stage, policy: &Policy) -> Effect {
    let compared = format!("{stage} ({}) vs {} ({})", rank(stage), entry.stage, rank(entry.stage));
    if stage <= entry.stage {
        let detail = detail(entry, subject, policy);
        let Some(anchor) = detail.filter(|_| stage == entry.stage) else {
            return Effect::none(Outcome::Restated, format!("{compared}: not higher"));
        };
        return Effect {
            outcome: Outcome::Advanced,
            change: Some(Change::Detail),
            stage: None,
            why: format!("{compared}; first {}: {}", anchor.kind, anchor.value),
        };
    }
    if let Some(against) = hindrance(entry, subject, stage, policy) {
        return Effect::none(Outcome::Restated, format!("{compared}, but {against}"));
    }
    if is_older(entry, subject, policy) {
        return Effect::none(Outcome::Background, format!("{compared}, but of an earlier time"));
    }
    Effect::moves(Outcome::Advanced, stage, compared)
}

/// Why a higher stage is not believed.
fn hindrance(
    entry: &Commitment,
    subject: &Subject<'_>,
    stage: Stage,
    policy: &Policy,
) -> Option<&'static str> {
    let mention = subject.mention;
    if mention.headline_only {
        return Some("only a headline says so");
    }
    if mention.confidence < policy.evidence.advance_confidence {
        return Some("the reading is not sure enough");
    }
    if mention.framing == Framing::Reaffirm && mention.anchors.is_empty() {
        return Some("the text calls it a continuation");
    }
    let performed = matches!(mention.modality, Modality::Performative | Modality::Report);
    if entry.kind == Kind::InstrumentConclude && stage >= Stage::Signed && !performed {
        return Some("nothing says that it was done");
    }
    let boilerplate = policy.is_boilerplate(entry.kind, &entry.topics);
    let promised = Stage::Pledged..=Stage::Agreed;
    if boilerplate && promised.contains(&stage) && promised.contains(&entry.stage) {
        return Some("pledged and agreed are one for such promises");
    }
    None
}

/// Whether the act is older than what the ledger holds, beyond what outlets disagree on.
pub fn is_older(entry: &Commitment, subject: &Subject<'_>, policy: &Policy) -> bool {
    match (subject.event_date, entry.stage_date) {
        (Some(event), Some(known)) => {
            event.latest() < known.earliest()
                && event.days_apart(known) > policy.time.late_tolerance_days
        }
        _ => false,
    }
}

/// The first figure or date for an entry that had none.
fn detail<'a>(entry: &Commitment, subject: &Subject<'a>, policy: &Policy) -> Option<&'a Anchor> {
    let mention = subject.mention;
    let by_text = matches!(
        entry.instrument_role,
        Some(InstrumentRole::Concludes | InstrumentRole::Implements)
    );
    let tells = mention.framing == Framing::News
        && mention.strength >= 3
        && !mention.headline_only
        && !by_text
        && !policy.is_boilerplate(entry.kind, &entry.topics);
    let fresh = anchors::fresh(&mention.anchors, &entry.anchors);
    fresh
        .into_iter()
        .find(|anchor| policy.evidence.detail_anchors.contains(&anchor.kind))
        .filter(|anchor| tells && !entry.anchors.iter().any(|known| known.kind == anchor.kind))
}

/// Whether the wording takes up what was halted.
pub fn has_resume_cue(subject: &Subject<'_>, policy: &Policy) -> bool {
    let mention = subject.mention;
    let trigger = mention.trigger.as_ref().map_or("", |trigger| trigger.text.as_str());
    let text = format!("{trigger} {}", mention.action.text).to_lowercase();
    let english = || {
        let mut words = text.split(|c: char| !c.is_alphabetic());
        words.any(|word| policy.cues.resume_en.iter().any(|cue| word.starts_with(cue.as_str())))
    };
    let vietnamese = || policy.cues.resume_vi.iter().any(|cue| contains_word(&text, cue));
    match subject.language {
        Some(Language::En) => english(),
        Some(Language::Vi) => vietnamese(),
        None => english() || vietnamese(),
    }
}

/// The lateral state, or else the stage.
pub fn current(entry: &Commitment) -> Stage {
    entry.lateral.unwrap_or(entry.stage)
}

fn rank(stage: Stage) -> String {
    stage.rank().map_or("side".to_owned(), |rank| rank.to_string())
}
