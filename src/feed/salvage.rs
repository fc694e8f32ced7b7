//! From a rewritten document to entries: the whole at once, and if the parser refuses it, entry by entry.

use crate::time::feed_date::MeantZone;

use super::canonical::Canonical;
use super::item::Aside;
use super::parse::{FeedRs, RawFeed, Refusal, parse};
use super::{FeedError, Lost};

/// Parses a rewritten document and gives each entry back what went around the parser; what had to be left out is in
/// the second part.
///
/// # Errors
/// `Unreadable` when there were entries and none could be read.
pub(super) fn read(
    document: &Canonical,
    asides: Vec<Aside>,
    zone: &MeantZone,
) -> Result<(RawFeed, Vec<Lost>), FeedError> {
    let first = parse(FeedRs, vec![document.whole()], zone).pop();
    let refusal = match first {
        Some(Ok(mut feed)) if feed.entries.len() == document.len() => {
            for (entry, aside) in feed.entries.iter_mut().zip(asides) {
                entry.aside = aside;
            }
            return Ok((feed, Vec::new()));
        }
        Some(Err(refusal)) => refusal,
        _ => Refusal::Refused("the parser left out entries".to_owned()),
    };
    let mut feed = RawFeed::default();
    let mut lost = Vec::new();
    let alone = parse(FeedRs, document.alone().collect(), zone);
    for (index, (read, aside)) in alone.into_iter().zip(asides).enumerate() {
        match read {
            Ok(part) if !part.entries.is_empty() => {
                feed.title = part.title;
                feed.language = part.language;
                feed.entries.extend(part.entries.into_iter().map(|mut entry| {
                    entry.aside = aside.clone();
                    entry
                }));
            }
            Ok(_) => lost.push(entry_lost(index, &refusal)),
            Err(refusal) => lost.push(entry_lost(index, &refusal)),
        }
    }
    match feed.entries.is_empty() {
        true => Err(FeedError::Unreadable { reason: refusal.to_string() }),
        false => Ok((feed, lost)),
    }
}

fn entry_lost(index: usize, refusal: &Refusal) -> Lost {
    let code = match refusal {
        Refusal::Panicked => "feed.parser_panicked",
        _ => "feed.entry_refused",
    };
    Lost { code, index: Some(index), reason: refusal.to_string() }
}

#[cfg(test)]
mod tests {
    use super::super::item::{Family, Item};
    use super::*;

    #[test]
    fn one_entry_that_the_parser_refuses_costs_only_itself() {
        let title = |title: &str| Item { title: title.to_owned(), ..Item::default() };
        let mut document = Canonical::new(Family::Rss, &title("T"), None, 0);
        document.add(&title("one"));
        document.add_source("<item><author>lan@bao.test（Lan）</author></item>");
        document.add(&title("three"));
        let (feed, lost) = read(
            &document,
            vec![Aside::default(); 3],
            &MeantZone::of_silent(jiff::tz::TimeZone::UTC),
        )
        .unwrap();
        assert_eq!(feed.title, "T");
        assert_eq!(
            feed.entries.iter().map(|e| e.title.as_str()).collect::<Vec<_>>(),
            ["one", "three"]
        );
        assert_eq!(
            lost.iter().map(|lost| (lost.index, lost.code)).collect::<Vec<_>>(),
            [(Some(1), "feed.parser_panicked")]
        );
        let mut hopeless = Canonical::new(Family::Rss, &title("T"), None, 0);
        hopeless.add_source("<item><author>lan@bao.test（Lan）</author></item>");
        let refused =
            read(&hopeless, vec![Aside::default()], &MeantZone::of_silent(jiff::tz::TimeZone::UTC))
                .unwrap_err();
        assert_eq!(refused.code(), "feed.unreadable");
    }
}
