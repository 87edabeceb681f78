//! What the program in `labs/load` is told: which programs of an object to load, and how long that may take.
//!
//! A file beside the object, not a record: it goes the other way.

use serde::{Deserialize, Serialize};

/// Where the task lies in the guest, as JSON.
pub const TASK_PATH: &str = "/lab/task.json";

/// What is to be loaded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Task {
    /// How long one program may take, in milliseconds.
    pub each_ms: u64,
    /// How long all of them may take, in milliseconds.
    pub all_ms: u64,
    /// The programs, in the order in which they are loaded.
    pub programs: Vec<Wanted>,
    /// The numbers of all sections of the object that hold programs, wanted or not.
    pub sections: Vec<u32>,
}

/// One program of the object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// Its name in the object.
    pub name: String,
    /// The name of its section, which says its type and often its hook: `fentry/vfs_read`.
    pub kind: String,
    /// The section's number.
    pub section: u32,
}
