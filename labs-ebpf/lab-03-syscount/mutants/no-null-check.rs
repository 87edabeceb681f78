// fails: Rejected: R0 invalid mem access 'map_value_or_null'
//! Lab 03, wrong on purpose: a looked-up pointer is followed as if it were never
//! null.

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

/// Runs whenever any process enters any system call: `@[comm] = count()`.
#[tracepoint(category = "raw_syscalls", name = "sys_enter")]
pub fn count_by_name(_ctx: TracePointContext) -> u32 {
    let Ok(name) = bpf_get_current_comm() else { return 0 };
    // ANCHOR: wrong
    let _ = COUNTS.insert(name, 0, BPF_NOEXIST.into());
    // SAFETY: none. The map may be full, and then there is nothing to point to.
    unsafe { *COUNTS.get_ptr_mut(name).unwrap_unchecked() += 1 };
    // ANCHOR_END: wrong
    0
}

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
