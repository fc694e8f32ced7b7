//! From the raw recipients to the checked ones.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use toml::Spanned;

use super::channels;
use super::raw::{Leaf, RawRecipient};
use super::reader::Reader;
use super::settings::{
    Alerts, Channel, EmptyDigest, MailSize, QuietHours, Recipient, Throttle, Wanted,
};
use super::topic::concepts::TOPICS;
use crate::model::{Kind, Language, SourceId, Stage};

/// A party or source that a recipient asks for: whether there is one can be said when topic and sources are read.
pub(super) struct Asked {
    /// Its place in the text.
    pub place: Range<usize>,
    /// Which it is.
    pub what: AskedFor,
    /// Its id.
    pub id: String,
}

/// What can be asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum AskedFor {
    Party,
    Source,
}

/// Checks all recipients; those with a problem are left out.
pub(super) fn recipients(
    reader: &mut Reader<'_>,
    raw: &[Spanned<RawRecipient>],
    base: &Path,
) -> (Vec<Recipient>, Vec<Asked>) {
    let mut lines: BTreeMap<String, usize> = BTreeMap::new();
    let mut found = Vec::new();
    let mut asked = Vec::new();
    for one in raw {
        let table = one.span();
        let raw = one.get_ref();
        let id = reader.slug(&raw.id, &table);
        if let (Some(id), Some(leaf)) = (&id, &raw.id) {
            let here = reader.line(leaf.span().start);
            if let Some(line) = lines.insert(id.clone(), here) {
                reader.fault(
                    leaf.span(),
                    format!("\"{id}\" is already the recipient of line {line}"),
                );
            }
        }
        let channel = channels::channel(reader, raw, base);
        let address = channels::address(reader, raw, &channel, &table, base);
        let zone = reader.zone(&raw.zone, jiff::tz::TimeZone::UTC);
        let alerts = reader.word(
            &raw.alerts,
            Alerts::Push,
            &[("push", Alerts::Push), ("none", Alerts::None)],
        );
        let digest = reader.schedule(&raw.digest, &zone);
        if let (Alerts::None, None, Some(leaf)) = (alerts, &raw.digest, &raw.alerts) {
            reader.fault(leaf.span(), "a recipient without alerts needs a `digest`");
        }
        let language =
            reader.word(&raw.language, Language::En, &[("en", Language::En), ("vi", Language::Vi)]);
        let wanted = wanted(reader, raw, &mut asked);
        let empty_digest = reader.word(
            &raw.empty_digest,
            EmptyDigest::default(),
            &[
                ("note", EmptyDigest::Note),
                ("weekly", EmptyDigest::Weekly),
                ("skip", EmptyDigest::Skip),
            ],
        );
        let size = size(reader, raw);
        let quiet = quiet(reader, &raw.quiet);
        let most = |reader: &mut Reader<'_>, leaf| match leaf {
            &None => None,
            some => Some(reader.number(some, 1, 1..=10_000)),
        };
        let throttle =
            Throttle { hour: most(reader, &raw.max_per_hour), day: most(reader, &raw.max_per_day) };
        let name = raw.name.as_ref().map(|name| name.get_ref().trim().to_owned());
        if let (Some(leaf), false) = (&raw.digest, channel == Channel::Mail) {
            reader.fault(leaf.span(), "digests go by mail only");
        }
        let urgent = channels::urgent(reader, raw);
        let operator = raw.operator.as_ref().is_some_and(|leaf| *leaf.get_ref());
        if let (Some(leaf), true, false) = (&raw.operator, operator, channel == Channel::Mail) {
            reader.fault(leaf.span(), "an operator is told by mail");
        }
        if let (Some(id), Some(address)) = (id, address) {
            found.push(Recipient {
                id,
                address,
                name: name.filter(|name| !name.is_empty()),
                zone,
                language,
                alerts,
                digest,
                wanted,
                empty_digest,
                size,
                near_misses: raw.near_misses.as_ref().is_none_or(|leaf| *leaf.get_ref()),
                quiet,
                throttle,
                notices: channel == Channel::Mail
                    && raw.notices.as_ref().is_none_or(|leaf| *leaf.get_ref()),
                urgent,
                channel,
                operator,
            });
        }
    }
    (found, asked)
}

