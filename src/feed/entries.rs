//! From parsed entries to ours: plain text, our own identity, dates that can be true.

use std::collections::{BTreeSet, HashMap, HashSet};

use jiff::{SignedDuration, Timestamp};

use super::Credit;
use super::links::canonical_link;
use super::parse::RawEntry;
use crate::markup::plain;
use crate::model::{Entry, Language};

/// Clocks that were never set begin in 1970, or on the first day of 1980.
const CLOCKS_BEGIN: Timestamp = Timestamp::constant(315_619_200, 0);
/// A date this far ahead is no clock that runs a little fast.
const AHEAD: SignedDuration = SignedDuration::from_hours(1);

/// Entries as they leave this room.
#[derive(Debug, Default)]
pub(super) struct Built {
    pub entries: Vec<Entry>,
    /// In the same order.
    pub credits: Vec<Credit>,
    /// What had to be mended, as stable words.
    pub repairs: BTreeSet<&'static str>,
}

/// One entry on its way.
struct Draft {
    entry: Entry,
    credit: Credit,
    canonical: Option<String>,
}

/// Turns parsed entries into ours, in document order; a repeated entry is kept once.
pub(super) fn build(
    raws: Vec<RawEntry>,
    language: Option<Language>,
    fetched_at: Timestamp,
) -> Built {
    let mut built = Built::default();
    let mut drafts: Vec<Draft> =
        raws.into_iter().map(|raw| draft(raw, language, fetched_at, &mut built.repairs)).collect();
    // One id on several entries identifies none of them; nor does one address.
    tell_apart(&mut drafts, |draft| draft.canonical.clone().unwrap_or_default());
    tell_apart(&mut drafts, |draft| {
        let Entry { title, summary, content, .. } = &draft.entry;
        let text = [title, summary, content.as_ref().unwrap_or(title)];
        digest(&[text.iter().find(|text| !text.is_empty()).unwrap_or(&title)])
    });
    let mut seen = HashSet::new();
    for draft in drafts {
        if seen.insert(draft.entry.key.clone()) {
            built.entries.push(draft.entry);
            built.credits.push(draft.credit);
        } else {
            built.repairs.insert("repeated_entry");
        }
    }
    built
}

/// Adds a mark to the keys of entries that share one, if they differ in the mark.
fn tell_apart(drafts: &mut [Draft], mark: impl Fn(&Draft) -> String) {
    let mut shared: HashMap<&str, usize> = HashMap::new();
    for draft in &*drafts {
        *shared.entry(&draft.entry.key).or_default() += 1;
    }
    if shared.len() == drafts.len() {
        return;
    }
    let shared: HashSet<String> =
        shared.into_iter().filter(|(_, n)| *n > 1).map(|(key, _)| key.to_owned()).collect();
    let mut marks: HashMap<String, HashSet<String>> = HashMap::new();
    for draft in drafts.iter().filter(|draft| shared.contains(&draft.entry.key)) {
        marks.entry(draft.entry.key.clone()).or_default().insert(mark(draft));
    }
    for draft in drafts {
        if marks.get(&draft.entry.key).is_some_and(|marks| marks.len() > 1) {
            draft.entry.key = format!("{} {}", draft.entry.key, mark(draft));
        }
    }
}

