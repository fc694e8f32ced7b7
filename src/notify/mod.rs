//! From facts to delivered mail: alerts and digests are composed ([`alert`], [`digest`]) from plain values
//! ([`facts`]) and templates, made into bytes ([`message`]), kept in the outbox, and delivered from there.
//! Composition is pure; only [`templates`] reads files, and only at start.

pub mod alert;
pub mod backoff;
pub mod clean;
pub mod digest;
pub mod directory;
mod eml;
pub mod facts;
pub mod layout;
pub mod message;
pub mod release;
pub mod smtp;
pub mod specimen;
pub mod templates;
pub mod transport;
mod view;
pub mod wording;
pub mod words;
