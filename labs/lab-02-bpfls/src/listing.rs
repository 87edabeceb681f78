//! What a listing holds: one row for each loaded program.
//!
//! It holds no loop: that is the exercise's.

use std::{fmt::Debug, path::PathBuf};

// ANCHOR: row
/// One loaded program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    /// The kernel's number for it.
    pub id: u32,
    /// Its type, as [`type_name`] writes it: `tracepoint`.
    pub kind: String,
    /// Its name, at most 15 bytes.
    pub name: String,
    /// The names of the maps it uses, in alphabetical order.
    pub maps: Vec<String>,
    /// The kinds of its links, as aya's `LinkType` calls them: `PerfEvent`.
    pub links: Vec<String>,
    /// The paths in bpffs where it, or a link of it, is pinned, in alphabetical
    /// order.
    pub pins: Vec<PathBuf>,
}
// ANCHOR_END: row

/// A program type as bpftool writes it: `BPF_PROG_TYPE_RAW_TRACEPOINT` is
/// `raw_tracepoint`.
pub(crate) fn type_name(program_type: impl Debug) -> String {
    let name = format!("{program_type:?}");
    name.strip_prefix("BPF_PROG_TYPE_").unwrap_or(&name).to_ascii_lowercase()
}
