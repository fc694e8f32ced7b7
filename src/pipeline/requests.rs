//! Corrections as people ask for them, turned into what the log says: one function for each.

use super::correcting::Understood;
use super::pointing::{Misunderstood, Record, Target};
use crate::config::nearest;
use crate::config::topic::Topic;
use crate::config::topic::aliases::NOTATION;
use crate::ledger::corrections::{
    Bucket, Correction, FieldValue, Named, Operation, Point, in_force, undone,
};
use crate::model::{
    ArticleId, CommitmentId, CorrectionId, Dismissal, InstrumentId, Kind, Language, PartialDate,
    Stage,
};

/// The fields that can be set.
pub const FIELDS: [&str; 5] = ["stage", "kind", "parties", "instrument", "event-date"];

fn cannot(why: impl Into<String>) -> Misunderstood {
    Misunderstood(why.into())
}

/// Both are the same commitment.
///
/// # Errors
/// One of them is unknown, they are one already, or no article speaks of either.
pub fn merge(record: &Record, one: &str, other: &str) -> Result<Understood, Misunderstood> {
    let (left, right) = (record.target(one)?, record.target(other)?);
    if let (Some(a), Some(b)) = (home(record, &left), home(record, &right))
        && a == b
    {
        return Err(cannot(format!("{one} and {other} are the same commitment already ({a})")));
    }
    let about = format!("{} and {}", record.name(&left), record.name(&right));
    let (left, right) = (record.point(&left), record.point(&right));
    if left.fingerprint().is_none() && right.fingerprint().is_none() {
        return Err(cannot(format!(
            "both {one} and {other} come from the register; make them one text in instruments.toml"
        )));
    }
    Ok((Operation::Merge { one: left, other: right }, about))
}

fn home(record: &Record, target: &Target) -> Option<CommitmentId> {
    match target {
        Target::Commitment(id) => Some(id.clone()),
        Target::Mention(article, place) => {
            record.commitment_of(record.read_mention(*article, *place))
        }
    }
}

/// The mention is another commitment than the one it was put with.
///
/// # Errors
/// It is unknown, belongs to no commitment, or is all there is of it.
pub fn split(record: &Record, mention: &str) -> Result<Understood, Misunderstood> {
    let target = record.target(mention)?;
    let Target::Mention(article, place) = target else {
        return Err(cannot(format!(
            "{mention} is a commitment; name the mention to be split off it, as `pledgewatch ledger show {mention}` \
             lists them"
        )));
    };
    let own = record.read_mention(article, place);
    let Some(from) = record.commitment_of(own) else {
        return Err(cannot(format!("mention {mention} belongs to no commitment")));
    };
    // What founded the commitment stands for all of it: others that are like the mention may come with it. Without
    // what founded it, the others are what is left.
    let own_point = Point::Mention(own.fingerprint.clone());
    let points: Vec<Point> = match record.founding(&from) {
        founding if founding != own_point => vec![founding],
        _ => {
            let members = record.members(&from).into_iter();
            let mut others: Vec<Point> = members
                .map(|one| Point::Mention(one.fingerprint.clone()))
                .filter(|point| *point != own_point)
                .collect();
            others.sort();
            others.dedup();
            others
        }
    };
    if points.is_empty() {
        return Err(cannot(format!(
            "mention {mention} is all there is of {from}; `pledgewatch ledger dismiss` sets it aside"
        )));
    }
    let about = format!(
        "{} from {}",
        record.name(&Target::Mention(article, place)),
        record.name(&Target::Commitment(from))
    );
    Ok((Operation::Split { mention: own.fingerprint.clone(), from: points }, about))
}

/// Nobody wants to hear of it.
///
/// # Errors
/// It or the reason is unknown.
pub fn dismiss(record: &Record, what: &str, why: &str) -> Result<Understood, Misunderstood> {
    let word = why.replace('-', "_");
    let why = Dismissal::ALL.into_iter().find(|one| one.as_str() == word).ok_or_else(|| {
        let words = Dismissal::ALL.map(Dismissal::as_str);
        cannot(format!("\"{why}\" is no reason to dismiss; the reasons are {}", words.join(", ")))
    })?;
    let target = record.target(what)?;
    let whole = matches!(target, Target::Commitment(_));
    let about = format!("{} as {}", record.name(&target), why.in_words());
    Ok((Operation::Dismiss { what: record.point(&target), whole, why }, about))
}

