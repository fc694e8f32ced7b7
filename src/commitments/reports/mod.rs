//! What is said about acts rather than done: what goes on ([`practice`]), what is being [`drafting`], what is denied or
//! not planned ([`denials`]), what is told of a text in passing ([`evidence`]). In: a trigger or cue and its clause. Out: drafts.

pub(crate) mod denials;
pub(crate) mod drafting;
pub(crate) mod evidence;
pub(crate) mod practice;
