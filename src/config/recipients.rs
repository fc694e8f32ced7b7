//! From the raw recipients to the checked ones.

use std::collections::BTreeMap;

use toml::Spanned;

use super::raw::RawRecipient;
use super::reader::Reader;
use super::settings::{Alerts, Recipient};
use crate::model::{Kind, Language};

/// Checks all recipients; those with a problem are left out.
pub(super) fn recipients(reader: &mut Reader<'_>, raw: &[Spanned<RawRecipient>]) -> Vec<Recipient> {
    let mut lines: BTreeMap<String, usize> = BTreeMap::new();
    let mut found = Vec::new();
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
        let given = reader.required(&raw.address, "address", &table);
        let address = given.and_then(|_| reader.address(&raw.address));
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
        let kinds = kinds(reader, &raw.kinds);
        let topics = raw.topics.iter().map(|topic| topic.get_ref().clone()).collect();
        let name = raw.name.as_ref().map(|name| name.get_ref().trim().to_owned());
        if let (Some(id), Some(address)) = (id, address) {
            found.push(Recipient {
                id,
                address,
                name: name.filter(|name| !name.is_empty()),
                zone,
                language,
                alerts,
                digest,
                kinds,
                topics,
            });
        }
    }
    found
}

fn kinds(reader: &mut Reader<'_>, raw: &[Spanned<String>]) -> Vec<Kind> {
    let mut found = Vec::new();
    for leaf in raw {
        let name = leaf.get_ref().as_str();
        match Kind::ALL.iter().find(|kind| kind.as_str() == name) {
            Some(kind) => found.push(*kind),
            None => {
                let problem = reader
                    .problem(leaf.span(), format!("there is no kind of commitment \"{name}\""));
                let words = Kind::ALL.iter().map(|kind| kind.as_str());
                reader.problems.push(problem.suggest(name, words));
            }
        }
    }
    found
}
