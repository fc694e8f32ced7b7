//! From a rewritten document to entries: the whole at once, and if the parser refuses it, entry by entry.

use jiff::tz::TimeZone;

use super::parse::{RawFeed, parse};
use super::repair::Rewritten;
use super::{FeedError, Lost};

/// Parses a rewritten document; what had to be left out is in the second part.
///
/// # Errors
/// `Unreadable` when there were entries and none could be read.
pub(super) fn read(
    document: &Rewritten,
    zone: &TimeZone,
) -> Result<(RawFeed, Vec<Lost>), FeedError> {
    let whole = format!("{}{}{}", document.head, document.items.concat(), document.tail);
    let first = parse(vec![whole], zone).pop();
    let reason = match first {
        Some(Ok(feed)) if feed.entries.len() == document.items.len() => {
            return Ok((feed, Vec::new()));
        }
        Some(Ok(_)) => "the parser left out entries".to_owned(),
        Some(Err(reason)) => reason,
        None => String::new(),
    };
    let alone =
        document.items.iter().map(|item| format!("{}{item}{}", document.head, document.tail));
    let mut feed = RawFeed::default();
    let mut lost = Vec::new();
    for (index, read) in parse(alone.collect(), zone).into_iter().enumerate() {
        match read {
            Ok(part) if !part.entries.is_empty() => {
                feed.title = part.title;
                feed.language = part.language;
                feed.entries.extend(part.entries);
            }
            Ok(_) => lost.push(Lost {
                code: "feed.entry_refused",
                index: Some(index),
                reason: reason.clone(),
            }),
            Err(reason) => {
                lost.push(Lost { code: "feed.entry_refused", index: Some(index), reason })
            }
        }
    }
    if feed.entries.is_empty() { Err(FeedError::Unreadable { reason }) } else { Ok((feed, lost)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_entry_that_the_parser_refuses_costs_only_itself() {
        let document = Rewritten {
            head: "<rss version=\"2.0\"><channel><title>T</title>".to_owned(),
            items: vec![
                "<item><title>one</title></item>".to_owned(),
                "<item><author>lan@bao.test（Lan）</author></item>".to_owned(),
                "<item><title>three</title></item>".to_owned(),
            ],
            tail: "</channel></rss>",
            hints: super::super::hints::Hints::default(),
            lost: 0,
        };
        let (feed, lost) = read(&document, &TimeZone::UTC).unwrap();
        assert_eq!(feed.title, "T");
        assert_eq!(
            feed.entries.iter().map(|e| e.title.as_str()).collect::<Vec<_>>(),
            ["one", "three"]
        );
        assert_eq!(lost.iter().map(|lost| lost.index).collect::<Vec<_>>(), [Some(1)]);
        let hopeless = Rewritten { items: vec![document.items[1].clone()], ..document };
        assert_eq!(read(&hopeless, &TimeZone::UTC).unwrap_err().code(), "feed.unreadable");
    }
}
