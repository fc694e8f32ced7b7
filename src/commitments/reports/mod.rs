//! What is said about acts rather than done: what goes on ([`practice`]), what is being [`drafting`], what is denied or
//! not planned ([`denials`]). In: a trigger or cue and its clause. Out: drafts.

pub(crate) mod denials;
pub(crate) mod drafting;
pub(crate) mod practice;
