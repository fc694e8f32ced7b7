//! All integration tests in one binary: one link, one run. Each module is one concern.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on has failed, and the panic says where"
)]

mod architecture;
mod article;
mod behaviour;
mod bounces;
mod channels;
mod clauses;
mod commands;
mod commitments;
mod concepts;
mod config;
mod correcting;
mod crash;
mod daemon;
mod delivery;
mod disk;
mod dkim;
mod documented;
mod effort;
mod english;
mod english_kinds;
mod eval;
mod export;
mod farm;
mod faults;
mod feed;
mod feeds;
mod fetch;
mod fields;
mod fuzzing;
mod hostile;
mod kills;
mod layouts;
mod ledger;
mod limits;
mod mail_identity;
mod newsroom;
mod notify;
mod operate;
mod origin;
mod outbox;
mod outcomes;
mod page_worker;
mod polling;
mod program;
mod records;
mod relevance;
mod retention;
mod scale;
mod schedule;
mod second_topic;
mod seeds;
mod serve;
mod signals;
mod smtp;
mod sources_file;
mod store;
mod text;
mod told;
mod topic;
mod traps;
mod units;
mod upgrades;
mod upkeep;
mod vietnamese;
mod vietnamese_objects;
mod way;
mod windows;

use std::sync::{Arc, LazyLock};

use pledgewatch::config::topic::Topic;

/// The shipped topic, loaded once for all tests: compiling its patterns takes a second of a debug build.
static TOPIC: LazyLock<Arc<Topic>> = LazyLock::new(|| Arc::new(Topic::embedded()));