/// What was uncertain is right.
///
/// # Errors
/// It is unknown, or nothing about it can be confirmed.
pub fn confirm(record: &Record, what: &str) -> Result<Understood, Misunderstood> {
    let target = record.target(what)?;
    let Some(id) = home(record, &target) else {
        return Err(cannot(format!("mention {what} belongs to no commitment")));
    };
    let founding = record.founding(&id);
    let mention = match &target {
        Target::Mention(..) => record.point(&target),
        Target::Commitment(_) => founding.clone(),
    };
    let Point::Mention(mention) = mention else {
        return Err(cannot(format!("{id} comes from the register and needs no confirmation")));
    };
    let own = founding == Point::Mention(mention.clone());
    let about = if own {
        format!("{} is a commitment of its own", record.name(&target))
    } else {
        format!("{} belongs to {}", record.name(&target), record.name(&Target::Commitment(id)))
    };
    let with = Some(founding).filter(|_| !own);
    Ok((Operation::Confirm { mention, with }, about))
}

/// It shall interrupt nobody any more; `alike`: nor shall any other of its kind between the same parties.
///
/// # Errors
/// It is unknown, or muted already.
pub fn mute(record: &Record, what: &str, alike: bool) -> Result<Understood, Misunderstood> {
    let target = record.target(what)?;
    let Some(id) = home(record, &target) else {
        return Err(cannot(format!("mention {what} belongs to no commitment")));
    };
    let Some(entry) = record.entry(&id) else {
        return Err(cannot(format!("{id} stands for nothing any more")));
    };
    let bucket = if alike {
        Bucket::Alike { kind: entry.kind, parties: entry.parties.clone() }
    } else {
        Bucket::Commitment(record.founding(&id))
    };
    let again = |line: &&Correction| matches!(&line.operation, Operation::Mute { bucket: held } if *held == bucket);
    if let Some(line) = in_force(&record.log).into_iter().find(again) {
        return Err(cannot(format!(
            "{id} is muted already; `pledgewatch ledger undo {}` lets it interrupt again",
            line.id
        )));
    }
    let about = if alike {
        format!("every {} of {}", entry.kind, entry.parties.join(", "))
    } else {
        record.name(&Target::Commitment(id))
    };
    Ok((Operation::Mute { bucket }, about))
}

/// A field has another value.
///
/// # Errors
/// The target, the field or the value is unknown.
pub fn set(
    record: &Record,
    topic: &Topic,
    what: &str,
    field: &str,
    value: &str,
    date: Option<PartialDate>,
) -> Result<Understood, Misunderstood> {
    let target = record.target(what)?;
    let value = field_value(record, topic, field, value, date)?;
    let name = value.name().replace('-', " ");
    let about = format!("{name} {} of {}", value.in_words(), record.name(&target));
    let whole = matches!(target, Target::Commitment(_));
    let after = record.articles.last().map_or(ArticleId(0), |row| row.id);
    Ok((Operation::Set { what: record.point(&target), whole, after, value }, about))
}

fn field_value(
    record: &Record,
    topic: &Topic,
    field: &str,
    value: &str,
    date: Option<PartialDate>,
) -> Result<FieldValue, Misunderstood> {
    let field = field.replace('_', "-");
    if date.is_some() && field != "stage" {
        return Err(cannot("--date goes with `stage` only; for others, set event-date"));
    }
    let none = value == "none";
    Ok(match field.as_str() {
        "stage" => FieldValue::Stage { stage: stage(value)?, date },
        "kind" => FieldValue::Kind { kind: kind(value)? },
        "parties" => FieldValue::Parties { parties: parties(topic, value)? },
        "instrument" if none => FieldValue::Instrument { instrument: None },
        "instrument" => {
            FieldValue::Instrument { instrument: Some(instrument(record, topic, value)?) }
        }
        "event-date" if none => FieldValue::EventDate { date: None },
        "event-date" => {
            let date = value.parse().map_err(|error| cannot(format!("{error}")))?;
            FieldValue::EventDate { date: Some(date) }
        }
        other => {
            return Err(cannot(format!(
                "there is no field \"{other}\" to set; {}",
                hint(other, FIELDS.into_iter(), "fields")
            )));
        }
    })
}

fn hint<'a>(word: &str, known: impl Iterator<Item = &'a str> + Clone, what: &str) -> String {
    nearest(word, known.clone()).map_or_else(
        || format!("the {what} are {}", known.collect::<Vec<_>>().join(", ")),
        |near| format!("did you mean \"{near}\"?"),
    )
}

fn stage(word: &str) -> Result<Stage, Misunderstood> {
    word.replace([' ', '-'], "_").parse().map_err(|_| {
        let hint = hint(word, Stage::ALL.iter().map(|stage| stage.as_str()), "stages");
        cannot(format!("\"{word}\" is not a stage; {hint}"))
    })
}

