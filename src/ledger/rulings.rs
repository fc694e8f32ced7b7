//! What the log of corrections asks of the judge: who belongs together, who does not, what is set aside, and which
//! fields are other than read. Made from the whole log at once, so that the order of corrections matters only where
//! two speak of the same mention.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::corrections::{Bucket, Correction, FieldValue, Operation, Point, in_force};
use super::parties::official;
use crate::config::topic::policy::Policy;
use crate::model::{
    ArticleId, CorrectionId, Dismissal, Fingerprint, InstrumentId, InstrumentMention,
    InstrumentRole, InstrumentType, Kind, Mention, Modality, Party, Role, Span, Stage,
};

/// Fingerprints of corrections as the present reading has them: only those that have changed are listed, and `None` is
/// one that no mention answers to any more.
pub type Bindings = HashMap<Fingerprint, Option<Fingerprint>>;

/// A field of a commitment that was set from some article on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Patch {
    /// The correction that says so.
    pub by: CorrectionId,
    /// The last article that was judged before.
    pub after: ArticleId,
    /// What founded the commitment.
    pub what: Point,
    /// Field and value.
    pub value: FieldValue,
}

/// The corrections in force, ready for the judge.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rulings {
    /// Points that are one commitment, by each of them.
    together: HashMap<Point, BTreeSet<Point>>,
    /// Points that are not one commitment, both ways.
    apart: HashMap<Point, BTreeSet<Point>>,
    /// Mentions that are commitments of their own, whatever they resemble a little.
    own: HashSet<Fingerprint>,
    /// Mentions that are set aside.
    set_aside: HashMap<Fingerprint, Dismissal>,
    /// Commitments that are set aside, by what founded them.
    dismissed: HashMap<Point, Dismissal>,
    /// Commitments that interrupt nobody, by what founded them.
    muted: HashSet<Point>,
    /// Kinds that interrupt nobody between these parties.
    muted_alike: Vec<(Kind, Vec<String>)>,
    /// Fields of mentions, in order.
    fields: HashMap<Fingerprint, Vec<(CorrectionId, FieldValue)>>,
    /// Fields of commitments, in order of the article they follow.
    pub(super) patches: Vec<Patch>,
    /// Corrections that speak of a point.
    named_by: BTreeMap<Point, Vec<CorrectionId>>,
    /// Merges that hold no more because of a split.
    pub overruled: Vec<CorrectionId>,
    /// Corrections that speak of mentions which are not found any more.
    pub orphaned: Vec<CorrectionId>,
}

impl Rulings {
    /// What a log asks for. `bindings` tells where fingerprints of the log have gone.
    pub fn of(log: &[Correction], bindings: &Bindings) -> Self {
        let mut rulings = Self::default();
        let mut merges: Vec<(CorrectionId, Point, Point)> = Vec::new();
        for correction in in_force(log) {
            let Some(operation) = bound(&correction.operation, bindings) else {
                rulings.orphaned.push(correction.id);
                continue;
            };
            rulings.name(correction.id, &operation);
            match operation {
                Operation::Merge { one, other } => merges.push((correction.id, one, other)),
                Operation::Confirm { mention, with: Some(with) } => {
                    merges.push((correction.id, Point::Mention(mention), with));
                }
                Operation::Confirm { mention, with: None } => {
                    rulings.own.insert(mention);
                }
                Operation::Split { mention, from } => rulings.tell_apart(mention, from),
                Operation::Dismiss { what: Point::Mention(mention), whole: false, why } => {
                    rulings.set_aside.insert(mention, why);
                }
                Operation::Dismiss { what, why, .. } => {
                    rulings.dismissed.insert(what, why);
                }
                Operation::Set { what: Point::Mention(mention), whole: false, value, .. } => {
                    rulings.fields.entry(mention).or_default().push((correction.id, value));
                }
                Operation::Set { what, after, value, .. } => {
                    rulings.patches.push(Patch { by: correction.id, after, what, value });
                }
                Operation::Mute { bucket: Bucket::Commitment(what) } => {
                    rulings.muted.insert(what);
                }
                Operation::Mute { bucket: Bucket::Alike { kind, parties } } => {
                    rulings.muted_alike.push((kind, parties));
                }
                Operation::Alias { .. } | Operation::Undo { .. } => {}
            }
        }
        // Stable: two settings after the same article apply in the order in which they were made.
        rulings.patches.sort_by_key(|patch| patch.after);
        rulings.join(merges);
        rulings
    }

    fn name(&mut self, id: CorrectionId, operation: &Operation) {
        let own = operation.fingerprints().into_iter().cloned().map(Point::Mention);
        let points: BTreeSet<Point> = operation.points().into_iter().cloned().chain(own).collect();
        for point in points {
            self.named_by.entry(point).or_default().push(id);
        }
    }