fn wanted(reader: &mut Reader<'_>, raw: &RawRecipient, asked: &mut Vec<Asked>) -> Wanted {
    let mut ask = |what, list: &[Spanned<String>]| {
        asked.extend(list.iter().map(|leaf| Asked {
            place: leaf.span(),
            what,
            id: leaf.get_ref().clone(),
        }));
    };
    ask(AskedFor::Party, &raw.parties);
    ask(AskedFor::Source, &raw.sources);
    let plain = |list: &[Spanned<String>]| list.iter().map(|leaf| leaf.get_ref().clone()).collect();
    let kinds: Vec<_> = Kind::ALL.iter().map(|kind| (kind.as_str(), *kind)).collect();
    let stages = Stage::ALL.map(|stage| (stage.as_str(), stage));
    let topics: Vec<(&str, String)> = TOPICS.iter().map(|id| (*id, (*id).to_owned())).collect();
    Wanted {
        kinds: known(reader, &raw.kinds, "kind of commitment", &kinds),
        stages: known(reader, &raw.stages, "stage", &stages),
        topics: known(reader, &raw.topics, "topic", &topics),
        parties: plain(&raw.parties),
        sources: raw.sources.iter().map(|leaf| SourceId::new(leaf.get_ref().as_str())).collect(),
    }
}

/// A list of words out of a closed set.
fn known<T: Clone>(
    reader: &mut Reader<'_>,
    raw: &[Spanned<String>],
    what: &str,
    words: &[(&str, T)],
) -> Vec<T> {
    let mut found = Vec::new();
    for leaf in raw {
        let name = leaf.get_ref().as_str();
        match words.iter().find(|(word, _)| *word == name) {
            Some((_, value)) => found.push(value.clone()),
            None => {
                let problem = reader.problem(leaf.span(), format!("there is no {what} \"{name}\""));
                reader.problems.push(problem.suggest(name, words.iter().map(|(word, _)| *word)));
            }
        }
    }
    found
}

fn size(reader: &mut Reader<'_>, raw: &RawRecipient) -> MailSize {
    let default = MailSize::default();
    let bytes = |reader: &mut Reader<'_>, leaf, default: usize, least| {
        let size = reader.size(leaf, default as u64, least..=1 << 20);
        usize::try_from(size).unwrap_or(default)
    };
    MailSize {
        per_group: reader.number(&raw.per_group, default.per_group, 1..=200),
        html: bytes(reader, &raw.max_html, default.html, 30 << 10),
        text: bytes(reader, &raw.max_text, default.text, 20 << 10),
    }
}

/// `22:00-07:00`: two times of the clock, the second of which may be on the next morning.
fn quiet(reader: &mut Reader<'_>, leaf: &Leaf<String>) -> Option<QuietHours> {
    let leaf = leaf.as_ref()?;
    let time = |text: &str| text.trim().parse::<jiff::civil::Time>().ok();
    let hours = leaf.get_ref().split_once('-').and_then(|(from, until)| {
        let hours = QuietHours { from: time(from)?, until: time(until)? };
        (hours.from != hours.until).then_some(hours)
    });
    if hours.is_none() {
        reader.fault(leaf.span(), "quiet hours are written like \"22:00-07:00\"");
    }
    hours
}

/// What nobody can give: parties that the topic does not know, sources that are not configured.
pub(super) fn check_asked(
    reader: &mut Reader<'_>,
    asked: &[Asked],
    parties: &[&str],
    sources: &[&str],
) {
    for one in asked {
        let (what, known) = match one.what {
            AskedFor::Party => ("actor", parties),
            AskedFor::Source => ("source", sources),
        };
        if !known.contains(&one.id.as_str()) {
            let problem =
                reader.problem(one.place.clone(), format!("there is no {what} \"{}\"", one.id));
            reader.problems.push(problem.suggest(&one.id, known.iter().copied()));
        }
    }
}
