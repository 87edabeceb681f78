//! The quiz of lab 06: what an instruction comes to at the edge of its numbers.

use core::{arch::asm, ffi::c_void, hint::black_box};

// ANCHOR: lab_06_divides_by_zero
#[unsafe(no_mangle)]
#[unsafe(link_section = "classifier")]
extern "C" fn lab_06_divides_by_zero(_ctx: *mut c_void) -> u32 {
    let mut number: u64 = black_box(40);
    let zero: u64 = black_box(0);
    // SAFETY: it changes one register.
    unsafe { asm!("r1 /= r2", inout("r1") number, in("r2") zero) };
    number as u32 + 2
}
// ANCHOR_END: lab_06_divides_by_zero

// ANCHOR: lab_06_leaves_a_rest
#[unsafe(no_mangle)]
#[unsafe(link_section = "classifier")]
extern "C" fn lab_06_leaves_a_rest(_ctx: *mut c_void) -> u32 {
    let mut number: u64 = black_box(40);
    let zero: u64 = black_box(0);
    // SAFETY: it changes one register.
    unsafe { asm!("r1 %= r2", inout("r1") number, in("r2") zero) };
    number as u32 + 2
}
// ANCHOR_END: lab_06_leaves_a_rest

// ANCHOR: lab_06_shifts_too_far
#[unsafe(no_mangle)]
#[unsafe(link_section = "classifier")]
extern "C" fn lab_06_shifts_too_far(_ctx: *mut c_void) -> u32 {
    let mut number: u64 = black_box(1);
    let amount: u64 = black_box(65);
    // SAFETY: it changes one register.
    unsafe { asm!("r1 <<= r2", inout("r1") number, in("r2") amount) };
    number as u32
}
// ANCHOR_END: lab_06_shifts_too_far

// ANCHOR: lab_06_says_how_far
#[unsafe(no_mangle)]
#[unsafe(link_section = "classifier")]
extern "C" fn lab_06_says_how_far(_ctx: *mut c_void) -> u32 {
    let mut number: u64 = black_box(1);
    // SAFETY: it changes one register.
    unsafe { asm!("r1 <<= 65", inout("r1") number) };
    number as u32
}
// ANCHOR_END: lab_06_says_how_far
