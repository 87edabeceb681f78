//! What the tests across crates share: the repository as a value, the rules that it keeps, and a terminal.
//!
//! A rule is a pure function of a [`Tree`], so that it can be shown to bite: each has cases in which a
//! small good tree is broken in one place.

pub mod crates;
pub mod fuzzed;
pub mod rule;
pub mod rules;
#[cfg(test)]
mod sample;
pub mod terminal;
pub mod tree;
pub mod wait;

pub use rule::{Finding, Rule};
pub use tree::Tree;
