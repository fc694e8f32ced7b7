//! How good the product is: labelled data in, a report out. The program reads and judges the data with the same code as
//! everything else ([`trial`]); what differs from the labels is counted level by level:
//!
//! | level | unit | file |
//! |---|---|---|
//! | L0 | article: is it kept? | [`relevance`] |
//! | L1 | mention: is it found? | [`matching`], [`mentions`] |
//! | L2 | matched mention: are its fields right? | [`fields`] |
//! | L3 | pairs of mentions: the same commitment? | [`clusters`] |
//! | L4 | verdict and alert, in order of arrival | [`stream`] |
//! | – | single sentences; segments of a text | [`cases`], [`segments`] |
//!
//! The formats of labelled data are those of `docs/quality.md` ([`dataset`]). Nothing here reads a file or a clock.

mod cases;
mod clusters;
mod dataset;
mod evaluation;
mod fields;
mod figures;
mod matching;
mod mentions;
mod miss;
mod records;
mod relevance;
mod report;
mod segments;
mod stream;
mod table;
mod trial;

pub use dataset::{Dataset, Fault, Format, Texts, read};
pub use evaluation::evaluate;
pub use report::Report;
pub use table::{misses, table};
pub use trial::{Clock, Register, Settings};
