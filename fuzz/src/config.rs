//! Of the configuration only the topic, which is data; settings and sources need the rest of the program.

#[path = "../../src/config/problem.rs"]
pub mod problem;
#[path = "../../src/config/topic/mod.rs"]
pub mod topic;

pub use problem::{Problem, nearest};