fn kind(word: &str) -> Result<Kind, Misunderstood> {
    let plain = word.replace('-', "_");
    Kind::ALL.iter().copied().find(|kind| kind.as_str() == plain).ok_or_else(|| {
        let hint = hint(word, Kind::ALL.iter().map(|kind| kind.as_str()), "kinds");
        cannot(format!("there is no kind of commitment \"{word}\"; {hint}"))
    })
}

fn parties(topic: &Topic, list: &str) -> Result<Vec<String>, Misunderstood> {
    let ids = list.split([',', ' ']).map(str::trim).filter(|id| !id.is_empty());
    let ids: Result<Vec<String>, Misunderstood> =
        ids.map(|id| actor(topic, id).map(ToOwned::to_owned)).collect();
    ids.and_then(
        |ids| if ids.is_empty() { Err(cannot("name at least one party")) } else { Ok(ids) },
    )
}

fn actor<'a>(topic: &Topic, id: &'a str) -> Result<&'a str, Misunderstood> {
    if topic.actors.index(id).is_some() {
        return Ok(id);
    }
    let known = topic.actors.actors.iter().map(|actor| actor.id.as_str());
    let near = nearest(id, known);
    let near = near.map_or_else(String::new, |near| format!("; did you mean \"{near}\"?"));
    Err(cannot(format!("the topic has no actor \"{id}\"{near}")))
}

fn instrument(record: &Record, topic: &Topic, id: &str) -> Result<InstrumentId, Misunderstood> {
    let met = record.ledger.instruments.iter().map(|one| one.id.as_str());
    let known = topic.instruments.iter().map(|known| known.instrument.id.as_str());
    let mut all = met.chain(known);
    if all.clone().any(|known| known == id) {
        return Ok(InstrumentId::new(id));
    }
    let near = nearest(id, &mut all);
    let near = near.map_or_else(String::new, |near| format!("; did you mean \"{near}\"?"));
    Err(cannot(format!("no instrument has the id \"{id}\"{near}")))
}

/// Whether a name shown to readers (`Home Office (UK)`) is this one.
fn goes_by(shown: &str, name: &str) -> bool {
    let bare = shown.split(" (").next().unwrap_or(shown);
    bare.to_lowercase() == name.to_lowercase()
}

/// Something goes by another name as well.
///
/// # Errors
/// What is named is unknown, or the other name cannot be told from ordinary words.
pub fn alias(
    record: &Record,
    topic: &Topic,
    id: &str,
    alias: &str,
) -> Result<Understood, Misunderstood> {
    let alias = alias.split_whitespace().collect::<Vec<_>>().join(" ");
    if alias.chars().filter(|c| c.is_alphanumeric()).count() < 2 {
        return Err(cannot("an alias is a name of at least two letters"));
    }
    if alias.contains(NOTATION) {
        return Err(cannot(format!(
            "an alias is a plain name: it has none of {}",
            NOTATION.map(String::from).join(" ")
        )));
    }
    let text = id.starts_with("INS:") || id.starts_with("MEC:");
    let name = if text {
        let known = topic
            .instruments
            .iter()
            .any(|known| known.instrument.id.as_str() == id || known.series.as_deref() == Some(id));
        if !known {
            instrument(record, topic, id)?;
            return Err(cannot(format!(
                "{id} is not in the register, so no name leads to it; merge its commitment with another, or add it \
                 to instruments.toml"
            )));
        }
        Named::Instrument(InstrumentId::new(id))
    } else {
        Named::Party(actor(topic, id)?.to_owned())
    };
    let names = [Language::En, Language::Vi].map(|language| topic.display_names(language));
    if names.iter().flatten().any(|(of, name)| of == id && goes_by(name, &alias)) {
        return Err(cannot(format!("{id} goes by \u{201c}{alias}\u{201d} already")));
    }
    let about = format!("\u{201c}{alias}\u{201d} for {id}");
    Ok((Operation::Alias { name, alias }, about))
}

/// An earlier correction does not hold.
///
/// # Errors
/// It is unknown, or does not hold anyway.
pub fn undo(record: &Record, id: i64) -> Result<Understood, Misunderstood> {
    let target = CorrectionId(id);
    let Some(found) = record.log.iter().find(|correction| correction.id == target) else {
        let nearest = record.log.iter().min_by_key(|one| one.id.0.abs_diff(id));
        let hint = nearest.map_or_else(
            || "nothing was corrected yet".to_owned(),
            |near| format!("the nearest is {} ({})", near.id, near.operation.word()),
        );
        return Err(cannot(format!("there is no correction {id}; {hint}")));
    };
    if undone(&record.log).contains(&target) {
        return Err(cannot(format!("correction {id} was undone already")));
    }
    let about = format!("correction {id} ({} by {})", found.operation.word(), found.by);
    Ok((Operation::Undo { correction: target }, about))
}
