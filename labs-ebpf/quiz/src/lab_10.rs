//! The quiz of lab 10: what comes after a tail call, and how much stack functions have together.

use core::{ffi::c_void, hint::black_box, mem::MaybeUninit};

use aya_ebpf::{macros::map, maps::ProgramArray, programs::TcContext};

// ANCHOR: lab_10_falls_through
/// Nobody fills its slots.
#[map]
static EMPTY: ProgramArray = ProgramArray::with_max_entries(4, 0);
#[unsafe(no_mangle)]
#[unsafe(link_section = "classifier")]
extern "C" fn lab_10_falls_through(ctx: *mut c_void) -> u32 {
    // SAFETY: nothing here waits for being dropped.
    unsafe { EMPTY.tail_call(&TcContext::new(ctx.cast()), 3) };
    // SAFETY: as above.
    unsafe { EMPTY.tail_call(&TcContext::new(ctx.cast()), 3_000_000) };
    7
}
// ANCHOR_END: lab_10_falls_through

/// 38 words on the stack, of which the first one is written.
#[inline(always)]
fn row(number: u64) {
    let mut row = MaybeUninit::<[u64; 38]>::uninit();
    // SAFETY: the first word of the row.
    unsafe { black_box(&mut row).as_mut_ptr().cast::<u64>().write(number) };
}

// ANCHOR: lab_10_one_after_the_other
#[unsafe(no_mangle)]
#[unsafe(link_section = "classifier")]
extern "C" fn lab_10_one_after_the_other(_ctx: *mut c_void) -> u32 {
    first() + second()
}
#[inline(never)]
fn first() -> u32 {
    row(1); // 38 words on this function's stack
    black_box(1)
}
#[inline(never)]
fn second() -> u32 {
    row(2); // 38 words on this function's stack
    black_box(2)
}
// ANCHOR_END: lab_10_one_after_the_other

// ANCHOR: lab_10_one_inside_the_other
#[unsafe(no_mangle)]
#[unsafe(link_section = "classifier")]
extern "C" fn lab_10_one_inside_the_other(_ctx: *mut c_void) -> u32 {
    outer()
}
#[inline(never)]
fn outer() -> u32 {
    row(3); // 38 words on this function's stack
    inner() + 1
}
#[inline(never)]
fn inner() -> u32 {
    row(4); // 38 words on this function's stack
    black_box(2)
}
// ANCHOR_END: lab_10_one_inside_the_other
