// fails: Differs in count with seed 7: after attach: 137
//! Lab 01, wrong on purpose: the number of seed 0 instead of a count.

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
        // SAFETY: the branch of `if let` is the null check that the verifier demands.
        unsafe { *calls = 137 };
    }
    0
}
