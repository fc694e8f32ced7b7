//! Identifiers as types of their own, so that a row number of one table cannot be handed to another.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! row_id {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}

macro_rules! text_id {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            /// Wraps a text that is already a valid identifier.
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// The identifier as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

row_id! {
    /// Row of an entry; entries are never deleted, so the number is theirs for ever.
    EntryId;
    /// Row of an article; ascending in order of arrival.
    ArticleId;
    /// Row of a mention.
    MentionId;
    /// Row of a verdict; ascending in the order in which they were passed.
    VerdictId;
    /// Row of a correction; ascending in the order in which they were made.
    CorrectionId;
    /// Row of an outbox message.
    OutboxId;
    /// Row of a digest.
    DigestId;
}

text_id! {
    /// Short name of a source, unique in the configuration: lower-case letters, digits and hyphens.
    SourceId;
    /// Identity of a commitment: `c-` and ten characters derived from its founding mention, so that the same
    /// articles in the same order always give the same ids.
    CommitmentId;
    /// What a mention is known by in corrections: derived from its article's text, its sentence, its kind and its place
    /// among the mentions of the sentence, so that it is found again after newer rules have read the article.
    Fingerprint;
    /// Key of an instrument or mechanism edition, such as `INS:mou-human-trafficking-2018` or
    /// `MEC:vn-uk-migration-dialogue#3`.
    InstrumentId;
}
