//! Programs for hooks in the kernel's and in programs' code.

use core::{
    arch::asm,
    ffi::{c_int, c_void},
};

use aya_ebpf::{
    EbpfContext,
    helpers::{bpf_get_current_pid_tgid, bpf_loop},
    macros::{
        btf_tracepoint, fentry, kprobe, lsm, lsm_cgroup, perf_event, raw_tracepoint, tracepoint, uprobe,
    },
    programs::{
        BtfTracePointContext, FEntryContext, LsmContext, PerfEventContext, ProbeContext,
        RawTracePointContext, TracePointContext,
    },
};

use crate::maps::{PAIR, READABLE, SLOTS, SUBJECT, WORKER};

/// A system call's tracepoint.
#[tracepoint]
pub fn trace(_ctx: TracePointContext) -> u32 {
    let process = (bpf_get_current_pid_tgid() >> 32) as u32;
    if process == WORKER.load() {
        let _ = SUBJECT.insert(process, 1, 0);
        let _ = PAIR.insert(process, 1, 0);
        let _ = READABLE.insert(process, 1, 0);
    }
    if let Some(slot) = SLOTS.get_ptr_mut(0) {
        // SAFETY: the branch is the null check.
        unsafe { *slot += 1 };
    }
    0
}

/// Reads far behind the last field of any tracepoint.
#[tracepoint]
pub fn far(ctx: TracePointContext) -> u32 {
    // SAFETY: none, this is the mistake. The verifier knows the context only as a page.
    unsafe { ctx.as_ptr().cast::<u64>().add(255).read_volatile() as u32 }
}

/// A kprobe that calls a function of its own.
#[kprobe]
pub fn probe(ctx: ProbeContext) -> u32 {
    measure(ctx.arg::<u64>(0).unwrap_or(0))
}

unsafe extern "C" {
    /// A function that is not in the object. The recorder puts `measure` in its place where that is not the point.
    fn bpf_elsewhere(value: u64) -> u32;
}

/// A kprobe that calls a function of the kernel.
#[kprobe]
pub fn outside(ctx: ProbeContext) -> u32 {
    // SAFETY: none, this is the mistake.
    unsafe { bpf_elsewhere(ctx.arg::<u64>(0).unwrap_or(0)) }
}

/// A function that stays one.
#[unsafe(no_mangle)]
#[inline(never)]
extern "C" fn measure(value: u64) -> u32 {
    // SAFETY: the helper takes no arguments.
    let now = unsafe { aya_ebpf::helpers::bpf_ktime_get_ns() };
    (value ^ now) as u32
}

/// A uprobe.
#[uprobe]
pub fn user(_ctx: ProbeContext) -> u32 {
    0
}

/// A raw tracepoint.
#[raw_tracepoint]
pub fn raw(_ctx: RawTracePointContext) -> i32 {
    0
}

/// A typed tracepoint.
#[btf_tracepoint]
pub fn typed(_ctx: BtfTracePointContext) -> i32 {
    0
}

/// The entry of a kernel function.
#[fentry]
pub fn entry(_ctx: FEntryContext) -> i32 {
    0
}

/// A security hook.
#[lsm]
pub fn guard(_ctx: LsmContext) -> i32 {
    0
}

/// A security hook for one cgroup, since 6.0.
#[lsm_cgroup]
pub fn cgroup_guard(_ctx: LsmContext) -> i32 {
    1
}

/// Samples.
#[perf_event]
pub fn sample(_ctx: PerfEventContext) -> u32 {
    0
}

/// An iterator over tasks, since 5.8.
#[unsafe(no_mangle)]
#[unsafe(link_section = "iter/task")]
pub fn tasks(_ctx: *mut c_void) -> i32 {
    0
}

/// A callback, which needs the JIT compiler.
#[kprobe]
pub fn called_back(_ctx: ProbeContext) -> u32 {
    unsafe extern "C" fn step(_index: u32, _context: *mut c_void) -> c_int {
        0
    }
    // SAFETY: the callback reads nothing.
    unsafe { bpf_loop(3, step as *mut c_void, core::ptr::null_mut(), 0) as u32 }
}

/// So long that the whole log of its verification fits nowhere, and wrong at its end.
#[kprobe]
pub fn long(ctx: ProbeContext) -> u32 {
    let mut sum = ctx.arg::<u64>(0).unwrap_or(0);
    for step in 0..3000_u64 {
        // SAFETY: arithmetic on one register: a hundred instructions.
        unsafe {
            asm!(".rept 100", "{sum} += 7", ".endr", "{sum} ^= {step}", sum = inout(reg) sum, step = in(reg) step);
        }
    }
    // SAFETY: none, this is the mistake: 7 is no address.
    unsafe { asm!("r0 = *(u64 *)(r1 + 0)", in("r1") 7, out("r0") _) };
    sum as u32
}
