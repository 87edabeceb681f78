//! Lab 03, the reference: what `exercise.rs` should have become.

use aya_ebpf::{
    bindings::BPF_NOEXIST,
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

// ANCHOR: shared
/// Runs whenever any process enters any system call: `@[comm] = count()`.
#[tracepoint(category = "raw_syscalls", name = "sys_enter")]
pub fn count_by_name(_ctx: TracePointContext) -> u32 {
    let Ok(name) = bpf_get_current_comm() else { return 0 };
    let count = COUNTS.get_ptr_mut(name).or_else(|| {
        // A new name. `BPF_NOEXIST`: if another CPU was quicker, its count must
        // stay. Both failures, "exists by now" and "the map is full", show in the
        // second look.
        let _ = COUNTS.insert(name, 0, BPF_NOEXIST.into());
        COUNTS.get_ptr_mut(name)
    });
    if let Some(count) = count.or_else(|| LOST.get_ptr_mut(0)) {
        // SAFETY: `if let` is the null check after which the verifier calls the
        // pointer `map_value`, of either map: its eight bytes may be read and
        // written. Another CPU may do the same at the same moment, and then an
        // addition is lost: see `count_per_cpu`.
        unsafe { *count += 1 };
    }
    0
}
// ANCHOR_END: shared

// ANCHOR: per_cpu
/// The same, with one number for each CPU.
#[tracepoint(category = "raw_syscalls", name = "sys_enter")]
pub fn count_per_cpu(_ctx: TracePointContext) -> u32 {
    let Ok(name) = bpf_get_current_comm() else { return 0 };
    let count = CPU_COUNTS.get_ptr_mut(name).or_else(|| {
        let _ = CPU_COUNTS.insert(name, 0, BPF_NOEXIST.into());
        CPU_COUNTS.get_ptr_mut(name)
    });
    if let Some(count) = count {
        // SAFETY: checked against null as above. The lookup gives this CPU's own
        // number, and a tracepoint program is not moved to another CPU while it
        // runs: nobody else adds to it.
        unsafe { *count += 1 };
    }
    0
}
// ANCHOR_END: per_cpu
