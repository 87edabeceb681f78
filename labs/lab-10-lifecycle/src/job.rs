//! What crosses to the exercise: one step of a loader's work at a time. Nothing comes back but that it is done.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// A step.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Step {
    /// `attach`, and keep what it returns.
    Attach(String),
    /// Drop everything that was kept.
    LetGo,
    /// `pin`.
    Pin {
        /// The program.
        program: String,
        /// Where its link is to be pinned.
        link: PathBuf,
    },
    /// `take_back`, and keep what it returns.
    TakeBack(PathBuf),
    /// `dispatch`.
    Dispatch {
        /// What is to be in the slots.
        targets: Vec<Target>,
        /// Where to pin.
        pins: Pins,
    },
    /// `replace`.
    Replace {
        /// Where `dispatch` is pinned.
        pins: Pins,
        /// What is to be in one of them.
        target: Target,
    },
    /// `remove`.
    Remove(Pins),
}

// ANCHOR: job
/// A program that belongs into a slot.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Target {
    /// The slot's number.
    pub slot: u32,
    /// The program's name in the object.
    pub program: String,
}

/// Two files in bpffs.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Pins {
    /// The link of `dispatch`.
    pub link: PathBuf,
    /// The map `SLOTS`.
    pub slots: PathBuf,
}
// ANCHOR_END: job
