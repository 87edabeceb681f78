//! Lab 01: count how often one process makes one system call. You edit this file.

// ANCHOR: frame
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
// ANCHOR_END: frame

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
    // TODO(lab): the worker has called. Add 1 to the counter at index 0.
    // `CALLS.get_ptr_mut(0)` looks it up.
    0
}
// ANCHOR_END: program
