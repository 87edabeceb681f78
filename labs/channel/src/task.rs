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
    /// Whether more is wanted of a program that is accepted: see [`Study`].
    #[serde(default)]
    pub study: bool,
}

/// What can be said of an accepted program beyond its cost: what it returns, and what the kernel has made of it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Study {
    /// The lower half of R0 after one run on a packet of 64 zero bytes; `None` where the kernel runs no program of this type
    /// by itself.
    pub returned: Option<u32>,
    /// The verifier's log with every state (level 2); empty if it cannot be had.
    pub log: String,
    /// The instructions after the verifier has rewritten them, 8 bytes each, in hexadecimal.
    pub translated: String,
    /// Machine code in hexadecimal.
    pub jited: String,
    /// Where lines of the source begin.
    pub lines: Vec<StudyLine>,
    /// The helpers that translated calls mean, by the immediate of the call.
    pub helpers: Vec<(i32, String)>,
    /// What the run began with; `None` where there was no run.
    pub run: Option<StudyRun>,
}

/// What one run of a program began with, and what it left in maps.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StudyRun {
    /// The program's type: a number of `enum bpf_prog_type`.
    pub kind: u32,
    /// The instructions as they were loaded, 8 bytes each, in hexadecimal. Where a map belongs stands its place in `maps`.
    pub code: String,
    /// The object's maps.
    pub maps: Vec<StudyMap>,
}

/// A map of the object.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StudyMap {
    /// Its name.
    pub name: String,
    /// Its type: a number of `enum bpf_map_type`.
    pub kind: u32,
    /// Bytes of a key.
    pub key_size: u32,
    /// Bytes of a value.
    pub value_size: u32,
    /// How many entries it can have.
    pub max_entries: u32,
    /// All values before the run, in hexadecimal; empty if they are all 0, or there are none.
    pub before: String,
    /// All values after the run, in hexadecimal; empty if the map is no array, or larger than a page.
    pub after: String,
}

/// Where the code of a line of source begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StudyLine {
    /// The number of the translated instruction.
    pub translated: u32,
    /// The offset in the machine code, in bytes; `None` if there is none.
    pub jited: Option<u32>,
    /// The line, counted from 1.
    pub line: u32,
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
