//! Lab 01, the reference: what `exercise.rs` should have become.

use aya_ebpf::{
    Global,
    helpers::bpf_get_current_pid_tgid,
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

// ANCHOR: program
/// Runs each time any process enters the system call `getppid`, before the call
/// does its work.
#[tracepoint(category = "syscalls", name = "sys_enter_getppid")]
pub fn count_calls(_ctx: TracePointContext) -> u32 {
    // Who runs right now? The upper half is the process, the lower half the thread.
    let process = (bpf_get_current_pid_tgid() >> 32) as u32;
    if process != WORKER.load() {
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
// ANCHOR_END: program