    fn tell_apart(&mut self, mention: Fingerprint, from: Vec<Point>) {
        let mention = Point::Mention(mention);
        for other in from.into_iter().filter(|other| *other != mention) {
            self.apart.entry(other.clone()).or_default().insert(mention.clone());
            self.apart.entry(mention.clone()).or_default().insert(other);
        }
    }

    /// Joins what belongs together, the oldest merge first; a merge that would join what was told apart is overruled.
    fn join(&mut self, mut merges: Vec<(CorrectionId, Point, Point)>) {
        merges.sort_by_key(|(id, ..)| *id);
        for (id, one, other) in merges {
            let group = |point: &Point| {
                self.together.get(point).cloned().unwrap_or_else(|| BTreeSet::from([point.clone()]))
            };
            let (left, right) = (group(&one), group(&other));
            let parted = left.iter().any(|point| {
                self.apart.get(point).is_some_and(|others| !others.is_disjoint(&right))
            });
            if parted {
                self.overruled.push(id);
                continue;
            }
            let all: BTreeSet<Point> = left.into_iter().chain(right).collect();
            for point in &all {
                self.together.insert(point.clone(), all.clone());
            }
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.named_by.is_empty()
    }

    /// Every mention that a correction speaks of: where these are placed must be known.
    pub fn mentions(&self) -> impl Iterator<Item = &Fingerprint> {
        self.named_by.keys().filter_map(Point::fingerprint)
    }

    /// Whether a correction speaks of the mention.
    pub fn names(&self, mention: &Fingerprint) -> bool {
        !self.is_empty() && self.named_by.contains_key(&Point::Mention(mention.clone()))
    }

    /// "correction 3", "corrections 3 and 7": those that speak of the mention.
    pub fn cited(&self, mention: &Fingerprint) -> String {
        let ids = self.named_by.get(&Point::Mention(mention.clone()));
        let ids: Vec<String> = ids.into_iter().flatten().map(ToString::to_string).collect();
        match ids.as_slice() {
            [one] => format!("correction {one}"),
            [first @ .., last] => format!("corrections {} and {last}", first.join(", ")),
            [] => "no correction".to_owned(),
        }
    }

    /// The points that are the same commitment as the mention.
    pub(super) fn together(&self, mention: &Fingerprint) -> impl Iterator<Item = &Point> {
        let own = Point::Mention(mention.clone());
        let all = self.together.get(&own).into_iter().flatten();
        all.filter(move |point| **point != own)
    }

    /// The points that are not the same commitment as the mention.
    pub(super) fn apart(&self, mention: &Fingerprint) -> impl Iterator<Item = &Point> {
        self.apart.get(&Point::Mention(mention.clone())).into_iter().flatten()
    }

    /// Whether the mention is a commitment of its own.
    pub(super) fn is_own(&self, mention: &Fingerprint) -> bool {
        self.own.contains(mention)
    }

    /// Why the mention is set aside.
    pub(super) fn set_aside(&self, mention: &Fingerprint) -> Option<Dismissal> {
        self.set_aside.get(mention).copied()
    }

    /// Why the commitment that a point founded is set aside.
    pub(super) fn dismissed(&self, point: &Point) -> Option<Dismissal> {
        self.dismissed.get(point).copied()
    }

    /// Whether the commitment that a point founded interrupts nobody.
    pub(super) fn is_muted(&self, point: &Point) -> bool {
        self.muted.contains(point)
    }

    /// Whether commitments of that kind between these parties, brought to one form, interrupt nobody.
    pub(super) fn is_muted_alike(&self, kind: Kind, parties: &[String], policy: &Policy) -> bool {
        self.muted_alike.iter().any(|(muted, between)| {
            let between = between.iter().map(String::as_str);
            *muted == kind && official(between, policy) == parties
        })
    }

    /// Whether any of them could mute an entry that no mention founded.
    pub(super) fn mutes_entries(&self) -> bool {
        !self.muted_alike.is_empty()
            || self.muted.iter().any(|point| matches!(point, Point::Entry(_)))
    }

    /// Commitments set aside that no mention founded.
    pub(super) fn dismissed_entries(&self) -> impl Iterator<Item = (&Point, Dismissal)> {
        let all = self.dismissed.iter().map(|(point, why)| (point, *why));
        all.filter(|(point, _)| matches!(point, Point::Entry(_)))
    }

    /// The fields of a mention that people have set, in order, each with the correction that says so.
    pub(super) fn fields(&self, mention: &Fingerprint) -> &[(CorrectionId, FieldValue)] {
        self.fields.get(mention).map_or(&[], Vec::as_slice)
    }

    /// The mention with the fields that people have set; `None` where there are none. `type_of` tells the types of
    /// known texts.
    pub(super) fn corrected(
        &self,
        fingerprint: &Fingerprint,
        mention: &Mention,
        type_of: impl Fn(&InstrumentId) -> Option<InstrumentType>,
    ) -> Option<Mention> {
        let values = self.fields.get(fingerprint)?;
        let mut mention = mention.clone();
        for (_, value) in values {
            set(&mut mention, value, &type_of);
        }
        Some(mention)
    }
}

/// Other names that a log gives, in order: each an id with a name.
pub fn aliases(log: &[Correction]) -> Vec<(String, String)> {
    let of = |correction: &&Correction| match &correction.operation {
        Operation::Alias { name, alias } => Some((name.id().to_owned(), alias.clone())),
        _ => None,
    };
    in_force(log).iter().filter_map(of).collect()
}

/// The operation in terms of the present reading; `None` when the mention it is about is gone. A split from many
/// holds for those that are still there.
fn bound(operation: &Operation, bindings: &Bindings) -> Option<Operation> {
    let mention = |old: &Fingerprint| match bindings.get(old) {
        None => Some(old.clone()),
        Some(now) => now.clone(),
    };
    let point = |old: &Point| match old {
        Point::Mention(old) => mention(old).map(Point::Mention),
        Point::Entry(_) => Some(old.clone()),
    };
    Some(match operation {
        Operation::Merge { one, other } => {
            Operation::Merge { one: point(one)?, other: point(other)? }
        }
        Operation::Split { mention: split, from } => {
            let from: Vec<Point> = from.iter().filter_map(point).collect();
            let mention = mention(split)?;
            (!from.is_empty()).then_some(Operation::Split { mention, from })?
        }
        Operation::Dismiss { what, whole, why } => {
            Operation::Dismiss { what: point(what)?, whole: *whole, why: *why }
        }
        Operation::Confirm { mention: confirmed, with } => {
            let with = with.as_ref().map(|with| point(with).ok_or(())).transpose().ok()?;
            Operation::Confirm { mention: mention(confirmed)?, with }
        }
        Operation::Set { what, whole, after, value } => Operation::Set {
            what: point(what)?,
            whole: *whole,
            after: *after,
            value: value.clone(),
        },
        Operation::Mute { bucket: Bucket::Commitment(what) } => {
            Operation::Mute { bucket: Bucket::Commitment(point(what)?) }
        }
        Operation::Mute { .. } | Operation::Alias { .. } | Operation::Undo { .. } => {
            operation.clone()
        }
    })
}

/// Sets a field of a mention. A person's word is sure and asserted.
fn set(
    mention: &mut Mention,
    value: &FieldValue,
    type_of: &impl Fn(&InstrumentId) -> Option<InstrumentType>,
) {
    match value {
        FieldValue::Stage { stage, date } => {
            mention.stage = *stage;
            mention.event_date = date.or(mention.event_date);
            mention.confidence = 1.0;
            mention.headline_only = false;
            if *stage >= Stage::Concluded {
                mention.modality = Modality::Performative;
            }
        }
        FieldValue::Kind { kind } => mention.kind = *kind,
        FieldValue::Parties { parties } => {
            let role = |id: &String| {
                let known = mention.parties.iter().find(|party| party.id == *id);
                known.map_or(Role::Committer, |party| party.role)
            };
            mention.parties =
                parties.iter().map(|id| Party { id: id.clone(), role: role(id) }).collect();
        }
        FieldValue::Instrument { instrument: None } => mention.instrument = None,
        FieldValue::Instrument { instrument: Some(id) } => {
            let named = mention.instrument.take();
            let mut named = named.unwrap_or_else(|| unnamed(id, mention.kind));
            named.kind = type_of(id).unwrap_or(named.kind);
            named.generic = false;
            named.successor = false;
            named.id = Some(id.clone());
            mention.instrument = Some(named);
        }
        FieldValue::EventDate { date } => mention.event_date = *date,
    }
}

/// A text that the article does not name, but a person.
fn unnamed(id: &InstrumentId, kind: Kind) -> InstrumentMention {
    InstrumentMention {
        span: Span::new(0, 0),
        text: id.to_string(),
        role: match kind {
            Kind::InstrumentConclude => InstrumentRole::Concludes,
            Kind::InstrumentImplement => InstrumentRole::Implements,
            _ => InstrumentRole::ContentOf,
        },
        kind: InstrumentType::Agreement,
        topics: Vec::new(),
        parties: Vec::new(),
        date: None,
        edition: None,
        successor: false,
        generic: false,
        id: Some(id.clone()),
    }
}
