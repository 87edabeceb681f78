//! The kernel's constants as bpftool writes them.
//!
//! It names types, not programs: a program's name is the kernel's to tell.

use std::fmt::Debug;

/// A program type as bpftool writes it: `BPF_PROG_TYPE_RAW_TRACEPOINT` is
/// `raw_tracepoint`.
pub fn type_name(program_type: impl Debug) -> String {
    let name = format!("{program_type:?}");
    name.strip_prefix("BPF_PROG_TYPE_").unwrap_or(&name).to_ascii_lowercase()
}
