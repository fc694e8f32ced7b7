//! From bytes to characters, trees and plain text: what feeds and pages have in common.
//!
//! Everything that comes from the network passes here before anything else looks at it: [`charset`] decides what the
//! bytes mean, [`dom`] builds a tree within limits, [`entities`] resolves references, [`tags`] reads a tag wherever one begins, [`plain`] turns a fragment of
//! HTML into text, [`loose_json`] reads JSON
//! that is broken, and [`surrogates`] mends JSON that was cut in the middle of a character.

pub mod charset;
pub mod dom;
pub mod entities;
pub mod loose_json;
pub mod plain;
pub mod surrogates;
pub mod tags;
