//! The ledger over whole streams of articles.

#[path = "ledger/bearings.rs"]
mod bearings;
#[path = "ledger/corrections.rs"]
mod corrections;
#[path = "ledger/gold.rs"]
mod gold;
#[path = "ledger/properties.rs"]
mod properties;
#[path = "ledger/scene.rs"]
mod scene;
#[path = "ledger/stories.rs"]
mod stories;
