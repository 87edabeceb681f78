//! Mistakes with functions of one's own, callbacks and kernel functions.

use core::{arch::asm, hint::black_box};

use aya_ebpf::{
    cty::c_void,
    helpers::{bpf_get_current_pid_tgid, bpf_get_prandom_u32, generated::bpf_loop},
    macros::tracepoint,
    programs::TracePointContext,
};

#[inline(never)]
fn large_frame(seed: u32) -> u32 {
    let mut bytes = [seed as u8; 320];
    black_box(&mut bytes);
    u32::from(bytes[seed as usize & 127])
}

/// Two functions that need too much stack together.
#[tracepoint]
pub fn combined_stack(_ctx: TracePointContext) -> u32 {
    // SAFETY: the helper takes no arguments.
    let seed = unsafe { bpf_get_prandom_u32() };
    let mut bytes = [seed as u8; 320];
    black_box(&mut bytes);
    large_frame(seed) + u32::from(bytes[seed as usize & 127])
}

macro_rules! chain {
    ($name:ident calls $next:ident) => {
        #[inline(never)]
        fn $name(seed: u32) -> u32 {
            black_box($next(black_box(seed))) + 1
        }
    };
}

#[inline(never)]
fn depth_9(seed: u32) -> u32 {
    black_box(seed)
}
chain!(depth_8 calls depth_9);
chain!(depth_7 calls depth_8);
chain!(depth_6 calls depth_7);
chain!(depth_5 calls depth_6);
chain!(depth_4 calls depth_5);
chain!(depth_3 calls depth_4);
chain!(depth_2 calls depth_3);
chain!(depth_1 calls depth_2);

/// Functions that call functions, nine deep.
#[tracepoint]
pub fn call_depth(_ctx: TracePointContext) -> u32 {
    // SAFETY: the helper takes no arguments.
    depth_1(unsafe { bpf_get_prandom_u32() })
}

#[inline(never)]
fn itself(seed: u32) -> u32 {
    if black_box(seed) == 0 { 1 } else { itself(seed - 1) + black_box(1) }
}

/// A function that calls itself.
#[tracepoint]
pub fn recursion(_ctx: TracePointContext) -> u32 {
    // SAFETY: the helper takes no arguments.
    itself(unsafe { bpf_get_prandom_u32() })
}

unsafe extern "C" fn each(index: u64, _data: *mut c_void) -> i64 {
    i64::from(index == 7)
}

unsafe extern "C" fn answers_two(_index: u64, _data: *mut c_void) -> i64 {
    2
}

/// A callback: functions as values came with 5.13, `bpf_loop` with 5.17.
#[tracepoint]
pub fn callback_unsupported(_ctx: TracePointContext) -> u32 {
    // SAFETY: the callback has the signature that the helper wants.
    unsafe { bpf_loop(10, each as *mut c_void, core::ptr::null_mut(), 0) as u32 }
}

/// A callback that answers neither 0 nor 1.
#[tracepoint]
pub fn callback_return(_ctx: TracePointContext) -> u32 {
    // SAFETY: the callback has the signature that the helper wants.
    unsafe { bpf_loop(10, answers_two as *mut c_void, core::ptr::null_mut(), 0) as u32 }
}

/// A kernel function with an id that is none.
#[tracepoint]
pub fn kernel_function(_ctx: TracePointContext) -> u32 {
    // SAFETY: none, this is the mistake.
    unsafe {
        asm!(".8byte 0x0000000100002085", out("r0") _, out("r1") _, out("r2") _, out("r3") _, out("r4") _, out("r5") _)
    };
    0
}

/// A function that others may see: checked on its own, by the types of its arguments.
#[unsafe(no_mangle)]
#[inline(never)]
pub extern "C" fn first_of(values: *const u64) -> u64 {
    // SAFETY: none, this is the mistake.
    unsafe { core::ptr::read_volatile(values) }
}

/// A global function that takes a pointer.
#[tracepoint]
pub fn global_function(_ctx: TracePointContext) -> u32 {
    let values = [bpf_get_current_pid_tgid(); 2];
    black_box(first_of((&raw const values).cast())) as u32
}
