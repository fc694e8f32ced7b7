//! What the operator and the analyst decide, read from files and checked whole before anything starts.

pub mod amount;
pub mod document;
pub mod problem;
pub mod topic;

pub use problem::{Problem, Problems, nearest};
