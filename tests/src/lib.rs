//! What the tests across crates share: the repository as a value, and the rules that it keeps.
//!
//! A rule is a pure function of a [`Tree`], so that it can be shown to bite: each has cases in which a
//! small good tree is broken in one place.

pub mod crates;
pub mod rule;
pub mod rules;
#[cfg(test)]
mod sample;
pub mod tree;

pub use rule::{Finding, Rule};
pub use tree::Tree;
