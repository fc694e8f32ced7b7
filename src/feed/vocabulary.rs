//! Which element holds what, over all the vocabularies that feeds use.

use super::names::{Names, Space};
use crate::markup::tags::Tag;

/// What an element holds for us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    Id,
    Link,
    /// The address behind a redirector.
    OriginalLink,
    Title,
    /// A title said for another purpose; for want of a better one.
    OtherTitle,
    Summary,
    /// A description said for another purpose; for want of a better one.
    OtherSummary,
    Content,
    Published,
    Updated,
    /// A date said for another purpose; for want of a better one.
    OtherDate,
    Language,
    Author,
    /// An author said for another purpose; for want of a better one.
    OtherAuthor,
    /// Where an aggregator has the item from.
    Source,
    /// Holds fields of something else under the same names: skipped whole.
    Aside,
}

/// Which field an element holds, if any.
pub(super) fn field(tag: &Tag<'_>, names: &Names) -> Option<Field> {
    let local = names.local(tag.name);
    Some(match (names.space_of(tag), local.as_ref()) {
        (Space::Core, "id" | "guid") => Field::Id,
        (Space::Core, "link") => Field::Link,
        (Space::Core, "title") => Field::Title,
        (Space::Core, "description" | "summary" | "subtitle" | "tagline" | "abstract") => {
            Field::Summary
        }
        (Space::Core, "content" | "fulltext" | "fullitem" | "body")
        | (Space::Xhtml, "body" | "div")
        | (Space::Content, "encoded") => Field::Content,
        (Space::Core, "pubdate" | "published" | "issued" | "created" | "date")
        | (Space::DublinCore, "date")
        | (Space::Terms, "issued" | "created" | "date") => Field::Published,
        (Space::Core, "updated" | "modified" | "lastbuilddate" | "lastmod")
        | (Space::Terms, "modified") => Field::Updated,
        (Space::Core | Space::DublinCore, "language") => Field::Language,
        (Space::Core, "author") | (Space::DublinCore, "creator" | "author") => Field::Author,
        (Space::Core, "managingeditor" | "webmaster") => Field::OtherAuthor,
        (Space::Core, "source") => Field::Source,
        (
            Space::Core,
            "image" | "textinput" | "contributor" | "skiphours" | "skipdays" | "category",
        )
        | (Space::Itunes, "owner") => Field::Aside,
        (Space::DublinCore | Space::Media | Space::Itunes, "title") => Field::OtherTitle,
        (Space::DublinCore | Space::Media, "description")
        | (Space::Itunes, "summary" | "subtitle") => Field::OtherSummary,
        (Space::Itunes, "author") => Field::OtherAuthor,
        (Space::Prism, "publicationdate" | "coverdate") => Field::OtherDate,
        (Space::FeedBurner, "origlink") => Field::OriginalLink,
        _ => return None,
    })
}