fn draft(
    raw: RawEntry,
    language: Option<Language>,
    fetched_at: Timestamp,
    repairs: &mut BTreeSet<&'static str>,
) -> Draft {
    let source = raw.aside.source.as_ref().map(|(name, _)| plain::line(name));
    let source = source.filter(|name| !name.is_empty());
    let mut title = plain::line(&raw.title);
    let mut summary = plain::text(&raw.summary);
    if let Some(source) = &source {
        title = without_source(title, source);
        if repeats(&summary, &title, source) {
            summary.clear();
        }
    }
    let content = Some(plain::article(&raw.content)).filter(|content| !content.is_empty());
    let canonical = raw.link.as_deref().and_then(canonical_link);
    let texts = [title.as_str(), summary.as_str(), content.as_deref().unwrap_or_default()];
    let entry = Entry {
        key: key(&raw, &texts, canonical.as_deref()),
        revision: digest(&texts),
        published: raw.published.and_then(|at| plausible(at, fetched_at, repairs)),
        updated: raw.updated.and_then(|at| plausible(at, fetched_at, repairs)),
        language: raw.language.as_deref().and_then(declared).or(language),
        link: raw.link,
        title,
        summary,
        content,
    };
    if raw.aside.dated && raw.published.is_none() && raw.updated.is_none() {
        repairs.insert("unreadable_date");
    }
    let stated = raw.published.or(raw.updated);
    let ahead = stated.map(|at| at.duration_since(fetched_at)).unwrap_or_default();
    let credit = Credit {
        ahead: ahead.max(SignedDuration::ZERO),
        id: Some(raw.id).filter(|id| !id.trim().is_empty()),
        authors: raw.aside.authors.iter().map(|author| plain::line(author)).collect(),
        source,
        source_url: raw.aside.source.and_then(|(_, url)| url),
    };
    Draft { entry, credit, canonical }
}

/// The title without the name of its medium, which aggregators append.
fn without_source(title: String, source: &str) -> String {
    let own = title.strip_suffix(source).map(str::trim_end);
    let own = own.and_then(|own| own.strip_suffix(['-', '–', '|']));
    match own.map(str::trim_end) {
        Some(own) if !own.is_empty() => own.to_owned(),
        _ => title,
    }
}

/// Whether a summary says nothing but title and medium, as those of aggregators do.
fn repeats(summary: &str, title: &str, source: &str) -> bool {
    let words = |text: &str| {
        text.split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_lowercase)
            .collect::<Vec<_>>()
    };
    let summary = words(summary);
    summary == words(title) || summary == words(&format!("{title} {source}"))
}

/// Our identity of an entry. An id that is the entry's own link with a fragment or tracking parameters on it says no
/// more than the link, and often less: some publishers count updates in the fragment.
fn key(raw: &RawEntry, [title, summary, content]: &[&str; 3], canonical: Option<&str>) -> String {
    let id = plain::line(&raw.id);
    match (id.as_str(), canonical) {
        ("", Some(link)) => format!("link:{link}"),
        (id, Some(link))
            if raw.link.as_deref() == Some(id) || canonical_link(id).as_deref() == Some(link) =>
        {
            format!("link:{link}")
        }
        ("", None) => {
            // The date as stated, not as clamped: it must not depend on the day of the poll.
            let date = raw.published.map(|at| at.to_string()).unwrap_or_default();
            let name = [title, summary, content].into_iter().find(|text| !text.is_empty());
            format!("hash:{}", digest(&[name.unwrap_or(title), &date]))
        }
        // An id that is an address of its own: sites that move to `https` write all of them anew.
        (id, _) => id
            .strip_prefix("http://")
            .map_or_else(|| format!("id:{id}"), |rest| format!("id:https://{rest}")),
    }
}

fn digest(parts: &[&str]) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(part.as_bytes());
        hasher.update(&[0]);
    }
    hasher.finalize().to_hex()[..32].to_owned()
}

/// A date that can be true: not in the future, which becomes the moment of the poll, and not that of a
/// clock that was never set.
fn plausible(
    at: Timestamp,
    fetched_at: Timestamp,
    repairs: &mut BTreeSet<&'static str>,
) -> Option<Timestamp> {
    if at < CLOCKS_BEGIN {
        repairs.insert("date_never_set");
        return None;
    }
    if at.duration_since(fetched_at) > AHEAD {
        repairs.insert("date_in_the_future");
    }
    Some(at.min(fetched_at))
}

/// The language that a tag such as `vi-VN` or `en_gb` declares, if it is one of ours.
pub(super) fn declared(tag: &str) -> Option<Language> {
    match tag.trim().split(['-', '_']).next()?.to_ascii_lowercase().as_str() {
        "vi" => Some(Language::Vi),
        "en" => Some(Language::En),
        _ => None,
    }
}
