//! What a listing holds: one row for each loaded program.
//!
//! It holds no loop: that is the exercise's.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

// ANCHOR: row
/// One loaded program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// The kernel's number for it.
    pub id: u32,
    /// Its type, as `type_name` writes it: `tracepoint`.
    pub kind: String,
    /// Its name, at most 15 bytes.
    pub name: String,
    /// The names of the maps it uses, in alphabetical order.
    pub maps: Vec<String>,
    /// The kinds of its links, as `{:?}` prints aya's `LinkType`: `PerfEvent`. In
    /// the order of the links' ids, which is that of `loaded_links`.
    pub links: Vec<String>,
    /// The paths in bpffs where it, or a link of it, is pinned, in alphabetical
    /// order.
    pub pins: Vec<PathBuf>,
}
// ANCHOR_END: row
