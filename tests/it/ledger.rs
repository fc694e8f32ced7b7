//! The ledger over whole streams of articles.

#[path = "ledger/gold.rs"]
mod gold;
