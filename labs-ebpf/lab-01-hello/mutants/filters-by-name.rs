// fails: Differs in count: after attach: 187
//! Lab 01, wrong on purpose: it asks for the name. The bystander has the same one.

use aya_ebpf::{
    Global,
    helpers::bpf_get_current_comm,
    macros::{map, tracepoint},
    maps::Array,
    programs::TracePointContext,
};

/// The process to count. Zero here: the loader writes the real id into the object
/// before it loads it. Your program can read it, nothing can change it any more.
#[unsafe(no_mangle)]
static WORKER: Global<u32> = Global::new(0);

/// The counter: an array of one `u64`, at index 0. The loader reads it from user
/// space.
#[map]
static CALLS: Array<u64> = Array::with_max_entries(1, 0);

/// Runs each time any process enters the system call `getppid`, before the call
/// does its work.
#[tracepoint(category = "syscalls", name = "sys_enter_getppid")]
pub fn count_calls(_ctx: TracePointContext) -> u32 {
    let Ok(name) = bpf_get_current_comm() else { return 0 };
    if !name.starts_with(b"w-") {
        return 0;
    }
    if let Some(calls) = CALLS.get_ptr_mut(0) {
        // SAFETY: the verifier knows `calls` as `map_value` here, not as
        // `map_value_or_null`: the branch of `if let` is the null check. So it may
        // be read and written for the eight bytes of the value. Only one thread of
        // the worker runs at a time, so no addition is lost.
        unsafe { *calls += 1 };
    }
    0
}
