//! Pledgewatch reads the news so that a desk of analysts does not have to: it polls feeds in English and
//! Vietnamese, keeps what is about Vietnam *and* the United Kingdom on migration and trafficking, finds the
//! commitments in it, holds each against a ledger of all earlier ones, and tells its readers only what is new
//! or has moved forward.
//!
//! ```text
//! schedule ─▶ fetch ─▶ feed ─▶ (entries) ─▶ article ─▶ text ─▶ relevance ─▶ commitments ─▶ ledger ─▶ store
//!                                                                                              │
//!                                            mail ◀─ outbox ◀─ alert, digest ◀─────────────────┘
//! ```
//!
//! Start reading at [`pipeline`], where the way of one entry is written once, top to bottom. `ARCHITECTURE.md`
//! says which room may import which, and `tests/it/architecture.rs` holds the code to it.

pub mod article;
pub mod cli;
pub mod commitments;
pub mod config;
pub mod eval;
pub mod export;
pub mod feed;
pub mod fetch;
pub mod ledger;
pub mod markup;
pub mod model;
pub mod notify;
pub mod pipeline;
pub mod relevance;
pub mod serve;
pub mod source;
pub mod store;
pub mod systemd;
pub mod telemetry;
pub mod text;
pub mod time;
