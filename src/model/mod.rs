//! Plain data that every room understands: what a source, an entry, an article, a mention, a commitment and a
//! verdict *are*. No behaviour beyond construction, ordering and text form; no I/O, no clock.
//!
//! The vocabulary is that of the ontology: an **entry** is one item of a feed, an **article** the text it leads
//! to, a **mention** one reported act in an article, a **commitment** the ledger entry that mentions belong to,
//! a **verdict** the decision about one mention at one time.

pub mod article;
pub mod commitment;
pub mod date;
pub mod entry;
pub mod hints;
pub mod ids;
pub mod instrument;
pub mod mention;
pub mod relevance;
pub mod source;
pub mod span;
pub mod stage;
pub mod verdict;

pub use article::{Article, DateBasis, SourceDate};
pub use commitment::{Commitment, Dismissal, SetField, StageChange};
pub use date::PartialDate;
pub use entry::{Entry, EntryState};
pub use hints::FeedHints;
pub use ids::{
    ArticleId, CommitmentId, CorrectionId, DigestId, EntryId, Fingerprint, InstrumentId, MentionId,
    OutboxId, SourceId, VerdictId,
};
pub use instrument::{Instrument, InstrumentMention, InstrumentRole, InstrumentType};
pub use mention::{
    Anchor, Assertion, Framing, Kind, Mention, Modality, Party, Polarity, Quote, Role, Scope,
};
pub use relevance::{Relevance, RelevanceDecision, RelevanceHit, Why};
pub use source::{Language, ListingRules, PageRules, Source, SourceKind, Trust};
pub use span::Span;
pub use stage::Stage;
pub use verdict::{AlertLevel, Check, Outcome, Rejected, Verdict};
