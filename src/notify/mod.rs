//! From facts to delivered mail: alerts and digests are composed ([`alert`], [`digest`]) from plain values
//! ([`facts`]) and templates, made into bytes ([`message`]), kept in the outbox, and delivered from there
//! ([`due`], [`deliver`], over a [`transport`]). Composition, coalescing and back-off are pure; [`templates`] reads files
//! at start, [`deliver`] and the transports do the rest of the I/O.
//!
//! The pipeline keeps a [`desk::Desk`], stores held alerts with [`facts::AlertFacts`] and rendered digests, and
//! calls [`due::release_due`] and [`deliver::deliver_due`] whenever something may be due.

pub mod alert;
pub mod backoff;
pub mod bounce;
pub mod clean;
mod dates;
pub mod deliver;
pub mod desk;
pub mod digest;
pub mod directory;
pub mod dkim;
pub mod dns;
pub mod due;
mod eml;
pub mod facts;
pub mod feed;
mod frame;
pub mod grounds;
pub mod hook;
pub mod identity;
mod kept;
pub mod layout;
mod lmtp;
pub mod message;
pub mod names;
pub mod notice;
pub mod pace;
mod payload;
pub mod post;
mod reasons;
pub mod release;
mod reply;
mod sendmail;
mod sentence;
mod settle;
mod short;
pub mod smtp;
pub mod specimen;
mod stories;
pub mod templates;
pub mod transport;
mod view;
pub mod wording;
pub mod words;
