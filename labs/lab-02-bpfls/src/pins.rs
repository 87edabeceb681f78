//! What is pinned in bpffs, as the exercise is told it.
//!
//! It says what a file is. Which program a pin keeps alive is the exercise's question.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

// ANCHOR: pin
/// One file of bpffs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pin {
    /// Where it lies.
    pub path: PathBuf,
    /// What it keeps alive.
    pub object: Pinned,
}

/// A pinned object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Pinned {
    /// The program with this id.
    Program(u32),
    /// The map with this id. Maps and programs are numbered separately.
    Map(u32),
    /// A link of the program with this id.
    LinkOf(u32),
}
// ANCHOR_END: pin
