//! The rules of the repository, by subject. `tests/rules.rs` checks each.

pub mod labs;
pub mod manifests;
pub mod processes;
pub mod sources;
pub mod words;

use crate::Rule;

/// All rules.
pub const ALL: &[&[Rule]] = &[labs::ALL, manifests::ALL, processes::ALL, sources::ALL, words::ALL];
