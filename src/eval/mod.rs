//! How good the product is: labelled data in, a report out. The program reads and judges the data with the same code as
//! everything else ([`trial`]); what differs from the labels is counted level by level:
//!
//! | level | unit | file |
//! |---|---|---|
//! | L0 | article: is it kept? | [`relevance`] |
//! | L1 | mention: is it found? | [`matching`], [`mentions`] |
//! | L2 | matched mention: are its fields right? | [`fields`] |
//! | L3 | pairs of mentions: the same commitment? | [`clusters`] |
//! | L4 | verdict and alert, in order of arrival | [`account`], [`stream`] |
//! | L3, L4 | the same on labelled mentions: the ledger alone | [`oracle`] |
//! | – | what damage to the texts costs | [`perturb`], [`robustness`] |
//! | – | single sentences; segments of a text | [`cases`], [`segments`] |
//!
//! The formats of labelled data are those of `docs/quality.md` ([`dataset`]). Nothing here reads a file or a clock.

mod account;
mod annotations;
mod cases;
mod clusters;
mod dataset;
mod edits;
mod evaluation;
mod fields;
mod figures;
mod floors;
mod loading;
mod matching;
mod mentions;
mod miss;
mod names;
mod offsets;
mod oracle;
mod perturb;
mod records;
mod relevance;
mod report;
mod robustness;
mod segments;
mod slips;
mod stream;
mod table;
mod trial;
mod views;

pub use dataset::{Dataset, Fault, Format};
pub use evaluation::evaluate;
pub use floors::{Broken, Floors};
pub use loading::{Texts, read};
pub use report::Report;
pub use table::{misses, table};
pub use trial::{Clock, Errors, Register, Settings};
