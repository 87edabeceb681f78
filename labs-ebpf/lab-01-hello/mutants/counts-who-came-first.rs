// fails: Differs in count: after attach: 50
//! Lab 01, wrong on purpose: it takes the first caller for the worker. That is the
//! bystander.

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

/// The process that called first.
#[map]
static FIRST: Array<u32> = Array::with_max_entries(1, 0);

/// Runs each time any process enters the system call `getppid`, before the call
/// does its work.
#[tracepoint(category = "syscalls", name = "sys_enter_getppid")]
pub fn count_calls(_ctx: TracePointContext) -> u32 {
    let process = (bpf_get_current_pid_tgid() >> 32) as u32;
    let (Some(first), Some(calls)) = (FIRST.get_ptr_mut(0), CALLS.get_ptr_mut(0)) else { return 0 };
    // SAFETY: both pointers were compared with null, so the verifier knows them as
    // `map_value`. The workers call one after the other.
    unsafe {
        if *first == 0 {
            *first = process;
        }
        if *first == process {
            *calls += 1;
        }
    }
    0
}
