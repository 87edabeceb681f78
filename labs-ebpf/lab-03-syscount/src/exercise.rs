//! Lab 03: the talk's one-liner `@[comm] = count()` in Rust. You edit this file.

// ANCHOR: frame
use aya_ebpf::{
    bindings::BPF_ANY,
    helpers::bpf_get_current_comm,
    macros::{map, tracepoint},
    maps::{Array, HashMap, PerCpuHashMap},
    programs::TracePointContext,
};

/// A process name as the kernel keeps it: at most 15 bytes, the rest is zero.
type Name = [u8; 16];

/// How many system calls were made under each name.
#[map]
static COUNTS: HashMap<Name, u64> = HashMap::with_max_entries(1024, 0);

/// How many could not be counted because `COUNTS` was full: one number, at index 0.
#[map]
static LOST: Array<u64> = Array::with_max_entries(1, 0);

/// The same as `COUNTS`, with a number of its own for every CPU.
#[map]
static CPU_COUNTS: PerCpuHashMap<Name, u64> = PerCpuHashMap::with_max_entries(1024, 0);
// ANCHOR_END: frame

// ANCHOR: program
/// Runs whenever any process enters any system call: `@[comm] = count()`.
#[tracepoint(category = "raw_syscalls", name = "sys_enter")]
pub fn count_by_name(_ctx: TracePointContext) -> u32 {
    let Ok(name) = bpf_get_current_comm() else { return 0 };
    // TODO(lab): this writes 1 again and again. Look the name up first
    // (`get_ptr_mut`) and add to what is there; insert only a new name. If there is
    // no room for it, add 1 to `LOST` instead.
    let _ = COUNTS.insert(name, 1, BPF_ANY.into());
    0
}

/// The same, with one number for each CPU.
#[tracepoint(category = "raw_syscalls", name = "sys_enter")]
pub fn count_per_cpu(_ctx: TracePointContext) -> u32 {
    // TODO(lab): when the first program is right, do it here with `CPU_COUNTS`.
    0
}
// ANCHOR_END: program
